/*
 * A client of the core's contracts: the same request in the same state gets the same block of contiguous memory.
 */
#include "../../src/core/nodepages.h"

/*@ // a request that lies apart from the state of the machine
    predicate BlockRequest{L}(struct np_machine *m, struct np_contiguous_request *q) =
         \valid_read(q)
      && \separated(q, m->free.words + (0 .. (m->free.positions - 1) / 64))
      && \separated(q, m->block + (0 .. (m->free.positions - 1) / 64))
      && \separated(q, m->mark + (0 .. (m->free.positions - 1) / 64));
*/

/**
 * Takes a block of contiguous memory, gives it back, and asks for it again.
 *
 * @clause B3, M5, F2
 * @return whether both requests got the same page frame, or both failed: always true
 * @cost   two calls of np_allocate_contiguous and one of np_free_contiguous
 */
/*@ requires   valid:   Machine(m) && HeldPresent(m) && BlockRequest(m, q);
    terminates          \true;
    exits               \false;
    assigns             m->free.words[0 .. (m->free.positions - 1) / 64], m->block[0 .. (m->free.positions - 1) / 64],
                        m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m) && HeldPresent(m);
    ensures    again:   \result == true;
*/
bool block_again(struct np_machine *m, const struct np_contiguous_request *q)
{
    const uint64_t f = np_allocate_contiguous(m, q);
    if (f != NP_NONE) {
        //@ ghost Between: ;
        /*@ assert got: \exists integer s, p; Page(m, s, p, f) && PlaceFor{Pre}(m, q, p)
                          && BecameBlock{Pre, Here}(m, p, WholePages(q->bytes)); */
        //@ assert head: HeadFrame(m, f);
        const uint64_t n = np_free_contiguous(m, f);
        /*@ assert size: \forall integer p; BlockOf{Between}(m, p, n)
                           && BlockOf{Between}(m, p, WholePages(q->bytes)) ==> n == WholePages(q->bytes); */
        //@ assert pages: n == WholePages(q->bytes);
        /*@ assert places: \forall integer p; PlaceFor{Pre}(m, q, p) ==> PagesFor{Pre}(m, q, p, n); */
        /*@ assert page: \forall integer p, x; PagesFor{Pre}(m, q, p, n) && p <= x < p + n ==> PageFor{Pre}(m, q, x); */
        /*@ assert one: \forall integer x; PageFor{Pre}(m, q, x) ==> FreeAt{Pre}(m, x); */
        /*@ assert free: \forall integer p, x; PlaceFor{Pre}(m, q, p) && p <= x < p + n ==> FreeAt{Pre}(m, x); */
        /*@ assert inside: \forall integer s, p, x; Page(m, s, p, f) && PlaceFor{Pre}(m, q, p) && p <= x < p + n ==>
                             (FreeAt{Pre}(m, x) <==> FreeAt(m, x)); */
        /*@ assert outside: \forall integer s, p, x; Page(m, s, p, f) && BecameBlock{Pre, Between}(m, p, n)
                              && !(p <= x < p + n) ==> (FreeAt{Pre}(m, x) <==> FreeAt(m, x)); */
        //@ assert same: \forall integer x; FreeAt{Pre}(m, x) <==> FreeAt(m, x);
    }
    //@ assert same: \forall integer x; FreeAt{Pre}(m, x) <==> FreeAt(m, x);
    //@ assert page: \forall integer x; PageFor{Pre}(m, q, x) <==> PageFor(m, q, x);
    //@ assert pages: \forall integer x, n; PagesFor{Pre}(m, q, x, n) <==> PagesFor(m, q, x, n);
    //@ assert fits: \forall integer x; FitsFor{Pre}(m, q, x) <==> FitsFor(m, q, x);
    //@ assert place: \forall integer x; PlaceFor{Pre}(m, q, x) <==> PlaceFor(m, q, x);
    //@ assert some: SomePlaceFor{Pre}(m, q) <==> SomePlaceFor(m, q);
    //@ assert right: ValidContiguousRequest{Pre}(m, q) <==> ValidContiguousRequest(m, q);
    //@ assert lowest: \forall integer g; LowestFor{Pre}(m, q, g) <==> LowestFor(m, q, g);
    //@ ghost Again: ;
    const uint64_t g = np_allocate_contiguous(m, q);
    //@ assert both: g == NP_NONE <==> f == NP_NONE;
    /*@ assert one: f != NP_NONE ==> \exists integer s, p; Page(m, s, p, f) && PlaceFor{Again}(m, q, p); */
    /*@ assert other: f != NP_NONE ==> \exists integer s, p; Page(m, s, p, g) && PlaceFor{Again}(m, q, p); */
    /*@ assert low: f != NP_NONE ==> LowestFor{Again}(m, q, f) && LowestFor{Again}(m, q, g); */
    /*@ assert equal: f == g; */
    return f == g;
}
