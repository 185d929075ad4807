#!/usr/bin/env python3
"""The figures in the documents: each is made from a result that a command has written, and none is typed.

    tests/figures.py [--write]

A document holds a figure between `<!-- figures: NAME -->` and `<!-- end -->`. Without --write, a figure that is not what the
results say fails, and so does a duration or a share outside of the markers. Prints `N passed, N failed` at the end.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = ("build", ".git", "corpus")
BLOCK = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
TYPED = re.compile(r"\b(?:\d[\d,.]*\s?|(?:one|two|three|four|five|ten|twenty|thirty|sixty) )(?:ns|µs|us|ms|s|seconds?|minutes?|hours?|%)(?![\w/])")
FENCED = re.compile(r"^```.*?^```|^    .*?$", re.DOTALL | re.MULTILINE)
# Limits and options, which stand in a file of the tree: not measured.
SETTINGS = {
    "README.md": [],
    "SOUNDNESS.md": ["two minutes", "three seconds"],
    "SECURITY.md": [],
    "proofs/README.md": [],
}
REQUEST = ["replay", "--map", "corpus/machines/qssc-s4r-4node-128gib-hotplug.dmesg", "corpus/traces/qssc-dma-below-16mib.trace"]
SHOWN = (4, 7, 9, 10)  # lines of that trace


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


class Bench:
    """The rows of bench/recorded.json."""

    def __init__(self) -> None:
        self.recorded = json.loads(read("bench/recorded.json"))

    def row(self, name: str, who: str = "tree", machine: str = "1 TiB", state: str | None = None) -> dict[str, object]:
        found = [row for row in self.recorded["rows"]
                 if (row["name"], row["who"], row["machine"]) == (name, who, machine) and state in (None, row["state"])]
        if len(found) != 1:
            raise LookupError(f"bench/recorded.json: {len(found)} rows of {name}, {who}, {machine}, {state}")
        return found[0]

    def time(self, *which: str, of: str = "figure") -> str:
        """A time, in the unit that suits it, to two digits."""
        row = self.row(*which)
        ns = float(str(row[of])) * {"ns": 1.0, "us": 1e3, "ms": 1e6, "us/pair": 1e3}[str(row["unit"])]
        for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
            if ns >= size:
                return f"{float(f'{ns / size:.2g}'):g} {unit}"
        return f"{float(f'{ns:.2g}'):g} ns"

    def when(self) -> str:
        return f"{self.recorded['machine']}, {self.recorded['date']}"


def output() -> str:
    """What a command prints."""
    command = "build/nodepages replay --map corpus/machines/qssc-s4r-4node-128gib-hotplug.dmesg \\\n      corpus/traces/qssc-dma-below-16mib.trace"
    ran = subprocess.run([str(ROOT / "build/nodepages"), *REQUEST], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    lines = [line for line in ran.stdout.split("\n") if line.split(":")[0] in map(str, SHOWN)]
    folded = [line.replace("; ", ";\n    ") for line in lines]
    return "```\n$ " + command + "\n" + "\n".join(folded) + "\n```\n"


def cost() -> str:
    b = Bench()
    rare, page = "search for a rare run of 512 pages", "a page, allocated and freed"
    chunks, bounded = "aligned chunks of 1 to 512 pages", "a block of 2 to 256 pages inside a boundary"
    short, astride = "each run a page short", "each run astride the boundary"
    rows = [("find a rare run of 512 pages, half of the pages free at random", (rare, "1 TiB", "half")),
            ("the same on 64 TiB", (rare, "64 TiB", "half")),
            ("a block inside a boundary, aged memory", (bounded, "1 TiB", "aged")),
            ("aligned chunks, aged memory", (chunks, "1 TiB", "aged")),
            ("no block of 512 pages, every run a page short", ("no block of 512 pages", "1 TiB", short)),
            ("no block of 512 pages inside 2 MiB, every run astride", ("no block of 512 pages inside 2 MiB", "1 TiB", astride)),
            ("4 GiB of single pages in one call, all free", ("pages, 4 GiB in one call", "1 TiB", "fresh")),
            ("the same, half of the pages free at random", ("pages, 4 GiB in one call", "1 TiB", "half")),
            ("a page, allocated and freed, aged memory", (page, "1 TiB", "aged"))]
    table = ["| median, on a terabyte | nodepages | bitmap scan |", "|---|---|---|"]
    table += [f"| {words} | {b.time(name, 'tree', machine, state)} | {b.time(name, 'scan', machine, state)} |" for words, (name, machine, state) in rows]
    memory = float(str(b.row("memory that holds the state")["figure"]))
    return "\n".join(table) + f"\n\nMetadata: {memory:.2f} byte per page. Measured on {b.when()}, by `make bench`.\n"


def dpdk() -> str:
    b = Bench()
    rows = [row for row in b.recorded["rows"] if row["who"] == "dpdk"]
    table = ["| 99th percentile, on 4 GiB | nodepages | DPDK |", "|---|---|---|"]
    for row in rows:
        which = str(row["name"]), str(row["machine"]), str(row["state"])
        ours, theirs = (b.time(which[0], who, which[1], which[2], of="p99") for who in ("tree", "dpdk"))
        table.append(f"| {which[0].removeprefix('next to DPDK: ')} | {ours} | {theirs} |")
    return "\n".join(table) + "\n"


def worst() -> str:
    b = Bench()
    rows = [row for row in b.recorded["rows"] if row["who"] == "worst"]
    table = ["| request | pages or regions | time |", "|---|---|---|"]
    table += [f"| {row['name']} | {row['machine']} | {b.time(str(row['name']), 'worst', str(row['machine']))} |" for row in rows]
    return "\n".join(table) + "\n"


def routines() -> str:
    b = Bench()
    rows = [row for row in b.recorded["rows"] if row["who"] == "routines"]
    table = ["| on the map of a terabyte | |", "|---|---|"]
    for row in rows:
        figure = float(row["figure"])
        digits = f"{figure:,.0f}" if figure >= 100 else f"{float(f'{figure:.2g}'):g}"
        table.append(f"| {row['name']} | {digits} {str(row['unit']).replace('us/pair', 'µs').replace('us', 'µs')} |")
    return "\n".join(table) + f"\n\nMeasured on {b.when()}, by `make bench`.\n"


def proof() -> str:
    last = read("proofs/table.txt").rstrip("\n").split("\n")[-1]
    found = re.match(r"(\d+) functions: (\d+) of (\d+) goals proved, (\d+) smoke tests.* (\d+) probes.* (\d+) s$", last)
    if found is None:
        raise LookupError(f"proofs/table.txt ends with: {last}")
    functions, proved, goals, smoke, probes, seconds = map(int, found.groups())
    return (f"{functions} functions, {proved:,} of {goals:,} goals proved, {smoke:,} smoke tests, {probes} probes, 0 axioms, 0 admits; "
            f"{round(seconds / 60)} minutes on two cores.\n")


def faults() -> str:
    last = read("fuzz/power.txt").rstrip("\n").split("\n")[-1]
    found = re.match(r"(\d+) of (\d+) faults found; median ([\d.]+) s, longest ([\d.]+) s of one core$", last)
    if found is None:
        raise LookupError(f"fuzz/power.txt ends with: {last}")
    return f"Found from an empty corpus: {found[1]} of {found[2]} single faults, {found[3]} s of one core in the median, {found[4]} s at most.\n"


def footprint() -> str:
    recorded = json.loads(read("packaging/footprint.json"))
    table = [f"| {recorded['compiler']} | code, bytes | stack, bytes |", "|---|---|---|"]
    table += [f"| {row['name']} | {row['text']:,} | {row['stack']:,} |" for row in recorded["rows"]]
    return "\n".join(table) + f"\n\nMetadata: {recorded['bits']:.1f} bits per page. This compiler leaves no symbol undefined.\n"


MADE: dict[str, Callable[[], str]] = {made.__name__: made for made in (output, cost, dpdk, worst, routines, proof, faults, footprint)}


def documents() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.md") if not set(path.relative_to(ROOT).parts) & set(SKIPPED))


def typed(name: str, text: str) -> list[str]:
    """Durations and shares that no result stands behind."""
    bare = FENCED.sub("", BLOCK.sub("", text))
    return [found.group(0) for found in TYPED.finditer(bare) if found.group(0) not in SETTINGS.get(name, [])]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the figures into the documents")
    write = parser.parse_args().write
    passed = failed = 0
    for path in documents():
        name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        wrong = []
        try:
            made = BLOCK.sub(lambda block: block[1] + MADE[block[2]]() + block[3], text)
        except (KeyError, LookupError, OSError) as error:
            wrong.append(f"a figure cannot be made: {error}")
            made = text
        if made != text and write:
            path.write_text(made, encoding="utf-8")
        elif made != text:
            wrong.append("a figure is not what the results say: run `tests/figures.py --write`")
        if name not in ("CHANGELOG.md",):  # the figures of its day
            wrong += [f"a figure that no command makes: {figure}" for figure in typed(name, text)]
        for what in wrong:
            print(f"FAILED: {name}: {what}")
        passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
