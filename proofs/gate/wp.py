# SPDX-License-Identifier: MIT
"""Runs WP on one function after the other and reads what it says.

Every goal of every function is on a line of its own; the counts at the end of a phase must agree with the lines read.
"""

import csv
import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import tools

GOAL = re.compile(r"^\[wp\] \[(?P<by>[^\]]+)\] (?P<kind>Goal|Smoke-test) (?P<name>\S+)(?: \((?P<flag>[^)]*)\))?"
                  r"(?: : (?P<verdict>[A-Za-z]+)(?P<rest>.*))?$")
SCHEDULED = re.compile(r"^\[wp\] (\d+) goals? scheduled$")
PROVED = re.compile(r"^\[wp\] Proved goals:\s+(\d+) / (\d+)$")
TIME = re.compile(r"\((?!Qed:)([\d.]+)(ms|s|m|h)\)")
STEPS = re.compile(r"\((\d+)\)")
LEMMAS = "(lemmas)"
PROVERS = tuple(tools.PROVERS)
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}

# Flags that a function may be given in settings.json. Each only changes how goals are cut or simplified.
ALLOWED_FLAGS = ("-wp-split", "-wp-no-split", "-wp-split-depth", "-wp-no-let", "-wp-no-simpl", "-wp-no-core", "-wp-no-pruning",
                 "-wp-no-ground", "-wp-no-filter", "-wp-no-parasite", "-wp-no-clean", "-wp-no-reduce", "-wp-no-extensional",
                 "-wp-bound-forall-unfolding", "-wp-prenex", "-wp-max-split", "-wp-auto", "-wp-auto-depth", "-wp-auto-width",
                 "-wp-no-smoke-dead-assumes")
SMOKE_ONLY = ("-wp-prop=-@lemma,-@requires,-@assigns,-@ensures,-@exits,-@assert,-@invariant,-@variant,-@breaks,-@continues,"
              "-@returns,-@complete_behaviors,-@disjoint_behaviors,-@terminates,-@decreases,-@check")


How = dict[str, Any]  # how a function is proved: what settings.py makes
Run = tuple[str | None, bool, list[str]]  # function, whether its smoke tests, options of WP


@dataclass
class Goal:
    """A goal or a smoke test, and how it ended."""

    name: str
    smoke: bool
    proved: bool = False
    by: str = ""
    seconds: float = 0.0
    steps: int = 0
    detail: list[str] = field(default_factory=list)


@dataclass
class Phase:
    """A run of WP: the goals that it reported, those that its graph of control decided apart, and its own counts."""

    names: set[str] = field(default_factory=set)
    cfg: set[str] = field(default_factory=set)
    scheduled: int = 0
    counted: int | None = None


@dataclass
class Result:
    """What became of a function: its goals and smoke tests, and what is wrong."""

    unit: str
    function: str
    goals: list[Goal] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0
    recorded: bool = False
    key: str = ""
    entry: dict[str, Any] = field(default_factory=dict)
    printed: str = ""

    def proofs(self) -> list[Goal]:
        return [g for g in self.goals if not g.smoke]

    def smoke(self) -> list[Goal]:
        return [g for g in self.goals if g.smoke]

    def unproved(self) -> list[Goal]:
        return [g for g in self.proofs() if not g.proved]

    def smoke_failed(self) -> list[Goal]:
        return [g for g in self.smoke() if g.proved]

    def ok(self) -> bool:
        return bool(self.proofs()) and not self.unproved() and not self.smoke_failed() and not self.problems

    def slowest(self) -> Goal | None:
        proofs = self.proofs()
        return max(proofs, key=lambda g: g.seconds) if proofs else None


def flags_problem(flags: Iterable[str]) -> str | None:
    """What is wrong with flags that a function is given, or None."""
    for flag in flags:
        if flag.startswith("-") and flag.split("=")[0] not in ALLOWED_FLAGS:
            return f"the flag {flag} is not one that the gate knows to be sound"
    return None


def command(path: str, phases: Iterable[Run], how: How, cache: Iterable[str]) -> list[str]:
    """The call that goes through the phases, in order, in one process: its start and its first reading cost more than a small proof."""
    call = ["frama-c", path, "-wp-rte", "-warn-unsigned-overflow", "-wp-model", "Typed", "-wp-session", how["session"], *cache, *how["flags"]]
    if how.get("steps"):
        call += ["-wp-steps", str(how["steps"])]
    if how.get("print"):
        call += ["-wp-print"]
    tested = False
    for _, smoke, options in phases:
        if smoke and not tested:
            call += _statuses(how) + _smoke(how)
            tested = True
        call += ["-then", "-wp", *options]
    return call if tested else call + _statuses(how)


