/* SPDX-License-Identifier: MIT */
/*
 * A client of the core's contracts: a block of contiguous memory that is taken and freed leaves no trace.
 */
#include "requests.h"

/**
 * Takes a block of contiguous memory and frees it.
 *
 * @clause M4, M5, F2
 * @return the pages freed, all that the request asked for; 0 when the request failed. Every page is what it was.
 * @cost   a call of np_allocate_contiguous and one of np_free_contiguous
 */
/*@ requires   valid:   Machine(m) && HeldPresent(m) && ContiguousRequest(m, q);
    NP_RETURNS
    assigns             NP_STATE(m);
    ensures    valid:   Machine(m) && HeldPresent(m);
    ensures    same:    SameState{Pre, Here}(m);
    ensures    pages:   ValidContiguousRequest{Pre}(m, q) && SomePlaceFor{Pre}(m, q) ==>
                          \result == WholePages(\old(q->bytes));
    ensures    none:    !ValidContiguousRequest{Pre}(m, q) || !SomePlaceFor{Pre}(m, q) ==> \result == 0;
*/
uint64_t block_there_and_back(struct np_machine *m, const struct np_contiguous_request *q)
{
    const uint64_t f = np_allocate_contiguous(m, q);
    if (f == NP_NONE) return 0;
    //@ ghost Between: ;
    /*@ assert got: \exists integer s, p; Page(m, s, p, f) && PlaceFor{Pre}(m, q, p)
                      && BecameBlock{Pre, Here}(m, p, WholePages(q->bytes)); */
    //@ assert head: HeadFrame(m, f);
    const uint64_t n = np_free_contiguous(m, f);
    /*@ assert size: \forall integer p; BlockOf{Between}(m, p, n) && BlockOf{Between}(m, p, WholePages(q->bytes)) ==>
                       n == WholePages(q->bytes); */
    //@ assert block: \forall integer s, p; Page(m, s, p, f) ==> BlockOf{Between}(m, p, n);
    //@ assert both: \exists integer p; BlockOf{Between}(m, p, n) && BlockOf{Between}(m, p, WholePages(q->bytes));
    //@ assert pages: n == WholePages(q->bytes);
    /*@ assert places: \forall integer p; PlaceFor{Pre}(m, q, p) ==> PagesFor{Pre}(m, q, p, n); */
    /*@ assert page: \forall integer p, x; PagesFor{Pre}(m, q, p, n) && p <= x < p + n ==> PageFor{Pre}(m, q, x); */
    /*@ assert one: \forall integer x; PageFor{Pre}(m, q, x) ==> FreeAt{Pre}(m, x); */
    /*@ assert free: \forall integer p, x; PlaceFor{Pre}(m, q, p) && p <= x < p + n ==> FreeAt{Pre}(m, x); */
    /*@ assert plain: \forall integer x; FreeAt{Pre}(m, x) ==> !BlockAt{Pre}(m, x) && !MarkAt{Pre}(m, x); */
    /*@ assert inside: \forall integer s, p, x; Page(m, s, p, f) && PlaceFor{Pre}(m, q, p) && p <= x < p + n ==>
                         SameAt{Pre, Here}(m, x); */
    /*@ assert before: \forall integer p, x; BecameBlock{Pre, Between}(m, p, n) && !(p <= x < p + n) ==>
                         SameAt{Pre, Between}(m, x); */
    /*@ assert after: \forall integer s, p, x; Page(m, s, p, f) && !(p <= x < p + n) ==> SameAt{Between, Here}(m, x); */
    /*@ assert outside: \forall integer s, p, x; Page(m, s, p, f) && BecameBlock{Pre, Between}(m, p, n)
                          && !(p <= x < p + n) ==> SameAt{Pre, Here}(m, x); */
    //@ assert each: \forall integer x; SameAt{Pre, Here}(m, x);
    return n;
}
