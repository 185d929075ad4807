# SPDX-License-Identifier: MIT
"""Memory maps as people have them (corpus/logs): each is read right, or with a warning that says what is missing."""

import csv
import pathlib

from harness import ROOT, equal, ranges, run, test

LOGS = ROOT / "corpus" / "logs"


def rows():
    with open(LOGS / "expected.tsv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def read(directory, maps):
    """The nodes that have memory, and its pages."""
    found, _ = ranges(directory, maps, warnings=True)
    return len({node for _, _, node in found}), sum(pages for _, pages, _ in found)


@test
def every_log_is_read_right(directory):
    equal(sorted(row["file"] for row in rows()), sorted(path.name for path in LOGS.iterdir() if path.suffix not in (".md", ".tsv")))
    for row in rows():
        got = read(directory, [LOGS / row["file"]])
        equal((row["file"], *got), (row["file"], int(row["nodes with memory"]), int(row["pages of 4096 bytes"])))
        err = run(directory, "map", "--map", LOGS / row["file"]).err
        assert row["warning"] in err if row["warning"] else err == "", (row["file"], err)


def cuts_are_told(directory, name):
    """A log that counts its pages, cut before each of its lines: the same machine, a refusal, or a warning."""
    lines = (LOGS / name).read_text(encoding="utf-8").splitlines(keepends=True)
    whole = read(directory, [LOGS / name])
    for begin in range(1, len(lines)):
        cut = pathlib.Path(directory) / "cut"
        cut.write_text("".join(lines[begin:]), encoding="utf-8")
        result = run(directory, "map", "--map", "cut")
        counts = any("totalpages:" in line or "available" in line for line in lines[begin:])
        if result.code != 0 or result.err != "" or not counts:
            continue
        equal(((name, begin), read(directory, [cut])), ((name, begin), whole))


@test
def what_is_cut_off_above_is_told(directory):
    for name in ("snaga.dmesg", "nvm.dmesg", "supermicro.dmesg", "coreos.dmesg"):
        cuts_are_told(directory, name)


E820 = """BIOS-provided physical RAM map:
 BIOS-e820: 0000000000000000 - 000000000009f400 (usable)
 BIOS-e820: 0000000000100000 - 0000000001000000 (usable)
"""


@test
def nodes_of_the_northbridge(directory):
    for last in ("7fffff", "800000"):
        nodes = f"Node 0 MemBase 0000000000000000 Limit {last:0>16}\nNode 1 MemBase 0000000000800000 Limit 0000000001000000\n"
        equal(ranges(directory, E820 + nodes), ([[0, 159, 0], [256, 1792, 0], [2048, 2048, 1]], 2))
    boot = "Bootmem setup node 0 0000000000000000-0000000000400000\nBootmem setup node 1 0000000000400000-0000000001000000\n"
    equal(ranges(directory, E820 + nodes + boot), ([[0, 159, 0], [256, 768, 0], [1024, 3072, 1]], 2))
    equal(ranges(directory, E820 + boot + "Faking a node at 0000000000000000-0000000001000000\n"), ([[0, 159, 0], [256, 3840, 0]], 1))


@test
def page_frames(directory):
    for ends in ("0 ->      159", "0x00000000 -> 0x0000009f"):
        log = E820 + f"early_node_map[2] active PFN ranges\n    0: {ends}\n    1: 256 -> 4096\n"
        equal(ranges(directory, log), ([[0, 159, 0], [256, 3840, 1]], 2))
    for line, words in (("0: 16 -> 16", "ends before it begins"), ("64: 0 -> 16", "node 64"), ("0: 0 -> 18446744073709551616", "past 64 bits"),
                        ("0: 0 -> 9007199254740992", "past 64 bits")):
        result = run(directory, "map", "--map", "-", stdin=E820 + f"Early memory PFN ranges\n  {line}\n")
        assert result.code == 2 and words in result.err, (line, result)
    result = run(directory, "map", "--map", "-", stdin=E820 + "Early memory PFN ranges\n  0: 0 -> 16")
    assert result.code == 2 and "may be cut here" in result.err, result
    result = run(directory, "map", "--map", "-", stdin="Early memory PFN ranges\n")
    assert result.code == 2 and "no range of page frames" in result.err, result


@test
def a_map_that_stands_for_the_firmwares(directory):
    for name, header in (("user", "user-defined physical RAM map:"), ("modified", "modified physical RAM map:"), ("Xen", "Xen-provided physical RAM map:")):
        log = E820 + f"{header}\n {name}: 0000000000100000 - 0000000000200000 (usable)\n {name}: 0000000000200000 - 0000000000300000 (reserved)\n"
        equal(ranges(directory, log), ([[256, 256, 0]], 1))
    equal(ranges(directory, "Xen: [mem 0x0000000000100000-0x00000000001fffff] usable\n"), ([[256, 256, 0]], 1))


@test
def what_the_kernel_updates_is_not_usable(directory):
    for line, first in (("e820: update [mem 0x00000000-0x00000fff] usable ==> reserved", 1), ("e820: remove [mem 0x00000000-0x00001fff] usable", 2),
                        ("e820: update [mem 0x00000000-0x00000fff] usable ==> usable", 0), ("e820: update [mem 0x", 0)):
        equal(ranges(directory, E820 + line + "\n"), ([[first, 159 - first, 0], [256, 3840, 0]], 1))


@test
def what_the_log_counts(directory):
    early = "Early memory node ranges\n  node   0: [mem 0x0000000000100000-0x00000000001fffff]\n"
    equal(ranges(directory, early + "On node 0 totalpages: 256\nMemory: 1000K/1024K available (1K kernel code)\n"), ([[256, 256, 0]], 1))
    for line, words in (("On node 0 totalpages: 300", "counts 300 pages on node 0, and its ranges hold 256"), ("On node 1 totalpages: 7", "on node 1"),
                        ("Memory: 1000K/2048K available", "counts 2048 KiB of memory, and its ranges hold 1024")):
        result = run(directory, "map", "--map", "-", stdin=early + line + "\n")
        assert result.code == 0 and words in result.err and "lines may be missing" in result.err, (line, result)


@test
def the_memory_of_a_node(directory):
    equal(ranges(directory, "Node 0 Memory: 0x8000000-0x44000000\nNode 1 Memory: 0x0-0x8000000 0x44000000-0x80000000\n"),
          ([[0, 0x8000, 1], [0x8000, 0x3c000, 0], [0x44000, 0x3c000, 1]], 2))
    for line in ("Node 0 Memory: 0x8000000", "Node 0 Memory: 0x8000000-0x100", "Node 99 Memory: 0x0-0x1000"):
        assert run(directory, "map", "--map", "-", stdin=line + "\n").code == 2, line


@test
def lists_of_memory(directory):
    equal(ranges(directory, "00001000-000917ff : System RAM\n00100000-001fffff : System RAM\n  00110000-0011ffff : Kernel code\n"),
          ([[1, 144, 0], [256, 256, 0]], 1))
    equal(ranges(directory, "Start 0x00001000 - Length 0x0009C000\nStart 0x100000000 - Length 0x1000\n"), ([[1, 156, 0], [0x100000, 1, 0]], 1))
    lsmem = "RANGE SIZE STATE REMOVABLE BLOCK NODE\n0x0-0x7ffffff 128M online yes 0 0\n" \
            "0x8000000-0xfffffff 128M offline yes 1 0\n0x10000000-0x17ffffff 128M online no 2 1\n"
    equal(ranges(directory, lsmem), ([[0, 0x8000, 0], [0x10000, 0x8000, 1]], 2))
    for text, words in (("00000000-00000000 : System RAM\n", "hidden"), ("2000-1000 : System RAM\n", "ends before it begins"),
                        ("Start 0x1000 - Length 0xzz\n", "Start 0xFIRST"), (lsmem.replace("no 2 1", "no 2"), "no node in the column"),
                        ("Start 0x1000 - Length 0x10000000000000000\n", "past 64 bits"), (lsmem.replace("no 2 1", "no 2 64"), "node 64")):
        result = run(directory, "map", "--map", "-", stdin=text)
        assert result.code == 2 and words in result.err, (text, result)
