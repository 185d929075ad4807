/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "states.h"

#include "../src/core/index/index.h"
#include "../src/core/index/tree.h"
#include "../src/host/map_file.h"
#include "figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NODES 8u
#define HOLE UINT64_C(0x40000) /* pages: 1 GiB */
#define STEPS 10000000u
#define MOST_LIVE 6000000u

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t words_of(const struct bench_machine *b)
{
    return (uint64_t)b->m.free.positions / 64;
}

static void keep_fresh(struct bench_machine *b)
{
    b->fresh = malloc(words_of(b) * sizeof *b->fresh);
    must(b->fresh != NULL, "no memory for the bitmap");
    memcpy(b->fresh, b->m.free.words, words_of(b) * sizeof *b->fresh);
}

static void set_up(struct bench_machine *b, const struct np_layout *layout)
{
    const double start = now();
    must(np_layout_setup(layout, stderr, &b->m, &b->storage), "no memory for the machine");
    b->setup = now() - start;
    b->pages = np_layout_pages(layout);
    keep_fresh(b);
}

void states_make(struct bench_machine *b, const char *name, uint64_t bytes)
{
    struct np_range ranges[NODES];
    const uint32_t nodes = bytes > 4 * GIB ? NODES : 1;
    const uint64_t pages = bytes / NP_PAGE_SIZE / nodes;
    for (uint32_t i = 0; i < nodes; i++)
        ranges[i] = (struct np_range){.first = HOLE + i * (pages + HOLE), .pages = pages, .node = i};
    const struct np_layout layout = {.ranges = ranges, .count = nodes, .nodes = nodes};
    *b = (struct bench_machine){.name = name};
    set_up(b, &layout);
}

void states_read(struct bench_machine *b, const char *name, const char *map)
{
    struct np_pool pool = {.messages = stderr};
    struct np_layout layout;
    must(np_map_file_read(&pool, map) && np_pool_layout(&pool, &layout), "no machine");
    *b = (struct bench_machine){.name = name};
    set_up(b, &layout);
    np_layout_free(&layout);
    np_pool_free(&pool);
}

void states_make_index(struct bench_machine *b, const char *name, uint64_t bytes)
{
    *b = (struct bench_machine){.name = name, .pages = bytes / NP_PAGE_SIZE};
    b->m.free.positions = (int64_t)b->pages;
    b->storage.words = malloc(words_of(b) * sizeof *b->storage.words);
    b->storage.summaries = malloc(b->pages / 256 * sizeof *b->storage.summaries);
    must(b->storage.words != NULL && b->storage.summaries != NULL, "no memory for the index");
    b->m.free.words = b->storage.words;
    b->m.free.summaries = b->storage.summaries;
    np_index_clear(&b->m.free);
    np_index_give(&b->m.free, 0, b->pages);
}

void states_drop(struct bench_machine *b)
{
    np_storage_free(&b->storage);
    free(b->fresh);
}

static uint64_t fresh_word(const struct bench_machine *b, uint64_t i)
{
    return b->fresh == NULL ? UINT64_MAX : b->fresh[i];
}

static void refresh(struct bench_machine *b)
{
    np_tree_refresh(&b->m.free, 0, (uint64_t)b->m.free.positions);
}

void states_fresh(struct bench_machine *b)
{
    for (uint64_t i = 0; i < words_of(b); i++)
        b->m.free.words[i] = fresh_word(b, i);
    refresh(b);
}

void states_full(struct bench_machine *b)
{
    np_index_clear(&b->m.free);
}

void states_random(struct bench_machine *b, unsigned used)
{
    uint64_t seed = 1;
    for (uint64_t i = 0; i < words_of(b); i++) {
        uint64_t taken = UINT64_MAX;
        for (unsigned k = 0; k < used; k++)
            taken &= random_next(&seed);
        b->m.free.words[i] = fresh_word(b, i) & ~taken;
    }
    refresh(b);
}

void states_pattern(struct bench_machine *b, uint64_t period, uint64_t first, uint64_t count, bool used)
{
    memcpy(b->m.free.words, b->fresh, words_of(b) * sizeof *b->fresh);
    for (uint32_t s = 0; s < b->m.regions; s++) {
        const struct np_region *region = &b->m.region[s];
        uint64_t phase = (uint64_t)region->first % period;
        for (uint64_t p = (uint64_t)region->base; p < (uint64_t)(region->base + region->pages); p++) {
            if ((phase >= first && phase < first + count) == used) b->m.free.words[p / 64] &= ~(UINT64_C(1) << p % 64);
            if (++phase == period) phase = 0;
        }
    }
    refresh(b);
}

/* ---- Aged ---- */

/* What is allocated: a position and a number of pages each. */
struct live {
    uint64_t *at;
    uint64_t count;
    uint64_t pages;
};

/* 1 to 512 pages, as often 1 to 2 as 257 to 512. */
static uint64_t some_size(uint64_t *seed)
{
    const uint64_t r = random_next(seed);
    const uint64_t top = UINT64_C(1) << r % 10;
    return 1 + (r >> 32) % top;
}

static void take_some(struct bench_machine *b, struct live *live, uint64_t *seed)
{
    const uint64_t end = (uint64_t)b->m.free.positions;
    const uint64_t size = some_size(seed), from = random_next(seed) % end;
    uint64_t at = np_index_lowest_run(&b->m.free, from, end, size);
    if (at == NP_NONE) at = np_index_lowest_run(&b->m.free, 0, end, size);
    if (at == NP_NONE || live->count == MOST_LIVE) return;
    np_index_take(&b->m.free, at, size);
    live->at[live->count++] = at << 16 | size;
    live->pages += size;
}

static void give_some(struct bench_machine *b, struct live *live, uint64_t *seed)
{
    const uint64_t i = random_next(seed) % live->count;
    const uint64_t size = live->at[i] & 0xffff;
    np_index_give(&b->m.free, live->at[i] >> 16, size);
    live->pages -= size;
    live->at[i] = live->at[--live->count];
}

static void age(struct bench_machine *b)
{
    uint64_t seed = 2;
    struct live live = {.at = malloc(MOST_LIVE * sizeof *live.at)};
    must(live.at != NULL, "no memory to age the machine in");
    states_fresh(b);
    for (unsigned i = 0; i < STEPS; i++) {
        const bool few = live.pages < b->pages / 4 * 3;
        if (live.count == 0 || random_next(&seed) % 100 < (few ? 70u : 30u))
            take_some(b, &live, &seed);
        else
            give_some(b, &live, &seed);
    }
    free(live.at);
}

/* Reads the bitmap from a file or writes it there. */
static bool transfer(struct bench_machine *b, const char *path, bool write)
{
    FILE *file = fopen(path, write ? "wb" : "rb");
    if (file == NULL) return false;
    const uint64_t done = write ? fwrite(b->m.free.words, sizeof(uint64_t), words_of(b), file)
                                : fread(b->m.free.words, sizeof(uint64_t), words_of(b), file);
    return fclose(file) == 0 && done == words_of(b);
}

void states_aged(struct bench_machine *b, const char *directory)
{
    char path[512];
    snprintf(path, sizeof path, "%s/aged-%s", directory, b->name);
    if (figures_counting() && transfer(b, path, false)) {
        refresh(b);
        return;
    }
    age(b);
    must(transfer(b, path, true), "the aged state could not be kept");
}
