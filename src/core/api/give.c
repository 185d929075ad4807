/* SPDX-License-Identifier: MIT */
#include "give.h"
#include "give_lemmas.h"
#include "../machine/batch.h"
#include "../bits/bitmap.h"
#include "../machine/state.h"
#include "../machine/planes.h"

/* Whether the page at a position is allocated by a pages request or, with `removed`, hot-removed. */
/*@ requires   valid:   Table(m) && Planes(m) && Present(m, p) && p < m->free.positions;
    NP_PURE
    ensures    held:    \result <==> HeldAt(m, removed, p);
*/
static bool held_at(const struct np_machine *m, uint64_t p, bool removed)
{
    return !np_bit(m->free.words, p) && !np_bit(m->block, p) && np_bit(m->mark, p) == removed;
}

/* Where the pages end that are listed from place i on, rise in region s, and are held as they should be. */
/*@ requires   valid:   Table(m) && Planes(m) && 0 <= s < m->regions;
    requires   list:    i < count && \valid_read(pfns + (0 .. count - 1));
    requires   in:      m->region[s].first <= pfns[i] < m->region[s].first + m->region[s].pages;
    NP_PURE
    ensures    inside:  i <= \result <= count;
    ensures    in:      \forall integer k; i <= k < \result ==>
                          m->region[s].first <= pfns[k] < m->region[s].first + m->region[s].pages;
    ensures    rising:  Rising(pfns, i, \result);
    ensures    held:    \forall integer k; i <= k < \result ==> HeldFrame(m, removed, pfns[k]);
    ensures    wrong:   \result == i ==> !HeldFrame(m, removed, pfns[i]);
*/
static uint64_t held_to(const struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t count,
                        bool removed)
{
    const struct np_listed x = np_batch(m, s, pfns, i, count);
    //@ assert rising: Rising(pfns, i, x.to);
    //@ ghost np_lemma_batch(m, s, x);
    //@ ghost np_lemma_pages(m);
    uint64_t k = i;
    /*@ loop invariant at:   i <= k <= x.to;
        loop invariant held: \forall integer j; i <= j < k ==> HeldFrame(m, removed, pfns[j]);
        loop assigns k;
        loop variant x.to - k;
    */
    while (k < x.to) {
        const uint64_t p = x.base + (pfns[k] - x.first);
        //@ assert page: Page(m, s, p, pfns[k]);
        if (!held_at(m, p, removed)) break;
        //@ assert held: HeldFrame(m, removed, pfns[k]);
        k++;
    }
    return k;
}

/* Takes the marks off pages listed, which lie in [from, end). */
/*@ requires   valid:   Table(m) && Planes(m) && Listable(x, from, end) && end <= m->free.positions && ApartFromPlanes(m, x);
    NP_RETURNS
    assigns             NP_MARKS(m);
    ensures    planes:  Planes(m);
    ensures    list:    \forall integer k; x.from <= k < x.to ==> x.pfns[k] == \at(x.pfns[k], Pre);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) && !Named{Pre}(x, p);
*/
static void clear_marks(struct np_machine *m, struct np_listed x)
/*@ ghost (uint64_t from, uint64_t end) */
{
    /*@ loop invariant at:    x.from <= k <= x.to;
        loop invariant valid: Planes(m);
        loop invariant list:  \forall integer j; x.from <= j < x.to ==> x.pfns[j] == \at(x.pfns[j], Pre);
        loop invariant free:  \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
        loop invariant block: \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
        loop invariant mark:  \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) && !NamedIn{Pre}(x, x.from, k, p);
        loop assigns k, NP_MARKS(m);
        loop variant x.to - k;
    */
    for (uint64_t k = x.from; k < x.to; k++) {
        const uint64_t p = x.base + (x.pfns[k] - x.first);
        //@ assert here: \forall integer q; Names{Pre}(x, k, q) <==> q == p;
        //@ ghost const uint64_t next = k + 1;
        //@ assert last: NamedIn{Pre}(x, x.from, next, p);
        //@ assert more: \forall integer q; NamedIn{Pre}(x, x.from, next, q) <==> NamedIn{Pre}(x, x.from, k, q) || q == p;
        np_clear_marks(m, p, 1);
    }
}

