/* SPDX-License-Identifier: MIT */
/*
 * Tests of the balloon and the ring, on every bundled machine. They are the other side of the driver: the host that
 * pages are lent to, the device that reads buffers, and a machine that runs out of memory where it hurts.
 *
 * Prints a line for each test and machine, as TAP.
 */
#include "balloon.h"
#include "ring.h"

#include <nodepages_nt.h>

#include <stdio.h>
#include <stdlib.h>

static struct np_nt *machine;
static unsigned failed;

static void expect(bool held, const char *what, int line)
{
    if (held) return;
    failed++;
    printf("# tests.c:%d: %s; the last failure: %s\n", line, what, np_nt_why_words());
}
#define EXPECT(condition) expect((condition), #condition, __LINE__)

static PHYSICAL_ADDRESS byte(uint64_t address)
{
    PHYSICAL_ADDRESS physical;
    physical.QuadPart = (LONGLONG)address;
    return physical;
}

/* ---- The balloon, and the host ---- */

/** What the host has been lent. */
struct host {
    uint64_t pages;
    uint64_t wrong; /* pages that were lent and are not allocated, or not on the node where there is memory */
    uint32_t node;
};

static VOID tell(PVOID context, const PFN_NUMBER *pages, ULONG count, BOOLEAN lent)
{
    struct host *host = context;
    for (ULONG i = 0; i < count; i++) {
        const struct np_nt_page_state page = np_nt_page(machine, pages[i]);
        if (!page.allocated || page.node != host->node) host->wrong++;
    }
    host->pages = lent ? host->pages + count : host->pages - count;
}

static void a_balloon_lends_pages_of_its_node_and_gets_them_back(void)
{
    struct host host = {.node = KeQueryHighestNodeNumber()};
    BALLOON balloon;
    const uint64_t free = np_nt_page_use(machine).free;
    BalloonInitialize(&balloon, byte(0), byte(UINT64_MAX), host.node, tell, &host);
    EXPECT(BalloonInflate(&balloon, 1000) == 1000);
    EXPECT(host.pages == 1000 && host.wrong == 0);
    EXPECT(np_nt_page_use(machine).free == free - 1000);
    const SIZE_T back = BalloonDeflate(&balloon, 300);
    EXPECT(back >= 300 && balloon.Pages == 1000 - back && host.pages == balloon.Pages);
    EXPECT(BalloonInflate(&balloon, 10) == 10);
    BalloonDeflate(&balloon, balloon.Pages);
    EXPECT(balloon.Pages == 0 && host.pages == 0 && host.wrong == 0);
    EXPECT(np_nt_page_use(machine).free == free);
}

/** The first range of the machine that is large enough and small enough to be taken whole, or to its 16th MiB. */
static PHYSICAL_MEMORY_RANGE small_range(void)
{
    PHYSICAL_MEMORY_RANGE range = {0};
    PPHYSICAL_MEMORY_RANGE ranges = MmGetPhysicalMemoryRanges();
    EXPECT(ranges != NULL);
    if (ranges == NULL) return range;
    for (size_t i = 0; ranges[i].NumberOfBytes.QuadPart != 0 && range.NumberOfBytes.QuadPart < 0x100000; i++)
        range = ranges[i];
    ExFreePool(ranges);
    if (range.NumberOfBytes.QuadPart > 0x1000000) range.NumberOfBytes.QuadPart = 0x1000000;
    return range;
}

static void a_balloon_takes_what_there_is(void)
{
    const PHYSICAL_MEMORY_RANGE range = small_range();
    const uint64_t first = (uint64_t)range.BaseAddress.QuadPart, bytes = (uint64_t)range.NumberOfBytes.QuadPart;
    struct host host = {.node = np_nt_page(machine, first / PAGE_SIZE).node};
    BALLOON balloon;
    BalloonInitialize(&balloon, byte(first), byte(first + bytes - 1), host.node, tell, &host);
    EXPECT(BalloonInflate(&balloon, bytes / PAGE_SIZE + 1) == bytes / PAGE_SIZE);
    EXPECT(BalloonInflate(&balloon, 1) == 0);
    EXPECT(np_nt_why()->cause == NP_NT_CAUSE_REFUSED && np_nt_why()->eligible == 0);
    EXPECT(host.wrong == 0);
    BalloonDeflate(&balloon, balloon.Pages);
    EXPECT(host.pages == 0);
}

