# SPDX-License-Identifier: MIT
"""--live, on a system that is a directory."""

import pathlib
import shutil

from harness import equal, run, test, write

IOMEM = """00000000-00000fff : Reserved
00001000-0009fbff : System RAM
0009fc00-000fffff : Reserved
  000f0000-000fffff : System ROM
00100000-07ffffff : System RAM
  01000000-01ffffff : Kernel code
08000000-0fffffff : System RAM
10000000-1fffffff : PCI Bus 0000:00
  10000000-17ffffff : dax0.0
    10000000-17ffffff : System RAM (kmem)
"""
NODES = "sys/devices/system/node"


def system(directory, files, directories=()):
    for name, text in files.items():
        write(directory, f"root/{name}", text)
    for name in directories:
        (pathlib.Path(directory) / "root" / name).mkdir(parents=True)


def live(directory):
    return run(directory, "map", "--live", env={"NODEPAGES_LIVE_ROOT": str(pathlib.Path(directory) / "root")})


def nodes_and_ranges(result):
    assert result.code == 0, result
    return [line.split("#")[0].split() for line in result.out.splitlines() if line.startswith("node ")]


@test
def one_node_without_sysfs(directory):
    system(directory, {"proc/iomem": IOMEM})
    result = live(directory)
    equal(nodes_and_ranges(result), [["node", "0", "0x0000000001000-0x000000009efff"],
                                     ["node", "0", "0x0000000100000-0x0000017ffffff"]])
    equal(result.err, "")


@test
def blocks_of_memory_say_the_node(directory):
    system(directory, {"proc/iomem": IOMEM, "sys/devices/system/memory/block_size_bytes": "4000000\n",
                       f"{NODES}/node0/distance": "10 17\n", f"{NODES}/node1/distance": "18 10\n",
                       f"{NODES}/online": "0-1\n"},
           [f"{NODES}/node0/memory0", f"{NODES}/node0/memory1", f"{NODES}/node1/memory2", f"{NODES}/node1/memory3",
            f"{NODES}/node1/memory4", f"{NODES}/node1/memory5", f"{NODES}/node1/memory_failure", f"{NODES}/node1/cpu3"])
    result = live(directory)
    equal(nodes_and_ranges(result), [["node", "0", "0x0000000001000-0x000000009efff"],
                                     ["node", "0", "0x0000000100000-0x0000007ffffff"],
                                     ["node", "1", "0x0000008000000-0x0000017ffffff"]])
    equal(result.out.splitlines()[-2:], [" 10  17", " 18  10"])
    equal(result.err, "")


@test
def memory_in_no_block_is_absent_with_a_warning(directory):
    system(directory, {"proc/iomem": IOMEM, "sys/devices/system/memory/block_size_bytes": "8000000\n",
                       f"{NODES}/node0/distance": "10\n"}, [f"{NODES}/node0/memory0", f"{NODES}/node0/memory1"])
    result = live(directory)
    equal(nodes_and_ranges(result)[-1], ["node", "0", "0x0000000100000-0x000000fffffff"])
    assert "warning: 134217728 bytes of usable memory are in no memory block of a node" in result.err, result


@test
def nodes_whose_numbers_have_gaps(directory):
    system(directory, {"proc/iomem": IOMEM, "sys/devices/system/memory/block_size_bytes": "8000000\n",
                       f"{NODES}/node0/distance": "10 40\n", f"{NODES}/node2/distance": "40 10\n"},
           [f"{NODES}/node0/memory0", f"{NODES}/node2/memory1", f"{NODES}/node2/memory2"])
    result = live(directory)
    equal(nodes_and_ranges(result)[-1], ["node", "2", "0x0000008000000-0x0000017ffffff"])
    equal(result.out.splitlines()[-3:], [" 10 255  40", "255  10 255", " 40 255  10"])


@test
def no_blocks_but_one_node(directory):
    system(directory, {"proc/iomem": IOMEM, f"{NODES}/node0/distance": "10\n"})
    equal(len(nodes_and_ranges(live(directory))), 2)


@test
def no_blocks_but_one_node_with_memory(directory):
    system(directory, {"proc/iomem": IOMEM, f"{NODES}/node0/meminfo": "Node 0 MemTotal:       0 kB\n",
                       f"{NODES}/node1/meminfo": "Node 1 MemTotal:       1000 kB\n"})
    equal([words[1] for words in nodes_and_ranges(live(directory))], ["1", "1"])


@test
def no_blocks_and_several_nodes(directory):
    system(directory, {"proc/iomem": IOMEM, f"{NODES}/node0/meminfo": "Node 0 MemTotal:    1000 kB\n",
                       f"{NODES}/node1/meminfo": "Node 1 MemTotal:       1000 kB\n"})
    result = live(directory)
    assert result.code == 2 and "several nodes" in result.err, result


@test
def without_the_right_to_see_addresses(directory):
    system(directory, {"proc/iomem": "00000000-00000000 : Reserved\n00000000-00000000 : System RAM\n"})
    result = live(directory)
    assert result.code == 2 and result.out == "" and "nodepages: /proc/iomem: " in result.err, result
    assert "zeros" in result.err and "CAP_SYS_ADMIN" in result.err, result


