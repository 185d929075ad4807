/* SPDX-License-Identifier: MIT */
/*
 * What several clients do: taking pages, or a block of contiguous memory.
 */
#ifndef NP_CLIENTS_TAKEN_H
#define NP_CLIENTS_TAKEN_H

#include "requests.h"

/*@ // the n page frames from f on are one whole block of contiguous memory
    predicate BlockHeld{L}(struct np_machine *m, integer f, integer n) =
      \exists integer s, p; Page(m, s, p, f) && Consecutive(m, p, n) && BlockOf(m, p, n);

    // each of them is free, or part of a block
    predicate FramesFree{L}(struct np_machine *m, integer f, integer n) =
      \forall integer x; OneOf(f, n, x) ==> FreeFrame(m, x);

    predicate FramesInBlock{L}(struct np_machine *m, integer f, integer n) =
      \forall integer x; OneOf(f, n, x) ==> BlockFrame(m, x);

    // none of the pages listed is free
    predicate NoneFree{L}(struct np_machine *m, uint64_t *pfns, integer n) =
      \forall integer i; 0 <= i < n ==> !FreeFrame(m, pfns[i]);
*/

/**
 * Takes pages: by rank, in few runs, in chunks or in one block.
 *
 * @clause M4, P1, P5, C2, C3
 * @param      q     the request
 * @param[out] pfns  the pages
 * @param      room  how many the list has room for
 * @return the pages taken; each was free, and is no longer. None where the request is invalid
 *         or the list may be too short.
 * @cost   a call of np_allocate_pages
 */
/*@ requires   valid:   Machine(m) && PagesRequest(m, q) && Room(m, pfns, room) && \separated(q, pfns + (0 .. room - 1));
    NP_RETURNS
    assigns             pfns[0 .. room - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    size:    \result <= room;
    ensures    free:    AllFree{Pre, Here}(m, pfns, \result);
    ensures    taken:   NoneFree(m, pfns, \result);
*/
uint64_t take_any(struct np_machine *m, const struct np_pages_request *q, uint64_t *pfns, uint64_t room);

/**
 * Takes a block of contiguous memory.
 *
 * @clause M4, M5, B1
 * @return the first page of the block, or NP_NONE. Each of its pages was free and is now part of it; every block that
 *         was there before is there still.
 * @cost   a call of np_allocate_contiguous
 */
/*@ requires   valid:   Machine(m) && ContiguousRequest(m, q);
    NP_RETURNS
    assigns             NP_STATE(m);
    ensures    valid:   Machine(m);
    ensures    taken:   \result != NP_NONE <==> ValidContiguousRequest{Pre}(m, q) && SomePlaceFor{Pre}(m, q);
    ensures    held:    \result != NP_NONE ==> BlockHeld(m, \result, WholePages(\old(q->bytes)));
    ensures    free:    \result != NP_NONE ==> FramesFree{Pre}(m, \result, WholePages(\old(q->bytes)));
    ensures    block:   \result != NP_NONE ==> FramesInBlock(m, \result, WholePages(\old(q->bytes)));
    ensures    stay:    \forall integer f, n; BlockHeld{Pre}(m, f, n) ==> BlockHeld(m, f, n);
*/
uint64_t take_block(struct np_machine *m, const struct np_contiguous_request *q);

#endif
