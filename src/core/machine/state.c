/* SPDX-License-Identifier: MIT */
#include "state.h"
#include "state_lemmas.h"
#include "../bits/bitmap.h"
#include "../index/index.h"
#include "planes.h"

bool np_bit(const uint64_t *words, uint64_t p)
{
    return (words[p / 64] >> (p % 64) & 1) != 0;
}

uint64_t np_position_of(const struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = np_locate(m, pfn);
    if (s == NP_NO_REGION) return NP_NONE;
    //@ ghost np_lemma_region(m, s);
    //@ ghost lemma_page(m, s, pfn);
    return (uint64_t)m->region[s].base + (pfn - (uint64_t)m->region[s].first);
}

enum np_state np_page_state(const struct np_machine *m, uint64_t pfn)
{
    const uint64_t p = np_position_of(m, pfn);
    if (p == NP_NONE) return NP_ABSENT;
    if (np_bit(m->free.words, p)) return NP_FREE;
    if (!np_bit(m->block, p) && np_bit(m->mark, p)) return NP_REMOVED;
    return NP_ALLOCATED;
}

uint32_t np_page_node(const struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = np_locate(m, pfn);
    if (s == NP_NO_REGION) return UINT32_MAX;
    //@ ghost np_lemma_region(m, s);
    //@ ghost lemma_page(m, s, pfn);
    return (uint32_t)m->region[s].node;
}

/* The pages present. */
/*@ requires   valid:   Table(m);
    NP_PURE
    ensures    exact:   PresentTotal(m, m->free.positions, \result);
*/
static uint64_t count_present(const struct np_machine *m)
{
    uint64_t count = 0;
    //@ ghost uint64_t from = 0;
    /*@ loop invariant at:     0 <= s <= m->regions;
        loop invariant inside: count <= from <= m->free.positions;
        loop invariant from:   \forall integer t, p; s <= t && In(m, t, p) ==> from <= p;
        loop invariant ended:  \forall integer t, p; t < s && In(m, t, p) ==> p < from;
        loop invariant exact:  PresentTotal(m, from, count);
        loop assigns s, count, from;
        loop variant m->regions - s;
    */
    for (uint32_t s = 0; s < m->regions; s++) {
        //@ ghost np_lemma_region(m, s);
        //@ ghost uint64_t base = (uint64_t)m->region[s].base;
        //@ ghost uint64_t end = (uint64_t)m->region[s].base + (uint64_t)m->region[s].pages;
        //@ assert first: In(m, s, base);
        //@ assert above: \forall integer t, q; s < t && Before(m, s, t) && In(m, t, q) ==> end <= q;
        //@ assert later: \forall integer t, q; s < t && In(m, t, q) ==> end <= q;
        //@ assert gap: \forall integer q; from <= q < base ==> !Present(m, q);
        //@ assert here: \forall integer q; base <= q < end ==> In(m, s, q);
        //@ ghost lemma_no_present(m, from, base, count);
        //@ ghost lemma_all_present(m, base, end, count);
        //@ ghost from = end;
        count += (uint64_t)m->region[s].pages;
    }
    //@ ghost lemma_no_present(m, from, (uint64_t)m->free.positions, count);
    return count;
}

/* The pages that are free. */
/*@ requires   valid:   Machine(m);
    NP_PURE
    ensures    exact:   FreeTotal(m, m->free.positions, \result);
*/
static uint64_t count_free(const struct np_machine *m)
{
    const uint64_t end = (uint64_t)m->free.positions;
    uint64_t count = 0;
    /*@ loop invariant inside: count <= p <= end;
        loop invariant exact:  FreeTotal(m, p, count);
        loop assigns p, count;
        loop variant end - p;
    */
    for (uint64_t p = 0; p < end;) {
        const uint64_t free = np_index_next_free(&m->free, p, end);
        //@ ghost lemma_no_free(m, p, free, count);
        p = np_index_next_used(&m->free, free, end);
        //@ assert free: \forall integer q; free <= q < p ==> FreeAt(m, q);
        //@ ghost lemma_all_free(m, free, p, count);
        count += p - free;
    }
    return count;
}

