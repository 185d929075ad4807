/* SPDX-License-Identifier: MIT */
#include "../src/core/index/index.h"
#include "figures.h"
#include "parts.h"
#include "scan.h"
#include "states.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK UINT64_C(512) /* pages of a large request: 2 MiB */
#define MANY 5000u
#define SOME 400u
#define FEW 9u

/* A request, what comes of it, and from whom. */
struct asked {
    struct bench_machine *b;
    const struct routines *who;
    struct np_pages_request pages;
    struct np_contiguous_request block;
    uint64_t *pfns;
    uint64_t *copy;
    uint64_t got;
    uint64_t least; /* pages that must come of it */
    uint64_t seed;
};

/* ---- Pages requests ---- */

static void ask_pages(void *of)
{
    struct asked *a = of;
    a->got = a->who->pages(&a->b->m, &a->pages, a->pfns);
}

static void give_back(void *of)
{
    struct asked *a = of;
    must(a->got >= a->least, "fewer pages than there should be");
    must(a->who->free_pages(&a->b->m, a->pfns, a->got) == a->got, "pages that could not be freed");
}

static void ask_and_give_back(void *of)
{
    ask_pages(of);
    give_back(of);
}

static void give_back_only(void *of)
{
    struct asked *a = of;
    a->got = a->who->free_pages(&a->b->m, a->pfns, a->got);
}

static void copy_list(void *of)
{
    struct asked *a = of;
    memcpy(a->copy, a->pfns, NP_CALL_LIMIT * sizeof *a->copy);
}

static void some_node(void *of)
{
    struct asked *a = of;
    a->pages.node = (uint32_t)(random_next(&a->seed) % a->b->m.nodes);
}

/* Aligned chunks of 1 to 512 pages, one to eight of them, with any node first. */
static void some_chunks(void *of)
{
    struct asked *a = of;
    some_node(of);
    a->pages.skip = NP_PAGE_SIZE << random_next(&a->seed) % 10;
    a->pages.total = a->pages.skip << random_next(&a->seed) % 4;
}

static void no_pages(void *of)
{
    struct asked *a = of;
    must(a->got == 0, "pages where none should be");
}

/* ---- Contiguous requests ---- */

static void ask_block(void *of)
{
    struct asked *a = of;
    a->got = a->who->contiguous(&a->b->m, &a->block);
}

static void give_block_back(void *of)
{
    struct asked *a = of;
    if (a->got != NP_NONE) must(a->who->free_contiguous(&a->b->m, a->got) != 0, "a block that could not be freed");
}

static void no_block(void *of)
{
    struct asked *a = of;
    must(a->got == NP_NONE, "a block where none should be");
}

/* 1 to 256 pages that cross no multiple of the power of two above it, on any node or one of them. */
static void some_block(void *of)
{
    struct asked *a = of;
    const uint64_t boundary = UINT64_C(2) << random_next(&a->seed) % 8;
    const uint64_t node = random_next(&a->seed) % (2 * a->b->m.nodes);
    a->block.boundary = boundary * NP_PAGE_SIZE;
    a->block.bytes = (boundary / 2 + random_next(&a->seed) % (boundary / 2) + 1) * NP_PAGE_SIZE;
    a->block.node = node < a->b->m.nodes ? (uint32_t)node : NP_ANY_NODE;
}

/* ---- Rows ---- */

static struct asked asking(struct bench_machine *b, const struct routines *who)
{
    static uint64_t *room;
    if (room == NULL) room = malloc(2 * NP_CALL_LIMIT * sizeof *room);
    must(room != NULL, "no room for an answer");
    return (struct asked){.b = b,
                          .who = who,
                          .pages = {.high = UINT64_MAX, .total = NP_PAGE_SIZE},
                          .block = {.bytes = BLOCK * NP_PAGE_SIZE, .high = UINT64_MAX, .node = NP_ANY_NODE},
                          .pfns = room,
                          .copy = room + NP_CALL_LIMIT,
                          .seed = 4};
}

static struct row row_of(const struct asked *a, const char *name, const char *state, const char *unit)
{
    return (struct row){name, a->who->who, a->b->name, state, a->b->pages, unit};
}

static void measure_one_page(struct bench_machine *b, const struct routines *who, const char *state)
{
    struct asked a = asking(b, who);
    a.least = 1;
    figures_measure(row_of(&a, "a page, allocated and freed", state, "ns"),
                    (struct task){some_node, ask_and_give_back, NULL, &a}, MANY);
}

