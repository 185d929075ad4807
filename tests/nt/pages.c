/* SPDX-License-Identifier: MIT */
/* Pages for an MDL: which, what is in them, and how they come back. */
#include "nt.h"

static void expect_pfns(PMDL mdl, uint64_t first, uint64_t pages)
{
    assert_non_null(mdl);
    assert_int_equal(MmGetMdlByteCount(mdl), pages * PAGE_SIZE);
    for (uint64_t i = 0; i < pages; i++)
        assert_int_equal(MmGetMdlPfnArray(mdl)[i], first + i);
}

static void the_lowest_pages_of_the_ideal_node(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = MmAllocateNodePagesForMdlEx(at(0), at(UINT64_MAX), at(0), 3 * PAGE_SIZE, MmCached, 1, 0);
    expect_pfns(mdl, SECOND_NODE, 3);
    assert_int_equal(mdl->MdlFlags, MDL_PAGES_LOCKED);
    assert_null(MmGetMdlBaseVa(mdl));
    assert_int_equal(np_nt_page(machine, SECOND_NODE).allocated, true);
    assert_int_equal(np_nt_page(machine, SECOND_NODE).mappings, 0);
    assert_int_equal(np_nt_page_use(machine).allocated, 3);
    give_back(mdl);
    assert_int_equal(np_nt_page_use(machine).peak, 3);
    close_clean(machine);
}

static void the_node_of_the_thread(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    np_nt_run_on_node(1);
    PMDL mdl = allocate(1, 0);
    expect_pfns(mdl, SECOND_NODE, 1);
    give_back(mdl);
    np_nt_run_on_node(0);
    mdl = MmAllocatePagesForMdl(at(0), at(UINT64_MAX), at(0), 1);
    expect_pfns(mdl, FIRST_PAGE, 1);
    give_back(mdl);
    close_clean(machine);
}

static void less_than_was_asked_for(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(NODE_PAGES + 1, MM_ALLOCATE_FROM_LOCAL_NODE_ONLY);
    expect_pfns(mdl, FIRST_PAGE, NODE_PAGES);
    assert_null(allocate(NODE_PAGES + 1, MM_ALLOCATE_FULLY_REQUIRED));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_REFUSED);
    assert_int_equal(np_nt_why()->eligible, NODE_PAGES);
    assert_int_equal(np_nt_why()->wanted, NODE_PAGES + 1);
    give_back(mdl);
    close_clean(machine);
}

static void no_page_at_all(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    assert_null(MmAllocatePagesForMdlEx(at(0), at(0xfffff), at(0), PAGE_SIZE, MmCached, 0));
    assert_non_null(strstr(np_nt_why_words(), "no memory in the range"));
    close_clean(machine);
}

static void over_the_limit(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(UINT64_C(1) << 30, 0);
    expect_pfns(mdl, FIRST_PAGE, 2 * NODE_PAGES);
    give_back(mdl);
    assert_null(allocate(UINT64_C(1) << 30, MM_ALLOCATE_FULLY_REQUIRED));
    assert_non_null(strstr(np_nt_why_words(), "limit"));
    close_clean(machine);
}

static void four_gibibytes(void **state)
{
    struct np_nt_settings settings = small_settings();
    (void)state;
    settings.map_text = "node 0 0x0-0x1ffffffff\n";
    struct np_nt *machine = np_nt_open(&settings);
    assert_non_null(machine);
    PMDL mdl = allocate(UINT64_C(1) << 20, 0);
    assert_non_null(mdl);
    assert_int_equal(MmGetMdlByteCount(mdl), UINT32_C(0xfffff000));
    give_back(mdl);
    close_clean(machine);
}

static void in_chunks(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL one = allocate(1, 0);
    PMDL mdl = MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(4 * PAGE_SIZE), 8 * PAGE_SIZE, MmCached,
                                       MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS);
    expect_pfns(mdl, FIRST_PAGE + 4, 8);
    give_back(mdl);
    give_back(one);
    close_clean(machine);
}

/* ---- Contents ---- */

