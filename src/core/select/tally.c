/* SPDX-License-Identifier: MIT */
#include "tally.h"
#include "tally_lemmas.h"
#include "../index/index.h"
#include "../machine/machine.h"

/* Adds the free positions of [from, to). */
/*@ requires   valid:   Searchable(m) && from <= to <= m->free.positions;
    requires   tally:   tally.longest <= tally.free <= from;
    NP_PURE
    ensures    adds:    Adds(&m->free, tally, \result, from, to);
*/
static struct np_tally tally_between(const struct np_machine *m, struct np_tally tally, uint64_t from, uint64_t to)
{
    const struct np_extent x = np_index_extent(&m->free, from, to);
    struct np_tally sum = {tally.free + x.free, tally.longest, tally.start};
    if (x.longest > tally.longest) {
        sum.longest = x.longest;
        sum.start = np_index_lowest_run(&m->free, from, to, x.longest);
    }
    return sum;
}

/* A position, or the end of [from, to) that it is nearest to. */
/*@ requires   order:   from <= to;
    NP_PURE
    ensures    nearest: \result == (position < from ? from : position < to ? position : to);
*/
static uint64_t clamp(uint64_t position, uint64_t from, uint64_t to)
{
    if (position < from) return from;
    return position < to ? position : to;
}

/* Adds the pages of a region. */
/*@ requires   valid:   Searchable(m) && Steps(r) && node != NP_ANY_NODE && s < m->regions && Span(m, r, low, high);
    requires   tally:   Tally(m, node, r, tally, m->region[s].base) && EdgeTo(m, node, r, m->region[s].base);
    NP_PURE
    ensures    tally:   Tally(m, node, r, \result, m->region[s].base + m->region[s].pages);
    ensures    edge:    EdgeTo(m, node, r, m->region[s].base + m->region[s].pages);
*/
static struct np_tally tally_region(const struct np_machine *m, uint32_t node, uint32_t s, uint64_t low, uint64_t high,
                                    struct np_tally tally) /*@ ghost (struct np_steps r) */
{
    //@ ghost np_lemma_region(m, s);
    //@ ghost lemma_order(m, s);
    //@ ghost lemma_eligible(m, node, r, low, high);
    const uint64_t base = (uint64_t)m->region[s].base;
    const uint64_t end = base + (uint64_t)m->region[s].pages;
    const uint64_t from = clamp(low, base, end);
    const uint64_t to = clamp(high, base, end);
    //@ assert same: base == m->region[s].base && end == m->region[s].base + m->region[s].pages;
    //@ assert here: \forall integer p; base <= p < end ==> In(m, s, p);
    //@ assert last: EligibleTo(m, node, r, end - 1) ==> m->region[s].node == node;
    //@ assert next: EligibleTo(m, node, r, end) ==> m->region[s].node != node;
    //@ assert edge: EdgeTo(m, node, r, end);
    //@ assert node: (uint32_t)m->region[s].node == m->region[s].node;
    //@ assert cut: \forall integer p; base <= p < end ==> (low <= p < high <==> from <= p < to);
    //@ assert other: m->region[s].node != node ==> NoneEligibleTo(m, node, r, base, end);
    /*@ assert own: m->region[s].node == node ==> \forall integer p; base <= p < end ==>
                      (EligibleTo(m, node, r, p) <==> FreeAt(m, p) && from <= p < to); */
    if ((uint32_t)m->region[s].node != node || from >= to) {
        //@ assert none: NoneEligibleTo(m, node, r, base, end);
        //@ ghost lemma_skip(m, node, r, tally, base, end);
        return tally;
    }
    //@ assert head: NoneEligibleTo(m, node, r, base, from);
    //@ assert seam: EdgeTo(m, node, r, from);
    //@ ghost lemma_skip(m, node, r, tally, base, from);
    const struct np_tally sum = tally_between(m, tally, from, to);
    //@ assert window: AllTo(m, node, r, from, to);
    //@ ghost lemma_add(m, node, r, tally, sum, from, to);
    //@ assert tail: NoneEligibleTo(m, node, r, to, end);
    //@ ghost lemma_skip(m, node, r, sum, to, end);
    return sum;
}

