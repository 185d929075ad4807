/* SPDX-License-Identifier: MIT */
/* R5: the search for free pages in stepped ranges, against loops over single pages. */
#include "unit.h"

#include "../../src/core/index/index.h"
#include "../../src/core/select/runs.h"
#include "../../src/core/ranges/stride.h"

#include <string.h>

#define BITS 16384u

static uint64_t random_state = 1;

static uint64_t random_below(uint64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 11) % limit;
}

static bool bit(const uint64_t *words, uint64_t p)
{
    return (words[p / 64] >> (p % 64) & 1) != 0;
}

static void clear(uint64_t *words, uint64_t p)
{
    words[p / 64] &= ~(UINT64_C(1) << p % 64);
}

static bool in_ranges(struct np_steps r, uint64_t f)
{
    if (f < r.first) return false;
    return f < r.end || (r.step != 0 && (r.end - r.first >= r.step || (f - r.first) % r.step < r.end - r.first));
}

/* ---- Bits ---- */

/* Few bits, many, all or none; and with few exceptions none in the ranges. */
static void fill(uint64_t *words, struct np_steps r)
{
    const uint64_t set = random_below(5), left = random_below(3);
    const bool gaps_alone = random_below(2) == 0;
    for (uint64_t i = 0; i < BITS / 64; i++)
        words[i] = UINT64_MAX;
    for (uint64_t p = 0; p < BITS; p++)
        if ((set < 4 && random_below(4) >= set) || (gaps_alone && in_ranges(r, p))) clear(words, p);
    for (uint64_t i = 0; i < left; i++) {
        const uint64_t p = random_below(BITS);
        words[p / 64] |= UINT64_C(1) << p % 64;
    }
}

static uint64_t next_set_bit_by_bit(const uint64_t *words, struct np_steps r, uint64_t end)
{
    uint64_t p = r.first;
    while (p < end && !(bit(words, p) && in_ranges(r, p)))
        p++;
    return p;
}

static void check_bits(struct np_steps r, uint64_t end)
{
    /* No word but those that hold [r.first, end) is there to be read. */
    const uint64_t from = r.first / 64, count = end == r.first ? 0 : (end - 1) / 64 - from + 1;
    uint64_t words[BITS / 64];
    fill(words, r);
    uint64_t *exact = malloc(count == 0 ? 1 : count * sizeof *exact);
    assert_non_null(exact);
    memcpy(exact, words + from, count * sizeof *exact);
    const struct np_steps moved = {r.first - from * 64, r.end - from * 64, r.step};
    assert_int_equal(np_stride_next_set(exact, moved, end - from * 64) + from * 64, next_set_bit_by_bit(words, r, end));
    free(exact);
}

static void the_next_set_bit_of_stepped_ranges(void **state)
{
    (void)state;
    for (uint64_t step = 2; step <= 200; step++)
        for (unsigned i = 0; i < 40; i++) {
            const uint64_t width = i == 0 ? step - 1 : i < 10 ? 1 : 1 + random_below(step - 1);
            const uint64_t first = random_below(i % 2 == 0 ? 200 : BITS), end = first + random_below(BITS - first + 1);
            check_bits((struct np_steps){first, first + width, step}, end);
        }
}

static void steps_beyond_the_last_bit(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        const uint64_t first = random_below(BITS), end = first + random_below(BITS - first + 1);
        const uint64_t width = 1 + random_below(2 * BITS);
        check_bits((struct np_steps){first, first + width, UINT64_C(1) << 52}, end);
    }
}

/* ---- Runs of pages ---- */

static bool eligible(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t p)
{
    for (uint32_t s = 0; s < m->regions; s++) {
        const struct np_region *region = &m->region[s];
        const uint64_t base = (uint64_t)region->base;
        if (p >= base && p - base < (uint64_t)region->pages)
            return (uint32_t)region->node == node && bit(m->free.words, p) &&
                   in_ranges(r, (uint64_t)region->first + (p - base));
    }
    return false;
}

