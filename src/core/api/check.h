/* SPDX-License-Identifier: MIT */
/*
 * The integrity check: whether a machine is still one that the core could have made.
 */
#ifndef NP_CHECK_H
#define NP_CHECK_H

#include "../machine/machine.h"
#include "../../../spec/logic/check.acsl"

/**
 * Looks for a fault in a machine's regions, in the states of its pages and in the summaries of the free ones. It reads
 * nothing but the machine and the storage, with any content: the sizes and pointers of the machine are followed once they
 * are found to keep to the storage.
 *
 * NP_FAULT_BLOCK is also found where a position between regions is part of a block, or removed. A wrong number of
 * nodes, or of regions, is found as NP_FAULT_TABLE. What is not found: a distance, a node, a first page frame or a mark
 * that is another valid one. After NP_FAULT_NONE every call ends, and touches no memory but the machine's.
 *
 * @clause M2, M3, M7
 * @param      storage  what np_setup was given
 * @param[out] where    the region or the position at fault, when one is
 * @return NP_FAULT_NONE exactly when there is none
 * @cost   O(pages / 8), and a step for every region and every page of a block or removed
 */
/*@ requires   valid:   \valid_read(m) && \valid_read(storage) && StorageAreas(storage) && \valid(where);
    requires   apart:   CheckApart(m, storage, where);
    NP_RETURNS
    assigns             *where;

    behavior sound:
      assumes           Placed(m, storage) && Sound(m);
      ensures  none:    \result == NP_FAULT_NONE;
      ensures  where:   *where == \old(*where);
      ensures  machine: Machine(m) && HeldPresent(m);

    behavior unsound:
      assumes           !Placed(m, storage) || !Sound(m);
      ensures  fault:   \result != NP_FAULT_NONE;
      ensures  storage: \result == NP_FAULT_STORAGE <==> !Placed{Pre}(m, storage);
      ensures  truth:   \result != NP_FAULT_STORAGE ==> Fault{Pre}(m, \result, *where);

    complete behaviors;  disjoint behaviors;
*/
enum np_fault np_check(const struct np_machine *m, const struct np_storage *storage, uint64_t *where);

#endif
