/* SPDX-License-Identifier: MIT */
/*
 * A client of the core's contracts: no page is in two blocks of contiguous memory, and a block once taken stays.
 *
 * The first block is no longer free when the second is taken (M4), and the second is made of free pages alone (B1,
 * B4). The second call changes no page of the first block, since it does not return it (M4).
 */
#include "taken.h"

/*@ predicate NoCommonPage(integer f, integer n, integer g, integer k) =
      \forall integer x; OneOf(f, n, x) ==> !OneOf(g, k, x);
*/

/** The first page frames of two blocks, or NP_NONE. */
struct two_blocks {
    uint64_t first;
    uint64_t second;
};

/**
 * Takes two blocks of contiguous memory.
 *
 * @clause M4, M5, B1
 * @param q  the first request
 * @param r  the second, which may be the same
 * @return the first page of each block, or NP_NONE where a request failed. Each block that was taken is whole and held
 *         at the end, and no page is in both.
 * @cost   two calls of np_allocate_contiguous
 */
/*@ requires   valid:   Machine(m) && ContiguousRequest(m, q) && ContiguousRequest(m, r);
    NP_RETURNS
    assigns             NP_STATE(m);
    ensures    valid:   Machine(m);
    ensures    taken:   \result.first != NP_NONE <==> ValidContiguousRequest{Pre}(m, q) && SomePlaceFor{Pre}(m, q);
    ensures    first:   \result.first != NP_NONE ==> BlockHeld(m, \result.first, WholePages(\old(q->bytes)));
    ensures    second:  \result.second != NP_NONE ==> BlockHeld(m, \result.second, WholePages(\old(r->bytes)));
    ensures    apart:   \result.first != NP_NONE && \result.second != NP_NONE ==>
                          NoCommonPage(\result.first, WholePages(\old(q->bytes)),
                                       \result.second, WholePages(\old(r->bytes)));
*/
struct two_blocks two_blocks_disjoint(struct np_machine *m, const struct np_contiguous_request *q,
                                      const struct np_contiguous_request *r)
{
    struct two_blocks got = {0};
    const uint64_t f = take_block(m, q);
    //@ ghost np_lemma_pages(m);
    //@ ghost Between: ;
    //@ assert used: \forall integer x; BlockFrame(m, x) ==> !FreeFrame(m, x);
    //@ assert fields: r->bytes == \at(r->bytes, Pre);
    const uint64_t g = take_block(m, r);
    /*@ assert first: f != NP_NONE ==> \forall integer x; OneOf(f, WholePages(\at(q->bytes, Pre)), x) ==>
                        !FreeFrame{Between}(m, x); */
    /*@ assert apart: f != NP_NONE && g != NP_NONE ==>
                        NoCommonPage(f, WholePages(\at(q->bytes, Pre)), g, WholePages(\at(r->bytes, Pre))); */
    got.first = f;
    got.second = g;
    return got;
}
