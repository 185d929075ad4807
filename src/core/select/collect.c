#include "collect.h"
#include "collect_lemmas.h"
#include "../ranges/fit.h"
#include "../machine/machine.h"
#include "plain.h"
#include "tally.h"

void np_list_run(uint64_t *pfns, uint64_t at, uint64_t first, uint64_t count)
{
    const uint64_t end = at + count;
    /*@ loop invariant at:     at <= i <= end;
        loop invariant listed: \forall integer j; at <= j < i ==> pfns[j] == first + (j - at);
        loop invariant new:    \forall integer f; first <= f < first + (i - at) ==> Listed(pfns, at, i, f);
        loop assigns i, pfns[at .. at + count - 1];
        loop variant end - i;
    */
    for (uint64_t i = at; i < end; i++) {
        //@ ghost before: ;
        pfns[i] = first + (i - at);
        //@ assert kept: \forall integer j; at <= j < i ==> pfns[j] == \at(pfns[j], before);
        //@ assert last: Listed(pfns, at, i + 1, first + (i - at));
        //@ assert more: \forall integer f; Listed{before}(pfns, at, i, f) ==> Listed(pfns, at, i + 1, f);
    }
    //@ assert kept: \forall integer i; i < at ==> pfns[i] == \at(pfns[i], Pre);
    //@ assert new: \forall integer f; first <= f < first + count ==> Listed(pfns, at, end, f);
    //@ assert wider: \forall integer c, f; c <= at && Listed(pfns, at, end, f) ==> Listed(pfns, c, end, f);
    /*@ assert words: \forall struct np_index *x, integer i; Away(x, pfns, at, end) && 0 <= i <= (x->positions - 1) / 64 ==>
                        x->words[i] == \at(x->words[i], Pre); */
    //@ assert free:  \forall struct np_index *x, integer p; Away(x, pfns, at, end) ==> (Free(x, p) <==> Free{Pre}(x, p));
    //@ assert runs:  \forall struct np_index *x, integer p, n; Away(x, pfns, at, end) ==> (Run(x, p, n) <==> Run{Pre}(x, p, n));
    /*@ assert ends:  \forall struct np_index *x, integer u, v, a, b; Away(x, pfns, at, end) && Ends{Pre}(x, u, v, a, b) ==>
                        Ends(x, u, v, a, b); */
    /*@ assert longer: \forall struct np_index *x, integer n, a, b; Away(x, pfns, at, end) && NoLonger{Pre}(x, n, a, b) ==>
                        NoLonger(x, n, a, b); */
    /*@ assert attained: \forall struct np_index *x, integer n, a, b; Away(x, pfns, at, end) && Attained{Pre}(x, n, a, b) ==>
                        Attained(x, n, a, b); */
    /*@ assert counts: \forall struct np_index *x, integer n, a; Away(x, pfns, at, end) && 0 <= a && a + 512 <= x->positions
                        && a % 512 == 0 && Counts{Pre}(x, a, n) ==> Counts(x, a, n); */
    //@ assert leaves: \forall struct np_index *x; Away(x, pfns, at, end) && Leaves{Pre}(x) ==> Leaves(x);
    //@ assert links: \forall struct np_index *x; Links{Pre}(x) ==> Links(x);
}

