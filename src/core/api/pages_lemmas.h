/*
 * What pages.c rests on, proved.
 */
#ifndef NP_PAGES_LEMMAS_H
#define NP_PAGES_LEMMAS_H

#include "pages.h"
#include "../select/choose.h"
#include "../select/plain.h"
#include "../select/prefer.h"
#include "../machine/state.h"

/*@ ghost
  // What may be taken is free.
  /@ requires valid: Table(m) && 1 <= c;
     NP_PURE
     ensures  free:  \forall integer f; CandidateFrame(m, ideal, local, r, c, NP_NO_NODE, f) ==> FreeFrame(m, f);
  @/
  void lemma_candidates_free(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c)
  {
     /@ assert eligible: \forall integer n, p; Usable(m, n, r, c, p) ==> Eligible(m, n, r, p); @/
     /@ assert free:     \forall integer n, p; Eligible(m, n, r, p) ==> FreeAt(m, p); @/
     return;
  }
*/

/*@ ghost
  // Of two pages in rank order neither is the other.
  /@ requires valid:  Table(m) && \valid_read(pfns + (0 .. count - 1));
     requires frames: \forall integer i; 0 <= i < count ==> FreeFrame(m, pfns[i]);
     requires order:  InRankOrder(m, ideal, pfns, count);
     NP_PURE
     ensures  apart:  Distinct(pfns, count);
  @/
  void lemma_apart(const struct np_machine *m, uint32_t ideal, const uint64_t *pfns, uint64_t count)
  {
     /@ assert own: \forall integer f; FreeFrame(m, f) ==> !FramesPrecede(m, ideal, f, f); @/
     return;
  }
*/

/*@ // a free page in one range, on a node that a request allows
    predicate Choosable{L}(struct np_machine *m, integer ideal, integer local, struct np_steps r, integer s, integer p, integer f) =
      Plain(m, r, s, p, f) && AllowedNode(m, ideal, local, m->region[s].node);
    predicate ChoosableFrame{L}(struct np_machine *m, integer ideal, integer local, struct np_steps r, integer f) =
      \exists integer s, p; Choosable(m, ideal, local, r, s, p, f);
*/

