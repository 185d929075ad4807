# SPDX-License-Identifier: MIT
"""Maps and traces that are packed, or of 16 bits."""

import gzip
import lzma
import pathlib
import subprocess

from harness import MACHINES, SMALL, equal, run, test

LOG = MACHINES / "qssc-s4r-4node-128gib-hotplug.dmesg"


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


def put(directory, name, data):
    (pathlib.Path(directory) / name).write_bytes(data)
    return name


def read(directory, name):
    result = run(directory, "map", "--map", name)
    assert result.code == 0, result
    return result.out.split("\n", 1)[1]


@test
def packed_maps(directory):
    plain = LOG.read_bytes()
    expected = read(directory, put(directory, "plain", plain))
    half = len(plain) // 2
    for name, data in (("gzip", gzip.compress(plain)), ("two", gzip.compress(plain[:half]) + gzip.compress(plain[half:])),
                       ("xz", lzma.compress(plain)), ("zstd", zstd(plain)), ("le", b"\xff\xfe" + plain.decode().encode("utf-16-le")),
                       ("be", b"\xfe\xff" + plain.decode().encode("utf-16-be"))):
        equal(read(directory, put(directory, name, data)), expected)


@test
def packed_maps_of_several_parts(directory):
    """Two frames; characters of 16 bits that cross the ends of what is read and written at a time."""
    plain = SMALL.encode() + "# 漢字漢字漢字\n".encode() * 40000
    expected = read(directory, put(directory, "plain", plain))
    equal(read(directory, put(directory, "frames", zstd(plain[:100]) + zstd(plain[100:]))), expected)
    equal(read(directory, put(directory, "wide", b"\xff\xfe" + plain.decode().encode("utf-16-le"))), expected)


@test
def a_packed_map_that_asks_for_much_memory(directory):
    packed = lzma.compress(SMALL.encode(), filters=[{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 512 << 20}])
    result = run(directory, "map", "--map", put(directory, "m", packed))
    assert result.code == 2 and "more than 128 MiB of memory" in result.err, result


@test
def a_packed_map_on_standard_input(directory):
    result = run(directory, "map", "--map", "-", stdin=gzip.compress(SMALL.encode()))
    assert result.code == 0 and "node 1" in result.out, result


@test
def packed_traces(directory):
    put(directory, "m", SMALL.encode())
    put(directory, "t", lzma.compress(b"hold 0-0xffff\n"))
    equal(run(directory, "replay", "--json", "--map", "m", "t").out, '{"line":1,"op":"hold","status":"ok","pages":16,"runs":[]}\n')


@test
def packed_maps_that_are_wrong(directory):
    """Cut, damaged, of a kind that is not read, or far too small for what they hold."""
    for name, packed in (("gzip", gzip.compress(LOG.read_bytes())), ("xz", lzma.compress(LOG.read_bytes())), ("zstd", zstd(LOG.read_bytes()))):
        result = run(directory, "map", "--map", put(directory, "cut", packed[:len(packed) // 2]))
        assert result.code == 2 and "ends too soon" in result.err, (name, result)
        spoiled = packed[:40] + bytes(255 - byte for byte in packed[40:60]) + packed[60:]
        result = run(directory, "map", "--map", put(directory, "spoiled", spoiled))
        assert result.code == 2 and f": {name}: the data is damaged" in result.err, (name, result)
    result = run(directory, "map", "--map", put(directory, "b", b"BZh91AY"))
    assert result.code == 2 and "bzip2: not enabled in this build; unpack the file first" in result.err, result
    result = run(directory, "map", "--map", put(directory, "w", b"\xff\xfe\x00\xd8\x00\x00"))
    assert result.code == 2 and "UTF-16: not a text of 16-bit characters" in result.err, result
    bomb = zstd(b"\n" * (1 << 26))
    result = run(directory, "map", "--map", put(directory, "bomb", bomb))
    assert result.code == 2 and "more than 1024 times its size" in result.err, result


@test
def what_only_begins_like_a_packed_file(directory):
    for data in (b"B", b"BZ", b"\x1f", b"\xff", b"\x28\xb5"):
        result = run(directory, "map", "--map", put(directory, "m", data))
        assert result.code == 2 and "plain map" in result.err, (data, result)


@test
def lines_of_a_serial_console(directory):
    """Two carriage returns before each line feed."""
    equal(read(directory, put(directory, "m", SMALL.replace("\n", "\r\r\n").encode())), read(directory, put(directory, "n", SMALL.encode())))
