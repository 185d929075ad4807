/* SPDX-License-Identifier: MIT */
/*
 * How many pages there are in a range without a step on a node, or on any, and the longest run of them.
 */
#ifndef NP_TALLY_H
#define NP_TALLY_H

#include "../types.h"
#include "../ranges/ranges.h"
#include "../../../spec/logic/tally.acsl"

/** Free pages, and the longest run of them; of equally long ones the lowest. */
struct np_tally {
    uint64_t free;
    uint64_t longest;
    uint64_t start; /* where that run begins, as a position */
};

/*@ // the pages that a request may have below a position
    predicate Tally{L}(struct np_machine *m, integer node, struct np_steps r, struct np_tally x, integer at) =
         Tallied(m, node, r, at, x.free) && LongestTo(m, node, r, x.longest, at) && x.longest <= x.free <= at
      && (x.longest != 0 ==> EligibleRunTo(m, node, r, x.start, x.longest) && LowestTo(m, node, r, x.start, x.longest));
*/

/**
 * The tally of one node, as far as a limit.
 *
 * @clause P3, W1
 * @param  limit  the search ends after the region in which the count reaches it
 * @cost   O(log positions) for each region of the node, and a step for each other one
 */
/*@ requires   valid:   Searchable(m) && Steps(r) && r.step == 0 && node != NP_ANY_NODE;
    NP_PURE
    ensures    tally:   \exists integer at; 0 <= at <= m->free.positions && Tally(m, node, r, \result, at)
                          && (\result.free < limit ==> at == m->free.positions);
*/
struct np_tally np_tally_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t limit);

/**
 * The tally of one node, or with NP_ANY_NODE of all.
 *
 * @clause W1
 * @cost   O(log positions), for one node for each of its regions
 */
/*@ requires   valid:   Searchable(m) && FreePresent(m) && Steps(r) && r.step == 0;
    NP_PURE
    ensures    tally:   Tally(m, node, r, \result, m->free.positions);
    ensures    present: \result.longest != 0 ==> Present(m, \result.start);
*/
struct np_tally np_tally_pages(const struct np_machine *m, uint32_t node, struct np_steps r);

#endif
