"""Reads a unit as Frama-C prints it back.

Frama-C's own printer has already dealt with comments, macros, conditional code and the many ways to write a loop: every
contract stands right before its function, every loop is a `while`, every annotation is a comment that begins with `/*@`.
What is left to read is regular enough to be read by hand, and it is exactly what WP works on.
"""

import re
from dataclasses import dataclass, field

CLAUSES = ("requires", "ensures", "assigns", "terminates", "exits", "behavior", "complete", "disjoint", "decreases",
           "frees", "allocates", "assumes", "admit", "check")
LOGIC = ("predicate", "logic", "lemma", "axiomatic", "axiom", "inductive", "type", "global", "model", "volatile",
         "admit", "check")
NOT_A_CALL = ("if", "while", "switch", "return", "sizeof", "for", "_Alignof", "__builtin_offsetof")


class Unreadable(Exception):
    """The printed source is not what this module knows how to read."""


@dataclass
class Function:
    name: str
    header: str
    contract: str = ""
    body: str = None
    ghost: bool = False
    static: bool = False

    @property
    def defined(self):
        return self.body is not None


@dataclass
class Unit:
    path: str
    text: str = ""
    functions: dict = field(default_factory=dict)  # name -> Function; a definition wins over a declaration
    logic: list = field(default_factory=list)      # (keyword, text) of each global annotation
    other: list = field(default_factory=list)      # types and objects

    def defined(self):
        return [f for f in self.functions.values() if f.defined]


def with_definitions(unit, text):
    """A text and all that the names in it stand for, and the types of the unit."""
    known = {}
    for keyword, other in unit.logic:
        if keyword in ("predicate", "logic", "inductive"):
            known.setdefault(logic_name(other), []).append(" ".join(other.split()))
    seen, open_ = set(), [" ".join(text.split())]
    while open_:
        here = open_.pop()
        if here not in seen:
            seen.add(here)
            open_ += [other for name in set(re.findall(r"\w+", here)) for other in known.get(name, ())]
    return "\0".join([" ".join(text.split()), *sorted(seen), *sorted(unit.other)])


def literal_end(text, at):
    """The position after the string or character literal that begins at `at`."""
    quote, i = text[at], at + 1
    while i < len(text) and text[i] != quote:
        i += 2 if text[i] == "\\" else 1
    return i + 1


def skip(text, at):
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
        return literal_end(text, at)
    return at


def bare(text):
    """The text with every comment and literal blanked out, position for position."""
    out, i = [], 0
    while i < len(text):
        end = skip(text, i)
        if end == i:
            out.append(text[i])
            i += 1
        else:
            out.append(re.sub(r"[^\n]", " ", text[i:end]))
            i = end
    return "".join(out)


def unghost(text):
    """Ghost code as plain code, its annotations as plain annotations."""
    def plain(found):
        return found.group(1).replace("/@", "/*@").replace("@/", "*/")
    return re.sub(r"/\*@\s*ghost\b(.*?)\*/", plain, text, flags=re.S)


def chunk_end(text, at):
    """The end of the declaration or definition that begins at `at`, and where its body begins (or None)."""
    depth, i = 0, at
    while i < len(text):
        end = skip(text, i)
        if end != i:
            i = end
            continue
        c = text[i]
        if c == "{":
            if depth == 0:
                head = bare(text[at:i]).rstrip()
                is_body = head.endswith(")") and "=" not in head
                close = block_end(text, i)
                if is_body:
                    return close, i
                i = close
                continue
        elif c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        elif c == ";" and depth == 0:
            return i + 1, None
        i += 1
    raise Unreadable("a declaration without an end: " + text[at:at + 60].strip())


def block_end(text, at):
    depth, i = 0, at
    while i < len(text):
        end = skip(text, i)
        if end != i:
            i = end
            continue
        if text[i] == "{":
            depth += 1
        elif text[i] == "}":
            depth -= 1
            if depth == 0:
                return i + 1
        i += 1
    raise Unreadable("a block without an end")


def read(path, text):
    unit = Unit(path, text)
    _read_top(unit, text, False)
    return unit


def _read_top(unit, text, ghost):
    i, contract = 0, ""
    while i < len(text):
        if text[i].isspace():
            i += 1
            continue
        if text[i] == "#":
            i = text.find("\n", i) + 1 or len(text)
            continue
        if text.startswith("/*@", i):
            end = skip(text, i)
            inside = text[i + 3:end - 2].strip()
            word = re.match(r"\w*", inside).group()
            if word == "ghost":
                _read_top(unit, inside[len("ghost"):].replace("/@", "/*@").replace("@/", "*/"), True)
            elif word in LOGIC and not re.match(r"(admit|check)\s+(requires|ensures)", inside):
                unit.logic.append((word, inside))
            elif word in CLAUSES:
                contract = inside
            else:
                raise Unreadable(f"an annotation that begins with '{word}'")
            i = end
            continue
        if text.startswith("/*", i):
            i = skip(text, i)
            continue
        end, body_at = chunk_end(text, i)
        _take_chunk(unit, text[i:end], None if body_at is None else body_at - i, contract, ghost)
        contract = ""
        i = end


