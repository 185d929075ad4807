/* SPDX-License-Identifier: MIT */
/*
 * Giving pages back.
 */
#ifndef NP_GIVE_H
#define NP_GIVE_H

#include "../machine/machine.h"
#include "../../../spec/logic/state.acsl"

/**
 * Frees pages that a pages request returned, in any order and from any number of calls.
 *
 * @clause F1, F3, M5
 * @param pfns   the pages; not changed
 * @param count  their number
 * @return count when all were freed; otherwise nothing changed, and pfns[result] is the first page that could not be:
 *         absent, free, part of a block of contiguous memory, removed, or named before
 * @cost   O(log regions) for every page
 */
/*@ requires   valid:   Machine(m) && Apart(m, pfns, count);
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);

    behavior done:
      assumes           AllAllocated(m, pfns, count) && Distinct(pfns, count);
      ensures  count:   \result == count;
      ensures  given:   \forall integer p; ListedAt{Pre}(m, pfns, count, p) ==>
                          FreeAt(m, p) && !BlockAt(m, p) && !MarkAt(m, p);
      ensures  others:  \forall integer p; !ListedAt{Pre}(m, pfns, count, p) ==> SameAt{Pre, Here}(m, p);

    behavior refused:
      assumes           !(AllAllocated(m, pfns, count) && Distinct(pfns, count));
      ensures  place:   \result < count;
      ensures  right:   AllAllocated{Pre}(m, pfns, \result) && Distinct{Pre}(pfns, \result);
      ensures  wrong:   !AllocatedFrame{Pre}(m, pfns[\result]) || NamedBefore{Pre}(pfns, \result);
      ensures  same:    SameState{Pre, Here}(m);

    complete behaviors;  disjoint behaviors;
*/
uint64_t np_free_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count);

/**
 * Adds pages back that were hot-removed.
 *
 * @clause F4, M5
 * @param pfns   the pages; not changed
 * @param count  their number
 * @return count when all were added; otherwise nothing changed, and pfns[result] is the first page that could not be
 * @cost   O(log regions) for every page
 */
/*@ requires   valid:   Machine(m) && Apart(m, pfns, count);
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);

    behavior done:
      assumes           AllRemoved(m, pfns, count) && Distinct(pfns, count);
      ensures  count:   \result == count;
      ensures  given:   \forall integer p; ListedAt{Pre}(m, pfns, count, p) ==>
                          FreeAt(m, p) && !BlockAt(m, p) && !MarkAt(m, p);
      ensures  others:  \forall integer p; !ListedAt{Pre}(m, pfns, count, p) ==> SameAt{Pre, Here}(m, p);

    behavior refused:
      assumes           !(AllRemoved(m, pfns, count) && Distinct(pfns, count));
      ensures  place:   \result < count;
      ensures  right:   AllRemoved{Pre}(m, pfns, \result) && Distinct{Pre}(pfns, \result);
      ensures  wrong:   !RemovedFrame{Pre}(m, pfns[\result]) || NamedBefore{Pre}(pfns, \result);
      ensures  same:    SameState{Pre, Here}(m);

    complete behaviors;  disjoint behaviors;
*/
uint64_t np_add_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count);

/**
 * Frees a block of contiguous memory by its first page.
 *
 * @clause F2, M5
 * @return the pages freed, or 0 when no block starts there, and nothing changed
 * @cost   O(log regions), and a step for every page of the block
 */
/*@ requires   valid:   Machine(m) && HeldPresent(m);
    NP_RETURNS
    assigns             NP_STATE(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent(m);

    behavior done:
      assumes           HeadFrame(m, pfn);
      ensures  size:    1 <= \result;
      ensures  block:   \forall integer s, p; Page(m, s, p, pfn) ==> BlockOf{Pre}(m, p, \result);
      ensures  given:   \forall integer s, p, q; Page(m, s, p, pfn) && p <= q < p + \result ==>
                          FreeAt(m, q) && !BlockAt(m, q) && !MarkAt(m, q);
      ensures  others:  \forall integer s, p, q; Page(m, s, p, pfn) && !(p <= q < p + \result) ==>
                          SameAt{Pre, Here}(m, q);

    behavior refused:
      assumes           !HeadFrame(m, pfn);
      ensures  none:    \result == 0;
      ensures  same:    SameState{Pre, Here}(m);

    complete behaviors;  disjoint behaviors;
*/
uint64_t np_free_contiguous(struct np_machine *m, uint64_t pfn);

#endif
