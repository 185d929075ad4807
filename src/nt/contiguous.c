/* SPDX-License-Identifier: MIT */
/*
 * Contiguous memory, and back.
 */
#include "contents.h"
#include "holder.h"
#include "include/wdm.h"
#include "irql.h"
#include "pure/call.h"
#include "scarce.h"
#include "view.h"
#include "why.h"

#include <inttypes.h>
#include <sys/mman.h>

/** A call of a routine that allocates contiguous memory. */
struct call {
    enum np_nt_routine routine;
    struct np_contiguous_request request;
    int cache; /* or NP_NT_NO_CACHE when `protection` is unknown */
    int protection;
    uint64_t pages;
};

/** Takes a block, as `take` of pages.c takes pages. NP_NONE with the reason noted. */
static uint64_t take(struct np_nt *machine, const struct call *call)
{
    bool waits = machine->settings.reclaim != NULL && np_nt_may_wait(0, KeGetCurrentIrql());
    for (;;) {
        np_nt_lock(machine);
        const uint64_t first = np_allocate_contiguous(&machine->core, &call->request);
        const bool again = waits && first == NP_NONE;
        if (!again && first == NP_NONE) {
            const struct np_figures figures = np_figures_contiguous(&machine->core, &call->request);
            np_nt_why_refused(call->routine, np_why_contiguous(&machine->core, &call->request), call->pages, &figures);
        }
        np_nt_unlock(machine);
        if (!again) return first;
        waits = np_nt_ask_for_pages(machine, call->request.node, call->pages) != 0;
    }
}

/** Fills a block as the settings say, and marks what is behind its end. False when the host has no memory. */
static bool prepare(struct np_nt *machine, const struct call *call, const struct np_nt_extents *extents)
{
    const struct np_nt_extent *at = np_nt_extents_at(extents);
    const size_t used = call->request.bytes % NP_PAGE_SIZE;
    const struct np_nt_extent *last = &at[extents->count - 1];
    bool fine = true;
    for (uint64_t i = 0; fine && i < extents->count; i++) {
        fine = np_nt_prepare(machine, &at[i], false);
        np_nt_memory_soil(&machine->memory, &at[i]);
    }
    return fine && (used == 0 || np_nt_mark_tail(machine, last->position + last->pages - 1, used));
}

/** Enters a block into the records. NULL when there is no room. Under the lock. */
static struct np_nt_record *enter(struct np_nt *machine, const struct call *call, struct np_nt_extents *extents,
                                  const struct np_nt_stack *stack)
{
    struct np_nt_record *record = np_nt_view_enter(machine, NP_NT_RECORD_BLOCK, extents, 0, call->cache);
    if (record == NULL) return NULL;
    const struct np_nt_extent *at = np_nt_extents_at(&record->extents);
    for (uint64_t i = 0; i < record->extents.count; i++)
        np_nt_memory_give(&machine->memory, &at[i], np_nt_given(call->cache), record->number);
    record->routine = call->routine;
    record->bytes = call->request.bytes;
    record->writable = true;
    record->given = *stack;
    np_nt_count_allocated(machine, record->pages);
    return record;
}

/** Takes a block out of the records that was never shown. Under the lock. */
static void undo(struct np_nt *machine, struct np_nt_record *record)
{
    const struct np_nt_extent *at = np_nt_extents_at(&record->extents);
    for (uint64_t i = 0; i < record->extents.count; i++)
        np_nt_memory_give(&machine->memory, &at[i], 0, NP_NT_NO_RECORD);
    np_nt_view_leave(machine, record, true);
    machine->allocated -= record->pages;
    np_free_contiguous(&machine->core, at[0].pfn);
    np_nt_ledger_drop(&machine->ledger, record);
}