/* The pages that are removed. */
/*@ requires   valid:   Machine(m) && HeldPresent(m);
    NP_PURE
    ensures    exact:   RemovedTotal(m, m->free.positions, \result);
*/
static uint64_t count_removed(const struct np_machine *m)
{
    const uint64_t end = (uint64_t)m->free.positions;
    uint64_t count = 0;
    uint64_t p = 0;
    /*@ loop invariant inside: count <= p <= end;
        loop invariant exact:  RemovedTotal(m, p, count);
        loop assigns p, count;
        loop variant end - p;
    */
    while (p < end) {
        const uint64_t marked = np_bits_next_set(m->mark, p, end);
        //@ ghost lemma_no_removed(m, p, marked, count);
        if (marked == end) return count;
        //@ assert removed: RemovedAt(m, marked) <==> !BlockAt(m, marked);
        if (!np_bit(m->block, marked)) count++;
        p = marked + 1;
    }
    return count;
}

struct np_census np_count_pages(const struct np_machine *m)
{
    struct np_census census = {count_present(m), count_free(m), 0, count_removed(m)};
    //@ ghost lemma_census(m);
    census.allocated = census.present - census.free - census.removed;
    return census;
}

/* How many of the pages listed from place i on follow each other in one region. */
/*@ requires   valid:   Table(m) && 0 <= s < m->regions;
    requires   list:    i < count && \valid_read(pfns + (0 .. count - 1));
    requires   in:      m->region[s].first <= pfns[i] < m->region[s].first + m->region[s].pages;
    NP_PURE
    ensures    inside:  1 <= \result <= count - i && pfns[i] + \result <= m->region[s].first + m->region[s].pages;
    ensures    row:     \forall integer k; i <= k < i + \result ==> pfns[k] == pfns[i] + (k - i);
*/
static uint64_t row_length(const struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t count)
{
    //@ ghost np_lemma_region(m, s);
    const uint64_t room = (uint64_t)m->region[s].first + (uint64_t)m->region[s].pages - pfns[i];
    uint64_t n = 1;
    /*@ loop invariant inside: 1 <= n <= count - i && n <= room;
        loop invariant row:    \forall integer k; i <= k < i + n ==> pfns[k] == pfns[i] + (k - i);
        loop assigns n;
        loop variant count - n;
    */
    while (n < count - i && n < room && pfns[i + n] == pfns[i] + n) {
        n++;
    }
    return n;
}

/* Takes the row of pages that begins at place i of a list, and says how many they are. */
/*@ requires   valid:   Table(m) && Planes(m) && 0 <= s < m->regions;
    requires   list:    i < count && Apart(m, pfns, count);
    requires   in:      m->region[s].first <= pfns[i] < m->region[s].first + m->region[s].pages;
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    inside:  1 <= \result <= count - i;
    ensures    planes:  Planes(m);
    ensures    list:    \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !ListedBetween{Pre}(m, pfns, i, i + \result, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==>
                          MarkAt{Pre}(m, p) || (remove && ListedBetween{Pre}(m, pfns, i, i + \result, p));
*/
static uint64_t take_row(struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t count,
                         bool remove)
{
    //@ ghost np_lemma_region(m, s);
    const uint64_t p = (uint64_t)m->region[s].base + (pfns[i] - (uint64_t)m->region[s].first);
    const uint64_t n = row_length(m, s, pfns, i, count);
    //@ ghost lemma_row_listed(m, s, pfns, i, n);
    np_set_used(m, p, n);
    if (remove) np_set_marks(m, p, n);
    return n;
}

