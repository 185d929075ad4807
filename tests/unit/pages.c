/* SPDX-License-Identifier: MIT */
/* P1 - P6: which pages it takes. */
#include "unit.h"

static struct np_pages_request flagged(uint64_t pages, uint32_t flags)
{
    struct np_pages_request q = want(pages);
    q.flags = flags;
    return q;
}

static void P1_the_lowest_rank_first(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x10, 0x10);
    hold(&u, 0x12, 0x14);
    expect_pages(&u, want(3), 0x11, 0x15, 0x16);
    end(&u);
}

static void P1_as_many_as_there_are(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x12, 0x1e);
    expect_pages(&u, want(10), 0x10, 0x11, 0x1f);
    expect_census(&u, 0, 16, 0);
    end(&u);
}

static void P1_across_words_and_holes(void **state)
{
    static const struct np_range ranges[] = {{0x7e, 4, 0}, {0x1000, 2, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 2, 1, NULL);
    expect_pages(&u, want(5), 0x7e, 0x7f, 0x80, 0x81, 0x1000);
    end(&u);
}

static void P2_part_of_a_page_is_a_page(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want(0);
    q.total = 1;
    expect_pages(&u, q, 0x10);
    q.total = 4096;
    expect_pages(&u, q, 0x11);
    q.total = 4097;
    expect_pages(&u, q, 0x12, 0x13);
    end(&u);
}

static void P2_nothing_is_invalid(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_invalid(&u, want(0), NP_PARAMETER_BYTES);
    end(&u);
}

static uint64_t wanted(uint64_t total, uint64_t skip, uint32_t flags)
{
    const struct np_pages_request q = {0, MOST, skip, total, 0, flags};
    return np_pages_wanted(&q);
}

static void P2_what_the_limit_leaves(void **state)
{
    const uint64_t limit = (UINT64_C(1) << 32) - 4096;
    const uint32_t chunks = NP_REQUIRE_CONTIGUOUS_CHUNKS;
    (void)state;
    assert_int_equal(wanted(limit, 0, 0), 0xfffff);
    assert_int_equal(wanted(limit + 1, 0, 0), 0xfffff);
    assert_int_equal(wanted(MOST, 0, 0), 0xfffff);
    assert_int_equal(wanted(limit - 4096, 0, 0), 0xffffe);
    assert_int_equal(wanted(limit - 4095, 0, 0), 0xfffff);
    assert_int_equal(wanted(MOST, 0, NP_PREFER_CONTIGUOUS), 0xfffff);

    assert_int_equal(wanted(limit, 0, NP_FULLY_REQUIRED), 0xfffff);
    assert_int_equal(wanted(limit + 1, 0, NP_FULLY_REQUIRED), 0);
    assert_int_equal(wanted(limit, 0, chunks), 0xfffff);
    assert_int_equal(wanted(limit + 1, 0, chunks), 0);
    assert_int_equal(wanted(MOST, 0, chunks), 0);

    assert_int_equal(wanted(UINT64_C(1) << 32, 0x10000, chunks), 0xffff0);
    assert_int_equal(wanted(UINT64_C(1) << 33, 0x1000, chunks), 0xfffff);
    assert_int_equal(wanted(UINT64_C(1) << 40, 0x80000000, chunks), 0x80000);
    assert_int_equal(wanted(UINT64_C(1) << 32, UINT64_C(1) << 32, chunks), 0);
    assert_int_equal(wanted(UINT64_C(1) << 63, UINT64_C(1) << 63, chunks), 0);
    assert_int_equal(wanted(UINT64_C(1) << 32, 0x10000, chunks | NP_FULLY_REQUIRED), 0);
}

static void P2_clamped_or_a_failure(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x12, 0x1f);
    struct np_pages_request q = want(0);
    q.total = UINT64_C(1) << 32;
    q.flags = NP_FULLY_REQUIRED;
    expect_failure(&u, q, NP_REASON_LIMIT);
    q.flags = NP_REQUIRE_CONTIGUOUS_CHUNKS;
    expect_failure(&u, q, NP_REASON_LIMIT);
    q.skip = UINT64_C(1) << 32;
    expect_failure(&u, q, NP_REASON_LIMIT);
    q.skip = 0;
    q.flags = 0;
    expect_pages(&u, q, 0x10, 0x11);
    end(&u);
}

