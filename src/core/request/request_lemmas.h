/* SPDX-License-Identifier: MIT */
/*
 * What request.c rests on, proved.
 */
#ifndef NP_REQUEST_LEMMAS_H
#define NP_REQUEST_LEMMAS_H

#include "request.h"
#include "../ranges/fit.h"
#include "../bits/word.h"

/*@ ghost
  // Whole chunks of bytes are whole chunks of pages.
  /@ requires   chunk:   1 <= c && c * 4096 <= UINT64_MAX && total % (c * 4096) == 0;
     NP_PURE
     ensures    whole:   Aligned(WholePages(total), c);
  @/
  void lemma_chunks(uint64_t total, uint64_t c)
  {
     uint64_t k = total / (c * 4096);
     /@ assert bytes: total == (k * c) * 4096; @/
     /@ assert pages: WholePages(total) == k * c; @/
     np_lemma_multiple(k, c);
     return;
  }

  // The most whole chunks below a limit.
  /@ requires   chunk:   1 <= c;
     NP_PURE
     ensures    most:    limit - limit % c == limit / c * c;
     ensures    whole:   Aligned(limit / c * c, c);
  @/
  void lemma_clamp(uint64_t limit, uint64_t c)
  {
     uint64_t k = limit / c;
     /@ assert most: k * c <= limit; @/
     np_lemma_multiple(k, c);
     return;
  }
*/

/*@ ghost
  /@ requires   place:   i < 63;
     NP_PURE
     ensures    double:  1 << (i + 1) == 2 * (1 << i);
     ensures    fits:    1 <= 1 << i <= 0x4000000000000000;
  @/
  void lemma_double(uint64_t i)
  {
     uint64_t j = 62;
     /@ loop invariant inside: i <= j <= 62;
        loop invariant fits:   1 <= 1 << j <= 0x4000000000000000;
        loop assigns j;
        loop variant j;
     @/
     while (j > i) {
        j--;
        /@ assert double: 1 << (j + 1) == (1 << j) << 1; @/
     }
     /@ assert double: 1 << (i + 1) == (1 << i) << 1; @/
     return;
  }

  void np_lemma_power(uint64_t n)
  {
     uint64_t power = 1;
     uint64_t rest = 4096;
     uint64_t i = 0;
     /@ loop invariant inside: 0 <= i < 64;
        loop invariant ahead:  \exists integer k; i <= k < 64 && n == 1 << k;
        loop invariant power:  power == 1 << i;
        loop invariant fits:   1 <= power <= 0x8000000000000000;
        loop invariant small:  i <= 12 ==> power * rest == 4096 && rest == 1 << (12 - i);
        loop invariant large:  i >= 12 ==> power % 4096 == 0 && power >= 4096;
        loop assigns power, rest, i;
        loop variant 64 - i;
     @/
     while (power != n) {
        lemma_double(i);
        if (i < 12) lemma_double(11 - i);
        uint64_t half = rest / 2;
        /@ assert even: i < 12 ==> rest == half * 2; @/
        /@ assert same: i < 12 ==> (power * 2) * half == power * (half * 2); @/
        power = power * 2;
        rest = half;
        i++;
     }
     if (i <= 12) np_lemma_multiple(rest, n);
     return;
  }
*/

/*@ ghost
  void np_lemma_boundary(const struct np_contiguous_request *q)
  {
     if (q->boundary != 0) np_lemma_power(q->boundary);
     return;
  }

  /@ requires   row:     1 <= n && k * n <= x < k * n + n;
     NP_PURE
     ensures    row:     x / n == k;
  @/
  void lemma_quotient_is(uint64_t x, uint64_t n, uint64_t k)
  {
     /@ assert below: x / n < k ==> (x / n) * n + n <= k * n; @/
     /@ assert above: x / n > k ==> k * n + n <= (x / n) * n; @/
     return;
  }

  // Rows of n pages, counted in bytes and in pages.
  /@ requires   pages:   1 <= n && n * 4096 <= UINT64_MAX;
     NP_PURE
     ensures    same:    byte / (n * 4096) == (byte / 4096) / n;
  @/
  void lemma_nested(uint64_t byte, uint64_t n)
  {
     uint64_t k = byte / (n * 4096);
     uint64_t page = byte / 4096;
     /@ assert row:   k * (n * 4096) <= byte < k * (n * 4096) + n * 4096; @/
     /@ assert scale: k * (n * 4096) == (k * n) * 4096; @/
     lemma_quotient_is(page, n, k);
     return;
  }

  void np_lemma_together(const struct np_contiguous_request *q, uint64_t f)
  {
     uint64_t boundary = q->boundary;
     if (boundary == 0) return;
     np_lemma_power(boundary);
     uint64_t low = f * 4096;
     uint64_t high = low + (q->bytes - 1);
     if (boundary >= 4096) {
        lemma_nested(low, boundary / 4096);
        lemma_nested(high, boundary / 4096);
        /@ assert pages: low / 4096 == f && high / 4096 == f + WholePages(q->bytes) - 1; @/
        return;
     }
     uint64_t parts = 4096 / boundary;
     /@ assert parts: parts * boundary == 4096 && parts <= 4096; @/
     /@ assert scale: (f * parts) * boundary == low; @/
     lemma_quotient_is(low, boundary, f * parts);
     lemma_quotient_is(high, boundary, f * parts);
     return;
  }
*/

#endif
