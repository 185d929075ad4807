/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include "bundled.h"

#define PLACES 5u
#define LONGEST 96u
#define MOST_PAGES UINT64_C(100)   /* of a made-up machine: what the specification looks at in good time */
#define LARGE_PAGES UINT64_C(1024) /* of one whose index is a tree of two or more leaves: some ms each */
#define FIRST_BUNDLED 249u         /* of the byte that says how many nodes */
#define MOST_NODES 255u
#define FIRST_LARGE 236u /* of the byte that says how many ranges */

/* ---- A machine of one of the bundled maps ---- */

struct bundled {
    const struct np_range *ranges;
    uint32_t count;
    uint32_t nodes;
    const uint8_t *distance;
};

static const struct bundled bundled[] = {
    {qssc_ranges, sizeof qssc_ranges / sizeof qssc_ranges[0], 4, qssc_distance},
    {epyc_ranges, sizeof epyc_ranges / sizeof epyc_ranges[0], 8, epyc_distance},
    {hip08_ranges, sizeof hip08_ranges / sizeof hip08_ranges[0], 4, hip08_distance},
};

#define BUNDLED (sizeof bundled / sizeof bundled[0])

/* Appends the pages [first, end), which lie at or above all before them, on a node. */
static void append(struct fuzz_machine *m, uint64_t first, uint64_t end, uint32_t node)
{
    struct np_range *last = m->range_count == 0 ? NULL : &m->ranges[m->range_count - 1];
    if (last != NULL && last->node == node && first < last->first + last->pages) first = last->first + last->pages;
    if (first >= end) return;
    m->ranges[m->range_count++] = (struct np_range){first, end - first, node};
}