static void P2_no_more_than_the_limit(void **state)
{
    static const struct np_range ranges[] = {{0, 0x100010, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 1, 1, NULL);
    uint64_t *pfns = malloc(0xfffff * sizeof *pfns);
    struct np_pages_request q = want(0x100008);
    assert_non_null(pfns);
    assert_int_equal(np_allocate_pages(&u.m, &q, pfns), 0xfffff);
    for (uint64_t i = 0; i < 0xfffff; i++)
        assert_true(pfns[i] == i);
    expect_census(&u, 0x11, 0xfffff, 0);
    assert_int_equal(np_free_pages(&u.m, pfns, 0xfffff), 0xfffff);
    expect_census(&u, 0x100010, 0, 0);

    q.flags = NP_REQUIRE_CONTIGUOUS_CHUNKS; /* 0x100008 is 8 chunks past 4 GiB */
    q.skip = 0x8000;
    assert_int_equal(np_allocate_pages(&u.m, &q, pfns), 0xffff8);
    assert_int_equal(pfns[0xffff7], 0xffff7);
    expect_census(&u, 0x18, 0xffff8, 0);
    free(pfns);
    end(&u);
}

static void P2_the_second_routine_has_no_limit(void **state)
{
    static const struct np_range ranges[] = {{0, 0x100010, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 1, 1, NULL);
    expect_block(&u, want_block(PAGES(0x100001)), 0);
    expect_census(&u, 0xf, 0x100001, 0);
    assert_int_equal(np_free_contiguous(&u.m, 0), 0x100001);
    end(&u);
}

static void P3_fully_required(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x12, 0x1f);
    expect_failure(&u, flagged(3, NP_FULLY_REQUIRED), NP_REASON_TOO_FEW);
    expect_pages(&u, flagged(2, NP_FULLY_REQUIRED), 0x10, 0x11);
    end(&u);
}

static void P3_fully_required_from_several_nodes(void **state)
{
    static const struct np_range ranges[] = {{0x10, 1, 0}, {0x20, 1, 1}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 2, 2, NULL);
    expect_failure(&u, flagged(3, NP_FULLY_REQUIRED), NP_REASON_TOO_FEW);
    expect_failure(&u, flagged(2, NP_FULLY_REQUIRED | NP_FROM_LOCAL_NODE_ONLY), NP_REASON_NODE);
    expect_pages(&u, flagged(2, NP_FULLY_REQUIRED), 0x10, 0x20);
    end(&u);
}

static void P4_no_page_is_a_failure(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x10, 0x1f);
    expect_failure(&u, want(1), NP_REASON_TOO_FEW);
    expect_failure(&u, flagged(1, NP_PREFER_CONTIGUOUS), NP_REASON_TOO_FEW);
    expect_failure(&u, flagged(1, NP_REQUIRE_CONTIGUOUS_CHUNKS), NP_REASON_TOO_FEW);
    end(&u);
}

/* Runs of 2 at 0x10, 3 at 0x13, 6 at 0x17, 2 at 0x1e. */
static void begin_runs(struct unit *u)
{
    begin_sixteen(u);
    hold(u, 0x12, 0x12);
    hold(u, 0x16, 0x16);
    hold(u, 0x1d, 0x1d);
}

static void P5_the_lowest_run_that_holds_all(void **state)
{
    struct unit u;
    (void)state;
    begin_runs(&u);
    expect_pages(&u, flagged(3, NP_PREFER_CONTIGUOUS), 0x13, 0x14, 0x15);
    end(&u);
    begin_runs(&u);
    expect_pages(&u, flagged(2, NP_PREFER_CONTIGUOUS), 0x10, 0x11);
    end(&u);
    begin_runs(&u);
    expect_pages(&u, flagged(4, NP_PREFER_CONTIGUOUS), 0x17, 0x18, 0x19, 0x1a);
    end(&u);
}

static void P5_otherwise_the_longest_whole(void **state)
{
    struct unit u;
    (void)state;
    begin_runs(&u);
    expect_pages(&u, flagged(7, NP_PREFER_CONTIGUOUS), 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x10);
    end(&u);
    begin_runs(&u);
    expect_pages(&u, flagged(9, NP_PREFER_CONTIGUOUS), 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x13, 0x14, 0x15);
    end(&u);
    begin_runs(&u);
    expect_pages(&u, flagged(10, NP_PREFER_CONTIGUOUS), 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x13, 0x14, 0x15, 0x10);
    end(&u);
}

static void P5_of_equal_runs_the_lower(void **state)
{
    struct unit u;
    (void)state;
    begin_runs(&u);
    hold(&u, 0x17, 0x1a); /* two at 0x1b */
    hold(&u, 0x13, 0x13); /* two at 0x14 */
    expect_pages(&u, flagged(5, NP_PREFER_CONTIGUOUS), 0x10, 0x11, 0x14, 0x15, 0x1b);
    end(&u);
}

static void P5_all_there_is(void **state)
{
    struct unit u;
    (void)state;
    begin_runs(&u);
    expect_pages(&u, flagged(40, NP_PREFER_CONTIGUOUS), 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x13, 0x14, 0x15, 0x10,
                 0x11, 0x1e, 0x1f);
    end(&u);
}

