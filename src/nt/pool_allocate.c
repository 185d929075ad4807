/* SPDX-License-Identifier: MIT */
/*
 * Pool memory of drivers. What fits is a slot; the rest has pages and guards of its own.
 */
#include "pool_allocate.h"
#include "holder.h"
#include "include/wdm.h"
#include "irql.h"
#include "pool_pages.h"
#include "scarce.h"
#include "why.h"

#include <inttypes.h>
#include <string.h>

#define SLAB_PAGES 16u
#define MOST_BYTES (UINT64_C(1) << 40)

/** A call of a routine that allocates pool memory. */
struct call {
    enum np_nt_routine routine;
    uint64_t bytes;
    uint32_t tag;
    bool paged;
    bool zero;
    bool raises; /* where it fails */
};

/** Pages for more slots of a size. False with the reason noted. */
static bool add_slab(struct np_nt *machine, enum np_nt_routine routine, unsigned size)
{
    /* Filed inside of the first slot: the slot has its own record. */
    struct np_nt_record *record =
        np_nt_pool_pages_get(machine, routine, NP_NT_RECORD_SLAB, SLAB_PAGES, 8, NP_NT_SLOT_FREE);
    if (record == NULL) /* few pages are left */
        record = np_nt_pool_pages_get(machine, routine, NP_NT_RECORD_SLAB, 1, 8, NP_NT_SLOT_FREE);
    if (record == NULL) return false;
    record->routine = routine;
    np_nt_lock(machine);
    record->bytes = np_nt_slot_bytes(size);
    const bool added = np_nt_slots_add(&machine->slots, size, np_nt_arena_address(&machine->arena, record->first_page),
                                       record->pages * NP_PAGE_SIZE);
    if (!added) record->live = false;
    np_nt_unlock(machine);
    if (added) return true;
    np_nt_pool_pages_end(machine, record);
    np_nt_why_cause(routine, NP_NT_CAUSE_RECORDS, 1, "no memory for the metadata");
    return false;
}

static void describe(struct np_nt_record *record, const struct call *call, const struct np_nt_stack *stack)
{
    record->routine = call->routine;
    record->bytes = call->bytes;
    record->tag = call->tag;
    record->paged = call->paged;
    record->given = *stack;
}

/** A slot, entered into the ledger. @param[out] before  who freed it last, if that is known */
static char *enter_slot(struct np_nt *machine, const struct call *call, unsigned size, const struct np_nt_stack *stack,
                        struct np_nt_stack *before, bool *full)
{
    np_nt_lock(machine);
    char *slot = np_nt_slot_take(&machine->slots, size);
    const struct np_nt_record *last = slot == NULL ? NULL : np_nt_ledger_find(&machine->ledger, slot);
    before->depth = 0;
    if (last != NULL && !last->live) *before = last->closed;
    struct np_nt_record *record = slot == NULL ? NULL : np_nt_ledger_add(&machine->ledger, NP_NT_RECORD_SLOT, slot);
    *full = slot != NULL && record == NULL;
    if (*full) np_nt_slot_give(&machine->slots, size, slot);
    if (record != NULL) describe(record, call, stack);
    np_nt_unlock(machine);
    return *full ? NULL : slot;
}

/** Reports a write into a slot while it was free. */
static void check_free_slot(struct np_nt *machine, const struct call *call, const char *slot, size_t room,
                            const struct np_nt_stack *before)
{
    struct np_nt_finding finding;
    const size_t changed = np_nt_slot_changed(slot, NP_NT_SLOT_FREE, room);
    if (changed == room) return;
    np_nt_violate(&finding, NP_NT_POOL_USED_AFTER_FREE, call->routine, slot + changed, NP_NT_NO_PFN,
                  "something wrote to %p, byte %zu of pool memory that was free", (const void *)(slot + changed),
                  changed);
    if (before->depth != 0) np_nt_finding_before(&finding, "freed", before);
    np_nt_report_violation(machine, &finding);
}

/** What an allocation holds at first, and the mark behind its end. */
static void prepare(const struct np_nt *machine, const struct call *call, char *memory, size_t room)
{
    const int pattern = machine->settings.pattern;
    if (call->zero)
        memset(memory, 0, call->bytes);
    else if (pattern >= 0)
        memset(memory, pattern, call->bytes);
    memset(memory + call->bytes, NP_NT_SLOT_END, room - call->bytes);
}

