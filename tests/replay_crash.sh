#!/bin/bash
# SPDX-License-Identifier: MIT
# `make replay-crash` takes any name of a file, and says which one is not there. Prints `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
passed=0
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# expect TEXT FILE: what `make replay-crash` says of it holds that
expect() {
    local said
    said=$(${MAKE:-make} --no-print-directory replay-crash FILE="$2" 2>&1)
    if [[ $said == *"$1"* ]]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: replay-crash of $2: $said"
    fi
}

inputs=(corpus/words/*)
for folder in "it's" 'a "b" c' "\$(touch $scratch/no) \`touch $scratch/no\`" ';touch no'; do
    mkdir -p "$scratch/$folder/words"
    cp "${inputs[0]}" "$scratch/$folder/words/x"
    expect 'core says' "$scratch/${folder//\$/\$\$}/words/x"
    expect 'no such file' "$scratch/${folder//\$/\$\$}/words/y"
done
if [ -e "$scratch/no" ] || [ -e no ]; then
    failed=$((failed + 1))
    echo 'FAILED: a name was run'
else
    passed=$((passed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
