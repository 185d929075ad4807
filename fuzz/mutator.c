/* SPDX-License-Identifier: MIT */
/*
 * Mutations of whole operations, for both engines: libFuzzer calls LLVMFuzzerCustomMutator, and AFL++ afl_custom_fuzz in
 * a shared object of the same source.
 *
 * An input is records, one an operation, and after them, read from the end, what there is one of: the machine. Here
 * operations are inserted, deleted, swapped, copied and taken over from other inputs, and their numbers are nudged: to a
 * page, the edge of a node, a power of two, an edge of 64 bits, or a little to either side of what they were.
 */
#include "target.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define GROUP 4u /* bytes of a number in a record: its kind, which, and how far off */

/* libFuzzer's own mutations. Elsewhere there are none. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *other, size_t other_size,
                                 uint8_t *out, size_t max_size, unsigned seed);
void *afl_custom_init(void *afl, unsigned seed);
size_t afl_custom_fuzz(void *data, uint8_t *input, size_t size, uint8_t **out, uint8_t *other, size_t other_size,
                       size_t max_size);
void afl_custom_deinit(void *data);

/* An input under mutation. */
struct draft {
    uint8_t *bytes;
    size_t size;
    size_t max_size;
    size_t end; /* of the records */
    uint64_t random;
};

static uint32_t chance(struct draft *d, uint32_t below)
{
    d->random = d->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(d->random >> 33) % below;
}

static uint8_t any_byte(struct draft *d)
{
    return (uint8_t)chance(d, 256);
}

/* Records, counting one that is not whole. */
static size_t records(const struct draft *d)
{
    return (d->end + fuzz_record_size - 1) / fuzz_record_size;
}

/* Makes room for a record before record i. Where there is not enough, nothing happens. */
static uint8_t *make_room(struct draft *d, size_t i)
{
    const size_t at = i * fuzz_record_size;
    if (d->size + fuzz_record_size > d->max_size || at > d->end || records(d) >= fuzz_most_records) return NULL;
    memmove(d->bytes + at + fuzz_record_size, d->bytes + at, d->size - at);
    d->size += fuzz_record_size;
    d->end += fuzz_record_size;
    return d->bytes + at;
}

static void insert(struct draft *d)
{
    uint8_t *record = make_room(d, chance(d, (uint32_t)(d->end / fuzz_record_size) + 1));
    for (size_t i = 0; record != NULL && i < fuzz_record_size; i++)
        record[i] = any_byte(d);
}

static void delete_one(struct draft *d)
{
    if (d->end < fuzz_record_size) return;
    const size_t at = chance(d, (uint32_t)(d->end / fuzz_record_size)) * fuzz_record_size;
    memmove(d->bytes + at, d->bytes + at + fuzz_record_size, d->size - at - fuzz_record_size);
    d->size -= fuzz_record_size;
    d->end -= fuzz_record_size;
}

/* A whole record, or NULL when there is none. */
static uint8_t *some_record(struct draft *d)
{
    if (d->end < fuzz_record_size) return NULL;
    return d->bytes + chance(d, (uint32_t)(d->end / fuzz_record_size)) * fuzz_record_size;
}

static void swap(struct draft *d)
{
    uint8_t *one = some_record(d), *other = some_record(d);
    for (size_t i = 0; one != NULL && i < fuzz_record_size; i++) {
        const uint8_t byte = one[i];
        one[i] = other[i];
        other[i] = byte;
    }
}

static void copy(struct draft *d, const uint8_t *from, size_t from_size)
{
    if (from_size < fuzz_record_size) return;
    uint8_t record[64];
    memcpy(record, from + chance(d, (uint32_t)(from_size / fuzz_record_size)) * fuzz_record_size, fuzz_record_size);
    uint8_t *to = make_room(d, chance(d, (uint32_t)(d->end / fuzz_record_size) + 1));
    if (to != NULL) memcpy(to, record, fuzz_record_size);
}

/* One number of an operation becomes another: of another kind, another one of its kind, or a little off. */
static void nudge(struct draft *d)
{
    uint8_t *record = some_record(d);
    if (record == NULL) return;
    uint8_t *number = record + GROUP * chance(d, (uint32_t)(fuzz_record_size / GROUP));
    switch (chance(d, 5)) {
    case 0:
        number[0] = any_byte(d);
        break;
    case 1:
        number[1] = any_byte(d);
        break;
    case 2:
        number[1] = (uint8_t)(number[1] + (chance(d, 2) == 0 ? 1 : 255));
        break;
    case 3:
        number[2] = any_byte(d);
        number[3] = chance(d, 2) == 0 ? 0 : any_byte(d);
        break;
    default:
        for (size_t i = 0; i < GROUP; i++)
            number[i] = any_byte(d);
    }
}

