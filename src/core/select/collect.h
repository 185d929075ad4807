/* SPDX-License-Identifier: MIT */
/*
 * Choosing pages on one node for a pages request: those of lowest page frame, in blocks.
 */
#ifndef NP_COLLECT_H
#define NP_COLLECT_H

#include "blocks.h"
#include "take.h"
#include "../../../spec/logic/lists.acsl"

/**
 * Takes the lowest usable pages of a node, listed behind what the list holds already.
 *
 * @clause P1, C3, C4, F3
 * @param      plan    what is wanted; the pages still missing are whole chunks
 * @param[out] pfns    the list, which is to reach plan.wanted
 * @param      count   its length
 * @return its new length
 */
/*@ requires   valid:   Machine(m) && Plan(plan) && Room(m, pfns, plan.wanted);
    requires   chunk:   count <= plan.wanted && (plan.wanted - count) % plan.chunk == 0;
    NP_RETURNS
    assigns             pfns[count .. plan.wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    count <= \result <= plan.wanted && (\result - count) % plan.chunk == 0;
    ensures    sound:   \forall integer i; count <= i < \result ==> UsableFrame{Pre}(m, node, plan.ranges, plan.chunk, pfns[i]);
    ensures    order:   Rising(pfns, count, \result);
    ensures    lowest:  \forall integer s, p, f; Page(m, s, p, f) && Usable{Pre}(m, node, plan.ranges, plan.chunk, p) ==>
                          Listed(pfns, count, \result, f) || (\result == plan.wanted && AllBelow(pfns, count, \result, f));
    ensures    exact:   \exists integer n; Counted{Pre}(m, node, plan.ranges, plan.chunk, m->free.positions, n)
                          && \result == (count + n < plan.wanted ? count + n : plan.wanted);
    ensures    taken:   \forall integer p; ListedBetween(m, pfns, count, \result, p) ==> TakenAt(m, plan.remove, p);
    ensures    others:  \forall integer p; !ListedBetween(m, pfns, count, \result, p) ==> SameAt{Pre, Here}(m, p);
*/
uint64_t np_take_node(struct np_machine *m, uint32_t node, struct np_plan plan, uint64_t *pfns, uint64_t count);

/**
 * Counts the usable pages of a node, up to a limit.
 *
 * @clause P3, C3 (what a request could have)
 * @param  chunk  pages of a block, and its alignment; 1 for single pages
 * @param  limit  where to stop counting, a multiple of `chunk`
 * @cost   a step for every region; for single pages of a range without a step O(log positions) more for each region of
 *         the node, otherwise a step more for every row of blocks
 */
/*@ requires   valid:   Searchable(m) && Steps(r) && node != NP_ANY_NODE;
    requires   chunk:   1 <= chunk && limit <= NP_FRAME_LIMIT && limit % chunk == 0;
    NP_PURE
    ensures    size:    \result % chunk == 0;
    ensures    exact:   \exists integer n; Counted(m, node, r, chunk, m->free.positions, n) && \result == (n < limit ? n : limit);
*/
uint64_t np_count_on_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t chunk, uint64_t limit);

/**
 * The longest run of eligible pages on a node; of equally long ones the lowest.
 *
 * @clause P5, W1
 * @return the run, or one of length 0 when the node has no eligible page
 * @cost   a step for every run
 */
/*@ requires   valid:   Searchable(m) && Steps(r);
    NP_PURE
    ensures    inside:  \result.length != 0 ==> \result.region < m->regions
                          && m->region[\result.region].node == node
                          && m->region[\result.region].base <= \result.start
                          && \result.start + \result.length <= m->region[\result.region].base + m->region[\result.region].pages;
    ensures    found:   EligibleRun(m, node, r, \result.start, \result.length);
    ensures    longest: NoEligibleStarts(m, node, r, 0, m->free.positions, \result.length + 1);
    ensures    lowest:  \result.length != 0 ==> NoEligibleStarts(m, node, r, 0, \result.start, \result.length);
*/
struct np_run np_longest_run(const struct np_machine *m, uint32_t node, struct np_steps r);

#endif
