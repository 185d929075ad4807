/* SPDX-License-Identifier: MIT */
/*
 * Whether the records of a machine agree with the core and with each other.
 */
#include "include/wdm.h"
#include "machine.h"

#include <inttypes.h>
#include <stdarg.h>

/** What the records say. */
struct sums {
    uint64_t allocated;
    uint64_t mapped;
};

__attribute__((format(printf, 2, 3))) static bool wrong(struct np_nt *machine, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(machine->wrong_words, sizeof machine->wrong_words, format, arguments);
    va_end(arguments);
    return false;
}

static bool check_page(struct np_nt *machine, uint64_t pfn, enum np_state state)
{
    if (np_page_state(&machine->core, pfn) != state)
        return wrong(machine, "page frame 0x%" PRIx64 " is recorded in a state that the core does not have", pfn);
    if (machine->memory.notes[np_position_of(&machine->core, pfn)].given == 0)
        return wrong(machine, "page frame 0x%" PRIx64 " is recorded as allocated and marked as unowned", pfn);
    return true;
}

static bool check_mdl(struct np_nt *machine, const struct np_nt_record *record, struct sums *sums)
{
    /* Removed pages may have been added back. */
    if (!record->has_pages || record->removed) return true;
    const PMDL mdl = (PMDL)(uintptr_t)record->address;
    sums->allocated += record->pages;
    for (uint64_t i = 0; i < record->pages; i++)
        if (!check_page(machine, MmGetMdlPfnArray(mdl)[i], NP_ALLOCATED)) return false;
    return true;
}

static bool check_view(struct np_nt *machine, const struct np_nt_record *record, struct sums *sums)
{
    const bool block = record->kind != NP_NT_RECORD_MAPPING; /* or pool memory: its pages are its own */
    const struct np_nt_extent *at = np_nt_extents_at(&record->extents);
    sums->mapped += record->pages;
    if (block) sums->allocated += record->pages;
    for (uint64_t i = 0; i < record->extents.count; i++)
        for (uint64_t j = 0; j < at[i].pages; j++) {
            const struct np_nt_page_note *note = &machine->memory.notes[at[i].position + j];
            if (block && !check_page(machine, at[i].pfn + j, NP_ALLOCATED)) return false;
            if (note->mappings == 0 || note->mapped != record->cache)
                return wrong(machine, "page frame 0x%" PRIx64 " is mapped otherwise than its note says", at[i].pfn + j);
        }
    return true;
}

static bool check_records(struct np_nt *machine, struct sums *sums)
{
    const struct np_nt_record *record = NULL;
    uint64_t live = 0;
    while ((record = np_nt_ledger_next(&machine->ledger, record)) != NULL) {
        const bool mdl = record->kind == NP_NT_RECORD_MDL, pool = record->kind == NP_NT_RECORD_POOL ||
                                                                  record->kind == NP_NT_RECORD_IO_MDL ||
                                                                  record->kind == NP_NT_RECORD_SLOT;
        live++;
        if (np_nt_ledger_find(&machine->ledger, record->address) != record)
            return wrong(machine, "the record of %p is not filed", record->address);
        if (mdl && !check_mdl(machine, record, sums)) return false;
        if (!mdl && !pool && !check_view(machine, record, sums)) return false;
    }
    if (live != machine->ledger.live)
        return wrong(machine, "%" PRIu64 " live records and a count of %" PRIu64, live, machine->ledger.live);
    return true;
}

static bool check(struct np_nt *machine)
{
    struct sums sums = {0};
    uint64_t where = 0, removed = 0;
    const enum np_fault fault = np_check(&machine->core, &machine->storage, &where);
    if (fault != NP_FAULT_NONE) return wrong(machine, "the core: fault %d at %" PRIu64, (int)fault, where);
    if (!check_records(machine, &sums)) return false;
    for (uint64_t i = 0; i < machine->removed.count; i++)
        removed += machine->removed.rows[i].pages;
    const struct np_census census = np_count_pages(&machine->core);
    if (census.present != census.free + census.allocated + census.removed) return wrong(machine, "pages are lost");
    if (census.allocated != sums.allocated || machine->allocated != sums.allocated)
        return wrong(machine, "%" PRIu64 " pages are allocated, %" PRIu64 " on record, %" PRIu64 " counted",
                     census.allocated, sums.allocated, machine->allocated);
    if (census.removed != removed)
        return wrong(machine, "%" PRIu64 " pages are removed, %" PRIu64 " on record", census.removed, removed);
    if (machine->mapped != sums.mapped)
        return wrong(machine, "%" PRIu64 " pages are mapped, %" PRIu64 " on record", machine->mapped, sums.mapped);
    return true;
}

const char *np_nt_check(struct np_nt *machine)
{
    np_nt_lock(machine);
    const bool fine = check(machine);
    np_nt_unlock(machine);
    return fine ? NULL : machine->wrong_words;
}
