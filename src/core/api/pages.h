/* SPDX-License-Identifier: MIT */
/*
 * Pages requests: pages for a memory descriptor list.
 */
#ifndef NP_PAGES_H
#define NP_PAGES_H

#include "../ranges/ranges.h"
#include "../request/request.h"
#include "../../../spec/logic/api/pages.acsl"

/**
 * Allocates pages as MmAllocateNodePagesForMdlEx does.
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
    NP_RETURNS
    assigns             pfns[0 .. WantedPages(q) - 1], NP_PAGES(m);
    ensures    M3:      Machine(m) && (HeldPresent{Pre}(m) ==> HeldPresent(m));
    ensures    M4:      \result != 0 ==> Got{Pre, Here}(m, q, pfns, \result);
    ensures    M5:      \result == 0 ==> SameState{Pre, Here}(m);
    ensures    P2:      \result <= NP_CALL_LIMIT && (\result != 0 ==> \result <= WantedPages{Pre}(q));
    ensures    P3:      \result != 0 && FullyRequired{Pre}(q) ==> \result == WantedPages{Pre}(q);
    ensures    P4:      \result == 0 && Served{Pre}(m, q) && !OneBlock{Pre}(q) ==> TooFewPages{Pre}(m, q);
    ensures    P6:      \result != 0 ==> Served{Pre}(m, q);
    ensures    P1_C3:   \result != 0 && ByRank{Pre}(q) ==> GotLowest{Pre, Here}(m, q, pfns, \result);
    ensures    P5:      \result != 0 && Preferred{Pre}(q) ==> GotRuns{Pre, Here}(m, q, pfns, \result);
    ensures    C2:      \result != 0 && OneBlock{Pre}(q) ==> GotOneBlock{Pre, Here}(m, q, pfns, \result);
    ensures    C2_none: \result == 0 && Served{Pre}(m, q) && OneBlock{Pre}(q) ==> NoOneBlock{Pre}(m, q);
*/
uint64_t np_allocate_pages(struct np_machine *m, const struct np_pages_request *q, uint64_t *pfns);

#endif
