#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The workflows of .github: their syntax, what they pin, and that they run nothing of their own.

Prints a line for each that is not as it should be, and `N passed, N failed` at the end.
"""

import os
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}")
IMAGE = re.compile(r"[\w./-]+(:[\w.-]+)?@sha256:[0-9a-f]{64}")
PREPARES = re.compile(r"apt-get update && apt-get install -y --no-install-recommends [a-z0-9 -]+")


def verbs_of(words, job, known):
    """What is wrong with the verbs of `make WORDS`, one of which may be a value of the matrix."""
    if not words:
        return ["`make` without a verb"]
    wrong = []
    for word in words:
        named = re.fullmatch(r"\$\{\{ matrix\.(\w+) \}\}", word)
        values = job.get("strategy", {}).get("matrix", {}).get(named.group(1), []) if named else [word]
        wrong += [f"no such verb: make {value}" for value in values if value not in known] or ([] if values else [f"no such matrix: {word}"])
    return wrong


def step_of(step, job, known):
    """What is wrong with one step: an action is pinned, a command is a verb of make or a script of the tree."""
    if "uses" in step:
        return [] if PINNED.fullmatch(step["uses"]) else [f"not pinned by a commit: {step['uses']}"]
    command = str(step.get("run", "")).strip()
    if PREPARES.fullmatch(command):
        return []
    words = re.findall(r"\$\{\{.*?\}\}|\S+", command)
    if words[:1] == ["make"]:
        return verbs_of(words[1:], job, known)
    if len(words) == 1 and os.access(ROOT / words[0], os.X_OK) and (ROOT / words[0]).is_file():
        return []
    return [f"neither a verb of make nor a script: {command!r}"]


def problems(text, known):
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError as error:
        return [f"no YAML: {error}"]
    if not isinstance(read, dict) or not isinstance(read.get("jobs"), dict) or not read["jobs"]:
        return ["no jobs"]
    wrong = [] if read.get("permissions") == "read-all" or isinstance(read.get("permissions"), dict) else ["no permissions"]
    if "on" not in read and True not in read:  # YAML 1.1 reads `on` as true
        wrong.append("nothing starts it")
    for name, job in read["jobs"].items():
        if "runs-on" not in job or not job.get("steps"):
            wrong.append(f"{name}: no machine or no steps")
            continue
        image = job.get("container")
        if image is not None and not IMAGE.fullmatch(image if isinstance(image, str) else str(image.get("image"))):
            wrong.append(f"{name}: image without a digest: {image}")
        wrong += [f"{name}: {what}" for step in job["steps"] for what in step_of(step, job, known)]
    return wrong


GOOD = """
on: push
permissions: read-all
jobs:
  a:
    runs-on: ubuntu-latest
    strategy: {matrix: {verb: [build, test]}}
    steps:
      - run: make ${{ matrix.verb }}
"""
# What the check itself must refuse: a change of GOOD, and a word of the reason.
REFUSED = (("on: push", "on push", "YAML"), ("on: push", "off: push", "starts"), ("permissions: read-all", "", "permissions"),
           ("[build, test]", "[build, rest]", "verb"), ("matrix.verb", "matrix.verbs", "matrix"), ("make ${{ matrix.verb }}", "make", "without a verb"),
           ("run: make ${{ matrix.verb }}", "run: curl x | sh", "neither"), ("run: make ${{ matrix.verb }}", "uses: actions/checkout@v4", "pinned"),
           ("runs-on: ubuntu-latest", "container: debian:bookworm\n    runs-on: x", "digest"), ("jobs:", "tasks:", "jobs"))


def main():
    known = set(re.findall(r"^## ([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    results = [("a workflow that is right", problems(GOOD, known))]
    for now, then, reason in REFUSED:
        said = problems(GOOD.replace(now, then), known)
        results.append((f"{now!r} as {then!r}", [] if any(reason in what for what in said) else [f"not refused for {reason!r}: {said}"]))
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        results.append((path.name, problems(path.read_text(encoding="utf-8"), known)))
    for path in sorted(ROOT.glob(".clusterfuzzlite/Dockerfile")):
        image = next(line for line in path.read_text(encoding="utf-8").split("\n") if line.startswith("FROM ")).removeprefix("FROM ")
        results.append((str(path.relative_to(ROOT)), [] if IMAGE.fullmatch(image) else [f"image without a digest: {image}"]))
    for name, wrong in results:
        for what in wrong:
            print(f"FAILED: {name}: {what}")
    failed = sum(bool(wrong) for _, wrong in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
