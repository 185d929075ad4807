/* SPDX-License-Identifier: MIT */
/*
 * Pages for an MDL, and back.
 */
#include "contents.h"
#include "holder.h"
#include "include/wdm.h"
#include "irql.h"
#include "mapping.h"
#include "pure/call.h"
#include "pure/describe.h"
#include "scarce.h"
#include "violation.h"
#include "why.h"

#include <inttypes.h>
#include <stdlib.h>

#define LARGE_PAGE_SIZE (UINT64_C(2) << 20)

/** A call of a routine that allocates pages. */
struct call {
    enum np_nt_routine routine;
    struct np_pages_request request;
    MEMORY_CACHING_TYPE cache; /* MmNotMapped: none, so that each mapping chooses */
    uint64_t wanted;
};

static bool removes(const struct call *call)
{
    return (call->request.flags & NP_AND_HOT_REMOVE) != 0;
}

/** Gives pages back that a call has taken but does not return. Under the lock. */
static void undo(struct np_nt *machine, const struct call *call, const uint64_t *pfns, uint64_t pages)
{
    if (removes(call))
        np_add_pages(&machine->core, pfns, pages);
    else
        np_free_pages(&machine->core, pfns, pages);
}

/** Notes why the core refuses the request. Under the lock, in the state in which it did. */
static void explain(struct np_nt *machine, const struct call *call)
{
    const struct np_figures figures = np_figures_pages(&machine->core, &call->request);
    np_nt_why_refused(call->routine, np_why_pages(&machine->core, &call->request), call->wanted, &figures);
}

/**
 * Takes pages. A call that may wait and gets too few frees them and asks for more, as long as some come free.
 *
 * @return how many; 0 with the reason noted
 */
static uint64_t take(struct np_nt *machine, const struct call *call, uint64_t *pfns)
{
    bool waits = machine->settings.reclaim != NULL && np_nt_may_wait(call->request.flags, KeGetCurrentIrql());
    for (;;) {
        np_nt_lock(machine);
        const uint64_t got = np_allocate_pages(&machine->core, &call->request, pfns);
        const bool again = waits && got < call->wanted;
        if (again && got != 0) undo(machine, call, pfns, got);
        if (!again && got == 0) explain(machine, call);
        np_nt_unlock(machine);
        if (!again) return got;
        waits = np_nt_ask_for_pages(machine, call->request.node, call->wanted - got) != 0;
    }
}

/** Enters pages into the records. False when there is no room for it. Under the lock. */
static bool enter(struct np_nt *machine, const struct call *call, PMDL mdl, uint64_t pages,
                  const struct np_nt_stack *stack)
{
    const uint64_t *pfns = MmGetMdlPfnArray(mdl);
    if (removes(call) && !np_nt_removed_reserve(&machine->removed, pages)) return false;
    struct np_nt_record *record = np_nt_ledger_add(&machine->ledger, NP_NT_RECORD_MDL, mdl);
    if (record == NULL) return false;
    record->routine = call->routine;
    record->has_pages = true;
    record->removed = removes(call);
    record->pages = pages;
    record->given = *stack;
    for (uint64_t i = 0; i < pages;) {
        const struct np_nt_extent extent = np_nt_list_extent(&machine->core, pfns + i, pages - i);
        np_nt_memory_give(&machine->memory, &extent, np_nt_given((int)call->cache), record->number);
        if (record->removed) np_nt_removed_add(&machine->removed, extent.pfn, extent.pages);
        i += extent.pages;
    }
    if (!record->removed) np_nt_count_allocated(machine, pages);
    return true;
}

/** Prepares the pages that were taken and enters them; undoes all of it when that can't be. */
static bool keep(struct np_nt *machine, const struct call *call, PMDL mdl, uint64_t pages,
                 const struct np_nt_stack *stack)
{
    const uint64_t *pfns = MmGetMdlPfnArray(mdl);
    const bool prepared = np_nt_prepare_list(machine, pfns, pages, np_nt_zeroes(call->request.flags));
    np_nt_lock(machine);
    const bool kept = prepared && enter(machine, call, mdl, pages, stack);
    if (!kept) undo(machine, call, pfns, pages);
    np_nt_unlock(machine);
    if (!prepared)
        np_nt_why_cause(call->routine, NP_NT_CAUSE_SYSTEM, pages, "the host has no memory for %" PRIu64 " pages",
                        pages);
    else if (!kept)
        np_nt_why_cause(call->routine, NP_NT_CAUSE_RECORDS, pages, "no memory for the metadata");
    return kept;
}

