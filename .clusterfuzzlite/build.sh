#!/bin/bash -eu
# SPDX-License-Identifier: MIT
# What ClusterFuzzLite builds with: the same as OSS-Fuzz.
exec "$SRC/nodepages/fuzz/oss-fuzz/build.sh"