/* Gives the pages of places [i, to) back, which rise in region s. */
/*@ requires   valid:   Table(m) && Planes(m) && 0 <= s < m->regions;
    requires   list:    i < to <= count && Apart(m, pfns, count);
    requires   in:      \forall integer k; i <= k < to ==>
                          m->region[s].first <= pfns[k] < m->region[s].first + m->region[s].pages;
    requires   rising:  Rising(pfns, i, to);
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    planes:  Planes(m);
    ensures    list:    \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) || ListedBetween{Pre}(m, pfns, i, to, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) && !(removed && ListedBetween{Pre}(m, pfns, i, to, p));
*/
static void give_batch(struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t to, bool removed)
/*@ ghost (uint64_t count) */
{
    //@ ghost np_lemma_region(m, s);
    const struct np_listed x = {pfns, i, to, (uint64_t)m->region[s].first, (uint64_t)m->region[s].base};
    //@ ghost np_lemma_batch(m, s, x);
    const uint64_t from = x.base + (pfns[i] - x.first);
    const uint64_t end = x.base + (pfns[to - 1] - x.first) + 1;
    //@ assert named: \forall integer p; ListedBetween{Pre}(m, pfns, i, to, p) <==> Named{Pre}(x, p);
    //@ assert inside: \forall integer k; i <= k < to ==> x.first <= pfns[k] && from <= x.base + (pfns[k] - x.first) < end;
    np_set_free_listed(m, x, from, end);
    //@ assert list: \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
    //@ assert names: \forall integer k, p; i <= k < to ==> (Names(x, k, p) <==> Names{Pre}(x, k, p));
    //@ assert same: \forall integer p; Named(x, p) <==> Named{Pre}(x, p);
    //@ assert listable: Listable(x, from, end);
    if (removed) clear_marks(m, x) /*@ ghost (from, end) */;
}