def _take_chunk(unit, chunk, body_at, contract, ghost):
    header = " ".join(bare(chunk[:body_at] if body_at is not None else chunk).split()).rstrip("; ")
    if re.match(r"(typedef|struct\s+\w+\s*\{|union\s+\w+\s*\{|enum\s+\w+\s*\{)", header):
        unit.other.append(header)
        return
    call = re.search(r"(\w+)\s*\(", header)
    if not call or "=" in header[:call.start()]:
        if contract:
            raise Unreadable("a contract before something that is no function: " + header[:60])
        unit.other.append(header)
        return
    body = None if body_at is None else unghost(chunk[body_at:])
    found = Function(call.group(1), header, contract, body, ghost, bool(re.search(r"\bstatic\b", header)))
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


def default_behaviour(contract):
    """The part of a contract that holds for every call: what stands before its first behavior."""
    return re.split(r"\n\s*behavior\s+\w+\s*:", "\n" + contract, maxsplit=1)[0]


def loops(function):
    """(number, annotation) of each loop; the annotation is '' where there is none."""
    body, flat = function.body, bare(function.body)
    for number, found in enumerate(re.finditer(r"\b(while|for|do)\b", flat), 1):
        before = body[:found.start()].rstrip()
        annotation = ""
        if before.endswith("*/"):
            annotation = before[before.rfind("/*"):]
        yield number, annotation if annotation.startswith("/*@") else ""


def calls(function):
    """The names that a body calls, those in ghost code among them."""
    return {name for name in re.findall(r"\b(\w+)\s*\(", bare(function.body)) if name not in NOT_A_CALL}


def backward_jumps(function):
    """Labels that a goto reaches by going back: loops that no annotation can speak of."""
    flat = bare(function.body)
    for jump in re.finditer(r"\bgoto\s+(\w+)\s*;", flat):
        if re.search(rf"(?<!\w){jump.group(1)}\s*:(?!:)", flat[:jump.start()]):
            yield jump.group(1)


HEAD = re.compile(r"(?:predicate|inductive|logic\s+(?P<type>[^=({;]*?))\s*\b(?P<name>\w+)\s*(?:\{(?P<labels>[^}]*)\})?\s*"
                  r"(?:\((?P<formals>[^)]*)\))?\s*(?=[={;]|reads|$)")


def logic_head(text):
    found = HEAD.match(text)
    if not found:
        raise Unreadable("a definition without a name: " + text[:60])
    return found


def logic_name(text):
    """The name that a `predicate`, `inductive` or `logic` annotation defines."""
    return logic_head(text)["name"]


def logic_body(text):
    """What the definition says, or None when it says nothing."""
    rest = text[logic_head(text).end():].lstrip()
    return rest if rest.startswith(("=", "{")) else None


def logic_labels(text):
    labels = logic_head(text)["labels"]
    return [label.strip() for label in labels.split(",")] if labels else []


def logic_formals(text):
    """(type, name) of each formal of a definition."""
    formals = []
    for formal in (logic_head(text)["formals"] or "").split(","):
        if formal.strip():
            kind, name = re.match(r"\s*(.*?)(\w+)\s*$", formal, flags=re.S).groups()
            formals.append((" ".join(kind.split()), name))
    return formals


def inductive_cases(text):
    """(name, premises, conclusion) of each case of an inductive definition; the quantified variables are left out."""
    body = logic_body(text)
    inside = body[1:body.rindex("}")]
    for case in re.split(r"\bcase\s+", inside)[1:]:
        name, said = case.split(":", 1)
        said = said.strip().rstrip(";").strip()
        while said.startswith("\\forall"):
            said = said.split(";", 1)[1].strip()
        parts = split_top(said, "==>")
        yield re.match(r"\w+", name.strip()).group(), [c for part in parts[:-1] for c in split_top(part, "&&")], parts[-1].strip()


def split_top(text, operator):
    """The text cut at each `operator` that stands outside every pair of brackets."""
    depth, start, parts, i = 0, 0, [], 0
    while i < len(text):
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
        elif depth == 0 and text.startswith(operator, i) and not (operator == "==>" and text[i - 1:i] == "<"):
            parts.append(text[start:i].strip())
            i += len(operator)
            start = i
            continue
        i += 1
    return parts + [text[start:].strip()]
