/* SPDX-License-Identifier: MIT */
/*
 * Mappings of MDLs.
 */
#include "mapping.h"
#include "holder.h"
#include "include/wdm.h"
#include "irql.h"
#include "pure/call.h"
#include "pure/describe.h"
#include "scarce.h"
#include "view.h"
#include "why.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

/** A call of MmMapLockedPagesSpecifyCache. */
struct call {
    PMDL mdl;
    bool user;
    bool must;  /* with BugCheckOnFailure */
    bool known; /* its priority */
    bool writable;
    bool executable;
    MEMORY_CACHING_TYPE cache;
};

/** Whether a page is hot-removed. Under the lock. */
static bool is_removed(const struct np_nt *machine, uint64_t pfn)
{
    const uint64_t at = np_nt_removed_find(&machine->removed, pfn);
    return at < machine->removed.count && machine->removed.rows[at].first <= pfn;
}

/** Where an MDL names a page that it may not: a violation. Under the lock. */
static bool names_strangers(const struct np_nt *machine, PMDL mdl, const struct np_nt_extents *extents,
                            const struct np_nt_record *record, struct np_nt_finding *finding)
{
    if (record != NULL && record->kind == NP_NT_RECORD_MDL && record->live && !record->has_pages) {
        np_nt_violate(finding, NP_NT_PAGES_NOT_ALLOCATED, NP_NT_MAP, mdl, NP_NT_NO_PFN, "the pages of MDL %p are freed",
                      (void *)mdl);
        np_nt_finding_before(finding, "freed", &record->freed);
        return true;
    }
    const bool removed = record != NULL && record->kind == NP_NT_RECORD_MDL && record->live && record->removed;
    const struct np_nt_extent *at = np_nt_extents_at(extents);
    for (uint64_t i = 0; i < extents->count; i++)
        for (uint64_t j = 0; j < at[i].pages; j++)
            if (machine->memory.notes[at[i].position + j].given == 0 ||
                (removed && !is_removed(machine, at[i].pfn + j))) {
                np_nt_violate(finding, NP_NT_PAGES_NOT_ALLOCATED, NP_NT_MAP, mdl, at[i].pfn + j,
                              "MDL %p names page frame 0x%" PRIx64 ", which %s", (void *)mdl, at[i].pfn + j,
                              removed ? "was added back" : "nobody has");
                return true;
            }
    return false;
}

/** An MDL that is not locked, or is mapped for KernelMode already: a violation. Under the lock. */
static bool is_unfit(const struct np_nt *machine, const struct call *call, struct np_nt_finding *finding)
{
    const struct np_nt_record *mapping = np_nt_system_mapping(machine, call->mdl);
    if ((call->mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_PARTIAL)) == 0) {
        np_nt_violate(finding, NP_NT_PAGES_NOT_ALLOCATED, NP_NT_MAP, call->mdl, NP_NT_NO_PFN,
                      "MDL %p is not locked: MDL_PAGES_LOCKED is not set", (void *)call->mdl);
        return true;
    }
    if (call->user || mapping == NULL) return false;
    np_nt_violate(finding, NP_NT_MAPPED_TWICE, NP_NT_MAP, call->mdl, NP_NT_NO_PFN,
                  "MDL %p is mapped for KernelMode at %p; MmGetSystemAddressForMdlSafe returns that address",
                  (void *)call->mdl, mapping->address);
    np_nt_finding_before(finding, "mapped", &mapping->given);
    return true;
}

/** The cache type of the pages themselves, where they have one; else that of the call. Under the lock. */
static MEMORY_CACHING_TYPE own_cache(const struct np_nt *machine, const struct call *call,
                                     const struct np_nt_extents *extents)
{
    const struct np_nt_extent *at = np_nt_extents_at(extents);
    for (uint64_t i = 0; i < extents->count; i++)
        for (uint64_t j = 0; j < at[i].pages; j++) {
            const int own = np_nt_allowed(machine->memory.notes[at[i].position + j].given);
            if (own != NP_NT_NO_CACHE) return (MEMORY_CACHING_TYPE)own;
        }
    return call->cache;
}

/** Where a page is mapped with another type: a violation. Under the lock. */
static bool conflicts(const struct np_nt *machine, const struct call *call, const struct np_nt_extents *extents,
                      struct np_nt_finding *finding)
{
    const uint64_t pfn = np_nt_view_conflict(machine, extents, (int)call->cache);
    if (pfn == NP_NONE) return false;
    const struct np_nt_page_note *note = &machine->memory.notes[np_position_of(&machine->core, pfn)];
    if (note->mapped == (uint8_t)call->cache)
        np_nt_violate(finding, NP_NT_BAD_ARGUMENT, NP_NT_MAP, call->mdl, pfn,
                      "page frame 0x%" PRIx64 " is mapped %u times, which is the most there can be", pfn,
                      note->mappings);
    else
        np_nt_violate(finding, NP_NT_CACHE_CONFLICT, NP_NT_MAP, call->mdl, pfn,
                      "page frame 0x%" PRIx64 " is mapped with cache type %u, and now with %d", pfn, note->mapped,
                      (int)call->cache);
    np_nt_finding_mapped(machine, finding, pfn);
    return true;
}

