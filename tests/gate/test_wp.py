# SPDX-License-Identifier: MIT
"""The reader of what WP prints and of Frama-C's status report, on what they printed of samples/sample.c."""

import pathlib

import pytest
from conftest import HOW, SAMPLES, printed
from gate import tools, wp


def result(name: str, status: int | None = 0, text: str | None = None, **more: object) -> wp.Result:
    """A result of what was printed, as `prove` reads it: proofs and then smoke tests."""
    found = wp.Result("sample.c", name)
    wp.read_run(found, (status, printed(name) if text is None else text), {**HOW, **more})
    return found


def only(goals: list[wp.Goal]) -> wp.Goal:
    assert len(goals) == 1
    return goals[0]


def test_a_function_that_proves() -> None:
    found = result("twice")
    assert found.ok() and len(found.proofs()) == 14 and len(found.smoke()) == 4 and not found.smoke_failed()
    called = next(goal for goal in found.goals if goal.name == "typed_twice_call_lemma_even_requires_small")
    assert (called.by, called.seconds, called.steps) == ("CVC4 1.8", 0.03, 8672)
    assert found.slowest() is called


def test_a_goal_that_does_not_prove() -> None:
    found = result("wrong")
    [goal] = found.unproved()
    assert not found.ok() and goal.name == "typed_wrong_ensures_wrong"
    assert goal.detail[-2:] == ["Z3 4.8.12: Timeout (Qed:2ms) (2s)", "CVC4 1.8: Unknown (Qed:2ms)"]


def test_a_contradiction_is_found_by_its_smoke_test() -> None:
    found = result("never")
    assert not found.ok() and not found.unproved() and not found.problems
    assert [goal.name for goal in found.smoke_failed()] == ["typed_never_wp_smoke_default_requires"]


def test_goals_that_the_graph_decides() -> None:
    assert {goal.name for goal in result("letter").goals if goal.by == "CFG"} == {"letter_exits", "letter_terminates"}


def test_lemmas() -> None:
    assert [goal.name for goal in result("lemmas").proofs()] == ["typed_lemma_small_twice"]


def test_a_goal_that_is_missing_is_noticed() -> None:
    text = printed("twice").replace("[wp] [Qed] Goal typed_twice_terminates : Valid\n", "")
    assert result("twice", text=text).problems == ["14 goals scheduled, 13 reported"]


def test_goals_that_are_not_counted_are_noticed() -> None:
    text = printed("never").replace("[wp] Proved goals:    4 / 4", "[wp] Proved goals:    3 / 3")
    assert "4 goals reported, 3 counted" in result("never", text=text).problems


def test_a_goal_that_is_not_the_one_written() -> None:
    text = printed("twice").replace("Goal typed_twice_exits :", "Goal typed_twice_exits (Degenerated) :")
    assert result("twice", text=text).problems == ["typed_twice_exits is not the goal as written (Degenerated)"]


def test_a_run_that_ends_badly() -> None:
    assert result("twice", None).problems == ["not done after 300 s"]
    failed = result("twice", 1, "one\ntwo\n").problems
    assert failed == ["frama-c ended with status 1:\n    one\n    two"]
    assert not wp.Result("a.c", "f").ok()


@pytest.mark.parametrize("line", ["[wp] a.c:1: Warning: Missing assigns clause (assigns 'everything' instead)", "[kernel] User Error: no",
                                  "[wp] Failure: no", "[wp] unexpected error: no", "[kernel:typing] a.c:2: Warning: no"])
def test_each_warning_is_a_problem_unless_it_is_allowed(line: str) -> None:
    text = line + "\n  and more\n" + printed("twice")
    assert result("twice", text=text).problems == [line + " and more"]
    assert not result("twice", text=text, allowed_warnings=["and more"]).problems


def test_an_empty_run_is_allowed_where_another_follows() -> None:
    assert not result("twice").problems
    assert result("twice", tries=HOW["tries"][:1]).problems == ["[wp] Warning: No goal generated"]


def test_messages_come_once() -> None:
    assert wp.messages("[wp] Warning: a\n  b\nc\n[wp] Warning: a\n  b\n[wp] fine\n") == ["[wp] Warning: a b"]


def test_times_and_steps() -> None:
    text = "[wp] Running WP plugin...\n[wp] 1 goal scheduled\n[wp] [Z3 4.8.12] Goal typed_f : Valid (Qed:1s) (1.5m) (77)\n"
    goal = only(result("f", text=text).goals)
    assert goal.proved and goal.seconds == 90.0 and goal.steps == 77


def test_a_goal_stays_proved() -> None:
    text = "[wp] Running WP plugin...\n[wp] 1 goal scheduled\n[wp] [Z3] Goal typed_f : Valid (2s) (7)\n" \
           "[wp] Running WP plugin...\n[wp] 1 goal scheduled\n[wp] [Failed] Goal typed_f\n  Z3: Timeout\n"
    goal = only(result("f", text=text).goals)
    assert goal.proved and goal.by == "Z3"


