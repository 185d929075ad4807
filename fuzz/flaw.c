/* SPDX-License-Identifier: MIT */
#include "flaw.h"

#include "../src/core/index/index.h"
#include "summaries.h"
#include "target.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

#define MOST_RANGES 64u

/* ---- Set-up ---- */

/* What np_setup is asked for. */
struct request {
    struct np_range ranges[MOST_RANGES];
    const struct np_range *described;
    uint32_t count;
    uint32_t nodes;
};

static enum np_setup_error range_error(const struct request *q, uint32_t i)
{
    const struct np_range *r = &q->ranges[i];
    if (r->pages == 0) return NP_SETUP_RANGE_EMPTY;
    if ((wide)r->first + (wide)r->pages > (wide)NP_PFN_LIMIT) return NP_SETUP_RANGE_LIMIT;
    if (i > 0 && r->first < r[-1].first + r[-1].pages) return NP_SETUP_RANGE_ORDER;
    if (r->node >= q->nodes) return NP_SETUP_RANGE_NODE;
    return NP_SETUP_OK;
}

/* The first thing wrong with a description, and the range it is wrong with. */
static enum np_setup_error description_error(const struct request *q, uint32_t *where)
{
    if (q->count == 0) return NP_SETUP_NO_MEMORY;
    if (q->count > NP_MAX_RANGES) return NP_SETUP_TOO_MANY_RANGES;
    if (q->nodes == 0 || q->nodes > NP_MAX_NODES) return NP_SETUP_NODES;
    for (*where = 0; *where < q->count; ++*where) {
        const enum np_setup_error error = range_error(q, *where);
        if (error != NP_SETUP_OK) return error;
    }
    return NP_SETUP_OK;
}

/* Regions and positions, counted a range at a time: a position for each page, and one wherever pages are missing, in
 * whole blocks of 512. */
static void count_needed(const struct request *q, uint64_t *regions, uint64_t *positions)
{
    *regions = 0;
    *positions = 0;
    for (uint32_t i = 0; i < q->count; i++) {
        const struct np_range *r = &q->ranges[i];
        const bool joined = i > 0 && r[-1].first + r[-1].pages == r->first;
        if (i > 0 && !joined) *positions += 1;
        if (!joined || r[-1].node != r->node) *regions += 1;
        *positions += r->pages;
    }
    while (*positions % 512 != 0)
        *positions += 1;
}

/* A flaw in the description, or none. */
static void spoil_description(struct request *q, uint8_t kind, uint8_t which)
{
    static struct np_range many[NP_MAX_RANGES + 1];
    struct np_range *r = &q->ranges[which % q->count];
    if (kind < 128) return;
    switch (kind % 12) {
    case 1:
        q->count = 0;
        break;
    case 2:
        q->described = many;
        q->count = NP_MAX_RANGES + 1;
        break;
    case 3:
        q->nodes = 0;
        break;
    case 4:
        q->nodes = NP_MAX_NODES + 1;
        break;
    case 5:
        r->pages = 0;
        break;
    case 6:
        r->first = NP_PFN_LIMIT - r->pages + which % 3;
        break;
    case 7:
        r->pages = UINT64_MAX - which % 4;
        break;
    case 8:
        r->first = UINT64_MAX - which;
        break;
    case 9:
        r->first -= 1;
        break;
    case 10:
        r->node = q->nodes + which % 2;
        break;
    case 11:
        r->first = NP_PFN_LIMIT + which % 2;
        break;
    default:
        break;
    }
}

