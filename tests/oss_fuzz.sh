#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs fuzz/oss-fuzz/build.sh in the environment that OSS-Fuzz and ClusterFuzzLite promise, for each way they build, and looks at
# what is in $OUT: each target, its seed corpus, its dictionary, its options; and that each target runs on its seeds.
#
#     tests/oss_fuzz.sh          prints `N passed, N failed`
set -uo pipefail
cd "$(dirname "$0")/.." || exit
passed=0
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

expect() {
    local what=$1
    shift
    if "$@" >"$scratch/said" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        tail -n 20 "$scratch/said" | sed 's/^/    /'
    fi
}

# a checkout under $SRC, as far as the builds need it
mkdir -p "$scratch/src/nodepages"
cp -r src spec fuzz corpus .clusterfuzzlite "$scratch/src/nodepages"

# way NAME SANITIZER CFLAGS ENGINE SCRIPT
way() {
    local name=$1 out=$scratch/out-$1 base='-O1 -fno-omit-frame-pointer -gline-tables-only' targets seen=()
    [ "$2" != memory ] || seen=(not-foreign)
    mapfile -t targets < <(fuzz/targets "${seen[@]}")
    mkdir -p "$out" "$scratch/work-$1"
    expect "$name: build.sh" env -i PATH="$PATH" HOME="$scratch" SRC="$scratch/src" OUT="$out" WORK="$scratch/work-$1" CC=clang-14 \
        CXX=clang++-14 CFLAGS="$base $3" CXXFLAGS="$base $3" LIB_FUZZING_ENGINE="$4" SANITIZER="$2" FUZZING_ENGINE=libfuzzer \
        ARCHITECTURE=x86_64 bash -eu "$scratch/src/nodepages/$5"
    for target in "${targets[@]}"; do
        expect "$name: $target is there" test -x "$out/$target"
        expect "$name: $target has its seeds" python3 -c "
import os, sys, zipfile
names = zipfile.ZipFile(sys.argv[1]).namelist()
assert set(os.listdir('corpus/' + sys.argv[2])) <= set(names) and names, names
" "$out/${target}_seed_corpus.zip" "$target"
        expect "$name: $target has its options" grep -q '^max_len = ' "$out/$target.options"
        if [ -f "fuzz/$target.dict" ]; then
            expect "$name: $target has its dictionary" cmp "fuzz/$target.dict" "$out/$target.dict"
        fi
        mkdir -p "$scratch/seeds-$target"
        python3 -m zipfile -e "$out/${target}_seed_corpus.zip" "$scratch/seeds-$target"
        if [[ $name == libfuzzer-* ]]; then
            local options=()
            [ ! -f "$out/$target.dict" ] || options+=("-dict=$out/$target.dict")
            expect "$name: $target runs" "$out/$target" -runs=2000 -artifact_prefix="$scratch/" "${options[@]}" "$scratch/seeds-$target"
        else
            expect "$name: $target runs" "$out/$target" "$scratch/seeds-$target"
        fi
    done
}

undefined='-fsanitize=undefined -fno-sanitize-recover=undefined'
way libfuzzer-address address '-fsanitize=address -fsanitize-address-use-after-scope -fsanitize=fuzzer-no-link' -fsanitize=fuzzer \
    fuzz/oss-fuzz/build.sh
way libfuzzer-undefined undefined "$undefined -fsanitize=fuzzer-no-link" -fsanitize=fuzzer .clusterfuzzlite/build.sh
way libfuzzer-memory memory '-fsanitize=memory -fsanitize-memory-track-origins -fsanitize=fuzzer-no-link' -fsanitize=fuzzer \
    fuzz/oss-fuzz/build.sh

# the engine that $LIB_FUZZING_ENGINE names: here an object with a main of its own
clang-14 -std=c11 -O1 -c -o "$scratch/engine.o" fuzz/standalone.c
way own-engine none '' "$scratch/engine.o" fuzz/oss-fuzz/build.sh
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
