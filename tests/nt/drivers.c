/* SPDX-License-Identifier: MIT */
/*
 * The memory code of five drivers, after the published patterns, on the three bundled machines. Each call that can fail
 * is made to fail, one after another: every error path is walked, and none leaves anything behind.
 */
#include "nt.h"

#include "../../src/nt/include/ntifs.h"

#include <string.h>

#define TAG 0x76724454u

static const PHYSICAL_ADDRESS none = {.QuadPart = 0}, most = {.QuadPart = -1};

/* A balloon: it lends pages to the host, a chunk an MDL, and keeps the MDLs in a list. */
struct lent {
    LIST_ENTRY entry;
    PMDL mdl;
};

static void deflate(PLIST_ENTRY balloon)
{
    while (!IsListEmpty(balloon)) {
        struct lent *lent = CONTAINING_RECORD(RemoveHeadList(balloon), struct lent, entry);
        MmFreePagesFromMdl(lent->mdl);
        ExFreePool(lent->mdl);
        ExFreePoolWithTag(lent, TAG);
    }
}

static NTSTATUS balloon_driver(void)
{
    LIST_ENTRY balloon;
    NTSTATUS status = STATUS_SUCCESS;
    InitializeListHead(&balloon);
    for (unsigned i = 0; NT_SUCCESS(status) && i < 4; i++) {
        struct lent *lent = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof *lent, TAG);
        status = STATUS_INSUFFICIENT_RESOURCES;
        if (lent == NULL) break;
        lent->mdl = MmAllocatePagesForMdlEx(none, most, none, 256 * PAGE_SIZE, MmCached, MM_DONT_ZERO_ALLOCATION);
        if (lent->mdl == NULL) {
            ExFreePoolWithTag(lent, TAG);
            break;
        }
        InsertTailList(&balloon, &lent->entry);
        status = STATUS_SUCCESS;
    }
    deflate(&balloon);
    return status;
}