static void try_storage(struct pair *p, const struct request *q, const struct np_storage *needed, uint8_t kind)
{
    struct np_storage storage = *needed;
    struct np_machine m, before;
    uint32_t where = 0;
    enum np_setup_error should = NP_SETUP_OK;
    struct np_region *regions = malloc((needed->region_capacity + 1) * sizeof *regions);
    uint64_t *words = malloc((needed->word_capacity + 1) * sizeof *words);
    struct np_summary *nodes = malloc((needed->summary_capacity + 1) * sizeof *nodes);
    if (regions == NULL || words == NULL || nodes == NULL) fuzz_fail("no memory");
    storage.regions = regions;
    storage.words = words;
    storage.summaries = nodes;
    switch (kind % 11) {
    case 1:
        storage.region_capacity--;
        should = NP_SETUP_STORAGE_SMALL;
        break;
    case 2:
        storage.word_capacity--;
        should = NP_SETUP_STORAGE_SMALL;
        break;
    case 3:
        storage.regions = NULL;
        should = NP_SETUP_STORAGE_SMALL;
        break;
    case 4:
        storage.words = NULL;
        should = NP_SETUP_STORAGE_SMALL;
        break;
    case 5:
        storage.regions = (struct np_region *)((char *)regions + 1 + kind / 11 % 7);
        should = NP_SETUP_STORAGE_MISALIGNED;
        break;
    case 6:
        storage.words = (uint64_t *)((char *)words + 1 + kind / 11 % 7);
        should = NP_SETUP_STORAGE_MISALIGNED;
        break;
    case 7:
        storage.region_capacity++;
        storage.word_capacity++;
        storage.summary_capacity++;
        break;
    case 8:
        storage.summary_capacity--;
        should = NP_SETUP_STORAGE_SMALL;
        break;
    case 9:
        storage.summaries = NULL;
        should = NP_SETUP_STORAGE_SMALL;
        break;
    case 10:
        storage.summaries = (struct np_summary *)((char *)nodes + 1 + kind / 11 % 3);
        should = NP_SETUP_STORAGE_MISALIGNED;
        break;
    default:
        break;
    }
    memset(&m, 0xa5, sizeof m);
    before = m;
    const enum np_setup_error got = np_setup(&m, &storage, q->described, q->count, q->nodes, NULL, &where);
    if (got != should)
        pair_mismatch(p, "np_setup in flawed storage: core says %d, should be %d", (int)got, (int)should);
    if (got != NP_SETUP_OK && memcmp(&m, &before, sizeof m) != 0) pair_mismatch(p, "np_setup wrote although it failed");
    const uint64_t pages = got != NP_SETUP_OK ? 0 : np_count_pages(&m).free;
    if (got == NP_SETUP_OK && pages != p->oracle.pages)
        pair_mismatch(p, "a machine of %" PRIu64 " free pages, should be %" PRIu32, pages, p->oracle.pages);
    free(regions);
    free(words);
    free(nodes);
}

void fuzz_try_setup(struct pair *p, const uint8_t *record)
{
    struct request q = {.count = p->range_count, .nodes = p->nodes};
    struct np_storage needed = {.region_capacity = 77};
    uint32_t where = 77, should_where = 0;
    p->operation = (struct pair_operation){.kind = PAIR_SETUP};
    memcpy(q.ranges, p->ranges, p->range_count * sizeof *p->ranges);
    q.described = q.ranges;
    spoil_description(&q, record[1], record[2]);
    if (q.described == q.ranges && q.count != 0) spoil_description(&q, record[3], record[4]);

    const enum np_setup_error should = description_error(&q, &should_where);
    const enum np_setup_error got = np_storage_needed(q.described, q.count, q.nodes, &needed, &where);
    if (p->story != NULL) fprintf(p->story, "set-up, flawed: core says %d, should be %d\n", (int)got, (int)should);
    if (got != should)
        pair_mismatch(p, "np_storage_needed: core says %d at %" PRIu32 ", should be %d at %" PRIu32, (int)got, where,
                      (int)should, should_where);
    if (should == NP_SETUP_OK) {
        uint64_t regions, positions;
        count_needed(&q, &regions, &positions);
        if (needed.region_capacity != regions || needed.word_capacity != 3 * (positions / 64) ||
            needed.summary_capacity != 2 * (positions / 512))
            pair_mismatch(p,
                          "storage: core says %" PRIu64 " %" PRIu64 " %" PRIu64 ", should be %" PRIu64 " for %" PRIu64
                          " positions",
                          needed.region_capacity, needed.word_capacity, needed.summary_capacity, regions, positions);
        if (memcmp(q.ranges, p->ranges, p->range_count * sizeof *p->ranges) == 0)
            try_storage(p, &q, &needed, record[5]);
        return;
    }
    if (should >= NP_SETUP_RANGE_EMPTY && where != should_where)
        pair_mismatch(p, "the range at fault: core says %" PRIu32 ", should be %" PRIu32, where, should_where);
    if (needed.region_capacity != 77) pair_mismatch(p, "np_storage_needed wrote although it failed");
    struct np_machine m = {.regions = 77};
    const struct np_storage storage = {NULL, 0, NULL, 0, NULL, 0};
    if (np_setup(&m, &storage, q.described, q.count, q.nodes, NULL, &where) != should || m.regions != 77)
        pair_mismatch(p, "np_setup and np_storage_needed disagree");
}

