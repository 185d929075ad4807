#include "contiguous.h"
#include "place.h"
#include "state.h"

uint64_t np_allocate_contiguous(struct np_machine *m, const struct np_contiguous_request *q)
{
    if (np_check_contiguous_request(m, q) != NP_PARAMETER_NONE) return NP_NONE;
    const uint64_t p = np_place_contiguous(m, q);
    if (p == NP_NONE) return NP_NONE;
    np_take_block(m, p, np_whole_pages(q->bytes));
    const uint32_t s = np_locate_position(m, p);
    return (uint64_t)m->stretch[s].first + (p - (uint64_t)m->stretch[s].base);
}
