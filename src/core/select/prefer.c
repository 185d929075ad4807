/* SPDX-License-Identifier: MIT */
#include "prefer.h"
#include "prefer_lemmas.h"
#include "../machine/machine.h"
#include "../machine/state.h"
#include "../../../spec/logic/prefer.acsl"

/* The run that P5 takes next, where `wanted` pages are still wanted of a node. */
/*@ requires   valid:   Searchable(m) && Steps(r) && 1 <= wanted <= NP_CALL_LIMIT && from <= m->free.positions;
    requires   known:   Longest(m, node, r, longest, from);
    NP_PURE
    ensures    inside:  \result.length != 0 ==> \result.region < m->regions
                          && m->region[\result.region].node == node
                          && m->region[\result.region].base <= \result.start
                          && \result.start + \result.length <= m->region[\result.region].base + m->region[\result.region].pages;
    ensures    size:    \result.length <= wanted;
    ensures    best:    \result.length != 0 ==> BestRun(m, node, r, wanted, \result.start, \result.length);
    ensures    none:    \result.length == 0 ==> \forall integer p; !Eligible(m, node, r, p);
*/
static struct np_run choose_run(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t wanted,
                                uint64_t longest, uint64_t from)
{
    const bool known = longest != 0 && longest < wanted;
    const uint64_t least = known ? longest : wanted;
    const struct np_run run = np_run_next(m, node, r, 0, known ? from : 0, least, least);
    if (run.length != 0) {
        //@ assert lowest: NoEligibleStarts(m, node, r, 0, run.start, least);
        return run;
    }
    //@ assert shorter: NoEligibleStarts(m, node, r, 0, m->free.positions, least);
    const struct np_run best = np_longest_run(m, node, r);
    //@ ghost lemma_inside(m, node, r, best.start, best.length, least);
    return best;
}

