/* SPDX-License-Identifier: MIT */
#include "operation.h"

#include "flaw.h"

#define PAGE NP_PAGE_SIZE
#define MAX UINT64_MAX

/* A number of a record: what kind it is, which of them, and how far off. */
struct number {
    uint8_t how;
    uint8_t which;
    uint16_t amount;
};

struct record {
    uint8_t kind;
    uint8_t node;
    uint16_t flags;
    struct number low;
    struct number high;
    struct number size;
    struct number step;
};

static struct number number_at(const uint8_t *bytes)
{
    return (struct number){bytes[0], bytes[1], (uint16_t)(bytes[2] | bytes[3] << 8)};
}

static struct record record_of(const uint8_t *bytes)
{
    return (struct record){.kind = bytes[0],
                           .node = bytes[1],
                           .flags = (uint16_t)(bytes[2] | bytes[3] << 8),
                           .low = number_at(bytes + 4),
                           .high = number_at(bytes + 8),
                           .size = number_at(bytes + 12),
                           .step = number_at(bytes + 16)};
}

/* ---- Numbers ---- */

/* Mostly nothing; otherwise a byte or a page to either side, or some bytes. */
static uint64_t nudge(uint64_t address, uint16_t amount)
{
    switch (amount % 16) {
    case 10:
        return address - 1;
    case 11:
        return address + 1;
    case 12:
        return address - PAGE;
    case 13:
        return address + PAGE;
    case 14:
        return address + amount / 16;
    case 15:
        return address - amount / 16;
    }
    return address;
}

static uint64_t power(uint8_t which)
{
    return UINT64_C(1) << which % 64;
}

/* Sixteen bits anywhere among 64; one less, if asked for. */
static uint64_t raw(struct number n)
{
    return ((uint64_t)n.amount << n.which % 64) - n.which / 64 % 2;
}

static uint64_t page_of(const struct pair *p, uint32_t which)
{
    return p->oracle.page[which % p->oracle.pages].pfn;
}

/* An address. `plain` is what the first kind means, and `first` whether a first byte is meant or a last. */
static uint64_t address_of(const struct pair *p, struct number n, uint64_t plain, bool first)
{
    const uint64_t last = first ? 0 : PAGE - 1;
    switch (n.how % 8) {
    case 1:
    case 2:
        return nudge(page_of(p, n.which) * PAGE + last, n.amount);
    case 3: {
        const struct np_range *r = &p->ranges[n.which / 2 % p->range_count];
        return nudge((n.which % 2 == 0 ? r->first : r->first + r->pages) * PAGE - (first ? 0 : 1), n.amount);
    }
    case 4:
        return nudge(power(n.which) - (first ? 0 : 1), n.amount);
    case 5:
        return MAX - n.which * PAGE - n.amount;
    case 6:
        return raw(n);
    case 7:
        return nudge(page_of(p, n.which + n.amount / 16u) * PAGE + (first ? 0 : (n.amount / 256u % 8 + 1) * PAGE - 1),
                     n.amount);
    }
    return plain;
}

static uint64_t size_of(const struct pair *p, struct number n, uint64_t step)
{
    const uint64_t some = 1 + n.which % 8u;
    switch (n.how % 8) {
    case 1:
        return (1 + (n.which + n.amount / 16u * 256u) % (p->oracle.pages + 3)) * PAGE;
    case 2:
        return some * PAGE - n.amount % PAGE;
    case 3:
        return NP_CALL_LIMIT * PAGE + (some - 4) * PAGE - n.amount % 4;
    case 4:
        return some * (step == 0 ? PAGE : step);
    case 5:
        return MAX - n.which / 8 * PAGE - n.amount;
    case 6:
        return raw(n);
    case 7:
        return n.amount;
    }
    return some * PAGE;
}

