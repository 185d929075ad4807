/* SPDX-License-Identifier: MIT */
/*
 * Stepped ranges of positions with gaps between them: the next set bit in one of them, however many ranges hold none and
 * however many bits are set in the gaps.
 */
#ifndef NP_STRIDE_H
#define NP_STRIDE_H

#include "../types.h"
#include "ranges.h"
#include "../../../spec/logic/bits.acsl"

/*@ predicate NoBitInRanges{L}(uint64_t *words, struct np_steps r, integer from, integer to) =
      \forall integer p; from <= p < to && InRanges(r, p) ==> !Bit(words, p);
*/

/**
 * The first set bit of a row of bits (see bitmap.h) that lies in a range.
 *
 * @clause R5 (many ranges without a set bit are passed at a time)
 * @param words  the words that hold [r.first, end)
 * @param r      ranges of positions; a gap lies between each and the next
 * @param end    where to stop, at most 2^42
 * @return that position, or `end` if there is none below it
 * @cost   O((\result - r.first) / 64), for any step
 */
/*@ requires   gaps:    Gaps(r) && r.first <= end <= NP_BIT_LIMIT;
    requires   words:   r.first < end ==> \valid_read(words + (r.first / 64 .. (end - 1) / 64));
    NP_PURE
    ensures    inside:  r.first <= \result <= end;
    ensures    set:     \result < end ==> Bit(words, \result) && InRanges(r, \result);
    ensures    lowest:  NoBitInRanges(words, r, r.first, \result);
*/
uint64_t np_stride_next_set(const uint64_t *words, struct np_steps r, uint64_t end);

#endif
