/* SPDX-License-Identifier: MIT */
/*
 * The core against the executable specification: random machines, random operations, and after each of them the same
 * answer, the same state of every page, the same census, and a machine whose own integrity check finds nothing.
 *
 *     differential [--seed S] [--operations N]
 *
 * Machine m of a run has the seed S + m, so that what a mismatch names starts with the machine it happened on. A run of
 * the default size or more also fails when something it should have met never occurred.
 */
#include "../fuzz/pair.h"
#include "random_requests.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_OPERATIONS 1000000u
#define MAX_RANGES 64u
#define MAX_NODES 6u
#define PAGE UINT64_C(4096)

/* ---- What occurred ---- */

enum kind {
    PLAIN,
    PREFER,
    ONE_BLOCK,
    CHUNKS,
    STRICT_NODE,
    ANY_NODE,
    FREE_PAGES,
    FREE_CONTIGUOUS,
    ADD_PAGES,

    PAGES_ALL,
    PAGES_PARTIAL,
    PAGES_CLAMPED,
    PAGES_INVALID,
    PAGES_LIMIT,
    PAGES_EMPTY_RANGE,
    PAGES_NODE,
    PAGES_TOO_FEW,
    PAGES_FRAGMENTED,
    CONTIGUOUS_GOT,
    CONTIGUOUS_INVALID,
    CONTIGUOUS_EMPTY_RANGE,
    CONTIGUOUS_NODE,
    CONTIGUOUS_TOO_FEW,
    CONTIGUOUS_FRAGMENTED,
    CONTIGUOUS_BOUNDARY,

    PAGES_BYTES_WRONG,
    PAGES_HIGH_WRONG,
    PAGES_SKIP_WRONG,
    PAGES_NODE_WRONG,
    PAGES_FLAGS_WRONG,
    CONTIGUOUS_BYTES_WRONG,
    CONTIGUOUS_HIGH_WRONG,
    CONTIGUOUS_BOUNDARY_WRONG,
    CONTIGUOUS_NODE_WRONG,

    DONT_ZERO,
    LOCAL_NODE_ONLY,
    FULLY_REQUIRED,
    NO_WAIT,
    PREFER_CONTIGUOUS,
    REQUIRE_CHUNKS,
    HOT_REMOVE,

    LATER_RANGES,
    SEVERAL_NODES,
    OUT_OF_ORDER,
    PARTIAL_CHUNKS,
    ALL_CHUNKS,
    WITH_BOUNDARY,
    SPANS_NODES,

    GIVEN_BACK,
    NAMED_TWICE,
    NAMED_ABSENT,
    NAMED_FREE,
    NAMED_REMOVED,
    NAMED_ALLOCATED,
    NAMED_BLOCK,
    BLOCK_INSIDE,
    BLOCK_PLAIN,
    BLOCK_FREE,
    BLOCK_ABSENT,

    NO_MATRIX,
    TIES,
    WIDE_MATRIX,
    ODD_DIAGONAL,
    AT_ZERO,
    AT_4_GIB,
    AT_TOP,
    KINDS
};

