# SPDX-License-Identifier: MIT
"""Probes: the files that are made from definitions."""

import pathlib

import pytest
from conftest import unit_of
from gate import probes
from gate.scan import Unreadable

LOGIC = """predicate P{L1, L2}(struct s *p, integer n) = n > 0;
logic integer f(integer n) = n;
logic boolean always = \\true;
"""


def tree(root: pathlib.Path, logic: str = LOGIC) -> str:
    (root / "spec/logic").mkdir(parents=True)
    (root / "src/core/bits").mkdir(parents=True)
    (root / "spec/logic/a.acsl").write_text("/*@ " + logic + "*/\n// predicate Remark(x)\n", encoding="utf-8")
    (root / "src/core/bits/a.h").write_text("", encoding="utf-8")
    (root / "src/core/bits/b_lemmas.h").write_text("/*@ predicate Q(integer x) = x > 0; */", encoding="utf-8")
    return str(root)


UNITS = [unit_of("".join(f"/*@ {line} */\n" for line in LOGIC.splitlines()) + "/*@ predicate Q(integer x) = x > 0; */\n")]


def test_sources_with_logic(tmp_path: pathlib.Path) -> None:
    assert list(probes.sources_with_logic(tree(tmp_path))) == [
        ("spec/logic/a.acsl", ["P", "f", "always"]), ("src/core/bits/b_lemmas.h", ["Q"])]


def test_a_probe_for_each_definition(tmp_path: pathlib.Path) -> None:
    made = list(probes.generate(tree(tmp_path), "build/probes", UNITS))
    assert made == [("spec/logic/a.acsl", "build/probes/spec_logic_a.acsl.c", ["nothing", "P", "f", "always"]),
                    ("src/core/bits/b_lemmas.h", "build/probes/src_core_bits_b_lemmas.h.c", ["nothing", "Q"])]
    text = (tmp_path / made[0][1]).read_text(encoding="utf-8")
    assert '#include "../../src/core/bits/a.h"\n#include "../../spec/logic/a.acsl"' in text and "lemmas" not in text
    assert text.count("/*@ check probe: \\false; */") == 4
    assert "/*@ ensures made: P{Pre, Post}(p, n); */\nvoid make_P(struct s * p, int64_t n);" in text.replace("struct s *p", "struct s * p")
    assert "/*@ ensures made: \\result == f(n); */\nint64_t make_f(int64_t n);" in text
    assert "_Bool make_always(void);\nvoid probe_always(void)\n{\n    make_always();" in text


def test_lemmas_are_seen_through_their_unit(tmp_path: pathlib.Path) -> None:
    list(probes.generate(tree(tmp_path), "build/probes", UNITS))
    text = (tmp_path / "build/probes/src_core_bits_b_lemmas.h.c").read_text(encoding="utf-8")
    assert '#include "../../src/core/bits/b.c"' in text and "b_lemmas.h\"" not in text


def test_what_can_not_be_probed(tmp_path: pathlib.Path) -> None:
    root = tree(tmp_path)
    with pytest.raises(Unreadable, match="spec/logic/a.acsl: P is in no unit"):
        list(probes.generate(root, "build/probes", [unit_of("")]))
    odd = unit_of("/*@ predicate P(\\list<integer> x) = \\true; */\n")
    with pytest.raises(Unreadable, match="P: a formal of type"):
        list(probes.generate(root, "build/probes", [odd]))