/* Memory hot-plug: it removes pages and adds them back, row by row. */
static NTSTATUS hot_plug_driver(void)
{
    NTSTATUS status = STATUS_SUCCESS;
    PPHYSICAL_MEMORY_RANGE ranges = MmGetPhysicalMemoryRanges();
    if (ranges == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    PMDL mdl = MmAllocateNodePagesForMdlEx(ranges[0].BaseAddress, most, none, 16 * PAGE_SIZE, MmCached, 0,
                                           MM_ALLOCATE_AND_HOT_REMOVE);
    ExFreePool(ranges);
    if (mdl == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    for (ULONG i = 0; i < MmGetMdlByteCount(mdl) / PAGE_SIZE; i++) {
        PHYSICAL_ADDRESS start = {.QuadPart = (LONGLONG)(MmGetMdlPfnArray(mdl)[i] << PAGE_SHIFT)};
        LARGE_INTEGER bytes = {.QuadPart = PAGE_SIZE};
        const NTSTATUS added = MmAddPhysicalMemory(&start, &bytes);
        if (!NT_SUCCESS(added)) status = added;
    }
    ExFreePool(mdl);
    return status;
}

/* A DMA ring: descriptors below 4 GiB, and buffers that they name. */
static NTSTATUS ring_driver(void)
{
    const PHYSICAL_ADDRESS below = {.QuadPart = 0xffffffff};
    ULONGLONG *ring = MmAllocateContiguousMemorySpecifyCache(PAGE_SIZE, none, below, none, MmNonCached);
    void *buffers[4];
    unsigned count = 0;
    if (ring == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    while (count < 4 && (buffers[count] = ExAllocatePool2(POOL_FLAG_NON_PAGED, 2 * PAGE_SIZE, TAG)) != NULL) {
        ring[count] = (ULONGLONG)MmGetPhysicalAddress(buffers[count]).QuadPart;
        count++;
    }
    const NTSTATUS status = count == 4 ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    while (count != 0)
        ExFreePoolWithTag(buffers[--count], TAG);
    MmFreeContiguousMemorySpecifyCache(ring, PAGE_SIZE, MmNonCached);
    return status;
}

/* Page tables of a hypervisor: zeroed pages, each found again by its physical address. */
static NTSTATUS page_table_driver(void)
{
    void *tables[8];
    unsigned count = 0;
    KSPIN_LOCK lock;
    KIRQL before;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &before);
    while (count < 8 && (tables[count] = ExAllocatePoolZero(NonPagedPoolNx, PAGE_SIZE, TAG)) != NULL) {
        const ULONGLONG own = (ULONGLONG)MmGetPhysicalAddress(tables[count]).QuadPart;
        if (count != 0) ((ULONGLONG *)tables[count - 1])[count] = own | 7;
        count++;
    }
    KeReleaseSpinLock(&lock, before);
    const NTSTATUS status = count == 8 ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    while (count != 0)
        ExFreePoolWithTag(tables[--count], TAG);
    return status;
}

/* A file system: a chain of MDLs of parts of a locked buffer, each mapped as it is read. */
static NTSTATUS __cdecl read_parts(__in PMDL whole)
{
    PAGED_CODE() /* old drivers leave the semicolon out */
    PMDL chain = NULL;
    NTSTATUS status = STATUS_SUCCESS;
    for (ULONG offset = 0; NT_SUCCESS(status) && offset < 3 * PAGE_SIZE; offset += PAGE_SIZE) {
        char *at = (char *)MmGetMdlVirtualAddress(whole) + offset;
        PMDL part = IoAllocateMdl(at, PAGE_SIZE, FALSE, FALSE, NULL);
        status = STATUS_INSUFFICIENT_RESOURCES;
        if (part == NULL) break;
        IoBuildPartialMdl(whole, part, at, PAGE_SIZE);
        part->Next = chain;
        chain = part;
        char *address = MmGetSystemAddressForMdlSafe(part, NormalPagePriority | MdlMappingNoExecute);
        if (address == NULL) break;
        memset(address, 'f', PAGE_SIZE);
        status = STATUS_SUCCESS;
    }
    while (chain != NULL) {
        PMDL next = chain->Next;
        IoFreeMdl(chain);
        chain = next;
    }
    return status;
}

static NTSTATUS file_system_driver(void)
{
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    char *buffer = ExAllocatePoolWithTag(PagedPool, 3 * PAGE_SIZE, TAG);
    if (buffer == NULL) return status;
    PMDL whole = IoAllocateMdl(buffer, 3 * PAGE_SIZE, FALSE, FALSE, NULL);
    if (whole != NULL) {
        MmProbeAndLockPages(whole, KernelMode, IoModifyAccess);
        status = read_parts(whole);
        MmUnlockPages(whole);
        IoFreeMdl(whole);
    }
    if (NT_SUCCESS(status) && buffer[3 * PAGE_SIZE - 1] != 'f') status = STATUS_UNSUCCESSFUL;
    ExFreePoolWithTag(buffer, TAG);
    return status;
}

/* Once with all there is, then with each of its calls made to fail. */
static void walk(const char *map, NTSTATUS (*driver)(void), uint64_t calls)
{
    struct np_nt_settings settings = np_nt_settings_default();
    uint64_t call = 0;
    NTSTATUS status;
    settings.map = map;
    settings.on_violation = see;
    settings.violation_context = &watch;
    watch = (struct watch){0};
    struct np_nt *machine = np_nt_open(&settings);
    assert_non_null(machine);
    if (driver() != STATUS_SUCCESS) fail_msg("%s: %s", map, np_nt_why_words());
    do {
        np_nt_set_scarcity(machine, &(struct np_nt_scarcity){.call = ++call, .routine = NP_NT_ROUTINES});
        status = driver();
        if (watch.count != 0) fail_msg("%s: call %u: %s", map, (unsigned)call, watch.words);
        assert_int_equal(np_nt_leaks(machine, NULL, 0), 0);
        assert_true(status == STATUS_SUCCESS || status == STATUS_INSUFFICIENT_RESOURCES);
    } while (status != STATUS_SUCCESS);
    assert_int_equal(call - 1, calls); /* the calls of it that can fail */
    close_with(machine, 0);
}

static void on_each_machine(NTSTATUS (*driver)(void), uint64_t calls)
{
    unsigned machines = 0;
    for (const char *const *map = np_nt_bundled(); *map != NULL; map++, machines++)
        walk(*map, driver, calls);
    assert_int_equal(machines, 3);
}

static void a_balloon(void **state)
{
    (void)state;
    on_each_machine(balloon_driver, 8);
}

static void memory_hot_plug(void **state)
{
    (void)state;
    on_each_machine(hot_plug_driver, 2);
}

static void a_ring_for_DMA(void **state)
{
    (void)state;
    on_each_machine(ring_driver, 5);
}

static void page_tables_of_a_hypervisor(void **state)
{
    (void)state;
    on_each_machine(page_table_driver, 8);
}

static void a_chain_of_MDLs(void **state)
{
    (void)state;
    on_each_machine(file_system_driver, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_balloon),       cmocka_unit_test(memory_hot_plug),
        cmocka_unit_test(a_ring_for_DMA),  cmocka_unit_test(page_tables_of_a_hypervisor),
        cmocka_unit_test(a_chain_of_MDLs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
