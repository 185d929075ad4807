# SPDX-License-Identifier: MIT
"""What the sources show as they are written, before any tool has read them."""

import os
import re
from collections.abc import Collection, Iterator

from .scan import only

Place = tuple[str, int, str]  # path, line, word

# What makes a proof say less than it seems to: a thing taken as true instead of shown.
AXIOMS = r"axiomatic|axiom|reads"
ADMITS = r"admit"
# A name that WP takes for the wish to be left out.
SKIPPED = r"no_wp"
# What an #if may ask, besides the name that keeps a header from being read twice: the twins of word.c, and constants that
# fuzzing makes small.
ASKED = {"NP_PORTABLE", "NP_SMALL"}
# What is proved, and the plain headers outside of it that it may include.
PROVED = ("src/core", "src/nt/pure")
SHARED = (os.path.join("src", "nt", "include", "basetsd.h"), os.path.join("src", "nt", "include", "mdl.h"))
# The folders of the core: each may include what is in a later one. Every folder may include the files above them.
LAYERS = ["api", "select", "request", "machine", "index", "ranges", "bits"]
# The lemmas of a unit stand in a header of their own, which that unit alone includes.
LEMMAS = "_lemmas.h"
FREESTANDING = {"stdint.h", "stddef.h", "stdbool.h", "limits.h"}


def annotations(text: str) -> str:
    """The annotations alone, without the remarks that stand in them."""
    kept = only(text, "annotation")
    return re.sub(r"(?<!:)//(?!@)[^\n]*", "", kept)


def hits(pattern: str, text: str) -> Iterator[tuple[int, str]]:
    """(line, word) of each place where a whole word matches."""
    for found in re.finditer(rf"\b(?:{pattern})\b", text):
        yield text.count("\n", 0, found.start()) + 1, found.group()


def files_below(root: str, folder: str, endings: tuple[str, ...]) -> Iterator[str]:
    """The files of a folder and of those below it, in order, from the root on."""
    for where, folders, names in sorted(os.walk(os.path.join(root, folder))):
        folders.sort()
        for name in sorted(names):
            if name.endswith(endings):
                yield os.path.relpath(os.path.join(where, name), root)


def proved(root: str, endings: tuple[str, ...]) -> Iterator[str]:
    """The files that are proved: those of the core, and the side-effect-free part of the layer above it."""
    for folder in PROVED:
        yield from sorted(files_below(root, folder, endings))


def shared(root: str) -> list[str]:
    """The headers of the layer that what is proved may include."""
    return [path for path in SHARED if os.path.exists(os.path.join(root, path))]


def read(root: str, path: str) -> str:
    """The text of a file."""
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def with_lemmas(root: str, path: str) -> str:
    """A unit and its lemmas."""
    lemmas = path[:-len(".c")] + LEMMAS
    return read(root, path) + (read(root, lemmas) if os.path.exists(os.path.join(root, lemmas)) else "")


def assumed(root: str, paths: Collection[str]) -> tuple[list[Place], list[Place]]:
    """(axioms, admits): where the sources take something as true, as (path, line, word)."""
    axioms: list[Place] = []
    admits: list[Place] = []
    for path in paths:
        text = annotations(read(root, path))
        axioms += [(path, line, word) for line, word in hits(AXIOMS, text)]
        admits += [(path, line, word) for line, word in hits(ADMITS, text)]
    return axioms, admits


