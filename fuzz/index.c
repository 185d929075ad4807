/*
 * Target `index`: takes, gives and searches in the free-page index against a plain array of bits.
 *
 * The index comes from np_setup and is then known by the functions of index.h alone, so that what is inside of it can
 * change without this target.
 */
#include "data.h"
#include "target.h"

#include "../src/core/index.h"
#include "../src/core/machine.h"

#include <inttypes.h>
#include <stdlib.h>

#define RECORD 8u
#define MOST_POSITIONS 20000u

const size_t fuzz_record_size = RECORD;
const size_t fuzz_most_records = SIZE_MAX;

/* Positions of pages, twice. */
struct twin {
    struct np_machine m;
    struct np_storage storage;
    uint64_t positions;
    bool free[MOST_POSITIONS];
};

static uint64_t read_positions(struct fuzz_data *d)
{
    static const uint64_t limits[] = {200, 200, 640, 4200, MOST_POSITIONS};
    const uint8_t limit = fuzz_byte(d);
    return 1 + fuzz_number(d, 2) % limits[limit % (sizeof limits / sizeof limits[0])];
}

size_t fuzz_records_end(const uint8_t *data, size_t size)
{
    struct fuzz_data d = fuzz_data_of(data, size);
    read_positions(&d);
    return d.back;
}

static void start(struct twin *t, uint64_t positions)
{
    const struct np_range range = {.first = 0x100, .pages = positions, .node = 0};
    uint32_t where = 0;
    t->positions = positions;
    if (np_storage_needed(&range, 1, 1, &t->storage, &where) != NP_SETUP_OK) fuzz_fail("np_storage_needed");
    t->storage.stretches = malloc(t->storage.stretch_capacity * sizeof *t->storage.stretches);
    t->storage.words = malloc(t->storage.word_capacity * sizeof *t->storage.words);
    if (t->storage.stretches == NULL || t->storage.words == NULL) fuzz_fail("no memory");
    if (np_setup(&t->m, &t->storage, &range, 1, 1, NULL, &where) != NP_SETUP_OK) fuzz_fail("np_setup");
    memset(t->free, true, positions * sizeof *t->free);
}

static uint64_t next(const struct twin *t, uint64_t from, uint64_t end, bool free)
{
    while (from < end && t->free[from] != free)
        from++;
    return from;
}

static uint64_t lowest_run(const struct twin *t, uint64_t from, uint64_t end, uint64_t count)
{
    uint64_t length = 0;
    for (uint64_t p = from; p < end; p++) {
        length = t->free[p] ? length + 1 : 0;
        if (length == count) return p + 1 - count;
    }
    return NP_NONE;
}

static void expect(const char *what, uint64_t got, uint64_t should)
{
    fuzz_tell("  %s: core says %" PRIu64 ", should be %" PRIu64 "\n", what, got, should);
    if (got != should) fuzz_fail("%s: core says %" PRIu64 ", should be %" PRIu64, what, got, should);
}

static void search(const struct twin *t, uint64_t from, uint64_t end, uint64_t count)
{
    const struct np_index *index = &t->m.free;
    fuzz_tell("searches in [%" PRIu64 ", %" PRIu64 "), for a run of %" PRIu64 "\n", from, end, count);
    expect("np_index_next_free", np_index_next_free(index, from, end), next(t, from, end, true));
    expect("np_index_next_used", np_index_next_used(index, from, end), next(t, from, end, false));
    expect("np_index_lowest_run", np_index_lowest_run(index, from, end, count), lowest_run(t, from, end, count));
}

static void change(struct twin *t, uint64_t at, uint64_t count, bool free)
{
    fuzz_tell("%s [%" PRIu64 ", %" PRIu64 ")\n", free ? "gives" : "takes", at, at + count);
    if (free)
        np_index_give(&t->m.free, at, count);
    else
        np_index_take(&t->m.free, at, count);
    memset(t->free + at, free, count * sizeof *t->free);
}

/* Every position, by the ends of the runs. */
static void compare(const struct twin *t)
{
    const uint64_t end = t->positions;
    for (uint64_t p = 0; p < end;) {
        const uint64_t free = np_index_next_free(&t->m.free, p, end);
        if (free != next(t, p, end, true)) fuzz_fail("the free position after %" PRIu64, p);
        p = np_index_next_used(&t->m.free, free, end);
        if (p != next(t, free, end, false)) fuzz_fail("the used position after %" PRIu64, free);
    }
}

/* Where a record means: a number, the end of the index, or the edge of a word or of a group of words. */
static uint64_t place(uint64_t positions, const uint8_t *bytes)
{
    const uint64_t any = bytes[0] | (uint64_t)bytes[1] << 8;
    const uint64_t edge = any / 8 % 2 == 0 ? 64 : 4096;
    uint64_t place = any / 16;
    if (any % 8 == 1) place = positions - any / 16 % (positions + 1);
    if (any % 8 == 2) place = edge * (any / 16);
    if (any % 8 == 3) place = edge * (any / 16) + 1;
    if (any % 8 == 4) place = edge * (any / 16 + 1) - 1;
    return place % (positions + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct twin t;
    struct fuzz_data d = fuzz_data_of(data, size);
    uint8_t record[RECORD];
    start(&t, read_positions(&d));
    fuzz_tell("%" PRIu64 " positions, all free\n", t.positions);
    while (fuzz_record(&d, record, sizeof record)) {
        const uint64_t a = place(t.positions, record + 1), b = place(t.positions, record + 3);
        const uint64_t from = a < b ? a : b;
        uint64_t end = a < b ? b : a;
        if (record[0] >= 128) end = from + record[3] % 8u < t.positions ? from + record[3] % 8u : t.positions;
        const uint64_t count = 1 + (record[5] < 128 ? record[5] % 16u : record[5] | (uint64_t)record[6] << 8);
        if (record[0] % 4 == 0)
            change(&t, from, end - from, false);
        else if (record[0] % 4 == 1)
            change(&t, from, end - from, true);
        else
            search(&t, from, end, count);
    }
    compare(&t);
    free(t.storage.stretches);
    free(t.storage.words);
    return 0;
}
