#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Takes out of a body what its proof does not need.

    proofs/minimise.py NAME...            these functions, C or ghost
    proofs/minimise.py --since REVISION   all functions of the files that differ from that revision
    proofs/minimise.py --all              all functions there are (hours)

Assertions and calls of lemmas are taken out, several at once, then by halves, then one by one. What the function proves without, in no more
steps of the provers, stays out: the file is changed. With --check nothing is changed, and the exit status is 1 if something could go.
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from gate import source, tools, wp  # noqa: E402
from gate.settings import Settings  # noqa: E402

Piece = tuple[int, int]  # where an annotation begins and ends in its file
Place = tuple[str, str, str]  # the unit, the file, and the function of it

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
COPIED = ("src/core", "src/nt/pure", "src/nt/include", "spec/logic", "proofs/clients", "proofs/scripts")
SLACK = 1.02  # what steps do not see
# How a goal is tried, and the steps of one prover that take as long as one of the other. A goal that needs more is not worth a
# line less.
TRIES = ([{"provers": ["cvc4"], "steps": 400000, "timeout": 60}], [{"provers": ["z3", "cvc4"], "steps": 4000000, "timeout": 12}])
GROUP = 6
PACE = {"Z3": 1, "CVC4": 6}

DEFINITION = re.compile(r"^[ \t]*(?!(?:return|else)\b)[A-Za-z_][\w \t*]*?\b(\w+)\s*\([^;{}()]*\)\s*(?:/\*@[^*]*\*/\s*)?\{", re.M)
REMOVABLE = re.compile(r"^[ \t]*(?://@ assert [^\n]*|//@ ghost (?:const )?(?:\w+ )?(?:np_)?lemma_[^\n]*;|/\*@ assert (?:(?!\*/).)*?\*/"
                       r"|/@ assert (?:(?!@/).)*?@/|(?:np_)?lemma_\w+\([^;\n]*\);)[ \t]*\n", re.M | re.S)


def bodies(text: str) -> Iterator[tuple[str, int, int]]:
    """(name, begin, end) of the body of each function of a file, ghost ones too."""
    for found in DEFINITION.finditer(text):
        depth, at = 1, found.end()
        while depth and at < len(text):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        yield found.group(1), found.end(), at


def removable(text: str, name: str) -> list[Piece]:
    """(begin, end) of each annotation in the body of a function that may be tried without."""
    return [(begin + found.start(), begin + found.end()) for one, begin, end in bodies(text) if one == name
            for found in REMOVABLE.finditer(text[begin:end])]


def without(text: str, pieces: Iterable[Piece]) -> str:
    for begin, end in sorted(pieces, reverse=True):
        text = text[:begin] + text[end:]
    return text