/* Gives pages back batch by batch; stops at the first that is not held as it should be. */
/*@ requires   valid:   Machine(m) && Apart(m, pfns, count);
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    inside:  \result <= count;
    ensures    right:   AllHeld{Pre}(m, removed, pfns, \result) && Distinct{Pre}(pfns, \result);
    ensures    wrong:   \result < count ==>
                          !HeldFrame{Pre}(m, removed, pfns[\result]) || NamedBefore{Pre}(pfns, \result);
    ensures    given:   \forall integer p; ListedAt{Pre}(m, pfns, \result, p) ==>
                          FreeAt(m, p) && !BlockAt(m, p) && !MarkAt(m, p);
    ensures    others:  \forall integer p; !ListedAt{Pre}(m, pfns, \result, p) ==> SameAt{Pre, Here}(m, p);
*/
static uint64_t give_each(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool removed)
{
    //@ ghost np_lemma_pages(m);
    //@ ghost lemma_list(m, pfns, count, removed);
    uint64_t i = 0;
    /*@ loop invariant at:       0 <= i <= count;
        loop invariant valid:    Table(m) && Planes(m);
        loop invariant list:     \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
        loop invariant right:    AllHeld{Pre}(m, removed, pfns, i);
        loop invariant distinct: Distinct{Pre}(pfns, i);
        loop invariant block:    \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
        loop invariant free:     \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) || ListedAt{Pre}(m, pfns, i, p);
        loop invariant mark:     \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) && !(removed && ListedAt{Pre}(m, pfns, i, p));
        loop assigns i, NP_PAGES(m);
        loop variant count - i;
    */
    while (i < count) {
        /*@ assert page:  \forall integer t, q, k; 0 <= k < count ==> (Page(m, t, q, pfns[k]) <==> Page(m, t, q, \at(pfns[k], Pre))); */
        /*@ assert same:  \forall integer k, q; k <= count ==> (ListedBetween(m, pfns, i, k, q) <==> ListedBetween{Pre}(m, pfns, i, k, q)); */
        /*@ assert more:  \forall integer k, q; i <= k <= count ==> (ListedAt{Pre}(m, pfns, k, q) <==>
                            ListedAt{Pre}(m, pfns, i, q) || ListedBetween{Pre}(m, pfns, i, k, q)); */
        /*@ assert now:   \forall integer q; HeldAt(m, removed, q) <==> HeldAt{Pre}(m, removed, q) && !ListedAt{Pre}(m, pfns, i, q); */
        /*@ assert held:  \forall integer f; HeldFrame(m, removed, f) ==> HeldFrame{Pre}(m, removed, f); */
        /*@ assert named: \forall integer j, t, q; 0 <= j < i && Page(m, t, q, \at(pfns[j], Pre)) ==> ListedAt{Pre}(m, pfns, i, q); */
        /*@ assert new:   \forall integer j; 0 <= j < i ==> !HeldFrame(m, removed, \at(pfns[j], Pre)); */
        /*@ assert wrong: !HeldFrame(m, removed, pfns[i]) ==> !HeldFrame{Pre}(m, removed, pfns[i]) || NamedBefore{Pre}(pfns, i); */
        const uint32_t s = np_locate(m, pfns[i]);
        if (s == NP_NO_REGION) break;
        const uint64_t to = held_to(m, s, pfns, i, count, removed);
        if (to == i) break;
        /*@ assert fresh:  \forall integer k; i <= k < to ==> HeldFrame{Pre}(m, removed, \at(pfns[k], Pre)); */
        /*@ assert right:  AllHeld{Pre}(m, removed, pfns, to); */
        /*@ assert first:  \forall integer a, b; 0 <= a < b < i ==> \at(pfns[a], Pre) != \at(pfns[b], Pre); */
        /*@ assert across: \forall integer a, b; 0 <= a < i <= b < to ==> \at(pfns[a], Pre) != \at(pfns[b], Pre); */
        /*@ assert last:   \forall integer a, b; i <= a < b < to ==> \at(pfns[a], Pre) != \at(pfns[b], Pre); */
        /*@ assert low:    \forall integer a, b; 0 <= a < i && a < b < to ==> \at(pfns[a], Pre) != \at(pfns[b], Pre); */
        /*@ assert pairs:  \forall integer a, b; 0 <= a < b < to ==> \at(pfns[a], Pre) != \at(pfns[b], Pre); */
        /*@ assert distinct: Distinct{Pre}(pfns, to); */
        //@ ghost before: ;
        give_batch(m, s, pfns, i, to, removed) /*@ ghost (count) */;
        //@ assert kept: \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], before);
        i = to;
    }
    /*@ assert listed: \forall integer p; ListedAt{Pre}(m, pfns, i, p) ==> HeldAt{Pre}(m, removed, p); */
    /*@ assert free:   \forall integer p; FreeAt(m, p) ==> Present(m, p) && !BlockAt(m, p) && !MarkAt(m, p); */
    /*@ assert rest:   \forall integer p; BlockAt(m, p) && !MarkAt(m, p) ==> BlockAt(m, p - 1); */
    return i;
}

