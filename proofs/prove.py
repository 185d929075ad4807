#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Proves the core, from scratch, and says what that rests on.

    proofs/prove.py                     the gate: every function of src/core, src/nt/pure and proofs/clients,
                                        nothing taken from before
    proofs/prove.py --fast              not the gate: what was proved before is taken as recorded, the rest is proved
    proofs/prove.py --function NAME     one function, goal by goal (also with --prop CLAUSE, --print)
    proofs/prove.py --file PATH         all functions of one unit
    proofs/prove.py --check             only what needs no prover

Exit status: 0 proved, 1 not proved, 2 could not be tried.
"""

import argparse
import concurrent.futures
import json
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from gate import normal, probes, record, scan, source, structure, tools, wp  # noqa: E402
from gate.settings import PARALLEL, Settings  # noqa: E402

Unit = normal.Unit
Job = tuple[Unit, list[str | None], float]  # a unit, functions of it or None for its lemmas, and what they took before
Probes = tuple[str, str, list[str]]  # a source with logic, the file of its probes, the names probed
BUILD = os.path.join("build", "proofs")
RECORDED = os.path.join("proofs", "recorded.json")
RECORDED_HERE = os.path.join(BUILD, "recorded.json")
TABLE = os.path.join("proofs", "table.txt")
SESSION = os.path.join("proofs", "scripts")
WHOLE_PROGRAM = "whole_program"
TOGETHER = 30.0  # seconds, as recorded: as many functions of a unit are proved in one process


class Gate:
    """One run of the gate, over a tree."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.root = os.path.abspath(options.root)
        self.settings = Settings(self.root)
        self.problems: list[str] = []
        self.printed = 0  # problems that have been printed
        self.axioms = self.admits = 0
        self.loaded: list[Unit] = []
        self.headers: Unit | None = None
        self.known: dict[str, record.Entry] = {}
        self.results: list[wp.Result] = []
        self.probes = 0
        self.versions: dict[str, str] = {}
        self.env: dict[str, str] = {}
        self.started = time.monotonic()
        os.makedirs(os.path.join(self.root, BUILD), exist_ok=True)

    # ------------------------------------------------------------------ what is there

    def units(self) -> list[str]:
        """The paths of the units that are asked for."""
        if self.options.file:
            return [os.path.relpath(os.path.abspath(path), self.root) for path in self.options.file]
        paths = list(source.proved(self.root, (".c",))) + sorted(source.files_below(self.root, "proofs/clients", (".c",)))
        if self.options.function:
            paths = [path for path in paths if scan.mentions_definition(source.with_lemmas(self.root, path), self.options.function)]
        return paths

    def normalised(self, path: str) -> tuple[Unit | None, list[str]]:
        """The unit as Frama-C prints it back (None if it cannot), and what Frama-C finds wrong with it."""
        out = os.path.join(BUILD, "normal", path.replace("/", "_"))
        os.makedirs(os.path.join(self.root, BUILD, "normal"), exist_ok=True)
        full = os.path.join(self.root, out)
        if os.path.exists(full):
            os.remove(full)
        status, printed = tools.run(["frama-c", "-no-unicode", path, "-print", "-ocode", out], self.root, self.env, 120)
        if status != 0 or not os.path.exists(full):
            return None, [f"{path}: frama-c does not read it:\n" + printed.rstrip()]
        said = [text for text in wp.messages(printed)
                if not any(re.search(p, text) for p in self.settings.all.get("warnings that do no harm", {}))]
        with open(full, encoding="utf-8") as file:
            try:
                unit = normal.read(path, file.read())
            except scan.Unreadable as error:
                return None, [f"{path}: {error}"]
        return unit, [f"{path}: {text}" for text in said]

    def headers_unit(self) -> tuple[Unit | None, list[str]]:
        """One unit of all headers of what is proved, the logic, and nothing else."""
        headers = [path for path in source.proved(self.root, (".h",)) if not path.endswith(source.LEMMAS)]
        headers += source.files_below(self.root, "spec/logic", (".acsl",))
        path = os.path.join(BUILD, "headers.c")
        with open(os.path.join(self.root, path), "w", encoding="utf-8") as out:
            out.write("".join(f'#include "../../{header}"\n' for header in headers))
        unit, said = self.normalised(path)
        if unit:
            unit.path = "the headers"
        return unit, said

    def declared(self) -> set[str]:
        """The functions that these headers declare, as a compiler reads them: Frama-C drops those without a contract."""
        out = os.path.join(self.root, BUILD, "headers.txt")
        status, printed = tools.run(["gcc", "-std=c11", "-ffreestanding", "-fsyntax-only", "-w", "-aux-info", out,
                                     os.path.join(BUILD, "headers.c")], self.root, None, 60)
        if status != 0:
            self.problems.append("gcc does not compile the headers together:\n" + printed.rstrip())
            return set()
        with open(out, encoding="utf-8") as file:
            return set(re.findall(r"^/\* \S+src/(?:core|nt/pure)/\S+ \*/ .*?(\w+) \(", file.read(), re.M))

    def compiled(self, path: str) -> set[str]:
        """The functions that a compiler finds in a unit: the prover must not be shown fewer."""
        out = os.path.join(self.root, BUILD, "normal", path.replace("/", "_") + ".o")
        status, printed = tools.run(["gcc", "-std=c11", "-ffreestanding", "-O0", "-w", "-fkeep-static-functions",
                                     "-fkeep-inline-functions", "-c", "-o", out, path], self.root, None, 120)
        if status != 0:
            self.problems.append(f"{path}: gcc does not compile it:\n" + printed.rstrip())
            return set()
        status, said = tools.run(["gcc", "-std=c11", "-ffreestanding", "-O2", "-Wall", "-Wextra", "-Wno-unused-function",
                                  "-Wuninitialized", "-Wmaybe-uninitialized",
                                  "-Wsequence-point", "-Warray-bounds=2", "-Werror", "-c", "-o", out + "2", path], self.root, None, 120)
        if status != 0:
            self.problems.append(f"{path}: gcc warns of it:\n" + said.rstrip())
        _, printed = tools.run(["nm", "--defined-only", out], self.root, None, 60)
        return {line.split()[2] for line in printed.splitlines() if line.split()[1] in "tTwW"}

    # ------------------------------------------------------------------ what needs no prover

    def check_sources(self) -> None:
        """What the sources show as they are written."""
        core = list(source.proved(self.root, (".c", ".h"))) + source.shared(self.root)
        logic = list(source.files_below(self.root, "spec", (".acsl",)))
        clients = list(source.files_below(self.root, "proofs/clients", (".c", ".h")))
        axioms, admits = source.assumed(self.root, core + logic + clients)
        self.axioms, self.admits = len(axioms), len(admits)
        self.problems += [f"{path}:{line}: '{word}'" for path, line, word in axioms + admits]
        self.problems += source.problems(self.root, core + logic, self.settings.twins)
        self.problems += source.skipped(self.root, core + logic + clients, self.settings.sources)
        for name, how in self.settings.some.items():
            bad = wp.flags_problem(how.get("flags", []))
            if bad:
                self.problems.append(f"{self.settings.path}: {name}: {bad}")

    def check_units(self, pool: concurrent.futures.Executor, paths: list[str]) -> None:
        """What must be true of units before a prover is asked anything."""
        read = list(pool.map(self.normalised, paths))
        names = list(pool.map(self.compiled, paths))
        self.loaded = [unit for unit, _ in read if unit]
        for (unit, said), compiled in zip(read, names):
            self.problems += said
            if unit is not None:
                self.check_unit(unit, compiled)
        if self.whole():
            self.check_together()
        self.problems = list(dict.fromkeys(self.problems))

    def check_unit(self, unit: Unit, compiled: set[str]) -> None:
        """One unit. `compiled` are the functions that a compiler finds in it."""
        for function in unit.defined():
            if self.options.function in (None, function.name):
                self.problems += structure.contract_problems(unit, function)
                self.problems += structure.body_problems(unit, function, self.settings.unset)
        self.problems += structure.skipped(unit)
        self.problems += structure.logic_problems(unit, self.settings.recursive)
        unseen = compiled - {f.name for f in unit.defined()}
        self.problems += [f"{unit.path}: {name}: compiled, and not there for the prover" for name in sorted(unseen)]

    def check_together(self) -> None:
        """What must be true between units, and of the headers."""
        self.headers, said = self.headers_unit()
        self.problems += said
        if self.headers:
            for function in self.headers.functions.values():
                self.problems += structure.contract_problems(self.headers, function)
            self.problems += structure.logic_problems(self.headers, self.settings.recursive)
            for name in sorted(self.declared() - set(self.headers.functions)):
                self.problems.append(f"the headers: {name}: no contract")
        self.problems += structure.across(self.loaded, self.headers)
        self.problems += structure.reach_problems(self.loaded, WHOLE_PROGRAM, self.settings.unreached, self.settings.path)
        known = {f.name for unit in self.loaded for f in unit.defined()}
        self.problems += [f"{self.settings.path}: {name}: no such function" for name in self.settings.some if name not in known]

    def whole(self) -> bool:
        """Whether everything is asked for."""
        return not self.options.file and not self.options.function

    # ------------------------------------------------------------------ proving

    def jobs(self) -> list[Job]:
        """(unit, functions, what they took before): the slowest first, quick ones of a unit together. A name None is its lemmas."""
        before = {entry["function"]: entry["seconds"] for entry in record.load(self.root, RECORDED, RECORDED_HERE).values()}
        chosen: list[Job] = []
        lemmas: set[str] = set()
        for unit in self.loaded:
            names: list[str | None] = [f.name for f in unit.defined() if not self.options.function or f.name == self.options.function]
            # A lemma is proved again where it stands under other definitions.
            texts = {normal.with_definitions(unit, text) for keyword, text in unit.logic if keyword == "lemma"}
            if any(text not in lemmas for text in texts) and not self.options.function:
                names.append(None)
                lemmas |= texts
            took: dict[str | None, float] = {name: before.get(f"{unit.path}:{name or wp.LEMMAS}", TOGETHER) for name in names}
            open_jobs: dict[str, tuple[list[str | None], float]] = {}
            for name in sorted(names, key=took.__getitem__, reverse=True):
                settings = json.dumps(self.settings.how(unit.path, name, SESSION), sort_keys=True)
                functions, seconds = open_jobs.get(settings, ([], 0.0))
                if functions and seconds + took[name] > TOGETHER:
                    chosen.append((unit, functions, seconds))
                    functions, seconds = [], 0.0
                open_jobs[settings] = (functions + [name], seconds + took[name])
            chosen += [(unit, functions, seconds) for functions, seconds in open_jobs.values()]
        return sorted(chosen, key=lambda job: -job[2])

    def prove(self, job: Job) -> list[wp.Result]:
        """The results of a job, those that were recorded among them."""
        unit, names, _ = job
        results: list[wp.Result] = []
        rest: dict[str | None, str] = {}
        how: wp.How = {}
        for name in names:
            how = self.settings.how(unit.path, name, SESSION)
            key = record.fingerprint(unit, name, how, self.versions)
            if self.options.fast and key in self.known:
                results.append(wp.Result(unit.path, name or wp.LEMMAS, recorded=True, key=key, entry=self.known[key]))
            else:
                rest[name] = key
        if not rest:
            return results
        if self.options.timeout:
            how["tries"] = [{"provers": sorted(tools.PROVERS), "timeout": self.options.timeout}]
        how["prop"], how["print"] = self.options.prop, self.options.print
        if not self.options.prop:
            how["csv"] = os.path.join(BUILD, "normal", f"{unit.path.replace('/', '_')}.{next(iter(rest))}.csv")
        cache = ("-wp-cache", "update", "-wp-cache-dir", os.path.join(BUILD, "cache")) if self.options.fast else ("-wp-cache", "none")
        smoke = not self.options.no_smoke and not self.options.prop
        proved = wp.prove(self.root, unit.path, list(rest), how, self.env, cache, smoke)
        for (name, key), result in zip(rest.items(), proved):
            result.key = key
            if name is None and not self.options.prop:
                result.problems += structure.lemma_problems(unit, [goal.name for goal in result.goals])
        return results + proved

    def probe(self, job: Probes) -> tuple[int, list[str]]:
        """A probe that proves is a problem; so is one that is not there."""
        path, file, probed = job
        how = self.settings.probe(SESSION)
        phases = list(wp.phases_of([",".join("probe_" + name for name in probed)], how, False))
        status, printed = tools.run(wp.command(file, phases, how, ("-wp-cache", "none")), self.root, self.env, how["limit"])
        result = wp.Result(file, path)
        wp.read_run(result, (status, printed), how)
        problems = [f"{path}: the probe could not be made: {text}" for text in result.problems]
        found = {}
        for goal in result.goals:
            probe = re.fullmatch(r"typed_probe_(\w+)_check_probe", goal.name)
            if probe:
                found[probe.group(1)] = goal
        for name in probed:
            if name not in found:
                problems.append(f"{path}: {name}: no probe goal\n" + "\n".join(wp.messages(printed)))
            elif found[name].proved:
                problems.append(f"{path}: {name}: the probe `check \\false` proves: it never holds, or contradicts itself")
        return len(found), problems

    def run(self) -> int:
        """The exit status of the gate."""
        for name, version in self.settings.versions.items():
            if self.versions[name] != version:
                print(f"note: {name} is {self.versions[name]}; the proofs were made with {version}")
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            try:
                return self.run_in(pool)
            except BaseException:
                tools.stop()
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def run_in(self, pool: concurrent.futures.Executor) -> int:
        """The same, with a pool of threads to work in."""
        if self.whole() and not self.options.fast and not self.options.check:
            for name in ("summary.json", "table.txt"):
                if os.path.exists(os.path.join(self.root, BUILD, name)):
                    os.remove(os.path.join(self.root, BUILD, name))
        paths = self.units()
        if not paths:
            raise Unread(f"no function '{self.options.function}'" if self.options.function else "src/core has no .c file")
        if self.whole():
            self.check_sources()
        self.check_units(pool, paths)
        for problem in self.problems:
            print("problem: " + problem, flush=True)
        self.printed = len(self.problems)
        if self.options.check:
            print(f"{len(self.loaded)} units, {sum(len(u.defined()) for u in self.loaded)} functions, "
                  f"{len(self.problems)} problems; nothing was proved")
            return 1 if self.problems else 0
        jobs = self.jobs()
        if not jobs:
            raise Unread("no function to prove")
        self.known = record.load(self.root, RECORDED, RECORDED_HERE) if self.options.fast else {}
        probe_jobs: list[Probes] = []
        if self.whole():
            units = ([self.headers] if self.headers else []) + self.loaded
            probe_jobs = list(probes.generate(self.root, os.path.join(BUILD, "probes"), units))
        futures = [pool.submit(self.prove, job) for job in jobs]
        probing: list[concurrent.futures.Future[tuple[int, list[str]]]]
        probing = [] if self.options.fast else [pool.submit(self.probe, job) for job in probe_jobs]
        before = {future: took for future, (_, _, took) in zip(futures, jobs)}
        done = 0.0
        for future in concurrent.futures.as_completed(futures):
            self.results += future.result()
            done += before[future]
            progress(f"{len(self.results)} of {sum(len(names) for _, names, _ in jobs)} functions, "
                     f"{remaining(time.monotonic() - self.started, done, sum(before.values()))}: {self.results[-1].function}")
        for ended in probing:
            count, problems = ended.result()
            self.probes += count
            self.problems += problems
        progress(None)
        return self.report()

    # ------------------------------------------------------------------ what comes of it

    def report(self) -> int:
        """Prints what came of it, and keeps it. The exit status."""
        self.results.sort(key=lambda r: (r.unit, r.function))
        rows = [row(result) for result in self.results]
        table = "\n".join(columns([("function", "goals", "proved", "smoke", "seconds", "slowest goal", "")] + rows,
                                  [""] + [r.unit for r in self.results]))
        print(table)
        for result in self.results:
            self.tell(result)
        goals = sum(int(r[1]) for r in rows)
        proved = sum(int(r[2]) for r in rows)
        smoke_failed = sum(len(r.smoke_failed()) for r in self.results)
        smoke = sum(int(r[3]) for r in rows)
        good = sum(1 for r in self.results if r.recorded or r.ok())
        seconds = time.monotonic() - self.started
        for problem in self.problems[self.printed:]:
            print("problem: " + problem)
        replayed = sum(1 for r in self.results if r.recorded)
        total = f"{number(len(self.results), 'function')}: {proved} of {goals} goals proved, {smoke} smoke tests, {smoke_failed} failed, " \
                f"{number(self.axioms, 'axiom')}, {number(self.admits, 'admit')}, {number(self.probes, 'probe')}, " \
                f"{number(len(self.problems), 'problem')}, {seconds:.0f} s"
        ok = good == len(self.results) and not self.problems
        print()
        print(total)
        self.tell_steps()
        if self.options.fast:
            print(f"A replay, not the gate: {replayed} of {len(self.results)} functions as recorded, the rest proved now. "
                  "`make prove` proves all of them from scratch.")
        self.keep(table, total, {"functions": len(self.results), "goals_scheduled": goals, "goals_proved": proved, "smoke_failed": smoke_failed,
                                 "axioms": self.axioms, "admits": self.admits, "seconds": round(seconds, 1)}, ok)
        print(f"{good} passed, {len(self.results) - good + len(self.problems)} failed")
        return 0 if ok else 1

    def keep(self, table: str, total: str, counts: dict[str, Any], ok: bool) -> None:
        """Writes what was proved to files: the record always, the rest of a whole gate alone."""
        done = {r.key: record.entry(r) for r in self.results if not r.recorded and r.ok()}
        complete = not (self.options.no_smoke or self.options.prop)
        if done and complete:
            now = {f"{u.path}:{f.name}" for u in self.loaded for f in u.defined()}
            older = {k: e for k, e in record.load(self.root, RECORDED_HERE).items()
                     if not self.whole() or (e["function"] in now and e["function"] not in {d["function"] for d in done.values()})}
            record.save(self.root, RECORDED_HERE, {**older, **done})
        if self.whole() and self.options.fast and self.options.record and complete and ok:
            record.save(self.root, RECORDED, {r.key: r.entry if r.recorded else record.entry(r) for r in self.results})
            print(f"recorded in {RECORDED}; a gate from scratch alone writes {TABLE}")
        if not self.whole() or self.options.fast or not complete:
            return
        unproved = [f"{r.unit}:{r.function}: {g.name}" for r in self.results for g in r.unproved()]
        unproved += [f"{r.unit}:{r.function}: {p.splitlines()[0]}" for r in self.results if not r.unproved() for p in r.problems]
        keys = ("functions", "goals_scheduled", "goals_proved", "smoke_failed", "axioms", "admits")
        summary = {**{key: counts[key] for key in keys}, "unproved": unproved, "seconds": counts["seconds"]}
        with open(os.path.join(self.root, BUILD, "summary.json"), "w", encoding="utf-8") as out:
            json.dump(summary, out, indent=1)
            out.write("\n")
        with open(os.path.join(self.root, BUILD, "table.txt"), "w", encoding="utf-8") as out:
            out.write(table + "\n\n" + total + "\n")
        if ok and self.options.record:
            record.save(self.root, RECORDED, done)
            with open(os.path.join(self.root, TABLE), "w", encoding="utf-8") as out:
                out.write(table + "\n\n" + total + "\n")
            print(f"recorded in {RECORDED} and {TABLE}")

    def tell_steps(self) -> None:
        """How far a prover goes for what it proves: the measure of how far it goes in search of a contradiction."""
        how, needed = self.settings.all["probes"], []
        for prover in how["provers"]:
            needed = [g.steps for r in self.results for g in r.proofs() if g.steps and g.by.startswith(tools.PROVERS[prover])]
            if len(needed) >= 20:
                print(f"probes go on for {how['steps']} steps of {tools.PROVERS[prover]}, "
                      f"within which it proved {100 * sum(1 for steps in needed if steps <= how['steps']) // len(needed)} % of its {len(needed)} goals")
        if self.options.no_smoke:
            return
        enough, short = 0, []
        for unit in sorted({r.unit for r in self.results if not r.recorded and r.smoke()}):
            steps = self.settings.smoke(unit)["steps"]
            needed = [g.steps for r in self.results if r.unit == unit for g in r.proofs()
                      if g.steps and g.by.startswith(tools.PROVERS[self.settings.smoke(unit)["provers"][0]])]
            within = sum(1 for one in needed if one <= steps)
            if within * 10 >= len(needed) * 9:
                enough += 1
            else:
                short.append(f"  {unit}: {100 * within // len(needed)} % of {len(needed)} goals within {steps} steps; "
                             f"90 % within {sorted(needed)[len(needed) * 9 // 10]}")
        print(f"smoke tests go as far as 9 of 10 goals need in {number(enough, 'unit')}" + (", and less far in" if short else ""))
        for text in short:
            print(text)

    def tell(self, result: wp.Result) -> None:
        """Prints what is wrong with a function; each of its goals, where it was asked for alone."""
        if self.options.function:
            print()
            for goal in sorted(result.goals, key=lambda g: g.name):
                how = ("contradiction" if goal.proved else "passed") if goal.smoke else "proved" if goal.proved else "NOT PROVED"
                print(f"  {how:<13} {goal.seconds:7.2f} s  {goal.by:<12} {goal.name}  {'; '.join(goal.detail)}".rstrip())
            if self.options.print:
                print(result.printed)
        else:
            for goal in result.unproved():
                print(f"not proved: {result.unit}: {result.function}: {goal.name}: {'; '.join(goal.detail)}")
            for goal in result.smoke_failed():
                print(f"smoke test failed: {result.unit}: {result.function}: {goal.name}: "
                      "what is assumed there contradicts itself, or nothing comes there")
        for problem in result.problems:
            print(f"problem: {result.unit}: {result.function}: {problem}")


