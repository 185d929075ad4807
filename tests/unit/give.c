/* SPDX-License-Identifier: MIT */
/* F1 - F4: freeing. */
#include "unit.h"

#define LIST(...) (const uint64_t[]){__VA_ARGS__}, sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t)

static void F1_pages_become_free(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x10, 0x17);
    assert_int_equal(np_free_pages(&u.m, LIST(0x15, 0x10, 0x12)), 3);
    assert_int_equal(np_page_state(&u.m, 0x10), NP_FREE);
    assert_int_equal(np_page_state(&u.m, 0x11), NP_ALLOCATED);
    assert_int_equal(np_page_state(&u.m, 0x12), NP_FREE);
    assert_int_equal(np_page_state(&u.m, 0x15), NP_FREE);
    expect_census(&u, 11, 5, 0);
    end(&u);
}

static void F1_an_empty_list(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x10, 0x17);
    assert_int_equal(np_free_pages(&u.m, NULL, 0), 0);
    assert_int_equal(np_add_pages(&u.m, NULL, 0), 0);
    expect_census(&u, 8, 8, 0);
    end(&u);
}

static void F1_none_named_twice(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x10, 0x17);
    assert_int_equal(np_free_pages(&u.m, LIST(0x10, 0x11, 0x12, 0x11, 0x13)), 3);
    expect_census(&u, 8, 8, 0);
    assert_int_equal(np_free_pages(&u.m, LIST(0x10, 0x10)), 1);
    expect_census(&u, 8, 8, 0);
    assert_int_equal(np_free_pages(&u.m, LIST(0x17, 0x16, 0x17)), 2);
    expect_census(&u, 8, 8, 0);
    end(&u);
}

static void F1_none_but_allocated(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x10, 0x13);
    assert_int_equal(np_free_pages(&u.m, LIST(0x10, 0x14)), 1);    /* free */
    assert_int_equal(np_free_pages(&u.m, LIST(0x0f)), 0);          /* absent */
    assert_int_equal(np_free_pages(&u.m, LIST(0x10, 0x20)), 1);    /* absent */
    assert_int_equal(np_free_pages(&u.m, LIST(0x10, NP_NONE)), 1); /* no page frame */
    assert_int_equal(np_free_pages(&u.m, LIST(NP_PFN_LIMIT + 0x10)), 0);
    assert_int_equal(np_free_pages(&u.m, LIST(0x11, 0x12, 0x30, 0x10)), 2);
    expect_census(&u, 12, 4, 0);
    assert_int_equal(np_free_pages(&u.m, LIST(0x13, 0x12, 0x11, 0x10)), 4);
    assert_int_equal(np_free_pages(&u.m, LIST(0x10)), 0); /* free by now */
    expect_census(&u, 16, 0, 0);
    end(&u);
}

static void F2_the_whole_block_by_its_first_page(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_block(&u, want_block(PAGES(3)), 0x10);
    expect_block(&u, want_block(PAGES(2)), 0x13); /* touches the first */
    expect_block(&u, want_block(PAGES(1)), 0x15);
    assert_int_equal(np_free_contiguous(&u.m, 0x11), 0);
    assert_int_equal(np_free_contiguous(&u.m, 0x12), 0);
    assert_int_equal(np_free_contiguous(&u.m, 0x14), 0);
    assert_int_equal(np_free_contiguous(&u.m, 0x16), 0);
    assert_int_equal(np_free_contiguous(&u.m, 0x20), 0);
    assert_int_equal(np_free_contiguous(&u.m, 0x0f), 0);
    assert_int_equal(np_free_contiguous(&u.m, NP_NONE), 0);
    expect_census(&u, 10, 6, 0);
    assert_int_equal(np_free_contiguous(&u.m, 0x13), 2);
    assert_int_equal(np_free_contiguous(&u.m, 0x13), 0);
    expect_census(&u, 12, 4, 0);
    assert_int_equal(np_free_contiguous(&u.m, 0x10), 3);
    assert_int_equal(np_free_contiguous(&u.m, 0x15), 1);
    expect_census(&u, 16, 0, 0);
    end(&u);
}