/* Gives pages back, all or none. */
/*@ requires   valid:   Machine(m) && Apart(m, pfns, count);
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    inside:  \result <= count;
    ensures    right:   AllHeld{Pre}(m, removed, pfns, \result) && Distinct{Pre}(pfns, \result);
    ensures    wrong:   \result < count ==>
                          !HeldFrame{Pre}(m, removed, pfns[\result]) || NamedBefore{Pre}(pfns, \result);
    ensures    all:     AllHeld{Pre}(m, removed, pfns, count) && Distinct{Pre}(pfns, count) ==> \result == count;
    ensures    given:   \result == count ==> \forall integer p; ListedAt{Pre}(m, pfns, count, p) ==>
                          FreeAt(m, p) && !BlockAt(m, p) && !MarkAt(m, p);
    ensures    others:  \result == count ==> \forall integer p; !ListedAt{Pre}(m, pfns, count, p) ==>
                          SameAt{Pre, Here}(m, p);
    ensures    same:    \result < count ==> SameState{Pre, Here}(m);
*/
static uint64_t give_all(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool removed)
{
    //@ ghost lemma_list(m, pfns, count, removed);
    const uint64_t given = give_each(m, pfns, count, removed);
    //@ assert list: \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
    /*@ assert pages: \forall integer s, q, i; 0 <= i < given ==>
                        (Page(m, s, q, pfns[i]) <==> Page(m, s, q, \at(pfns[i], Pre))); */
    //@ assert old: \forall integer q; ListedAt{Pre}(m, pfns, given, q) ==> ListedAt(m, pfns, given, q);
    //@ assert new: \forall integer q; ListedAt(m, pfns, given, q) ==> ListedAt{Pre}(m, pfns, given, q);
    //@ assert same: \forall integer q; ListedAt(m, pfns, given, q) <==> ListedAt{Pre}(m, pfns, given, q);
    /*@ assert free: \forall integer s, q, i; 0 <= i < given && Page(m, s, q, pfns[i]) ==>
                       ListedAt(m, pfns, given, q) && FreeAt(m, q); */
    //@ assert page: \forall integer i; 0 <= i < given ==> HeldFrame{Pre}(m, removed, pfns[i]);
    //@ ghost np_lemma_pages(m);
    //@ assert held: \forall integer q; ListedAt{Pre}(m, pfns, given, q) ==> HeldAt{Pre}(m, removed, q);
    if (given < count) np_take_pages(m, pfns, given, removed);
    return given;
}

uint64_t np_free_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count)
{
    //@ assert kind: \forall integer f; HeldFrame(m, 0, f) <==> AllocatedFrame(m, f);
    //@ assert all: AllAllocated(m, pfns, count) ==> AllHeld(m, 0, pfns, count);
    return give_all(m, pfns, count, false);
}

uint64_t np_add_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count)
{
    //@ assert kind: \forall integer f; HeldFrame(m, 1, f) <==> RemovedFrame(m, f);
    //@ assert all: AllRemoved(m, pfns, count) ==> AllHeld(m, 1, pfns, count);
    return give_all(m, pfns, count, true);
}

/* The position past the block that starts at p. */
/*@ requires   valid:   Machine(m) && HeadAt(m, p) && 0 <= p;
    NP_PURE
    ensures    inside:  p < \result <= m->free.positions;
    ensures    block:   BlockOf(m, p, \result - p);
*/
static uint64_t block_end(const struct np_machine *m, uint64_t p)
{
    return np_bits_next_cut(m->block, m->mark, p + 1, (uint64_t)m->free.positions);
}

uint64_t np_free_contiguous(struct np_machine *m, uint64_t pfn)
{
    const uint64_t p = np_position_of(m, pfn);
    if (p == NP_NONE || !np_bit(m->block, p) || !np_bit(m->mark, p)) return 0;
    const uint64_t end = block_end(m, p);
    //@ assert whole: \forall integer q; p <= q < end ==> BlockAt(m, q) && Present(m, q);
    //@ assert last:  !(BlockAt(m, end) && !MarkAt(m, end));
    np_clear_block(m, p, end - p);
    np_clear_marks(m, p, 1);
    np_set_free(m, p, end - p);
    //@ assert free:  \forall integer q; FreeAt(m, q) <==> FreeAt{Pre}(m, q) || p <= q < end;
    //@ assert block: \forall integer q; BlockAt(m, q) <==> BlockAt{Pre}(m, q) && !(p <= q < end);
    //@ assert mark:  \forall integer q; MarkAt(m, q) <==> MarkAt{Pre}(m, q) && q != p;
    //@ assert given: \forall integer q; p <= q < end ==> !MarkAt(m, q);
    //@ assert vacant: \forall integer q; FreeAt(m, q) ==> Present(m, q) && !BlockAt(m, q) && !MarkAt(m, q);
    //@ assert rest:  \forall integer q; BlockAt(m, q) && !MarkAt(m, q) ==> BlockAt(m, q - 1);
    return end - p;
}