static unsigned asked;

/** When the machine runs short, the balloon gives way. */
static uint64_t give_way(void *context, uint32_t node, uint64_t shortfall)
{
    (void)node;
    asked++;
    return BalloonDeflate(context, shortfall);
}

static void a_call_that_may_wait_gets_pages_of_the_balloon(void)
{
    const PHYSICAL_MEMORY_RANGE range = small_range();
    const uint64_t first = (uint64_t)range.BaseAddress.QuadPart,
                   last = first + (uint64_t)range.NumberOfBytes.QuadPart - 1;
    struct host host = {.node = np_nt_page(machine, first / PAGE_SIZE).node};
    BALLOON balloon;
    BalloonInitialize(&balloon, byte(first), byte(last), host.node, tell, &host);
    const SIZE_T all = BalloonInflate(&balloon, SIZE_MAX / PAGE_SIZE);
    np_nt_set_reclaim(machine, give_way, &balloon);
    asked = 0;
    EXPECT(BalloonInflate(&balloon, 1) == 0 && asked == 0);
    PMDL mdl =
        MmAllocatePagesForMdlEx(byte(first), byte(last), byte(0), 2 * PAGE_SIZE, MmCached, MM_ALLOCATE_FULLY_REQUIRED);
    EXPECT(mdl != NULL && MmGetMdlByteCount(mdl) == 2 * PAGE_SIZE);
    EXPECT(balloon.Pages < all && asked == 1);
    np_nt_set_reclaim(machine, NULL, NULL);
    if (mdl != NULL) {
        MmFreePagesFromMdl(mdl);
        ExFreePool(mdl);
    }
    BalloonDeflate(&balloon, balloon.Pages);
}

/* ---- The ring, and the device ---- */

/**
 * The device: reads the slot and its buffer from physical memory, and gives the slot back. @return bytes, or 0 if it
 * has none
 */
static size_t device_reads(const RING *ring, ULONG slot, UCHAR buffer[static PAGE_SIZE])
{
    RING_SLOT got;
    const uint64_t at = (uint64_t)ring->Address.QuadPart + slot * sizeof got;
    EXPECT(np_nt_read_physical(machine, at, &got, sizeof got));
    if (got.State != RING_READY) return 0;
    EXPECT(np_nt_read_physical(machine, got.Address, buffer, got.Bytes));
    got.State = 0;
    EXPECT(np_nt_write_physical(machine, at, &got, sizeof got));
    return got.Bytes;
}

static void a_device_reads_what_was_sent(void)
{
    UCHAR sent[PAGE_SIZE], read[PAGE_SIZE];
    RING ring;
    EXPECT(RingCreate(&ring, 5, 0) == STATUS_SUCCESS);
    for (ULONG round = 0; round < 12; round++) {
        const ULONG bytes = round * 300 + 1;
        RtlFillMemory(sent, sizeof sent, (int)round);
        EXPECT(RingSend(&ring, sent, bytes) == STATUS_SUCCESS);
        EXPECT(device_reads(&ring, round % 5, read) == bytes);
        EXPECT(RtlEqualMemory(sent, read, bytes));
        EXPECT(device_reads(&ring, round % 5, read) == 0);
    }
    RingDestroy(&ring);
}