/* ---- The integrity check ---- */

static bool bit(const uint64_t *words, uint64_t p)
{
    return (words[p / 64] >> p % 64 & 1) != 0;
}

static bool free_at(const struct np_machine *m, uint64_t p)
{
    return bit(m->free.words, p);
}

/* Whether region s is wrong in itself, or does not follow the one before it as it should. */
static bool faulty_region(const struct np_machine *m, uint32_t s)
{
    const struct np_region *y = &m->region[s];
    const wide end = (wide)y->first + y->pages, past = (wide)y->base + y->pages;
    if (y->first < 0 || y->base < 0 || y->pages <= 0 || y->node < 0 || (wide)y->node >= (wide)m->nodes) return true;
    if (end > (wide)NP_PFN_LIMIT || past > (wide)m->free.positions) return true;
    if (s == 0) return false;
    const struct np_region *x = &m->region[s - 1];
    const wide x_end = (wide)x->first + x->pages, x_past = (wide)x->base + x->pages;
    if (x_end > y->first || x_past > y->base) return true;
    if ((x_end == y->first) != (x_past == y->base)) return true;
    return x_end == y->first && x->node == y->node;
}

static bool sizes_faulty(const struct np_machine *m)
{
    return m->nodes == 0 || m->nodes > NP_MAX_NODES || m->regions == 0 || m->regions > NP_MAX_RANGES;
}

static bool table_faulty(const struct np_machine *m)
{
    if (sizes_faulty(m)) return true;
    for (uint32_t s = 0; s < m->regions; s++)
        if (faulty_region(m, s)) return true;
    return false;
}

static bool present(const struct np_machine *m, uint64_t p)
{
    for (uint32_t s = 0; s < m->regions; s++)
        if ((wide)m->region[s].base <= (wide)p && (wide)p < (wide)m->region[s].base + m->region[s].pages) return true;
    return false;
}

/* Whether a position has a fault, of one kind or, with NP_FAULT_NONE, of any. */
static bool position_faulty(const struct np_machine *m, uint64_t p, enum np_fault kind)
{
    const bool block = bit(m->block, p), mark = bit(m->mark, p);
    const bool headless = block && !mark && (p == 0 || !bit(m->block, p - 1));
    const bool absent = free_at(m, p) && !present(m, p);
    const bool held = free_at(m, p) && (block || mark);
    const bool broken = headless || ((block || mark) && !present(m, p));
    if (kind == NP_FAULT_FREE_ABSENT) return absent;
    if (kind == NP_FAULT_FREE_HELD) return held;
    if (kind == NP_FAULT_BLOCK) return broken;
    return absent || held || broken;
}

/* Whether a pointer or a size of the machine leads out of its storage, or to another place in it. */
static bool misplaced(const struct np_machine *m, const struct np_storage *in)
{
    const wide words = (wide)m->free.positions / 64;
    if (m->free.positions <= 0 || m->free.positions % 512 != 0 || (wide)m->free.positions > 2 * (wide)NP_PFN_LIMIT)
        return true;
    if (in->regions == NULL || in->words == NULL || in->summaries == NULL) return true;
    if (m->regions > in->region_capacity || 3 * words > (wide)in->word_capacity ||
        words > 4 * (wide)in->summary_capacity)
        return true;
    return m->region != in->regions || m->free.words != in->words || m->free.summaries != in->summaries ||
           m->block != in->words + (uint64_t)words || m->mark != in->words + 2 * (uint64_t)words;
}