/** Whether the arguments are right; else notes why not. */
static bool fits(struct np_nt *machine, struct call *call)
{
    const KIRQL highest = np_nt_highest_irql(call->request.flags);
    if (!np_nt_irql_fits(machine, call->routine, highest, removes(call) ? " with MM_ALLOCATE_AND_HOT_REMOVE" : ""))
        return false;
    const enum np_parameter wrong = np_check_pages_request(&machine->core, &call->request);
    if (wrong != NP_PARAMETER_NONE) {
        np_nt_why_invalid(call->routine, wrong);
        return false;
    }
    if (call->cache != MmNotMapped && !np_nt_cache_type((int32_t)call->cache)) {
        np_nt_why_cause(call->routine, NP_NT_CAUSE_CACHE, 0, "not a cache type: %d", (int)call->cache);
        return false;
    }
    call->wanted = np_pages_wanted(&call->request);
    if (call->wanted == 0)
        np_nt_why_refused(call->routine, NP_REASON_LIMIT, np_whole_pages(call->request.total),
                          &(struct np_figures){.first = NP_NONE, .blocker = NP_NONE});
    return call->wanted != 0;
}

static PMDL allocate(struct call call)
{
    struct np_nt *machine = np_nt_current();
    struct np_nt_stack stack;
    if (!fits(machine, &call)) {
        np_nt_failed(machine, call.routine);
        return NULL;
    }
    if (np_nt_scarce(machine, call.routine)) return NULL;
    PMDL mdl = np_nt_ours(malloc(np_nt_mdl_bytes(call.wanted)));
    uint64_t pages = 0;
    if (mdl == NULL)
        np_nt_why_cause(call.routine, NP_NT_CAUSE_RECORDS, call.wanted, "no memory for an MDL of %" PRIu64 " pages",
                        call.wanted);
    else
        pages = take(machine, &call, MmGetMdlPfnArray(mdl));
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    if (pages != 0) {
        np_nt_describe(mdl, pages);
        if (keep(machine, &call, mdl, pages, &stack)) return mdl;
    }
    free(mdl);
    np_nt_failed(machine, call.routine);
    return NULL;
}

PMDL MmAllocateNodePagesForMdlEx(PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high, PHYSICAL_ADDRESS skip, SIZE_T total,
                                 MEMORY_CACHING_TYPE cache, ULONG node, ULONG flags)
{
    np_nt_enter(__builtin_return_address(0));
    return allocate(
        (struct call){.routine = NP_NT_ALLOCATE_NODE_PAGES,
                      .request = np_nt_pages_request(low.QuadPart, high.QuadPart, skip.QuadPart, total, node, flags),
                      .cache = cache == MmNotMapped ? MmMaximumCacheType : cache});
}

/**
 * MM_ALLOCATE_FAST_LARGE_PAGES: chunks that begin at large pages. The core's chunks are aligned to their size, and one block of a
 * whole large page or more is a chunk of its own size, if that is a power of two. Where it can't be, the flag stays, and is
 * invalid.
 */
static void ask_for_large_pages(struct np_pages_request *request)
{
    if ((request->flags & MM_ALLOCATE_FAST_LARGE_PAGES) == 0 || (request->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) == 0)
        return;
    const uint64_t chunk = request->skip != 0 ? request->skip : request->total;
    if (chunk % LARGE_PAGE_SIZE != 0 || (chunk & (chunk - 1)) != 0) return;
    if (request->skip == 0) request->flags |= NP_FULLY_REQUIRED;
    request->skip = chunk;
    request->flags &= ~(uint32_t)MM_ALLOCATE_FAST_LARGE_PAGES;
}

