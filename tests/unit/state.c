/* SPDX-License-Identifier: MIT */
/* M3 - M5: states, census, and the integrity check, which must notice what a stray write does to a machine. */
#include "unit.h"

static void M3_a_page_has_one_state(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x10, 0x11);
    expect_block(&u, want_block(PAGES(3)), 0x12);
    struct np_pages_request q = want(2);
    q.flags = NP_AND_HOT_REMOVE;
    expect_pages(&u, q, 0x15, 0x16);
    for (uint64_t pfn = 0; pfn < 0x30; pfn++) {
        enum np_state should = NP_ABSENT;
        if (pfn >= 0x10 && pfn < 0x20) should = NP_FREE;
        if (pfn >= 0x10 && pfn < 0x15) should = NP_ALLOCATED;
        if (pfn == 0x15 || pfn == 0x16) should = NP_REMOVED;
        assert_int_equal(np_page_state(&u.m, pfn), should);
        assert_int_equal(np_page_node(&u.m, pfn), should == NP_ABSENT ? UINT32_MAX : 0);
    }
    end(&u);
}

static void M4_the_census_adds_up(void **state)
{
    static const struct np_range ranges[] = {{0x10, 60, 0}, {0x50, 130, 1}, {0x200, 1, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 3, 2, NULL);
    expect_census(&u, 191, 0, 0);
    hold(&u, 0x10, 0x2f);
    expect_census(&u, 159, 32, 0);
    expect_block(&u, want_block(PAGES(100)), 0x50);
    expect_census(&u, 59, 132, 0);
    struct np_pages_request q = want(3);
    q.flags = NP_AND_HOT_REMOVE;
    expect_pages(&u, q, 0x30, 0x31, 0x32);
    expect_census(&u, 56, 132, 3);
    assert_int_equal(np_free_contiguous(&u.m, 0x50), 100);
    expect_census(&u, 156, 32, 3);
    end(&u);
}

static void M5_a_failure_changes_nothing(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x14, 0x14);
    struct np_pages_request q = want(20);
    q.flags = NP_FULLY_REQUIRED;
    expect_failure(&u, q, NP_REASON_TOO_FEW);
    q = want(12);
    q.flags = NP_REQUIRE_CONTIGUOUS_CHUNKS;
    expect_failure(&u, q, NP_REASON_FRAGMENTED);
    expect_no_block(&u, want_block(PAGES(12)), NP_REASON_FRAGMENTED);
    for (uint64_t pfn = 0x10; pfn < 0x20; pfn++)
        assert_int_equal(np_page_state(&u.m, pfn), pfn == 0x14 ? NP_ALLOCATED : NP_FREE);
    end(&u);
}

/* Two regions with a hole between them; allocated 0x10 to 0x13, a block at 0x14 to 0x17, removed 0x18. */
static void begin_used(struct unit *u)
{
    static const struct np_range ranges[] = {{0x10, 16, 0}, {0x30, 80, 1}};
    begin(u, ranges, 2, 2, NULL);
    hold(u, 0x10, 0x13);
    expect_block(u, want_block(PAGES(4)), 0x14);
    struct np_pages_request q = want(1);
    q.flags = NP_AND_HOT_REMOVE;
    expect_pages(u, q, 0x18);
}

static uint64_t position_of(const struct unit *u, uint64_t pfn)
{
    const struct np_region *s = &u->m.region[pfn < 0x30 ? 0 : 1];
    return (uint64_t)s->base + pfn - (uint64_t)s->first;
}

static void flip(uint64_t *words, uint64_t position)
{
    words[position / 64] ^= UINT64_C(1) << (position % 64);
}

static void expect_fault(struct unit *u, enum np_fault fault, uint64_t at)
{
    uint64_t where = 12345;
    assert_int_equal(np_check(&u->m, &u->storage, &where), fault);
    assert_int_equal(where, at);
}

