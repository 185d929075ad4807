/* SPDX-License-Identifier: MIT */
#include "summaries.h"

#include "../src/core/index/summary.h"

#define BLOCK INT64_C(512)

#ifdef NP_INDEX_SCAN
#define HAS_TREE false
#else
#define HAS_TREE true
#endif

static bool same(struct np_summary a, struct np_summary b)
{
    return a.prefix == b.prefix && a.longest == b.longest && a.suffix == b.suffix && a.free == b.free;
}

/* How many positions from p on, all in one word and before `end`, are as p is: free or not. */
static int64_t alike(uint64_t word, int64_t p, int64_t end)
{
    const uint64_t rest = word >> p % 64, other = (rest & 1) != 0 ? ~rest : rest;
    const int64_t most = 64 - p % 64 < end - p ? 64 - p % 64 : end - p;
    const int64_t run = other == 0 ? 64 : __builtin_ctzll(other);
    return run < most ? run : most;
}

/* A summary of no positions, made longer by positions that are alike. */
static struct np_summary of_bits(const struct np_index *index, int64_t from, int64_t end)
{
    struct np_summary sum = {0, 0, 0, 0};
    for (int64_t p = from, count; p < end; p += count) {
        const uint64_t word = index->words[p / 64];
        const bool free = (word >> p % 64 & 1) != 0;
        count = alike(word, p, end);
        sum.suffix = free ? sum.suffix + (int32_t)count : 0;
        sum.free += free ? (int32_t)count : 0;
        if (sum.suffix > sum.longest) sum.longest = sum.suffix;
        if (sum.suffix == p + count - from) sum.prefix = sum.suffix;
    }
    return sum;
}

static struct np_summary of_halves(struct np_summary left, struct np_summary right, int64_t half)
{
    struct np_summary sum = {left.prefix, left.longest, right.suffix, left.free + right.free};
    if (left.free == half) sum.prefix += right.prefix;
    if (right.free == half) sum.suffix += left.suffix;
    if (right.longest > sum.longest) sum.longest = right.longest;
    if (left.suffix + right.prefix > sum.longest) sum.longest = left.suffix + right.prefix;
    return sum;
}

/* What a node should say: from the bitmap if it is a leaf or `by_bits` is wanted, else from its children. */
static struct np_summary should_be(const struct np_index *index, int64_t node, int64_t span, bool by_bits)
{
    const int64_t at = node * span - index->positions;
    if (span == BLOCK || by_bits) return of_bits(index, at, at + span);
    return of_halves(index->summaries[2 * node], index->summaries[2 * node + 1], span / 2);
}

/* The first wrong node of a span, beginning with that at or after a position and ending before another. */
static struct summaries_wrong compare_span(const struct np_index *index, int64_t span, int64_t from, int64_t end,
                                           bool by_bits)
{
    const int64_t positions = index->positions;
    for (int64_t node = (positions + from + span - 1) / span; node * span < positions + end; node++) {
        if ((node + 1) * span > 2 * positions) break;
        const struct np_summary should = should_be(index, node, span, by_bits), got = index->summaries[node];
        if (!same(got, should)) return (struct summaries_wrong){node, node * span - positions, span, got, should};
    }
    return (struct summaries_wrong){0, 0, 0, {0, 0, 0, 0}, {0, 0, 0, 0}};
}

static struct summaries_wrong compare(const struct np_index *index, int64_t from, int64_t end, bool by_bits)
{
    struct summaries_wrong wrong = {0, 0, 0, {0, 0, 0, 0}, {0, 0, 0, 0}};
    for (int64_t span = BLOCK; HAS_TREE && wrong.node == 0 && span <= NP_TOP; span *= 2)
        wrong = compare_span(index, span, from, end, by_bits);
    return wrong;
}

struct summaries_wrong summaries_compare(const struct np_index *index)
{
    return compare(index, 0, index->positions, false);
}

struct summaries_wrong summaries_compare_bits(const struct np_index *index)
{
    return compare(index, 0, index->positions, true);
}

bool summaries_wrong_at(const struct np_index *index, uint64_t at)
{
    return at < (uint64_t)index->positions && compare(index, (int64_t)at, (int64_t)at + 1, false).node != 0;
}
