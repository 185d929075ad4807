/* SPDX-License-Identifier: MIT */
/* Physical memory as such: its ranges, hot remove and adding back, and what a device sees. */
#include "nt.h"

struct expected {
    uint64_t first;
    uint64_t pages;
};

static void expect_ranges(const struct expected *expected, unsigned count)
{
    PPHYSICAL_MEMORY_RANGE ranges = MmGetPhysicalMemoryRanges();
    assert_non_null(ranges);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(ranges[i].BaseAddress.QuadPart, expected[i].first * PAGE_SIZE);
        assert_int_equal(ranges[i].NumberOfBytes.QuadPart, expected[i].pages * PAGE_SIZE);
    }
    assert_int_equal(ranges[count].BaseAddress.QuadPart, 0);
    assert_int_equal(ranges[count].NumberOfBytes.QuadPart, 0);
    ExFreePool(ranges);
}

#define EXPECT_RANGES(...)                                                                                             \
    expect_ranges((const struct expected[]){__VA_ARGS__},                                                              \
                  sizeof((const struct expected[]){__VA_ARGS__}) / sizeof(struct expected))

static NTSTATUS add(uint64_t first, uint64_t pages)
{
    PHYSICAL_ADDRESS start = at(first * PAGE_SIZE);
    LARGE_INTEGER bytes = {.QuadPart = (LONGLONG)(pages * PAGE_SIZE)};
    return MmAddPhysicalMemory(&start, &bytes);
}

static void remove_pages(uint64_t first, uint64_t pages)
{
    PMDL mdl = MmAllocatePagesForMdlEx(at(first * PAGE_SIZE), at((first + pages) * PAGE_SIZE - 1), at(0),
                                       pages * PAGE_SIZE, MmCached, MM_ALLOCATE_AND_HOT_REMOVE);
    assert_non_null(mdl);
    assert_int_equal(MmGetMdlByteCount(mdl), pages * PAGE_SIZE);
    ExFreePool(mdl);
}

static void removed_pages_are_in_no_range(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    EXPECT_RANGES({0x100, 0x200});
    remove_pages(0x110, 0x10);
    EXPECT_RANGES({0x100, 0x10}, {0x120, 0x1e0});
    assert_true(np_nt_page(machine, 0x110).removed);
    remove_pages(0x100, 0x10);
    EXPECT_RANGES({0x120, 0x1e0});
    remove_pages(0x140, 0x10);
    remove_pages(0x160, 0x10);
    EXPECT_RANGES({0x120, 0x20}, {0x150, 0x10}, {0x170, 0x190});
    remove_pages(0x150, 0x10);
    EXPECT_RANGES({0x120, 0x20}, {0x170, 0x190});
    remove_pages(0x2f0, 0x10);
    remove_pages(0x2e0, 0x10);
    EXPECT_RANGES({0x120, 0x20}, {0x170, 0x170});
    assert_int_equal(np_nt_page_use(machine).removed, 0x70);

    assert_int_equal(add(0x150, 0x10), STATUS_SUCCESS);
    EXPECT_RANGES({0x120, 0x20}, {0x150, 0x10}, {0x170, 0x170});
    assert_int_equal(add(0x100, 0x8), STATUS_SUCCESS);
    EXPECT_RANGES({0x100, 0x8}, {0x120, 0x20}, {0x150, 0x10}, {0x170, 0x170});
    assert_int_equal(add(0x118, 0x8), STATUS_SUCCESS);
    assert_int_equal(add(0x108, 0x10), STATUS_SUCCESS);
    assert_int_equal(add(0x140, 0x10), STATUS_SUCCESS);
    assert_int_equal(add(0x160, 0x10), STATUS_SUCCESS);
    assert_int_equal(add(0x2e0, 0x20), STATUS_SUCCESS);
    EXPECT_RANGES({0x100, 0x200});
    assert_int_equal(np_nt_page_use(machine).removed, 0);
    close_clean(machine);
}

static void removed_pages_across_nodes(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    remove_pages(0x1f0, 0x20);
    EXPECT_RANGES({0x100, 0xf0}, {0x210, 0xf0});
    assert_int_equal(add(0x1f8, 0x10), STATUS_SUCCESS);
    EXPECT_RANGES({0x100, 0xf0}, {0x1f8, 0x10}, {0x210, 0xf0});
    close_with(machine, 0);
}

