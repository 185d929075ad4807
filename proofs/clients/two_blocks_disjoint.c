/*
 * A client of the core's contracts: two blocks of contiguous memory are two, and the second leaves the first alone.
 */
#include "../../src/core/nodepages.h"

/*@ // a request that lies apart from the state of the machine
    predicate BlockRequest{L}(struct np_machine *m, struct np_contiguous_request *q) =
         \valid_read(q)
      && \separated(q, m->free.words + (0 .. (m->free.positions - 1) / 64))
      && \separated(q, m->block + (0 .. (m->free.positions - 1) / 64))
      && \separated(q, m->mark + (0 .. (m->free.positions - 1) / 64));

    // a block of n pages whose first page frame is f, at position p
    predicate BlockFrom{L}(struct np_machine *m, integer p, integer n, integer f) =
      BlockOf(m, p, n) && \exists integer s; Page(m, s, p, f);

    // no page is in both of two blocks
    predicate NoCommonPage(integer p, integer n, integer x, integer k) = p + n <= x || x + k <= p;
*/

/** Two blocks, by their first page frames; NP_NONE stands for none. */
struct two_blocks {
    uint64_t first;
    uint64_t second;
};

/**
 * Takes two blocks of contiguous memory, the second one only after the first.
 *
 * @clause M4, B1
 * @return both blocks; where both are there, each is whole after the second call, and no page is in both
 * @cost   two calls of np_allocate_contiguous
 */
/*@ requires   valid:   Machine(m) && BlockRequest(m, q) && BlockRequest(m, r);
    terminates          \true;
    exits               \false;
    assigns             m->free.words[0 .. (m->free.positions - 1) / 64], m->block[0 .. (m->free.positions - 1) / 64],
                        m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    apart:   \result.first != NP_NONE && \result.second != NP_NONE ==> \exists integer p, x;
                          BlockFrom(m, p, WholePages(\old(q->bytes)), \result.first)
                          && BlockFrom(m, x, WholePages(\old(r->bytes)), \result.second)
                          && NoCommonPage(p, WholePages(\old(q->bytes)), x, WholePages(\old(r->bytes)));
    ensures    none:    \result.first == NP_NONE && \result.second == NP_NONE ==> SameState{Pre, Here}(m);
*/
struct two_blocks two_blocks_disjoint(struct np_machine *m, const struct np_contiguous_request *q,
                                      const struct np_contiguous_request *r)
{
    struct two_blocks both = {NP_NONE, NP_NONE};
    both.first = np_allocate_contiguous(m, q);
    if (both.first == NP_NONE) return both;
    //@ ghost uint64_t n = np_whole_pages(q->bytes);
    /*@ assert got: \exists integer s, p; Page(m, s, p, both.first) && BecameBlock{Pre, Here}(m, p, n); */
    //@ assert block: \forall integer p; BecameBlock{Pre, Here}(m, p, n) ==> BlockOf(m, p, n);
    //@ assert first: \exists integer p; BlockFrom(m, p, n, both.first);
    //@ ghost Between: ;
    both.second = np_allocate_contiguous(m, r);
    if (both.second == NP_NONE) return both;
    //@ ghost uint64_t k = np_whole_pages(r->bytes);
    /*@ assert second: \exists integer s, x; Page(m, s, x, both.second) && BecameBlock{Between, Here}(m, x, k)
                         && PlaceFor{Between}(m, r, x); */
    //@ assert some: 1 <= k;
    //@ assert places: \forall integer x; PlaceFor{Between}(m, r, x) ==> PagesFor{Between}(m, r, x, k);
    /*@ assert page: \forall integer x, y; PagesFor{Between}(m, r, x, k) && x <= y < x + k ==>
                       PageFor{Between}(m, r, y); */
    //@ assert one: \forall integer y; PageFor{Between}(m, r, y) ==> FreeAt{Between}(m, y);
    //@ assert free: \forall integer x, y; PlaceFor{Between}(m, r, x) && x <= y < x + k ==> FreeAt{Between}(m, y);
    //@ assert used: \forall integer p, y; BlockOf{Between}(m, p, n) && p <= y < p + n ==> !FreeAt{Between}(m, y);
    /*@ assert apart: \forall integer p, x; BlockOf{Between}(m, p, n) && PlaceFor{Between}(m, r, x) ==>
                        NoCommonPage(p, n, x, k); */
    /*@ assert kept: \forall integer p, x, y; BecameBlock{Between, Here}(m, x, k) && NoCommonPage(p, n, x, k)
                       && p <= y < p + n ==> SameAt{Between, Here}(m, y); */
    /*@ assert next: \forall integer p, x; BecameBlock{Between, Here}(m, x, k) && NoCommonPage(p, n, x, k)
                       && 1 <= n && !RestAt{Between}(m, p + n) ==> !RestAt(m, p + n); */
    /*@ assert still: \forall integer p, x; BlockOf{Between}(m, p, n) && NoCommonPage(p, n, x, k)
                        && BecameBlock{Between, Here}(m, x, k) ==> BlockOf(m, p, n); */
    /*@ assert both: \exists integer p, x; BlockFrom(m, p, n, both.first) && BlockFrom(m, x, k, both.second)
                       && NoCommonPage(p, n, x, k); */
    return both;
}
