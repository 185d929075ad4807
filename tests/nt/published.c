/* SPDX-License-Identifier: MIT */
/*
 * What the published pages say of MDLs, a test a sentence. Each test begins with the name of its page.
 */
#include "nt.h"

#define LARGE_PAGES 512u

static struct np_nt *open_map(const char *text)
{
    struct np_nt_settings settings = small_settings();
    settings.map_text = text;
    watch = (struct watch){0};
    struct np_nt *machine = np_nt_open(&settings);
    assert_non_null(machine);
    return machine;
}

static PMDL plain(uint64_t pages)
{
    return MmAllocatePagesForMdl(at(0), at(UINT64_MAX), at(0), pages * PAGE_SIZE);
}

/* Since Windows 7 MmFreePagesFromMdl unmaps the system address, too. */
static void MmGetSystemAddressForMdlSafe_the_mapping_goes_with_the_pages(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(3, 0);
    (void)state;
    volatile char *address = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
    address[0] = 1;
    MmFreePagesFromMdl(mdl);
    assert_int_equal(watch.count, 0);
    assert_int_equal(np_nt_page_use(machine).mapped, 0);
    assert_int_equal(mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_PAGES_LOCKED), 0);
    ACCESS(address[0] = 2);
    expect_violation_after(NP_NT_UNMAPPED_ACCESS, "unmapped");
    MmUnmapLockedPages((void *)(uintptr_t)address, mdl);
    expect_violation_after(NP_NT_NOT_MAPPED, "unmapped");
    ExFreePool(mdl);
    close_clean(machine);
}

/* Other mappings do not go with them, and nothing is half done. */
static void MmFreePagesFromMdl_other_mappings_come_first(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(3, 0);
    (void)state;
    char *kernel = map(mdl), *user = map_user(mdl);
    MmFreePagesFromMdl(mdl);
    expect_violation_after(NP_NT_PAGES_MAPPED, "mapped");
    kernel[0] = 1;
    assert_int_equal(user[0], 1);
    MmUnmapLockedPages(user, mdl);
    give_back(mdl);
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

static void MmMapLockedPagesSpecifyCache_the_pages_own_type(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(0), PAGE_SIZE, MmNonCached, 0);
    (void)state;
    void *address = map(mdl); /* cached */
    assert_int_equal(np_nt_page(machine, FIRST_PAGE).mapped_cache, MmNonCached);
    void *other = MmMapLockedPagesSpecifyCache(mdl, UserMode, MmNonCached, NULL, FALSE, NormalPagePriority);
    assert_non_null(other);
    assert_int_equal(watch.count, 0);
    MmUnmapLockedPages(other, mdl);
    MmUnmapLockedPages(address, mdl);
    give_back(mdl);
    close_clean(machine);
}

static void MmAllocatePagesForMdl_its_pages_have_no_type(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = plain(1);
    (void)state;
    assert_int_equal(np_nt_page(machine, FIRST_PAGE).allowed_cache, -1);
    void *address = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmWriteCombined, NULL, FALSE, NormalPagePriority);
    assert_int_equal(np_nt_page(machine, FIRST_PAGE).mapped_cache, MmWriteCombined);
    MmUnmapLockedPages(address, mdl);
    give_back(mdl);
    assert_null(MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(0), PAGE_SIZE, MmNotMapped, 0));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_CACHE);
    assert_null(MmAllocateNodePagesForMdlEx(at(0), at(UINT64_MAX), at(0), PAGE_SIZE, MmNotMapped, 0, 0));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_CACHE);
    close_clean(machine);
}

static void MmAllocatePagesForMdl_at_DISPATCH_LEVEL(void **state)
{
    struct np_nt *machine = open_small();
    KIRQL before;
    (void)state;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    PMDL mdl = plain(1);
    assert_non_null(mdl);
    give_back(mdl);
    KeLowerIrql(before);
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

/* Chunks of large pages: page frames 0x200 and 0x400, though 0x100 is free. */
static void MmAllocatePagesForMdlEx_fast_large_pages(void **state)
{
    struct np_nt *machine = open_map("node 0 0x100000-0x7fffff\n");
    const ULONG flags = MM_ALLOCATE_FAST_LARGE_PAGES | MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS;
    const uint64_t large = LARGE_PAGES * PAGE_SIZE;
    (void)state;
    PMDL mdl = MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(large), 2 * large, MmCached, flags);
    assert_int_equal(MmGetMdlByteCount(mdl), 2 * large);
    assert_int_equal(MmGetMdlPfnArray(mdl)[0], LARGE_PAGES);
    assert_int_equal(MmGetMdlPfnArray(mdl)[LARGE_PAGES], 2 * LARGE_PAGES);
    give_back(mdl);
    mdl = MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(0), large, MmCached, flags);
    assert_int_equal(MmGetMdlPfnArray(mdl)[0], LARGE_PAGES);
    give_back(mdl);
    assert_null(MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(PAGE_SIZE), large, MmCached, flags));
    assert_non_null(strstr(np_nt_why_words(), "flag"));
    assert_null(MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(3 * large), 3 * large, MmCached, flags));
    assert_non_null(strstr(np_nt_why_words(), "SkipBytes"));
    assert_null(MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(0), large, MmCached, MM_ALLOCATE_FAST_LARGE_PAGES));
    assert_null(MmAllocateNodePagesForMdlEx(at(0), at(UINT64_MAX), at(large), large, MmCached, 0, flags));
    assert_non_null(strstr(np_nt_why_words(), "flag"));
    close_clean(machine);
}

