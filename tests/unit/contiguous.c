/* SPDX-License-Identifier: MIT */
/* B1 - B4: contiguous memory with a boundary. B5 speaks of contents, of which there are none here. */
#include "unit.h"

static void B1_so_many_whole_pages(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_block(&u, want_block(1), 0x10);
    expect_block(&u, want_block(4096), 0x11);
    expect_block(&u, want_block(4097), 0x12);
    expect_block(&u, want_block(8192), 0x14);
    expect_census(&u, 10, 6, 0);
    expect_invalid_block(&u, want_block(0), NP_PARAMETER_BYTES);
    end(&u);
}

static void B1_between_the_addresses(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_contiguous_request q = want_block(PAGES(2));
    q.low = FIRST(0x12) + 1;
    q.high = LAST(0x14) - 1;
    expect_no_block(&u, q, NP_REASON_TOO_FEW);
    q.high = LAST(0x14);
    expect_block(&u, q, 0x13);
    q.low = FIRST(0x1f);
    q.high = MOST;
    expect_no_block(&u, q, NP_REASON_TOO_FEW);
    q.bytes = PAGES(1);
    expect_block(&u, q, 0x1f);
    end(&u);
}

static void B1_the_last_page_whole_however_few_bytes(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_contiguous_request q = want_block(100);
    q.low = FIRST(0x12);
    q.high = FIRST(0x12) + 99;
    expect_no_block(&u, q, NP_REASON_EMPTY_RANGE);
    q.high = LAST(0x12);
    expect_block(&u, q, 0x12);
    end(&u);
}

static void B1_more_than_any_machine_has(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_no_block(&u, want_block(MOST), NP_REASON_TOO_FEW);
    expect_no_block(&u, want_block(PAGES(17)), NP_REASON_TOO_FEW);
    expect_block(&u, want_block(PAGES(16)), 0x10);
    end(&u);
}

/* Page frames 0x0d to 0x1f: 3 pages below the 64 KiB boundary at 0x10. */
static void begin_across(struct unit *u)
{
    static const struct np_range ranges[] = {{0xd, 19, 0}};
    begin(u, ranges, 1, 1, NULL);
}

static struct np_contiguous_request want_within(uint64_t bytes, uint64_t boundary)
{
    struct np_contiguous_request q = want_block(bytes);
    q.boundary = boundary;
    return q;
}

static void B2_no_block_crosses_the_boundary(void **state)
{
    struct unit u;
    (void)state;
    begin_across(&u);
    expect_block(&u, want_within(PAGES(4), 0x10000), 0x10);
    expect_block(&u, want_within(PAGES(3), 0x10000), 0xd);
    end(&u);
    begin_across(&u);
    expect_block(&u, want_within(PAGES(16), 0x10000), 0x10);
    end(&u);
    begin_across(&u);
    expect_block(&u, want_within(PAGES(4), 0), 0xd);
    end(&u);
}

static void B2_the_bytes_count_not_the_pages(void **state)
{
    static const struct np_range ranges[] = {{0x11, 15, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 1, 1, NULL);
    expect_block(&u, want_within(4097, 8192), 0x12);
    expect_block(&u, want_within(4096, 8192), 0x11);
    expect_block(&u, want_within(4096, 4096), 0x14);
    expect_invalid_block(&u, want_within(4097, 4096), NP_PARAMETER_BYTES);
    end(&u);
}

static void B2_below_a_page(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_block(&u, want_within(1, 1), 0x10);
    expect_block(&u, want_within(128, 128), 0x11);
    expect_invalid_block(&u, want_within(129, 128), NP_PARAMETER_BYTES);
    expect_invalid_block(&u, want_within(4096, 2048), NP_PARAMETER_BYTES);
    end(&u);
}

static void B2_a_power_of_two(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_invalid_block(&u, want_within(1, 3), NP_PARAMETER_BOUNDARY);
    expect_invalid_block(&u, want_within(1, 0x3000), NP_PARAMETER_BOUNDARY);
    expect_invalid_block(&u, want_within(1, MOST), NP_PARAMETER_BOUNDARY);
    expect_invalid_block(&u, want_within(PAGES(4), 0x3000), NP_PARAMETER_BOUNDARY);
    expect_block(&u, want_within(1, UINT64_C(1) << 63), 0x10);
    expect_block(&u, want_within(1, 4096), 0x11);
    end(&u);
}

static void B2_every_placement_crosses(void **state)
{
    struct unit u;
    (void)state;
    begin_across(&u);
    struct np_contiguous_request q = want_within(PAGES(4), 0x10000);
    q.high = LAST(0x12);
    expect_no_block(&u, q, NP_REASON_BOUNDARY);
    q.bytes = PAGES(3);
    expect_block(&u, q, 0xd);
    end(&u);
}

static void B3_the_lowest(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x11, 0x11);
    hold(&u, 0x14, 0x14);
    expect_block(&u, want_block(PAGES(3)), 0x15);
    expect_block(&u, want_block(PAGES(2)), 0x12);
    expect_block(&u, want_block(PAGES(1)), 0x10);
    end(&u);
}

