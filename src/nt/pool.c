/* SPDX-License-Identifier: MIT */
/*
 * Freeing pool memory: that of a driver, an MDL, or the list of the ranges of memory.
 */
#include "holder.h"
#include "include/wdm.h"
#include "irql.h"
#include "pool_allocate.h"
#include "scarce.h"

#include <inttypes.h>
#include <stdlib.h>

/** What is wrong with freeing an address at which no live pool memory is. Under the lock. */
static void find_stray(const struct np_nt *machine, const void *address, const struct np_nt_record *record,
                       struct np_nt_finding *finding)
{
    if (record == NULL) record = np_nt_record_at(machine, address);
    if (record != NULL && record->kind == NP_NT_RECORD_BLOCK) {
        np_nt_violate(finding, NP_NT_POOL_OF_CONTIGUOUS, NP_NT_FREE_POOL, address, NP_NT_NO_PFN,
                      "%p is contiguous memory%s: MmFreeContiguousMemory frees it", address,
                      record->live ? "" : ", and was freed before");
        np_nt_finding_before(finding, record->live ? "allocated" : "freed",
                             record->live ? &record->given : &record->closed);
    } else if (record != NULL && record->kind == NP_NT_RECORD_MAPPING) {
        np_nt_violate(finding, NP_NT_POOL_UNKNOWN, NP_NT_FREE_POOL, address, NP_NT_NO_PFN,
                      "%p is a mapping%s: MmUnmapLockedPages ends it", address,
                      record->live ? "" : " that was ended before");
        np_nt_finding_before(finding, record->live ? "mapped" : "unmapped",
                             record->live ? &record->given : &record->closed);
    } else if (record != NULL && record->kind == NP_NT_RECORD_IO_MDL && record->live) {
        np_nt_violate(finding, NP_NT_POOL_UNKNOWN, NP_NT_FREE_POOL, address, NP_NT_NO_PFN,
                      "%p is an MDL of IoAllocateMdl: IoFreeMdl frees it", address);
        np_nt_finding_before(finding, "allocated", &record->given);
    } else if (record != NULL && record->live) {
        np_nt_violate(finding, NP_NT_POOL_UNKNOWN, NP_NT_FREE_POOL, address, NP_NT_NO_PFN,
                      "%p is inside pool memory: pass its first address", address);
        if (record->kind != NP_NT_RECORD_SLAB) np_nt_finding_before(finding, "allocated", &record->given);
    } else if (record != NULL) {
        np_nt_violate(finding, NP_NT_POOL_FREED_TWICE, NP_NT_FREE_POOL, address, NP_NT_NO_PFN, "%p was freed before",
                      address);
        np_nt_finding_before(finding, "freed", &record->closed);
    } else {
        np_nt_violate(finding, NP_NT_POOL_UNKNOWN, NP_NT_FREE_POOL, address, NP_NT_NO_PFN, "not pool memory: %p",
                      address);
    }
}

/** What is wrong with freeing a live MDL, if something is. Under the lock. */
static bool mdl_is_wrong(const struct np_nt *machine, const struct np_nt_record *record, struct np_nt_finding *finding)
{
    if (record->has_pages && !record->removed) {
        np_nt_violate(finding, NP_NT_MDL_BEFORE_PAGES, NP_NT_FREE_POOL, record->address, NP_NT_NO_PFN,
                      "MDL %p has %" PRIu64 " pages still: MmFreePagesFromMdl comes first", record->address,
                      record->pages);
        np_nt_finding_before(finding, "allocated", &record->given);
        return true;
    }
    if (record->mappings == 0) return false;
    np_nt_violate(finding, NP_NT_PAGES_MAPPED, NP_NT_FREE_POOL, record->address, NP_NT_NO_PFN,
                  "MDL %p is mapped still: MmUnmapLockedPages comes first", record->address);
    const PMDL mdl = (PMDL)(uintptr_t)record->address;
    np_nt_finding_mapped(machine, finding, MmGetMdlPfnArray(mdl)[0]);
    return true;
}

/** A call that frees pool memory. */
struct release {
    const void *address;
    ULONG tag;                   /* 0 for any */
    struct np_nt_record *driver; /* the record that it closes, of memory that a driver allocated; or NULL */
};

/** Takes pool memory out of the records. False with what is wrong. Under the lock. */
static bool end_pool(struct np_nt *machine, struct release *release, const struct np_nt_stack *stack,
                     struct np_nt_finding *finding)
{
    const void *address = release->address;
    struct np_nt_record *record = np_nt_ledger_find(&machine->ledger, address);
    const bool driver = record != NULL && np_nt_is_pool(record);
    const bool pool =
        driver || (record != NULL && (record->kind == NP_NT_RECORD_MDL || record->kind == NP_NT_RECORD_POOL));
    if (!pool || !record->live) {
        find_stray(machine, address, record, finding);
        return false;
    }
    if (record->kind == NP_NT_RECORD_MDL && record->has_pages && record->refused && !record->removed) {
        finding->violation.kind = NP_NT_VIOLATIONS; /* the same mistake, which has been reported */
        return false;
    }
    if (record->kind == NP_NT_RECORD_MDL && mdl_is_wrong(machine, record, finding)) return false;
    if (driver && np_nt_pool_free_is_wrong(machine, record, release->tag, finding)) return false;
    record->closed = *stack;
    if (driver) {
        record->live = false; /* nobody else frees it meanwhile */
        release->driver = record;
        return true;
    }
    np_nt_ledger_end(&machine->ledger, record);
    return true;
}

static void release_pool(PVOID address, ULONG tag)
{
    struct release release = {.address = address, .tag = tag};
    struct np_nt *machine = np_nt_current();
    struct np_nt_finding finding;
    struct np_nt_stack stack;
    if (!np_nt_irql_fits(machine, NP_NT_FREE_POOL, DISPATCH_LEVEL, "")) return;
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    np_nt_lock(machine);
    np_nt_called(machine, NP_NT_FREE_POOL);
    const bool right = end_pool(machine, &release, &stack, &finding);
    np_nt_unlock(machine);
    if (release.driver != NULL)
        np_nt_pool_end(machine, release.driver);
    else if (right)
        free(address);
    else if (finding.violation.kind != NP_NT_VIOLATIONS)
        np_nt_report_violation(machine, &finding);
}

void ExFreePoolWithTag(PVOID address, ULONG tag)
{
    np_nt_enter(__builtin_return_address(0));
    release_pool(address, tag);
}

void ExFreePool(PVOID address)
{
    np_nt_enter(__builtin_return_address(0));
    release_pool(address, 0);
}
