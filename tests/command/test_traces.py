# SPDX-License-Identifier: MIT
"""The trace language: what each line means."""

from harness import SMALL, answers, equal, replay, test

# One node of 4096 pages.
PLAIN = "node 0 0x0-0xffffff\n"


def one(directory, line, maps=PLAIN):
    got = answers(directory, line + "\n", maps)
    equal(len(got), 1)
    return got[0]


def invalid(directory, line, parameter, maps=PLAIN):
    got = one(directory, line, maps)
    equal((got["status"], got.get("reason"), got.get("parameter"), got["pages"], got["runs"]),
          ("failed", "invalid", parameter, 0, []))


@test
def numbers(directory):
    for text, pages in (("8192", 2), ("0x2000", 2), ("8K", 2), ("8KiB", 2), ("1M", 256), ("1MiB", 256), ("0x1M", 256),
                        ("0x10K", 4), ("0x4KiB", 1), ("1", 1), ("4097", 2), ("0010000", 3), ("0xAbC", 1)):
        equal(one(directory, f"a = pages bytes={text}")["pages"], pages)
    for text, first in (("1G", 2**18), ("1GiB", 2**18), ("1T", 2**28), ("1TiB", 2**28)):
        machine = f"node 0 0x{first * 4096:x}-0x{first * 4096 + 4095:x}\n"
        equal(one(directory, f"a = pages bytes=4K low={text}", machine)["runs"], [[first, 1, 0]])


@test
def the_largest_number(directory):
    equal(one(directory, "a = pages bytes=4K high=18446744073709551615")["status"], "ok")
    equal(one(directory, "a = pages bytes=4K high=0xffffffffffffffff")["status"], "ok")
    equal(one(directory, "a = pages bytes=0xffffffffffffffff")["pages"], 4096)
    equal(one(directory, "a = contiguous bytes=0xffffffffffffffff")["reason"], "too-few")


@test
def keys_in_any_order(directory):
    line = "a = pages flags=0 node=1 skip=0 high=0xbffff low=0x90000 bytes=4K"
    equal(one(directory, line, SMALL)["runs"], [[0x90, 1, 1]])
    line = "a = contiguous node=1 boundary=64K high=0xbffff low=0x91000 bytes=64K"
    equal(one(directory, line, SMALL)["runs"], [[0xa0, 16, 1]])


@test
def what_is_left_out(directory):
    equal(one(directory, "a = pages bytes=1K", SMALL)["runs"], [[0, 1, 0]])
    got = answers(directory, "hold 0-0x3ffff\na = contiguous bytes=1K\nb = contiguous bytes=1K node=0\nc = pages bytes=1K\n")
    equal([answer["status"] for answer in got], ["ok", "ok", "failed", "ok"])
    equal((got[1]["runs"], got[3]["runs"]), ([[128, 1, 1]], [[129, 1, 1]]))


@test
def blanks_and_comments(directory):
    trace = "\n  \t \n# all\n\ta\t=  pages \t bytes=4K   # rest\n   # indented\nfree a# close\n"
    equal([(answer["line"], answer["op"]) for answer in answers(directory, trace)], [(4, "pages"), (6, "free")])


@test
def carriage_returns(directory):
    trace = "a = pages bytes=4K\r\n\r\n# c\r\nfree a\r\nhold 0-4095\r\n"
    equal([(answer["line"], answer["status"]) for answer in answers(directory, trace)], [(1, "ok"), (4, "ok"), (5, "ok")])


@test
def a_last_line_without_an_end(directory):
    equal(one(directory, "a = pages bytes=4K")["status"], "ok")
    equal(len(answers(directory, "a = pages bytes=4K\nfree a")), 2)


@test
def an_empty_trace(directory):
    equal(answers(directory, ""), [])


@test
def names(directory):
    long = "n" * 5000
    for name in ("a", "_", "A1_", "pages", "free", "add", "hold", "drop", "contiguous", "any", long):
        equal(one(directory, f"{name} = pages bytes=4K")["id"], name)
    got = answers(directory, "free = pages bytes=4K\nfree free\nadd = pages bytes=4K flags=AND_HOT_REMOVE\nadd add\n")
    equal([answer["status"] for answer in got], ["ok"] * 4)
    got = answers(directory, "a = pages bytes=4K\nA = pages bytes=4K\nfree a\nfree A\n")
    equal([answer["status"] for answer in got], ["ok"] * 4)


