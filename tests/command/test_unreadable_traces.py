# SPDX-License-Identifier: MIT
"""Lines of a trace that can't be read: they stop the replay with the file, the line and the reason, exit status 2."""

from harness import SMALL, equal, replay, run, test, write


def stops(directory, line, *words):
    objects, result = replay(directory, b"a = pages bytes=4K\n" + (line if isinstance(line, bytes) else line.encode()) + b"\n")
    equal((result.code, len(objects)), (2, 1))
    message = result.err.splitlines()
    assert len(message) == 1 and message[0].startswith("nodepages: trace:2: "), (line, result)
    for word in words:
        assert word in message[0], (line, word, result)


@test
def names_never_used(directory):
    stops(directory, "free b", "'b'")
    stops(directory, "add b", "'b'")
    stops(directory, "free A", "'A'")


@test
def operations(directory):
    for line in ("pages bytes=4K", "nonsense", "b = free a", "b = hold 0-1", "b = nonsense", "b =", "= pages bytes=4K", "b = ", "free",
                 "add", "hold", "drop", "free a a", "hold 0-1 2-3", "PAGES", "b = Pages bytes=4K", "Free a", "=", "b = = pages bytes=4K",
                 "free =", "a", "free a,"):
        stops(directory, line)


@test
def blanks_around_equals(directory):
    stops(directory, "b=pages bytes=4K", "blanks")
    stops(directory, "b= pages bytes=4K")
    stops(directory, "b =pages bytes=4K")
    stops(directory, "b = pages bytes =4K")
    stops(directory, "b = pages bytes= 4K")
    stops(directory, "b = pages bytes = 4K")


@test
def names(directory):
    for name in ("1b", "b-c", "b.c", "é", "b$", "b+", "'b'"):
        stops(directory, f"{name} = pages bytes=4K", "not a name")
        stops(directory, f"free {name}", "not a name")


@test
def keys(directory):
    stops(directory, "b = pages", "bytes is missing")
    stops(directory, "b = contiguous low=0", "bytes is missing")
    stops(directory, "b = pages bytes=4K bytes=4K", "bytes is given twice")
    stops(directory, "b = contiguous bytes=4K node=0 node=0", "node is given twice")
    stops(directory, "b = pages bytes=4K boundary=4K", "not a key of pages: 'boundary'")
    stops(directory, "b = contiguous bytes=4K skip=4K", "not a key of contiguous: 'skip'")
    stops(directory, "b = contiguous bytes=4K flags=0", "not a key of contiguous: 'flags'")
    stops(directory, "b = pages bytes=4K colour=4K", "'colour'")
    stops(directory, "b = pages bytes=4K Low=4K", "'Low'")
    stops(directory, "b = pages bytes=4K low", "key=value")
    stops(directory, "b = pages bytes=4K low=", "key=value")
    stops(directory, "b = pages bytes=4K =4K", "key=value")
    stops(directory, "b = pages 4K", "key=value")


@test
def numbers(directory):
    for value in ("4k", "4KB", "4Ki", "4kib", "4P", "4E", "4B", "4KK", "4K5", "K", "0x", "0xg", "x10", "0X10", "-1", "+1", "1.5M", "1e3",
                  "4K=", "1_000", "0b1", "any", "4KiBs", "٣"):
        stops(directory, f"b = pages bytes={value}", "not a number")
        stops(directory, f"hold {value}-0xfff")
    stops(directory, "b = pages bytes=4K node=all", "not a number")
    stops(directory, "b = pages bytes=4K node=Any", "not a number")


@test
def numbers_past_64_bits(directory):
    for value in ("18446744073709551616", "0x10000000000000000", "16777216T", "16777216TiB", "18014398509481984K",
                  "0xffffffffffffffffK", "99999999999999999999999999999999999"):
        for line in (f"b = pages bytes={value}", f"b = pages bytes=4K low={value}", f"b = contiguous bytes=4K high={value}",
                     f"b = pages bytes=4K node={value}", f"b = pages bytes=4K flags={value}",
                     f"b = contiguous bytes=4K boundary={value}", f"hold 0-{value}", f"drop {value}-0"):
            stops(directory, line, "64 bits")


@test
def the_largest_products_are_read(directory):
    objects, result = replay(directory, "b = pages bytes=16777215T\nc = pages bytes=18014398509481983K\n")
    equal((result.code, len(objects)), (0, 2))


@test
def flags(directory):
    for value in ("", "|", "DONT_ZERO|", "|DONT_ZERO", "DONT_ZERO||NO_WAIT", "MM_DONT_ZERO_ALLOCATION", "DONT_ZERO_ALLOCATION",
                  "MM_ALLOCATE_NO_WAIT", "ALLOCATE_NO_WAIT", "dont_zero", "DONT_ZERO,NO_WAIT", "DONT_ZERO+NO_WAIT", "HOT_REMOVE", "0x",
                  "DONT_ZERO|nothing", "5x"):
        stops(directory, f"b = pages bytes=4K flags={value}")


@test
def ranges(directory):
    for value in ("0", "0-", "-1", "-", "0..1", "0-1-2", "0x0:0x1", "a-b", "0-0x", "1000-1fff"):
        stops(directory, f"hold {value}")
        stops(directory, f"drop {value}")
    stops(directory, "hold 0 - 4095")


@test
def bytes_that_are_no_text(directory):
    stops(directory, b"b = pages bytes=4K\0", "NUL")
    stops(directory, b"\0", "NUL")
    stops(directory, b"x" * 10000000, "1 MiB")
    stops(directory, b"# " + b"x" * 10000000, "1 MiB")
    stops(directory, b"\x1b[31m = pages bytes=4K", "'?[31m'")
    stops(directory, b"b\r = pages bytes=4K")
    stops(directory, b"\xff\xfe = pages bytes=4K")
    stops(directory, b"b = pages bytes=4K\x0b")


@test
def a_long_line_that_can_be_read(directory):
    objects, result = replay(directory, "a = pages bytes=4K #" + "x" * 1000000 + "\n")
    equal((result.code, len(objects)), (0, 1))


@test
def a_stop_in_the_first_line_and_in_sentences(directory):
    write(directory, "m", SMALL)
    result = run(directory, "replay", "--map", "m", "-", stdin="free a\n")
    equal((result.code, result.out), (2, ""))
    assert result.err.startswith("nodepages: -:1: "), result
    result = run(directory, "replay", "--map", "m", "-", stdin="hold 0-4095\nfree a\n")
    equal((result.code, result.out), (2, "1: hold 0x0-0xfff: 1 page (4 KiB) held\n"))
