#include "../src/core/index.h"
#include "dpdk/heap.h"
#include "figures.h"
#include "parts.h"
#include "scan.h"
#include "states.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEBIBYTES UINT64_C(4096)
#define SAMPLES 3000u

/* A request that both can be put to: so many pages, within a boundary or, with 0, without one. */
struct both {
    struct np_machine *m;
    struct np_contiguous_request q;
    uint64_t sizes;    /* 1 to so many pages */
    uint64_t boundary; /* bytes */
    uint64_t pages;
    uint64_t seed;
    uint64_t first;
    uint64_t page;
    void *heap;
    const void *zone;
};

static void some_size(void *of)
{
    struct both *b = of;
    b->pages = 1 + random_next(&b->seed) % b->sizes;
    b->q.bytes = b->pages * NP_PAGE_SIZE;
    b->q.boundary = b->boundary;
}

static void ask_core(void *of)
{
    struct both *b = of;
    b->first = np_allocate_contiguous(b->m, &b->q);
}

static void core_free(void *of)
{
    struct both *b = of;
    must(b->first != NP_NONE && np_free_contiguous(b->m, b->first) != 0, "a block for DPDK alone");
}

static void ask_core_for_a_page(void *of)
{
    struct both *b = of;
    const struct np_pages_request q = {.high = UINT64_MAX, .total = NP_PAGE_SIZE};
    must(np_allocate_pages(b->m, &q, &b->page) == 1, "no page");
}

static void core_free_page(void *of)
{
    struct both *b = of;
    must(np_free_pages(b->m, &b->page, 1) == 1, "a page that could not be freed");
}

static void ask_heap(void *of)
{
    struct both *b = of;
    b->heap = heap_pages(b->pages);
}

static void heap_back(void *of)
{
    struct both *b = of;
    must(b->heap != NULL, "no pages from DPDK");
    heap_free_pages(b->heap);
}

static void ask_zone(void *of)
{
    struct both *b = of;
    b->zone = heap_zone(b->pages, b->boundary);
}

static void zone_back(void *of)
{
    struct both *b = of;
    must(b->zone != NULL, "no zone from DPDK");
    heap_free_zone(b->zone);
}

static void compare(struct both *b, const char *name, bool single)
{
    const uint64_t all = (uint64_t)b->m->stretch[0].pages;
    const struct row tree = {name, "tree", "4 GiB", "aged", all, "us"},
                     dpdk = {name, "dpdk", "4 GiB", "aged", all, "us"};
    struct task core = {some_size, ask_core, core_free, b};
    if (single) core = (struct task){some_size, ask_core_for_a_page, core_free_page, b};
    b->seed = 6;
    figures_measure(tree, core, SAMPLES);
    b->seed = 6;
    if (b->boundary == 0)
        figures_measure(dpdk, (struct task){some_size, ask_heap, heap_back, b}, SAMPLES);
    else
        figures_measure(dpdk, (struct task){some_size, ask_zone, zone_back, b}, SAMPLES);
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

    struct both b = {.m = &machine.m, .q = {.high = UINT64_MAX, .node = NP_ANY_NODE}, .sizes = 1};
    compare(&b, "DPDK: a page", true);
    b.sizes = 32;
    compare(&b, "DPDK: a block of 1 to 32 pages", false);
    b.boundary = 32 * NP_PAGE_SIZE;
    compare(&b, "DPDK: a block of 1 to 32 pages inside 128 KiB", false);
    b.boundary = 128 * NP_PAGE_SIZE;
    b.sizes = 128;
    compare(&b, "DPDK: a block of 1 to 128 pages inside 512 KiB", false);
    states_drop(&machine);
}