/* Physical address 0 stands for nothing, so no page has it. */
static void MmGetPhysicalAddress_zero_is_nothing(void **state)
{
    struct np_nt *machine = open_map("node 0 0x0-0x3fff\n");
    (void)state;
    assert_int_equal(np_nt_page_use(machine).present, 3);
    void *block = MmAllocateContiguousMemory(1, at(UINT64_MAX));
    assert_int_equal(MmGetPhysicalAddress(block).QuadPart, PAGE_SIZE);
    PPHYSICAL_MEMORY_RANGE ranges = MmGetPhysicalMemoryRanges();
    assert_int_equal(ranges[0].BaseAddress.QuadPart, PAGE_SIZE);
    ExFreePool(ranges);
    MmFreeContiguousMemory(block);
    close_clean(machine);
    machine = open_map("node 0 0x0-0xfff\nnode 1 0x1000-0x1fff\n");
    assert_int_equal(np_nt_page_use(machine).present, 1);
    assert_int_equal(KeQueryHighestNodeNumber(), 1);
    close_clean(machine);
}

static void MmMapLockedPagesSpecifyCache_one_mapping_for_KernelMode(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(1, 0);
    (void)state;
    char *address = map(mdl);
    assert_null(map(mdl));
    expect_violation_after(NP_NT_MAPPED_TWICE, "mapped");
    assert_ptr_equal(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), address);
    MmUnmapLockedPages(address, mdl);
    address = map(mdl);
    assert_non_null(address);
    MmUnmapLockedPages(address, mdl);
    give_back(mdl);
    close_clean(machine);
}

static void MmMapLockedPagesSpecifyCache_not_of_nonpaged_pool(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(1, 0);
    (void)state;
    mdl->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
    assert_null(map(mdl));
    expect_violation(NP_NT_BAD_ARGUMENT);
    mdl->MdlFlags &= ~MDL_SOURCE_IS_NONPAGED_POOL;
    give_back(mdl);
    close_clean(machine);
}

static void MmMapLockedPagesSpecifyCache_locked_pages(void **state)
{
    struct np_nt *machine = open_small();
    struct {
        MDL head;
        PFN_NUMBER pfn;
    } own;
    PMDL mdl = allocate(1, 0);
    (void)state;
    MmInitializeMdl(&own.head, NULL, PAGE_SIZE);
    own.pfn = MmGetMdlPfnArray(mdl)[0];
    assert_null(map(&own.head));
    expect_violation(NP_NT_PAGES_NOT_ALLOCATED);
    assert_non_null(strstr(watch.words, "MDL_PAGES_LOCKED"));
    give_back(mdl);
    close_clean(machine);
}

/* Whether the mapping would have failed or not. */
static void MmMapLockedPagesSpecifyCache_BugCheckOnFailure(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(1, 0);
    (void)state;
    assert_null(MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, TRUE, NormalPagePriority));
    expect_violation(NP_NT_MUST_SUCCEED);
    void *user = MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, TRUE, NormalPagePriority);
    assert_non_null(user); /* not read for UserMode */
    MmUnmapLockedPages(user, mdl);
    assert_int_equal(watch.count, 0);
    give_back(mdl);
    close_clean(machine);
}

static void MmFreePagesFromMdl_an_MDL_that_was_changed(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(4, 0);
    (void)state;
    mdl->ByteCount = 2 * PAGE_SIZE;
    MmFreePagesFromMdl(mdl);
    expect_violation_after(NP_NT_BAD_ARGUMENT, "allocated");
    assert_int_equal(np_nt_page_use(machine).allocated, 4);
    mdl->ByteCount = 4 * PAGE_SIZE;
    give_back(mdl);
    close_clean(machine);
}

/* One mistake is one violation: what a driver does next is not another. */
static void MmFreePagesFromMdl_one_mistake_is_reported_once(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(4, 0);
    (void)state;
    void *user = map_user(mdl);
    MmFreePagesFromMdl(mdl);
    expect_violation_after(NP_NT_PAGES_MAPPED, "mapped");
    ExFreePool(mdl);
    assert_int_equal(watch.count, 0);
    assert_int_equal(np_nt_violations(machine), 1);
    MmUnmapLockedPages(user, mdl);
    give_back(mdl);
    close_clean(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(MmGetSystemAddressForMdlSafe_the_mapping_goes_with_the_pages),
        cmocka_unit_test(MmFreePagesFromMdl_other_mappings_come_first),
        cmocka_unit_test(MmMapLockedPagesSpecifyCache_the_pages_own_type),
        cmocka_unit_test(MmAllocatePagesForMdl_its_pages_have_no_type),
        cmocka_unit_test(MmAllocatePagesForMdl_at_DISPATCH_LEVEL),
        cmocka_unit_test(MmAllocatePagesForMdlEx_fast_large_pages),
        cmocka_unit_test(MmGetPhysicalAddress_zero_is_nothing),
        cmocka_unit_test(MmMapLockedPagesSpecifyCache_one_mapping_for_KernelMode),
        cmocka_unit_test(MmMapLockedPagesSpecifyCache_not_of_nonpaged_pool),
        cmocka_unit_test(MmMapLockedPagesSpecifyCache_locked_pages),
        cmocka_unit_test(MmMapLockedPagesSpecifyCache_BugCheckOnFailure),
        cmocka_unit_test(MmFreePagesFromMdl_an_MDL_that_was_changed),
        cmocka_unit_test(MmFreePagesFromMdl_one_mistake_is_reported_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
