/* SPDX-License-Identifier: MIT */
#include "oracle.h"

#include <assert.h>
#include <stdlib.h>

/* Sums and products of addresses, without overflow. */
#define PAGE_BYTES UINT64_C(4096)                        /* M1; a page ends below 2^52 */
#define LARGEST_ADDRESS UINT64_MAX                       /* M6 */
#define LIMIT_BYTES (UINT64_C(0x100000000) - PAGE_BYTES) /* P2: 4 GiB - 4096 */

static bool has(const struct np_pages_request *q, uint32_t flag)
{
    return (q->flags & flag) != 0;
}

static bool power_of_two(uint64_t x)
{
    uint64_t p = 1;
    while (p < x && p <= UINT64_MAX / 2)
        p *= 2;
    return p == x;
}

/* ---- The machine ---- */

bool oracle_setup(struct oracle *o, const struct np_range *ranges, uint32_t count, uint32_t nodes,
                  const uint8_t *distance)
{
    o->nodes = nodes;
    o->pages = 0;
    for (uint32_t from = 0; from < nodes; from++)
        for (uint32_t to = 0; to < nodes; to++)
            o->distance[from][to] = distance ? distance[from * nodes + to] : from == to ? 10 : 20; /* M2 */
    for (uint32_t r = 0; r < count; r++)
        for (uint64_t i = 0; i < ranges[r].pages; i++) {
            if (o->pages == ORACLE_MAX_PAGES) return false;
            o->page[o->pages++] = (struct oracle_page){
                .pfn = ranges[r].first + i, .block = NP_NONE, .node = ranges[r].node, .state = ORACLE_FREE};
        }
    return true;
}

/* The place of a page frame among the pages, which ascend; o->pages if it is absent. */
static uint32_t place_of(const struct oracle *o, uint64_t pfn)
{
    uint32_t low = 0, high = o->pages;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (o->page[middle].pfn == pfn) return middle;
        if (o->page[middle].pfn < pfn)
            low = middle + 1;
        else
            high = middle;
    }
    return o->pages;
}

enum oracle_state oracle_page_state(const struct oracle *o, uint64_t pfn)
{
    uint32_t k = place_of(o, pfn);
    return k < o->pages ? o->page[k].state : ORACLE_ABSENT;
}

uint32_t oracle_page_node(const struct oracle *o, uint64_t pfn)
{
    uint32_t k = place_of(o, pfn);
    return k < o->pages ? o->page[k].node : UINT32_MAX;
}

struct np_census oracle_count_pages(const struct oracle *o)
{
    struct np_census c = {0, 0, 0, 0};
    for (uint32_t k = 0; k < o->pages; k++) {
        c.present++;
        if (o->page[k].state == ORACLE_FREE) c.free++;
        if (o->page[k].state == ORACLE_ALLOCATED) c.allocated++;
        if (o->page[k].state == ORACLE_REMOVED) c.removed++;
    }
    return c;
}

/* N1, N5: the position of a node in the order that begins at the ideal node: how many nodes come before it. */
static uint32_t position(const struct oracle *o, uint32_t ideal, uint32_t node)
{
    if (node == ideal) return 0;
    uint32_t before = 1; /* the ideal node, without a look at the matrix */
    for (uint32_t other = 0; other < o->nodes; other++) {
        if (other == ideal || other == node) continue;
        uint8_t its = o->distance[ideal][other];
        uint8_t ours = o->distance[ideal][node];
        if (its < ours || (its == ours && other < node)) before++;
    }
    return before;
}

/* N1, N5: all nodes in that order. */
static void order_nodes(const struct oracle *o, uint32_t ideal, uint32_t in_order[static NP_MAX_NODES])
{
    for (uint32_t node = 0; node < o->nodes; node++)
        in_order[position(o, ideal, node)] = node;
}

/* ---- Page ranges ---- */