/* What there is one of: a byte becomes another, or one more or one less; or all behind it moves. */
static void change_machine(struct draft *d)
{
    const size_t tail = d->size - d->end;
    const size_t at = d->end + (tail == 0 ? 0 : chance(d, (uint32_t)tail));
    switch (chance(d, 4)) {
    case 0:
        if (d->size == d->max_size) return;
        memmove(d->bytes + at + 1, d->bytes + at, d->size - at);
        d->size++;
        d->bytes[at] = any_byte(d);
        break;
    case 1:
        if (tail == 0) return;
        d->bytes[at] = (uint8_t)(d->bytes[at] + (chance(d, 2) == 0 ? 1 : 255));
        break;
    default:
        if (tail != 0) d->bytes[at] = any_byte(d);
    }
    d->end = fuzz_records_end(d->bytes, d->size);
}

/* From an input of a few bytes on there is something to begin with. */
static void begin(struct draft *d)
{
    const size_t wanted = fuzz_record_size + 16;
    while (d->size < wanted && d->size < d->max_size)
        d->bytes[d->size++] = any_byte(d);
    d->end = fuzz_records_end(d->bytes, d->size);
}

static size_t mutate(struct draft *d, const uint8_t *other, size_t other_size)
{
    d->end = fuzz_records_end(d->bytes, d->size);
    if (d->size < fuzz_record_size) begin(d);
    for (uint32_t left = 1 + chance(d, 4); left > 0; left--) {
        switch (chance(d, 12)) {
        case 0:
            insert(d);
            break;
        case 1:
            if (records(d) > 1) delete_one(d);
            break;
        case 2:
            swap(d);
            break;
        case 3:
            copy(d, d->bytes, d->end);
            break;
        case 4:
            copy(d, other, other_size);
            break;
        case 5:
        case 6:
        case 7:
            change_machine(d);
            break;
        default:
            nudge(d);
        }
    }
    return d->size;
}

static uint64_t seeded(unsigned seed)
{
    return (seed + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);
}

/* ---- libFuzzer ---- */

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    struct draft d = {.bytes = data, .size = size, .max_size = max_size, .random = seeded(seed)};
    if (LLVMFuzzerMutate != NULL && chance(&d, 5) == 0) return LLVMFuzzerMutate(data, size, max_size);
    return mutate(&d, NULL, 0);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *other, size_t other_size,
                                 uint8_t *out, size_t max_size, unsigned seed)
{
    struct draft d = {.bytes = out, .max_size = max_size, .random = seeded(seed)};
    if (one_size > max_size) return 0;
    memcpy(out, one, one_size);
    d.size = one_size;
    d.end = fuzz_records_end(out, one_size);
    for (uint32_t left = 1 + chance(&d, 4); left > 0; left--)
        copy(&d, other, fuzz_records_end(other, other_size));
    return d.size;
}

/* ---- AFL++ ---- */

struct afl {
    uint64_t random;
    size_t capacity;
    uint8_t *bytes;
};

void *afl_custom_init(void *afl, unsigned seed)
{
    struct afl *state = calloc(1, sizeof *state);
    (void)afl;
    if (state != NULL) state->random = seeded(seed);
    return state;
}

size_t afl_custom_fuzz(void *data, uint8_t *input, size_t size, uint8_t **out, uint8_t *other, size_t other_size,
                       size_t max_size)
{
    struct afl *state = data;
    if (state->capacity < max_size) {
        uint8_t *larger = realloc(state->bytes, max_size);
        if (larger == NULL) return 0;
        state->bytes = larger;
        state->capacity = max_size;
    }
    struct draft d = {.bytes = state->bytes, .size = size, .max_size = max_size, .random = state->random};
    memcpy(state->bytes, input, size);
    const size_t end = other == NULL ? 0 : fuzz_records_end(other, other_size);
    size = mutate(&d, other, end);
    state->random = d.random;
    *out = state->bytes;
    return size;
}

void afl_custom_deinit(void *data)
{
    struct afl *state = data;
    free(state->bytes);
    free(state);
}
