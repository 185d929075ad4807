/* SPDX-License-Identifier: MIT */
/* W1: the reason of a failure, the parameter at fault, and the figures. */
#include "unit.h"

static struct np_pages_request flagged(uint64_t pages, uint32_t flags)
{
    struct np_pages_request q = want(pages);
    q.flags = flags;
    return q;
}

static void W1_the_first_parameter_that_is_wrong(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = {.low = 2, .high = 1, .skip = 5, .total = 0, .node = 9, .flags = 0x80};
    expect_invalid(&u, q, NP_PARAMETER_BYTES);
    q.total = 1;
    expect_invalid(&u, q, NP_PARAMETER_HIGH);
    q.high = MOST;
    expect_invalid(&u, q, NP_PARAMETER_SKIP);
    q.skip = 0;
    expect_invalid(&u, q, NP_PARAMETER_NODE);
    q.node = 0;
    expect_invalid(&u, q, NP_PARAMETER_FLAGS);
    end(&u);
}

static void W1_the_first_parameter_that_is_wrong_contiguous(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_contiguous_request q = {.bytes = 0, .low = 2, .high = 1, .boundary = 5, .node = 9};
    expect_invalid_block(&u, q, NP_PARAMETER_BYTES);
    q.bytes = 1;
    expect_invalid_block(&u, q, NP_PARAMETER_HIGH);
    q.high = MOST;
    expect_invalid_block(&u, q, NP_PARAMETER_BOUNDARY);
    q.boundary = 0;
    expect_invalid_block(&u, q, NP_PARAMETER_NODE);
    end(&u);
}

static void W1_two_that_disagree(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = flagged(3, NP_REQUIRE_CONTIGUOUS_CHUNKS);
    q.skip = PAGES(2);
    expect_invalid(&u, q, NP_PARAMETER_BYTES); /* no multiple of a valid chunk */
    q.skip = PAGES(2) + 1;
    expect_invalid(&u, q, NP_PARAMETER_SKIP); /* of an invalid one */
    q.flags = 0;
    q.skip = PAGES(2);
    assert_int_equal(np_check_pages_request(&u.m, &q), NP_PARAMETER_NONE); /* no chunk */

    struct np_contiguous_request c = want_block(PAGES(3));
    c.boundary = PAGES(2);
    expect_invalid_block(&u, c, NP_PARAMETER_BYTES); /* more than a valid boundary */
    c.boundary = PAGES(2) + 1;
    expect_invalid_block(&u, c, NP_PARAMETER_BOUNDARY); /* than an invalid one */
    end(&u);
}

static void W1_limit_before_empty_range(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want_in(0x100000, 0x100, 0x200, 0);
    q.flags = NP_FULLY_REQUIRED;
    expect_failure(&u, q, NP_REASON_LIMIT);
    q.total = PAGES(1);
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    end(&u);
}

static void W1_empty_range_counts_present_pages(void **state)
{
    static const struct np_range ranges[] = {{0x10, 2, 0}, {0x20, 2, 1}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 2, 2, NULL);
    expect_failure(&u, want_in(1, 0x12, 0x1f, 0), NP_REASON_EMPTY_RANGE);
    expect_failure(&u, want_in(1, 0x00, 0x01, 0x15), NP_REASON_EMPTY_RANGE); /* 0x15, 0x16, 0x2a, … */
    struct np_pages_request q = want_in(2, 0x10, 0x11, 0);
    q.flags = NP_AND_HOT_REMOVE;
    expect_pages(&u, q, 0x10, 0x11);
    expect_failure(&u, q, NP_REASON_TOO_FEW); /* removed pages are present */
    q = want_in(2, 0x20, 0x21, 0);
    q.flags = NP_FROM_LOCAL_NODE_ONLY;
    expect_failure(&u, q, NP_REASON_NODE); /* so are those of other nodes */
    hold(&u, 0x20, 0x21);
    expect_failure(&u, q, NP_REASON_TOO_FEW);
    struct np_contiguous_request c = want_block(1);
    c.low = FIRST(0x12);
    c.high = LAST(0x1f);
    expect_no_block(&u, c, NP_REASON_EMPTY_RANGE);
    end(&u);
}