/** Prepares, enters and maps a block that was taken; frees it when that can't be. NULL with the reason noted. */
static PVOID keep(struct np_nt *machine, const struct call *call, uint64_t first)
{
    struct np_nt_extents extents = {0};
    struct np_nt_stack stack;
    struct np_nt_record *record = NULL;
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    const bool listed = np_nt_extents_of_row(&extents, &machine->core, first, call->pages);
    const bool prepared = listed && prepare(machine, call, &extents);
    np_nt_lock(machine);
    if (prepared) record = enter(machine, call, &extents, &stack);
    if (record == NULL) np_free_contiguous(&machine->core, first);
    np_nt_unlock(machine);
    np_nt_extents_free(&extents);
    if (record != NULL && np_nt_view_show(machine, record, call->protection)) return (PVOID)(uintptr_t)record->address;

    if (record != NULL) {
        np_nt_lock(machine);
        undo(machine, record);
        np_nt_unlock(machine);
    }
    if (!listed)
        np_nt_why_cause(call->routine, NP_NT_CAUSE_RECORDS, call->pages, "no memory for the metadata");
    else if (!prepared || record != NULL)
        np_nt_why_cause(call->routine, NP_NT_CAUSE_SYSTEM, call->pages, "the host has no memory for %" PRIu64 " pages",
                        call->pages);
    else
        np_nt_why_cause(call->routine, NP_NT_CAUSE_ADDRESSES, call->pages,
                        "no room for %" PRIu64 " pages at addresses in a row", call->pages);
    return NULL;
}

/** Whether the arguments are right; else notes why not. */
static bool fits(struct np_nt *machine, struct call *call, int given)
{
    if (!np_nt_irql_fits(machine, call->routine, DISPATCH_LEVEL, "")) return false;
    const enum np_parameter wrong = np_check_contiguous_request(&machine->core, &call->request);
    if (wrong != NP_PARAMETER_NONE) {
        np_nt_why_invalid(call->routine, wrong);
        return false;
    }
    if (!np_nt_cache_type(call->cache)) {
        np_nt_why_cause(call->routine, NP_NT_CAUSE_CACHE, 0, "%d is no %s", given,
                        call->routine == NP_NT_ALLOCATE_CONTIGUOUS_NODE ? "protection that memory may have"
                                                                        : "cache type");
        return false;
    }
    call->pages = np_whole_pages(call->request.bytes);
    return true;
}

static PVOID allocate(struct call call, int given)
{
    struct np_nt *machine = np_nt_current();
    if (!fits(machine, &call, given)) {
        np_nt_failed(machine, call.routine);
        return NULL;
    }
    if (np_nt_scarce(machine, call.routine)) return NULL;
    const uint64_t first = take(machine, &call);
    PVOID address = first == NP_NONE ? NULL : keep(machine, &call, first);
    if (address == NULL) np_nt_failed(machine, call.routine);
    return address;
}

PVOID MmAllocateContiguousMemorySpecifyCacheNode(SIZE_T bytes, PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high,
                                                 PHYSICAL_ADDRESS boundary, MEMORY_CACHING_TYPE cache,
                                                 NODE_REQUIREMENT node)
{
    np_nt_enter(__builtin_return_address(0));
    return allocate(
        (struct call){.routine = NP_NT_ALLOCATE_CONTIGUOUS_CACHE_NODE,
                      .request = np_nt_contiguous_request(bytes, low.QuadPart, high.QuadPart, boundary.QuadPart, node),
                      .cache = (int)cache,
                      .protection = PROT_READ | PROT_WRITE},
        (int)cache);
}

PVOID MmAllocateContiguousMemorySpecifyCache(SIZE_T bytes, PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high,
                                             PHYSICAL_ADDRESS boundary, MEMORY_CACHING_TYPE cache)
{
    np_nt_enter(__builtin_return_address(0));
    return allocate((struct call){.routine = NP_NT_ALLOCATE_CONTIGUOUS_CACHE,
                                  .request = np_nt_contiguous_request(bytes, low.QuadPart, high.QuadPart,
                                                                      boundary.QuadPart, MM_ANY_NODE_OK),
                                  .cache = (int)cache,
                                  .protection = PROT_READ | PROT_WRITE},
                    (int)cache);
}

PVOID MmAllocateContiguousMemory(SIZE_T bytes, PHYSICAL_ADDRESS high)
{
    const PHYSICAL_ADDRESS none = {.QuadPart = 0};
    np_nt_enter(__builtin_return_address(0));
    return allocate((struct call){.routine = NP_NT_ALLOCATE_CONTIGUOUS,
                                  .request = np_nt_contiguous_request(bytes, none.QuadPart, high.QuadPart,
                                                                      none.QuadPart, MM_ANY_NODE_OK),
                                  .cache = MmCached,
                                  .protection = PROT_READ | PROT_WRITE},
                    MmCached);
}