def statuses(found: wp.Result, text: str, folder: pathlib.Path) -> list[str]:
    """What is wrong by a status report, written into a folder."""
    path = folder / "report.csv"
    path.write_text(text, encoding="utf-8")
    wp._read_statuses(found, str(path), found.function)  # pylint: disable=protected-access
    return found.problems


def test_a_status_report(tmp_path: pathlib.Path) -> None:
    report = (SAMPLES / "wrong.csv").read_text(encoding="utf-8")
    assert not statuses(result("wrong"), report, tmp_path)  # the goal tells
    proved = result("wrong", text=printed("wrong").replace("[Failed] Goal typed_wrong_ensures_wrong", "[Z3] Goal typed_wrong_ensures_wrong : Valid"))
    assert not proved.unproved()
    assert statuses(proved, report, tmp_path) == ["line 68: postcondition 'wrong: \\result ≡ 2 * \\old(n) + 1' is 'Unknown'"]
    assert statuses(wp.Result("sample.c", "other"), report, tmp_path) == ["the status report does not know the function"]


def test_a_status_report_that_is_not_there(tmp_path: pathlib.Path) -> None:
    found = wp.Result("sample.c", "f")
    wp._read_statuses(found, str(tmp_path / "none.csv"), "f")  # pylint: disable=protected-access
    assert found.problems == ["no status report was written"]


def test_what_is_called() -> None:
    phases = list(wp.phases_of(["f", None], HOW, True))
    assert [(name, smoke) for name, smoke, _ in phases] == [("f", False), ("f", False), (None, False), (None, False), ("f", True)]
    call = wp.command("a.c", phases, {**HOW, "csv": "a.csv"}, ("-wp-cache", "none"))
    assert call[:3] == ["frama-c", "a.c", "-wp-rte"] and call.count("-then") == 7
    assert call.index("-report-csv") < call.index("-wp-smoke-tests") < call.index(wp.SMOKE_ONLY)
    assert "-wp-prop=@lemma" in call and "-wp-prover=-z3,-cvc4,+cvc4" in call
    alone = wp.command("a.c", list(wp.phases_of(["f"], {**HOW, "prop": "p"}, False)), HOW, ())
    assert "-wp-prop=p" in alone and "-wp-smoke-tests" not in alone


def test_flags_that_are_not_known() -> None:
    assert wp.flags_problem(["-wp-split", "-wp-prenex"]) is None and wp.flags_problem(["-wp-split-depth=3"]) is None
    assert wp.flags_problem(["-wp-unsound"]) == "the flag -wp-unsound is not one that the gate knows to be sound"
    [found] = wp.prove("/", "a.c", ["f"], {**HOW, "flags": ["-wp-unsound"]}, {})
    assert not found.ok() and found.function == "f"


def fake(monkeypatch: pytest.MonkeyPatch, text: str, status: int | None = 0) -> None:
    """In the place of a run of Frama-C: what it prints, a second a line."""
    def run(_command: list[str], _cwd: str, _env: dict[str, str], _limit: float, times: list[float]) -> tuple[int | None, str]:
        times += [float(i) for i in range(len(text.splitlines()))]
        return status, text
    monkeypatch.setattr(tools, "run", run)


def test_a_proof_is_read_phase_by_phase(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, printed("twice"))
    [found] = wp.prove("/", "sample.c", ["twice"], HOW, {})
    assert found.ok() and len(found.proofs()) == 14 and len(found.smoke()) == 4


def test_a_phase_that_did_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, printed("twice").rsplit("[wp] Running WP plugin...", 1)[0])
    [found] = wp.prove("/", "sample.c", ["twice"], HOW, {})
    assert "WP ran 2 times instead of 3" in found.problems


def test_no_goal_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, "[wp] Running WP plugin...\n" * 3)
    [found] = wp.prove("/", "sample.c", ["f"], HOW, {})
    assert found.problems == ["no goal was scheduled"]


def test_functions_that_fail_together_are_tried_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []

    def run(command: list[str], _cwd: str, _env: dict[str, str], _limit: float, times: list[float]) -> tuple[int | None, str]:
        called.append([word for before, word in zip(command, command[1:]) if before == "-wp-fct"])
        text = "[wp] Running WP plugin...\n[wp] 1 goal scheduled\n[wp] [Failed] Goal typed_f\n"
        times += [0.0] * 6
        return 0, text * (len(called[-1]))
    monkeypatch.setattr(tools, "run", run)
    how = {**HOW, "tries": HOW["tries"][:1]}
    assert [found.function for found in wp.prove("/", "a.c", ["f", "g"], how, {}, smoke=False)] == ["f", "g"]
    assert called == [["f", "g"], ["f"], ["g"]]
