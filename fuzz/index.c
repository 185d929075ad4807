/* SPDX-License-Identifier: MIT */
/*
 * Target `index`: takes, gives and searches, also of stepped ranges, in the free-page index against a plain array of bits.
 *
 * The index comes from np_setup and is then known by the functions of index.h alone; after each step every summary of its tree
 * is computed again, and at the end once more, a bit at a time.
 */
#include "data.h"
#include "summaries.h"
#include "target.h"

#include "../src/core/index/audit.h"
#include "../src/core/index/index.h"
#include "../src/core/machine/machine.h"
#include "../src/core/index/scan.h"
#include "../src/core/index/tree.h"

#include <inttypes.h>
#include <stdlib.h>

#define RECORD 8u
#define MOST_POSITIONS 33000u
#define FIRST UINT64_C(0x100) /* page frame of the first position */

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
    static const uint64_t limits[] = {200, 640, 4200, 20000, MOST_POSITIONS};
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
    const struct np_range range = {.first = FIRST, .pages = positions, .node = 0};
    uint32_t where = 0;
    t->positions = positions;
    if (np_storage_needed(&range, 1, 1, &t->storage, &where) != NP_SETUP_OK) fuzz_fail("np_storage_needed");
    t->storage.regions = malloc(t->storage.region_capacity * sizeof *t->storage.regions);
    t->storage.words = malloc(t->storage.word_capacity * sizeof *t->storage.words);
    t->storage.summaries = malloc(t->storage.summary_capacity * sizeof *t->storage.summaries);
    if (t->storage.regions == NULL || t->storage.words == NULL || t->storage.summaries == NULL) fuzz_fail("no memory");
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

static uint64_t next_in(const struct twin *t, struct np_steps r, uint64_t end)
{
    for (uint64_t start = r.first; start < end; start += r.step) {
        const uint64_t stop = r.end - r.first < end - start ? start + (r.end - r.first) : end;
        const uint64_t free = next(t, start, stop, true);
        if (free < stop) return free;
    }
    return end;
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
    const uint64_t free = next(t, from, end, true), used = next(t, from, end, false);
    const uint64_t run = lowest_run(t, from, end, count);
    expect("np_index_next_free", np_index_next_free(index, from, end), free);
    expect("np_index_next_used", np_index_next_used(index, from, end), used);
    expect("np_index_lowest_run", np_index_lowest_run(index, from, end, count), run);
    expect("np_scan_next_free", np_scan_next_free(index, from, end), free);
    expect("np_scan_next_used", np_scan_next_used(index, from, end), used);
    expect("np_scan_lowest_run", np_scan_lowest_run(index, from, end, count), run);
}

static void search_in(const struct twin *t, struct np_steps r, uint64_t end)
{
    fuzz_tell("searches ranges of %" PRIu64 " in steps of %" PRIu64 " in [%" PRIu64 ", %" PRIu64 ")\n", r.end - r.first,
              r.step, r.first, end);
    expect("np_index_next_free_in", np_index_next_free_in(&t->m.free, r, end), next_in(t, r, end));
}

/* The free positions of [from, end) as page frames, up to the room for them. */
static void list(const struct twin *t, uint64_t from, uint64_t end, uint64_t room)
{
    static uint64_t pfns[MOST_POSITIONS];
    uint64_t k = 0;
    fuzz_tell("lists at most %" PRIu64 " of [%" PRIu64 ", %" PRIu64 ")\n", room, from, end);
    const uint64_t listed = np_index_list(&t->m.free, from, end, FIRST + from, pfns, 0, room);
    for (uint64_t p = from; p < end && k < room; p++)
        if (t->free[p]) {
            if (k < listed) expect("np_index_list, a page frame", pfns[k], FIRST + p);
            k++;
        }
    expect("np_index_list", listed, k);
}

static void expect_right(struct summaries_wrong w)
{
    if (w.node != 0)
        fuzz_fail("node %" PRId64 ", of positions [%" PRId64 ", %" PRId64 "): core says start %d, longest %d, end %d, "
                  "free %d, should be %d, %d, %d, %d",
                  w.node, w.at, w.at + w.span, w.got.prefix, w.got.longest, w.got.suffix, w.got.free, w.should.prefix,
                  w.should.longest, w.should.suffix, w.should.free);
}

