/* SPDX-License-Identifier: MIT */
#include "audit.h"
#include "audit_lemmas.h"
#include "summary.h"
#include "tree.h"

/*@ requires   any:     \true;
    NP_PURE
    ensures    same:    \result <==> SameSummary(x, y);
*/
static bool same(struct np_summary x, struct np_summary y)
{
    return x.prefix == y.prefix && x.longest == y.longest && x.suffix == y.suffix && x.free == y.free;
}

/* The first position of a leaf that is wrong. */
/*@ requires   valid:   FreeBits(index) && Nodes(index);
    NP_PURE
    ensures    wrong:   \result != NP_NONE ==> WrongAt(index, \result);
    ensures    right:   \result == NP_NONE ==> Leaves(index) && WithinOf(index, 512);
*/
static uint64_t wrong_leaf(const struct np_index *index)
{
    const int64_t positions = index->positions;
    int64_t i = positions / (int64_t)NP_BLOCK;
    int64_t at = 0;
    //@ ghost np_lemma_numbers(positions);
    /*@ loop invariant at:     0 <= at <= positions && at % 512 == 0 && i * 512 == positions + at;
        loop invariant leaves: LeavesBefore(index, at) && WithinBefore(index, 512, at);
        loop assigns i, at;
        loop variant positions - at;
    */
    while (at < positions) {
        //@ assert node: Covers(positions, i, 512, at);
        const struct np_summary leaf = np_summary_of_block(index, (uint64_t)at);
        if (!same(leaf, index->summaries[i])) {
            //@ ghost lemma_one_leaf(index, leaf, (uint64_t)at);
            //@ assert wrong: WrongNode(index, i, 512, at);
            return (uint64_t)at;
        }
        //@ assert leaf: Leaf(index, index->summaries[i], at) && Within(index->summaries[i], 512);
        //@ assert one: \forall integer j, a; Covers(positions, j, 512, a) && a < at + 512 ==> a < at || (j == i && a == at);
        i++;
        at += (int64_t)NP_BLOCK;
    }
    return NP_NONE;
}

/* The first position of a node that does not say what its two children of h positions do. */
/*@ requires   valid:   FreeBits(index) && Nodes(index) && Level(h) && h < NP_SPAN_LIMIT;
    requires   within:  WithinOf(index, h);
    NP_PURE
    ensures    wrong:   \result != NP_NONE ==> WrongAt(index, \result);
    ensures    right:   \result == NP_NONE ==> LinksBefore(index, h, index->positions) && WithinOf(index, 2 * h);
*/
static uint64_t wrong_link(const struct np_index *index, int64_t h)
{
    const int64_t positions = index->positions;
    const int64_t s = 2 * h;
    int64_t i = (positions + s - 1) / s;
    //@ assert first: positions <= i * s < positions + s;
    int64_t at = i * s - positions;
    //@ ghost np_lemma_numbers(positions);
    //@ ghost lemma_order(positions, i, s, at);
    /*@ loop invariant at:     0 <= at <= positions + s && i * s == positions + at;
        loop invariant links:  LinksBefore(index, h, at) && WithinBefore(index, s, at);
        loop assigns i, at;
        loop variant positions - at;
    */
    while (at + s <= positions) {
        //@ assert node: Covers(positions, i, s, at);
        //@ assert parent: Parent(positions, i, h, at);
        //@ assert left: Covers(positions, 2 * i, h, at);
        //@ assert right: Covers(positions, 2 * i + 1, h, at + h);
        //@ assert below: 1 <= i && 1 <= 2 * i < positions / 256 && 1 <= 2 * i + 1 < positions / 256;
        const struct np_summary left = index->summaries[2 * i];
        const struct np_summary right = index->summaries[2 * i + 1];
        const struct np_summary sum = np_summary_join(left, (int32_t)h, right, (int32_t)h);
        if (!same(sum, index->summaries[i])) {
            //@ assert wrong: WrongNode(index, i, s, at);
            //@ assert at: WrongAt(index, at);
            return (uint64_t)at;
        }
        //@ assert linked: Linked(index, i, h) && Within(index->summaries[i], s);
        //@ ghost lemma_order(positions, i, s, at);
        //@ assert next: (i + 1) * s == i * s + s;
        i++;
        at += s;
    }
    return NP_NONE;
}

uint64_t np_audit_index(const struct np_index *index)
{
    uint64_t wrong = wrong_leaf(index);
    int64_t h = (int64_t)NP_BLOCK;
    /*@ loop invariant level: Level(h);
        loop invariant wrong: wrong != NP_NONE ==> WrongAt(index, wrong);
        loop invariant right: wrong == NP_NONE ==> Leaves(index) && LinksBelow(index, h) && WithinOf(index, h);
        loop assigns wrong, h;
        loop variant NP_TOP - h;
    */
    while (wrong == NP_NONE && h < NP_TOP) {
        wrong = wrong_link(index, h);
        //@ assert next: \forall integer g; Level(g) && g < 2 * h ==> g < h || g == h;
        //@ assert row: wrong == NP_NONE ==> \forall integer i, a; Parent(index->positions, i, h, a) ==> a < index->positions;
        h *= 2;
    }
    //@ assert top: \forall integer i, a; !Parent(index->positions, i, NP_SPAN_LIMIT, a);
    return wrong;
}
