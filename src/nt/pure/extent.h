/* SPDX-License-Identifier: MIT */
/*
 * Extents: pages of a list that lie one after the other, in page frames and in positions. The memory behind a machine has
 * a page for each position, so what is done to many pages is done an extent at a time.
 */
#ifndef NP_NT_PURE_EXTENT_H
#define NP_NT_PURE_EXTENT_H

#include "../../core/machine/machine.h"

/** Page frames [pfn, pfn + pages), at positions [position, position + pages). */
struct np_nt_extent {
    uint64_t pfn;
    uint64_t position;
    uint64_t pages;
};

#include "../../../spec/logic/extent.acsl"

/**
 * The extent that a row of page frames begins with.
 *
 * @clause M2
 * @param  m      the machine; only what never changes in it is read
 * @param  first  the first page frame
 * @param  count  page frames in the row, at least 1
 * @return the extent; of 0 pages when the first page is absent
 * @cost   O(log regions)
 */
/*@ requires   valid:   Table(m) && 1 <= count;
    NP_PURE
    ensures    begin:   \result.pfn == first;
    ensures    absent:  \result.pages == 0 <==> !PresentFrame(m, first);
    ensures    count:   \result.pages <= count;
    ensures    pages:   ExtentOf(m, \result);
    ensures    longest: 0 < \result.pages < count ==> LongestExtent(m, \result);
*/
struct np_nt_extent np_nt_row_extent(const struct np_machine *m, uint64_t first, uint64_t count);

/**
 * The extent that a list of page frames begins with.
 *
 * @clause M2
 * @param  m      the machine; only what never changes in it is read
 * @param  pfns   page frames
 * @param  count  how many, at least 1
 * @return the extent; of 0 pages when the first page is absent
 * @cost   O(log regions), and a step for each page of it
 */
/*@ requires   valid:   Table(m) && 1 <= count;
    requires   list:    \valid_read(pfns + (0 .. count - 1));
    NP_PURE
    ensures    begin:   \result.pfn == pfns[0];
    ensures    absent:  \result.pages == 0 <==> !PresentFrame(m, pfns[0]);
    ensures    count:   \result.pages <= count;
    ensures    pages:   ExtentOf(m, \result);
    ensures    listed:  ConsecutiveList(pfns, \result.pages);
    ensures    longest: 0 < \result.pages < count ==> LongestExtent(m, \result)
                          || pfns[\result.pages] != pfns[0] + \result.pages;
*/
struct np_nt_extent np_nt_list_extent(const struct np_machine *m, const uint64_t *pfns, uint64_t count);

#endif
