# SPDX-License-Identifier: MIT
"""Maps that can't be read: the file, the line, the reason, exit status 2."""

from harness import SMALL, refused, run, test, write
from test_kernel_logs import E820, SRAT
from test_maps import NUMACTL


@test
def files_that_are_no_maps(directory):
    refused(directory, "", "m0:1", "empty")
    refused(directory, "hello\nworld\n", "m0:1", "nothing")
    refused(directory, "\n\n# only a comment\n", "m0:1", "nothing")
    refused(directory, SMALL.encode() + b"node 0 \x000x0-0xfff\n", "m0:3", "NUL")
    refused(directory, bytes(range(256)) * 100, "m0:1", "NUL")
    refused(directory, b"\0" * 3000000, "m0:1", "NUL")
    refused(directory, "x" * 10000000, "m0:1", "line", "1 MiB")
    refused(directory, E820 + "x" * 10000000 + "\n" + SRAT, "m0:6", "line")


@test
def files_that_cannot_be_opened(directory):
    for name, words in (("nowhere", "No such file"), (".", "Is a directory")):
        result = run(directory, "map", "--map", name)
        assert result.code == 2 and f"nodepages: {name}:" in result.err and words in result.err, result


@test
def plain_lines(directory):
    for line in ("node", "node 0", "node 0x0-0xfff", "node x 0x0-0xfff", "node 0 0x0", "node 0 0x0-", "node 0 0x0 - 0xfff",
                 "node 0 0-4095", "node 0 0x0-0xfff0K", "node 0 0x0-0xfff more", "node -1 0x0-0xfff", "memory 0x0-0xfff",
                 "Node 0 0x0-0xfff", "node 0 0x-0xfff", "node 0, 0x0-0xfff", "10 20", "distance 2", "node 1.5 0x0-0xfff"):
        refused(directory, SMALL + line + "\n", "m0:3")


@test
def plain_values(directory):
    refused(directory, "node 0 0x2000-0x1fff\n", "m0:1", "before it begins")
    refused(directory, "node 64 0x0-0xfff\n", "m0:1", "node 64")
    refused(directory, "node 18446744073709551616 0x0-0xfff\n", "m0:1", "64 bits")
    refused(directory, "node 0 0x0-0x10000000000000000\n", "m0:1", "64 bits")
    refused(directory, "node 0 0x0-0x10000000000000\n", "m0:1", "last address")
    refused(directory, "node 0 0x0-0xffffffffffffffff\n", "m0:1", "last address")


@test
def a_page_on_two_nodes(directory):
    refused(directory, "node 0 0x0-0x1fff\nnode 1 0x1000-0x2fff\n", "m0:2", "node 1 here", "node 0 at m0:1")
    refused(directory, "node 1 0x1000-0x2fff\nnode 0 0x0-0x1fff\n", "m0:2", "node 0 here", "node 1 at m0:1")
    refused(directory, ["node 0 0x0-0x1fff\n", "# other\nnode 1 0x1000-0x2fff\n"], "m1:2", "node 0 at m0:1")
    refused(directory, "node 0 0x0-0xffff\nnode 1 0x1000-0x1fff\nnode 0 0x4000-0x4fff\n", "m0:2")
    refused(directory, E820 + SRAT + "SRAT: Node 2 PXM 2 [mem 0x100000-0x100fff]\n", "m0:8", "node 2 here", "node 0 at m0:6")


@test
def no_memory(directory):
    refused(directory, NUMACTL, "m0:1", "no whole page")
    refused(directory, "node 0 0x1-0xfff\n", "m0:1", "no whole page")
    refused(directory, "BIOS-e820: [mem 0x0-0xffff] reserved\n", "m0:1", "no whole page")
    refused(directory, "SRAT: Node 0 PXM 0 [mem 0x0-0xffffff] hotplug\n", "m0:1", "no whole page")
    refused(directory, "distance\n10\n", "m0:1", "no whole page")