static void check_finds_a_free_page_between_regions(void **state)
{
    struct unit u;
    (void)state;
    begin_used(&u);
    uint64_t hole = position_of(&u, 0x1f) + 1; /* the guard behind the first region */
    assert_true(hole < position_of(&u, 0x30));
    flip(u.m.free.words, hole);
    expect_fault(&u, NP_FAULT_FREE_ABSENT, hole);
    flip(u.m.free.words, hole);
    end(&u);
}

static void check_finds_a_free_page_that_is_held(void **state)
{
    struct unit u;
    (void)state;
    begin_used(&u);
    const uint64_t held[] = {0x14, 0x15, 0x17, 0x18};
    for (uint32_t i = 0; i < COUNT(held); i++) {
        flip(u.m.free.words, position_of(&u, held[i]));
        expect_fault(&u, NP_FAULT_FREE_HELD, position_of(&u, held[i]));
        flip(u.m.free.words, position_of(&u, held[i]));
    }
    const uint64_t free_pages[] = {0x19, 0x30, 0x7f};
    for (uint32_t i = 0; i < COUNT(free_pages); i++) {
        flip(u.m.block, position_of(&u, free_pages[i]));
        expect_fault(&u, NP_FAULT_FREE_HELD, position_of(&u, free_pages[i]));
        flip(u.m.block, position_of(&u, free_pages[i]));
        flip(u.m.mark, position_of(&u, free_pages[i]));
        expect_fault(&u, NP_FAULT_FREE_HELD, position_of(&u, free_pages[i]));
        flip(u.m.mark, position_of(&u, free_pages[i]));
    }
    end(&u);
}

static void check_finds_a_block_without_a_first_page(void **state)
{
    struct unit u;
    (void)state;
    begin_used(&u);
    flip(u.m.mark, position_of(&u, 0x14)); /* after an allocated page */
    expect_fault(&u, NP_FAULT_BLOCK, position_of(&u, 0x14));
    flip(u.m.mark, position_of(&u, 0x14));
    flip(u.m.block, position_of(&u, 0x15)); /* a gap in the block */
    expect_fault(&u, NP_FAULT_BLOCK, position_of(&u, 0x16));
    flip(u.m.block, position_of(&u, 0x15));
    flip(u.m.block, position_of(&u, 0x11));
    expect_fault(&u, NP_FAULT_BLOCK, position_of(&u, 0x11));
    flip(u.m.block, position_of(&u, 0x11));
    end(&u);
}

