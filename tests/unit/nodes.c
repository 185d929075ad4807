/* SPDX-License-Identifier: MIT */
/* N1 - N5: the order of the nodes. */
#include "unit.h"

/* Four nodes, a page each: node n has page frame 0x10 + n. */
static const struct np_range four[] = {{0x10, 1, 0}, {0x11, 1, 1}, {0x12, 1, 2}, {0x13, 1, 3}};

static struct np_pages_request want_from(uint64_t pages, uint32_t node)
{
    struct np_pages_request q = want(pages);
    q.node = node;
    return q;
}

static void N1_by_distance_then_by_number(void **state)
{
    static const uint8_t distance[] = {10, 30, 20, 20, /**/
                                       30, 10, 12, 11, /**/
                                       20, 12, 10, 40, /**/
                                       21, 11, 40, 10};
    struct unit u;
    (void)state;
    begin(&u, four, 4, 4, distance);
    expect_pages(&u, want_from(4, 0), 0x10, 0x12, 0x13, 0x11);
    end(&u);
    begin(&u, four, 4, 4, distance);
    expect_pages(&u, want_from(4, 1), 0x11, 0x13, 0x12, 0x10);
    end(&u);
    begin(&u, four, 4, 4, distance);
    expect_pages(&u, want_from(4, 2), 0x12, 0x11, 0x10, 0x13);
    end(&u);
    begin(&u, four, 4, 4, distance);
    expect_pages(&u, want_from(4, 3), 0x13, 0x11, 0x10, 0x12);
    end(&u);
}

static void N1_distance_is_read_from_the_row_of_the_ideal_node(void **state)
{
    static const uint8_t distance[] = {10, 15, 20, /**/
                                       40, 10, 20, /**/
                                       11, 12, 10};
    struct unit u;
    (void)state;
    begin(&u, four, 3, 3, distance);
    expect_pages(&u, want_from(3, 0), 0x10, 0x11, 0x12);
    end(&u);
    begin(&u, four, 3, 3, distance);
    expect_pages(&u, want_from(3, 2), 0x12, 0x10, 0x11);
    end(&u);
}

static void N1_without_a_matrix_by_number(void **state)
{
    struct unit u;
    (void)state;
    begin(&u, four, 4, 4, NULL);
    expect_pages(&u, want_from(4, 2), 0x12, 0x10, 0x11, 0x13);
    end(&u);
}

static void N1_nodes_without_memory(void **state)
{
    static const struct np_range ranges[] = {{0x10, 2, 3}, {0x20, 2, 61}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 2, 64, NULL);
    expect_pages(&u, want_from(3, 63), 0x10, 0x11, 0x20);
    expect_failure(&u, (struct np_pages_request){0, MOST, 0, 4096, 3, NP_FROM_LOCAL_NODE_ONLY}, NP_REASON_NODE);
    end(&u);
}

static void N2_node_before_range(void **state)
{
    static const struct np_range ranges[] = {{0x10, 2, 0}, {0x12, 2, 1}, {0x14, 2, 0}, {0x16, 2, 1}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 4, 2, NULL);
    struct np_pages_request q = want_in(4, 0x10, 0x10, 2); /* 0x10, 0x12, 0x14, 0x16 */
    q.node = 1;
    expect_pages(&u, q, 0x12, 0x16, 0x10, 0x14);
    end(&u);
}

static void N3_a_later_node_tops_up(void **state)
{
    static const struct np_range ranges[] = {{0x10, 4, 0}, {0x14, 2, 1}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 2, 2, NULL);
    struct np_pages_request q = want(4);
    q.node = 1;
    expect_pages(&u, q, 0x14, 0x15, 0x10, 0x11);
    end(&u);
}

static void N4_the_ideal_node_alone(void **state)
{
    static const struct np_range ranges[] = {{0x10, 4, 0}, {0x14, 2, 1}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 2, 2, NULL);
    struct np_pages_request q = want(4);
    q.node = 1;
    q.flags = NP_FROM_LOCAL_NODE_ONLY;
    expect_pages(&u, q, 0x14, 0x15);
    expect_failure(&u, q, NP_REASON_NODE);
    q.flags |= NP_FULLY_REQUIRED;
    expect_failure(&u, q, NP_REASON_NODE);
    end(&u);
}

static void N4_on_a_machine_of_one_node_it_changes_nothing(void **state)
{
    struct unit u;
    (void)state;
    begin_sixteen(&u);
    struct np_pages_request q = want(2);
    q.flags = NP_FROM_LOCAL_NODE_ONLY;
    expect_pages(&u, q, 0x10, 0x11);
    q.flags = 0;
    expect_pages(&u, q, 0x12, 0x13);
    end(&u);
}

static void N5_the_ideal_node_is_first_whatever_the_matrix_says(void **state)
{
    static const uint8_t distance[] = {200, 10,  0,  /**/
                                       10,  255, 10, /**/
                                       0,   0,   30};
    struct unit u;
    (void)state;
    begin(&u, four, 3, 3, distance);
    expect_pages(&u, want_from(3, 0), 0x10, 0x12, 0x11);
    end(&u);
    begin(&u, four, 3, 3, distance);
    expect_pages(&u, want_from(3, 1), 0x11, 0x10, 0x12);
    end(&u);
}

static void N5_an_ideal_node_that_does_not_exist(void **state)
{
    struct unit u;
    (void)state;
    begin(&u, four, 4, 4, NULL);
    expect_invalid(&u, want_from(1, 4), NP_PARAMETER_NODE);
    expect_invalid(&u, want_from(1, 64), NP_PARAMETER_NODE);
    expect_invalid(&u, want_from(1, NP_ANY_NODE), NP_PARAMETER_NODE);
    expect_invalid(&u, want_from(1, UINT32_MAX), NP_PARAMETER_NODE);
    expect_pages(&u, want_from(1, 3), 0x13);
    end(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(N1_by_distance_then_by_number),
        cmocka_unit_test(N1_distance_is_read_from_the_row_of_the_ideal_node),
        cmocka_unit_test(N1_without_a_matrix_by_number),
        cmocka_unit_test(N1_nodes_without_memory),
        cmocka_unit_test(N2_node_before_range),
        cmocka_unit_test(N3_a_later_node_tops_up),
        cmocka_unit_test(N4_the_ideal_node_alone),
        cmocka_unit_test(N4_on_a_machine_of_one_node_it_changes_nothing),
        cmocka_unit_test(N5_the_ideal_node_is_first_whatever_the_matrix_says),
        cmocka_unit_test(N5_an_ideal_node_that_does_not_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
