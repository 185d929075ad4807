/* SPDX-License-Identifier: MIT */
/*
 * Where a walk over the tree of summaries stands, and where it goes on.
 */
#ifndef NP_SPOT_H
#define NP_SPOT_H

#include "../types.h"
#include "../../../spec/logic/tree.acsl"

/** A node of the tree, by its number and its span; where it begins follows from them, and a walk knows it. */
struct np_spot {
    int64_t node;
    int64_t span;
};

/*@ // the walk is at position a, at a node that begins there
    predicate Spot(integer positions, struct np_spot x, integer a) = Covers(positions, x.node, x.span, a);
*/

/**
 * The node to begin at for a position that begins a block.
 *
 * @cost O(log positions)
 */
/*@ requires   blocks:  positions % 512 == 0 && at % 512 == 0 && 0 <= at < positions <= NP_BIT_LIMIT;
    NP_PURE
    ensures    spot:    Spot(positions, \result, at);
*/
struct np_spot np_spot_at(int64_t positions, uint64_t at);

/**
 * The node to go on with after a node: its parent's neighbour where that begins there, else one not larger than it.
 *
 * @param x     the node
 * @param next  the position after it
 * @cost  a step, and one more for every level that the walk goes down
 */
/*@ requires   spot:    Spot(positions, x, next - x.span) && next < positions <= NP_BIT_LIMIT;
    requires   blocks:  positions % 512 == 0 && (next - x.span) % 512 == 0;
    NP_PURE
    ensures    spot:    Spot(positions, \result, next) && \result.span <= 2 * x.span;
    ensures    block:   next % 512 == 0;
*/
struct np_spot np_spot_after(int64_t positions, struct np_spot x, uint64_t next);

/**
 * The first child of a node, which begins where it does.
 */
/*@ requires   spot:    Spot(positions, x, at) && 512 < x.span && positions <= NP_BIT_LIMIT;
    NP_PURE
    ensures    spot:    Spot(positions, \result, at) && \result.span == x.span / 2;
*/
struct np_spot np_spot_below(struct np_spot x) /*@ ghost (int64_t positions, uint64_t at) */;

#endif
