/* SPDX-License-Identifier: MIT */
/*
 * The plain case of choosing pages on one node: single pages, in one range of page frames.
 */
#ifndef NP_PLAIN_H
#define NP_PLAIN_H

#include "blocks.h"
#include "take.h"
#include "../../../spec/logic/lists.acsl"

/*@ // position p of region s is free, its page frame f in a range without a step
    predicate Plain{L}(struct np_machine *m, struct np_steps r, integer s, integer p, integer f) =
      Page(m, s, p, f) && FreeAt(m, p) && r.first <= f < r.end;
*/

/*@ ghost
  // Of single pages in one range every free one is usable.
  /@ requires valid:  Table(m) && r.step == 0;
     NP_PURE
     ensures  usable: \forall integer s, p, f; Page(m, s, p, f) ==>
                        (Usable(m, node, r, 1, p) <==> m->region[s].node == node && Plain(m, r, s, p, f));
     ensures  page:   \forall integer p; Usable(m, node, r, 1, p) ==> Present(m, p);
  @/
  void np_lemma_plain(const struct np_machine *m, uint32_t node, struct np_steps r);
*/

/**
 * Takes the lowest usable pages of a node, listed behind what the list holds already: np_take_node for single pages in one
 * range.
 *
 * @clause P1, C4, F3
 * @param      plan    single pages, and one range: no step
 * @param[out] pfns    the list, which is to reach plan.wanted
 * @param      count   its length
 * @return its new length
 * @cost   a step for every page listed and every region that the range touches; O(log positions) for every row of leaves
 *         without a free page
 */
/*@ requires   valid:   Machine(m) && Plan(plan) && plan.chunk == 1 && plan.ranges.step == 0 && Room(m, pfns, plan.wanted);
    requires   size:    count <= plan.wanted;
    NP_RETURNS
    assigns             pfns[count .. plan.wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    count <= \result <= plan.wanted;
    ensures    sound:   \forall integer i; count <= i < \result ==> UsableFrame{Pre}(m, node, plan.ranges, 1, pfns[i]);
    ensures    order:   Rising(pfns, count, \result);
    ensures    lowest:  \forall integer s, p, f; Page(m, s, p, f) && Usable{Pre}(m, node, plan.ranges, 1, p) ==>
                          Listed(pfns, count, \result, f) || (\result == plan.wanted && AllBelow(pfns, count, \result, f));
    ensures    exact:   \exists integer n; Counted{Pre}(m, node, plan.ranges, 1, m->free.positions, n)
                          && \result == (count + n < plan.wanted ? count + n : plan.wanted);
    ensures    taken:   \forall integer p; ListedBetween(m, pfns, count, \result, p) ==> TakenAt(m, plan.remove, p);
    ensures    others:  \forall integer p; !ListedBetween(m, pfns, count, \result, p) ==> SameAt{Pre, Here}(m, p);
*/
uint64_t np_take_plain(struct np_machine *m, uint32_t node, struct np_plan plan, uint64_t *pfns, uint64_t count);

#endif
