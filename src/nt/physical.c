/* SPDX-License-Identifier: MIT */
/*
 * Physical memory as such: where it is, what is in it, and adding to it.
 */
#include "holder.h"
#include "include/ntddk.h"
#include "irql.h"
#include "pure/call.h"
#include "scarce.h"
#include "why.h"

#include <inttypes.h>
#include <stdlib.h>

#define BATCH 512u

PHYSICAL_ADDRESS MmGetPhysicalAddress(PVOID address)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    PHYSICAL_ADDRESS physical = {.QuadPart = 0};
    np_nt_lock(machine);
    np_nt_called(machine, NP_NT_PHYSICAL_ADDRESS);
    const struct np_nt_record *record = np_nt_record_at(machine, address);
    if (record != NULL && record->live) {
        const uint64_t page = np_nt_arena_page(&machine->arena, address) - record->first_page;
        if (page < record->pages)
            physical.QuadPart =
                (LONGLONG)(np_nt_extents_pfn(&record->extents, page) * PAGE_SIZE + BYTE_OFFSET(address));
    }
    np_nt_unlock(machine);
    return physical;
}

USHORT KeQueryHighestNodeNumber(void)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    np_nt_lock(machine);
    np_nt_called(machine, NP_NT_HIGHEST_NODE);
    np_nt_unlock(machine);
    return (USHORT)(machine->layout.nodes - 1);
}

/* ---- Ranges ---- */

/** Appends a range, or makes the last one longer when it touches. @return how many there are now */
static uint64_t append(PPHYSICAL_MEMORY_RANGE ranges, uint64_t count, uint64_t first, uint64_t pages)
{
    const LONGLONG base = (LONGLONG)(first * PAGE_SIZE), bytes = (LONGLONG)(pages * PAGE_SIZE);
    if (pages == 0) return count;
    if (count != 0 && ranges[count - 1].BaseAddress.QuadPart + ranges[count - 1].NumberOfBytes.QuadPart == base) {
        ranges[count - 1].NumberOfBytes.QuadPart += bytes;
        return count;
    }
    ranges[count].BaseAddress.QuadPart = base;
    ranges[count].NumberOfBytes.QuadPart = bytes;
    return count + 1;
}

/** Lists the ranges of the machine without what was removed. There is room for all. Under the lock. */
static void list_ranges(const struct np_nt *machine, PPHYSICAL_MEMORY_RANGE ranges)
{
    const struct np_nt_removed *removed = &machine->removed;
    uint64_t count = 0;
    for (uint32_t r = 0; r < machine->layout.count; r++) {
        uint64_t first = machine->layout.ranges[r].first;
        const uint64_t end = first + machine->layout.ranges[r].pages;
        for (uint64_t i = np_nt_removed_find(removed, first); i < removed->count && removed->rows[i].first < end; i++) {
            const struct np_nt_row *row = &removed->rows[i];
            if (row->first > first) count = append(ranges, count, first, row->first - first);
            first = row->first + row->pages < end ? row->first + row->pages : end;
        }
        count = append(ranges, count, first, end - first);
    }
    ranges[count].BaseAddress.QuadPart = 0;
    ranges[count].NumberOfBytes.QuadPart = 0;
}