static uint64_t lower(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t higher(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static void read_bundled(struct fuzz_data *d, struct fuzz_machine *m, uint32_t which)
{
    const struct bundled *map = &bundled[which];
    const uint8_t edges = fuzz_byte(d);
    const uint64_t about = UINT64_C(1) << fuzz_byte(d) % 40; /* a page frame */
    const uint8_t near = fuzz_byte(d);
    const uint64_t edge = edges < 248 ? 1 + edges % 2u : 3 * (edges - 247u); /* pages kept at each end of each range, */
    const uint64_t around = near < 240 ? near % 6u : 9 + 10 * (near - 240u); /* and to either side of the page frame */
    m->nodes = map->nodes;
    m->range_count = 0;
    m->has_distance = true;
    memcpy(m->distance, map->distance, (size_t)map->nodes * map->nodes);
    for (uint32_t r = 0; r < map->count; r++) {
        const uint64_t first = map->ranges[r].first, end = first + map->ranges[r].pages;
        const uint64_t from = higher(first, about - lower(about, around)), to = lower(end, about + around);
        append(m, first, lower(end, first + edge), map->ranges[r].node);
        if (from < to) append(m, from, to, map->ranges[r].node);
        append(m, higher(first, end - lower(end, edge)), end, map->ranges[r].node);
    }
}

/* ---- A made-up machine ---- */

static uint8_t mix(uint32_t seed, uint32_t i)
{
    const uint32_t x = (seed * UINT32_C(0x9e3779b1) + i + 1) * UINT32_C(0x85ebca6b);
    return (uint8_t)((x ^ x >> 15) * UINT32_C(0xc2b2ae35) >> 24);
}

/* No matrix, one with few different values, one with many, one whose diagonal is not the least (N5). */
static void read_distances(struct fuzz_data *d, struct fuzz_machine *m)
{
    const uint8_t kind = fuzz_byte(d) % 4;
    const uint8_t seed = fuzz_byte(d);
    m->has_distance = kind != 0;
    if (kind == 0) return;
    for (uint32_t i = 0; i < m->nodes * m->nodes; i++) {
        const uint8_t chance = mix(seed, i);
        const bool own = i % (m->nodes + 1) == 0;
        m->distance[i] = kind == 3 ? chance % 4 : own ? 10 : (uint8_t)(11 + chance % (kind == 1 ? 3 : 240));
    }
}

/* The pages of the hole before a range. In some cases the hole is very large. */
static uint64_t gap(uint8_t choice, uint64_t at)
{
    static const uint64_t places[PLACES] = {0x10, 0xff0, 0xffff0, 0xffffff0, UINT64_C(0x3fffffffc0)};
    if (choice < 96) return 0;
    if (choice < 224) return 1 + choice % 8;
    for (uint32_t p = 0; p < PLACES; p++)
        if (at < places[p]) return places[p] + choice % 16 - at;
    return 1;
}

static uint64_t length(uint8_t choice)
{
    if (choice < 208) return 1 + choice % 8;
    if (choice < 248) return 1 + choice % 40;
    return LONGEST - 8 * (uint64_t)(255 - choice);
}

/* As many as make the pages so far a multiple of 512, or some hundred. */
static uint64_t long_range(uint8_t choice, uint64_t left)
{
    return choice < 64 ? 1 + (left - 1) % 512 : 64 + 3 * (uint64_t)choice;
}

/* Moves all ranges up, so that the last ends `below` pages below the last page frame that can be. */
static void move_to_top(struct fuzz_machine *m, uint64_t below)
{
    const struct np_range *last = &m->ranges[m->range_count - 1];
    const uint64_t up = NP_PFN_LIMIT - below - (last->first + last->pages);
    for (uint32_t r = 0; r < m->range_count; r++)
        m->ranges[r].first += up;
}

static uint64_t start(uint8_t choice)
{
    const uint64_t rest = choice >> 3;
    switch (choice % 8) {
    case 1:
        return rest;
    case 2:
        return UINT64_C(0x1000) - rest; /* 16 MiB */
    case 3:
        return UINT64_C(0x100000) - rest; /* 4 GiB */
    case 4:
        return UINT64_C(1) << (7 + rest);
    case 5:
        return rest * 0x800;
    }
    return 0;
}

static void read_made_up(struct fuzz_data *d, struct fuzz_machine *m)
{
    const uint8_t ranges = fuzz_byte(d);
    const uint8_t place = fuzz_byte(d);
    const bool large = ranges >= FIRST_LARGE;
    uint64_t at = start(place);
    uint64_t left = large ? LARGE_PAGES : MOST_PAGES;
    m->range_count = 0;
    for (uint32_t r = 0; r < 1 + (uint32_t)ranges % (ranges < 244 ? 5 : 20) && left > 0; r++) {
        if (r > 0) at += gap(fuzz_byte(d), at);
        const uint64_t pages = lower(left, large ? long_range(fuzz_byte(d), left) : length(fuzz_byte(d)));
        m->ranges[m->range_count++] = (struct np_range){at, pages, fuzz_byte(d) % m->nodes};
        at += pages;
        left -= pages;
    }
    if (place % 8 >= 6) move_to_top(m, (place >> 3) % 4);
}

void fuzz_read_machine(struct fuzz_data *d, struct fuzz_machine *m)
{
    const uint8_t nodes = fuzz_byte(d);
    if (nodes >= FIRST_BUNDLED && nodes < FIRST_BUNDLED + BUNDLED) {
        read_bundled(d, m, nodes - FIRST_BUNDLED);
    } else {
        m->nodes = nodes == MOST_NODES ? NP_MAX_NODES : 1 + nodes % (nodes < 224 ? 5u : 16u);
        read_distances(d, m);
        read_made_up(d, m);
    }
    m->states = fuzz_byte(d) % FUZZ_MAX_STATES;
    for (uint32_t i = 0; i < m->states; i++)
        m->state[i] = fuzz_byte(d);
}

/* ---- Both sides ---- */

/* Pages k .. end - 1 of the machine, which follow each other, get a state on both sides. */
static void set_state(struct pair *p, uint32_t k, uint32_t end, uint32_t state)
{
    const uint64_t block = state == 3 ? p->oracle.page[k].pfn : NP_NONE;
    const uint64_t position = np_position_of(&p->core, p->oracle.page[k].pfn);
    if (state == 3)
        np_take_block(&p->core, position, end - k);
    else
        np_take_row(&p->core, position, end - k, state == 2);
    for (; k < end; k++) {
        p->oracle.page[k].state = state == 2 ? ORACLE_REMOVED : ORACLE_ALLOCATED;
        p->oracle.page[k].block = block;
    }
}

void fuzz_make_machine(struct pair *p, const struct fuzz_machine *m)
{
    uint32_t k = 0;
    pair_setup(p, m->ranges, m->range_count, m->nodes, m->has_distance ? m->distance : NULL);
    for (uint32_t i = 0; i < m->states && k < p->oracle.pages; i++) {
        uint32_t end = k + 1;
        const uint32_t most = k + 1 + m->state[i] % 64 % 24;
        while (end < p->oracle.pages && end < most && p->oracle.page[end - 1].pfn + 1 == p->oracle.page[end].pfn)
            end++;
        if (m->state[i] / 64 != 0) set_state(p, k, end, m->state[i] / 64);
        k = end;
    }
}
