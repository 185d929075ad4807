/* SPDX-License-Identifier: MIT */
#include "view.h"

#include "reserve.h"

#include <errno.h>

struct np_nt_record *np_nt_view_enter(struct np_nt *machine, enum np_nt_record_kind kind, struct np_nt_extents *extents,
                                      uint64_t offset, int cache)
{
    const struct np_nt_ledger *ledger = &machine->ledger;
    const uint32_t number = ledger->free != NP_NT_NO_RECORD ? ledger->free : ledger->used;
    const uint64_t window = np_nt_arena_take(&machine->arena, extents->pages, number);
    if (window == NP_NT_NO_WINDOW) return NULL;
    struct np_nt_record *record =
        np_nt_ledger_add(&machine->ledger, kind, np_nt_arena_address(&machine->arena, window) + offset);
    if (record == NULL) {
        np_nt_arena_give(&machine->arena, window, extents->pages);
        return NULL;
    }
    record->first_page = window;
    record->pages = extents->pages;
    record->cache = cache;
    record->extents = *extents;
    *extents = (struct np_nt_extents){0};
    np_nt_ours(record->extents.many);

    const struct np_nt_extent *at = np_nt_extents_at(&record->extents);
    for (uint64_t i = 0; i < record->extents.count; i++) {
        struct np_nt_page_note *notes = machine->memory.notes + at[i].position;
        for (uint64_t j = 0; j < at[i].pages; j++) {
            notes[j].mappings++;
            notes[j].mapped = (uint8_t)cache;
        }
    }
    machine->mapped += record->pages;
    return record;
}

bool np_nt_view_show(struct np_nt *machine, const struct np_nt_record *record, int protection)
{
    const struct np_nt_extent *at = np_nt_extents_at(&record->extents);
    uint64_t page = record->first_page;
    for (uint64_t i = 0; i < record->extents.count; i++) {
        if (!np_nt_memory_show(&machine->memory, np_nt_arena_address(&machine->arena, page), &at[i], protection)) {
            const int error = errno;
            /* Just what was shown: at the limit of mappings the host can't split one. */
            if (page != record->first_page)
                np_nt_seal(np_nt_arena_address(&machine->arena, record->first_page),
                           (page - record->first_page) * NP_PAGE_SIZE);
            errno = error;
            return false;
        }
        page += at[i].pages;
    }
    return true;
}

bool np_nt_view_hide(struct np_nt *machine, const struct np_nt_record *record)
{
    return np_nt_seal(np_nt_arena_address(&machine->arena, record->first_page), record->pages * NP_PAGE_SIZE);
}

void np_nt_view_leave(struct np_nt *machine, struct np_nt_record *record, bool hidden)
{
    const struct np_nt_extent *at = np_nt_extents_at(&record->extents);
    for (uint64_t i = 0; i < record->extents.count; i++) {
        struct np_nt_page_note *notes = machine->memory.notes + at[i].position;
        for (uint64_t j = 0; j < at[i].pages; j++)
            notes[j].mappings--;
    }
    machine->mapped -= record->pages;
    if (hidden) np_nt_arena_give(&machine->arena, record->first_page, record->pages);
}

uint64_t np_nt_view_conflict(const struct np_nt *machine, const struct np_nt_extents *extents, int cache)
{
    const struct np_nt_extent *at = np_nt_extents_at(extents);
    for (uint64_t i = 0; i < extents->count; i++) {
        const struct np_nt_page_note *notes = machine->memory.notes + at[i].position;
        for (uint64_t j = 0; j < at[i].pages; j++)
            if (notes[j].mappings != 0 && (notes[j].mapped != cache || notes[j].mappings == NP_NT_MAX_MAPPINGS))
                return at[i].pfn + j;
    }
    return NP_NONE;
}
