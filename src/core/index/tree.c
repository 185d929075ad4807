/* SPDX-License-Identifier: MIT */
#include "tree.h"
#include "../bits/bitmap.h"
#include "scan.h"
#include "spot.h"

/* A row of nodes of one span, by number; empty when it ends before it begins. */
struct np_row {
    int64_t first;
    int64_t last;
};

#include "tree_lemmas.h"

/* Where the nodes stand. */

/* The lowest run from a block boundary on, by the tree; runs that begin before it are known as Carry says. */
/*@ requires   valid:   Index(index) && at % 512 == 0 && at < end <= index->positions && 1 <= count;
    requires   carry:   Carry(index, begin, begin, at, count);
    NP_PURE
    ensures    free:    \result != NP_NONE ==> begin <= \result && Run(index, \result, count);
    ensures    lowest:  \result != NP_NONE ==> NoRunStarts(index, begin, \result, count);
    ensures    none:    \result == NP_NONE ==> NoRun(index, begin, end, count);
*/
static uint64_t walk(const struct np_index *index, uint64_t begin, uint64_t at, uint64_t end, uint64_t count)
{
    //@ ghost np_lemma_summed(index);
    const int64_t positions = index->positions;
    struct np_spot x = np_spot_at(positions, at);
    uint64_t here = at;
    uint64_t start = begin;
    /*@ loop invariant spot:  Spot(positions, x, here) && here % 512 == 0 && at <= here;
        loop invariant carry: Carry(index, begin, start, here, count);
        loop assigns x, here, start;
        loop variant (positions - here) * 0x400000 + x.span;
    */
    for (;;) {
        //@ ghost lemma_bounds(positions, x.node, x.span, (int64_t)here);
        const struct np_summary sum = index->summaries[x.node];
        const uint64_t next = here + (uint64_t)x.span;
        //@ assert node: Exact(index, index->summaries[x.node], here, here + x.span);
        //@ assert exact: Exact(index, sum, here, next);
        if (here - start + (uint64_t)sum.prefix >= count) {
            //@ ghost lemma_hit(index, begin, start, here, next, sum.prefix, sum.suffix, count);
            return start;
        }
        if ((uint64_t)sum.longest >= count) {
            if (x.span > (int64_t)NP_BLOCK) {
                x = np_spot_below(x) /*@ ghost (positions, here) */;
                continue;
            }
            //@ assert attained: Attained(index, sum.longest, here, next);
            //@ assert shorter: \forall integer p; Run(index, p, sum.longest) ==> Run(index, p, count);
            //@ assert some: !NoRun(index, here, next, count);
            const uint64_t found = np_scan_lowest_run(index, here, next, count);
            //@ ghost lemma_later(index, begin, start, here, next, sum.prefix, sum.suffix, count, found);
            return found;
        }
        //@ ghost lemma_pass(index, begin, start, here, next, sum.prefix, sum.suffix, count);
        //@ assert ends: 0 <= sum.suffix <= next && 0 <= sum.prefix <= x.span <= NP_SPAN_LIMIT;
        if (sum.prefix != (int32_t)x.span) {
            start = next - (uint64_t)sum.suffix;
            //@ assert short: sum.prefix < next - here;
            //@ assert cut: start == next - sum.suffix;
            //@ assert broken: Carry(index, begin, start, next, count);
        }
        //@ assert moved: Carry(index, begin, start, next, count);
        if (next >= end) return NP_NONE;
        x = np_spot_after(positions, x, next);
        here = next;
    }
}

/* The first position of the row of free ones that ends before `stop`, as far as `from`; `stop` itself if there is none. */
/*@ requires   valid:   FreeBits(index) && from <= stop <= index->positions;
    NP_PURE
    ensures    inside:  from <= \result <= stop;
    ensures    run:     Run(index, \result, stop - \result);
    ensures    used:    from < \result ==> !Free(index, \result - 1);
*/
static uint64_t row_before(const struct np_index *index, uint64_t from, uint64_t stop)
{
    const uint64_t used = np_bits_last_clear(index->words, from, stop);
    return used == NP_NONE ? from : used + 1;
}