PVOID MmAllocateContiguousNodeMemory(SIZE_T bytes, PHYSICAL_ADDRESS low, PHYSICAL_ADDRESS high,
                                     PHYSICAL_ADDRESS boundary, ULONG protect, NODE_REQUIREMENT node)
{
    int32_t cache = NP_NT_NO_CACHE;
    bool execute = false;
    np_nt_protection(protect, &cache, &execute); /* an unknown protection leaves no cache type */
    np_nt_enter(__builtin_return_address(0));
    return allocate(
        (struct call){.routine = NP_NT_ALLOCATE_CONTIGUOUS_NODE,
                      .request = np_nt_contiguous_request(bytes, low.QuadPart, high.QuadPart, boundary.QuadPart, node),
                      .cache = cache,
                      .protection = PROT_READ | PROT_WRITE | (execute ? PROT_EXEC : 0)},
        (int)protect);
}

/* ---- Freeing ---- */

/** A call that frees a block. */
struct release {
    enum np_nt_routine routine;
    const void *address;
    SIZE_T bytes; /* of MmFreeContiguousMemorySpecifyCache */
    int cache;
};

/** Where no live block begins at an address: what is there. Under the lock. */
static void find_stray(const struct np_nt *machine, const struct release *release, const struct np_nt_record *record,
                       struct np_nt_finding *finding)
{
    if (record == NULL) record = np_nt_record_at(machine, release->address);
    if (record != NULL && record->kind == NP_NT_RECORD_BLOCK && !record->live) {
        np_nt_violate(finding, NP_NT_CONTIGUOUS_TWICE, release->routine, release->address, NP_NT_NO_PFN,
                      "the block at %p was freed before", release->address);
        np_nt_finding_before(finding, "freed", &record->closed);
    } else if (record != NULL && record->kind == NP_NT_RECORD_BLOCK) {
        np_nt_violate(finding, NP_NT_CONTIGUOUS_UNKNOWN, release->routine, release->address, NP_NT_NO_PFN,
                      "%p is inside the block at %p, which is freed by its first address", release->address,
                      record->address);
        np_nt_finding_before(finding, "allocated", &record->given);
    } else {
        np_nt_violate(finding, NP_NT_CONTIGUOUS_UNKNOWN, release->routine, release->address, NP_NT_NO_PFN,
                      "not contiguous memory: %p", release->address);
        if (record != NULL)
            np_nt_finding_before(finding, record->kind == NP_NT_RECORD_MAPPING ? "mapped" : "allocated",
                                 &record->given);
    }
}

/** Whether a block is freed as MmFreeContiguousMemorySpecifyCache must; else what is wrong. */
static bool matches(const struct release *release, const struct np_nt_record *record, struct np_nt_finding *finding)
{
    const bool specified =
        record->routine == NP_NT_ALLOCATE_CONTIGUOUS_CACHE || record->routine == NP_NT_ALLOCATE_CONTIGUOUS_CACHE_NODE;
    if (release->routine == NP_NT_FREE_CONTIGUOUS) return true;
    if (!specified)
        np_nt_violate(finding, NP_NT_CONTIGUOUS_MISMATCH, release->routine, release->address, NP_NT_NO_PFN,
                      "the block at %p is of %s: MmFreeContiguousMemory frees it", release->address,
                      np_nt_routine_name(record->routine));
    else if (release->bytes != record->bytes)
        np_nt_violate(finding, NP_NT_CONTIGUOUS_MISMATCH, release->routine, release->address, NP_NT_NO_PFN,
                      "the block at %p has %" PRIu64 " bytes, not %" PRIu64, release->address, record->bytes,
                      (uint64_t)release->bytes);
    else if (release->cache != record->cache)
        np_nt_violate(finding, NP_NT_CONTIGUOUS_MISMATCH, release->routine, release->address, NP_NT_NO_PFN,
                      "the block at %p has cache type %d, not %d", release->address, record->cache, release->cache);
    else
        return true;
    np_nt_finding_before(finding, "allocated", &record->given);
    return false;
}

