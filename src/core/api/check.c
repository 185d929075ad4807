/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "check_lemmas.h"
#include "../index/audit.h"
#include "../bits/bitmap.h"
#include "../machine/state.h"

/* A fault, and the region or the position where it is. */
struct np_finding {
    enum np_fault fault;
    uint64_t where;
};

/* Whether the machine's pointers and sizes keep to the storage. */
/*@ requires   valid:   \valid_read(m) && \valid_read(storage) && StorageAreas(storage);
    NP_PURE
    ensures    placed:  \result <==> Placed(m, storage);
*/
static bool placed(const struct np_machine *m, const struct np_storage *storage)
{
    const int64_t positions = m->free.positions;
    if (positions <= 0 || positions > 2 * (int64_t)NP_PFN_LIMIT || positions % 512 != 0) return false;
    const uint64_t words = (uint64_t)positions / 64;
    if (storage->regions == NULL || storage->words == NULL || storage->summaries == NULL) return false;
    if (m->regions > storage->region_capacity || 3 * words > storage->word_capacity) return false;
    if ((uint64_t)positions / 256 > storage->summary_capacity) return false;
    return m->region == storage->regions && m->free.words == storage->words &&
           m->free.summaries == storage->summaries && m->block == storage->words + words &&
           m->mark == storage->words + 2 * words;
}

/* Whether region s is in itself as it should be. */
/*@ requires   legible: Legible(m) && 0 <= s < m->regions;
    NP_PURE
    ensures    sound:   \result <==> Region(m, s);
*/
static bool region_sound(const struct np_machine *m, uint32_t s)
{
    const struct np_region *x = &m->region[s];
    if (x->first < 0 || x->pages < 1 || x->base < 0 || x->node < 0 || x->node >= (int64_t)m->nodes) return false;
    if (x->pages > (int64_t)NP_PFN_LIMIT || x->first > (int64_t)NP_PFN_LIMIT - x->pages) return false;
    return x->pages <= m->free.positions && x->base <= m->free.positions - x->pages;
}

/* Whether region s follows the one before it as it should. */
/*@ requires   legible: Legible(m) && 1 <= s < m->regions;
    requires   each:    Region(m, s - 1) && Region(m, s);
    NP_PURE
    ensures    sound:   \result <==> Before(m, s - 1, s);
*/
static bool order_sound(const struct np_machine *m, uint32_t s)
{
    const struct np_region *x = &m->region[s - 1];
    const struct np_region *y = &m->region[s];
    const bool frames_touch = x->first + x->pages == y->first;
    const bool positions_touch = x->base + x->pages == y->base;
    if (x->first + x->pages > y->first || x->base + x->pages > y->base) return false;
    return frames_touch == positions_touch && !(frames_touch && x->node == y->node);
}

/* The first fault in the table of regions. */
/*@ requires   legible: Legible(m) && m->free.positions % 512 == 0;
    NP_PURE
    ensures    fault:   Fault(m, \result.fault, \result.where);
    ensures    none:    \result.fault == NP_FAULT_NONE ==> Table(m) && m->free.positions % 512 == 0;
*/
static struct np_finding table_fault(const struct np_machine *m)
{
    struct np_finding found = {NP_FAULT_TABLE, 0};
    if (m->nodes < 1 || m->nodes > NP_MAX_NODES || m->regions < 1 || m->regions > NP_MAX_RANGES) return found;
    /*@ loop invariant at:    0 <= s <= m->regions;
        loop invariant kind:  found.fault == NP_FAULT_TABLE;
        loop invariant each:  \forall integer t; 0 <= t < s ==> Region(m, t);
        loop invariant order: \forall integer t, u; 0 <= t < u < s ==> Before(m, t, u);
        loop assigns s, found.where;
        loop variant m->regions - s;
    */
    for (uint32_t s = 0; s < m->regions; s++) {
        found.where = s;
        if (!region_sound(m, s)) return found;
        if (s > 0 && !order_sound(m, s)) return found;
        //@ assert last: 0 < s ==> Region(m, s - 1) && Before(m, s - 1, s);
        //@ assert before: \forall integer t; 0 <= t < s - 1 ==> Before(m, t, s - 1);
        //@ assert chain: \forall integer t; 0 <= t < s - 1 && Before(m, t, s - 1) ==> Before(m, t, s);
        //@ assert order: \forall integer t; 0 <= t < s ==> Before(m, t, s);
    }
    found.fault = NP_FAULT_NONE;
    return found;
}

