/* SPDX-License-Identifier: MIT */
/*
 * What tally.c rests on, proved.
 */
#ifndef NP_TALLY_LEMMAS_H
#define NP_TALLY_LEMMAS_H

#include "tally.h"
#include "../index/index.h"
#include "../machine/machine.h"

/*@ // y adds to x the free positions of [from, to)
    predicate Adds{L}(struct np_index *index, struct np_tally x, struct np_tally y, integer from, integer to) =
         CountedFree(index, from, to, y.free - x.free) && 0 <= y.free - x.free <= to - from
      && NoLonger(index, y.longest, from, to) && x.longest <= y.longest <= y.free
      && (y.longest == x.longest ==> y.start == x.start)
      && (y.longest != x.longest ==> from <= y.start && y.start + y.longest <= to
            && Run(index, y.start, y.longest) && NoRunStarts(index, from, y.start, y.longest));
*/

/*@ ghost
  // Below position 0 there is nothing.
  /@ requires none:  x.free == 0 && x.longest == 0;
     NP_PURE
     ensures  tally: Tally(m, node, r, x, 0) && EdgeTo(m, node, r, 0);
  @/
  void lemma_nothing(const struct np_machine *m, uint32_t node, struct np_steps r, struct np_tally x)
  {
     /@ assert used:  \forall integer p; p < 0 ==> !FreeAt(m, p); @/
     /@ assert none:  \forall integer p; p < 0 ==> !EligibleTo(m, node, r, p); @/
     /@ assert first: \forall integer p, n; 0 < n && EligibleRunTo(m, node, r, p, n) ==> EligibleTo(m, node, r, p); @/
     /@ assert runs:  LongestTo(m, node, r, x.longest, 0); @/
     return;
  }

  // Positions without a page for a request.
  /@ requires tally: from <= to && NoneEligibleTo(m, node, r, from, to) && Tally(m, node, r, x, from);
     NP_PURE
     ensures  tally: Tally(m, node, r, x, to);
  @/
  void lemma_skip(const struct np_machine *m, uint32_t node, struct np_steps r, struct np_tally x, uint64_t from, uint64_t to)
  {
     uint64_t p = from;
     /@ loop invariant at:   from <= p <= to;
        loop invariant same: Tallied(m, node, r, p, x.free);
        loop assigns p;
        loop variant to - p;
     @/
     while (p < to) {
        /@ assert none: !EligibleTo(m, node, r, p); @/
        p++;
     }
     /@ assert last: \forall integer q, n; from < q + n <= to && 0 < n && EligibleRunTo(m, node, r, q, n) ==>
                       EligibleTo(m, node, r, q + n - 1); @/
     /@ assert none: \forall integer q, n; from < q + n <= to && 0 < n ==> !EligibleRunTo(m, node, r, q, n); @/
     return;
  }

  // Free positions counted are pages counted, where each of them is one that a request may have.
  /@ requires all:   AllTo(m, node, r, from, to) && from <= to;
     NP_PURE
     ensures  more:  \forall integer k, n; Tallied(m, node, r, from, k) && CountedFree(&m->free, from, to, n) ==>
                       Tallied(m, node, r, to, k + n);
  @/
  void lemma_free(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t from, uint64_t to)
  {
     uint64_t p = from;
     /@ assert zero: \forall integer n; CountedFree(&m->free, from, from, n) ==> n == 0; @/
     /@ loop invariant at:   from <= p <= to;
        loop invariant more: \forall integer k, n; Tallied(m, node, r, from, k) && CountedFree(&m->free, from, p, n) ==>
                               Tallied(m, node, r, p, k + n);
        loop assigns p;
        loop variant to - p;
     @/
     while (p < to) {
        /@ assert one:  EligibleTo(m, node, r, p) <==> FreeAt(m, p); @/
        /@ assert back: \forall integer n; CountedFree(&m->free, from, p + 1, n) ==>
                          (FreeAt(m, p) ? CountedFree(&m->free, from, p, n - 1) : CountedFree(&m->free, from, p, n)); @/
        p++;
     }
     return;
  }

  // What is added where each free position is a page that a request may have.
  /@ requires all:   AllTo(m, node, r, from, to) && from <= to && EdgeTo(m, node, r, from);
     requires tally: Tally(m, node, r, x, from) && Adds(&m->free, x, y, from, to);
     NP_PURE
     ensures  tally: Tally(m, node, r, y, to);
  @/
  void lemma_add(const struct np_machine *m, uint32_t node, struct np_steps r, struct np_tally x, struct np_tally y,
                 uint64_t from, uint64_t to)
  {
     lemma_free(m, node, r, from, to);
     /@ assert free:    Tallied(m, node, r, to, y.free); @/
     /@ assert each:    \forall integer q; from <= q < to ==> (EligibleTo(m, node, r, q) <==> Free(&m->free, q)); @/
     /@ assert run:     \forall integer p, n; from <= p && p + n <= to && EligibleRunTo(m, node, r, p, n) ==> Run(&m->free, p, n); @/
     /@ assert back:    \forall integer p, n; from <= p && p + n <= to && Run(&m->free, p, n) ==> EligibleRunTo(m, node, r, p, n); @/
     /@ assert across:  \forall integer p, n; p < from < p + n ==> !EligibleRunTo(m, node, r, p, n); @/
     /@ assert below:   \forall integer p, n; p + n <= from && EligibleRunTo(m, node, r, p, n) ==> n <= y.longest; @/
     /@ assert inside:  \forall integer p, n; from <= p && p + n <= to && EligibleRunTo(m, node, r, p, n) ==> n <= y.longest; @/
     /@ assert longest: LongestTo(m, node, r, y.longest, to); @/
     /@ assert lower:   x.longest < y.longest ==> \forall integer p; p + y.longest <= from ==> !EligibleRunTo(m, node, r, p, y.longest); @/
     /@ assert here:    x.longest < y.longest ==> \forall integer p; from <= p < y.start ==> !EligibleRunTo(m, node, r, p, y.longest); @/
     /@ assert lowest:  y.longest != 0 ==> EligibleRunTo(m, node, r, y.start, y.longest) && LowestTo(m, node, r, y.start, y.longest); @/
     return;
  }

  // A range without a step, in positions.
  /@ requires valid: Table(m) && r.step == 0 && Splits(m, r.first, low) && Splits(m, r.end, high);
     NP_PURE
     ensures  span:  Span(m, r, low, high);
  @/
  void lemma_span(const struct np_machine *m, struct np_steps r, uint64_t low, uint64_t high)
  {
     /@ assert in:   \forall integer f; r.first <= f < r.end ==> InRange(r, 0, f); @/
     /@ assert out:  \forall integer f, i; InRange(r, i, f) ==> r.first <= f < r.end; @/
     /@ assert some: \forall integer f; r.first <= f < r.end ==> InRanges(r, f); @/
     /@ assert none: \forall integer f; InRanges(r, f) ==> r.first <= f < r.end; @/
     /@ assert both: \forall integer f; InRanges(r, f) <==> r.first <= f < r.end; @/
     return;
  }

  // The pages that a request may have, said of free positions.
  /@ requires valid: Table(m) && Span(m, r, low, high);
     NP_PURE
     ensures  any:   node == NP_ANY_NODE && FreePresent(m) ==>
                       \forall integer p; EligibleTo(m, node, r, p) <==> FreeAt(m, p) && low <= p < high;
     ensures  own:   node != NP_ANY_NODE ==>
                       \forall integer s, p; In(m, s, p) && m->region[s].node == node ==>
                         (EligibleTo(m, node, r, p) <==> FreeAt(m, p) && low <= p < high);
     ensures  other: node != NP_ANY_NODE ==>
                       \forall integer s, p; In(m, s, p) && m->region[s].node != node ==> !EligibleTo(m, node, r, p);
     ensures  in:    \forall integer p; EligibleTo(m, node, r, p) ==> Present(m, p);
     ensures  range: \forall integer p; EligibleTo(m, node, r, p) ==> low <= p < high;
  @/
  void lemma_eligible(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t low, uint64_t high)
  {
     /@ assert order: \forall integer p, s, t; In(m, s, p) && In(m, t, p) && s < t ==> !Before(m, s, t); @/
     /@ assert one:   \forall integer p, s, t; In(m, s, p) && In(m, t, p) ==> s == t; @/
     /@ assert in:    \forall integer s, p; EligibleIn(m, s, r, p) <==>
                        In(m, s, p) && FreeAt(m, p) && low <= p < high; @/
     /@ assert only:  \forall integer p; EligibleAny(m, r, p) ==> FreeAt(m, p) && low <= p < high; @/
     /@ assert some:  \forall integer s, p; FreeAt(m, p) && In(m, s, p) && low <= p < high ==> EligibleAny(m, r, p); @/
     /@ assert all:   FreePresent(m) ==> \forall integer p; FreeAt(m, p) && low <= p < high ==> EligibleAny(m, r, p); @/
     return;
  }
*/

/*@ ghost
  // Positions rise from region to region; where one follows at once, it is on another node.
  /@ requires valid:  Table(m) && s < m->regions;
     NP_PURE
     ensures  before: \forall integer t, p; t < s && In(m, t, p) ==> p < m->region[s].base;
     ensures  after:  \forall integer t, p; s < t && In(m, t, p) ==> m->region[s].base + m->region[s].pages <= p;
     ensures  next:   \forall integer t, p; In(m, t, p) && p == m->region[s].base + m->region[s].pages ==>
                        m->region[t].node != m->region[s].node;
  @/
  void lemma_order(const struct np_machine *m, uint32_t s)
  {
     np_lemma_region(m, s);
     /@ assert above: \forall integer t, p; s < t && In(m, t, p) ==> Before(m, s, t); @/
     /@ assert below: \forall integer t, p; t < s && In(m, t, p) ==> Before(m, t, s); @/
     /@ assert not:   !In(m, s, m->region[s].base + m->region[s].pages); @/
     /@ assert begin: \forall integer t, p; s < t && In(m, t, p) && p == m->region[s].base + m->region[s].pages ==>
                        m->region[t].base == p; @/
     return;
  }
*/

#endif
