/* SPDX-License-Identifier: MIT */
/*
 * Choosing pages over all nodes that a request allows, in their order.
 */
#ifndef NP_CHOOSE_H
#define NP_CHOOSE_H

#include "collect.h"
#include "../request/node.h"
#include "../../../spec/logic/choice.acsl"

/**
 * The allowed node that is tried after a node.
 *
 * @clause N1, N4, N5
 * @return the node, or NP_NO_NODE after the last
 * @cost   a step for every node of the machine
 */
/*@ requires   valid:   Table(m) && ideal < m->nodes && AllowedNode(m, ideal, local, node);
    NP_PURE
    ensures    allowed: \result != NP_NO_NODE ==> AllowedNode(m, ideal, local, \result)
                          && NodeRank(m, ideal, node) < NodeRank(m, ideal, \result);
    ensures    next:    NextTried(m, ideal, local, node, \result);
*/
uint32_t np_next_tried(const struct np_machine *m, uint32_t ideal, bool local, uint32_t node);

/*@ ghost
  // With the pages of one node more, the candidates are as many more.
  /@ requires valid: Table(m) && ideal < m->nodes && 1 <= c;
     NP_PURE
     ensures  sum:   \forall integer node, next, a, b; NextTried(m, ideal, local, node, next)
                       && CountedAll(m, ideal, local, r, c, node, m->free.positions, a)
                       && Counted(m, node, r, c, m->free.positions, b) ==>
                       CountedAll(m, ideal, local, r, c, next, m->free.positions, a + b);
  @/
  void np_lemma_sum(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c);

  // The candidates before any node are among all; before the first there are none.
  /@ requires valid: Table(m) && ideal < m->nodes && 1 <= c;
     NP_PURE
     ensures  more:  \forall integer node, a; CountedAll(m, ideal, local, r, c, node, m->free.positions, a) ==>
                       \exists integer n; a <= n && CountedAll(m, ideal, local, r, c, NP_NO_NODE, m->free.positions, n);
     ensures  none:  CountedAll(m, ideal, local, r, c, ideal, m->free.positions, 0);
  @/
  void np_lemma_bounds(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c);

  // All counts of the candidates agree.
  /@ requires valid: Table(m);
     NP_PURE
     ensures  one:   \forall integer a, b; CountedAll(m, ideal, local, r, c, NP_NO_NODE, m->free.positions, a)
                       && CountedAll(m, ideal, local, r, c, NP_NO_NODE, m->free.positions, b) ==> a == b;
  @/
  void np_lemma_one_count(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c);
*/

/**
 * Takes the usable pages of lowest rank, and lists them in the order of their rank.
 *
 * @clause P1, N1 - N5, C3, C4, F3
 * @param      plan  what is wanted, in whole chunks; plan.whole is not looked at
 * @param[out] pfns  the list
 * @return its length
 * @cost   a step for every page listed, every node, and every region that the ranges touch on a node; O(log positions) for
 *         every run of stepped ranges and of chunks, and otherwise for every row of leaves without a free page
 */
/*@ requires   valid:   Machine(m) && Plan(plan) && Room(m, pfns, plan.wanted) && plan.ideal < m->nodes;
    requires   chunk:   plan.wanted % plan.chunk == 0;
    NP_RETURNS
    assigns             pfns[0 .. plan.wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    0 <= \result <= plan.wanted && \result % plan.chunk == 0;
    ensures    best:    BestPages{Pre, Here}(m, plan.ideal, plan.local, plan.ranges, plan.chunk, plan.wanted, pfns, \result);
    ensures    taken:   TakenPages{Pre, Here}(m, pfns, \result, plan.remove);
*/
uint64_t np_take_lowest(struct np_machine *m, struct np_plan plan, uint64_t *pfns);

/**
 * The place of one block of consecutive pages: on the first node that has a place for it, the lowest there.
 *
 * @clause C2, C4, N1 - N5
 * @param  ideal   the ideal node
 * @param  local   whether no other node is allowed
 * @param  r       the range, without a step
 * @param  wanted  pages of the block
 * @return the position of the first page, or NP_NONE when no allowed node has a place
 */
/*@ requires   valid:   Searchable(m) && FreePresent(m) && Steps(r) && r.step == 0 && ideal < m->nodes;
    requires   wanted:  1 <= wanted <= NP_CALL_LIMIT;
    NP_PURE
    ensures    found:   \result != NP_NONE ==> \exists integer node; BestBlock(m, ideal, local, r, wanted, node, \result);
    ensures    row:     \result != NP_NONE ==> Consecutive(m, \result, wanted);
    ensures    free:    \result != NP_NONE ==> Run(&m->free, \result, wanted);
    ensures    none:    \result == NP_NONE ==> NoBlock(m, ideal, local, r, wanted);
*/
uint64_t np_find_block(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted);

/**
 * Takes one block of consecutive pages, on the first node that has a place for it, at the lowest there, and lists them.
 *
 * @clause C2, C4, N1 - N5, F3
 * @param      plan  what is wanted: one range, without a step; chunks and plan.whole are not looked at
 * @param[out] pfns  the list
 * @return plan.wanted, or 0 when no allowed node has a place, and then the machine is as it was
 * @cost   a step for every page, and the search for the place
 */
/*@ requires   valid:   Machine(m) && Plan(plan) && plan.ranges.step == 0 && Room(m, pfns, plan.wanted) && plan.ideal < m->nodes;
    NP_RETURNS
    assigns             pfns[0 .. plan.wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    \result == 0 || \result == plan.wanted;
    ensures    block:   \result != 0 ==> \exists integer node, p;
                          BestBlock{Pre}(m, plan.ideal, plan.local, plan.ranges, plan.wanted, node, p) && ListsBlock(m, pfns, plan.wanted, p);
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, plan.remove);
    ensures    free:    \result != 0 ==> AllFree{Pre, Here}(m, pfns, \result) && Distinct(pfns, \result);
    ensures    failed:  \result == 0 ==> SameState{Pre, Here}(m) && NoBlock{Pre}(m, plan.ideal, plan.local, plan.ranges, plan.wanted);
*/
uint64_t np_take_one_block(struct np_machine *m, struct np_plan plan, uint64_t *pfns);

/**
 * Counts the usable pages on all nodes that a request allows, up to a limit.
 *
 * @clause P3, P4, C3
 * @param  chunk  pages of a block, and its alignment; 1 for single pages
 * @param  limit  where to stop counting, a multiple of `chunk`
 */
/*@ requires   valid:   Searchable(m) && Steps(r) && ideal < m->nodes;
    requires   chunk:   1 <= chunk && limit <= NP_FRAME_LIMIT && limit % chunk == 0;
    NP_PURE
    ensures    exact:   \exists integer n; CountedAll(m, ideal, local, r, chunk, NP_NO_NODE, m->free.positions, n)
                          && \result == (n < limit ? n : limit);
*/
uint64_t np_count_usable(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t chunk,
                         uint64_t limit);

#endif