/** Finds a block and closes its record. NULL with what is wrong. Under the lock. */
static struct np_nt_record *close_block(struct np_nt *machine, const struct release *release,
                                        const struct np_nt_stack *stack, struct np_nt_finding *finding)
{
    struct np_nt_record *record = np_nt_ledger_find(&machine->ledger, release->address);
    if (record == NULL || record->kind != NP_NT_RECORD_BLOCK || !record->live) {
        find_stray(machine, release, record, finding);
        return NULL;
    }
    if (!matches(release, record, finding)) return NULL;
    const struct np_nt_extent *at = np_nt_extents_at(&record->extents);
    for (uint64_t i = 0; i < record->extents.count; i++)
        for (uint64_t j = 0; j < at[i].pages; j++)
            if (machine->memory.notes[at[i].position + j].mappings != 1) {
                np_nt_violate(finding, NP_NT_PAGES_MAPPED, release->routine, release->address, at[i].pfn + j,
                              "page frame 0x%" PRIx64 " of the block at %p is mapped by an MDL still", at[i].pfn + j,
                              release->address);
                np_nt_finding_mapped(machine, finding, at[i].pfn + j);
                return NULL;
            }
    record->live = false; /* nobody else frees it meanwhile */
    record->closed = *stack;
    return record;
}

/** Whether nothing wrote past the end of a block into the rest of its last page; else what is wrong. */
static bool tail_is_whole(struct np_nt *machine, const struct release *release, const struct np_nt_record *record,
                          struct np_nt_finding *finding)
{
    const struct np_nt_extent *last = &np_nt_extents_at(&record->extents)[record->extents.count - 1];
    const size_t used = record->bytes % NP_PAGE_SIZE;
    if (used == 0) return true;
    const size_t changed = np_nt_check_tail(machine, last->position + last->pages - 1, used);
    if (changed == NP_PAGE_SIZE) return true;
    np_nt_violate(finding, NP_NT_CONTIGUOUS_OVERRUN, release->routine, release->address, last->pfn + last->pages - 1,
                  "something wrote past the %" PRIu64 " bytes of the block at %p: first %zu bytes behind its end",
                  record->bytes, release->address, changed - used);
    np_nt_finding_before(finding, "allocated", &record->given);
    return false;
}

static void release_block(const struct release *release)
{
    struct np_nt *machine = np_nt_current();
    struct np_nt_finding finding;
    struct np_nt_stack stack;
    if (!np_nt_irql_fits(machine, release->routine, DISPATCH_LEVEL, "")) return;
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    np_nt_lock(machine);
    np_nt_called(machine, release->routine);
    struct np_nt_record *record = close_block(machine, release, &stack, &finding);
    np_nt_unlock(machine);
    if (record == NULL) {
        np_nt_report_violation(machine, &finding);
        return;
    }
    const bool whole = tail_is_whole(machine, release, record, &finding);
    const bool hidden = np_nt_view_hide(machine, record);
    const struct np_nt_extent *at = np_nt_extents_at(&record->extents);
    np_nt_lock(machine);
    for (uint64_t i = 0; i < record->extents.count; i++)
        np_nt_memory_give(&machine->memory, &at[i], 0, NP_NT_NO_RECORD);
    np_nt_view_leave(machine, record, hidden);
    machine->allocated -= record->pages;
    np_free_contiguous(&machine->core, at[0].pfn);
    np_nt_ledger_end(&machine->ledger, record);
    np_nt_unlock(machine);
    if (!whole) np_nt_report_violation(machine, &finding);
}

void MmFreeContiguousMemory(PVOID address)
{
    np_nt_enter(__builtin_return_address(0));
    release_block(&(struct release){.routine = NP_NT_FREE_CONTIGUOUS, .address = address});
}

void MmFreeContiguousMemorySpecifyCache(PVOID address, SIZE_T bytes, MEMORY_CACHING_TYPE cache)
{
    np_nt_enter(__builtin_return_address(0));
    release_block(&(struct release){
        .routine = NP_NT_FREE_CONTIGUOUS_CACHE, .address = address, .bytes = bytes, .cache = (int)cache});
}
