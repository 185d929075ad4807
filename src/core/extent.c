#include "extent.h"
#include "scan.h"
#include "spot.h"
#include "summary.h"
#include "tree.h"

/*@ // x is what follows for two neighbouring ranges, of which the second has `span` positions and begins with `prefix` free ones
    predicate Extends(struct np_extent x, struct np_extent left, integer prefix, struct np_extent right, integer span) =
         x.free == left.free + right.free
      && x.longest == \max(\max(left.longest, right.longest), left.suffix + prefix)
      && x.suffix == (right.suffix == span ? left.suffix + span : right.suffix);

    // what is known of the range that is added
    predicate Known{L}(struct np_index *index, integer prefix, struct np_extent x, integer a, integer b) =
      Head(index, prefix, a, b) && Extent(index, x, a, b) && prefix <= x.longest;
*/

/*@ ghost
  /@ requires   left:    Tail(index, s1, a, m) && NoLonger(index, l1, a, m) && s1 <= l1;
     requires   right:   Head(index, p2, m, b) && Tail(index, s2, m, b) && NoLonger(index, l2, m, b) && p2 <= l2 && s2 <= l2;
     requires   spans:   0 <= a <= m <= b <= 0x40000000000;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    tail:    Tail(index, s2 == b - m ? s1 + s2 : s2, a, b);
     ensures    longer:  NoLonger(index, \max(\max(l1, l2), s1 + p2), a, b);
  @/
  void lemma_no_longer(const struct np_index *index, uint64_t l1, uint64_t s1, uint64_t p2, uint64_t l2, uint64_t s2, uint64_t a,
                       uint64_t m, uint64_t b)
  {
     /@ assert left:  \forall integer p, n; a <= p < m < p + n && Run(index, p, n) ==> m - p <= s1; @/
     uint64_t suffix = s2 == b - m ? s1 + s2 : s2;
     /@ assert end:   0 <= suffix <= b - a && Run(index, b - suffix, suffix); @/
     /@ assert last:  a < b - suffix ==> !Free(index, b - suffix - 1); @/
     /@ assert right: \forall integer p, n; p < m < p + n <= b && Run(index, p, n) ==> p + n - m <= p2; @/
     return;
  }

  /@ requires   left:    Tail(index, s1, a, m) && Attained(index, l1, a, m);
     requires   right:   Head(index, p2, m, b) && Attained(index, l2, m, b);
     requires   spans:   0 <= a <= m <= b <= 0x40000000000;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    attained: Attained(index, \max(\max(l1, l2), s1 + p2), a, b);
  @/
  void lemma_reaches(const struct np_index *index, uint64_t l1, uint64_t s1, uint64_t p2, uint64_t l2, uint64_t a, uint64_t m,
                     uint64_t b)
  {
     /@ assert run:   Run(index, m - s1, s1 + p2); @/
     /@ assert seam:  Attained(index, s1 + p2, a, b); @/
     /@ assert left:  Attained(index, l1, a, b); @/
     /@ assert right: Attained(index, l2, a, b); @/
     return;
  }

  // The extent of two neighbouring ranges.
  /@ requires   left:    Extent(index, x, a, m);
     requires   right:   Known(index, prefix, y, m, b);
     requires   extends: Extends(z, x, prefix, y, b - m);
     requires   spans:   0 <= a <= m <= b <= 0x40000000000;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    extent:  Extent(index, z, a, b);
  @/
  void lemma_extends(const struct np_index *index, struct np_extent x, uint64_t prefix, struct np_extent y, struct np_extent z,
                     uint64_t a, uint64_t m, uint64_t b)
  {
     lemma_no_longer(index, x.longest, x.suffix, prefix, y.longest, y.suffix, a, m, b);
     lemma_reaches(index, x.longest, x.suffix, prefix, y.longest, a, m, b);
     np_lemma_counted(index, a, m, b, (int64_t)x.free);
     return;
  }

  // Positions of which the last n, and no others, are free.
  /@ requires   order:   a <= m <= b <= 0x40000000000;
     requires   used:    \forall integer p; a <= p < m ==> !Free(index, p);
     requires   free:    \forall integer p; m <= p < b ==> Free(index, p);
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    counted: CountedFree(index, a, b, b - m);
     ensures    longer:  NoLonger(index, b - m, a, b) && Attained(index, b - m, a, b);
  @/
  void lemma_row(const struct np_index *index, uint64_t a, uint64_t m, uint64_t b)
  {
     uint64_t p = a;
     /@ loop invariant at:   a <= p <= m;
        loop invariant none: CountedFree(index, a, p, 0);
        loop assigns p;
        loop variant m - p;
     @/
     while (p < m) {
        p++;
     }
     /@ loop invariant at:   m <= p <= b;
        loop invariant all:  CountedFree(index, a, p, p - m);
        loop assigns p;
        loop variant b - p;
     @/
     while (p < b) {
        p++;
     }
     /@ assert row:  Run(index, m, b - m); @/
     /@ assert long: \forall integer q, n; a <= q < m && 0 < n && Run(index, q, n) ==> Free(index, q); @/
     return;
  }

  // A run is not longer than there are free positions, and these are not more than there are positions.
  /@ requires   order:   a <= b && CountedFree(index, a, b, n);
     requires   run:     Attained(index, longest, a, b);
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    least:   longest <= n;
  @/
  void lemma_enough(const struct np_index *index, uint64_t a, uint64_t b, int64_t longest, int64_t n)
  {
     uint64_t p = a;
     /@ assert zero:  \forall integer k; CountedFree(index, a, a, k) ==> k == 0; @/
     /@ loop invariant at:    a <= p <= b;
        loop invariant some:  \forall integer k; CountedFree(index, a, p, k) ==> 0 <= k;
        loop invariant least: \forall integer k, s; CountedFree(index, a, p, k) && Run(index, s, longest) && a <= s ==>
                                p - s <= k || longest <= k;
        loop assigns p;
        loop variant b - p;
     @/
     while (p < b) {
        /@ assert one: \forall integer k; CountedFree(index, a, p + 1, k) ==>
                         (Free(index, p) ? CountedFree(index, a, p, k - 1) : CountedFree(index, a, p, k)); @/
        /@ assert in:  \forall integer s; Run(index, s, longest) && s <= p < s + longest ==> Free(index, p); @/
        p++;
     }
     return;
  }
*/

/*@ requires   any:     \true;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    max:     \result == \max(a, b);
*/
static uint64_t larger(uint64_t a, uint64_t b)
{
    return a < b ? b : a;
}

/* The extent of two neighbouring ranges, the second of `span` positions; `prefix` free ones are at its start. */
/*@ requires   left:    left.suffix <= left.longest <= left.free <= 0x40000000000;
    requires   right:   right.suffix <= right.longest <= right.free <= span && prefix <= right.longest && span <= 0x40000000000;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    extends: Extends(\result, left, prefix, right, span);
*/
static struct np_extent join(struct np_extent left, uint64_t prefix, struct np_extent right, uint64_t span)
{
    struct np_extent x = {0};
    x.free = left.free + right.free;
    x.longest = larger(larger(left.longest, right.longest), left.suffix + prefix);
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
/*@ requires   valid:   Exact(index, sum, a, b) && 0 <= a <= b <= 0x40000000000;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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
        const struct np_summary node = index->nodes[spot.node];
        //@ assert exact: Exact(index, index->nodes[spot.node], here, here + spot.span);
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
