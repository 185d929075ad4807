/* SPDX-License-Identifier: MIT */
#include "collect.h"
#include "collect_lemmas.h"
#include "../ranges/fit.h"
#include "../machine/machine.h"
#include "../machine/state.h"
#include "plain.h"
#include "tally.h"

/* Takes a run, and lists it behind [count, have), which rises to it. */
/*@ requires   valid:   Machine(m) && Room(m, pfns, have + run.length) && count <= have && have + run.length <= NP_CALL_LIMIT;
    requires   run:     1 <= run.length && run.region < m->regions && Run(&m->free, run.start, run.length)
                          && m->region[run.region].base <= run.start
                          && run.start + run.length <= m->region[run.region].base + m->region[run.region].pages;
    requires   order:   Rising(pfns, count, have) && AllBelow(pfns, count, have, Frame(m, run.region, run.start));
    NP_RETURNS
    assigns             pfns[have .. have + run.length - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    kept:    \forall integer i; count <= i < have ==> pfns[i] == \old(pfns[i]);
    ensures    pages:   \forall integer i; have <= i < have + run.length ==> Page(m, run.region, run.start + (i - have), pfns[i]);
    ensures    order:   Rising(pfns, count, have + run.length)
                          && AllBelow(pfns, count, have + run.length, Frame(m, run.region, run.start) + run.length);
    ensures    listed:  \forall integer p; ListedBetween(m, pfns, count, have + run.length, p) <==>
                          ListedBetween{Pre}(m, pfns, count, have, p) || run.start <= p < run.start + run.length;
    ensures    taken:   \forall integer p; run.start <= p < run.start + run.length ==> TakenAt(m, remove, p);
    ensures    others:  \forall integer p; !(run.start <= p < run.start + run.length) ==> SameAt{Pre, Here}(m, p);
*/
static void append_run(struct np_machine *m, struct np_run run, bool remove, uint64_t *pfns,
                       uint64_t have) /*@ ghost (uint64_t count) */
{
    np_take_run(m, run, remove, pfns, have);
    //@ assert kept: \forall integer i; count <= i < have ==> pfns[i] == \at(pfns[i], Pre);
    //@ assert first: \forall integer p; ListedBetween(m, pfns, count, have, p) <==> ListedBetween{Pre}(m, pfns, count, have, p);
    //@ ghost np_lemma_parts(m, pfns, count, have, have + run.length);
}

