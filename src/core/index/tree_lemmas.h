/* SPDX-License-Identifier: MIT */
/*
 * What tree.c rests on, proved.
 */
#ifndef NP_TREE_LEMMAS_H
#define NP_TREE_LEMMAS_H

#include "tree.h"
#include "../bits/bitmap.h"
#include "scan.h"
#include "spot.h"

/*@ ghost
  /@ requires   parent:  Parent(positions, i, h, a);
     NP_PURE
     ensures    left:    Covers(positions, 2 * i, h, a);
     ensures    right:   Covers(positions, 2 * i + 1, h, a + h);
  @/
  void lemma_children(int64_t positions, int64_t i, int64_t h, int64_t a)
  {
     /@ assert left:  2 * i * h == i * (2 * h); @/
     /@ assert right: (2 * i + 1) * h == 2 * i * h + h; @/
     return;
  }

  /@ requires   covers:  Covers(positions, i, s, a) && 0 < positions;
     NP_PURE
     ensures    bounds:  1 <= i < positions / 256;
  @/
  void lemma_bounds(int64_t positions, int64_t i, int64_t s, int64_t a)
  {
     /@ assert low:   i >= 1; @/
     /@ assert high:  i * s + s <= 2 * positions; @/
     /@ assert most:  i * 512 <= i * s; @/
     return;
  }
*/

/*@ // the nodes of higher numbers than i tell the truth
    predicate SummedAbove{L}(struct np_index *index, integer i) =
      \forall integer j, s, a; i < j && Covers(index->positions, j, s, a) ==> Exact(index, index->summaries[j], a, a + s);

    // as a node of span s, node i tells the truth; so it does as one of any span below s
    predicate SummedAs{L}(struct np_index *index, integer i, integer s) =
      \forall integer a; Covers(index->positions, i, s, a) ==> Exact(index, index->summaries[i], a, a + s);
    predicate SummedBelow{L}(struct np_index *index, integer i, integer s) =
      \forall integer t; t < s && Level(t) ==> SummedAs(index, i, t);
*/

/*@ ghost
  /@ requires   sign:    i <= j && 0 <= s;
     NP_PURE
     ensures    product: i * s <= j * s;
  @/
  void lemma_product(int64_t i, int64_t j, int64_t s)
  {
     return;
  }

  /@ requires   tree:    Index(index);
     requires   span:    Level(s) && 1 <= i < index->positions / 256;
     requires   above:   SummedAbove(index, i);
     NP_PURE
     ensures    exact:   SummedAs(index, i, s);
  @/
  void lemma_node(const struct np_index *index, int64_t i, int64_t s)
  {
     int64_t h = s / 2;
     int64_t most = 2 * index->positions / s;
     /@ assert most: most * s <= 2 * index->positions < most * s + s; @/
     if (i > most) {
        lemma_product(most + 1, i, s);
        /@ assert none: \forall integer x; !Covers(index->positions, i, s, x); @/
        /@ assert exact: SummedAs(index, i, s); @/
        return;
     }
     lemma_product(0, i, s);
     lemma_product(i, most, s);
     int64_t a = i * s - index->positions;
     if (a < 0 || a + s > index->positions) {
        /@ assert none: \forall integer x; !Covers(index->positions, i, s, x); @/
        /@ assert exact: SummedAs(index, i, s); @/
        return;
     }
     /@ assert one:  \forall integer x; Covers(index->positions, i, s, x) ==> x == a; @/
     if (s == 512) {
        uint64_t at = (uint64_t)a;
        /@ assert block: at == a && at % 512 == 0; @/
        np_lemma_leaf(index, index->summaries[i], at);
        /@ assert exact: Exact(index, index->summaries[i], a, a + s); @/
        /@ assert leaf: SummedAs(index, i, s); @/
        return;
     }
     /@ assert half: Level(h) && s == 2 * h; @/
     /@ assert parent: Parent(index->positions, i, h, a); @/
     lemma_children(index->positions, i, h, a);
     lemma_bounds(index->positions, 2 * i, h, a);
     lemma_bounds(index->positions, 2 * i + 1, h, a + h);
     uint64_t from = (uint64_t)a;
     uint64_t middle = from + (uint64_t)h;
     uint64_t end = from + (uint64_t)s;
     /@ assert ends: from == a && middle == a + h && end == a + s; @/
     /@ assert linked: Linked(index, i, h); @/
     /@ assert left: Exact(index, index->summaries[2 * i], from, middle); @/
     /@ assert right: Exact(index, index->summaries[2 * i + 1], middle, end); @/
     np_lemma_joined(index, index->summaries[i], index->summaries[2 * i], index->summaries[2 * i + 1], from, middle, end);
     /@ assert exact: Exact(index, index->summaries[i], a, a + s); @/
     /@ assert all:  SummedAs(index, i, s); @/
     return;
  }

  /@ requires   tree:    Index(index);
     requires   node:    1 <= i < index->positions / 256;
     requires   above:   SummedAbove(index, i);
     NP_PURE
     ensures    exact:   \forall integer s; Level(s) ==> SummedAs(index, i, s);
  @/
  void lemma_any_span(const struct np_index *index, int64_t i)
  {
     int64_t s = 512;
     /@ loop invariant level:  Level(s) || s == 0x80000000;
        loop invariant summed: SummedBelow(index, i, s);
        loop assigns s;
        loop variant 0x80000000 - s;
     @/
     while (s <= NP_SPAN_LIMIT) {
        lemma_node(index, i, s);
        /@ assert next: \forall integer t; Level(t) && t < 2 * s ==> t < s || t == s; @/
        s = 2 * s;
     }
     /@ assert all: \forall integer t; Level(t) ==> t < s; @/
     return;
  }

  /@ requires   tree:    Index(index);
     NP_PURE
     ensures    summed:  Summed(index);
  @/
  void np_lemma_summed(const struct np_index *index)
  {
     int64_t i = index->positions / 256 - 1;
     /@ assert bounds: \forall integer j, s, a; Covers(index->positions, j, s, a) ==> 1 <= j <= i; @/
     /@ loop invariant at:     0 <= i < index->positions / 256;
        loop invariant summed: SummedAbove(index, i);
        loop assigns i;
        loop variant i;
     @/
     while (i > 0) {
        lemma_any_span(index, i);
        /@ assert as:   \forall integer s, a; Covers(index->positions, i, s, a) ==> SummedAs(index, i, s); @/
        /@ assert this: \forall integer s, a; Covers(index->positions, i, s, a) ==> Exact(index, index->summaries[i], a, a + s); @/
        /@ assert or:   \forall integer j; i - 1 < j ==> j == i || i < j; @/
        i = i - 1;
     }
     return;
  }
*/

