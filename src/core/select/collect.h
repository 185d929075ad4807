/*
 * Choosing pages on one node for the first routine: those of lowest page frame, in blocks.
 */
#ifndef NP_COLLECT_H
#define NP_COLLECT_H

#include "blocks.h"
#include "../../../spec/logic/lists.acsl"

/**
 * Lists consecutive page frames: pfns[at + k] = first + k for k below `count`.
 */
/*@ requires   valid:   \valid(pfns + (at .. at + count - 1)) && at + count <= NP_PFN_LIMIT && first + count <= NP_PFN_LIMIT;
    NP_RETURNS
    assigns             pfns[at .. at + count - 1];
    ensures    listed:  \forall integer i; at <= i < at + count ==> pfns[i] == first + (i - at);
    ensures    span:    \forall integer i; at <= i < at + count ==> first <= pfns[i] < first + count;
    ensures    rising:  \forall integer c; Rising{Pre}(pfns, c, at) && AllBelow{Pre}(pfns, c, at, first) ==> Rising(pfns, c, at + count);
    ensures    below:   \forall integer c; AllBelow{Pre}(pfns, c, at, first) ==> AllBelow(pfns, c, at + count, first + count);
    ensures    old:     \forall integer c, f; Listed{Pre}(pfns, c, at, f) ==> Listed(pfns, c, at + count, f);
    ensures    new:     \forall integer c, f; c <= at && first <= f < first + count ==> Listed(pfns, c, at + count, f);
    ensures    index:   \forall struct np_index *x; Index{Pre}(x) && Away(x, pfns, at, at + count) ==> Index(x);
*/
void np_list_run(uint64_t *pfns, uint64_t at, uint64_t first, uint64_t count);

/**
 * Lists the lowest usable pages of a node, behind what the list holds already.
 *
 * @clause P1, C3, C4
 * @param      chunk   pages of a block, and its alignment; 1 for single pages
 * @param      wanted  length that the list is to reach; what is missing is a multiple of `chunk`
 * @param[out] pfns    the list
 * @param      count   its length
 * @return its new length
 */
/*@ requires   valid:   Searchable(m) && Steps(r) && Room(m, pfns, wanted);
    requires   chunk:   1 <= chunk && count <= wanted <= NP_FRAME_LIMIT && (wanted - count) % chunk == 0;
    NP_RETURNS
    assigns             pfns[count .. wanted - 1];
    ensures    valid:   Searchable(m);
    ensures    size:    count <= \result <= wanted && (\result - count) % chunk == 0;
    ensures    sound:   \forall integer i; count <= i < \result ==> UsableFrame{Pre}(m, node, r, chunk, pfns[i]);
    ensures    order:   Rising(pfns, count, \result);
    ensures    lowest:  \forall integer s, p, f; Page(m, s, p, f) && Usable{Pre}(m, node, r, chunk, p) ==>
                          Listed(pfns, count, \result, f) || (\result == wanted && AllBelow(pfns, count, \result, f));
    ensures    exact:   \exists integer n; Counted{Pre}(m, node, r, chunk, m->free.positions, n)
                          && \result == (count + n < wanted ? count + n : wanted);
*/
uint64_t np_collect_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t chunk, uint64_t wanted,
                         uint64_t *pfns, uint64_t count);

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
