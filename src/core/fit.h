/*
 * Arithmetic on page frames: the lowest start at or above a given one that alignment or a boundary admits.
 */
#ifndef NP_FIT_H
#define NP_FIT_H

#include "types.h"
#include "../../spec/logic/fit.acsl"

/**
 * The lowest multiple of `alignment` at or above `pfn`.
 *
 * @clause C3
 * @param  pfn        at most NP_PFN_LIMIT
 * @param  alignment  in pages, 1 to 2^52
 */
/*@ requires   valid:   pfn <= NP_PFN_LIMIT && 1 <= alignment <= 0x10000000000000;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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
/*@ requires   valid:   pfn <= NP_PFN_LIMIT && 1 <= count <= 0x10000000000000;
    requires   fits:    boundary == 0 || count <= boundary <= 0x10000000000000;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    reach:   pfn <= \result <= pfn + boundary;
    ensures    fits:    !Crosses(boundary, \result, count);
    ensures    lowest:  \forall integer f; pfn <= f < \result ==> Crosses(boundary, f, count);
*/
uint64_t np_fit_boundary(uint64_t pfn, uint64_t count, uint64_t boundary);

#endif