/*@ ghost
  // The run that the search carries goes on far enough.
  /@ requires   carry:   Carry(index, from, start, a, n) && Ends(index, prefix, suffix, a, b) && a < b && 1 <= n;
     requires   hit:     a - start + prefix >= n;
     NP_PURE
     ensures    run:     Run(index, start, n);
     ensures    lowest:  NoRunStarts(index, from, start, n);
  @/
  void lemma_hit(const struct np_index *index, uint64_t from, uint64_t start, uint64_t a, uint64_t b, int64_t prefix, int64_t suffix,
                 uint64_t n)
  {
     /@ assert over: \forall integer p; from <= p < start && p + n > start && Run(index, p, n) ==> Free(index, start - 1); @/
     return;
  }

  // It does not, and the run wanted begins further on.
  /@ requires   carry:   Carry(index, from, start, a, n) && Ends(index, prefix, suffix, a, b) && a < b && 1 <= n;
     requires   short:   a - start + prefix < n && (prefix == b - a ==> found == b);
     requires   found:   a <= found && NoRunStarts(index, a, found, n);
     NP_PURE
     ensures    lowest:  NoRunStarts(index, from, found, n) || prefix == b - a;
  @/
  void lemma_later(const struct np_index *index, uint64_t from, uint64_t start, uint64_t a, uint64_t b, int64_t prefix, int64_t suffix,
                   uint64_t n, uint64_t found)
  {
     /@ assert over:   \forall integer p; from <= p < start && p + n > start && Run(index, p, n) ==> Free(index, start - 1); @/
     /@ assert across: \forall integer p; start <= p < a && p + n > a && prefix < b - a && Run(index, p, n) ==> Free(index, a + prefix); @/
     return;
  }

  // It does not, and there is no run in the node either.
  /@ requires   carry:   Carry(index, from, start, a, n) && Ends(index, prefix, suffix, a, b) && a < b && 1 <= n;
     requires   short:   a - start + prefix < n;
     requires   none:    NoRun(index, a, b, n);
     NP_PURE
     ensures    whole:   prefix == b - a ==> Carry(index, from, start, b, n);
     ensures    broken:  prefix < b - a ==> Carry(index, from, b - suffix, b, n);
  @/
  void lemma_pass(const struct np_index *index, uint64_t from, uint64_t start, uint64_t a, uint64_t b, int64_t prefix, int64_t suffix,
                  uint64_t n)
  {
     /@ assert over:   \forall integer p; from <= p < start && p + n > start && Run(index, p, n) ==> Free(index, start - 1); @/
     /@ assert across: \forall integer p; start <= p < a && p + n > a && p + n <= b && prefix < b - a && Run(index, p, n) ==> Free(index, a + prefix); @/
     /@ assert none:   NoRun(index, from, b, n); @/
     /@ assert long:   n <= suffix ==> Run(index, b - suffix, n); @/
     return;
  }
*/