static void W1_chunk_mode_has_range_0_alone(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want_in(4, 0x8, 0xb, 4);
    expect_pages(&u, q, 0x10, 0x11, 0x12, 0x13);
    q.flags = NP_REQUIRE_CONTIGUOUS_CHUNKS;
    expect_failure(&u, q, NP_REASON_EMPTY_RANGE);
    end(&u);
}

static void W1_node_where_all_nodes_together_would_do(void **state)
{
    static const struct np_range ranges[] = {{0x10, 2, 0}, {0x12, 2, 1}};
    const uint32_t local_block = NP_FROM_LOCAL_NODE_ONLY | NP_REQUIRE_CONTIGUOUS_CHUNKS;
    struct unit u;
    (void)state;
    begin(&u, ranges, 2, 2, NULL);
    expect_failure(&u, flagged(4, NP_FROM_LOCAL_NODE_ONLY | NP_FULLY_REQUIRED), NP_REASON_NODE);
    expect_failure(&u, flagged(5, NP_FROM_LOCAL_NODE_ONLY | NP_FULLY_REQUIRED), NP_REASON_TOO_FEW);
    expect_failure(&u, flagged(4, local_block), NP_REASON_TOO_FEW); /* a block stays on one node */
    struct np_contiguous_request c = want_block(PAGES(4));
    c.node = 1;
    expect_no_block(&u, c, NP_REASON_NODE); /* this one need not */
    c.bytes = PAGES(5);
    expect_no_block(&u, c, NP_REASON_TOO_FEW);
    hold(&u, 0x10, 0x10);
    expect_failure(&u, flagged(2, local_block), NP_REASON_NODE);
    end(&u);
}

static void W1_too_few_or_fragmented(void **state)
{
    static const struct np_range ranges[] = {{0x10, 4, 0}, {0x14, 4, 1}};
    const uint32_t chunks = NP_REQUIRE_CONTIGUOUS_CHUNKS;
    struct unit u;
    (void)state;
    begin(&u, ranges, 2, 2, NULL);
    hold(&u, 0x11, 0x11);
    hold(&u, 0x16, 0x16); /* 0x10, 0x12, 0x13 and 0x14, 0x15, 0x17 are free */
    expect_failure(&u, flagged(7, NP_FULLY_REQUIRED), NP_REASON_TOO_FEW);
    expect_failure(&u, flagged(7, chunks), NP_REASON_TOO_FEW);
    expect_failure(&u, flagged(6, chunks), NP_REASON_FRAGMENTED); /* over all nodes together */
    expect_failure(&u, flagged(3, chunks), NP_REASON_FRAGMENTED);
    expect_failure(&u, flagged(3, chunks | NP_FROM_LOCAL_NODE_ONLY), NP_REASON_FRAGMENTED);
    expect_failure(&u, flagged(4, chunks | NP_FROM_LOCAL_NODE_ONLY), NP_REASON_TOO_FEW);

    struct np_pages_request q = flagged(8, chunks); /* one chunk of 4 would do */
    q.skip = PAGES(4);
    expect_failure(&u, q, NP_REASON_FRAGMENTED);
    q.skip = PAGES(8);
    expect_failure(&u, q, NP_REASON_TOO_FEW);
    q = flagged(6, chunks | NP_FULLY_REQUIRED); /* 2 chunks of 2 */
    q.skip = PAGES(2);
    expect_failure(&u, q, NP_REASON_FRAGMENTED);
    q = flagged(8, chunks | NP_FULLY_REQUIRED);
    q.skip = PAGES(2);
    expect_failure(&u, q, NP_REASON_TOO_FEW);

    struct np_contiguous_request c = want_block(PAGES(4));
    expect_block(&u, c, 0x12); /* over both nodes */
    expect_no_block(&u, c, NP_REASON_TOO_FEW);
    c.bytes = PAGES(2);
    expect_no_block(&u, c, NP_REASON_FRAGMENTED);
    end(&u);
}

