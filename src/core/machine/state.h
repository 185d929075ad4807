/* SPDX-License-Identifier: MIT */
/*
 * The states of pages: how they change, and what they are.
 */
#ifndef NP_STATE_H
#define NP_STATE_H

#include "machine.h"
#include "../../../spec/logic/census.acsl"

/** What a page is (M3). */
enum np_state { NP_ABSENT, NP_FREE, NP_ALLOCATED, NP_REMOVED };

/**
 * Whether bit p of a row of bits is set.
 *
 * @param words  the words that hold it
 * @cost  a step
 */
/*@ requires   words:   \valid_read(words + p / 64);
    NP_PURE
    ensures    bit:     \result <==> Bit(words, p);
*/
bool np_bit(const uint64_t *words, uint64_t p);

/*@ ghost
  // A page frame has one place, and so has a position.
  /@ requires   valid:    Table(m);
     NP_PURE
     ensures    place:    \forall integer s, p, t, q, f; Page(m, s, p, f) && Page(m, t, q, f) ==> s == t && p == q;
     ensures    position: \forall integer s, t, p, f, g; Page(m, s, p, f) && Page(m, t, p, g) ==> s == t && f == g;
  @/
  void np_lemma_pages(const struct np_machine *m);
*/

/**
 * The position of a page.
 *
 * @return the position, or NP_NONE when the page is absent
 * @cost   O(log regions)
 */
/*@ requires   valid:   Table(m);
    NP_PURE
    ensures    found:   \result != NP_NONE ==> \exists integer s; Page(m, s, \result, pfn);
    ensures    one:     \forall integer s, p; Page(m, s, p, pfn) ==> \result == p;
    ensures    inside:  \result != NP_NONE ==> \result < m->free.positions && Present(m, \result);
*/
uint64_t np_position_of(const struct np_machine *m, uint64_t pfn);

/**
 * What a page is. Pages of contiguous memory are allocated, too.
 *
 * @clause M3
 * @cost   O(log regions)
 */
/*@ requires   valid:     Machine(m);
    NP_PURE
    ensures    absent:    \result == NP_ABSENT <==> \forall integer s, p; !Page(m, s, p, pfn);
    ensures    free:      \result == NP_FREE <==> FreeFrame(m, pfn);
    ensures    allocated: \result == NP_ALLOCATED <==> AllocatedFrame(m, pfn) || BlockFrame(m, pfn);
    ensures    removed:   \result == NP_REMOVED <==> RemovedFrame(m, pfn);
*/
enum np_state np_page_state(const struct np_machine *m, uint64_t pfn);

/**
 * The node of a page.
 *
 * @clause M2
 * @return the node, or UINT32_MAX when the page is absent
 * @cost   O(log regions)
 */
/*@ requires   valid:   Table(m);
    NP_PURE
    ensures    node:    \forall integer s, p; Page(m, s, p, pfn) ==> \result == m->region[s].node;
    ensures    absent:  (\forall integer s, p; !Page(m, s, p, pfn)) ==> \result == UINT32_MAX;
*/
uint32_t np_page_node(const struct np_machine *m, uint64_t pfn);

/**
 * How many pages are in each state.
 *
 * @clause M4
 * @cost   O(pages / 64), and a step for every run of free pages, every removed page and every block
 */
/*@ requires   valid:   Machine(m) && HeldPresent(m);
    NP_PURE
    ensures    sum:     \result.present == \result.free + \result.allocated + \result.removed;
    ensures    exact:   Census(m, m->free.positions, \result.free, \result.allocated, \result.removed);
*/
struct np_census np_count_pages(const struct np_machine *m);

/**
 * Takes free pages, to be allocated or, with `remove`, removed.
 *
 * @clause M3, M4, F3
 * @param pfns   the pages, in any order; not changed
 * @param count  their number
 * @cost  O(log regions + log positions) for every row of pages that follow each other in the list, and a step for every page
 */
/*@ requires   valid:   Machine(m) && Apart(m, pfns, count);
    requires   free:    \forall integer i; 0 <= i < count ==> FreeFrame(m, pfns[i]);
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    taken:   \forall integer p; ListedAt{Pre}(m, pfns, count, p) ==>
                          TakenAt(m, remove, p);
    ensures    others:  \forall integer p; !ListedAt{Pre}(m, pfns, count, p) ==> SameAt{Pre, Here}(m, p);
*/
void np_take_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool remove);

/**
 * Takes the free pages of an interval of positions, to be allocated or, with `remove`, removed.
 *
 * @clause M3, M4, F3
 * @cost  O((end - from) / 64 + log positions); with `remove` O(log positions) for every run too
 */
/*@ requires   valid:   Machine(m) && from <= end <= m->free.positions;
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    taken:   \forall integer p; from <= p < end && FreeAt{Pre}(m, p) ==> TakenAt(m, remove, p);
    ensures    others:  \forall integer p; !(from <= p < end && FreeAt{Pre}(m, p)) ==> SameAt{Pre, Here}(m, p);
*/
void np_take_free(struct np_machine *m, uint64_t from, uint64_t end, bool remove);

/**
 * Takes a row of free pages, to be allocated or, with `remove`, removed.
 *
 * @clause M3, M4, F3
 * @param position  the position of the first page
 * @param count     the number of pages, 1 or more
 * @cost  O(count / 64)
 */
/*@ requires   valid:   Machine(m);
    requires   free:    1 <= count && Run(&m->free, position, count);
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    taken:   \forall integer p; position <= p < position + count ==> TakenAt(m, remove, p);
    ensures    others:  \forall integer p; !(position <= p < position + count) ==> SameAt{Pre, Here}(m, p);
*/
void np_take_row(struct np_machine *m, uint64_t position, uint64_t count, bool remove);

/**
 * Takes free pages as one block of contiguous memory.
 *
 * @clause M3, M4
 * @param position  the position of the first page
 * @param count     the number of pages, 1 or more
 * @cost  O(count / 64)
 */
/*@ requires   valid:   Machine(m);
    requires   free:    1 <= count && Run(&m->free, position, count);
    NP_RETURNS
    assigns             NP_STATE(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    block:   BlockOf(m, position, count);
    ensures    others:  \forall integer p; !(position <= p < position + count) ==> SameAt{Pre, Here}(m, p);
*/
void np_take_block(struct np_machine *m, uint64_t position, uint64_t count);

#endif
