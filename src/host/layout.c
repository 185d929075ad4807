/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "pool.h"

#include "message.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

uint32_t np_layout_find(const struct np_layout *layout, uint64_t pfn)
{
    uint32_t low = 0, high = layout->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (layout->ranges[middle].first + layout->ranges[middle].pages > pfn)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

uint64_t np_layout_pages(const struct np_layout *layout)
{
    uint64_t pages = 0;
    for (uint32_t i = 0; i < layout->count; i++)
        pages += layout->ranges[i].pages;
    return pages;
}

unsigned np_layout_distance(const struct np_layout *layout, uint32_t from, uint32_t to)
{
    if (layout->has_distances) return layout->distances[from * layout->nodes + to];
    return from == to ? 10 : 20;
}

/** What this system has of memory, in bytes. */
static uint64_t memory_here(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    if (pages <= 0 || size <= 0) return UINT64_MAX;
    return (uint64_t)pages * (uint64_t)size;
}

bool np_layout_setup(const struct np_layout *layout, FILE *messages, struct np_machine *machine,
                     struct np_storage *storage)
{
    uint32_t where = 0;
    *storage = (struct np_storage){0};
    enum np_setup_error error = np_storage_needed(layout->ranges, layout->count, layout->nodes, storage, &where);
    uint64_t bytes = 0;
    if (error == NP_SETUP_OK) {
        /* Asking for more than there is may be granted and end badly later. */
        bytes = storage->region_capacity * sizeof *storage->regions + storage->word_capacity * sizeof *storage->words +
                storage->summary_capacity * sizeof *storage->summaries;
        if (bytes <= memory_here()) {
            storage->regions = malloc((size_t)storage->region_capacity * sizeof *storage->regions);
            storage->words = malloc((size_t)storage->word_capacity * sizeof *storage->words);
            storage->summaries = malloc((size_t)storage->summary_capacity * sizeof *storage->summaries);
        }
        if (storage->regions == NULL || storage->words == NULL || storage->summaries == NULL) {
            np_complain(messages, NULL, 0, "not enough memory: the state of %" PRIu64 " pages takes %" PRIu64 " bytes",
                        np_layout_pages(layout), bytes);
            np_storage_free(storage);
            return false;
        }
        error = np_setup(machine, storage, layout->ranges, layout->count, layout->nodes,
                         layout->has_distances ? layout->distances : NULL, &where);
    }
    if (error != NP_SETUP_OK) {
        np_complain(messages, NULL, 0, "cannot set up the machine: error %d at range %" PRIu32, (int)error, where);
        np_storage_free(storage);
        return false;
    }
    return true;
}

void np_storage_free(struct np_storage *storage)
{
    free(storage->regions);
    free(storage->words);
    free(storage->summaries);
    *storage = (struct np_storage){0};
}