uint64_t np_tree_lowest_run(const struct np_index *index, uint64_t from, uint64_t end, uint64_t count)
{
    const uint64_t block = (from + 511) / 512 * 512;
    const uint64_t stop = block < end ? block : end;
    const uint64_t near = np_scan_lowest_run(index, from, stop, count);
    if (near != NP_NONE || stop == end) return near;
    const uint64_t begin = row_before(index, from, stop);
    //@ assert used: \forall integer p; from <= p < begin < p + count && Run(index, p, count) ==> Free(index, begin - 1);
    //@ assert before: \forall integer p; from <= p < begin ==> !Run(index, p, count);
    //@ assert short: count <= stop - begin ==> Run(index, begin, count);
    const uint64_t found = walk(index, begin, stop, end, count);
    return found <= end && count <= end - found ? found : NP_NONE;
}

uint64_t np_tree_next_used(const struct np_index *index, uint64_t from, uint64_t end)
{
    const uint64_t block = (from + 511) / 512 * 512;
    const uint64_t stop = block < end ? block : end;
    const uint64_t near = np_scan_next_used(index, from, stop);
    if (near < stop || stop == end) return near;
    //@ ghost np_lemma_summed(index);
    const int64_t positions = index->positions;
    struct np_spot x = np_spot_at(positions, stop);
    uint64_t here = stop;
    /*@ loop invariant spot: Spot(positions, x, here) && here % 512 == 0 && stop <= here < end;
        loop invariant free: \forall integer p; from <= p < here ==> Free(index, p);
        loop assigns x, here;
        loop variant positions - here;
    */
    for (;;) {
        //@ ghost lemma_bounds(positions, x.node, x.span, (int64_t)here);
        const int32_t prefix = index->summaries[x.node].prefix;
        const uint64_t next = here + (uint64_t)x.span;
        //@ assert node: Exact(index, index->summaries[x.node], here, here + x.span);
        //@ assert ends: Ends(index, prefix, index->summaries[x.node].suffix, here, next);
        //@ assert row: Run(index, here, prefix) && (prefix < x.span ==> !Free(index, here + prefix));
        const uint64_t used = here + (uint64_t)prefix;
        if (used < next || used >= end) return used < end ? used : end;
        x = np_spot_after(positions, x, next);
        here = next;
    }
}

/* Writes a summary, and says whether it is new. */
/*@ requires   node:    WritableNodes(index) && 0 <= i < index->positions / 256;
    NP_RETURNS
    assigns             index->summaries[i];
    ensures    is:      index->summaries[i] == sum;
    ensures    old:     !\result ==> \old(index->summaries[i]) == sum;
    ensures    leaves:  \forall integer j, a; j != i && Leaf{Pre}(index, \at(index->summaries[j], Pre), a) ==> Leaf(index, index->summaries[j], a);
    ensures    within:  \forall integer j, s; j != i && Within(\at(index->summaries[j], Pre), s) ==> Within(index->summaries[j], s);
    ensures    links:   \forall integer j, h; j != i && 2 * j != i && 2 * j + 1 != i && Linked{Pre}(index, j, h) ==> Linked(index, j, h);
    ensures    same:    !\result ==> \forall integer j, h; Linked{Pre}(index, j, h) ==> Linked(index, j, h);
*/
static bool put(struct np_index *index, int64_t i, struct np_summary sum)
{
    const struct np_summary old = index->summaries[i];
    if (old.prefix == sum.prefix && old.longest == sum.longest && old.suffix == sum.suffix && old.free == sum.free)
        return false;
    index->summaries[i] = sum;
    return true;
}

