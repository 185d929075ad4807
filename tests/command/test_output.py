# SPDX-License-Identifier: MIT
"""The output to the letter, and the sentences."""

import re

from harness import SMALL, equal, run, sentences, test, write


def all_of(directory, trace, maps=SMALL):
    write(directory, "m", maps)
    write(directory, "t", trace)
    result = run(directory, "replay", "--json", "--map", "m", "t")
    assert result.code == 0 and result.err == "", result
    return result.out


def lines(directory, trace, maps=SMALL):
    """The answers up to their runs: what has been the same since the first version."""
    return re.sub(r'\],"wanted":\d+(,"figures":\{[^}]*\})?\}$', "]}", all_of(directory, trace, maps), flags=re.MULTILINE)


@test
def json_to_the_letter(directory):
    trace = """a = pages bytes=2M

# line 3
b = contiguous bytes=64K boundary=64K
c = contiguous bytes=1M
d = pages bytes=0
free a
hold 0-0xffff
drop 0-0xffff
hold 5-4
e = pages bytes=8K flags=AND_HOT_REMOVE
add e
free e
add e
f = pages bytes=256K node=1
f = pages bytes=4K
"""
    equal(lines(directory, trace), """{"line":1,"op":"pages","id":"a","status":"partial","pages":128,"runs":[[0,64,0],[128,64,1]]}
{"line":4,"op":"contiguous","id":"b","status":"failed","reason":"too-few","pages":0,"runs":[]}
{"line":5,"op":"contiguous","id":"c","status":"failed","reason":"too-few","pages":0,"runs":[]}
{"line":6,"op":"pages","id":"d","status":"failed","reason":"invalid","parameter":"bytes","pages":0,"runs":[]}
{"line":7,"op":"free","id":"a","status":"ok","pages":128,"runs":[]}
{"line":8,"op":"hold","status":"ok","pages":16,"runs":[]}
{"line":9,"op":"drop","status":"ok","pages":16,"runs":[]}
{"line":10,"op":"hold","status":"failed","reason":"invalid","parameter":"range","pages":0,"runs":[]}
{"line":11,"op":"pages","id":"e","status":"ok","pages":2,"runs":[[0,2,0]]}
{"line":12,"op":"add","id":"e","status":"ok","pages":2,"runs":[]}
{"line":13,"op":"free","id":"e","status":"failed","reason":"not-allocated","pages":0,"runs":[]}
{"line":14,"op":"add","id":"e","status":"failed","reason":"not-removed","pages":0,"runs":[]}
{"line":15,"op":"pages","id":"f","status":"ok","pages":64,"runs":[[128,64,1]]}
{"line":16,"op":"pages","id":"f","status":"failed","reason":"invalid","parameter":"name","pages":0,"runs":[]}
""")


@test
def what_stands_behind_the_runs(directory):
    """`wanted` is before the clamp, also of an invalid request. Figures are of the state that a request met."""
    trace = """a = pages bytes=1M
free a
hold 0x2000-0x2fff
b = contiguous bytes=512K high=0x7fff
c = pages bytes=3G high=0xfff skip=0x2000 flags=AND_HOT_REMOVE
d = pages bytes=1025
e = pages bytes=6K skip=5
f = contiguous bytes=0
g = pages bytes=4K low=1T
"""
    tails = [line.split('"runs":', 1)[1].split("]", 1)[1].lstrip("]") for line in
             re.sub(r"\[\[.*?\]\]", "[]", all_of(directory, trace)).splitlines()]
    equal(tails, [',"wanted":256,"figures":{"eligible":128,"longest":64,"first":0,"blocker":64}}',
                  "}", "}",
                  ',"wanted":128,"figures":{"eligible":7,"longest":5,"first":3,"blocker":8}}',
                  ',"wanted":786432,"figures":{"eligible":63,"longest":1,"first":0,"blocker":1}}',
                  ',"wanted":1}', ',"wanted":2}', ',"wanted":0}',
                  ',"wanted":1,"figures":{"eligible":0,"longest":0,"first":null,"blocker":null}}'])


@test
def a_request_past_the_limit_is_cut(directory):
    """The clamp is said."""
    write(directory, "m", "node 0  0x0-0x3ffffffff\n")
    result = run(directory, "replay", "--map", "m", "-", stdin="a = pages bytes=10G\n")
    assert result.out.endswith("; 10 GiB requested, one call returns at most 4 GiB - 4096 bytes\n"), result
    assert "1048575 pages (4.0 GiB)" in result.out, result
    result = run(directory, "replay", "--map", "m", "-", stdin="a = pages bytes=18446744073709551615\n")
    assert run(directory, "replay", "--map", "m", "-", stdin="a = pages bytes=1152921504606842880\n").out.endswith(
        "; 1024.0 PiB requested, one call returns at most 4 GiB - 4096 bytes\n")
    assert result.out.endswith("; 16384 PiB requested, one call returns at most 4 GiB - 4096 bytes\n"), result


@test
def the_shape_in_the_description(directory):
    machine = "node 0 0x100000-0x2fffff\n"
    trace = "a = pages bytes=2M\nb = contiguous bytes=64K high=0xffffff boundary=64K\nfree a\n"
    equal(lines(directory, trace, machine), """{"line":1,"op":"pages","id":"a","status":"ok","pages":512,"runs":[[256,512,0]]}
{"line":2,"op":"contiguous","id":"b","status":"failed","reason":"too-few","pages":0,"runs":[]}
{"line":3,"op":"free","id":"a","status":"ok","pages":512,"runs":[]}
""")


