/* SPDX-License-Identifier: MIT */
/*
 * Flips single bits of a machine and of all that it is made of. np_check must end and touch nothing else, for each bit;
 * and where it finds nothing, so must every other call.
 *
 *     build/checked/flips [COUNT [SEED]]       prints `N passed, N failed`
 */
#define _POSIX_C_SOURCE 200809L

#include "../src/core/nodepages.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AREAS 4u
#define SECONDS 60 /* for a thousand flips: far more than they take */

static const struct np_range ranges[] = {{0, 700, 0}, {700, 100, 1}, {1000, 1400, 0}, {0x1000, 3, 1}, {0x2000, 513, 2}};
#define RANGES (sizeof ranges / sizeof ranges[0])

static struct np_machine machine;
static struct np_storage storage;
static uint64_t pfns[NP_CALL_LIMIT];

/* What is flipped: the machine, its regions, its bitmaps, its summaries; each with a copy. */
static struct area {
    unsigned char *at;
    unsigned char *copy;
    size_t size;
} areas[AREAS];

static uint64_t state;

static uint64_t draw(uint64_t below)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (state >> 11) % below;
}

static void *room(uint64_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL) abort();
    return memory;
}

/* A machine with pages in every state. */
static void set_up(void)
{
    uint32_t where = 0;
    uint64_t at = 0;
    if (np_storage_needed(ranges, RANGES, 3, &storage, &where) != NP_SETUP_OK) abort();
    storage.regions = room(storage.region_capacity, sizeof *storage.regions);
    storage.words = room(storage.word_capacity, sizeof *storage.words);
    storage.summaries = room(storage.summary_capacity, sizeof *storage.summaries);
    if (np_setup(&machine, &storage, ranges, RANGES, 3, NULL, &where) != NP_SETUP_OK) abort();
    const struct np_pages_request some = {.high = 0xfff, .skip = 0x3000, .total = 0x20000};
    const struct np_pages_request removed = {
        .low = 0x500000, .high = UINT64_MAX, .total = 0x5000, .flags = NP_AND_HOT_REMOVE};
    const struct np_contiguous_request block = {.bytes = 0x9000, .high = UINT64_MAX, .node = NP_ANY_NODE};
    if (np_allocate_pages(&machine, &some, pfns) == 0 || np_allocate_pages(&machine, &removed, pfns) == 0) abort();
    if (np_allocate_contiguous(&machine, &block) == NP_NONE || np_allocate_contiguous(&machine, &block) == NP_NONE)
        abort();
    if (np_check(&machine, &storage, &at) != NP_FAULT_NONE) abort();
    areas[0] = (struct area){.at = (unsigned char *)&machine, .size = sizeof machine};
    areas[1] = (struct area){.at = (unsigned char *)storage.regions,
                             .size = storage.region_capacity * sizeof *storage.regions};
    areas[2] =
        (struct area){.at = (unsigned char *)storage.words, .size = storage.word_capacity * sizeof *storage.words};
    areas[3] = (struct area){.at = (unsigned char *)storage.summaries,
                             .size = storage.summary_capacity * sizeof *storage.summaries};
    for (unsigned a = 0; a < AREAS; a++) {
        areas[a].copy = room(areas[a].size, 1);
        memcpy(areas[a].copy, areas[a].at, areas[a].size);
    }
}

/* Every other call, with any result. */
static void call_all(void)
{
    static const uint32_t flags[] = {0,
                                     NP_PREFER_CONTIGUOUS,
                                     NP_REQUIRE_CONTIGUOUS_CHUNKS,
                                     NP_FROM_LOCAL_NODE_ONLY,
                                     NP_FULLY_REQUIRED,
                                     NP_AND_HOT_REMOVE};
    const struct np_census census = np_count_pages(&machine);
    (void)census;
    for (unsigned f = 0; f < sizeof flags / sizeof flags[0]; f++) {
        const struct np_pages_request q = {.high = draw(4) == 0 ? 0xfff : UINT64_MAX,
                                           .skip = draw(2) * 0x4000,
                                           .total = 0x4000 * (1 + draw(40)),
                                           .node = (uint32_t)draw(3),
                                           .flags = flags[f]};
        (void)np_why_pages(&machine, &q);
        if (np_check_pages_request(&machine, &q) == NP_PARAMETER_NONE) (void)np_figures_pages(&machine, &q);
        const uint64_t got = np_allocate_pages(&machine, &q, pfns);
        if (draw(2) == 0)
            (void)(flags[f] == NP_AND_HOT_REMOVE ? np_add_pages(&machine, pfns, got)
                                                 : np_free_pages(&machine, pfns, got));
        const struct np_contiguous_request block = {.bytes = 0x1000 * (1 + draw(20)),
                                                    .high = UINT64_MAX,
                                                    .boundary = draw(2) * 0x20000,
                                                    .node = draw(2) == 0 ? NP_ANY_NODE : (uint32_t)draw(3)};
        (void)np_why_contiguous(&machine, &block);
        if (np_check_contiguous_request(&machine, &block) == NP_PARAMETER_NONE)
            (void)np_figures_contiguous(&machine, &block);
        const uint64_t first = np_allocate_contiguous(&machine, &block);
        if (draw(2) == 0) (void)np_free_contiguous(&machine, first);
    }
}

int main(int argc, char **argv)
{
    const uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    uint64_t found = 0, passed = 0;
    state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    set_up();
    for (uint64_t i = 0; i < count; i++) {
        if (i % 1000 == 0) alarm(SECONDS); /* a call that does not end ends the program */
        /* Half of the flips in the first bytes of the machine: most of it are distances, which may be anything. */
        struct area *area = &areas[draw(AREAS)];
        const size_t size = area == areas && draw(2) == 0 ? offsetof(struct np_machine, distance) : area->size;
        area->at[draw(size)] ^= (unsigned char)(1u << draw(8));
        uint64_t where = 0;
        const enum np_fault fault = np_check(&machine, &storage, &where);
        found += fault != NP_FAULT_NONE;
        passed++;
        if (fault == NP_FAULT_NONE) {
            call_all();
            if (np_check(&machine, &storage, &where) != NP_FAULT_NONE) {
                printf("FAILED: flip %" PRIu64 ": sound before a call, and not after it\n", i);
                passed--;
            }
        }
        for (unsigned a = 0; a < AREAS; a++)
            memcpy(areas[a].at, areas[a].copy, areas[a].size);
    }
    printf("%" PRIu64 " single bits flipped, np_check finds %" PRIu64 "\n", count, found);
    printf("%d passed, %d failed\n", passed == count, passed != count);
    for (unsigned a = 0; a < AREAS; a++)
        free(areas[a].copy);
    free(storage.regions);
    free(storage.words);
    free(storage.summaries);
    return passed == count ? 0 : 1;
}
