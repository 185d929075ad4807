/* SPDX-License-Identifier: MIT */
/*
 * Files and directories for the reader of the live machine, from an input. In builds of the fuzz targets src/host/live.c
 * calls these for opendir, readdir, closedir and np_text_open. Without a tree they are the real ones.
 */
#ifndef FUZZ_FILES_H
#define FUZZ_FILES_H

#include "../src/host/text.h"

#include <dirent.h>

/** A file, or with `text` NULL a directory, which may be one that can't be opened. */
struct fuzz_file {
    char path[64];
    const char *text;
    size_t size;
    bool denied;
};

/** Names of files and directories below a root. */
struct fuzz_tree {
    const char *root;
    const struct fuzz_file *at;
    unsigned count;
};

/** The tree there is, or NULL for the files of this system. */
extern const struct fuzz_tree *fuzz_tree;

DIR *fuzz_opendir(const char *name);
struct dirent *fuzz_readdir(DIR *directory);
int fuzz_closedir(DIR *directory);
bool fuzz_text_open(struct np_text *text, const char *name);

#endif