static bool faulty(const struct np_machine *m)
{
    if (table_faulty(m)) return true;
    for (uint64_t p = 0; p < (uint64_t)m->free.positions; p++)
        if (position_faulty(m, p, NP_FAULT_NONE)) return true;
    return summaries_compare(&m->free).node != 0;
}

/* Whether what np_check found is there. */
static bool true_finding(const struct np_machine *m, enum np_fault fault, uint64_t where)
{
    if (fault == NP_FAULT_SUMMARY) return summaries_wrong_at(&m->free, where);
    if (fault != NP_FAULT_TABLE) return where < (uint64_t)m->free.positions && position_faulty(m, where, fault);
    if (sizes_faulty(m)) return where == 0;
    return where < m->regions && faulty_region(m, (uint32_t)where);
}

static void flip(uint64_t *words, uint64_t p)
{
    words[p / 64] ^= UINT64_C(1) << p % 64;
}

/* Adds to a field: a little, or up to an edge of its range. */
static void shift(int64_t *field, uint8_t by)
{
    static const int64_t edges[] = {INT64_MIN, INT64_MAX, -1, 0, (int64_t)NP_PFN_LIMIT, (int64_t)NP_PFN_LIMIT + 1};
    if (by < 192)
        *field = (int64_t)((uint64_t)*field + (uint64_t)(by % 8 < 4 ? by % 8 - 4 : by % 8 - 3));
    else
        *field = edges[by % (sizeof edges / sizeof edges[0])];
}

/* Changes a field of a node: a little, or to what another bitmap would make it. */
static void spoil_node(struct np_index *index, uint8_t which, uint8_t by)
{
    struct np_summary *node = &index->summaries[1 + which % (index->positions / 256 - 1)];
    int32_t *const field[] = {&node->prefix, &node->longest, &node->suffix, &node->free};
    const int32_t more = by / 4 < 32 ? by / 4 - 32 : by / 4 - 31;
    *field[by % 4] += more;
}

/* A flaw in the machine itself, a size or a pointer of it, or in the storage that it should keep to. */
static void spoil_head(struct np_machine *m, struct np_storage *in, uint8_t which, uint8_t by)
{
    static struct np_region many[NP_MAX_RANGES + 1];
    switch (by % 16) {
    case 0:
        m->free.positions ^= INT64_C(1) << which % 63;
        break;
    case 1:
        m->regions ^= UINT32_C(1) << which % 32;
        break;
    case 2:
        m->region = NULL;
        break;
    case 3:
        m->free.words = which % 2 != 0 ? m->block : m->mark;
        break;
    case 4:
        m->free.summaries++;
        break;
    case 5:
        m->block = m->mark;
        break;
    case 6:
        m->mark = m->free.words;
        break;
    case 7:
        m->free.positions = which % 2 != 0 ? 0 : -m->free.positions;
        break;
    case 8:
        in->regions = NULL;
        break;
    case 9:
        in->words = NULL;
        break;
    case 10:
        in->summaries = NULL;
        break;
    case 11:
        in->region_capacity = m->regions - UINT64_C(1);
        break;
    case 12:
        in->word_capacity = 3 * (uint64_t)m->free.positions / 64 - 1;
        break;
    case 13:
        in->summary_capacity = (uint64_t)m->free.positions / 256 - 1;
        break;
    case 14:
        in->regions = m->region = many;
        in->region_capacity = m->regions = NP_MAX_RANGES + 1;
        break;
    default: /* more storage than there must be */
        in->summary_capacity += which;
    }
}

