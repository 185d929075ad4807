/* SPDX-License-Identifier: MIT */
/*
 * What extent.c rests on, proved.
 */
#ifndef NP_EXTENT_LEMMAS_H
#define NP_EXTENT_LEMMAS_H

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
     requires   spans:   0 <= a <= m <= b <= NP_BIT_LIMIT;
     NP_PURE
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
     requires   spans:   0 <= a <= m <= b <= NP_BIT_LIMIT;
     NP_PURE
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
     requires   spans:   0 <= a <= m <= b <= NP_BIT_LIMIT;
     NP_PURE
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
  /@ requires   order:   a <= m <= b <= NP_BIT_LIMIT;
     requires   used:    \forall integer p; a <= p < m ==> !Free(index, p);
     requires   free:    \forall integer p; m <= p < b ==> Free(index, p);
     NP_PURE
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
     NP_PURE
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

#endif
