#!/bin/bash -eu
# Builds the fuzz targets in the environment that OSS-Fuzz and ClusterFuzzLite promise: $SRC, $OUT, $CC, $CXX, $CFLAGS, $CXXFLAGS,
# $LIB_FUZZING_ENGINE and $SANITIZER. Puts into $OUT each target with its seed corpus, its dictionary and its options.
cd "$SRC/nodepages"
targets=(words index fit request history maps traces live)
# libjansson, libnuma and libunwind, which these are linked with, write memory that MemorySanitizer does not see written
[ "${SANITIZER:-}" = memory ] || targets+=(session nt)

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
    case $target in
    maps | traces | live | session) max_len=65536 ;;
    *) max_len=2048 ;;
    esac
    printf '[libfuzzer]\nmax_len = %d\n' "$max_len" >"$OUT/$target.options"
    case $target in # as in fuzz/run
    nt | session) echo 'entropic = 0' >>"$OUT/$target.options" ;;
    esac
done