def phases_of(functions: Sequence[str | None], how: How, smoke: bool) -> Iterator[Run]:
    """(function, whether its smoke tests, options of WP), each a line `Running WP plugin` of its own."""
    for function in functions:
        if function is None:
            chosen = ["-wp-prop=@lemma"]
        else:
            chosen = ["-wp-fct", function] + (["-wp-prop=" + how["prop"]] if how.get("prop") else [])
        for one in how["tries"]:
            yield function, False, [*chosen, *_provers(one), "-wp-timeout", str(one["timeout"]), "-wp-par", str(how["parallel"]),
                                    *(["-wp-steps", str(one["steps"])] if "steps" in one else [])]
    for function in functions if smoke else ():
        if function is not None:
            yield function, True, ["-wp-fct", function, SMOKE_ONLY]


def _provers(how: How) -> list[str]:
    """The provers of a phase. What the phase before named stays, unless it is taken back."""
    return ["-wp-prover=" + ",".join(["-" + name for name in PROVERS] + ["+" + name for name in how["provers"]])]


def _statuses(how: How) -> list[str]:
    return ["-then", "-report-untried", "-report-csv", how["csv"]] if how.get("csv") else []


def _smoke(how: How) -> list[str]:
    """From here on: does what a function assumes contradict itself? A prover that proves it does.

    Not tested right after each call: what is called is proved, so its contract can be met where its precondition holds. Branches
    that follow a call are tested; a function without a branch, at its precondition alone.
    """
    smoke = how["smoke"]
    options = ["-then", "-wp-smoke-tests", "-wp-no-smoke-dead-call", *_provers(smoke),
               "-wp-smoke-timeout", str(smoke["timeout"]), "-wp-par", str(how["parallel"])]
    if how.get("csv"):
        options += ["-report-csv="]
    if smoke.get("steps"):
        options += ["-wp-steps", str(smoke["steps"])]
    if "-wp-split" in how["flags"]:
        options += ["-wp-no-split"]
    return options


def prove(root: str, unit: str, functions: Sequence[str | None], how: How, env: dict[str, str],
          cache: Sequence[str] = ("-wp-cache", "none"), smoke: bool = True) -> list[Result]:
    """Proves functions of a unit one after the other, or its lemmas where a name is None. A result for each, in order."""
    bad = flags_problem(how["flags"])
    if bad:
        return [Result(unit, function or LEMMAS, problems=[bad]) for function in functions]
    results = _together(root, unit, functions, how, env, cache, smoke)
    if len(functions) == 1 or all(result.ok() for result in results):
        return results
    # What one does can hide what is wrong with the next: each anew, by itself.
    return [_together(root, unit, [function], how, env, cache, smoke)[0] for function in functions]


def _together(root: str, unit: str, functions: Sequence[str | None], how: How, env: dict[str, str], cache: Sequence[str],
              smoke: bool) -> list[Result]:
    started = time.monotonic()
    times: list[float] = []
    phases = list(phases_of(functions, how, smoke))
    if how.get("csv") and os.path.exists(os.path.join(root, how["csv"])):
        os.remove(os.path.join(root, how["csv"]))
    status, printed = tools.run(command(unit, phases, how, cache), root, env, how["limit"] * len(functions), times)
    first, parts = _parts(printed, times)
    results = []
    for function in functions:
        result = Result(unit, function or LEMMAS)
        mine = [part for part, phase in zip(parts, phases) if phase[0] == function]
        if status == 0 and len(parts) != len(phases):
            result.problems.append(f"WP ran {len(parts)} times instead of {len(phases)}")
        proofs = sum(1 for phase in phases if phase[0] == function and not phase[1])
        read_run(result, (status, first + "".join(text for text, _ in mine[:proofs])), how)
        if len(mine) > proofs:
            read_run(result, (status, "".join(text for text, _ in mine[proofs:])), how, smoke=True)
        if how.get("csv") and function is not None:
            _read_statuses(result, os.path.join(root, how["csv"]), function)
        if not result.proofs() and not result.problems:
            result.problems.append("no goal was scheduled")
        result.seconds = sum(seconds for _, seconds in mine)
        results.append(result)
    if len(results) == 1:
        results[0].seconds = time.monotonic() - started
    return results


def _parts(printed: str, times: Sequence[float]) -> tuple[str, list[tuple[str, float]]]:
    """What was printed before WP ran first, and of each run what it printed and how long it took."""
    lines = printed.splitlines(keepends=True)
    begins = [i for i, line in enumerate(lines) if line.startswith("[wp] Running WP")]
    ends = begins[1:] + [len(lines)]
    first = "".join(lines[:begins[0]] if begins else lines)
    return first, [("".join(lines[a:b]), times[b if b < len(lines) else b - 1] - times[a]) for a, b in zip(begins, ends)]


