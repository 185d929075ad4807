/* SPDX-License-Identifier: MIT */
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
 * P1 says how many pages, from each node too. They are listed run by run as P5 chooses them; with plan.whole they
 * are all that are wanted, or none.
 *
 * @clause P1, P3, P4, P5, N1 - N5
 * @param      plan  what is wanted, in single pages
 * @param[out] pfns  the list
 * @return its length; 0 when nothing was taken, and then the machine is as it was
 */
/*@ requires   valid:   Machine(m) && Plan(plan) && plan.chunk == 1 && Room(m, pfns, plan.wanted) && plan.ideal < m->nodes;
    NP_RETURNS
    assigns             pfns[0 .. plan.wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    0 <= \result <= plan.wanted;
    ensures    best:    \result != 0 ==> BestPagesInRuns{Pre, Here}(m, plan.ideal, plan.local, plan.ranges, plan.wanted, pfns, \result);
    ensures    steps:   AllSteps{Pre, Here}(m, plan.ideal, plan.local, plan.ranges, plan.wanted, pfns, \result);
    ensures    whole:   \result != 0 && plan.whole ==> \result == plan.wanted;
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, plan.remove);
    ensures    failed:  \result == 0 ==> SameState{Pre, Here}(m)
                          && \exists integer n; CountedAll{Pre}(m, plan.ideal, plan.local, plan.ranges, 1, NP_NO_NODE, m->free.positions, n)
                               && (n == 0 || (plan.whole && n < plan.wanted));
*/
uint64_t np_take_runs(struct np_machine *m, struct np_plan plan, uint64_t *pfns);

#endif
