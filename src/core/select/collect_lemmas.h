/* SPDX-License-Identifier: MIT */
/*
 * What collect.c rests on, proved.
 */
#ifndef NP_COLLECT_LEMMAS_H
#define NP_COLLECT_LEMMAS_H

#include "collect.h"
#include "../ranges/fit.h"
#include "../machine/machine.h"
#include "plain.h"
#include "tally.h"

/*@ // places [a, b) of a list in state B are of pages that were usable in state A; of such below a position; of all of those
    predicate SoundList{A, B}(struct np_machine *m, integer node, struct np_steps r, integer c, uint64_t *pfns, integer a, integer b) =
      \forall integer i; a <= i < b ==> UsableFrame{A}(m, node, r, c, \at(pfns[i], B));

    predicate ListsBelow{A, B}(struct np_machine *m, integer node, struct np_steps r, integer c, uint64_t *pfns, integer a, integer b,
                               integer end) =
      \forall integer p; ListedBetween{B}(m, pfns, a, b, p) ==> p < end && Usable{A}(m, node, r, c, p);

    predicate ListsAllBelow{A, B}(struct np_machine *m, integer node, struct np_steps r, integer c, uint64_t *pfns, integer a, integer b,
                                  integer end) =
      \forall integer p; p < end && Usable{A}(m, node, r, c, p) ==> ListedBetween{B}(m, pfns, a, b, p);
*/

/*@ ghost
  // Page frames rise with positions.
  /@ requires valid:  Table(m) && In(m, s, p);
     NP_PURE
     ensures  rising: \forall integer t, q, f; Page(m, t, q, f) && p < q ==> Frame(m, s, p) < f;
     ensures  from:   \forall integer t, q, f; Page(m, t, q, f) && p <= q ==> Frame(m, s, p) <= f;
  @/
  void lemma_rising(const struct np_machine *m, uint32_t s, uint64_t p)
  {
     np_lemma_region(m, s);
     /@ assert earlier: \forall integer t, q; 0 <= t < s && p <= q ==> !In(m, t, q); @/
     /@ assert later:   \forall integer t, q; s < t && p <= q && In(m, t, q) ==> Frame(m, s, p) < m->region[t].first <= Frame(m, t, q); @/
     /@ assert here:    \forall integer q; p <= q && In(m, s, q) ==> Frame(m, s, q) == Frame(m, s, p) + (q - p); @/
     return;
  }

  // No block lies astride the lowest position, none of a machine's pages at or past the last.
  /@ requires valid:  Table(m) && 1 <= c;
     NP_PURE
     ensures  seam:   Seam(m, node, r, c, 0);
     ensures  inside: \forall integer t, q; In(m, t, q) ==> 0 <= q < m->free.positions;
  @/
  void lemma_ends(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t c)
  {
     /@ assert in:     \forall integer t, q; In(m, t, q) ==> Region(m, t); @/
     /@ assert inside: \forall integer t, q; In(m, t, q) ==> 0 <= q < m->free.positions; @/
     /@ assert head:   \forall integer b; EligibleRun(m, node, r, b, c) ==> Eligible(m, node, r, b); @/
     return;
  }
*/