/* M6: whether every byte of the page lies in [low, high]. */
static bool inside(uint64_t pfn, uint64_t low, uint64_t high)
{
    uint64_t first_byte = pfn * PAGE_BYTES;
    uint64_t last_byte = first_byte + PAGE_BYTES - 1;
    return low <= first_byte && last_byte <= high;
}

/* R1, R2, R3: whether range i holds the page. */
static bool range_holds(const struct np_pages_request *q, uint64_t i, uint64_t pfn)
{
    uint64_t offset, low, high;
    if (i > 0 && q->skip == 0) return false;                                    /* R2: range 0 alone */
    if (i > 0 && has(q, NP_REQUIRE_CONTIGUOUS_CHUNKS)) return false;            /* C1: range 0 alone */
    if (__builtin_mul_overflow(i, q->skip, &offset)) return false;              /* R3: the iteration has ended */
    if (__builtin_add_overflow(q->low, offset, &low)) return false;             /* R3: the same */
    if (__builtin_add_overflow(q->high, offset, &high)) high = LARGEST_ADDRESS; /* R3 */
    return inside(pfn, low, high);
}

/*
 * R4: the first range that holds the page, if any does. Only one can be: the first whose end is not too low. The ends of
 * those before it are, and the starts of those after it are no lower than its own.
 */
static bool first_range(const struct np_pages_request *q, uint64_t pfn, uint64_t *range)
{
    uint64_t last_byte = pfn * PAGE_BYTES + PAGE_BYTES - 1;
    uint64_t i = 0;
    if (last_byte > q->high && q->skip != 0) i = (last_byte - q->high - 1) / q->skip + 1;
    assert(i == 0 || q->high + (i - 1) * q->skip < last_byte);
    *range = i;
    return range_holds(q, i, pfn);
}

static bool in_some_range(const struct np_pages_request *q, uint64_t pfn)
{
    uint64_t range;
    return first_range(q, pfn, &range);
}

/* ---- What is wrong with a request ---- */

/* Where two parameters disagree, one is blamed, and only if the other is valid by itself. */

enum np_parameter oracle_check_pages_request(const struct oracle *o, const struct np_pages_request *q)
{
    bool chunks = has(q, NP_REQUIRE_CONTIGUOUS_CHUNKS);
    bool skip_valid = chunks ? q->skip == 0 || (power_of_two(q->skip) && q->skip >= PAGE_BYTES)     /* C2, C3 */
                             : q->skip % PAGE_BYTES == 0;                                           /* R2 */
    if (q->total == 0) return NP_PARAMETER_BYTES;                                                   /* P2 */
    if (chunks && skip_valid && q->skip != 0 && q->total % q->skip != 0) return NP_PARAMETER_BYTES; /* C3 */
    if (q->high < q->low) return NP_PARAMETER_HIGH;                                                 /* R2 */
    if (!skip_valid) return NP_PARAMETER_SKIP;
    if (q->node >= o->nodes) return NP_PARAMETER_NODE;                                     /* N5 */
    if ((q->flags & ~NP_ALL_FLAGS) != 0) return NP_PARAMETER_FLAGS;                        /* P6 */
    if (has(q, NP_AND_HOT_REMOVE) && has(q, NP_FULLY_REQUIRED)) return NP_PARAMETER_FLAGS; /* P6 */
    return NP_PARAMETER_NONE;
}

enum np_parameter oracle_check_contiguous_request(const struct oracle *o, const struct np_contiguous_request *q)
{
    bool boundary_valid = q->boundary == 0 || power_of_two(q->boundary);                         /* B2 */
    if (q->bytes == 0) return NP_PARAMETER_BYTES;                                                /* B1 */
    if (boundary_valid && q->boundary != 0 && q->bytes > q->boundary) return NP_PARAMETER_BYTES; /* B2 */
    if (q->high < q->low) return NP_PARAMETER_HIGH;                                              /* R2 */
    if (!boundary_valid) return NP_PARAMETER_BOUNDARY;
    if (q->node != NP_ANY_NODE && q->node >= o->nodes) return NP_PARAMETER_NODE; /* B4 */
    return NP_PARAMETER_NONE;
}

