/* SPDX-License-Identifier: MIT */
#include "pool_pages.h"

#include "include/wdm.h"
#include "pure/call.h"
#include "view.h"
#include "why.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>

#define BATCH 64u

/** Takes pages from the core. NULL with the reason noted. */
static uint64_t *take(struct np_nt *machine, enum np_nt_routine routine, uint64_t pages)
{
    const struct np_pages_request request =
        np_nt_pages_request(0, -1, 0, pages * NP_PAGE_SIZE, np_nt_this_thread()->node,
                            MM_DONT_ZERO_ALLOCATION | MM_ALLOCATE_FULLY_REQUIRED);
    uint64_t *pfns = malloc(pages * sizeof *pfns);
    if (pfns == NULL) {
        np_nt_why_cause(routine, NP_NT_CAUSE_RECORDS, pages, "no memory for the list of %" PRIu64 " pages", pages);
        return NULL;
    }
    np_nt_lock(machine);
    const bool got = np_allocate_pages(&machine->core, &request, pfns) == pages;
    if (!got) {
        const struct np_figures figures = np_figures_pages(&machine->core, &request);
        np_nt_why_refused(routine, np_why_pages(&machine->core, &request), pages, &figures);
    }
    np_nt_unlock(machine);
    if (got) return pfns;
    free(pfns);
    return NULL;
}

static bool fill(struct np_nt *machine, const struct np_nt_extents *extents, uint8_t byte)
{
    const struct np_nt_extent *at = np_nt_extents_at(extents);
    for (uint64_t i = 0; i < extents->count; i++)
        if (!np_nt_memory_fill(&machine->memory, &at[i], byte)) return false;
    return true;
}

/** Enters pages into the ledger. NULL when there is no room. Under the lock. */
static struct np_nt_record *enter(struct np_nt *machine, enum np_nt_record_kind kind, struct np_nt_extents *extents,
                                  uint64_t offset)
{
    struct np_nt_record *record = np_nt_view_enter(machine, kind, extents, offset, MmCached);
    if (record == NULL) return NULL;
    const struct np_nt_extent *at = np_nt_extents_at(&record->extents);
    for (uint64_t i = 0; i < record->extents.count; i++) {
        np_nt_memory_give(&machine->memory, &at[i], np_nt_given(MmCached), record->number);
        np_nt_memory_soil(&machine->memory, &at[i]);
    }
    record->writable = true;
    np_nt_count_allocated(machine, record->pages);
    return record;
}

/** Gives the pages of a record back to the core. Under the lock. */
static void leave(struct np_nt *machine, struct np_nt_record *record, bool hidden)
{
    uint64_t pfns[BATCH], count = 0;
    for (uint64_t i = 0; i < record->pages; i++) {
        pfns[count++] = np_nt_extents_pfn(&record->extents, i);
        if (count < BATCH && i + 1 < record->pages) continue;
        np_free_pages(&machine->core, pfns, count);
        count = 0;
    }
    const struct np_nt_extent *at = np_nt_extents_at(&record->extents);
    for (uint64_t i = 0; i < record->extents.count; i++)
        np_nt_memory_give(&machine->memory, &at[i], 0, NP_NT_NO_RECORD);
    np_nt_view_leave(machine, record, hidden);
    machine->allocated -= record->pages;
}

struct np_nt_record *np_nt_pool_pages_get(struct np_nt *machine, enum np_nt_routine routine,
                                          enum np_nt_record_kind kind, uint64_t pages, uint64_t offset, uint8_t byte)
{
    struct np_nt_extents extents = {0};
    struct np_nt_record *record = NULL;
    uint64_t absent = NP_NONE;
    uint64_t *pfns = take(machine, routine, pages);
    if (pfns == NULL) return NULL;
    const bool listed = np_nt_extents_of(&extents, &machine->core, pfns, pages, &absent);
    const bool filled = listed && fill(machine, &extents, byte);
    np_nt_lock(machine);
    if (filled) record = enter(machine, kind, &extents, offset);
    if (record == NULL) np_free_pages(&machine->core, pfns, pages);
    np_nt_unlock(machine);
    np_nt_extents_free(&extents);
    free(pfns);
    if (record != NULL && np_nt_view_show(machine, record, PROT_READ | PROT_WRITE)) return record;

    if (record != NULL) {
        np_nt_lock(machine);
        leave(machine, record, true);
        np_nt_ledger_drop(&machine->ledger, record);
        np_nt_unlock(machine);
    }
    if (!listed)
        np_nt_why_cause(routine, NP_NT_CAUSE_RECORDS, pages, "no memory for the metadata");
    else if (!filled || record != NULL)
        np_nt_why_cause(routine, NP_NT_CAUSE_SYSTEM, pages, "the host has no memory for %" PRIu64 " pages", pages);
    else
        np_nt_why_cause(routine, NP_NT_CAUSE_ADDRESSES, pages, "no room for %" PRIu64 " pages at addresses in a row",
                        pages);
    return NULL;
}

void np_nt_pool_pages_end(struct np_nt *machine, struct np_nt_record *record)
{
    const bool hidden = np_nt_view_hide(machine, record);
    np_nt_lock(machine);
    leave(machine, record, hidden);
    np_nt_ledger_end(&machine->ledger, record);
    np_nt_unlock(machine);
}