static void P5_runs_are_cut_by_the_ranges(void **state)
{
    struct unit u;
    (void)state;
    begin_runs(&u);
    struct np_pages_request q = want_in(4, 0x14, 0x18, 0); /* 2 at 0x14, 2 at 0x17 */
    q.flags = NP_PREFER_CONTIGUOUS;
    expect_pages(&u, q, 0x14, 0x15, 0x17, 0x18);
    end(&u);
}

static void P5_runs_cross_from_range_to_range(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    hold(&u, 0x12, 0x12);
    struct np_pages_request q = want_in(3, 0x10, 0x11, 2); /* ranges that touch */
    q.flags = NP_PREFER_CONTIGUOUS;
    expect_pages(&u, q, 0x13, 0x14, 0x15);
    end(&u);
    begin_sixteen(&u);
    q = want_in(5, 0x10, 0x11, 3); /* a gap behind each two */
    q.flags = NP_PREFER_CONTIGUOUS;
    hold(&u, 0x10, 0x10);
    expect_pages(&u, q, 0x13, 0x14, 0x16, 0x17, 0x11);
    end(&u);
}

static void P5_as_many_from_each_node_as_P1(void **state)
{
    static const struct np_range ranges[] = {{0x10, 3, 0}, {0x13, 4, 1}, {0x17, 1, 0}, {0x20, 4, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 4, 2, NULL);
    struct np_pages_request q = flagged(6, NP_PREFER_CONTIGUOUS);
    q.node = 1;
    expect_pages(&u, q, 0x13, 0x14, 0x15, 0x16, 0x10, 0x11);
    end(&u);
    begin(&u, ranges, 4, 2, NULL);
    q = flagged(10, NP_PREFER_CONTIGUOUS);
    expect_pages(&u, q, 0x20, 0x21, 0x22, 0x23, 0x10, 0x11, 0x12, 0x17, 0x13, 0x14);
    end(&u);
}

static void P5_without_effect_beside_chunks(void **state)
{
    struct unit u;
    (void)state;
    begin_runs(&u);
    struct np_pages_request q = flagged(4, NP_PREFER_CONTIGUOUS | NP_REQUIRE_CONTIGUOUS_CHUNKS);
    q.skip = PAGES(2);
    expect_pages(&u, q, 0x10, 0x11, 0x14, 0x15);
    end(&u);
}

static void P6_the_seven_flags_and_no_other(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    for (uint32_t bit = 0; bit < 32; bit++) {
        struct np_pages_request q = flagged(1, 1u << bit);
        if (bit <= 5 || bit == 8)
            assert_int_equal(np_check_pages_request(&u.m, &q), NP_PARAMETER_NONE);
        else
            expect_invalid(&u, q, NP_PARAMETER_FLAGS);
    }
    expect_pages(&u, flagged(1, 0x13f & ~NP_FULLY_REQUIRED), 0x10);
    end(&u);
}

static void P6_hot_remove_with_fully_required(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    expect_invalid(&u, flagged(1, NP_AND_HOT_REMOVE | NP_FULLY_REQUIRED), NP_PARAMETER_FLAGS);
    expect_invalid(&u, flagged(1, NP_AND_HOT_REMOVE | NP_FULLY_REQUIRED | 0x40), NP_PARAMETER_FLAGS);
    expect_pages(&u, flagged(1, NP_AND_HOT_REMOVE), 0x10);
    end(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(P1_the_lowest_rank_first),
        cmocka_unit_test(P1_as_many_as_there_are),
        cmocka_unit_test(P1_across_words_and_holes),
        cmocka_unit_test(P2_part_of_a_page_is_a_page),
        cmocka_unit_test(P2_nothing_is_invalid),
        cmocka_unit_test(P2_what_the_limit_leaves),
        cmocka_unit_test(P2_clamped_or_a_failure),
        cmocka_unit_test(P2_no_more_than_the_limit),
        cmocka_unit_test(P2_the_second_routine_has_no_limit),
        cmocka_unit_test(P3_fully_required),
        cmocka_unit_test(P3_fully_required_from_several_nodes),
        cmocka_unit_test(P4_no_page_is_a_failure),
        cmocka_unit_test(P5_the_lowest_run_that_holds_all),
        cmocka_unit_test(P5_otherwise_the_longest_whole),
        cmocka_unit_test(P5_of_equal_runs_the_lower),
        cmocka_unit_test(P5_all_there_is),
        cmocka_unit_test(P5_runs_are_cut_by_the_ranges),
        cmocka_unit_test(P5_runs_cross_from_range_to_range),
        cmocka_unit_test(P5_as_many_from_each_node_as_P1),
        cmocka_unit_test(P5_without_effect_beside_chunks),
        cmocka_unit_test(P6_the_seven_flags_and_no_other),
        cmocka_unit_test(P6_hot_remove_with_fully_required),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
