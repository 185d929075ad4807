/*
 * A client of the core's contracts: no page is given to two requests of the first routine.
 */
#include "requests.h"

/*@ // no page frame is in both lists
    predicate NoCommonFrame{L}(uint64_t *first, integer n, uint64_t *second, integer k) =
      \forall integer i, j; 0 <= i < n && 0 <= j < k ==> first[i] != second[j];

    // the pages listed were free, or are not
    predicate AllFree{A, B}(struct np_machine *m, uint64_t *pfns, integer n) =
      \forall integer i; 0 <= i < n ==> FreeFrame{A}(m, \at(pfns[i], B));

    predicate NoneFree{L}(struct np_machine *m, uint64_t *pfns, integer n) =
      \forall integer i; 0 <= i < n ==> !FreeFrame(m, pfns[i]);
*/

/**
 * Takes pages by rank.
 *
 * @clause M4, P1
 * @param      q     the request, with neither PREFER_CONTIGUOUS nor one block required
 * @param[out] pfns  the pages
 * @param      room  how many the list has room for
 * @return the pages taken; each was free, and is no longer. None where the request is invalid
 *         or the list may be too short.
 * @cost   a call of np_allocate_pages
 */
/*@ requires   valid:   Machine(m) && PlainRequest(m, q) && Room(m, pfns, room) && \separated(q, pfns + (0 .. room - 1));
    terminates          \true;
    exits               \false;
    assigns             pfns[0 .. room - 1], m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1],
                        m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    size:    \result <= room;
    ensures    free:    AllFree{Pre, Here}(m, pfns, \result);
    ensures    taken:   NoneFree(m, pfns, \result);
*/
static uint64_t take_plain(struct np_machine *m, const struct np_pages_request *q, uint64_t *pfns, uint64_t room)
{
    if (np_check_pages_request(m, q) != NP_PARAMETER_NONE) return 0;
    const uint64_t wanted = np_pages_wanted(q);
    if (wanted > room) return 0;
    //@ assert room: Room(m, pfns, wanted);
    //@ ghost lemma_candidate(m);
    const uint64_t count = np_allocate_pages(m, q, pfns);
    if (count == 0) return 0;
    /*@ assert best: \forall integer i; 0 <= i < count ==> \exists struct np_steps r;
                       CandidateFrame{Pre}(m, \at(q->node, Pre), LocalOf{Pre}(q), r, ChunkOf{Pre}(q), 0xffffffff,
                                           pfns[i]); */
    //@ assert free: \forall integer i; 0 <= i < count ==> FreeFrame{Pre}(m, pfns[i]);
    /*@ assert listed: \forall integer i, s, p; 0 <= i < count && Page(m, s, p, pfns[i]) ==>
                         ListedAt(m, pfns, count, p); */
    //@ assert used: \forall integer p; ListedAt(m, pfns, count, p) ==> !FreeAt(m, p);
    //@ assert taken: \forall integer i; 0 <= i < count ==> !FreeFrame(m, pfns[i]);
    return count;
}

/** How many pages each of two requests got. */
struct two_counts {
    uint64_t first;
    uint64_t second;
};

/**
 * Takes pages twice, into two lists.
 *
 * @clause M4, P1
 * @param      q       the first request, by rank: with neither PREFER_CONTIGUOUS nor one block required
 * @param      r       the second, likewise
 * @param[out] first   the pages of the first
 * @param[out] second  those of the second
 * @param      room    how many pages each list has room for
 * @return the pages in each list; no page frame is in both
 * @cost   two calls of np_allocate_pages
 */
/*@ requires   valid:   Machine(m) && PlainRequest(m, q) && PlainRequest(m, r);
    requires   room:    Room(m, first, room) && Room(m, second, room);
    requires   apart:   \separated(first + (0 .. room - 1), second + (0 .. room - 1))
                          && \separated(q, first + (0 .. room - 1)) && \separated(q, second + (0 .. room - 1))
                          && \separated(r, first + (0 .. room - 1)) && \separated(r, second + (0 .. room - 1));
    terminates          \true;
    exits               \false;
    assigns             first[0 .. room - 1], second[0 .. room - 1],
                        m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1],
                        m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    apart:   NoCommonFrame(first, \result.first, second, \result.second);
*/
struct two_counts two_page_lists_disjoint(struct np_machine *m, const struct np_pages_request *q,
                                          const struct np_pages_request *r, uint64_t *first, uint64_t *second,
                                          uint64_t room)
{
    struct two_counts got = {0, 0};
    const uint64_t n = take_plain(m, q, first, room);
    //@ assert fields: r->skip == \at(r->skip, Pre) && r->flags == \at(r->flags, Pre);
    //@ assert plain: PlainRequest(m, r);
    //@ assert rooms: Apart(m, first, room) && Room(m, second, room);
    //@ assert words: \forall integer i; 0 <= i < room ==> \separated(first + i, m->free.words + (0 .. (m->free.positions - 1) / 64));
    //@ assert mark: \forall integer i; 0 <= i < room ==> \separated(first + i, m->mark + (0 .. (m->free.positions - 1) / 64));
    //@ assert second: \forall integer i; 0 <= i < room ==> \separated(first + i, second + (0 .. room - 1));
    //@ ghost Between: ;
    const uint64_t k = take_plain(m, r, second, room);
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
