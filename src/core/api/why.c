/* SPDX-License-Identifier: MIT */
#include "why.h"
#include "why_lemmas.h"
#include "../select/choose.h"
#include "../select/collect.h"
#include "../index/index.h"
#include "../machine/machine.h"
#include "../request/node.h"
#include "../select/place.h"
#include "../select/tally.h"

/* Whether some present page lies in some range. */
/*@ requires   valid:   Table(m) && Steps(r);
    NP_PURE
    ensures    some:    \result ==> SomePresent(m, r);
    ensures    none:    !\result ==> NonePresent(m, r);
*/
static bool any_present(const struct np_machine *m, struct np_steps r)
{
    /*@ loop invariant at:   s <= m->regions;
        loop invariant none: \forall integer t, p, f; t < s && Page(m, t, p, f) ==> !InRanges(r, f);
        loop assigns s;
        loop variant m->regions - s;
    */
    for (uint32_t s = 0; s < m->regions; s++) {
        //@ ghost np_lemma_region(m, s);
        const uint64_t first = (uint64_t)m->region[s].first;
        const uint64_t next = np_steps_next(r, first);
        if (next < first + (uint64_t)m->region[s].pages) {
            //@ assert page: Page(m, s, m->region[s].base + (next - first), next) && InRanges(r, next);
            return true;
        }
        //@ assert here: \forall integer p, f; Page(m, s, p, f) ==> !InRanges(r, f);
    }
    return false;
}

/* Whether `least` pages are available, in blocks of `chunk` pages; with no chunk size, in one block. */
/*@ requires   valid:   Searchable(m) && FreePresent(m) && Steps(r) && ideal < m->nodes;
    requires   least:   1 <= least <= NP_CALL_LIMIT;
    requires   block:   chunk == 0 ==> r.step == 0;
    requires   chunks:  chunk != 0 ==> least % chunk == 0;
    NP_PURE
    ensures    yes:     \result ==> Possible(m, ideal, local, r, chunk, least);
    ensures    no:      !\result ==> Impossible(m, ideal, local, r, chunk, least);
*/
static bool possible(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t chunk,
                     uint64_t least)
{
    if (chunk == 0) return np_find_block(m, ideal, local, r, least) != NP_NONE;
    return np_count_usable(m, ideal, local, r, chunk, least) >= least;
}

/* Why `least` pages are not available. */
/*@ requires   valid:   Searchable(m) && FreePresent(m) && Steps(r) && ideal < m->nodes;
    requires   least:   1 <= least <= NP_CALL_LIMIT;
    requires   block:   chunk == 0 ==> r.step == 0;
    requires   chunks:  chunk != 0 ==> least % chunk == 0;
    NP_PURE
    ensures    kind:    \result == NP_REASON_NONE || NP_REASON_EMPTY_RANGE <= \result <= NP_REASON_FRAGMENTED;
    ensures    reason:  PagesReason(m, ideal, local, r, chunk, least, \result);
*/
static enum np_reason pages_reason(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r,
                                   uint64_t chunk, uint64_t least)
{
    if (possible(m, ideal, local, r, chunk, least)) return NP_REASON_NONE;
    if (!any_present(m, r)) return NP_REASON_EMPTY_RANGE;
    if (local && possible(m, ideal, false, r, chunk, least)) return NP_REASON_NODE;
    if (np_count_usable(m, ideal, local, r, 1, least) < least) return NP_REASON_TOO_FEW;
    return NP_REASON_FRAGMENTED;
}