static void expect_bytes(const char *bytes, uint64_t size, int value)
{
    for (uint64_t i = 0; i < size; i++)
        if ((unsigned char)bytes[i] != value)
            fail_msg("byte %zu is 0x%x, not 0x%x", (size_t)i, (unsigned char)bytes[i], value);
}

static void dirty_pages(uint64_t pages)
{
    PMDL mdl = allocate(pages, 0);
    void *address = map(mdl);
    assert_non_null(address);
    memset(address, 0x5a, pages * PAGE_SIZE);
    MmUnmapLockedPages(address, mdl);
    give_back(mdl);
}

static void expect_contents(uint64_t pages, ULONG flags, int value)
{
    PMDL mdl = allocate(pages, flags);
    char *address = map(mdl);
    assert_non_null(address);
    expect_bytes(address, pages * PAGE_SIZE, value);
    MmUnmapLockedPages(address, mdl);
    give_back(mdl);
}

static void zeroed_unless_told_otherwise(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    expect_contents(80, 0, 0);
    dirty_pages(80);
    expect_contents(80, MM_DONT_ZERO_ALLOCATION, 0x5a);
    expect_contents(80, 0, 0);
    expect_contents(80, MM_DONT_ZERO_ALLOCATION, 0);
    close_clean(machine);
}

static void zeroed_where_dirt_is_patchy(void **state)
{
    struct np_nt *machine = open_small();
    const char dirt = 1;
    (void)state;
    for (uint64_t pfn = FIRST_PAGE; pfn < FIRST_PAGE + 16; pfn += 3)
        assert_true(np_nt_write_physical(machine, pfn * PAGE_SIZE + pfn, &dirt, 1));
    expect_contents(16, 0, 0);
    close_clean(machine);
}

static void a_pattern_in_what_is_not_initialised(void **state)
{
    struct np_nt_settings settings = small_settings();
    (void)state;
    settings.pattern = 0xcd;
    struct np_nt *machine = np_nt_open(&settings);
    expect_contents(7, 0, 0);
    expect_contents(7, MM_DONT_ZERO_ALLOCATION, 0xcd);
    expect_contents(7, 0, 0);
    char *block = MmAllocateContiguousMemory(3 * PAGE_SIZE, at(UINT64_MAX));
    expect_bytes(block, 3 * PAGE_SIZE, 0xcd);
    MmFreeContiguousMemory(block);
    close_clean(machine);
}

/* ---- Bad arguments ---- */

static void expect_invalid(PMDL mdl, const char *word)
{
    assert_null(mdl);
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_REFUSED);
    if (strstr(np_nt_why_words(), word) == NULL) fail_msg("%s", np_nt_why_words());
}

static void bad_arguments_give_null_and_a_reason(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    expect_invalid(MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(100), PAGE_SIZE, MmCached, 0), "SkipBytes");
    expect_invalid(MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(3 * PAGE_SIZE), 3 * PAGE_SIZE, MmCached,
                                           MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS),
                   "SkipBytes");
    expect_invalid(MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(0), 0, MmCached, 0), "bytes");
    expect_invalid(MmAllocatePagesForMdlEx(at(8192), at(4096), at(0), 1, MmCached, 0), "high address");
    expect_invalid(allocate(1, 0x40), "flags");
    expect_invalid(allocate(1, MM_ALLOCATE_AND_HOT_REMOVE | MM_ALLOCATE_FULLY_REQUIRED), "flags");
    expect_invalid(MmAllocateNodePagesForMdlEx(at(0), at(UINT64_MAX), at(0), 1, MmCached, 2, 0), "node");
    expect_invalid(MmAllocateNodePagesForMdlEx(at(0), at(UINT64_MAX), at(0), 1, MmCached, MM_ANY_NODE_OK, 0), "node");
    assert_null(MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(0), 1, MmMaximumCacheType, 0));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_CACHE);
    assert_null(MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(0), 1, MmNotMapped, 0));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_CACHE);
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

/* ---- Waiting ---- */

struct reserve {
    PMDL mdl;
    unsigned asked;
    uint32_t node;
    uint64_t shortfall;
};

