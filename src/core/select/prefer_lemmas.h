/* SPDX-License-Identifier: MIT */
/*
 * What prefer.c rests on, proved.
 */
#ifndef NP_PREFER_LEMMAS_H
#define NP_PREFER_LEMMAS_H

#include "prefer.h"
#include "../machine/machine.h"
#include "../machine/state.h"
#include "../../../spec/logic/prefer.acsl"

/*@ ghost
  // An eligible run lies among the positions, and shorter ones lie in it.
  /@ requires valid: Table(m) && 1 <= least;
     requires run:   length != 0 ==> EligibleRun(m, node, r, start, length);
     requires none:  NoEligibleStarts(m, node, r, 0, m->free.positions, least);
     requires most:  NoEligibleStarts(m, node, r, 0, m->free.positions, length + 1);
     NP_PURE
     ensures  short: length < least;
     ensures  none:  length == 0 ==> \forall integer p; !Eligible(m, node, r, p);
  @/
  void lemma_inside(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t start, uint64_t length, uint64_t least)
  {
     /@ assert in:     \forall integer t, p; In(m, t, p) ==> Region(m, t) && 0 <= p < m->free.positions; @/
     /@ assert inside: \forall integer p; Eligible(m, node, r, p) ==> 0 <= p < m->free.positions; @/
     /@ assert first:  length != 0 ==> Eligible(m, node, r, start); @/
     /@ assert part:   least <= length ==> EligibleRun(m, node, r, start, least); @/
     /@ assert single: \forall integer p; Eligible(m, node, r, p) ==> EligibleRun(m, node, r, p, 1); @/
     return;
  }
*/

/*@ ghost
  // A page that is usable by itself is an eligible one, and it is of that node.
  /@ requires valid: Table(m);
     NP_PURE
     ensures  one:   \forall integer n, p; Usable(m, n, r, 1, p) <==> Eligible(m, n, r, p);
     ensures  node:  \forall integer n, s, p; Eligible(m, n, r, p) && In(m, s, p) ==> m->region[s].node == n;
  @/
  void lemma_single(const struct np_machine *m, struct np_steps r)
  {
     np_lemma_pages(m);
     /@ assert in:      \forall integer n, p; Eligible(m, n, r, p) ==> \exists integer s; In(m, s, p) && m->region[s].node == n; @/
     /@ assert place:   \forall integer s, t, p; In(m, s, p) && In(m, t, p) ==> Page(m, s, p, Frame(m, s, p)) && Page(m, t, p, Frame(m, t, p)); @/
     /@ assert at:      \forall integer p; AlignedAt(m, p, 1) <==> Present(m, p); @/
     /@ assert present: \forall integer n, p; Eligible(m, n, r, p) ==> Present(m, p); @/
     /@ assert run:     \forall integer n, p; EligibleRun(m, n, r, p, 1) <==> Eligible(m, n, r, p); @/
     /@ assert block:   \forall integer n, p; Block(m, n, r, 1, p) <==> Eligible(m, n, r, p); @/
     /@ assert some:    \forall integer n, p; Block(m, n, r, 1, p) ==> Usable(m, n, r, 1, p); @/
     return;
  }

  // The eligible pages of a node have a number, which is 0 when there is none.
  /@ requires valid: Table(m);
     NP_PURE
     ensures  some:  \exists integer n; Counted(m, node, r, 1, m->free.positions, n);
     ensures  least: \forall integer n; Counted(m, node, r, 1, m->free.positions, n) ==> 0 <= n;
     ensures  none:  \forall integer n; Counted(m, node, r, 1, m->free.positions, n) && (\forall integer p; !Eligible(m, node, r, p)) ==> n == 0;
  @/
  void lemma_counted(const struct np_machine *m, uint32_t node, struct np_steps r)
  {
     int64_t p = 0;
     lemma_single(m, r);
     /@ assert start: Counted(m, node, r, 1, 0, 0); @/
     /@ loop invariant at:    0 <= p <= m->free.positions;
        loop invariant some:  \exists integer n; Counted(m, node, r, 1, p, n);
        loop invariant least: \forall integer n; Counted(m, node, r, 1, p, n) ==> 0 <= n;
        loop invariant none:  \forall integer n; Counted(m, node, r, 1, p, n) && (\forall integer q; !Eligible(m, node, r, q)) ==> n == 0;
        loop assigns p;
        loop variant m->free.positions - p;
     @/
     while (p < m->free.positions) {
        p++;
     }
     return;
  }
*/