/* Lists and takes an eligible run of one region, behind what the list holds already. */
/*@ requires   valid:   Machine(m) && Room(m, pfns, count + run.length) && count + run.length <= NP_CALL_LIMIT;
    requires   run:     1 <= run.length && run.region < m->regions && EligibleRun(m, node, r, run.start, run.length)
                          && m->region[run.region].base <= run.start
                          && run.start + run.length <= m->region[run.region].base + m->region[run.region].pages;
    NP_RETURNS
    assigns             pfns[count .. count + run.length - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    listed:  ListsRun(m, run.region, pfns, count, run.start, run.length);
    ensures    kept:    \forall integer i; 0 <= i < count ==> pfns[i] == \at(pfns[i], Pre);
    ensures    at:      \forall integer p; run.start <= p < run.start + run.length ==>
                          ListedBetween(m, pfns, count, count + run.length, p);
    ensures    only:    \forall integer p; ListedBetween(m, pfns, count, count + run.length, p) ==>
                          run.start <= p < run.start + run.length;
    ensures    taken:   \forall integer p; run.start <= p < run.start + run.length ==> TakenAt(m, remove, p);
    ensures    others:  \forall integer p; !(run.start <= p < run.start + run.length) ==> SameAt{Pre, Here}(m, p);
    ensures    sound:   \forall integer i; count <= i < count + run.length ==> EligibleFrame{Pre}(m, node, r, pfns[i]);
    ensures    once:    \forall integer i, j; count <= i < j < count + run.length ==> pfns[i] != pfns[j];
    ensures    left:    \forall integer p; Eligible(m, node, r, p) ==>
                          Eligible{Pre}(m, node, r, p) && !(run.start <= p < run.start + run.length);
    ensures    counted: \forall integer n; Counted{Pre}(m, node, r, 1, m->free.positions, n) ==>
                          Counted(m, node, r, 1, m->free.positions, n - run.length);
*/
static void take_run(struct np_machine *m, struct np_run run, bool remove, uint64_t *pfns, uint64_t count)
/*@ ghost (uint32_t node, struct np_steps r) */
{
    //@ ghost const uint32_t s = run.region;
    //@ ghost np_lemma_region(m, s);
    //@ ghost np_lemma_pages(m);
    //@ ghost lemma_single(m, r);
    //@ assert eligible: \forall integer p; Eligible(m, node, r, p) ==> FreeAt(m, p);
    //@ assert usable: \forall integer p; run.start <= p < run.start + run.length ==> Usable(m, node, r, 1, p);
    //@ assert run: Run(&m->free, run.start, run.length);
    np_take_run(m, run, remove, pfns, count);
    //@ ghost lemma_single(m, r);
    //@ assert sound: \forall integer i, p; run.start <= p < run.start + run.length && Page(m, s, p, pfns[i]) ==> EligibleFrame{Pre}(m, node, r, pfns[i]);
    //@ assert gone: \forall integer p; run.start <= p < run.start + run.length ==> !Eligible(m, node, r, p);
    //@ assert others: \forall integer p; SameAt{Pre, Here}(m, p) ==> (Eligible{Pre}(m, node, r, p) <==> Eligible(m, node, r, p));
    /*@ ghost
        int64_t q = 0;
        uint64_t less = 0;
        /@ loop invariant at:      0 <= q <= m->free.positions;
           loop invariant less:    less == (q <= run.start ? 0 : q <= run.start + run.length ? q - run.start : run.length);
           loop invariant counted: \forall integer n; Counted{Pre}(m, node, r, 1, q, n) ==> Counted(m, node, r, 1, q, n - less);
           loop assigns q, less;
           loop variant m->free.positions - q;
        @/
        while (q < m->free.positions) {
            if (run.start <= q && q < run.start + run.length) {
                /@ assert was:  Usable{Pre}(m, node, r, 1, q); @/
                /@ assert gone: !Usable(m, node, r, 1, q); @/
                /@ assert back: \forall integer n; Counted{Pre}(m, node, r, 1, q + 1, n) ==> Counted{Pre}(m, node, r, 1, q, n - 1); @/
                /@ assert here: \forall integer n; Counted{Pre}(m, node, r, 1, q, n - 1) ==> Counted(m, node, r, 1, q, n - 1 - less); @/
                /@ assert forth: \forall integer n; Counted(m, node, r, 1, q, n) ==> Counted(m, node, r, 1, q + 1, n); @/
                less++;
                /@ assert fewer: \forall integer n; Counted{Pre}(m, node, r, 1, q + 1, n) ==> Counted(m, node, r, 1, q + 1, n - less); @/
            } else {
                /@ assert same: Usable{Pre}(m, node, r, 1, q) <==> Usable(m, node, r, 1, q); @/
                /@ assert as_many: \forall integer n; Counted{Pre}(m, node, r, 1, q + 1, n) ==> Counted(m, node, r, 1, q + 1, n - less); @/
            }
            q++;
        }
    */
    //@ assert all: less == run.length && q == m->free.positions;
}

