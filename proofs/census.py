#!/usr/bin/env python3
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

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from gate import normal, record, source  # noqa: E402

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
CORE = os.path.join("src", "core")
ENTRY = "np_allocate_pages"
DEFINITION = re.compile(r"^[A-Za-z_][\w \t*]*?\b(\w+)\s*\(([^;{}()]*)\)\s*\{", re.M)


def lines(text):
    return sum(1 for line in text.splitlines() if line.strip())


def functions(root):
    """name: (file, parameters, lines of the body, assertions in it, body as code alone)."""
    found = {}
    for path in source.files_below(root, CORE, (".c",)):
        text = source.read(root, path)
        flat = re.sub(r"^[ \t]*#.*$", lambda line: " " * len(line.group()), source.only(text, ("code",)), flags=re.M)
        for match in DEFINITION.finditer(flat):
            end = normal.block_end(flat, match.end() - 1)
            body = text[match.end():end]
            asserted = len(re.findall(r"\bassert\b", source.only(body, ("annotation",))))
            found[match.group(1)] = (path, match.group(2).count(",") + 1, lines(body), asserted, flat[match.end():end])
    return found


def walk(known, entry):
    """Files that a call of `entry` passes through, and how often it comes back to one that it left."""
    files, returns, expanded = [], 0, set()

    def visit(name):
        nonlocal returns
        here = known[name][0]
        if here not in files:
            files.append(here)
        expanded.add(name)
        for called in re.findall(r"\b(\w+)\s*\(", known[name][4]):
            if called in known and called not in expanded:
                if known[called][0] != here and known[called][0] in files:
                    returns += 1
                visit(called)

    visit(entry)
    return len(files), returns


def levels(root):
    """The longest chain of includes inside the core, and whether there is a cycle."""
    edges = {path: [os.path.normpath(os.path.join(os.path.dirname(path), name)) for name in
                    re.findall(r'^#include "([^"]+)"', source.read(root, path), re.M)] for path in source.files_below(root, CORE, (".h",))}
    depth, cycles = {}, set()

    def of(path, above):
        if path in above:
            cycles.add(path)
            return 0
        if path not in depth:
            depth[path] = 1 + max((of(name, above + (path,)) for name in edges[path] if name in edges), default=0)
        return depth[path]

    return max(of(path, ()) for path in edges), len(cycles)


def contract(root, name):
    """Lines of the contract in front of a declaration."""
    for path in source.files_below(root, CORE, (".h",)):
        text = source.read(root, path)
        at = re.search(rf"^[A-Za-z_][\w \t*]*\b{name}\s*\([^;{{]*\);", text, re.M)
        if at:
            begin = text.rindex("/*@", 0, at.start())
            return lines(text[begin:at.start()])
    return 0


def census(root):
    counts = {"C": 0, "annotations": 0, "lemmas": 0}
    for path in source.files_below(root, CORE, (".c", ".h")):
        text = source.read(root, path)
        if path.endswith(source.LEMMAS):
            counts["lemmas"] += lines(source.only(text, ("annotation",)))
            continue
        counts["C"] += lines(source.only(text, ("code", "literal")))
        counts["annotations"] += lines(source.only(text, ("annotation",)))
    logic = sum(lines(source.only(source.read(root, path), ("annotation",))) for path in source.files_below(root, "spec/logic", (".acsl",)))
    known = functions(root)
    longest = max(known, key=lambda name: known[name][2])
    asserted = max(known, key=lambda name: known[name][3])
    files, returns = walk(known, ENTRY)
    deep, cycles = levels(root)
    everything = "".join(source.annotations(source.read(root, path)) for path in
                         list(source.files_below(root, CORE, (".c", ".h"))) + list(source.files_below(root, "spec/logic", (".acsl",))))
    recorded = record.load(root, os.path.join("proofs", "recorded.json")).values()
    slowest = max(recorded, key=lambda entry: entry["seconds"], default=None)
    return {
        "lines of C": counts["C"],
        "annotation lines beside them": counts["annotations"],
        "annotation lines for each line of C": round(counts["annotations"] / counts["C"], 2),
        "lines of lemmas, in files of their own": counts["lemmas"],
        "lines of logic in spec/logic": logic,
        "longest body, with annotations": f"{known[longest][2]} ({longest})",
        "most assertions in a body": f"{known[asserted][3]} ({asserted})",
        "bodies over 60 lines": sum(1 for one in known.values() if one[2] > 60),
        "bodies with more than 8 assertions": sum(1 for one in known.values() if one[3] > 8),
        "functions with 7 arguments or more": sum(1 for one in known.values() if one[1] >= 7),
        "files that a pages request passes through": files,
        "returns to a file already left": returns,
        "include levels": deep,
        "include cycles": cycles,
        f"lines of the contract of {ENTRY}": contract(root, ENTRY),
        "'terminates' and 'exits' written out": len(re.findall(r"\bterminates\s+\\true", everything)),
        "bounds in bare hexadecimal, of 8 digits or more": len(re.findall(r"\b0x[0-9a-f]{8,}\b", everything)),
        "slowest function as recorded": f"{slowest['seconds']} s ({slowest['function'].rsplit(':', 1)[1]})" if slowest else "none",
    }


def main():
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