@test
def files_that_are_wrong(directory):
    result = live(directory)
    assert result.code == 2 and "nodepages: /proc/iomem: No such file" in result.err, result
    for text, where in (("00001000-0009fbff\n", "/proc/iomem:1"), ("nonsense\n", "/proc/iomem:1"), ("", "/proc/iomem"),
                        ("00002000-00001fff : System RAM\n", "/proc/iomem:1"),
                        ("0-ffffffffffffffffff : System RAM\n", "/proc/iomem:1"),
                        ("00001000-ffffffffffffffff : System RAM\n", "/proc/iomem:1")):
        system(directory, {"proc/iomem": text})
        result = live(directory)
        assert result.code == 2 and f"nodepages: {where}: " in result.err, (text, result)


@test
def distances_that_are_wrong(directory):
    for row in ("10 20\n", "x\n", "300\n"):
        system(directory, {"proc/iomem": IOMEM, f"{NODES}/node0/distance": row})
        result = live(directory)
        assert result.code == 2 and f"/{NODES}/node0/distance:1: " in result.err, (row, result)


@test
def a_block_on_two_nodes(directory):
    system(directory, {"proc/iomem": IOMEM, "sys/devices/system/memory/block_size_bytes": "8000000\n"},
           [f"{NODES}/node0/memory0", f"{NODES}/node1/memory0", f"{NODES}/node1/memory1", f"{NODES}/node1/memory2"])
    result = live(directory)
    assert result.code == 2 and "on node 1 here and on node 0" in result.err, result


@test
def replay_on_the_live_machine(directory):
    system(directory, {"proc/iomem": IOMEM})
    result = run(directory, "replay", "--live", "--json", "-", stdin="a = pages bytes=4K\n",
                 env={"NODEPAGES_LIVE_ROOT": str(pathlib.Path(directory) / "root")})
    equal(result.out, '{"line":1,"op":"pages","id":"a","status":"ok","pages":1,"runs":[[1,1,0]],"wanted":1}\n')


@test
def this_machine(directory):
    """Whatever it is: a map, or a message about a file of the system."""
    result = run(directory, "map", "--live", env={"NODEPAGES_LIVE_ROOT": ""})
    same = run(directory, "map", "--live")
    equal((result.code, result.out, result.err), (same.code, same.out, same.err))
    if result.code == 0:
        assert result.out.startswith("# "), result
    else:
        assert result.err.startswith(("nodepages: /proc/iomem", "nodepages: /sys/")), result


@test
def files_of_the_system_that_say_nothing(directory):
    """An empty file or one that is too long counts as one that is not there; the memory of a node is by its first line alone."""
    for first in ("", "Node 0 MemTotal: none kB\n", "Node 0 MemFree: 1 kB\n", "x" * 300 + " MemTotal: 1 kB\n", "Node 0 MemTotal: 0 kB\n"):
        system(directory, {"proc/iomem": IOMEM, f"{NODES}/node0/meminfo": first, f"{NODES}/node1/meminfo": "Node 1 MemTotal: 4 kB\n"})
        equal({row[1] for row in nodes_and_ranges(live(directory))}, {"1"})


@test
def a_system_that_is_no_system(directory):
    system(directory, {"proc/iomem": "00001000-0000ffff : System RAM\n00010000-\x00\n"})
    result = live(directory)
    assert result.code == 2 and result.err.startswith("nodepages: /proc/iomem:2: a NUL byte"), result
    system(directory, {"proc/iomem": IOMEM, "sys/devices/system": "no folder\n"})
    equal({row[1] for row in nodes_and_ranges(live(directory))}, {"0"})


@test
def files_that_are_there_and_cannot_be_read(directory):
    """They are not files that are not there: the answer would be another machine."""
    root = pathlib.Path(directory) / "root"
    size = "sys/devices/system/memory/block_size_bytes"
    for path in (size, f"{NODES}/node1/meminfo", f"{NODES}/node1/distance"):
        for broken, reason in ((lambda at: at.mkdir(), "Is a directory"), (lambda at: at.symlink_to(at.name), "Too many levels")):
            shutil.rmtree(root, ignore_errors=True)
            system(directory, {"proc/iomem": IOMEM, f"{NODES}/node0/meminfo": "Node 0 MemTotal: 4 kB\n", f"{NODES}/node0/distance": "10 20\n"},
                   [f"{NODES}/node1", "sys/devices/system/memory"])
            equal(live(directory).code, 0)
            broken(root / path)
            result = live(directory)
            assert result.code == 2 and result.err.startswith(f"nodepages: /{path}: {reason}"), (path, result)


@test
def a_folder_that_is_a_file(directory):
    system(directory, {"proc/iomem": IOMEM, "sys/devices/system/memory": "no folder\n"}, [f"{NODES}/node0"])
    equal({row[1] for row in nodes_and_ranges(live(directory))}, {"0"})


@test
def a_root_that_is_far_down(directory):
    """The paths below it are longer than a path can be, first that of the block size, then that of the nodes, then all."""
    system(directory, {"proc/iomem": IOMEM, f"{NODES}/node0/distance": "10\n"})
    base = str(pathlib.Path(directory) / "root")
    longest = 4096
    for path, words in (("/proc/iomem", "nodepages: /proc/iomem: "), ("/" + NODES, f"nodepages: /{NODES}: the path is too long"),
                        ("/" + NODES + "/node0", "nodepages: /sys/devices/system/memory/block_size_bytes: the path is too long")):
        room = longest - len(path) - len(base)
        root = base + "/." * (room // 2) + "/" * (room % 2)
        result = run(directory, "map", "--live", env={"NODEPAGES_LIVE_ROOT": root})
        assert result.code == 2 and words in result.err, result
