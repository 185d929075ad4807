/* SPDX-License-Identifier: MIT */
/*
 * What contiguous.c rests on, proved.
 */
#ifndef NP_CONTIGUOUS_LEMMAS_H
#define NP_CONTIGUOUS_LEMMAS_H

#include "contiguous.h"
#include "../select/place.h"
#include "../machine/state.h"

/*@ ghost
  // What a place for a request says of free positions.
  /@ requires place: Table(m) && PlaceFor(m, q, p) && n == WholePages(q->bytes) && 1 <= n;
     NP_PURE
     ensures  free:  Run(&m->free, p, n);
     ensures  in:    Present(m, p);
  @/
  void lemma_place(const struct np_machine *m, const struct np_contiguous_request *q, uint64_t p, uint64_t n)
  {
     /@ assert all:  PagesFor(m, q, p, n); @/
     /@ assert some: \forall integer x; p <= x < p + n ==> PageFor(m, q, x); @/
     /@ assert page: PageFor(m, q, p); @/
     /@ assert free: \forall integer x; PageFor(m, q, x) ==> FreeAt(m, x); @/
     /@ assert each: \forall integer x; p <= x < p + n ==> FreeAt(m, x); @/
     return;
  }

  // The lowest position is the lowest page frame: positions rise with page frames.
  /@ requires valid: Table(m) && In(m, s, p) && f == Frame(m, s, p);
     requires none:  NoPlaceFor(m, q, p);
     NP_PURE
     ensures  lowest: LowestFor(m, q, f);
     ensures  page:   f < NP_PFN_LIMIT;
  @/
  void lemma_lowest(const struct np_machine *m, const struct np_contiguous_request *q, uint32_t s, uint64_t p,
                    uint64_t f)
  {
     np_lemma_region(m, s);
     /@ assert below: \forall integer t, x; In(m, t, x) && p <= x ==> s <= t; @/
     /@ assert here:  \forall integer x; In(m, s, x) && p <= x ==> f <= Frame(m, s, x); @/
     /@ assert past:  \forall integer t; s < t < m->regions ==> f < m->region[t].first; @/
     /@ assert above: \forall integer t, x; In(m, t, x) && s < t ==> f <= Frame(m, t, x); @/
     return;
  }
*/

#endif
