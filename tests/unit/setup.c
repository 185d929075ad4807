/* SPDX-License-Identifier: MIT */
/* M1, M2: setting up a machine, and what is refused. */
#include "unit.h"

static void expect_storage_error(const struct np_range *ranges, uint32_t count, uint32_t nodes,
                                 enum np_setup_error error, uint32_t at)
{
    struct np_storage needed;
    uint32_t where = 12345;
    assert_int_equal(np_storage_needed(ranges, count, nodes, &needed, &where), error);
    if (at != UINT32_MAX) assert_int_equal(where, at);
}

/* Both np_storage_needed and np_setup refuse these ranges, and np_setup does not touch the machine. */
static void expect_refused(const struct np_range *ranges, uint32_t count, uint32_t nodes, enum np_setup_error error,
                           uint32_t at)
{
    static struct np_region regions[16];
    static uint64_t words[1024];
    static struct np_summary summaries[64];
    const struct np_storage storage = {regions, COUNT(regions), words, COUNT(words), summaries, COUNT(summaries)};
    struct np_machine m;
    unsigned char *bytes = (unsigned char *)&m;
    uint32_t where = 12345;
    expect_storage_error(ranges, count, nodes, error, at);
    for (size_t i = 0; i < sizeof m; i++)
        bytes[i] = 0x5a;
    assert_int_equal(np_setup(&m, &storage, ranges, count, nodes, NULL, &where), error);
    if (at != UINT32_MAX) assert_int_equal(where, at);
    for (size_t i = 0; i < sizeof m; i++)
        assert_int_equal(bytes[i], 0x5a);
}

static void M2_all_pages_are_free_after_set_up(void **state)
{
    static const struct np_range ranges[] = {{0x10, 16, 0}, {0x20, 3, 1}, {0x100, 65, 0}};
    struct unit u;
    (void)state;
    begin(&u, ranges, 3, 2, NULL);
    expect_census(&u, 84, 0, 0);
    assert_int_equal(np_page_state(&u.m, 0x0f), NP_ABSENT);
    assert_int_equal(np_page_state(&u.m, 0x10), NP_FREE);
    assert_int_equal(np_page_state(&u.m, 0x22), NP_FREE);
    assert_int_equal(np_page_state(&u.m, 0x23), NP_ABSENT);
    assert_int_equal(np_page_state(&u.m, 0xff), NP_ABSENT);
    assert_int_equal(np_page_state(&u.m, 0x100), NP_FREE);
    assert_int_equal(np_page_state(&u.m, 0x140), NP_FREE);
    assert_int_equal(np_page_state(&u.m, 0x141), NP_ABSENT);
    assert_int_equal(np_page_state(&u.m, NP_PFN_LIMIT), NP_ABSENT);
    assert_int_equal(np_page_state(&u.m, NP_NONE), NP_ABSENT);
    assert_int_equal(np_page_node(&u.m, 0x0f), UINT32_MAX);
    assert_int_equal(np_page_node(&u.m, 0x1f), 0);
    assert_int_equal(np_page_node(&u.m, 0x20), 1);
    assert_int_equal(np_page_node(&u.m, 0x140), 0);
    assert_int_equal(np_page_node(&u.m, NP_NONE), UINT32_MAX);
    end(&u);
}

static void M2_storage_may_be_dirty_and_larger_than_needed(void **state)
{
    static const struct np_range ranges[] = {{0x10, 16, 0}, {0x40, 70, 0}};
    static struct np_region regions[16];
    static uint64_t words[1024];
    static struct np_summary nodes[64];
    const struct np_storage storage = {regions, COUNT(regions), words, COUNT(words), nodes, COUNT(nodes)};
    struct np_machine m;
    uint32_t where;
    uint64_t at;
    (void)state;
    for (uint32_t i = 0; i < COUNT(words); i++)
        words[i] = MOST;
    for (uint32_t i = 0; i < COUNT(nodes); i++)
        nodes[i] = (struct np_summary){512, 512, 512, 512};
    assert_int_equal(np_setup(&m, &storage, ranges, 2, 1, NULL, &where), NP_SETUP_OK);
    assert_int_equal(np_check(&m, &storage, &at), NP_FAULT_NONE);
    struct np_census c = np_count_pages(&m);
    assert_int_equal(c.present, 86);
    assert_int_equal(c.free, 86);
}

