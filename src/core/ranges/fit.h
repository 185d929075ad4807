/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic on page frames: the lowest start at or above a given one that alignment or a boundary admits.
 */
#ifndef NP_FIT_H
#define NP_FIT_H

#include "../types.h"
#include "../../../spec/logic/fit.acsl"

/**
 * The lowest multiple of `alignment` at or above `pfn`.
 *
 * @clause C3
 * @param  pfn        at most NP_PFN_LIMIT
 * @param  alignment  in pages, 1 to 2^52
 */
/*@ requires   valid:   pfn <= NP_PFN_LIMIT && 1 <= alignment <= NP_STEP_LIMIT;
    NP_PURE
    ensures    reach:   pfn <= \result < pfn + alignment;
    ensures    aligned: Aligned(\result, alignment);
    ensures    lowest:  \forall integer f; pfn <= f < \result ==> !Aligned(f, alignment);
*/
uint64_t np_fit_aligned(uint64_t pfn, uint64_t alignment);

/**
 * The lowest start at or above `pfn` of a block of `count` pages that crosses no multiple of `boundary`.
 *
 * @clause B2
 * @param  pfn       at most NP_PFN_LIMIT
 * @param  count     1 to 2^52 pages
 * @param  boundary  in pages, at least `count` and at most 2^52, or 0 for none
 */
/*@ requires   valid:   pfn <= NP_PFN_LIMIT && 1 <= count <= NP_STEP_LIMIT;
    requires   fits:    boundary == 0 || count <= boundary <= NP_STEP_LIMIT;
    NP_PURE
    ensures    reach:   pfn <= \result <= pfn + boundary;
    ensures    fits:    !Crosses(boundary, \result, count);
    ensures    lowest:  \forall integer f; pfn <= f < \result ==> Crosses(boundary, f, count);
*/
uint64_t np_fit_boundary(uint64_t pfn, uint64_t count, uint64_t boundary);

/*@ ghost
  // The multiple of c after f is f + c.
  /@ requires   valid:   1 <= c <= NP_STEP_LIMIT && f <= NP_STEP_LIMIT && Aligned(f, c);
     NP_PURE
     ensures    next:    Aligned(f + c, c);
     ensures    between: \forall integer x; f < x < f + c ==> !Aligned(x, c);
  @/
  void np_lemma_next_aligned(uint64_t f, uint64_t c);

  /@ requires   valid:   1 <= c && k * c <= UINT64_MAX;
     NP_PURE
     ensures    aligned: Aligned(k * c, c);
  @/
  void np_lemma_multiple(uint64_t k, uint64_t c);

  // Sums and differences of multiples of c are multiples of c.
  /@ requires   valid:   1 <= c && a + b <= UINT64_MAX && Aligned(a, c) && Aligned(b, c);
     NP_PURE
     ensures    sum:     Aligned(a + b, c);
  @/
  void np_lemma_add(uint64_t a, uint64_t b, uint64_t c);

  /@ requires   valid:   1 <= c && b <= a && Aligned(a, c) && Aligned(b, c);
     NP_PURE
     ensures    less:    Aligned(a - b, c);
  @/
  void np_lemma_subtract(uint64_t a, uint64_t b, uint64_t c);

  /@ requires   valid:   1 <= c <= n;
     NP_PURE
     ensures    whole:   1 <= n / c && c <= (n / c) * c <= n;
  @/
  void np_lemma_whole(uint64_t n, uint64_t c);
*/

#endif
