#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The headers for drivers, src/nt/include: what they say is what is published, and layout.c notices when it is not.

Prints a line for each thing that is not as it should be, and `N passed, N failed` at the end.
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "proofs"))

from gate import scan  # noqa: E402

HEADERS = ROOT / "src" / "nt" / "include"
HERE = ROOT / "tests" / "headers"
LAYOUT = HERE / "layout.c"
MINGW = pathlib.Path("/usr/x86_64-w64-mingw32/include")

STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wstrict-prototypes", "-Werror"]
OURS = {
    "gcc, C11": ["gcc", "-std=c11", *STRICT],
    "gcc, short wchar_t": ["gcc", "-std=c11", "-fshort-wchar", *STRICT],
    "gcc, C2x": ["gcc", "-std=gnu2x", *STRICT],
    "clang, C11": ["clang", "-std=c11", *STRICT],
    "clang, C++11": ["clang++", "-x", "c++", "-std=c++11", *[flag for flag in STRICT if "prototypes" not in flag]],
    "clang, C++17": ["clang++", "-x", "c++", "-std=c++17", *[flag for flag in STRICT if "prototypes" not in flag]],
}
DDK = ["clang", "--target=x86_64-w64-mingw32", "-std=gnu11", "-DIN_DDK", "-ferror-limit=0", "-isystem", str(MINGW / "ddk"),
       "-isystem", str(MINGW)]

# No constant of the published headers: linkage, types by another name, and macros that are code.
WORDS = r"IN|OUT|OPTIONAL|VOID|CONST|NTAPI|FASTCALL|NTSYSAPI|NTKERNELAPI|FORCEINLINE|DECLSPEC_\w+|NP_NT_\w+|_\w+|__\w+"
# Those that macros.c calls, each with a result to see.
CALLS = r"PAGE_ALIGN|ARGUMENT_PRESENT|CONTAINING_RECORD|UNREFERENCED_\w+|Rtl\w+Memory|NT_ASSERT|ASSERT|C_ASSERT|MmGetMdl\w+|PAGED_CODE|min|max"


def run(command, **kwargs):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, "LC_ALL": "C"}, check=False, **kwargs)


def compiles(command, source, headers=HEADERS):
    return run([*command, "-I", str(headers), "-fsyntax-only", str(source)])


def without_comments(text):
    return scan.only(text, "code", "literal")


def header_texts():
    return {path: path.read_text() for path in sorted(HEADERS.glob("*.h")) if path.name not in ("sal.h", "nodepages_nt.h")}


def names_of(text):
    """What a header defines: (kind, name)."""
    text = without_comments(text)
    for found in re.finditer(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", text, re.M):
        if not re.fullmatch(WORDS, found[1]):
            yield ("call" if re.fullmatch(CALLS, found[1]) else "constant"), found[1]
    code = re.sub(r"^[ \t]*#(.*\\\n)*.*", "", text, flags=re.M)
    for body in re.findall(r"\benum\b[^{;]*\{([^}]*)\}", code):
        for name in re.findall(r"\b([A-Za-z]\w*)\b(?=\s*(?:=|,|$))", body.strip() + ","):
            yield "constant", name
    for body in re.findall(r"\b(?:struct|union)\s+_\w+\s*\{(.*?)\n\}", code, re.S):
        for name in re.findall(r"(\w+);", body):
            yield "field", name
    for found in re.finditer(r"^(?:typedef\b[^;{]*|typedef\b[^;{]*\{.*?\}[^;]*|\}[^;]*);", code, re.M | re.S):
        for name in re.findall(r"\b(P?[A-Z][A-Z0-9_]+)\b(?=\s*[,;])", found.group()):
            yield "type", name
    for name in re.findall(r"^NTKERNELAPI\b[^;]*?\bNTAPI\s+(\w+)\s*\(", code, re.M):
        yield "routine", name


def changed_headers():
    """Every header with one value, or one field, changed: (what, path, text)."""
    for path, text in header_texts().items():
        plain = without_comments(text)
        value = r"\(\(NTSTATUS\)(0x\w+)\)|(?<= )(0x\w+|\d+L?)(?=\s*$)"
        for line in re.finditer(r"^#define (\w+) .*$", plain, re.M):
            number = re.search(value, line.group())
            if not number or re.fullmatch(WORDS, line[1]) or line.group().endswith("\\"):
                continue
            at = line.start() + number.start(1 if number[1] else 2)
            yield line[1], path, f"{text[:at]}1 + {text[at:]}"
        for body in re.finditer(r"\benum\b[^{;]*\{([^}]*)\}", plain):
            for name in re.finditer(r"\b([A-Za-z]\w*)( = -?\d+)?", body[1]):
                at = body.start(1) + name.end()
                yield name[1], path, text[:at] + (" + 1" if name[2] else " = 7") + text[at:]
        for body in re.finditer(r"\bstruct _\w+ \{(.*?)\n\}", plain, re.S):
            for line in re.finditer(r"^ +.*?(\w+);", body[1], re.M):
                at = body.start(1) + line.start()
                yield "field " + line[1], path, f"{text[:at]}PVOID wrong_{line[1]};\n{text[at:]}"


class Report:
    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, name, held, said=""):
        if held:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {name}" + (":\n" + said.rstrip() if said else ""))


def check_compilers(report):
    for name, command in OURS.items():
        for source in (LAYOUT, HERE / "macros.c"):
            done = compiles(command, source)
            report.expect(f"{source.name}, our headers, {name}", done.returncode == 0, done.stdout)
    for source in (LAYOUT, HERE / "macros.c"):
        done = run([*DDK, "-fsyntax-only", str(source)])
        report.expect(f"{source.name}, the DDK headers of mingw-w64", done.returncode == 0, done.stdout)