/* One flaw. The machine must keep to its storage, and may leave it. */
static void spoil(struct np_machine *m, struct np_storage *in, uint8_t kind, uint8_t which, uint8_t by)
{
    const bool whole = m->free.positions % 512 == 0; /* blocks, so that there is a tree */
    const uint64_t p = (which + by % 4 * UINT64_C(256)) % (uint64_t)m->free.positions;
    struct np_region *s = m->regions == 0 || m->regions > NP_MAX_RANGES ? NULL : &m->region[which % m->regions];
    switch (kind % 20) {
    case 1:
    case 2:
        if (!whole) break;
        if (free_at(m, p))
            np_index_take(&m->free, p, 1);
        else
            np_index_give(&m->free, p, 1);
        break;
    case 3:
    case 4:
        flip(m->block, p);
        break;
    case 5:
    case 6:
        flip(m->mark, p);
        break;
    case 7:
        flip(m->block, p);
        flip(m->mark, p);
        break;
    case 8:
        if (s != NULL) shift(&s->first, by);
        break;
    case 9:
        if (s != NULL) shift(&s->base, by);
        break;
    case 10:
        if (s != NULL) shift(&s->pages, by);
        break;
    case 11:
        if (s != NULL)
            s->node = by < 128   ? by % 8
                      : by < 192 ? (int64_t)m->nodes
                      : by < 240 ? -1 - by
                                 : (INT64_C(1) << 32) + by % 8;
        break;
    case 12: {
        static const uint32_t nodes[] = {0, 1, NP_MAX_NODES, NP_MAX_NODES + 1};
        m->nodes = nodes[by % 4];
        break;
    }
    case 13:
        m->regions = 0;
        break;
    case 14:
        if (m->regions > 1) m->regions--;
        break;
    case 16:
    case 17:
        flip(m->free.words, p);
        break;
    case 15:
    case 18:
        if (whole) spoil_node(&m->free, which, by);
        break;
    case 19:
        spoil_head(m, in, which, by);
        break;
    default: /* up by one, with its pages */
        if (s == NULL) break;
        shift(&s->first, 4);
        shift(&s->base, 4);
    }
}

void fuzz_try_check(struct pair *p, const uint8_t *record)
{
    struct np_machine *m = &p->core;
    struct np_storage in = p->storage;
    const struct np_machine kept = *m;
    const size_t table = m->regions * sizeof *m->region;
    const uint64_t positions = (uint64_t)m->free.positions, words = (positions + 63) / 64;
    uint64_t where = 0;
    struct np_region *region = malloc(table);
    const size_t tree = positions / 256 * sizeof *m->free.summaries;
    uint64_t *held = malloc(3 * words * sizeof *held);
    struct np_summary *nodes = malloc(tree);
    if (region == NULL || held == NULL || nodes == NULL) fuzz_fail("no memory");
    memcpy(region, m->region, table);
    memcpy(held, m->block, words * sizeof *held);
    memcpy(held + words, m->mark, words * sizeof *held);
    memcpy(held + 2 * words, m->free.words, words * sizeof *held);
    memcpy(nodes, m->free.summaries, tree);

    p->operation = (struct pair_operation){.kind = PAIR_CHECK};
    for (unsigned i = 0; i < 1 + record[1] % 3u; i++)
        if (!misplaced(m, &in)) spoil(m, &in, record[2 + 3 * i], record[3 + 3 * i], record[4 + 3 * i]);
    const enum np_fault fault = np_check(m, &in, &where);
    const bool lost = misplaced(m, &in), should = lost || faulty(m);
    if (p->story != NULL)
        fprintf(p->story, "check of a flawed machine: core finds %d at %" PRIu64 "; %s\n", (int)fault, where,
                should ? "there is a fault" : "there is none");
    if ((fault != NP_FAULT_NONE) != should)
        pair_mismatch(p, "np_check: core finds %d, but there is %s", (int)fault, should ? "a fault" : "none");
    if (lost != (fault == NP_FAULT_STORAGE))
        pair_mismatch(p, "np_check: core finds %d, but the machine %s its storage", (int)fault,
                      lost ? "leaves" : "keeps to");
    if (should && !lost && !true_finding(m, fault, where))
        pair_mismatch(p, "np_check: core finds %d at %" PRIu64 ", which is not there", (int)fault, where);

    *m = kept;
    memcpy(m->free.words, held + 2 * words, words * sizeof *held);
    memcpy(m->free.summaries, nodes, tree);
    memcpy(m->region, region, table);
    memcpy(m->block, held, words * sizeof *held);
    memcpy(m->mark, held + words, words * sizeof *held);
    free(region);
    free(held);
    free(nodes);
}
