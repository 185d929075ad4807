/* SPDX-License-Identifier: MIT */
/* The tree of summaries, on trees of one block to 41, with whole and odd edges, against loops over single positions. */
#include "unit.h"

#include "../../fuzz/summaries.h"
#include "../../src/core/index/audit.h"
#include "../../src/core/index/index.h"
#include "../../src/core/index/scan.h"
#include "../../src/core/index/summary.h"
#include "../../src/core/index/tree.h"

#include <string.h>

#define BLOCK UINT64_C(512)

static uint64_t random_state = 1;

static uint64_t random_below(uint64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 11) % limit;
}

/* An index of `blocks` leaves, all free, in memory of exactly that size. */
static struct np_index index_of(uint64_t blocks)
{
    struct np_index index = {.positions = (int64_t)(BLOCK * blocks)};
    index.words = malloc(8 * blocks * sizeof *index.words);
    index.summaries = malloc(2 * blocks * sizeof *index.summaries);
    assert_non_null(index.words);
    assert_non_null(index.summaries);
    memset(index.summaries, 0xa5, 2 * blocks * sizeof *index.summaries);
    np_index_clear(&index);
    np_index_give(&index, 0, BLOCK * blocks);
    return index;
}

static void drop(struct np_index *index)
{
    free(index->words);
    free(index->summaries);
}

static void expect_node(const struct np_index *index, uint64_t node, int32_t prefix, int32_t longest, int32_t suffix,
                        int32_t free)
{
    assert_int_equal(index->summaries[node].prefix, prefix);
    assert_int_equal(index->summaries[node].longest, longest);
    assert_int_equal(index->summaries[node].suffix, suffix);
    assert_int_equal(index->summaries[node].free, free);
}

/* Four blocks: leaves 4 to 7, their parents 2 and 3, and 1 above all. */
static void a_tree_by_hand(void **state)
{
    struct np_index index = index_of(4);
    (void)state;
    expect_node(&index, 1, 2048, 2048, 2048, 2048);
    np_index_take(&index, 600, 1);
    expect_node(&index, 4, 512, 512, 512, 512);
    expect_node(&index, 5, 88, 423, 423, 511);
    expect_node(&index, 2, 600, 600, 423, 1023);
    expect_node(&index, 1, 600, 1447, 1447, 2047);
    np_index_take(&index, 1024, 512);
    expect_node(&index, 6, 0, 0, 0, 0);
    expect_node(&index, 3, 0, 512, 512, 512);
    expect_node(&index, 1, 600, 600, 512, 1535);
    np_index_give(&index, 600, 1);
    expect_node(&index, 2, 1024, 1024, 1024, 1024);
    expect_node(&index, 1, 1024, 1024, 512, 1536);
    drop(&index);
}

/* Three blocks: leaves 3 to 5; 2 is above the last two, and nothing is above all. */
static void a_tree_with_an_odd_edge(void **state)
{
    struct np_index index = index_of(3);
    (void)state;
    np_index_take(&index, 0, 512);
    np_index_take(&index, 1500, 36);
    expect_node(&index, 3, 0, 0, 0, 0);
    expect_node(&index, 5, 476, 476, 0, 476);
    expect_node(&index, 2, 988, 988, 0, 988);
    assert_int_equal(np_tree_lowest_run(&index, 0, 1536, 988), 512);
    assert_int_equal(np_tree_lowest_run(&index, 0, 1536, 989), NP_NONE);
    assert_int_equal(np_tree_lowest_run(&index, 0, 1499, 988), NP_NONE);
    drop(&index);
}

static void the_join_of_two_summaries(void **state)
{
    const struct np_summary none = {0, 0, 0, 0}, all = {64, 64, 64, 64}, some = {3, 20, 7, 40};
    struct np_summary sum = np_summary_join(all, 64, some, 64);
    (void)state;
    assert_int_equal(sum.prefix, 67);
    assert_int_equal(sum.longest, 67);
    assert_int_equal(sum.suffix, 7);
    assert_int_equal(sum.free, 104);
    sum = np_summary_join(some, 64, all, 64);
    assert_int_equal(sum.prefix, 3);
    assert_int_equal(sum.longest, 71);
    assert_int_equal(sum.suffix, 71);
    sum = np_summary_join(some, 64, none, 64);
    assert_int_equal(sum.prefix, 3);
    assert_int_equal(sum.longest, 20);
    assert_int_equal(sum.suffix, 0);
    assert_int_equal(sum.free, 40);
    sum = np_summary_join(some, 64, some, 64);
    assert_int_equal(sum.longest, 20);
    sum = np_summary_join(all, 64, all, 64);
    assert_int_equal(sum.prefix, 128);
    assert_int_equal(sum.longest, 128);
}

