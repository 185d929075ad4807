/* SPDX-License-Identifier: MIT */
/* M6 and R1 - R5: page ranges. */
#include "unit.h"

static void M6_all_of_memory(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want(3);
    q.low = 0;
    q.high = MOST;
    expect_pages(&u, q, 0x10, 0x11, 0x12);
    end(&u);
}

static void M6_a_page_counts_only_whole(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want(16);
    q.low = FIRST(0x10) + 1;
    q.high = LAST(0x13) - 1;
    expect_pages(&u, q, 0x11, 0x12);
    q.low = FIRST(0x10);
    q.high = LAST(0x10) - 1;
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    q.low = FIRST(0x10) + 1;
    q.high = LAST(0x10);
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    q.low = FIRST(0x14) + 1;
    q.high = LAST(0x15) - 1;
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    q.low = FIRST(0x14);
    q.high = LAST(0x14);
    expect_pages(&u, q, 0x14);
    end(&u);
}

static void M6_the_end_is_inclusive(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want(16);
    q.high = LAST(0x11);
    expect_pages(&u, q, 0x10, 0x11);
    q.high = LAST(0x12) + 1;
    expect_pages(&u, q, 0x12);
    q.low = LAST(0x13);
    q.high = FIRST(0x15);
    expect_pages(&u, q, 0x14);
    end(&u);
}

