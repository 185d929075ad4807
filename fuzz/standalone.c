/* SPDX-License-Identifier: MIT */
/*
 * The default engine: replays files.
 *
 *     TARGET [--words] FILE-OR-DIRECTORY...      --words: tells what each input does and what is answered
 *
 * Each input is run from a copy of exactly its size, so that a sanitizer sees a read past its end.
 */
#define _GNU_SOURCE 1

#include "target.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static unsigned long replayed;

static void must(bool held, const char *what)
{
    if (held) return;
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(2);
}

static void replay_file(const char *name)
{
    FILE *file = fopen(name, "rb");
    must(file != NULL, name);
    must(fseek(file, 0, SEEK_END) == 0, name);
    const long size = ftell(file);
    must(size >= 0, name);
    rewind(file);
    uint8_t *bytes = malloc((size_t)size + (size == 0));
    must(bytes != NULL, name);
    must(fread(bytes, 1, (size_t)size, file) == (size_t)size, name);
    fclose(file);
    if (fuzz_story != NULL) fprintf(fuzz_story, "%s, %ld bytes\n", name, size);
    LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
    replayed++;
}

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void replay(const char *name)
{
    struct dirent **entries;
    const int count = scandir(name, &entries, not_hidden, alphasort);
    if (count < 0) {
        must(errno == ENOTDIR, name);
        replay_file(name);
        return;
    }
    for (int i = 0; i < count; i++) {
        char *path = NULL;
        must(asprintf(&path, "%s/%s", name, entries[i]->d_name) >= 0, name);
        replay(path);
        free(path);
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    int at = 1;
    if (at < argc && strcmp(argv[at], "--words") == 0) {
        fuzz_story = stdout;
        at++;
    }
    if (at == argc) {
        fprintf(stderr, "usage: %s [--words] FILE-OR-DIRECTORY...\n", argv[0]);
        return 2;
    }
    for (; at < argc; at++)
        replay(argv[at]);
    if (fuzz_story == NULL) printf("%lu inputs replayed\n", replayed);
    return 0;
}
