/* SPDX-License-Identifier: MIT */
/*
 * The answer to an operation of a trace, before it is printed.
 */
#ifndef NP_ANSWER_H
#define NP_ANSWER_H

#include "../host/pool.h"
#include "trace.h"

/**
 * Pages as they are shown: neighbours joined when the next page is the next page frame on the same node. All zero is
 * none.
 */
struct np_runs {
    struct np_range *at;
    uint64_t count;
    uint64_t capacity;
};

enum np_status { NP_STATUS_OK, NP_STATUS_PARTIAL, NP_STATUS_FAILED };

struct np_answer {
    const struct np_operation *operation;
    uint64_t line; /* of the trace */
    enum np_status status;
    const char *reason;    /* of a failure; else NULL */
    const char *parameter; /* of the reason "invalid"; else NULL */
    uint64_t pages;        /* that changed state */
    uint64_t requested;    /* pages, of pages and contiguous: what the bytes hold */
    uint64_t wanted;       /* the same, at most what one call returns (P2) */
    struct np_runs runs;   /* of pages and contiguous */
    bool has_figures;
    struct np_figures figures; /* of a valid request that failed or got a part, in the state that it met */
    enum np_state blocker;     /* state of the page that figures.blocker names */
};

/** Makes the runs of pages, in their order. False when out of memory. */
bool np_runs_of_pages(struct np_runs *runs, const struct np_layout *layout, const uint64_t *pfns, uint64_t count);

/**
 * Makes the runs of a block, by address: cut where the node changes. False when out of memory. O(ranges it lies on).
 */
bool np_runs_of_block(struct np_runs *runs, const struct np_layout *layout, uint64_t first, uint64_t pages);

void np_runs_free(struct np_runs *runs);

#endif