static void B3_a_failure_means_that_no_block_existed(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    for (uint64_t pfn = 0x12; pfn < 0x20; pfn += 3)
        hold(&u, pfn, pfn); /* 0x12, 0x15, 0x18, 0x1b, 0x1e */
    expect_no_block(&u, want_block(PAGES(3)), NP_REASON_FRAGMENTED);
    expect_block(&u, want_within(PAGES(2), PAGES(2)), 0x10);
    expect_block(&u, want_within(PAGES(2), PAGES(2)), 0x16);
    expect_block(&u, want_within(PAGES(2), PAGES(2)), 0x1c);
    expect_no_block(&u, want_within(PAGES(2), PAGES(2)), NP_REASON_BOUNDARY); /* 0x13 and 0x19 are left */
    end(&u);
}

static const struct np_range interleaved[] = {{0x10, 2, 0}, {0x12, 2, 1}, {0x14, 4, 0}, {0x20, 8, 1}};

static void B4_the_node_is_strict(void **state)
{
    struct unit u;
    (void)state;
    begin(&u, interleaved, 4, 3, NULL);
    struct np_contiguous_request q = want_block(PAGES(3));
    q.node = 0;
    expect_block(&u, q, 0x14);
    expect_no_block(&u, q, NP_REASON_NODE);
    q.node = 1;
    expect_block(&u, q, 0x20);
    q.node = 2;
    expect_no_block(&u, q, NP_REASON_NODE);
    end(&u);
}

static void B4_any_node_may_span_nodes(void **state)
{
    struct unit u;
    (void)state;
    begin(&u, interleaved, 4, 2, NULL);
    expect_block(&u, want_block(PAGES(7)), 0x10);
    assert_int_equal(np_page_node(&u.m, 0x11), 0);
    assert_int_equal(np_page_node(&u.m, 0x12), 1);
    assert_int_equal(np_page_state(&u.m, 0x16), NP_ALLOCATED);
    assert_int_equal(np_page_state(&u.m, 0x17), NP_FREE);
    assert_int_equal(np_free_contiguous(&u.m, 0x10), 7);
    expect_census(&u, 16, 0, 0);
    end(&u);
}

static void B4_any_node_is_still_within_the_boundary(void **state)
{
    struct unit u;
    (void)state;
    begin(&u, interleaved, 4, 2, NULL);
    expect_block(&u, want_within(PAGES(3), PAGES(4)), 0x10);
    expect_block(&u, want_within(PAGES(3), PAGES(4)), 0x14);
    expect_block(&u, want_within(PAGES(3), PAGES(4)), 0x20);
    end(&u);
}

static void B4_nodes_that_do_not_exist(void **state)
{
    struct unit u;
    (void)state;
    begin(&u, interleaved, 4, 2, NULL);
    struct np_contiguous_request q = want_block(1);
    q.node = 2;
    expect_invalid_block(&u, q, NP_PARAMETER_NODE);
    q.node = UINT32_MAX;
    expect_invalid_block(&u, q, NP_PARAMETER_NODE);
    q.node = NP_ANY_NODE + 1;
    expect_invalid_block(&u, q, NP_PARAMETER_NODE);
    end(&u);
    begin_sixteen(&u);
    q.node = 1;
    expect_invalid_block(&u, q, NP_PARAMETER_NODE);
    q.node = 0;
    expect_block(&u, q, 0x10);
    end(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(B1_so_many_whole_pages),
        cmocka_unit_test(B1_between_the_addresses),
        cmocka_unit_test(B1_the_last_page_whole_however_few_bytes),
        cmocka_unit_test(B1_more_than_any_machine_has),
        cmocka_unit_test(B2_no_block_crosses_the_boundary),
        cmocka_unit_test(B2_the_bytes_count_not_the_pages),
        cmocka_unit_test(B2_below_a_page),
        cmocka_unit_test(B2_a_power_of_two),
        cmocka_unit_test(B2_every_placement_crosses),
        cmocka_unit_test(B3_the_lowest),
        cmocka_unit_test(B3_a_failure_means_that_no_block_existed),
        cmocka_unit_test(B4_the_node_is_strict),
        cmocka_unit_test(B4_any_node_may_span_nodes),
        cmocka_unit_test(B4_any_node_is_still_within_the_boundary),
        cmocka_unit_test(B4_nodes_that_do_not_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
