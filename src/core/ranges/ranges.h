/* SPDX-License-Identifier: MIT */
/*
 * Page ranges stepped by SkipBytes, in whole pages. Both ends of a range move by the same number of pages, so all ranges
 * hold equally many, and either they all touch their successors or none does.
 */
#ifndef NP_RANGES_H
#define NP_RANGES_H

#include "../types.h"

/** Range i is the page frames [first + i * step, end + i * step); without a step there is range 0 alone. */
struct np_steps {
    uint64_t first;
    uint64_t end;
    uint64_t step;
};

#include "../../../spec/logic/ranges.acsl"

/**
 * The ranges of a request, in whole pages.
 *
 * @clause M6, R1, R2, R3
 * @param  low, high  first and last byte of range 0; a high end of 2^64 - 1 is handled without overflow
 * @param  skip       bytes from one range to the next, a multiple of the page size
 */
/*@ requires   skip:    skip % 4096 == 0;
    NP_PURE
    ensures    valid:   Steps(\result);
    ensures    step:    \result.step * 4096 == skip;
    ensures    same:    \forall integer i, f; InRange(\result, i, f) <==> InByteRange(low, high, skip, i, f);
*/
struct np_steps np_steps_of(uint64_t low, uint64_t high, uint64_t skip);

/**
 * The lowest page frame at or above `pfn` that lies in some range.
 *
 * @clause R3, R5 (no range is visited)
 * @param  pfn  at most NP_PFN_LIMIT
 * @return the page frame, or NP_NONE
 * @cost   one division
 */
/*@ requires   valid:   Steps(r) && pfn <= NP_PFN_LIMIT;
    NP_PURE
    ensures    found:   \result != NP_NONE ==> pfn <= \result && InRanges(r, \result) && NoneInRanges(r, pfn, \result);
    ensures    none:    \result == NP_NONE ==> \forall integer f; pfn <= f ==> !InRanges(r, f);
*/
uint64_t np_steps_next(struct np_steps r, uint64_t pfn);

/**
 * The end of the unbroken row of pages in ranges that holds `pfn`.
 *
 * @clause R4, P5 (a run goes on from one range into the next where they touch or overlap)
 * @param  pfn  in some range, below NP_PFN_LIMIT
 * @return the lowest page frame above `pfn` that lies in no range, or NP_NONE if all above it do
 * @cost   one division
 */
/*@ requires   valid:   Steps(r) && pfn < NP_PFN_LIMIT && InRanges(r, pfn);
    NP_PURE
    ensures    ends:    \result != NP_NONE ==> pfn < \result && AllInRanges(r, pfn, \result) && !InRanges(r, \result);
    ensures    endless: \result == NP_NONE ==> AllInRanges(r, pfn, NP_PFN_LIMIT);
*/
uint64_t np_steps_end(struct np_steps r, uint64_t pfn);

/*@ ghost
  // R4: the first range that holds a page never falls as the page frame rises; on one node, order by range and page frame
  // is order by page frame.
  /@ requires   valid:   Steps(r) && FirstRange(r, i, f) && FirstRange(r, j, g) && f <= g;
     NP_PURE
     ensures    rise:    i <= j;
  @/
  void np_lemma_ranges_rise(struct np_steps r, uint64_t i, uint64_t f, uint64_t j, uint64_t g);

  // From the start of range i to the start of the next: first the pages of range i, then a gap.
  /@ requires   gaps:    Gaps(r) && i >= 0;
     NP_PURE
     ensures    in:      \forall integer f; r.first + i * r.step <= f < r.end + i * r.step ==> InRanges(r, f);
     ensures    out:     \forall integer f; r.end + i * r.step <= f < r.first + i * r.step + r.step ==> !InRanges(r, f);
  @/
  void np_lemma_gaps(struct np_steps r, uint64_t i);
*/

#endif
