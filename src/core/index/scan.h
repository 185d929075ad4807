/* SPDX-License-Identifier: MIT */
/*
 * Searches of the free positions word by word, without the tree: inside a block, for tests to compare with, and for those
 * who want the smallest code.
 */
#ifndef NP_SCAN_H
#define NP_SCAN_H

#include "../types.h"
#include "../../../spec/logic/runs.acsl"

/**
 * The first free position in [from, end).
 *
 * @return that position, or `end` if there is none
 * @cost   O((end - from) / 64)
 */
/*@ requires   valid:   FreeBits(index) && from <= end <= index->positions;
    NP_PURE
    ensures    inside:  from <= \result <= end;
    ensures    free:    \result < end ==> Free(index, \result);
    ensures    lowest:  \forall integer p; from <= p < \result ==> !Free(index, p);
*/
uint64_t np_scan_next_free(const struct np_index *index, uint64_t from, uint64_t end);

/**
 * The first position in [from, end) that is not free.
 *
 * @return that position, or `end` if there is none
 * @cost   O((end - from) / 64)
 */
/*@ requires   valid:   FreeBits(index) && from <= end <= index->positions;
    NP_PURE
    ensures    inside:  from <= \result <= end;
    ensures    used:    \result < end ==> !Free(index, \result);
    ensures    lowest:  \forall integer p; from <= p < \result ==> Free(index, p);
*/
uint64_t np_scan_next_used(const struct np_index *index, uint64_t from, uint64_t end);

/**
 * The lowest run of `count` free positions inside [from, end).
 *
 * @clause C4, B3 (completeness: NP_NONE only if there is none)
 * @param  count  at least 1
 * @return the first position of the run, or NP_NONE
 * @cost   O((end - from) / 64), and a step for every shorter run passed
 */
/*@ requires   valid:   FreeBits(index) && from <= end <= index->positions && 1 <= count;
    NP_PURE
    ensures    inside:  \result != NP_NONE ==> from <= \result && \result + count <= end;
    ensures    free:    \result != NP_NONE ==> Run(index, \result, count);
    ensures    lowest:  \result != NP_NONE ==> NoRunStarts(index, from, \result, count);
    ensures    none:    \result == NP_NONE ==> NoRun(index, from, end, count);
*/
uint64_t np_scan_lowest_run(const struct np_index *index, uint64_t from, uint64_t end, uint64_t count);

#endif
