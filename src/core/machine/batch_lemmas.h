/* SPDX-License-Identifier: MIT */
/*
 * What batch.c rests on, proved.
 */
#ifndef NP_BATCH_LEMMAS_H
#define NP_BATCH_LEMMAS_H

#include "batch.h"
#include "state.h"

/*@ ghost
  void np_lemma_batch(const struct np_machine *m, uint32_t s, struct np_listed x)
  {
     np_lemma_region(m, s);
     np_lemma_pages(m);
     /@ assert page:  \forall integer k; x.from <= k < x.to ==> Page(m, s, PlaceOf(x, k), x.pfns[k]); @/
     /@ assert only:  \forall integer k, t, p; x.from <= k < x.to && Page(m, t, p, x.pfns[k]) ==> p == PlaceOf(x, k); @/
     /@ assert name:  \forall integer k, p; Names(x, k, p) <==> p == PlaceOf(x, k); @/
     /@ assert listed: \forall integer k; x.from <= k < x.to ==> ListedBetween(m, x.pfns, x.from, x.to, PlaceOf(x, k)); @/
     /@ assert into:  \forall integer p; Named(x, p) ==> ListedBetween(m, x.pfns, x.from, x.to, p); @/
     /@ assert out:   \forall integer k, t, p; x.from <= k < x.to && Page(m, t, p, x.pfns[k]) ==> Names(x, k, p); @/
     /@ assert back:  \forall integer p; ListedBetween(m, x.pfns, x.from, x.to, p) ==> Named(x, p); @/
     /@ assert most:  \forall integer k; x.from <= k < x.to ==> x.pfns[x.from] <= x.pfns[k] <= x.pfns[x.to - 1]; @/
     return;
  }
*/

#endif
