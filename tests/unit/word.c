/* SPDX-License-Identifier: MIT */
/* Words and bitmaps against loops over single bits. */
#include "unit.h"

#include "../../src/core/bits/bitmap.h"
#include "../../src/core/bits/word.h"

#include <inttypes.h>

#define BITS 320u

static uint64_t random_state = 1;

static uint64_t random_word(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static bool bit(const uint64_t *words, uint64_t i)
{
    return (words[i / 64] >> (i % 64) & 1) != 0;
}

static void check_word(uint64_t word)
{
    uint64_t lowest = 0;
    uint64_t highest = 63;
    while (!bit(&word, lowest))
        lowest++;
    while (!bit(&word, highest))
        highest--;
    assert_int_equal(np_word_lowest(word), lowest);
    assert_int_equal(np_word_highest(word), highest);
}

static void the_lowest_and_the_highest_bit_of_a_word(void **state)
{
    (void)state;
    check_word(MOST);
    for (uint64_t i = 0; i < 64; i++) {
        check_word(UINT64_C(1) << i);
        check_word(MOST << i);
        check_word(MOST >> i);
        for (uint64_t j = 0; j < 64; j++)
            check_word(UINT64_C(1) << i | UINT64_C(1) << j);
    }
    for (int i = 0; i < 100000; i++)
        check_word((random_word() & random_word() & random_word()) | UINT64_C(1) << (random_word() % 64));
}

static void the_masks_of_a_word(void **state)
{
    (void)state;
    for (uint64_t place = 0; place < 64; place++) {
        uint64_t from = np_word_from(place);
        uint64_t to = np_word_to(place);
        for (uint64_t i = 0; i < 64; i++) {
            assert_true(bit(&from, i) == (i >= place));
            assert_true(bit(&to, i) == (i <= place));
        }
    }
}

/* Words of random bits: sparse, dense, of long runs, or anything. */
static void scatter(uint64_t *words)
{
    uint64_t kind = random_word() % 5;
    for (uint32_t w = 0; w < BITS / 64; w++) {
        uint64_t r = random_word();
        if (kind == 1) r &= random_word() & random_word() & random_word() & random_word();
        if (kind == 2) r |= random_word() | random_word() | random_word() | random_word();
        if (kind == 3) r = random_word() % 3 == 0 ? MOST << (r % 64) : 0;
        if (kind == 4) r = random_word() % 3 == 0 ? MOST >> (r % 64) : MOST;
        words[w] = r;
    }
}

static void the_next_and_the_last_bit_of_a_bitmap(void **state)
{
    (void)state;
    for (int round = 0; round < 100000; round++) {
        uint64_t words[BITS / 64];
        scatter(words);
        uint64_t to = random_word() % (BITS + 1);
        uint64_t from = random_word() % (to + 1);
        uint64_t set = from;
        uint64_t clear = from;
        while (set < to && !bit(words, set))
            set++;
        while (clear < to && bit(words, clear))
            clear++;
        assert_int_equal(np_bits_next_set(words, from, to), set);
        assert_int_equal(np_bits_next_clear(words, from, to), clear);

        uint64_t last = to;
        while (last > from && bit(words, last - 1))
            last--;
        assert_int_equal(np_bits_last_clear(words, from, to), last > from ? last - 1 : NP_NONE);
    }
}

static void setting_and_clearing_bits(void **state)
{
    (void)state;
    for (int round = 0; round < 100000; round++) {
        uint64_t words[BITS / 64];
        uint64_t set[BITS / 64];
        uint64_t clear[BITS / 64];
        scatter(words);
        for (uint32_t w = 0; w < BITS / 64; w++)
            set[w] = clear[w] = words[w];
        uint64_t to = random_word() % (BITS + 1);
        uint64_t from = random_word() % (to + 1);
        np_bits_set(set, from, to - from);
        np_bits_clear(clear, from, to - from);
        for (uint64_t i = 0; i < BITS; i++) {
            bool within = from <= i && i < to;
            if (bit(set, i) != (within || bit(words, i)))
                fail_msg("set [%" PRIu64 ", %" PRIu64 "): bit %" PRIu64, from, to, i);
            if (bit(clear, i) != (!within && bit(words, i)))
                fail_msg("clear [%" PRIu64 ", %" PRIu64 "): bit %" PRIu64, from, to, i);
        }
    }
}

static void listing_the_set_bits(void **state)
{
    (void)state;
    for (int round = 0; round < 100000; round++) {
        uint64_t words[BITS / 64];
        uint64_t list[BITS + 1];
        scatter(words);
        uint64_t to = random_word() % (BITS + 1);
        uint64_t from = random_word() % (to + 1);
        uint64_t full = random_word() % 2 == 0 ? BITS : random_word() % BITS;
        uint64_t count = 0;
        for (uint64_t i = 0; i <= BITS; i++)
            list[i] = MOST;
        uint64_t listed = np_bits_list(words, from, to, 1000, list, 0, full);
        for (uint64_t i = from; i < to && count < full; i++) {
            if (!bit(words, i)) continue;
            assert_int_equal(list[count], 1000 + (i - from));
            count++;
        }
        assert_int_equal(listed, count);
        for (uint64_t i = listed; i <= BITS; i++)
            assert_true(list[i] == MOST);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lowest_and_the_highest_bit_of_a_word),
        cmocka_unit_test(the_masks_of_a_word),
        cmocka_unit_test(the_next_and_the_last_bit_of_a_bitmap),
        cmocka_unit_test(setting_and_clearing_bits),
        cmocka_unit_test(listing_the_set_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
