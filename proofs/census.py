#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts what makes the core hard or easy to read.

    proofs/census.py            the figures, one a line
    proofs/census.py --json     the same as JSON

A line of C is a line with code on it; an annotation line, one with ACSL on it. Lemmas are counted apart: they stand in files
of their own. A walk of a pages request expands each function once, in the order of the text.
"""

import argparse
import json
import os
import re
import sys
from typing import Any, NamedTuple

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from gate import record, scan, source  # noqa: E402

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
CORE = os.path.join("src", "core")
ENTRY = "np_allocate_pages"


def lines(text: str) -> int:
    """The lines that are not empty."""
    return sum(1 for line in text.splitlines() if line.strip())


class Body(NamedTuple):
    """The body of a function: its file, the parameters of the function, its lines, assertions in it, and it as code alone."""

    path: str
    parameters: int
    lines: int
    assertions: int
    code: str


def functions(root: str) -> dict[str, Body]:
    """The bodies of the core, by the names of their functions."""
    found = {}
    for path in source.files_below(root, CORE, (".c",)):
        text = source.read(root, path)
        flat = scan.without_directives(scan.only(text, "code"))
        for one in scan.functions(text):
            body = text[one.begin:one.end]
            asserted = len(re.findall(r"\bassert\b", scan.only(body, "annotation")))
            found[one.name] = Body(path, one.parameters.count(",") + 1, lines(body), asserted, flat[one.begin:one.end])
    return found


def walk(known: dict[str, Body], entry: str) -> tuple[int, int]:
    """Files that a call of `entry` passes through, and how often it comes back to one that it left."""
    files: list[str] = []
    expanded: set[str] = set()
    returns = 0

    def visit(name: str) -> None:
        nonlocal returns
        here = known[name].path
        if here not in files:
            files.append(here)
        expanded.add(name)
        for called in re.findall(r"\b(\w+)\s*\(", known[name].code):
            if called in known and called not in expanded:
                if known[called].path != here and known[called].path in files:
                    returns += 1
                visit(called)

    visit(entry)
    return len(files), returns


def levels(root: str) -> tuple[int, int]:
    """The longest chain of includes inside the core, and whether there is a cycle."""
    edges = {path: [os.path.normpath(os.path.join(os.path.dirname(path), name)) for name in
                    re.findall(r'^#include "([^"]+)"', source.read(root, path), re.M)] for path in source.files_below(root, CORE, (".h",))}
    depth: dict[str, int] = {}
    cycles: set[str] = set()

    def of(path: str, above: tuple[str, ...]) -> int:
        if path in above:
            cycles.add(path)
            return 0
        if path not in depth:
            depth[path] = 1 + max((of(name, above + (path,)) for name in edges[path] if name in edges), default=0)
        return depth[path]

    return max(of(path, ()) for path in edges), len(cycles)


def contract(root: str, name: str) -> int:
    """Lines of the contract in front of a declaration."""
    for path in source.files_below(root, CORE, (".h",)):
        text = source.read(root, path)
        at = re.search(rf"^[A-Za-z_][\w \t*]*\b{name}\s*\([^;{{]*\);", text, re.M)
        if at:
            begin = text.rindex("/*@", 0, at.start())
            return lines(text[begin:at.start()])
    return 0


def census(root: str) -> dict[str, Any]:
    """The figures, by name."""
    counts = {"C": 0, "annotations": 0, "lemmas": 0}
    for path in source.files_below(root, CORE, (".c", ".h")):
        text = source.read(root, path)
        if path.endswith(source.LEMMAS):
            counts["lemmas"] += lines(scan.only(text, "annotation"))
            continue
        counts["C"] += lines(scan.only(text, "code", "literal"))
        counts["annotations"] += lines(scan.only(text, "annotation"))
    logic = sum(lines(scan.only(source.read(root, path), "annotation")) for path in source.files_below(root, "spec/logic", (".acsl",)))
    known = functions(root)
    longest = max(known, key=lambda name: known[name].lines)
    asserted = max(known, key=lambda name: known[name].assertions)
    files, returns = walk(known, ENTRY)
    deep, cycles = levels(root)
    everything = "".join(source.annotations(source.read(root, path)) for path in
                         list(source.files_below(root, CORE, (".c", ".h"))) + list(source.files_below(root, "spec/logic", (".acsl",))))
    recorded = record.load(root, os.path.join("proofs", "recorded.json")).values()
    slowest = max(recorded, key=lambda entry: float(entry["seconds"]), default=None)
    return {
        "lines of C": counts["C"],
        "annotation lines in the same files": counts["annotations"],
        "annotation lines for each line of C": round(counts["annotations"] / counts["C"], 2),
        "lines of lemmas, in files of their own": counts["lemmas"],
        "lines of logic in spec/logic": logic,
        "longest body, with annotations": f"{known[longest].lines} ({longest})",
        "most assertions in a body": f"{known[asserted].assertions} ({asserted})",
        "bodies over 60 lines": sum(1 for one in known.values() if one.lines > 60),
        "bodies with more than 8 assertions": sum(1 for one in known.values() if one.assertions > 8),
        "functions with 7 arguments or more": sum(1 for one in known.values() if one.parameters >= 7),
        "files that a pages request passes through": files,
        "returns to a file already left": returns,
        "include levels": deep,
        "include cycles": cycles,
        f"lines of the contract of {ENTRY}": contract(root, ENTRY),
        "'terminates' and 'exits' written out": len(re.findall(r"\bterminates\s+\\true", everything)),
        "bounds in bare hexadecimal, of 8 digits or more": len(re.findall(r"\b0x[0-9a-f]{8,}\b", everything)),
        "slowest function as recorded": f"{slowest['seconds']} s ({slowest['function'].rsplit(':', 1)[1]})" if slowest else "none",
    }


def main() -> int:
    """The census, from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=ROOT, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = census(os.path.abspath(options.root))
    if options.json:
        print(json.dumps(figures, indent=1))
    else:
        width = max(map(len, figures))
        for name, value in figures.items():
            print(f"{name:<{width}}  {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