/* ---- Pages requests ---- */

/* The whole pages that hold a number of bytes. */
static uint64_t pages_of(uint64_t bytes)
{
    return bytes / PAGE_BYTES + (bytes % PAGE_BYTES != 0);
}

/* P2, P3, C2: whether less than the whole request is a failure. */
static bool all_or_nothing(const struct np_pages_request *q)
{
    return has(q, NP_FULLY_REQUIRED) || (has(q, NP_REQUIRE_CONTIGUOUS_CHUNKS) && q->skip == 0);
}

uint64_t oracle_pages_wanted(const struct np_pages_request *q)
{
    if (q->total <= LIMIT_BYTES) return pages_of(q->total);
    if (all_or_nothing(q)) return 0;
    uint64_t clamped = LIMIT_BYTES;
    if (has(q, NP_REQUIRE_CONTIGUOUS_CHUNKS)) clamped -= clamped % q->skip; /* nothing is left if a chunk is larger */
    return clamped / PAGE_BYTES;
}

/* N4: whether the request may take pages of the node. */
static bool allowed(const struct np_pages_request *q, uint32_t node)
{
    return !has(q, NP_FROM_LOCAL_NODE_ONLY) || node == q->node;
}

/* P1: free, in some range, and on an allowed node. */
static bool eligible(const struct np_pages_request *q, const struct oracle_page *page)
{
    return page->state == ORACLE_FREE && in_some_range(q, page->pfn) && allowed(q, page->node);
}

/* P1 */
struct rank {
    uint32_t position;
    uint64_t range;
    uint64_t pfn;
};

static int compare_ranks(const void *left, const void *right)
{
    const struct rank *a = left;
    const struct rank *b = right;
    if (a->position != b->position) return a->position < b->position ? -1 : 1;
    if (a->range != b->range) return a->range < b->range ? -1 : 1;
    if (a->pfn != b->pfn) return a->pfn < b->pfn ? -1 : 1;
    return 0;
}

/* P1, and with it N1 - N3: the eligible pages of lowest rank, in rank order. */
static uint64_t choose_by_rank(const struct oracle *o, const struct np_pages_request *q, uint64_t wanted,
                               uint64_t *pfns)
{
    struct rank ranks[ORACLE_MAX_PAGES];
    uint64_t count = 0;
    for (uint32_t k = 0; k < o->pages; k++) {
        const struct oracle_page *page = &o->page[k];
        if (!eligible(q, page)) continue;
        struct rank *rank = &ranks[count++];
        rank->position = position(o, q->node, page->node);
        first_range(q, page->pfn, &rank->range);
        rank->pfn = page->pfn;
    }
    qsort(ranks, (size_t)count, sizeof *ranks, compare_ranks);
    if (count > wanted) count = wanted;
    for (uint64_t k = 0; k < count; k++)
        pfns[k] = ranks[k].pfn;
    return count;
}

/* Pages k, k + 1, … of a machine, as long as each is marked and is the next page frame after the one before it. */
static uint64_t run_length(const struct oracle *o, const bool *marked, uint32_t k)
{
    uint64_t length = 0;
    while (k + length < o->pages && marked[k + length] && o->page[k + length].pfn == o->page[k].pfn + length)
        length++;
    return length;
}

/* Whether a run begins at page k: it is marked, and the page frame before it is not. */
static bool run_begins(const struct oracle *o, const bool *marked, uint32_t k)
{
    return marked[k] && (k == 0 || !marked[k - 1] || o->page[k - 1].pfn + 1 != o->page[k].pfn);
}