/* The first position in [from, end) with any bit set. */
/*@ requires   legible: Legible(m) && from <= end <= m->free.positions;
    NP_PURE
    ensures    inside:  from <= \result <= end;
    ensures    used:    \result < end ==> UsedAt(m, \result);
    ensures    lowest:  \forall integer p; from <= p < \result ==> !UsedAt(m, p);
*/
static uint64_t next_used(const struct np_machine *m, uint64_t from, uint64_t end)
{
    const uint64_t free = np_bits_next_set(m->free.words, from, end);
    const uint64_t block = np_bits_next_set(m->block, from, free);
    return np_bits_next_set(m->mark, from, block);
}

/* A position between regions with a bit set. */
/*@ requires   valid:   Legible(m) && Table(m);
    NP_PURE
    ensures    inside:  \result <= m->free.positions;
    ensures    used:    \result < m->free.positions ==> UsedAt(m, \result) && !Present(m, \result);
    ensures    none:    \result == m->free.positions ==> \forall integer p; UsedAt(m, p) ==> Present(m, p);
*/
static uint64_t used_between(const struct np_machine *m)
{
    uint64_t from = 0;
    /*@ loop invariant at:     0 <= s <= m->regions;
        loop invariant inside: from <= m->free.positions;
        loop invariant from:   \forall integer t, p; s <= t && In(m, t, p) ==> from <= p;
        loop invariant ended:  \forall integer t, p; t < s && In(m, t, p) ==> p < from;
        loop invariant none:   \forall integer p; UsedAt(m, p) && p < from ==> Present(m, p);
        loop assigns s, from;
        loop variant m->regions - s;
    */
    for (uint32_t s = 0; s < m->regions; s++) {
        //@ ghost np_lemma_region(m, s);
        const uint64_t base = (uint64_t)m->region[s].base;
        //@ assert first: In(m, s, base);
        const uint64_t p = next_used(m, from, base);
        //@ assert above: \forall integer t, q; s < t && Before(m, s, t) && In(m, t, q) ==> base < q;
        //@ assert later: \forall integer t, q; s < t && In(m, t, q) ==> base < q;
        //@ assert gap: \forall integer t, q; from <= q < base ==> !In(m, t, q);
        if (p < base) return p;
        from = base + (uint64_t)m->region[s].pages;
        //@ assert here: \forall integer q; base <= q < from ==> In(m, s, q);
        //@ assert present: \forall integer q; base <= q < from ==> Present(m, q);
        //@ assert lower: \forall integer q; q < base && UsedAt(m, q) ==> Present(m, q);
    }
    return next_used(m, from, (uint64_t)m->free.positions);
}

/* The first fault among pages that are absent. */
/*@ requires   valid:   Legible(m) && Table(m);
    NP_PURE
    ensures    fault:   Fault(m, \result.fault, \result.where);
    ensures    none:    \result.fault == NP_FAULT_NONE ==> \forall integer p; UsedAt(m, p) ==> Present(m, p);
*/
static struct np_finding absent_fault(const struct np_machine *m)
{
    struct np_finding found = {NP_FAULT_NONE, used_between(m)};
    if (found.where == (uint64_t)m->free.positions) return found;
    found.fault = np_bit(m->free.words, found.where) ? NP_FAULT_FREE_ABSENT : NP_FAULT_BLOCK;
    return found;
}