/** Whether a record is that of a live MDL, whose mappings are counted. */
static bool counts(const struct np_nt_record *owner)
{
    return owner != NULL && owner->live && (owner->kind == NP_NT_RECORD_MDL || owner->kind == NP_NT_RECORD_IO_MDL);
}

enum outcome { DONE, WRONG, NO_ROOM };

/** Enters a mapping into the records. Under the lock. */
static enum outcome enter(struct np_nt *machine, struct call *call, struct np_nt_extents *extents,
                          const struct np_nt_stack *stack, struct np_nt_finding *finding, struct np_nt_record **entered)
{
    struct np_nt_record *owner = np_nt_ledger_find(&machine->ledger, call->mdl);
    if (names_strangers(machine, call->mdl, extents, owner, finding) || is_unfit(machine, call, finding)) return WRONG;
    call->cache = own_cache(machine, call, extents);
    if (conflicts(machine, call, extents, finding)) return WRONG;
    struct np_nt_record *record =
        np_nt_view_enter(machine, NP_NT_RECORD_MAPPING, extents, MmGetMdlByteOffset(call->mdl), (int)call->cache);
    if (record == NULL) return NO_ROOM;
    record->routine = NP_NT_MAP;
    record->mdl = call->mdl;
    record->user = call->user;
    record->writable = call->writable;
    record->given = *stack;
    if (counts(owner)) owner->mappings++;
    if (call->writable) {
        const struct np_nt_extent *at = np_nt_extents_at(&record->extents);
        for (uint64_t i = 0; i < record->extents.count; i++)
            np_nt_memory_soil(&machine->memory, &at[i]);
    }
    if (!call->user) {
        np_nt_describe_mapped(call->mdl, (PVOID)(uintptr_t)record->address);
        if ((call->mdl->MdlFlags & MDL_PARTIAL) != 0)
            call->mdl->MdlFlags = (CSHORT)(call->mdl->MdlFlags | MDL_PARTIAL_HAS_BEEN_MAPPED);
    }
    *entered = record;
    return DONE;
}

/** Takes a mapping out of the records. Under the lock. */
static void leave(struct np_nt *machine, struct np_nt_record *record, PMDL mdl)
{
    struct np_nt_record *owner = np_nt_ledger_find(&machine->ledger, mdl);
    if (counts(owner)) owner->mappings--;
    if (!record->user && mdl->MappedSystemVa == record->address) {
        np_nt_describe_unmapped(mdl);
        mdl->MdlFlags = (CSHORT)(mdl->MdlFlags & ~MDL_PARTIAL_HAS_BEEN_MAPPED);
    }
}

/** Maps what an MDL names. NULL with the reason noted. */
static PVOID map(struct np_nt *machine, struct call *call, struct np_nt_extents *extents)
{
    struct np_nt_finding finding;
    struct np_nt_stack stack;
    struct np_nt_record *record = NULL;
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    np_nt_lock(machine);
    const enum outcome outcome = enter(machine, call, extents, &stack, &finding, &record);
    np_nt_unlock(machine);
    if (outcome == WRONG) {
        np_nt_report_violation(machine, &finding);
        return NULL;
    }
    if (outcome == NO_ROOM) {
        np_nt_why_cause(NP_NT_MAP, NP_NT_CAUSE_ADDRESSES, extents->pages,
                        "no room for %" PRIu64 " pages at addresses in a row", extents->pages);
        return NULL;
    }
    const int protection = PROT_READ | (call->writable ? PROT_WRITE : 0) | (call->executable ? PROT_EXEC : 0);
    if (np_nt_view_show(machine, record, protection)) return (PVOID)(uintptr_t)record->address;

    np_nt_why_cause(NP_NT_MAP, NP_NT_CAUSE_SYSTEM, record->pages,
                    "the host does not map %" PRIu64 " pages in %" PRIu64
                    " runs: %s; vm.max_map_count limits the runs that are mapped at a time",
                    record->pages, record->extents.count, strerror(errno));
    np_nt_lock(machine);
    leave(machine, record, call->mdl);
    np_nt_view_leave(machine, record, true);
    np_nt_ledger_drop(&machine->ledger, record);
    np_nt_unlock(machine);
    return NULL;
}

