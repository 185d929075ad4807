/* SPDX-License-Identifier: MIT */
#include "extent.h"
#include "extent_lemmas.h"
#include "scan.h"
#include "spot.h"
#include "summary.h"
#include "tree.h"

/*@ requires   any:     \true;
    NP_PURE
    ensures    max:     \result == \max(a, b);
*/
static uint64_t greater(uint64_t a, uint64_t b)
{
    return a < b ? b : a;
}

/* The extent of two neighbouring ranges, the second of `span` positions; `prefix` free ones are at its start. */
/*@ requires   left:    left.suffix <= left.longest <= left.free <= NP_BIT_LIMIT;
    requires   right:   right.suffix <= right.longest <= right.free <= span && prefix <= right.longest && span <= NP_BIT_LIMIT;
    NP_PURE
    ensures    extends: Extends(\result, left, prefix, right, span);
*/
static struct np_extent join(struct np_extent left, uint64_t prefix, struct np_extent right, uint64_t span)
{
    struct np_extent x = {0, 0, 0};
    x.free = left.free + right.free;
    x.longest = greater(greater(left.longest, right.longest), left.suffix + prefix);
    x.suffix = right.suffix == span ? left.suffix + span : right.suffix;
    return x;
}

struct np_extent np_scan_extent(const struct np_index *index, struct np_extent x, uint64_t at, uint64_t end)
/*@ ghost (uint64_t from) */
{
    uint64_t p = at;
    /*@ loop invariant at:     at <= p <= end;
        loop invariant extent: Extent(index, x, from, p);
        loop assigns p, x;
        loop variant end - p;
    */
    while (p < end) {
        const uint64_t start = np_scan_next_free(index, p, end);
        const uint64_t next = np_scan_next_used(index, start, end);
        const uint64_t n = next - start;
        const struct np_extent row = {n, n, n};
        const uint64_t prefix = start == p ? n : 0;
        //@ ghost lemma_row(index, p, start, next);
        //@ assert row: Known(index, prefix, row, p, next);
        const struct np_extent sum = join(x, prefix, row, next - p);
        //@ ghost lemma_extends(index, x, prefix, row, sum, from, p, next);
        x = sum;
        p = next;
    }
    return x;
}

/* What a node says, as the extent of what it covers. */
/*@ requires   valid:   Exact(index, sum, a, b) && 0 <= a <= b <= NP_BIT_LIMIT;
    NP_PURE
    ensures    known:   Known(index, sum.prefix, \result, a, b);
*/
static struct np_extent
extent_of(struct np_summary sum) /*@ ghost (const struct np_index *index, uint64_t a, uint64_t b) */
{
    //@ ghost lemma_enough(index, a, b, sum.longest, sum.free);
    const struct np_extent x = {(uint64_t)sum.free, (uint64_t)sum.longest, (uint64_t)sum.suffix};
    //@ assert ends: Ends(index, sum.prefix, sum.suffix, a, b);
    //@ assert same: x.free == sum.free && x.longest == sum.longest && x.suffix == sum.suffix;
    //@ assert tail: Tail(index, x.suffix, a, b);
    //@ assert head: Head(index, sum.prefix, a, b);
    //@ assert runs: NoLonger(index, x.longest, a, b) && Attained(index, x.longest, a, b);
    //@ assert extent: Extent(index, x, a, b);
    return x;
}

/* The extent of [from, end), from that of [from, at): node by node as far as they fit, then by words. */
/*@ requires   valid:   Index(index) && from <= at < end <= index->positions && at % 512 == 0;
    requires   before:  Extent(index, x, from, at);
    NP_PURE
    ensures    extent:  Extent(index, \result, from, end);
*/
static struct np_extent by_nodes(const struct np_index *index, struct np_extent x, uint64_t at, uint64_t end)
/*@ ghost (uint64_t from) */
{
    //@ ghost np_lemma_summed(index);
    //@ ghost np_lemma_numbers(index->positions);
    const int64_t positions = index->positions;
    struct np_spot spot = np_spot_at(positions, at);
    uint64_t here = at;
    /*@ loop invariant spot:   Spot(positions, spot, here) && here % 512 == 0 && from <= here < end;
        loop invariant extent: Extent(index, x, from, here);
        loop assigns x, spot, here;
        loop variant (positions - here) * 4 + spot.span;
    */
    for (;;) {
        const uint64_t next = here + (uint64_t)spot.span;
        if (next > end) {
            if (spot.span == (int64_t)NP_BLOCK) return np_scan_extent(index, x, here, end) /*@ ghost (from) */;
            spot = np_spot_below(spot) /*@ ghost (positions, here) */;
            continue;
        }
        const struct np_summary node = index->summaries[spot.node];
        //@ assert exact: Exact(index, index->summaries[spot.node], here, here + spot.span);
        //@ assert node: Exact(index, node, here, next);
        const struct np_extent own = extent_of(node) /*@ ghost (index, here, next) */;
        const struct np_extent sum = join(x, (uint64_t)node.prefix, own, next - here);
        //@ ghost lemma_extends(index, x, (uint64_t)node.prefix, own, sum, from, here, next);
        if (next == end) return sum;
        x = sum;
        spot = np_spot_after(positions, spot, next);
        here = next;
    }
}

struct np_extent np_tree_extent(const struct np_index *index, uint64_t from, uint64_t end)
{
    const struct np_extent none = {0, 0, 0};
    const uint64_t block = (from + 511) / 512 * 512;
    const uint64_t stop = block < end ? block : end;
    //@ assert empty: Run(index, from, 0) && CountedFree(index, from, from, 0);
    //@ assert none: Extent(index, none, from, from);
    const struct np_extent head = np_scan_extent(index, none, from, stop) /*@ ghost (from) */;
    if (stop == end) return head;
    return by_nodes(index, head, stop, end) /*@ ghost (from) */;
}
