/*
 * Taking pages for PREFER_CONTIGUOUS: as many from each node as without it, in few runs.
 */
#ifndef NP_PREFER_H
#define NP_PREFER_H

#include "choose.h"
#include "../../../spec/logic/prefer.acsl"

/**
 * Takes eligible pages node by node, from each in as few runs as P5 makes of them.
 *
 * The pages are as many as P1 says, from each node too, and they are listed run by run as P5 chooses them; with `whole` they
 * are all that are wanted, or none.
 *
 * @clause P1, P3, P4, P5, N1 - N5
 * @param      ideal   the ideal node
 * @param      local   whether no other node is allowed
 * @param      r       the ranges
 * @param      wanted  pages to take at most
 * @param      whole   whether fewer than that are a failure
 * @param      remove  whether the pages are removed
 * @param[out] pfns    the list
 * @return its length; 0 when nothing was taken, and then the machine is as it was
 */
/*@ requires   valid:   Machine(m) && Steps(r) && Room(m, pfns, wanted) && ideal < m->nodes && 1 <= wanted <= NP_CALL_LIMIT;
    NP_RETURNS
    assigns             pfns[0 .. wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    0 <= \result <= wanted;
    ensures    best:    \result != 0 ==> BestPagesInRuns{Pre, Here}(m, ideal, local, r, wanted, pfns, \result);
    ensures    steps:   AllSteps{Pre, Here}(m, ideal, local, r, wanted, pfns, \result);
    ensures    whole:   \result != 0 && whole ==> \result == wanted;
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, remove);
    ensures    failed:  \result == 0 ==> SameState{Pre, Here}(m)
                          && \exists integer n; CountedAll{Pre}(m, ideal, local, r, 1, NP_NO_NODE, m->free.positions, n)
                               && (n == 0 || (whole && n < wanted));
*/
uint64_t np_take_runs(struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted, bool whole,
                      bool remove, uint64_t *pfns);

#endif
