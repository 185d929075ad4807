#include "prefer.h"
#include "state.h"

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
        np_take_pages(m, pfns + count, run.length, remove);
        count += run.length;
        from = run.start + run.length;
    }
    return count;
}

uint64_t np_take_runs(struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted, bool whole,
                      bool remove, uint64_t *pfns)
{
    if (whole && np_count_usable(m, ideal, local, r, 1, wanted) < wanted) return 0;
    uint64_t count = 0;
    for (uint32_t node = ideal; node != NP_NO_NODE && count < wanted; node = np_next_tried(m, ideal, local, node)) {
        count = take_runs_on(m, node, r, wanted, pfns, count, remove);
    }
    return count;
}
