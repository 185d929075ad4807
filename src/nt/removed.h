/* SPDX-License-Identifier: MIT */
/*
 * The pages that were hot-removed and not added back: rows of page frames, ascending, which neither overlap nor touch.
 */
#ifndef NP_NT_REMOVED_H
#define NP_NT_REMOVED_H

#include <stdbool.h>
#include <stdint.h>

struct np_nt_row {
    uint64_t first;
    uint64_t pages;
};

/** The rows. All zero: no rows. */
struct np_nt_removed {
    struct np_nt_row *rows;
    uint64_t count;
    uint64_t capacity;
};

/**
 * Makes room, so that the next `more` calls of np_nt_removed_add or np_nt_removed_take can't fail. False when out of
 * memory.
 */
bool np_nt_removed_reserve(struct np_nt_removed *removed, uint64_t more);

/** Adds a row of pages, none of which is in it. O(rows). */
void np_nt_removed_add(struct np_nt_removed *removed, uint64_t first, uint64_t pages);

/** Takes a row of pages out, all of which are in it. O(rows). */
void np_nt_removed_take(struct np_nt_removed *removed, uint64_t first, uint64_t pages);

/** The number of the first row that ends after a page frame; `count` when there is none. O(log rows). */
uint64_t np_nt_removed_find(const struct np_nt_removed *removed, uint64_t pfn);

void np_nt_removed_free(struct np_nt_removed *removed);

#endif
