/* SPDX-License-Identifier: MIT */
#include "extents.h"

#include <stdlib.h>

static bool add(struct np_nt_extents *extents, const struct np_nt_extent *extent)
{
    if (extents->count == 0) {
        extents->one = *extent;
    } else {
        if (extents->count >= extents->capacity) {
            const uint64_t capacity = extents->capacity == 0 ? 16 : extents->capacity * 2;
            struct np_nt_extent *larger = realloc(extents->many, capacity * sizeof *larger);
            if (larger == NULL) return false;
            larger[0] = extents->one;
            extents->many = larger;
            extents->capacity = capacity;
        }
        extents->many[extents->count] = *extent;
    }
    extents->count++;
    extents->pages += extent->pages;
    return true;
}

bool np_nt_extents_of(struct np_nt_extents *extents, const struct np_machine *core, const uint64_t *pfns,
                      uint64_t count, uint64_t *absent)
{
    for (uint64_t i = 0; i < count;) {
        const struct np_nt_extent extent = np_nt_list_extent(core, pfns + i, count - i);
        if (extent.pages == 0 || !add(extents, &extent)) {
            *absent = extent.pages == 0 ? pfns[i] : NP_NONE;
            np_nt_extents_free(extents);
            return false;
        }
        i += extent.pages;
    }
    return true;
}

bool np_nt_extents_of_row(struct np_nt_extents *extents, const struct np_machine *core, uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; i < count;) {
        const struct np_nt_extent extent = np_nt_row_extent(core, first + i, count - i);
        if (!add(extents, &extent)) {
            np_nt_extents_free(extents);
            return false;
        }
        i += extent.pages;
    }
    return true;
}

bool np_nt_extents_hold(const struct np_nt_extents *extents, uint64_t pfn)
{
    const struct np_nt_extent *at = np_nt_extents_at(extents);
    for (uint64_t i = 0; i < extents->count; i++)
        if (pfn >= at[i].pfn && pfn - at[i].pfn < at[i].pages) return true;
    return false;
}

uint64_t np_nt_extents_pfn(const struct np_nt_extents *extents, uint64_t number)
{
    const struct np_nt_extent *at = np_nt_extents_at(extents);
    while (number >= at->pages)
        number -= at++->pages;
    return at->pfn + number;
}

void np_nt_extents_free(struct np_nt_extents *extents)
{
    free(extents->many);
    *extents = (struct np_nt_extents){0};
}
