/* SPDX-License-Identifier: MIT */
/*
 * What ranges.c rests on, proved.
 */
#ifndef NP_RANGES_LEMMAS_H
#define NP_RANGES_LEMMAS_H

#include "ranges.h"

/*@ ghost
  void np_lemma_gaps(struct np_steps r, uint64_t i)
  {
     /@ assert this:   \forall integer f; r.first + i * r.step <= f < r.end + i * r.step ==> InRange(r, i, f); @/
     /@ assert lower:  \forall integer j; j < i ==> j * r.step + r.step <= i * r.step; @/
     /@ assert higher: \forall integer j; j > i ==> i * r.step + r.step <= j * r.step; @/
     /@ assert others: \forall integer f, j; r.end + i * r.step <= f < r.first + i * r.step + r.step ==> !InRange(r, j, f); @/
     return;
  }
*/

/*@ ghost
  // Ranges without a gap: every page from the first on lies in one of them.
  /@ requires touch: Steps(r) && 0 < r.step <= r.end - r.first && r.first < r.end;
     requires at:    r.first <= f;
     NP_PURE
     ensures  in:    InRanges(r, f);
  @/
  void lemma_touch(struct np_steps r, uint64_t f)
  {
     uint64_t i = (f - r.first) / r.step;
     /@ assert below: i * r.step <= f - r.first < i * r.step + r.step; @/
     /@ assert this:  InRange(r, i, f); @/
     return;
  }

  /@ requires touch: Steps(r) && 0 < r.step <= r.end - r.first && r.first < r.end;
     requires at:    r.first <= from <= NP_PFN_LIMIT;
     NP_PURE
     ensures  in:    AllInRanges(r, from, NP_PFN_LIMIT);
  @/
  void lemma_all_touch(struct np_steps r, uint64_t from)
  {
     uint64_t f = from;
     /@ loop invariant reach: from <= f <= NP_PFN_LIMIT;
        loop invariant in:    AllInRanges(r, from, f);
        loop assigns f;
        loop variant NP_PFN_LIMIT - f;
     @/
     while (f < NP_PFN_LIMIT) {
        lemma_touch(r, f);
        f++;
     }
     return;
  }
*/

/*@ ghost
  void np_lemma_ranges_rise(struct np_steps r, uint64_t i, uint64_t f, uint64_t j, uint64_t g)
  {
     /@ assert lower: j < i ==> j * r.step <= i * r.step; @/
     /@ assert held:  j < i ==> InRange(r, j, f); @/
     return;
  }
*/

#endif
