/*
 * The plain case of choosing pages on one node: single pages, in one range of page frames.
 */
#ifndef NP_PLAIN_H
#define NP_PLAIN_H

#include "blocks.h"
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
 * Lists the lowest usable pages of a node, behind what the list holds already: np_collect_node for single pages in one range.
 *
 * @clause P1, C4
 * @param      r       one range: no step
 * @param      wanted  length that the list is to reach
 * @param[out] pfns    the list
 * @param      count   its length
 * @return its new length
 * @cost   a step for every page listed and every region; O(log positions) for every row of blocks without a free page
 */
/*@ requires   valid:   Searchable(m) && Steps(r) && r.step == 0 && Room(m, pfns, wanted);
    requires   size:    count <= wanted <= NP_FRAME_LIMIT;
    NP_RETURNS
    assigns             pfns[count .. wanted - 1];
    ensures    valid:   Searchable(m);
    ensures    size:    count <= \result <= wanted;
    ensures    sound:   \forall integer i; count <= i < \result ==> UsableFrame{Pre}(m, node, r, 1, pfns[i]);
    ensures    order:   Rising(pfns, count, \result);
    ensures    lowest:  \forall integer s, p, f; Page(m, s, p, f) && Usable{Pre}(m, node, r, 1, p) ==>
                          Listed(pfns, count, \result, f) || (\result == wanted && AllBelow(pfns, count, \result, f));
    ensures    exact:   \exists integer n; Counted{Pre}(m, node, r, 1, m->free.positions, n)
                          && \result == (count + n < wanted ? count + n : wanted);
*/
uint64_t np_collect_plain(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t wanted, uint64_t *pfns,
                          uint64_t count);

#endif
