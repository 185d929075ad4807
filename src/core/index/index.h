/* SPDX-License-Identifier: MIT */
/*
 * The free-page index: which positions are free, and where the next free one, the next used one and the lowest run are.
 * Callers know it by the predicate Free alone, so that what is inside can change without them.
 */
#ifndef NP_INDEX_H
#define NP_INDEX_H

#include "../types.h"
#include "listed.h"
#include "../ranges/ranges.h"
#include "../../../spec/logic/listing.acsl"
#include "../../../spec/logic/tree.acsl"

/**
 * The first free position in [from, end).
 *
 * @return that position, or `end` if there is none
 * @cost   O(log positions)
 */
/*@ requires   valid:   Index(index) && from <= end <= index->positions;
    NP_PURE
    ensures    inside:  from <= \result <= end;
    ensures    free:    \result < end ==> Free(index, \result);
    ensures    lowest:  \forall integer p; from <= p < \result ==> !Free(index, p);
*/
uint64_t np_index_next_free(const struct np_index *index, uint64_t from, uint64_t end);

/**
 * The first free position in ranges of positions that have a gap between each and the next.
 *
 * @clause R5 (many ranges without a free position are passed at a time)
 * @return that position, or `end` if there is none in [r.first, end)
 * @cost   O((\result - r.first) / 64), for any step
 */
/*@ requires   valid:   Index(index) && Gaps(r) && r.first <= end <= index->positions;
    NP_PURE
    ensures    inside:  r.first <= \result <= end;
    ensures    free:    \result < end ==> Free(index, \result) && InRanges(r, \result);
    ensures    lowest:  \forall integer p; r.first <= p < \result && InRanges(r, p) ==> !Free(index, p);
*/
uint64_t np_index_next_free_in(const struct np_index *index, struct np_steps r, uint64_t end);

/**
 * The first position in [from, end) that is not free.
 *
 * @return that position, or `end` if there is none
 * @cost   O(log positions)
 */
/*@ requires   valid:   Index(index) && from <= end <= index->positions;
    NP_PURE
    ensures    inside:  from <= \result <= end;
    ensures    used:    \result < end ==> !Free(index, \result);
    ensures    lowest:  \forall integer p; from <= p < \result ==> Free(index, p);
*/
uint64_t np_index_next_used(const struct np_index *index, uint64_t from, uint64_t end);

/**
 * The lowest run of `count` free positions inside [from, end).
 *
 * @clause C4, B3 (completeness: NP_NONE only if there is none)
 * @param  count  at least 1
 * @return the first position of the run, or NP_NONE
 * @cost   O(log positions)
 */
/*@ requires   valid:   Index(index) && from <= end <= index->positions && 1 <= count;
    NP_PURE
    ensures    inside:  \result != NP_NONE ==> from <= \result && \result + count <= end;
    ensures    free:    \result != NP_NONE ==> Run(index, \result, count);
    ensures    lowest:  \result != NP_NONE ==> NoRunStarts(index, from, \result, count);
    ensures    none:    \result == NP_NONE ==> NoRun(index, from, end, count);
*/
uint64_t np_index_lowest_run(const struct np_index *index, uint64_t from, uint64_t end, uint64_t count);

/**
 * How many positions of [from, end) are free, the longest run of them, and how many it ends with.
 *
 * @clause P3, W1
 * @cost   O(log positions)
 */
/*@ requires   valid:   Index(index) && from <= end <= index->positions;
    NP_PURE
    ensures    extent:  Extent(index, \result, from, end);
*/
struct np_extent np_index_extent(const struct np_index *index, uint64_t from, uint64_t end);

/**
 * Lists the free positions of [start, end) in rising order: position p as first + (p - start).
 *
 * @param      first  at most NP_PFN_LIMIT, as is first + (end - start)
 * @param[out] list   the list
 * @param      from   where in it to begin
 * @param      to     where it is full
 * @return where it ends; `to` if it is full, and free positions may be left then
 * @cost   a step for every position listed; O(log positions) for every row of blocks of 4096 without one
 */
/*@ requires   valid:   Index(index) && start <= end <= index->positions && index->positions <= NP_BIT_LIMIT;
    requires   first:   first + (end - start) <= NP_PFN_LIMIT;
    requires   list:    from <= to && \valid(list + (from .. to - 1)) && Away(index, list, from, to);
    NP_RETURNS
    assigns             list[from .. to - 1];
    ensures    valid:   Index(index);
    ensures    same:    \forall integer p; Free(index, p) <==> Free{Pre}(index, p);
    ensures    inside:  from <= \result <= to;
    ensures    sound:   \forall integer k; from <= k < \result ==> StandsFree(index, start, end, first, list[k]);
    ensures    order:   Rising(list, from, \result);
    ensures    lowest:  \forall integer p; start <= p < end && Free(index, p) ==>
                          Listed(list, from, \result, first + (p - start))
                          || (\result == to && AllBelow(list, from, \result, first + (p - start)));
*/
uint64_t np_index_list(const struct np_index *index, uint64_t start, uint64_t end, uint64_t first, uint64_t *list,
                       uint64_t from, uint64_t to);

/**
 * Makes every position used. The content of the memory before does not matter.
 *
 * @cost O(positions / 64)
 */
/*@ requires   valid:   \valid_read(index) && Words(index->words, index->positions) && WritableNodes(index);
    NP_RETURNS
    assigns             NP_INDEX(index);
    ensures    valid:   WritableIndex(index);
    ensures    used:    \forall integer p; !Free(index, p);
*/
void np_index_clear(struct np_index *index);

/**
 * Marks [start, start + count) as used.
 *
 * @cost O(count / 64 + log positions)
 */
/*@ requires   valid:   WritableIndex(index) && start + count <= index->positions;
    NP_RETURNS
    assigns             NP_INDEX(index);
    ensures    valid:   WritableIndex(index);
    ensures    taken:   \forall integer p; start <= p < start + count ==> !Free(index, p);
    ensures    others:  \forall integer p; !(start <= p < start + count) ==> (Free(index, p) <==> Free{Pre}(index, p));
*/
void np_index_take(struct np_index *index, uint64_t start, uint64_t count);

/**
 * Marks [start, start + count) as free.
 *
 * @cost O(count / 64 + log positions)
 */
/*@ requires   valid:   WritableIndex(index) && start + count <= index->positions;
    NP_RETURNS
    assigns             NP_INDEX(index);
    ensures    valid:   WritableIndex(index);
    ensures    given:   \forall integer p; start <= p < start + count ==> Free(index, p);
    ensures    others:  \forall integer p; !(start <= p < start + count) ==> (Free(index, p) <==> Free{Pre}(index, p));
*/
void np_index_give(struct np_index *index, uint64_t start, uint64_t count);

/**
 * Marks the positions that a list names as free.
 *
 * @param x          names positions of [from, end) only; quickest when they rise
 * @cost O(x.to - x.from + (end - from) / 512 + log positions)
 */
/*@ requires   valid:   WritableIndex(index) && from < end <= index->positions;
    requires   list:    Listable(x, from, end) && ApartFrom(index, x);
    NP_RETURNS
    assigns             NP_INDEX(index);
    ensures    valid:   WritableIndex(index);
    ensures    list:    \forall integer k; x.from <= k < x.to ==> x.pfns[k] == \at(x.pfns[k], Pre);
    ensures    given:   \forall integer p; Free(index, p) <==> Free{Pre}(index, p) || Named{Pre}(x, p);
*/
void np_index_give_listed(struct np_index *index, struct np_listed x, uint64_t from, uint64_t end);

#endif
