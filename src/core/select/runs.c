/* SPDX-License-Identifier: MIT */
#include "runs.h"
#include "runs_lemmas.h"
#include "../index/index.h"

/* Positions [start, end). */
struct np_span {
    uint64_t start;
    uint64_t end;
};

/* The next row of pages in ranges, from a position of a region on; an empty one at its end if there is none. */
/*@ requires   valid:   Table(m) && Steps(r) && s < m->regions;
    requires   begin:   m->region[s].base <= from <= m->region[s].base + m->region[s].pages;
    NP_PURE
    ensures    inside:  from <= \result.start <= \result.end <= m->region[s].base + m->region[s].pages;
    ensures    gap:     \forall integer p; from <= p < \result.start ==> !AllowedIn(m, s, r, p);
    ensures    row:     \forall integer p; \result.start <= p < \result.end ==> AllowedIn(m, s, r, p);
    ensures    past:    !AllowedIn(m, s, r, \result.end);
    ensures    none:    \result.start == \result.end ==> \result.start == m->region[s].base + m->region[s].pages;
*/
static struct np_span next_row(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t from)
{
    //@ assert region: Region(m, s);
    const uint64_t first = (uint64_t)m->region[s].first;
    const uint64_t base = (uint64_t)m->region[s].base;
    const uint64_t pages = (uint64_t)m->region[s].pages;
    struct np_span row = {base + pages, base + pages};

    //@ assert page: first + (from - base) <= NP_PFN_LIMIT;
    const uint64_t f = np_steps_next(r, first + (from - base));
    if (f >= first + pages) return row;
    const uint64_t end = np_steps_end(r, f);
    row.start = base + (f - first);
    if (end < first + pages) row.end = base + (end - first);
    return row;
}

/* From a free position behind the first of the ranges on: the first eligible position of the region, or its end. */
/*@ requires   valid:   Searchable(m) && Steps(r) && s < m->regions;
    requires   inside:  m->region[s].base <= free <= m->region[s].base + m->region[s].pages;
    requires   free:    free < m->region[s].base + m->region[s].pages ==> FreeAt(m, free);
    requires   behind:  free < m->region[s].base + m->region[s].pages ==> r.first < Frame(m, s, free);
    NP_PURE
    ensures    inside:  free <= \result <= m->region[s].base + m->region[s].pages;
    ensures    found:   \result < m->region[s].base + m->region[s].pages ==> EligibleIn(m, s, r, \result);
    ensures    none:    \forall integer p; free <= p < \result ==> !EligibleIn(m, s, r, p);
*/
static uint64_t next_eligible(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t free)
{
    //@ assert region: Region(m, s);
    const uint64_t first = (uint64_t)m->region[s].first;
    const uint64_t base = (uint64_t)m->region[s].base;
    const uint64_t end = base + (uint64_t)m->region[s].pages;
    if (free == end) return end;

    const uint64_t f = np_steps_next(r, first + (free - base));
    //@ assert none: \forall integer p; free <= p < end && Frame(m, s, p) < f ==> !AllowedIn(m, s, r, p);
    if (f >= first + (end - base)) return end;
    const uint64_t start = base + (f - first);
    if (start == free) return free;
    //@ ghost const uint64_t i = lemma_start(r, f);
    const struct np_steps rest = {start, start + (r.end - r.first), r.step};
    //@ ghost lemma_rest(r, rest, f, i);
    //@ assert rest: \forall integer p; start <= p < end ==> (InRanges(rest, p) <==> AllowedIn(m, s, r, p));
    return np_index_next_free_in(&m->free, rest, end);
}