@test
def a_name_that_holds_pages_stays(directory):
    trace = """a = pages bytes=8K
a = pages bytes=4K
a = contiguous bytes=4K
free a
a = contiguous bytes=4K
a = contiguous bytes=4K
free a
a = pages bytes=4K flags=AND_HOT_REMOVE
a = pages bytes=4K
add a
a = pages bytes=4K
"""
    got = answers(directory, trace)
    equal([answer["status"] for answer in got],
          ["ok", "failed", "failed", "ok", "ok", "failed", "ok", "ok", "failed", "ok", "ok"])
    equal([answer.get("parameter") for answer in got if answer["status"] == "failed"], ["name"] * 4)
    equal((got[3]["pages"], got[10]["runs"]), (2, [[0, 1, 0]]))


@test
def a_name_with_part_of_what_was_asked_holds_pages(directory):
    got = answers(directory, "a = pages bytes=1G\na = pages bytes=4K\nfree a\n")
    equal([answer["status"] for answer in got], ["partial", "failed", "ok"])


@test
def a_request_that_fails_does_not_take_its_name(directory):
    got = answers(directory, "a = pages bytes=4K low=1G\na = pages bytes=0\na = pages bytes=4K\nfree a\n")
    equal([answer["status"] for answer in got], ["failed", "failed", "ok", "ok"])


@test
def the_name_is_looked_at_last_but_before_limit(directory):
    got = answers(directory, "a = pages bytes=4K\na = pages bytes=0\na = pages bytes=4K flags=0x400\n"
                             "a = pages bytes=8G flags=FULLY_REQUIRED\na = pages bytes=4K low=1G\na = contiguous bytes=4K node=9\n")
    equal([answer.get("parameter") for answer in got[1:]], ["bytes", "flags", "name", "name", "node"])


@test
def free_and_add_of_names_that_hold_nothing(directory):
    trace = """a = pages bytes=4K low=1G
free a
add a
a = pages bytes=4K
add a
free a
free a
add a
b = contiguous bytes=4K
add b
free b
free b
c = pages bytes=4K flags=AND_HOT_REMOVE
free c
add c
add c
free c
"""
    got = answers(directory, trace)
    equal([answer.get("reason", answer["status"]) for answer in got],
          ["empty-range", "not-allocated", "not-removed", "ok", "not-removed", "ok", "not-allocated", "not-removed", "ok",
           "not-removed", "ok", "not-allocated", "ok", "not-allocated", "ok", "not-removed", "not-allocated"])
    assert all("parameter" not in answer for answer in got)


@test
def freed_pages_are_free(directory):
    trace = "a = pages bytes=16M\nb = pages bytes=4K\nfree a\nb = contiguous bytes=16M\nfree b\na = pages bytes=16M\n"
    equal([(answer["status"], answer["pages"]) for answer in answers(directory, trace, PLAIN)],
          [("ok", 4096), ("failed", 0), ("ok", 4096), ("ok", 4096), ("ok", 4096), ("ok", 4096)])


@test
def removed_pages_are_gone(directory):
    trace = "a = pages bytes=8M flags=AND_HOT_REMOVE\nb = pages bytes=16M\nfree b\nadd a\nb = pages bytes=16M\n"
    equal([(answer["status"], answer["pages"]) for answer in answers(directory, trace, PLAIN)],
          [("ok", 2048), ("partial", 2048), ("ok", 2048), ("ok", 2048), ("ok", 4096)])


@test
def flags(directory):
    equal(one(directory, "a = pages bytes=4K flags=DONT_ZERO|NO_WAIT|0x4|16|FROM_LOCAL_NODE_ONLY|PREFER_CONTIGUOUS")["status"], "ok")
    for skip in ("8K", "12K"):  # REQUIRE_CONTIGUOUS_CHUNKS is not in the number, so there is no chunk size to be wrong
        equal(one(directory, f"a = pages bytes=4K skip={skip} flags=0x100000000")["parameter"], "flags")
    equal(one(directory, "a = pages bytes=8K skip=4K flags=REQUIRE_CONTIGUOUS_CHUNKS|REQUIRE_CONTIGUOUS_CHUNKS")["status"], "ok")
    equal(one(directory, "a = pages bytes=1G flags=FULLY_REQUIRED")["reason"], "too-few")
    equal(one(directory, "a = pages bytes=1G flags=4")["reason"], "too-few")
    equal(one(directory, "a = pages bytes=1G node=1 flags=FROM_LOCAL_NODE_ONLY", SMALL)["pages"], 64)
    invalid(directory, "a = pages bytes=4K flags=0x40", "flags")
    invalid(directory, "a = pages bytes=4K flags=1K", "flags")
    invalid(directory, "a = pages bytes=4K flags=0x100000000", "flags")
    invalid(directory, "a = pages bytes=4K flags=0xffffffffffffffff|DONT_ZERO", "flags")
    invalid(directory, "a = pages bytes=4K flags=AND_HOT_REMOVE|FULLY_REQUIRED", "flags")
    invalid(directory, "a = pages bytes=4K flags=0x100|0x4", "flags")


