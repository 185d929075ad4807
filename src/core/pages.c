#include "pages.h"
#include "choose.h"
#include "state.h"

uint64_t np_allocate_pages(struct np_machine *m, const struct np_pages_request *q, uint64_t *pfns)
{
    if (np_check_pages_request(m, q) != NP_PARAMETER_NONE) return 0;
    const uint64_t wanted = np_pages_wanted(q);
    if (wanted == 0) return 0;
    const bool local = (q->flags & NP_FROM_LOCAL_NODE_ONLY) != 0;
    const bool chunks = (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    const bool whole = (q->flags & NP_FULLY_REQUIRED) != 0;
    const bool remove = (q->flags & NP_AND_HOT_REMOVE) != 0;
    const struct np_steps r = np_steps_of(q->low, q->high, chunks ? 0 : q->skip);

    if (!chunks && (q->flags & NP_PREFER_CONTIGUOUS) != 0) {
        if (whole && np_count_eligible(m, q->node, local, r, wanted) < wanted) return 0;
        return np_take_runs(m, q->node, local, r, wanted, pfns, remove);
    }
    uint64_t count;
    if (chunks && q->skip == 0) {
        count = np_choose_block(m, q->node, local, r, wanted, pfns);
    } else {
        count = np_choose(m, q->node, local, r, chunks ? q->skip / NP_PAGE_SIZE : 1, wanted, pfns);
    }
    if (whole && count < wanted) return 0;
    np_take_pages(m, pfns, count, remove);
    return count;
}
