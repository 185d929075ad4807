/* SPDX-License-Identifier: MIT */
/* Contiguous memory: where it lies, what is round it, and how it is freed. */
#include "nt.h"

static void *on_node(uint64_t bytes, uint64_t low, uint64_t high, uint64_t boundary, uint32_t node)
{
    return MmAllocateContiguousMemorySpecifyCacheNode(bytes, at(low), at(high), at(boundary), MmCached, node);
}

static uint64_t physical(const void *address)
{
    return (uint64_t)MmGetPhysicalAddress((void *)(uintptr_t)address).QuadPart;
}

static void a_block_is_where_it_may_be(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    char *block = on_node(3 * PAGE_SIZE, 0, UINT64_MAX, 0, 1);
    assert_int_equal(physical(block), SECOND_NODE * PAGE_SIZE);
    assert_int_equal(physical(block + 2 * PAGE_SIZE + 5), (SECOND_NODE + 2) * PAGE_SIZE + 5);
    assert_int_equal((uintptr_t)block % PAGE_SIZE, 0);
    assert_int_equal(np_nt_page(machine, SECOND_NODE).allowed_cache, MmCached);
    char *below = on_node(4 * PAGE_SIZE, 0x103000, 0x10ffff, 0x8000, MM_ANY_NODE_OK);
    assert_int_equal(physical(below), 0x103000);
    char *inside = on_node(8 * PAGE_SIZE, 0x100000, 0x1fffff, 0x8000, 0);
    assert_int_equal(physical(inside), 0x108000);
    MmFreeContiguousMemory(block);
    MmFreeContiguousMemory(below);
    MmFreeContiguousMemory(inside);
    close_clean(machine);
}

static void a_block_across_nodes(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    char *block = on_node(300 * PAGE_SIZE, 0, UINT64_MAX, 0, MM_ANY_NODE_OK);
    assert_int_equal(physical(block + 256 * PAGE_SIZE), SECOND_NODE * PAGE_SIZE);
    memset(block, 1, 300 * PAGE_SIZE);
    assert_null(on_node(300 * PAGE_SIZE, 0, UINT64_MAX, 0, 0));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_REFUSED);
    assert_int_equal(np_nt_why()->wanted, 300);
    MmFreeContiguousMemory(block);
    close_clean(machine);
}

static void each_routine(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    void *plain = MmAllocateContiguousMemory(100, at(0x1fffff));
    void *cache = MmAllocateContiguousMemorySpecifyCache(5000, at(0), at(UINT64_MAX), at(0), MmWriteCombined);
    void *node =
        MmAllocateContiguousNodeMemory(PAGE_SIZE, at(0), at(UINT64_MAX), at(0), PAGE_READWRITE | PAGE_NOCACHE, 1);
    void *execute = MmAllocateContiguousNodeMemory(PAGE_SIZE, at(0), at(UINT64_MAX), at(0), PAGE_EXECUTE_READWRITE, 0);
    assert_non_null(plain);
    assert_non_null(execute);
    assert_int_equal(np_nt_page(machine, physical(cache) / PAGE_SIZE).mapped_cache, MmWriteCombined);
    assert_int_equal(np_nt_page(machine, physical(node) / PAGE_SIZE).mapped_cache, MmNonCached);
    assert_int_equal(physical(node) / PAGE_SIZE, SECOND_NODE);
    MmFreeContiguousMemory(plain);
    MmFreeContiguousMemorySpecifyCache(cache, 5000, MmWriteCombined);
    MmFreeContiguousMemory(node);
    MmFreeContiguousMemory(execute);
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

static void it_is_not_zeroed(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    char *block = MmAllocateContiguousMemory(2 * PAGE_SIZE, at(UINT64_MAX));
    memset(block, 0x77, 2 * PAGE_SIZE);
    MmFreeContiguousMemory(block);
    block = MmAllocateContiguousMemory(2 * PAGE_SIZE, at(UINT64_MAX));
    for (unsigned i = 0; i < 2 * PAGE_SIZE; i++)
        assert_int_equal(block[i], 0x77);
    MmFreeContiguousMemory(block);
    PMDL mdl = allocate(2, 0);
    assert_int_equal(MmGetMdlPfnArray(mdl)[0], FIRST_PAGE);
    block = map(mdl);
    for (unsigned i = 0; i < 2 * PAGE_SIZE; i++)
        assert_int_equal(block[i], 0);
    MmUnmapLockedPages(block, mdl);
    give_back(mdl);
    close_clean(machine);
}

static void bad_arguments_give_null_and_a_reason(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    assert_null(on_node(0, 0, UINT64_MAX, 0, 0));
    assert_non_null(strstr(np_nt_why_words(), "bytes"));
    assert_null(on_node(4096, 0, UINT64_MAX, 3 * PAGE_SIZE, 0));
    assert_non_null(strstr(np_nt_why_words(), "boundary"));
    assert_null(on_node(4096, 8192, 4096, 0, 0));
    assert_non_null(strstr(np_nt_why_words(), "high"));
    assert_null(on_node(4096, 0, UINT64_MAX, 0, 2));
    assert_non_null(strstr(np_nt_why_words(), "node"));
    assert_null(MmAllocateContiguousMemorySpecifyCache(1, at(0), at(UINT64_MAX), at(0), 6));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_CACHE);
    assert_null(MmAllocateContiguousNodeMemory(1, at(0), at(UINT64_MAX), at(0), PAGE_READONLY, 0));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_CACHE);
    assert_null(on_node(UINT64_MAX, 0, UINT64_MAX, 0, MM_ANY_NODE_OK));
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

