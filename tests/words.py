#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Phrases that make a reader read twice, and words that stand for another one: none in prose, comments and messages.

Each phrase has an example, which must be found, and what to write instead. Prints the lines that have one, and
`N passed, N failed` at the end, a test for each phrase.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = ("build", ".git", "corpus", "__pycache__", ".mypy_cache")
SUFFIXES = (".md", ".c", ".h", ".acsl", ".py", ".sh", ".fault", ".txt", ".yml", ".yaml")
NAMED = ("Makefile", "run", "coverage", "lint", "lines", "power", "build", "setup")
# Where a phrase stands for a reason: this file, and names of other projects' files.
EXEMPT = ("tests/words.py",)

# phrase, an example, what to write
PHRASES = [
    (r"(?<!there )(?<!There )\b(is|are|was) no (?!longer|more|lower|less|fewer|such|later|larger|earlier|problem)[a-z]+",
     "'x' is no line of a map", "'not a ...', with the text after it"),
    (r"\b(is|are) none\b(?! of)(?<!there is none)(?<!there are none)(?<!There is none)", "a protection that is none", "say what is wrong with it"),
    (r"\b(is|are) none of\b", "it is none of these", "'is not one of'"),
    (r"\ba (line|row|word|page|byte|bit|block|clause|object|case) a (line|row|word|page|byte|request|clause|file|case|function|node|region)\b",
     "A trace is a line a request", "'one ... per ...'"),
    (r"\b[Tt]old\b", "it is told what it did wrong", "'reports', 'returns', 'says'; 'distinguished'"),
    (r"\b(may|must|can) lie\b", "no page is free where it may lie", "'in the requested range'"),
    (r"\bcan't give\b", "node 1 can't give it", "'cannot satisfy the request'"),
    (r"\bbut with\b", "zeroed, but with X", "'unless'"),
    (r"\bbut for\b|\ball but\b", "all but for one", "'except'"),
    (r"\bbooks\b", "the memory for its books", "'metadata', 'records'"),
    (r"\bwhat is pure\b", "what is pure of the layer", "'the side-effect-free part'"),
    (r"\bthat is not meant\b", "no overflow that is not meant", "'unintended'"),
    (r"\bso (many|much)\b", "so many pages", "a number or a name"),
    (r"\bas (many|much) as\b", "as many as there are", "a number or a name"),
    (r"\bto be had\b", "fewer pages are to be had", "'available'"),
    (r"\bto be given back\b|\bgiv(e|es|en|ing) (it |them |pages |memory |[a-z]+ )?back\b", "to be given back by X", "'free with X'"),
    (r"\bbeside\b", "what stands beside it", "'besides', 'next to', 'and'"),
    (r"\bwhatever\b", "whatever it is", "'any', or nothing"),
    (r"\b(first|second) routine\b", "the first routine", "'pages request', 'contiguous request'"),
]


def files() -> list[Path]:
    found = []
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not set(parts) & set(SKIPPED) and (path.suffix in SUFFIXES or path.name in NAMED):
            if path.relative_to(ROOT).as_posix() not in EXEMPT:
                found.append(path)
    return found


def main() -> int:
    passed = failed = 0
    lines = [(path.relative_to(ROOT).as_posix(), number, line) for path in files()
             for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)]
    for phrase, example, instead in PHRASES:
        pattern = re.compile(phrase)
        found = [(name, number, line) for name, number, line in lines if pattern.search(line)]
        if not pattern.search(example):
            print(f"FAILED: /{phrase}/ is not in its example")
        for name, number, line in found:
            print(f"FAILED: {name}:{number}: write {instead}: {line.strip()}")
        good = not found and pattern.search(example) is not None
        passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