/* P5: as many pages of each node as P1 takes, chosen for few runs. */
static uint64_t choose_few_runs(const struct oracle *o, const struct np_pages_request *q, uint64_t wanted,
                                uint64_t *pfns)
{
    bool left[ORACLE_MAX_PAGES]; /* eligible pages of the node that are not taken yet */
    uint32_t in_order[NP_MAX_NODES];
    uint64_t taken = 0;
    order_nodes(o, q->node, in_order);
    for (uint32_t place = 0; place < o->nodes && taken < wanted; place++) {
        uint64_t here = 0;
        for (uint32_t k = 0; k < o->pages; k++) {
            left[k] = o->page[k].node == in_order[place] && eligible(q, &o->page[k]);
            if (left[k]) here++;
        }
        uint64_t still = here < wanted - taken ? here : wanted - taken; /* wanted of this node */
        while (still > 0) {
            /* the lowest run that holds all that is still wanted, otherwise the longest run, the lowest of equals */
            uint32_t best = 0;
            uint64_t best_length = 0;
            for (uint32_t k = 0; k < o->pages && best_length < still; k++) {
                if (!run_begins(o, left, k)) continue;
                uint64_t length = run_length(o, left, k);
                if (length > best_length) {
                    best = k;
                    best_length = length;
                }
            }
            uint64_t take = best_length < still ? best_length : still;
            for (uint64_t i = 0; i < take; i++) {
                pfns[taken++] = o->page[best + i].pfn;
                left[best + i] = false;
            }
            still -= take;
        }
    }
    return taken;
}

/* Whether `count` page frames from page k on are present, free, inside [low, high] and, unless any will do, on the node. */
static bool block_fits(const struct oracle *o, uint32_t k, uint64_t pages, uint64_t low, uint64_t high, uint32_t node)
{
    for (uint64_t i = 0; i < pages; i++) {
        if (k + i >= o->pages) return false;
        const struct oracle_page *page = &o->page[k + i];
        if (page->pfn != o->page[k].pfn + i) return false; /* the page frame is absent */
        if (page->state != ORACLE_FREE || !inside(page->pfn, low, high)) return false;
        if (node != NP_ANY_NODE && page->node != node) return false;
    }
    return true;
}

/*
 * C1 - C4: blocks of `chunk` pages at multiples of `alignment` bytes, each on one node: the wanted number, of lowest
 * node position and then address.
 */
static uint64_t choose_blocks(const struct oracle *o, const struct np_pages_request *q, uint64_t wanted, uint64_t chunk,
                              uint64_t alignment, uint64_t *pfns)
{
    uint32_t in_order[NP_MAX_NODES];
    uint64_t taken = 0;
    order_nodes(o, q->node, in_order);
    for (uint32_t place = 0; place < o->nodes && taken < wanted; place++)
        for (uint32_t k = 0; k < o->pages && taken < wanted; k++) {
            const struct oracle_page *page = &o->page[k];
            if (page->node != in_order[place] || !allowed(q, page->node)) continue;
            if (page->pfn * PAGE_BYTES % alignment != 0) continue;
            if (!block_fits(o, k, chunk, q->low, q->high, page->node)) continue;
            for (uint64_t i = 0; i < chunk; i++)
                pfns[taken++] = page->pfn + i;
        }
    return taken;
}

/* The pages that a valid request takes, in order; none if it fails. */
static uint64_t choose_pages(const struct oracle *o, const struct np_pages_request *q, uint64_t *pfns)
{
    uint64_t wanted = oracle_pages_wanted(q);
    uint64_t taken;
    if (wanted == 0) return 0; /* P2: limit */
    if (has(q, NP_REQUIRE_CONTIGUOUS_CHUNKS)) {
        if (q->skip == 0)
            taken = choose_blocks(o, q, wanted, wanted, PAGE_BYTES, pfns); /* C2 */
        else
            taken = choose_blocks(o, q, wanted, q->skip / 4096, q->skip, pfns); /* C3 */
    } else if (has(q, NP_PREFER_CONTIGUOUS)) {
        taken = choose_few_runs(o, q, wanted, pfns); /* P5 */
    } else {
        taken = choose_by_rank(o, q, wanted, pfns); /* P1 */
    }
    if (all_or_nothing(q) && taken < wanted) return 0; /* P3, C2 */
    return taken;                                      /* P4: none is a failure */
}