PPHYSICAL_MEMORY_RANGE MmGetPhysicalMemoryRanges(void)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct np_nt_stack stack;
    if (!np_nt_irql_fits(machine, NP_NT_MEMORY_RANGES, PASSIVE_LEVEL, "")) {
        np_nt_failed(machine, NP_NT_MEMORY_RANGES);
        return NULL;
    }
    if (np_nt_scarce(machine, NP_NT_MEMORY_RANGES)) return NULL;
    np_nt_stack_take(&stack, machine->settings.stack_depth);
    np_nt_lock(machine);
    /* A row inside a range makes two of it. */
    const uint64_t most = machine->layout.count + machine->removed.count + 1;
    PPHYSICAL_MEMORY_RANGE ranges = np_nt_ours(malloc(most * sizeof *ranges));
    struct np_nt_record *record = ranges == NULL ? NULL : np_nt_ledger_add(&machine->ledger, NP_NT_RECORD_POOL, ranges);
    if (record != NULL) {
        record->routine = NP_NT_MEMORY_RANGES;
        record->given = stack;
        list_ranges(machine, ranges);
    }
    np_nt_unlock(machine);
    if (record != NULL) return ranges;
    free(ranges);
    np_nt_why_cause(NP_NT_MEMORY_RANGES, NP_NT_CAUSE_RECORDS, 0, "no memory for a list of %" PRIu64 " ranges", most);
    np_nt_failed(machine, NP_NT_MEMORY_RANGES);
    return NULL;
}

/* ---- Adding ---- */

/** The first page of a row that is mapped, or NP_NONE. All are present. Under the lock. */
static uint64_t mapped_page(const struct np_nt *machine, uint64_t first, uint64_t pages)
{
    for (uint64_t i = 0; i < pages;) {
        const struct np_nt_extent extent = np_nt_row_extent(&machine->core, first + i, pages - i);
        for (uint64_t j = 0; j < extent.pages; j++)
            if (machine->memory.notes[extent.position + j].mappings != 0) return extent.pfn + j;
        i += extent.pages;
    }
    return NP_NONE;
}

/** Adds a row of pages back, all of which are removed. Under the lock. */
static void add_back(struct np_nt *machine, uint64_t first, uint64_t pages)
{
    uint64_t pfns[BATCH];
    for (uint64_t i = 0; i < pages; i += BATCH) {
        const uint64_t here = pages - i < BATCH ? pages - i : BATCH;
        for (uint64_t j = 0; j < here; j++)
            pfns[j] = first + i + j;
        np_add_pages(&machine->core, pfns, here);
    }
    for (uint64_t i = 0; i < pages;) {
        const struct np_nt_extent extent = np_nt_row_extent(&machine->core, first + i, pages - i);
        np_nt_memory_give(&machine->memory, &extent, 0, NP_NT_NO_RECORD);
        i += extent.pages;
    }
    np_nt_removed_take(&machine->removed, first, pages);
}

/** Adds a row of pages back if all are removed and none is mapped. Under the lock. */
static NTSTATUS add_row(struct np_nt *machine, uint64_t first, uint64_t pages, struct np_nt_finding *finding,
                        bool *wrong)
{
    const struct np_nt_removed *removed = &machine->removed;
    const uint64_t at = np_nt_removed_find(removed, first);
    const bool inside = at < removed->count && removed->rows[at].first <= first &&
                        pages <= removed->rows[at].first + removed->rows[at].pages - first;
    if (!inside) return STATUS_CONFLICTING_ADDRESSES;
    if (!np_nt_removed_reserve(&machine->removed, 1)) return STATUS_INSUFFICIENT_RESOURCES;
    const uint64_t mapped = mapped_page(machine, first, pages);
    *wrong = mapped != NP_NONE;
    if (*wrong) {
        np_nt_violate(finding, NP_NT_PAGES_MAPPED, NP_NT_ADD_MEMORY, NULL, mapped,
                      "page frame 0x%" PRIx64 " is mapped still by who removed it", mapped);
        np_nt_finding_mapped(machine, finding, mapped);
        return STATUS_CONFLICTING_ADDRESSES;
    }
    add_back(machine, first, pages);
    return STATUS_SUCCESS;
}