static void check_finds_a_wrong_summary(void **state)
{
    static const struct np_range ranges[] = {{0x1000, 1500, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 1, 1, NULL);
    hold(&u, 0x1000, 0x1003);
    struct np_summary *nodes = u.m.free.summaries; /* of three blocks: leaves 3, 4 and 5, and 2 above the last two */
    nodes[3].prefix++;
    expect_fault(&u, NP_FAULT_SUMMARY, 0);
    nodes[3].prefix--;
    nodes[5].free--;
    expect_fault(&u, NP_FAULT_SUMMARY, 1024);
    nodes[5].free++;
    nodes[2].longest++;
    expect_fault(&u, NP_FAULT_SUMMARY, 512);
    nodes[2].longest--;
    flip(u.m.free.words, 700); /* used by the bitmap, free by the tree */
    expect_fault(&u, NP_FAULT_SUMMARY, 512);
    flip(u.m.free.words, 700);
    end(&u);
}

static void check_finds_a_broken_table(void **state)
{
    struct unit u;
    (void)state;
    begin_used(&u);
    struct np_region *s = u.m.region;
    const struct np_region first = s[0];
    const struct np_region second = s[1];

    s[0].pages = 0;
    expect_fault(&u, NP_FAULT_TABLE, 0);
    s[0] = first;
    s[0].pages = -1;
    expect_fault(&u, NP_FAULT_TABLE, 0);
    s[0] = first;
    s[0].node = 2;
    expect_fault(&u, NP_FAULT_TABLE, 0);
    s[0].node = -1;
    expect_fault(&u, NP_FAULT_TABLE, 0);
    s[0] = first;
    s[0].first = -1;
    expect_fault(&u, NP_FAULT_TABLE, 0);
    s[0] = first;
    s[1].first = 0x1f; /* overlaps the first */
    expect_fault(&u, NP_FAULT_TABLE, 1);
    s[1] = second;
    s[1].first = (int64_t)NP_PFN_LIMIT - 79;
    expect_fault(&u, NP_FAULT_TABLE, 1);
    s[1] = second;
    s[1].base = first.base + first.pages - 1;
    expect_fault(&u, NP_FAULT_TABLE, 1);
    s[1] = second;
    s[1].pages = u.m.free.positions - second.base + 1; /* one past the last position */
    expect_fault(&u, NP_FAULT_TABLE, 1);
    s[1] = second;
    s[1].first = 0x20; /* page frames touch, positions do not */
    expect_fault(&u, NP_FAULT_TABLE, 1);
    s[1] = second;
    s[1].base = first.base + first.pages; /* positions touch, page frames do not */
    expect_fault(&u, NP_FAULT_TABLE, 1);
    s[1] = second;
    s[1].pages = (int64_t)1 << 40;
    expect_fault(&u, NP_FAULT_TABLE, 1);
    s[1] = second;
    s[1].node = (int64_t)1 << 32;
    expect_fault(&u, NP_FAULT_TABLE, 1);
    s[1] = second;
    u.m.nodes = 0;
    expect_fault(&u, NP_FAULT_TABLE, 0);
    u.m.nodes = 2;
    end(&u);
}

static void M7_check_finds_what_leaves_the_storage(void **state)
{
    struct unit u;
    (void)state;
    begin_used(&u);
    const struct np_machine m = u.m;
    const struct np_storage storage = u.storage;

    for (int bit = 0; bit < 64; bit++) {
        u.m.free.positions = (int64_t)((uint64_t)m.free.positions ^ UINT64_C(1) << bit);
        expect_fault(&u, NP_FAULT_STORAGE, 0);
        u.m = m;
    }
    for (int bit = 0; bit < 32; bit++) {
        u.m.regions ^= UINT32_C(1) << bit;
        if (u.m.regions != 0) expect_fault(&u, NP_FAULT_STORAGE, 0); /* 0 regions are in no storage too many */
        u.m = m;
    }
    u.m.free.positions = 0;
    expect_fault(&u, NP_FAULT_STORAGE, 0);
    u.m = m;
    u.m.region++;
    expect_fault(&u, NP_FAULT_STORAGE, 0);
    u.m = m;
    u.m.region = (struct np_region *)(void *)m.mark;
    expect_fault(&u, NP_FAULT_STORAGE, 0);
    u.m = m;
    u.m.free.words = m.block;
    expect_fault(&u, NP_FAULT_STORAGE, 0);
    u.m = m;
    u.m.block = m.mark;
    expect_fault(&u, NP_FAULT_STORAGE, 0);
    u.m = m;
    u.m.mark = m.block;
    expect_fault(&u, NP_FAULT_STORAGE, 0);
    u.m = m;
    u.m.free.summaries++;
    expect_fault(&u, NP_FAULT_STORAGE, 0);
    u.m = m;
    u.storage.word_capacity = 3 * (uint64_t)m.free.positions / 64 - 1;
    expect_fault(&u, NP_FAULT_STORAGE, 0);
    u.storage = storage;
    u.storage.summary_capacity = (uint64_t)m.free.positions / 256 - 1;
    expect_fault(&u, NP_FAULT_STORAGE, 0);
    u.storage = storage;
    u.storage.summaries = NULL;
    expect_fault(&u, NP_FAULT_STORAGE, 0);
    u.storage = storage;
    end(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(M3_a_page_has_one_state),
        cmocka_unit_test(M4_the_census_adds_up),
        cmocka_unit_test(M5_a_failure_changes_nothing),
        cmocka_unit_test(check_finds_a_free_page_between_regions),
        cmocka_unit_test(check_finds_a_free_page_that_is_held),
        cmocka_unit_test(check_finds_a_block_without_a_first_page),
        cmocka_unit_test(check_finds_a_wrong_summary),
        cmocka_unit_test(check_finds_a_broken_table),
        cmocka_unit_test(M7_check_finds_what_leaves_the_storage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