@test
def matrices(directory):
    refused(directory, SMALL + "distance\n10 20\n20\n", "m0:5", "row 2", "1 numbers")
    refused(directory, SMALL + "distance\n10 20\n20 10 10\n", "m0:5", "row 2", "3 numbers")
    refused(directory, SMALL + "distance\n10 20\n20 10\n10 20\n", "m0:6", "beyond")
    refused(directory, SMALL + "distance\n10 20\n", "m0:4", "1 of 2")
    refused(directory, SMALL + "distance\n10 20\nnode 0 0x100000-0x100fff\n", "m0:5", "2 are needed")
    refused(directory, SMALL + "distance\n", "m0:3", "without rows")
    refused(directory, SMALL + "distance\nnode 0 0x100000-0x100fff\n", "m0:4", "not a plain number")
    refused(directory, SMALL + "distance\n10 256\n20 10\n", "m0:4", "too large")
    refused(directory, SMALL + "distance\n10 20x\n20 10\n", "m0:4", "not a plain number")
    refused(directory, SMALL + "distance\n0: 10 20\n1: 20 10\n", "m0:4", "not a plain number")
    refused(directory, SMALL + "distance\n" + "10 " * 65 + "\n", "m0:4", "64")
    refused(directory, SMALL + "distance\n10\n", "m0:3", "1 nodes", "node 1 has memory")
    refused(directory, SMALL + "distance\n10 20\n20 10\ndistance\n10 20\n20 10\n", "m0:6", "second", "m0:3")


@test
def two_matrices(directory):
    refused(directory, [SMALL, NUMACTL, NUMACTL], "m2:8", "second", "m1:8")
    refused(directory, [SMALL + "distance\n10 20\n20 10\n", NUMACTL], "m1:8", "second", "m0:3")
    refused(directory, [SMALL, NUMACTL + NUMACTL], "m1:19", "second", "m1:8")


@test
def a_matrix_that_leaves_out_a_node_with_memory(directory):
    refused(directory, [SMALL + "node 2 0x100000-0x100fff\n", NUMACTL], "m1:8", "node 2 has memory")


@test
def numactl_cut_or_wrong(directory):
    lines = NUMACTL.splitlines(keepends=True)
    for count in range(1, len(lines)):
        refused(directory, [SMALL, "".join(lines[:count])], f"m1:{count}")
    refused(directory, [SMALL, NUMACTL[:-4] + "\n"], "m1:11", "1 distances from node 1")
    refused(directory, [SMALL, NUMACTL.replace("  1:", "  2:")], "m1:11", "node 1")
    refused(directory, [SMALL, NUMACTL.replace("21", "2l")], "m1:10", "node 0")
    refused(directory, [SMALL, NUMACTL.replace("21", "21 5")], "m1:10", "3 distances")
    refused(directory, [SMALL, NUMACTL + "  2:  20 20\n"], "m1:12", "beyond")
    refused(directory, [SMALL, NUMACTL.replace("node   0   1", "node   0   8")], "m1:9", "leave out node 1")
    refused(directory, [SMALL, NUMACTL.replace("available: 2", "available: 3")], "m1:9", "line 1 says there are 3")
    refused(directory, [SMALL, "available: 1 nodes (0)\nnode 0 size: 5 MB\nNo distance information available.\n"], "m1:3",
            "without 'node distances:'")


@test
def kernel_lines(directory):
    for line in ("BIOS-e820: [mem 0x1000-0x2 usable", "BIOS-e820: [mem 0x1000-0x2fff]", "BIOS-e820: [mem 0x1000-0x2fff",
                 "BIOS-e820: [mem 0x1000-", "BIOS-e820: [mem 0x1000", "BIOS-e820: [mem ", "BIOS-e820:",
                 "BIOS-e820: [mem 0x400000-0x4fffff] usab", "BIOS-e820: [mem 1000-2fff] usable",
                 "BIOS-e820: [mem 0x400000-0x4fffff] usable?", "BIOS-e820: [mem 0x400000-0x4fffffg] usable",
                 "BIOS-e820: 0000000000400000 - 00000000005", "BIOS-e820: 0000000000400000 - 0000000000500000 (usable",
                 "BIOS-e820: 0000000000400000 (usable)", "SRAT: Node", "SRAT: Node 1", "SRAT: Node 1 PXM",
                 "SRAT: Node 1 PXM 1", "SRAT: Node 1 PXM 1 [mem 0x1000000-0x1ffffff", "SRAT: Node 1 PXM 1 [mem 0x1000000",
                 "SRAT: Node 1 PXM 1 [mem 0x1000000-0x1ffffff] hotp", "SRAT: Node x PXM 1 [mem 0x1000000-0x1ffffff]",
                 "SRAT: Node 1 PXM 1 1000000-"):
        refused(directory, E820 + SRAT + "[    0.000000] " + line + "\n" + SRAT, "m0:8")
        refused(directory, E820 + SRAT + "[    0.000000] " + line, "m0:8", "cut")


