/*
 * A client of the core's contracts: no page is given to two requests of the first routine.
 */
#include "../../src/core/nodepages.h"

/*@ // a request for pages by rank alone that lies apart from the state of the machine
    predicate PlainRequest{L}(struct np_machine *m, struct np_pages_request *q) =
         \valid_read(q) && !OneBlock(q) && !Preferred(q)
      && \separated(q, m->free.words + (0 .. (m->free.positions - 1) / 64))
      && \separated(q, m->block + (0 .. (m->free.positions - 1) / 64))
      && \separated(q, m->mark + (0 .. (m->free.positions - 1) / 64));

    // no page frame is in both lists
    predicate NoCommonFrame{L}(uint64_t *first, integer n, uint64_t *second, integer k) =
      \forall integer i, j; 0 <= i < n && 0 <= j < k ==> first[i] != second[j];

    predicate AllPresent{L}(struct np_machine *m, uint64_t *pfns, integer n) =
      \forall integer i; 0 <= i < n ==> \exists integer s, p; Page(m, s, p, pfns[i]);

    predicate AllFree{A, B}(struct np_machine *m, uint64_t *pfns, integer n) =
      \forall integer i; 0 <= i < n ==> FreeFrame{A}(m, \at(pfns[i], B));

    predicate NoneFree{L}(struct np_machine *m, uint64_t *pfns, integer n) =
      \forall integer i, s, p; 0 <= i < n && Page(m, s, p, pfns[i]) ==> !FreeAt(m, p);
*/

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
 * @param[out] first   room for the pages of the first
 * @param[out] second  room for those of the second
 * @return the pages in each list; no page frame is in both
 * @cost   two calls of np_allocate_pages
 */
/*@ requires   valid:   Machine(m) && PlainRequest(m, q) && PlainRequest(m, r);
    requires   room:    Room(m, first, WantedPages(q)) && Room(m, second, WantedPages(r));
    requires   apart:   \separated(first + (0 .. WantedPages(q) - 1), second + (0 .. WantedPages(r) - 1))
                          && \separated(q, first + (0 .. WantedPages(q) - 1)) && \separated(r, first + (0 .. WantedPages(q) - 1));
    terminates          \true;
    exits               \false;
    assigns             first[0 .. WantedPages(q) - 1], second[0 .. WantedPages(r) - 1],
                        m->free.words[0 .. (m->free.positions - 1) / 64],
                        m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    apart:   NoCommonFrame(first, \result.first, second, \result.second);
*/
struct two_counts two_page_lists_disjoint(struct np_machine *m, const struct np_pages_request *q,
                                          const struct np_pages_request *r, uint64_t *first, uint64_t *second)
{
    struct two_counts got = {0, 0};
    got.first = np_allocate_pages(m, q, first);
    //@ assert mine: got.first <= WantedPages{Pre}(q);
    //@ assert present: AllPresent(m, first, got.first);
    //@ assert taken: NoneFree(m, first, got.first);
    //@ ghost Between: ;
    got.second = np_allocate_pages(m, r, second);
    //@ assert block: \forall integer node, c, b, p; \forall struct np_steps s; Block{Between}(m, node, s, c, b) && b <= p < b + c ==> FreeAt{Between}(m, p);
    //@ assert usable: \forall integer node, c, p; \forall struct np_steps s; Usable{Between}(m, node, s, c, p) ==> FreeAt{Between}(m, p);
    //@ assert free: AllFree{Between, Here}(m, second, got.second);
    //@ assert kept: \forall integer i; 0 <= i < got.first ==> first[i] == \at(first[i], Between);
    return got;
}
