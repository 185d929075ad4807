/* SPDX-License-Identifier: MIT */
/*
 * What give.c rests on, proved.
 */
#ifndef NP_GIVE_LEMMAS_H
#define NP_GIVE_LEMMAS_H

#include "give.h"
#include "../machine/batch.h"
#include "../bits/bitmap.h"
#include "../machine/state.h"
#include "../machine/planes.h"

/*@ ghost
  // What follows of a list from the pages on it.
  /@ requires   valid:   Table(m) && \valid_read(pfns + (0 .. count - 1));
     NP_PURE
     ensures    wrong:   \forall integer i; 0 <= i < count && (!HeldFrame(m, removed, pfns[i]) || NamedBefore(pfns, i)) ==>
                           !AllHeld(m, removed, pfns, count) || !Distinct(pfns, count);
     ensures    held:    \forall integer i, p; AllHeld(m, removed, pfns, i) && ListedAt(m, pfns, i, p) ==> HeldAt(m, removed, p);
  @/
  void lemma_list(const struct np_machine *m, const uint64_t *pfns, uint64_t count, bool removed)
  {
     np_lemma_pages(m);
     /@ assert frame: \forall integer s, p, f; Page(m, s, p, f) && HeldFrame(m, removed, f) ==> HeldAt(m, removed, p); @/
     return;
  }
*/

#endif