@test
def kernel_values(directory):
    for line in ("BIOS-e820: [mem 0x2000-0x1fff] usable", "BIOS-e820: [mem 0x2000-0x1fff] reserved",
                 "BIOS-e820: 0000000000002000 - 0000000000001000 (usable)", "SRAT: Node 1 PXM 1 [mem 0x2000-0x1fff]",
                 "SRAT: Node 1 PXM 1 2000-1000"):
        refused(directory, E820 + SRAT + line + "\n", "m0:8", "before it begins")
    for line in ("BIOS-e820: [mem 0x0-0x10000000000000000] usable", "SRAT: Node 1 PXM 1 [mem 0x2000-0x10000000000000000]"):
        refused(directory, E820 + SRAT + line + "\n", "m0:8", "64 bits")
    refused(directory, E820 + "SRAT: Node 64 PXM 1 [mem 0x2000-0x2fff]\n", "m0:6", "node 64")
    refused(directory, E820 + "SRAT: Node 99999999999999999999 PXM 1 [mem 0x2000-0x2fff]\n", "m0:6", "node ")
    refused(directory, E820 + "BIOS-e820: [mem 0x0-0x10000000000000] usable\n", "m0:6", "last address")
    refused(directory, "SRAT: Node 1 PXM 1 [mem 0x0-0x10000000000000]\n", "m0:1", "last address")


@test
def a_log_cut_in_its_last_line(directory):
    """Every cut within the last line of memory is refused, or the line says what the whole one says."""
    last = "[    0.000000] ACPI: SRAT: Node 1 PXM 4 [mem 0x00180000-0x00ffffff]"
    log = "".join(f"[    0.000000] {line}\n" for line in (E820 + SRAT.splitlines()[0]).splitlines())
    for length in range(last.index("SRAT") + 4, len(last)):
        refused(directory, log + last[:length], "m0:7", "cut")
    last = "[    0.000000] BIOS-e820: [mem 0x0000000000400000-0x00000000004fffff] usable"
    for length in range(last.index("BIOS") + 4, len(last)):
        refused(directory, E820 + last[:length], "m0:6", "cut")


@test
def a_log_cut_at_its_start(directory):
    refused(directory, "00-0x00000000000997ff] usable\n" + E820, "m0:1", "cut")
    refused(directory, "de 0 PXM 0 [mem 0x00000000-0x0017ffff]\n" + SRAT, "m0:1", "cut")
    refused(directory, E820 + SRAT + "  node   0: [mem 0x1000-0x9efff]\n", "m0:8", "Early memory node ranges")


@test
def early_ranges_cut(directory):
    header = E820 + SRAT + "Early memory node ranges\n"
    refused(directory, header, "m0:8", "no node range")
    last = "  node   0: [mem 0x0000000000001000-0x000000000009efff]"
    for length in range(4, len(last)):
        refused(directory, header + last + "\n" + last[:length], "m0:10", "cut")
    refused(directory, header + last + "\n" + last[:30] + "\n", "m0:10", "whole range")
    refused(directory, header + "  node   0: [mem 0x2000-0x1000]\n", "m0:9", "before it begins")
    refused(directory, header + "  node  70: [mem 0x2000-0x2fff]\n", "m0:9", "node 70")


@test
def two_boots_in_one_log(directory):
    refused(directory, E820 + E820, "m0:6", "second boot", "line 1")


@test
def halves_of_a_log_in_two_files(directory):
    refused(directory, [E820, "SRAT: Node 0 PXM 0 [mem 0x0-0xffffff]\n"], "m0:2", "m1:1", "one file")


@test
def more_memory_than_there_is_to_keep_its_state(directory):
    write(directory, "t", "a = pages bytes=4K\n")
    write(directory, "m", "node 0 0x0-0xfffffffffffff\n")
    result = run(directory, "replay", "--map", "m", "t")
    assert result.code == 2 and "not enough memory" in result.err, result


@test
def words_cut_short_or_unknown(directory):
    """What may be memory, or memory of a kind, is not left out without a word."""
    for kind in ("usabl", "System RA", "Syst", "usable foo"):
        refused(directory, E820 + f"BIOS-e820: [mem 0x0000000000400000-0x00000000004fffff] {kind}\n", "m0:6", "unknown type")
    for word in ("hotplut", "non-vocatile", "hotplug-later"):
        refused(directory, E820 + f"ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x0017ffff] {word}\n", "m0:6", f"'{word}' after a SRAT range")


@test
def more_ranges_than_there_can_be(directory):
    lines = [f"node 0 0x{page:x}000-0x{page:x}fff\n" for page in range(0, 2 * 2**20 + 2, 2)]
    refused(directory, "".join(lines), "m0:1", "more than 1048576 ranges")
