/* SPDX-License-Identifier: MIT */
/*
 * How many positions of a range are free, and the longest run of them.
 */
#ifndef NP_EXTENT_H
#define NP_EXTENT_H

#include "../types.h"
#include "../../../spec/logic/tree.acsl"

/**
 * The extent of [from, end), from that of [from, at), by the words of the bitmap alone.
 *
 * @param x  the extent of [from, at)
 * @cost  O((end - at) / 64), and a step for every run
 */
/*@ requires   valid:   FreeBits(index) && from <= at <= end <= index->positions;
    requires   before:  Extent(index, x, from, at);
    NP_PURE
    ensures    extent:  Extent(index, \result, from, end);
*/
struct np_extent np_scan_extent(const struct np_index *index, struct np_extent x, uint64_t at, uint64_t end)
    /*@ ghost (uint64_t from) */;

/**
 * The extent of [from, end), by the tree.
 *
 * @cost O(log positions), and a step for every run in the blocks at the two ends
 */
/*@ requires   valid:   Index(index) && from <= end <= index->positions;
    NP_PURE
    ensures    extent:  Extent(index, \result, from, end);
*/
struct np_extent np_tree_extent(const struct np_index *index, uint64_t from, uint64_t end);

#endif
