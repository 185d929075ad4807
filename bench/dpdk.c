/* SPDX-License-Identifier: MIT */
#include "../src/core/index/index.h"
#include "dpdk/heap.h"
#include "figures.h"
#include "parts.h"
#include "scan.h"
#include "states.h"

#include <stdio.h>

#define MEBIBYTES UINT64_C(4096)
#define SAMPLES 5000u
#define LIVE 2048u /* blocks of this program's own in use at a time */

/* A block that both gave, each from somewhere. */
struct live {
    uint64_t first; /* page frame */
    void *heap;
    const void *zone;
};

/*
 * A stream of requests that both can answer: a greatest number of pages, within a boundary or, with 0, without one. Every block stays
 * in use until chance has it freed.
 */
struct stream {
    struct np_machine *m;
    struct np_contiguous_request q;
    uint64_t sizes;
    uint64_t boundary; /* bytes */
    uint64_t seed;
    struct live live[LIVE];
    uint64_t at;
};

static void next_request(struct stream *s)
{
    s->at = random_next(&s->seed) % LIVE;
    s->q.bytes = (1 + random_next(&s->seed) % s->sizes) * NP_PAGE_SIZE;
    s->q.boundary = s->boundary;
}

static void free_in_core(void *of)
{
    struct stream *s = of;
    next_request(s);
    if (s->live[s->at].first != NP_NONE) must(np_free_contiguous(s->m, s->live[s->at].first) != 0, "not freed");
}

static void ask_core(void *of)
{
    struct stream *s = of;
    s->live[s->at].first = np_allocate_contiguous(s->m, &s->q);
}

static void free_in_heap(void *of)
{
    struct stream *s = of;
    next_request(s);
    heap_free_pages(s->live[s->at].heap);
}

static void ask_heap(void *of)
{
    struct stream *s = of;
    s->live[s->at].heap = heap_pages(s->q.bytes / NP_PAGE_SIZE);
}

static void free_zone(void *of)
{
    struct stream *s = of;
    next_request(s);
    if (s->live[s->at].zone != NULL) heap_free_zone(s->live[s->at].zone);
}

static void ask_zone(void *of)
{
    struct stream *s = of;
    s->live[s->at].zone = heap_zone((uint64_t)s->at, s->q.bytes / NP_PAGE_SIZE, s->boundary);
}

static void start(struct stream *s)
{
    s->seed = 6;
    for (unsigned i = 0; i < LIVE; i++)
        s->live[i] = (struct live){.first = NP_NONE};
}

/* Both begin with a stream of requests that nobody measures, and end with all freed. */
static void compare(struct stream *s, const char *name, uint64_t sizes, uint64_t boundary)
{
    const uint64_t all = (uint64_t)s->m->region[0].pages;
    const struct task core = {free_in_core, ask_core, NULL, s};
    const struct task heap = {free_in_heap, ask_heap, NULL, s}, zone = {free_zone, ask_zone, NULL, s};
    const struct task dpdk = boundary == 0 ? heap : zone;
    s->sizes = sizes;
    s->boundary = boundary;

    start(s);
    for (unsigned i = 0; i < 2 * LIVE; i++) {
        core.before(s);
        core.run(s);
    }
    figures_measure((struct row){name, "tree", "4 GiB", "aged", all, "us"}, core, SAMPLES);
    for (unsigned i = 0; i < LIVE; i++)
        if (s->live[i].first != NP_NONE) np_free_contiguous(s->m, s->live[i].first);

    start(s);
    for (unsigned i = 0; i < 2 * LIVE; i++) {
        dpdk.before(s);
        dpdk.run(s);
    }
    figures_measure((struct row){name, "dpdk", "4 GiB", "aged", all, "us"}, dpdk, SAMPLES);
    for (unsigned i = 0; i < LIVE; i++) {
        heap_free_pages(s->live[i].heap);
        if (s->live[i].zone != NULL) heap_free_zone(s->live[i].zone);
    }
}

void bench_dpdk(const char *directory)
{
    struct bench_machine machine;
    if (!heap_start(MEBIBYTES)) {
        fprintf(stderr, "bench: DPDK does not start here; its rows are left out\n");
        return;
    }
    states_make(&machine, "4 GiB", MEBIBYTES << 20);
    states_aged(&machine, directory);
    /* DPDK keeps some pages for itself: they are used here, too. */
    const uint64_t pages = heap_take_all();
    must(pages > machine.pages / 2 && pages <= machine.pages, "DPDK's heap is not laid out as it should be");
    np_index_take(&machine.m.free, pages, machine.pages - pages);
    heap_free(machine.m.free.words, pages);

    static struct stream s;
    s.m = &machine.m;
    s.q = (struct np_contiguous_request){.high = UINT64_MAX, .node = NP_ANY_NODE};
    compare(&s, "next to DPDK: a page", 1, 0);
    compare(&s, "next to DPDK: a block of 1 to 32 pages", 32, 0);
    compare(&s, "next to DPDK: a block of 1 to 32 pages inside 128 KiB", 32, 32 * NP_PAGE_SIZE);
    compare(&s, "next to DPDK: a block of 1 to 128 pages inside 512 KiB", 128, 128 * NP_PAGE_SIZE);
    states_drop(&machine);
}