void np_take_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool remove)
{
    //@ ghost np_lemma_pages(m);
    /*@ assert listed: \forall integer p; ListedAt(m, pfns, count, p) ==>
                         FreeAt(m, p) && !BlockAt(m, p) && !MarkAt(m, p); */
    /*@ loop invariant at:     0 <= i <= count;
        loop invariant valid:  Table(m) && Planes(m);
        loop invariant list:   \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
        loop invariant block:  \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
        loop invariant free:   \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !ListedAt{Pre}(m, pfns, i, p);
        loop invariant mark:   \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) || (remove && ListedAt{Pre}(m, pfns, i, p));
        loop assigns i, NP_PAGES(m);
        loop variant count - i;
    */
    for (uint64_t i = 0; i < count;) {
        //@ assert free: FreeFrame{Pre}(m, pfns[i]);
        const uint32_t s = np_locate(m, pfns[i]);
        //@ ghost np_lemma_region(m, s);
        /*@ assert page: \forall integer t, q, k; 0 <= k < count ==> (Page(m, t, q, pfns[k]) <==> Page(m, t, q, \at(pfns[k], Pre))); */
        //@ assert back: \forall integer k, q; k <= count && ListedBetween{Pre}(m, pfns, i, k, q) ==> ListedBetween(m, pfns, i, k, q);
        //@ assert forth: \forall integer k, q; k <= count && ListedBetween(m, pfns, i, k, q) ==> ListedBetween{Pre}(m, pfns, i, k, q);
        /*@ assert same: \forall integer k, q; k <= count ==>
                           (ListedBetween(m, pfns, i, k, q) <==> ListedBetween{Pre}(m, pfns, i, k, q)); */
        //@ ghost before: ;
        const uint64_t n = take_row(m, s, pfns, i, count, remove);
        //@ assert kept: \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], before);
        //@ ghost const uint64_t next = i + n;
        /*@ assert more: \forall integer q; ListedAt{Pre}(m, pfns, next, q) <==>
                           ListedAt{Pre}(m, pfns, i, q) || ListedBetween{Pre}(m, pfns, i, next, q); */
        i += n;
    }
    /*@ assert all: \forall integer p; ListedAt{Pre}(m, pfns, count, p) ==> FreeAt{Pre}(m, p) && !BlockAt{Pre}(m, p) && !MarkAt{Pre}(m, p); */
}

/* Marks the free pages of [from, end). */
/*@ requires   valid:   Table(m) && Planes(m) && from <= end <= m->free.positions;
    NP_RETURNS
    assigns             NP_MARKS(m);
    ensures    planes:  Planes(m);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) || (from <= p < end && FreeAt{Pre}(m, p));
*/
static void mark_free(struct np_machine *m, uint64_t from, uint64_t end)
{
    /*@ loop invariant inside: from <= p <= end;
        loop invariant planes: Planes(m);
        loop invariant free:   \forall integer q; FreeAt(m, q) <==> FreeAt{Pre}(m, q);
        loop invariant block:  \forall integer q; BlockAt(m, q) <==> BlockAt{Pre}(m, q);
        loop invariant mark:   \forall integer q; MarkAt(m, q) <==> MarkAt{Pre}(m, q) || (from <= q < p && FreeAt{Pre}(m, q));
        loop assigns p, NP_MARKS(m);
        loop variant end - p;
    */
    for (uint64_t p = from; p < end;) {
        const uint64_t free = np_index_next_free(&m->free, p, end);
        if (free == end) return;
        p = np_index_next_used(&m->free, free, end);
        np_set_marks(m, free, p - free);
    }
}

void np_take_free(struct np_machine *m, uint64_t from, uint64_t end, bool remove)
{
    if (remove) mark_free(m, from, end);
    np_set_used(m, from, end - from);
    //@ assert free:  \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !(from <= p < end);
    //@ assert block: \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    //@ assert mark:  \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) || (remove && from <= p < end && FreeAt{Pre}(m, p));
}

void np_take_row(struct np_machine *m, uint64_t position, uint64_t count, bool remove)
{
    //@ assert last: FreeAt(m, position + count - 1);
    np_set_used(m, position, count);
    if (remove) np_set_marks(m, position, count);
    //@ assert free:  \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !(position <= p < position + count);
    //@ assert block: \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    /*@ assert mark:  \forall integer p; MarkAt(m, p) <==>
                        MarkAt{Pre}(m, p) || (remove && position <= p < position + count); */
}

void np_take_block(struct np_machine *m, uint64_t position, uint64_t count)
{
    //@ assert last: FreeAt(m, position + count - 1);
    //@ assert end:  !RestAt(m, position + count);
    np_set_used(m, position, count);
    np_set_block(m, position, count);
    np_set_marks(m, position, 1);
    //@ assert free:  \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !(position <= p < position + count);
    //@ assert block: \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p) || position <= p < position + count;
    //@ assert mark:  \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) || p == position;
    //@ assert rest:  \forall integer q; position < q < position + count ==> RestAt(m, q);
}
