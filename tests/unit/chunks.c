/* SPDX-License-Identifier: MIT */
/* C1 - C4: contiguous chunks. */
#include "unit.h"

static struct np_pages_request chunks(uint64_t pages, uint64_t chunk)
{
    struct np_pages_request q = want(pages);
    q.skip = PAGES(chunk);
    q.flags = NP_REQUIRE_CONTIGUOUS_CHUNKS;
    return q;
}

static void C1_the_ranges_are_not_stepped(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = chunks(8, 2);
    q.low = FIRST(0x12);
    q.high = LAST(0x15);
    expect_pages(&u, q, 0x12, 0x13, 0x14, 0x15);
    expect_failure(&u, q, NP_REASON_TOO_FEW);
    end(&u);
}

static void C2_one_block_at_the_lowest_address(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x10, 0x10);
    hold(&u, 0x13, 0x13);
    expect_pages(&u, chunks(3, 0), 0x14, 0x15, 0x16);
    expect_pages(&u, chunks(2, 0), 0x11, 0x12);
    end(&u);
}

static void C2_whole_or_a_failure(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_failure(&u, chunks(17, 0), NP_REASON_TOO_FEW);
    hold(&u, 0x18, 0x18);
    expect_failure(&u, chunks(9, 0), NP_REASON_FRAGMENTED);
    expect_pages(&u, chunks(8, 0), 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17);
    end(&u);
}

static void C2_part_of_a_page_is_a_page(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = chunks(0, 0);
    q.total = 4097;
    expect_pages(&u, q, 0x10, 0x11);
    end(&u);
}

static void C2_within_the_range(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = chunks(3, 0);
    q.low = FIRST(0x12) + 1;
    q.high = LAST(0x15);
    expect_pages(&u, q, 0x13, 0x14, 0x15);
    end(&u);
}

static void C2_on_one_node_in_the_order_of_nodes(void **state)
{
    static const struct np_range ranges[] = {{0x10, 3, 0}, {0x13, 2, 1}, {0x15, 4, 2}};
    static const uint8_t distance[] = {10, 30, 20, /**/
                                       20, 10, 30, /**/
                                       20, 30, 10};
    struct unit u;
    (void)state;
    begin(&u, ranges, 3, 3, distance);
    struct np_pages_request q = chunks(5, 0);
    expect_failure(&u, q, NP_REASON_FRAGMENTED);
    q = chunks(2, 0);
    q.node = 1;
    expect_pages(&u, q, 0x13, 0x14);
    expect_pages(&u, q, 0x10, 0x11);
    expect_pages(&u, q, 0x15, 0x16);
    q.flags |= NP_FROM_LOCAL_NODE_ONLY;
    expect_failure(&u, q, NP_REASON_NODE);
    end(&u);
}

