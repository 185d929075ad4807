#include "place.h"
#include "fit.h"
#include "index.h"
#include "request.h"

/* The lowest position in [from, end) where a block of free pages lies before `end` and crosses no boundary. */
static uint64_t place_between(const struct np_machine *m, uint64_t from, uint64_t end, uint64_t count, uint64_t boundary)
{
    while (from < end) {
        const uint64_t p = np_index_lowest_run(&m->free, from, end, count);
        if (p == NP_NONE) return NP_NONE;
        const uint32_t s = np_locate_position(m, p);
        const uint64_t f = (uint64_t)m->stretch[s].first + (p - (uint64_t)m->stretch[s].base);
        const uint64_t start = np_fit_boundary(f, count, boundary);
        if (start == f) return p;
        if (start - f >= end - p) return NP_NONE;
        from = p + (start - f);
    }
    return NP_NONE;
}

uint64_t np_place_on_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t count, uint64_t boundary)
{
    const uint64_t low = np_position_from(m, r.first);
    const uint64_t high = np_position_from(m, r.end);
    for (uint32_t s = 0; s < m->stretches; s++) {
        const uint64_t base = (uint64_t)m->stretch[s].base;
        const uint64_t end = base + (uint64_t)m->stretch[s].pages;
        if ((uint32_t)m->stretch[s].node != node || end <= low || high <= base) continue;
        const uint64_t p = place_between(m, base < low ? low : base, high < end ? high : end, count, boundary);
        if (p != NP_NONE) return p;
    }
    return NP_NONE;
}

uint64_t np_place_anywhere(const struct np_machine *m, struct np_steps r, uint64_t count, uint64_t boundary)
{
    const uint64_t low = np_position_from(m, r.first);
    const uint64_t high = np_position_from(m, r.end);
    if (high <= low) return NP_NONE;
    return place_between(m, low, high, count, boundary);
}

uint64_t np_place_contiguous(const struct np_machine *m, const struct np_contiguous_request *q)
{
    const struct np_steps r = np_steps_of(q->low, q->high, 0);
    const uint64_t count = np_whole_pages(q->bytes);
    const uint64_t boundary = q->boundary / NP_PAGE_SIZE;
    if (q->node == NP_ANY_NODE) return np_place_anywhere(m, r, count, boundary);
    return np_place_on_node(m, q->node, r, count, boundary);
}