PMDL MmAllocatePagesForMdlEx(PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high, PHYSICAL_ADDRESS skip, SIZE_T total,
                             MEMORY_CACHING_TYPE cache, ULONG flags)
{
    np_nt_enter(__builtin_return_address(0));
    struct call call = {.routine = NP_NT_ALLOCATE_PAGES_EX,
                        .request = np_nt_pages_request(low.QuadPart, high.QuadPart, skip.QuadPart, total,
                                                       np_nt_this_thread()->node, flags),
                        .cache = cache == MmNotMapped ? MmMaximumCacheType : cache};
    ask_for_large_pages(&call.request);
    return allocate(call);
}

PMDL MmAllocatePagesForMdl(PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high, PHYSICAL_ADDRESS skip, SIZE_T total)
{
    np_nt_enter(__builtin_return_address(0));
    return allocate((struct call){
        .routine = NP_NT_ALLOCATE_PAGES,
        .request = np_nt_pages_request(low.QuadPart, high.QuadPart, skip.QuadPart, total, np_nt_this_thread()->node, 0),
        .cache = MmNotMapped});
}

/* ---- Freeing ---- */

/** The first page of a list that is mapped more often than so, or NP_NONE. Under the lock. */
static uint64_t mapped_page(const struct np_nt *machine, const uint64_t *pfns, uint64_t count, unsigned often)
{
    for (uint64_t i = 0; i < count;) {
        const struct np_nt_extent extent = np_nt_list_extent(&machine->core, pfns + i, count - i);
        if (extent.pages == 0) return NP_NONE; /* an absent page: the core will say so */
        for (uint64_t j = 0; j < extent.pages; j++)
            if (machine->memory.notes[extent.position + j].mappings > often) return extent.pfn + j;
        i += extent.pages;
    }
    return NP_NONE;
}

/** Notes that the pages of a list are given to nobody. Under the lock. */
static void take_back(struct np_nt *machine, const uint64_t *pfns, uint64_t count)
{
    for (uint64_t i = 0; i < count;) {
        const struct np_nt_extent extent = np_nt_list_extent(&machine->core, pfns + i, count - i);
        np_nt_memory_give(&machine->memory, &extent, 0, NP_NT_NO_RECORD);
        i += extent.pages;
    }
}

/**
 * Where the list of an MDL names a page that somebody else has, who would be blamed later: a violation. Under the lock.
 */
static bool names_others(const struct np_nt *machine, PMDL mdl, const struct np_nt_record *record,
                         struct np_nt_finding *finding)
{
    static const char *const kinds[] = {[NP_NT_RECORD_MDL] = "MDL", [NP_NT_RECORD_BLOCK] = "the block at"};
    const uint64_t *pfns = MmGetMdlPfnArray(mdl);
    for (uint64_t i = 0; i < record->pages; i++) {
        if (np_page_state(&machine->core, pfns[i]) != NP_ALLOCATED) return false; /* the core will say so */
        const uint32_t owner = machine->memory.notes[np_position_of(&machine->core, pfns[i])].owner;
        if (owner == record->number || owner == NP_NT_NO_RECORD) continue; /* none: just being given */
        const struct np_nt_record *other = np_nt_ledger_record(&machine->ledger, owner);
        np_nt_violate(finding, NP_NT_PAGES_NOT_ALLOCATED, NP_NT_FREE_PAGES, mdl, pfns[i],
                      "MDL %p was changed: page frame 0x%" PRIx64 " in it belongs to %s %p", (void *)mdl, pfns[i],
                      kinds[other->kind], other->address);
        np_nt_finding_before(finding, "allocated", &record->given);
        return true;
    }
    return false;
}