struct np_tally np_tally_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t limit)
{
    const uint64_t low = np_position_from(m, r.first);
    const uint64_t high = np_position_from(m, r.end);
    struct np_tally tally = {0, 0, 0};
    //@ ghost lemma_span(m, r, low, high);
    //@ ghost lemma_eligible(m, node, r, low, high);
    //@ ghost uint64_t at = 0;
    //@ ghost lemma_nothing(m, node, r, tally);
    /*@ loop invariant s:     s <= m->regions && at <= m->free.positions;
        loop invariant past:  \forall integer t; 0 <= t < s ==> m->region[t].base + m->region[t].pages <= at;
        loop invariant below: \forall integer t; s <= t < m->regions ==> at <= m->region[t].base;
        loop invariant tally: Tally(m, node, r, tally, at) && EdgeTo(m, node, r, at);
        loop assigns s, at, tally;
        loop variant m->regions - s;
    */
    for (uint32_t s = 0; s < m->regions && tally.free < limit; s++) {
        //@ ghost np_lemma_region(m, s);
        //@ ghost uint64_t base = (uint64_t)m->region[s].base;
        //@ ghost lemma_order(m, s);
        //@ assert base: base == m->region[s].base;
        //@ assert end: base + (uint64_t)m->region[s].pages == m->region[s].base + m->region[s].pages;
        //@ assert earlier: \forall integer t, p; t < s && In(m, t, p) ==> p < at;
        //@ assert gap: \forall integer t, p; In(m, t, p) ==> !(at <= p < base);
        //@ assert none: NoneEligibleTo(m, node, r, at, base) && EdgeTo(m, node, r, base);
        //@ ghost lemma_skip(m, node, r, tally, at, base);
        tally = tally_region(m, node, s, low, high, tally) /*@ ghost (r) */;
        //@ ghost at = base + (uint64_t)m->region[s].pages;
    }
    /*@ ghost
        if (tally.free < limit) {
            /@ assert rest: NoneEligibleTo(m, node, r, at, m->free.positions); @/
            lemma_skip(m, node, r, tally, at, (uint64_t)m->free.positions);
            at = (uint64_t)m->free.positions;
        }
    */
    //@ assert end: Tally(m, node, r, tally, at) && (tally.free < limit ==> at == m->free.positions);
    return tally;
}

/* The tally of all nodes. */
/*@ requires   valid:   Searchable(m) && FreePresent(m) && Steps(r) && r.step == 0;
    NP_PURE
    ensures    tally:   Tally(m, NP_ANY_NODE, r, \result, m->free.positions);
*/
static struct np_tally tally_all(const struct np_machine *m, struct np_steps r)
{
    const uint64_t low = np_position_from(m, r.first);
    const uint64_t high = np_position_from(m, r.end);
    const struct np_tally none = {0, 0, 0};
    //@ ghost lemma_span(m, r, low, high);
    //@ ghost lemma_eligible(m, NP_ANY_NODE, r, low, high);
    //@ ghost uint64_t positions = (uint64_t)m->free.positions;
    //@ ghost lemma_nothing(m, NP_ANY_NODE, r, none);
    if (low >= high) {
        //@ ghost lemma_skip(m, NP_ANY_NODE, r, none, 0, positions);
        return none;
    }
    //@ ghost lemma_skip(m, NP_ANY_NODE, r, none, 0, low);
    const struct np_tally tally = tally_between(m, none, low, high);
    //@ assert window: AllTo(m, NP_ANY_NODE, r, low, high) && EdgeTo(m, NP_ANY_NODE, r, low);
    //@ ghost lemma_add(m, NP_ANY_NODE, r, none, tally, low, high);
    //@ ghost lemma_skip(m, NP_ANY_NODE, r, tally, high, positions);
    return tally;
}

struct np_tally np_tally_pages(const struct np_machine *m, uint32_t node, struct np_steps r)
{
    const struct np_tally tally = node == NP_ANY_NODE ? tally_all(m, r) : np_tally_node(m, node, r, UINT64_MAX);
    //@ assert small: tally.free < UINT64_MAX;
    //@ assert head: tally.longest != 0 ==> EligibleTo(m, node, r, tally.start);
    return tally;
}
