/*
 * Choosing pages over all nodes that a request allows, in their order.
 */
#ifndef NP_CHOOSE_H
#define NP_CHOOSE_H

#include "collect.h"
#include "node.h"
#include "../../spec/logic/choice.acsl"

/**
 * Lists the usable pages of lowest rank.
 *
 * @clause P1, N1 - N5, C3, C4
 * @param      ideal   the ideal node
 * @param      local   whether no other node is allowed
 * @param      r       the ranges
 * @param      chunk   pages of a block, and its alignment; 1 for single pages
 * @param      wanted  pages to list at most, a multiple of `chunk`
 * @param[out] pfns    the list
 * @return its length
 */
/*@ requires   valid:   Searchable(m) && Steps(r) && Room(m, pfns, wanted) && ideal < m->nodes;
    requires   chunk:   1 <= chunk && wanted <= 0x10000000000 && wanted % chunk == 0;
    terminates          \true;
    exits               \false;
    assigns             pfns[0 .. wanted - 1];
    ensures    size:    0 <= \result <= wanted && \result % chunk == 0;
    ensures    sound:   \forall integer i; 0 <= i < \result ==>
                          CandidateFrame{Pre}(m, ideal, local, r, chunk, NP_NO_NODE, pfns[i]);
    ensures    order:   InRankOrder(m, ideal, pfns, \result);
    ensures    lowest:  \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, chunk, NP_NO_NODE, s, p, f) ==>
                          Listed(pfns, 0, \result, f) || (\result == wanted && AllPrecede(m, ideal, pfns, \result, s, f));
    ensures    exact:   \exists integer n; CountedAll{Pre}(m, ideal, local, r, chunk, NP_NO_NODE, m->free.positions, n)
                          && \result == (n < wanted ? n : wanted);
*/
uint64_t np_choose(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t chunk,
                   uint64_t wanted, uint64_t *pfns);

uint64_t np_choose_block(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted,
                         uint64_t *pfns);

uint64_t np_count_eligible(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t limit);

uint64_t np_take_runs(struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted, uint64_t *pfns,
                      bool remove);

#endif