static const char *const kind_names[KINDS] = {
    "pages: plain",
    "pages: prefer contiguous",
    "pages: one block",
    "pages: chunks",
    "contiguous: one node",
    "contiguous: any node",
    "free pages",
    "free contiguous",
    "add pages",

    "pages got: all",
    "pages got: some",
    "pages got: clamped",
    "pages failed: invalid",
    "pages failed: limit",
    "pages failed: empty-range",
    "pages failed: node",
    "pages failed: too-few",
    "pages failed: fragmented",
    "contiguous got",
    "contiguous failed: invalid",
    "contiguous failed: empty-range",
    "contiguous failed: node",
    "contiguous failed: too-few",
    "contiguous failed: fragmented",
    "contiguous failed: boundary",

    "pages invalid: bytes",
    "pages invalid: high",
    "pages invalid: skip",
    "pages invalid: node",
    "pages invalid: flags",
    "contiguous invalid: bytes",
    "contiguous invalid: high",
    "contiguous invalid: boundary",
    "contiguous invalid: node",

    "got with DONT_ZERO",
    "got with FROM_LOCAL_NODE_ONLY",
    "got with FULLY_REQUIRED",
    "got with NO_WAIT",
    "got with PREFER_CONTIGUOUS",
    "got with REQUIRE_CONTIGUOUS_CHUNKS",
    "got with AND_HOT_REMOVE",

    "got pages outside range 0",
    "got pages of several nodes",
    "got pages of a node out of order",
    "got some of the chunks",
    "got several chunks, all",
    "got a block within a boundary",
    "got a block that spans nodes",

    "freed or added",
    "named twice",
    "named: absent",
    "named: free",
    "named: removed, to free",
    "named: allocated, to add",
    "named: part of a block",
    "block not begun there: inside one",
    "block not begun there: plain",
    "block not begun there: free",
    "block not begun there: absent",

    "machine without a matrix",
    "machine with many equal distances",
    "machine with few equal distances",
    "machine with a diagonal that is not least",
    "machine at address 0",
    "machine across 4 GiB",
    "machine at the top",
};

static uint64_t occurred[KINDS];

static void count(enum kind kind)
{
    occurred[kind]++;
}

/* ---- The machine, twice ---- */

static uint64_t machine_seed;
static uint64_t operation; /* of this machine, counted from 1 */
static struct np_range ranges[MAX_RANGES];
static uint32_t range_count;
static uint32_t node_count;
static uint8_t matrix[MAX_NODES * MAX_NODES];
static const uint8_t *distance; /* the matrix, or NULL */
static struct pair pair;
#define oracle (pair.oracle)

/* Ends a run after a mismatch. */
static void stop(void)
{
    printf("(to see it again: --seed %" PRIu64 " --operations %" PRIu64 ")\n", machine_seed, operation);
    exit(1);
}

/* Every page that is present, and an absent page frame. */
static void compare_states(void)
{
    const struct np_range *r = &ranges[below(range_count)];
    pair_compare_states(&pair);
    pair_compare_page(&pair, chance(50) ? r->first + r->pages : chance(50) ? r->first - 1 : random_word() >> below(64));
}

/* Some regions of memory, `pages` in all, from page frame 0 on; returns the page frame past the last. */
static uint64_t make_cluster(uint64_t pages, uint64_t longest)
{
    uint64_t at = 0;
    while (pages > 0) {
        uint64_t length = between(1, longest < pages ? longest : pages);
        if (range_count >= MAX_RANGES - 4) length = pages; /* no room for more */
        ranges[range_count++] = (struct np_range){at, length, (uint32_t)below(node_count)};
        pages -= length;
        at += length;
        if (chance(50) && pages > 0) at += chance(90) ? between(1, 4) : between(1, 130);
    }
    return at;
}

static void make_machine(void)
{
    static const uint64_t some_places = 4;
    range_count = 0;
    node_count = chance(20) ? 1 : (uint32_t)between(2, MAX_NODES);
    uint64_t left = chance(5) ? between(500, 1020) : chance(70) ? between(16, 100) : between(100, 200);
    uint64_t longest = chance(30) ? 6 : chance(60) ? 24 : 90;

    /* clusters at address 0, across 4 GiB, somewhere, and at the top of what page frames there are */
    uint64_t places = chance(60) ? 1u << below(some_places) : between(1, (1u << some_places) - 1);
    for (uint64_t place = 0; place < some_places; place++) {
        if ((places >> place & 1) == 0) continue;
        bool last = places >> place == 1;
        uint64_t pages = last ? left : between(1, left / 2);
        uint32_t from = range_count;
        uint64_t extent = make_cluster(pages, longest);
        uint64_t base = 0;
        if (place == 0) base = chance(50) ? 0 : between(1, 70);
        if (place == 1) base = (UINT64_C(1) << 20) - below(extent + 1);
        if (place == 2) base = between(UINT64_C(1) << 21, UINT64_C(1) << 39);
        if (place == 3) base = NP_PFN_LIMIT - extent - (chance(60) ? 0 : below(100));
        for (uint32_t r = from; r < range_count; r++)
            ranges[r].first += base;
        left -= pages;
        if (place == 0 && base == 0) count(AT_ZERO);
        if (place == 1) count(AT_4_GIB);
        if (place == 3) count(AT_TOP);
    }

    uint64_t matrix_kind = below(4);
    uint8_t lowest = 11;
    uint8_t values = matrix_kind == 1 ? 3 : 200;
    for (uint32_t i = 0; i < node_count * node_count; i++) {
        matrix[i] = i % (node_count + 1) == 0 ? 10 : (uint8_t)(lowest + below(values));
        if (matrix_kind == 3) matrix[i] = (uint8_t)below(4); /* the diagonal too (N5) */
    }
    distance = matrix_kind == 0 ? NULL : matrix;
    count(matrix_kind == 0 ? NO_MATRIX : matrix_kind == 1 ? TIES : matrix_kind == 2 ? WIDE_MATRIX : ODD_DIAGONAL);

    pair.stop = stop;
    pair_setup(&pair, ranges, range_count, node_count, distance);
    compare_states();
}