static void M6_page_frame_zero(void **state)
{
    static const struct np_range ranges[] = {{0, 2, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 1, 1, NULL);
    struct np_pages_request q = want(2);
    q.high = 0;
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    q.high = 4094;
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    q.high = 4095;
    expect_pages(&u, q, 0);
    end(&u);
}

static void M6_the_last_page_frame(void **state)
{
    static const struct np_range ranges[] = {{NP_PFN_LIMIT - 2, 2, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 1, 1, NULL);
    struct np_pages_request q = want(2);
    q.low = FIRST(NP_PFN_LIMIT - 1);
    q.high = LAST(NP_PFN_LIMIT - 1) - 1;
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    q.high = LAST(NP_PFN_LIMIT - 1);
    expect_pages(&u, q, NP_PFN_LIMIT - 1);
    q.low = FIRST(NP_PFN_LIMIT);
    q.high = MOST;
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    end(&u);
}

static void M6_the_end_of_the_address_space(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want(1);
    struct np_contiguous_request c = want_block(1);
    q.low = MOST;
    q.high = MOST;
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    q.low = MOST - 4095;
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    q.low = MOST - 4094;
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    q.skip = 4096;
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    c.low = MOST;
    expect_no_block(&u, c, NP_REASON_EMPTY_RANGE);
    c.low = MOST - 4094;
    expect_no_block(&u, c, NP_REASON_EMPTY_RANGE);
    c.low = 0;
    c.high = MOST;
    expect_block(&u, c, 0x10);
    c.high = MOST - 1;
    expect_block(&u, c, 0x11);
    end(&u);
}

static void R1_both_ends_move(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_pages(&u, want_in(6, 0x10, 0x11, 4), 0x10, 0x11, 0x14, 0x15, 0x18, 0x19);
    end(&u);
}

static void R1_ranges_that_begin_below_the_machine(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_pages(&u, want_in(16, 1, 2, 5), 0x10, 0x11, 0x15, 0x16, 0x1a, 0x1b, 0x1f);
    end(&u);
}

static void R1_ends_within_a_page(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want_in(16, 0x10, 0x13, 8);
    q.low += 1;  /* 0x11 on */
    q.high -= 1; /* to 0x12 */
    expect_pages(&u, q, 0x11, 0x12, 0x19, 0x1a);
    end(&u);
}

static void R2_without_a_skip_there_is_range_0_alone(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_pages(&u, want_in(16, 0x12, 0x13, 0), 0x12, 0x13);
    end(&u);
}

static void R2_a_skip_is_whole_pages(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want(1);
    q.skip = 1;
    expect_invalid(&u, q, NP_PARAMETER_SKIP);
    q.skip = 4095;
    expect_invalid(&u, q, NP_PARAMETER_SKIP);
    q.skip = 4097;
    expect_invalid(&u, q, NP_PARAMETER_SKIP);
    q.skip = MOST;
    expect_invalid(&u, q, NP_PARAMETER_SKIP);
    q.skip = 3 * 4096;
    expect_pages(&u, q, 0x10);
    end(&u);
}

static void R2_an_end_before_its_start_is_invalid(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want(1);
    struct np_contiguous_request c = want_block(1);
    q.low = FIRST(0x10);
    q.high = FIRST(0x10) - 1;
    expect_invalid(&u, q, NP_PARAMETER_HIGH);
    q.flags = NP_PREFER_CONTIGUOUS;
    expect_invalid(&u, q, NP_PARAMETER_HIGH);
    q.flags = NP_REQUIRE_CONTIGUOUS_CHUNKS;
    expect_invalid(&u, q, NP_PARAMETER_HIGH);
    q.skip = 4096;
    expect_invalid(&u, q, NP_PARAMETER_HIGH);
    c.low = q.low;
    c.high = q.high;
    expect_invalid_block(&u, c, NP_PARAMETER_HIGH);
    end(&u);
}

static void R3_the_iteration_ends_when_the_request_is_met(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_pages(&u, want_in(3, 0x10, 0x10, 2), 0x10, 0x12, 0x14);
    end(&u);
}

static void R3_the_iteration_ends_past_the_last_page(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_pages(&u, want_in(16, 0x1c, 0x1c, 2), 0x1c, 0x1e);
    end(&u);
}

static void R3_a_start_does_not_wrap_around(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want_in(16, 0x18, 0x19, 0);
    q.skip = 0 - PAGES(4); /* wrapping, range 1 would begin at 0x14 */
    expect_pages(&u, q, 0x18, 0x19);
    q = want_in(16, 0x1a, 0x1b, 0);
    q.skip = UINT64_C(1) << 63; /* wrapping, range 2 would be range 0 again */
    expect_pages(&u, q, 0x1a, 0x1b);
    end(&u);
}

static void R3_an_end_does_not_wrap_around(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want(16);
    q.low = FIRST(0x1e);
    q.high = MOST - 4096; /* one step on, an end past 64 bits */
    q.skip = PAGES(1);
    expect_pages(&u, q, 0x1e, 0x1f);
    end(&u);
}

static void R4_a_page_in_two_ranges_counts_once(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_pages(&u, want_in(16, 0x10, 0x13, 2), 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b,
                 0x1c, 0x1d, 0x1e, 0x1f);
    end(&u);
}

static void R4_ranges_may_leave_gaps(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_pages(&u, want_in(16, 0x10, 0x10, 7), 0x10, 0x17, 0x1e);
    end(&u);
}

static void R5_a_terabyte_of_ranges_without_a_page(void **state)
{
    static const struct np_range ranges[] = {{5, 1, 0}, {0x10000005, 1, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 2, 1, NULL);
    for (int i = 0; i < 1000; i++) {
        uint64_t pfns[2] = {5, 0x10000005};
        expect_pages(&u, want_in(2, 1, 1, 4), 5, 0x10000005);
        assert_int_equal(np_free_pages(&u.m, pfns, 2), 2);
    }
    end(&u);
}

static void R5_every_page_frame_there_is(void **state)
{
    static const struct np_range ranges[] = {{0, 1, 0}, {NP_PFN_LIMIT - 2, 2, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 2, 1, NULL);
    for (int i = 0; i < 1000; i++) {
        uint64_t pfns[2] = {0, NP_PFN_LIMIT - 1};
        expect_pages(&u, want_in(3, 0, 0, 3), 0, NP_PFN_LIMIT - 1); /* 2^40 - 1 is a multiple of 3 */
        assert_int_equal(np_free_pages(&u.m, pfns, 2), 2);
    }
    end(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(M6_all_of_memory),
        cmocka_unit_test(M6_a_page_counts_only_whole),
        cmocka_unit_test(M6_the_end_is_inclusive),
        cmocka_unit_test(M6_page_frame_zero),
        cmocka_unit_test(M6_the_last_page_frame),
        cmocka_unit_test(M6_the_end_of_the_address_space),
        cmocka_unit_test(R1_both_ends_move),
        cmocka_unit_test(R1_ranges_that_begin_below_the_machine),
        cmocka_unit_test(R1_ends_within_a_page),
        cmocka_unit_test(R2_without_a_skip_there_is_range_0_alone),
        cmocka_unit_test(R2_a_skip_is_whole_pages),
        cmocka_unit_test(R2_an_end_before_its_start_is_invalid),
        cmocka_unit_test(R3_the_iteration_ends_when_the_request_is_met),
        cmocka_unit_test(R3_the_iteration_ends_past_the_last_page),
        cmocka_unit_test(R3_a_start_does_not_wrap_around),
        cmocka_unit_test(R3_an_end_does_not_wrap_around),
        cmocka_unit_test(R4_a_page_in_two_ranges_counts_once),
        cmocka_unit_test(R4_ranges_may_leave_gaps),
        cmocka_unit_test(R5_a_terabyte_of_ranges_without_a_page),
        cmocka_unit_test(R5_every_page_frame_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
