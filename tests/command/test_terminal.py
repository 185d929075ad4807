# SPDX-License-Identifier: MIT
"""The command at a terminal: the line that says how far a replay is, and the keys that end a program."""

import fcntl
import os
import pty
import re
import signal
import subprocess
import termios
import time

from harness import COMMAND, SMALL, equal, test, write


def at_terminal(terminal):
    """Makes a terminal that of a new session."""

    def make():
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)

    return make


def all_of(terminal):
    """What was written to a terminal that nobody has open any more."""
    text = b""
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:
            return text
        if not more:
            return text
        text += more


@test
def a_replay_that_takes_long_says_how_far_it_is(directory):
    """At a terminal, when its answers go elsewhere; and leaves nothing of it there."""
    write(directory, "m", SMALL)
    for answers_go_elsewhere in (True, False):
        ours, theirs = pty.openpty()
        with subprocess.Popen([COMMAND, "replay", "--map", "m", "-"], stdin=subprocess.PIPE, stderr=theirs, cwd=directory,
                              stdout=subprocess.PIPE if answers_go_elsewhere else theirs) as running:
            os.close(theirs)
            running.stdin.write(b"hold 0-4095\nhold 0-4095\n")
            running.stdin.flush()
            time.sleep(1.1)
            for _ in range(2):  # the second comes too soon after the first to be shown
                running.stdin.write(b"hold 0-4095\n" * 3)
                running.stdin.flush()
            running.stdin.close()
            said = all_of(ours)
            equal(running.wait(timeout=60), 0)
        os.close(ours)
        if answers_go_elsewhere:
            assert re.fullmatch(rb"\rline [3-8], [1-9] s\r\x1b\[K", said), said
        else:
            assert b"\rline" not in said and said.count(b"hold 0x0-0xfff: ") == 8, said


@test
def the_interrupt_key_reaches_the_program_once(directory):
    """The terminal gives it to both; it is not passed on."""
    ours, theirs = pty.openpty()
    script = "trap 'echo got' INT; echo ready; read line; while :; do if read line; then exit 9; fi; done"
    with subprocess.Popen([COMMAND, "run", "--", "sh", "-c", script], stdin=theirs, stdout=theirs, stderr=theirs, cwd=directory,
                          preexec_fn=at_terminal(theirs)) as running:
        os.close(theirs)
        said = b""
        while b"ready" not in said:
            said += os.read(ours, 4096)
        os.write(ours, b"\x03")
        while b"got" not in said:
            said += os.read(ours, 4096)
        time.sleep(0.3)
        os.write(ours, b"a line\nanother\n")
        said += all_of(ours)
        equal(running.wait(timeout=60), 9)
    os.close(ours)
    equal(said.count(b"got"), 1)