/*@ ghost
  // Counting goes on: past positions that are not usable, past a row that is, and to the end.
  /@ requires valid: from <= to && NoneUsable(m, node, r, c, from, to) && Counted(m, node, r, c, from, n);
     NP_PURE
     ensures  same:  Counted(m, node, r, c, to, n);
  @/
  void lemma_none_counted(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t c, uint64_t from, uint64_t to, uint64_t n)
  {
     uint64_t p = from;
     /@ loop invariant at:    from <= p <= to;
        loop invariant count: Counted(m, node, r, c, p, n);
        loop assigns p;
        loop variant to - p;
     @/
     while (p < to) {
        /@ assert none: !Usable(m, node, r, c, p); @/
        p++;
     }
     return;
  }

  /@ requires valid: start + length <= UINT64_MAX && AllUsable(m, node, r, c, start, start + length) && Counted(m, node, r, c, start, n);
     NP_PURE
     ensures  more:  Counted(m, node, r, c, start + length, n + length);
  @/
  void lemma_all_counted(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t c, uint64_t start, uint64_t length, uint64_t n)
  {
     uint64_t k = 0;
     /@ loop invariant at:    0 <= k <= length;
        loop invariant count: Counted(m, node, r, c, start + k, n + k);
        loop assigns k;
        loop variant length - k;
     @/
     while (k < length) {
        /@ assert one: Usable(m, node, r, c, start + k); @/
        k++;
     }
     return;
  }

  /@ requires valid: Table(m) && from <= m->free.positions && Counted(m, node, r, c, from, n);
     NP_PURE
     ensures  more:  \exists integer k; n <= k && Counted(m, node, r, c, m->free.positions, k);
  @/
  void lemma_more_counted(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t c, uint64_t from, uint64_t n)
  {
     uint64_t end = (uint64_t)m->free.positions;
     uint64_t p = from;
     /@ loop invariant at:   from <= p <= end && end == m->free.positions;
        loop invariant more: \exists integer k; n <= k && Counted(m, node, r, c, p, k);
        loop assigns p;
        loop variant end - p;
     @/
     while (p < end) {
        p++;
     }
     /@ assert more: \exists integer k; n <= k && Counted(m, node, r, c, end, k); @/
     return;
  }

  // Past the end of a run there is none longer than it that starts in it, and before it none as long.
  /@ requires valid:   1 <= least <= length && from <= start;
     requires none:    NoEligibleStarts(m, node, r, 0, from, least) && NoEligibleStarts(m, node, r, from, start, least);
     requires maximal: !Eligible(m, node, r, start + length);
     NP_PURE
     ensures  lowest:  NoEligibleStarts(m, node, r, 0, start, length);
     ensures  longest: NoEligibleStarts(m, node, r, 0, start + length, length + 1);
  @/
  void lemma_longest(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t from, uint64_t least, uint64_t start, uint64_t length)
  {
     /@ assert shorter: \forall integer p; EligibleRun(m, node, r, p, length) ==> EligibleRun(m, node, r, p, least); @/
     /@ assert longer:  \forall integer p; EligibleRun(m, node, r, p, length + 1) ==> EligibleRun(m, node, r, p, length); @/
     /@ assert inside:  \forall integer p; start <= p < start + length ==> !EligibleRun(m, node, r, p, length + 1); @/
     return;
  }
*/

/*@ ghost
  // A tally of one node counts its pages; one that stops before the last position counts no more than there are.
  /@ requires node:    node != NP_ANY_NODE;
     NP_PURE
     ensures  counted: \forall integer n; Tallied(m, node, r, end, n) ==> Counted(m, node, r, 1, end, n);
     ensures  more:    \forall integer q, n; 0 <= q <= end && Tallied(m, node, r, q, n) ==>
                         \exists integer k; n <= k && Counted(m, node, r, 1, end, k);
  @/
  void lemma_tallied(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t end)
  {
     uint64_t p = 0;
     /@ assert block:  \forall integer s, q; EligibleIn(m, s, r, q) ==> Aligned(Frame(m, s, q), 1); @/
     /@ assert aligned: \forall integer s, q; EligibleIn(m, s, r, q) ==> AlignedAt(m, q, 1); @/
     /@ assert one:    \forall integer q; Eligible(m, node, r, q) ==> Block(m, node, r, 1, q); @/
     /@ assert usable: \forall integer q; Usable(m, node, r, 1, q) <==> EligibleTo(m, node, r, q); @/
     /@ assert zero:   \forall integer n; Tallied(m, node, r, 0, n) ==> n == 0; @/
     /@ loop invariant at:      0 <= p <= end;
        loop invariant counted: \forall integer n; Tallied(m, node, r, p, n) ==> Counted(m, node, r, 1, p, n);
        loop invariant more:    \forall integer q, n; 0 <= q <= p && Tallied(m, node, r, q, n) ==>
                                  \exists integer k; n <= k && Counted(m, node, r, 1, p, k);
        loop assigns p;
        loop variant end - p;
     @/
     while (p < end) {
        /@ assert next: \forall integer k; Counted(m, node, r, 1, p, k) ==>
                          Counted(m, node, r, 1, p + 1, k) || Counted(m, node, r, 1, p + 1, k + 1); @/
        /@ assert back: \forall integer n; Tallied(m, node, r, p + 1, n) ==>
                          (EligibleTo(m, node, r, p) ? Tallied(m, node, r, p, n - 1) : Tallied(m, node, r, p, n)); @/
        p++;
     }
     return;
  }
*/

#endif
