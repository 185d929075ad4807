/* SPDX-License-Identifier: MIT */
/*
 * MDLs of a driver's own buffers: allocated, filled from pool memory or another MDL, locked, freed.
 */
#include "holder.h"
#include "include/wdm.h"
#include "irql.h"
#include "mapping.h"
#include "pool_allocate.h"
#include "pure/describe.h"
#include "scarce.h"
#include "why.h"

#include <inttypes.h>
#include <stdlib.h>

/** Whether there is an MDL, and the IRQL is at most DISPATCH_LEVEL; else reports the violation. */
static bool fits(struct np_nt *machine, enum np_nt_routine routine, PMDL mdl)
{
    struct np_nt_finding finding;
    if (!np_nt_irql_fits(machine, routine, DISPATCH_LEVEL, "")) return false;
    if (mdl != NULL) return true;
    np_nt_violate(&finding, NP_NT_BAD_ARGUMENT, routine, NULL, NP_NT_NO_PFN, "the MDL is NULL");
    np_nt_report_violation(machine, &finding);
    return false;
}

PMDL IoAllocateMdl(PVOID address, ULONG length, BOOLEAN secondary, BOOLEAN quota, PIRP irp)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    const uint64_t pages = (BYTE_OFFSET(address) + (uint64_t)length + PAGE_SIZE - 1) / PAGE_SIZE;
    struct np_nt_finding finding;
    struct np_nt_stack stack;
    struct np_nt_record *record = NULL;
    (void)secondary;
    (void)quota;
    if (!np_nt_irql_fits(machine, NP_NT_IO_ALLOCATE_MDL, DISPATCH_LEVEL, "")) return NULL;
    if (irp != NULL) {
        np_nt_violate(&finding, NP_NT_BAD_ARGUMENT, NP_NT_IO_ALLOCATE_MDL, irp, NP_NT_NO_PFN,
                      "Irp is not NULL: an IRP is opaque here; pass NULL and keep the MDL");
        np_nt_report_violation(machine, &finding);
        return NULL;
    }
    if (np_nt_scarce(machine, NP_NT_IO_ALLOCATE_MDL)) return NULL;
    PMDL mdl = np_nt_ours(calloc(1, sizeof *mdl + pages * sizeof(PFN_NUMBER)));
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    np_nt_lock(machine);
    if (mdl != NULL) record = np_nt_ledger_add(&machine->ledger, NP_NT_RECORD_IO_MDL, mdl);
    if (record != NULL) {
        record->routine = NP_NT_IO_ALLOCATE_MDL;
        record->pages = pages;
        record->given = stack;
    }
    np_nt_unlock(machine);
    if (record != NULL) {
        MmInitializeMdl(mdl, address, length);
        return mdl;
    }
    free(mdl);
    np_nt_failed(machine, NP_NT_IO_ALLOCATE_MDL);
    np_nt_why_cause(NP_NT_IO_ALLOCATE_MDL, NP_NT_CAUSE_RECORDS, pages, "no memory for an MDL of %" PRIu64 " pages",
                    pages);
    return NULL;
}

/* ---- Freeing ---- */

/** What is wrong with IoFreeMdl of an MDL, if something is. Under the lock. */
static bool free_is_wrong(const struct np_nt *machine, PMDL mdl, const struct np_nt_record *record,
                          struct np_nt_finding *finding)
{
    const unsigned own =
        (np_nt_system_mapping(machine, mdl) != NULL && (mdl->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED) != 0)
            ? 1
            : 0; /* it ends with the MDL */
    if (record->mappings > own) {
        np_nt_violate(finding, NP_NT_PAGES_MAPPED, NP_NT_IO_FREE_MDL, mdl, NP_NT_NO_PFN,
                      "MDL %p is mapped still: MmUnmapLockedPages comes first", (void *)mdl);
        np_nt_finding_mapped(machine, finding, MmGetMdlPfnArray(mdl)[0]);
        return true;
    }
    if (!record->has_pages) return false;
    np_nt_violate(finding, NP_NT_MDL_BEFORE_PAGES, NP_NT_IO_FREE_MDL, mdl, NP_NT_NO_PFN,
                  "the pages of MDL %p are locked still: MmUnlockPages comes first", (void *)mdl);
    np_nt_finding_before(finding, "locked", &record->freed);
    return true;
}

