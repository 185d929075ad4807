#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What documents name must exist: links, paths, verbs of make, functions. Folders have a page that fits a screen.

Prints a line for each that is not as it should be, and `N passed, N failed` at the end.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = ("build", ".git", "LICENSES")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*?)\s*$", re.M)
CODE = re.compile(r"`([^`\n]+)`")
VERB = re.compile(r"\bmake ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)*)")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
PAGE = 20  # lines of a folder's README
# Pages that explain more than a folder.
LONG = ("README.md", "fuzz/README.md", "src/nt/README.md", "src/core/README.md", "corpus/logs/README.md")
# Folders without a page of their own: the page that says what is in them.
COVERED = {"src/core/": "src/core/README.md", "src/nt/": "src/nt/README.md", "corpus/": "corpus/README.md", "tests/gate/samples": "tests/gate/README.md",
        "fuzz/oss-fuzz": "fuzz/README.md", "spec/logic/api": "spec/logic/README.md"}


def documents() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.md") if not set(path.relative_to(ROOT).parts) & set(SKIPPED))


def anchor(heading: str) -> str:
    """As the repository's host makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def links(path: Path, text: str) -> list[str]:
    wrong = []
    for target in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, part = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        if not there.exists():
            wrong.append(f"no such file: {target}")
        elif part and part not in map(anchor, HEADING.findall(there.read_text(encoding="utf-8"))):
            wrong.append(f"no such heading: {target}")
    return wrong


def paths(path: Path, text: str) -> list[str]:
    """A name in code with a folder of the project before it is a file."""
    wrong = []
    tops = {entry.name for entry in ROOT.iterdir() if entry.is_dir()} - set(SKIPPED)
    for code in CODE.findall(FENCE.sub("", text)):
        found = re.fullmatch(r"([\w.-]+)(/[\w./-]*)", code.split(" ")[0])
        if code != code.lower() and re.search(r"/[A-Z]+\b(?!\.)", code):  # TARGET, NAME: any
            continue
        if found and found.group(1) in tops and not (ROOT / (found.group(1) + found.group(2))).exists() \
                and not (path.parent / (found.group(1) + found.group(2))).exists():
            wrong.append(f"no such file: `{code}`")
    return wrong


def verbs(text: str, known: set[str]) -> list[str]:
    said = [match.group(1) for code in CODE.findall(text) for match in VERB.finditer(code)]
    said += [match.group(1) for line in text.split("\n") if line.startswith("    ") for match in VERB.finditer(line.split("#")[0])]
    return [f"no such verb: make {verb}" for words in said for verb in words.split(" ") if verb not in known]


def functions(text: str, words: set[str]) -> list[str]:
    return [f"no such name: `{code}`" for code in CODE.findall(text) if re.fullmatch(r"np_[a-z_]+", code) and code not in words]


def folders() -> list[str]:
    wrong = []
    for folder in sorted({path.parent.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file()}):
        if folder == "." or folder.split("/")[0] in SKIPPED or folder.startswith(".") or "__pycache__" in folder or "_cache" in folder:
            continue
        if not (ROOT / folder / "README.md").exists() and not any((folder + "/").startswith(covered) for covered in COVERED):
            wrong.append(f"{folder}: no README.md")
    return wrong


def main() -> int:
    passed = failed = 0
    known = set(re.findall(r"^## ([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    words = {word for top in ("src", "spec", "proofs") for path in (ROOT / top).rglob("*") if path.suffix in (".c", ".h", ".acsl")
             for word in re.findall(r"\bnp_\w+", path.read_text(encoding="utf-8"))}
    for path in documents():
        name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        wrong = links(path, text) + paths(path, text) + verbs(text, known)
        if name != "CHANGELOG.md":  # which tells of what is gone
            wrong += functions(text, words)
        if path.name == "README.md" and name not in LONG and text.count("\n") > PAGE:
            wrong.append(f"{text.count(chr(10))} lines, more than {PAGE}")
        passed, failed = passed + (not wrong), failed + bool(wrong)
        for what in wrong:
            print(f"FAILED: {name}: {what}")
    wrong = folders() + [f"{covered}: no {page}" for covered, page in COVERED.items() if not (ROOT / page).exists()]
    passed, failed = passed + (not wrong), failed + bool(wrong)
    for what in wrong:
        print(f"FAILED: {what}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