static void set(struct twin *t, uint64_t at, uint64_t count, bool free)
{
    if (free)
        np_index_give(&t->m.free, at, count);
    else
        np_index_take(&t->m.free, at, count);
    memset(t->free + at, free, count * sizeof *t->free);
}

static void change(struct twin *t, uint64_t at, uint64_t count, bool free)
{
    fuzz_tell("%s [%" PRIu64 ", %" PRIu64 ")\n", free ? "gives" : "takes", at, at + count);
    set(t, at, count, free);
}

/* The same by a list of page frames, forwards or backwards. */
static void change_listed(struct twin *t, struct np_steps r, uint64_t end, bool free, bool forwards)
{
    static uint64_t pfns[MOST_POSITIONS];
    struct np_listed x = {.pfns = pfns, .first = FIRST};
    fuzz_tell("%s a list of ranges of %" PRIu64 " in steps of %" PRIu64 " in [%" PRIu64 ", %" PRIu64 ")\n",
              free ? "gives" : "takes", r.end - r.first, r.step, r.first, end);
    for (uint64_t p = r.first; p < end; p++)
        if ((p - r.first) % r.step < r.end - r.first) {
            t->free[p] = free;
            pfns[x.to++] = FIRST + p;
        }
    if (x.to == 0) return;
    for (uint64_t i = 0; !forwards && i < x.to / 2; i++) {
        const uint64_t other = pfns[i];
        pfns[i] = pfns[x.to - 1 - i];
        pfns[x.to - 1 - i] = other;
    }
    if (free)
        np_index_give_listed(&t->m.free, x, r.first, end);
    else
        for (uint64_t i = 0; i < x.to; i++)
            np_index_take(&t->m.free, pfns[i] - FIRST, 1);
}

static void change_in(struct twin *t, struct np_steps r, uint64_t end, bool free)
{
    fuzz_tell("%s ranges of %" PRIu64 " in steps of %" PRIu64 " in [%" PRIu64 ", %" PRIu64 ")\n",
              free ? "gives" : "takes", r.end - r.first, r.step, r.first, end);
    for (uint64_t start = r.first; start < end; start += r.step)
        set(t, start, r.end - r.first < end - start ? r.end - r.first : end - start, free);
}

/* Runs of 1 to `longest` positions, taken and given in turn. */
static void scatter(struct twin *t, uint64_t from, uint64_t end, uint64_t longest, uint64_t seed)
{
    fuzz_tell("takes and gives runs of at most %" PRIu64 " in [%" PRIu64 ", %" PRIu64 ")\n", longest, from, end);
    uint64_t random = seed;
    bool free = false;
    for (uint64_t at = from, count; at < end; at += count, free = !free) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        count = 1 + (random >> 33) % longest;
        if (count > end - at) count = end - at;
        set(t, at, count, free);
    }
}

/* The long way: every position between the ranges is free, and in them one at most. */
static void search_far(struct twin *t, struct np_steps r, uint64_t end, uint64_t left)
{
    change(t, r.first, end - r.first, true);
    change_in(t, r, end, false);
    if (left < end) change(t, left, 1, true);
    search_in(t, r, end);
}

/* Turns [from, end) round in the bitmap itself, and has the tree brought up to date: as many are free as before, so that nodes
 * above may stay as they are. */
