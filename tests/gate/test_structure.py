# SPDX-License-Identifier: MIT
"""What must be true of contracts, loops and calls."""

import pytest
from conftest import contract, unit_of
from gate import normal, structure

GOOD = "terminates \\true; exits \\false; assigns \\nothing;"


def of_contract(text: str) -> list[str]:
    unit = unit_of(f"/*@ {text} */\nvoid f(void);\n")
    return structure.contract_problems(unit, unit.functions["f"])


def of_body(body: str, unset: tuple[str, ...] = ()) -> list[str]:
    unit = unit_of("void f(void)\n{\n" + body + "\n}\n")
    return [said.replace("a.c: f: ", "") for said in structure.body_problems(unit, unit.functions["f"], unset)]


def test_the_sample_has_no_problem(unit: normal.Unit) -> None:
    for function in unit.defined():
        assert not structure.contract_problems(unit, function) and not structure.body_problems(unit, function)
    assert not structure.logic_problems(unit) and not structure.skipped(unit)


@pytest.mark.parametrize("text, said", [
    (GOOD.replace("terminates \\true;", ""), "no 'terminates \\true'"),
    (GOOD.replace("exits \\false;", ""), "no 'exits \\false'"),
    (GOOD.replace("assigns \\nothing;", ""), "no 'assigns'"),
    (GOOD.replace("\\true", "x > 0"), "'terminates x > 0' is less than \\true"),
    (GOOD.replace("\\false", "x > 0"), "'exits x > 0' is more than \\false"),
    (GOOD.replace("\\nothing", "\\everything"), "assigns everything"),
    ("terminates \\true; exits \\false;\n behavior a:\n assigns \\nothing;", "no 'assigns'"),
])
def test_contracts_that_say_too_little(text: str, said: str) -> None:
    assert of_contract(text) == [f"a.c: f: {said}"] or f"a.c: f: {said}" in of_contract(text)


def test_contracts_that_say_enough() -> None:
    assert not of_contract(GOOD) and not of_contract("terminates 0 == 0; exits 0 != 0; assigns *p;")
    unit = unit_of("void f(void);\n")
    assert structure.contract_problems(unit, unit.functions["f"]) == ["a.c: f: no contract"]


@pytest.mark.parametrize("body, said", [
    ("int x;", "'x' is declared without a value"),
    ("uint32_t a[3];", "'a' is declared without a value"),
    ("struct s *p;", "'p' is declared without a value"),
    ("/*@ loop variant n; */ while (1) { }", "loop 1 has no 'loop assigns'"),
    ("/*@ loop assigns n; */ while (1) { }", "loop 1 has no 'loop variant'"),
    ("a: ; goto a;", "jumps back to 'a'"),
    ("__asm__(\"nop\");", "assembly"),
])
def test_bodies_that_say_too_little(body: str, said: str) -> None:
    assert said in of_body(body)


def test_bodies_that_may_be() -> None:
    assert not of_body("int x = 1;\nint tmp_0;\nint __retres;\nreturn x;\ngoto end; end: ;")
    assert not of_body("int x;", ("f.x",))
    assert not of_body("/*@ loop assigns n; loop variant n; */ while (1) { }")


def test_what_wp_would_leave_out() -> None:
    unit = unit_of("/*@ requires no_wp: a; */\nvoid f(void);\n/*@ lemma no_wp: b; */\n")
    assert [said.split("'")[1] for said in structure.skipped(unit)] == ["no_wp", "no_wp"]


def test_each_lemma_has_a_goal(unit: normal.Unit) -> None:
    assert not structure.lemma_problems(unit, ["typed_lemma_small_twice"])
    assert not structure.lemma_problems(unit, ["typed_check_lemma_small_twice_part1"])
    assert structure.lemma_problems(unit, ["typed_lemma_small"]) == ["sample.c: lemma small_twice: no goal"]


def logic(*texts: str) -> list[str]:
    return structure.logic_problems(unit_of("".join(f"/*@ {text} */\n" for text in texts)))


@pytest.mark.parametrize("text, said", [
    ("axiomatic A { axiom a: \\false; }", "'axiomatic' in"),
    ("admit lemma a: \\false;", "'admit' in"),
    ("predicate P(integer x) reads x;", "is declared and not defined"),
    ("predicate P(integer x) = !P(x);", "'P' is defined by itself"),
    ("logic integer f(integer n) = n <= 0 ? 0 : f(n + 1);", "'f' is defined by itself"),
    ("logic integer f(integer n) = n <= 0 ? f(n) : f(n - 1);", "'f' is defined by itself"),
    ("logic integer f(integer n, integer b) = n <= b ? 0 : f(n - 1, b - 1);", "'f' is defined by itself"),
    ("logic integer f(integer n) = n <= 0 ? 0 : f(n - 0);", "'f' is defined by itself"),
    ("inductive R(integer a) { case c: !R(0) ==> R(1); }", "R is not plainly positive"),
    ("inductive R(integer a) { case c: R(0) && \\true; }", "does not conclude R"),
])
def test_logic_that_nothing_checks(text: str, said: str) -> None:
    problems = logic(text)
    assert len(problems) == 1 and said in problems[0]


