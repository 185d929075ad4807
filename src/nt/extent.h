/*
 * Extents: pages of a list that lie one after the other, in the machine and so in the memory behind it. What is done to
 * many pages is done an extent at a time.
 */
#ifndef NP_NT_EXTENT_H
#define NP_NT_EXTENT_H

#include "../host/pool.h"

/** Page frames [pfn, pfn + pages), at positions [position, position + pages). */
struct np_nt_extent {
    uint64_t pfn;
    uint64_t position;
    uint64_t pages;
};

/**
 * The extent that a list of page frames begins with.
 *
 * @param layout  the layout that the core was set up on
 * @param core    the machine; only what never changes in it is read, so no lock is needed
 * @param count   page frames in the list, at least 1
 * @return the extent; of 0 pages when the first page is absent
 * @cost   O(log ranges), and a step for each page of it
 */
struct np_nt_extent np_nt_extent_of(const struct np_layout *layout, const struct np_machine *core, const uint64_t *pfns,
                                    uint64_t count);

/** The extent that a row of page frames [first, first + count) begins with; as np_nt_extent_of. */
struct np_nt_extent np_nt_extent_of_row(const struct np_layout *layout, const struct np_machine *core, uint64_t first,
                                        uint64_t count);

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
bool np_nt_extents_of(struct np_nt_extents *extents, const struct np_layout *layout, const struct np_machine *core,
                      const uint64_t *pfns, uint64_t count, uint64_t *absent);

/** The same of a row of page frames, all of them present. False when out of memory. */
bool np_nt_extents_of_row(struct np_nt_extents *extents, const struct np_layout *layout, const struct np_machine *core,
                          uint64_t first, uint64_t count);

/** Whether one of them holds a page frame. */
bool np_nt_extents_hold(const struct np_nt_extents *extents, uint64_t pfn);

/** The page frame of the page with a number, counted from 0 through all of them; less than `pages`. */
uint64_t np_nt_extents_pfn(const struct np_nt_extents *extents, uint64_t number);

void np_nt_extents_free(struct np_nt_extents *extents);

#endif