/** What is wrong where an address is not that of a live MDL of IoAllocateMdl. Under the lock. */
static void find_stranger(PMDL mdl, const struct np_nt_record *record, struct np_nt_finding *finding)
{
    const bool before = record != NULL && record->kind == NP_NT_RECORD_IO_MDL;
    const bool pages = record != NULL && record->kind == NP_NT_RECORD_MDL && record->live;
    np_nt_violate(finding, before ? NP_NT_POOL_FREED_TWICE : NP_NT_UNKNOWN_MDL, NP_NT_IO_FREE_MDL, mdl, NP_NT_NO_PFN,
                  before ? "MDL %p was freed before"
                  : pages
                      ? "MDL %p is not of IoAllocateMdl: MmFreePagesFromMdl frees its pages, and ExFreePool frees it"
                      : "%p is no MDL that IoAllocateMdl returned",
                  (void *)mdl);
    if (before) np_nt_finding_before(finding, "freed", &record->closed);
    if (pages) np_nt_finding_before(finding, "allocated", &record->given);
}

VOID IoFreeMdl(PMDL mdl)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct np_nt_finding finding;
    struct np_nt_stack stack;
    if (!fits(machine, NP_NT_IO_FREE_MDL, mdl)) return;
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    np_nt_lock(machine);
    np_nt_called(machine, NP_NT_IO_FREE_MDL);
    struct np_nt_record *record = np_nt_ledger_find(&machine->ledger, mdl);
    bool right = record != NULL && record->kind == NP_NT_RECORD_IO_MDL && record->live;
    if (!right)
        find_stranger(mdl, record, &finding);
    else
        right = !free_is_wrong(machine, mdl, record, &finding);
    np_nt_unlock(machine);
    if (!right) {
        np_nt_report_violation(machine, &finding);
        return;
    }
    if ((mdl->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED) != 0) np_nt_end_system_mapping(machine, mdl, &stack);
    np_nt_lock(machine);
    record->closed = stack;
    np_nt_ledger_end(&machine->ledger, record);
    np_nt_unlock(machine);
    free(mdl);
}

/* ---- Filling ---- */

/** The record whose memory is at an address: a driver's pool memory rather than its slab. Under the lock. */
static const struct np_nt_record *memory_at(const struct np_nt *machine, const char *address)
{
    const struct np_nt_record *record = np_nt_record_at(machine, address);
    if (record == NULL || record->kind != NP_NT_RECORD_SLAB) return record;
    char *base = np_nt_arena_address(&machine->arena, record->first_page);
    const uint64_t offset = (uint64_t)(address - base);
    return np_nt_ledger_find(&machine->ledger, base + offset / record->bytes * record->bytes);
}

/** The page frame behind an address, or NP_NONE. Under the lock. */
static uint64_t pfn_at(const struct np_nt *machine, const char *address)
{
    const struct np_nt_record *record = np_nt_record_at(machine, address);
    if (record == NULL || !record->live) return NP_NONE;
    const uint64_t page = np_nt_arena_page(&machine->arena, address) - record->first_page;
    return page < record->pages ? np_nt_extents_pfn(&record->extents, page) : NP_NONE;
}

/** Whether pool memory is live and holds the whole buffer; else what is wrong. Under the lock. */
static bool pool_holds(enum np_nt_routine routine, const struct np_nt_record *record, const char *buffer,
                       uint64_t bytes, struct np_nt_finding *finding)
{
    if (record == NULL || !np_nt_is_pool(record)) return true;
    const uint64_t offset = (uint64_t)(buffer - (const char *)record->address);
    if (record->live && offset + bytes <= record->bytes) return true;
    np_nt_violate(finding, record->live ? NP_NT_POOL_OVERRUN : NP_NT_POOL_USED_AFTER_FREE, routine, buffer,
                  NP_NT_NO_PFN,
                  record->live ? "the buffer of %" PRIu64 " bytes at %p is longer than the pool memory at %p"
                               : "the buffer of %" PRIu64 " bytes at %p is in the pool memory at %p, which is freed",
                  bytes, (const void *)buffer, record->address);
    np_nt_finding_before(finding, record->live ? "allocated" : "freed",
                         record->live ? &record->given : &record->closed);
    return false;
}

