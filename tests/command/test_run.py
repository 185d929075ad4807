# SPDX-License-Identifier: MIT
"""nodepages run: a program on a test machine, and the report of it. The program is that of examples/driver."""

import os
import pathlib
import signal
import subprocess

from harness import COMMAND, MACHINES, Result, equal, test, write

DRIVER = os.path.join(os.path.dirname(COMMAND), "driver")
PAGES = "512 pages lent to the host\n"
RING = "a ring of 64 slots at physical address "

# Two nodes of 8 MiB, and a third without distances.
MAP = "node 0  0x0-0x7fffff\nnode 1  0x1000000-0x17fffff\n"
MORE = "node 2  0x2000000-0x27fffff\n"


def start(directory, *arguments, env=None):
    done = subprocess.run([COMMAND, "run", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, cwd=directory,
                          timeout=120, env={**os.environ, "LC_ALL": "C", **(env or {})}, check=False)
    result = Result(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
    assert "Sanitizer" not in result.err and "runtime error" not in result.err, result
    return result


def expect(result, code, *words, out=None):
    assert result.code == code, result
    for word in words:
        assert word in result.err, (word, result)
    if out is not None:
        equal(result.out, out)
    return result


@test
def a_program_runs_on_every_bundled_machine(directory):
    for name, nodes in (("qssc-s4r-4node-128gib-hotplug", 4), ("hisilicon-hip08-4node-sparse", 4), ("amd-epyc-8node-1tib", 8)):
        result = start(directory, "--map", name, "--", DRIVER)
        expect(result, 0, f"report of a test machine of {nodes} nodes", "0 leaks, 0 violations")
        assert result.out.startswith(PAGES + RING), result
        assert "MmAllocateContiguousMemorySpecifyCacheNode" in result.err, result


@test
def a_program_runs_on_the_smallest_machine_by_default(directory):
    expect(start(directory, DRIVER), 0, "of 4 nodes", "pages: 33534936 present")


@test
def a_program_runs_on_a_map_of_files(directory):
    write(directory, "m", MAP)
    write(directory, "more", MORE)
    expect(start(directory, "--map", "m", "--", DRIVER), 0, "of 2 nodes", "pages: 4095 present, 4095 free", out=PAGES + RING + "0x1000\n")
    expect(start(directory, "--map=m", "--map", "more", "--", DRIVER), 0, "of 3 nodes", "6143 present")
    expect(start(directory, "--map", MACHINES / "amd-epyc-8node-1tib.dmesg", "--map", MACHINES / "numactl-8node.txt", "--", DRIVER), 0,
           "of 8 nodes")


@test
def leaks_are_reported_and_exit_1(directory):
    result = expect(start(directory, "--", DRIVER, "leak"), 1, " leaks, 0 violations", "512 allocated", "leak: ", "BalloonInflate")
    assert "\nnodepages: 0 leaks" not in result.err, result


@test
def a_violation_stops_the_program(directory):
    for mistake, words in (("stale", "use of an unmapped address"), ("overrun", "past contiguous memory"), ("mapped", "freed while mapped")):
        expect(start(directory, "--", DRIVER, mistake), 128 + 6, "violation: ", words, "ended by a signal: Aborted",
               "report of a test machine", "1 violation")


@test
def a_violation_may_let_the_program_go_on(directory):
    expect(start(directory, "--go-on", "--", DRIVER, "mapped"), 1, "violation: ", "0 leaks, 1 violation")
    expect(start(directory, "--", DRIVER, "mapped", env={"NODEPAGES_ON_VIOLATION": "go"}), 1, "violation: ", "0 leaks, 1 violation")
    expect(start(directory, "--", DRIVER, "mapped", env={"NODEPAGES_ON_VIOLATION": "stop"}), 128 + 6, "violation: ", " 1 violation")


@test
def calls_can_be_made_to_fail(directory):
    expect(start(directory, "--fail-call", "MmMapLockedPagesSpecifyCache:1", "--", DRIVER), 1, "0 leaks, 0 violations",
           out=PAGES + "no ring: status 0xc000009a\n")
    expect(start(directory, "--fail-call", "1", "--", DRIVER), 0, out="0 pages lent to the host\n" + RING + "0x1000\n")
    expect(start(directory, "--fail-every", "1", "--", DRIVER), 1, out="0 pages lent to the host\nno ring: status 0xc000009a\n")
    expect(start(directory, "--fail-share", "1000", "--fail-seed", "5", "--pattern=0xa5", "--stack=0", "--", DRIVER), 1,
           out="0 pages lent to the host\nno ring: status 0xc000009a\n")


@test
def a_setting_that_cannot_be_read(directory):
    expect(start(directory, "--fail-every", "often", "--", DRIVER), 2, "NODEPAGES_FAIL_EVERY is 'often'", out="")
    expect(start(directory, "--fail-call", "1x", "--", DRIVER), 2, "NODEPAGES_FAIL_CALL is '1x'", out="")
    expect(start(directory, "--fail-call", "ExFreePool:1", "--", DRIVER), 2, "NODEPAGES_FAIL_CALL is 'ExFreePool:1', which names no routine that can fail; "
           "those are MmAllocateNodePagesForMdlEx, ", out="")


@test
def the_exit_status_is_the_programs(directory):
    expect(start(directory, "--", "sh", "-c", "echo out; exit 7"), 7, "sh: left no report", out="out\n")
    expect(start(directory, "--", "sh", "-c", "kill -TERM $$"), 128 + 15, "ended by a signal: Terminated")
    expect(start(directory, "--", DRIVER, "nonsense"), 2, "driver: [none")


@test
def the_interrupt_key_is_for_the_program(directory):
    """The command waits for its end, and prints the report."""
    with subprocess.Popen([COMMAND, "run", "--", "sh", "-c", "echo ready; exec sleep 60"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=directory, start_new_session=True,
                          preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) as process:
        equal(process.stdout.readline(), b"ready\n")
        os.killpg(process.pid, signal.SIGINT)
        err = process.stderr.read().decode()
        equal(process.wait(timeout=60), 128 + 2)
        assert "ended by a signal: Interrupt" in err and "left no report" in err, err


@test
def options_after_the_program_are_its_own(directory):
    for dashes in ([], ["--"]):
        expect(start(directory, *dashes, "sh", "-c", 'echo "$@"', "sh", "--map", "x", "--", "-y"), 0, out="--map x -- -y\n")


@test
def the_report_can_go_to_a_file(directory):
    path = pathlib.Path(directory) / "report"
    for runs in (1, 2):
        result = start(directory, "--report", "report", "--", DRIVER)
        expect(result, 0)
        equal(result.err, "")
        equal(path.read_text().count("report of a test machine"), runs)
        equal(path.read_text().count("\nnodepages: 0 leaks, 0 violations\n"), runs)
    expect(start(directory, "--report", "nowhere/report", "--", DRIVER), 2, "nodepages: nowhere/report: No such file")
    expect(start(directory, "--report", "/dev/full", "--", DRIVER), 2, "nodepages: /dev/full: No space left")


@test
def nothing_is_left_in_the_folder_of_temporary_files(directory):
    expect(start(directory, "--", DRIVER, env={"TMPDIR": directory}), 0, "0 leaks")
    equal(os.listdir(directory), [])
    expect(start(directory, "--", DRIVER, env={"TMPDIR": os.path.join(directory, "nowhere")}), 0, "0 leaks")


@test
def a_program_that_cannot_be_started(directory):
    write(directory, "text", "hello\n")
    expect(start(directory, "--", "./nowhere"), 2, "nodepages: ./nowhere: No such file")
    expect(start(directory, "--", "./text"), 2, "nodepages: ./text: Permission denied")


@test
def the_machine_is_named_in_the_environment(directory):
    write(directory, "m", MAP)
    for arguments in (["--live"], ["--map", "live"], ["-ll"]):
        expect(start(directory, *arguments, "--", "sh", "-c", "echo $NODEPAGES_MAP"), 0, out="live\n")
    expect(start(directory, "--map", "m", "--", "sh", "-c", "echo $NODEPAGES_MAP"), 0, out="m\n")


@test
def machines_that_cannot_be_had(directory):
    """Found before the program is started."""
    write(directory, "m", MAP)
    write(directory, "a,b", MAP)
    write(directory, "bad", "node 0  0x0-\n")
    write(directory, "other", "node 1  0x0-0xffff\n")
    says = ["--", "sh", "-c", "echo started"]
    for arguments, words in ((["--map", "nowhere"], "nodepages: nowhere: No such file"), (["--map", "bad"], "nodepages: bad:1: "),
                             (["--map", "a,b"], "comma"), (["--map", "-"], "can't be passed on"),
                             (["--map", "m", "--live"], "'live' is a whole machine"),
                             (["--map", "amd-epyc-8node-1tib", "--map", "m"], "'amd-epyc-8node-1tib' is a whole machine"),
                             (["--map", "m", "--map", "other"], "nodepages: ")):
        expect(start(directory, *arguments, *says), 2, words, out="")


@test
def wrong_arguments_of_run(directory):
    for arguments in ([], ["--"], ["--map"], ["--frobnicate", "--", DRIVER]):
        result = expect(start(directory, *arguments), 2, out="")
        assert "nodepages run" in result.err, result
    assert "--fail-call" in start(directory, "--help").out
