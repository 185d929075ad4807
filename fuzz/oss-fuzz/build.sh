#!/bin/bash -eu
# SPDX-License-Identifier: MIT
# Builds the fuzz targets in the environment that OSS-Fuzz and ClusterFuzzLite promise: $SRC, $OUT, $CC, $CXX, $CFLAGS, $CXXFLAGS,
# $LIB_FUZZING_ENGINE and $SANITIZER. Puts into $OUT each target with its seed corpus, its dictionary and its options.
cd "$SRC/nodepages"
seen=()
[ "${SANITIZER:-}" != memory ] || seen=(not-foreign)
mapfile -t targets < <(fuzz/targets "${seen[@]}")
mapfile -t texts < <(fuzz/targets text)
mapfile -t plain < <(fuzz/targets plain)

# A folder of our own where none is given: a fixed name could be somebody else's.
if [ -z "${WORK:-}" ]; then
    WORK=$(mktemp -d)
    trap 'rm -rf "$WORK"' EXIT
fi
make -f fuzz/Makefile -j"$(nproc)" ENGINE=external SANITIZE=none OUT="$WORK/nodepages" TARGETS="${targets[*]}"

for target in "${targets[@]}"; do
    cp "$WORK/nodepages/$target" "$OUT/$target"
    seeds=("corpus/$target")
    [ "$target" != maps ] || seeds+=(corpus/machines)
    python3 fuzz/oss-fuzz/pack.py "$OUT/${target}_seed_corpus.zip" "${seeds[@]}"
    [ ! -f "fuzz/$target.dict" ] || cp "fuzz/$target.dict" "$OUT/$target.dict"
    max_len=2048
    [[ " ${texts[*]} " != *" $target "* ]] || max_len=65536
    printf '[libfuzzer]\nmax_len = %d\n' "$max_len" >"$OUT/$target.options"
    [[ " ${plain[*]} " != *" $target "* ]] || echo 'entropic = 0' >>"$OUT/$target.options"
done
