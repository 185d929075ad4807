/* SPDX-License-Identifier: MIT */
/*
 * Executions a second: a corpus in memory, replayed again and again.
 *
 *     TARGET SECONDS FILE-OR-DIRECTORY...                 prints executions a second, operations a second, and how many inputs
 *     TARGET --quick MICROSECONDS FILE-OR-DIRECTORY...    prints the names of the inputs that take no longer than that
 */
#define _GNU_SOURCE 1

#include "data.h"
#include "target.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

struct input {
    char *name;
    uint8_t *bytes;
    size_t size;
};

static struct input *inputs;
static size_t count;

static void must(bool held, const char *what)
{
    if (held) return;
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(2);
}

static void load(const char *name)
{
    FILE *file = fopen(name, "rb");
    must(file != NULL, name);
    must(fseek(file, 0, SEEK_END) == 0, name);
    const long size = ftell(file);
    must(size >= 0, name);
    rewind(file);
    inputs = realloc(inputs, (count + 1) * sizeof *inputs);
    must(inputs != NULL, name);
    inputs[count] = (struct input){strdup(name), malloc((size_t)size + 1), (size_t)size};
    must(inputs[count].bytes != NULL, name);
    must(fread(inputs[count].bytes, 1, (size_t)size, file) == (size_t)size, name);
    fclose(file);
    count++;
}

static void load_all(const char *name)
{
    DIR *directory = opendir(name);
    if (directory == NULL) {
        load(name);
        return;
    }
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        char *path = NULL;
        if (entry->d_name[0] == '.') continue;
        must(asprintf(&path, "%s/%s", name, entry->d_name) >= 0, name);
        load(path);
        free(path);
    }
    closedir(directory);
}

/* The time that this process has had on a core: others may be at work. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* One pass over the corpus. */
static void replay(void)
{
    for (size_t i = 0; i < count; i++)
        LLVMFuzzerTestOneInput(inputs[i].bytes, inputs[i].size);
}

/* The shortest of a few runs. */
static double shortest(const struct input *input)
{
    double least = 1;
    for (int i = 0; i < 5; i++) {
        const double started = now();
        LLVMFuzzerTestOneInput(input->bytes, input->size);
        const double taken = now() - started;
        if (taken < least) least = taken;
    }
    return least;
}

static int print_quick(double most)
{
    for (size_t i = 0; i < count; i++)
        if (shortest(&inputs[i]) <= most) printf("%s\n", inputs[i].name);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], "--quick") == 0) {
        for (int i = 3; i < argc; i++)
            load_all(argv[i]);
        return print_quick(strtod(argv[2], NULL) * 1e-6);
    }
    const double seconds = argc > 2 ? strtod(argv[1], NULL) : 0;
    if (seconds <= 0) {
        fprintf(stderr, "usage: %s SECONDS FILE-OR-DIRECTORY...\n", argv[0]);
        return 2;
    }
    for (int i = 2; i < argc; i++)
        load_all(argv[i]);
    must(count != 0, "no input");
    size_t records = 0;
    for (size_t i = 0; i < count; i++)
        records += (fuzz_records_end(inputs[i].bytes, inputs[i].size) + fuzz_record_size - 1) / fuzz_record_size;

    double passes = 0;
    replay();
    const double started = now();
    double taken = 0;
    for (; taken < seconds; taken = now() - started, passes++)
        replay();
    printf("%.0f executions/s, %.0f operations/s, %zu inputs\n", passes * (double)count / taken,
           passes * (double)records / taken, count);
    return 0;
}