static void a_device_can_reach_a_ring(void)
{
    RING ring;
    EXPECT(RingCreate(&ring, RING_MOST_SLOTS, KeQueryHighestNodeNumber()) == STATUS_SUCCESS);
    const uint64_t first = (uint64_t)ring.Address.QuadPart, last = first + RING_MOST_SLOTS * sizeof(RING_SLOT) - 1;
    EXPECT(last <= 0xffffffff && first / 0x10000 == last / 0x10000);
    for (ULONG i = 0; i < RING_MOST_SLOTS; i++)
        EXPECT(ring.Slots[i].Address == MmGetMdlPfnArray(ring.Mdl)[i] * PAGE_SIZE && ring.Slots[i].State == 0);
    RingDestroy(&ring);
}

/** The lowest free page is made the last before a multiple of 64 KiB, so that the slots must go behind it. */
static void a_ring_does_not_cross_64_kib(void)
{
    RING ring;
    PVOID page = MmAllocateContiguousMemory(PAGE_SIZE, byte(0xffffffff));
    EXPECT(page != NULL);
    const uint64_t lowest = (uint64_t)MmGetPhysicalAddress(page).QuadPart;
    MmFreeContiguousMemory(page);
    const uint64_t bytes = 0x10000 - PAGE_SIZE - lowest % 0x10000;
    PVOID before = MmAllocateContiguousMemory(bytes, byte(0xffffffff));
    EXPECT(before != NULL && (uint64_t)MmGetPhysicalAddress(before).QuadPart == lowest);
    EXPECT(RingCreate(&ring, RING_MOST_SLOTS, MM_ANY_NODE_OK) == STATUS_SUCCESS);
    EXPECT((uint64_t)ring.Address.QuadPart == lowest + bytes + PAGE_SIZE);
    RingDestroy(&ring);
    MmFreeContiguousMemory(before);
}

static void a_ring_that_is_full_is_busy(void)
{
    UCHAR data[PAGE_SIZE] = {0};
    KIRQL before;
    RING ring;
    EXPECT(RingCreate(&ring, 2, 0) == STATUS_SUCCESS);
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    EXPECT(RingSend(&ring, data, PAGE_SIZE) == STATUS_SUCCESS);
    EXPECT(RingSend(&ring, data, 0) == STATUS_SUCCESS);
    EXPECT(RingSend(&ring, data, 1) == STATUS_DEVICE_BUSY);
    EXPECT(RingSend(&ring, data, PAGE_SIZE + 1) == STATUS_INVALID_PARAMETER);
    KeLowerIrql(before);
    RingDestroy(&ring);
    EXPECT(RingCreate(&ring, 0, 0) == STATUS_INVALID_PARAMETER);
    EXPECT(RingCreate(&ring, RING_MOST_SLOTS + 1, 0) == STATUS_INVALID_PARAMETER);
}

/* ---- Every way to fail ---- */

/** Fails the Kth call, for each K that exists: nothing is left behind. */
static void each_failure_leaves_nothing_behind(void)
{
    struct np_nt_scarcity scarcity = {.routine = NP_NT_ROUTINES};
    struct host host = {.node = KeQueryHighestNodeNumber()};
    unsigned refused = 0;
    bool reached = true;
    while (reached && scarcity.call < 100) {
        BALLOON balloon;
        RING ring;
        scarcity.call++;
        np_nt_set_scarcity(machine, &scarcity);
        BalloonInitialize(&balloon, byte(0), byte(UINT64_MAX), host.node, tell, &host);
        const SIZE_T lent = BalloonInflate(&balloon, 600);
        const NTSTATUS status = RingCreate(&ring, 8, host.node);
        uint64_t calls = 0;
        for (unsigned r = 0; r < NP_NT_FREE_PAGES; r++)
            calls += np_nt_calls(machine, (enum np_nt_routine)r);
        reached = calls >= scarcity.call;
        EXPECT(status == STATUS_SUCCESS || status == STATUS_INSUFFICIENT_RESOURCES);
        EXPECT(reached || (lent == 600 && status == STATUS_SUCCESS));
        if (lent != 600 || !NT_SUCCESS(status)) refused++;
        if (NT_SUCCESS(status)) RingDestroy(&ring);
        BalloonDeflate(&balloon, balloon.Pages);
        EXPECT(np_nt_leaks(machine, NULL, 0) == 0 && host.pages == 0);
    }
    scarcity.call = 0;
    np_nt_set_scarcity(machine, &scarcity);
    EXPECT(!reached && refused >= 5); /* three steps of the balloon, the ring's buffers and their mapping */
}

