/* SPDX-License-Identifier: MIT */
#include "../src/core/index/index.h"
#include "../src/core/index/scan.h"
#include "../src/core/index/tree.h"
#include "figures.h"
#include "parts.h"
#include "states.h"

#include <string.h>

#define BLOCK UINT64_C(512) /* pages of the rare run: 2 MiB */
#define TOUCHED 9u          /* words it may touch */

/* The rare run, put down somewhere else for every sample. */
struct rare {
    struct bench_machine b;
    uint64_t (*search)(const struct np_index *index, uint64_t from, uint64_t end, uint64_t count);
    uint64_t seed;
    uint64_t at;
    uint64_t found;
    uint64_t kept[TOUCHED];
};

/* In the last eighth of the machine, and aligned to nothing. */
static void plant(void *of)
{
    struct rare *r = of;
    struct np_index *index = &r->b.m.free;
    const uint64_t room = r->b.pages / 8 - BLOCK - 64 * TOUCHED;
    r->at = r->b.pages / 8 * 7 + random_next(&r->seed) % room;
    memcpy(r->kept, index->words + r->at / 64, sizeof r->kept);
    np_index_give(index, r->at, BLOCK);
}

static void search(void *of)
{
    struct rare *r = of;
    r->found = r->search(&r->b.m.free, 0, r->b.pages, BLOCK);
}

/* The run may have begun earlier, with pages that were free before it. */
static void unplant(void *of)
{
    struct rare *r = of;
    struct np_index *index = &r->b.m.free;
    must(r->found <= r->at && r->at - r->found < 64, "the rare run was not found");
    memcpy(index->words + r->at / 64, r->kept, sizeof r->kept);
    np_tree_refresh(index, r->at / 64 * 64, (r->at / 64 + TOUCHED) * 64);
}

static void measure(struct rare *r, const char *who)
{
    const struct row row = {"search for a rare run of 512 pages", who, r->b.name, "half", r->b.pages, "us"};
    r->search = who[0] == 't' ? np_tree_lowest_run : np_scan_lowest_run;
    r->seed = 3;
    figures_measure(row, (struct task){plant, search, unplant, r}, who[0] == 't' ? 2000 : 100);
}

void bench_index(void)
{
    static const struct {
        const char *name;
        uint64_t bytes;
    } sizes[] = {{"4 GiB", 4 * GIB}, {"64 GiB", 64 * GIB}, {"1 TiB", TIB}, {"16 TiB", 16 * TIB}, {"64 TiB", 64 * TIB}};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        static struct rare r;
        if (figures_counting() && sizes[i].bytes > TIB) continue;
        states_make_index(&r.b, sizes[i].name, sizes[i].bytes);
        states_random(&r.b, 1);
        measure(&r, "tree");
        measure(&r, "scan");
        states_drop(&r.b);
    }
}
