#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""spec/semantics.md against the tree: every clause is there, and every name it points to exists.

Prints a line for each that is not as it should be, and `N passed, N failed` at the end.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLAUSES = {"M": 7, "R": 5, "N": 5, "P": 6, "C": 4, "B": 5, "F": 4, "W": 1}
EXPECTED = [f"{letter}{number}" for letter, last in CLAUSES.items() for number in range(1, last + 1)]


def text_of(*patterns):
    return "\n".join(path.read_text() for pattern in patterns for path in sorted(ROOT.glob(pattern)))


def clauses(text):
    """name -> the text of the clause"""
    found = re.split(r"^\*\*([A-Z]\d)\.\*\*", text, flags=re.M)
    return dict(zip(found[1::2], found[2::2]))


def main():
    wrong = {}  # clause or file -> what is wrong with it
    spec = clauses((ROOT / "spec" / "semantics.md").read_text())
    logic = set(re.findall(r"\b(?:predicate|inductive)\s+(\w+)|\blogic\s+\w+\s+(\w+)", text_of("spec/logic/**/*.acsl", "src/core/**/*.[ch]")))
    logic = {name for pair in logic for name in pair if name}
    core = set(re.findall(r"^[a-z][\w \t*]*?\b(np_\w+)\(", text_of("src/core/**/*.h"), re.M))
    tests = set(re.findall(r"^static void (\w+)\(void \*\*", text_of("tests/unit/*.c"), re.M))

    def expect(where, held, said):
        wrong.setdefault(where, [])
        if not held:
            wrong[where].append(said)

    expect("the list", list(spec) == EXPECTED, f"clauses {' '.join(spec)}; expected {' '.join(EXPECTED)}")
    for clause, text in spec.items():
        for kind, known in (("predicate", logic), ("carried by", core), ("tests", tests)):
            line = re.search(rf"^- {kind}: (.*)$", text, re.M)
            names = re.findall(r"`(\w+)`", line.group(1)) if line else []
            expect(clause, bool(line) and (bool(names) or line.group(1).startswith("none")), f"no '{kind}'")
            for name in names:
                expect(clause, name in known, f"{kind}: {name} is not there")
    for test in sorted(tests):
        clause = test.split("_")[0]
        if re.fullmatch(r"[A-Z]\d", clause):
            expect(clause, any(f"`{test}`" in text for text in spec.values()), f"tests: {test} is not listed")
    for path in sorted(ROOT.glob("src/core/**/*.h")):
        for tag in re.findall(r"@clause (.*)", path.read_text()):
            for pair in re.findall(r"\b([A-Z]\d)(?: - ([A-Z]\d))?\b", tag):
                for clause in filter(None, pair):
                    expect(path.name, clause in spec, f"@clause {clause}: no such clause")

    for where, said in wrong.items():
        for text in said:
            print(f"FAILED: {where}: {text}")
    failed = sum(1 for said in wrong.values() if said)
    print(f"{len(wrong) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
