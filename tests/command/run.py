#!/usr/bin/env python3
"""The tests of the `nodepages` command.

    NODEPAGES=build/nodepages tests/command/run.py [WORD...]

A test whose name holds one of the words is run; without words, all are.
"""

import sys

sys.dont_write_bytecode = True

import harness
import test_arguments
import test_broken_maps
import test_faults
import test_hostile
import test_install
import test_kernel_logs
import test_live
import test_logs
import test_maps
import test_output
import test_run
import test_samples
import test_terminal
import test_traces
import test_unreadable_traces

sys.exit(harness.main())
