/* SPDX-License-Identifier: MIT */
#include "holder.h"

/** Whether a record has pages at addresses of the arena. */
static bool is_shown(const struct np_nt_record *record)
{
    return record->kind == NP_NT_RECORD_MAPPING || record->kind == NP_NT_RECORD_BLOCK ||
           record->kind == NP_NT_RECORD_LARGE || record->kind == NP_NT_RECORD_SLAB;
}

void np_nt_finding_mapped(const struct np_nt *machine, struct np_nt_finding *finding, uint64_t pfn)
{
    const struct np_nt_record *record = NULL;
    while ((record = np_nt_ledger_next(&machine->ledger, record)) != NULL) {
        if (!is_shown(record) || !np_nt_extents_hold(&record->extents, pfn)) continue;
        np_nt_finding_before(finding, "mapped", &record->given);
        if (record->kind == NP_NT_RECORD_MAPPING) return;
    }
}

struct np_nt_record *np_nt_record_at(const struct np_nt *machine, const void *address)
{
    const uint64_t page = np_nt_arena_page(&machine->arena, address);
    if (page == NP_NT_NO_WINDOW) return NULL;
    struct np_nt_record *record = np_nt_ledger_record(&machine->ledger, machine->arena.owners[page]);
    if (record == NULL || !is_shown(record)) return NULL;
    const bool inside = page + 1 >= record->first_page && page <= record->first_page + record->pages;
    return inside ? record : NULL;
}
