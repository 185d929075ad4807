#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The end of `make`, for a person: what was proved, and what to look at next."""

import json
import os
import sys

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
try:
    with open(os.path.join(root, "build", "proofs", "summary.json"), encoding="utf-8") as file:
        summary = json.load(file)
except OSError:
    sys.exit("nothing has been proved yet: make prove")
traces = [name for name in os.listdir(os.path.join(root, "corpus", "traces")) if name.endswith(".trace")]

print(f"""nodepages
  proved     {summary['functions']} functions, {summary['goals_proved']} of {summary['goals_scheduled']} goals, from scratch in {summary['seconds']:.0f} s
             {summary['axioms']} axioms, {summary['admits']} admits, {summary['smoke_failed']} smoke tests failed
             each function: build/proofs/table.txt; what it rests on: SOUNDNESS.md
  replayed   {len(traces)} sample traces of corpus/traces on the machines of corpus/machines, printed above
  built      build/nodepages (try: build/nodepages replay --help), build/libnodepages.a (see examples/embed)
  next       make test, make bench, make help""")
