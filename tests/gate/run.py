#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The tests of the gate's own modules, by Debian's pytest. The last line says `N passed, N failed`."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent


class Count:
    """Counts tests; what could not be collected has failed."""

    def __init__(self) -> None:
        self.passed = self.failed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.passed += report.when == "call" and report.passed
        self.failed += report.failed

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.failed += report.failed


def main() -> int:
    sys.dont_write_bytecode = True
    count = Count()
    status = pytest.main(["-q", "-p", "no:cacheprovider", str(HERE), *sys.argv[1:]], plugins=[count])
    print(f"{count.passed} passed, {count.failed} failed")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
