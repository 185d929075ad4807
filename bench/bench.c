/*
 * How fast the core is on a machine of a terabyte.
 *
 *     bench MAP RESULTS
 *
 * Prints a table, and writes the same as a list of {"name", "pages", "figure", "unit", "bar", "met"}; a figure without a bar has
 * null for both. Times are the median of several runs.
 *
 * A state in which pages are free at random is written into the machine's bitmap directly: to allocate half of 268 million
 * pages one by one would measure nothing else. What is written keeps the invariant: a page that is neither free nor marked
 * is allocated, and positions of no page stay clear.
 */
#define _POSIX_C_SOURCE 200809L

#include "../src/host/map_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUNS 7
#define BLOCK UINT64_C(512) /* pages of a block to look for: 2 MiB */
#define NO_BAR 0.0

struct bench {
    struct np_layout layout;
    struct np_machine m;
    struct np_storage storage;
    uint64_t *all;  /* the bitmap with every page free */
    uint64_t *pfns; /* room for an answer */
    uint64_t pages;
    uint64_t seed;
    FILE *results;
    unsigned printed;
    bool missed;
};

/* ---- Figures ---- */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times)
{
    qsort(times, RUNS, sizeof *times, by_size);
    return times[RUNS / 2];
}

static void report(struct bench *b, const char *name, uint64_t pages, double figure, const char *unit, double bar)
{
    const bool barred = bar > NO_BAR, met = figure <= bar;
    printf("%-66s %11" PRIu64 " %10.3f %-10s", name, pages, figure, unit);
    if (barred)
        printf(" %8.0f %s\n", bar, met ? "met" : "MISSED");
    else
        printf(" %8s\n", "-");
    fprintf(b->results, "%s\n {\"name\": \"%s\", \"pages\": %" PRIu64 ", \"figure\": %.4f, \"unit\": \"%s\", ",
            b->printed++ == 0 ? "[" : ",", name, pages, figure, unit);
    if (barred)
        fprintf(b->results, "\"bar\": %.0f, \"met\": %s}", bar, met ? "true" : "false");
    else
        fprintf(b->results, "\"bar\": null, \"met\": null}");
    b->missed = b->missed || (barred && !met);
}

static void must(bool held, const char *what)
{
    if (held) return;
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}

/* ---- States ---- */