static void C2_ranges_that_touch_on_one_node_are_one(void **state)
{
    static const struct np_range ranges[] = {{0x3e, 2, 0}, {0x40, 2, 0}, {0x42, 2, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 3, 1, NULL);
    expect_pages(&u, chunks(6, 0), 0x3e, 0x3f, 0x40, 0x41, 0x42, 0x43);
    end(&u);
}

static void C2_never_across_a_hole(void **state)
{
    static const struct np_range ranges[] = {{0x10, 2, 0}, {0x13, 2, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 2, 1, NULL);
    expect_failure(&u, chunks(3, 0), NP_REASON_FRAGMENTED);
    end(&u);
}

static void C3_what_a_chunk_may_be(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = chunks(12, 3);
    expect_invalid(&u, q, NP_PARAMETER_SKIP);
    q.skip = 2048;
    expect_invalid(&u, q, NP_PARAMETER_SKIP);
    q.skip = 1;
    expect_invalid(&u, q, NP_PARAMETER_SKIP);
    q.skip = 4097;
    expect_invalid(&u, q, NP_PARAMETER_SKIP);
    q.skip = MOST;
    expect_invalid(&u, q, NP_PARAMETER_SKIP);
    q = chunks(5, 2);
    expect_invalid(&u, q, NP_PARAMETER_BYTES);
    q = chunks(0, 2);
    q.total = 4096;
    expect_invalid(&u, q, NP_PARAMETER_BYTES);
    q = chunks(1, 1);
    expect_pages(&u, q, 0x10);
    end(&u);
}

static void C3_aligned_and_of_one_size(void **state)
{
    static const struct np_range ranges[] = {{0x11, 15, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 1, 1, NULL);
    hold(&u, 0x19, 0x19);
    expect_pages(&u, chunks(8, 4), 0x14, 0x15, 0x16, 0x17, 0x1c, 0x1d, 0x1e, 0x1f);
    end(&u);
}

static void C3_partial_unless_fully_required(void **state)
{
    static const struct np_range ranges[] = {{0x11, 15, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 1, 1, NULL);
    struct np_pages_request q = chunks(16, 4);
    q.flags |= NP_FULLY_REQUIRED;
    expect_failure(&u, q, NP_REASON_TOO_FEW); /* 16 pages of 15 */
    q = chunks(16, 8);
    expect_pages(&u, q, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f);
    q = chunks(6, 2);
    q.flags |= NP_FULLY_REQUIRED;
    expect_pages(&u, q, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17);
    end(&u);
    begin(&u, ranges, 1, 1, NULL);
    q = chunks(12, 4);
    q.flags |= NP_FULLY_REQUIRED;
    q.high = LAST(0x1e); /* 14 pages, but of the chunks only 0x14 and 0x18 */
    expect_failure(&u, q, NP_REASON_FRAGMENTED);
    end(&u);
}

static void C3_inside_the_range(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = chunks(8, 4);
    q.low = FIRST(0x11);
    q.high = LAST(0x1b) - 1;
    expect_pages(&u, q, 0x14, 0x15, 0x16, 0x17);
    end(&u);
}

static void C3_each_on_one_node_in_the_order_of_nodes(void **state)
{
    static const struct np_range ranges[] = {{0x10, 6, 0}, {0x16, 8, 1}, {0x1e, 2, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 3, 2, NULL);
    struct np_pages_request q = chunks(16, 4); /* 0x14 and 0x1c are each on two nodes */
    q.node = 1;
    expect_pages(&u, q, 0x18, 0x19, 0x1a, 0x1b, 0x10, 0x11, 0x12, 0x13);
    q = chunks(8, 2);
    q.node = 1;
    expect_pages(&u, q, 0x16, 0x17, 0x1c, 0x1d, 0x14, 0x15, 0x1e, 0x1f);
    end(&u);
}

static void C3_chunks_are_pages_to_be_freed_as_such(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_pages(&u, chunks(4, 4), 0x10, 0x11, 0x12, 0x13);
    assert_int_equal(np_free_contiguous(&u.m, 0x10), 0);
    assert_int_equal(np_free_pages(&u.m, (const uint64_t[]){0x13, 0x10}, 2), 2);
    expect_census(&u, 14, 2, 0);
    end(&u);
}

static void C4_a_failure_means_that_no_placement_existed(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x10, 0x11);
    hold(&u, 0x18, 0x1f); /* 0x12 to 0x17 are free */
    expect_failure(&u, chunks(8, 8), NP_REASON_TOO_FEW);
    hold(&u, 0x17, 0x17);
    expect_failure(&u, chunks(4, 4), NP_REASON_FRAGMENTED);
    expect_failure(&u, chunks(6, 0), NP_REASON_TOO_FEW);
    expect_pages(&u, chunks(6, 2), 0x12, 0x13, 0x14, 0x15);
    expect_failure(&u, chunks(2, 2), NP_REASON_TOO_FEW);
    expect_pages(&u, chunks(1, 1), 0x16);
    end(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(C1_the_ranges_are_not_stepped),
        cmocka_unit_test(C2_one_block_at_the_lowest_address),
        cmocka_unit_test(C2_whole_or_a_failure),
        cmocka_unit_test(C2_part_of_a_page_is_a_page),
        cmocka_unit_test(C2_within_the_range),
        cmocka_unit_test(C2_on_one_node_in_the_order_of_nodes),
        cmocka_unit_test(C2_ranges_that_touch_on_one_node_are_one),
        cmocka_unit_test(C2_never_across_a_hole),
        cmocka_unit_test(C3_what_a_chunk_may_be),
        cmocka_unit_test(C3_aligned_and_of_one_size),
        cmocka_unit_test(C3_partial_unless_fully_required),
        cmocka_unit_test(C3_inside_the_range),
        cmocka_unit_test(C3_each_on_one_node_in_the_order_of_nodes),
        cmocka_unit_test(C3_chunks_are_pages_to_be_freed_as_such),
        cmocka_unit_test(C4_a_failure_means_that_no_placement_existed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
