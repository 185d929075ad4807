/* SPDX-License-Identifier: MIT */
/*
 * Target `fit`: alignment, boundaries and stepped ranges, with addresses near 0 and 2^64, against the same asked in sums
 * that can't overflow.
 */
#include "data.h"
#include "target.h"

#include "../src/core/ranges/fit.h"
#include "../src/core/ranges/ranges.h"
#include "../src/core/request/request.h"

#include <inttypes.h>

__extension__ typedef unsigned __int128 wide;

#define RECORD 20u
#define PAGE ((wide)4096)

const size_t fuzz_record_size = RECORD;
const size_t fuzz_most_records = SIZE_MAX;

size_t fuzz_records_end(const uint8_t *data, size_t size)
{
    (void)data;
    return size;
}

/* A number from four bytes: small, about a power of two, at an edge, or sixteen bits anywhere. */
static uint64_t number_at(const uint8_t *bytes)
{
    const uint64_t which = bytes[1], amount = bytes[2] | (uint64_t)bytes[3] << 8;
    switch (bytes[0] % 8) {
    case 1:
        return UINT64_C(1) << which % 64;
    case 2:
        return (UINT64_C(1) << which % 64) + amount % 8 - 4;
    case 3:
        return (UINT64_C(1) << which % 64) + amount * 4096;
    case 4:
        return UINT64_MAX - which * 4096 - amount % 4096;
    case 5:
        return NP_PFN_LIMIT - amount % 64 - which;
    case 6:
        return amount << which % 64;
    case 7:
        return which * 4096 + amount;
    }
    return which;
}

/* from 1 to `most` */
static uint64_t up_to(uint64_t number, uint64_t most)
{
    return number % most + 1;
}

static void expect(const char *what, wide got, wide should)
{
    fuzz_tell("  %s: core says 0x%" PRIx64 ", should be 0x%" PRIx64 "\n", what, (uint64_t)got, (uint64_t)should);
    if (got != should)
        fuzz_fail("%s: core says 0x%" PRIx64 ", should be 0x%" PRIx64, what, (uint64_t)got, (uint64_t)should);
}

static void align(uint64_t pfn, uint64_t alignment)
{
    fuzz_tell("alignment of 0x%" PRIx64 " to 0x%" PRIx64 "\n", pfn, alignment);
    expect("np_fit_aligned", np_fit_aligned(pfn, alignment), ((wide)pfn + alignment - 1) / alignment * alignment);
}

static bool crosses(uint64_t start, uint64_t count, uint64_t boundary)
{
    return boundary != 0 && start / boundary != (start + count - 1) / boundary;
}

static void bound(uint64_t pfn, uint64_t count, uint64_t boundary)
{
    /* where it crosses, every start up to the next multiple does: a later start only reaches further */
    const wide should = crosses(pfn, count, boundary) ? ((wide)pfn / boundary + 1) * boundary : pfn;
    fuzz_tell("0x%" PRIx64 " pages from 0x%" PRIx64 " within 0x%" PRIx64 "\n", count, pfn, boundary);
    expect("np_fit_boundary", np_fit_boundary(pfn, count, boundary), should);
}

static void whole(uint64_t bytes)
{
    fuzz_tell("pages for 0x%" PRIx64 " bytes\n", bytes);
    expect("np_whole_pages", np_whole_pages(bytes), ((wide)bytes + PAGE - 1) / PAGE);
}

/* Range i of these is the bytes [low + i * skip, high + i * skip]. */
static void step(uint64_t low, uint64_t high, uint64_t skip, uint64_t pfn)
{
    const struct np_steps r = np_steps_of(low, high, skip);
    const wide first = ((wide)low + PAGE - 1) / PAGE, end = ((wide)high + 1) / PAGE, by = skip / PAGE;
    fuzz_tell("ranges 0x%" PRIx64 "-0x%" PRIx64 " by 0x%" PRIx64 ", page 0x%" PRIx64 "\n", low, high, skip, pfn);
    expect("np_steps_of: first", r.first, first);
    expect("np_steps_of: end", r.end, end);
    expect("np_steps_of: step", r.step, by);

    /* the first range that ends above the page: the page itself, or where that range starts */
    wide range = 0;
    if (pfn >= end && by != 0) range = (pfn - end) / by + 1;
    const bool none = first >= end || (by == 0 && pfn >= end);
    const wide start = first + range * by;
    const wide next = none ? NP_NONE : start > pfn ? start : pfn;
    expect("np_steps_next", np_steps_next(r, pfn), next);
    if (none || next != pfn || pfn >= NP_PFN_LIMIT) return;
    const bool endless = by != 0 && by <= end - first;
    expect("np_steps_end", np_steps_end(r, pfn), endless ? NP_NONE : end + range * by);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_data d = fuzz_data_of(data, size);
    uint8_t record[RECORD];
    while (fuzz_record(&d, record, sizeof record)) {
        const uint64_t a = number_at(record + 4), b = number_at(record + 8), c = number_at(record + 12);
        const uint64_t pfn = number_at(record + 16) % (NP_PFN_LIMIT + 1);
        const uint64_t most = UINT64_C(1) << 52;
        switch (record[0] % 8) {
        case 0:
            align(pfn, up_to(a - 1, most));
            break;
        case 1: {
            const uint64_t boundary = record[1] < 32 ? 0 : up_to(a - 1, most);
            bound(pfn, up_to(record[2] < 128 ? b : boundary - b, boundary == 0 ? most : boundary), boundary);
            break;
        }
        case 2:
            whole(a);
            break;
        case 3: /* a page of a range, for sure */
            step(a, b, c / 4096 * 4096, (a / 4096 + record[1] % 4u + record[2] % 4u * (c / 4096)) % NP_PFN_LIMIT);
            break;
        case 4: /* short ranges */
            step(a, a + record[3] * 4096u + 4095, c / 4096 * 4096, pfn);
            break;
        default:
            step(a, b, c / 4096 * 4096, pfn);
        }
    }
    return 0;
}
