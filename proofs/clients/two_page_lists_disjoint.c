/* SPDX-License-Identifier: MIT */
/*
 * A client of the core's contracts: no page is in the answers of two pages requests of any kind.
 */
#include "taken.h"

/*@ // no page frame is in both lists
    predicate NoCommonFrame{L}(uint64_t *first, integer n, uint64_t *second, integer k) =
      \forall integer i, j; 0 <= i < n && 0 <= j < k ==> first[i] != second[j];

*/

/** How many pages each of two requests got. */
struct two_counts {
    uint64_t first;
    uint64_t second;
};

/**
 * Takes pages twice, into two lists.
 *
 * @clause M4, P1, P5, C2, C3
 * @param      q       the first request
 * @param      r       the second, likewise
 * @param[out] first   the pages of the first
 * @param[out] second  those of the second
 * @param      room    how many pages each list has room for
 * @return the pages in each list; no page frame is in both
 * @cost   two calls of np_allocate_pages
 */
/*@ requires   valid:   Machine(m) && PagesRequest(m, q) && PagesRequest(m, r);
    requires   room:    Room(m, first, room) && Room(m, second, room);
    requires   apart:   \separated(first + (0 .. room - 1), second + (0 .. room - 1))
                          && \separated(q, first + (0 .. room - 1)) && \separated(q, second + (0 .. room - 1))
                          && \separated(r, first + (0 .. room - 1)) && \separated(r, second + (0 .. room - 1));
    NP_RETURNS
    assigns             first[0 .. room - 1], second[0 .. room - 1],
                        NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    apart:   NoCommonFrame(first, \result.first, second, \result.second);
*/
struct two_counts two_page_lists_disjoint(struct np_machine *m, const struct np_pages_request *q,
                                          const struct np_pages_request *r, uint64_t *first, uint64_t *second,
                                          uint64_t room)
{
    struct two_counts got = {0, 0};
    const uint64_t n = take_any(m, q, first, room);
    //@ assert fields: r->skip == \at(r->skip, Pre) && r->flags == \at(r->flags, Pre);
    //@ assert request: PagesRequest(m, r);
    //@ assert rooms: Apart(m, first, room) && Room(m, second, room);
    //@ assert words: \forall integer i; 0 <= i < room ==> \separated(first + i, m->free.words + (0 .. (m->free.positions - 1) / 64));
    //@ assert mark: \forall integer i; 0 <= i < room ==> \separated(first + i, m->mark + (0 .. (m->free.positions - 1) / 64));
    //@ assert second: \forall integer i; 0 <= i < room ==> \separated(first + i, second + (0 .. room - 1));
    //@ ghost Between: ;
    const uint64_t k = take_any(m, r, second, room);
    //@ assert all: \forall integer i; 0 <= i < room ==> first[i] == \at(first[i], Between);
    got.first = n;
    got.second = k;
    if (n == 0 || k == 0) return got;
    //@ assert kept: \forall integer i; 0 <= i < n ==> first[i] == \at(first[i], Between);
    //@ assert used: \forall integer i; 0 <= i < n ==> !FreeFrame{Between}(m, first[i]);
    //@ assert free: \forall integer j; 0 <= j < k ==> FreeFrame{Between}(m, second[j]);
    //@ assert apart: NoCommonFrame(first, n, second, k);
    return got;
}
