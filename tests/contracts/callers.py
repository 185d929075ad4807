#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Callers that the contracts must exclude, on the real core.

    tests/contracts/callers.py overlaps         memory that a caller brings, or parts of a machine, that may overlap
    tests/contracts/callers.py contradictions   a precondition that no machine meets, added to each public function in turn

Each caller here is proved by the gate's own command, and the wrong ones must not prove. The right ones must:
so a wrong one is refused for what is wrong with it. Prints what is not as it should be, and `N passed, N failed` at the end.
"""

import concurrent.futures
import contextlib
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "proofs"))

from gate import scan  # noqa: E402

CLIENT = "proofs/clients/caller.c"
SECONDS = "10"

# The parts of a machine.
WORDS = "(0 .. (m->free.positions - 1) / 64)"
PARTS = {
    "machine": "m",
    "regions": "m->region + (0 .. m->regions - 1)",
    "free": f"m->free.words + {WORDS}",
    "blocks": f"m->block + {WORDS}",
    "marks": f"m->mark + {WORDS}",
    "summaries": "m->free.summaries + (0 .. m->free.positions / 256 - 1)",
}
TAKEN = f"m->free.words[{WORDS[1:-1]}], m->free.summaries[0 .. m->free.positions / 256 - 1], m->mark[{WORDS[1:-1]}]"

# name, parameters, the memory it brings, what else it asks for, what may change, the call
BRINGERS = [
    ("list_of_allocate", "const struct np_pages_request *q, uint64_t *pfns", "pfns + (0 .. WantedPages(q) - 1)",
     "Machine(m) && PagesRequest(m, q) && \\valid(AREA) && \\separated(q, AREA)", f"AREA_WRITTEN, {TAKEN}",
     "np_allocate_pages(m, q, pfns)"),
    ("request_of_allocate", "const struct np_pages_request *q, uint64_t *pfns", "q",
     "Machine(m) && \\valid_read(q) && Room(m, pfns, WantedPages(q)) && \\separated(q, pfns + (0 .. WantedPages(q) - 1))",
     f"pfns[0 .. WantedPages(q) - 1], {TAKEN}", "np_allocate_pages(m, q, pfns)"),
    ("request_of_contiguous", "const struct np_contiguous_request *q", "q", "Machine(m) && \\valid_read(q)",
     f"{TAKEN}, m->block[{WORDS[1:-1]}]", "np_allocate_contiguous(m, q)"),
    ("list_of_free", "const uint64_t *pfns, uint64_t count", "pfns + (0 .. count - 1)", "Machine(m) && \\valid_read(AREA)", TAKEN,
     "np_free_pages(m, pfns, count)"),
    ("list_of_add", "const uint64_t *pfns, uint64_t count", "pfns + (0 .. count - 1)", "Machine(m) && \\valid_read(AREA)", TAKEN,
     "np_add_pages(m, pfns, count)"),
]


def function(name, parameters, requires, assigns, call):
    return (f"/*@ requires given: {requires};\n    terminates \\true; exits \\false; assigns {assigns};\n*/\n"
            f"void {name}(struct np_machine *m, {parameters})\n{{\n    (void){call};\n}}\n")


def overlaps():
    """All callers, and the names of those that must not prove."""
    texts, wrong = [], set()
    for name, parameters, area, others, assigns, call in BRINGERS:
        for left_out in [None, *PARTS]:
            apart = [f"\\separated({area}, {text})" for part, text in PARTS.items() if part != left_out]
            requires = " && ".join([others.replace("AREA", area)] + apart)
            full = f"{name}_on_{left_out}" if left_out else f"{name}_apart"
            texts.append(function(full, parameters, requires, assigns.replace("AREA_WRITTEN", "pfns[0 .. WantedPages(q) - 1]"), call))
            if left_out:
                wrong.add(full)
    # A list and a request that share memory, and a request that lies in the list.
    name, parameters, area, others, assigns, call = BRINGERS[0]
    apart = " && ".join([others.rsplit(" && ", 1)[0].replace("AREA", area)] + [f"\\separated({area}, {text})" for text in PARTS.values()])
    texts.append(function("list_on_request", parameters, apart, assigns.replace("AREA_WRITTEN", "pfns[0 .. WantedPages(q) - 1]"), call))
    wrong.add("list_on_request")
    # Two of the areas that np_check reads or writes.
    areas = {"machine": "m", "regions": "storage->regions + (0 .. storage->region_capacity - 1)",
             "words": "storage->words + (0 .. storage->word_capacity - 1)",
             "summaries": "storage->summaries + (0 .. storage->summary_capacity - 1)", "storage": "storage", "where": "where"}
    pairs = list(itertools.combinations(areas, 2))
    for left_out in [None, *pairs]:
        apart = [f"\\separated({areas[a]}, {areas[b]})" for a, b in pairs if (a, b) != left_out]
        legible = ["\\valid_read(m) && \\valid_read(storage) && StorageAreas(storage) && \\valid(where)"]
        full = f"{left_out[0]}_on_{left_out[1]}" if left_out else "areas_apart"
        texts.append(function(full, "const struct np_storage *storage, uint64_t *where", " && ".join(legible + apart), "*where",
                              "np_check(m, storage, where)"))
        if left_out:
            wrong.add(full)
    # What np_setup is given.
    given = ("\\valid_read(ranges + (0 .. count - 1)) && \\valid(m) && \\valid_read(storage) && \\valid(where) && StorageAreas(storage)"
             " && SetupApart(m, storage, ranges, count, nodes, \\null, APART)")
    setup = "const struct np_storage *storage, const struct np_range *ranges, uint32_t count, uint32_t nodes, uint32_t *where, uint32_t *other"
    written = ("*m, *where, storage->regions[0 .. storage->region_capacity - 1], storage->words[0 .. storage->word_capacity - 1], "
               "storage->summaries[0 .. storage->summary_capacity - 1]")
    for full, apart in (("setup_apart", "where"), ("where_of_setup_anywhere", "other")):
        texts.append(function(full, setup, given.replace("APART", apart), written, "np_setup(m, storage, ranges, count, nodes, NULL, where)"))
    wrong.add("where_of_setup_anywhere")
    return texts, wrong


@contextlib.contextmanager
def project():
    """A copy of what the gate reads."""
    with tempfile.TemporaryDirectory(prefix="nodepages-callers-") as root:
        for folder in ("src/core", "src/nt/pure", "src/nt/include", "spec/logic", "proofs/clients"):
            shutil.copytree(os.path.join(ROOT, folder), os.path.join(root, folder))
        shutil.copy(os.path.join(ROOT, "proofs", "settings.json"), os.path.join(root, "proofs"))
        yield root


def prove(root, *arguments):
    call = [sys.executable, os.path.join(ROOT, "proofs", "prove.py"), "--root", root, "--no-smoke", "--timeout", SECONDS, *arguments]
    done = subprocess.run(call, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900, check=False)
    return done.returncode, done.stdout


def check_overlaps():
    texts, wrong = overlaps()
    names = [re.search(r"void (\w+)\(", text).group(1) for text in texts]
    with project() as root:
        with open(os.path.join(root, CLIENT), "w", encoding="utf-8") as file:
            file.write('#include "../../src/core/nodepages.h"\n\n' + "\n".join(texts))
        status, printed = prove(root, "--file", os.path.join(root, CLIENT), "--prop", "valid,apart,legible,where,areas,given")
    refused = set(re.findall(rf"^not proved: {re.escape(CLIENT)}: (\w+):", printed, re.M))
    proved = {name for name in names if re.search(rf"^  {name} +\d+ +[1-9]\d* ", printed, re.M)} - refused
    if status != 1:
        yield "the run", f"status {status}, expected 1:\n{printed}"
    for name in names:
        if name in wrong:
            yield name, None if name in refused else "proves, and must not"
        else:
            yield name, None if name in proved else "must prove, and does not"


# ---------------------------------------------------------------------------------------------------- contradictions

# where each public function is called, if not by proofs/clients/whole_program.c
CALLERS = {
    "np_region_from": "take_between",
    "np_take_block": "np_allocate_contiguous",
    "np_take_free": "take_between",
    "np_take_pages": "give_all",
    "np_take_row": "np_take_run",
}


def public():
    """The functions that nodepages.h shows and that take a machine: name and the header they stand in."""
    with open(os.path.join(ROOT, "src/core/nodepages.h"), encoding="utf-8") as file:
        headers = re.findall(r'#include "((?:\w+/)?\w+\.h)"', file.read())
    for header in headers:
        with open(os.path.join(ROOT, "src/core", header), encoding="utf-8") as file:
            code = scan.only(file.read(), "code")
        for name in re.findall(r"^[\w ]+?\*?(np_\w+)\((?:const )?struct np_machine \*m\b", code, re.M):
            yield name, header


def with_precondition(text, name, clause):
    """The header with one more precondition in the contract of a function."""
    at = text.index(f" {name}(")
    start = text.rindex("/*@", 0, at)
    return text[:start] + "/*@ requires " + clause + "\n    " + text[start + 3:].lstrip()


def caller_of(name):
    with open(os.path.join(ROOT, "proofs/clients/whole_program.c"), encoding="utf-8") as file:
        text = file.read()
    called = None
    for line in text.splitlines():
        started = re.match(r"(?:static )?[\w]+ (\w+)\(void\)$", line)
        if started:
            called = started.group(1)
        if re.search(rf"\b{name}\(", line):
            return called
    return CALLERS[name]


def contradict(job):
    name, header, clause, holds = job
    with project() as root:
        path = os.path.join(root, "src/core", header)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(with_precondition(text, name, f"added: {clause};"))
        status, printed = prove(root, "--jobs", "1", "--function", caller_of(name), "--prop", "added")
    goals = len(re.findall(r"^  (?:proved|NOT PROVED) .*_added\b", printed, re.M))
    if goals == 0:
        return f"{name}: {clause}", "no goal of it:\n" + printed
    if (status == 0) != holds:
        return f"{name}: {clause}", f"must {'hold' if holds else 'be refused'}, and {'does not' if holds else 'is not'}:\n" + printed
    return f"{name}: {clause}", None


def check_contradictions():
    # np_setup is called before there is a machine, and neither is known of its memory.
    jobs = [(name, header, f"m->free.positions % 512 == {rest}", rest == 0) for name, header in public() for rest in (1, 0)
            if name != "np_setup" or rest == 1]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        yield from pool.map(contradict, jobs)


def main():
    checks = {"overlaps": check_overlaps, "contradictions": check_contradictions}
    if len(sys.argv) < 2 or not set(sys.argv[1:]) <= set(checks):
        print(__doc__, file=sys.stderr)
        return 2
    passed = failed = 0
    for check in sys.argv[1:]:
        for name, said in checks[check]():
            if said is None:
                passed += 1
            else:
                failed += 1
                print(f"FAILED: {name}: {said}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
