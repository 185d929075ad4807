/* SPDX-License-Identifier: MIT */
/*
 * What pages.c rests on, proved.
 */
#ifndef NP_PAGES_LEMMAS_H
#define NP_PAGES_LEMMAS_H

#include "pages.h"
#include "../select/choose.h"
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
     requires frames: \forall integer i; 0 <= i < count ==> FramePresent(m, pfns[i]);
     requires order:  InRankOrder(m, ideal, pfns, count);
     NP_PURE
     ensures  apart:  Distinct(pfns, count);
  @/
  void lemma_apart(const struct np_machine *m, uint32_t ideal, const uint64_t *pfns, uint64_t count)
  {
     /@ assert own: \forall integer f; FramePresent(m, f) ==> !FramesPrecede(m, ideal, f, f); @/
     return;
  }
*/

#endif
