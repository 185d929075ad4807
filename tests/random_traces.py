#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""nodepages replay --json on the three bundled maps agrees with the executable specification on random traces.

    make checked && tests/random_traces.py [--seed N] [--seeds N] [--operations N] [--keep DIRECTORY]

tests/random_trace.c writes a trace for a map and a seed, and the answers that are expected; they are compared with those of
the command line by line. What was compared is left in build/tests/random-traces. NODEPAGES is the command to test.
"""

import argparse
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
COMMAND = os.environ.get("NODEPAGES", str(ROOT / "build" / "checked" / "nodepages"))
WRITER = str(ROOT / "build" / "checked" / "random_trace")
MACHINES = ROOT / "corpus" / "machines"

MAPS = {
    "qssc": ["qssc-s4r-4node-128gib-hotplug.dmesg"],
    "hisilicon": ["hisilicon-hip08-4node-sparse.dmesg"],
    "amd": ["amd-epyc-8node-1tib.dmesg", "numactl-8node.txt"],
}

# What a run of the default size or more must have met: see kind_of.
KINDS = {
    *(("pages", status, None, None) for status in ("ok", "partial")),
    *(("pages", "failed", "invalid", word) for word in ("bytes", "high", "skip", "node", "flags", "name")),
    *(("pages", "failed", word, None) for word in ("limit", "empty-range", "node", "too-few", "fragmented")),
    *((word, "ok", "several nodes", None) for word in ("pages", "contiguous")),
    ("contiguous", "ok", None, None),
    *(("contiguous", "failed", "invalid", word) for word in ("bytes", "high", "boundary", "node", "name")),
    *(("contiguous", "failed", word, None) for word in ("empty-range", "node", "too-few", "fragmented", "boundary")),
    ("free", "ok", None, None),
    ("free", "failed", "not-allocated", None),
    ("add", "ok", None, None),
    ("add", "failed", "not-removed", None),
    *((word, "ok", None, None) for word in ("hold", "drop")),
    *((word, "failed", "invalid", "range") for word in ("hold", "drop")),
}
SEEDS, OPERATIONS = 5, 400


def kind_of(answer):
    """Operation, status, reason and parameter of an answer; of pages from more than one node, that instead."""
    several = len({node for _, _, node in answer["runs"]}) > 1
    return answer["op"], answer["status"], "several nodes" if several else answer.get("reason"), answer.get("parameter")


def first_difference(trace, expected, got):
    """What to say of the first line that differs, or None."""
    for want, have in itertools.zip_longest(expected, got):
        if want == have:
            continue
        number = json.loads(want)["line"] if want else "?"
        text = trace[number - 1] if want else "past the last expected answer"
        return f"trace line {number}: {text}\n  expected {want}\n  got      {have}"
    return None


def compare(keep, name, seed, operations, kinds):
    """Writes a trace, replays it, and returns what is wrong, or None. Adds the kinds of answers that occurred."""
    maps = [str(MACHINES / file) for file in MAPS[name]]
    trace, expected = (keep / f"{name}-{seed}.{suffix}" for suffix in ("trace", "expected"))
    written = subprocess.run([WRITER, str(seed), str(operations), trace, expected, *maps], check=False,
                             stderr=subprocess.PIPE, text=True)
    if written.returncode != 0 or written.stderr:
        return f"{WRITER}: exit {written.returncode}\n{written.stderr}"
    options = itertools.chain.from_iterable(("--map", file) for file in maps)
    done = subprocess.run([COMMAND, "replay", "--json", *options, trace], check=False, capture_output=True, text=True)
    answers = expected.read_text().splitlines()
    kinds.update(map(kind_of, map(json.loads, answers)))
    # The page that ends the longest run may be one that the machine of the specification does not have.
    got = [re.sub(r',"blocker":(null|\d+)', "", line) for line in done.stdout.splitlines()]
    difference = first_difference(trace.read_text().splitlines(), answers, got)
    if done.returncode != 0 or done.stderr:
        difference = f"{difference or 'no answer differs'}\n  exit {done.returncode}\n{done.stderr}"
    return difference


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="for each map")
    parser.add_argument("--operations", type=int, default=OPERATIONS, help="in a trace")
    parser.add_argument("--keep", type=pathlib.Path, default=ROOT / "build" / "tests" / "random-traces",
                        help="where the traces are left")
    options = parser.parse_args()
    options.keep.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    kinds = set()
    for name, seed in itertools.product(MAPS, range(options.seed, options.seed + options.seeds)):
        wrong = compare(options.keep, name, seed, options.operations, kinds)
        print(f"{name} seed {seed}: {'DIFFERS, ' + wrong if wrong else 'agrees'}", flush=True)
        passed += wrong is None
        failed += wrong is not None
    if options.seeds >= SEEDS and options.operations >= OPERATIONS:
        for kind in sorted(KINDS - kinds, key=str):
            print("never occurred:", *(word for word in kind if word))
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