/*@ ghost
  // A number is that of one node only.
  /@ requires   covers:  Covers(positions, i, s, a) && 0 < positions;
     NP_PURE
     ensures    span:    \forall integer t, b; Covers(positions, i, t, b) ==> t == s && b == a;
  @/
  void lemma_one_node(int64_t positions, int64_t i, int64_t s, int64_t a)
  {
     /@ assert low:    i >= 1; @/
     /@ assert more:   \forall integer t; Level(t) && s < t ==> 2 * s <= t; @/
     /@ assert less:   \forall integer t; Level(t) && t < s ==> 2 * t <= s; @/
     /@ assert twice:  \forall integer t; 2 * s <= t ==> i * (2 * s) <= i * t; @/
     /@ assert half:   \forall integer t; 2 * t <= s ==> i * (2 * t) <= i * s; @/
     /@ assert upper:  \forall integer t; 2 * s <= t ==> 2 * (i * s) <= i * t; @/
     /@ assert lower:  \forall integer t; 2 * t <= s ==> 2 * (i * t) <= i * s; @/
     return;
  }
*/

/*@ predicate SomeNode(integer positions, integer i, integer s) = \exists integer a; Covers(positions, i, s, a);

    // what a row of nodes is: their numbers, and that they are nodes of that span
    predicate RowOf(integer positions, struct np_row x, integer s) =
      1 <= x.first && x.last < positions / 256
      && \forall integer i; x.first <= i <= x.last ==> SomeNode(positions, i, s);
*/

/*@ ghost
  void np_lemma_numbers(int64_t positions)
  {
     /@ assert product: \forall integer j, g; 2 * j * g == j * (2 * g) && (2 * j + 1) * g == j * (2 * g) + g; @/
     /@ assert low:   \forall integer i, s, a; Covers(positions, i, s, a) ==> i >= 1; @/
     /@ assert most:  \forall integer i, s; 512 <= s && 1 <= i ==> i * 512 <= i * s; @/
     /@ assert high:  \forall integer i, s, a; Covers(positions, i, s, a) ==> i * 512 + 512 <= 2 * positions; @/
     return;
  }

  // Which nodes read node i: those above and below it in the tree.
  /@ requires   covers:  Covers(positions, i, s, a) && 0 < positions;
     NP_PURE
     ensures    above:   \forall integer j, g, b; Parent(positions, j, g, b) && (2 * j == i || 2 * j + 1 == i) ==> g == s && j == i / 2;
     ensures    here:    \forall integer g, b; Parent(positions, i, g, b) ==> 2 * g == s && b == a;
  @/
  void lemma_relatives(int64_t positions, int64_t i, int64_t s, int64_t a)
  {
     lemma_one_node(positions, i, s, a);
     np_lemma_numbers(positions);
     return;
  }
*/

/*@ // the links of the tree, except those of the parents of a row when a node of it has changed
    predicate LinksAbove{L}(struct np_index *index, integer changed, integer s, integer first, integer last) =
      (changed != 0 ==> LinksBut(index, s, first / 2, last / 2)) && (changed == 0 ==> Links(index));
*/

/*@ // the links of the tree, except those of nodes i .. last to children of h positions, and of the parents of the row first .. last
    // of nodes of 2 * h positions when one of these has changed
    predicate LinksFrom{L}(struct np_index *index, integer h, integer i, integer first, integer last, integer changed) =
      \forall integer j, g, a; Parent(index->positions, j, g, a) && !(g == h && i <= j <= last)
        && !(changed != 0 && g == 2 * h && first / 2 <= j <= last / 2) ==> Linked(index, j, g);
*/

/*@ // what row of parents a row of nodes that cover h positions has
    predicate ParentsOf(integer positions, struct np_row x, integer h, struct np_row parents) =
      \forall integer i, a; Parent(positions, i, h, a) && x.first / 2 <= i <= x.last / 2 ==> parents.first <= i <= parents.last;
*/

/*@ ghost
  // Between two nodes of a span, all numbers are of nodes of that span.
  /@ requires   ends:    first * s >= positions && last * s + s <= 2 * positions && Level(s) && 0 < positions && 0 <= first;
     NP_PURE
     ensures    nodes:   \forall integer i; first <= i <= last ==> SomeNode(positions, i, s);
  @/
  void lemma_between(int64_t positions, int64_t first, int64_t last, int64_t s)
  {
     /@ assert low:  \forall integer i; first <= i ==> first * s <= i * s; @/
     /@ assert high: \forall integer i; i <= last ==> i * s <= last * s; @/
     /@ assert at:   \forall integer i; first <= i <= last ==> Covers(positions, i, s, i * s - positions); @/
     /@ assert some: \forall integer i; Covers(positions, i, s, i * s - positions) ==> SomeNode(positions, i, s); @/
     return;
  }
*/

#endif
