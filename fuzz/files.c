/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct fuzz_tree *fuzz_tree;

/** A directory of the tree that is being read. */
struct open_directory {
    const struct fuzz_file *file;
    unsigned next;
    struct dirent entry;
};

static const struct fuzz_file *find(const char *name, bool directory)
{
    const size_t root = strlen(fuzz_tree->root);
    if (strncmp(name, fuzz_tree->root, root) != 0) return NULL;
    for (unsigned i = 0; i < fuzz_tree->count; i++) {
        const struct fuzz_file *file = &fuzz_tree->at[i];
        if ((file->text == NULL) == directory && strcmp(file->path, name + root) == 0) return file;
    }
    return NULL;
}

DIR *fuzz_opendir(const char *name)
{
    if (fuzz_tree == NULL) return opendir(name);
    const struct fuzz_file *file = find(name, true);
    if (file == NULL || file->denied) {
        errno = file == NULL ? ENOENT : EACCES;
        return NULL;
    }
    struct open_directory *opened = calloc(1, sizeof *opened);
    if (opened == NULL) abort();
    opened->file = file;
    return (DIR *)(void *)opened;
}

struct dirent *fuzz_readdir(DIR *directory)
{
    if (fuzz_tree == NULL) return readdir(directory);
    struct open_directory *opened = (struct open_directory *)(void *)directory;
    const size_t length = strlen(opened->file->path);
    while (opened->next < fuzz_tree->count) {
        const char *path = fuzz_tree->at[opened->next++].path;
        if (strncmp(path, opened->file->path, length) != 0 || path[length] != '/') continue;
        if (strchr(path + length + 1, '/') != NULL) continue;
        snprintf(opened->entry.d_name, sizeof opened->entry.d_name, "%s", path + length + 1);
        return &opened->entry;
    }
    return NULL;
}

int fuzz_closedir(DIR *directory)
{
    if (fuzz_tree == NULL) return closedir(directory);
    free(directory);
    return 0;
}

bool fuzz_text_open(struct np_text *text, const char *name)
{
    if (fuzz_tree == NULL) return np_text_open(text, name);
    const struct fuzz_file *file = find(name, false);
    if (file != NULL) return np_text_in_memory(text, name, file->text, file->size);
    *text = (struct np_text){.name = name, .descriptor = -1, .fault = "No such file or directory", .absent = true};
    return false;
}