@test
def nodes(directory):
    equal(one(directory, "a = pages bytes=4K node=1", SMALL)["runs"], [[128, 1, 1]])
    equal(one(directory, "a = pages bytes=4K node=0x1", SMALL)["runs"], [[128, 1, 1]])
    for node in ("2", "64", "1K", "any", "0x80000000", "0x100000000", "0x100000001", "0xffffffffffffffff", "0x180000000"):
        invalid(directory, f"a = pages bytes=4K node={node}", "node", SMALL)
    for node in ("2", "0x80000001", "0x100000000", "0x100000001", "0x180000000", "0xffffffffffffffff"):
        invalid(directory, f"a = contiguous bytes=4K node={node}", "node", SMALL)
    equal(one(directory, "a = contiguous bytes=4K node=any", SMALL)["status"], "ok")
    equal(one(directory, "a = contiguous bytes=4K node=0x80000000", SMALL)["status"], "ok")
    invalid(directory, "a = contiguous bytes=4K node=1", "node")


@test
def invalid_parameters_in_their_order(directory):
    invalid(directory, "a = pages bytes=0 low=2 high=1 skip=5 node=9 flags=0x40", "bytes")
    invalid(directory, "a = pages bytes=1 low=2 high=1 skip=5 node=9 flags=0x40", "high")
    invalid(directory, "a = pages bytes=1 low=1 high=1 skip=5 node=9 flags=0x40", "skip")
    invalid(directory, "a = pages bytes=1 low=1 high=1 skip=0 node=9 flags=0x40", "node")
    invalid(directory, "a = pages bytes=1 low=1 high=1 skip=0 node=0 flags=0x40", "flags")
    invalid(directory, "a = pages bytes=12K skip=8K flags=REQUIRE_CONTIGUOUS_CHUNKS", "bytes")
    invalid(directory, "a = pages bytes=24K skip=12K flags=REQUIRE_CONTIGUOUS_CHUNKS", "skip")
    invalid(directory, "a = contiguous bytes=0 low=2 high=1 boundary=3 node=9", "bytes")
    invalid(directory, "a = contiguous bytes=128K boundary=64K", "bytes")
    invalid(directory, "a = contiguous bytes=4K low=2 high=1 boundary=3 node=9", "high")
    invalid(directory, "a = contiguous bytes=4K boundary=3 node=9", "boundary")
    invalid(directory, "a = contiguous bytes=4K node=9", "node")


@test
def reasons(directory):
    touching = "node 0 0x0-0xffff\nnode 1 0x10000-0x1ffff\n"
    equal(one(directory, "a = pages bytes=8G flags=FULLY_REQUIRED")["reason"], "limit")
    equal(one(directory, "a = pages bytes=8G flags=REQUIRE_CONTIGUOUS_CHUNKS")["reason"], "limit")
    equal(one(directory, "a = pages bytes=4K low=1G")["reason"], "empty-range")
    equal(one(directory, "a = pages bytes=4K low=1 high=0xfff")["reason"], "empty-range")
    equal(one(directory, "a = pages bytes=128K flags=FULLY_REQUIRED|FROM_LOCAL_NODE_ONLY", touching)["reason"], "node")
    equal(one(directory, "a = contiguous bytes=128K node=0", touching)["reason"], "node")
    equal(one(directory, "a = contiguous bytes=1G")["reason"], "too-few")
    equal(answers(directory, "hold 0x3000-0x3fff\na = contiguous bytes=128K\n", touching)[1]["reason"], "too-few")
    equal(answers(directory, "hold 0x3000-0x3fff\na = contiguous bytes=120K\n", touching)[1]["reason"], "fragmented")
    equal(one(directory, "a = contiguous bytes=8K low=0xf000 high=0x10fff boundary=64K", touching)["reason"], "boundary")