/* The first fault among the pages of blocks. */
/*@ requires   legible: Legible(m);
    NP_PURE
    ensures    fault:   Fault(m, \result.fault, \result.where);
    ensures    none:    \result.fault == NP_FAULT_NONE ==>
                          \forall integer p; BlockAt(m, p) ==> !FreeAt(m, p) && (MarkAt(m, p) || BlockAt(m, p - 1));
*/
static struct np_finding block_fault(const struct np_machine *m)
{
    const uint64_t end = (uint64_t)m->free.positions;
    struct np_finding found = {NP_FAULT_NONE, np_bits_next_set(m->block, 0, end)};
    /*@ loop invariant inside: found.where <= end;
        loop invariant kind:   found.fault == NP_FAULT_NONE;
        loop invariant block:  found.where < end ==> BlockAt(m, found.where);
        loop invariant none:   \forall integer p; p < found.where && BlockAt(m, p) ==>
                                 !FreeAt(m, p) && (MarkAt(m, p) || BlockAt(m, p - 1));
        loop assigns found;
        loop variant end - found.where;
    */
    while (found.where < end) {
        const uint64_t p = found.where;
        if (np_bit(m->free.words, p))
            found.fault = NP_FAULT_FREE_HELD;
        else if (!np_bit(m->mark, p) && (p == 0 || !np_bit(m->block, p - 1)))
            found.fault = NP_FAULT_BLOCK;
        if (found.fault != NP_FAULT_NONE) return found;
        found.where = np_bits_next_set(m->block, p + 1, end);
    }
    return found;
}

/* The first fault among the pages that are marked. */
/*@ requires   legible: Legible(m);
    NP_PURE
    ensures    fault:   Fault(m, \result.fault, \result.where);
    ensures    none:    \result.fault == NP_FAULT_NONE ==> \forall integer p; MarkAt(m, p) ==> !FreeAt(m, p);
*/
static struct np_finding mark_fault(const struct np_machine *m)
{
    const uint64_t end = (uint64_t)m->free.positions;
    struct np_finding found = {NP_FAULT_NONE, np_bits_next_set(m->mark, 0, end)};
    /*@ loop invariant inside: found.where <= end;
        loop invariant kind:   found.fault == NP_FAULT_NONE;
        loop invariant mark:   found.where < end ==> MarkAt(m, found.where);
        loop invariant none:   \forall integer p; p < found.where && MarkAt(m, p) ==> !FreeAt(m, p);
        loop assigns found;
        loop variant end - found.where;
    */
    while (found.where < end) {
        if (np_bit(m->free.words, found.where)) {
            found.fault = NP_FAULT_FREE_HELD;
            return found;
        }
        found.where = np_bits_next_set(m->mark, found.where + 1, end);
    }
    return found;
}

/* The first fault among the summaries of the free pages. */
/*@ requires   valid:   Legible(m) && Table(m) && m->free.positions % 512 == 0;
    NP_PURE
    ensures    fault:   Fault(m, \result.fault, \result.where);
    ensures    none:    \result.fault == NP_FAULT_NONE ==> Index(&m->free);
*/
static struct np_finding summary_fault(const struct np_machine *m)
{
    struct np_finding found = {NP_FAULT_NONE, np_audit_index(&m->free)};
    if (found.where != NP_NONE) found.fault = NP_FAULT_SUMMARY;
    return found;
}

enum np_fault np_check(const struct np_machine *m, const struct np_storage *storage, uint64_t *where)
{
    if (!placed(m, storage)) {
        *where = 0;
        return NP_FAULT_STORAGE;
    }
    //@ assert legible: Legible(m) && Disjoint(m);
    //@ ghost lemma_right(m);
    struct np_finding found = table_fault(m);
    if (found.fault == NP_FAULT_NONE) found = absent_fault(m);
    if (found.fault == NP_FAULT_NONE) found = block_fault(m);
    if (found.fault == NP_FAULT_NONE) found = mark_fault(m);
    if (found.fault == NP_FAULT_NONE) found = summary_fault(m);
    //@ assert sound: found.fault == NP_FAULT_NONE ==> States(m) && Sound(m);
    //@ assert truth: Fault(m, found.fault, found.where);
    if (found.fault != NP_FAULT_NONE) *where = found.where;
    return found.fault;
}
