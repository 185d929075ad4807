# SPDX-License-Identifier: MIT
"""What must be true of contracts, loops and calls before a prover is asked anything."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from . import normal, scan
from .normal import Function, Unit

Node = tuple[str, str]  # path and name of a function
Graph = dict[Node, set[Node]]

TERMINATES = re.compile(r"\bterminates\s+(?:\\true|0 == 0)\s*;")
EXITS = re.compile(r"\bexits\s+(?:\\false|0 != 0)\s*;")
ASSIGNS = re.compile(r"\bassigns\s+[^;]+;")


def contract_problems(unit: Unit, function: Function) -> list[str]:
    """What a contract must say, and must not, for the proof to mean anything."""
    where = f"{unit.path}: {function.name}"
    if not function.contract:
        return [f"{where}: no contract"]
    always = normal.default_behaviour(function.contract)
    found = []
    for clause in re.findall(r"\bterminates\s+([^;]+);", function.contract):
        if clause.strip() not in ("\\true", "0 == 0"):
            found.append(f"{where}: 'terminates {clause.strip()}' is less than \\true")
    for clause in re.findall(r"\bexits\s+([^;]+);", function.contract):
        if clause.strip() not in ("\\false", "0 != 0"):
            found.append(f"{where}: 'exits {clause.strip()}' is more than \\false")
    if not TERMINATES.search(always):
        found.append(f"{where}: no 'terminates \\true'")
    if not EXITS.search(always):
        found.append(f"{where}: no 'exits \\false'")
    if not ASSIGNS.search(always):
        found.append(f"{where}: no 'assigns'")
    if re.search(r"\\everything", function.contract):
        found.append(f"{where}: assigns everything")
    return found


UNSET = re.compile(r"^[ \t]*((?:const |struct |enum |union |unsigned |signed |long )*\w+(?: const)?(?: \*| const \*)*)[ \t]*"
                   r"\b(\w+)[ \t]*(\[[^\]]*\][ \t]*)*;", re.M)


def body_problems(unit: Unit, function: Function, unset: Collection[str] = ()) -> list[str]:
    """What a body must not hold. `unset` names variables, as function.variable, that may be declared without a value."""
    where = f"{unit.path}: {function.name}"
    found = []
    # WP takes an unset variable for some value, always the same; a compiler need not. Frama-C's own are set where they are used.
    for kind, name in ((m[1], m[2]) for m in UNSET.finditer(normal.bare(function.body or ""))):
        if kind not in ("return", "goto", "else") and not re.fullmatch(r"(g_)?tmp(_\d+)?|__retres", name) \
                and f"{function.name}.{name}" not in unset:
            found.append(f"{where}: '{name}' is declared without a value")
    for number, annotation in normal.loops(function):
        if not re.search(r"\bloop\s+assigns\b", annotation):
            found.append(f"{where}: loop {number} has no 'loop assigns'")
        if not re.search(r"\bloop\s+variant\b", annotation):
            found.append(f"{where}: loop {number} has no 'loop variant'")
    for label in normal.backward_jumps(function):
        found.append(f"{where}: jumps back to '{label}'")
    if re.search(r"\b(__asm__|asm)\b", normal.bare(function.body or "")):
        found.append(f"{where}: assembly")
    return found


def skipped(unit: Unit) -> list[str]:
    """What WP would leave out, once macros are expanded."""
    found = [f"{unit.path}: {f.name}" for f in unit.functions.values() if re.search(r"\bno_wp\b", f.contract + (f.body or ""))]
    found += [f"{unit.path}: {' '.join(text.split())[:40]}" for _, text in unit.logic if re.search(r"\bno_wp\b", text)]
    return [f"{where}: 'no_wp': WP leaves out what is labelled so" for where in found]


def lemma_problems(unit: Unit, goals: Collection[str]) -> list[str]:
    """The goals of lemmas against the lemmas."""
    names = [text[len("lemma"):].split(None, 1)[0] for keyword, text in unit.logic if keyword == "lemma"]
    names = [re.split(r"\W", name, maxsplit=1)[0] for name in names]
    proved = [re.fullmatch(r"typed_(?:check_)?lemma_(\w+?)(?:_part\d+)?", goal) for goal in goals]
    missing = sorted(set(names) - {match[1] for match in proved if match})
    return [f"{unit.path}: lemma {name}: no goal" for name in missing]


def logic_problems(unit: Unit, recursive_allowed: Collection[str] = ()) -> list[str]:
    """Global annotations that assume, or that define in a way that nothing checks."""
    found: list[str] = []
    defines: dict[str, str] = {}
    texts: dict[str, str] = {}
    for keyword, text in unit.logic:
        short = " ".join(text.split())[:60]
        if keyword in ("axiomatic", "axiom", "admit", "check", "model", "volatile", "global", "type"):
            found.append(f"{unit.path}: '{keyword}' in '{short}'")
        elif keyword == "inductive":
            found += inductive_problems(unit, text)
        elif keyword in ("predicate", "logic"):
            body = normal.logic_body(text)
            if body is None:
                found.append(f"{unit.path}: '{short}' is declared and not defined")
            else:
                name = normal.logic_name(text)
                if name in defines:
                    found.append(f"{unit.path}: '{name}' is defined twice: a definition must have its own name")
                defines[name], texts[name] = body, text
    for name, body in list(defines.items()):
        if counts_down(name, texts[name], body):
            defines[name] = re.sub(rf"\b{name}\b", "", body)
    reaches = {name: {other for other in defines if re.search(rf"\b{other}\b", body)} for name, body in defines.items()}
    for name in defines:
        if name not in recursive_allowed and _reaches(reaches, name, name):
            found.append(f"{unit.path}: '{name}' is defined by itself, and nothing checks that such a definition is sound")
    return found


def counts_down(name: str, text: str, body: str) -> bool:
    """Whether a definition by itself plainly ends: `n <= bound ? base : ... name(..., n - 1) ...`, or the same upwards,
    where neither the base nor anything that the bound mentions changes on the way."""
    formals = [formal for _, formal in normal.logic_formals(text)]
    found = re.fullmatch(r"=\s*(.+?)\s*(<=|>=|<|>)\s*(.+?)\s*\?\s*(.+)", body.rstrip("; \n"), flags=re.S)
    branches = scan.first_else(found[4]) if found else None
    if not found or not branches:
        return False
    left, compare, right = found[1], found[2], found[3]
    base, step = branches
    if re.search(rf"\b{name}\b", base):
        return False
    down, up = "-", r"\+"
    return _falls(name, formals, step, left, right, down if compare in ("<=", "<") else up) or \
        _falls(name, formals, step, right, left, down if compare in (">=", ">") else up)


def _falls(name: str, formals: list[str], step: str, formal: str, bound: str, sign: str) -> bool:
    """Whether each use of `name` passes `formal` one way, nearer to a bound that stays what it is."""
    fixed = [other for other in formals if re.search(rf"\b{other}\b", bound)]
    if formal not in formals or formal in fixed:
        return False
    calls = list(re.finditer(rf"\b{name}\s*(\{{[^}}]*\}})?\s*\(", step))
    for call in calls:
        arguments = _arguments(step, call.end())
        if len(arguments) != len(formals):
            return False
        given = dict(zip(formals, arguments))
        if not re.fullmatch(rf"{formal}\s*{sign}\s*[1-9]\d*", given[formal]):
            return False
        if any(given[other] != other for other in fixed):
            return False
    return bool(calls)


def _arguments(text: str, at: int) -> list[str]:
    return [" ".join(argument.split()) for argument in scan.split_top(text[at:scan.bracket_end(text, at)], ",")]


def inductive_problems(unit: Unit, text: str) -> list[str]:
    """An inductive definition is sound when each case only builds on cases before it: Frama-C does not ask for that."""
    name = normal.logic_name(text)
    found: list[str] = []
    own = re.compile(rf"{name}\s*(\{{[^}}]*\}})?\s*\([^()]*(\([^()]*\)[^()]*)*\)")
    for case, premises, conclusion in normal.inductive_cases(text):
        if not own.fullmatch(conclusion):
            found.append(f"{unit.path}: inductive {name}, case {case}: does not conclude {name}")
        for premise in premises:
            if re.search(rf"\b{name}\b", premise) and not own.fullmatch(premise):
                found.append(f"{unit.path}: inductive {name}, case {case}: {name} is not plainly positive in '{premise}'")
    return found


def _reaches(graph: Mapping[Any, Collection[Any]], start: Any, goal: Any) -> bool:
    """Whether a graph leads from one point to another, in one step or more."""
    seen, open_ = set(), list(graph.get(start, ()))
    while open_:
        here = open_.pop()
        if here == goal:
            return True
        if here not in seen:
            seen.add(here)
            open_ += graph.get(here, ())
    return False


def across(units: list[Unit], headers: Unit | None) -> list[str]:
    """What must hold between units: every contract that one relies on is the one that another has proved."""
    found: list[str] = []
    definers: dict[str, list[Unit]] = {}
    for unit in units:
        for function in unit.defined():
            if not function.static:
                definers.setdefault(function.name, []).append(unit)
    for unit in units + ([headers] if headers else []):
        for function in unit.functions.values():
            if function.defined:
                continue
            where = f"{unit.path}: {function.name}"
            known = definers.get(function.name, [])
            if not known:
                found.append(f"{where}: declared, and nothing defines it: its contract would be taken on trust")
            elif len(known) > 1:
                found.append(f"{where}: defined more than once: " + ", ".join(u.path for u in known))
            elif _same(function.contract) != _same(known[0].functions[function.name].contract):
                found.append(f"{where}: its contract here is not the one that {known[0].path} proves")
    if headers:
        for unit in units:
            for function in unit.defined():
                if not function.static and not function.ghost and function.name not in headers.functions \
                        and unit.path.startswith("src/"):
                    found.append(f"{unit.path}: {function.name}: no header declares it with a contract")
    return found + _circles(units, definers)


def unreached(units: list[Unit], start: str) -> list[Node] | None:
    """What is proved below src/ and not called from a function of a client, directly or through others; None where that is missing."""
    graph = _graph(units)
    begins = [key for key in graph if key[1] == start and key[0].startswith("proofs/clients/")]
    if not begins:
        return None
    seen: set[Node] = set()
    open_ = list(begins)
    while open_:
        here = open_.pop()
        if here not in seen:
            seen.add(here)
            open_ += graph.get(here, ())
    return sorted(key for key in graph if key not in seen and key[0].startswith("src/"))


def reach_problems(units: list[Unit], start: str, listed: Collection[str], where: str) -> list[str]:
    """Each proved function is called by the program that asks nothing of its caller, or is listed with a reason."""
    missed = unreached(units, start)
    if missed is None:
        return [f"proofs/clients has no function '{start}'"]
    begins = [f for unit in units for f in unit.defined() if f.name == start and unit.path.startswith("proofs/clients/")]
    found = [f"{start}: requires something of its caller" for f in begins if re.search(r"\brequires\b", f.contract)]
    found += [f"{path}: {name}: '{start}' does not reach it, so that its precondition may contradict itself" for path, name in missed
              if name not in listed]
    return found + [f"{where}: {name}: '{start}' reaches it" for name in listed if name not in {name for _, name in missed}]


def _same(contract: str) -> str:
    return " ".join(contract.split())


def _circles(units: list[Unit], definers: Mapping[str, list[Unit]]) -> list[str]:
    """Recursion that leaves its unit: WP sees one unit at a time and could not ask what makes it end."""
    graph = _graph(units, definers)
    found = []
    for here, called in graph.items():
        for there in called:
            if there[0] != here[0] and _reaches(graph, there, here):
                found.append(f"{here[0]}: {here[1]} calls {there[1]} of {there[0]}, which comes back to it")
    return found


def _graph(units: list[Unit], definers: Mapping[str, list[Unit]] | None = None) -> Graph:
    """Who calls whom, by unit and name."""
    if definers is None:
        every: dict[str, list[Unit]] = {}
        for unit in units:
            for function in unit.defined():
                every.setdefault(function.name, []).append(unit)
        definers = every
    graph: Graph = {}
    for unit in units:
        for function in unit.defined():
            targets: set[Node] = set()
            for name in normal.calls(function):
                own = unit.functions.get(name)
                if own is not None and own.defined:
                    targets.add((unit.path, name))
                else:
                    targets |= {(other.path, name) for other in definers.get(name, [])}
            graph[(unit.path, function.name)] = targets
    return graph