/* The lowest run inside one region, as np_run_next has it. */
/*@ requires   valid:   Searchable(m) && Steps(r) && s < m->regions;
    requires   begin:   m->region[s].base <= from <= m->region[s].base + m->region[s].pages;
    requires   count:   1 <= count <= limit;
    NP_PURE
    ensures    region: \result.region == s;
    ensures    inside:  \result.length != 0 ==> from <= \result.start
                          && \result.start + \result.length <= m->region[s].base + m->region[s].pages;
    ensures    size:    \result.length != 0 ==> count <= \result.length <= limit;
    ensures    found:   \result.length != 0 ==> EligibleRunIn(m, s, r, \result.start, \result.length);
    ensures    lowest:  \result.length != 0 ==> NoEligibleStartsIn(m, s, r, from, \result.start, count);
    ensures    maximal: \result.length != 0 && \result.length < limit ==> !EligibleIn(m, s, r, \result.start + \result.length);
    ensures    none:    \result.length == 0 ==>
                          NoEligibleStartsIn(m, s, r, from, m->region[s].base + m->region[s].pages, count);
*/
static struct np_run run_in_region(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t from,
                                   uint64_t count, uint64_t limit)
{
    //@ assert region: Region(m, s);
    const uint64_t end = (uint64_t)m->region[s].base + (uint64_t)m->region[s].pages;
    struct np_run run = {0, 0, s};
    uint64_t at = from;
    /*@ loop invariant inside: from <= at <= end;
        loop invariant lowest: NoEligibleStartsIn(m, s, r, from, at, count);
        loop assigns at;
        loop variant end - at;
    */
    while (at < end) {
        const struct np_span row = next_row(m, s, r, at);
        const uint64_t free = np_index_next_free(&m->free, row.start, end);
        //@ assert none: \forall integer p; at <= p < free ==> !EligibleIn(m, s, r, p);
        //@ assert head: \forall integer p; EligibleRunIn(m, s, r, p, count) ==> EligibleIn(m, s, r, p);
        if (free >= row.end) {
            //@ assert behind: free < end ==> AllowedIn(m, s, r, row.start) && row.start < free;
            at = next_eligible(m, s, r, free);
            continue;
        }
        //@ assert skipped: NoEligibleStartsIn(m, s, r, at, free, count);
        const uint64_t found = np_index_lowest_run(&m->free, free, row.end, count);
        //@ ghost lemma_row(m, s, r, free, row.end, found == NP_NONE ? row.end : found, count);
        if (found == NP_NONE) {
            at = row.end;
            continue;
        }
        const uint64_t most = row.end - found < limit ? row.end : found + limit;
        const uint64_t used = np_index_next_used(&m->free, found, most);
        //@ assert whole: Run(&m->free, found, count) && found + count <= most;
        //@ assert long: found + count <= used;
        run.start = found;
        run.length = used - found;
        return run;
    }
    return run;
}

struct np_run np_run_next(const struct np_machine *m, uint32_t node, struct np_steps r, uint32_t region, uint64_t from,
                          uint64_t count, uint64_t limit)
{
    const struct np_run none = {from, 0, m->regions};
    /*@ loop invariant at:   region <= s <= m->regions;
        loop invariant none: \forall integer t; 0 <= t < s ==> NoStartsIn(m, node, r, t, from, m->free.positions, count);
        loop assigns s;
        loop variant m->regions - s;
    */
    for (uint32_t s = region; s < m->regions; s++) {
        //@ assert region: Region(m, s);
        const uint64_t base = (uint64_t)m->region[s].base;
        const uint64_t end = base + (uint64_t)m->region[s].pages;
        if ((uint32_t)m->region[s].node != node || end <= from) continue;
        const struct np_run run = run_in_region(m, s, r, from < base ? base : from, count, limit);
        if (run.length != 0) {
            //@ ghost lemma_searched(m, s, r, from, run.start, count);
            //@ assert above: \forall integer t; s < t < m->regions ==> Before(m, s, t);
            //@ assert later: \forall integer t; s < t < m->regions ==> NoStartsIn(m, node, r, t, from, run.start, count);
            //@ assert inside: run.start <= m->free.positions;
            //@ assert sooner: \forall integer t; NoStartsIn(m, node, r, t, from, m->free.positions, count) ==> NoStartsIn(m, node, r, t, from, run.start, count);
            //@ assert earlier: \forall integer t; 0 <= t < s ==> NoStartsIn(m, node, r, t, from, run.start, count);
            //@ ghost lemma_all_searched(m, node, r, from, run.start, count);
            //@ ghost lemma_node(m, s, r);
            return run;
        }
        //@ ghost lemma_searched(m, s, r, from, end, count);
    }
    //@ ghost lemma_all_searched(m, node, r, from, m->free.positions, count);
    return none;
}
