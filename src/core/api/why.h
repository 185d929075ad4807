/* SPDX-License-Identifier: MIT */
/*
 * Why a request fails, and the figures that a person asks for next (W1).
 */
#ifndef NP_WHY_H
#define NP_WHY_H

#include "../request/request.h"
#include "../ranges/ranges.h"
#include "../../../spec/logic/why.acsl"

/**
 * Why a pages request fails, asked of the state that it failed on; a failure leaves that state as it
 * was.
 *
 * @clause W1
 * @return the first reason that applies, or NP_REASON_NONE when the request would not fail
 * @cost   what a few searches of the free-page index cost
 */
/*@ requires   valid:   Machine(m) && \valid_read(q);
    NP_PURE
    ensures    kind:    NP_REASON_NONE <= \result <= NP_REASON_FRAGMENTED;
    ensures    invalid: \result == NP_REASON_INVALID <==> !ValidPagesRequest(m, q);
    ensures    limit:   \result == NP_REASON_LIMIT <==> ValidPagesRequest(m, q) && WantedPages(q) == 0;
    ensures    reason:  ValidPagesRequest(m, q) && WantedPages(q) != 0 ==> \exists struct np_steps r; RangesOf(q, r)
                          && PagesReason(m, q->node, LocalOf(q), r, ChunkOf(q), LeastOf(q), \result);
*/
enum np_reason np_why_pages(const struct np_machine *m, const struct np_pages_request *q);

/**
 * Why a contiguous request fails, asked of the state that it failed on.
 *
 * @clause W1
 * @return the first reason that applies, or NP_REASON_NONE when the request would not fail
 * @cost   what a few searches of the free-page index cost
 */
/*@ requires   valid:   Machine(m) && \valid_read(q);
    NP_PURE
    ensures    kind:    NP_REASON_NONE <= \result <= NP_REASON_BOUNDARY && \result != NP_REASON_LIMIT;
    ensures    invalid: \result == NP_REASON_INVALID <==> !ValidContiguousRequest(m, q);
    ensures    none:    \result == NP_REASON_NONE <==> ValidContiguousRequest(m, q) && SomePlaceFor(m, q);
    ensures    reason:  ValidContiguousRequest(m, q) && !SomePlaceFor(m, q) ==> \exists struct np_steps r; RangeOf(q, r)
                          && BlockReason(m, q->node, r, WholePages(q->bytes), q->boundary / 4096, \result);
*/
enum np_reason np_why_contiguous(const struct np_machine *m, const struct np_contiguous_request *q);

/**
 * The figures of a valid pages request: over the free pages in its ranges on the nodes that it allows.
 *
 * @clause W1
 * @cost   a step for every node and region, and for every run
 */
/*@ requires   valid:   Machine(m) && \valid_read(q) && ValidPagesRequest(m, q);
    NP_PURE
    ensures    ends:    FiguresAgree(\result);
    ensures    figures: \exists struct np_steps r; RangesOf(q, r) && PagesFigures(m, q->node, LocalOf(q), r, \result);
*/
struct np_figures np_figures_pages(const struct np_machine *m, const struct np_pages_request *q);

/**
 * The figures of a valid contiguous request: over the free pages in its range on its node, or on any. They
 * are exact, and of the longest runs the lowest is reported.
 *
 * @clause W1
 * @cost   O(log positions); on one node, for each of its regions
 */
/*@ requires   valid:   Machine(m) && \valid_read(q) && ValidContiguousRequest(m, q);
    NP_PURE
    ensures    ends:    FiguresAgree(\result);
    ensures    figures: \exists struct np_steps r; RangeOf(q, r) && BlockFigures(m, q->node, r, \result);
*/
struct np_figures np_figures_contiguous(const struct np_machine *m, const struct np_contiguous_request *q);

#endif
