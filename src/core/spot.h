/*
 * Where a walk over the tree of summaries stands, and where it goes on.
 */
#ifndef NP_SPOT_H
#define NP_SPOT_H

#include "types.h"
#include "../../spec/logic/tree.acsl"

/** A node of the tree, by its number, its span and its first position. */
struct np_spot {
    int64_t node;
    int64_t span;
    int64_t at;
};

/*@ predicate Spot(integer positions, struct np_spot x) = Covers(positions, x.node, x.span, x.at);
*/

/**
 * The node to begin at for a position that begins a block.
 *
 * @cost O(log positions)
 */
/*@ requires   blocks:  positions % 512 == 0 && at % 512 == 0 && 0 <= at < positions <= 0x40000000000;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    spot:    Spot(positions, \result) && \result.at == at;
*/
struct np_spot np_spot_at(int64_t positions, uint64_t at);

/**
 * The node to go on with after a node: its parent's neighbour where that begins there, else one not larger than it.
 *
 * @cost a step, and one more for every level that the walk goes down
 */
/*@ requires   spot:    Spot(positions, x) && x.at + x.span < positions <= 0x40000000000;
    requires   blocks:  positions % 512 == 0 && x.at % 512 == 0;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    spot:    Spot(positions, \result) && \result.at == x.at + x.span && \result.span <= 2 * x.span;
    ensures    block:   \result.at % 512 == 0;
*/
struct np_spot np_spot_after(int64_t positions, struct np_spot x);

/**
 * The first child of a node.
 */
/*@ requires   spot:    Spot(positions, x) && 512 < x.span && positions <= 0x40000000000;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    spot:    Spot(positions, \result) && \result.at == x.at && \result.span == x.span / 2;
*/
struct np_spot np_spot_below(struct np_spot x) /*@ ghost (int64_t positions) */;

#endif
