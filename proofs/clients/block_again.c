/* SPDX-License-Identifier: MIT */
/*
 * A client of the core's contracts: the block that a request gets is decided by the request and the state of the pages.
 *
 * A block is taken, freed and asked for again. Freeing restores the state (F2, M4), and in one state there is one
 * lowest block (B3). So the second block is the first: it does not depend on what was taken before.
 */
#include "requests.h"

/*@ predicate SameBlockRequest{A, B}(struct np_contiguous_request *q) =
         \at(q->bytes, A) == \at(q->bytes, B) && \at(q->low, A) == \at(q->low, B) && \at(q->high, A) == \at(q->high, B)
      && \at(q->boundary, A) == \at(q->boundary, B) && \at(q->node, A) == \at(q->node, B);

    // the lowest block that a request may have begins at page frame f
    predicate LowestPlace{L}(struct np_machine *m, struct np_contiguous_request *q, integer f) =
      LowestFor(m, q, f) && \exists integer s, p; Page(m, s, p, f) && PlaceFor(m, q, p);
*/

/** Two answers to one request. */
struct two_answers {
    uint64_t first;
    uint64_t second;
};

/**
 * Takes the block of contiguous memory that a request gets, and frees it.
 *
 * @clause B3, F2, M4, M5
 * @return its first page, or NP_NONE when the request failed. Every page is what it was.
 * @cost   a call of np_allocate_contiguous and one of np_free_contiguous
 */
/*@ requires   valid:   Machine(m) && HeldPresent(m) && ContiguousRequest(m, q);
    NP_RETURNS
    assigns             NP_STATE(m);
    ensures    valid:   Machine(m) && HeldPresent(m);
    ensures    same:    SameState{Pre, Here}(m);
    ensures    bytes:   q->bytes == \old(q->bytes) && ContiguousRequest(m, q);
    ensures    lowest:  ValidContiguousRequest{Pre}(m, q) && SomePlaceFor{Pre}(m, q) ==>
                          LowestPlace(m, q, \result) && ValidContiguousRequest(m, q) && SomePlaceFor(m, q);
    ensures    none:    !ValidContiguousRequest{Pre}(m, q) || !SomePlaceFor{Pre}(m, q) ==>
                          \result == NP_NONE && (!ValidContiguousRequest(m, q) || !SomePlaceFor(m, q));
*/
static uint64_t block_and_back(struct np_machine *m, const struct np_contiguous_request *q)
{
    const uint64_t f = np_allocate_contiguous(m, q);
    //@ ghost Between: ;
    //@ assert bytes: q->bytes == \at(q->bytes, Pre);
    //@ assert low: q->low == \at(q->low, Pre);
    //@ assert high: q->high == \at(q->high, Pre);
    //@ assert boundary: q->boundary == \at(q->boundary, Pre);
    //@ assert fields: SameBlockRequest{Pre, Here}(q);
    if (f != NP_NONE) {
        /*@ assert got: \exists integer s, p; Page(m, s, p, f) && PlaceFor{Pre}(m, q, p)
                          && BecameBlock{Pre, Here}(m, p, WholePages(q->bytes)); */
        //@ assert head: HeadFrame(m, f);
        const uint64_t n = np_free_contiguous(m, f);
        /*@ assert size: \forall integer p; BlockOf{Between}(m, p, n)
                           && BlockOf{Between}(m, p, WholePages(q->bytes)) ==>
                           n == WholePages(q->bytes); */
        //@ assert pages: n == WholePages(q->bytes);
        //@ assert places: \forall integer p; PlaceFor{Pre}(m, q, p) ==> PagesFor{Pre}(m, q, p, n);
        /*@ assert page: \forall integer p, x; PagesFor{Pre}(m, q, p, n) && p <= x < p + n ==> PageFor{Pre}(m, q, x); */
        //@ assert one: \forall integer x; PageFor{Pre}(m, q, x) ==> FreeAt{Pre}(m, x);
        //@ assert free: \forall integer p, x; PlaceFor{Pre}(m, q, p) && p <= x < p + n ==> FreeAt{Pre}(m, x);
        //@ assert plain: \forall integer x; FreeAt{Pre}(m, x) ==> !BlockAt{Pre}(m, x) && !MarkAt{Pre}(m, x);
        /*@ assert inside: \forall integer s, p, x; Page(m, s, p, f) && PlaceFor{Pre}(m, q, p) && p <= x < p + n ==>
                             SameAt{Pre, Here}(m, x); */
        /*@ assert before: \forall integer p, x; BecameBlock{Pre, Between}(m, p, n) && !(p <= x < p + n) ==>
                             SameAt{Pre, Between}(m, x); */
        /*@ assert after: \forall integer s, p, x; Page(m, s, p, f) && !(p <= x < p + n) ==>
                            SameAt{Between, Here}(m, x); */
        /*@ assert outside: \forall integer s, p, x; Page(m, s, p, f) && BecameBlock{Pre, Between}(m, p, n)
                              && !(p <= x < p + n) ==> SameAt{Pre, Here}(m, x); */
        //@ assert bytes: q->bytes == \at(q->bytes, Between);
        //@ assert low: q->low == \at(q->low, Between);
        //@ assert high: q->high == \at(q->high, Between);
        //@ assert boundary: q->boundary == \at(q->boundary, Between);
        //@ assert fields: SameBlockRequest{Between, Here}(q);
        (void)n;
    }
    //@ assert same: SameState{Pre, Here}(m);
    //@ assert fields: SameBlockRequest{Pre, Here}(q);
    //@ assert again: \forall integer x; SameAt{Pre, Here}(m, x) && PageFor{Pre}(m, q, x) ==> PageFor(m, q, x);
    //@ assert again: \forall integer x; SameAt{Pre, Here}(m, x) && PageFor(m, q, x) ==> PageFor{Pre}(m, q, x);
    //@ assert again: \forall integer x; PageFor{Pre}(m, q, x) <==> PageFor(m, q, x);
    //@ assert again: \forall integer p, n; PagesFor{Pre}(m, q, p, n) <==> PagesFor(m, q, p, n);
    //@ assert again: \forall integer p; FitsFor{Pre}(m, q, p) <==> FitsFor(m, q, p);
    //@ assert again: \forall integer p; PlaceFor{Pre}(m, q, p) <==> PlaceFor(m, q, p);
    //@ assert valid: ValidContiguousRequest{Pre}(m, q) <==> ValidContiguousRequest(m, q);
    //@ assert lowest: LowestFor{Pre}(m, q, f) ==> LowestFor(m, q, f);
    return f;
}