/** Fills in the page frames of a buffer. False with what is wrong. Under the lock. */
static bool list_pages(const struct np_nt *machine, enum np_nt_routine routine, PMDL mdl, struct np_nt_finding *finding)
{
    const char *buffer = MmGetMdlVirtualAddress(mdl);
    const uint64_t pages = np_nt_described_pages(mdl);
    PFN_NUMBER *pfns = MmGetMdlPfnArray(mdl);
    if (!pool_holds(routine, memory_at(machine, buffer), buffer, mdl->ByteCount, finding)) return false;
    for (uint64_t i = 0; i < pages; i++) {
        const char *page = (const char *)mdl->StartVa + i * PAGE_SIZE;
        const uint64_t pfn = pfn_at(machine, page);
        if (pfn == NP_NONE) {
            np_nt_violate(finding, NP_NT_BAD_ARGUMENT, routine, mdl, NP_NT_NO_PFN,
                          "MDL %p describes a buffer with page %p, at which the machine has no memory", (void *)mdl,
                          (const void *)page);
            return false;
        }
        pfns[i] = pfn;
    }
    return true;
}

VOID MmBuildMdlForNonPagedPool(PMDLX mdl)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct np_nt_finding finding;
    if (!fits(machine, NP_NT_BUILD_MDL, mdl)) return;
    np_nt_lock(machine);
    np_nt_called(machine, NP_NT_BUILD_MDL);
    const struct np_nt_record *record = memory_at(machine, MmGetMdlVirtualAddress(mdl));
    bool right = record == NULL || !np_nt_is_pool(record) || !record->paged;
    if (!right) {
        np_nt_violate(&finding, NP_NT_BAD_ARGUMENT, NP_NT_BUILD_MDL, mdl, NP_NT_NO_PFN,
                      "MDL %p describes paged pool: MmProbeAndLockPages locks it", (void *)mdl);
        np_nt_finding_before(&finding, "allocated", &record->given);
    }
    right = right && list_pages(machine, NP_NT_BUILD_MDL, mdl, &finding);
    np_nt_unlock(machine);
    if (!right) {
        np_nt_report_violation(machine, &finding);
        return;
    }
    mdl->MdlFlags = (CSHORT)(mdl->MdlFlags | MDL_SOURCE_IS_NONPAGED_POOL);
    mdl->MappedSystemVa = MmGetMdlVirtualAddress(mdl);
    mdl->Process = NULL;
}

VOID IoBuildPartialMdl(PMDL source, PMDL target, PVOID address, ULONG length)
{
    const int kept = MDL_ALLOCATED_FIXED_SIZE | MDL_ALLOCATED_MUST_SUCCEED;
    const int taken = MDL_SOURCE_IS_NONPAGED_POOL | MDL_MAPPED_TO_SYSTEM_VA | MDL_IO_PAGE_READ | MDL_IO_SPACE;
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct np_nt_finding finding;
    if (!fits(machine, NP_NT_BUILD_PARTIAL, source == NULL ? source : target)) return;
    const uint64_t offset = (uint64_t)((char *)address - (char *)MmGetMdlVirtualAddress(source));
    const uint64_t bytes = length != 0 ? length : source->ByteCount - offset;
    const uint64_t pages = (BYTE_OFFSET(address) + bytes + PAGE_SIZE - 1) / PAGE_SIZE;
    const uint64_t first = ((uintptr_t)address / PAGE_SIZE) - ((uintptr_t)source->StartVa / PAGE_SIZE);
    np_nt_lock(machine);
    np_nt_called(machine, NP_NT_BUILD_PARTIAL);
    const struct np_nt_record *record = np_nt_ledger_find(&machine->ledger, target);
    const bool known = record != NULL && record->kind == NP_NT_RECORD_IO_MDL && record->live;
    const uint64_t room = known ? record->pages : ((uint16_t)target->Size - sizeof *target) / sizeof(PFN_NUMBER);
    np_nt_unlock(machine);
    if (offset > source->ByteCount || bytes > source->ByteCount - offset || pages > room) {
        np_nt_violate(&finding, NP_NT_BAD_ARGUMENT, NP_NT_BUILD_PARTIAL, target, NP_NT_NO_PFN,
                      pages > room ? "%" PRIu64 " pages at offset %" PRIu64 " do not fit: MDL %p is too small"
                                   : "%" PRIu64 " pages at offset %" PRIu64
                                     " are not all in the buffer of the source; MDL %p",
                      pages, offset, (void *)target);
        np_nt_report_violation(machine, &finding);
        return;
    }
    target->Process = source->Process;
    target->StartVa = PAGE_ALIGN(address);
    target->ByteOffset = BYTE_OFFSET(address);
    target->ByteCount = (ULONG)bytes;
    target->MdlFlags = (CSHORT)((target->MdlFlags & kept) | (source->MdlFlags & taken) | MDL_PARTIAL);
    target->MappedSystemVa =
        (source->MdlFlags & taken & ~MDL_IO_PAGE_READ) != 0 ? (char *)source->MappedSystemVa + offset : NULL;
    memcpy(MmGetMdlPfnArray(target), MmGetMdlPfnArray(source) + first, pages * sizeof(PFN_NUMBER));
}

