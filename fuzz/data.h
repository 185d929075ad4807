/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a fuzz input as choices and numbers.
 *
 * Sizes and counts, and what there is one of, are read from the end; operations, of which there are many, from the front,
 * in records of one length. So an operation can be inserted, deleted or moved without a change to what anything else in
 * the input means, and a mutation stays a small change. Past the last byte everything is 0.
 */
#ifndef FUZZ_DATA_H
#define FUZZ_DATA_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** What is left of an input: bytes[front .. back - 1]. */
struct fuzz_data {
    const uint8_t *bytes;
    size_t front;
    size_t back;
};

static inline struct fuzz_data fuzz_data_of(const uint8_t *bytes, size_t size)
{
    return (struct fuzz_data){bytes, 0, size};
}

/** The next byte from the end. */
static inline uint8_t fuzz_byte(struct fuzz_data *d)
{
    return d->back > d->front ? d->bytes[--d->back] : 0;
}

/** The next number of `size` bytes from the end, the last byte the highest; `size` at most 8. */
static inline uint64_t fuzz_number(struct fuzz_data *d, unsigned size)
{
    uint64_t number = 0;
    for (unsigned i = 0; i < size; i++)
        number = number << 8 | fuzz_byte(d);
    return number;
}

/** The next `size` bytes from the front, filled up with zeros. @return whether there was one byte at least */
static inline _Bool fuzz_record(struct fuzz_data *d, uint8_t *record, size_t size)
{
    const size_t left = d->back - d->front;
    const size_t got = left < size ? left : size;
    if (got != 0) memcpy(record, d->bytes + d->front, got);
    memset(record + got, 0, size - got);
    d->front += got;
    return got != 0;
}

#endif