/* P5 for one node: whole runs, longest first, until one holds all that is still wanted. */
/*@ requires   valid:   Machine(m) && Steps(r) && Room(m, pfns, wanted) && count <= wanted <= NP_CALL_LIMIT;
    NP_RETURNS
    assigns             pfns[count .. wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    count <= \result <= wanted;
    ensures    kept:    \forall integer i; 0 <= i < count ==> pfns[i] == \at(pfns[i], Pre);
    ensures    sound:   \forall integer i; count <= i < \result ==> EligibleFrame{Pre}(m, node, r, pfns[i]);
    ensures    taken:   \forall integer p; ListedBetween(m, pfns, count, \result, p) ==> TakenAt(m, remove, p) && FreeAt{Pre}(m, p);
    ensures    others:  \forall integer p; !ListedBetween(m, pfns, count, \result, p) ==> SameAt{Pre, Here}(m, p);
    ensures    once:    \forall integer i, j; count <= i < j < \result ==> pfns[i] != pfns[j];
    ensures    all:     \result < wanted ==> \forall integer p; !Eligible(m, node, r, p);
    ensures    exact:   \exists integer n; Counted{Pre}(m, node, r, 1, m->free.positions, n)
                          && (\result < wanted ==> \result == count + n) && (\result == wanted ==> wanted <= count + n);
    ensures    steps:   InSteps{Pre, Here}(m, node, r, wanted, pfns, count, \result);
*/
static uint64_t take_on_node(struct np_machine *m, uint32_t node, struct np_steps r, uint64_t wanted, bool remove,
                             uint64_t *pfns, uint64_t count)
{
    uint64_t have = count;
    uint64_t longest = 0;
    uint64_t from = 0;
    //@ ghost np_lemma_pages(m);
    //@ ghost lemma_counted(m, node, r);
    /*@ loop invariant size:    count <= have <= wanted && from <= m->free.positions;
        loop invariant valid:   Machine(m) && (HeldPresent{Pre}(m) ==> HeldPresent(m));
        loop invariant kept:    \forall integer i; 0 <= i < count ==> pfns[i] == \at(pfns[i], Pre);
        loop invariant known:   have < wanted ==> Longest(m, node, r, longest, from);
        loop invariant sound:   \forall integer i; count <= i < have ==> EligibleFrame{Pre}(m, node, r, pfns[i]);
        loop invariant taken:   \forall integer p; ListedBetween(m, pfns, count, have, p) ==> TakenAt(m, remove, p) && FreeAt{Pre}(m, p);
        loop invariant others:  \forall integer p; !ListedBetween(m, pfns, count, have, p) ==> SameAt{Pre, Here}(m, p);
        loop invariant once:    \forall integer i, j; count <= i < j < have ==> pfns[i] != pfns[j];
        loop invariant counted: \forall integer n; Counted{Pre}(m, node, r, 1, m->free.positions, n) ==>
                                  Counted(m, node, r, 1, m->free.positions, n - (have - count));
        loop invariant enough:  \forall integer n; Counted{Pre}(m, node, r, 1, m->free.positions, n) ==> have <= count + n;
        loop invariant steps:   InSteps{Pre, Here}(m, node, r, wanted, pfns, count, have);
        loop assigns have, longest, from, pfns[count .. wanted - 1], NP_PAGES(m);
        loop variant wanted - have;
    */
    while (have < wanted) {
        const struct np_run run = choose_run(m, node, r, wanted - have, longest, from);
        if (run.length == 0) {
            //@ ghost lemma_counted(m, node, r);
            //@ assert none_left: \forall integer n; Counted{Pre}(m, node, r, 1, m->free.positions, n) ==> have == count + n;
            return have;
        }
        //@ ghost np_lemma_region(m, run.region);
        //@ assert was_free: \forall integer p; FreeAt(m, p) ==> FreeAt{Pre}(m, p) && !ListedBetween(m, pfns, count, have, p);
        //@ assert was: \forall integer p; Eligible(m, node, r, p) ==> Eligible{Pre}(m, node, r, p);
        //@ assert was_frame: \forall integer f; EligibleFrame(m, node, r, f) ==> EligibleFrame{Pre}(m, node, r, f);
        //@ assert used: \forall integer i, s, p; count <= i < have && Page(m, s, p, pfns[i]) ==> !Eligible(m, node, r, p);
        //@ assert not_own: \forall integer i; count <= i < have ==> !EligibleFrame(m, node, r, pfns[i]);
        //@ assert now: LeftNow{Pre, Here}(m, node, r, pfns, count, have);
        //@ assert best: BestLeft{Pre, Here}(m, node, r, pfns, count, have, wanted - have, run.start, run.length);
        //@ ghost start: ;
        take_run(m, run, remove, pfns, have) /*@ ghost (node, r) */;
        //@ assert row: \forall integer p; ListedBetween(m, pfns, have, have + run.length, p) <==> run.start <= p < run.start + run.length;
        //@ assert counted: \forall integer n; Counted{Pre}(m, node, r, 1, m->free.positions, n) ==> Counted(m, node, r, 1, m->free.positions, n - (have + run.length - count));
        //@ assert kept: \forall integer i; count <= i < have ==> pfns[i] == \at(pfns[i], start);
        //@ assert moved: \forall integer i, s, p; count <= i < have && Page(m, s, p, \at(pfns[i], start)) ==> Page(m, s, p, pfns[i]);
        //@ assert back: \forall integer i, s, p; count <= i < have && Page(m, s, p, pfns[i]) ==> Page(m, s, p, \at(pfns[i], start));
        //@ assert same: SamePlaces{start, Here}(m, pfns, count, have);
        //@ assert step: StepAt{Pre, Here}(m, node, r, wanted, pfns, count, have, run.length);
        /*@ ghost
            uint64_t ahead = have - count;
            /@ loop invariant at:    0 <= ahead <= have - count;
               loop invariant steps: \forall integer k; count <= k && k + ahead <= have && InSteps{Pre, start}(m, node, r, wanted, pfns, count, k) ==>
                                       InSteps{Pre, Here}(m, node, r, wanted, pfns, count, k);
               loop assigns ahead;
               loop variant ahead;
            @/
            while (ahead > 0) {
                ahead--;
            }
        */
        //@ assert old_at: \forall integer p; ListedBetween{start}(m, pfns, count, have, p) <==> ListedBetween(m, pfns, count, have, p);
        //@ assert either: \forall integer p; ListedBetween(m, pfns, count, have + run.length, p) <==> ListedBetween(m, pfns, count, have, p) || ListedBetween(m, pfns, have, have + run.length, p);
        //@ assert aside: \forall integer p; ListedBetween{start}(m, pfns, count, have, p) ==> TakenAt{start}(m, remove, p) && FreeAt{Pre}(m, p) && !(run.start <= p < run.start + run.length);
        //@ assert alike: \forall integer p; SameAt{start, Here}(m, p) && TakenAt{start}(m, remove, p) ==> TakenAt(m, remove, p);
        //@ assert still: \forall integer p; ListedBetween{start}(m, pfns, count, have, p) ==> TakenAt(m, remove, p) && FreeAt{Pre}(m, p);
        //@ assert less_runs: \forall integer p, n; EligibleRun(m, node, r, p, n) ==> EligibleRun{start}(m, node, r, p, n);
        //@ assert head: \forall integer p; EligibleRun(m, node, r, p, run.length) ==> Eligible(m, node, r, p);
        //@ assert gone_runs: \forall integer p; run.start <= p < run.start + run.length ==> !EligibleRun(m, node, r, p, run.length);
        //@ assert none_longer: have + run.length < wanted ==> NoEligibleStarts(m, node, r, 0, m->free.positions, run.length + 1);
        //@ assert none_below: have + run.length < wanted ==> NoEligibleStarts(m, node, r, 0, run.start + run.length, run.length);
        //@ assert own: \forall integer i; have <= i < have + run.length ==> EligibleFrame{start}(m, node, r, pfns[i]);
        //@ assert not_own: \forall integer i; count <= i < have ==> !EligibleFrame{start}(m, node, r, pfns[i]);
        //@ assert apart: \forall integer i, j; count <= i < have <= j < have + run.length ==> pfns[i] != pfns[j];
        //@ assert steps_still: InSteps{Pre, Here}(m, node, r, wanted, pfns, count, have);
        //@ assert steps_more: InSteps{Pre, Here}(m, node, r, wanted, pfns, count, have + run.length);
        have += run.length;
        longest = run.length;
        from = run.start + run.length;
        //@ ghost lemma_counted(m, node, r);
    }
    return have;
}

