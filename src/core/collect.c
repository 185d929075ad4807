#include "collect.h"
#include "fit.h"

/* Appends `n` consecutive page frames. */
void np_list_run(uint64_t *pfns, uint64_t count, uint64_t first, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        pfns[count + i] = first + i;
    }
}

uint64_t np_collect_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t chunk, uint64_t wanted,
                         uint64_t *pfns, uint64_t count)
{
    uint32_t s = 0;
    uint64_t from = 0;
    while (count < wanted) {
        const struct np_run run = np_run_next(m, node, r, s, from, chunk, wanted - count);
        if (run.length == 0) return count;
        s = run.stretch;
        const uint64_t f = (uint64_t)m->stretch[s].first + (run.start - (uint64_t)m->stretch[s].base);
        const uint64_t start = np_fit_aligned(f, chunk);
        if (start != f) {
            from = run.start + (start - f);
            if (from > (uint64_t)m->free.positions) return count;
            continue;
        }
        const uint64_t n = run.length - run.length % chunk;
        np_list_run(pfns, count, f, n);
        count += n;
        from = run.start + n;
    }
    return count;
}

uint64_t np_count_on_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t limit)
{
    uint32_t s = 0;
    uint64_t from = 0;
    uint64_t count = 0;
    while (count < limit) {
        const struct np_run run = np_run_next(m, node, r, s, from, 1, limit - count);
        if (run.length == 0) return count;
        s = run.stretch;
        from = run.start + run.length;
        count += run.length;
    }
    return count;
}

struct np_run np_longest_run(const struct np_machine *m, uint32_t node, struct np_steps r)
{
    struct np_run longest = {0, 0, 0};
    uint32_t s = 0;
    uint64_t from = 0;
    while (true) {
        const struct np_run run = np_run_next(m, node, r, s, from, longest.length + 1, NP_PFN_LIMIT);
        if (run.length == 0) return longest;
        longest = run;
        s = run.stretch;
        from = run.start + run.length;
    }
}

uint64_t np_count_blocks(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t chunk, uint64_t limit)
{
    uint32_t s = 0;
    uint64_t from = 0;
    uint64_t count = 0;
    while (count < limit) {
        const struct np_run run = np_run_next(m, node, r, s, from, chunk, limit - count);
        if (run.length == 0) return count;
        s = run.stretch;
        const uint64_t f = (uint64_t)m->stretch[s].first + (run.start - (uint64_t)m->stretch[s].base);
        const uint64_t start = np_fit_aligned(f, chunk);
        if (start != f) {
            from = run.start + (start - f);
            if (from > (uint64_t)m->free.positions) return count;
            continue;
        }
        const uint64_t n = run.length - run.length % chunk;
        count += n;
        from = run.start + n;
    }
    return count;
}