def check_drivers(report):
    """The example of a driver is one: the DDK compiles its source, with what mingw-w64's lacks declared before. So does C++."""
    for name in ("balloon.c", "ring.c"):
        done = run([*DDK, "-Wall", "-Wextra", "-Werror", "-include", str(HERE / "newer.h"), "-fsyntax-only",
                    str(ROOT / "examples" / "driver" / name)])
        report.expect(f"examples/driver/{name}, the DDK headers of mingw-w64", done.returncode == 0, done.stdout)
        done = compiles(OURS["clang, C++17"], ROOT / "examples" / "driver" / name)
        report.expect(f"examples/driver/{name}, our headers, C++", done.returncode == 0, done.stdout)
    done = compiles(OURS["clang, C++11"], HEADERS / "nodepages_nt.h")
    report.expect("nodepages_nt.h, C++", done.returncode == 0, done.stdout)


def check_macros(report, scratch):
    for compiler in ("gcc", "clang"):
        program = scratch / f"macros-{compiler}"
        built = run([compiler, "-std=c11", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", *STRICT,
                     "-I", str(HEADERS), "-o", str(program), str(HERE / "macros.c")])
        done = run([str(program)]) if built.returncode == 0 else built
        report.expect(f"macros.c, run, {compiler}", done.returncode == 0, done.stdout)


def check_all_is_named(report):
    layout, macros = LAYOUT.read_text(), (HERE / "macros.c").read_text()
    for path, text in header_texts().items():
        for kind, name in dict.fromkeys(names_of(text)):
            where = macros if kind == "call" else layout
            report.expect(f"{path.name}: {kind} {name}: not tested", re.search(rf"\b{name}\b", where))


def check_each_change_is_noticed(report, scratch, pool):
    def attempt(change):
        what, path, text = change
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            copies = pathlib.Path(folder) / "include"
            shutil.copytree(HEADERS, copies)
            (copies / path.name).write_text(text)
            return what, path, compiles(["gcc", "-std=c11", "-w"], LAYOUT, copies)

    changes = list(changed_headers())
    report.expect("headers can be changed", len(changes) > 100)
    for what, path, done in pool.map(attempt, changes):
        noticed = done.returncode != 0 and ("static assertion failed" in done.stdout or "duplicate case" in done.stdout)
        report.expect(f"{path.name}: a wrong {what}", noticed, "layout.c compiles\n" + done.stdout)


def check_the_ddk_is_asked(report, scratch):
    """With every expected value changed, every assertion fails against the DDK: each of them reads something there."""
    text = LAYOUT.read_text()
    shared = text[:text.index("#ifndef IN_DDK\nSAME")]
    pattern = re.compile(r"^SAME\((.*), (\S+)\);$|^FIELD\((.*), (\d+), (\d+)\);$|^NUMBER\((\w+), (\d+), (\d)\);$|^POINTER\((\w+), (\d+)\);$",
                         re.M)

    def wrong(line):
        if line[1]:
            return f"SAME({line[1]}, {line[2]} + 1);"
        if line[3]:
            return f"FIELD({line[3]}, {line[4]} + 1, {line[5]} + 1);"
        if line[6]:
            return f"NUMBER({line[6]}, {line[7]} + 1, !{line[8]});"
        return f"POINTER({line[9]}, {line[10]} + 1);"

    lines = pattern.findall(shared)
    source = scratch / "wrong.c"
    source.write_text(pattern.sub(wrong, shared))
    done = run([*DDK, "-fsyntax-only", str(source)])
    at = set(re.findall(r"wrong\.c:(\d+):\d+: error: static_assert failed", done.stdout))
    report.expect("every wrong value is noticed against the DDK", len(lines) > 250 and len(at) == len(lines),
                  f"{len(lines)} lines, {len(at)} of them noticed")
    doubled = len(re.findall(r"error: static_assert failed", done.stdout))
    pairs = sum(1 for line in lines if line[2] or line[5])
    report.expect("offset and size, width and sign are each noticed", doubled == len(lines) + pairs, f"{doubled} of {len(lines) + pairs}")


def check_what_the_ddk_lacks(report, scratch):
    """What layout.c keeps from the DDK is not there."""
    source = scratch / "ddk.c"
    source.write_text("#include <ntddk.h>\n")
    macros = set(re.findall(r"^#define (\w+)", run([*DDK, "-dM", "-E", str(source)]).stdout, re.M))
    text = run([*DDK, "-E", "-P", str(source)]).stdout
    kept = LAYOUT.read_text()
    kept = kept[kept.index("#ifndef IN_DDK\nSAME"):]
    names = re.findall(r"^SAME\((?:sizeof\()?(\w+)", kept, re.M) + re.findall(r"^NUMBER\((\w+)|^POINTER\((\w+)", kept, re.M) \
        + re.findall(r"^ROUTINE\(\w+, (\w+)", kept, re.M)
    for name in [n for item in names for n in (item if isinstance(item, tuple) else (item,)) if n]:
        there = name in macros if name in ("KeRaiseIrql",) else name not in macros and not re.search(rf"\b{name}\b", text)
        report.expect(f"{name}: the DDK has it by now", there)


def main():
    report = Report()
    report.expect("the DDK headers are installed", (MINGW / "ddk" / "ntddk.h").exists(), "package mingw-w64-x86-64-dev")
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        scratch = pathlib.Path(folder)
        check_compilers(report)
        check_drivers(report)
        check_macros(report, scratch)
        check_all_is_named(report)
        check_each_change_is_noticed(report, scratch, pool)
        check_the_ddk_is_asked(report, scratch)
        check_what_the_ddk_lacks(report, scratch)
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
