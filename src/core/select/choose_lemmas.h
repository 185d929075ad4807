/* SPDX-License-Identifier: MIT */
/*
 * What choose.c rests on, proved.
 */
#ifndef NP_CHOOSE_LEMMAS_H
#define NP_CHOOSE_LEMMAS_H

#include "choose.h"
#include "collect.h"
#include "../ranges/fit.h"
#include "../request/node.h"
#include "../machine/machine.h"
#include "../machine/state.h"
#include "place.h"

/*@ ghost
  // A page frame is that of one page; a page that is usable on a node is of that node.
  /@ requires valid: Table(m) && 1 <= c;
     NP_PURE
     ensures  one:   \forall integer p, s, t; In(m, s, p) && In(m, t, p) ==> s == t;
     ensures  page:  \forall integer f, s, p, t, q; Page(m, s, p, f) && Page(m, t, q, f) ==> s == t && p == q;
     ensures  node:  \forall integer s, p, n; In(m, s, p) && Usable(m, n, r, c, p) ==> m->region[s].node == n;
     ensures  in:    \forall integer n, p; Usable(m, n, r, c, p) ==> \exists integer s; In(m, s, p) && m->region[s].node == n;
  @/
  void lemma_pages(const struct np_machine *m, struct np_steps r, uint64_t c)
  {
     /@ assert one:      \forall integer p, s, t; In(m, s, p) && In(m, t, p) && s < t ==> !Before(m, s, t); @/
     /@ assert page:     \forall integer f, s, p, t, q; Page(m, s, p, f) && Page(m, t, q, f) && s < t ==> !Before(m, s, t); @/
     /@ assert eligible: \forall integer n, p; Usable(m, n, r, c, p) ==> Eligible(m, n, r, p); @/
     /@ assert in:       \forall integer n, p; Eligible(m, n, r, p) ==> \exists integer s; In(m, s, p) && m->region[s].node == n; @/
     return;
  }

  // The candidates of one node more.
  /@ requires valid: Table(m) && ideal < m->nodes && 1 <= c;
     NP_PURE
     ensures  more:  \forall integer node, next, p; NextTried(m, ideal, local, node, next) ==>
                       (CandidateAt(m, ideal, local, r, c, next, p) <==>
                        CandidateAt(m, ideal, local, r, c, node, p) || Usable(m, node, r, c, p));
     ensures  other: \forall integer node, p; AllowedNode(m, ideal, local, node) && CandidateAt(m, ideal, local, r, c, node, p) ==>
                       !Usable(m, node, r, c, p);
  @/
  void lemma_candidates(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c)
  {
     lemma_pages(m, r, c);
     /@ assert own:   \forall integer node, next, p; NextTried(m, ideal, local, node, next) && Usable(m, node, r, c, p) ==>
                        CandidateAt(m, ideal, local, r, c, next, p); @/
     /@ assert older: \forall integer node, next, p; NextTried(m, ideal, local, node, next) && CandidateAt(m, ideal, local, r, c, node, p) ==>
                        CandidateAt(m, ideal, local, r, c, next, p); @/
     return;
  }

  // Below position 0 nothing is counted.
  /@ NP_PURE
     ensures  own:   \forall integer node, b; Counted(m, node, r, c, 0, b) ==> b == 0;
     ensures  all:   \forall integer node, a; CountedAll(m, ideal, local, r, c, node, 0, a) ==> a == 0;
  @/
  void lemma_zero(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c)
  {
     return;
  }

  void np_lemma_sum(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c)
  {
     lemma_candidates(m, ideal, local, r, c);
     lemma_zero(m, ideal, local, r, c);
     int64_t p = 0;
     /@ loop invariant at:  0 <= p <= m->free.positions;
        loop invariant sum: \forall integer node, next, a, b; NextTried(m, ideal, local, node, next)
                              && CountedAll(m, ideal, local, r, c, node, p, a) && Counted(m, node, r, c, p, b) ==>
                              CountedAll(m, ideal, local, r, c, next, p, a + b);
        loop assigns p;
        loop variant m->free.positions - p;
     @/
     while (p < m->free.positions) {
        p++;
     }
     return;
  }

  void np_lemma_bounds(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c)
  {
     lemma_zero(m, ideal, local, r, c);
     int64_t p = 0;
     /@ assert rank: \forall integer n; 0 <= n < m->nodes ==> 0 <= NodeRank(m, ideal, n); @/
     /@ assert first: \forall integer q; !CandidateAt(m, ideal, local, r, c, ideal, q); @/
     /@ assert all: \forall integer node, q; CandidateAt(m, ideal, local, r, c, node, q) ==> CandidateAt(m, ideal, local, r, c, NP_NO_NODE, q); @/
     /@ assert start: CountedAll(m, ideal, local, r, c, NP_NO_NODE, 0, 0); @/
     /@ assert least: \forall integer node, a; CountedAll(m, ideal, local, r, c, node, 0, a) ==> a <= 0; @/
     /@ loop invariant at:   0 <= p <= m->free.positions;
        loop invariant more: \forall integer node, a; CountedAll(m, ideal, local, r, c, node, p, a) ==>
                               \exists integer n; a <= n && CountedAll(m, ideal, local, r, c, NP_NO_NODE, p, n);
        loop invariant none: CountedAll(m, ideal, local, r, c, ideal, p, 0);
        loop assigns p;
        loop variant m->free.positions - p;
     @/
     while (p < m->free.positions) {
        p++;
     }
     return;
  }

  void np_lemma_one_count(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c)
  {
     int64_t p = 0;
     /@ loop invariant at:   0 <= p <= m->free.positions;
        loop invariant one:  \forall integer a, b; CountedAll(m, ideal, local, r, c, NP_NO_NODE, p, a)
                               && CountedAll(m, ideal, local, r, c, NP_NO_NODE, p, b) ==> a == b;
        loop assigns p;
        loop variant m->free.positions - p;
     @/
     while (p < m->free.positions) {
        p++;
     }
     return;
  }
*/

