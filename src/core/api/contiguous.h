/* SPDX-License-Identifier: MIT */
/*
 * Contiguous requests.
 */
#ifndef NP_CONTIGUOUS_H
#define NP_CONTIGUOUS_H

#include "../ranges/ranges.h"
#include "../request/request.h"
#include "../../../spec/logic/place.acsl"
#include "../../../spec/logic/state.acsl"

/*@ // M4: between two states, the n free pages from position p on have become one block, and nothing else has changed
    predicate BecameBlock{A, B}(struct np_machine *m, integer p, integer n) =
      BlockOf{B}(m, p, n) && \forall integer x; !(p <= x < p + n) ==> SameAt{A, B}(m, x);

    // between two states, a request has got the block of n pages whose first page frame is f
    predicate GotBlock{A, B}(struct np_machine *m, struct np_contiguous_request *q, integer n, integer f) =
      \exists integer s, p; Page{A}(m, s, p, f) && PlaceFor{A}(m, q, p) && Consecutive{A}(m, p, n)
        && BecameBlock{A, B}(m, p, n);
*/

/**
 * Allocates a block of contiguous memory as MmAllocateContiguousMemorySpecifyCacheNode does.
 *
 * @clause B1 - B5, M4, M5
 * @return the first page frame of a block of ceil(bytes / 4096) pages, the lowest that the request may have; or NP_NONE
 *         when the request is invalid or no block fits it, and then nothing changed
 * @cost   O(pages / 64), and a step for every region, and for every free run that is long enough and lies astride the boundary
 */
/*@ requires   valid:   Machine(m) && ContiguousRequest(m, q);
    NP_RETURNS
    assigns             NP_STATE(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent{Post}(m);

    behavior placed:
      assumes  place:   ValidContiguousRequest(m, q) && SomePlaceFor(m, q);
      ensures  block:   GotBlock{Pre, Post}(m, q, WholePages(\old(q->bytes)), \result);
      ensures  lowest:  LowestFor{Pre}(m, q, \result);
      ensures  page:    \result < NP_PFN_LIMIT;

    behavior failed:
      assumes  none:    !ValidContiguousRequest(m, q) || !SomePlaceFor(m, q);
      ensures  failed:  \result == NP_NONE;
      ensures  same:    SameState{Pre, Post}(m);

    complete behaviors;
    disjoint behaviors;
*/
uint64_t np_allocate_contiguous(struct np_machine *m, const struct np_contiguous_request *q);

#endif
