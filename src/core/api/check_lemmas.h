/* SPDX-License-Identifier: MIT */
/*
 * What check.c rests on, proved.
 */
#ifndef NP_CHECK_LEMMAS_H
#define NP_CHECK_LEMMAS_H

#include "check.h"
#include "../index/audit.h"
#include "../bits/bitmap.h"
#include "../machine/state.h"

/*@ ghost
  // A sound machine has no wrong summary.
  /@ requires   any:     \true;
     NP_PURE
     ensures    right:   Index(&m->free) ==> \forall integer a; !WrongAt(&m->free, a);
  @/
  void lemma_right(const struct np_machine *m)
  {
     /@ assert half: \forall integer s; Level(s) && s != 512 ==> Level(s / 2) && 2 * (s / 2) == s; @/
     /@ assert parent: \forall integer i, s, a; Covers(m->free.positions, i, s, a) && s != 512 ==> Parent(m->free.positions, i, s / 2, a); @/
     /@ assert none: Index(&m->free) ==> \forall integer i, s, a; !WrongNode(&m->free, i, s, a); @/
     return;
  }
*/

#endif
