/* SPDX-License-Identifier: MIT */
/*
 * Where one block of consecutive pages goes: the lowest place that its range, its node and a boundary admit.
 */
#ifndef NP_PLACE_H
#define NP_PLACE_H

#include "../ranges/ranges.h"
#include "../machine/machine.h"
#include "../../../spec/logic/place.acsl"

/**
 * The lowest position of a block of pages on a node.
 *
 * @clause C2, C4, B1 - B4
 * @param  node      the node all pages are on
 * @param  r         the range, without a step
 * @param  count     1 to 2^52 pages
 * @param  boundary  in pages, at least `count` and at most 2^52, or 0 for none: no multiple of it lies inside the block
 * @return the position of the first page, or NP_NONE if there is no such block
 * @cost   O(pages / 64), and a step for every region and for every shorter run passed
 */
/*@ requires   valid:   Searchable(m) && FreePresent(m) && Steps(r) && r.step == 0;
    requires   count:   1 <= count <= NP_STEP_LIMIT && (boundary == 0 || count <= boundary <= NP_STEP_LIMIT);
    NP_PURE
    ensures    found:   \result != NP_NONE ==> PlaceOn(m, node, r, count, boundary, \result);
    ensures    row:     \result != NP_NONE ==> Consecutive(m, \result, count);
    ensures    lowest:  \result != NP_NONE ==> NoPlaceOn(m, node, r, count, boundary, \result);
    ensures    none:    \result == NP_NONE ==> \forall integer p; !PlaceOn(m, node, r, count, boundary, p);
*/
uint64_t np_place_on_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t count,
                          uint64_t boundary);

/**
 * The lowest position of a block of pages, on one node or across nodes whose memory touches.
 *
 * @clause B1 - B4
 * @param  r         the range, without a step
 * @param  count     1 to 2^52 pages
 * @param  boundary  in pages, at least `count` and at most 2^52, or 0 for none: no multiple of it lies inside the block
 * @return the position of the first page, or NP_NONE if there is no such block
 * @cost   O(pages / 64), and a step for every shorter run passed
 */
/*@ requires   valid:   Searchable(m) && FreePresent(m) && Steps(r) && r.step == 0;
    requires   count:   1 <= count <= NP_STEP_LIMIT && (boundary == 0 || count <= boundary <= NP_STEP_LIMIT);
    NP_PURE
    ensures    found:   \result != NP_NONE ==> PlaceAny(m, r, count, boundary, \result);
    ensures    row:     \result != NP_NONE ==> Consecutive(m, \result, count);
    ensures    lowest:  \result != NP_NONE ==> NoPlaceAny(m, r, count, boundary, \result);
    ensures    none:    \result == NP_NONE ==> \forall integer p; !PlaceAny(m, r, count, boundary, p);
*/
uint64_t np_place_anywhere(const struct np_machine *m, struct np_steps r, uint64_t count, uint64_t boundary);

/**
 * The lowest position of a block that a contiguous request may have.
 *
 * @clause B1 - B4
 * @param  q  valid in `bytes` and `boundary`
 * @return the position of the first page, or NP_NONE if there is no such block
 * @cost   O(pages / 64), and a step for every region and for every shorter run passed
 */
/*@ requires   valid:   Searchable(m) && FreePresent(m);
    requires   request: \valid_read(q) && ValidBytes(q) && ValidBoundary(q);
    NP_PURE
    ensures    found:   \result != NP_NONE ==> PlaceFor(m, q, \result);
    ensures    row:     \result != NP_NONE ==> Consecutive(m, \result, WholePages(q->bytes));
    ensures    lowest:  \result != NP_NONE ==> NoPlaceFor(m, q, \result);
    ensures    none:    \result == NP_NONE ==> \forall integer p; !PlaceFor(m, q, p);
*/
uint64_t np_place_contiguous(const struct np_machine *m, const struct np_contiguous_request *q);

#endif
