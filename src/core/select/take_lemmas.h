/* SPDX-License-Identifier: MIT */
/*
 * What take.c rests on, proved.
 */
#ifndef NP_TAKE_LEMMAS_H
#define NP_TAKE_LEMMAS_H

#include "take.h"
#include "../machine/machine.h"
#include "../machine/state.h"

/*@ ghost
  // A row of pages that is listed in order.
  /@ requires valid: Table(m) && \valid_read(pfns + (0 .. count + length - 1)) && start + length <= NP_PFN_LIMIT * 2 && count + length <= NP_CALL_LIMIT;
     requires pages: \forall integer i; count <= i < count + length ==> Page(m, s, start + (i - count), pfns[i]);
     NP_PURE
     ensures  at:    \forall integer p; start <= p < start + length ==> ListedBetween(m, pfns, count, count + length, p);
     ensures  only:  \forall integer p; ListedBetween(m, pfns, count, count + length, p) ==> start <= p < start + length;
  @/
  void lemma_listed_row(const struct np_machine *m, uint32_t s, uint64_t start, const uint64_t *pfns, uint64_t count, uint64_t length)
  {
     uint64_t end = count + length;
     uint64_t i = count;
     uint64_t p = start;
     np_lemma_pages(m);
     /@ loop invariant at:   count <= i <= end && p == start + (i - count);
        loop invariant have: \forall integer q; start <= q < p ==> ListedBetween(m, pfns, count, end, q);
        loop assigns i, p;
        loop variant end - i;
     @/
     while (i < end) {
        /@ assert page: Page(m, s, p, pfns[i]); @/
        /@ assert one:  ListedBetween(m, pfns, count, end, p); @/
        i++;
        p++;
     }
     /@ assert all: p == start + length && \forall integer q; start <= q < start + length ==> ListedBetween(m, pfns, count, end, q); @/
     return;
  }
*/

/*@ ghost
  void np_lemma_parts(const struct np_machine *m, const uint64_t *pfns, uint64_t from, uint64_t count, uint64_t more)
  {
     /@ assert first: \forall integer i, p; count <= i && ListedBetween(m, pfns, from, count, p) ==> ListedBetween(m, pfns, from, i, p); @/
     /@ assert next:  \forall integer i, p; ListedBetween(m, pfns, count, i, p) ==> ListedBetween(m, pfns, from, i, p); @/
     return;
  }
*/

#endif