uint64_t oracle_allocate_pages(struct oracle *o, const struct np_pages_request *q, uint64_t *pfns)
{
    if (oracle_check_pages_request(o, q) != NP_PARAMETER_NONE) return 0;
    uint64_t taken = choose_pages(o, q, pfns);
    for (uint64_t i = 0; i < taken; i++)
        o->page[place_of(o, pfns[i])].state = has(q, NP_AND_HOT_REMOVE) ? ORACLE_REMOVED : ORACLE_ALLOCATED; /* F3 */
    return taken;
}

/* ---- Contiguous requests ---- */

/* B2: whether no two bytes of [address, address + bytes), which are the machine's, lie in different multiples of the boundary. */
static bool within_boundary(uint64_t address, uint64_t bytes, uint64_t boundary)
{
    return boundary == 0 || address / boundary == (address + bytes - 1) / boundary;
}

/* B1 - B4: the lowest fitting block of a valid request, as the place of its first page; o->pages if there is none. */
static uint32_t choose_contiguous(const struct oracle *o, const struct np_contiguous_request *q)
{
    for (uint32_t k = 0; k < o->pages; k++)
        if (block_fits(o, k, pages_of(q->bytes), q->low, q->high, q->node) &&
            within_boundary(o->page[k].pfn * PAGE_BYTES, q->bytes, q->boundary))
            return k;
    return o->pages;
}

uint64_t oracle_allocate_contiguous(struct oracle *o, const struct np_contiguous_request *q)
{
    if (oracle_check_contiguous_request(o, q) != NP_PARAMETER_NONE) return NP_NONE;
    uint32_t k = choose_contiguous(o, q);
    if (k == o->pages) return NP_NONE;
    for (uint64_t i = 0; i < pages_of(q->bytes); i++) {
        o->page[k + i].state = ORACLE_ALLOCATED;
        o->page[k + i].block = o->page[k].pfn;
    }
    return o->page[k].pfn;
}

/* ---- Giving back ---- */

/* F1, F4: the leading pages of the list that are in that state, in no block of contiguous memory, and named once. */
static uint64_t right_pages(const struct oracle *o, const uint64_t *pfns, uint64_t count, enum oracle_state state)
{
    for (uint64_t i = 0; i < count; i++) {
        bool right = false;
        for (uint32_t k = 0; k < o->pages; k++)
            if (o->page[k].pfn == pfns[i]) right = o->page[k].state == state && o->page[k].block == NP_NONE;
        for (uint64_t j = 0; j < i; j++)
            if (pfns[j] == pfns[i]) right = false;
        if (!right) return i;
    }
    return count;
}

uint64_t oracle_free_pages(struct oracle *o, const uint64_t *pfns, uint64_t count)
{
    uint64_t right = right_pages(o, pfns, count, ORACLE_ALLOCATED);
    if (right < count) return right;
    for (uint64_t i = 0; i < count; i++)
        o->page[place_of(o, pfns[i])].state = ORACLE_FREE;
    return count;
}

uint64_t oracle_add_pages(struct oracle *o, const uint64_t *pfns, uint64_t count)
{
    uint64_t right = right_pages(o, pfns, count, ORACLE_REMOVED);
    if (right < count) return right;
    for (uint64_t i = 0; i < count; i++)
        o->page[place_of(o, pfns[i])].state = ORACLE_FREE;
    return count;
}

uint64_t oracle_free_contiguous(struct oracle *o, uint64_t pfn)
{
    uint64_t freed = 0;
    for (uint32_t k = 0; k < o->pages; k++)
        if (pfn != NP_NONE && o->page[k].block == pfn) {
            o->page[k].state = ORACLE_FREE;
            o->page[k].block = NP_NONE;
            freed++;
        }
    return freed;
}

/* ---- Why it failed ---- */