static void measure_many_pages(struct bench_machine *b, const struct routines *who, const char *state)
{
    struct asked a = asking(b, who);
    a.least = a.pages.total = NP_CALL_LIMIT;
    a.pages.total *= NP_PAGE_SIZE;
    figures_measure(row_of(&a, "pages, 4 GiB in one call", state, "us"), (struct task){NULL, ask_pages, give_back, &a},
                    FEW);
    figures_measure(row_of(&a, "freeing them", state, "us"), (struct task){ask_pages, give_back_only, NULL, &a}, FEW);
}

static void measure_copy(struct bench_machine *b)
{
    struct asked a = asking(b, &by_tree);
    struct row row = row_of(&a, "the list of 4 GiB, copied", "", "us");
    row.who = "memcpy";
    memset(a.pfns, 1, 2 * NP_CALL_LIMIT * sizeof *a.pfns);
    figures_measure(row, (struct task){NULL, copy_list, NULL, &a}, SOME);
}

static void measure_chunks(struct bench_machine *b, const struct routines *who, unsigned samples)
{
    struct asked a = asking(b, who);
    a.pages.flags = NP_REQUIRE_CONTIGUOUS_CHUNKS;
    figures_measure(row_of(&a, "aligned chunks of 1 to 512 pages", "aged", "us"),
                    (struct task){some_chunks, ask_pages, give_back, &a}, samples);
}

static void measure_bounded(struct bench_machine *b, const struct routines *who, unsigned samples)
{
    struct asked a = asking(b, who);
    figures_measure(row_of(&a, "a block of 2 to 256 pages inside a boundary", "aged", "us"),
                    (struct task){some_block, ask_block, give_block_back, &a}, samples);
}

/* The rare block: the only free run of its length, near the end. */
static void measure_rare(struct bench_machine *b, const struct routines *who, unsigned samples)
{
    struct asked a = asking(b, who);
    figures_measure(row_of(&a, "a rare block of 512 pages", "half", "us"),
                    (struct task){NULL, ask_block, give_block_back, &a}, samples);
}

static void measure_no_block(struct bench_machine *b, const struct routines *who, const char *state, uint64_t boundary,
                             unsigned samples)
{
    struct asked a = asking(b, who);
    a.block.boundary = boundary;
    figures_measure(
        row_of(&a, boundary == 0 ? "no block of 512 pages" : "no block of 512 pages inside 2 MiB", state, "us"),
        (struct task){NULL, ask_block, no_block, &a}, samples);
}

static void measure_no_chunk(struct bench_machine *b, const struct routines *who, const char *state, unsigned samples)
{
    struct asked a = asking(b, who);
    a.pages.flags = NP_REQUIRE_CONTIGUOUS_CHUNKS;
    a.pages.skip = a.pages.total = BLOCK * NP_PAGE_SIZE;
    figures_measure(row_of(&a, "no aligned chunk of 512 pages", state, "us"),
                    (struct task){NULL, ask_pages, no_pages, &a}, samples);
}

static void ask_figures(void *of)
{
    struct asked *a = of;
    a->got = a->who->figures(&a->b->m, &a->pages).eligible;
}

static void measure_figures(struct bench_machine *b, const struct routines *who)
{
    struct asked a = asking(b, who);
    if (figures_counting() && who == &by_scan) return; /* minutes there */
    a.pages.total = BLOCK * NP_PAGE_SIZE;
    figures_measure(row_of(&a, "the figures of a failure, over all of the machine", "half", "us"),
                    (struct task){NULL, ask_figures, NULL, &a}, 3);
}

/* All that has FULLY_REQUIRED and too much is counted, and refused. */
static void measure_fully_required(struct bench_machine *b, const struct routines *who)
{
    struct asked a = asking(b, who);
    a.pages.flags = NP_FULLY_REQUIRED;
    a.pages.high = FEW * NP_CALL_LIMIT / 8 * NP_PAGE_SIZE;
    a.pages.total = NP_CALL_LIMIT * NP_PAGE_SIZE;
    figures_measure(row_of(&a, "FULLY_REQUIRED, more than there is", "half", "us"),
                    (struct task){NULL, ask_pages, no_pages, &a}, 3);
}

/* Ranges of a page, `skip` pages apart, over all of the machine, and no page free in any of them. */
static void measure_steps(struct bench_machine *b, const char *name, uint64_t skip, const char *state)
{
    struct asked a = asking(b, &by_tree);
    a.pages.high = NP_PAGE_SIZE - 1;
    a.pages.skip = skip * NP_PAGE_SIZE;
    figures_measure(row_of(&a, name, state, "us"), (struct task){NULL, ask_pages, no_pages, &a}, FEW);
}