/* Runs of every length, by density. */
static void scatter(struct np_index *index)
{
    const uint64_t longest = UINT64_C(1) << random_below(12);
    for (uint64_t at = 0; at < (uint64_t)index->positions;) {
        uint64_t count = 1 + random_below(longest);
        if (count > (uint64_t)index->positions - at) count = (uint64_t)index->positions - at;
        if (random_below(2) == 0)
            np_index_take(index, at, count);
        else
            np_index_give(index, at, count);
        at += count;
    }
}

static void every_summary_is_what_its_positions_say(void **state)
{
    (void)state;
    for (uint64_t blocks = 1; blocks <= 41; blocks++) {
        struct np_index index = index_of(blocks);
        for (unsigned i = 0; i < 4; i++) {
            scatter(&index);
            assert_int_equal(summaries_compare_bits(&index).node, 0);
            assert_int_equal(np_audit_index(&index), NP_NONE);
        }
        drop(&index);
    }
}

static void the_tree_finds_what_the_bitmap_has(void **state)
{
    (void)state;
    for (uint64_t blocks = 1; blocks <= 41; blocks++) {
        struct np_index index = index_of(blocks);
        const uint64_t end = BLOCK * blocks;
        for (unsigned i = 0; i < 40; i++) {
            if (i % 10 == 0) scatter(&index);
            const uint64_t a = random_below(end + 1), b = random_below(end + 1);
            const uint64_t from = a < b ? a : b, to = a < b ? b : a;
            const uint64_t count = 1 + random_below(UINT64_C(1) << random_below(13));
            assert_int_equal(np_tree_lowest_run(&index, from, to, count), np_scan_lowest_run(&index, from, to, count));
            assert_int_equal(np_tree_next_used(&index, from, to), np_scan_next_used(&index, from, to));
        }
        drop(&index);
    }
}

/* A run that begins in one block and ends in any other, and the one that is a position too short. */
static void a_run_over_many_blocks(void **state)
{
    (void)state;
    for (uint64_t blocks = 1; blocks <= 20; blocks++)
        for (uint64_t first = 0; first < blocks; first++)
            for (uint64_t last = first; last < blocks; last++) {
                struct np_index index = index_of(blocks);
                const uint64_t end = BLOCK * blocks, from = BLOCK * first + 17, past = BLOCK * last + 400;
                np_index_take(&index, 0, end);
                np_index_give(&index, from, past - from);
                assert_int_equal(np_tree_lowest_run(&index, 0, end, past - from), from);
                assert_int_equal(np_tree_lowest_run(&index, from, past, past - from), from);
                assert_int_equal(np_tree_lowest_run(&index, from, past - 1, past - from), NP_NONE);
                assert_int_equal(np_tree_lowest_run(&index, from + 1, end, past - from), NP_NONE);
                assert_int_equal(np_tree_lowest_run(&index, 0, end, past - from + 1), NP_NONE);
                assert_int_equal(np_tree_next_used(&index, from, end), past);
                drop(&index);
            }
}

/* Every field of every node, and every bit of a word, one at a time. */
static void a_flaw_is_found_where_it_is(void **state)
{
    (void)state;
    for (uint64_t blocks = 1; blocks <= 9; blocks++) {
        struct np_index index = index_of(blocks);
        scatter(&index);
        for (uint64_t node = 1; node < 2 * blocks; node++)
            for (unsigned field = 0; field < 4; field++) {
                struct np_summary *x = &index.summaries[node];
                const struct np_summary kept = *x;
                int32_t *const fields[] = {&x->prefix, &x->longest, &x->suffix, &x->free};
                *fields[field] ^= 1;
                const uint64_t where = np_audit_index(&index);
                assert_true(where == NP_NONE ? summaries_compare(&index).node == 0 : summaries_wrong_at(&index, where));
                *x = kept;
            }
        for (uint64_t p = 0; p < BLOCK * blocks; p += 37) {
            index.words[p / 64] ^= UINT64_C(1) << p % 64;
            assert_int_equal(np_audit_index(&index), p / BLOCK * BLOCK);
            index.words[p / 64] ^= UINT64_C(1) << p % 64;
        }
        drop(&index);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_by_hand),
        cmocka_unit_test(a_tree_with_an_odd_edge),
        cmocka_unit_test(the_join_of_two_summaries),
        cmocka_unit_test(every_summary_is_what_its_positions_say),
        cmocka_unit_test(the_tree_finds_what_the_bitmap_has),
        cmocka_unit_test(a_run_over_many_blocks),
        cmocka_unit_test(a_flaw_is_found_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