/* Computes leaves anew, and says whether one of them has changed. */
/*@ requires   valid:   FreeBits(index) && WritableNodes(index) && RowOf(index->positions, row, 512);
    requires   leaves:  LeavesBut(index, row.first, row.last);
    requires   links:   Links(index) && AllWithin(index);
    NP_RETURNS
    assigns             NP_SUMMARIES(index);
    ensures    leaves:  Leaves(index) && AllWithin(index);
    ensures    links:   LinksAbove(index, \result, 512, row.first, row.last);
*/
static bool refresh_leaves(struct np_index *index, struct np_row row)
{
    bool changed = false;
    /*@ loop invariant at:     row.first <= i && (row.first <= row.last + 1 ==> i <= row.last + 1);
        loop invariant leaves: LeavesBut(index, i, row.last);
        loop invariant within: AllWithin(index);
        loop invariant links:  LinksAbove(index, changed, 512, row.first, row.last);
        loop assigns i, changed, NP_SUMMARIES(index);
        loop variant row.last - i;
    */
    for (int64_t i = row.first; i <= row.last; i++) {
        //@ assert some: SomeNode(index->positions, i, 512);
        //@ assert covers: Covers(index->positions, i, 512, i * 512 - index->positions);
        //@ ghost lemma_bounds(index->positions, i, 512, i * 512 - index->positions);
        //@ ghost lemma_relatives(index->positions, i, 512, i * 512 - index->positions);
        const int64_t at = i * (int64_t)NP_BLOCK - index->positions;
        const struct np_summary leaf = np_summary_of_block(index, (uint64_t)at);
        const bool renewed = put(index, i, leaf);
        /*@ assert others: \forall integer j, g, a; Parent(index->positions, j, g, a) && !(g == 512 && j == i / 2) ==>
                             j != i && 2 * j != i && 2 * j + 1 != i; */
        //@ assert kept: Leaf(index, leaf, at);
        //@ assert leaf: Leaf(index, index->summaries[i], at);
        //@ assert here: \forall integer a; Covers(index->positions, i, 512, a) ==> a == at;
        changed = changed || renewed;
    }
    return changed;
}

/* Computes node i anew, from its children of h positions, and says whether it has changed. */
/*@ requires   valid:   WritableNodes(index) && 0 < index->positions <= NP_BIT_LIMIT && Level(h) && h < NP_SPAN_LIMIT;
    requires   node:    Parent(index->positions, i, h, i * (2 * h) - index->positions);
    requires   within:  AllWithin(index);
    NP_RETURNS
    assigns             NP_SUMMARIES(index);
    ensures    within:  AllWithin(index);
    ensures    leaves:  \forall integer j, a; Covers(index->positions, j, 512, a) && Leaf{Pre}(index, \at(index->summaries[j], Pre), a) ==>
                          Leaf(index, index->summaries[j], a);
    ensures    here:    Linked(index, i, h);
    ensures    links:   \forall integer j, g, a; Parent(index->positions, j, g, a) && Linked{Pre}(index, j, g)
                          && !(\result && g == 2 * h && j == i / 2) ==> Linked(index, j, g);
*/
static bool relink_node(struct np_index *index, int64_t i, int64_t h)
{
    //@ ghost int64_t s = 2 * h;
    //@ ghost int64_t at = i * s - index->positions;
    //@ assert node: Covers(index->positions, i, s, at);
    //@ ghost lemma_children(index->positions, i, h, at);
    //@ ghost lemma_bounds(index->positions, i, s, at);
    //@ ghost lemma_bounds(index->positions, 2 * i, h, at);
    //@ ghost lemma_bounds(index->positions, 2 * i + 1, h, at + h);
    //@ ghost lemma_one_node(index->positions, i, s, at);
    //@ ghost lemma_relatives(index->positions, i, s, at);
    const bool renewed = np_summary_renew(index->summaries, i, (int32_t)h);
    //@ assert size: Within(index->summaries[i], s);
    //@ assert apart: 2 * i != i && 2 * i + 1 != i;
    /*@ assert others: \forall integer j, g, a; Parent(index->positions, j, g, a) && !(g == h && j == i) && !(g == s && j == i / 2) ==>
                         j != i && 2 * j != i && 2 * j + 1 != i; */
    //@ assert linked: Linked(index, i, h);
    //@ assert leaf: \forall integer a; !Covers(index->positions, i, 512, a);
    //@ assert within: \forall integer t, b; Covers(index->positions, i, t, b) ==> Within(index->summaries[i], t);
    return renewed;
}