@test
def runs_are_cut_where_the_node_changes(directory):
    touching = "node 0 0x0-0xffff\nnode 1 0x10000-0x1ffff\n"
    equal(lines(directory, "a = contiguous bytes=128K\n", touching),
          '{"line":1,"op":"contiguous","id":"a","status":"ok","pages":32,"runs":[[0,16,0],[16,16,1]]}\n')
    equal(lines(directory, "a = pages bytes=128K\n", touching),
          '{"line":1,"op":"pages","id":"a","status":"ok","pages":32,"runs":[[0,16,0],[16,16,1]]}\n')


@test
def runs_are_in_the_order_returned(directory):
    equal(lines(directory, "a = pages bytes=512K node=1\n"),
          '{"line":1,"op":"pages","id":"a","status":"ok","pages":128,"runs":[[128,64,1],[0,64,0]]}\n')


@test
def neighbours_are_joined_across_ranges(directory):
    equal(lines(directory, "a = pages bytes=32K low=0 high=0xfff skip=4K\n"),
          '{"line":1,"op":"pages","id":"a","status":"ok","pages":8,"runs":[[0,8,0]]}\n')
    equal(lines(directory, "a = pages bytes=16K low=0 high=0xfff skip=8K\n"),
          '{"line":1,"op":"pages","id":"a","status":"ok","pages":4,"runs":[[0,1,0],[2,1,0],[4,1,0],[6,1,0]]}\n')


@test
def blocks_that_touch_are_joined(directory):
    equal(lines(directory, "a = pages bytes=32K skip=16K flags=REQUIRE_CONTIGUOUS_CHUNKS\n"),
          '{"line":1,"op":"pages","id":"a","status":"ok","pages":8,"runs":[[0,8,0]]}\n')


@test
def a_million_runs(directory):
    machine = "node 0 0x0-0x1ffffffff\n"
    out = all_of(directory, "a = pages bytes=4G high=0xfff skip=8K\nfree a\n", machine)
    first, second = out.splitlines()
    assert first.startswith('{"line":1,"op":"pages","id":"a","status":"ok","pages":1048575,"runs":[[0,1,0],[2,1,0],')
    assert first.endswith(",[2097148,1,0]],\"wanted\":1048576}")
    equal(first.count("[") - 1, 1048575)
    equal(second, '{"line":2,"op":"free","id":"a","status":"ok","pages":1048575,"runs":[]}')


@test
def sentences_for_requests(directory):
    equal(sentences(directory, "a = pages bytes=8K\nb = pages bytes=16K low=0 high=0xfff skip=16K\nc = pages bytes=1M\n"), [
        "1: a = pages: 2 pages (8 KiB) in 1 run from node 0, at 0x0-0x1fff",
        "2: b = pages: 4 pages (16 KiB) in 4 runs from node 0, the first at 0x4000-0x4fff",
        "3: c = pages: 122 pages (488 KiB) of 256 pages (1 MiB) in 6 runs from nodes 0, 1, the first at 0x2000-0x3fff"])


@test
def sentences_for_failures(directory):
    maps = "node 0 0x0-0xffff\nnode 1 0x10000-0x1ffff\n"
    trace = """a = pages bytes=4K low=0x4000 high=0x4fff
b = contiguous bytes=48K node=0
c = pages bytes=64K node=0 flags=FULLY_REQUIRED|FROM_LOCAL_NODE_ONLY
d = pages bytes=4K low=1G
e = pages bytes=3 skip=5
hold 7-6
free b
"""
    got = sentences(directory, trace, maps)
    equal(got[1], "2: b = contiguous: failed, node: the allowed nodes cannot satisfy the request; all nodes together can; "
                  "15 pages (60 KiB) free in the requested range, the longest run 11 pages (44 KiB) at 0x5000, ended by the page at "
                  "0x10000, which is free but out of reach")
    equal(got[2].split(";")[0], "3: c = pages: failed, node: the allowed nodes cannot satisfy the request")
    equal(got[3], "4: d = pages: failed, empty-range: no memory in the requested range; no free page in the requested range")
    equal(got[4], "5: e = pages: failed, invalid skip: not a multiple of a page, or not a chunk size")
    equal(got[5], "6: hold 0x7-0x6: failed, invalid range: ends before it begins")
    equal(got[6], "7: free b: failed, not-allocated: no allocated pages under this name")


@test
def sentences_for_the_rest(directory):
    trace = """a = pages bytes=4K flags=AND_HOT_REMOVE
add a
b = pages bytes=4K
free b
hold 0-0x1fff
drop 0-0xffffffffffffffff
"""
    equal(sentences(directory, trace), [
        "1: a = pages: 1 page (4 KiB) in 1 run from node 0, at 0x0-0xfff, removed from the machine",
        "2: add a: 1 page (4 KiB) back in the machine",
        "3: b = pages: 1 page (4 KiB) in 1 run from node 0, at 0x0-0xfff",
        "4: free b: 1 page (4 KiB) free again",
        "5: hold 0x0-0x1fff: 2 pages (8 KiB) held",
        "6: drop 0x0-0xffffffffffffffff: 2 pages (8 KiB) no longer held"])


@test
def no_progress_when_nobody_watches(directory):
    write(directory, "m", SMALL)
    result = run(directory, "replay", "--map", "m", "-", stdin="hold 0-0xffff\ndrop 0-0xffff\n" * 20000)
    equal((result.code, result.err), (0, ""))
