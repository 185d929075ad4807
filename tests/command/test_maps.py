# SPDX-License-Identifier: MIT
"""Plain maps, distances, and several maps at once."""

from harness import MACHINES, SMALL, answers, distances, equal, ranges, run, test

NUMACTL = """available: 2 nodes (0-1)
node 0 cpus: 0 1
node 0 size: 100 MB
node 0 free: 90 MB
node 1 cpus:
node 1 size: 100 MB
node 1 free: 90 MB
node distances:
node   0   1
  0:  10  21
  1:  22  10
"""


@test
def plain_map(directory):
    text = "# a machine\n\n  node 0\t0x1000-0x2fff   # two pages\nnode 1  0x10000-0x1FFFF\n"
    equal(ranges(directory, text), ([[1, 2, 0], [16, 16, 1]], 2))


@test
def the_last_byte_is_included(directory):
    equal(ranges(directory, "node 0 0x0-0xfff\n"), ([[0, 1, 0]], 1))


@test
def only_whole_pages_count(directory):
    equal(ranges(directory, "node 0 0x1-0x1fff\nnode 0 0x3000-0x3ffe\nnode 0 0x5fff-0x6000\nnode 0 0x8000-0x9000\n"),
          ([[1, 1, 0], [8, 1, 0]], 1))


@test
def ranges_that_touch_are_joined_before_they_are_cut(directory):
    equal(ranges(directory, "node 0 0x1800-0x2fff\nnode 0 0x0-0x17ff\n"), ([[0, 3, 0]], 1))
    equal(ranges(directory, ["node 0 0x1800-0x2fff\n", "node 0 0x0-0x17ff\n"]), ([[0, 3, 0]], 1))


@test
def a_page_that_two_nodes_share_is_on_neither(directory):
    equal(ranges(directory, "node 0 0x0-0x17ff\nnode 1 0x1800-0x2fff\n"), ([[0, 1, 0], [2, 1, 1]], 2))


@test
def nodes_that_touch_stay_apart(directory):
    equal(ranges(directory, "node 1 0x2000-0x3fff\nnode 0 0x0-0x1fff\n"), ([[0, 2, 0], [2, 2, 1]], 2))


@test
def overlap_on_one_node_is_joined(directory):
    equal(ranges(directory, "node 0 0x0-0x3fff\nnode 0 0x2000-0x5fff\nnode 0 0x1000-0x1fff\n"), ([[0, 6, 0]], 1))


@test
def a_node_between_may_have_no_memory(directory):
    equal(ranges(directory, "node 0 0x0-0xfff\nnode 2 0x1000-0x1fff\n"), ([[0, 1, 0], [1, 1, 2]], 3))
    got = answers(directory, "a = pages bytes=4K node=1\n", "node 0 0x0-0xfff\nnode 2 0x1000-0x1fff\n")
    equal(got[0]["runs"], [[0, 1, 0]])


@test
def the_highest_address_and_node(directory):
    equal(ranges(directory, "node 63 0xffffffffff000-0xfffffffffffff\n"), ([[2**40 - 1, 1, 63]], 64))


@test
def carriage_returns_and_a_byte_order_mark(directory):
    equal(ranges(directory, "\ufeffnode 0 0x0-0xfff\r\nnode 0 0x1000-0x1fff\r\n"), ([[0, 2, 0]], 1))


@test
def distance_rows(directory):
    text = SMALL + "distance   # from, to\n10 15\n\n30 10   # back\nnode 0 0x1000000-0x1000fff\n"
    equal(distances(directory, text), [[10, 15], [30, 10]])


@test
def without_distances_they_are_the_usual_ones(directory):
    equal(distances(directory, SMALL), [[10, 20], [20, 10]])


@test
def a_matrix_may_name_more_nodes_than_have_memory(directory):
    equal(ranges(directory, "node 0 0x0-0xfff\ndistance\n10 20 20\n20 10 20\n20 20 10\n"), ([[0, 1, 0]], 3))
    got = answers(directory, "a = pages bytes=4K node=2\nb = pages bytes=4K node=3\n",
                  "node 0 0x0-0xfff\ndistance\n10 20 20\n20 10 20\n20 20 10\n")
    equal((got[0]["status"], got[1]["reason"], got[1]["parameter"]), ("ok", "invalid", "node"))