static void turn(struct twin *t, uint64_t from, uint64_t end)
{
    fuzz_tell("turns [%" PRIu64 ", %" PRIu64 ") round\n", from, end);
    if (from == end) return;
    for (uint64_t p = from, q = end - 1; p < q; p++, q--) {
        const bool free = t->free[p];
        t->free[p] = t->free[q];
        t->free[q] = free;
    }
    for (uint64_t p = from; p < end; p++) {
        const uint64_t bit = UINT64_C(1) << p % 64;
        t->m.free.words[p / 64] = t->free[p] ? t->m.free.words[p / 64] | bit : t->m.free.words[p / 64] & ~bit;
    }
    np_tree_refresh(&t->m.free, from, end);
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

/* Ranges with gaps between them: steps of 2 to 200 or a power of two, and ranges that grow from one position up or from the
 * whole step down. */
static struct np_steps ranges(uint64_t first, const uint8_t *bytes)
{
    const uint64_t step = bytes[0] < 199 ? 2u + bytes[0] : UINT64_C(1) << (5 + (bytes[0] - 199) % 48);
    const uint64_t more = bytes[1] / 2 % (step - 1);
    const uint64_t width = bytes[1] % 2 == 0 ? 1 + more : step - 1 - more;
    return (struct np_steps){first, first + width, step};
}

/* A node or a bit with a flaw, which np_audit_index must find where it is. */
static void audit(const struct twin *t, uint64_t at, const uint8_t *record)
{
    const struct np_index *index = &t->m.free;
    const uint64_t nodes = t->storage.summary_capacity;
    struct np_summary *node = &index->summaries[1 + (record[5] | (uint64_t)record[6] << 8) % (nodes - 1)];
    const struct np_summary kept = *node;
    int32_t *const field[] = {&node->prefix, &node->longest, &node->suffix, &node->free};
    const uint64_t bit = record[7] % 8 == 0 ? UINT64_C(1) << at % 64 : 0;
    *field[record[7] % 4] += record[7] % 8 < 4 ? 1 : -1;
    index->words[at / 64] ^= bit;
    const uint64_t where = np_audit_index(index);
    const bool wrong = summaries_compare(index).node != 0;
    fuzz_tell("a flaw in a node: np_audit_index says %" PRIu64 ", it is %s\n", where, wrong ? "wrong" : "no node");
    if ((where != NP_NONE) != wrong) fuzz_fail("np_audit_index: core says %" PRIu64, where);
    if (wrong && !summaries_wrong_at(index, where)) fuzz_fail("np_audit_index: nothing wrong at %" PRIu64, where);
    *node = kept;
    index->words[at / 64] ^= bit;
}

/* What search_far leaves free: nothing, a position anywhere, or the begin of one of the last ranges. */
static uint64_t left_over(uint64_t first, uint64_t step, uint64_t end, uint8_t choice)
{
    if (choice == 0 || first == end) return end;
    if (choice < 128) return first + (end - first) * choice / 128;
    const uint64_t last = (end - 1 - first) / step, back = choice - 128u;
    return first + (back < last ? last - back : last) * step;
}

static void operate(struct twin *t, const uint8_t *record)
{
    const uint64_t a = place(t->positions, record + 1), b = place(t->positions, record + 3);
    const uint64_t from = a < b ? a : b;
    uint64_t end = a < b ? b : a;
    if (record[0] >= 128) end = from + record[3] % 8u < t->positions ? from + record[3] % 8u : t->positions;
    const struct np_steps r = ranges(from, record + 5);
    switch (record[0] % 8) {
    case 0:
    case 1:
        if (record[7] >= 224)
            turn(t, from, end);
        else
            change(t, from, end - from, record[0] % 8 == 1);
        break;
    case 2:
        if (record[7] >= 192)
            list(t, from, end, record[6] < 192 ? end - from : (end - from) * record[5] / 256);
        else
            search(t, from, end, 1 + (record[5] < 128 ? record[5] % 16u : record[5] | (uint64_t)record[6] << 8));
        break;
    case 3:
    case 4:
        if (record[7] >= 128)
            change_listed(t, r, end, record[0] % 8 == 3, record[7] % 2 == 0);
        else
            change_in(t, r, end, record[0] % 8 == 3);
        break;
    case 5:
        scatter(t, from, end, 1 + record[5], record[6] | (uint64_t)record[7] << 8);
        break;
    case 6:
        search_far(t, r, end, left_over(from, r.step, end, record[7]));
        break;
    default:
        if (record[7] >= 192)
            audit(t, from % t->positions, record);
        else
            search_in(t, r, end);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct twin t;
    struct fuzz_data d = fuzz_data_of(data, size);
    uint8_t record[RECORD];
    start(&t, read_positions(&d));
    fuzz_tell("%" PRIu64 " positions, all free\n", t.positions);
    while (fuzz_record(&d, record, sizeof record)) {
        operate(&t, record);
        expect_right(summaries_compare(&t.m.free));
    }
    compare(&t);
    expect_right(summaries_compare_bits(&t.m.free));
    free(t.storage.regions);
    free(t.storage.words);
    free(t.storage.summaries);
    return 0;
}
