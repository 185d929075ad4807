# SPDX-License-Identifier: MIT
"""Kernel logs."""

from harness import MACHINES, equal, ranges, run, test

E820 = """BIOS-provided physical RAM map:
BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
BIOS-e820: [mem 0x000000000009fc00-0x000000000009ffff] reserved
BIOS-e820: [mem 0x0000000000100000-0x00000000001fffff] usable
BIOS-e820: [mem 0x0000000000200000-0x00000000002fffff] ACPI NVS
"""
SRAT = """ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x0017ffff]
ACPI: SRAT: Node 1 PXM 4 [mem 0x00180000-0x00ffffff]
"""
BOTH = ([[0, 159, 0], [256, 128, 0], [384, 128, 1]], 2)
UPDATED = ([[1, 158, 0], [256, 128, 0], [384, 128, 1]], 2)  # the kernel takes page 0

NOISE = """Linux version 6.1.0 (someone@somewhere) #1 SMP
Command line: BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet
e820: update [mem 0x00000000-0x00000fff] usable ==> reserved
e820: remove [mem 0x000a0000-0x000fffff] usable
SRAT: PXM 0 -> APIC 0x00 -> Node 0
NUMA: Node 0 [mem 0x00000000-0x0009ffff] + [mem 0x00100000-0x7fffffff] -> [mem 0x00000000-0x7fffffff]
NODE_DATA(0) allocated [mem 0x183ffd5000-0x183fffffff]
Initmem setup node 0 [mem 0x0000000000001000-0x000000183fffffff]
On node 0, zone DMA: 1 pages in unavailable ranges
.... node  #0, CPUs:        #1
EDAC amd64: node 0: DRAM ECC enabled.
NUMA: Initialized distance table, cnt=2
"""


def prefixed(text, prefix):
    return "".join(f"{prefix}{line}\n" for line in text.splitlines())


@test
def e820_alone_is_node_0(directory):
    equal(ranges(directory, E820), ([[0, 159, 0], [256, 256, 0]], 1))


@test
def srat_cuts(directory):
    equal(ranges(directory, E820 + SRAT), BOTH)
    equal(ranges(directory, SRAT + E820), BOTH)
    equal(ranges(directory, E820 + SRAT.replace("ACPI: ", "")), BOTH)
    equal(ranges(directory, E820 + SRAT.replace(" PXM 0", "").replace(" PXM 4", "")), BOTH)


@test
def any_prefix(directory):
    for prefix in ("[    0.000000] ", "[    0.185208] localhost kernel: ", "Jun 30 21:12:14 localhost kernel: ",
                   "kern  :info  : [Fri Apr  7 00:04:12 2023] ", "<6>[    0.000000] ", "2024-05-04T12:22:28+00:00 host kernel: ",
                   "> ", "\t"):
        equal(ranges(directory, prefixed(NOISE + E820 + SRAT + NOISE, prefix)), UPDATED)


@test
def among_thousands_of_other_lines(directory):
    noise = prefixed(NOISE, "[    1.000000] ") * 500
    log = prefixed(E820 + SRAT, "[    0.000000] ")
    lines = log.splitlines(keepends=True)
    equal(ranges(directory, noise + noise.join(lines) + noise), UPDATED)
    equal(ranges(directory, (noise + log + noise).replace("\n", "\r\n")), UPDATED)


@test
def srat_alone_is_taken_as_it_is(directory):
    equal(ranges(directory, SRAT, warnings=True), ([[0, 384, 0], [384, 3712, 1]], 2))
    equal(ranges(directory, SRAT + "SRAT: Node 2 PXM 2 [mem 0x1000000-0x1ffffff] hotplug\n", warnings=True),
          ([[0, 384, 0], [384, 3712, 1]], 2))
    equal(ranges(directory, SRAT + "SRAT: Node 2 PXM 2 [mem 0x1000000-0x1ffffff] hotplug non-volatile\n", warnings=True),
          ([[0, 384, 0], [384, 3712, 1]], 2))
    assert "SRAT shows where memory can be" in run(directory, "map", "--map", "-", stdin=SRAT).err


@test
def hotplug_is_there_where_e820_says_usable(directory):
    log = E820 + "SRAT: Node 0 PXM 0 [mem 0x0-0xfffff]\nSRAT: Node 1 PXM 1 [mem 0x100000-0xffffff] hotplug\n"
    equal(ranges(directory, log), ([[0, 159, 0], [256, 256, 1]], 2))


@test
def early_node_ranges_win(directory):
    early = "Early memory node ranges\n  node   0: [mem 0x1000-0x9efff]\n  node   3: [mem 0x100000-0x10ffff]\n"
    expected = ([[1, 158, 0], [256, 16, 3]], 4)
    equal(ranges(directory, E820 + SRAT + early), expected)
    equal(ranges(directory, prefixed(NOISE + early + NOISE + E820, "[    0.000000] ")), expected)
    equal(ranges(directory, prefixed(early, "localhost kernel: ")), expected)


