#!/bin/bash
# SPDX-License-Identifier: MIT
# What the core asks of whoever embeds it: nothing. No symbol from outside, no object that can be written to, and a
# program that links without a library.
#
#     tests/freestanding.sh CC CORE-OBJECT...         prints `N passed, N failed`
set -euo pipefail
cc=$1
shift
passed=0
failed=0

expect_none() {
    if [ -z "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $1:"
        printf '    %s\n' "${2//$'\n'/$'\n'    }"
    fi
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

expect_none "the core asks for symbols from outside" \
    "$(comm -23 <(nm -u "$@" | awk 'NF == 2 { print $2 }' | sort -u) <(nm --defined-only "$@" | awk 'NF == 3 { print $3 }' | sort -u))"
expect_none "the core has objects that can be written to" \
    "$(nm --defined-only "$@" | awk 'NF == 3 && $2 ~ /^[BbCDdGgSs]$/ { print $2, $3 }')"
expect_none "the core has names that do not begin with np_" \
    "$(nm --defined-only --extern-only "$@" | awk 'NF == 3 && $3 !~ /^np_/ { print $3 }')"
expect_none "the example does not link without a library" \
    "$("$cc" -std=c11 -ffreestanding -O2 -nostdlib -nostartfiles -Wl,-e,main -o "$scratch/embed" examples/embed/embed.c "$@" 2>&1 || true)"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
