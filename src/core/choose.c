#include "choose.h"
#include "collect.h"
#include "node.h"
#include "place.h"
#include "index.h"
#include "bitmap.h"

static uint32_t node_after(const struct np_machine *m, uint32_t ideal, bool local, uint32_t node)
{
    return local ? NP_NO_NODE : np_node_after(m, ideal, node);
}

uint64_t np_choose(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t chunk,
                   uint64_t wanted, uint64_t *pfns)
{
    uint64_t count = 0;
    for (uint32_t node = ideal; node != NP_NO_NODE && count < wanted; node = node_after(m, ideal, local, node)) {
        count = np_collect_node(m, node, r, chunk, wanted, pfns, count);
    }
    return count;
}

uint64_t np_choose_block(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted,
                         uint64_t *pfns)
{
    for (uint32_t node = ideal; node != NP_NO_NODE; node = node_after(m, ideal, local, node)) {
        const uint64_t p = np_place_on_node(m, node, r, wanted, 0);
        if (p == NP_NONE) continue;
        const uint32_t s = np_locate_position(m, p);
        np_list_run(pfns, 0, (uint64_t)m->stretch[s].first + (p - (uint64_t)m->stretch[s].base), wanted);
        return wanted;
    }
    return 0;
}

uint64_t np_count_eligible(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t limit)
{
    uint64_t count = 0;
    for (uint32_t node = ideal; node != NP_NO_NODE && count < limit; node = node_after(m, ideal, local, node)) {
        count += np_count_on_node(m, node, r, limit - count);
    }
    return count;
}

/* P5 for one node: whole runs, longest first, until one holds all that is still wanted. */
static uint64_t take_runs_on(struct np_machine *m, uint32_t node, struct np_steps r, uint64_t wanted, uint64_t *pfns,
                             uint64_t count, bool remove)
{
    uint64_t longest = 0; /* no run is longer, none as long starts below `from`; 0: not known */
    uint64_t from = 0;
    while (count < wanted) {
        struct np_run run;
        if (longest == 0 || longest >= wanted - count) {
            run = np_run_next(m, node, r, 0, 0, wanted - count, wanted - count);
        } else {
            run = np_run_next(m, node, r, 0, from, longest, longest);
        }
        if (run.length == 0) {
            run = np_longest_run(m, node, r);
            if (run.length == 0) return count;
            longest = run.length;
        }
        np_list_run(pfns, count, (uint64_t)m->stretch[run.stretch].first + (run.start - (uint64_t)m->stretch[run.stretch].base), run.length);
        np_index_take(&m->free, run.start, run.length);
        if (remove) np_bits_set(m->mark, run.start, run.length);
        count += run.length;
        from = run.start + run.length;
    }
    return count;
}

uint64_t np_take_runs(struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted, uint64_t *pfns,
                      bool remove)
{
    uint64_t count = 0;
    for (uint32_t node = ideal; node != NP_NO_NODE && count < wanted; node = node_after(m, ideal, local, node)) {
        count = take_runs_on(m, node, r, wanted, pfns, count, remove);
    }
    return count;
}
