# SPDX-License-Identifier: MIT
"""The reader of what Frama-C prints back."""

import pytest
from conftest import unit_of
from gate import normal
from gate.scan import Unreadable


def test_functions_of_the_sample(unit: normal.Unit) -> None:
    assert list(unit.functions) == ["lemma_even", "add", "twice", "wrong", "never", "letter"]
    assert all(f.defined for f in unit.functions.values())
    assert [f.name for f in unit.functions.values() if f.ghost] == ["lemma_even"]
    assert [f.name for f in unit.functions.values() if f.static] == ["twice"]
    assert unit.functions["twice"].header == "static uint32_t twice(uint32_t n)"


def test_contracts_of_the_sample(unit: normal.Unit) -> None:
    assert unit.functions["wrong"].contract.startswith("requires small: n < 100;")
    assert "ensures even:" in unit.functions["lemma_even"].contract
    assert "behavior zero:" in unit.functions["add"].contract


def test_logic_and_types_of_the_sample(unit: normal.Unit) -> None:
    assert [keyword for keyword, _ in unit.logic] == ["predicate", "predicate", "logic", "lemma"]
    assert unit.other == ["struct pair { uint32_t first ; uint32_t second ; }"]


def test_calls_see_ghost_code_and_no_literals(unit: normal.Unit) -> None:
    assert normal.calls(unit.functions["twice"]) == {"lemma_even"}
    assert normal.calls(unit.functions["wrong"]) == {"twice"}
    assert normal.calls(unit.functions["letter"]) == set()


def test_loops_of_the_sample(unit: normal.Unit) -> None:
    [(number, annotation)] = normal.loops(unit.functions["twice"])
    assert number == 1 and annotation.startswith("/*@ loop invariant inside") and "loop variant n - i" in annotation
    assert not list(normal.loops(unit.functions["letter"]))


def test_a_loop_without_annotation() -> None:
    unit = unit_of("void f(void)\n{\n  /* no annotation */\n  while (1) {\n  }\n  while (2) { }\n}\n")
    assert list(normal.loops(unit.functions["f"])) == [(1, ""), (2, "")]


def test_jumps_forward_and_back(unit: normal.Unit) -> None:
    assert not list(normal.backward_jumps(unit.functions["letter"]))
    back = unit_of("void f(void)\n{\n  again: ;\n  goto again;\n}\n")
    assert list(normal.backward_jumps(back.functions["f"])) == ["again"]


def test_a_definition_wins_and_keeps_the_contract() -> None:
    unit = unit_of("/*@ requires a; */\nint f(int x);\nint f(int x)\n{\n  return x;\n}\n")
    assert unit.functions["f"].defined and unit.functions["f"].contract == "requires a;"
    unit = unit_of("int f(int x)\n{\n  return x;\n}\n/*@ requires a; */\nint f(int x);\n")
    assert unit.functions["f"].defined and unit.functions["f"].contract == "requires a;"


def test_objects_are_no_functions() -> None:
    unit = unit_of("int a = f(1);\nint b[2] = {1, 2};\nstatic int c;\ntypedef int d;\n")
    assert not unit.functions and unit.other == ["int a = f(1)", "int b[2] = {1, 2}", "static int c", "typedef int d"]


@pytest.mark.parametrize("text, said", [
    ("/*@ invented x; */", "an annotation that begins with 'invented'"),
    ("/*@ requires a; */\nint x;\n", "a contract before something that is not a function: int x"),
    ("int f(void) { }\nint f(void) { }\n", "two definitions of f"),
    ("int f(void)", "a declaration without an end"),
    ("int f(void) { ", "a block without an end"),
    ("/*@ requires a; ", "a comment without an end"),
])
def test_what_is_not_known_is_refused(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        unit_of(text)


def test_admitted_clauses_are_no_global_annotation() -> None:
    unit = unit_of("/*@ admit requires a; */\nint f(int x);\n/*@ admit lemma b: \\false; */\n")
    assert unit.functions["f"].contract == "admit requires a;" and [word for word, _ in unit.logic] == ["admit"]


def test_the_default_behaviour() -> None:
    assert normal.default_behaviour("requires a;\n  behavior b:\n    assigns c;").strip() == "requires a;"


def test_heads_of_definitions() -> None:
    text = "logic struct pair *at{L1, L2}(struct pair *p, integer n) = p;"
    assert normal.logic_name(text) == "at" and normal.logic_labels(text) == ["L1", "L2"]
    assert normal.logic_formals(text) == [("struct pair *", "p"), ("integer", "n")] and normal.logic_body(text) == "= p;"
    assert normal.logic_body("predicate P(integer x)") is None and normal.logic_body("predicate P reads x") is None
    assert not normal.logic_labels("predicate P(integer x) = x;") and not normal.logic_formals("predicate P = \\true;")
    with pytest.raises(Unreadable, match="a definition without a name"):
        normal.logic_head("lemma a: b;")
    with pytest.raises(Unreadable, match="a formal without a name"):
        normal.logic_formals("predicate P(integer *) = x;")


def test_cases_of_an_inductive_definition() -> None:
    text = "inductive R(integer a) { case base: R(0); case step{L}: \\forall integer n; R(n) && n > 0 ==> R(n + 1); }"
    assert list(normal.inductive_cases(text)) == [("base", [], "R(0)"), ("step", ["R(n)", "n > 0"], "R(n + 1)")]
    with pytest.raises(Unreadable, match="without cases"):
        list(normal.inductive_cases("inductive R(integer a)"))


def test_a_text_with_all_it_stands_for() -> None:
    unit = unit_of("/*@ predicate A(integer x) = B(x); */\n/*@ predicate B(integer x) = x > 0; */\n/*@ predicate C(integer x) = x < 0; */\n")
    defined = normal.with_definitions(unit, "lemma l: A(1);")
    assert "predicate B" in defined and "predicate A" in defined and "predicate C" not in defined


def test_ghost_code_becomes_plain() -> None:
    assert normal.unghost("a; /*@ ghost b; /@ assert c; @/ */ d;") == "a;  b; /*@ assert c; */  d;"
