# SPDX-License-Identifier: MIT
"""The record of what was proved: a fingerprint changes with each thing that the proof rests on, and with nothing else."""

import pathlib

import pytest
from conftest import HOW, unit_of
from gate import normal, record, wp

TEXT = """struct s { int x; };
/*@ predicate P(integer x) = x > 0; */
/*@ requires P(x); */
int f(int x)
{
  return g(x);
}
/*@ ensures \\result > 0; */
int g(int x)
{
  return x;
}
"""
VERSIONS = {"frama-c": "25.0"}


def mark(text: str = TEXT, function: str | None = "f", **more: object) -> str:
    return record.fingerprint(unit_of(text), function, {**HOW, **more}, VERSIONS)


def test_the_same_is_the_same() -> None:
    assert mark() == mark() and len(mark()) == 32
    assert mark() == mark(TEXT.replace("\n", "\n\n").replace("return g(x)", "return   g(x)"))


@pytest.mark.parametrize("was, becomes", [("return g(x)", "return g(x + 1)"), ("requires P(x)", "requires !P(x)"), ("x > 0;", "x >= 0;"),
                                          ("int x; }", "long x; }"), ("ensures \\result > 0", "ensures \\result >= 0"),
                                          ("int g(int x)", "int g(long x)")])
def test_what_the_proof_rests_on(was: str, becomes: str) -> None:
    assert was in TEXT and mark() != mark(TEXT.replace(was, becomes))


def test_the_body_of_another_function_is_no_part() -> None:
    changed = TEXT.replace("return x;", "return 1;")
    assert mark() == mark(changed) and mark(function="g") != mark(changed, "g")


def test_each_function_and_the_lemmas_have_their_own() -> None:
    assert len({mark(), mark(function="g"), mark(function=None)}) == 3


def test_how_it_is_proved_and_by_what() -> None:
    assert len({mark(), mark(tries=[]), mark(flags=[]), mark(smoke={})}) == 4
    assert mark() == mark(limit=1, parallel=9, session="elsewhere")
    unit = unit_of(TEXT)
    assert record.fingerprint(unit, "f", HOW, VERSIONS) != record.fingerprint(unit, "f", HOW, {"frama-c": "26.0"})


def test_the_form_of_a_fingerprint_stays() -> None:
    unit = normal.Unit("a.c", functions={"f": normal.Function("f", "int f(void)", "assigns \\nothing;", "{ return 1; }")},
                       logic=[("lemma", "lemma a: \\true;")], other=["int x"])
    assert record.fingerprint(unit, "f", {"tries": [], "flags": [], "smoke": {}}, {"z3": "1"}) == "b159a0c7cbd761344587f0bb67acf666"


def test_what_is_saved_is_loaded(tmp_path: pathlib.Path) -> None:
    known = {"b": {"function": "a.c:f", "seconds": 1.0}, "a": {"function": "b.c:g", "seconds": 2.0}}
    record.save(str(tmp_path), "deep/record.json", known)
    assert record.load(str(tmp_path), "deep/record.json", "none.json") == known
    assert [line[:3] for line in (tmp_path / "deep/record.json").read_text().splitlines()[1:-1]] == ['"b"', '"a"']
    record.save(str(tmp_path), "later.json", {"a": {"function": "b.c:g", "seconds": 3.0}})
    assert record.load(str(tmp_path), "deep/record.json", "later.json")["a"]["seconds"] == 3.0


def test_an_entry() -> None:
    goals = [wp.Goal("a", False, True, "Z3", 1.234, 10), wp.Goal("b", False, True, "Z3", 0.5, 20), wp.Goal("c", False, True, "Qed"), wp.Goal("d", True)]
    assert record.entry(wp.Result("a.c", "f", goals, seconds=2.06)) == {
        "function": "a.c:f", "goals": 3, "smoke": 1, "seconds": 2.1, "steps": {"Z3": 20}, "slowest": ["a", 1.23]}
    assert record.entry(wp.Result("a.c", "f"))["slowest"] is None