static uint64_t skip_of(const struct pair *p, struct number n)
{
    const uint64_t a = page_of(p, n.which), b = page_of(p, n.amount);
    switch (n.how % 8) {
    case 1:
        return (1 + n.which % 8u) * PAGE;
    case 2:
        return (1 + n.which) * PAGE;
    case 3:
        return PAGE << n.which % 6;
    case 4:
        return (a > b ? a - b : b - a) * PAGE;
    case 5:
        return power(n.which);
    case 6:
        return raw(n);
    case 7:
        return 0 - (1 + (uint64_t)n.which) * PAGE;
    }
    return 0;
}

/* The size of a chunk: mostly a few pages, a power of two. */
static uint64_t chunk_of(const struct pair *p, struct number n)
{
    const uint8_t how = n.how % 8;
    return 1 <= how && how <= 4 ? PAGE << n.which % 5 : skip_of(p, n);
}

/* Bytes in chunks: mostly some whole ones. */
static uint64_t chunks_of(const struct pair *p, struct number n, uint64_t chunk)
{
    const uint8_t how = n.how % 8;
    const bool whole = how == 0 || how == 1 || how == 4;
    return whole && chunk != 0 ? (1 + n.which % 8u) * chunk : size_of(p, n, chunk);
}

/* The smallest power of two that the bytes fit in, or 2^63. */
static uint64_t least_power(uint64_t bytes)
{
    uint64_t least = 1;
    while (least < bytes && least <= MAX / 2)
        least *= 2;
    return least;
}

static uint64_t boundary_of(struct number n, uint64_t bytes)
{
    switch (n.how % 8) {
    case 1:
        return least_power(bytes);
    case 2:
        return least_power(bytes) << n.which % 4;
    case 3:
        return PAGE << n.which % 6;
    case 4:
        return least_power(bytes) >> n.which % 4;
    case 5:
        return power(n.which);
    case 6:
        return raw(n);
    case 7:
        return PAGE * (1 + n.which % 16u);
    }
    return 0;
}

static uint32_t node_of(const struct pair *p, uint8_t choice)
{
    if (choice < 240) return choice % p->nodes;
    if (choice < 246) return p->nodes;
    if (choice < 252) return NP_ANY_NODE;
    return UINT32_C(1) << choice % 32;
}

/* The seven flags from the low bits; one of 32 when four high bits say so. */
static uint32_t flags_of(uint16_t choice)
{
    uint32_t flags = choice & (NP_ALL_FLAGS & ~(uint32_t)NP_AND_HOT_REMOVE);
    if ((choice & 0x600) == 0x600) flags |= NP_AND_HOT_REMOVE;
    if ((choice & 0x700) == 0x700) flags &= ~(uint32_t)NP_FULLY_REQUIRED;
    if ((choice & 0xf000) == 0xf000) flags = UINT32_C(1) << (choice & 31);
    return flags;
}

/* ---- Requests ---- */

static bool all_asked(const struct record *r)
{
    return (r->flags & 0x80) != 0;
}