/* Computes a row of nodes anew, each from its children of h positions, and says whether one of them has changed. */
/*@ requires   valid:   WritableNodes(index) && 0 < index->positions <= NP_BIT_LIMIT && Level(h) && h < NP_SPAN_LIMIT;
    requires   row:     RowOf(index->positions, row, 2 * h);
    requires   links:   LinksBut(index, h, row.first, row.last) && AllWithin(index);
    NP_RETURNS
    assigns             NP_SUMMARIES(index);
    ensures    leaves:  Leaves{Pre}(index) ==> Leaves(index);
    ensures    within:  AllWithin(index);
    ensures    links:   LinksAbove(index, \result, 2 * h, row.first, row.last);
*/
static bool relink(struct np_index *index, int64_t h, struct np_row row)
{
    bool changed = false;
    /*@ loop invariant at:     row.first <= i && (row.first <= row.last + 1 ==> i <= row.last + 1);
        loop invariant leaves: Leaves{Pre}(index) ==> Leaves(index);
        loop invariant within: AllWithin(index);
        loop invariant links:  LinksFrom(index, h, i, row.first, row.last, changed);
        loop assigns i, changed, NP_SUMMARIES(index);
        loop variant row.last - i;
    */
    for (int64_t i = row.first; i <= row.last; i++) {
        //@ ghost int64_t s = 2 * h;
        //@ assert some: SomeNode(index->positions, i, s);
        //@ assert covers: Covers(index->positions, i, s, i * s - index->positions);
        //@ assert parent: Parent(index->positions, i, h, i * s - index->positions);
        const bool renewed = relink_node(index, i, h);
        changed = changed || renewed;
    }
    return changed;
}

/* Computes the nodes above a node of h positions anew, as far up as they change. */
/*@ requires   valid:   WritableNodes(index) && 0 < index->positions <= NP_BIT_LIMIT && Level(h);
    requires   node:    SomeNode(index->positions, i, h);
    requires   leaves:  Leaves(index) && AllWithin(index);
    requires   links:   LinksBut(index, h, i / 2, i / 2);
    NP_RETURNS
    assigns             NP_SUMMARIES(index);
    ensures    tree:    Leaves(index) && AllWithin(index) && Links(index);
*/
static void climb(struct np_index *index, int64_t i, int64_t h)
{
    const int64_t positions = index->positions;
    int64_t up = i / 2;
    int64_t s = h;
    //@ assert covers: Covers(positions, i, h, i * h - positions);
    //@ assert twice: 0 <= up * (2 * h) <= i * h;
    /*@ loop invariant level:  Level(s) && 0 <= up && 0 <= up * (2 * s) <= 2 * positions;
        loop invariant leaves: Leaves(index) && AllWithin(index);
        loop invariant links:  LinksBut(index, s, up, up);
        loop assigns up, s, NP_SUMMARIES(index);
        loop variant NP_TOP - s;
    */
    while (s < NP_TOP) {
        const int64_t span = 2 * s;
        //@ assert span: span == 2 * s;
        //@ assert twice: 0 <= up * span <= 2 * positions;
        const int64_t at = up * span - positions;
        //@ assert none: at < 0 || at + span > positions ==> \forall integer a; !Parent(positions, up, s, a);
        if (at < 0 || at + span > positions) return;
        //@ assert node: Parent(positions, up, s, at);
        //@ assert half: 0 <= up / 2 * (2 * span) <= up * span;
        if (!relink_node(index, up, s)) return;
        up /= 2;
        s = span;
    }
    //@ assert top: \forall integer a; !Parent(positions, up, s, a);
}