static void W1_boundary_only_when_a_run_is_long_enough(void **state)
{
    static const struct np_range ranges[] = {{0xe, 4, 0}, {0x1e, 2, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 2, 1, NULL);
    struct np_contiguous_request c = want_block(PAGES(3));
    c.boundary = PAGES(16);
    expect_no_block(&u, c, NP_REASON_BOUNDARY);
    c.boundary = 0;
    c.low = FIRST(0xf);
    c.high = LAST(0x10);
    expect_no_block(&u, c, NP_REASON_TOO_FEW);
    c.boundary = PAGES(16);
    c.high = MOST;
    expect_no_block(&u, c, NP_REASON_BOUNDARY);
    c.bytes = PAGES(4);
    expect_no_block(&u, c, NP_REASON_FRAGMENTED);
    end(&u);
}

static void W1_figures_of_pages(void **state)
{
    static const struct np_range ranges[] = {{0x10, 4, 0}, {0x14, 5, 1}, {0x19, 7, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 3, 2, NULL);
    struct np_pages_request q = want(1);
    expect_figures(np_figures_pages(&u.m, &q), 16, 7, 0x19, 0x20);
    hold(&u, 0x1c, 0x1c);
    expect_figures(np_figures_pages(&u.m, &q), 15, 5, 0x14, 0x19); /* cut where the node changes */
    hold(&u, 0x14, 0x14);
    expect_figures(np_figures_pages(&u.m, &q), 14, 4, 0x10, 0x14); /* the lowest of equals */
    q.flags = NP_FROM_LOCAL_NODE_ONLY;
    q.node = 1;
    expect_figures(np_figures_pages(&u.m, &q), 4, 4, 0x15, 0x19);
    q = want_in(1, 0x11, 0x12, 4); /* 0x11, 0x12, 0x15, 0x16, 0x19, 0x1a, 0x1d, 0x1e */
    expect_figures(np_figures_pages(&u.m, &q), 8, 2, 0x11, 0x13);
    q = want_in(1, 0x15, 0x16, 2); /* ranges that touch: 0x15 to 0x1f */
    expect_figures(np_figures_pages(&u.m, &q), 10, 4, 0x15, 0x19);
    q.flags = NP_REQUIRE_CONTIGUOUS_CHUNKS; /* range 0 alone */
    q.total = PAGES(2);
    expect_figures(np_figures_pages(&u.m, &q), 2, 2, 0x15, 0x17);
    hold(&u, 0x15, 0x16);
    expect_figures(np_figures_pages(&u.m, &q), 0, 0, NP_NONE, NP_NONE);
    end(&u);
}

static void W1_figures_of_contiguous_memory(void **state)
{
    static const struct np_range ranges[] = {{0x10, 4, 0}, {0x14, 5, 1}, {0x1a, 7, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 3, 2, NULL);
    struct np_contiguous_request q = want_block(1);
    expect_figures(np_figures_contiguous(&u.m, &q), 16, 9, 0x10, 0x19); /* across nodes */
    q.node = 0;
    expect_figures(np_figures_contiguous(&u.m, &q), 11, 7, 0x1a, 0x21);
    q.node = 1;
    expect_figures(np_figures_contiguous(&u.m, &q), 5, 5, 0x14, 0x19);
    q.node = NP_ANY_NODE;
    q.low = FIRST(0x12);
    q.high = LAST(0x1b);
    expect_figures(np_figures_contiguous(&u.m, &q), 9, 7, 0x12, 0x19);
    q.low = FIRST(0x19);
    q.high = LAST(0x19);
    expect_figures(np_figures_contiguous(&u.m, &q), 0, 0, NP_NONE, NP_NONE);
    end(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(W1_the_first_parameter_that_is_wrong),
        cmocka_unit_test(W1_the_first_parameter_that_is_wrong_contiguous),
        cmocka_unit_test(W1_two_that_disagree),
        cmocka_unit_test(W1_limit_before_empty_range),
        cmocka_unit_test(W1_empty_range_counts_present_pages),
        cmocka_unit_test(W1_chunk_mode_has_range_0_alone),
        cmocka_unit_test(W1_node_where_all_nodes_together_would_do),
        cmocka_unit_test(W1_too_few_or_fragmented),
        cmocka_unit_test(W1_boundary_only_when_a_run_is_long_enough),
        cmocka_unit_test(W1_figures_of_pages),
        cmocka_unit_test(W1_figures_of_contiguous_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
