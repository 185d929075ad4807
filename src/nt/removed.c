/* SPDX-License-Identifier: MIT */
#include "removed.h"

#include <stdlib.h>
#include <string.h>

bool np_nt_removed_reserve(struct np_nt_removed *removed, uint64_t more)
{
    if (removed->capacity - removed->count >= more) return true;
    uint64_t capacity = removed->capacity == 0 ? 64 : removed->capacity * 2;
    if (capacity < removed->count + more) capacity = removed->count + more;
    struct np_nt_row *larger = realloc(removed->rows, capacity * sizeof *larger);
    if (larger == NULL) return false;
    removed->rows = larger;
    removed->capacity = capacity;
    return true;
}

uint64_t np_nt_removed_find(const struct np_nt_removed *removed, uint64_t pfn)
{
    uint64_t low = 0, high = removed->count;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (removed->rows[middle].first + removed->rows[middle].pages > pfn)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/** Moves the rows from `at` on, by some places up or down. */
static void shift(struct np_nt_removed *removed, uint64_t at, int places)
{
    memmove(removed->rows + at + places, removed->rows + at, (removed->count - at) * sizeof *removed->rows);
    removed->count = places > 0 ? removed->count + (uint64_t)places : removed->count - (uint64_t)-places;
}

void np_nt_removed_add(struct np_nt_removed *removed, uint64_t first, uint64_t pages)
{
    const uint64_t at = np_nt_removed_find(removed, first);
    struct np_nt_row *rows = removed->rows;
    const bool below = at > 0 && rows[at - 1].first + rows[at - 1].pages == first;
    const bool above = at < removed->count && first + pages == rows[at].first;
    if (below && above) {
        rows[at - 1].pages += pages + rows[at].pages;
        shift(removed, at + 1, -1);
    } else if (below) {
        rows[at - 1].pages += pages;
    } else if (above) {
        rows[at].first = first;
        rows[at].pages += pages;
    } else {
        shift(removed, at, 1);
        rows[at] = (struct np_nt_row){first, pages};
    }
}

void np_nt_removed_take(struct np_nt_removed *removed, uint64_t first, uint64_t pages)
{
    while (pages != 0) {
        const uint64_t at = np_nt_removed_find(removed, first);
        struct np_nt_row *row = &removed->rows[at];
        const uint64_t end = row->first + row->pages;
        const uint64_t here = pages < end - first ? pages : end - first;
        const uint64_t before = first - row->first, after = end - first - here;
        if (before != 0 && after != 0) {
            shift(removed, at + 1, 1);
            removed->rows[at + 1] = (struct np_nt_row){first + here, after};
            removed->rows[at].pages = before;
        } else if (before != 0) {
            row->pages = before;
        } else if (after != 0) {
            *row = (struct np_nt_row){first + here, after};
        } else {
            shift(removed, at + 1, -1);
        }
        first += here;
        pages -= here;
    }
}

void np_nt_removed_free(struct np_nt_removed *removed)
{
    free(removed->rows);
    *removed = (struct np_nt_removed){0};
}
