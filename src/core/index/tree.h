/* SPDX-License-Identifier: MIT */
/*
 * The tree of summaries over the free positions, and the searches that go by it.
 */
#ifndef NP_TREE_H
#define NP_TREE_H

#include "summary.h"

/*@ ghost
  // Every node of a tree tells the truth.
  /@ requires   tree:    Index(index);
     NP_PURE
     ensures    summed:  Summed(index);
  @/
  void np_lemma_summed(const struct np_index *index);

  // The numbers of nodes, and of their children.
  /@ requires   some:    0 < positions;
     NP_PURE
     ensures    bounds:  \forall integer i, s, a; Covers(positions, i, s, a) ==> 1 <= i < positions / 256;
     ensures    left:    \forall integer j, g, a; Parent(positions, j, g, a) ==> Covers(positions, 2 * j, g, a);
     ensures    right:   \forall integer j, g, a; Parent(positions, j, g, a) ==> Covers(positions, 2 * j + 1, g, a + g);
  @/
  void np_lemma_numbers(int64_t positions);
*/

/**
 * The lowest run of `count` free positions inside [from, end).
 *
 * @param  count  at least 1
 * @return the first position of the run, or NP_NONE
 * @cost   O(log positions)
 */
/*@ requires   valid:   Index(index) && from <= end <= index->positions && 1 <= count;
    NP_PURE
    ensures    inside:  \result != NP_NONE ==> from <= \result && \result + count <= end;
    ensures    free:    \result != NP_NONE ==> Run(index, \result, count);
    ensures    lowest:  \result != NP_NONE ==> NoRunStarts(index, from, \result, count);
    ensures    none:    \result == NP_NONE ==> NoRun(index, from, end, count);
*/
uint64_t np_tree_lowest_run(const struct np_index *index, uint64_t from, uint64_t end, uint64_t count);

/**
 * The first position in [from, end) that is not free.
 *
 * @return that position, or `end` if there is none
 * @cost   O(log positions)
 */
/*@ requires   valid:   Index(index) && from <= end <= index->positions;
    NP_PURE
    ensures    inside:  from <= \result <= end;
    ensures    used:    \result < end ==> !Free(index, \result);
    ensures    lowest:  \forall integer p; from <= p < \result ==> Free(index, p);
*/
uint64_t np_tree_next_used(const struct np_index *index, uint64_t from, uint64_t end);

/**
 * Brings the tree up to date after positions of [from, end) were taken or given.
 *
 * @cost  O((end - from) / 512 + log positions); it stops where no node has changed
 */
/*@ requires   valid:   FreeBits(index) && WritableNodes(index) && from < end <= index->positions;
    requires   leaves:  LeavesOutside(index, from, end);
    requires   links:   Links(index) && AllWithin(index);
    NP_RETURNS
    assigns             NP_SUMMARIES(index);
    ensures    tree:    Index(index);
*/
void np_tree_refresh(struct np_index *index, uint64_t from, uint64_t end);

#endif
