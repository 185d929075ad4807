/* SPDX-License-Identifier: MIT */
/*
 * What audit.c rests on, proved.
 */
#ifndef NP_AUDIT_LEMMAS_H
#define NP_AUDIT_LEMMAS_H

#include "audit.h"
#include "summary.h"
#include "tree.h"

/*@ predicate SameSummary(struct np_summary x, struct np_summary y) =
      x.prefix == y.prefix && x.longest == y.longest && x.suffix == y.suffix && x.free == y.free;
*/

/*@ ghost
  // Only one summary tells the truth of a block.
  /@ requires   leaf:    Leaf(index, x, at) && at <= NP_BIT_LIMIT;
     NP_PURE
     ensures    one:     \forall struct np_summary y; Leaf(index, y, at) ==> SameSummary(x, y);
  @/
  void lemma_one_leaf(const struct np_index *index, struct np_summary x, uint64_t at)
  {
     uint64_t end = at + 512;
     /@ assert prefix: \forall integer u, v, w, z; Ends(index, u, v, at, end) && Ends(index, w, z, at, end) ==>
                         !(u < w) || Free(index, at + u); @/
     /@ assert suffix: \forall integer u, v, w, z; Ends(index, u, v, at, end) && Ends(index, w, z, at, end) ==>
                         !(v < z) || Free(index, end - v - 1); @/
     /@ assert ends:   \forall integer u, v, w, z; Ends(index, u, v, at, end) && Ends(index, w, z, at, end) ==> u == w && v == z; @/
     /@ assert longest: \forall integer l, k; Attained(index, l, at, end) && NoLonger(index, k, at, end) ==> l <= k; @/
     return;
  }
*/

/*@ // the leaves that begin before a position
    predicate LeavesBefore{L}(struct np_index *index, integer end) =
      \forall integer i, a; Covers(index->positions, i, 512, a) && a < end ==> Leaf(index, index->summaries[i], a);

    // the links to children of h positions, of nodes that begin before a position
    predicate LinksBefore{L}(struct np_index *index, integer h, integer end) =
      \forall integer i, a; Parent(index->positions, i, h, a) && a < end ==> Linked(index, i, h);

    // the nodes of a span speak of no more positions than they cover
    predicate WithinOf{L}(struct np_index *index, integer s) =
      \forall integer i, a; Covers(index->positions, i, s, a) ==> Within(index->summaries[i], s);
    predicate WithinBefore{L}(struct np_index *index, integer s, integer end) =
      \forall integer i, a; Covers(index->positions, i, s, a) && a < end ==> Within(index->summaries[i], s);
*/

/*@ ghost
  // Nodes of a span stand in the order of their numbers.
  /@ requires   node:    i * s == positions + at && 1 <= s;
     NP_PURE
     ensures    order:   \forall integer j, a; Covers(positions, j, s, a) && a < at + s ==> a <= at - s || (j == i && a == at);
  @/
  void lemma_order(int64_t positions, int64_t i, int64_t s, int64_t at)
  {
     /@ assert above: \forall integer j; i + 1 <= j ==> (i + 1) * s <= j * s; @/
     /@ assert below: \forall integer j; j <= i - 1 ==> j * s <= (i - 1) * s; @/
     /@ assert after: (i + 1) * s == i * s + s; @/
     /@ assert before: (i - 1) * s == i * s - s; @/
     return;
  }
*/

/*@ // the links to children of fewer than h positions
    predicate LinksBelow{L}(struct np_index *index, integer h) =
      \forall integer i, g, a; Parent(index->positions, i, g, a) && g < h ==> Linked(index, i, g);
*/

#endif
