# SPDX-License-Identifier: MIT
"""The one scanner of C and ACSL text: code, literals, remarks, annotations and brackets, in sources as written and as printed.

Everything that looks for something in code goes through `tokens`, `only` or `functions`, so that what a comment or a literal
says is never taken for code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

BRACKETS = r"[(\[{]|[)\]}]"
BEGINS = r"/[*/]|[\"']"
DEFINITION = re.compile(r"^[A-Za-z_][\w \t*]*?\b(\w+)\s*\(([^;{}]*)\)\s*\{", re.M)


class Unreadable(Exception):
    """The text is not what the gate knows how to read."""


@dataclass(frozen=True)
class Definition:
    """A function of a source: where its head begins, and the body, from after the `{` to after the `}`."""

    name: str
    parameters: str
    head: int
    begin: int
    end: int


def skip(text: str, at: int) -> int:
    """The position after the comment or literal at `at`, or `at` itself when there is none."""
    if text.startswith("/*", at):
        end = text.find("*/", at + 2)
        if end < 0:
            raise Unreadable("a comment without an end")
        return end + 2
    if text.startswith("//", at):
        end = text.find("\n", at)
        return len(text) if end < 0 else end
    if text[at] in "\"'":
        return _literal_end(text, at)
    return at


def _literal_end(text: str, at: int) -> int:
    quote, i = text[at], at + 1
    while i < len(text) and text[i] != quote:
        i += 2 if text[i] == "\\" else 1
    return i + 1


def tokens(text: str, pattern: str, at: int = 0) -> Iterator[re.Match[str]]:
    """Each match of a pattern, from `at` on, that begins outside of comments and literals. The pattern has no named group `_`."""
    either = re.compile(rf"(?P<_>{BEGINS})|{pattern}", re.M)
    while found := either.search(text, at):
        if found["_"]:
            at = skip(text, found.start())
        else:
            yield found
            at = max(found.end(), found.start() + 1)


def pieces(text: str) -> Iterator[tuple[str, str, int]]:
    """The text in pieces: ('code' | 'literal' | 'prose' | 'annotation', text, line)."""
    at = 0
    while at < len(text):
        found = re.compile(BEGINS).search(text, at)
        begin = found.start() if found else len(text)
        if begin > at:
            yield "code", text[at:begin], text.count("\n", 0, at) + 1
        if found:
            at = skip(text, begin)
            yield _kind(text[begin:at]), text[begin:at], text.count("\n", 0, begin) + 1
        else:
            at = begin


def _kind(piece: str) -> str:
    if piece[0] in "\"'":
        return "literal"
    return "annotation" if piece.startswith(("/*@", "//@")) else "prose"


def blank(text: str) -> str:
    """As many lines, each as long, of spaces."""
    return re.sub(r"[^\n]", " ", text)


def only(text: str, *kinds: str) -> str:
    """The text with every piece of another kind blanked out; positions and lines stay what they are."""
    return "".join(piece if kind in kinds else blank(piece) for kind, piece, _ in pieces(text))


def without_directives(code: str) -> str:
    """Code with its lines for the preprocessor blanked out."""
    return re.sub(r"^[ \t]*#.*$", lambda line: blank(line.group()), code, flags=re.M)


def block_end(text: str, at: int) -> int:
    """The position after the `}` that closes the first `{` from `at` on."""
    depth = 0
    for found in tokens(text, r"[{}]", at):
        depth += 1 if found.group() == "{" else -1
        if depth == 0:
            return found.end()
    raise Unreadable("a block without an end")


def split_top(text: str, operator: str) -> list[str]:
    """The text cut at each `operator` that stands outside every pair of brackets. `<==>` is not cut at `==>`."""
    depth, start, parts = 0, 0, []
    for found in tokens(text, rf"{BRACKETS}|(?<!<){re.escape(operator)}"):
        if found.group() == operator:
            if depth == 0:
                parts.append(text[start:found.start()].strip())
                start = found.end()
        else:
            depth += 1 if found.group() in "([{" else -1
    return parts + [text[start:].strip()]


def bracket_end(text: str, at: int) -> int:
    """The position of the bracket that closes what is open at `at`."""
    depth = 1
    for found in tokens(text, BRACKETS, at):
        depth += 1 if found.group() in "([{" else -1
        if depth == 0:
            return found.start()
    raise Unreadable("a bracket without an end: " + text[at:at + 60].strip())


def first_else(rest: str) -> tuple[str, str] | None:
    """What stands before and after the `:` of a conditional whose condition and `?` have been cut off."""
    depth = open_ = 0
    for found in tokens(rest, rf"{BRACKETS}|[?:]"):
        token = found.group()
        if token not in "?:":
            depth += 1 if token in "([{" else -1
        elif depth == 0 and token == "?":
            open_ += 1
        elif depth == 0:
            if open_ == 0:
                return rest[:found.start()].strip(), rest[found.end():].strip()
            open_ -= 1
    return None


def functions(text: str) -> Iterator[Definition]:
    """Each C function that a file defines, in order. Ghost code is a comment and not seen."""
    flat = without_directives(only(text, "code"))
    for found in DEFINITION.finditer(flat):
        end = block_end(flat, found.end() - 1)
        yield Definition(found[1], found[2], found.start(), found.end(), end)


def mentions_definition(text: str, name: str) -> bool:
    """Whether a function of this name may be defined in a source, be it C or ghost code. Parameters of the proof are a comment."""
    return bool(re.search(rf"\b{re.escape(name)}\s*\([^;{{]*\)\s*(\*/\s*)?\{{", text))