static void M2_memory_is_needed_for_pages_not_for_holes(void **state)
{
    static const struct np_range ranges[] = {{0, 1, 0}, {NP_PFN_LIMIT - 1, 1, 0}};
    struct np_storage needed;
    uint32_t where;
    (void)state;
    assert_int_equal(np_storage_needed(ranges, 2, 1, &needed, &where), NP_SETUP_OK);
    assert_null(needed.regions);
    assert_null(needed.words);
    assert_null(needed.summaries);
    assert_in_range(needed.region_capacity, 2, 8);
    assert_in_range(needed.word_capacity, 3, 64);
    assert_in_range(needed.summary_capacity, 1, 8);
}

static void set_up_without_memory(void **state)
{
    static const struct np_range ranges[] = {{0x10, 16, 0}};
    (void)state;
    expect_refused(ranges, 0, 1, NP_SETUP_NO_MEMORY, UINT32_MAX);
}

static void set_up_of_too_many_ranges(void **state)
{
    struct np_range *ranges = malloc((NP_MAX_RANGES + 1) * sizeof *ranges);
    (void)state;
    assert_non_null(ranges);
    for (uint32_t i = 0; i <= NP_MAX_RANGES; i++)
        ranges[i] = (struct np_range){2 * (uint64_t)i, 1, 0};
    expect_refused(ranges, NP_MAX_RANGES + 1, 1, NP_SETUP_TOO_MANY_RANGES, UINT32_MAX);
    expect_storage_error(ranges, NP_MAX_RANGES, 1, NP_SETUP_OK, UINT32_MAX);
    free(ranges);
}

static void set_up_of_too_few_or_many_nodes(void **state)
{
    static const struct np_range ranges[] = {{0x10, 16, 0}};
    (void)state;
    expect_refused(ranges, 1, 0, NP_SETUP_NODES, UINT32_MAX);
    expect_refused(ranges, 1, 65, NP_SETUP_NODES, UINT32_MAX);
    expect_refused(ranges, 1, UINT32_MAX, NP_SETUP_NODES, UINT32_MAX);
    expect_storage_error(ranges, 1, 64, NP_SETUP_OK, UINT32_MAX);
}

static void set_up_of_an_empty_range(void **state)
{
    static const struct np_range ranges[] = {{0x10, 16, 0}, {0x30, 0, 0}, {0x40, 1, 0}};
    (void)state;
    expect_refused(ranges, 3, 1, NP_SETUP_RANGE_EMPTY, 1);
}

static void set_up_of_a_range_past_the_limit(void **state)
{
    static const struct np_range past[] = {{0x10, 16, 0}, {NP_PFN_LIMIT - 2, 3, 0}};
    static const struct np_range at[] = {{NP_PFN_LIMIT, 1, 0}};
    static const struct np_range wraps[] = {{0x10, MOST, 0}};
    static const struct np_range wraps_to_0[] = {{MOST, 1, 0}};
    static const struct np_range good[] = {{NP_PFN_LIMIT - 2, 2, 0}};
    (void)state;
    expect_refused(past, 2, 1, NP_SETUP_RANGE_LIMIT, 1);
    expect_refused(at, 1, 1, NP_SETUP_RANGE_LIMIT, 0);
    expect_refused(wraps, 1, 1, NP_SETUP_RANGE_LIMIT, 0);
    expect_refused(wraps_to_0, 1, 1, NP_SETUP_RANGE_LIMIT, 0);
    expect_storage_error(good, 1, 1, NP_SETUP_OK, UINT32_MAX);
}

static void set_up_of_ranges_out_of_order(void **state)
{
    static const struct np_range overlap[] = {{0x10, 16, 0}, {0x1f, 4, 1}, {0x30, 4, 1}};
    static const struct np_range backwards[] = {{0x10, 16, 0}, {0x30, 4, 1}, {0x20, 4, 1}};
    static const struct np_range twice[] = {{0x10, 16, 0}, {0x10, 16, 0}};
    static const struct np_range touching[] = {{0x10, 16, 0}, {0x20, 4, 1}};
    (void)state;
    expect_refused(overlap, 3, 2, NP_SETUP_RANGE_ORDER, 1);
    expect_refused(backwards, 3, 2, NP_SETUP_RANGE_ORDER, 2);
    expect_refused(twice, 2, 1, NP_SETUP_RANGE_ORDER, 1);
    expect_storage_error(touching, 2, 2, NP_SETUP_OK, UINT32_MAX);
}

