/* SPDX-License-Identifier: MIT */
/*
 * What spot.c rests on, proved.
 */
#ifndef NP_SPOT_LEMMAS_H
#define NP_SPOT_LEMMAS_H

#include "spot.h"
#include "summary.h"

/*@ ghost
  /@ requires   stands:  Stands(positions, i, s, a) && i % 2 == 0 && s < NP_SPAN_LIMIT;
     NP_PURE
     ensures    parent:  Stands(positions, i / 2, 2 * s, a);
  @/
  void lemma_up(int64_t positions, int64_t i, int64_t s, int64_t a)
  {
     /@ assert even: i == 2 * (i / 2); @/
     /@ assert same: (i / 2) * (2 * s) == 2 * (i / 2) * s; @/
     return;
  }

  /@ requires   stands:  Stands(positions, i, s, a) && s > 512;
     NP_PURE
     ensures    child:   Stands(positions, 2 * i, s / 2, a);
  @/
  void lemma_down(int64_t positions, int64_t i, int64_t s, int64_t a)
  {
     /@ assert even: s == 2 * (s / 2) && Level(s / 2); @/
     /@ assert same: 2 * i * (s / 2) == i * (2 * (s / 2)); @/
     return;
  }

  /@ requires   stands:  Stands(positions, i, s, a) && 0 <= a < positions <= NP_BIT_LIMIT;
     NP_PURE
     ensures    bounds:  1 <= i <= 0x80000000000;
  @/
  void lemma_number(int64_t positions, int64_t i, int64_t s, int64_t a)
  {
     /@ assert low:  i >= 1; @/
     /@ assert most: i * 1 <= i * s; @/
     return;
  }

  /@ requires   stands:  Stands(positions, i, s, a) && a % 512 == 0;
     NP_PURE
     ensures    next:    Stands(positions, i + 1, s, a + s);
     ensures    block:   (a + s) % 512 == 0;
  @/
  void lemma_next(int64_t positions, int64_t i, int64_t s, int64_t a)
  {
     /@ assert blocks: s % 512 == 0; @/
     return;
  }

  /@ requires   blocks:  positions % 512 == 0 && a % 512 == 0 && 0 <= a < positions <= NP_BIT_LIMIT;
     NP_PURE
     ensures    leaf:    Stands(positions, (positions + a) / 512, 512, a);
  @/
  void lemma_leaf(int64_t positions, int64_t a)
  {
     return;
  }
*/

#endif