static void measure_set_up(const char *map)
{
    struct bench_machine b;
    double least = 0;
    for (unsigned i = 0; i < 3; i++) {
        states_read(&b, "1 TiB", map);
        if (i == 0 || b.setup < least) least = b.setup;
        if (i < 2) states_drop(&b);
    }
    const struct np_storage *s = &b.storage;
    const double bytes = (double)(s->word_capacity * sizeof *s->words + s->summary_capacity * sizeof *s->summaries +
                                  s->region_capacity * sizeof *s->regions + sizeof b.m);
    figures_row((struct row){"setting the machine up, its memory included", "tree", b.name, "fresh", b.pages, "ms"},
                least * 1e3);
    figures_row((struct row){"memory that holds the state", "tree", b.name, "fresh", b.pages, "bytes/page"},
                bytes / (double)b.pages);
    states_drop(&b);
}

/* ---- States ---- */

static void plant_rare(struct bench_machine *b)
{
    const struct np_region *last = &b->m.region[b->m.regions - 1];
    np_index_give(&b->m.free, (uint64_t)(last->base + last->pages) - 3000, BLOCK);
}

/* What costs little at any size. */
static void measure_small(struct bench_machine *b, const char *directory)
{
    states_fresh(b);
    measure_one_page(b, &by_tree, "fresh");
    measure_one_page(b, &by_scan, "fresh");
    states_random(b, 1);
    measure_one_page(b, &by_tree, "half");
    measure_one_page(b, &by_scan, "half");
    plant_rare(b);
    measure_rare(b, &by_tree, SOME);
    measure_rare(b, &by_scan, FEW);
    states_aged(b, directory);
    measure_one_page(b, &by_tree, "aged");
    measure_one_page(b, &by_scan, "aged");
    measure_chunks(b, &by_tree, MANY);
    measure_chunks(b, &by_scan, SOME);
    measure_bounded(b, &by_tree, MANY);
    measure_bounded(b, &by_scan, SOME);
}

static void measure_adversarial(struct bench_machine *b)
{
    states_pattern(b, BLOCK, 0, 1, true);
    measure_no_block(b, &by_tree, "each run a page short", 0, SOME);
    measure_no_block(b, &by_scan, "each run a page short", 0, 3);
    measure_no_chunk(b, &by_tree, "each run a page short", SOME);
    measure_no_chunk(b, &by_scan, "each run a page short", 3);
    states_pattern(b, 2 * BLOCK, BLOCK / 2, BLOCK, false);
    measure_no_block(b, &by_tree, "each run astride the boundary", BLOCK * NP_PAGE_SIZE, SOME);
    measure_no_block(b, &by_scan, "each run astride the boundary", BLOCK * NP_PAGE_SIZE, 3);
    measure_no_chunk(b, &by_tree, "each run astride the boundary", SOME);
    measure_no_chunk(b, &by_scan, "each run astride the boundary", 3);
}

static void measure_stepped(struct bench_machine *b)
{
    states_full(b);
    measure_steps(b, "ranges of a page, 8 KiB apart", 2, "no page free");
    measure_steps(b, "ranges of a page, 2 MiB apart", BLOCK, "no page free");
    states_pattern(b, 2, 0, 1, true);
    measure_steps(b, "ranges of a page, 8 KiB apart", 2, "all between free");
    states_pattern(b, 65, 0, 1, true);
    measure_steps(b, "ranges of a page, 260 KiB apart", 65, "all between free");
    states_pattern(b, BLOCK, 0, 1, true);
    measure_steps(b, "ranges of a page, 2 MiB apart", BLOCK, "all between free");
}

void bench_requests(const char *map, const char *directory)
{
    struct bench_machine b;
    measure_set_up(map);
    states_make(&b, "4 GiB", 4 * GIB);
    measure_small(&b, directory);
    states_drop(&b);
    states_make(&b, "64 GiB", 64 * GIB);
    measure_small(&b, directory);
    states_drop(&b);

    states_read(&b, "1 TiB", map);
    measure_copy(&b);
    measure_many_pages(&b, &by_tree, "fresh");
    measure_many_pages(&b, &by_scan, "fresh");
    states_random(&b, 1);
    measure_many_pages(&b, &by_tree, "half");
    measure_many_pages(&b, &by_scan, "half");
    measure_figures(&b, &by_tree);
    measure_figures(&b, &by_scan);
    measure_fully_required(&b, &by_tree);
    measure_fully_required(&b, &by_scan);
    measure_small(&b, directory);
    measure_adversarial(&b);
    measure_stepped(&b);
    states_drop(&b);
}
