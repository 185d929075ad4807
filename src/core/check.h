/*
 * The integrity check: whether a machine is still one that the core could have made.
 */
#ifndef NP_CHECK_H
#define NP_CHECK_H

#include "machine.h"
#include "../../spec/logic/check.acsl"

/**
 * Looks for a fault in a machine's stretches, in the states of its pages and in the summaries of the free ones. It relies on nothing but that the memory
 * can be read.
 *
 * NP_FAULT_BLOCK is also found where a position between stretches is part of a block, or removed. A wrong number of
 * nodes, of stretches or of positions is found as NP_FAULT_TABLE.
 *
 * @clause M2, M3
 * @param[out] where  the stretch or the position at fault, when one is
 * @return NP_FAULT_NONE exactly when there is none
 * @cost   O(pages / 8), and a step for every stretch and every page of a block or removed
 */
/*@ requires   legible: Legible(m);
    requires   where:   \valid(where) && NP_APART(m, where);
    terminates          \true;
    exits               \false;
    assigns             *where;

    behavior sound:
      assumes           Sound(m);
      ensures  none:    \result == NP_FAULT_NONE;
      ensures  where:   *where == \old(*where);

    behavior unsound:
      assumes           !Sound(m);
      ensures  fault:   \result != NP_FAULT_NONE;
      ensures  truth:   Fault{Pre}(m, \result, *where);

    complete behaviors;  disjoint behaviors;
*/
enum np_fault np_check(const struct np_machine *m, uint64_t *where);

#endif
