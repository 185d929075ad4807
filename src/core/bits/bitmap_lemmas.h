/* SPDX-License-Identifier: MIT */
/*
 * What bitmap.c rests on, proved.
 */
#ifndef NP_BITMAP_LEMMAS_H
#define NP_BITMAP_LEMMAS_H

#include "bitmap.h"
#include "word.h"

/*@ ghost
  /@ NP_PURE
     ensures    row:     \forall integer p; i * 64 <= p < i * 64 + 64 ==> p / 64 == i && p % 64 == p - i * 64;
  @/
  void np_lemma_row(uint64_t i)
  {
  }
*/

#endif
