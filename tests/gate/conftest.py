# SPDX-License-Identifier: MIT
"""The gate's modules, and what Frama-C really printed for samples/sample.c."""

import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "proofs"))

from gate import normal, wp  # noqa: E402

SAMPLES = ROOT / "tests" / "gate" / "samples"
HOW: wp.How = {"tries": [{"provers": ["cvc4"], "steps": 100000, "timeout": 20}, {"provers": ["z3", "cvc4"], "timeout": 2}],
               "flags": ["-wp-no-ground"], "smoke": {"provers": ["cvc4"], "timeout": 3, "steps": 40000}, "session": "scripts",
               "parallel": 2, "limit": 300, "allowed_warnings": []}


@pytest.fixture(name="unit")
def read_unit() -> normal.Unit:
    """samples/sample.c as Frama-C prints it back."""
    return normal.read("sample.c", (SAMPLES / "normal.c").read_text(encoding="utf-8"))


def printed(name: str) -> str:
    """What Frama-C printed when it proved a function of samples/sample.c."""
    return (SAMPLES / f"{name}.printed").read_text(encoding="utf-8")


def unit_of(text: str, path: str = "a.c") -> normal.Unit:
    """A unit that is written in a test."""
    return normal.read(path, text)


def contract(body: str, ensures: str = "") -> str:
    """A function with all that a contract must have."""
    return f"/*@ terminates \\true; exits \\false; assigns \\nothing; {ensures} */\n{body}\n"
