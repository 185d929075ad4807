/* SPDX-License-Identifier: MIT */
/* The extent of a range of positions, by the tree, against a loop over single positions. */
#include "unit.h"

#include "../../src/core/index/index.h"

#define POSITIONS 16384u

static uint64_t random_state = 1;

static uint64_t random_below(uint64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 11) % limit;
}

static uint64_t words[POSITIONS / 64];
static struct np_summary nodes[POSITIONS / 256];

/* Runs of any length up to a bound, with gaps of any up to another. */
static struct np_index index_with_runs(uint64_t positions, uint64_t longest_run, uint64_t longest_gap)
{
    struct np_index index = {(int64_t)positions, words, nodes};
    np_index_clear(&index);
    for (uint64_t p = random_below(longest_gap + 1); p < positions;) {
        const uint64_t length = 1 + random_below(longest_run), rest = positions - p;
        np_index_give(&index, p, length < rest ? length : rest);
        p += length + 1 + random_below(longest_gap);
    }
    return index;
}

static struct np_extent extent_one_by_one(const struct np_index *index, uint64_t from, uint64_t end)
{
    struct np_extent x = {0, 0, 0};
    for (uint64_t p = from; p < end; p++) {
        const bool is_free = (index->words[p / 64] >> p % 64 & 1) != 0;
        x.suffix = is_free ? x.suffix + 1 : 0;
        if (is_free) x.free++;
        if (x.suffix > x.longest) x.longest = x.suffix;
    }
    return x;
}

static void check_range(const struct np_index *index, uint64_t from, uint64_t end)
{
    const struct np_extent x = np_index_extent(index, from, end), y = extent_one_by_one(index, from, end);
    assert_int_equal(x.free, y.free);
    assert_int_equal(x.longest, y.longest);
    assert_int_equal(x.suffix, y.suffix);
}

static void any_range_of_any_index(void **state)
{
    static const uint64_t bounds[] = {1, 3, 70, 600, 3000};
    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        const uint64_t positions = 512 * (1 + random_below(POSITIONS / 512));
        const struct np_index index =
            index_with_runs(positions, bounds[random_below(COUNT(bounds))], bounds[random_below(COUNT(bounds))]);
        check_range(&index, 0, positions);
        for (unsigned k = 0; k < 50; k++) {
            const uint64_t from = random_below(positions + 1), end = from + random_below(positions - from + 1);
            check_range(&index, from, end);
            check_range(&index, from / 512 * 512, end);
            check_range(&index, from, (end + 511) / 512 * 512);
        }
    }
}

static void all_free(void **state)
{
    (void)state;
    struct np_index index = {POSITIONS, words, nodes};
    np_index_clear(&index);
    np_index_give(&index, 0, POSITIONS);
    const struct np_extent x = np_index_extent(&index, 1, POSITIONS - 1);
    assert_int_equal(x.free, POSITIONS - 2);
    assert_int_equal(x.longest, POSITIONS - 2);
    assert_int_equal(x.suffix, POSITIONS - 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_range_of_any_index),
        cmocka_unit_test(all_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