static uint64_t give_reserve(void *context, uint32_t node, uint64_t shortfall)
{
    struct reserve *reserve = context;
    reserve->asked++;
    reserve->node = node;
    reserve->shortfall = shortfall;
    if (reserve->mdl == NULL) return 0;
    const uint64_t pages = MmGetMdlByteCount(reserve->mdl) / PAGE_SIZE;
    give_back(reserve->mdl);
    reserve->mdl = NULL;
    return pages;
}

static void a_call_that_may_wait_asks_for_pages(void **state)
{
    struct np_nt *machine = open_small();
    struct reserve reserve = {.mdl = allocate(2 * NODE_PAGES - 4, 0)};
    (void)state;
    np_nt_set_reclaim(machine, give_reserve, &reserve);
    PMDL mdl = allocate(10, 0);
    expect_pfns(mdl, FIRST_PAGE, 10);
    assert_int_equal(reserve.asked, 1);
    assert_int_equal(reserve.node, 0);
    assert_int_equal(reserve.shortfall, 6);
    PMDL rest = allocate(2 * NODE_PAGES, 0);
    assert_int_equal(reserve.asked, 2);
    assert_int_equal(MmGetMdlByteCount(rest) / PAGE_SIZE, 2 * NODE_PAGES - 10);
    assert_null(MmAllocateContiguousMemory(2 * PAGE_SIZE, at(UINT64_MAX)));
    assert_int_equal(reserve.asked, 3);
    assert_int_equal(reserve.node, NP_NT_NODE_ANY);
    assert_int_equal(reserve.shortfall, 2);
    reserve.mdl = rest;
    void *block = MmAllocateContiguousMemory(2 * PAGE_SIZE, at(UINT64_MAX));
    assert_non_null(block);
    MmFreeContiguousMemory(block);
    give_back(mdl);
    close_clean(machine);
}

static void a_call_that_may_not_wait_does_not(void **state)
{
    struct np_nt *machine = open_small();
    struct reserve reserve = {.mdl = allocate(2 * NODE_PAGES, 0)};
    KIRQL before;
    (void)state;
    np_nt_set_reclaim(machine, give_reserve, &reserve);
    assert_null(allocate(1, MM_ALLOCATE_NO_WAIT));
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    assert_null(allocate(1, 0));
    assert_null(MmAllocateContiguousMemory(PAGE_SIZE, at(UINT64_MAX)));
    KeLowerIrql(before);
    assert_int_equal(reserve.asked, 0);
    give_back(reserve.mdl);
    close_clean(machine);
}

static void a_partial_answer_after_all(void **state)
{
    struct np_nt *machine = open_small();
    struct reserve reserve = {0};
    (void)state;
    np_nt_set_reclaim(machine, give_reserve, &reserve);
    PMDL removed = allocate(2 * NODE_PAGES + 1, MM_ALLOCATE_AND_HOT_REMOVE);
    expect_pfns(removed, FIRST_PAGE, 2 * NODE_PAGES);
    assert_int_equal(reserve.asked, 1);
    assert_int_equal(reserve.shortfall, 1);
    ExFreePool(removed);
    close_clean(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lowest_pages_of_the_ideal_node),
        cmocka_unit_test(the_node_of_the_thread),
        cmocka_unit_test(less_than_was_asked_for),
        cmocka_unit_test(no_page_at_all),
        cmocka_unit_test(over_the_limit),
        cmocka_unit_test(four_gibibytes),
        cmocka_unit_test(in_chunks),
        cmocka_unit_test(zeroed_unless_told_otherwise),
        cmocka_unit_test(zeroed_where_dirt_is_patchy),
        cmocka_unit_test(a_pattern_in_what_is_not_initialised),
        cmocka_unit_test(bad_arguments_give_null_and_a_reason),
        cmocka_unit_test(a_call_that_may_wait_asks_for_pages),
        cmocka_unit_test(a_call_that_may_not_wait_does_not),
        cmocka_unit_test(a_partial_answer_after_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