/**
 * Takes a block of contiguous memory, frees it and takes it again.
 *
 * @clause B3, F2, M4, M5
 * @return the first page of the first block and that of the second, which is the same page; NP_NONE twice when the
 *         request fails
 * @cost   two calls of np_allocate_contiguous and one of np_free_contiguous
 */
/*@ requires   valid:   Machine(m) && HeldPresent(m) && ContiguousRequest(m, q);
    NP_RETURNS
    assigns             NP_STATE(m);
    ensures    valid:   Machine(m) && HeldPresent(m);
    ensures    again:   \result.second == \result.first;
    ensures    taken:   ValidContiguousRequest{Pre}(m, q) && SomePlaceFor{Pre}(m, q) ==> \result.first < NP_PFN_LIMIT;
    ensures    none:    !ValidContiguousRequest{Pre}(m, q) || !SomePlaceFor{Pre}(m, q) ==> \result.first == NP_NONE;
*/
struct two_answers block_again(struct np_machine *m, const struct np_contiguous_request *q)
{
    struct two_answers got = {0};
    const uint64_t f = block_and_back(m, q);
    //@ ghost Between: ;
    //@ assert other: \forall integer x; LowestPlace(m, q, f) && LowestPlace(m, q, x) ==> x == f;
    const uint64_t g = np_allocate_contiguous(m, q);
    //@ assert second: g != NP_NONE ==> LowestPlace{Between}(m, q, g);
    //@ assert again: g == f;
    got.first = f;
    got.second = g;
    return got;
}