static void F2_a_block_to_the_end_of_its_region(void **state)
{
    static const struct np_range ranges[] = {{0x3c, 6, 0}, {0x42, 70, 1}, {0x100, 2, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 3, 2, NULL);
    expect_block(&u, want_block(PAGES(76)), 0x3c);
    expect_block(&u, want_block(PAGES(2)), 0x100);
    assert_int_equal(np_free_contiguous(&u.m, 0x42), 0);
    assert_int_equal(np_free_contiguous(&u.m, 0x3c), 76);
    assert_int_equal(np_page_state(&u.m, 0x100), NP_ALLOCATED);
    assert_int_equal(np_free_contiguous(&u.m, 0x100), 2);
    expect_census(&u, 78, 0, 0);
    end(&u);
}

static void F2_a_block_to_the_end_of_the_machine(void **state)
{
    static const struct np_range ranges[] = {{0x40, 64, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 1, 1, NULL);
    expect_block(&u, want_block(PAGES(64)), 0x40);
    assert_int_equal(np_free_contiguous(&u.m, 0x40), 64);
    expect_census(&u, 64, 0, 0);
    end(&u);
}

static void F2_by_the_routine_that_matches(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_block(&u, want_block(PAGES(2)), 0x10);
    hold(&u, 0x12, 0x13);
    assert_int_equal(np_free_pages(&u.m, LIST(0x10)), 0);
    assert_int_equal(np_free_pages(&u.m, LIST(0x12, 0x11)), 1);
    assert_int_equal(np_free_contiguous(&u.m, 0x12), 0);
    assert_int_equal(np_add_pages(&u.m, LIST(0x10)), 0);
    expect_census(&u, 12, 4, 0);
    assert_int_equal(np_free_contiguous(&u.m, 0x10), 2);
    assert_int_equal(np_free_pages(&u.m, LIST(0x13, 0x12)), 2);
    expect_census(&u, 16, 0, 0);
    end(&u);
}

static void F2_a_freed_block_leaves_no_trace(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_block(&u, want_block(PAGES(4)), 0x10);
    assert_int_equal(np_free_contiguous(&u.m, 0x10), 4);
    hold(&u, 0x10, 0x13);
    assert_int_equal(np_free_contiguous(&u.m, 0x10), 0);
    assert_int_equal(np_free_pages(&u.m, LIST(0x12)), 1);
    expect_block(&u, want_block(1), 0x12);
    assert_int_equal(np_free_contiguous(&u.m, 0x12), 1);
    expect_census(&u, 13, 3, 0);
    end(&u);
}

static struct np_pages_request want_removed(uint64_t pages)
{
    struct np_pages_request q = want(pages);
    q.flags = NP_AND_HOT_REMOVE;
    return q;
}

static void F3_removed_pages_cannot_be_freed(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_pages(&u, want_removed(3), 0x10, 0x11, 0x12);
    expect_census(&u, 13, 0, 3);
    hold(&u, 0x13, 0x13);
    assert_int_equal(np_free_pages(&u.m, LIST(0x13, 0x10)), 1);
    assert_int_equal(np_free_contiguous(&u.m, 0x10), 0);
    expect_census(&u, 12, 1, 3);
    expect_pages(&u, want(1), 0x14); /* nor allocated */
    end(&u);
}

static void F3_chunks_can_be_removed_too(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want_removed(4);
    q.flags |= NP_REQUIRE_CONTIGUOUS_CHUNKS;
    q.skip = PAGES(2);
    expect_pages(&u, q, 0x10, 0x11, 0x12, 0x13);
    q.skip = 0;
    expect_pages(&u, q, 0x14, 0x15, 0x16, 0x17);
    expect_census(&u, 8, 0, 8);
    end(&u);
}

static void F4_removed_pages_become_free(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_pages(&u, want_removed(4), 0x10, 0x11, 0x12, 0x13);
    hold(&u, 0x14, 0x14);
    assert_int_equal(np_add_pages(&u.m, LIST(0x11, 0x14)), 1);       /* allocated */
    assert_int_equal(np_add_pages(&u.m, LIST(0x15)), 0);             /* free */
    assert_int_equal(np_add_pages(&u.m, LIST(0x11, 0x12, 0x11)), 2); /* named twice */
    assert_int_equal(np_add_pages(&u.m, LIST(0x10, 0x2000)), 1);     /* absent */
    expect_census(&u, 11, 1, 4);
    assert_int_equal(np_add_pages(&u.m, LIST(0x13, 0x11)), 2);
    expect_census(&u, 13, 1, 2);
    assert_int_equal(np_page_state(&u.m, 0x10), NP_REMOVED);
    assert_int_equal(np_page_state(&u.m, 0x11), NP_FREE);
    expect_pages(&u, want(1), 0x11);
    end(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(F1_pages_become_free),
        cmocka_unit_test(F1_an_empty_list),
        cmocka_unit_test(F1_none_named_twice),
        cmocka_unit_test(F1_none_but_allocated),
        cmocka_unit_test(F2_the_whole_block_by_its_first_page),
        cmocka_unit_test(F2_a_block_to_the_end_of_its_region),
        cmocka_unit_test(F2_a_block_to_the_end_of_the_machine),
        cmocka_unit_test(F2_by_the_routine_that_matches),
        cmocka_unit_test(F2_a_freed_block_leaves_no_trace),
        cmocka_unit_test(F3_removed_pages_cannot_be_freed),
        cmocka_unit_test(F3_chunks_can_be_removed_too),
        cmocka_unit_test(F4_removed_pages_become_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
