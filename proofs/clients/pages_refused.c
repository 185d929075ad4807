/* SPDX-License-Identifier: MIT */
/*
 * A client of the core's contracts: a list of pages that may not be freed as a whole is not freed in part.
 */
#include "../../src/core/nodepages.h"

/*@ // the page frame is absent, or free
    predicate AbsentOrFree{L}(struct np_machine *m, integer f) =
      \forall integer s, p; Page(m, s, p, f) ==> FreeAt(m, p);
*/

/**
 * Tries to free pages of which one is absent or free.
 *
 * @clause F1, F3
 * @param pfns   the pages
 * @param count  their number
 * @param bad    the place in the list of a page that is absent or free
 * @return the place of the first page that could not be freed, at `bad` or before; nothing changed
 * @cost   a call of np_free_pages
 */
/*@ requires   valid:   Machine(m) && Apart(m, pfns, count);
    requires   bad:     bad < count && AbsentOrFree(m, pfns[bad]);
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    place:   \result <= bad;
    ensures    same:    SameState{Pre, Here}(m);
*/
uint64_t pages_refused(struct np_machine *m, const uint64_t *pfns, uint64_t count, uint64_t bad)
{
    (void)bad;
    //@ assert not: !AllocatedFrame(m, pfns[bad]);
    //@ assert all: !AllAllocated(m, pfns, count);
    return np_free_pages(m, pfns, count);
}

/**
 * Frees pages, and tries to free them again.
 *
 * @clause F1, F3
 * @param pfns   allocated pages, each named once
 * @param count  their number, at least 1
 * @return where the second call stopped: at the first page, since it is free now. Each page stays free.
 * @cost   two calls of np_free_pages
 */
/*@ requires   valid:   Machine(m) && Apart(m, pfns, count);
    requires   pages:   1 <= count && AllAllocated(m, pfns, count) && Distinct(pfns, count);
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    first:   \result == 0;
    ensures    free:    \forall integer p; ListedAt{Pre}(m, pfns, count, p) ==> FreeAt(m, p);
    ensures    others:  \forall integer p; !ListedAt{Pre}(m, pfns, count, p) ==> SameAt{Pre, Here}(m, p);
*/
uint64_t pages_freed_twice(struct np_machine *m, const uint64_t *pfns, uint64_t count)
{
    (void)np_free_pages(m, pfns, count);
    //@ assert listed: \forall integer s, p; Page(m, s, p, pfns[0]) ==> ListedAt{Pre}(m, pfns, count, p);
    //@ assert first: AbsentOrFree(m, pfns[0]);
    //@ assert given: \forall integer p; ListedAt{Pre}(m, pfns, count, p) ==> FreeAt(m, p);
    //@ ghost Between: ;
    const uint64_t stopped = pages_refused(m, pfns, count, 0);
    //@ assert same: \forall integer p; SameAt{Between, Here}(m, p);
    //@ assert free: \forall integer p; FreeAt{Between}(m, p) ==> FreeAt(m, p);
    return stopped;
}
