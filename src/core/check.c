#include "check.h"
#include "bitmap.h"
#include "index.h"
#include "state.h"

/* Whether stretch s is in itself as it should be. */
static bool stretch_sound(const struct np_machine *m, uint32_t s)
{
    const struct np_stretch *x = &m->stretch[s];
    if (x->first < 0 || x->pages < 1 || x->base < 0 || x->node < 0 || (uint32_t)x->node >= m->nodes) return false;
    if (x->pages > (int64_t)NP_PFN_LIMIT || x->first > (int64_t)NP_PFN_LIMIT - x->pages) return false;
    return x->pages <= m->free.positions && x->base <= m->free.positions - x->pages;
}

/* Whether stretch s follows the one before it as it should. */
static bool order_sound(const struct np_machine *m, uint32_t s)
{
    const struct np_stretch *x = &m->stretch[s - 1];
    const struct np_stretch *y = &m->stretch[s];
    const bool frames_touch = x->first + x->pages == y->first;
    const bool positions_touch = x->base + x->pages == y->base;
    if (x->first + x->pages > y->first || x->base + x->pages > y->base) return false;
    return frames_touch == positions_touch && !(frames_touch && x->node == y->node);
}

static bool free_between(const struct np_machine *m, uint64_t from, uint64_t end, uint64_t *where)
{
    const uint64_t p = np_index_next_free(&m->free, from, end);
    *where = p;
    return p < end;
}

enum np_fault np_check(const struct np_machine *m, uint64_t *where)
{
    const uint64_t positions = (uint64_t)m->free.positions;
    for (uint32_t s = 0; s < m->stretches; s++) {
        *where = s;
        if (!stretch_sound(m, s)) return NP_FAULT_TABLE;
        if (s > 0 && !order_sound(m, s)) return NP_FAULT_TABLE;
    }
    uint64_t end = 0;
    for (uint32_t s = 0; s < m->stretches; s++) {
        if (free_between(m, end, (uint64_t)m->stretch[s].base, where)) return NP_FAULT_FREE_ABSENT;
        end = (uint64_t)m->stretch[s].base + (uint64_t)m->stretch[s].pages;
    }
    if (free_between(m, end, positions, where)) return NP_FAULT_FREE_ABSENT;
    for (uint64_t p = np_bits_next_set(m->block, 0, positions); p < positions; p = np_bits_next_set(m->block, p + 1, positions)) {
        *where = p;
        if (np_bit(m->free.words, p)) return NP_FAULT_FREE_HELD;
        if (!np_bit(m->mark, p) && (p == 0 || !np_bit(m->block, p - 1))) return NP_FAULT_BLOCK;
    }
    for (uint64_t p = np_bits_next_set(m->mark, 0, positions); p < positions; p = np_bits_next_set(m->mark, p + 1, positions)) {
        *where = p;
        if (np_bit(m->free.words, p)) return NP_FAULT_FREE_HELD;
    }
    return NP_FAULT_NONE;
}