/* The parents of a row of nodes that cover h positions each. */
/*@ requires   valid:   0 < positions <= NP_BIT_LIMIT && Level(h) && h < NP_SPAN_LIMIT;
    requires   row:     RowOf(positions, x, h) && x.first <= x.last;
    NP_PURE
    ensures    row:     \result.first <= \result.last ==> RowOf(positions, \result, 2 * h);
    ensures    all:     ParentsOf(positions, x, h, \result);
    ensures    halves:  x.first / 2 <= \result.first && \result.last <= x.last / 2;
*/
static struct np_row parents_of(int64_t positions, struct np_row x, int64_t h)
{
    const int64_t s = 2 * h;
    struct np_row up = {x.first / 2, x.last / 2};
    //@ assert level: Level(s);
    //@ assert first: SomeNode(positions, x.first, h) && SomeNode(positions, x.last, h);
    //@ assert above: positions <= x.first * h;
    //@ assert below: x.last * h + h <= 2 * positions;
    //@ assert half1: 2 * up.first <= x.first <= 2 * up.first + 1;
    //@ assert half2: 2 * up.last <= x.last <= 2 * up.last + 1;
    //@ assert double1: x.first * h <= (2 * up.first + 1) * h;
    //@ assert double2: (2 * up.last) * h <= x.last * h;
    //@ assert p1: (2 * up.first + 1) * h == up.first * s + h;
    //@ assert p2: (2 * up.last) * h == up.last * s;
    if (up.first * s < positions) up.first++;
    if (up.last * s + s > 2 * positions) up.last--;
    if (up.first <= up.last) {
        //@ ghost lemma_between(positions, up.first, up.last, s);
        //@ ghost lemma_bounds(positions, up.last, s, up.last * s - positions);
    }
    return up;
}

/* The leaves that [from, end) has a part in. */
/*@ requires   valid:   0 < positions <= NP_BIT_LIMIT && positions % 512 == 0 && from < end <= positions;
    NP_PURE
    ensures    row:     RowOf(positions, \result, 512) && \result.first <= \result.last;
    ensures    all:     \forall integer i, a; Covers(positions, i, 512, a) && !(a + 512 <= from || end <= a) ==>
                          \result.first <= i <= \result.last;
*/
static struct np_row leaves_of(int64_t positions, uint64_t from, uint64_t end)
{
    const int64_t block = (int64_t)NP_BLOCK;
    const struct np_row row = {(positions + (int64_t)from) / block, (positions + (int64_t)end - 1) / block};
    //@ ghost lemma_between(positions, row.first, row.last, 512);
    return row;
}

void np_tree_refresh(struct np_index *index, uint64_t from, uint64_t end)
{
    const int64_t positions = index->positions;
    struct np_row row = leaves_of(positions, from, end);
    //@ assert but: LeavesBut(index, row.first, row.last);
    bool changed = refresh_leaves(index, row);
    int64_t h = (int64_t)NP_BLOCK;
    /*@ loop invariant level:  Level(h);
        loop invariant row:    RowOf(positions, row, h) && row.first <= row.last;
        loop invariant leaves: Leaves(index) && AllWithin(index);
        loop invariant links:  LinksAbove(index, changed, h, row.first, row.last);
        loop assigns h, row, changed, NP_SUMMARIES(index);
        loop variant NP_TOP - h;
    */
    while (changed && h < NP_TOP && row.first != row.last) {
        const struct np_row up = parents_of(positions, row, h);
        //@ assert links: LinksBut(index, h, up.first, up.last);
        if (up.first > up.last) return;
        changed = relink(index, h, up);
        row = up;
        h *= 2;
    }
    //@ assert top: \forall integer i, a; !Parent(positions, i, NP_SPAN_LIMIT, a);
    if (changed && row.first == row.last) climb(index, row.first, h);
}
