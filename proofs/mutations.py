#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Changes the core by one operator, bound or constant at a time, and sees that some goal fails each time.

    proofs/mutations.py [--function NAME] [--each N] [--seed S] [--list]

At most one change a function (more with --each), chosen by the seed. A change that leaves every goal proved has survived:
a contract that says too little, or a change that changes nothing (those are named in settings.json, with the reason).
Exit status: 0 when none survived.
"""

import argparse
import concurrent.futures
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from gate import scan, source  # noqa: E402
from gate.settings import Settings  # noqa: E402

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

Change = tuple[str, str, int, str, str, int]  # path, function, position, old, new, line

# What is looked for in code, and what is put in its place.
CHANGES = (
    (r"(?<![<>=!+*/%&|^-])<(?![<=])", "<="), (r"(?<![<>])<=", "<"), (r"(?<![<>-])>(?![>=])", ">="), (r"(?<![<>])>=", ">"),
    (r"==", "!="), (r"!=", "=="), (r"&&", "||"), (r"\|\|", "&&"), (r"\s\+ 1\b", ""), (r"\s- 1\b", ""),
    (r"(?<=\s)\+(?=\s)", "-"), (r"(?<=[\w)\]]\s)-(?=\s)", "+"), (r"(?<=\s)\*(?=\s)", "+"), (r"(?<=\s)/(?=\s)", "%"), (r"(?<=\s)%(?=\s)", "/"),
    (r"(?<=\s)&(?=\s)", "|"), (r"(?<=\s)\|(?=\s)", "&"), (r"<<", ">>"), (r"(?<=\s)>>(?=\s)", "<<"), (r"~", ""), (r"\+\+", "--"),
    (r"\+=", "-="), (r"(?<=\s)-=", "+="), (r"&=", "|="), (r"\|=", "&="),
    (r"\btrue\b", "false"), (r"\bfalse\b", "true"), (r"(?<=[\s(,])0(?=[;,) ])", "1"), (r"(?<=[\s(,])1(?=[;,) ])", "0"),
    (r"\bcontinue\b", "break"), (r"\bbreak\b", "continue"),
)


def changes(root: str) -> Iterator[Change]:
    """Every change there is."""
    for path in source.proved(root, (".c",)):
        text = source.read(root, path)
        flat = scan.without_directives(scan.only(text, "code"))
        for function in scan.functions(text):
            for pattern, new in CHANGES:
                for found in re.finditer(pattern, flat[function.begin:function.end]):
                    at = function.begin + found.start()
                    yield path, function.name, at, found.group(), new, text.count("\n", 0, at) + 1


def shown(text: str, at: int) -> str:
    """The line of a position."""
    begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return text[begin:end].strip()


def compiled(path: str, *options: str) -> bytes | None:
    """What gcc makes of a file, or None if it does not take it."""
    done = subprocess.run(["gcc", "-std=c11", "-ffreestanding", "-w", *options, path], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return done.stdout if done.returncode == 0 else None


def attempt(root: str, change: Change, timeout: int) -> tuple[str, str]:
    """'caught', 'survived' or 'stillborn' (it does not compile, or is not seen by the prover)."""
    path, name, at, old, new, _ = change
    with tempfile.TemporaryDirectory(prefix="nodepages-mutation-") as scratch:
        for folder in ("src/core", "src/nt/pure", "src/nt/include", "spec/logic", "proofs/clients", "proofs/scripts"):
            if os.path.isdir(os.path.join(root, folder)):
                shutil.copytree(os.path.join(root, folder), os.path.join(scratch, folder))
        os.makedirs(os.path.join(scratch, "proofs"), exist_ok=True)
        shutil.copy(os.path.join(root, "proofs", "settings.json"), os.path.join(scratch, "proofs", "settings.json"))
        file = os.path.join(scratch, path)
        text = source.read(scratch, path)
        assert text[at:at + len(old)] == old
        seen = compiled(file, "-E", "-P", "-D__FRAMAC__")
        with open(file, "w", encoding="utf-8") as out:
            out.write(text[:at] + new + text[at + len(old):])
        if compiled(file, "-fsyntax-only") is None or compiled(file, "-E", "-P", "-D__FRAMAC__") == seen:
            return "stillborn", ""
        done = subprocess.run([sys.executable, os.path.join(ROOT, "proofs", "prove.py"), "--root", scratch, "--function", name,
                               "--no-smoke", "--timeout", str(timeout), "--jobs", "1"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        failed = re.findall(r"NOT PROVED +[\d.]+ s .*?\b(typed_\w+|\w+_terminates|\w+_exits)\b", done.stdout)
        if done.returncode == 0:
            return "survived", ""
        if done.returncode == 1 and failed:
            return "caught", failed[0]
        return "stillborn", (done.stdout.strip().splitlines() or ["?"])[-1]


def main() -> int:
    """The changes, chosen and tried."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=ROOT, help=argparse.SUPPRESS)
    parser.add_argument("--function", metavar="NAME", help="change this function alone")
    parser.add_argument("--each", type=int, default=1, metavar="N", help="changes a function")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=int, default=10, help="seconds a goal")
    parser.add_argument("--list", action="store_true", help="show the changes, try none")
    options = parser.parse_args()
    root = os.path.abspath(options.root)
    settings = Settings(root)
    chooser = random.Random(options.seed)

    by_function: dict[tuple[str, str], list[Change]] = {}
    for change in changes(root):
        if not options.function or change[1] == options.function:
            by_function.setdefault((change[0], change[1]), []).append(change)
    tasks = []
    for key in sorted(by_function):
        candidates = by_function[key]
        chooser.shuffle(candidates)
        tasks.append(candidates)

    def described(change: Change) -> str:
        path, name, at, old, new, line = change
        return f"{path}:{line}: {name}: '{old.strip()}' -> '{new}' in '{shown(source.read(root, path), at)}'"

    def work(candidates: list[Change]) -> list[tuple[str, str, str]]:
        """The first N changes that can be tried at all."""
        results: list[tuple[str, str, str]] = []
        for change in candidates:
            if len(results) == options.each:
                break
            verdict, why = attempt(root, change, options.timeout)
            if verdict == "stillborn":
                continue
            if verdict == "survived" and described(change).split(": ", 1)[1] in settings.equal_mutants:
                verdict = "equal"
            results.append((verdict, described(change), why))
        return results

    if options.list:
        for candidates in tasks:
            for change in candidates[:options.each]:
                print(described(change))
        return 0
    caught, survived, equal, results_all = 0, 0, 0, []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for results in pool.map(work, tasks):
            for verdict, text, why in results:
                caught += verdict == "caught"
                survived += verdict == "survived"
                equal += verdict == "equal"
                results_all.append({"verdict": verdict, "change": text, "goal": why})
                print(f"{verdict:<9} {text}" + (f"  ({why})" if why else ""), flush=True)
    os.makedirs(os.path.join(root, "build", "proofs"), exist_ok=True)
    with open(os.path.join(root, "build", "proofs", "mutations.json"), "w", encoding="utf-8") as out:
        json.dump(results_all, out, indent=1)
    print(f"{caught} caught, {survived} survived, {equal} change nothing")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
