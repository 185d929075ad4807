#include "why.h"
#include "choose.h"
#include "collect.h"
#include "index.h"
#include "node.h"
#include "place.h"

/* Whether some present page lies in some range. */
static bool any_present(const struct np_machine *m, struct np_steps r)
{
    for (uint32_t s = 0; s < m->stretches; s++) {
        const uint64_t first = (uint64_t)m->stretch[s].first;
        if (np_steps_next(r, first) < first + (uint64_t)m->stretch[s].pages) return true;
    }
    return false;
}

/* Whether there are `wanted` pages to be had, in blocks of `chunk` pages; with no chunk size, in one block. */
static bool possible(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t chunk, uint64_t wanted)
{
    uint64_t count = 0;
    for (uint32_t node = ideal; node != NP_NO_NODE; node = local ? NP_NO_NODE : np_node_after(m, ideal, node)) {
        if (chunk == 0) {
            if (np_place_on_node(m, node, r, wanted, 0) != NP_NONE) return true;
        } else {
            count += np_count_on_node(m, node, r, chunk, wanted - count);
            if (count >= wanted) return true;
        }
    }
    return false;
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
    if (possible(m, q->node, local, r, chunk, least)) return NP_REASON_NONE;
    if (!any_present(m, r)) return NP_REASON_EMPTY_RANGE;
    if (local && possible(m, q->node, false, r, chunk, least)) return NP_REASON_NODE;
    if (np_count_usable(m, q->node, local, r, 1, least) < least) return NP_REASON_TOO_FEW;
    return NP_REASON_FRAGMENTED;
}

/* The free pages in [from, end), counted up to a limit, and the lowest longest run of them cut there. */
struct np_tally {
    uint64_t free;
    uint64_t longest;
    uint64_t start;
};

static struct np_tally tally_between(const struct np_machine *m, struct np_tally tally, uint64_t from, uint64_t end, uint64_t limit)
{
    uint64_t p = from;
    while (p < end && tally.free < limit) {
        const uint64_t start = np_index_next_free(&m->free, p, end);
        p = np_index_next_used(&m->free, start, end);
        tally.free += p - start;
        if (p - start > tally.longest) {
            tally.longest = p - start;
            tally.start = start;
        }
    }
    return tally;
}

static struct np_tally tally_on(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t limit)
{
    const uint64_t low = np_position_from(m, r.first);
    const uint64_t high = np_position_from(m, r.end);
    struct np_tally tally = {0, 0, 0};
    if (node == NP_ANY_NODE) return low < high ? tally_between(m, tally, low, high, limit) : tally;
    for (uint32_t s = 0; s < m->stretches; s++) {
        const uint64_t base = (uint64_t)m->stretch[s].base;
        const uint64_t end = base + (uint64_t)m->stretch[s].pages;
        if ((uint32_t)m->stretch[s].node != node || end <= low || high <= base) continue;
        tally = tally_between(m, tally, base < low ? low : base, high < end ? high : end, limit);
    }
    return tally;
}

enum np_reason np_why_contiguous(const struct np_machine *m, const struct np_contiguous_request *q)
{
    if (np_check_contiguous_request(m, q) != NP_PARAMETER_NONE) return NP_REASON_INVALID;
    const struct np_steps r = np_steps_of(q->low, q->high, 0);
    const uint64_t count = np_whole_pages(q->bytes);
    if (np_place_contiguous(m, q) != NP_NONE) return NP_REASON_NONE;
    if (!any_present(m, r)) return NP_REASON_EMPTY_RANGE;
    struct np_contiguous_request other = *q;
    other.node = NP_ANY_NODE;
    if (q->node != NP_ANY_NODE && np_place_contiguous(m, &other) != NP_NONE) return NP_REASON_NODE;
    if (tally_on(m, q->node, r, count).free < count) return NP_REASON_TOO_FEW;
    other = *q;
    other.boundary = 0;
    return np_place_contiguous(m, &other) == NP_NONE ? NP_REASON_FRAGMENTED : NP_REASON_BOUNDARY;
}

static struct np_figures figures(const struct np_machine *m, uint64_t eligible, uint64_t longest, uint64_t start)
{
    struct np_figures f = {eligible, longest, NP_NONE, NP_NONE};
    if (longest == 0) return f;
    const uint32_t s = np_locate_position(m, start);
    f.first = (uint64_t)m->stretch[s].first + (start - (uint64_t)m->stretch[s].base);
    f.blocker = f.first + longest;
    return f;
}

struct np_figures np_figures_pages(const struct np_machine *m, const struct np_pages_request *q)
{
    const bool local = (q->flags & NP_FROM_LOCAL_NODE_ONLY) != 0;
    const bool chunks = (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    const struct np_steps r = np_steps_of(q->low, q->high, chunks ? 0 : q->skip);
    struct np_run best = {0, 0, 0};
    for (uint32_t node = 0; node < m->nodes; node++) {
        if (local && node != q->node) continue;
        const struct np_run run = np_longest_run(m, node, r);
        if (run.length > best.length || (run.length == best.length && run.start < best.start)) best = run;
    }
    return figures(m, np_count_usable(m, q->node, local, r, 1, NP_PFN_LIMIT), best.length, best.start);
}

struct np_figures np_figures_contiguous(const struct np_machine *m, const struct np_contiguous_request *q)
{
    const struct np_tally tally = tally_on(m, q->node, np_steps_of(q->low, q->high, 0), NP_PFN_LIMIT);
    return figures(m, tally.free, tally.longest, tally.start);
}