/** What is wrong with freeing the pages of an MDL, if something is. Under the lock. */
static bool free_is_wrong(const struct np_nt *machine, PMDL mdl, const struct np_nt_record *record,
                          struct np_nt_finding *finding)
{
    const enum np_nt_routine routine = NP_NT_FREE_PAGES;
    if (record == NULL || record->kind != NP_NT_RECORD_MDL) {
        np_nt_violate(finding, NP_NT_UNKNOWN_MDL, routine, mdl, NP_NT_NO_PFN, "not an MDL that a routine allocated: %p",
                      (void *)mdl);
    } else if (!record->has_pages) {
        np_nt_violate(finding, NP_NT_PAGES_FREED_TWICE, routine, mdl, NP_NT_NO_PFN,
                      "the %" PRIu64 " pages of MDL %p were freed before", record->pages, (void *)mdl);
        np_nt_finding_before(finding, "freed", &record->freed);
    } else if (record->removed) {
        np_nt_violate(finding, NP_NT_PAGES_REMOVED, routine, mdl, NP_NT_NO_PFN,
                      "the pages of MDL %p were hot-removed: they are added back by MmAddPhysicalMemory, not freed",
                      (void *)mdl);
        np_nt_finding_before(finding, "allocated", &record->given);
    } else if (np_nt_described_pages(mdl) != record->pages) {
        np_nt_violate(finding, NP_NT_BAD_ARGUMENT, routine, mdl, NP_NT_NO_PFN,
                      "MDL %p was changed: it describes %" PRIu64 " pages, and %" PRIu64 " were allocated", (void *)mdl,
                      np_nt_described_pages(mdl), record->pages);
        np_nt_finding_before(finding, "allocated", &record->given);
    } else if (names_others(machine, mdl, record, finding)) {
        return true;
    } else {
        const unsigned own = np_nt_system_mapping(machine, mdl) != NULL;
        const uint64_t pfn = mapped_page(machine, MmGetMdlPfnArray(mdl), record->pages, own);
        if (pfn == NP_NONE) return false;
        np_nt_violate(finding, NP_NT_PAGES_MAPPED, routine, mdl, pfn,
                      "page frame 0x%" PRIx64 " of MDL %p is mapped still", pfn, (void *)mdl);
        np_nt_finding_mapped(machine, finding, pfn);
    }
    return true;
}

enum outcome { FREED, WRONG, MAPPED };

/** Frees the pages of an MDL; not while it is mapped for KernelMode. WRONG with what is wrong. Under the lock. */
static enum outcome free_pages(struct np_nt *machine, PMDL mdl, const struct np_nt_stack *stack,
                               struct np_nt_finding *finding)
{
    struct np_nt_record *record = np_nt_ledger_find(&machine->ledger, mdl);
    if (free_is_wrong(machine, mdl, record, finding)) {
        if (record != NULL && record->kind == NP_NT_RECORD_MDL) record->refused = true;
        return WRONG;
    }
    if (np_nt_system_mapping(machine, mdl) != NULL) return MAPPED;
    const uint64_t *pfns = MmGetMdlPfnArray(mdl);
    const uint64_t freed = np_free_pages(&machine->core, pfns, record->pages);
    if (freed != record->pages) {
        np_nt_violate(finding, NP_NT_PAGES_NOT_ALLOCATED, NP_NT_FREE_PAGES, mdl, pfns[freed],
                      "MDL %p was changed: page frame 0x%" PRIx64 " in it cannot be freed", (void *)mdl, pfns[freed]);
        np_nt_finding_before(finding, "allocated", &record->given);
        return WRONG;
    }
    take_back(machine, pfns, record->pages);
    machine->allocated -= record->pages;
    record->has_pages = false;
    record->freed = *stack;
    mdl->MdlFlags &= (CSHORT)~MDL_PAGES_LOCKED;
    return FREED;
}

void MmFreePagesFromMdl(PMDLX mdl)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct np_nt_finding finding;
    struct np_nt_stack stack;
    if (!np_nt_irql_fits(machine, NP_NT_FREE_PAGES, DISPATCH_LEVEL, "")) return;
    if (mdl == NULL) {
        np_nt_violate(&finding, NP_NT_BAD_ARGUMENT, NP_NT_FREE_PAGES, NULL, NP_NT_NO_PFN, "the MDL is NULL");
        np_nt_report_violation(machine, &finding);
        return;
    }
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    np_nt_lock(machine);
    np_nt_called(machine, NP_NT_FREE_PAGES);
    enum outcome outcome = free_pages(machine, mdl, &stack, &finding);
    while (outcome == MAPPED) { /* the mapping goes with the pages; others may map or free them meanwhile */
        np_nt_unlock(machine);
        np_nt_end_system_mapping(machine, mdl, &stack);
        np_nt_lock(machine);
        outcome = free_pages(machine, mdl, &stack, &finding);
    }
    np_nt_unlock(machine);
    if (outcome == WRONG) np_nt_report_violation(machine, &finding);
}