static uint64_t next_random(struct bench *b)
{
    uint64_t x = b->seed += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint64_t words_of(const struct bench *b)
{
    return ((uint64_t)b->m.free.positions + 63) / 64;
}

static void all_free(struct bench *b)
{
    memcpy(b->m.free.words, b->all, words_of(b) * sizeof *b->all);
}

static void none_free(struct bench *b)
{
    memset(b->m.free.words, 0, words_of(b) * sizeof *b->all);
}

/* A page is used once in 2^used. */
static void random_free(struct bench *b, unsigned used)
{
    for (uint64_t i = 0; i < words_of(b); i++) {
        uint64_t taken = UINT64_MAX;
        for (unsigned k = 0; k < used; k++)
            taken &= next_random(b);
        b->m.free.words[i] = b->all[i] & ~taken;
    }
}

/* Of every `period` page frames, those from `first` on for `count` are used, or all others. */
static void pattern_free(struct bench *b, uint64_t period, uint64_t first, uint64_t count, bool used)
{
    all_free(b);
    for (uint32_t s = 0; s < b->m.stretches; s++) {
        const struct np_stretch *stretch = &b->m.stretch[s];
        uint64_t phase = (uint64_t)stretch->first % period;
        for (uint64_t p = (uint64_t)stretch->base; p < (uint64_t)(stretch->base + stretch->pages); p++) {
            if ((phase >= first && phase < first + count) == used) b->m.free.words[p / 64] &= ~(UINT64_C(1) << p % 64);
            if (++phase == period) phase = 0;
        }
    }
}

/* ---- What is measured ---- */

static void measure_setup(struct bench *b)
{
    double times[RUNS];
    for (unsigned i = 0; i < RUNS; i++) {
        if (i != 0) np_storage_free(&b->storage);
        const double start = now();
        must(np_layout_setup(&b->layout, stderr, &b->m, &b->storage), "no memory for the machine");
        times[i] = now() - start;
    }
    report(b, "setting the machine up, its memory included", b->pages, median(times) * 1e3, "ms", 1000);
    const double bytes = (double)(b->storage.word_capacity * sizeof *b->storage.words +
                                  b->storage.stretch_capacity * sizeof *b->storage.stretches + sizeof b->m);
    report(b, "memory that holds the state", b->pages, bytes / (double)b->pages, "bytes/page", 1);
}

/* A search for a block that is nowhere. */
static void measure_failure(struct bench *b, const char *name, uint64_t boundary)
{
    const struct np_contiguous_request q = {
        .bytes = BLOCK * NP_PAGE_SIZE, .high = UINT64_MAX, .boundary = boundary, .node = NP_ANY_NODE};
    double times[RUNS];
    for (unsigned i = 0; i < RUNS; i++) {
        const double start = now();
        must(np_allocate_contiguous(&b->m, &q) == NP_NONE, "a block where none should be");
        times[i] = now() - start;
    }
    report(b, name, b->pages, median(times) * 1e3, "ms", 200);
}

/* The same search by the first routine: one block on one node, all nodes tried. */
static void measure_failed_block(struct bench *b, const char *name, uint64_t chunk)
{
    const struct np_pages_request q = {
        .high = UINT64_MAX, .skip = chunk, .total = BLOCK * NP_PAGE_SIZE, .flags = NP_REQUIRE_CONTIGUOUS_CHUNKS};
    double times[RUNS];
    for (unsigned i = 0; i < RUNS; i++) {
        const double start = now();
        must(np_allocate_pages(&b->m, &q, b->pfns) == 0, "a block where none should be");
        times[i] = now() - start;
    }
    report(b, name, b->pages, median(times) * 1e3, "ms", 200);
}

/* As many pages as a call gives. */
static void measure_pages(struct bench *b, const char *name, uint32_t flags, double bar)
{
    const struct np_pages_request q = {.high = UINT64_MAX, .total = NP_CALL_LIMIT * NP_PAGE_SIZE, .flags = flags};
    double times[RUNS];
    for (unsigned i = 0; i < RUNS; i++) {
        const double start = now();
        const uint64_t got = np_allocate_pages(&b->m, &q, b->pfns);
        times[i] = now() - start;
        must(got == NP_CALL_LIMIT, "not as many pages as there should be");
        must(np_free_pages(&b->m, b->pfns, got) == got, "pages that could not be freed");
    }
    report(b, name, NP_CALL_LIMIT, median(times) * 1e9 / (double)NP_CALL_LIMIT, "ns/page", bar);
}

static void measure_free(struct bench *b)
{
    const struct np_pages_request q = {.high = UINT64_MAX, .total = NP_CALL_LIMIT * NP_PAGE_SIZE};
    double times[RUNS];
    for (unsigned i = 0; i < RUNS; i++) {
        const uint64_t got = np_allocate_pages(&b->m, &q, b->pfns);
        const double start = now();
        must(np_free_pages(&b->m, b->pfns, got) == got, "pages that could not be freed");
        times[i] = now() - start;
    }
    report(b, "freeing 4 GiB - 4096 bytes", NP_CALL_LIMIT, median(times) * 1e9 / (double)NP_CALL_LIMIT, "ns/page",
           NO_BAR);
}

/* Ranges of a page, `skip` bytes apart, over all of the machine, and no page free in any of them. */
static void measure_steps(struct bench *b, const char *name, uint64_t skip, double bar)
{
    const struct np_pages_request q = {.high = NP_PAGE_SIZE - 1, .skip = skip, .total = NP_PAGE_SIZE};
    double times[RUNS];
    for (unsigned i = 0; i < RUNS; i++) {
        const double start = now();
        must(np_allocate_pages(&b->m, &q, b->pfns) == 0, "a page where none should be");
        times[i] = now() - start;
    }
    report(b, name, b->pages, median(times) * 1e3, "ms", bar);
}

static void measure(struct bench *b)
{
    printf("%-66s %11s %10s %-10s %8s\n", "", "pages", "figure", "unit", "bar");
    measure_setup(b);
    b->all = malloc(words_of(b) * sizeof *b->all);
    must(b->all != NULL, "out of memory");
    memcpy(b->all, b->m.free.words, words_of(b) * sizeof *b->all);

    measure_pages(b, "4 GiB - 4096 bytes of pages, all of the machine free", 0, 5);
    measure_free(b);

    random_free(b, 4);
    measure_failure(b, "no 2 MiB block, 15/16 of the pages free at random", 0);
    measure_failed_block(b, "no 2 MiB block on one node, 15/16 free at random", 0);
    measure_failed_block(b, "no aligned 2 MiB chunk, 15/16 free at random", BLOCK * NP_PAGE_SIZE);
    measure_pages(b, "4 GiB - 4096 bytes of pages, 15/16 free at random", 0, NO_BAR);
    random_free(b, 1);
    measure_failure(b, "no 2 MiB block, half of the pages free at random", 0);
    measure_failed_block(b, "no 2 MiB block on one node, half free at random", 0);
    pattern_free(b, BLOCK, 0, 1, true);
    measure_failure(b, "no 2 MiB block, every run one page too short", 0);
    pattern_free(b, 2 * BLOCK, BLOCK / 2, BLOCK, false);
    measure_failure(b, "no 2 MiB block inside a boundary, every run crosses one", BLOCK * NP_PAGE_SIZE);
    none_free(b);
    measure_failure(b, "no 2 MiB block, no page free", 0);

    measure_steps(b, "ranges of a page, 8 KiB apart, no page free", 2 * NP_PAGE_SIZE, 10);
    measure_steps(b, "ranges of a page, 2 MiB apart, no page free", BLOCK * NP_PAGE_SIZE, 10);
    pattern_free(b, 2, 0, 1, true);
    measure_steps(b, "ranges of a page, 8 KiB apart, every page between them free", 2 * NP_PAGE_SIZE, 10);
    pattern_free(b, 3, 0, 1, true);
    measure_steps(b, "ranges of a page, 12 KiB apart, every page between them free", 3 * NP_PAGE_SIZE, 10);
    pattern_free(b, 65, 0, 1, true);
    measure_steps(b, "ranges of a page, 260 KiB apart, every page between them free", 65 * NP_PAGE_SIZE, 10);
    pattern_free(b, BLOCK, 0, 1, true);
    measure_steps(b, "ranges of a page, 2 MiB apart, every page between them free", BLOCK * NP_PAGE_SIZE, 10);
}

int main(int argc, char **argv)
{
    struct bench b = {.seed = 1};
    struct np_pool pool = {.messages = stderr};
    must(argc == 3, "bench MAP RESULTS");
    must(np_map_file_read(&pool, argv[1]) && np_pool_layout(&pool, &b.layout), "no machine");
    b.pages = np_layout_pages(&b.layout);
    b.pfns = malloc(NP_CALL_LIMIT * sizeof *b.pfns);
    b.results = fopen(argv[2], "w");
    must(b.pfns != NULL && b.results != NULL, "no room for results");
    memset(b.pfns, 0xff, NP_CALL_LIMIT * sizeof *b.pfns);

    measure(&b);

    fprintf(b.results, "\n]\n");
    must(fclose(b.results) == 0, "results could not be written");
    np_storage_free(&b.storage);
    np_layout_free(&b.layout);
    np_pool_free(&pool);
    free(b.all);
    free(b.pfns);
    if (b.missed) fprintf(stderr, "bench: a bar was missed\n");
    return 0;
}
