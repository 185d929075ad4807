/* SPDX-License-Identifier: MIT */
/*
 * Held pages: allocated, but by nobody in the trace. A bit for every page of the machine, made when the first page is
 * held, and over it a bit for every 64 of those, so that a range that holds little is passed over quickly.
 */
#ifndef NP_HOLDS_H
#define NP_HOLDS_H

#include "../host/pool.h"

/** The held pages of a machine. */
struct np_holds {
    const struct np_layout *layout;
    uint64_t *base;      /* pages below each range */
    uint64_t *words;     /* NULL until a page is held */
    uint64_t *summary;   /* one bit per word: set when a page of it is held */
    uint64_t pages;      /* of the machine */
    uint64_t full_first; /* page frames [full_first, full_end) hold no free page, by the last holds */
    uint64_t full_end;
};

/** No page held. The layout must outlive it. False when out of memory. */
bool np_holds_start(struct np_holds *holds, const struct np_layout *layout);

void np_holds_free(struct np_holds *holds);

/**
 * Allocates every free page in [first, end), by nobody.
 *
 * @param machine  set up on the layout
 * @param pfns     room for NP_CALL_LIMIT page frame numbers
 * @return how many; NP_NONE when out of memory, and nothing changed
 * @cost   a call of the core for every NP_CALL_LIMIT pages taken, and one more; none where the last holds have left nothing
 */
uint64_t np_holds_take(struct np_holds *holds, struct np_machine *machine, uint64_t first, uint64_t end,
                       uint64_t *pfns);

/**
 * Frees every held page in [first, end).
 *
 * @param pfns  room for NP_CALL_LIMIT page frame numbers
 * @return how many
 */
uint64_t np_holds_drop(struct np_holds *holds, struct np_machine *machine, uint64_t first, uint64_t end,
                       uint64_t *pfns);

/** To be called when pages have come free in another way than by np_holds_drop. */
void np_holds_freed(struct np_holds *holds);

#endif