static PVOID allocate_slot(struct np_nt *machine, const struct call *call, unsigned size)
{
    struct np_nt_stack stack, before;
    const size_t room = np_nt_slot_bytes(size);
    bool full = false;
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    char *slot = enter_slot(machine, call, size, &stack, &before, &full);
    while (slot == NULL && !full && add_slab(machine, call->routine, size))
        slot = enter_slot(machine, call, size, &stack, &before, &full);
    if (full) np_nt_why_cause(call->routine, NP_NT_CAUSE_RECORDS, 1, "no memory for the metadata");
    if (slot == NULL) return NULL;
    check_free_slot(machine, call, slot, room, &before);
    prepare(machine, call, slot, room);
    return slot;
}

static PVOID allocate_large(struct np_nt *machine, const struct call *call)
{
    struct np_nt_stack stack;
    const uint64_t pages = np_whole_pages(call->bytes);
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    struct np_nt_record *record =
        np_nt_pool_pages_get(machine, call->routine, NP_NT_RECORD_LARGE, pages, 0, NP_NT_SLOT_FREE);
    if (record == NULL) return NULL;
    char *memory = (char *)(uintptr_t)record->address;
    np_nt_lock(machine);
    describe(record, call, &stack);
    np_nt_unlock(machine);
    prepare(machine, call, memory, pages * NP_PAGE_SIZE);
    return memory;
}

/** Whether the arguments are right; else reports or notes why not. */
static bool fits(struct np_nt *machine, const struct call *call)
{
    struct np_nt_finding finding;
    if (!np_nt_irql_fits(machine, call->routine, call->paged ? APC_LEVEL : DISPATCH_LEVEL,
                         call->paged ? " for paged pool" : ""))
        return false;
    if (call->tag == 0) {
        np_nt_violate(&finding, NP_NT_BAD_ARGUMENT, call->routine, NULL, NP_NT_NO_PFN,
                      "the tag is 0: pass one to four characters");
        np_nt_report_violation(machine, &finding);
        return false;
    }
    if (call->bytes <= MOST_BYTES) return true;
    np_nt_why_cause(call->routine, NP_NT_CAUSE_REFUSED, 0, "%" PRIu64 " bytes are more than a pool can have",
                    call->bytes);
    return false;
}

/** A failure of a call that must not return NULL: a kernel raises an exception. */
static void tell_failure(struct np_nt *machine, const struct call *call)
{
    struct np_nt_finding finding;
    if (!call->raises) return;
    np_nt_violate(&finding, NP_NT_MUST_SUCCEED, call->routine, NULL, NP_NT_NO_PFN,
                  "%" PRIu64 " bytes are not available, and the call raises an exception instead of returning NULL",
                  call->bytes);
    np_nt_report_violation(machine, &finding);
}

static PVOID allocate(struct call call)
{
    struct np_nt *machine = np_nt_current();
    if (!fits(machine, &call)) {
        np_nt_failed(machine, call.routine);
        return NULL;
    }
    const unsigned size = np_nt_slot_size(call.bytes);
    const bool scarce = np_nt_scarce(machine, call.routine);
    PVOID memory = NULL;
    if (!scarce)
        memory = size < NP_NT_SLOT_SIZES ? allocate_slot(machine, &call, size) : allocate_large(machine, &call);
    if (memory != NULL) return memory;
    if (!scarce) np_nt_failed(machine, call.routine);
    tell_failure(machine, &call);
    return NULL;
}

/** A call by a pool type: its lowest bit says paged. */
static struct call of_type(enum np_nt_routine routine, POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    return (struct call){.routine = routine,
                         .bytes = bytes,
                         .tag = tag,
                         .paged = ((unsigned)type & PagedPool) != 0,
                         .raises = ((unsigned)type & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0};
}

PVOID ExAllocatePool(POOL_TYPE type, SIZE_T bytes)
{
    const ULONG none = 0x656e6f4e; /* "None", which the system gives such memory */
    np_nt_enter(__builtin_return_address(0));
    return allocate(of_type(NP_NT_ALLOCATE_POOL_OLD, type, bytes, none));
}

PVOID ExAllocatePoolWithTag(POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    np_nt_enter(__builtin_return_address(0));
    return allocate(of_type(NP_NT_ALLOCATE_POOL_TAG, type, bytes, tag));
}

PVOID ExAllocatePoolUninitialized(POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    np_nt_enter(__builtin_return_address(0));
    return allocate(of_type(NP_NT_ALLOCATE_POOL_UNINITIALIZED, type, bytes, tag));
}

PVOID ExAllocatePoolZero(POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    np_nt_enter(__builtin_return_address(0));
    struct call call = of_type(NP_NT_ALLOCATE_POOL_ZERO, type, bytes, tag);
    call.zero = true;
    return allocate(call);
}

PVOID ExAllocatePool2(POOL_FLAGS flags, SIZE_T bytes, ULONG tag)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    const POOL_FLAGS kind = flags & (POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED);
    if (kind == 0 || (kind & (kind - 1)) != 0) {
        np_nt_failed(machine, NP_NT_ALLOCATE_POOL_2);
        np_nt_why_cause(NP_NT_ALLOCATE_POOL_2, NP_NT_CAUSE_REFUSED, 0,
                        "flags 0x%llx name no pool, or more than one: pass one of POOL_FLAG_NON_PAGED, "
                        "POOL_FLAG_NON_PAGED_EXECUTE and POOL_FLAG_PAGED",
                        flags);
        return NULL;
    }
    return allocate((struct call){.routine = NP_NT_ALLOCATE_POOL_2,
                                  .bytes = bytes,
                                  .tag = tag,
                                  .paged = kind == POOL_FLAG_PAGED,
                                  .zero = (flags & POOL_FLAG_UNINITIALIZED) == 0,
                                  .raises = (flags & POOL_FLAG_RAISE_ON_FAILURE) != 0});
}

