#include "machine.h"
#include "bitmap.h"
#include "index.h"

/* The first stretch that ends above a page frame; their number if none does. */
/*@ requires   valid:   Table(m);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    inside:  \result <= m->stretches;
    ensures    below:   \forall integer s; 0 <= s < \result ==> m->stretch[s].first + m->stretch[s].pages <= pfn;
    ensures    above:   \forall integer s; \result <= s < m->stretches ==> pfn < m->stretch[s].first + m->stretch[s].pages;
*/
static uint32_t first_ending_above(const struct np_machine *m, uint64_t pfn)
{
    uint32_t low = 0;
    uint32_t high = m->stretches;
    /*@ loop invariant inside: 0 <= low <= high <= m->stretches;
        loop invariant below:  \forall integer s; 0 <= s < low ==> m->stretch[s].first + m->stretch[s].pages <= pfn;
        loop invariant above:  \forall integer s; high <= s < m->stretches ==> pfn < m->stretch[s].first + m->stretch[s].pages;
        loop assigns low, high;
        loop variant high - low;
    */
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        //@ assert stretch: Stretch(m, middle);
        //@ assert lower: \forall integer s; 0 <= s < middle ==> Before(m, s, middle);
        //@ assert upper: \forall integer s; middle < s < m->stretches ==> Before(m, middle, s);
        if ((uint64_t)m->stretch[middle].first + (uint64_t)m->stretch[middle].pages <= pfn) {
            low = middle + 1;
        } else {
            //@ assert rest: \forall integer s; middle < s < m->stretches ==> Stretch(m, s);
            high = middle;
        }
    }
    return low;
}

uint32_t np_locate(const struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = first_ending_above(m, pfn);
    //@ assert rest: \forall integer t; s < t < m->stretches ==> Before(m, s, t);
    if (s == m->stretches) return NP_NO_STRETCH;
    //@ assert stretch: Stretch(m, s);
    if (pfn < (uint64_t)m->stretch[s].first) return NP_NO_STRETCH;
    return s;
}

