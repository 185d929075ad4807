/* SPDX-License-Identifier: MIT */
/*
 * The states in which a request takes longest, by size: what README's Limits and the @cost lines speak of.
 *
 *     worst [POWER]       machines of up to 2^POWER pages, or regions of one page; 22 without a word
 *
 * Prints, for each state and size, the time of the request in question, and as a ratio to a page that is allocated and
 * freed on the same machine in the same run.
 */
#define _POSIX_C_SOURCE 200809L

#include "../src/core/nodepages.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define REQUESTS 1000 /* that a page is the median of */

static struct np_machine machine;
static struct np_storage storage;
static uint64_t pfns[NP_CALL_LIMIT];

static void must(bool held, const char *what)
{
    if (held) return;
    fprintf(stderr, "worst: %s\n", what);
    exit(2);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void open_machine(const struct np_range *ranges, uint32_t count)
{
    uint32_t where;
    must(np_storage_needed(ranges, count, 1, &storage, &where) == NP_SETUP_OK, "the ranges");
    storage.regions = malloc(storage.region_capacity * sizeof *storage.regions);
    storage.words = malloc(storage.word_capacity * sizeof *storage.words);
    storage.summaries = malloc(storage.summary_capacity * sizeof *storage.summaries);
    must(storage.regions != NULL && storage.words != NULL && storage.summaries != NULL, "no memory");
    must(np_setup(&machine, &storage, ranges, count, 1, NULL, &where) == NP_SETUP_OK, "the machine");
}

static void close_machine(void)
{
    free(storage.regions);
    free(storage.words);
    free(storage.summaries);
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A page, allocated and freed. */
static double page(void)
{
    static double times[REQUESTS];
    const struct np_contiguous_request q = {.bytes = NP_PAGE_SIZE, .high = UINT64_MAX, .node = NP_ANY_NODE};
    for (unsigned i = 0; i < REQUESTS; i++) {
        const double begin = now();
        must(np_free_contiguous(&machine, np_allocate_contiguous(&machine, &q)) == 1, "a page");
        times[i] = now() - begin;
    }
    qsort(times, REQUESTS, sizeof times[0], by_size);
    return times[REQUESTS / 2];
}

static void print(const char *what, unsigned power, double seconds)
{
    const double one = page();
    printf("%-66s 2^%-2u %12.3f ms %12.0f pages\n", what, power, seconds * 1e3, seconds / one);
    fflush(stdout);
}

static double pages_take(struct np_pages_request q, uint64_t expected)
{
    const double begin = now();
    const uint64_t got = np_allocate_pages(&machine, &q, pfns);
    const double took = now() - begin;
    must(got == expected, "the pages");
    must(np_free_pages(&machine, pfns, got) == got, "the pages again");
    return took;
}

/* Two pages with PREFER_CONTIGUOUS where every range holds one: no run is long enough, and each range is looked at. */
static void one_page_in_each_range(unsigned power)
{
    const struct np_range all = {0, UINT64_C(1) << power, 0};
    open_machine(&all, 1);
    const struct np_pages_request q = {.high = 0xfff, .skip = 0x2000, .total = 0x2000, .flags = NP_PREFER_CONTIGUOUS};
    print("PREFER_CONTIGUOUS: 2 pages, a page in each stepped range", power, pages_take(q, 2));
    close_machine();
}

/* Sixteen pages with PREFER_CONTIGUOUS on regions of one page: each run taken looks at every region again. */
static void regions_of_one_page(unsigned power)
{
    const uint32_t count = UINT32_C(1) << power;
    struct np_range *ranges = malloc(count * sizeof *ranges);
    must(ranges != NULL, "no memory");
    for (uint32_t i = 0; i < count; i++)
        ranges[i] = (struct np_range){2 * (uint64_t)i, 1, 0};
    open_machine(ranges, count);
    free(ranges);
    const struct np_pages_request q = {.high = UINT64_MAX, .total = 0x10000, .flags = NP_PREFER_CONTIGUOUS};
    print("PREFER_CONTIGUOUS: 16 pages, regions of one page", power, pages_take(q, 16));
    close_machine();
}

/* Two pages inside 8 KiB, or an aligned chunk of them, where every run of two lies astride. */
static void all_astride(unsigned power)
{
    const uint64_t count = UINT64_C(1) << power;
    const struct np_range all = {0, count, 0};
    open_machine(&all, 1);
    for (uint64_t first = 0; first < count; first += 4) { /* 1 and 2 of four stay free */
        struct np_pages_request q = {.low = first * NP_PAGE_SIZE, .total = NP_PAGE_SIZE};
        for (unsigned i = 0; i < 2; i++) {
            q.low = (first + 3 * i) * NP_PAGE_SIZE;
            q.high = q.low + NP_PAGE_SIZE - 1;
            must(np_allocate_pages(&machine, &q, pfns) == 1, "a page that is held");
        }
    }
    const struct np_contiguous_request block = {
        .bytes = 0x2000, .high = UINT64_MAX, .boundary = 0x2000, .node = NP_ANY_NODE};
    double begin = now();
    must(np_allocate_contiguous(&machine, &block) == NP_NONE, "no block");
    print("contiguous: 8 KiB inside 8 KiB, every run astride", power, now() - begin);
    const struct np_pages_request chunk = {
        .high = UINT64_MAX, .skip = 0x2000, .total = 0x2000, .flags = NP_REQUIRE_CONTIGUOUS_CHUNKS};
    begin = now();
    must(np_allocate_pages(&machine, &chunk, pfns) == 0, "no chunk");
    print("a chunk of 8 KiB, every run astride", power, now() - begin);
    close_machine();
}

int main(int argc, char **argv)
{
    const unsigned most = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 22;
    printf("%-66s %4s %15s %18s\n", "request", "size", "time", "as long as");
    for (unsigned power = 16; power <= most; power += 2)
        one_page_in_each_range(power);
    for (unsigned power = 12; power <= most && power <= 16; power += 2)
        regions_of_one_page(power);
    for (unsigned power = 16; power <= most; power += 2)
        all_astride(power);
    return 0;
}