static void try_pages(struct pair *p, const struct record *r)
{
    struct np_pages_request q = {.flags = flags_of(r->flags), .node = node_of(p, r->node)};
    const bool chunks = (q.flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    q.skip = chunks ? chunk_of(p, r->step) : skip_of(p, r->step);
    q.low = address_of(p, r->low, 0, true);
    q.high = address_of(p, r->high, MAX, false);
    /* short ranges from the low end on, so that what is between them is missed out */
    if (r->high.how >= 128) q.high = q.low + (1 + r->high.which % 4u) * PAGE - 1;
    /* some steps below the page that was meant */
    if (r->low.how >= 192 && q.low / PAGE >= r->low.which % 8u * (q.skip / PAGE)) {
        q.low -= r->low.which % 8u * q.skip;
        if (r->high.how >= 128) q.high -= r->low.which % 8u * q.skip;
    }
    q.total = chunks ? chunks_of(p, r->size, q.skip) : size_of(p, r->size, q.skip);
    pair_pages(p, &q, all_asked(r));
}

static void try_contiguous(struct pair *p, const struct record *r)
{
    struct np_contiguous_request q = {.node = r->node % 2 == 0 ? NP_ANY_NODE : node_of(p, r->node / 2)};
    if (r->node >= 232) q.node = node_of(p, r->node);
    q.low = address_of(p, r->low, 0, true);
    q.high = address_of(p, r->high, MAX, false);
    q.bytes = size_of(p, r->size, 0);
    q.boundary = boundary_of(r->step, q.bytes);
    pair_contiguous(p, &q, all_asked(r));
}

/* ---- Giving back ---- */

/* A page frame to free, usually a wrong one. */
static uint64_t foreign_pfn(const struct pair *p, struct number n, const uint64_t *pfns, uint64_t count)
{
    switch (n.how % 8) {
    case 0:
    case 1:
        return count == 0 ? page_of(p, n.which) : pfns[n.which % count]; /* named twice */
    case 2:
    case 3:
        return page_of(p, n.which);
    case 4:
        return page_of(p, n.which) + 1;
    case 5:
        return page_of(p, n.which) - 1;
    case 6:
        return NP_PFN_LIMIT - 1 + n.which % 3u;
    }
    return n.which % 2 == 0 ? NP_NONE : raw(n);
}

/* Every second page first, then the others backwards: few of them follow each other. */
static void shuffle(uint64_t *pfns, uint64_t count)
{
    uint64_t other[ORACLE_MAX_PAGES];
    for (uint64_t i = 0; i < count; i++)
        other[i % 2 == 0 ? i / 2 : count - 1 - i / 2] = pfns[i];
    memcpy(pfns, other, count * sizeof *pfns);
}

/* Pages in the right state, some or all of them, in order or not, at times with one that does not belong. */
static void try_list(struct pair *p, const struct record *r, bool add)
{
    uint64_t pfns[ORACLE_MAX_PAGES + 1];
    uint64_t count = 0, skipped = 0;
    pfns[0] = NP_NONE;
    const uint64_t from = r->low.how % 2 == 0 ? 0 : r->low.which;
    const uint64_t most = r->size.how % 4 == 0 ? ORACLE_MAX_PAGES : r->size.which % 16u;
    for (uint32_t k = 0; k < p->oracle.pages && count < most; k++) {
        const struct oracle_page *page = &p->oracle.page[k];
        if (page->block != NP_NONE || page->state != (add ? ORACLE_REMOVED : ORACLE_ALLOCATED)) continue;
        if (skipped++ < from) continue;
        pfns[count++] = page->pfn;
    }
    if (r->flags % 4 == 1) shuffle(pfns, count);
    if (r->step.how >= 160) {
        const uint64_t foreign = foreign_pfn(p, r->step, pfns, count);
        const uint64_t at = r->step.amount % (count + 1);
        memmove(pfns + at + 1, pfns + at, (count - at) * sizeof *pfns);
        pfns[at] = foreign;
        count++;
    }
    pair_give(p, pfns, count, add);
}

static void try_free_contiguous(struct pair *p, const struct record *r)
{
    uint64_t firsts[ORACLE_MAX_PAGES];
    uint64_t blocks = 0;
    firsts[0] = NP_NONE;
    for (uint32_t k = 0; k < p->oracle.pages; k++)
        if (p->oracle.page[k].block == p->oracle.page[k].pfn) firsts[blocks++] = p->oracle.page[k].pfn;
    const bool right = blocks > 0 && r->step.how < 192;
    pair_free_contiguous(p, right ? firsts[r->low.which % blocks] : foreign_pfn(p, r->step, firsts, blocks));
}

void fuzz_operate(struct pair *p, const uint8_t record[static FUZZ_OPERATION_SIZE])
{
    const struct record r = record_of(record);
    switch (r.kind % 16) {
    case 5:
    case 6:
    case 7:
    case 8:
        try_contiguous(p, &r);
        break;
    case 9:
    case 10:
        try_list(p, &r, r.flags % 64 == 63);
        break;
    case 11:
        try_list(p, &r, r.flags % 16 != 15);
        break;
    case 12:
    case 13:
        try_free_contiguous(p, &r);
        break;
    case 14:
        fuzz_try_check(p, record);
        break;
    case 15:
        fuzz_try_setup(p, record);
        break;
    default:
        try_pages(p, &r);
    }
}
