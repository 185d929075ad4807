# SPDX-License-Identifier: MIT
"""The command on a host that refuses: one call after the other fails, and each time there is a message, or all is as if none had."""

import gzip
import os
import pathlib
import re
import subprocess

from harness import COMMAND, SMALL, Result, equal, test, write
from test_broken_maps import E820, SRAT
from test_live import IOMEM, system
from test_run import DRIVER, MAP

FAULTS = COMMAND + "-faults"
TRACE = "a = pages bytes=4096\nb = contiguous bytes=64K\nfree a\nhold 0x0-0xffff\ndrop 0x0-0xffff\nc = pages bytes=1G high=0x3ffff flags=FULLY_REQUIRED\n"


def fault(directory, number, *arguments):
    """Runs the command with the call of this number failing. @return the name of the call, None when there are fewer, and the result"""
    environment = {**os.environ, "LC_ALL": "C", "NODEPAGES_FAULT": str(number), "NODEPAGES_LIVE_ROOT": os.path.join(directory, "root")}
    done = subprocess.run([FAULTS, *arguments], stdin=subprocess.DEVNULL, capture_output=True, cwd=directory, timeout=120, env=environment, check=False)
    err = done.stderr.decode()
    name = re.search(r"fault: (\w+)\n", err)
    result = Result(done.returncode, done.stdout.decode(), err.replace(name[0], "", 1) if name else err)
    assert "Sanitizer" not in err and "runtime error" not in err, result
    return name and name[1], result


def each_fails(directory, *arguments):
    """Lets each call fail. @return the results, by the name of the call"""
    good = fault(directory, 0, *arguments)[1]
    found = {}
    for number in range(1, 1000):
        name, result = fault(directory, number, *arguments)
        if name is None:
            equal((result.code, result.out), (good.code, good.out))
            return found
        found.setdefault(name, []).append(result)
        shorter = name == "vasprintf" and "out of memory" in result.err
        if (result.code, result.out) == (good.code, good.out) and (result.err == good.err or shorter):
            continue
        assert result.code == 2, (name, result)
        assert result.err.startswith("nodepages") and good.out.startswith(result.out), (name, result)
    raise AssertionError("no end of calls that can fail")


@test
def a_replay(directory):
    write(directory, "m", SMALL)
    write(directory, "t", TRACE)
    for form in (["--json"], []):
        found = each_fails(directory, "replay", *form, "--map", "m", "t")
        for name in ("malloc", "calloc", "realloc", "strdup", "tsearch", *(("json_object", "json_array", "json_dumps") if form else ())):
            assert all("memory" in result.err for result in found[name]), found[name]
        for result in found["ferror"]:
            assert "standard output: Input/output error" in result.err, result
        assert len(found["read"]) > 1 and {result.code for result in found["read"]} == {0}, found


@test
def a_replay_that_begins_with_a_block(directory):
    write(directory, "m", SMALL)
    write(directory, "t", "a = contiguous bytes=64K\nfree a\n")
    found = each_fails(directory, "replay", "--json", "--map", "m", "t")
    assert found["realloc"][-1].err == "nodepages: t:1: out of memory\n", found["realloc"]


@test
def a_map(directory):
    write(directory, "m", SMALL)
    found = each_fails(directory, "map", "--map", "m")
    assert "out of memory" in found["realloc"][0].err and "standard output" in found["ferror"][0].err, found


@test
def a_packed_map(directory):
    """Long enough to be read in several pieces."""
    (pathlib.Path(directory) / "m").write_bytes(gzip.compress(SMALL.encode() + b"".join(b"# %d\n" % (i * i) for i in range(60000))))
    found = each_fails(directory, "map", "--map", "m")
    assert "out of memory" in found["calloc"][0].err, found


@test
def a_kernel_log(directory):
    """With ranges that were updated and removed."""
    removed = "e820: update [mem 0x00000000-0x00000fff] usable ==> reserved\ne820: remove [mem 0x00040000-0x00040fff] usable\n"
    write(directory, "m", E820 + removed + "Bootmem setup node 0 0000000000000000-0000000000200000\n" + SRAT)
    found = each_fails(directory, "map", "--map", "m")
    assert all("memory" in result.err for result in found["realloc"]), found


@test
def a_live_machine(directory):
    system(directory, {"proc/iomem": IOMEM})
    found = each_fails(directory, "map", "--live")
    assert all("memory" in result.err for result in found["realloc"]) and found["malloc"][0].code == 2, found


@test
def a_message(directory):
    """Where there is no memory for its words, it says that much."""
    write(directory, "m", "this is not a map\n")
    found = []
    for number in range(1, 100):
        name, result = fault(directory, number, "map", "--map", "m")
        if name is None:
            break
        assert result.code == 2 and result.err.startswith("nodepages: "), (name, result)
        if name == "vasprintf":
            equal(result.err, "nodepages: m:1: out of memory\n")
        found.append(name)
    assert "vasprintf" in found and "malloc" in found, found


@test
def a_run(directory):
    write(directory, "m", MAP)
    for arguments in (["--map", "m"], ["--live"]):
        found = each_fails(directory, "run", *arguments, "--report", "r", "--pattern", "0xa5", "true")
        assert "left no report" in found["fclose"][0].err, found
        for name in ("setenv", "memfd_create", "fdopen", "calloc"):
            assert {result.code for result in found[name]} == {2}, (name, found[name])
        equal([result.code for result in found["waitpid"]], [0, 2])
        assert "cannot tell how it ended: No child processes" in found["waitpid"][1].err, found
        equal({result.code for result in found["fclose"]}, {0, 2})


@test
def a_run_of_a_program_that_fails(directory):
    """Its exit status is worth more than that of the report."""
    for number in range(1, 100):
        name, result = fault(directory, number, "run", "--report", "r", "--", "sh", "-c", "exit 7")
        if name is None:
            break
        assert result.code in (2, 7), (name, result)
        assert "nodepages: r: Input/output error" not in result.err or result.code == 7, (name, result)
    equal(result.code, 7)


@test
def a_run_whose_report_is_not_written(directory):
    found = each_fails(directory, "run", "--report", "r", DRIVER)
    assert "nodepages: r: Input/output error" in found["ferror"][0].err, found