/* The same row by row, for any chunk and ranges. */
/*@ requires   valid:   Machine(m) && Plan(plan) && Room(m, pfns, plan.wanted);
    requires   chunk:   count <= plan.wanted && (plan.wanted - count) % plan.chunk == 0;
    NP_RETURNS
    assigns             pfns[count .. plan.wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    count <= \result <= plan.wanted && (\result - count) % plan.chunk == 0;
    ensures    sound:   \forall integer i; count <= i < \result ==> UsableFrame{Pre}(m, node, plan.ranges, plan.chunk, pfns[i]);
    ensures    order:   Rising(pfns, count, \result);
    ensures    lowest:  \forall integer s, p, f; Page(m, s, p, f) && Usable{Pre}(m, node, plan.ranges, plan.chunk, p) ==>
                          Listed(pfns, count, \result, f) || (\result == plan.wanted && AllBelow(pfns, count, \result, f));
    ensures    exact:   \exists integer n; Counted{Pre}(m, node, plan.ranges, plan.chunk, m->free.positions, n)
                          && \result == (count + n < plan.wanted ? count + n : plan.wanted);
    ensures    taken:   \forall integer p; ListedBetween(m, pfns, count, \result, p) ==> TakenAt(m, plan.remove, p);
    ensures    others:  \forall integer p; !ListedBetween(m, pfns, count, \result, p) ==> SameAt{Pre, Here}(m, p);
*/
static uint64_t take_rows(struct np_machine *m, uint32_t node, struct np_plan plan, uint64_t *pfns, uint64_t count)
{
    const struct np_steps r = plan.ranges;
    const uint64_t chunk = plan.chunk;
    const uint64_t wanted = plan.wanted;
    uint32_t s = 0;
    uint64_t from = 0;
    uint64_t have = count;
    //@ ghost uint64_t bound = 0;
    //@ ghost uint64_t n = 0;
    //@ ghost lemma_ends(m, node, r, chunk);
    /*@ loop invariant size:    count <= have <= wanted && (wanted - have) % chunk == 0 && (have - count) % chunk == 0;
        loop invariant at:      s <= m->regions && from <= m->free.positions;
        loop invariant valid:   Machine(m);
        loop invariant held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
        loop invariant begin:   \forall integer t; 0 <= t < s ==> m->region[t].base + m->region[t].pages <= from;
        loop invariant seam:    Seam{Pre}(m, node, r, chunk, from);
        loop invariant sound:   SoundList{Pre, Here}(m, node, r, chunk, pfns, count, have);
        loop invariant order:   Rising(pfns, count, have) && AllBelow(pfns, count, have, bound);
        loop invariant bound:   \forall integer t, q, f; Page(m, t, q, f) && from <= q ==> bound <= f;
        loop invariant listed:  ListsBelow{Pre, Here}(m, node, r, chunk, pfns, count, have, from);
        loop invariant every:   ListsAllBelow{Pre, Here}(m, node, r, chunk, pfns, count, have, from);
        loop invariant counted: Counted{Pre}(m, node, r, chunk, from, n) && n == have - count;
        loop invariant ahead:   \forall integer q; from <= q ==> SameAt{Pre, Here}(m, q);
        loop invariant taken:   \forall integer q; ListedBetween(m, pfns, count, have, q) ==> TakenAt(m, plan.remove, q);
        loop invariant others:  \forall integer q; !ListedBetween(m, pfns, count, have, q) ==> SameAt{Pre, Here}(m, q);
        loop assigns s, from, have, bound, n, pfns[count .. wanted - 1], NP_PAGES(m);
        loop variant wanted - have;
    */
    while (have < wanted) {
        //@ assert gone: \forall integer q; ListedBetween(m, pfns, count, have, q) ==> !FreeAt(m, q);
        //@ assert same: \forall integer q; SameAt{Pre, Here}(m, q) && FreeAt(m, q) ==> FreeAt{Pre}(m, q);
        //@ assert either: \forall integer q; FreeAt(m, q) ==> SameAt{Pre, Here}(m, q) || ListedBetween(m, pfns, count, have, q);
        //@ assert fewer: \forall integer q; FreeAt(m, q) ==> FreeAt{Pre}(m, q);
        //@ assert same_ahead: \forall integer q; from <= q && FreeAt{Pre}(m, q) ==> FreeAt(m, q);
        //@ assert eligible: \forall integer q; Eligible(m, node, r, q) ==> Eligible{Pre}(m, node, r, q);
        //@ assert eligible_ahead: \forall integer q; from <= q && Eligible{Pre}(m, node, r, q) ==> Eligible(m, node, r, q);
        //@ assert blocks: \forall integer b; Block(m, node, r, chunk, b) ==> Block{Pre}(m, node, r, chunk, b);
        //@ assert blocks_ahead: \forall integer b; from <= b && Block{Pre}(m, node, r, chunk, b) ==> Block(m, node, r, chunk, b);
        //@ assert usable: \forall integer q; Usable(m, node, r, chunk, q) ==> Usable{Pre}(m, node, r, chunk, q);
        //@ assert usable_ahead: \forall integer q; from <= q && Usable{Pre}(m, node, r, chunk, q) ==> Usable(m, node, r, chunk, q);
        //@ assert seam: Seam(m, node, r, chunk, from);
        const struct np_run run = np_blocks_next(m, node, r, s, from, chunk, wanted - have);
        //@ ghost uint64_t to = run.length == 0 ? (uint64_t)m->free.positions : run.start;
        //@ assert gap: NoneUsable{Pre}(m, node, r, chunk, from, to) && from <= to;
        /*@ ghost
            uint64_t p = from;
            /@ loop invariant at:    from <= p <= to;
               loop invariant count: Counted{Pre}(m, node, r, chunk, p, n);
               loop assigns p;
               loop variant to - p;
            @/
            while (p < to) {
                /@ assert none: !Usable{Pre}(m, node, r, chunk, p); @/
                p++;
            }
        */
        if (run.length == 0) break;
        s = run.region;
        //@ ghost np_lemma_region(m, s);
        //@ assert before: \forall integer t; 0 <= t < s ==> Before(m, t, s);
        //@ assert passed: \forall integer t; 0 <= t < s && Before(m, t, s) ==> m->region[t].base + m->region[t].pages <= m->region[s].base;
        //@ assert row: AllUsable{Pre}(m, node, r, chunk, run.start, run.start + run.length);
        //@ ghost const uint64_t first = (uint64_t)m->region[s].first + (run.start - (uint64_t)m->region[s].base);
        //@ ghost const uint64_t next = have + run.length;
        //@ ghost const uint64_t past = run.start + run.length;
        //@ assert all_free: \forall integer q; run.start <= q < past ==> Usable(m, node, r, chunk, q) && Eligible(m, node, r, q);
        //@ ghost lemma_rising(m, s, past - 1);
        //@ assert rising: \forall integer t, q, f; Page(m, t, q, f) && past <= q ==> first + run.length <= f;
        //@ assert start: Page(m, s, run.start, first) && bound <= first;
        //@ assert sound: \forall integer f; first <= f < first + run.length ==> Page(m, s, run.start + (f - first), f) && UsableFrame{Pre}(m, node, r, chunk, f);
        //@ ghost np_lemma_subtract(wanted - have, run.length, chunk);
        //@ ghost np_lemma_add(have - count, run.length, chunk);
        //@ assert left: (wanted - next) % chunk == 0 && (next - count) % chunk == 0;
        //@ ghost list: ;
        append_run(m, run, plan.remove, pfns, have) /*@ ghost (count) */;
        //@ assert sound_all: SoundList{Pre, Here}(m, node, r, chunk, pfns, count, next);
        //@ assert none: \forall integer q; from <= q < run.start ==> !Usable{Pre}(m, node, r, chunk, q);
        //@ assert still: \forall integer q; ListedBetween{list}(m, pfns, count, have, q) ==> q < from && TakenAt{list}(m, plan.remove, q) && SameAt{list, Here}(m, q);
        //@ assert stays: \forall integer q; TakenAt{list}(m, plan.remove, q) && SameAt{list, Here}(m, q) ==> TakenAt(m, plan.remove, q);
        //@ assert own: \forall integer q; run.start <= q < past ==> Usable{Pre}(m, node, r, chunk, q) && TakenAt(m, plan.remove, q);
        //@ assert listed: ListsBelow{Pre, Here}(m, node, r, chunk, pfns, count, next, past);
        //@ assert every: ListsAllBelow{Pre, Here}(m, node, r, chunk, pfns, count, next, past);
        //@ assert both: \forall integer q; SameAt{Pre, list}(m, q) && SameAt{list, Here}(m, q) ==> SameAt{Pre, Here}(m, q);
        //@ assert beyond: \forall integer q; past <= q ==> SameAt{Pre, list}(m, q) && SameAt{list, Here}(m, q) && SameAt{Pre, Here}(m, q);
        //@ assert alike: \forall integer q; !ListedBetween(m, pfns, count, next, q) ==> SameAt{Pre, list}(m, q) && SameAt{list, Here}(m, q);
        have += run.length;
        from = run.start + run.length;
        /*@ ghost
            bound = first + run.length;
            p = run.start;
            /@ loop invariant at:    run.start <= p <= from;
               loop invariant count: Counted{Pre}(m, node, r, chunk, p, n) && n == have - count - (from - p);
               loop assigns p, n;
               loop variant from - p;
            @/
            while (p < from) {
                /@ assert one: Usable{Pre}(m, node, r, chunk, p); @/
                p++;
                n++;
            }
        */
    }
    //@ assert full: have == wanted || NoneUsable{Pre}(m, node, r, chunk, from, m->free.positions);
    //@ assert below: \forall integer t, q, f; Page(m, t, q, f) && from <= q ==> AllBelow(pfns, count, have, f);
    //@ ghost np_lemma_pages(m);
    //@ assert named: \forall integer t, p, f; Page(m, t, p, f) && ListedBetween(m, pfns, count, have, p) ==> Listed(pfns, count, have, f);
    /*@ ghost
        uint64_t q = from;
        /@ loop invariant at:   from <= q <= m->free.positions;
           loop invariant more: \exists integer k; n <= k && Counted{Pre}(m, node, r, chunk, q, k) && (have < wanted ==> k == n);
           loop assigns q;
           loop variant m->free.positions - q;
        @/
        while (q < m->free.positions) {
            q++;
        }
    */
    return have;
}

