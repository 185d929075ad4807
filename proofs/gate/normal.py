# SPDX-License-Identifier: MIT
"""Reads a unit as Frama-C prints it back.

Frama-C's own printer has already dealt with comments, macros, conditional code and the many ways to write a loop: every
contract stands right before its function, every loop is a `while`, every annotation is a comment that begins with `/*@`.
What is left to read is regular enough to be read by hand, and it is exactly what WP works on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .scan import Unreadable, block_end, only, skip, split_top, tokens

CLAUSES = ("requires", "ensures", "assigns", "terminates", "exits", "behavior", "complete", "disjoint", "decreases",
           "frees", "allocates", "assumes", "admit", "check")
LOGIC = ("predicate", "logic", "lemma", "axiomatic", "axiom", "inductive", "type", "global", "model", "volatile",
         "admit", "check")
NOT_A_CALL = ("if", "while", "switch", "return", "sizeof", "for", "_Alignof", "__builtin_offsetof")


@dataclass
class Function:
    """A function as it stands in a unit: declared only where `body` is None."""

    name: str
    header: str
    contract: str = ""
    body: str | None = None
    ghost: bool = False
    static: bool = False

    @property
    def defined(self) -> bool:
        return self.body is not None


@dataclass
class Unit:
    """What a unit holds: its functions by name (a definition wins over a declaration), its logic, its types and objects."""

    path: str
    text: str = ""
    functions: dict[str, Function] = field(default_factory=dict)
    logic: list[tuple[str, str]] = field(default_factory=list)  # (keyword, text) of each global annotation
    other: list[str] = field(default_factory=list)

    def defined(self) -> list[Function]:
        return [f for f in self.functions.values() if f.defined]


def with_definitions(unit: Unit, text: str) -> str:
    """A text and all that the names in it stand for, and the types of the unit."""
    known: dict[str, list[str]] = {}
    for keyword, other in unit.logic:
        if keyword in ("predicate", "logic", "inductive"):
            known.setdefault(logic_name(other), []).append(" ".join(other.split()))
    seen: set[str] = set()
    open_ = [" ".join(text.split())]
    while open_:
        here = open_.pop()
        if here not in seen:
            seen.add(here)
            open_ += [other for name in set(re.findall(r"\w+", here)) for other in known.get(name, ())]
    return "\0".join([" ".join(text.split()), *sorted(seen), *sorted(unit.other)])


def bare(text: str) -> str:
    """The text with every comment and literal blanked out, position for position."""
    return only(text, "code")


def unghost(text: str) -> str:
    """Ghost code as plain code, its annotations as plain annotations."""
    return re.sub(r"/\*@\s*ghost\b(.*?)\*/", lambda found: _ghost_comments(found.group(1)), text, flags=re.S)


def _ghost_comments(text: str) -> str:
    return text.replace("/@", "/*@").replace("@/", "*/")


def chunk_end(text: str, at: int) -> tuple[int, int | None]:
    """The end of the declaration or definition that begins at `at`, and where its body begins (or None)."""
    depth, passed = 0, at
    for found in tokens(text, r"[{;()\[\]]", at):
        i, c = found.start(), found.group()
        if i < passed:  # inside a block that is not a body
            continue
        if c == "{" and depth == 0:
            head = bare(text[at:i]).rstrip()
            passed = block_end(text, i)
            if head.endswith(")") and "=" not in head:
                return passed, i
        elif c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        elif c == ";" and depth == 0:
            return i + 1, None
    raise Unreadable("a declaration without an end: " + text[at:at + 60].strip())


def read(path: str, text: str) -> Unit:
    """The unit that Frama-C printed. Raises Unreadable at the first thing that is not known."""
    unit = Unit(path, text)
    _read_top(unit, text, False)
    return unit


def _read_top(unit: Unit, text: str, ghost: bool) -> None:
    i, contract = 0, ""
    while i < len(text):
        if text[i].isspace():
            i += 1
        elif text[i] == "#":
            i = text.find("\n", i) + 1 or len(text)
        elif text.startswith("/*@", i):
            end = skip(text, i)
            contract = _take_annotation(unit, text[i + 3:end - 2].strip()) or contract
            i = end
        elif text.startswith("/*", i):
            i = skip(text, i)
        else:
            end, body_at = chunk_end(text, i)
            _take_chunk(unit, text[i:end], None if body_at is None else body_at - i, contract, ghost)
            contract = ""
            i = end


def _take_annotation(unit: Unit, inside: str) -> str:
    """Files a global annotation. Returns it where it is the contract of what comes next."""
    word = re.split(r"\W", inside, maxsplit=1)[0]
    if word == "ghost":
        _read_top(unit, _ghost_comments(inside[len("ghost"):]), True)
    elif word in LOGIC and not re.match(r"(admit|check)\s+(requires|ensures)", inside):
        unit.logic.append((word, inside))
    elif word in CLAUSES:
        return inside
    else:
        raise Unreadable(f"an annotation that begins with '{word}'")
    return ""


def _take_chunk(unit: Unit, chunk: str, body_at: int | None, contract: str, ghost: bool) -> None:
    header = " ".join(bare(chunk if body_at is None else chunk[:body_at]).split()).rstrip("; ")
    if re.match(r"(typedef|struct\s+\w+\s*\{|union\s+\w+\s*\{|enum\s+\w+\s*\{)", header):
        unit.other.append(header)
        return
    call = re.search(r"(\w+)\s*\(", header)
    if not call or "=" in header[:call.start()]:
        if contract:
            raise Unreadable("a contract before something that is not a function: " + header[:60])
        unit.other.append(header)
        return
    body = None if body_at is None else unghost(chunk[body_at:])
    _take_function(unit, Function(call.group(1), header, contract, body, ghost, bool(re.search(r"\bstatic\b", header))))


def _take_function(unit: Unit, found: Function) -> None:
    known = unit.functions.get(found.name)
    if known is None:
        unit.functions[found.name] = found
        return
    if found.defined and known.defined:
        raise Unreadable(f"two definitions of {found.name}")
    if known.defined:
        known.contract = known.contract or found.contract
    else:
        found.contract = found.contract or known.contract
        unit.functions[found.name] = found


def default_behaviour(contract: str) -> str:
    """The part of a contract that holds for every call: what stands before its first behavior."""
    return re.split(r"\n\s*behavior\s+\w+\s*:", "\n" + contract, maxsplit=1)[0]


def loops(function: Function) -> Iterator[tuple[int, str]]:
    """(number, annotation) of each loop; the annotation is '' where there is none."""
    body = function.body or ""
    for number, found in enumerate(tokens(body, r"\b(while|for|do)\b"), 1):
        before = body[:found.start()].rstrip()
        annotation = before[before.rfind("/*"):] if before.endswith("*/") else ""
        yield number, annotation if annotation.startswith("/*@") else ""


def calls(function: Function) -> set[str]:
    """The names that a body calls, those in ghost code among them."""
    return {name for name in re.findall(r"\b(\w+)\s*\(", bare(function.body or "")) if name not in NOT_A_CALL}


def backward_jumps(function: Function) -> Iterator[str]:
    """Labels that a goto reaches by going back: loops that no annotation can speak of."""
    flat = bare(function.body or "")
    for jump in re.finditer(r"\bgoto\s+(\w+)\s*;", flat):
        if re.search(rf"(?<!\w){jump.group(1)}\s*:(?!:)", flat[:jump.start()]):
            yield jump.group(1)


HEAD = re.compile(r"(?:predicate|inductive|logic\s+(?P<type>[^=({;]*?))\s*\b(?P<name>\w+)\s*(?:\{(?P<labels>[^}]*)\})?\s*"
                  r"(?:\((?P<formals>[^)]*)\))?\s*(?=[={;]|reads|$)")


def logic_head(text: str) -> re.Match[str]:
    """The head of a `predicate`, `inductive` or `logic` annotation, by the groups type, name, labels and formals."""
    found = HEAD.match(text)
    if not found:
        raise Unreadable("a definition without a name: " + text[:60])
    return found


def logic_name(text: str) -> str:
    """The name that a `predicate`, `inductive` or `logic` annotation defines."""
    return str(logic_head(text)["name"])


def logic_body(text: str) -> str | None:
    """What the definition says, or None when it says nothing."""
    rest = text[logic_head(text).end():].lstrip()
    return rest if rest.startswith(("=", "{")) else None


def logic_labels(text: str) -> list[str]:
    """The labels of a definition, in order."""
    labels = logic_head(text)["labels"]
    return [label.strip() for label in labels.split(",")] if labels else []


def logic_formals(text: str) -> list[tuple[str, str]]:
    """(type, name) of each formal of a definition."""
    formals = []
    for formal in (logic_head(text)["formals"] or "").split(","):
        if formal.strip():
            found = re.match(r"\s*(.*?)(\w+)\s*$", formal, flags=re.S)
            if not found:
                raise Unreadable("a formal without a name: " + formal.strip())
            formals.append((" ".join(found[1].split()), found[2]))
    return formals


def inductive_cases(text: str) -> Iterator[tuple[str, list[str], str]]:
    """(name, premises, conclusion) of each case of an inductive definition; the quantified variables are left out."""
    body = logic_body(text)
    if body is None or "}" not in body:
        raise Unreadable("an inductive definition without cases: " + text[:60])
    inside = body[1:body.rindex("}")]
    for case in re.split(r"\bcase\s+", inside)[1:]:
        name, said = case.split(":", 1)
        said = said.strip().rstrip(";").strip()
        while said.startswith("\\forall"):
            said = said.split(";", 1)[1].strip()
        parts = split_top(said, "==>")
        yield re.split(r"\W", name.strip(), maxsplit=1)[0], [c for part in parts[:-1] for c in split_top(part, "&&")], parts[-1].strip()
