/* SPDX-License-Identifier: MIT */
/*
 * Target `words`: questions to a word, and searches and changes in a row of words, against bit-by-bit twins.
 */
#include "data.h"
#include "target.h"

#include "../src/core/bits/bitmap.h"
#include "../src/core/ranges/stride.h"
#include "../src/core/bits/word.h"

#include <inttypes.h>
#include <stdlib.h>

#define RECORD 16u
#define MOST_WORDS 6u

const size_t fuzz_record_size = RECORD;
const size_t fuzz_most_records = SIZE_MAX;

/* A row of bits, twice: in words, exactly the words that it takes, and one by one. */
struct row {
    uint64_t *words;
    uint64_t count; /* of bits */
    bool bits[MOST_WORDS * 64];
};

static uint64_t number_at(const uint8_t *bytes, unsigned size)
{
    uint64_t number = 0;
    for (unsigned i = 0; i < size; i++)
        number |= (uint64_t)bytes[i] << 8 * i;
    return number;
}

/* A word with long rows of equal bits, or any. */
static uint64_t word_of(uint8_t how, uint64_t any)
{
    switch (how % 8) {
    case 0:
        return 0;
    case 1:
        return UINT64_MAX;
    case 2:
        return UINT64_C(1) << any % 64;
    case 3:
        return ~(UINT64_C(1) << any % 64);
    case 4:
        return UINT64_MAX << any % 64;
    case 5:
        return UINT64_MAX >> any % 64;
    case 6:
        return (UINT64_MAX << any % 64) & (UINT64_MAX >> any / 64 % 64);
    }
    return any;
}

static void read_row(struct fuzz_data *d, struct row *row)
{
    const uint64_t words = 1 + fuzz_byte(d) % MOST_WORDS;
    row->count = words * 64;
    row->words = malloc(words * sizeof *row->words);
    if (row->words == NULL) fuzz_fail("no memory");
    for (uint64_t i = 0; i < words; i++) {
        const uint8_t how = fuzz_byte(d);
        row->words[i] = word_of(how, fuzz_number(d, how % 8 == 7 ? 8 : how % 8 == 6 ? 2 : 1));
    }
    for (uint64_t p = 0; p < row->count; p++)
        row->bits[p] = (row->words[p / 64] >> p % 64 & 1) != 0;
}

size_t fuzz_records_end(const uint8_t *data, size_t size)
{
    struct fuzz_data d = fuzz_data_of(data, size);
    struct row row;
    read_row(&d, &row);
    free(row.words);
    return d.back;
}

static void expect(const char *what, uint64_t got, uint64_t should)
{
    fuzz_tell("  core says %" PRIu64 ", should be %" PRIu64 "\n", got, should);
    if (got != should) fuzz_fail("%s: core says %" PRIu64 ", should be %" PRIu64, what, got, should);
}

/* ---- A word ---- */

static void ask_word(uint64_t word)
{
    uint64_t lowest = 0, highest = 63;
    if (word == 0) return;
    while ((word >> lowest & 1) == 0)
        lowest++;
    while ((word >> highest & 1) == 0)
        highest--;
    fuzz_tell("lowest and highest bit of 0x%" PRIx64 "\n", word);
    expect("np_word_lowest", np_word_lowest(word), lowest);
    expect("np_word_highest", np_word_highest(word), highest);
}

static void ask_masks(uint64_t place)
{
    uint64_t from = 0, to = 0;
    for (uint64_t i = 0; i < 64; i++) {
        if (i >= place) from |= UINT64_C(1) << i;
        if (i <= place) to |= UINT64_C(1) << i;
    }
    fuzz_tell("masks from and to place %" PRIu64 "\n", place);
    expect("np_word_from", np_word_from(place), from);
    expect("np_word_to", np_word_to(place), to);
}

/* ---- A row ---- */

static uint64_t next(const struct row *row, uint64_t from, uint64_t end, bool set)
{
    while (from < end && row->bits[from] != set)
        from++;
    return from;
}