uint64_t np_take_runs(struct np_machine *m, struct np_plan plan, uint64_t *pfns)
{
    const uint32_t ideal = plan.ideal;
    const bool local = plan.local;
    const struct np_steps r = plan.ranges;
    const uint64_t wanted = plan.wanted;
    const bool remove = plan.remove;
    //@ ghost np_lemma_one_count(m, ideal, local, r, 1);
    if (plan.whole && np_count_usable(m, ideal, local, r, 1, wanted) < wanted) return 0;
    uint64_t count = 0;
    uint32_t node = ideal;
    //@ ghost np_lemma_pages(m);
    //@ ghost lemma_single(m, r);
    //@ ghost np_lemma_sum(m, ideal, local, r, 1);
    //@ ghost np_lemma_bounds(m, ideal, local, r, 1);
    /*@ loop invariant size:   0 <= count <= wanted;
        loop invariant node:   node == NP_NO_NODE || AllowedNode(m, ideal, local, node);
        loop invariant valid:  Machine(m) && (HeldPresent{Pre}(m) ==> HeldPresent(m));
        loop invariant sound:  \forall integer i; 0 <= i < count ==> CandidateFrame{Pre}(m, ideal, local, r, 1, node, pfns[i]);
        loop invariant tried:  \forall integer i, s, p; 0 <= i < count && Page(m, s, p, pfns[i]) ==>
                                 TriedBefore(m, ideal, local, m->region[s].node, node);
        loop invariant once:   \forall integer i, j; 0 <= i < j < count ==> pfns[i] != pfns[j];
        loop invariant order:  InNodeOrder(m, ideal, pfns, count);
        loop invariant lowest: \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, 1, node, s, p, f) ==>
                                 Listed(pfns, 0, count, f) || (count == wanted && NoneLater(m, ideal, pfns, count, s));
        loop invariant exact:  \exists integer n; CountedAll{Pre}(m, ideal, local, r, 1, node, m->free.positions, n)
                                 && (count < wanted ==> count == n) && (count == wanted ==> wanted <= n);
        loop invariant steps:  AllSteps{Pre, Here}(m, ideal, local, r, wanted, pfns, count);
        loop invariant taken:  \forall integer p; ListedBetween(m, pfns, 0, count, p) ==> TakenAt(m, remove, p);
        loop invariant others: \forall integer p; !ListedBetween(m, pfns, 0, count, p) ==> SameAt{Pre, Here}(m, p);
        loop assigns count, node, pfns[0 .. wanted - 1], NP_PAGES(m);
        loop variant node == NP_NO_NODE ? 0 : 0x10000 - NodeRank(m, ideal, node);
    */
    while (node != NP_NO_NODE && count < wanted) {
        const uint32_t next = np_next_tried(m, ideal, local, node);
        //@ assert next: NextTried(m, ideal, local, node, next);
        //@ assert still: \forall integer p; Eligible{Pre}(m, node, r, p) ==> !ListedBetween(m, pfns, 0, count, p);
        //@ assert own: \forall integer p; !ListedBetween(m, pfns, 0, count, p) ==> (Eligible{Pre}(m, node, r, p) <==> Eligible(m, node, r, p));
        //@ assert free: \forall integer p; ListedBetween(m, pfns, 0, count, p) ==> !FreeAt(m, p);
        //@ assert not_free: \forall integer p; ListedBetween(m, pfns, 0, count, p) ==> !Eligible(m, node, r, p);
        //@ assert same: \forall integer p; Eligible{Pre}(m, node, r, p) <==> Eligible(m, node, r, p);
        //@ ghost lemma_single(m, r);
        //@ assert usable: \forall integer p; Usable{Pre}(m, node, r, 1, p) <==> Usable(m, node, r, 1, p);
        /*@ ghost
            int64_t q = 0;
            /@ loop invariant at:   0 <= q <= m->free.positions;
               loop invariant then: \forall integer n; Counted(m, node, r, 1, q, n) ==> Counted{Pre}(m, node, r, 1, q, n);
               loop assigns q;
               loop variant m->free.positions - q;
            @/
            while (q < m->free.positions) {
                q++;
            }
        */
        //@ assert tried: TriedBefore(m, ideal, local, node, next);
        //@ assert own_pages: \forall integer s, p, f; Page(m, s, p, f) && Eligible(m, node, r, p) ==> Candidate{Pre}(m, ideal, local, r, 1, next, s, p, f);
        //@ assert own_frames: \forall integer f; EligibleFrame(m, node, r, f) ==> CandidateFrame{Pre}(m, ideal, local, r, 1, next, f);
        //@ assert own_at: \forall integer s, p, f; EligibleFrame(m, node, r, f) && Page(m, s, p, f) ==> m->region[s].node == node;
        //@ assert own_some: \forall integer f; EligibleFrame(m, node, r, f) ==> \exists integer s, p; Page(m, s, p, f);
        //@ assert old_pages: \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, 1, node, s, p, f) ==> Candidate{Pre}(m, ideal, local, r, 1, next, s, p, f);
        //@ assert old_frames: \forall integer f; CandidateFrame{Pre}(m, ideal, local, r, 1, node, f) ==> CandidateFrame{Pre}(m, ideal, local, r, 1, next, f);
        //@ assert listed_at: \forall integer s, p, f; Page(m, s, p, f) && Listed(pfns, 0, count, f) ==> ListedBetween(m, pfns, 0, count, p);
        //@ assert some_page: \forall integer n, p; TriedBefore(m, ideal, local, n, node) && Eligible{Pre}(m, n, r, p) ==> \exists integer s; Candidate{Pre}(m, ideal, local, r, 1, node, s, p, Frame(m, s, p));
        //@ assert before: NoneLeftBefore{Pre, Here}(m, ideal, local, r, pfns, node, count);
        //@ ghost start: ;
        const uint64_t more = take_on_node(m, node, r, wanted, remove, pfns, count);
        //@ ghost np_lemma_parts(m, pfns, 0, count, more);
        //@ assert kept: \forall integer i; 0 <= i < count ==> pfns[i] == \at(pfns[i], start);
        //@ assert moved: \forall integer i, s, p; 0 <= i < count && Page(m, s, p, \at(pfns[i], start)) ==> Page(m, s, p, pfns[i]);
        //@ assert forth: \forall integer p; ListedBetween{start}(m, pfns, 0, count, p) ==> ListedBetween(m, pfns, 0, count, p);
        //@ assert back: \forall integer i, s, p; 0 <= i < count && Page(m, s, p, pfns[i]) ==> Page(m, s, p, \at(pfns[i], start));
        //@ assert back_at: \forall integer p; ListedBetween(m, pfns, 0, count, p) ==> ListedBetween{start}(m, pfns, 0, count, p);
        //@ assert old_at: \forall integer p; ListedBetween{start}(m, pfns, 0, count, p) <==> ListedBetween(m, pfns, 0, count, p);
        //@ assert own_eligible: \forall integer i; count <= i < more ==> EligibleFrame{start}(m, node, r, pfns[i]);
        //@ assert own_node: \forall integer i, s, p; count <= i < more && Page(m, s, p, pfns[i]) ==> m->region[s].node == node;
        //@ assert own_sound: \forall integer i; count <= i < more ==> CandidateFrame{Pre}(m, ideal, local, r, 1, next, pfns[i]);
        //@ assert old_tried: \forall integer i, s, p; 0 <= i < count && Page(m, s, p, pfns[i]) ==> TriedBefore(m, ideal, local, m->region[s].node, node);
        //@ assert not_own: \forall integer i; 0 <= i < count ==> !EligibleFrame{start}(m, node, r, pfns[i]);
        //@ assert apart: \forall integer i, j; 0 <= i < count <= j < more ==> pfns[i] != pfns[j];
        //@ assert old_once: \forall integer i, j; 0 <= i < j < count ==> pfns[i] != pfns[j];
        //@ assert own_once: \forall integer i, j; count <= i < j < more ==> pfns[i] != pfns[j];
        //@ assert once: \forall integer i, j; 0 <= i < j < more ==> pfns[i] != pfns[j];
        //@ assert old_pairs: \forall integer i, j; 0 <= i < j < count ==> NotAfter(m, ideal, \at(pfns[i], start), \at(pfns[j], start));
        //@ assert old_order: \forall integer i, j; 0 <= i < j < count ==> NotAfter(m, ideal, pfns[i], pfns[j]);
        //@ assert own_order: \forall integer i, j; count <= i < j < more ==> NotAfter(m, ideal, pfns[i], pfns[j]);
        //@ assert old_ranks: \forall integer i, s, p; 0 <= i < count && Page(m, s, p, pfns[i]) ==> NodeRank(m, ideal, m->region[s].node) < NodeRank(m, ideal, node);
        //@ assert own_ranks: \forall integer i, s, p; count <= i < more && Page(m, s, p, pfns[i]) ==> NodeRank(m, ideal, m->region[s].node) == NodeRank(m, ideal, node);
        //@ assert across: \forall integer i, j; 0 <= i < count <= j < more ==> NotAfter(m, ideal, pfns[i], pfns[j]);
        //@ assert order: InNodeOrder(m, ideal, pfns, more);
        //@ assert old_listed: \forall integer f; Listed{start}(pfns, 0, count, f) ==> Listed(pfns, 0, more, f);
        //@ assert old_lowest: \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, 1, node, s, p, f) ==> Listed(pfns, 0, more, f);
        //@ assert own_still: \forall integer p; SameAt{start, Here}(m, p) && Eligible{start}(m, node, r, p) ==> Eligible(m, node, r, p);
        //@ assert own_gone: more < wanted ==> \forall integer p; Eligible{start}(m, node, r, p) ==> ListedBetween(m, pfns, count, more, p);
        //@ assert own_listed: \forall integer s, p, f; Page(m, s, p, f) && ListedBetween(m, pfns, count, more, p) ==> Listed(pfns, 0, more, f);
        //@ assert own_last: \forall integer s; 0 <= s < m->regions && m->region[s].node == node ==> NoneLater(m, ideal, pfns, more, s);
        //@ assert own_lowest: \forall integer s, p, f; Page(m, s, p, f) && m->region[s].node == node && Usable{Pre}(m, node, r, 1, p) ==> Listed(pfns, 0, more, f) || (more == wanted && NoneLater(m, ideal, pfns, more, s));
        //@ assert either_node: \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, 1, next, s, p, f) ==> Candidate{Pre}(m, ideal, local, r, 1, node, s, p, f) || (m->region[s].node == node && Usable{Pre}(m, node, r, 1, p));
        //@ assert exact: \exists integer n; CountedAll{Pre}(m, ideal, local, r, 1, next, m->free.positions, n) && (more < wanted ==> more == n) && (more == wanted ==> wanted <= n);
        //@ assert same_places: SamePlaces{start, Here}(m, pfns, 0, count);
        /*@ ghost
            uint64_t ahead = count;
            /@ loop invariant at:    0 <= ahead <= count;
               loop invariant steps: \forall integer k; 0 <= k && k + ahead <= count && AllSteps{Pre, start}(m, ideal, local, r, wanted, pfns, k) ==>
                                       AllSteps{Pre, Here}(m, ideal, local, r, wanted, pfns, k);
               loop assigns ahead;
               loop variant ahead;
            @/
            while (ahead > 0) {
                ahead--;
            }
        */
        //@ assert steps_still: AllSteps{Pre, Here}(m, ideal, local, r, wanted, pfns, count);
        //@ assert fresh: FreshNode{start, Pre, Here}(m, node, r, pfns, count);
        //@ assert still_before: NoneLeftBefore{Pre, Here}(m, ideal, local, r, pfns, node, count);
        /*@ ghost
            ahead = more - count;
            /@ loop invariant at:    0 <= ahead <= more - count;
               loop invariant steps: \forall integer k; count <= k && k + ahead <= more && InSteps{start, Here}(m, node, r, wanted, pfns, count, k) ==>
                                       AllSteps{Pre, Here}(m, ideal, local, r, wanted, pfns, k);
               loop assigns ahead;
               loop variant ahead;
            @/
            while (ahead > 0) {
                ahead--;
            }
        */
        //@ assert steps_more: AllSteps{Pre, Here}(m, ideal, local, r, wanted, pfns, more);
        count = more;
        node = next;
    }
    //@ assert once: Distinct(pfns, count);
    //@ assert at: \forall integer p; ListedAt(m, pfns, count, p) <==> ListedBetween(m, pfns, 0, count, p);
    //@ assert all_pages: \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, 1, node, s, p, f) ==> Candidate{Pre}(m, ideal, local, r, 1, NP_NO_NODE, s, p, f);
    //@ assert all_sound: \forall integer f; CandidateFrame{Pre}(m, ideal, local, r, 1, node, f) ==> CandidateFrame{Pre}(m, ideal, local, r, 1, NP_NO_NODE, f);
    //@ assert later: \forall integer s, p, f; node != NP_NO_NODE && Page(m, s, p, f) && !TriedBefore(m, ideal, local, m->region[s].node, node) && AllowedNode(m, ideal, local, m->region[s].node) ==> NoneLater(m, ideal, pfns, count, s);
    //@ assert all_counted: \exists integer n; CountedAll{Pre}(m, ideal, local, r, 1, NP_NO_NODE, m->free.positions, n) && (count < wanted ==> count == n) && (count == wanted ==> wanted <= n);
    //@ assert untouched: count == 0 ==> SameState{Pre, Here}(m);
    return count;
}