class Function:
    """One function, in a copy of what it needs to be proved."""

    def __init__(self, root: str, place: Place, settings: Settings, env: dict[str, str]) -> None:
        unit, path, name = place
        self.unit, self.path, self.name, self.env = unit, path, name, env
        self.how = settings.how(unit, name, "proofs/scripts")
        self.scratch = tempfile.TemporaryDirectory(prefix="nodepages-minimise-")  # pylint: disable=consider-using-with # the caller cleans up
        for folder in COPIED:
            if os.path.isdir(os.path.join(root, folder)):
                shutil.copytree(os.path.join(root, folder), os.path.join(self.scratch.name, folder))
        self.text = source.read(root, path)
        self.gone: list[Piece] = []
        self.limit = 0.0
        self.tries = TRIES[0]

    def proves(self, gone: list[Piece]) -> int | None:
        """The steps that the proof takes without these pieces, or None where a goal fails."""
        with open(os.path.join(self.scratch.name, self.path), "w", encoding="utf-8") as out:
            out.write(without(self.text, gone))
        how = dict(self.how, tries=self.tries)
        phases = list(wp.phases_of([self.name], how, False))
        command = wp.command(self.unit, phases, how, ("-wp-cache", "none"))
        good, proved, steps = True, None, 0
        with subprocess.Popen(command, cwd=self.scratch.name, env=dict(self.env, PWD=self.scratch.name), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True) as process:
            clock = threading.Timer(how["limit"], tools.kill, (process,))
            clock.start()
            for line in process.stdout or ():
                found = wp.GOAL.match(line)
                if found and found["verdict"] != "Valid":
                    good = False
                    tools.kill(process)
                    break
                if found and (spent := wp.STEPS.search(found["rest"] or "")):
                    steps += int(spent.group(1)) * PACE.get(found["by"].split()[0], 1)
                proved = wp.PROVED.match(line) or proved
        clock.cancel()
        if not good or process.returncode != 0 or not proved or proved.group(1) != proved.group(2):
            return None
        return steps

    def minimise(self) -> tuple[int, int, int] | None:
        pieces = removable(self.text, self.name)
        if not pieces:
            return None
        for self.tries in TRIES:
            before = self.proves([])
            if before is not None:
                break
        if before is None:
            return None
        self.limit = before * SLACK
        # From the end: what is said last mostly rests on what was said before. All at once is never right.
        for end in range(len(pieces), 0, -GROUP):
            self.reduce(pieces[max(0, end - GROUP):end])
            print(f"{self.path}: {self.name}: {len(self.gone)} of {len(pieces) - max(0, end - GROUP)} can go so far", file=sys.stderr, flush=True)
        after = self.proves(self.gone) if self.gone else before
        if after is None:
            self.gone, after = [], before
        return len(pieces), before, after

    def reduce(self, pieces: list[Piece]) -> None:
        took = self.proves(self.gone + pieces)
        if took is not None and took <= self.limit:
            self.gone += pieces
            return
        if len(pieces) > 1:
            half = len(pieces) // 2
            self.reduce(pieces[half:])
            self.reduce(pieces[:half])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=ROOT, help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--since", metavar="REVISION")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--check", action="store_true", help="say what could go, change nothing")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    options = parser.parse_args()
    root = os.path.abspath(options.root)
    units = list(source.proved(root, (".c",))) + sorted(source.files_below(root, "proofs/clients", (".c",)))
    changed = None
    if options.since:
        changed = subprocess.run(["git", "-C", root, "diff", "--name-only", options.since], check=True, stdout=subprocess.PIPE, text=True).stdout.split("\n")
    tasks = [(unit, path, name) for unit in units for path in (unit, unit[:-len(".c")] + source.LEMMAS)
             if os.path.exists(os.path.join(root, path)) and (changed is None or path in changed)
             for name, _, _ in bodies(source.read(root, path))
             if removable(source.read(root, path), name) and (options.all or options.since or name in options.names)]
    unknown = set(options.names) - {name for _, _, name in tasks}
    if unknown or not (tasks or options.since):
        parser.error("nothing to take out of " + (", ".join(sorted(unknown)) or "no function"))
    settings = Settings(root)
    with tempfile.TemporaryDirectory(prefix="nodepages-minimise-") as folder:
        env = tools.why3_environment(folder)
        lock, could = threading.Lock(), 0

        def work(task: Place) -> tuple[Place, Function, tuple[int, int, int] | None]:
            function = Function(root, task, settings, env)
            done = function.minimise()
            with lock:
                if function.gone and not options.check:
                    keep(root, function)
            function.scratch.cleanup()
            return task, function, done

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for (_, path, name), function, done in pool.map(work, tasks):
                if done is None:
                    print(f"{path}: {name}: does not prove as it stands", flush=True)
                    continue
                count, before, after = done
                could += len(function.gone)
                print(f"{path}: {name}: {len(function.gone)} of {count} can go, {before / 1e6:.1f} million steps before, {after / 1e6:.1f} after", flush=True)
                for begin, end in sorted(function.gone):
                    print("    " + function.text[begin:end].strip().split("\n")[0])
    return 1 if options.check and could else 0


def keep(root: str, function: Function) -> None:
    """Takes the pieces out of the file as it is now: another function of it may have changed meanwhile."""
    text = source.read(root, function.path)
    then, now = removable(function.text, function.name), removable(text, function.name)
    if [function.text[a:b] for a, b in then] != [text[a:b] for a, b in now]:
        raise ValueError(f"{function.path}: {function.name} was changed meanwhile")
    gone = [now[then.index(piece)] for piece in function.gone]
    with open(os.path.join(root, function.path), "w", encoding="utf-8") as out:
        out.write(without(text, gone))


if __name__ == "__main__":
    sys.exit(main())