/* ---- Operations ---- */

static void count_got(const struct np_pages_request *q, const uint64_t *pfns, uint64_t taken)
{
    static const uint32_t flags[] = {NP_DONT_ZERO,         NP_FROM_LOCAL_NODE_ONLY,      NP_FULLY_REQUIRED, NP_NO_WAIT,
                                     NP_PREFER_CONTIGUOUS, NP_REQUIRE_CONTIGUOUS_CHUNKS, NP_AND_HOT_REMOVE};
    bool chunks = (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    bool all = taken == oracle_pages_wanted(q);
    bool later = false;
    bool several = false;
    bool disorder = false;
    count(all ? PAGES_ALL : PAGES_PARTIAL);
    if (q->total > NP_CALL_LIMIT * PAGE) count(PAGES_CLAMPED);
    for (uint32_t f = 0; f < sizeof flags / sizeof *flags; f++)
        if ((q->flags & flags[f]) != 0) count(DONT_ZERO + f);
    for (uint64_t i = 0; i < taken; i++) {
        if (pfns[i] * PAGE + PAGE - 1 > q->high) later = true;
        if (i == 0) continue;
        bool same_node = oracle_page_node(&oracle, pfns[i - 1]) == oracle_page_node(&oracle, pfns[i]);
        if (!same_node) several = true;
        if (same_node && pfns[i - 1] > pfns[i]) disorder = true;
    }
    if (later) count(LATER_RANGES);
    if (several) count(SEVERAL_NODES);
    if (disorder) count(OUT_OF_ORDER);
    if (chunks && q->skip != 0 && !all) count(PARTIAL_CHUNKS);
    if (chunks && q->skip != 0 && all && taken > q->skip / PAGE) count(ALL_CHUNKS);
}

static void try_pages(void)
{
    static const enum kind by_reason[] = {PAGES_ALL,  PAGES_INVALID, PAGES_LIMIT,     PAGES_EMPTY_RANGE,
                                          PAGES_NODE, PAGES_TOO_FEW, PAGES_FRAGMENTED};
    static const enum kind by_parameter[] = {KINDS,
                                             PAGES_BYTES_WRONG,
                                             KINDS,
                                             PAGES_HIGH_WRONG,
                                             PAGES_SKIP_WRONG,
                                             KINDS,
                                             PAGES_NODE_WRONG,
                                             PAGES_FLAGS_WRONG};
    struct np_pages_request q = random_pages_request(&oracle);
    bool chunks = (q.flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    count(chunks ? q.skip == 0 ? ONE_BLOCK : CHUNKS : (q.flags & NP_PREFER_CONTIGUOUS) != 0 ? PREFER : PLAIN);
    const uint64_t taken = pair_pages(&pair, &q, chance(10));
    const enum np_parameter wrong = pair.should.parameter;
    if (by_parameter[wrong] != KINDS) count(by_parameter[wrong]);
    if (taken > 0)
        count_got(&q, pair.should.pfns, taken);
    else
        count(by_reason[pair.should.reason]);
}

static void try_contiguous(void)
{
    static const enum kind by_reason[] = {CONTIGUOUS_GOT,         CONTIGUOUS_INVALID, KINDS,
                                          CONTIGUOUS_EMPTY_RANGE, CONTIGUOUS_NODE,    CONTIGUOUS_TOO_FEW,
                                          CONTIGUOUS_FRAGMENTED,  CONTIGUOUS_BOUNDARY};
    static const enum kind by_parameter[] = {KINDS,
                                             CONTIGUOUS_BYTES_WRONG,
                                             KINDS,
                                             CONTIGUOUS_HIGH_WRONG,
                                             KINDS,
                                             CONTIGUOUS_BOUNDARY_WRONG,
                                             CONTIGUOUS_NODE_WRONG,
                                             KINDS};
    struct np_contiguous_request q = random_contiguous_request(&oracle);
    count(q.node == NP_ANY_NODE ? ANY_NODE : STRICT_NODE);
    const bool got = pair_contiguous(&pair, &q, chance(10));
    const enum np_parameter wrong = pair.should.parameter;
    if (by_parameter[wrong] != KINDS) count(by_parameter[wrong]);
    if (!got) {
        count(by_reason[pair.should.reason]);
        return;
    }
    const uint64_t first = pair.should.pfns[0];
    count(CONTIGUOUS_GOT);
    if (q.boundary != 0) count(WITH_BOUNDARY);
    if (oracle_page_node(&oracle, first) != oracle_page_node(&oracle, first + (q.bytes - 1) / PAGE)) count(SPANS_NODES);
}

/* A page frame to free, usually a wrong one. */
static uint64_t foreign_pfn(void)
{
    uint64_t kind = below(100);
    if (kind < 60) return random_pfn(&oracle);
    if (kind < 80) return random_pfn(&oracle) + (chance(50) ? 1 : UINT64_MAX);
    if (kind < 90) return random_word() >> below(64);
    return chance(50) ? NP_NONE : NP_PFN_LIMIT - 1 + below(3);
}

static void count_wrong(const uint64_t *pfns, uint64_t at, bool add)
{
    bool twice = false;
    for (uint64_t i = 0; i < at; i++)
        if (pfns[i] == pfns[at]) twice = true;
    const struct oracle_page *page = NULL;
    for (uint32_t k = 0; k < oracle.pages; k++)
        if (oracle.page[k].pfn == pfns[at]) page = &oracle.page[k];
    if (twice) count(NAMED_TWICE);
    if (page == NULL) count(NAMED_ABSENT);
    if (page == NULL || twice) return;
    if (page->state == ORACLE_FREE) count(NAMED_FREE);
    if (page->state == ORACLE_REMOVED && !add) count(NAMED_REMOVED);
    if (page->state == ORACLE_ALLOCATED && page->block == NP_NONE && add) count(NAMED_ALLOCATED);
    if (page->state == ORACLE_ALLOCATED && page->block != NP_NONE) count(NAMED_BLOCK);
}

/* np_free_pages, or np_add_pages: some pages of the right state, in any order or ascending, at times one wrong. */
static void try_list(bool add)
{
    uint64_t pfns[ORACLE_MAX_PAGES + 1];
    uint64_t length = 0;
    for (uint32_t k = 0; k < oracle.pages; k++) {
        const struct oracle_page *page = &oracle.page[k];
        if (page->state == (add ? ORACLE_REMOVED : ORACLE_ALLOCATED) && page->block == NP_NONE)
            pfns[length++] = page->pfn;
    }
    if (chance(60))
        for (uint64_t i = length; i > 1; i--) {
            uint64_t j = below(i);
            uint64_t pfn = pfns[j];
            pfns[j] = pfns[i - 1];
            pfns[i - 1] = pfn;
        }
    uint64_t most = chance(80) && length > 12 ? 12 : length;
    uint64_t chosen = most == 0 ? 0 : between(chance(98), most);
    uint64_t from = below(length - chosen + 1);
    memmove(pfns, pfns + from, (size_t)chosen * sizeof *pfns);
    if (chance(12)) {
        uint64_t at = below(chosen + 1);
        memmove(pfns + at + 1, pfns + at, (size_t)(chosen - at) * sizeof *pfns);
        pfns[at] = chosen > 0 && chance(40) ? pfns[at > 0 ? below(at) : chosen] : foreign_pfn();
        chosen++;
    }

    count(add ? ADD_PAGES : FREE_PAGES);
    const uint64_t right = pair_give(&pair, pfns, chosen, add);
    if (right == chosen) count(GIVEN_BACK);
    if (right < chosen) count_wrong(pfns, right, add);
}

static void try_free_contiguous(void)
{
    uint64_t firsts[ORACLE_MAX_PAGES];
    uint64_t blocks = 0;
    for (uint32_t k = 0; k < oracle.pages; k++)
        if (oracle.page[k].block == oracle.page[k].pfn) firsts[blocks++] = oracle.page[k].pfn;
    uint64_t pfn = blocks > 0 && chance(85) ? firsts[below(blocks)] : foreign_pfn();

    count(FREE_CONTIGUOUS);
    const uint64_t should = pair_free_contiguous(&pair, pfn);
    if (should > 0) return;
    enum oracle_state state = oracle_page_state(&oracle, pfn);
    if (state == ORACLE_ABSENT) count(BLOCK_ABSENT);
    if (state == ORACLE_FREE) count(BLOCK_FREE);
    for (uint32_t k = 0; k < oracle.pages; k++)
        if (oracle.page[k].pfn == pfn && state == ORACLE_ALLOCATED)
            count(oracle.page[k].block == NP_NONE ? BLOCK_PLAIN : BLOCK_INSIDE);
}

/* One operation: the fuller the machine beyond what it should be, the likelier to free. */
static void operate(uint64_t percent_free)
{
    struct np_census c = oracle_count_pages(&oracle);
    bool give = chance(c.free * 100 < percent_free * c.present ? 65 : 15);
    bool blocks = false;
    for (uint32_t k = 0; k < oracle.pages; k++)
        if (oracle.page[k].block != NP_NONE) blocks = true;
    operation++;
    if (!give && chance(60))
        try_pages();
    else if (!give)
        try_contiguous();
    else if (c.removed > 0 && chance(25))
        try_list(true);
    else if (chance(blocks ? 45 : 90))
        try_list(chance(2));
    else
        try_free_contiguous();
    compare_states();
}

static uint64_t number(const char *text)
{
    char *end;
    uint64_t n = strtoull(text, &end, 0);
    if (*text == '\0' || *end != '\0') {
        fprintf(stderr, "differential: not a number: %s\n", text);
        exit(2);
    }
    return n;
}

int main(int argc, char **argv)
{
    uint64_t seed = 1;
    uint64_t operations = DEFAULT_OPERATIONS;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            seed = number(argv[++i]);
        else if (strcmp(argv[i], "--operations") == 0 && i + 1 < argc)
            operations = number(argv[++i]);
        else {
            fprintf(stderr, "usage: differential [--seed S] [--operations N]\n");
            return 2;
        }
    }

    uint64_t done = 0;
    uint64_t machines = 0;
    while (done < operations) {
        machine_seed = seed + machines++;
        random_start(machine_seed);
        operation = 0;
        make_machine();
        uint64_t length = between(50, 700);
        uint64_t percent_free = 50;
        for (uint64_t i = 0; i < length && done < operations; i++, done++) {
            if (i % 64 == 0) percent_free = between(10, 85);
            operate(percent_free);
        }
        pair_drop(&pair);
    }

    bool missing = false;
    for (uint32_t k = 0; k < KINDS; k++) {
        printf("%10" PRIu64 "  %s\n", occurred[k], kind_names[k]);
        if (occurred[k] == 0) missing = true;
    }
    printf("%" PRIu64 " operations on %" PRIu64 " machines, seed %" PRIu64 ": no mismatch\n", done, machines, seed);
    if (missing && operations >= DEFAULT_OPERATIONS) {
        printf("but something that should occur never did\n");
        return 1;
    }
    return 0;
}
