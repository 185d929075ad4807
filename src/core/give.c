#include "give.h"
#include "state.h"
#include "bitmap.h"
#include "index.h"

/* The position of a page that is allocated by the first routine or, with `removed`, hot-removed; otherwise NP_NONE. */
static uint64_t held_at(const struct np_machine *m, uint64_t pfn, bool removed)
{
    const uint32_t s = np_locate(m, pfn);
    if (s == NP_NO_STRETCH) return NP_NONE;
    const uint64_t p = (uint64_t)m->stretch[s].base + (pfn - (uint64_t)m->stretch[s].first);
    if (np_bit(m->free.words, p) || np_bit(m->block, p) || np_bit(m->mark, p) != removed) return NP_NONE;
    return p;
}

/* Gives pages back one by one; stops at the first that is not held as it should be. */
static uint64_t give_each(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool removed)
{
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t p = held_at(m, pfns[i], removed);
        if (p == NP_NONE) return i;
        np_index_give(&m->free, p, 1);
        if (removed) np_bits_clear(m->mark, p, 1);
    }
    return count;
}

/* Takes back what give_each gave. */
static void take_each(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool removed)
{
    for (uint64_t i = 0; i < count; i++) {
        const uint32_t s = np_locate(m, pfns[i]);
        const uint64_t p = (uint64_t)m->stretch[s].base + (pfns[i] - (uint64_t)m->stretch[s].first);
        np_index_take(&m->free, p, 1);
        if (removed) np_bits_set(m->mark, p, 1);
    }
}

static uint64_t give_all(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool removed)
{
    const uint64_t given = give_each(m, pfns, count, removed);
    if (given < count) take_each(m, pfns, given, removed);
    return given;
}

uint64_t np_free_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count)
{
    return give_all(m, pfns, count, false);
}

uint64_t np_add_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count)
{
    return give_all(m, pfns, count, true);
}

/* The position past the block that starts at p. */
static uint64_t block_end(const struct np_machine *m, uint64_t p)
{
    uint64_t end = p + 1;
    while (end < (uint64_t)m->free.positions && np_bit(m->block, end) && !np_bit(m->mark, end)) {
        end++;
    }
    return end;
}

uint64_t np_free_contiguous(struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = np_locate(m, pfn);
    if (s == NP_NO_STRETCH) return 0;
    const uint64_t p = (uint64_t)m->stretch[s].base + (pfn - (uint64_t)m->stretch[s].first);
    if (!np_bit(m->block, p) || !np_bit(m->mark, p)) return 0;
    const uint64_t end = block_end(m, p);
    np_bits_clear(m->block, p, end - p);
    np_bits_clear(m->mark, p, 1);
    np_index_give(&m->free, p, end - p);
    return end - p;
}
