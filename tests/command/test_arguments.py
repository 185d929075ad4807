# SPDX-License-Identifier: MIT
"""The arguments of the command."""

import subprocess

from harness import COMMAND, SMALL, equal, run, test, write


def usage_error(directory, *arguments):
    result = run(directory, *arguments)
    assert result.code == 2 and result.out == "" and result.err != "", result
    return result


@test
def help_says_how(directory):
    for arguments in (["--help"], ["replay", "--help"], ["map", "--help"]):
        result = run(directory, *arguments)
        assert result.code == 0 and result.err == "", result
        assert "Usage: " in result.out and "map" in result.out, result
    assert "--json" in run(directory, "replay", "--help").out
    assert "--live" in run(directory, "map", "--help").out


@test
def version(directory):
    result = run(directory, "--version")
    assert result.code == 0 and result.out.startswith("nodepages "), result


@test
def usage_errors_are_exit_2(directory):
    write(directory, "m", SMALL)
    write(directory, "t", "")
    usage_error(directory)
    usage_error(directory, "--frobnicate")
    usage_error(directory, "play")
    usage_error(directory, "replay")
    usage_error(directory, "replay", "t")
    usage_error(directory, "replay", "--map", "m")
    usage_error(directory, "replay", "--map", "m", "t", "t")
    usage_error(directory, "replay", "--map")
    usage_error(directory, "replay", "--map", "m", "--frobnicate", "t")
    usage_error(directory, "replay", "--map", "m", "--live", "t")
    usage_error(directory, "replay", "--map", "-", "-")
    usage_error(directory, "map")
    usage_error(directory, "map", "--map", "m", "m")
    usage_error(directory, "map", "--map", "m", "--json")


@test
def trace_from_standard_input(directory):
    write(directory, "m", SMALL)
    result = run(directory, "replay", "--json", "--map", "m", "-", stdin="a = pages bytes=4K\n")
    equal((result.code, result.out),
          (0, '{"line":1,"op":"pages","id":"a","status":"ok","pages":1,"runs":[[0,1,0]],"wanted":1}\n'))


@test
def dashes_end_the_options(directory):
    write(directory, "m", SMALL)
    write(directory, "--json", "a = pages bytes=4K\n")
    result = run(directory, "replay", "--map", "m", "--", "--json")
    assert result.code == 0 and result.out.startswith("1: a = pages: 1 page"), result
    result = run(directory, "replay", "--map=m", "--json", "--", "-", stdin="hold 0-4095\n")
    equal(result.out, '{"line":1,"op":"hold","status":"ok","pages":1,"runs":[]}\n')


@test
def map_from_standard_input(directory):
    result = run(directory, "map", "--map", "-", stdin=SMALL)
    assert result.code == 0 and "node 1 " in result.out, result


@test
def options_after_the_trace(directory):
    write(directory, "m", SMALL)
    write(directory, "t", "hold 0-4095\n")
    equal(run(directory, "replay", "t", "--map", "m", "--json").out,
          '{"line":1,"op":"hold","status":"ok","pages":1,"runs":[]}\n')


@test
def trace_that_is_not_there(directory):
    write(directory, "m", SMALL)
    result = run(directory, "replay", "--map", "m", "nowhere")
    assert result.code == 2 and "nodepages: nowhere: No such file" in result.err, result
    result = run(directory, "replay", "--map", "m", ".")
    assert result.code == 2 and "Is a directory" in result.err, result


@test
def full_standard_output(directory):
    write(directory, "m", SMALL)
    with open("/dev/full", "wb") as full:
        for arguments in (["map", "--map", "m"], ["replay", "--map", "m", "-"]):
            done = subprocess.run([COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, cwd=directory, timeout=60,
                                  input=b"hold 0-4095\n", check=False)
            assert (done.returncode, done.stderr.count(b"standard output: ")) == (2, 1), done


@test
def answers_do_not_wait_for_the_end_of_the_trace(directory):
    write(directory, "m", SMALL)
    with subprocess.Popen([COMMAND, "replay", "--json", "--map", "m", "-"], cwd=directory, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        for _ in range(3):
            process.stdin.write(b"hold 0-4095\n")
            process.stdin.flush()
            assert process.stdout.readline().startswith(b'{"line":')
        process.stdin.close()
        assert process.wait(timeout=60) == 0
