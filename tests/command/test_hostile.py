# SPDX-License-Identifier: MIT
"""What others hand to the command: names with control characters, signals, closed and full outputs, reports that can't be written."""

import json
import os
import pathlib
import signal
import subprocess
import time

from harness import COMMAND, SMALL, answers, equal, run, test, write
from test_run import DRIVER, MAP, expect, start

FORGED = "x\x1b[2J\x07\nnodepages: all is well\r\x7f\u009b31m\u202e\u2066\u200f"
LEFT = "x?[2J??nodepages: all is well???31m???"


def clean(result):
    """Nothing that a terminal obeys, and no line that the command did not begin itself."""
    for line in result.err.split("\n"):
        assert all(ord(c) >= 0x20 and not 0x7f <= ord(c) < 0xa0 for c in line), result
        assert not any(c in line for c in "\u202e\u2066\u200f"), result
        assert not line.startswith("nodepages: all is well"), result
    return result


def heed_signals():
    """Whatever the tests were started with: a shell's background job ignores some."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def raw(directory, *arguments, **how):
    return subprocess.Popen([COMMAND, *map(str, arguments)], cwd=directory, preexec_fn=heed_signals, **how)


@test
def a_flag_that_is_repeated_takes_no_room(directory):
    """-l is not a map: sixty in one word."""
    expect(start(directory, "-" + "l" * 60, "--", "true"), 0, "left no report")
    expect(start(directory, "-llm", "m", "--", "true"), 2, "'live' is a whole machine")
    result = run(directory, "map", "-" + "l" * 60, "--map", "m")
    assert result.code == 2 and "pass one of them" in result.err, result


@test
def foreign_text_forges_no_message(directory):
    write(directory, "m", MAP)
    for arguments in (("map", "--map", FORGED), ("replay", "--map", "m", FORGED), (FORGED,), ("map", "--" + FORGED), ("map", "-" + FORGED),
                      ("run", "--", FORGED), ("run", "--report", "/nowhere/" + FORGED, "--", "true"), ("run", "--map", FORGED, "true")):
        result = clean(run(directory, *arguments))
        assert result.code == 2 and result.out == "", (arguments, result)
        assert result.err.startswith("nodepages: ") and LEFT in result.err, (arguments, result)
    for variable in ("NODEPAGES_FAIL_EVERY", "NODEPAGES_FAIL_CALL", "NODEPAGES_ON_VIOLATION", "NODEPAGES_MAP"):
        result = clean(start(directory, "--", DRIVER, env={variable: FORGED}))
        assert result.code == 2 and LEFT in result.err, (variable, result)
    trace = write(directory, "t", f"free {FORGED.split(chr(10), maxsplit=1)[0]}\u009b\u202e\xff\n")
    clean(run(directory, "replay", "--map", "m", trace))
    done = subprocess.run(["bash", "-c", 'exec -a "$1" "$0" what', COMMAND, FORGED], capture_output=True, cwd=directory, check=False)
    clean(type(result)(done.returncode, "", done.stderr.decode(errors="replace")))


@test
def a_name_of_any_bytes_is_a_name(directory):
    """What is the value of an option, or the program's own, is nobody's to refuse."""
    name = os.fsdecode(b"caf\xe9\t\x1b")
    write(directory, name, MAP)
    for arguments in (("--map", name), ("--map=" + name,), ("-m", name), ("-m" + name,)):
        result = run(directory, "map", *arguments)
        assert result.code == 0 and result.out, (arguments, result)
        done = subprocess.run([COMMAND, "run", *arguments, "printf", "%s", "-" + name], capture_output=True, cwd=directory, check=False)
        equal((done.returncode, done.stdout), (0, b"-" + os.fsencode(name)))
    expect(start(directory, "--report=" + name, "--", DRIVER), 0)
    assert os.path.exists(os.path.join(directory, name))
    for wrong in ("--report=", "--mop=", "--map-", "-x"):
        result = clean(run(directory, "map", wrong + FORGED))
        assert result.code == 2 and result.out == "" and LEFT in result.err, (wrong, result)


@test
def a_plain_word_is_shown_as_it_is(directory):
    result = run(directory, "map", "--map", "Kärnöl-日本")
    assert "nodepages: Kärnöl-日本: " in result.err, result


@test
def the_exit_status_survives_a_parent_that_ignores_children(directory):
    done = subprocess.run([COMMAND, "run", "--", "sh", "-c", "exit 7"], capture_output=True, cwd=directory, check=False,
                          preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    equal(done.returncode, 7)


def started(directory, script, **how):
    """A program under the command that has begun: it has printed a line."""
    running = raw(directory, "run", "--", "sh", "-c", script, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)
    equal(running.stdout.readline(), b"ready\n")
    return running


@test
def signals_are_passed_on(directory):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        name = signal.Signals(number).name[3:]
        running = started(directory, f"trap 'echo got {name}; exit 9' {name}; echo ready; while :; do sleep 0.05; done")
        running.send_signal(number)
        out, _ = running.communicate(timeout=60)
        equal((running.returncode, out), (9, f"got {name}\n".encode()))


@test
def a_signal_ends_the_program_and_leaves_nothing(directory):
    os.mkdir(os.path.join(directory, "tmp"))
    running = started(directory, "echo $$ > pid; echo ready; exec sleep 600", env={**os.environ, "TMPDIR": os.path.join(directory, "tmp")})
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=60)
    equal(running.returncode, 128 + signal.SIGTERM)
    assert b"ended by a signal: Terminated" in err, err
    pid = int((pathlib.Path(directory) / "pid").read_text())
    assert not os.path.exists(f"/proc/{pid}"), "the program is left"
    equal(os.listdir(os.path.join(directory, "tmp")), [])


@test
def a_child_that_ends_late_leaves_no_file(directory):
    os.mkdir(os.path.join(directory, "tmp"))
    script = f"(sleep 0.4; {DRIVER} leak >/dev/null 2>&1; touch done) & exit 0"
    start(directory, "--", "sh", "-c", script, env={"TMPDIR": os.path.join(directory, "tmp")})
    while not os.path.exists(os.path.join(directory, "done")):
        time.sleep(0.05)
    equal(os.listdir(os.path.join(directory, "tmp")), [])


@test
def a_report_that_cannot_be_written_is_said_before_the_start(directory):
    for report in ("/nowhere/report", directory):
        expect(start(directory, "--report", report, "--", "touch", "ran"), 2, "nodepages: " + report + ": ")
        assert not os.path.exists(os.path.join(directory, "ran"))
    expect(start(directory, "--report", "/dev/full", "--", DRIVER), 2, "nodepages: /dev/full: No space left")


@test
def a_report_does_not_hang_on_the_folder(directory):
    """Neither a relative folder for temporary files nor a program that goes elsewhere loses it."""
    for folder in (".", "nowhere", "/nowhere"):
        expect(start(directory, "--", "sh", "-c", f"cd / && exec {DRIVER} leak", env={"TMPDIR": folder}), 1, "report of a test machine", " leaks, ")


@test
def reports_of_programs_that_end_together_stay_whole(directory):
    script = f"for i in 1 2 3 4 5 6 7 8; do {DRIVER} leak > /dev/null & done; wait"
    expect(start(directory, "--report", "r", "--", "sh", "-c", script), 1)
    inside, reports = False, 0
    for line in (pathlib.Path(directory) / "r").read_text().splitlines():
        if line.startswith("nodepages: report of"):
            assert not inside, line
            inside = True
        elif line.startswith("nodepages: "):
            assert inside and line.endswith(" leaks, 0 violations"), line
            inside, reports = False, reports + 1
        else:
            assert inside and line.startswith("  "), line
    equal((inside, reports), (False, 8))


@test
def what_does_not_reach_the_output_is_no_success(directory):
    write(directory, "m", SMALL)
    write(directory, "t", "a = pages bytes=4096\n")
    for arguments in (("--help",), ("--version",), ("--usage",), ("map", "--help"), ("run", "--help"), ("map", "--map", "m"),
                      ("replay", "--json", "--map", "m", "t")):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, cwd=directory, check=False)
        assert done.returncode == 2 and done.stderr.count(b"standard output: No space left on device\n") == 1, (arguments, done)


@test
def a_signal_leaves_whole_lines(directory):
    """However the reader lags behind."""
    write(directory, "m", "node 0  0x0-0x3fffffff\n")
    write(directory, "t", "".join(f"a{i} = pages bytes=0x4000 low=0 high=0xfff skip=0x2000\n" for i in range(20000)))
    for number in (signal.SIGINT, signal.SIGTERM):
        running = raw(directory, "replay", "--json", "--map", "m", "t", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        first = running.stdout.read(10000)
        running.send_signal(number)
        out = first + running.stdout.read()
        running.communicate(timeout=60)
        equal(running.returncode, -number)
        assert out.endswith(b"\n") and len(out.splitlines()) < 20000, out[-100:]
        for line in out.splitlines():
            json.loads(line)


@test
def a_signal_ends_a_wait_for_input(directory):
    write(directory, "m", SMALL)
    running = raw(directory, "replay", "--json", "--map", "m", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    running.stdin.write(b"a = pages bytes=4096\n")
    running.stdin.flush()
    json.loads(running.stdout.readline())
    running.send_signal(signal.SIGINT)
    equal(running.wait(timeout=60), -signal.SIGINT)
    running.stdin.close()
    running.stdout.close()


@test
def a_name_is_found_among_many(directory):
    names = [f"n{i:b}".replace("1", "a").replace("0", "b") for i in range(20000)]
    trace = "".join(f"{name} = pages bytes=4096\n" for name in names) + "".join(f"free {name}\n" for name in reversed(names))
    got = answers(directory, trace, "node 0  0x0-0x7ffffff\n")
    equal({answer["status"] for answer in got}, {"ok"})


@test
def a_hold_of_what_is_held_takes_nothing(directory):
    got = answers(directory, "hold 0x0-0x1fffff\nhold 0x1000-0x2fff\nhold 0x0-0xffffff\ndrop 0x1000-0x1fff\nhold 0x0-0xfff\nhold 0x0-0x2fff\n"
                             "a = pages bytes=4096\nb = pages bytes=0x100000\n", "node 0  0x0-0xfffff\nnode 1  0x200000-0x2fffff\n")
    equal([answer["pages"] for answer in got], [256, 0, 256, 1, 0, 1, 0, 0])
    got = answers(directory, "a = pages bytes=8192\nhold 0x0-0xffffff\nfree a\nhold 0x0-0xfff\nhold 0x0-0xffffff\n", "node 0  0x0-0xfffff\n")
    equal([answer["pages"] for answer in got], [2, 254, 2, 1, 1])
    got = answers(directory, "hold 0x2000-0x5fff\nhold 0x1000-0x3fff\nhold 0x1000-0x5fff\nhold 0x5000-0x6fff\n", "node 0  0x0-0xfffff\n")
    equal([answer["pages"] for answer in got], [4, 1, 0, 1])


@test
def a_program_by_itself_says_first_that_its_report_is_nowhere(directory):
    """Not at its end, when all is lost."""
    done = subprocess.run([DRIVER, "leak"], capture_output=True, cwd=directory, env={**os.environ, "NODEPAGES_REPORT": "/nowhere/" + FORGED},
                          check=False)
    equal((done.returncode, done.stdout), (2, b""))
    equal(done.stderr.decode(), f"nodepages: cannot write the report to '/nowhere/{LEFT}': No such file or directory\n")


@test
def a_second_signal_does_not_wait(directory):
    """Nobody reads: the first would wait for ever for the end of an answer."""
    write(directory, "m", "node 0  0x0-0x3fffffff\n")
    write(directory, "t", "".join(f"a{i} = pages bytes=0x4000 low=0 high=0xfff skip=0x2000\n" for i in range(20000)))
    running = raw(directory, "replay", "--json", "--map", "m", "t", stdout=subprocess.PIPE)
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    time.sleep(0.2)
    equal(running.poll(), None)
    running.send_signal(signal.SIGTERM)
    equal(running.wait(timeout=60), -signal.SIGTERM)
    running.stdout.close()


@test
def a_signal_ends_a_wait_that_goes_on(directory):
    write(directory, "m", SMALL)
    running = raw(directory, "replay", "--json", "--map", "m", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    running.stdin.write(b"a = pages bytes=4096\n")
    running.stdin.flush()
    json.loads(running.stdout.readline())
    time.sleep(0.3)
    running.send_signal(signal.SIGHUP)
    equal(running.wait(timeout=60), -signal.SIGHUP)
    running.stdin.close()
    running.stdout.close()


def ignore_hangup():
    heed_signals()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


@test
def a_signal_that_was_ignored_stays_so(directory):
    """As under nohup."""
    write(directory, "m", SMALL)
    with subprocess.Popen([COMMAND, "replay", "--json", "--map", "m", "-"], cwd=directory, preexec_fn=ignore_hangup, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as running:
        for name in ("a", "b"):
            running.stdin.write(f"{name} = pages bytes=4096\n".encode())
            running.stdin.flush()
            equal(json.loads(running.stdout.readline())["status"], "ok")
            running.send_signal(signal.SIGHUP)
        running.stdin.close()
        equal(running.wait(timeout=60), 0)
    with subprocess.Popen([COMMAND, "run", "--", "sh", "-c", "echo ready; read line; kill -HUP $$; exit 9"], cwd=directory, preexec_fn=ignore_hangup,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        equal(running.stdout.readline(), b"ready\n")
        running.send_signal(signal.SIGHUP)
        running.stdin.close()
        equal(running.wait(timeout=60), 9)


@test
def the_output_of_a_replay_breaks_off(directory):
    """No answer follows those that are lost."""
    write(directory, "m", SMALL)
    write(directory, "t", "hold 0-0\n" * 20000)
    for form in (["--json"], []):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([COMMAND, "replay", *form, "--map", "m", "t"], stdout=full, stderr=subprocess.PIPE, cwd=directory, check=False)
        equal(done.returncode, 2)
        equal(set(done.stderr.splitlines()), {b"nodepages: standard output: No space left on device"})


@test
def a_report_that_standard_error_does_not_take(directory):
    for script, code in (("exit 0", 2), ("exit 7", 7)):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([COMMAND, "run", "--", "sh", "-c", f"{DRIVER} >/dev/null; {script}"], stdout=subprocess.PIPE, stderr=full, cwd=directory,
                                  check=False)
        equal((done.returncode, done.stdout), (code, b""))


@test
def a_line_of_the_program_is_no_total(directory):
    script = 'for line in "1 lemon, 0 violations" "0 leaks, 1 violin" "leaks" "0 leaks, 0 violations"; do echo "nodepages: $line" >> $NODEPAGES_REPORT; done'
    result = expect(start(directory, "--", "sh", "-c", script), 0, "1 lemon", "1 violin")
    assert "left no report" not in result.err, result