/* The figures over the marked pages. With `one_node` a run ends where the node changes. */
static struct np_figures figures(const struct oracle *o, const bool *marked, bool one_node)
{
    struct np_figures f = {0, 0, NP_NONE, NP_NONE};
    uint64_t length = 0;
    for (uint32_t k = 0; k < o->pages; k++) {
        const struct oracle_page *page = &o->page[k];
        if (!marked[k]) continue;
        f.eligible++;
        const bool goes_on =
            k > 0 && marked[k - 1] && page->pfn == page[-1].pfn + 1 && (!one_node || page->node == page[-1].node);
        length = goes_on ? length + 1 : 1;
        if (length > f.longest) {
            f.longest = length;
            f.first = page->pfn - (length - 1);
            f.blocker = page->pfn + 1;
        }
    }
    return f;
}

struct np_figures oracle_figures_pages(const struct oracle *o, const struct np_pages_request *q)
{
    bool marked[ORACLE_MAX_PAGES];
    for (uint32_t k = 0; k < o->pages; k++)
        marked[k] = eligible(q, &o->page[k]);
    return figures(o, marked, true);
}

struct np_figures oracle_figures_contiguous(const struct oracle *o, const struct np_contiguous_request *q)
{
    bool marked[ORACLE_MAX_PAGES];
    for (uint32_t k = 0; k < o->pages; k++) {
        const struct oracle_page *page = &o->page[k];
        marked[k] = page->state == ORACLE_FREE && inside(page->pfn, q->low, q->high) &&
                    (q->node == NP_ANY_NODE || q->node == page->node);
    }
    return figures(o, marked, q->node != NP_ANY_NODE);
}

enum np_reason oracle_why_pages(const struct oracle *o, const struct np_pages_request *q)
{
    uint64_t pfns[ORACLE_MAX_PAGES];
    if (oracle_check_pages_request(o, q) != NP_PARAMETER_NONE) return NP_REASON_INVALID;
    if (oracle_pages_wanted(q) == 0) return NP_REASON_LIMIT;
    if (choose_pages(o, q, pfns) > 0) return NP_REASON_NONE;

    bool any_present = false;
    for (uint32_t k = 0; k < o->pages; k++)
        if (in_some_range(q, o->page[k].pfn)) any_present = true;
    if (!any_present) return NP_REASON_EMPTY_RANGE;

    struct np_pages_request on_all_nodes = *q;
    on_all_nodes.flags &= ~NP_FROM_LOCAL_NODE_ONLY;
    if (choose_pages(o, &on_all_nodes, pfns) > 0) return NP_REASON_NODE;

    uint64_t need = 1;
    if (has(q, NP_REQUIRE_CONTIGUOUS_CHUNKS)) need = q->skip / 4096; /* one chunk */
    if (all_or_nothing(q)) need = oracle_pages_wanted(q);
    if (oracle_figures_pages(o, q).eligible < need) return NP_REASON_TOO_FEW;
    return NP_REASON_FRAGMENTED;
}

enum np_reason oracle_why_contiguous(const struct oracle *o, const struct np_contiguous_request *q)
{
    if (oracle_check_contiguous_request(o, q) != NP_PARAMETER_NONE) return NP_REASON_INVALID;
    if (choose_contiguous(o, q) < o->pages) return NP_REASON_NONE;

    bool any_present = false;
    for (uint32_t k = 0; k < o->pages; k++)
        if (inside(o->page[k].pfn, q->low, q->high)) any_present = true;
    if (!any_present) return NP_REASON_EMPTY_RANGE;

    struct np_contiguous_request on_all_nodes = *q;
    on_all_nodes.node = NP_ANY_NODE;
    if (choose_contiguous(o, &on_all_nodes) < o->pages) return NP_REASON_NODE;

    struct np_figures f = oracle_figures_contiguous(o, q);
    if (f.eligible < pages_of(q->bytes)) return NP_REASON_TOO_FEW;
    if (f.longest < pages_of(q->bytes)) return NP_REASON_FRAGMENTED;
    return NP_REASON_BOUNDARY;
}
