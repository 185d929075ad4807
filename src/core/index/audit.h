/* SPDX-License-Identifier: MIT */
/*
 * The integrity check of the tree: whether each of its summaries is what the bitmap and the nodes below it say.
 */
#ifndef NP_AUDIT_H
#define NP_AUDIT_H

#include "../types.h"
#include "../../../spec/logic/tree.acsl"

/**
 * Looks for a summary that is wrong. It relies on nothing but that the memory can be read.
 *
 * @return the first position that a wrong summary speaks of, or NP_NONE exactly when every summary is right
 * @cost   O(positions / 8)
 */
/*@ requires   valid:   FreeBits(index) && Nodes(index);
    NP_PURE
    ensures    wrong:   \result != NP_NONE ==> WrongAt(index, \result);
    ensures    right:   \result == NP_NONE ==> Index(index);
*/
uint64_t np_audit_index(const struct np_index *index);

#endif
