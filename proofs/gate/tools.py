# SPDX-License-Identifier: MIT
"""The programs that the gate runs, and how it runs them."""

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Sequence

PROVERS = {"z3": "Z3", "cvc4": "CVC4"}

_running: set[subprocess.Popen[str]] = set()
_lock = threading.Lock()
_stopping = False


class Missing(Exception):
    """A program that the gate cannot do without."""


class Stopped(Exception):
    """The gate is being stopped: nothing new is started."""


def run(command: Sequence[str], cwd: str | None, env: dict[str, str] | None = None, limit: float | None = None,
        times: list[float] | None = None) -> tuple[int | None, str]:
    """(exit status, all that was printed). A run that passes `limit` seconds is ended, and its status is None.

    `times`, if given, is filled with the moment at which each line came.
    """
    env = dict(os.environ if env is None else env)
    if cwd is not None:
        env["PWD"] = cwd  # Frama-C believes it before it asks the system
    with _lock:
        if _stopping:
            raise Stopped()
        process = subprocess.Popen(  # pylint: disable=consider-using-with # others may end it: `stop`
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", start_new_session=True)
        _running.add(process)
    late = threading.Event()

    def end() -> None:
        late.set()
        kill(process)

    clock = threading.Timer(limit, end) if limit else None
    try:
        if clock:
            clock.start()
        lines = []
        for line in process.stdout or ():
            lines.append(line)
            if times is not None:
                times.append(time.monotonic())
        status = process.wait()
        return None if late.is_set() else status, "".join(lines)
    finally:
        if clock:
            clock.cancel()
        if process.stdout:
            process.stdout.close()
        with _lock:
            _running.discard(process)


def kill(process: subprocess.Popen[str]) -> None:
    """Ends a process and what it has started, at once."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def stop() -> None:
    """Ends everything that `run` has started and not yet ended."""
    global _stopping  # pylint: disable=global-statement # one program, one stop
    with _lock:
        _stopping = True
        for process in _running:
            kill(process)


def versions() -> dict[str, str]:
    """What is installed, by name. Raises Missing with every program that is not."""
    asked = {"frama-c": ["frama-c", "-version"], "why3": ["why3", "--version"], "z3": ["z3", "--version"],
             "cvc4": ["cvc4", "--version"], "gcc": ["gcc", "-dumpfullversion"]}
    absent = [name for name in asked if shutil.which(name) is None]
    if absent:
        raise Missing("not installed: " + ", ".join(absent))
    found = {}
    for name, command in asked.items():
        _, printed = run(command, None)
        number = re.search(r"\d+(\.\d+)+", printed)
        found[name] = number.group() if number else "?"
    return found


def why3_environment(folder: str) -> dict[str, str]:
    """An environment in which why3 knows the provers, by a configuration of our own: the user's is left alone."""
    config = os.path.join(folder, "why3.conf")
    # Memory in large pieces: it saves Frama-C a tenth of its time, the provers a twentieth.
    env = dict(os.environ, WHY3CONFIG=config, LC_ALL="C.UTF-8", OCAMLRUNPARAM="s=32M,o=1000", MALLOC_TOP_PAD_="67108864")
    for name in ("FRAMAC_WP_CACHE", "FRAMAC_WP_CACHEDIR"):
        env.pop(name, None)
    if os.path.exists(config):
        os.remove(config)
    status, printed = run(["why3", "--config", config, "config", "detect"], None, env)
    text = ""
    if os.path.exists(config):
        with open(config, encoding="utf-8") as file:
            text = file.read()
    if status != 0 or not all(f'name = "{name}"' in text for name in PROVERS.values()):
        raise Missing("why3 does not find the provers:\n" + printed)
    return env