/*@ ghost
  // Of single pages in one range every free one on an allowed node may be taken.
  /@ requires valid:  Table(m) && r.step == 0;
     NP_PURE
     ensures  same:   \forall integer s, p, f; Candidate(m, ideal, local, r, 1, NP_NO_NODE, s, p, f) <==>
                        Choosable(m, ideal, local, r, s, p, f);
     ensures  frames: \forall integer f; CandidateFrame(m, ideal, local, r, 1, NP_NO_NODE, f) ==>
                        ChoosableFrame(m, ideal, local, r, f);
  @/
  void lemma_choosable(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r)
  {
     uint32_t node = 0;
     /@ loop invariant at:     0 <= node <= m->nodes;
        loop invariant usable: \forall integer n, s, p, f; 0 <= n < node && Page(m, s, p, f) ==>
                                 (Usable(m, n, r, 1, p) <==> m->region[s].node == n && Plain(m, r, s, p, f));
        loop assigns node;
        loop variant m->nodes - node;
     @/
     while (node < m->nodes) {
        np_lemma_plain(m, node, r);
        node++;
     }
     /@ assert own: \forall integer s, p, f; Page(m, s, p, f) ==> 0 <= m->region[s].node < m->nodes; @/
     /@ assert usable: \forall integer s, p, f; Page(m, s, p, f) ==>
                         (Usable(m, m->region[s].node, r, 1, p) <==> Plain(m, r, s, p, f)); @/
     /@ assert same: \forall integer s, p, f; Candidate(m, ideal, local, r, 1, NP_NO_NODE, s, p, f) ==>
                       Choosable(m, ideal, local, r, s, p, f); @/
     return;
  }

  // Pages chosen by rank leave no free page out between two of one region.
  /@ requires valid:  Table(m) && count <= wanted && \valid_read(pfns + (0 .. count - 1));
     requires sound:  \forall integer i; 0 <= i < count ==> ChoosableFrame(m, ideal, local, r, pfns[i]);
     requires order:  InRankOrder(m, ideal, pfns, count);
     requires lowest: \forall integer s, p, f; Choosable(m, ideal, local, r, s, p, f) ==>
                        Listed(pfns, 0, count, f) || AllPrecede(m, ideal, pfns, count, s, f);
     NP_PURE
     ensures  dense:  Dense(m, pfns, count);
  @/
  void lemma_dense(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted,
                   const uint64_t *pfns, uint64_t count)
  {
     np_lemma_pages(m);
     /@ assert bounds:  \forall integer s, p, f; In(m, s, p) ==> Page(m, s, p, Frame(m, s, p)); @/
     /@ assert frames:  \forall integer f, s, p; ChoosableFrame(m, ideal, local, r, f) && Page(m, s, p, f) ==>
                          Choosable(m, ideal, local, r, s, p, f); @/
     /@ assert present: \forall integer f; ChoosableFrame(m, ideal, local, r, f) ==> \exists integer s, p; Page(m, s, p, f); @/
     /@ assert precede: \forall integer f, g, s, p, t, q; FramesPrecede(m, ideal, f, g) && Page(m, s, p, f) && Page(m, t, q, g) ==>
                          Precedes(m, ideal, s, f, t, g); @/
     /@ assert middle:  \forall integer s, t, f, g, h; Precedes(m, ideal, s, f, t, g) && Precedes(m, ideal, t, g, s, h) ==> f < g < h; @/
     /@ assert rising:  \forall integer s, f, g; Precedes(m, ideal, s, f, s, g) ==> f < g; @/
     /@ assert third:   \forall integer f, g, h, s, p, q; FramesPrecede(m, ideal, f, g) && FramesPrecede(m, ideal, g, h)
                          && ChoosableFrame(m, ideal, local, r, g) && Page(m, s, p, f) && Page(m, s, q, h) ==> f < g < h; @/
     /@ assert second:  \forall integer f, g, s, p, q; FramesPrecede(m, ideal, f, g) && Page(m, s, p, f) && Page(m, s, q, g) ==> f < g; @/
     /@ assert pairs:   \forall integer i, j; 0 <= i < j < count ==> FramesPrecede(m, ideal, pfns[i], pfns[j]); @/
     /@ assert sides:   \forall integer i, k, j; 0 <= i < k < j < count ==> FramesPrecede(m, ideal, pfns[i], pfns[k])
                          && FramesPrecede(m, ideal, pfns[k], pfns[j]) && ChoosableFrame(m, ideal, local, r, pfns[k]); @/
     /@ assert inner:   \forall integer i, k, j, s, p, q; Spans(m, pfns, count, i, j, s, p, q) && i < k < j ==> pfns[i] < pfns[k] < pfns[j]; @/
     /@ assert ends:    \forall integer i, j, s, p, q; Spans(m, pfns, count, i, j, s, p, q) ==> pfns[i] <= pfns[j]; @/
     /@ assert between: \forall integer i, k, j, s, p, q; Spans(m, pfns, count, i, j, s, p, q) && i <= k <= j ==> pfns[i] <= pfns[k] <= pfns[j]; @/
     /@ assert in:      \forall integer i, j, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && p <= x <= q ==> In(m, s, x); @/
     /@ assert could:   \forall integer i, j, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && p <= x <= q && FreeAt(m, x) ==>
                          Choosable(m, ideal, local, r, s, x, Frame(m, s, x)); @/
     /@ assert after:   \forall integer i, j, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && x < q ==>
                          !AllPrecede(m, ideal, pfns, count, s, Frame(m, s, x)); @/
     /@ assert listed:  \forall integer i, j, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && p <= x <= q && FreeAt(m, x) ==>
                          Listed(pfns, 0, count, Frame(m, s, x)); @/
     /@ assert place:   \forall integer s, x; In(m, s, x) && Listed(pfns, 0, count, Frame(m, s, x)) ==>
                          \exists integer k; 0 <= k < count && Page(m, s, x, pfns[k]); @/
     /@ assert found:   \forall integer i, j, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && p <= x <= q && FreeAt(m, x) ==>
                          \exists integer k; 0 <= k < count && Page(m, s, x, pfns[k]); @/
     /@ assert inside:  \forall integer i, j, k, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && 0 <= k < count && p <= x <= q
                          && Page(m, s, x, pfns[k]) ==> i <= k <= j; @/
     /@ assert every:   \forall integer i, j, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && p <= x <= q && FreeAt(m, x) ==>
                          \exists integer k; i <= k <= j && Page(m, s, x, pfns[k]); @/
     /@ assert filled:  \forall integer i, j, s, p, q; Spans(m, pfns, count, i, j, s, p, q) ==> Filled(m, pfns, i, j, s, p, q); @/
     return;
  }
*/

#endif
