# SPDX-License-Identifier: MIT
"""What llvm-cov measured, branch by branch: for fuzz/coverage and tests/coverage."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "proofs"))

from gate import scan  # noqa: E402

LLVM = "-14"


class Failure(Exception):
    """What can't be measured, or is not what it should be."""


def run(command, **more):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **more)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command[:4])}...: {(done.stderr.strip() or done.stdout.strip())[-2000:]}")
    return done.stdout


def targets(*traits):
    """The fuzz targets with all of the traits."""
    return run([os.path.join(os.path.dirname(os.path.abspath(__file__)), "targets"), *traits]).split()


def export(profiles, programs, data, files, html=None):
    """The coverage that profiles of programs make together, as llvm-cov exports it, for each of the files."""
    run(["llvm-profdata" + LLVM, "merge", "-o", data, *profiles])
    objects = [programs[0]]
    for program in programs[1:]:
        objects += ["-object", program]
    if html:
        run(["llvm-cov" + LLVM, "show", *objects, f"-instr-profile={data}", "-format=html", "-show-branches=count",
             f"-output-dir={html}", *files])  # fmt: skip
    exported = run(["llvm-cov" + LLVM, "export", *objects, f"-instr-profile={data}", *files])
    return json.loads(exported)["data"][0]["files"]


def missed_branches(file):
    """(line, condition, side) of each side of a branch that was not reached."""
    with open(file["filename"], encoding="utf-8") as source:
        lines = source.read().split("\n")
    reached = {}
    for line, column, end_line, end_column, true, false, *_ in file["branches"]:
        place = (line, column, end_line, end_column)
        before = reached.get(place, (0, 0))
        reached[place] = (before[0] + true, before[1] + false)
    missed = []
    for (line, column, end_line, end_column), counts in sorted(reached.items()):
        text = lines[line - 1][column - 1 : end_column - 1] if line == end_line else lines[line - 1][column - 1 :]
        for side, count in zip(("true", "false"), counts):
            if count == 0:
                missed.append((line, text, side))
    return missed


def function_at(path, line):
    """The function that a line of a file belongs to."""
    with open(path, encoding="utf-8") as source:
        text = source.read()
    names = [one.name for one in scan.functions(text) if text.count("\n", 0, one.begin) < line]
    return names[-1] if names else "?"
