#!/bin/bash
# SPDX-License-Identifier: MIT
# The two files, as a stranger has them: alone in a folder, by every compiler, standard and target, without a warning.
#
#     tests/amalgamation.sh DIRECTORY [LEVEL]...      where nodepages.h and nodepages.c are; levels of optimisation, all by default
#
# Prints `N passed, N failed` at the end.
set -uo pipefail
files=$(realpath "$1")
shift
levels=("$@")
[ $# -gt 0 ] || levels=(-O0 -O1 -O2 -O3 -Os '-O2 -flto')
cd "$(dirname "$0")/.." || exit
passed=0
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$files/nodepages.h" "$files/nodepages.c" "$scratch"
cd "$scratch" || exit
warnings=(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)

# expect NAME COMMAND...: ends with 0 and prints nothing
expect() {
    local what=$1
    shift
    if "$@" >said 2>&1 && [ ! -s said ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        head -n 10 said | sed 's/^/    /'
    fi
}

# ---- compilers and standards
for level in "${levels[@]}"; do
    read -r -a flags <<<"$level"
    for standard in c11 c17; do
        expect "gcc $standard $level" gcc -std=$standard "${flags[@]}" "${warnings[@]}" -c nodepages.c -o out.o
        expect "clang $standard $level" clang -std=$standard "${flags[@]}" "${warnings[@]}" -c nodepages.c -o out.o
    done
    expect "g++ $level" g++ -x c++ -std=c++17 "${flags[@]}" "${warnings[@]}" -c nodepages.c -o out.o
    expect "clang++ $level" clang++ -x c++ -std=c++17 "${flags[@]}" "${warnings[@]}" -c nodepages.c -o out.o
done
expect tcc tcc -std=c11 -Wall -Werror -c nodepages.c -o out.o
expect 'without intrinsics' gcc -std=c11 -O2 -DNP_PORTABLE "${warnings[@]}" -c nodepages.c -o out.o

# ---- targets, freestanding: what is left undefined is what a compiler may call in any freestanding program, memset and memcpy, and
# division of 64 bits where a processor has none
for target in i386-linux-gnu arm-linux-gnueabihf aarch64-linux-gnu riscv64-linux-gnu s390x-linux-gnu wasm32 x86_64-w64-mingw32 \
    'x86_64-linux-gnu -mcmodel=kernel -mno-red-zone -mgeneral-regs-only'; do
    read -r -a flags <<<"$target"
    for level in -O2 -Os; do
        expect "$target $level" clang "--target=${flags[0]}" "${flags[@]:1}" -std=c11 -ffreestanding "$level" "${warnings[@]}" -c nodepages.c -o out.o
        case ${flags[0]} in
        i386* | arm*) helpers='__(u?div|u?mod)di3|__aeabi_(u?[il]divmod|mem(set|clr|cpy)[48]?)|_GLOBAL_OFFSET_TABLE_|mem(set|cpy)' ;;
        wasm32) helpers='__stack_pointer|mem(set|cpy)' ;;
        *) helpers='mem(set|cpy)' ;;
        esac
        expect "$target $level: nothing undefined" bash -c "! llvm-nm-14 -u out.o | grep -vE ' ($helpers)\$'"
    done
done
gcc -std=c11 -O2 -ffreestanding -c nodepages.c -o out.o
expect 'nothing undefined' test -z "$(nm -u out.o)"
# shellcheck disable=SC2046 # a list of words
expect 'visible: what the header declares, and no more' diff <(nm --defined-only -g out.o | awk '{print $3}' | sort) \
    <(grep -oE '\bnp_[a-z_]+\(' nodepages.h | tr -d '(' | sort -u)

# ---- the first embedding: README's lines, and the two files
cat >first.c <<'EOF'
#include "nodepages.h"

static struct np_region regions[2];
static uint64_t words[120];
static struct np_summary summaries[10];
static struct np_machine machine;

int main(void)
{
    const struct np_range memory[2] = {{0x100, 0x400, 0}, {0x8000, 0x400, 1}}; /* first frame, frames, node */
    const struct np_storage storage = {regions, 2, words, 120, summaries, 10};
    const struct np_contiguous_request request = {65536, 0, UINT64_MAX, 65536, 1}; /* bytes, low, high, boundary, node */
    uint32_t where;
    if (np_setup(&machine, &storage, memory, 2, 2, NULL, &where) != NP_SETUP_OK) return 1;
    const uint64_t first = np_allocate_contiguous(&machine, &request);
    if (first != 0x8000) return 2;
    return np_free_contiguous(&machine, first) == 16 ? 0 : 3;
}
EOF
expect 'the first embedding has at most 40 lines' test "$(wc -l <first.c)" -le 40
expect 'the first embedding, C' gcc -std=c11 "${warnings[@]}" first.c nodepages.c -o first
expect 'the first embedding, C: runs' ./first
gcc -std=c11 -O2 -c nodepages.c -o core.o
expect 'the first embedding, C++ with the core in C' g++ -x c++ -std=c++17 "${warnings[@]}" first.c -x none core.o -o first
expect 'the first embedding, C++: runs' ./first
expect 'the header alone, twice, C' gcc -std=c11 "${warnings[@]}" -fsyntax-only -include nodepages.h nodepages.h
expect 'the header alone, C++' g++ -std=c++17 "${warnings[@]}" -fsyntax-only -x c++ nodepages.h

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