enum np_reason np_why_pages(const struct np_machine *m, const struct np_pages_request *q)
{
    if (np_check_pages_request(m, q) != NP_PARAMETER_NONE) return NP_REASON_INVALID;
    const uint64_t wanted = np_pages_wanted(q);
    if (wanted == 0) return NP_REASON_LIMIT;
    const bool local = (q->flags & NP_FROM_LOCAL_NODE_ONLY) != 0;
    const bool chunks = (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    const struct np_steps r = np_steps_of(q->low, q->high, chunks ? 0 : q->skip);
    const uint64_t chunk = chunks ? q->skip / NP_PAGE_SIZE : 1;
    const uint64_t least = (q->flags & NP_FULLY_REQUIRED) != 0 || chunk == 0 ? wanted : chunk;
    //@ assert searchable: Searchable(m) && FreePresent(m);
    //@ assert whole: chunk != 0 ==> wanted % chunk == 0;
    //@ assert some: chunk <= wanted;
    //@ assert least: least == LeastOf(q) && chunk == ChunkOf(q);
    //@ assert ranges: RangesOf(q, r);
    return pages_reason(m, q->node, local, r, chunk, least);
}

/* Whether there is a place for a block on a node, or with NP_ANY_NODE on any nodes. */
/*@ requires   valid:   Searchable(m) && FreePresent(m) && Steps(r) && r.step == 0;
    requires   count:   1 <= count <= NP_STEP_LIMIT && (boundary == 0 || count <= boundary <= NP_STEP_LIMIT);
    NP_PURE
    ensures    yes:     \result ==> SomePlaceIn(m, node, r, count, boundary);
    ensures    no:      !\result ==> !SomePlaceIn(m, node, r, count, boundary);
*/
static bool some_place(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t count, uint64_t boundary)
{
    const uint64_t p =
        node == NP_ANY_NODE ? np_place_anywhere(m, r, count, boundary) : np_place_on_node(m, node, r, count, boundary);
    //@ assert place: p != NP_NONE ==> PlaceIn(m, node, r, count, boundary, p);
    return p != NP_NONE;
}

/* Why there is no place for a block, when there is none. */
/*@ requires   valid:   Searchable(m) && FreePresent(m) && Steps(r) && r.step == 0;
    requires   count:   1 <= count <= NP_STEP_LIMIT && (boundary == 0 || count <= boundary <= NP_STEP_LIMIT);
    NP_PURE
    ensures    kind:    NP_REASON_EMPTY_RANGE <= \result <= NP_REASON_BOUNDARY;
    ensures    reason:  BlockReason(m, node, r, count, boundary, \result);
*/
static enum np_reason block_reason(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t count,
                                   uint64_t boundary)
{
    if (!any_present(m, r)) return NP_REASON_EMPTY_RANGE;
    if (node != NP_ANY_NODE && some_place(m, NP_ANY_NODE, r, count, boundary)) return NP_REASON_NODE;
    if (np_tally_pages(m, node, r).free < count) return NP_REASON_TOO_FEW;
    return some_place(m, node, r, count, 0) ? NP_REASON_BOUNDARY : NP_REASON_FRAGMENTED;
}

enum np_reason np_why_contiguous(const struct np_machine *m, const struct np_contiguous_request *q)
{
    if (np_check_contiguous_request(m, q) != NP_PARAMETER_NONE) return NP_REASON_INVALID;
    //@ assert searchable: Searchable(m) && FreePresent(m);
    if (np_place_contiguous(m, q) != NP_NONE) return NP_REASON_NONE;
    const struct np_steps r = np_steps_of(q->low, q->high, 0);
    //@ assert alone: \forall integer i, f; InRange(r, i, f) <==> i == 0 && InByteRange(q->low, q->high, 0, 0, f);
    //@ assert range: RangeOf(q, r);
    //@ ghost np_lemma_boundary(q);
    return block_reason(m, q->node, r, np_whole_pages(q->bytes), q->boundary / NP_PAGE_SIZE);
}

/* The figures of a number of free pages, the longest run of them at a position. */
/*@ requires   valid:   Table(m) && longest <= eligible && longest <= m->free.positions;
    requires   start:   longest != 0 ==> Present(m, start);
    NP_PURE
    ensures    given:   \result.eligible == eligible && \result.longest == longest;
    ensures    agree:   FiguresAgree(\result);
    ensures    first:   longest != 0 ==> \exists integer s; Page(m, s, start, \result.first);
*/
static struct np_figures figures(const struct np_machine *m, uint64_t eligible, uint64_t longest, uint64_t start)
{
    struct np_figures f = {eligible, longest, NP_NONE, NP_NONE};
    if (longest == 0) return f;
    const uint32_t s = np_locate_position(m, start);
    //@ ghost np_lemma_region(m, s);
    f.first = (uint64_t)m->region[s].first + (start - (uint64_t)m->region[s].base);
    f.blocker = f.first + longest;
    //@ assert page: Page(m, s, start, f.first);
    return f;
}

/* The longest run of eligible pages on an allowed node; of equally long ones the lowest. */
/*@ requires   valid:   Searchable(m) && Steps(r) && ideal < m->nodes;
    NP_PURE
    ensures    found:   \result.length != 0 ==> AllowedRun(m, ideal, local, r, \result);
    ensures    longest: LongestOver(m, ideal, local, r, \result.length);
*/
static struct np_run longest_over(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r)
{
    struct np_run best = {0, 0, 0};
    /*@ loop invariant at:      node <= m->nodes;
        loop invariant found:   best.length != 0 ==> AllowedRun(m, ideal, local, r, best);
        loop invariant size:    best.length <= NP_PFN_LIMIT;
        loop invariant longest: NoLongerBelow(m, ideal, local, r, node, best.length + 1);
        loop assigns node, best;
        loop variant m->nodes - node;
    */
    for (uint32_t node = 0; node < m->nodes; node++) {
        if (local && node != ideal) continue;
        const struct np_run run = np_longest_run(m, node, r);
        //@ ghost if (run.length != 0) np_lemma_region(m, run.region);
        //@ assert allowed: run.length != 0 ==> AllowedRun(m, ideal, local, r, run);
        //@ assert size: run.length <= NP_PFN_LIMIT;
        //@ ghost uint64_t less = run.length + 1;
        //@ ghost uint64_t more = (run.length > best.length ? run.length : best.length) + 1;
        //@ ghost lemma_longer(m, node, r, less, more);
        //@ ghost lemma_longest_over(m, ideal, local, r, node, best.length + 1, more);
        if (run.length > best.length || (run.length == best.length && run.start < best.start)) best = run;
        //@ assert more: more == best.length + 1;
    }
    return best;
}

struct np_figures np_figures_pages(const struct np_machine *m, const struct np_pages_request *q)
{
    const bool local = (q->flags & NP_FROM_LOCAL_NODE_ONLY) != 0;
    const bool chunks = (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    const struct np_steps r = np_steps_of(q->low, q->high, chunks ? 0 : q->skip);
    //@ assert ranges: RangesOf(q, r);
    const struct np_run best = longest_over(m, q->node, local, r);
    /*@ ghost
        if (best.length != 0) {
            np_lemma_region(m, best.region);
            uint32_t node = (uint32_t)m->region[best.region].node;
            lemma_among(m, q->node, local, r, node, best.start, best.length);
        }
    */
    return figures(m, np_count_usable(m, q->node, local, r, 1, NP_PFN_LIMIT), best.length, best.start);
}

struct np_figures np_figures_contiguous(const struct np_machine *m, const struct np_contiguous_request *q)
{
    const struct np_steps r = np_steps_of(q->low, q->high, 0);
    //@ assert alone: \forall integer i, f; InRange(r, i, f) <==> i == 0 && InByteRange(q->low, q->high, 0, 0, f);
    //@ assert range: RangeOf(q, r);
    const struct np_tally tally = np_tally_pages(m, q->node, r);
    return figures(m, tally.free, tally.longest, tally.start);
}
