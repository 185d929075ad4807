#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Packs the files of some directories into a zip archive, each under its own name.

    pack.py ARCHIVE DIRECTORY...
"""

import os
import sys
import zipfile


def main():
    archive, *directories = sys.argv[1:]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for directory in directories:
            for name in sorted(os.listdir(directory)):
                entry = zipfile.ZipInfo(name)  # the same archive each time: no date of a file
                with open(os.path.join(directory, name), "rb") as file:
                    packed.writestr(entry, file.read(), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