/** The first position whose bit is clear in the row, or set in the other. */
static uint64_t next_cut(const struct row *row, const uint64_t *cut, uint64_t from, uint64_t end)
{
    while (from < end && row->bits[from] && (cut[from / 64] >> from % 64 & 1) == 0)
        from++;
    return from;
}

static uint64_t last_clear(const struct row *row, uint64_t from, uint64_t end)
{
    for (uint64_t p = end; p > from; p--)
        if (!row->bits[p - 1]) return p - 1;
    return NP_NONE;
}

static void search(const struct row *row, uint64_t from, uint64_t end)
{
    fuzz_tell("searches in [%" PRIu64 ", %" PRIu64 ")\n", from, end);
    expect("np_bits_next_set", np_bits_next_set(row->words, from, end), next(row, from, end, true));
    expect("np_bits_next_clear", np_bits_next_clear(row->words, from, end), next(row, from, end, false));
    const uint64_t cut[2] = {UINT64_C(0x8000000000000001), 0}; /* of the first 128 positions */
    const uint64_t stop = end < 128 ? end : 128, begin = from < stop ? from : stop;
    expect("np_bits_next_cut", np_bits_next_cut(row->words, cut, begin, stop), next_cut(row, cut, begin, stop));
    expect("np_bits_last_clear", np_bits_last_clear(row->words, from, end), last_clear(row, from, end));
}

static uint64_t next_in(const struct row *row, struct np_steps r, uint64_t end)
{
    for (uint64_t start = r.first; start < end; start += r.step) {
        const uint64_t stop = r.end - r.first < end - start ? start + (r.end - r.first) : end;
        const uint64_t set = next(row, start, stop, true);
        if (set < stop) return set;
    }
    return end;
}

static void search_in(const struct row *row, uint64_t from, uint64_t end, uint8_t more, uint8_t gap)
{
    const struct np_steps r = {from, from + 1 + more, 2u + more + gap};
    fuzz_tell("searches ranges of %" PRIu64 " in steps of %" PRIu64 " in [%" PRIu64 ", %" PRIu64 ")\n", r.end - r.first,
              r.step, from, end);
    expect("np_stride_next_set", np_stride_next_set(row->words, r, end), next_in(row, r, end));
}

static void change(struct row *row, uint64_t start, uint64_t count, bool set)
{
    fuzz_tell("%s [%" PRIu64 ", %" PRIu64 ")\n", set ? "sets" : "clears", start, start + count);
    if (set)
        np_bits_set(row->words, start, count);
    else
        np_bits_clear(row->words, start, count);
    for (uint64_t p = start; p < start + count; p++)
        row->bits[p] = set;
    for (uint64_t p = 0; p < row->count; p++)
        if (((row->words[p / 64] >> p % 64 & 1) != 0) != row->bits[p])
            fuzz_fail("bit %" PRIu64 " of a row should be %d", p, row->bits[p]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_data d = fuzz_data_of(data, size);
    struct row row;
    uint8_t record[RECORD];
    read_row(&d, &row);
    while (fuzz_record(&d, record, sizeof record)) {
        const uint64_t from = number_at(record + 2, 2) % (row.count + 1);
        const uint64_t length = number_at(record + 4, 2) % (row.count - from + 1);
        switch (record[0] % 8) {
        case 0:
        case 1:
            change(&row, from, length, record[0] % 8 == 0);
            break;
        case 2:
            ask_word(word_of(record[1], number_at(record + 8, 8)));
            break;
        case 3:
            ask_masks(record[1] % 64);
            break;
        case 4:
            search_in(&row, from, from + length, record[6] % 128, record[7] % 128);
            break;
        case 5:
            search_in(&row, from, row.count, record[6] % 128, record[7] % 128);
            break;
        default:
            search(&row, from, from + length);
        }
    }
    free(row.words);
    return 0;
}
