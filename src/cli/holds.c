/* SPDX-License-Identifier: MIT */
#include "holds.h"

#include <stdlib.h>

#define MOST_LOOKS 64

bool np_holds_start(struct np_holds *holds, const struct np_layout *layout)
{
    *holds = (struct np_holds){.layout = layout};
    holds->base = malloc(((size_t)layout->count + 1) * sizeof *holds->base);
    if (holds->base == NULL) return false;
    for (uint32_t i = 0; i < layout->count; i++) {
        holds->base[i] = holds->pages;
        holds->pages += layout->ranges[i].pages;
    }
    return true;
}

void np_holds_free(struct np_holds *holds)
{
    free(holds->base);
    free(holds->words);
    free(holds->summary);
    *holds = (struct np_holds){0};
}

/** Makes the bits, all clear. */
static bool prepare(struct np_holds *holds)
{
    if (holds->words != NULL) return true;
    uint64_t words = holds->pages / 64 + 1;
    holds->words = calloc(words, sizeof *holds->words);
    holds->summary = calloc(words / 64 + 1, sizeof *holds->summary);
    if (holds->words != NULL && holds->summary != NULL) return true;
    free(holds->words);
    free(holds->summary);
    holds->words = NULL;
    holds->summary = NULL;
    return false;
}

static void set(struct np_holds *holds, uint64_t position)
{
    holds->words[position / 64] |= UINT64_C(1) << position % 64;
    holds->summary[position / 4096] |= UINT64_C(1) << position / 64 % 64;
}

static void clear(struct np_holds *holds, uint64_t position)
{
    uint64_t *word = &holds->words[position / 64];
    *word &= ~(UINT64_C(1) << position % 64);
    if (*word == 0) holds->summary[position / 4096] &= ~(UINT64_C(1) << position / 64 % 64);
}

/** The first bit at or after `from` that is set in an array of `words` words; NP_NONE when there is none. */
static uint64_t next_bit(const uint64_t *array, uint64_t words, uint64_t from)
{
    uint64_t w = from / 64;
    if (w >= words) return NP_NONE;
    uint64_t rest = array[w] & UINT64_MAX << from % 64;
    while (rest == 0) {
        if (++w >= words) return NP_NONE;
        rest = array[w];
    }
    return w * 64 + (uint64_t)__builtin_ctzll(rest);
}

/** The first held position at or after `from`; when there is none before `end`, NP_NONE or one soon behind it. */
static uint64_t next_held(const struct np_holds *holds, uint64_t from, uint64_t end)
{
    uint64_t words = end / 64 + 1;
    if (from / 64 >= words) return NP_NONE;
    uint64_t here = holds->words[from / 64] & UINT64_MAX << from % 64;
    if (here != 0) return from / 64 * 64 + (uint64_t)__builtin_ctzll(here);

    uint64_t word = next_bit(holds->summary, words / 64 + 1, from / 64 + 1);
    if (word == NP_NONE) return NP_NONE;
    return word * 64 + (uint64_t)__builtin_ctzll(holds->words[word]);
}

/** The position of the first page at or after a page frame; the number of all pages when there is none. */
static uint64_t position_from(const struct np_holds *holds, uint64_t pfn)
{
    const struct np_layout *layout = holds->layout;
    const uint32_t r = np_layout_find(layout, pfn);
    if (r == layout->count) return holds->pages;
    return holds->base[r] + (pfn > layout->ranges[r].first ? pfn - layout->ranges[r].first : 0);
}

/** Whether it takes only a look at some pages to tell that none of a row is free: the core looks at all ranges. */
static bool none_is_free(const struct np_holds *holds, const struct np_machine *machine, uint64_t first, uint64_t end)
{
    const struct np_layout *layout = holds->layout;
    uint64_t looks = 0;
    for (uint32_t r = np_layout_find(layout, first); r < layout->count && layout->ranges[r].first < end; r++) {
        const struct np_range *range = &layout->ranges[r];
        uint64_t pfn = first > range->first ? first : range->first;
        for (; pfn < end && pfn - range->first < range->pages; pfn++)
            if (looks++ == MOST_LOOKS || np_page_state(machine, pfn) == NP_FREE) return false;
    }
    return true;
}

/** Notes that pages are held, `count` of them at `pfns`. */
static void note(struct np_holds *holds, const uint64_t *pfns, uint64_t count)
{
    const struct np_layout *layout = holds->layout;
    uint32_t r = 0;
    for (uint64_t i = 0; i < count; i++) {
        const struct np_range *range = &layout->ranges[r];
        if (pfns[i] < range->first || pfns[i] - range->first >= range->pages) {
            r = np_layout_find(layout, pfns[i]);
            range = &layout->ranges[r];
        }
        set(holds, holds->base[r] + (pfns[i] - range->first));
    }
}

uint64_t np_holds_take(struct np_holds *holds, struct np_machine *machine, uint64_t first, uint64_t end, uint64_t *pfns)
{
    uint64_t taken = 0;
    if (!prepare(holds)) return NP_NONE;
    if (holds->full_first <= first && end <= holds->full_end) return 0;
    if (none_is_free(holds, machine, first, end)) return 0;
    /* As many as a call may return, until there are no more: from wherever they are, so that nothing is asked for twice. */
    const uint64_t most = end - first < NP_CALL_LIMIT ? end - first : NP_CALL_LIMIT;
    const struct np_pages_request request = {.low = first * NP_PAGE_SIZE,
                                             .high = end * NP_PAGE_SIZE - 1,
                                             .total = most * NP_PAGE_SIZE,
                                             .flags = NP_DONT_ZERO};
    for (uint64_t got = most; got == most;) {
        got = np_allocate_pages(machine, &request, pfns);
        note(holds, pfns, got);
        taken += got;
    }
    if (first <= holds->full_end && holds->full_first <= end && holds->full_first < holds->full_end) {
        if (first < holds->full_first) holds->full_first = first;
        if (end > holds->full_end) holds->full_end = end;
    } else {
        holds->full_first = first;
        holds->full_end = end;
    }
    return taken;
}

void np_holds_freed(struct np_holds *holds)
{
    holds->full_first = holds->full_end = 0;
}

uint64_t np_holds_drop(struct np_holds *holds, struct np_machine *machine, uint64_t first, uint64_t end, uint64_t *pfns)
{
    const struct np_layout *layout = holds->layout;
    uint64_t dropped = 0, batch = 0;
    uint32_t r = np_layout_find(layout, first);
    if (holds->words == NULL || r == layout->count) return 0;

    const uint64_t from = position_from(holds, first), to = position_from(holds, end);
    for (uint64_t at = next_held(holds, from, to); at != NP_NONE; at = next_held(holds, at + 1, to)) {
        while (at - holds->base[r] >= layout->ranges[r].pages)
            r++;
        uint64_t pfn = layout->ranges[r].first + (at - holds->base[r]);
        if (pfn >= end) break;
        clear(holds, at);
        pfns[batch++] = pfn;
        if (batch == NP_CALL_LIMIT) {
            dropped += np_free_pages(machine, pfns, batch);
            batch = 0;
        }
    }
    if (batch != 0) dropped += np_free_pages(machine, pfns, batch);
    if (dropped != 0) np_holds_freed(holds);
    return dropped;
}