uint32_t np_locate_position(const struct np_machine *m, uint64_t position)
{
    uint32_t low = 0;
    uint32_t high = m->stretches - 1;
    /*@ loop invariant inside: 0 <= low <= high < m->stretches;
        loop invariant here:   \exists integer s; low <= s <= high && In(m, s, position);
        loop assigns low, high;
        loop variant high - low;
    */
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        //@ assert stretch: Stretch(m, middle);
        //@ assert lower: \forall integer s; 0 <= s < middle ==> Before(m, s, middle);
        //@ assert upper: \forall integer s; middle < s < m->stretches ==> Before(m, middle, s);
        if ((uint64_t)m->stretch[middle].base + (uint64_t)m->stretch[middle].pages <= position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

uint64_t np_position_from(const struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = first_ending_above(m, pfn);
    //@ assert in: \forall integer t, p; In(m, t, p) ==> Stretch(m, t);
    if (s == m->stretches) return (uint64_t)m->free.positions;
    //@ assert stretch: Stretch(m, s);
    //@ assert lower: \forall integer t; 0 <= t < s ==> Before(m, t, s);
    //@ assert upper: \forall integer t; s < t < m->stretches ==> Before(m, s, t);
    const uint64_t first = (uint64_t)m->stretch[s].first;
    const uint64_t base = (uint64_t)m->stretch[s].base;
    return pfn <= first ? base : base + (pfn - first);
}

/* Whether range i begins where the range before it ends. */
static bool touches(const struct np_range *ranges, uint32_t i)
{
    return ranges[i - 1].first + ranges[i - 1].pages == ranges[i].first;
}

/* Whether range i only continues the stretch of the range before it. */
static bool continues(const struct np_range *ranges, uint32_t i)
{
    return touches(ranges, i) && ranges[i - 1].node == ranges[i].node;
}

static enum np_setup_error check_ranges(const struct np_range *ranges, uint32_t count, uint32_t nodes, uint32_t *where)
{
    if (count == 0) return NP_SETUP_NO_MEMORY;
    if (count > NP_MAX_RANGES) return NP_SETUP_TOO_MANY_RANGES;
    if (nodes < 1 || nodes > NP_MAX_NODES) return NP_SETUP_NODES;
    for (uint32_t i = 0; i < count; i++) {
        *where = i;
        if (ranges[i].pages == 0) return NP_SETUP_RANGE_EMPTY;
        if (ranges[i].first > NP_PFN_LIMIT || ranges[i].pages > NP_PFN_LIMIT - ranges[i].first) return NP_SETUP_RANGE_LIMIT;
        if (i > 0 && ranges[i].first < ranges[i - 1].first + ranges[i - 1].pages) return NP_SETUP_RANGE_ORDER;
        if (ranges[i].node >= nodes) return NP_SETUP_RANGE_NODE;
    }
    return NP_SETUP_OK;
}

struct np_extent {
    uint64_t positions;
    uint32_t stretches;
};

/* The positions and stretches of the first `count` ranges. */
static struct np_extent measure(const struct np_range *ranges, uint32_t count)
{
    struct np_extent extent = {ranges[0].pages, 1};
    for (uint32_t i = 1; i < count; i++) {
        if (!touches(ranges, i)) extent.positions++;
        if (!continues(ranges, i)) extent.stretches++;
        extent.positions += ranges[i].pages;
    }
    return extent;
}

/* Words for one bit a position. */
static uint64_t words_for(uint64_t positions)
{
    return (positions + 63) / 64;
}

enum np_setup_error np_storage_needed(const struct np_range *ranges, uint32_t count, uint32_t nodes,
                                      struct np_storage *needed, uint32_t *where)
{
    const enum np_setup_error error = check_ranges(ranges, count, nodes, where);
    if (error != NP_SETUP_OK) return error;
    const struct np_extent extent = measure(ranges, count);
    needed->stretches = NULL;
    needed->stretch_capacity = extent.stretches;
    needed->words = NULL;
    needed->word_capacity = 3 * words_for(extent.positions);
    return NP_SETUP_OK;
}

/* Lays the stretches out, with a position that is never free before each that does not touch the one before it. */
static void lay_out(struct np_stretch *stretch, const struct np_range *ranges, uint32_t count)
{
    uint32_t s = 0;
    uint64_t position = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && continues(ranges, i)) {
            stretch[s - 1].pages += (int64_t)ranges[i].pages;
        } else {
            if (i > 0 && !touches(ranges, i)) position++;
            stretch[s].first = (int64_t)ranges[i].first;
            stretch[s].base = (int64_t)position;
            stretch[s].pages = (int64_t)ranges[i].pages;
            stretch[s].node = (int32_t)ranges[i].node;
            s++;
        }
        position += ranges[i].pages;
    }
}

static void set_distances(struct np_machine *m, uint32_t nodes, const uint8_t *distance)
{
    for (uint32_t i = 0; i < nodes; i++) {
        for (uint32_t j = 0; j < nodes; j++) {
            m->distance[i * nodes + j] = distance ? distance[i * nodes + j] : (uint8_t)(i == j ? 10 : 20);
        }
    }
}

enum np_setup_error np_setup(struct np_machine *m, const struct np_storage *storage, const struct np_range *ranges,
                             uint32_t count, uint32_t nodes, const uint8_t *distance, uint32_t *where)
{
    const enum np_setup_error error = check_ranges(ranges, count, nodes, where);
    if (error != NP_SETUP_OK) return error;
    if ((uintptr_t)storage->stretches % _Alignof(struct np_stretch) != 0) return NP_SETUP_STORAGE_MISALIGNED;
    if ((uintptr_t)storage->words % _Alignof(uint64_t) != 0) return NP_SETUP_STORAGE_MISALIGNED;
    const struct np_extent extent = measure(ranges, count);
    const uint64_t words = words_for(extent.positions);
    if (storage->stretches == NULL || storage->stretch_capacity < extent.stretches) return NP_SETUP_STORAGE_SMALL;
    if (storage->words == NULL || storage->word_capacity < 3 * words) return NP_SETUP_STORAGE_SMALL;

    m->nodes = nodes;
    m->stretches = extent.stretches;
    m->stretch = storage->stretches;
    m->free.positions = (int64_t)extent.positions;
    m->free.words = storage->words;
    m->block = storage->words + words;
    m->mark = storage->words + 2 * words;
    set_distances(m, nodes, distance);
    lay_out(m->stretch, ranges, count);
    np_bits_clear(storage->words, 0, 3 * words * 64);
    for (uint32_t s = 0; s < m->stretches; s++) {
        np_index_give(&m->free, (uint64_t)m->stretch[s].base, (uint64_t)m->stretch[s].pages);
    }
    return NP_SETUP_OK;
}
