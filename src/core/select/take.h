/* SPDX-License-Identifier: MIT */
/*
 * Taking a run: its page frames are listed and its pages taken, in one step.
 */
#ifndef NP_TAKE_H
#define NP_TAKE_H

#include "runs.h"
#include "../../../spec/logic/lists.acsl"

/**
 * What a pages request asks for, decoded once.
 */
struct np_plan {
    struct np_steps ranges; /* where (R1, C1) */
    uint64_t chunk;         /* pages of a chunk, and its alignment; 1 for single pages (C3) */
    uint64_t wanted;        /* pages to take at most, a multiple of `chunk` */
    uint32_t ideal;         /* the ideal node (N1) */
    bool local;             /* no other node is allowed (N4) */
    bool whole;             /* fewer than wanted are a failure (P3) */
    bool remove;            /* the pages are removed, not allocated (F3) */
};

/*@ // what every function that takes by a plan rests on
    predicate Plan(struct np_plan plan) = Steps(plan.ranges) && 1 <= plan.chunk && 1 <= plan.wanted <= NP_CALL_LIMIT;
*/

/**
 * Lists consecutive page frames: pfns[at + k] = first + k for k below `count`.
 */
/*@ requires   valid:   Machine(m) && Room(m, pfns, at + count) && at + count <= NP_CALL_LIMIT && first + count <= NP_PFN_LIMIT;
    NP_RETURNS
    assigns             pfns[at .. at + count - 1];
    ensures    valid:   Machine(m);
    ensures    same:    SameState{Pre, Here}(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    listed:  \forall integer i; at <= i < at + count ==> pfns[i] == first + (i - at);
    ensures    new:     \forall integer c, f; 0 <= c <= at && first <= f < first + count ==> Listed(pfns, c, at + count, f);
*/
void np_list_run(uint64_t *pfns, uint64_t at, uint64_t first, uint64_t count)
    /*@ ghost (const struct np_machine *m) */;

/**
 * Lists the page frames of a run of free pages, behind what a list holds already, and takes the pages.
 *
 * @clause M4, F3
 * @param      run     free pages of one region, one or more
 * @param      remove  whether the pages are removed
 * @param[out] pfns    the list
 * @param      count   its length
 * @cost   a step for every page; O(log positions)
 */
/*@ requires   valid:   Machine(m) && Room(m, pfns, count + run.length) && count + run.length <= NP_CALL_LIMIT;
    requires   run:     1 <= run.length && run.region < m->regions && Run(&m->free, run.start, run.length)
                          && m->region[run.region].base <= run.start
                          && run.start + run.length <= m->region[run.region].base + m->region[run.region].pages;
    NP_RETURNS
    assigns             pfns[count .. count + run.length - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    listed:  ListsRun(m, run.region, pfns, count, run.start, run.length);
    ensures    kept:    \forall integer i; 0 <= i < count ==> pfns[i] == \at(pfns[i], Pre);
    ensures    at:      \forall integer p; ListedBetween(m, pfns, count, count + run.length, p) <==>
                          run.start <= p < run.start + run.length;
    ensures    taken:   \forall integer p; run.start <= p < run.start + run.length ==> TakenAt(m, remove, p);
    ensures    others:  \forall integer p; !(run.start <= p < run.start + run.length) ==> SameAt{Pre, Here}(m, p);
    ensures    new:     \forall integer c, f; 0 <= c <= count && Frame(m, run.region, run.start) <= f < Frame(m, run.region, run.start) + run.length ==>
                          Listed(pfns, c, count + run.length, f);
    ensures    frames:  \forall integer i; count <= i < count + run.length ==> pfns[i] == Frame(m, run.region, run.start) + (i - count);
*/
void np_take_run(struct np_machine *m, struct np_run run, bool remove, uint64_t *pfns, uint64_t count);

/*@ ghost
  // What a list holds in its first places and in those that follow.
  /@ requires valid: from <= count <= more && \valid_read(pfns + (0 .. more - 1));
     NP_PURE
     ensures  parts: \forall integer i, p; count <= i <= more ==>
                       (ListedBetween(m, pfns, from, i, p) <==> ListedBetween(m, pfns, from, count, p) || ListedBetween(m, pfns, count, i, p));
  @/
  void np_lemma_parts(const struct np_machine *m, const uint64_t *pfns, uint64_t from, uint64_t count, uint64_t more);
*/

#endif