/* ---- Freeing ---- */

/** The first page of large memory that something else maps, or NP_NONE. Under the lock. */
static uint64_t mapped_page(const struct np_nt *machine, const struct np_nt_record *record)
{
    const struct np_nt_extent *at = np_nt_extents_at(&record->extents);
    for (uint64_t i = 0; record->kind == NP_NT_RECORD_LARGE && i < record->extents.count; i++)
        for (uint64_t j = 0; j < at[i].pages; j++)
            if (machine->memory.notes[at[i].position + j].mappings != 1) return at[i].pfn + j;
    return NP_NONE;
}

bool np_nt_pool_free_is_wrong(const struct np_nt *machine, const struct np_nt_record *record, uint32_t tag,
                              struct np_nt_finding *finding)
{
    const uint64_t mapped = mapped_page(machine, record);
    if (record->paged && KeGetCurrentIrql() > APC_LEVEL) {
        np_nt_violate(finding, NP_NT_WRONG_IRQL, NP_NT_FREE_POOL, record->address, NP_NT_NO_PFN,
                      "called for paged pool at IRQL %u; it may be called at most at APC_LEVEL", KeGetCurrentIrql());
    } else if (tag != 0 && tag != record->tag) {
        np_nt_violate(finding, NP_NT_POOL_TAG, NP_NT_FREE_POOL, record->address, NP_NT_NO_PFN,
                      "the pool memory at %p has tag 0x%08x, not 0x%08x", record->address, record->tag, tag);
    } else if (mapped != NP_NONE) {
        np_nt_violate(finding, NP_NT_PAGES_MAPPED, NP_NT_FREE_POOL, record->address, mapped,
                      "page frame 0x%" PRIx64 " of the pool memory at %p is mapped by an MDL still", mapped,
                      record->address);
        np_nt_finding_mapped(machine, finding, mapped);
        return true;
    } else {
        return false;
    }
    np_nt_finding_before(finding, "allocated", &record->given);
    return true;
}

/** Whether nothing was written between the end of an allocation and that of its room; else what is wrong. */
static bool end_is_whole(const struct np_nt_record *record, size_t room, struct np_nt_finding *finding)
{
    const char *end = (const char *)record->address + record->bytes;
    const size_t behind = room - record->bytes, changed = np_nt_slot_changed(end, NP_NT_SLOT_END, behind);
    if (changed == behind) return true;
    np_nt_violate(finding, NP_NT_POOL_OVERRUN, NP_NT_FREE_POOL, record->address, NP_NT_NO_PFN,
                  "something wrote past the %" PRIu64 " bytes of the pool memory at %p: first %zu bytes behind its end",
                  record->bytes, record->address, changed);
    np_nt_finding_before(finding, "allocated", &record->given);
    return false;
}

void np_nt_pool_end(struct np_nt *machine, struct np_nt_record *record)
{
    struct np_nt_finding finding;
    const unsigned size = np_nt_slot_size(record->bytes);
    const size_t room = record->kind == NP_NT_RECORD_SLOT ? np_nt_slot_bytes(size) : record->pages * NP_PAGE_SIZE;
    const bool whole = end_is_whole(record, room, &finding);
    if (record->kind == NP_NT_RECORD_SLOT) {
        char *slot = (char *)(uintptr_t)record->address;
        memset(slot, NP_NT_SLOT_FREE, room);
        np_nt_lock(machine);
        np_nt_ledger_end(&machine->ledger, record);
        np_nt_slot_give(&machine->slots, size, slot);
        np_nt_unlock(machine);
    } else {
        np_nt_pool_pages_end(machine, record);
    }
    if (!whole) np_nt_report_violation(machine, &finding);
}