uint64_t np_take_node(struct np_machine *m, uint32_t node, struct np_plan plan, uint64_t *pfns, uint64_t count)
{
    if (plan.chunk == 1 && plan.ranges.step == 0) return np_take_plain(m, node, plan, pfns, count);
    return take_rows(m, node, plan, pfns, count);
}

/* The same for single pages of a range without a step, by the tree. */
/*@ requires   valid:   Searchable(m) && Steps(r) && r.step == 0 && node != NP_ANY_NODE;
    NP_PURE
    ensures    exact:   \exists integer n; Counted(m, node, r, 1, m->free.positions, n) && \result == (n < limit ? n : limit);
*/
static uint64_t count_single(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t limit)
{
    const struct np_tally tally = np_tally_node(m, node, r, limit);
    //@ ghost lemma_tallied(m, node, r, (uint64_t)m->free.positions);
    return tally.free < limit ? tally.free : limit;
}

uint64_t np_count_on_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t chunk, uint64_t limit)
{
    if (chunk == 1 && r.step == 0) return count_single(m, node, r, limit);
    uint32_t s = 0;
    uint64_t from = 0;
    uint64_t count = 0;
    //@ ghost lemma_ends(m, node, r, chunk);
    /*@ loop invariant size:    0 <= count <= limit && count % chunk == 0 && (limit - count) % chunk == 0;
        loop invariant at:      s <= m->regions && from <= m->free.positions;
        loop invariant begin:   \forall integer t; 0 <= t < s ==> m->region[t].base + m->region[t].pages <= from;
        loop invariant seam:    Seam(m, node, r, chunk, from);
        loop invariant counted: Counted(m, node, r, chunk, from, count);
        loop assigns s, from, count;
        loop variant limit - count;
    */
    while (count < limit) {
        const struct np_run run = np_blocks_next(m, node, r, s, from, chunk, limit - count);
        //@ ghost lemma_none_counted(m, node, r, chunk, from, run.length == 0 ? (uint64_t)m->free.positions : run.start, count);
        if (run.length == 0) return count;
        //@ ghost np_lemma_region(m, run.region);
        //@ ghost lemma_all_counted(m, node, r, chunk, run.start, run.length, count);
        //@ ghost np_lemma_add(count, run.length, chunk);
        //@ ghost np_lemma_subtract(limit - count, run.length, chunk);
        s = run.region;
        from = run.start + run.length;
        count += run.length;
    }
    //@ ghost lemma_more_counted(m, node, r, chunk, from, count);
    return count;
}

