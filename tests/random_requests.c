/* SPDX-License-Identifier: MIT */
#include "random_requests.h"

#define PAGE UINT64_C(4096)

/* ---- Chance ---- */

static uint64_t random_state;

void random_start(uint64_t seed)
{
    random_state = seed;
}

uint64_t random_word(void)
{
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t below(uint64_t end)
{
    return random_word() % end;
}

uint64_t between(uint64_t from, uint64_t to)
{
    return from + below(to - from + 1);
}

bool chance(uint64_t percent)
{
    return below(100) < percent;
}

/* ---- Random parts of requests ---- */

uint64_t random_pfn(const struct oracle *o)
{
    return o->page[below(o->pages)].pfn;
}

/* Mostly nothing, otherwise up to a few pages to either side. */
static uint64_t jitter(uint64_t address)
{
    if (chance(65)) return address;
    if (chance(30)) return address + below(3) - 1;
    if (chance(60)) return address + below(2 * PAGE) - PAGE;
    return address + PAGE * (below(9) - 4);
}

/* Range 0 of a request: where it says little, a piece of the machine, a page or two, an edge, or anything. */
static void make_range(const struct oracle *o, uint64_t *low, uint64_t *high)
{
    uint64_t a = random_pfn(o);
    uint64_t b = chance(60) ? random_pfn(o) : a + below(12);
    uint64_t kind = below(100);
    *low = 0;
    *high = UINT64_MAX;
    if (kind < 40) return;
    if (kind < 85) {
        *low = jitter((a < b ? a : b) * PAGE);
        *high = jitter((a < b ? b : a) * PAGE + PAGE - 1);
        if (*high < *low && chance(95)) *high = *low + below(8 * PAGE);
    } else if (kind < 89) {
        *high = jitter(a * PAGE + PAGE - 1);
    } else if (kind < 93) {
        *low = jitter(a * PAGE);
    } else if (kind < 95) {
        *high = UINT64_MAX - below(3 * PAGE);
        *low = *high - below(5 * PAGE);
    } else if (kind < 97) {
        *high = below(3 * PAGE);
        *low = chance(80) ? below(*high + 1) : below(3 * PAGE);
    } else if (kind < 98) {
        *low = *high - below(*high);
        *high = *low - 1;
    } else {
        *low = random_word() >> below(64);
        *high = random_word() >> below(64);
        if (*high < *low && chance(80)) *high = UINT64_MAX - *low;
    }
}

/* SkipBytes of the pages mode, and a range 0 that fits it. */
static uint64_t make_skip(const struct oracle *o, uint64_t *low, uint64_t *high)
{
    uint64_t kind = below(100);
    if (kind < 35) return 0;
    uint64_t skip = PAGE * between(1, chance(60) ? 6 : 40);
    if (kind >= 80) {
        uint64_t a = random_pfn(o);
        uint64_t b = random_pfn(o);
        skip = PAGE * (a > b ? a - b : b - a); /* from one page to another, however far */
    }
    if (kind >= 95) skip = UINT64_C(1) << between(12, 63);
    if (kind >= 98) skip = 0 - PAGE * between(1, 1000);
    if (kind >= 99) skip = random_word() >> below(64); /* mostly invalid */
    if (chance(20)) return skip;

    /* a short range 0, near a page or some steps below one */
    uint64_t start = random_pfn(o) * PAGE;
    uint64_t steps = below(8);
    if (chance(20) && skip != 0) steps = below(start / skip + 1);
    if (skip != 0 && steps <= start / skip) start -= steps * skip;
    *low = chance(80) ? start : jitter(start);
    *high = *low + PAGE * between(1, chance(70) ? 3 : 12) - 1;
    if (chance(15)) *high = jitter(*high);
    if (*high < *low && chance(90)) *high = UINT64_MAX;
    return skip;
}

static uint64_t make_pages_wanted(const struct oracle *o)
{
    if (chance(60)) return between(1, 6);
    if (chance(75)) return between(1, 24);
    return between(1, o->pages + 3);
}

/* So many bytes that they need `pages` pages. */
static uint64_t bytes_for(uint64_t pages)
{
    return chance(70) ? pages * PAGE : pages * PAGE - below(PAGE);
}

static uint32_t make_node(const struct oracle *o, bool any)
{
    if (any) return NP_ANY_NODE;
    if (chance(99)) return (uint32_t)below(o->nodes);
    if (chance(40)) return o->nodes;
    if (chance(40)) return NP_ANY_NODE;
    return (uint32_t)random_word() >> below(32);
}

static uint32_t make_flags(void)
{
    uint32_t flags = 0;
    if (chance(15)) flags |= NP_DONT_ZERO;
    if (chance(25)) flags |= NP_FROM_LOCAL_NODE_ONLY;
    if (chance(25)) flags |= NP_FULLY_REQUIRED;
    if (chance(15)) flags |= NP_NO_WAIT;
    if (chance(35)) flags |= NP_PREFER_CONTIGUOUS;
    if (chance(35)) flags |= NP_REQUIRE_CONTIGUOUS_CHUNKS;
    if (chance(12)) flags |= NP_AND_HOT_REMOVE;
    if (chance(90) && (flags & NP_AND_HOT_REMOVE) != 0) flags &= ~NP_FULLY_REQUIRED;
    if (chance(1)) flags |= 1u << below(32);
    return flags;
}

struct np_pages_request random_pages_request(const struct oracle *o)
{
    struct np_pages_request q;
    q.flags = make_flags();
    q.node = make_node(o, false);
    make_range(o, &q.low, &q.high);
    if ((q.flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) == 0) {
        q.skip = make_skip(o, &q.low, &q.high);
        q.total = bytes_for(make_pages_wanted(o));
    } else if (chance(40)) {
        q.skip = 0;
        q.total = bytes_for(make_pages_wanted(o));
    } else {
        q.skip = PAGE << (chance(95) ? below(5) : below(60));
        q.total = q.skip * between(1, chance(70) ? 4 : 20);
        if (chance(2)) q.total = bytes_for(make_pages_wanted(o));
        if (chance(2)) q.skip = random_word() >> below(64);
        if (chance(2)) q.skip = UINT64_C(1) << below(13);
    }
    if (chance(3)) { /* about and over the limit of a call */
        q.total = (UINT64_C(1) << 32) + PAGE * (below(5) - 3) + (chance(50) ? 0 : below(PAGE));
        if (chance(20)) q.total = 0 - below(3 * PAGE);
        if ((q.flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0 && q.skip != 0 && chance(95)) q.total -= q.total % q.skip;
    }
    if (chance(1)) q.total = 0;
    return q;
}

struct np_contiguous_request random_contiguous_request(const struct oracle *o)
{
    struct np_contiguous_request q;
    make_range(o, &q.low, &q.high);
    q.node = make_node(o, chance(45));
    q.bytes = bytes_for(make_pages_wanted(o));
    q.boundary = 0;
    if (chance(60)) {
        q.boundary = 1;
        while (q.boundary < q.bytes && q.boundary <= UINT64_MAX / 2)
            q.boundary *= 2;
        if (chance(40)) q.boundary <<= below(4);
        if (chance(3)) q.boundary >>= between(1, 5);
    }
    if (chance(3)) { /* less than a page, within a boundary of less than a page */
        q.bytes = between(1, PAGE);
        q.boundary = UINT64_C(1) << below(13);
    }
    if (chance(1)) q.bytes = random_word() >> below(64);
    if (chance(1)) q.bytes = 0 - below(3 * PAGE);
    if (chance(1)) q.boundary = random_word() >> below(64);
    if (chance(1)) q.boundary = UINT64_C(1) << between(32, 63);
    return q;
}