static uint64_t run_at(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t start, uint64_t limit)
{
    uint64_t length = 0;
    while (length < limit && eligible(m, node, r, start + length))
        length++;
    return length;
}

/* Every run from the first position on, in turn. */
static void check_runs(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t count, uint64_t limit)
{
    const uint64_t positions = (uint64_t)m->free.positions;
    uint64_t from = 0;
    while (from <= positions) {
        const struct np_run run = np_run_next(m, node, r, 0, from, count, limit);
        uint64_t start = from;
        while (start < positions && run_at(m, node, r, start, count) < count)
            start++;
        if (start >= positions) {
            assert_int_equal(run.length, 0);
            return;
        }
        assert_int_equal(run.start, start);
        assert_int_equal(run.length, run_at(m, node, r, start, limit));
        from = run.start + 1 + random_below(run.length);
    }
}

/* Three regions on two nodes that begin anywhere, with gaps between them or none, one of them long; pages used as in `fill`. */
static void check_machine(struct np_steps r)
{
    struct np_range ranges[3];
    struct unit u;
    uint64_t first = random_below(200);
    for (uint32_t i = 0; i < 3; i++) {
        ranges[i] = (struct np_range){first, 1 + random_below(i == 1 ? 12000 : 800), i % 2};
        first += ranges[i].pages + random_below(2) * random_below(100);
    }
    begin(&u, ranges, 3, 2, NULL);
    const uint64_t set = random_below(5);
    const bool gaps_alone = random_below(2) == 0;
    for (uint32_t s = 0; s < u.m.regions; s++) {
        const struct np_region *region = &u.m.region[s];
        for (uint64_t k = 0; k < (uint64_t)region->pages; k++) {
            const bool allowed = in_ranges(r, (uint64_t)region->first + k);
            if ((set < 4 && random_below(4) >= set) || (gaps_alone && allowed && random_below(50) != 0))
                np_index_take(&u.m.free, (uint64_t)region->base + k, 1);
        }
    }
    const uint64_t count = 1 + random_below(3);
    for (uint32_t node = 0; node < 2; node++)
        check_runs(&u.m, node, r, count, count + random_below(2) * random_below(100));
    end(&u);
}

static void the_next_run_in_stepped_ranges(void **state)
{
    (void)state;
    for (uint64_t step = 0; step <= 200; step++)
        for (unsigned i = 0; i < 4; i++) {
            const uint64_t first = random_below(600), width = 1 + random_below(i == 0 ? 1 : step + 10);
            check_machine((struct np_steps){first, first + width, step});
        }
}

/* Ranges of a page with every page between them free: no page, and then the last one alone. */
static void R5_every_page_between_the_ranges_is_free(void **state)
{
    static const struct np_range ranges[] = {{7, 1 << 20, 0}};
    static const uint64_t steps[] = {2, 3, 63, 64, 65, 512};
    (void)state;
    for (uint32_t i = 0; i < COUNT(steps); i++) {
        struct unit u;
        begin(&u, ranges, 1, 1, NULL);
        const struct np_pages_request q = want_in(1, 8, 8, steps[i]);
        struct np_pages_request all = q;
        all.total = PAGES(NP_CALL_LIMIT);
        const uint64_t pages = np_allocate_pages(&u.m, &all, got);
        assert_int_equal(pages, ((UINT64_C(1) << 20) - 2) / steps[i] + 1);
        uint64_t last = got[pages - 1];
        assert_int_equal(last, 8 + (pages - 1) * steps[i]);
        for (int k = 0; k < 10; k++)
            expect_failure(&u, q, NP_REASON_TOO_FEW);
        assert_int_equal(np_free_pages(&u.m, &last, 1), 1);
        expect_pages(&u, q, last);
        end(&u);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_set_bit_of_stepped_ranges),
        cmocka_unit_test(steps_beyond_the_last_bit),
        cmocka_unit_test(the_next_run_in_stepped_ranges),
        cmocka_unit_test(R5_every_page_between_the_ranges_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