@test
def usable_pieces_that_touch_are_joined_before_the_cut(directory):
    log = "BIOS-e820: [mem 0x0-0x17ff] usable\nBIOS-e820: [mem 0x1800-0x3fff] usable\n"
    equal(ranges(directory, log), ([[0, 4, 0]], 1))
    equal(ranges(directory, log + "SRAT: Node 0 PXM 0 [mem 0x0-0x2fff]\nSRAT: Node 1 PXM 1 [mem 0x3000-0xffff]\n"),
          ([[0, 3, 0], [3, 1, 1]], 2))


@test
def srat_ranges_of_a_node_that_touch_inside_a_page(directory):
    log = "BIOS-e820: [mem 0x0-0x3fff] usable\n"
    srat = "SRAT: Node 0 PXM 0 [mem 0x0-0x17ff]\nSRAT: Node {} PXM 0 [mem 0x1800-0xffff]\n"
    equal(ranges(directory, log + srat.format(0)), ([[0, 4, 0]], 1))
    equal(ranges(directory, log + srat.format(1)), ([[0, 1, 0], [2, 2, 1]], 2))


@test
def usable_memory_in_no_srat_range_is_absent_with_a_warning(directory):
    log = E820 + "SRAT: Node 0 PXM 0 [mem 0x0-0x17ffff]\n"
    equal(ranges(directory, log, warnings=True), ([[0, 159, 0], [256, 128, 0]], 1))
    result = run(directory, "map", "--map", "-", stdin=log)
    assert result.err.startswith("nodepages: -:4: warning: 524288 bytes of usable memory are in no SRAT range"), result


@test
def usable_and_something_else_is_absent_with_a_warning(directory):
    log = "BIOS-e820: [mem 0x0-0xffff] usable\nBIOS-e820: [mem 0x4000-0x4fff] reserved\n"
    equal(ranges(directory, log, warnings=True), ([[0, 4, 0], [5, 11, 0]], 1))
    assert "nodepages: -:2: warning: " in run(directory, "map", "--map", "-", stdin=log).err


@test
def older_form_with_the_end_outside(directory):
    log = (" BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)\n BIOS-e820: 000000000009fc00 - 00000000000a0000 (reserved)\n"
           " BIOS-e820: 0000000000100000 - 0000000000200000 (usable)\n BIOS-e820: 0000000000200000 - 0000000000300000 (ACPI data)\n")
    equal(ranges(directory, log), ([[0, 159, 0], [256, 256, 0]], 1))
    equal(ranges(directory, log + "SRAT: Node 0 PXM 0 0-180000\nSRAT: Node 1 PXM 4 180000-1000000\n"), BOTH)


@test
def newer_form(directory):
    log = ("BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff]  System RAM\n"
           "BIOS-e820: [mem 0x000000000009fc00-0x000000000009ffff]  device reserved\n"
           "BIOS-e820: [gap 0x00000000000a0000-0x00000000000fffff]\n"
           "BIOS-e820: [mem 0x0000000000100000-0x00000000001fffff]  System RAM\n"
           "BIOS-e820: [mem 0x0000000000200000-0x00000000002fffff]  persistent RAM (type 7)\n")
    equal(ranges(directory, log), ([[0, 159, 0], [256, 256, 0]], 1))


@test
def a_node_that_srat_names_exists_without_memory(directory):
    equal(ranges(directory, E820 + SRAT + "SRAT: Node 2 PXM 9 [mem 0x10000000-0x1fffffff]\n"), (BOTH[0], 3))


@test
def comments_in_a_trimmed_log(directory):
    equal(ranges(directory, "# BIOS-e820: [mem 0x10000000-0x1fffffff] usable\n" + E820 + SRAT), BOTH)


@test
def machine_epyc(directory):
    found, nodes = ranges(directory, [MACHINES / "amd-epyc-8node-1tib.dmesg"])
    equal((nodes, len(found), sum(pages for _, pages, _ in found)), (8, 13, 268410514))
    equal(found[0], [0, 153, 0])
    equal(found[-1], [0xe030000000 >> 12, (0x10030000000 - 0x80000 - 0xe030000000) >> 12, 7])


@test
def machine_qssc(directory):
    equal(ranges(directory, [MACHINES / "qssc-s4r-4node-128gib-hotplug.dmesg"]),
          ([[1, 154, 0], [256, 504638, 0], [1048576, 7864320, 0], [8912896, 8388608, 1], [17301504, 8388608, 2],
            [25690112, 8388608, 3]], 4))


@test
def machine_hip08(directory):
    equal(ranges(directory, [MACHINES / "hisilicon-hip08-4node-sparse.dmesg"], warnings=True),
          ([[0, 524288, 0], [0x2080000, 16252928, 0], [0x3000000, 16777216, 1], [0x202000000, 16777216, 2],
            [0x203000000, 16777216, 3]], 4))
