/* SPDX-License-Identifier: MIT */
/*
 * What fit.c rests on, proved.
 */
#ifndef NP_FIT_LEMMAS_H
#define NP_FIT_LEMMAS_H

#include "fit.h"

/*@ ghost
  // Quotient k is the one number with k * n <= f < (k + 1) * n.
  /@ requires row: n > 0 && k >= 0 && k * n <= f < k * n + n;
     NP_PURE
     ensures  quotient: f / n == k;
  @/
  void lemma_quotient(uint64_t f, uint64_t n, uint64_t k)
  {
     /@ assert below: f / n < k ==> (f / n) * n + n <= k * n; @/
     /@ assert above: f / n > k ==> k * n + n <= (f / n) * n; @/
     return;
  }

  // All that have quotient k, and all that have a greater one.
  /@ requires row: n > 0 && k >= 0 && k * n + n <= UINT64_MAX;
     NP_PURE
     ensures  row:   \forall integer f; k * n <= f < k * n + n ==> f / n == k;
     ensures  above: \forall integer f; k * n + n <= f ==> k + 1 <= f / n;
  @/
  void lemma_quotients(uint64_t n, uint64_t k)
  {
     /@ assert of:   \forall integer f; 0 <= f ==> (f / n) * n <= f < (f / n) * n + n; @/
     /@ assert less: \forall integer q; q < k ==> q * n + n <= k * n; @/
     /@ assert more: \forall integer q; q > k ==> k * n + n <= q * n; @/
     return;
  }
*/

/*@ ghost
  void np_lemma_next_aligned(uint64_t f, uint64_t c)
  {
     uint64_t k = f / c;
     /@ assert row: f == k * c; @/
     /@ assert next: f + c == (k + 1) * c; @/
     lemma_quotient(f + c, c, k + 1);
     /@ assert between: \forall integer x; f < x < f + c ==> x % c == x - k * c; @/
     return;
  }

  void np_lemma_multiple(uint64_t k, uint64_t c)
  {
     lemma_quotient(k * c, c, k);
     return;
  }
*/

/*@ ghost
  void np_lemma_add(uint64_t a, uint64_t b, uint64_t c)
  {
     uint64_t i = a / c;
     uint64_t k = b / c;
     /@ assert first:  a == i * c; @/
     /@ assert second: b == k * c; @/
     /@ assert sum:    a + b == (i + k) * c; @/
     lemma_quotient(a + b, c, i + k);
     return;
  }

  void np_lemma_subtract(uint64_t a, uint64_t b, uint64_t c)
  {
     uint64_t i = a / c;
     uint64_t k = b / c;
     /@ assert first:  a == i * c; @/
     /@ assert second: b == k * c; @/
     /@ assert less:   a - b == i * c - k * c; @/
     uint64_t n = i - k;
     /@ assert rest:   a - b == n * c; @/
     lemma_quotient(a - b, c, n);
     return;
  }

  void np_lemma_whole(uint64_t n, uint64_t c)
  {
     /@ assert one: 1 <= n / c; @/
     uint64_t more = n / c - 1;
     /@ assert rest: 0 <= more * c && more * c + c == (n / c) * c; @/
     return;
  }
*/

#endif
