/* SPDX-License-Identifier: MIT */
#include "answer.h"

#include <stdlib.h>

static bool add(struct np_runs *runs, uint64_t first, uint64_t pages, uint32_t node)
{
    struct np_range *last = runs->count == 0 ? NULL : &runs->at[runs->count - 1];
    if (last != NULL && last->node == node && last->first + last->pages == first) {
        last->pages += pages;
        return true;
    }
    if (runs->count == runs->capacity) {
        uint64_t capacity = runs->capacity == 0 ? 64 : runs->capacity * 2;
        struct np_range *larger = realloc(runs->at, capacity * sizeof *larger);
        if (larger == NULL) return false;
        runs->at = larger;
        runs->capacity = capacity;
    }
    runs->at[runs->count++] = (struct np_range){.first = first, .pages = pages, .node = node};
    return true;
}

bool np_runs_of_pages(struct np_runs *runs, const struct np_layout *layout, const uint64_t *pfns, uint64_t count)
{
    const struct np_range *range = &layout->ranges[0];
    runs->count = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (pfns[i] < range->first || pfns[i] - range->first >= range->pages)
            range = &layout->ranges[np_layout_find(layout, pfns[i])];
        if (!add(runs, pfns[i], 1, range->node)) return false;
    }
    return true;
}

bool np_runs_of_block(struct np_runs *runs, const struct np_layout *layout, uint64_t first, uint64_t pages)
{
    runs->count = 0;
    for (uint32_t r = np_layout_find(layout, first); pages != 0; r++) {
        const struct np_range *range = &layout->ranges[r];
        uint64_t here = range->first + range->pages - first;
        if (here > pages) here = pages;
        if (!add(runs, first, here, range->node)) return false;
        first += here;
        pages -= here;
    }
    return true;
}

void np_runs_free(struct np_runs *runs)
{
    free(runs->at);
    *runs = (struct np_runs){0};
}