/** Finds the pages of an MDL and maps them. NULL with the reason noted. */
static PVOID map_mdl(struct np_nt *machine, struct call *call)
{
    struct np_nt_extents extents = {0};
    struct np_nt_finding finding;
    uint64_t absent = NP_NONE;
    const uint64_t pages = np_nt_described_pages(call->mdl);
    if (pages == 0) {
        np_nt_why_cause(NP_NT_MAP, NP_NT_CAUSE_ADDRESSES, 0, "the MDL has no pages");
        return NULL;
    }
    if (!np_nt_extents_of(&extents, &machine->core, MmGetMdlPfnArray(call->mdl), pages, &absent)) {
        if (absent == NP_NONE) {
            np_nt_why_cause(NP_NT_MAP, NP_NT_CAUSE_RECORDS, pages, "no memory for the metadata");
        } else {
            np_nt_violate(&finding, NP_NT_PAGES_NOT_ALLOCATED, NP_NT_MAP, call->mdl, absent,
                          "MDL %p names page frame 0x%" PRIx64 ", which the machine does not have", (void *)call->mdl,
                          absent);
            np_nt_report_violation(machine, &finding);
        }
        return NULL;
    }
    PVOID address = map(machine, call, &extents);
    np_nt_extents_free(&extents);
    return address;
}

/** Whether the arguments are right; else notes or reports why not. */
static bool fits(struct np_nt *machine, const struct call *call, KPROCESSOR_MODE mode, PVOID requested)
{
    struct np_nt_finding finding;
    if (!np_nt_irql_fits(machine, NP_NT_MAP, call->user ? APC_LEVEL : DISPATCH_LEVEL,
                         call->user ? " for UserMode" : ""))
        return false;
    if (call->mdl == NULL || mode < KernelMode || mode >= MaximumMode) {
        np_nt_violate(&finding, NP_NT_BAD_ARGUMENT, NP_NT_MAP, call->mdl, NP_NT_NO_PFN,
                      call->mdl == NULL ? "the MDL is NULL" : "%d is neither KernelMode nor UserMode", mode);
        np_nt_report_violation(machine, &finding);
        return false;
    }
    if ((call->mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL) != 0) {
        np_nt_violate(&finding, NP_NT_BAD_ARGUMENT, NP_NT_MAP, call->mdl, NP_NT_NO_PFN,
                      "MDL %p describes nonpaged pool (MDL_SOURCE_IS_NONPAGED_POOL), which has its address already",
                      (void *)call->mdl);
        np_nt_report_violation(machine, &finding);
        return false;
    }
    if (call->must) {
        np_nt_violate(&finding, NP_NT_MUST_SUCCEED, NP_NT_MAP, call->mdl, NP_NT_NO_PFN,
                      "BugCheckOnFailure is TRUE: a failure would stop the system; pass FALSE and test for NULL");
        np_nt_report_violation(machine, &finding);
        return false;
    }
    if (!np_nt_cache_type((int32_t)call->cache)) {
        np_nt_why_cause(NP_NT_MAP, NP_NT_CAUSE_CACHE, 0, "not a cache type: %d", (int)call->cache);
        return false;
    }
    if (!call->known) {
        np_nt_why_cause(NP_NT_MAP, NP_NT_CAUSE_REFUSED, 0, "the priority is not one of MM_PAGE_PRIORITY");
        return false;
    }
    if (call->user && requested != NULL) {
        np_nt_why_cause(NP_NT_MAP, NP_NT_CAUSE_ADDRESSES, 0, "the requested address %p is not available", requested);
        return false;
    }
    return true;
}

PVOID MmMapLockedPagesSpecifyCache(PMDLX mdl, KPROCESSOR_MODE mode, MEMORY_CACHING_TYPE cache, PVOID requested,
                                   ULONG must, ULONG priority)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct call call = {
        .mdl = mdl, .user = mode == UserMode, .must = must != FALSE && mode == KernelMode, .cache = cache};
    call.known = np_nt_priority(priority, &call.writable, &call.executable);
    if (call.user) call.executable = false;
    if (!fits(machine, &call, mode, requested)) {
        np_nt_failed(machine, NP_NT_MAP);
        return NULL;
    }
    const bool scarce = np_nt_scarce(machine, NP_NT_MAP);
    PVOID address = scarce ? NULL : map_mdl(machine, &call);
    if (address != NULL) return address;
    if (!scarce) np_nt_failed(machine, NP_NT_MAP);
    return NULL;
}

/* ---- Unmapping ---- */