/* ---- Locking ---- */

VOID MmProbeAndLockPages(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation)
{
    const int described = MDL_PAGES_LOCKED | MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL | MDL_MAPPED_TO_SYSTEM_VA;
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct np_nt_finding finding;
    struct np_nt_stack stack;
    bool right = false;
    (void)mode;
    if (!fits(machine, NP_NT_LOCK_PAGES, mdl)) return;
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    np_nt_lock(machine);
    np_nt_called(machine, NP_NT_LOCK_PAGES);
    const struct np_nt_record *memory = memory_at(machine, MmGetMdlVirtualAddress(mdl));
    const bool pageable = memory != NULL && (memory->paged || memory->user);
    if ((mdl->MdlFlags & described) != 0)
        np_nt_violate(&finding, NP_NT_BAD_ARGUMENT, NP_NT_LOCK_PAGES, mdl, NP_NT_NO_PFN,
                      "MDL %p describes pages already (MdlFlags 0x%x)", (void *)mdl, (unsigned)mdl->MdlFlags);
    else if (pageable && KeGetCurrentIrql() > APC_LEVEL)
        np_nt_violate(&finding, NP_NT_WRONG_IRQL, NP_NT_LOCK_PAGES, mdl, NP_NT_NO_PFN,
                      "called for pageable memory at IRQL %u; it may be called at most at APC_LEVEL",
                      KeGetCurrentIrql());
    else if (memory != NULL && memory->kind == NP_NT_RECORD_MAPPING && !memory->writable && operation != IoReadAccess)
        np_nt_violate(&finding, NP_NT_READ_ONLY_ACCESS, NP_NT_LOCK_PAGES, mdl, NP_NT_NO_PFN,
                      "the buffer of MDL %p is read-only: a kernel raises STATUS_ACCESS_VIOLATION", (void *)mdl);
    else
        right = list_pages(machine, NP_NT_LOCK_PAGES, mdl, &finding);
    struct np_nt_record *record = np_nt_ledger_find(&machine->ledger, mdl);
    if (right && record != NULL && record->kind == NP_NT_RECORD_IO_MDL && record->live) {
        record->has_pages = true;
        record->freed = stack;
    }
    np_nt_unlock(machine);
    if (!right)
        np_nt_report_violation(machine, &finding);
    else
        mdl->MdlFlags =
            (CSHORT)(mdl->MdlFlags | MDL_PAGES_LOCKED | (operation != IoReadAccess ? MDL_WRITE_OPERATION : 0));
}

VOID MmUnlockPages(PMDL mdl)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct np_nt_finding finding;
    struct np_nt_stack stack;
    if (!fits(machine, NP_NT_UNLOCK_PAGES, mdl)) return;
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    np_nt_lock(machine);
    np_nt_called(machine, NP_NT_UNLOCK_PAGES);
    struct np_nt_record *record = np_nt_ledger_find(&machine->ledger, mdl);
    const bool pages = record != NULL && record->kind == NP_NT_RECORD_MDL && record->live;
    const bool right = (mdl->MdlFlags & MDL_PAGES_LOCKED) != 0 && !pages;
    if (right && record != NULL && record->kind == NP_NT_RECORD_IO_MDL) record->has_pages = false;
    np_nt_unlock(machine);
    if (!right) {
        np_nt_violate(&finding, NP_NT_PAGES_NOT_ALLOCATED, NP_NT_UNLOCK_PAGES, mdl, NP_NT_NO_PFN,
                      pages ? "MDL %p was not locked by MmProbeAndLockPages: MmFreePagesFromMdl frees its pages"
                            : "MDL %p is not locked: MDL_PAGES_LOCKED is not set",
                      (void *)mdl);
        np_nt_report_violation(machine, &finding);
        return;
    }
    np_nt_end_system_mapping(machine, mdl, &stack);
    mdl->MdlFlags = (CSHORT)(mdl->MdlFlags & ~(MDL_PAGES_LOCKED | MDL_WRITE_OPERATION));
}