struct np_run np_longest_run(const struct np_machine *m, uint32_t node, struct np_steps r)
{
    struct np_run longest = {0, 0, 0};
    uint32_t s = 0;
    uint64_t from = 0;
    /*@ loop invariant at:      s <= m->regions && from <= m->free.positions && longest.length <= m->free.positions;
        loop invariant begin:   \forall integer t; 0 <= t < s ==> m->region[t].base + m->region[t].pages <= from;
        loop invariant inside:  longest.length != 0 ==> longest.region < m->regions
                                  && m->region[longest.region].node == node
                                  && m->region[longest.region].base <= longest.start
                                  && longest.start + longest.length <= m->region[longest.region].base + m->region[longest.region].pages;
        loop invariant found:   EligibleRun(m, node, r, longest.start, longest.length);
        loop invariant longest: NoEligibleStarts(m, node, r, 0, from, longest.length + 1);
        loop invariant lowest:  longest.length != 0 ==> NoEligibleStarts(m, node, r, 0, longest.start, longest.length);
        loop assigns longest, s, from;
        loop variant m->free.positions - from;
    */
    while (true) {
        const struct np_run run = np_run_next(m, node, r, s, from, longest.length + 1, UINT64_MAX);
        if (run.length == 0) {
            //@ assert rest: NoEligibleStarts(m, node, r, from, m->free.positions, longest.length + 1);
            return longest;
        }
        s = run.region;
        //@ ghost np_lemma_region(m, s);
        //@ assert astray: \forall integer t; 0 <= t < s && m->region[t].base + m->region[t].pages > m->region[s].base ==> !Before(m, t, s);
        //@ assert passed: \forall integer t; 0 <= t < s ==> m->region[t].base + m->region[t].pages <= m->region[s].base;
        //@ ghost lemma_longest(m, node, r, from, longest.length + 1, run.start, run.length);
        longest = run;
        from = run.start + run.length;
    }
}
