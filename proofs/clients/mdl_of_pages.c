/* SPDX-License-Identifier: MIT */
/*
 * A client of the contracts: what the byte count of an MDL says of the pages that a request got.
 *
 * MmAllocateNodePagesForMdlEx does this, and maps memory to the pages.
 */
#include "../../src/nt/pure/describe.h"
#include "requests.h"

/*@ // a request and an MDL that share no memory with the machine, nor with each other
    predicate MdlRequest{L}(struct np_machine *m, struct np_pages_request *q, struct _MDL *mdl) =
      PagesRequest(m, q) && \valid(mdl) && NP_APART(m, mdl) && \separated(mdl, q);

    // the MDL describes whole pages, at least one and at most 4 GiB - 4096 bytes
    predicate Describes{L}(struct _MDL *mdl, integer pages) =
      mdl->ByteCount == pages * 4096 && mdl->ByteOffset == 0 && 0 < mdl->ByteCount <= 0x100000000 - 4096;
*/

/**
 * Takes pages and describes them in the head of an MDL.
 *
 * @clause P2, P3, P6, M4, M5
 * @param      q     the request
 * @param[out] mdl   the head; untouched when none was taken
 * @param[out] pfns  the page frames
 * @param      room  how many there is room for
 * @return the pages taken. None, and nothing has changed, where the request is invalid, an unknown flag among its
 *         flags, or the list may be too short.
 * @cost   a call of np_allocate_pages
 */
/*@ requires   valid:   Machine(m) && MdlRequest(m, q, mdl) && Room(m, pfns, room);
    requires   apart:   \separated(pfns + (0 .. room - 1), q) && \separated(pfns + (0 .. room - 1), mdl);
    NP_RETURNS
    assigns             *mdl, pfns[0 .. room - 1], NP_PAGES(m);
    ensures    count:   \result != 0 ==> Describes(mdl, \result);
    ensures    asked:   \result != 0 ==> mdl->ByteCount < \old(q->total) + 4096;
    ensures    whole:   \result != 0 && FullyRequired{Pre}(q) ==> \old(q->total) <= mdl->ByteCount;
    ensures    room:    \result <= room;
    ensures    unknown: \old(q->flags & 0xfffffec0) != 0 ==> \result == 0;
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, (\old(q->flags) & 0x100) != 0 ? 1 : 0);
    ensures    none:    \result == 0 ==> SameState{Pre, Here}(m);
*/
uint64_t mdl_of_pages(struct np_machine *m, const struct np_pages_request *q, struct _MDL *mdl, uint64_t *pfns,
                      uint64_t room)
{
    if (np_check_pages_request(m, q) != NP_PARAMETER_NONE) return 0;
    const uint64_t wanted = np_pages_wanted(q);
    if (wanted == 0 || wanted > room) return 0;
    //@ assert room: Room(m, pfns, wanted);
    const uint64_t pages = np_allocate_pages(m, q, pfns);
    //@ ghost Taken: ;
    if (pages == 0) return 0;
    //@ assert then: TakenPages{Pre, Taken}(m, pfns, pages, (\at(q->flags, Pre) & 0x100) != 0 ? 1 : 0);
    //@ assert few: 1 <= pages <= wanted && wanted <= WholePages(\at(q->total, Pre));
    //@ assert all: FullyRequired{Pre}(q) ==> pages == wanted && wanted == WholePages(\at(q->total, Pre));
    np_nt_describe(mdl, pages);
    /*@ assert where: m->free.words == \at(m->free.words, Taken) && m->block == \at(m->block, Taken)
                        && m->mark == \at(m->mark, Taken) && m->region == \at(m->region, Taken)
                        && m->regions == \at(m->regions, Taken); */
    //@ assert same: \forall integer p; SameAt{Taken, Here}(m, p);
    //@ assert frames: \forall integer s, p, f; Page{Taken}(m, s, p, f) <==> Page(m, s, p, f);
    //@ assert list: \forall integer i; 0 <= i < pages ==> pfns[i] == \at(pfns[i], Taken);
    /*@ assert each: \forall integer s, p, i; 0 <= i < pages ==>
                       (Page{Taken}(m, s, p, \at(pfns[i], Taken)) <==> Page(m, s, p, pfns[i])); */
    //@ assert kept: \forall integer p; ListedAt{Taken}(m, pfns, pages, p) ==> ListedAt(m, pfns, pages, p);
    //@ assert none: \forall integer p; ListedAt(m, pfns, pages, p) ==> ListedAt{Taken}(m, pfns, pages, p);
    /*@ assert used: \forall integer p; ListedAt(m, pfns, pages, p) ==> !FreeAt(m, p) && !BlockAt(m, p)
                       && (MarkAt(m, p) <==> (\at(q->flags, Pre) & 0x100) != 0); */
    //@ assert others: \forall integer p; !ListedAt(m, pfns, pages, p) ==> SameAt{Pre, Here}(m, p);
    return pages;
}