/* ---- Past the end ---- */

static void a_write_past_the_pages_is_caught_at_once(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    volatile char *block = MmAllocateContiguousMemory(2 * PAGE_SIZE, at(UINT64_MAX));
    ACCESS(block[2 * PAGE_SIZE] = 1);
    expect_violation_after(NP_NT_CONTIGUOUS_OVERRUN, "allocated");
    ACCESS(block[-1] = 1);
    expect_violation_after(NP_NT_CONTIGUOUS_OVERRUN, "allocated");
    MmFreeContiguousMemory((void *)(uintptr_t)block);
    ACCESS(block[0] = 1);
    expect_violation_after(NP_NT_UNMAPPED_ACCESS, "freed");
    close_clean(machine);
}

static void a_write_into_the_rest_of_the_last_page(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    char *block = MmAllocateContiguousMemory(PAGE_SIZE + 100, at(UINT64_MAX));
    memset(block, 0xee, PAGE_SIZE + 100);
    MmFreeContiguousMemory(block);
    assert_int_equal(watch.count, 0);
    block = MmAllocateContiguousMemory(PAGE_SIZE + 100, at(UINT64_MAX));
    block[PAGE_SIZE + 107] = 0;
    MmFreeContiguousMemory(block);
    expect_violation_after(NP_NT_CONTIGUOUS_OVERRUN, "allocated");
    assert_non_null(strstr(watch.words, "first 7 bytes behind its end"));
    close_clean(machine);
}

/* ---- Freeing ---- */

static void freed_by_the_wrong_routine(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    void *plain = MmAllocateContiguousMemory(100, at(UINT64_MAX));
    MmFreeContiguousMemorySpecifyCache(plain, 100, MmCached);
    expect_violation_after(NP_NT_CONTIGUOUS_MISMATCH, "allocated");
    MmFreeContiguousMemory(plain);
    void *cache = MmAllocateContiguousMemorySpecifyCache(100, at(0), at(UINT64_MAX), at(0), MmNonCached);
    MmFreeContiguousMemorySpecifyCache(cache, 101, MmNonCached);
    expect_violation_after(NP_NT_CONTIGUOUS_MISMATCH, "allocated");
    MmFreeContiguousMemorySpecifyCache(cache, 100, MmCached);
    expect_violation_after(NP_NT_CONTIGUOUS_MISMATCH, "allocated");
    assert_int_equal(np_nt_page_use(machine).allocated, 1);
    MmFreeContiguousMemory(cache);
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

static void freed_twice_or_never_there(void **state)
{
    struct np_nt *machine = open_small();
    char local;
    (void)state;
    char *block = MmAllocateContiguousMemory(3 * PAGE_SIZE, at(UINT64_MAX));
    MmFreeContiguousMemory(block + PAGE_SIZE);
    expect_violation_after(NP_NT_CONTIGUOUS_UNKNOWN, "allocated");
    MmFreeContiguousMemory(block);
    MmFreeContiguousMemory(block);
    expect_violation_after(NP_NT_CONTIGUOUS_TWICE, "freed");
    MmFreeContiguousMemory(&local);
    expect_violation(NP_NT_CONTIGUOUS_UNKNOWN);
    MmFreeContiguousMemory(NULL);
    expect_violation(NP_NT_CONTIGUOUS_UNKNOWN);
    PMDL mdl = allocate(1, 0);
    MmFreeContiguousMemory(mdl);
    expect_violation_after(NP_NT_CONTIGUOUS_UNKNOWN, "allocated");
    char *view = map(mdl);
    MmFreeContiguousMemory(view);
    expect_violation_after(NP_NT_CONTIGUOUS_UNKNOWN, "mapped");
    MmUnmapLockedPages(view, mdl);
    give_back(mdl);
    close_clean(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_where_it_may_be),
        cmocka_unit_test(a_block_across_nodes),
        cmocka_unit_test(each_routine),
        cmocka_unit_test(it_is_not_zeroed),
        cmocka_unit_test(bad_arguments_give_null_and_a_reason),
        cmocka_unit_test(a_write_past_the_pages_is_caught_at_once),
        cmocka_unit_test(a_write_into_the_rest_of_the_last_page),
        cmocka_unit_test(freed_by_the_wrong_routine),
        cmocka_unit_test(freed_twice_or_never_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