NTSTATUS MmAddPhysicalMemory(PPHYSICAL_ADDRESS start, PLARGE_INTEGER bytes)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct np_nt_finding finding;
    bool wrong = false;
    if (!np_nt_irql_fits(machine, NP_NT_ADD_MEMORY, APC_LEVEL, "")) return STATUS_UNSUCCESSFUL;
    if (start == NULL || bytes == NULL) {
        np_nt_violate(&finding, NP_NT_BAD_ARGUMENT, NP_NT_ADD_MEMORY, NULL, NP_NT_NO_PFN, "an argument is NULL");
        np_nt_report_violation(machine, &finding);
        return STATUS_INVALID_PARAMETER;
    }
    uint64_t first = 0, pages = 0;
    const bool whole = np_nt_page_range(start->QuadPart, bytes->QuadPart, &first, &pages);
    np_nt_lock(machine);
    np_nt_called(machine, NP_NT_ADD_MEMORY);
    const NTSTATUS status = whole ? add_row(machine, first, pages, &finding, &wrong) : STATUS_INVALID_PARAMETER;
    if (status != STATUS_SUCCESS) machine->tally[NP_NT_ADD_MEMORY].failures++;
    np_nt_unlock(machine);
    if (status == STATUS_INVALID_PARAMETER)
        np_nt_why_cause(NP_NT_ADD_MEMORY, NP_NT_CAUSE_REFUSED, 0,
                        "the range does not begin and end at whole pages, or is empty, or ends past the last address");
    else if (status == STATUS_INSUFFICIENT_RESOURCES)
        np_nt_why_cause(NP_NT_ADD_MEMORY, NP_NT_CAUSE_RECORDS, pages, "no memory for the metadata");
    else if (status == STATUS_CONFLICTING_ADDRESSES && !wrong)
        np_nt_why_cause(NP_NT_ADD_MEMORY, NP_NT_CAUSE_REFUSED, pages,
                        "a page in it was not removed, or was added back before");
    if (wrong) np_nt_report_violation(machine, &finding);
    return status;
}

/* ---- What a device and a test see ---- */

/** Reads or writes bytes of physical memory, a page at a time. */
static bool transfer(struct np_nt *machine, uint64_t address, char *bytes, size_t size, bool write)
{
    while (size != 0) {
        const uint64_t pfn = address / NP_PAGE_SIZE;
        const size_t offset = address % NP_PAGE_SIZE;
        const size_t here = size < NP_PAGE_SIZE - offset ? size : NP_PAGE_SIZE - offset;
        const struct np_nt_extent extent = np_nt_row_extent(&machine->core, pfn, 1);
        if (extent.pages == 0) return false;
        if (write) {
            np_nt_lock(machine);
            np_nt_memory_soil(&machine->memory, &extent);
            np_nt_unlock(machine);
        }
        if (!(write ? np_nt_memory_write(&machine->memory, extent.position, offset, bytes, here)
                    : np_nt_memory_read(&machine->memory, extent.position, offset, bytes, here)))
            return false;
        address += here;
        bytes += here;
        size -= here;
    }
    return true;
}

bool np_nt_read_physical(struct np_nt *machine, uint64_t address, void *bytes, size_t size)
{
    return transfer(machine, address, bytes, size, false);
}

bool np_nt_write_physical(struct np_nt *machine, uint64_t address, const void *bytes, size_t size)
{
    return transfer(machine, address, (char *)(uintptr_t)bytes, size, true);
}

struct np_nt_page_state np_nt_page(struct np_nt *machine, uint64_t pfn)
{
    struct np_nt_page_state page = {
        .node = UINT32_MAX, .allowed_cache = NP_NT_NO_CACHE, .mapped_cache = NP_NT_NO_CACHE};
    np_nt_lock(machine);
    const enum np_state state = np_page_state(&machine->core, pfn);
    page.present = state != NP_ABSENT;
    page.allocated = state == NP_ALLOCATED;
    page.removed = state == NP_REMOVED;
    if (page.present) {
        const struct np_nt_page_note *note = &machine->memory.notes[np_position_of(&machine->core, pfn)];
        page.node = np_page_node(&machine->core, pfn);
        if (note->given != 0) page.allowed_cache = np_nt_allowed(note->given);
        page.mappings = note->mappings;
        if (note->mappings != 0) page.mapped_cache = note->mapped;
    }
    np_nt_unlock(machine);
    return page;
}
