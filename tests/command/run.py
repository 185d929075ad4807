#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tests of the `nodepages` command.

    NODEPAGES=build/nodepages tests/command/run.py [WORD...]

A test whose name holds one of the words is run; without words, all are.
"""

import importlib
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import harness

for module in sorted(Path(__file__).parent.glob("test_*.py")):
    importlib.import_module(module.stem)

sys.exit(harness.main())