/* The same row by row, whatever the chunk and the ranges. */
/*@ requires   valid:   Searchable(m) && Steps(r) && Room(m, pfns, wanted);
    requires   chunk:   1 <= chunk && count <= wanted <= NP_FRAME_LIMIT && (wanted - count) % chunk == 0;
    NP_RETURNS
    assigns             pfns[count .. wanted - 1];
    ensures    valid:   Searchable(m);
    ensures    size:    count <= \result <= wanted && (\result - count) % chunk == 0;
    ensures    sound:   \forall integer i; count <= i < \result ==> UsableFrame{Pre}(m, node, r, chunk, pfns[i]);
    ensures    order:   Rising(pfns, count, \result);
    ensures    lowest:  \forall integer s, p, f; Page(m, s, p, f) && Usable{Pre}(m, node, r, chunk, p) ==>
                          Listed(pfns, count, \result, f) || (\result == wanted && AllBelow(pfns, count, \result, f));
    ensures    exact:   \exists integer n; Counted{Pre}(m, node, r, chunk, m->free.positions, n)
                          && \result == (count + n < wanted ? count + n : wanted);
*/
static uint64_t collect_rows(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t chunk,
                             uint64_t wanted, uint64_t *pfns, uint64_t count)
{
    uint32_t s = 0;
    uint64_t from = 0;
    uint64_t have = count;
    //@ ghost uint64_t bound = 0;
    //@ ghost uint64_t n = 0;
    //@ ghost lemma_ends(m, node, r, chunk);
    /*@ loop invariant size:    count <= have <= wanted && (wanted - have) % chunk == 0 && (have - count) % chunk == 0;
        loop invariant at:      s <= m->regions && from <= m->free.positions;
        loop invariant valid:   Searchable(m);
        loop invariant begin:   \forall integer t; 0 <= t < s ==> m->region[t].base + m->region[t].pages <= from;
        loop invariant same:    \forall integer b; Block(m, node, r, chunk, b) <==> Block{Pre}(m, node, r, chunk, b);
        loop invariant seam:    Seam{Pre}(m, node, r, chunk, from);
        loop invariant sound:   \forall integer i; count <= i < have ==> UsableFrame{Pre}(m, node, r, chunk, pfns[i]);
        loop invariant order:   Rising(pfns, count, have) && AllBelow(pfns, count, have, bound);
        loop invariant bound:   \forall integer t, q, f; Page(m, t, q, f) && from <= q ==> bound <= f;
        loop invariant lowest:  \forall integer t, q, f; Page(m, t, q, f) && q < from && Usable{Pre}(m, node, r, chunk, q) ==>
                                  Listed(pfns, count, have, f);
        loop invariant counted: Counted{Pre}(m, node, r, chunk, from, n) && n == have - count;
        loop assigns s, from, have, bound, n, pfns[count .. wanted - 1];
        loop variant wanted - have;
    */
    while (have < wanted) {
        const struct np_run run = np_blocks_next(m, node, r, s, from, chunk, wanted - have);
        //@ assert usable: \forall integer q; Usable(m, node, r, chunk, q) <==> Usable{Pre}(m, node, r, chunk, q);
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
        if (run.length == 0) {
            //@ assert exact: Counted{Pre}(m, node, r, chunk, m->free.positions, n) && have == count + n;
            //@ assert ended: \forall integer t, q; In(m, t, q) && Usable{Pre}(m, node, r, chunk, q) ==> q < from;
            //@ assert lowest_all: \forall integer t, q, f; Page(m, t, q, f) && Usable{Pre}(m, node, r, chunk, q) ==> Listed(pfns, count, have, f);
            return have;
        }
        s = run.region;
        //@ ghost np_lemma_region(m, s);
        //@ assert passed: \forall integer t; 0 <= t < s ==> m->region[t].base + m->region[t].pages <= m->region[s].base;
        //@ assert begin: \forall integer t; 0 <= t < s ==> m->region[t].base + m->region[t].pages <= run.start;
        const uint64_t first = (uint64_t)m->region[s].first + (run.start - (uint64_t)m->region[s].base);
        //@ assert row: AllUsable{Pre}(m, node, r, chunk, run.start, run.start + run.length);
        //@ assert frames: \forall integer q; run.start <= q < run.start + run.length ==> Page(m, s, q, first + (q - run.start));
        //@ ghost lemma_rising(m, s, run.start + run.length - 1);
        //@ assert rising: \forall integer t, q, f; Page(m, t, q, f) && run.start + run.length <= q ==> first + run.length <= f;
        //@ assert start: Page(m, s, run.start, first) && bound <= first;
        //@ assert sound: \forall integer f; first <= f < first + run.length ==> Page(m, s, run.start + (f - first), f) && UsableFrame{Pre}(m, node, r, chunk, f);
        //@ assert here: \forall integer t, q, f; Page(m, t, q, f) && run.start <= q < run.start + run.length ==> first <= f < first + run.length;
        //@ ghost np_lemma_subtract(wanted - have, run.length, chunk);
        //@ ghost np_lemma_add(have - count, run.length, chunk);
        //@ assert left: (wanted - (have + run.length)) % chunk == 0 && (have + run.length - count) % chunk == 0;
        //@ assert below: AllBelow(pfns, count, have, first);
        //@ ghost list: ;
        np_list_run(pfns, have, first, run.length);
        //@ assert kept: \forall integer i; count <= i < have ==> pfns[i] == \at(pfns[i], list);
        //@ assert words: \forall integer q; 0 <= q < m->free.positions ==> m->free.words[q / 64] == \at(m->free.words[q / 64], list);
        //@ assert free: \forall integer q; FreeAt(m, q) <==> FreeAt{list}(m, q);
        //@ assert apart: Away(&m->free, pfns, have, have + run.length);
        //@ assert index: Searchable(m);
        //@ assert eligible: \forall integer q; Eligible(m, node, r, q) <==> Eligible{list}(m, node, r, q);
        //@ assert blocks: \forall integer b; Block(m, node, r, chunk, b) <==> Block{list}(m, node, r, chunk, b);
        //@ assert rises: Rising(pfns, count, have + run.length) && AllBelow(pfns, count, have + run.length, first + run.length);
        //@ assert sound_old: \forall integer i; count <= i < have ==> UsableFrame{Pre}(m, node, r, chunk, pfns[i]);
        //@ assert sound_new: \forall integer i; have <= i < have + run.length ==> UsableFrame{Pre}(m, node, r, chunk, pfns[i]);
        //@ assert old: \forall integer t, q, f; Page(m, t, q, f) && q < from && Usable{Pre}(m, node, r, chunk, q) ==> Listed(pfns, count, have + run.length, f);
        //@ assert new: \forall integer t, q, f; Page(m, t, q, f) && run.start <= q < run.start + run.length ==> Listed(pfns, count, have + run.length, f);
        //@ assert none: \forall integer q; from <= q < run.start ==> !Usable{Pre}(m, node, r, chunk, q);
        //@ assert all: \forall integer t, q, f; Page(m, t, q, f) && q < run.start + run.length && Usable{Pre}(m, node, r, chunk, q) ==> Listed(pfns, count, have + run.length, f);
        have += run.length;
        from = run.start + run.length;
        //@ assert lowest: \forall integer t, q, f; Page(m, t, q, f) && q < from && Usable{Pre}(m, node, r, chunk, q) ==> Listed(pfns, count, have, f);
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
    //@ assert full: have == wanted && \forall integer t, q, f; Page(m, t, q, f) && from <= q ==> AllBelow(pfns, count, have, f);
    //@ assert lowest_full: \forall integer t, q, f; Page(m, t, q, f) && Usable{Pre}(m, node, r, chunk, q) ==> Listed(pfns, count, have, f) || AllBelow(pfns, count, have, f);
    /*@ ghost
        uint64_t q = from;
        /@ loop invariant at:   from <= q <= m->free.positions;
           loop invariant more: \exists integer k; n <= k && Counted{Pre}(m, node, r, chunk, q, k);
           loop assigns q;
           loop variant m->free.positions - q;
        @/
        while (q < m->free.positions) {
            q++;
        }
    */
    return have;
}

uint64_t np_collect_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t chunk, uint64_t wanted,
                         uint64_t *pfns, uint64_t count)
{
    if (chunk == 1 && r.step == 0) return np_collect_plain(m, node, r, wanted, pfns, count);
    return collect_rows(m, node, r, chunk, wanted, pfns, count);
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