/* ---- Mistakes ---- */

static VOID note(PVOID context, const struct np_nt_violation *violation)
{
    *(enum np_nt_violation_kind *)context = violation->kind;
}

/** A mistake that the ring does not make, to see that it would be reported. */
static void freeing_mapped_buffers_is_reported(void)
{
    enum np_nt_violation_kind kind = NP_NT_VIOLATIONS;
    RING ring;
    EXPECT(RingCreate(&ring, 8, 0) == STATUS_SUCCESS);
    PVOID user = MmMapLockedPagesSpecifyCache(ring.Mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
    np_nt_set_violation_handler(machine, note, &kind);
    MmFreePagesFromMdl(ring.Mdl);
    EXPECT(kind == NP_NT_PAGES_MAPPED);
    np_nt_set_violation_handler(machine, NULL, NULL);
    MmUnmapLockedPages(user, ring.Mdl);
    RingDestroy(&ring);
}

/** The system mapping goes with the pages: drivers need not unmap it first. */
static void freeing_pages_ends_their_system_mapping(void)
{
    PHYSICAL_ADDRESS low = {.QuadPart = 0}, high = {.QuadPart = -1}, skip = {.QuadPart = 0};
    PMDL mdl = MmAllocatePagesForMdlEx(low, high, skip, 4 * PAGE_SIZE, MmCached, MM_ALLOCATE_FULLY_REQUIRED);
    EXPECT(mdl != NULL && MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) != NULL);
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
    EXPECT(np_nt_page_use(machine).mapped == 0);
}

static const struct test {
    const char *name;
    void (*run)(void);
    uint64_t violations; /* that it makes */
} tests[] = {
    {"a balloon lends pages of its node and gets them back", a_balloon_lends_pages_of_its_node_and_gets_them_back, 0},
    {"a balloon takes what there is", a_balloon_takes_what_there_is, 0},
    {"a call that may wait gets pages of the balloon", a_call_that_may_wait_gets_pages_of_the_balloon, 0},
    {"a device reads what was sent", a_device_reads_what_was_sent, 0},
    {"a device can reach a ring", a_device_can_reach_a_ring, 0},
    {"a ring does not cross 64 KiB", a_ring_does_not_cross_64_kib, 0},
    {"a ring that is full is busy", a_ring_that_is_full_is_busy, 0},
    {"each failure leaves nothing behind", each_failure_leaves_nothing_behind, 0},
    {"freeing mapped buffers is reported", freeing_mapped_buffers_is_reported, 1},
    {"freeing pages ends their system mapping", freeing_pages_ends_their_system_mapping, 0},
};

/** One test on a machine of its own. Whatever it did, nothing may be left. */
static void run(const struct test *test, const char *map, unsigned number)
{
    struct np_nt_settings settings = np_nt_settings_default();
    settings.map = map;
    settings.pattern = 0xa5;
    failed = 0;
    machine = np_nt_open(&settings);
    if (machine == NULL) {
        printf("not ok %u - %s, on %s # no machine\n", number, test->name, map);
        exit(2);
    }
    test->run();
    EXPECT(np_nt_violations(machine) == test->violations);
    EXPECT(np_nt_check(machine) == NULL);
    EXPECT(np_nt_close(machine) == 0);
    printf("%sok %u - %s, on %s\n", failed == 0 ? "" : "not ", number, test->name, map);
}

int main(void)
{
    unsigned number = 0, bad = 0;
    for (const char *const *map = np_nt_bundled(); *map != NULL; map++)
        for (size_t i = 0; i < RTL_NUMBER_OF(tests); i++) {
            run(&tests[i], *map, ++number);
            bad += failed != 0;
        }
    printf("1..%u\n", number);
    return bad == 0 ? 0 : 1;
}
