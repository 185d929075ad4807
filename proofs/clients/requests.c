/* SPDX-License-Identifier: MIT */
/*
 * Lemmas of several clients: what a pages request asks for is one thing, and so is the count of it.
 */
#include "requests.h"

/*@ // two ways to write ranges have the same pages in them, the same runs and blocks of pages, and the same in blocks
    predicate SameEligible{L}(struct np_machine *m, struct np_steps a, struct np_steps r) =
      \forall integer n, p; Eligible(m, n, a, p) <==> Eligible(m, n, r, p);

    predicate SameRuns{L}(struct np_machine *m, struct np_steps a, struct np_steps r) =
      \forall integer n, p, k; EligibleRun(m, n, a, p, k) <==> EligibleRun(m, n, r, p, k);

    predicate SameBlocks{L}(struct np_machine *m, struct np_steps a, struct np_steps r, integer c) =
      \forall integer n, b; Block(m, n, a, c, b) <==> Block(m, n, r, c, b);

    predicate SameUsable{L}(struct np_machine *m, struct np_steps a, struct np_steps r, integer c) =
      \forall integer n, p; Usable(m, n, a, c, p) <==> Usable(m, n, r, c, p);
*/

/*@ ghost
  void lemma_candidate(const struct np_machine *m)
  {
     /@ assert one:    \forall struct np_steps r, integer node, p; Eligible(m, node, r, p) ==> FreeAt(m, p); @/
     /@ assert run:    \forall struct np_steps r, integer node, c, b, p;
                         EligibleRun(m, node, r, b, c) && b <= p < b + c ==> Eligible(m, node, r, p); @/
     /@ assert block:  \forall struct np_steps r, integer node, c, b, p; Block(m, node, r, c, b) && b <= p < b + c ==>
                         Eligible(m, node, r, p); @/
     /@ assert usable: \forall struct np_steps r, integer node, c, p; Usable(m, node, r, c, p) ==>
                         Eligible(m, node, r, p); @/
     /@ assert free:   \forall struct np_steps r, integer node, c, p; Usable(m, node, r, c, p) ==> FreeAt(m, p); @/
     return;
  }

  uint64_t place_of(const struct np_machine *m, uint64_t f)
  {
     np_lemma_pages(m);
     uint32_t s = 0;
     /@ loop invariant at:    0 <= s < m->regions;
        loop invariant there: \exists integer t, p; s <= t && Page(m, t, p, f);
        loop assigns s;
        loop variant m->regions - s;
     @/
     while (f < (uint64_t)m->region[s].first || f - (uint64_t)m->region[s].first >= (uint64_t)m->region[s].pages) {
        /@ assert region: Region(m, s); @/
        /@ assert here:    \forall integer p; !Page(m, s, p, f); @/
        s++;
     }
     /@ assert region: Region(m, s); @/
     uint64_t p = (uint64_t)m->region[s].base + (f - (uint64_t)m->region[s].first);
     /@ assert page: Page(m, s, p, f); @/
     /@ assert at:   FrameAt(m, p, f); @/
     return p;
  }

  void lemma_block_pages(const struct np_machine *m, uint64_t p, uint64_t f, uint64_t n)
  {
     uint64_t y = p;
     uint64_t x = f;
     /@ assert size: \forall integer s; Page(m, s, p, f) ==> Region(m, s) && f < NP_PFN_LIMIT
                       && p < m->free.positions; @/
     /@ loop invariant at:     p <= y <= p + n && x - f == y - p;
        loop invariant frames: \forall integer z; f <= z < x ==> FrameIn(m, p, n, z);
        loop assigns y, x;
        loop variant p + n - y;
     @/
     while (y < p + n) {
        /@ assert next:  Present(m, y) && Follows(m, p, y); @/
        /@ assert frame: \forall integer s, t; Page(m, s, p, f) && In(m, t, y) ==> Frame(m, t, y) == f + (y - p); @/
        /@ assert page:  \forall integer t; In(m, t, y) ==> Page(m, t, y, x); @/
        /@ assert at:    FrameAt(m, y, x); @/
        y++;
        x++;
     }
     return;
  }

  void lemma_ranges(const struct np_machine *m, const struct np_pages_request *q, uint32_t ideal, bool local,
                    struct np_steps r, uint64_t c)
  {
     /@ assert range:    \forall struct np_steps a, integer i, f; RangesOf(q, a) ==>
                           (InRange(a, i, f) <==> InRange(r, i, f)); @/
     /@ assert ranges:   \forall struct np_steps a, integer f; RangesOf(q, a) ==>
                           (InRanges(a, f) <==> InRanges(r, f)); @/
     /@ assert allowed:  \forall struct np_steps a, integer s, p; RangesOf(q, a) ==>
                           (EligibleIn(m, s, a, p) <==> EligibleIn(m, s, r, p)); @/
     /@ assert eligible: \forall struct np_steps a; RangesOf(q, a) ==> SameEligible(m, a, r); @/
     /@ assert run:      \forall struct np_steps a; SameEligible(m, a, r) ==> SameRuns(m, a, r); @/
     /@ assert block:    \forall struct np_steps a; SameRuns(m, a, r) ==> SameBlocks(m, a, r, c); @/
     /@ assert usable:   \forall struct np_steps a; SameBlocks(m, a, r, c) ==> SameUsable(m, a, r, c); @/
     /@ assert usable:   \forall struct np_steps a; RangesOf(q, a) ==> SameUsable(m, a, r, c); @/
     /@ assert at:       \forall struct np_steps a, integer p; SameUsable(m, a, r, c) ==>
                           (CandidateAt(m, ideal, local, a, c, NP_NO_NODE, p) <==>
                            CandidateAt(m, ideal, local, r, c, NP_NO_NODE, p)); @/
     /@ assert page:     \forall struct np_steps a; SameUsable(m, a, r, c) ==>
                           SameCandidates(m, ideal, local, a, r, c); @/
     /@ assert frame:    \forall struct np_steps a, integer f; SameCandidates(m, ideal, local, a, r, c) ==>
                           (CandidateFrame(m, ideal, local, a, c, NP_NO_NODE, f) <==>
                            CandidateFrame(m, ideal, local, r, c, NP_NO_NODE, f)); @/
     int64_t p = 0;
     /@ assert zero:     \forall struct np_steps a, integer n; CountedAll(m, ideal, local, a, c, NP_NO_NODE, 0,
                           n) ==> n == 0; @/
     /@ loop invariant at:    0 <= p <= m->free.positions;
        loop invariant count: \forall struct np_steps a, integer n; RangesOf(q, a)
                                && CountedAll(m, ideal, local, a, c, NP_NO_NODE, p, n) ==>
                                CountedAll(m, ideal, local, r, c, NP_NO_NODE, p, n);
        loop assigns p;
        loop variant m->free.positions - p;
     @/
     while (p < m->free.positions) {
        p++;
     }
     return;
  }

  void lemma_count(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c)
  {
     int64_t p = 0;
     /@ assert start: CountedAll(m, ideal, local, r, c, NP_NO_NODE, 0, 0); @/
     /@ assert zero: \forall integer n; CountedAll(m, ideal, local, r, c, NP_NO_NODE, 0, n) ==> n == 0; @/
     /@ loop invariant at:    0 <= p <= m->free.positions;
        loop invariant some:  \exists integer n; CountedAll(m, ideal, local, r, c, NP_NO_NODE, p, n);
        loop invariant least: \forall integer n; CountedAll(m, ideal, local, r, c, NP_NO_NODE, p, n) ==> 0 <= n <= p;
        loop invariant one:   \forall integer n, k; CountedAll(m, ideal, local, r, c, NP_NO_NODE, p, n)
                                && CountedAll(m, ideal, local, r, c, NP_NO_NODE, p, k) ==> n == k;
        loop invariant none:  CountedAll(m, ideal, local, r, c, NP_NO_NODE, p, 0) ==>
                                \forall integer x; 0 <= x < p ==> !CandidateAt(m, ideal, local, r, c, NP_NO_NODE, x);
        loop assigns p;
        loop variant m->free.positions - p;
     @/
     while (p < m->free.positions) {
        /@ assert next: \forall integer n; CountedAll(m, ideal, local, r, c, NP_NO_NODE, p, n) ==>
                          CountedAll(m, ideal, local, r, c, NP_NO_NODE, p + 1, n)
                          || CountedAll(m, ideal, local, r, c, NP_NO_NODE, p + 1, n + 1); @/
        p++;
     }
     return;
  }
*/
