/* SPDX-License-Identifier: MIT */
/*
 * A client of the core's contracts: no page is given to a pages request and to a contiguous request.
 */
#include "taken.h"

/*@ // no page frame listed is one of n from b on
    predicate NoneOf{L}(uint64_t *pfns, integer count, integer b, integer n) =
      \forall integer i; 0 <= i < count ==> !OneOf(b, n, pfns[i]);
*/

/** How many pages are listed, and the first page frame of a block or NP_NONE. */
struct list_and_block {
    uint64_t count;
    uint64_t first;
};

/**
 * Takes pages, and then a block of contiguous memory.
 *
 * @clause M4, P1, P5, C2, C3, B1
 * @param      q     the pages request
 * @param      r     the contiguous request
 * @param[out] pfns  the pages
 * @param      room  how many the list has room for
 * @return what each request got; no page frame that is listed is one of the block
 * @cost   a call of np_allocate_pages and one of np_allocate_contiguous
 */
/*@ requires   valid:   Machine(m) && PagesRequest(m, q) && ContiguousRequest(m, r) && Room(m, pfns, room);
    requires   apart:   \separated(q, pfns + (0 .. room - 1)) && \separated(r, pfns + (0 .. room - 1));
    NP_RETURNS
    assigns             pfns[0 .. room - 1], NP_STATE(m);
    ensures    valid:   Machine(m);
    ensures    apart:   \result.first != NP_NONE ==>
                          NoneOf(pfns, \result.count, \result.first, WholePages(\old(r->bytes)));
*/
struct list_and_block list_and_block_disjoint(struct np_machine *m, const struct np_pages_request *q,
                                              const struct np_contiguous_request *r, uint64_t *pfns, uint64_t room)
{
    struct list_and_block got = {0, NP_NONE};
    got.count = take_any(m, q, pfns, room);
    got.first = take_block(m, r);
    return got;
}

/**
 * Takes a block of contiguous memory, and then pages.
 *
 * @clause M4, P1, P5, C2, C3, B1
 * @param      q     the pages request
 * @param      r     the contiguous request
 * @param[out] pfns  the pages
 * @param      room  how many the list has room for
 * @return what each request got; no page frame that is listed is one of the block
 * @cost   a call of np_allocate_contiguous and one of np_allocate_pages
 */
/*@ requires   valid:   Machine(m) && PagesRequest(m, q) && ContiguousRequest(m, r) && Room(m, pfns, room);
    requires   apart:   \separated(q, pfns + (0 .. room - 1)) && \separated(r, pfns + (0 .. room - 1));
    NP_RETURNS
    assigns             pfns[0 .. room - 1], NP_STATE(m);
    ensures    valid:   Machine(m);
    ensures    apart:   \result.first != NP_NONE ==>
                          NoneOf(pfns, \result.count, \result.first, WholePages(\old(r->bytes)));
*/
struct list_and_block block_and_list_disjoint(struct np_machine *m, const struct np_pages_request *q,
                                              const struct np_contiguous_request *r, uint64_t *pfns, uint64_t room)
{
    struct list_and_block got = {0, NP_NONE};
    got.first = take_block(m, r);
    //@ ghost np_lemma_pages(m);
    got.count = take_any(m, q, pfns, room);
    return got;
}