def read_run(result: Result, ended: tuple[int | None, str], how: How, smoke: bool = False) -> None:
    """Adds to a result what WP printed of it: goals, and what is wrong."""
    status, printed = ended
    result.printed += printed
    if status is None:
        result.problems.append(f"not done after {how['limit']} s")
    elif status != 0:
        result.problems.append(f"frama-c ended with status {status}:\n" + _tail(printed))
    phases = _read_lines(result, printed)
    if status == 0:
        _compare(result, phases)
    _warnings(result, printed, how, smoke or len(how["tries"]) > 1)


def _read_lines(result: Result, printed: str) -> list[Phase]:
    """Adds the goals that are printed to the result. What each run of WP reported and counted."""
    goals = {g.name: g for g in result.goals}
    last: Goal | None = None
    phases: list[Phase] = []
    for line in printed.splitlines():
        if found := GOAL.match(line):
            last = goals.setdefault(found["name"], Goal(found["name"], found["kind"] == "Smoke-test"))
            if not phases:
                phases.append(Phase())
            (phases[-1].cfg if found["by"] == "CFG" else phases[-1].names).add(last.name)
            _take(last, found)
            if found["flag"]:
                result.problems.append(f"{last.name} is not the goal as written ({found['flag']})")
        elif line.startswith("[wp] Running WP"):
            phases.append(Phase())
            last = None
        elif found := SCHEDULED.match(line):
            phases[-1].scheduled = int(found[1])
        elif found := PROVED.match(line):
            phases[-1].counted = int(found[2])
            last = None
        elif last is not None and line.startswith("  "):
            last.detail.append(line.strip())
        else:
            last = None
    result.goals = list(goals.values())
    return phases


def _take(goal: Goal, found: re.Match[str]) -> None:
    if goal.smoke:
        goal.proved = goal.proved or found["by"] != "Passed"
        goal.by = found["by"]
        return
    if found["verdict"] == "Valid":
        goal.proved, goal.by, goal.detail = True, found["by"], []
        spent = TIME.search(found["rest"] or "")
        goal.seconds = float(spent.group(1)) * SECONDS[spent.group(2)] if spent else 0.0
        steps = STEPS.search(found["rest"] or "")
        goal.steps = int(steps.group(1)) if steps else 0
    elif not goal.proved:
        goal.by = found["by"]
        goal.detail = [found["verdict"] + (found["rest"] or "")] if found["verdict"] else []


def _compare(result: Result, phases: Iterable[Phase]) -> None:
    """The lines that were read against what WP counted."""
    for phase in phases:
        if phase.scheduled != len(phase.names):
            result.problems.append(f"{phase.scheduled} goals scheduled, {len(phase.names)} reported")
        reported = len(phase.names) + len(phase.cfg)
        if phase.counted is not None and phase.counted < reported:
            result.problems.append(f"{reported} goals reported, {phase.counted} counted")


def messages(printed: str) -> list[str]:
    """Every warning and error that Frama-C printed, each in one line, each once."""
    lines, found = printed.splitlines(), []
    for i, line in enumerate(lines):
        if not re.match(r"^\[[\w:-]+\]", line) or not re.search(r"\b(Warning|User Error|Error|Failure):|\b(un)?expected error|Unexpected|aborted", line):
            continue
        text = line
        for more in lines[i + 1:]:
            if not more.startswith("  "):
                break
            text += " " + more.strip()
        if text not in found:
            found.append(text)
    return found


def _warnings(result: Result, printed: str, how: How, may_be_empty: bool) -> None:
    for text in messages(printed):
        if "Failed smoke-test" in text or (may_be_empty and text.endswith("Warning: No goal generated")):
            continue
        if "Deferred error message" in text or any(re.search(pattern, text) for pattern in how["allowed_warnings"]):
            continue
        if text not in result.problems:
            result.problems.append(text)


def _read_statuses(result: Result, path: str, function: str) -> None:
    """Frama-C's own verdict on each property of the function: a second count, by property instead of by goal."""
    if not os.path.exists(path):
        result.problems.append("no status report was written")
        return
    rows = 0
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            # What a function requires is proved where it is called, and counted there.
            if row["function"] != function or row["property kind"] in ("precondition", "behavior assumption", "from clause"):
                continue
            rows += 1
            if row["status"] not in ("Valid", "Partially proven"):
                text = f"line {row['line']}: {row['property kind']} '{row['property']}' is '{row['status']}'"
                if not result.unproved():
                    result.problems.append(text)
    if rows == 0:
        result.problems.append("the status report does not know the function")


def _tail(printed: str, lines: int = 12) -> str:
    return "\n".join("    " + line for line in printed.rstrip().splitlines()[-lines:])
