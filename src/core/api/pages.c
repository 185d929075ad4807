/* SPDX-License-Identifier: MIT */
#include "pages.h"
#include "pages_lemmas.h"
#include "../select/choose.h"
#include "../select/prefer.h"
#include "../machine/state.h"

/* P1, C3: the best pages, or none where all are required and there are fewer. */
/*@ requires   valid:   Machine(m) && Plan(plan) && plan.wanted % plan.chunk == 0 && Room(m, pfns, plan.wanted) && plan.ideal < m->nodes;
    NP_RETURNS
    assigns             pfns[0 .. plan.wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    0 <= \result <= plan.wanted;
    ensures    best:    \result != 0 ==>
                          BestPages{Pre, Here}(m, plan.ideal, plan.local, plan.ranges, plan.chunk, plan.wanted, pfns, \result);
    ensures    whole:   \result != 0 && plan.whole ==> \result == plan.wanted;
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, plan.remove);
    ensures    free:    \result != 0 ==> AllFree{Pre, Here}(m, pfns, \result) && Distinct(pfns, \result);
    ensures    failed:  \result == 0 ==> SameState{Pre, Here}(m) && \exists integer n;
                          CountedAll{Pre}(m, plan.ideal, plan.local, plan.ranges, plan.chunk, NP_NO_NODE, m->free.positions, n)
                          && (n == 0 || (plan.whole && n < plan.wanted));
*/
static uint64_t take_best(struct np_machine *m, struct np_plan plan, uint64_t *pfns)
{
    //@ ghost np_lemma_one_count(m, plan.ideal, plan.local, plan.ranges, plan.chunk);
    if (plan.whole && np_count_usable(m, plan.ideal, plan.local, plan.ranges, plan.chunk, plan.wanted) < plan.wanted)
        return 0;
    //@ ghost lemma_candidates_free(m, plan.ideal, plan.local, plan.ranges, plan.chunk);
    const uint64_t count = np_take_lowest(m, plan, pfns);
    //@ assert free: \forall integer i; 0 <= i < count ==> FreeFrame{Pre}(m, pfns[i]);
    //@ assert present: \forall integer f; FreeFrame{Pre}(m, f) ==> FramePresent(m, f);
    //@ ghost lemma_apart(m, plan.ideal, pfns, count);
    return count;
}

uint64_t np_allocate_pages(struct np_machine *m, const struct np_pages_request *q, uint64_t *pfns)
{
    if (np_check_pages_request(m, q) != NP_PARAMETER_NONE) return 0;
    const uint64_t wanted = np_pages_wanted(q);
    if (wanted == 0) return 0;
    const bool chunks = (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    const struct np_plan plan = {
        np_steps_of(q->low, q->high, chunks ? 0 : q->skip),  /* ranges */
        chunks && q->skip != 0 ? q->skip / NP_PAGE_SIZE : 1, /* chunk */
        wanted,
        q->node,                                   /* ideal */
        (q->flags & NP_FROM_LOCAL_NODE_ONLY) != 0, /* local */
        (q->flags & NP_FULLY_REQUIRED) != 0,       /* whole */
        (q->flags & NP_AND_HOT_REMOVE) != 0,       /* remove */
    };
    //@ assert ranges: RangesOf(q, plan.ranges) && (chunks ==> plan.ranges.step == 0);
    if (chunks && q->skip == 0) return np_take_one_block(m, plan, pfns);
    //@ assert chunk: plan.chunk == ChunkOf(q) && wanted % plan.chunk == 0;
    //@ ghost lemma_candidates_free(m, plan.ideal, plan.local, plan.ranges, 1);
    if (!chunks && (q->flags & NP_PREFER_CONTIGUOUS) != 0) return np_take_runs(m, plan, pfns);
    return take_best(m, plan, pfns);
}
