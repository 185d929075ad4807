# SPDX-License-Identifier: MIT
"""make install: a driver's test outside of the tree builds by pkg-config, in C and C++, and the one in the README runs."""

import os
import pathlib
import re
import shlex
import subprocess

from harness import equal, test, write

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]

DRIVER = """#include <ntddk.h>
#include <nodepages_nt.h>
int main(void)
{
    void *memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, 300, 'tseT');
    PMDL mdl = IoAllocateMdl(memory, 300, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(mdl);
    printf("%d\\n", MmGetMdlPfnArray(mdl)[0] == (PFN_NUMBER)(MmGetPhysicalAddress(memory).QuadPart / PAGE_SIZE));
    IoFreeMdl(mdl);
    ExFreePoolWithTag(memory, 'tseT');
    return 0;
}
"""


def run(*command, **kwargs):
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=300, check=False, **kwargs)
    assert done.returncode == 0, done.stdout
    return done.stdout


def installed(directory):
    """The flags that pkg-config gives after an installation."""
    prefix = pathlib.Path(directory) / "prefix"
    run("make", "-s", "-C", ROOT, "install", f"PREFIX={prefix}", env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")})
    flags = run("pkg-config", "--cflags", "--libs", "nodepages-nt", env={**os.environ, "PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")})
    return prefix, shlex.split(flags)


@test
def a_test_outside_of_the_tree(directory):
    prefix, flags = installed(directory)
    assert os.access(prefix / "bin/nodepages", os.X_OK)
    for name in ("test.c", "test.cpp"):
        write(directory, name, DRIVER)
    for number, command in enumerate((["gcc", "-std=c11", "test.c"], ["clang", "-std=c17", "test.c"], ["g++", "-std=c++11", "test.cpp"],
                                      ["clang++", "-std=c++14", "test.cpp"], ["g++", "-std=c++17", "test.cpp"],
                                      ["g++", "-std=c++20", "test.cpp"])):
        program = pathlib.Path(directory) / f"program{number}"
        run(*command, *STRICT, "-Wno-multichar", "-o", program, *flags, cwd=directory)
        equal(run(program), "1\n")


@test
def the_program_in_the_readme(directory):
    _, flags = installed(directory)
    program = re.search(r"```c\n(.*?)```", (ROOT / "src/nt/README.md").read_text(), re.S)[1]
    write(directory, "test.c", program)
    run("gcc", "-std=c11", *STRICT, "-o", "test", "test.c", *flags, cwd=directory)
    equal(run("./test", cwd=directory), "")


CORE = """#include <nodepages.h>
static struct np_region regions[1];
static uint64_t words[60];
static struct np_summary summaries[10];
static struct np_machine machine;
int main(void)
{
    const struct np_range memory[1] = {{0x100, 0x400, 0}};
    const struct np_storage storage = {regions, 1, words, 60, summaries, 10};
    const struct np_contiguous_request request = {65536, 0, UINT64_MAX, 65536, 0};
    uint32_t where;
    if (np_setup(&machine, &storage, memory, 1, 1, NULL, &where) != NP_SETUP_OK) return 1;
    return np_allocate_contiguous(&machine, &request) == 0x100 ? 0 : 2;
}
"""
CMAKE = """cmake_minimum_required(VERSION 3.18)
project(consumer C)
find_package(nodepages 0.1 REQUIRED)
add_executable(shared core.c)
target_link_libraries(shared nodepages::nodepages)
add_executable(static core.c)
target_link_libraries(static nodepages::static)
"""


@test
def the_core_outside_of_the_tree(directory):
    """By pkg-config, in C and C++, shared and static; by find_package."""
    prefix, _ = installed(directory)
    lib = prefix / "lib"
    found = {**os.environ, "PKG_CONFIG_PATH": str(lib / "pkgconfig"), "LD_LIBRARY_PATH": str(lib)}
    flags = shlex.split(run("pkg-config", "--cflags", "--libs", "nodepages", env=found))
    equal(run("pkg-config", "--modversion", "nodepages", env=found), "0.1.0\n")
    for name in ("core.c", "core.cpp"):
        write(directory, name, CORE)
    for number, command in enumerate((["gcc", "-std=c11", "core.c"], ["g++", "-std=c++17", "core.cpp"], ["gcc", "-static", "core.c"])):
        run(*command, *STRICT, "-o", f"core{number}", *flags, cwd=directory)
        run(f"./core{number}", cwd=directory, env=found)
    exported = {line.split()[2].split("@")[0] for line in run("nm", "-D", "--defined-only", lib / "libnodepages.so").splitlines()}
    declared = set(re.findall(r"\bnp_[a-z_]+(?=\()", (prefix / "include/nodepages.h").read_text()))
    equal(exported - {"NODEPAGES_0"}, declared)
    write(directory, "CMakeLists.txt", CMAKE)
    run("cmake", "-S", ".", "-B", "made", f"-DCMAKE_PREFIX_PATH={prefix}", cwd=directory)
    run("cmake", "--build", "made", cwd=directory)
    for name in ("shared", "static"):
        run(f"made/{name}", cwd=directory)