@test
def distances_say_which_node_is_next(directory):
    maps = "node 0 0x0-0xfff\nnode 1 0x1000-0x1fff\nnode 2 0x2000-0x2fff\ndistance\n10 30 20\n30 10 20\n20 20 10\n"
    equal(answers(directory, "a = pages bytes=12K\n", maps)[0]["runs"], [[0, 1, 0], [2, 1, 2], [1, 1, 1]])
    equal(answers(directory, "a = pages bytes=12K node=2\n", maps)[0]["runs"], [[2, 1, 2], [0, 1, 0], [1, 1, 1]])


@test
def numactl(directory):
    equal(distances(directory, [SMALL, NUMACTL]), [[10, 21], [22, 10]])
    equal(distances(directory, [NUMACTL, SMALL]), [[10, 21], [22, 10]])
    equal(distances(directory, [SMALL, NUMACTL.replace("\n", "\r\n")]), [[10, 21], [22, 10]])


@test
def numactl_after_a_kernel_log_in_one_file(directory):
    log = "BIOS-e820: [mem 0x0-0xffff] usable\n"
    equal(distances(directory, log + NUMACTL), [[10, 21], [22, 10]])
    equal(ranges(directory, log + NUMACTL), ([[0, 16, 0]], 2))


@test
def numactl_of_the_corpus(directory):
    maps = [MACHINES / "amd-epyc-8node-1tib.dmesg", MACHINES / "numactl-8node.txt"]
    rows = distances(directory, maps)
    equal(rows[5], [32, 32, 32, 32, 16, 10, 16, 16])
    got = answers(directory, "hold 0xa030000000-0xc02ff7ffff\na = pages bytes=4K node=5\n", maps)
    equal((got[0]["pages"], got[1]["runs"][0][2]), (33554304, 4))


@test
def an_own_distance_that_is_not_10_is_warned_of(directory):
    result = run(directory, "map", "--map", "-", stdin=SMALL + "distance\n11 20\n20 10\n")
    assert result.code == 0 and "nodepages: -:3: warning: node 0 " in result.err, result


@test
def several_maps_are_pooled(directory):
    log = "BIOS-e820: [mem 0x0-0x1fff] usable\n"
    equal(ranges(directory, [log, "node 1 0x2000-0x3fff\n", NUMACTL]), ([[0, 2, 0], [2, 2, 1]], 2))
    equal(ranges(directory, [SMALL, SMALL]), ranges(directory, SMALL))


@test
def the_map_is_a_map(directory):
    """What `map` prints can be read again and is the same machine."""
    maps = [MACHINES / "amd-epyc-8node-1tib.dmesg", MACHINES / "numactl-8node.txt"]
    first = run(directory, "map", "--map", maps[0], "--map", maps[1])
    second = run(directory, "map", "--map", "-", stdin=first.out)
    assert second.code == 0 and second.err == "", second
    equal(second.out, first.out)


@test
def the_map_for_people(directory):
    result = run(directory, "map", "--map", "-", stdin=SMALL)
    equal(result.out, """# 2 nodes, 128 pages, 512 KiB in 2 ranges; a page is 4096 bytes
#   node 0: 64 pages, 256 KiB in 1 range
#   node 1: 64 pages, 256 KiB in 1 range

node 0   0x0000000000000-0x000000003ffff  # 64 pages, 256 KiB
# hole   0x0000000040000-0x000000007ffff  # 64 pages, 256 KiB
node 1   0x0000000080000-0x00000000bffff  # 64 pages, 256 KiB

distance  # a row for each node, a column for each node; defaults: no map gives any
 10  20
 20  10
""")


@test
def a_last_line_without_an_end_is_warned_of(directory):
    result = run(directory, "map", "--map", "-", stdin="node 0 0x0-0xfff\nnode 0 0x1000-0x1fff")
    assert result.code == 0 and "nodepages: -:2: warning:" in result.err, result
    equal(ranges(directory, "node 0 0x0-0xfff\nnode 0 0x1000-0x1fff", warnings=True), ([[0, 2, 0]], 1))
