/* SPDX-License-Identifier: MIT */
/*
 * Lists of extents: all pages of an MDL or a block, by rows of pages that lie one after the other in the memory behind
 * them.
 */
#ifndef NP_NT_EXTENTS_H
#define NP_NT_EXTENTS_H

#include "pure/extent.h"

/** A list of extents. All zero is an empty one. A list of one needs no memory, and most are of one. */
struct np_nt_extents {
    struct np_nt_extent *many; /* when there are more than one */
    struct np_nt_extent one;
    uint64_t count;
    uint64_t capacity;
    uint64_t pages; /* of all of them */
};

/** The extents, `count` of them. */
static inline const struct np_nt_extent *np_nt_extents_at(const struct np_nt_extents *extents)
{
    return extents->count > 1 ? extents->many : &extents->one;
}

/**
 * The extents of a list of page frames.
 *
 * @param[out] extents  all zero before; to be freed by np_nt_extents_free
 * @param[out] absent   when false comes back: the page frame that is absent, or NP_NONE when out of memory
 */
bool np_nt_extents_of(struct np_nt_extents *extents, const struct np_machine *core, const uint64_t *pfns,
                      uint64_t count, uint64_t *absent);

/** The same of a row of page frames, all of them present. False when out of memory. */
bool np_nt_extents_of_row(struct np_nt_extents *extents, const struct np_machine *core, uint64_t first, uint64_t count);

/** Whether one of them holds a page frame. */
bool np_nt_extents_hold(const struct np_nt_extents *extents, uint64_t pfn);

/** The page frame of the page with a number, counted from 0 through all of them; less than `pages`. */
uint64_t np_nt_extents_pfn(const struct np_nt_extents *extents, uint64_t number);

void np_nt_extents_free(struct np_nt_extents *extents);

#endif
