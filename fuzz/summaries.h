/* SPDX-License-Identifier: MIT */
/*
 * The summaries of a free-page index, computed again: of blocks a bit at a time, of all else from two halves.
 */
#ifndef FUZZ_SUMMARIES_H
#define FUZZ_SUMMARIES_H

#include "../src/core/types.h"

/** A summary that is not what it should be: the node, the span it covers, what it says, and what it should say. */
struct summaries_wrong {
    int64_t node; /* 0: every summary is right */
    int64_t at;
    int64_t span;
    struct np_summary got;
    struct np_summary should;
};

/**
 * Holds every node of the tree against the bitmap. Without a tree (NP_INDEX_SCAN) there is none to be wrong.
 *
 * @return the wrong one of the shortest span, the first of these
 */
struct summaries_wrong summaries_compare(const struct np_index *index);

/** Whether a summary that speaks of the positions from `at` on is wrong. */
bool summaries_wrong_at(const struct np_index *index, uint64_t at);

/** The same, but every node of every span a bit at a time: slow, and beholden to nothing. */
struct summaries_wrong summaries_compare_bits(const struct np_index *index);

#endif
