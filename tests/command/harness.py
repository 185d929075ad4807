# SPDX-License-Identifier: MIT
"""What the command tests share: running the command in a directory of its own, and counting."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = os.path.abspath(os.environ.get("NODEPAGES", ROOT / "build" / "nodepages"))
MACHINES = ROOT / "corpus" / "machines"
TRACES = ROOT / "corpus" / "traces"

# Two nodes of 64 pages each, with a hole of 64 pages between them.
SMALL = "node 0  0x0-0x3ffff\nnode 1  0x80000-0xbffff\n"

_tests = []


def test(function):
    """Marks a test: a function of the directory that it may write in."""
    _tests.append(function)
    return function


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __repr__(self):
        return f"exit {self.code}\n--- out\n{self.out[:2000]}\n--- err\n{self.err[:2000]}"


def run(directory, *arguments, stdin=b"", env=None):
    """Runs the command. A sanitizer's report is a failure, with any exit status."""
    if isinstance(stdin, str):
        stdin = stdin.encode()
    done = subprocess.run([COMMAND, *map(str, arguments)], input=stdin, capture_output=True, cwd=directory, timeout=120,
                          env={**os.environ, "LC_ALL": "C", **(env or {})}, check=False)
    result = Result(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
    assert result.code in (0, 2), result
    assert "Sanitizer" not in result.err and "runtime error" not in result.err, result
    return result


def write(directory, name, text):
    path = pathlib.Path(directory) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return name


def map_arguments(directory, maps):
    """Writes maps, given as one text or a list, and returns the arguments that name them: m0, m1, ..."""
    arguments = []
    for i, text in enumerate([maps] if isinstance(maps, (str, bytes)) else maps):
        arguments += ["--map", text if isinstance(text, pathlib.Path) else write(directory, f"m{i}", text)]
    return arguments


def replay(directory, trace, maps=SMALL):
    """Replays a trace with --json; returns its objects and the result."""
    write(directory, "trace", trace)
    result = run(directory, "replay", "--json", *map_arguments(directory, maps), "trace")
    return [json.loads(line) for line in result.out.splitlines()], result


def answers(directory, trace, maps=SMALL):
    """The objects of a trace that is replayed to its end without a word on standard error."""
    objects, result = replay(directory, trace, maps)
    assert result.code == 0 and result.err == "", result
    return objects


def sentences(directory, trace, maps=SMALL):
    """The lines for people."""
    write(directory, "trace", trace)
    result = run(directory, "replay", *map_arguments(directory, maps), "trace")
    assert result.code == 0 and result.err == "", result
    return result.out.splitlines()


def ranges(directory, maps, warnings=False):
    """The machine that maps make: [first page, pages, node] of each range, and the number of nodes."""
    result = run(directory, "map", *map_arguments(directory, maps))
    assert result.code == 0, result
    assert warnings or result.err == "", result
    found = []
    for line in result.out.splitlines():
        if line.startswith("node "):
            _, node, bounds = line.split("#")[0].split()
            first, last = (int(bound, 16) for bound in bounds.split("-"))
            assert first % 4096 == 0 and last % 4096 == 4095, line
            found.append([first // 4096, (last + 1 - first) // 4096, int(node)])
    return found, int(result.out.split()[1])


def distances(directory, maps):
    """The rows of distances of the machine that maps make."""
    result = run(directory, "map", *map_arguments(directory, maps))
    assert result.code == 0, result
    rows = result.out.split("\ndistance", 1)[1].splitlines()[1:]
    return [[int(value) for value in row.split()] for row in rows]


def refused(directory, maps, where, *words):
    """Maps that are refused: exit status 2, nothing on standard output, and a message `nodepages: where: ...` with these words."""
    result = run(directory, "map", *map_arguments(directory, maps))
    assert result.code == 2 and result.out == "", result
    last = result.err.splitlines()[-1]
    assert last.startswith(f"nodepages: {where}: "), result
    for word in words:
        assert word in last, (word, result)
    return result


def equal(got, expected):
    assert got == expected, f"\n     got {got!r}\nexpected {expected!r}"


def main():
    wanted = sys.argv[1:]
    passed = failed = 0
    for function in _tests:
        name = f"{function.__module__}.{function.__name__}"
        if wanted and not any(word in name for word in wanted):
            continue
        with tempfile.TemporaryDirectory() as directory:
            try:
                function(directory)
                passed += 1
            except Exception:  # a test that breaks is a test that fails
                failed += 1
                print(f"FAILED {name}: {function.__doc__ or ''}")
                with contextlib.suppress(Exception):
                    traceback.print_exc(limit=-2, file=sys.stdout)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0
