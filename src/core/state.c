#include "state.h"
#include "bitmap.h"
#include "index.h"

bool np_bit(const uint64_t *words, uint64_t p)
{
    return (words[p / 64] >> (p % 64) & 1) != 0;
}

enum np_state np_page_state(const struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = np_locate(m, pfn);
    if (s == NP_NO_STRETCH) return NP_ABSENT;
    const uint64_t p = (uint64_t)m->stretch[s].base + (pfn - (uint64_t)m->stretch[s].first);
    if (np_bit(m->free.words, p)) return NP_FREE;
    if (!np_bit(m->block, p) && np_bit(m->mark, p)) return NP_REMOVED;
    return NP_ALLOCATED;
}

uint32_t np_page_node(const struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = np_locate(m, pfn);
    return s == NP_NO_STRETCH ? UINT32_MAX : (uint32_t)m->stretch[s].node;
}

struct np_census np_count_pages(const struct np_machine *m)
{
    const uint64_t end = (uint64_t)m->free.positions;
    struct np_census census = {0, 0, 0, 0};
    for (uint32_t s = 0; s < m->stretches; s++) {
        census.present += (uint64_t)m->stretch[s].pages;
    }
    for (uint64_t p = 0; p < end;) {
        const uint64_t free = np_index_next_free(&m->free, p, end);
        p = np_index_next_used(&m->free, free, end);
        census.free += p - free;
    }
    for (uint64_t p = np_bits_next_set(m->mark, 0, end); p < end; p = np_bits_next_set(m->mark, p + 1, end)) {
        if (!np_bit(m->block, p)) census.removed++;
    }
    census.allocated = census.present - census.free - census.removed;
    return census;
}

/* How many of the first pages listed follow each other in one stretch. */
static uint64_t row_length(const struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t count)
{
    const uint64_t room = (uint64_t)m->stretch[s].first + (uint64_t)m->stretch[s].pages - pfns[0];
    uint64_t n = 1;
    while (n < count && n < room && pfns[n] == pfns[0] + n) {
        n++;
    }
    return n;
}

void np_take_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool remove)
{
    for (uint64_t i = 0; i < count;) {
        const uint32_t s = np_locate(m, pfns[i]);
        const uint64_t p = (uint64_t)m->stretch[s].base + (pfns[i] - (uint64_t)m->stretch[s].first);
        const uint64_t n = row_length(m, s, pfns + i, count - i);
        np_index_take(&m->free, p, n);
        if (remove) np_bits_set(m->mark, p, n);
        i += n;
    }
}

void np_take_block(struct np_machine *m, uint64_t position, uint64_t count)
{
    np_index_take(&m->free, position, count);
    np_bits_set(m->block, position, count);
    np_bits_set(m->mark, position, 1);
}