static void set_up_of_a_range_on_no_node(void **state)
{
    static const struct np_range ranges[] = {{0x10, 16, 0}, {0x20, 4, 1}, {0x30, 4, 2}};
    (void)state;
    expect_refused(ranges, 3, 2, NP_SETUP_RANGE_NODE, 2);
    expect_refused(ranges, 3, 1, NP_SETUP_RANGE_NODE, 1);
    expect_storage_error(ranges, 3, 3, NP_SETUP_OK, UINT32_MAX);
}

static enum np_setup_error set_up_in(struct np_storage storage)
{
    static const struct np_range ranges[] = {{0x10, 16, 0}, {0x40, 200, 0}};
    struct np_machine m;
    uint32_t where;
    return np_setup(&m, &storage, ranges, 2, 1, NULL, &where);
}

static void set_up_in_storage_that_is_too_small_or_misaligned(void **state)
{
    static const struct np_range ranges[] = {{0x10, 16, 0}, {0x40, 200, 0}};
    static struct np_region regions[16];
    static uint64_t words[1024];
    static struct np_summary nodes[64];
    struct np_storage needed;
    uint32_t where;
    (void)state;
    assert_int_equal(np_storage_needed(ranges, 2, 1, &needed, &where), NP_SETUP_OK);
    assert_true(needed.region_capacity < COUNT(regions) && needed.word_capacity < COUNT(words) &&
                needed.summary_capacity < COUNT(nodes));
    needed.regions = regions;
    needed.words = words;
    needed.summaries = nodes;
    assert_int_equal(set_up_in(needed), NP_SETUP_OK);

    struct np_storage s = needed;
    s.region_capacity--;
    assert_int_equal(set_up_in(s), NP_SETUP_STORAGE_SMALL);
    s = needed;
    s.word_capacity--;
    assert_int_equal(set_up_in(s), NP_SETUP_STORAGE_SMALL);
    s.word_capacity = 0;
    assert_int_equal(set_up_in(s), NP_SETUP_STORAGE_SMALL);
    s = needed;
    s.summary_capacity--;
    assert_int_equal(set_up_in(s), NP_SETUP_STORAGE_SMALL);
    s = needed;
    s.summaries = NULL;
    assert_int_equal(set_up_in(s), NP_SETUP_STORAGE_SMALL);
    for (size_t off = 1; off < 4; off++) {
        s = needed;
        s.summaries = (struct np_summary *)(void *)((char *)nodes + off);
        assert_int_equal(set_up_in(s), NP_SETUP_STORAGE_MISALIGNED);
    }
    for (size_t off = 1; off < 8; off++) {
        s = needed;
        s.words = (uint64_t *)(void *)((char *)words + off);
        assert_int_equal(set_up_in(s), NP_SETUP_STORAGE_MISALIGNED);
        s = needed;
        s.regions = (struct np_region *)(void *)((char *)regions + off);
        assert_int_equal(set_up_in(s), NP_SETUP_STORAGE_MISALIGNED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(M2_all_pages_are_free_after_set_up),
        cmocka_unit_test(M2_storage_may_be_dirty_and_larger_than_needed),
        cmocka_unit_test(M2_memory_is_needed_for_pages_not_for_holes),
        cmocka_unit_test(set_up_without_memory),
        cmocka_unit_test(set_up_of_too_many_ranges),
        cmocka_unit_test(set_up_of_too_few_or_many_nodes),
        cmocka_unit_test(set_up_of_an_empty_range),
        cmocka_unit_test(set_up_of_a_range_past_the_limit),
        cmocka_unit_test(set_up_of_ranges_out_of_order),
        cmocka_unit_test(set_up_of_a_range_on_no_node),
        cmocka_unit_test(set_up_in_storage_that_is_too_small_or_misaligned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
