# SPDX-License-Identifier: MIT
"""The reader of settings.json."""

import json
import pathlib
from typing import Any

import pytest
from conftest import ROOT
from gate.settings import Settings

ALL: dict[str, Any] = {
    "versions": {"z3": "1"}, "each function": {"tries": [{"provers": ["z3"], "timeout": 1}], "flags": []},
    "some functions": {"f g": {"flags": ["-wp-split"], "why": "so"}},
    "smoke tests": {"provers": ["z3"], "steps": 10, "units": {"a.c b.c": 99}}, "probes": {"provers": ["z3"], "timeout": 2, "steps": 5},
    "seconds for a function at most": 60, "warnings that do no harm": {"fine": "why"}, "from": {"a.c": "why"}}


def settings(root: pathlib.Path, **more: Any) -> Settings:
    (root / "proofs").mkdir(exist_ok=True)
    (root / "proofs" / "settings.json").write_text(json.dumps({**ALL, **more}), encoding="utf-8")
    return Settings(str(root))


def test_how_functions_are_proved(tmp_path: pathlib.Path) -> None:
    read = settings(tmp_path)
    assert read.how("c.c", "h", "s")["flags"] == [] and read.how("c.c", None, "s")["flags"] == []
    assert read.how("c.c", "f", "s")["flags"] == ["-wp-split"] == read.how("c.c", "g", "s")["flags"]
    how = read.how("c.c", "h", "s")
    assert (how["limit"], how["session"], how["allowed_warnings"], how["smoke"]["steps"]) == (60, "s", ["fine"], 10)
    assert read.how("b.c", "h", "s")["smoke"] == {"provers": ["z3"], "steps": 99}


def test_the_exceptions(tmp_path: pathlib.Path) -> None:
    read = settings(tmp_path)
    assert read.sources == {"a.c": "why"} and read.versions == {"z3": "1"}
    assert not any((read.twins, read.recursive, read.unset, read.unreached, read.equal_mutants))


def test_probes(tmp_path: pathlib.Path) -> None:
    how = settings(tmp_path).probe("s")
    assert how["tries"] == [{"provers": ["z3"], "timeout": 2}] and how["steps"] == 5 and how["prop"] == "probe" and how["limit"] == 60


def test_keys_that_are_not_known(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="settings.json: unknown: invented"):
        settings(tmp_path, invented={})
    with pytest.raises(ValueError, match="settings.json: f: unknown: tires"):
        settings(tmp_path, **{"some functions": {"f": {"tires": []}}}).how("a.c", "f", "s")


def test_each_exception_of_the_tree_has_its_reason() -> None:
    read = Settings(str(ROOT))
    for listed in (read.twins, read.recursive, read.unset, read.sources, read.unreached, read.equal_mutants):
        assert all(why.strip() for why in listed.values())
    assert all(how["why"] for how in read.some.values())