/** What is wrong with ending a mapping, if something is. Under the lock. */
static bool unmap_is_wrong(const struct np_nt *machine, const void *address, PMDL mdl,
                           const struct np_nt_record *record, struct np_nt_finding *finding)
{
    if (record == NULL) record = np_nt_record_at(machine, address);
    if (record == NULL) {
        np_nt_violate(finding, NP_NT_NOT_MAPPED, NP_NT_UNMAP, address, NP_NT_NO_PFN, "nothing was ever mapped at %p",
                      address);
    } else if (record->kind != NP_NT_RECORD_MAPPING) {
        np_nt_violate(finding, NP_NT_NOT_MAPPED, NP_NT_UNMAP, address, NP_NT_NO_PFN, "%p is not a mapping of an MDL",
                      address);
        np_nt_finding_before(finding, "allocated", &record->given);
    } else if (!record->live) {
        np_nt_violate(finding, NP_NT_NOT_MAPPED, NP_NT_UNMAP, address, NP_NT_NO_PFN,
                      "the mapping at %p was ended before", address);
        np_nt_finding_before(finding, "unmapped", &record->closed);
    } else if (record->address != address) {
        np_nt_violate(finding, NP_NT_NOT_MAPPED, NP_NT_UNMAP, address, NP_NT_NO_PFN, "%p is inside the mapping at %p",
                      address, record->address);
        np_nt_finding_before(finding, "mapped", &record->given);
    } else if (record->mdl != mdl) {
        np_nt_violate(finding, NP_NT_NOT_MAPPED, NP_NT_UNMAP, address, NP_NT_NO_PFN,
                      "the mapping at %p was made with MDL %p, not %p", address, record->mdl, (void *)mdl);
        np_nt_finding_before(finding, "mapped", &record->given);
    } else {
        return false;
    }
    return true;
}

/** Closes the record of a mapping: nobody else ends it meanwhile. Under the lock. */
static void close_record(struct np_nt *machine, struct np_nt_record *record, PMDL mdl, const struct np_nt_stack *stack)
{
    leave(machine, record, mdl);
    record->live = false;
    record->closed = *stack;
}

/** Finds a mapping and closes its record. NULL with what is wrong. Under the lock. */
static struct np_nt_record *close_mapping(struct np_nt *machine, const void *address, PMDL mdl,
                                          const struct np_nt_stack *stack, struct np_nt_finding *finding)
{
    struct np_nt_record *record = np_nt_ledger_find(&machine->ledger, address);
    if (unmap_is_wrong(machine, address, mdl, record, finding)) return NULL;
    if (record->user && KeGetCurrentIrql() > APC_LEVEL) {
        np_nt_violate(finding, NP_NT_WRONG_IRQL, NP_NT_UNMAP, address, NP_NT_NO_PFN,
                      "called for a mapping of UserMode at IRQL %u; it may be called at most at APC_LEVEL",
                      KeGetCurrentIrql());
        np_nt_finding_before(finding, "mapped", &record->given);
        return NULL;
    }
    close_record(machine, record, mdl, stack);
    return record;
}

/** Hides what a closed record shows, and forgets it. Without the lock. */
static void hide(struct np_nt *machine, struct np_nt_record *record)
{
    const bool hidden = np_nt_view_hide(machine, record);
    np_nt_lock(machine);
    np_nt_view_leave(machine, record, hidden);
    np_nt_ledger_end(&machine->ledger, record);
    np_nt_unlock(machine);
}

struct np_nt_record *np_nt_system_mapping(const struct np_nt *machine, PMDL mdl)
{
    if ((mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA) == 0) return NULL;
    struct np_nt_record *record = np_nt_ledger_find(&machine->ledger, mdl->MappedSystemVa);
    const bool own = record != NULL && record->kind == NP_NT_RECORD_MAPPING && record->live && !record->user;
    return own && record->mdl == mdl ? record : NULL;
}

void np_nt_end_system_mapping(struct np_nt *machine, PMDL mdl, const struct np_nt_stack *stack)
{
    np_nt_lock(machine);
    struct np_nt_record *record = np_nt_system_mapping(machine, mdl);
    if (record != NULL) close_record(machine, record, mdl, stack);
    np_nt_unlock(machine);
    if (record != NULL) hide(machine, record);
}

void MmUnmapLockedPages(PVOID address, PMDL mdl)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct np_nt_finding finding;
    struct np_nt_stack stack;
    if (!np_nt_irql_fits(machine, NP_NT_UNMAP, DISPATCH_LEVEL, "")) return;
    if (mdl == NULL) {
        np_nt_violate(&finding, NP_NT_BAD_ARGUMENT, NP_NT_UNMAP, address, NP_NT_NO_PFN, "the MDL is NULL");
        np_nt_report_violation(machine, &finding);
        return;
    }
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    np_nt_lock(machine);
    np_nt_called(machine, NP_NT_UNMAP);
    struct np_nt_record *record = close_mapping(machine, address, mdl, &stack, &finding);
    np_nt_unlock(machine);
    if (record == NULL) {
        np_nt_report_violation(machine, &finding);
        return;
    }
    hide(machine, record);
}