class Unread(Exception):
    """The gate could not even be tried."""


def row(result: wp.Result) -> tuple[str, ...]:
    """A line of the table, cell by cell."""
    if result.recorded:
        kept = result.entry
        counts = (kept["goals"], kept["goals"], kept["smoke"], kept["seconds"])
        slowest, state = kept["slowest"], "recorded"
    else:
        counts = (len(result.proofs()), len(result.proofs()) - len(result.unproved()), len(result.smoke()), result.seconds)
        goal = result.slowest()
        slowest, state = [goal.name, goal.seconds] if goal else None, "" if result.ok() else "NOT PROVED"
    if slowest:
        short = re.sub(rf"^(typed_)?{result.function}_", "", slowest[0])
        slowest = f"{slowest[1]:5.2f} s  {short}"
    return (result.function, *[str(count) for count in counts[:3]], f"{counts[3]:.1f}", slowest or "", state)


def number(count: int, what: str) -> str:
    """So many things, in words."""
    return f"{count} {what}" + ("" if count == 1 else "s")


def columns(rows: Sequence[tuple[str, ...]], units: Sequence[str]) -> Iterator[str]:
    """The rows under one another, a line for each unit before its first."""
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    before = ""
    for r, unit in zip(rows, units):
        if unit != before:
            yield unit
            before = unit
        cells = [r[i].rjust(widths[i]) if i in (1, 2, 3, 4) else r[i].ljust(widths[i]) for i in range(len(r))]
        yield ("  " + "  ".join(cells)).rstrip()


