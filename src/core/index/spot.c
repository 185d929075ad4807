/* SPDX-License-Identifier: MIT */
#include "spot.h"
#include "spot_lemmas.h"
#include "summary.h"

/* The first child of a node. */
/*@ requires   node:    0 <= x.node <= 0x80000000000 && 0x400 <= x.span;
    NP_PURE
    ensures    child:   \result.node == 2 * x.node && \result.span == x.span / 2;
*/
static struct np_spot first_child(struct np_spot x)
{
    const struct np_spot child = {2 * x.node, x.span / 2};
    return child;
}

struct np_spot np_spot_below(struct np_spot x) /*@ ghost (int64_t positions, uint64_t at) */
{
    //@ ghost int64_t a = (int64_t)at;
    //@ ghost lemma_number(positions, x.node, x.span, a);
    //@ ghost lemma_down(positions, x.node, x.span, a);
    return first_child(x);
}

/* Where to go on from a position: at the parent, if it begins there, else at the largest node that does not reach too far. */
/*@ requires   stands:  Stands(positions, x.node, x.span, at) && 0 <= at < positions <= NP_BIT_LIMIT;
    requires   blocks:  at % 512 == 0 && positions % 512 == 0;
    NP_PURE
    ensures    spot:    Spot(positions, \result, at) && \result.span <= 2 * x.span;
*/
static struct np_spot settle(int64_t positions, struct np_spot x, int64_t at)
{
    //@ ghost lemma_number(positions, x.node, x.span, at);
    if (x.node % 2 == 0 && x.span < NP_TOP && at + 2 * x.span <= positions) {
        //@ ghost lemma_up(positions, x.node, x.span, at);
        const struct np_spot parent = {x.node / 2, 2 * x.span};
        return parent;
    }
    struct np_spot y = x;
    /*@ loop invariant stands: Stands(positions, y.node, y.span, at) && y.span <= x.span;
        loop assigns y;
        loop variant y.span;
    */
    while (at + y.span > positions) {
        //@ assert large: y.span > 512;
        //@ ghost lemma_number(positions, y.node, y.span, at);
        //@ ghost lemma_down(positions, y.node, y.span, at);
        y = first_child(y);
    }
    return y;
}

struct np_spot np_spot_at(int64_t positions, uint64_t at)
{
    const int64_t a = (int64_t)at;
    //@ assert same: a == at;
    //@ ghost lemma_leaf(positions, a);
    const struct np_spot leaf = {(positions + a) / 512, 512};
    return settle(positions, leaf, a);
}

struct np_spot np_spot_after(int64_t positions, struct np_spot x, uint64_t next)
{
    const int64_t a = (int64_t)next;
    //@ assert same: a == next;
    //@ ghost lemma_number(positions, x.node, x.span, a - x.span);
    //@ ghost lemma_next(positions, x.node, x.span, a - x.span);
    const struct np_spot y = {x.node + 1, x.span};
    return settle(positions, y, a);
}