/*@ ghost
  // Eligible pages are free.
  /@ requires run:   EligibleRun(m, node, r, p, n);
     NP_PURE
     ensures  free:  Run(&m->free, p, n);
  @/
  void lemma_run_free(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t p, uint64_t n)
  {
     /@ assert each: \forall integer q; p <= q < p + n ==> Eligible(m, node, r, q); @/
     /@ assert free: \forall integer q; Eligible(m, node, r, q) ==> FreeAt(m, q); @/
     return;
  }

  // The page frames of a block follow each other, and they are free.
  /@ requires valid: Table(m) && In(m, s, p) && 1 <= n <= NP_CALL_LIMIT && Run(&m->free, p, n) && Consecutive(m, p, n);
     NP_PURE
     ensures  free:  \forall integer f; Frame(m, s, p) <= f < Frame(m, s, p) + n ==> FreeFrame(m, f);
     ensures  limit: Frame(m, s, p) + n <= NP_PFN_LIMIT;
  @/
  void lemma_block_frames(const struct np_machine *m, uint32_t s, uint64_t p, uint64_t n)
  {
     uint64_t i = 0;
     /@ assert bound: \forall integer t, q, f; Page(m, t, q, f) ==> Region(m, t) && f < NP_PFN_LIMIT; @/
     /@ loop invariant at:    0 <= i <= n;
        loop invariant limit: Frame(m, s, p) + i <= NP_PFN_LIMIT;
        loop invariant free:  \forall integer f; Frame(m, s, p) <= f < Frame(m, s, p) + i ==> FreeFrame(m, f);
        loop assigns i;
        loop variant n - i;
     @/
     while (i < n) {
        uint64_t q = p + i;
        /@ assert follows: Present(m, q) && Follows(m, p, q); @/
        /@ assert spot:  \exists integer t; In(m, t, q) && Frame(m, t, q) == Frame(m, s, p) + i; @/
        /@ assert pages: \forall integer t; In(m, t, q) && Frame(m, t, q) == Frame(m, s, p) + i ==> Page(m, t, q, Frame(m, s, p) + i); @/
        /@ assert page: \exists integer t; Page(m, t, q, Frame(m, s, p) + i); @/
        /@ assert at: FreeAt(m, q); @/
        /@ assert free: FreeFrame(m, Frame(m, s, p) + i); @/
        i++;
     }
     return;
  }

  // Listed, they are the pages of the block.
  /@ requires valid:  Table(m) && In(m, s, p) && 1 <= n <= NP_CALL_LIMIT && Consecutive(m, p, n) && \valid_read(pfns + (0 .. n - 1));
     requires listed: \forall integer i; 0 <= i < n ==> pfns[i] == Frame(m, s, p) + i;
     NP_PURE
     ensures  at:     \forall integer q; ListedAt(m, pfns, n, q) <==> p <= q < p + n;
  @/
  void lemma_block_listed(const struct np_machine *m, uint32_t s, uint64_t p, const uint64_t *pfns, uint64_t n)
  {
     np_lemma_pages(m);
     /@ assert follows: \forall integer q; p <= q < p + n ==> Present(m, q) && Follows(m, p, q); @/
     /@ assert frames: \forall integer q, t; p <= q < p + n && In(m, s, p) && Follows(m, p, q) && In(m, t, q) ==> Frame(m, t, q) == Frame(m, s, p) + (q - p); @/
     /@ assert pages: \forall integer q, t, i; p <= q < p + n && In(m, t, q) && i == q - p ==> Page(m, t, q, pfns[i]); @/
     /@ assert listed: \forall integer q, t; p <= q < p + n && In(m, t, q) ==> ListedAt(m, pfns, n, q); @/
     /@ assert all:   \forall integer q; p <= q < p + n && Present(m, q) ==> ListedAt(m, pfns, n, q); @/
     /@ assert own:   \forall integer i, y; 0 <= i < n && y == p + i ==> Present(m, y); @/
     /@ assert only:  \forall integer i, t, q, u, y; 0 <= i < n && y == p + i && In(m, u, y) && Page(m, t, q, pfns[i]) ==> q == y; @/
     /@ assert each:  \forall integer i, t, q, y; 0 <= i < n && y == p + i && Present(m, y) && Page(m, t, q, pfns[i]) ==> q == y; @/
     /@ assert last:  \forall integer q; ListedAt(m, pfns, n, q) ==> p <= q < p + n; @/
     return;
  }
*/

#endif