/*@ // the same pages are left on a node after place i, be it of the list from place a on or from place c on
    predicate SameLeft{A, B, C, D}(struct np_machine *m, integer node, struct np_steps r, uint64_t *pfns, integer a, integer c,
                                   integer i) =
         \at(m->free.positions, A) == \at(m->free.positions, C)
      && \forall integer p; Left{A, B}(m, node, r, pfns, a, i, p) <==> Left{C, D}(m, node, r, pfns, c, i, p);

    // what is left on a node after place i is what can be had from it now
    predicate LeftNow{A, B}(struct np_machine *m, integer node, struct np_steps r, uint64_t *pfns, integer a, integer i) =
         \at(m->free.positions, A) == \at(m->free.positions, B)
      && \forall integer p; Left{A, B}(m, node, r, pfns, a, i, p) <==> Eligible{B}(m, node, r, p);

    // places [a, b) of the list name the same pages in both states
    predicate SamePlaces{A, B}(struct np_machine *m, uint64_t *pfns, integer a, integer b) =
      \forall integer k, s, p; a <= k < b ==> (Page{A}(m, s, p, \at(pfns[k], A)) <==> Page{B}(m, s, p, \at(pfns[k], B)));

    // in both states the same pages can be had from a node, none of them listed before place c
    predicate FreshNode{A, B, C}(struct np_machine *m, integer node, struct np_steps r, uint64_t *pfns, integer c) =
         \at(m->free.positions, A) == \at(m->free.positions, B)
      && (\forall integer p; Eligible{A}(m, node, r, p) <==> Eligible{B}(m, node, r, p))
      && (\forall integer p; Eligible{B}(m, node, r, p) ==> !ListedBetween{C}(m, pfns, 0, c, p));

    // What is best now is the best of what is left.
    lemma now_runs{A, B}: \forall struct np_machine *m, integer node, struct np_steps r, uint64_t *pfns, integer a, i, p, n;
      LeftNow{A, B}(m, node, r, pfns, a, i) ==> (LeftRun{A, B}(m, node, r, pfns, a, i, p, n) <==> EligibleRun{B}(m, node, r, p, n));

    lemma now_best{A, B}: \forall struct np_machine *m, integer node, struct np_steps r, uint64_t *pfns, integer a, i, wanted, p, n;
      LeftNow{A, B}(m, node, r, pfns, a, i) && BestRun{B}(m, node, r, wanted, p, n) ==>
        BestLeft{A, B}(m, node, r, pfns, a, i, wanted, p, n);

    // Where the same pages are left, the same run is the best.
    lemma same_runs{A, B, C, D}: \forall struct np_machine *m, integer node, struct np_steps r, uint64_t *pfns, integer a, c, i, p, n;
      SameLeft{A, B, C, D}(m, node, r, pfns, a, c, i) ==>
        (LeftRun{A, B}(m, node, r, pfns, a, i, p, n) <==> LeftRun{C, D}(m, node, r, pfns, c, i, p, n));

    lemma same_none{A, B, C, D}: \forall struct np_machine *m, integer node, struct np_steps r, uint64_t *pfns, integer a, c, i, from, to, n;
      SameLeft{A, B, C, D}(m, node, r, pfns, a, c, i) && NoLeftStarts{A, B}(m, node, r, pfns, a, i, from, to, n) ==>
        NoLeftStarts{C, D}(m, node, r, pfns, c, i, from, to, n);

    lemma same_best{A, B, C, D}: \forall struct np_machine *m, integer node, struct np_steps r, uint64_t *pfns, integer a, c, i, wanted, p, n;
      SameLeft{A, B, C, D}(m, node, r, pfns, a, c, i) && BestLeft{A, B}(m, node, r, pfns, a, i, wanted, p, n) ==>
        BestLeft{C, D}(m, node, r, pfns, c, i, wanted, p, n);

    // What comes behind the places of a step does not matter to it.
    lemma same_between{B, C}: \forall struct np_machine *m, uint64_t *pfns, integer a, b, i, p;
      SamePlaces{B, C}(m, pfns, a, b) && i <= b ==> (ListedBetween{B}(m, pfns, a, i, p) <==> ListedBetween{C}(m, pfns, a, i, p));

    lemma same_left{A, B, C}: \forall struct np_machine *m, integer node, struct np_steps r, uint64_t *pfns, integer a, b, i;
      SamePlaces{B, C}(m, pfns, a, b) && i <= b ==> SameLeft{A, B, A, C}(m, node, r, pfns, a, a, i);

    lemma same_row{B, C}: \forall struct np_machine *m, integer s, uint64_t *pfns, integer a, b, i, p, n;
      SamePlaces{B, C}(m, pfns, a, b) && a <= i && i + n <= b && ListsRun{B}(m, s, pfns, i, p, n) ==> ListsRun{C}(m, s, pfns, i, p, n);

    lemma same_step{A, B, C}: \forall struct np_machine *m, integer node, struct np_steps r, integer wanted, uint64_t *pfns, integer a, b, i, n;
      SamePlaces{B, C}(m, pfns, a, b) && a <= i && i + n <= b && StepAt{A, B}(m, node, r, wanted, pfns, a, i, n) ==>
        StepAt{A, C}(m, node, r, wanted, pfns, a, i, n);

    lemma same_before{A, B, C}: \forall struct np_machine *m, integer ideal, local, struct np_steps r, uint64_t *pfns, integer node, b, i;
      SamePlaces{B, C}(m, pfns, 0, b) && i <= b && NoneLeftBefore{A, B}(m, ideal, local, r, pfns, node, i) ==>
        NoneLeftBefore{A, C}(m, ideal, local, r, pfns, node, i);

    lemma same_next{A, B, C}: \forall struct np_machine *m, integer ideal, local, struct np_steps r, integer wanted, uint64_t *pfns, integer b, i, n;
      SamePlaces{B, C}(m, pfns, 0, b) && 0 <= i && i + n <= b && NextStep{A, B}(m, ideal, local, r, wanted, pfns, i, n) ==>
        NextStep{A, C}(m, ideal, local, r, wanted, pfns, i, n);

    // A step on one node is one of the whole list.
    lemma own_left{A, B, C}: \forall struct np_machine *m, integer node, struct np_steps r, uint64_t *pfns, integer c, i;
      FreshNode{A, B, C}(m, node, r, pfns, c) && 0 <= c <= i ==> SameLeft{A, C, B, C}(m, node, r, pfns, c, 0, i);

    lemma own_step{A, B, C}: \forall struct np_machine *m, integer node, struct np_steps r, integer wanted, uint64_t *pfns, integer c, i, n;
      FreshNode{A, B, C}(m, node, r, pfns, c) && 0 <= c <= i && StepAt{A, C}(m, node, r, wanted, pfns, c, i, n) ==>
        StepAt{B, C}(m, node, r, wanted, pfns, 0, i, n);

    lemma later_before{A, B}: \forall struct np_machine *m, integer ideal, local, struct np_steps r, uint64_t *pfns, integer node, c, i;
      NoneLeftBefore{A, B}(m, ideal, local, r, pfns, node, c) && c <= i ==> NoneLeftBefore{A, B}(m, ideal, local, r, pfns, node, i);

    lemma own_next{A, B, C}: \forall struct np_machine *m, integer ideal, local, node, struct np_steps r, integer wanted, uint64_t *pfns, integer c, i, n;
      FreshNode{A, B, C}(m, node, r, pfns, c) && 0 <= c <= i && AllowedNode{B}(m, ideal, local, node)
        && NoneLeftBefore{B, C}(m, ideal, local, r, pfns, node, c) && StepAt{A, C}(m, node, r, wanted, pfns, c, i, n) ==>
        NextStep{B, C}(m, ideal, local, r, wanted, pfns, i, n);
*/

#endif
