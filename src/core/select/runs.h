/* SPDX-License-Identifier: MIT */
/*
 * The next run of eligible pages on a node: every search of a pages request walks along these.
 */
#ifndef NP_RUNS_H
#define NP_RUNS_H

#include "../types.h"
#include "../ranges/ranges.h"
#include "../../../spec/logic/eligible.acsl"

/** Pages at positions [start, start + length) of a region; without any (length 0) there is none. */
struct np_run {
    uint64_t start;
    uint64_t length;
    uint32_t region;
};

/**
 * The lowest run of at least `count` eligible pages that starts at or after a position.
 *
 * @clause P1, P5, C3, R5 (ranges without a free page cost nothing each)
 * @param  node     the node the pages are on
 * @param  r        the ranges
 * @param  region  where to begin: no position of an earlier region is at or after `from`
 * @param  from     where to begin
 * @param  count    pages the run has at least, 1 or more
 * @param  limit    where to stop measuring it, at least `count`
 * @return the run, cut to `limit` pages, or one of length 0 if there is none
 */
/*@ requires   valid:   Searchable(m) && Steps(r) && region <= m->regions && from <= 0x40000000000000;
    requires   begin:   \forall integer t; 0 <= t < region ==> m->region[t].base + m->region[t].pages <= from;
    requires   count:   1 <= count <= limit;
    NP_PURE
    ensures    inside:  \result.length != 0 ==> from <= \result.start && \result.region < m->regions
                          && m->region[\result.region].node == node
                          && m->region[\result.region].base <= \result.start
                          && \result.start + \result.length <= m->region[\result.region].base + m->region[\result.region].pages;
    ensures    size:    \result.length != 0 ==> count <= \result.length <= limit;
    ensures    found:   \result.length != 0 ==> EligibleRun(m, node, r, \result.start, \result.length);
    ensures    lowest:  \result.length != 0 ==> NoEligibleStarts(m, node, r, from, \result.start, count);
    ensures    maximal: \result.length != 0 && \result.length < limit ==> !Eligible(m, node, r, \result.start + \result.length);
    ensures    none:    \result.length == 0 ==> NoEligibleStarts(m, node, r, from, m->free.positions, count);
*/
struct np_run np_run_next(const struct np_machine *m, uint32_t node, struct np_steps r, uint32_t region, uint64_t from,
                          uint64_t count, uint64_t limit);

#endif