@test
def clamped_to_the_limit_is_ok(directory):
    machine = "node 0 0x0-0x1ffffffff\n"
    got = one(directory, "a = pages bytes=8G", machine)
    equal((got["status"], got["pages"]), ("ok", 0xfffff))
    got = one(directory, "a = pages bytes=8G skip=1G flags=REQUIRE_CONTIGUOUS_CHUNKS", machine)
    equal((got["status"], got["pages"]), ("ok", 3 << 18))
    got = one(directory, "a = contiguous bytes=8G", machine)
    equal((got["status"], got["pages"]), ("ok", 2 << 20))
    equal(one(directory, "a = pages bytes=8G")["status"], "partial")


@test
def hold_and_drop(directory):
    trace = """a = pages bytes=8K low=0x1000
hold 0-0x3fff
hold 0-0x3fff
drop 0x3000-0x3fff
b = pages bytes=16M
drop 0-0xffffffffffffffff
free a
drop 0-0xffffffffffffffff
free b
hold 0-0xffffffffffffffff
drop 0-0xffffffffffffffff
"""
    got = answers(directory, trace, PLAIN)
    equal([(answer["status"], answer["pages"]) for answer in got],
          [("ok", 2), ("ok", 2), ("ok", 0), ("ok", 1), ("partial", 4093), ("ok", 1), ("ok", 2), ("ok", 0), ("ok", 4093),
           ("ok", 4096), ("ok", 4096)])
    equal(got[4]["runs"], [[3, 4093, 0]])


@test
def hold_takes_whole_pages(directory):
    trace = "hold 1-0x1fff\nhold 0x2000-0x2ffe\nhold 0x3fff-0x4fff\nhold 0-0xfff\nhold 0x10-0x20\n"
    equal([answer["pages"] for answer in answers(directory, trace)], [1, 0, 1, 1, 0])


@test
def hold_on_every_node_and_past_the_end(directory):
    equal([answer["pages"] for answer in answers(directory, "hold 0x3f000-0x80fff\nhold 64K-0xffffffffffffffff\ndrop 0-1T\n")],
          [2, 110, 112])
    equal(one(directory, "hold 1T-2T")["pages"], 0)
    equal(one(directory, "hold 0xfffffffffffff000-0xffffffffffffffff")["pages"], 0)


@test
def hold_ranges_that_end_before_they_begin(directory):
    invalid(directory, "hold 1-0", "range")
    invalid(directory, "drop 0xffffffffffffffff-0", "range")
    equal(one(directory, "drop 0-0")["status"], "ok")


@test
def holds_survive_what_names_do(directory):
    """Removed pages and pages of names are not held; what is held is not freed by any name."""
    trace = """a = pages bytes=4K flags=AND_HOT_REMOVE
hold 0-0xffffff
drop 0-0xfff
add a
drop 0-0xfff
b = pages bytes=8K
drop 0x1000-0x1fff
c = pages bytes=8K
"""
    got = answers(directory, trace, PLAIN)
    equal([answer["pages"] for answer in got], [1, 4095, 0, 1, 0, 1, 1, 1])


@test
def a_large_machine_is_held_and_dropped_in_pieces(directory):
    machine = "node 0 0x0-0x3ffffffff\nnode 1 0x1000000000-0x13fffffff0\nnode 0 0x2000000000-0x2000000fff\n"
    trace = "a = pages bytes=4G high=0xfff skip=12K\nhold 0-0xffffffffffffffff\nb = pages bytes=4K\ndrop 0x5000-0x1000000fff\n" \
            "drop 0-0xffffffffffffffff\nfree a\n"
    got = answers(directory, trace, machine)
    total = (4 << 20) + (4 << 20) - 1 + 1
    equal(got[1]["pages"], total - 1048575)
    equal(got[2]["reason"], "too-few")
    first = sum(1 for pfn in range(5, 4 << 20) if pfn % 3 != 0 or pfn // 3 >= 1048575) + 1
    equal(got[3]["pages"], first)
    equal(got[4]["pages"], total - 1048575 - first)


@test
def every_line_before_an_unreadable_one_is_answered(directory):
    objects, result = replay(directory, "a = pages bytes=4K\n\nfree a\nnonsense\nfree a\n")
    equal((result.code, [answer["line"] for answer in objects]), (2, [1, 3]))
    assert result.err.startswith("nodepages: trace:4: "), result


@test
def many_names(directory):
    trace = "".join(f"n{i} = pages bytes=4K\n" for i in range(4096)) + "".join(f"free n{i}\n" for i in range(4095, -1, -1))
    got = answers(directory, trace, PLAIN)
    assert all(answer["status"] == "ok" and answer["pages"] == 1 for answer in got)
    equal(got[4095]["runs"], [[4095, 1, 0]])
