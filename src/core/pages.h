/*
 * The first routine: pages for a memory descriptor list.
 */
#ifndef NP_PAGES_H
#define NP_PAGES_H

#include "ranges.h"
#include "request.h"
#include "../../spec/logic/prefer.acsl"

/**
 * Takes pages as MmAllocateNodePagesForMdlEx does.
 *
 * With REQUIRE_CONTIGUOUS_CHUNKS and no SkipBytes they are one block (C2), with PREFER_CONTIGUOUS they come in few runs
 * (P5), and otherwise they are the best pages by rank, in whole chunks where chunks are required (P1, C3).
 *
 * @clause P1 - P6, C1 - C4, R1 - R4, N1 - N5, M4, M5
 * @param      m     the machine
 * @param      q     the request
 * @param[out] pfns  room for np_pages_wanted(q) page frames, which is never more than NP_CALL_LIMIT; neither these nor
 *                   the request share memory with each other or the machine
 * @return the pages taken, listed in `pfns`; 0 when the request failed, and then the machine is as it was
 * @cost   O(pages taken), and what the searches of the free-page index cost; ranges without a free page cost nothing each.
 *         With PREFER_CONTIGUOUS a step for every region for each run taken, and one for every range where more is wanted
 *         than a range holds; with chunks, one for every free run that holds no aligned place
 */
/*@ requires   valid:   Machine(m) && PagesRequest(m, q) && Room(m, pfns, WantedPages(q));
    requires   apart:   \separated(q, pfns + (0 .. WantedPages(q) - 1));
    terminates          \true;
    exits               \false;
    assigns             pfns[0 .. WantedPages(q) - 1], m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1],
                        m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    0 <= \result <= NP_CALL_LIMIT;
    ensures    whole:   ValidPagesRequest{Pre}(m, q) && \result != 0 ==> \result <= WantedPages{Pre}(q)
                          && (FullyRequired{Pre}(q) || OneBlock{Pre}(q) ==> \result == WantedPages{Pre}(q));
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, (\old(q->flags) & 0x100) != 0 ? 1 : 0);
    ensures    failed:  \result == 0 ==> SameState{Pre, Here}(m);
    ensures    invalid: !ValidPagesRequest{Pre}(m, q) ==> \result == 0;

    ensures    best:    \result != 0 && !OneBlock{Pre}(q) && !Preferred{Pre}(q) ==> \exists struct np_steps r; RangesOf{Pre}(q, r)
                          && BestPages{Pre, Here}(m, \old(q->node), LocalOf{Pre}(q), r, ChunkOf{Pre}(q), WantedPages{Pre}(q), pfns, \result);
    ensures    runs:    \result != 0 && Preferred{Pre}(q) ==> \exists struct np_steps r; RangesOf{Pre}(q, r)
                          && BestPagesInRuns{Pre, Here}(m, \old(q->node), LocalOf{Pre}(q), r, WantedPages{Pre}(q), pfns, \result)
                          && AllSteps{Pre, Here}(m, \old(q->node), LocalOf{Pre}(q), r, WantedPages{Pre}(q), pfns, \result);
    ensures    none:    \result == 0 && ValidPagesRequest{Pre}(m, q) && WantedPages{Pre}(q) != 0 && !OneBlock{Pre}(q) ==>
                          \exists struct np_steps r, integer n; RangesOf{Pre}(q, r)
                            && CountedAll{Pre}(m, \old(q->node), LocalOf{Pre}(q), r, ChunkOf{Pre}(q), 0xffffffff, m->free.positions, n)
                            && (n == 0 || (FullyRequired{Pre}(q) && n < WantedPages{Pre}(q)));
    ensures    block:   \result != 0 && OneBlock{Pre}(q) ==> \exists struct np_steps r, integer node, p; RangesOf{Pre}(q, r)
                          && BestBlock{Pre}(m, \old(q->node), LocalOf{Pre}(q), r, \result, node, p) && ListsBlock(m, pfns, \result, p);
    ensures    noblock: \result == 0 && ValidPagesRequest{Pre}(m, q) && WantedPages{Pre}(q) != 0 && OneBlock{Pre}(q) ==>
                          \exists struct np_steps r; RangesOf{Pre}(q, r) && NoBlock{Pre}(m, \old(q->node), LocalOf{Pre}(q), r, WantedPages{Pre}(q));
*/
uint64_t np_allocate_pages(struct np_machine *m, const struct np_pages_request *q, uint64_t *pfns);

#endif