static void only_removed_pages_are_added(void **state)
{
    struct np_nt *machine = open_small();
    PHYSICAL_ADDRESS start = at(0x110 * PAGE_SIZE);
    LARGE_INTEGER bytes = {.QuadPart = 100};
    (void)state;
    remove_pages(0x110, 4);
    assert_int_equal(add(0x110, 5), STATUS_CONFLICTING_ADDRESSES);
    assert_int_equal(add(0x10f, 5), STATUS_CONFLICTING_ADDRESSES);
    assert_int_equal(add(0x120, 1), STATUS_CONFLICTING_ADDRESSES);
    assert_int_equal(add(1, 1), STATUS_CONFLICTING_ADDRESSES);
    assert_non_null(strstr(np_nt_why_words(), "not removed"));
    assert_int_equal(add(0x110, 0), STATUS_INVALID_PARAMETER);
    assert_int_equal(MmAddPhysicalMemory(&start, &bytes), STATUS_INVALID_PARAMETER);
    assert_int_equal(np_nt_page_use(machine).removed, 4);
    assert_int_equal(add(0x110, 4), STATUS_SUCCESS);
    assert_int_equal(add(0x110, 4), STATUS_CONFLICTING_ADDRESSES);
    assert_int_equal(MmAddPhysicalMemory(NULL, &bytes), STATUS_INVALID_PARAMETER);
    expect_violation(NP_NT_BAD_ARGUMENT);
    close_clean(machine);
}

/* Many pages at once, and what was in them: zeros when they come again. */
static void a_node_drained_and_refilled(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(NODE_PAGES, MM_ALLOCATE_AND_HOT_REMOVE);
    char *address = map(mdl);
    memset(address, 1, NODE_PAGES * PAGE_SIZE);
    MmUnmapLockedPages(address, mdl);
    ExFreePool(mdl);
    PMDL far = allocate(1, 0);
    assert_int_equal(MmGetMdlPfnArray(far)[0], SECOND_NODE);
    give_back(far);
    assert_int_equal(add(FIRST_PAGE, NODE_PAGES), STATUS_SUCCESS);
    mdl = allocate(NODE_PAGES, 0);
    address = map(mdl);
    for (unsigned i = 0; i < NODE_PAGES * PAGE_SIZE; i++)
        if (address[i] != 0) fail_msg("byte %u is not zero", i);
    MmUnmapLockedPages(address, mdl);
    give_back(mdl);
    close_clean(machine);
}

static void what_a_device_sees(void **state)
{
    struct np_nt *machine = open_small();
    char bytes[2 * PAGE_SIZE] = {0};
    (void)state;
    char *block = MmAllocateContiguousMemory(2 * PAGE_SIZE, at(UINT64_MAX));
    const uint64_t base = (uint64_t)MmGetPhysicalAddress(block).QuadPart;
    memset(block, 3, 2 * PAGE_SIZE);
    assert_true(np_nt_read_physical(machine, base + 10, bytes, PAGE_SIZE));
    assert_int_equal(bytes[PAGE_SIZE - 1], 3);
    assert_int_equal(bytes[PAGE_SIZE], 0);
    memset(bytes, 9, sizeof bytes);
    assert_true(np_nt_write_physical(machine, base + 100, bytes, PAGE_SIZE));
    assert_int_equal(block[99], 3);
    assert_int_equal(block[100], 9);
    assert_int_equal(block[PAGE_SIZE + 99], 9);
    assert_int_equal(block[PAGE_SIZE + 100], 3);
    assert_false(np_nt_read_physical(machine, 0, bytes, 1));
    assert_false(np_nt_write_physical(machine, 0x2ff000 + 1, bytes, PAGE_SIZE));
    MmFreeContiguousMemory(block);
    close_clean(machine);
}

static void what_a_page_is(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    assert_false(np_nt_page(machine, 5).present);
    assert_int_equal(np_nt_page(machine, 5).node, UINT32_MAX);
    assert_int_equal(np_nt_page(machine, SECOND_NODE).node, 1);
    assert_int_equal(np_nt_page(machine, SECOND_NODE).allowed_cache, -1);
    PMDL mdl = MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(0), 1, MmWriteCombined, 0);
    assert_int_equal(np_nt_page(machine, FIRST_PAGE).allowed_cache, MmWriteCombined);
    assert_int_equal(np_nt_page(machine, FIRST_PAGE).mapped_cache, -1);
    give_back(mdl);
    assert_int_equal(np_nt_page(machine, FIRST_PAGE).allowed_cache, -1);
    close_clean(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(removed_pages_are_in_no_range),
        cmocka_unit_test(removed_pages_across_nodes),
        cmocka_unit_test(only_removed_pages_are_added),
        cmocka_unit_test(a_node_drained_and_refilled),
        cmocka_unit_test(what_a_device_sees),
        cmocka_unit_test(what_a_page_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
