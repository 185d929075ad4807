/* SPDX-License-Identifier: MIT */
#include "place.h"
#include "place_lemmas.h"
#include "../ranges/fit.h"
#include "../index/index.h"
#include "../request/request.h"

/* The lowest position in [from, end) where a block of free pages lies before `end` and crosses no boundary. */
/*@ requires   valid:   Searchable(m) && FreePresent(m) && end <= m->free.positions;
    requires   count:   1 <= count <= NP_STEP_LIMIT && (boundary == 0 || count <= boundary <= NP_STEP_LIMIT);
    NP_PURE
    ensures    inside:  \result != NP_NONE ==> from <= \result && \result + count <= end;
    ensures    found:   \result != NP_NONE ==> FreePlace(m, count, boundary, \result);
    ensures    row:     \result != NP_NONE ==> Consecutive(m, \result, count);
    ensures    lowest:  \result != NP_NONE ==> NoFreePlace(m, count, boundary, from, \result);
    ensures    none:    \result == NP_NONE ==> NoFreePlace(m, count, boundary, from, end - count + 1);
*/
static uint64_t place_between(const struct np_machine *m, uint64_t from, uint64_t end, uint64_t count,
                              uint64_t boundary)
{
    uint64_t at = from;
    /*@ loop invariant from:   from <= at;
        loop invariant lowest: NoFreePlace(m, count, boundary, from, at);
        loop assigns at;
        loop variant end - at;
    */
    while (at < end) {
        const uint64_t p = np_index_lowest_run(&m->free, at, end, count);
        if (p == NP_NONE) {
            //@ assert none: NoFreePlace(m, count, boundary, at, end - count + 1);
            return NP_NONE;
        }
        //@ assert passed: NoFreePlace(m, count, boundary, at, p);
        //@ assert free: FreeAt(m, p);
        const uint32_t s = np_locate_position(m, p);
        //@ ghost np_lemma_region(m, s);
        //@ ghost lemma_consecutive(m, p, count);
        const uint64_t f = (uint64_t)m->region[s].first + (p - (uint64_t)m->region[s].base);
        const uint64_t start = np_fit_boundary(f, count, boundary);
        if (start == f) return p;
        //@ ghost lemma_near(f, count, boundary, start);
        //@ ghost lemma_skipped(m, s, p, count, boundary, f, start);
        at = p + (start - f);
    }
    return NP_NONE;
}

uint64_t np_place_on_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t count,
                          uint64_t boundary)
{
    const uint64_t low = np_position_from(m, r.first);
    const uint64_t high = np_position_from(m, r.end);
    //@ assert splits: Splits(m, r.first, low) && Splits(m, r.end, high);
    //@ ghost lemma_window(m, r, low, high);
    /*@ loop invariant at:   s <= m->regions;
        loop invariant none: \forall integer t; 0 <= t < s ==>
                               NoPlaceIn(m, node, r, count, boundary, t, m->free.positions);
        loop assigns s;
        loop variant m->regions - s;
    */
    for (uint32_t s = 0; s < m->regions; s++) {
        //@ ghost np_lemma_region(m, s);
        if ((uint32_t)m->region[s].node != node) continue;
        const uint64_t base = (uint64_t)m->region[s].base;
        const uint64_t end = base + (uint64_t)m->region[s].pages;
        //@ ghost lemma_on(m, s, node, r, count, boundary, low, high, end);
        const uint64_t p = place_between(m, base < low ? low : base, high < end ? high : end, count, boundary);
        if (p != NP_NONE) {
            //@ assert in: In(m, s, p);
            //@ assert here: NoPlaceIn(m, node, r, count, boundary, s, p);
            //@ ghost lemma_found(m, s, node, r, count, boundary, p);
            return p;
        }
        //@ assert here: NoPlaceIn(m, node, r, count, boundary, s, m->free.positions);
    }
    //@ ghost lemma_all(m, node, r, count, boundary, m->free.positions);
    //@ assert inside: \forall integer p; PlaceOn(m, node, r, count, boundary, p) ==> Eligible(m, node, r, p);
    return NP_NONE;
}

uint64_t np_place_anywhere(const struct np_machine *m, struct np_steps r, uint64_t count, uint64_t boundary)
{
    const uint64_t low = np_position_from(m, r.first);
    const uint64_t high = np_position_from(m, r.end);
    //@ assert splits: Splits(m, r.first, low) && Splits(m, r.end, high);
    //@ ghost lemma_window(m, r, low, high);
    //@ ghost lemma_any(m, r, count, boundary, low, high);
    return place_between(m, low, high, count, boundary);
}

uint64_t np_place_contiguous(const struct np_machine *m, const struct np_contiguous_request *q)
{
    const struct np_steps r = np_steps_of(q->low, q->high, 0);
    const uint64_t count = np_whole_pages(q->bytes);
    const uint64_t boundary = q->boundary / NP_PAGE_SIZE;
    //@ assert alone: \forall integer i, f; InRange(r, i, f) <==> i == 0 && InByteRange(q->low, q->high, 0, 0, f);
    //@ assert range: RangeFor(q, r);
    //@ ghost np_lemma_boundary(q);
    //@ ghost lemma_boundary_for(q);
    //@ ghost lemma_fits_for(m, q, count, boundary);
    if (q->node == NP_ANY_NODE) {
        //@ ghost lemma_place_any(m, q, r, count, boundary);
        return np_place_anywhere(m, r, count, boundary);
    }
    //@ ghost lemma_place_on(m, q, r, count, boundary);
    return np_place_on_node(m, q->node, r, count, boundary);
}