def problems(root: str, paths: Collection[str], twins: Collection[str]) -> list[str]:
    """What the core must not contain, file by file. `twins` are the files that may differ between prover and compiler."""
    found = []
    for path in paths:
        text = read(root, path)
        code = only(text, "code")
        for line, word in hits(r"__FRAMAC__|__FC_\w+|__E_ACSL__", code):
            if path not in twins:
                found.append(f"{path}:{line}: {word}: code that the prover would read and the compiler would not")
        for line, word in hits(r"asm|__asm__|__asm|setjmp|longjmp|goto|malloc|calloc|realloc|free\s*\(|"
                               r"(?:__)?restrict(?:__)?|(?:__)?volatile(?:__)?|_Pragma|alloca|tmp(?:_\d+)?|__retres", code):
            found.append(f"{path}:{line}: '{word.strip(' (')}' has no place in the core")
        found += conditions(path, code, path in twins)
        for found_include in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*(<[^>]*>|"[^"]*"|\S+)', only(text, "code", "literal"), re.M):
            line = text.count("\n", 0, found_include.start()) + 1
            name = found_include.group(1)
            if not _may_include(path, name):
                found.append(f"{path}:{line}: includes {name}, which is neither freestanding nor of what is proved")
    return found


def skipped(root: str, paths: Collection[str], from_allowed: Collection[str] = ()) -> Iterator[str]:
    """Where an annotation asks WP to leave it out, or says what WP does not check."""
    for path in paths:
        text = annotations(read(root, path))
        for line, word in hits(SKIPPED, text):
            yield f"{path}:{line}: '{word}': WP leaves out what is labelled so"
        for found in re.finditer(r"\\from\b", "" if path in from_allowed else text):
            yield f"{path}:{text.count(chr(10), 0, found.start()) + 1}: '\\from': WP does not check where a value comes from"


def conditions(path: str, code: str, twin: bool) -> list[str]:
    """What conditional compilation there is: a compiler must not be led to other code than the prover is."""
    found, lines = [], code.splitlines()
    directives = [(i + 1, match[1], match[2].strip()) for i, line in enumerate(lines)
                  if (match := re.match(r"[ \t]*#[ \t]*(\w+)(.*)", line))]
    guard = None
    if path.endswith((".h", ".acsl")) and len(directives) >= 3 and directives[0][1] == "ifndef" and directives[-1][1] == "endif" \
            and directives[1][1:] == ("define", directives[0][2]):
        guard = directives[0][2]
    for number, (line, word, rest) in enumerate(directives):
        if word in ("undef", "pragma"):
            found.append(f"{path}:{line}: '#{word}' has no place in the core")
        if word not in ("if", "ifdef", "ifndef", "elif") or (number == 0 and rest == guard):
            continue
        names = set(re.findall(r"\b[A-Za-z_]\w*", rest)) - {"defined"}
        for name in sorted(names - ASKED - ({"__FRAMAC__"} if twin else set())):
            found.append(f"{path}:{line}: '#{word}' asks for {name}: what is compiled may be other code than what is proved")
        if "NP_SMALL" in names:
            inside = lines[line:next((n for n, w, _ in directives[number + 1:] if w == "endif"), len(lines)) - 1]
            if word != "ifdef" or any(text.strip() and not re.match(r"#(define|else)\b", text) for text in inside):
                found.append(f"{path}:{line}: NP_SMALL may change the value of constants, and nothing else")
    return found


def _may_include(path: str, name: str) -> bool:
    if name.startswith("<"):
        return name[1:-1] in FREESTANDING
    if not name.startswith('"'):
        return False
    target = os.path.normpath(os.path.join(os.path.dirname(path), name[1:-1]))
    if target.startswith(os.path.join("spec", "logic") + os.sep):
        return True
    if path.startswith(os.path.join("src", "core") + os.sep):
        return target.startswith(os.path.join("src", "core") + os.sep) and target.endswith(".h") and _below(path, target)
    return target in SHARED or (target.startswith(tuple(folder + os.sep for folder in PROVED)) and target.endswith(".h"))


def _below(path: str, target: str) -> bool:
    """Whether a file of the core may include a header of it: one of its own folder, or of a folder further down."""
    of, at = (os.path.dirname(os.path.relpath(one, os.path.join("src", "core"))) for one in (path, target))
    if of in LAYERS and at in LAYERS:
        return LAYERS.index(of) <= LAYERS.index(at)
    return of not in LAYERS or at == ""