def remaining(elapsed: float, done: float, all_of_it: float) -> str:
    """The time so far and the time left, by what the jobs took before."""
    if done <= 0 or all_of_it <= done:
        return f"{elapsed:.0f} s"
    return f"{elapsed:.0f} s, about {elapsed * (all_of_it - done) / done / 60:.0f} min left"


_said = [0.0]


def progress(text: str | None) -> None:
    """A line that is written over on a terminal; elsewhere a line a minute, so that a log shows life."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K" + (text or ""))
        sys.stderr.flush()
    elif text and time.monotonic() - _said[0] >= 60:
        if _said[0]:
            print(text, flush=True)
        _said[0] = time.monotonic()


def arguments() -> argparse.Namespace:
    """What the caller asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."), help=argparse.SUPPRESS)
    parser.add_argument("--fast", action="store_true", help="take what was proved before as recorded")
    parser.add_argument("--record", action="store_true", help=f"after a gate that holds, write {RECORDED} and {TABLE} anew; with --fast {RECORDED} alone")
    parser.add_argument("--function", metavar="NAME", help="prove this function alone, and show each goal")
    parser.add_argument("--file", metavar="PATH", action="append", help="prove the functions of this unit alone")
    parser.add_argument("--prop", metavar="CLAUSE", help="of the chosen functions, prove these properties alone (WP's -wp-prop)")
    parser.add_argument("--print", action="store_true", help="with --function: show all that Frama-C prints, goals included")
    parser.add_argument("--check", action="store_true", help="check the sources and contracts, run no prover")
    parser.add_argument("--no-smoke", action="store_true", help="leave the smoke tests out")
    parser.add_argument("--timeout", type=int, metavar="SECONDS", help="one try a goal, of this length")
    cores = os.cpu_count() or 2
    parser.add_argument("--jobs", type=int, default=cores,
                        help=f"processes side by side, each with up to {PARALLEL} provers that it waits for (default: one for each core)")
    return parser.parse_args()


def main() -> int:
    """The gate, from the command line."""
    options = arguments()
    gate = Gate(options)
    try:
        gate.versions = tools.versions()
        gate.env = tools.why3_environment(os.path.join(gate.root, BUILD))
        return gate.run()
    except (tools.Missing, Unread, scan.Unreadable, ValueError, OSError) as error:
        progress(None)
        print(f"prove: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nprove: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
