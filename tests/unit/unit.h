/* SPDX-License-Identifier: MIT */
/*
 * What the unit tests share: small machines, and requests with everything left out that a test does not speak of.
 *
 * Expected answers are worked out by hand. Every answer is followed by the core's own integrity check.
 */
#ifndef UNIT_H
#define UNIT_H

#include "../../src/core/nodepages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))
#define FIRST(pfn) (UINT64_C(4096) * (pfn))       /* first byte of a page */
#define LAST(pfn) (UINT64_C(4096) * (pfn) + 4095) /* last byte of a page */
#define PAGES(count) (UINT64_C(4096) * (count))   /* in bytes */
#define MOST UINT64_MAX

/* Where pages are returned: all that a call may. */
static uint64_t got[NP_CALL_LIMIT];

/* A machine in memory of exactly the size it needs. */
struct unit {
    struct np_machine m;
    struct np_storage storage;
};

static inline void begin(struct unit *u, const struct np_range *ranges, uint32_t count, uint32_t nodes,
                         const uint8_t *distance)
{
    uint32_t where;
    uint64_t at;
    assert_int_equal(np_storage_needed(ranges, count, nodes, &u->storage, &where), NP_SETUP_OK);
    u->storage.regions = malloc(u->storage.region_capacity * sizeof *u->storage.regions);
    u->storage.words = malloc(u->storage.word_capacity * sizeof *u->storage.words);
    u->storage.summaries = malloc(u->storage.summary_capacity * sizeof *u->storage.summaries);
    assert_non_null(u->storage.regions);
    assert_non_null(u->storage.words);
    assert_non_null(u->storage.summaries);
    assert_int_equal(np_setup(&u->m, &u->storage, ranges, count, nodes, distance, &where), NP_SETUP_OK);
    assert_int_equal(np_check(&u->m, &u->storage, &at), NP_FAULT_NONE);
}

static inline void end(struct unit *u)
{
    uint64_t at;
    assert_int_equal(np_check(&u->m, &u->storage, &at), NP_FAULT_NONE);
    free(u->storage.regions);
    free(u->storage.words);
    free(u->storage.summaries);
}

/* One node, page frames 0x10 to 0x1f. */
static inline void begin_sixteen(struct unit *u)
{
    static const struct np_range ranges[] = {{0x10, 16, 0}};
    begin(u, ranges, 1, 1, NULL);
}

/* A request for a number of pages, of all memory, from node 0 first. */
static inline struct np_pages_request want(uint64_t pages)
{
    return (struct np_pages_request){.low = 0, .high = MOST, .skip = 0, .total = PAGES(pages), .node = 0, .flags = 0};
}

/* The same, with range 0 from page frame `first` to `last`, and `skip` pages from range to range. */
static inline struct np_pages_request want_in(uint64_t pages, uint64_t first, uint64_t last, uint64_t skip)
{
    struct np_pages_request q = want(pages);
    q.low = FIRST(first);
    q.high = LAST(last);
    q.skip = PAGES(skip);
    return q;
}

/* A request for contiguous memory, of all memory, from any node. */
static inline struct np_contiguous_request want_block(uint64_t bytes)
{
    return (struct np_contiguous_request){.bytes = bytes, .low = 0, .high = MOST, .boundary = 0, .node = NP_ANY_NODE};
}

static inline void expect_list(struct unit *u, struct np_pages_request q, const uint64_t *pfns, uint64_t count)
{
    uint64_t at;
    bool removed = (q.flags & NP_AND_HOT_REMOVE) != 0;
    assert_int_equal(np_why_pages(&u->m, &q), NP_REASON_NONE);
    assert_int_equal(np_allocate_pages(&u->m, &q, got), count);
    for (uint64_t i = 0; i < count; i++) {
        assert_int_equal(got[i], pfns[i]);
        assert_int_equal(np_page_state(&u->m, pfns[i]), removed ? NP_REMOVED : NP_ALLOCATED);
    }
    assert_int_equal(np_check(&u->m, &u->storage, &at), NP_FAULT_NONE);
}

/* The request gets exactly these pages, in this order. */
#define expect_pages(u, q, ...)                                                                                        \
    expect_list(u, q, (const uint64_t[]){__VA_ARGS__}, sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

/* The request fails for this reason, and changes nothing (M5). */
static inline void expect_failure(struct unit *u, struct np_pages_request q, enum np_reason reason)
{
    uint64_t at;
    struct np_census before = np_count_pages(&u->m);
    assert_int_equal(np_allocate_pages(&u->m, &q, got), 0);
    assert_int_equal(np_why_pages(&u->m, &q), reason);
    struct np_census after = np_count_pages(&u->m);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(np_check(&u->m, &u->storage, &at), NP_FAULT_NONE);
}

/* The request is invalid by this parameter. */
static inline void expect_invalid(struct unit *u, struct np_pages_request q, enum np_parameter parameter)
{
    assert_int_equal(np_check_pages_request(&u->m, &q), parameter);
    expect_failure(u, q, NP_REASON_INVALID);
}

/* The block begins here. */
static inline void expect_block(struct unit *u, struct np_contiguous_request q, uint64_t pfn)
{
    uint64_t at;
    assert_int_equal(np_why_contiguous(&u->m, &q), NP_REASON_NONE);
    assert_int_equal(np_allocate_contiguous(&u->m, &q), pfn);
    assert_int_equal(np_page_state(&u->m, pfn), NP_ALLOCATED);
    assert_int_equal(np_page_state(&u->m, pfn + (q.bytes - 1) / 4096), NP_ALLOCATED);
    assert_int_equal(np_check(&u->m, &u->storage, &at), NP_FAULT_NONE);
}

static inline void expect_no_block(struct unit *u, struct np_contiguous_request q, enum np_reason reason)
{
    uint64_t at;
    struct np_census before = np_count_pages(&u->m);
    assert_int_equal(np_allocate_contiguous(&u->m, &q), NP_NONE);
    assert_int_equal(np_why_contiguous(&u->m, &q), reason);
    struct np_census after = np_count_pages(&u->m);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(np_check(&u->m, &u->storage, &at), NP_FAULT_NONE);
}

static inline void expect_invalid_block(struct unit *u, struct np_contiguous_request q, enum np_parameter parameter)
{
    assert_int_equal(np_check_contiguous_request(&u->m, &q), parameter);
    expect_no_block(u, q, NP_REASON_INVALID);
}

/* Page frames first to last become allocated. */
static inline void hold(struct unit *u, uint64_t first, uint64_t last)
{
    struct np_pages_request q = want_in(last - first + 1, first, last, 0);
    q.flags = NP_FULLY_REQUIRED;
    assert_int_equal(np_allocate_pages(&u->m, &q, got), last - first + 1);
}

static inline void expect_figures(struct np_figures f, uint64_t eligible, uint64_t longest, uint64_t first,
                                  uint64_t blocker)
{
    assert_int_equal(f.eligible, eligible);
    assert_int_equal(f.longest, longest);
    assert_int_equal(f.first, first);
    assert_int_equal(f.blocker, blocker);
}

static inline void expect_census(struct unit *u, uint64_t free_pages, uint64_t allocated, uint64_t removed)
{
    struct np_census c = np_count_pages(&u->m);
    assert_int_equal(c.free, free_pages);
    assert_int_equal(c.allocated, allocated);
    assert_int_equal(c.removed, removed);
    assert_int_equal(c.present, free_pages + allocated + removed);
}

#endif