def test_logic_that_is_sound() -> None:
    assert not logic("predicate P(integer x) = x > 0;", "predicate Q(integer x) = P(x);")
    assert not logic("logic integer f(integer n, integer b) = n <= b ? 0 : 1 + f(n - 1, b);")
    assert not logic("logic integer f(integer n, integer b) = n >= b ? 0 : f(n + 1, b);")
    assert not logic("logic integer f(integer n, integer b) = b >= n ? 0 : f(n - 2, b);")
    assert not logic("inductive R(integer a) { case z: R(0); case c: \\forall integer n; R(n) ==> R(n + 1); }")
    assert not structure.logic_problems(unit_of("/*@ predicate P(integer x) = !P(x); */\n"), {"P": "why"})


def test_definitions_in_a_circle_or_twice() -> None:
    assert len(logic("predicate P(integer x) = Q(x);", "predicate Q(integer x) = !P(x);")) == 2
    assert "'P' is defined twice" in logic("predicate P(integer x) = x > 0;", "predicate P(integer x, integer y) = x > y;")[0]


def test_contracts_agree_across_units() -> None:
    proved = unit_of(contract("int f(int x) { return x; }"), "src/core/a.c")
    headers = unit_of(contract("int f(int x);"), "the headers")
    user = unit_of(contract("int f(int x);") + contract("int g(void) { return f(1); }"), "proofs/clients/b.c")
    assert not structure.across([proved, user], headers)
    other = unit_of(contract("int f(int x);", "ensures more: \\result == 1;"), "src/core/c.c")
    assert structure.across([proved, other], headers) == ["src/core/c.c: f: its contract here is not the one that src/core/a.c proves"]
    assert structure.across([user], None) == ["proofs/clients/b.c: f: declared, and nothing defines it: its contract would be taken on trust"]
    assert structure.across([proved], unit_of("", "the headers")) == ["src/core/a.c: f: no header declares it with a contract"]
    twice = unit_of(contract("int f(int x) { return x; }"), "src/core/d.c")
    assert "src/core/c.c: f: defined more than once: src/core/a.c, src/core/d.c" in structure.across([proved, twice, other], None)


def test_recursion_between_units() -> None:
    a = unit_of(contract("void g(void);") + contract("void f(void) { g(); }"), "src/a.c")
    b = unit_of(contract("void f(void);") + contract("void g(void) { f(); }"), "src/b.c")
    assert "src/a.c: f calls g of src/b.c, which comes back to it" in structure.across([a, b], None)


def test_what_the_whole_program_reaches() -> None:
    core = unit_of(contract("void f(void) { g(); }") + contract("static void g(void) { }") + contract("void h(void) { }"), "src/core/a.c")
    client = unit_of(contract("void f(void);") + contract("void whole(void) { f(); }"), "proofs/clients/w.c")
    units = [core, client]
    assert structure.unreached(units, "whole") == [("src/core/a.c", "h")] and structure.unreached([core], "whole") is None
    assert structure.reach_problems([core], "whole", {}, "s") == ["proofs/clients has no function 'whole'"]
    [missed] = structure.reach_problems(units, "whole", {}, "s")
    assert missed.startswith("src/core/a.c: h: 'whole' does not reach it")
    assert not structure.reach_problems(units, "whole", {"h": "why"}, "s")
    assert structure.reach_problems(units, "whole", {"h": "why", "g": "why"}, "s") == ["s: g: 'whole' reaches it"]
    asks = unit_of(contract("void f(void);") + contract("void whole(void) { f(); }", "requires x;"), "proofs/clients/w.c")
    assert "whole: requires something of its caller" in structure.reach_problems([core, asks], "whole", {"h": "why"}, "s")


def test_each_problem_of_a_unit_is_problems() -> None:
    problems = logic("axiomatic A { axiom a: \\false; }", "inductive R(integer a) { case c: \\true; }", "predicate P(integer x) = !P(x);")
    assert [said.split("'")[1] if "'" in said else "R" for said in problems] == ["axiomatic", "R", "P"]
