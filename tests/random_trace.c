/* SPDX-License-Identifier: MIT */
/*
 * Writes a random trace for a machine, and the answers that the executable specification expects of `replay --json`.
 *
 *     random_trace SEED OPERATIONS TRACE EXPECTED MAP...
 *
 * The specification holds far fewer pages than a real machine has. So it gets some windows of the machine alone, and
 * the first lines of the trace hold every page outside of them: a held page is never free, and nothing else about it
 * matters to what a request takes. It matters to one reason: see the_reason_on_the_map.
 */
#include "../src/host/map_file.h"
#include "random_requests.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE NP_PAGE_SIZE
#define MAX_WINDOWS 64u
#define WINDOW_PAGES 900u /* in all */
#define NAMES 80u
#define NAME_SIZE 16u
#define TOKENS 7u
#define TOKEN_SIZE 160u
#define NODE_PAST_32_BITS                                                                                              \
    UINT32_C(0x7fffffff) /* what the specification gets for one: no machine has this node either */

__extension__ typedef unsigned __int128 wide;

static void give_up(const char *what)
{
    fprintf(stderr, "random_trace: %s\n", what);
    exit(2);
}

/* ---- Windows ---- */

/* Page frames [first, end), not all of them present. */
struct window {
    uint64_t first;
    uint64_t end;
};

static struct np_layout layout;
static struct window windows[MAX_WINDOWS]; /* ascending; there is a gap between any two */
static uint32_t window_count;
static uint64_t window_pages;

/* The pages of the map in [first, end). */
static uint64_t present_pages(uint64_t first, uint64_t end)
{
    uint64_t pages = 0;
    for (uint32_t r = 0; r < layout.count; r++) {
        const struct np_range *range = &layout.ranges[r];
        uint64_t from = first > range->first ? first : range->first;
        uint64_t to = end < range->first + range->pages ? end : range->first + range->pages;
        if (from < to) pages += to - from;
    }
    return pages;
}

/* Adds a window about a page frame, if there is memory there and room for it. */
static void add_window(uint64_t pfn)
{
    uint64_t pages = chance(60) ? between(1, 16) : chance(75) ? between(16, 64) : between(64, 160);
    uint64_t before = chance(20) ? 0 : below(pages + 1);
    uint64_t first = pfn > before ? pfn - before : 0;
    if (window_count == MAX_WINDOWS || window_pages + pages > WINDOW_PAGES) return;
    if (present_pages(first, first + pages) == 0) return;
    windows[window_count++] = (struct window){first, first + pages};
    window_pages += pages;
}

static int compare_windows(const void *left, const void *right)
{
    const struct window *a = left;
    const struct window *b = right;
    return a->first < b->first ? -1 : a->first > b->first;
}

/* Makes one of those that overlap or touch. */
static void join_windows(void)
{
    uint32_t kept = 0;
    qsort(windows, window_count, sizeof *windows, compare_windows);
    for (uint32_t w = 1; w < window_count; w++) {
        if (windows[w].first > windows[kept].end)
            windows[++kept] = windows[w];
        else if (windows[w].end > windows[kept].end)
            windows[kept].end = windows[w].end;
    }
    window_count = kept + 1;
}

/* About the powers of two that requests name, the ends of the ranges, where nodes meet, and at random places. */
static void choose_windows(void)
{
    static const unsigned bits[] = {24, 32, 20, 28, 30, 31, 33, 36};
    for (size_t b = 0; b < sizeof bits / sizeof bits[0]; b++)
        if (chance(b < 2 ? 90 : 40)) add_window(UINT64_C(1) << (bits[b] - 12));
    for (uint32_t r = 0; r < layout.count; r++) {
        if (chance(70)) add_window(layout.ranges[r].first);
        if (chance(70)) add_window(layout.ranges[r].first + layout.ranges[r].pages);
    }
    for (uint32_t i = 0; i < 200; i++) {
        const struct np_range *range = &layout.ranges[below(layout.count)];
        add_window(range->first + below(range->pages));
    }
    join_windows();
}

/* ---- The specification's machine ---- */

static struct oracle oracle;
static bool held[ORACLE_MAX_PAGES]; /* by nobody: the pages of the oracle, in its order */

static void set_oracle_up(void)
{
    static struct np_range ranges[ORACLE_MAX_PAGES];
    uint32_t count = 0;
    for (uint32_t w = 0; w < window_count; w++)
        for (uint32_t r = 0; r < layout.count; r++) {
            const struct np_range *range = &layout.ranges[r];
            uint64_t first = windows[w].first > range->first ? windows[w].first : range->first;
            uint64_t end = range->first + range->pages;
            if (windows[w].end < end) end = windows[w].end;
            if (first < end) ranges[count++] = (struct np_range){first, end - first, range->node};
        }
    if (!oracle_setup(&oracle, ranges, count, layout.nodes, layout.has_distances ? layout.distances : NULL))
        give_up("more pages than the specification holds");
}

/* ---- What is written ---- */

static FILE *trace;
static FILE *expected;
static uint64_t line = 1; /* of the trace, the next to be written */

struct answer {
    const char *operation;
    const char *name; /* or NULL */
    const char *reason;
    const char *parameter;
    const uint64_t *pfns; /* shown as runs */
    uint64_t count;
    uint64_t pages;
    bool partial;
    bool request; /* for pages or contiguous memory: `bytes` says how much */
    uint64_t bytes;
    bool has_figures;
    struct np_figures figures;
};

static void print_runs(const uint64_t *pfns, uint64_t count)
{
    for (uint64_t i = 0, n; i < count; i += n) {
        uint32_t node = oracle_page_node(&oracle, pfns[i]);
        n = 1;
        while (i + n < count && pfns[i + n] == pfns[i] + n && oracle_page_node(&oracle, pfns[i + n]) == node)
            n++;
        fprintf(expected, "%s[%" PRIu64 ",%" PRIu64 ",%" PRIu32 "]", i == 0 ? "" : ",", pfns[i], n, node);
    }
}

/* What stands behind the runs; without the blocker, which is another page on the map. */
static void print_tail(const struct answer *a)
{
    if (a->request) fprintf(expected, ",\"wanted\":%" PRIu64, a->bytes / PAGE + (a->bytes % PAGE != 0));
    if (!a->has_figures) return;
    fprintf(expected, ",\"figures\":{\"eligible\":%" PRIu64 ",\"longest\":%" PRIu64, a->figures.eligible,
            a->figures.longest);
    if (a->figures.first == NP_NONE)
        fprintf(expected, ",\"first\":null}");
    else
        fprintf(expected, ",\"first\":%" PRIu64 "}", a->figures.first);
}

/* Ends a line of the trace, and writes the answer to it. */
static void expect(struct answer a)
{
    fprintf(trace, "%s\n", chance(90) ? "" : chance(50) ? "   " : " # a comment");
    fprintf(expected, "{\"line\":%" PRIu64 ",\"op\":\"%s\",", line++, a.operation);
    if (a.name != NULL) fprintf(expected, "\"id\":\"%s\",", a.name);
    fprintf(expected, "\"status\":\"%s\",", a.reason != NULL ? "failed" : a.partial ? "partial" : "ok");
    if (a.reason != NULL) fprintf(expected, "\"reason\":\"%s\",", a.reason);
    if (a.parameter != NULL) fprintf(expected, "\"parameter\":\"%s\",", a.parameter);
    fprintf(expected, "\"pages\":%" PRIu64 ",\"runs\":[", a.pages);
    print_runs(a.pfns, a.count);
    fprintf(expected, "]");
    print_tail(&a);
    fprintf(expected, "}\n");
    if (chance(3)) {
        fprintf(trace, "%s\n", chance(50) ? "" : "  # nothing");
        line++;
    }
}

/* A number in one of the spellings that the language has for it. */
static const char *spell(uint64_t n)
{
    static char text[4][32];
    static unsigned turn;
    char *to = text[turn++ % 4];
    unsigned unit = (unsigned)below(5);
    uint64_t size = UINT64_C(1) << 10 * unit;
    if (unit > 0 && n != 0 && n % size == 0)
        snprintf(to, sizeof text[0], chance(50) ? "%" PRIu64 "%c" : "%" PRIu64 "%ciB", n / size, "?KMGT"[unit]);
    else
        snprintf(to, sizeof text[0], chance(70) ? "0x%" PRIx64 : "%" PRIu64, n);
    return to;
}

/* ---- Hold and drop ---- */

static void print_byte_range(const char *word, uint64_t low, uint64_t high)
{
    fprintf(trace, "%s %s-%s", word, spell(low), spell(high));
}

/* Bytes in which [first, end) are the whole pages. */
static void bytes_about(uint64_t first, uint64_t end, uint64_t *low, uint64_t *high)
{
    *low = first * PAGE;
    *high = end * PAGE - 1;
    if (first > 0 && chance(30)) *low -= below(PAGE);
    if (chance(30)) *high += below(PAGE);
}

/* Holds the pages of the map that are in no window. */
static void hold_the_rest(void)
{
    uint64_t first = 0;
    for (uint32_t w = 0; w <= window_count; w++) {
        uint64_t end = w < window_count ? windows[w].first : NP_PFN_LIMIT;
        uint64_t low, high;
        if (first < end) {
            bytes_about(first, end, &low, &high);
            print_byte_range("hold", low, w < window_count ? high : UINT64_MAX);
            expect((struct answer){.operation = "hold", .pages = present_pages(first, end)});
        }
        if (w < window_count) first = windows[w].end;
    }
}

static bool whole_page_in(uint64_t pfn, uint64_t low, uint64_t high)
{
    return low <= pfn * PAGE && pfn * PAGE + (PAGE - 1) <= high;
}

/* Free pages become held, or held ones free. */
static void hold_or_drop(const char *word, bool drop, uint64_t low, uint64_t high)
{
    struct answer a = {.operation = word};
    print_byte_range(word, low, high);
    if (high < low) {
        a.reason = "invalid";
        a.parameter = "range";
    }
    for (uint32_t k = 0; k < oracle.pages; k++) {
        bool changes = drop ? held[k] : oracle.page[k].state == ORACLE_FREE;
        if (!changes || !whole_page_in(oracle.page[k].pfn, low, high)) continue;
        held[k] = !drop;
        oracle.page[k].state = drop ? ORACLE_FREE : ORACLE_ALLOCATED;
        a.pages++;
    }
    expect(a);
}

static void try_hold(void)
{
    uint64_t low, high;
    uint64_t a = random_pfn(&oracle);
    uint64_t b = chance(95) ? a + below(24) : random_pfn(&oracle);
    bytes_about(a < b ? a : b, (a < b ? b : a) + 1, &low, &high);
    if (low > 0 && chance(3)) high = low - between(1, low);
    hold_or_drop("hold", false, low, high);
}

/* Inside a window: what is outside stays held. */
static void try_drop(void)
{
    uint64_t low, high;
    const struct window *w = &windows[below(window_count)];
    uint64_t first = chance(50) ? w->first : between(w->first, w->end - 1);
    bytes_about(first, chance(60) ? w->end : between(first + 1, w->end), &low, &high);
    if (low > 0 && chance(3)) high = low - between(1, low);
    hold_or_drop("drop", true, low, high);
}

/* ---- Names ---- */

enum holding { NOTHING, PAGES, BLOCK, REMOVED };

struct name {
    char text[NAME_SIZE];
    bool used;
    enum holding holding;
    uint64_t count;
    uint64_t pfns[ORACLE_MAX_PAGES];
};

static struct name names[NAMES];

static void make_names(void)
{
    for (unsigned i = 0; i < NAMES; i++)
        snprintf(names[i].text, NAME_SIZE, i % 3 == 0 ? "ring_%u" : i % 3 == 1 ? "_%u" : "Dma%u", i);
}

/* A name for a request: mostly one that holds nothing. */
static struct name *name_for_request(void)
{
    uint64_t start = below(NAMES);
    if (chance(5)) return &names[start];
    for (uint64_t i = 0; i < NAMES; i++)
        if (names[(start + i) % NAMES].holding == NOTHING) return &names[(start + i) % NAMES];
    return &names[start];
}

/* A name to be freed: one that an earlier line used, mostly one that holds something. NULL if there is none. */
static struct name *name_to_give(void)
{
    struct name *found = NULL;
    bool any = chance(10);
    uint64_t start = below(NAMES);
    for (uint64_t i = 0; i < NAMES && found == NULL; i++) {
        struct name *name = &names[(start + i) % NAMES];
        if (name->used && (any || name->holding != NOTHING)) found = name;
    }
    return found;
}

/* ---- Requests in words ---- */

static const char *const parameter_names[] = {NULL, "bytes", "low", "high", "skip", "boundary", "node", "flags"};
static const char *const reason_names[] = {"none", "invalid", "limit",      "empty-range",
                                           "node", "too-few", "fragmented", "boundary"};

static char tokens[TOKENS][TOKEN_SIZE];
static unsigned token_count;

/* `key=value`; what may be left out often is. */
static void add_token(const char *key, const char *value, bool may_be_left_out)
{
    if (may_be_left_out && chance(60)) return;
    snprintf(tokens[token_count++], TOKEN_SIZE, "%s=%s", key, value);
}

static void add_number(const char *key, uint64_t value, uint64_t when_left_out)
{
    add_token(key, spell(value), value == when_left_out);
}

/* A node that is larger than the type of the request is written instead now and then; the request then has none. */
static void add_node(uint32_t *node, uint32_t when_left_out)
{
    if (chance(1)) {
        *node = NODE_PAST_32_BITS;
        add_token("node", spell((UINT64_C(1) << between(32, 63)) + below(layout.nodes)), false);
    } else if (*node == NP_ANY_NODE && chance(70)) {
        add_token("node", "any", *node == when_left_out);
    } else {
        add_number("node", *node, when_left_out);
    }
}

static void add_flags(uint64_t flags)
{
    static const struct {
        const char *name;
        uint64_t bit;
    } known[] = {
        {"DONT_ZERO", 0x1},          {"FROM_LOCAL_NODE_ONLY", 0x2},       {"FULLY_REQUIRED", 0x4},   {"NO_WAIT", 0x8},
        {"PREFER_CONTIGUOUS", 0x10}, {"REQUIRE_CONTIGUOUS_CHUNKS", 0x20}, {"AND_HOT_REMOVE", 0x100},
    };
    char text[TOKEN_SIZE - 8] = "";
    int length = 0;
    uint64_t rest = flags;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if ((flags & known[i].bit) == 0 || chance(10)) continue;
        length += snprintf(text + length, sizeof text - (size_t)length, "%s|", known[i].name);
        rest &= ~known[i].bit;
    }
    if (rest != 0 || length == 0)
        snprintf(text + length, sizeof text - (size_t)length, "%s", spell(rest));
    else
        text[length - 1] = '\0';
    add_token("flags", text, flags == 0);
}

/* The line of a request, its keys in any order. */
static void print_request(const char *name, const char *operation)
{
    fprintf(trace, "%s = %s", name, operation);
    while (token_count > 0) {
        uint64_t pick = below(token_count--);
        fprintf(trace, " %s", tokens[pick]);
        if (pick != token_count) memcpy(tokens[pick], tokens[token_count], TOKEN_SIZE);
    }
}

/* Now and then what drivers ask for, or memory outside of the windows, or none. */
static void widen_range(uint64_t *low, uint64_t *high)
{
    static const unsigned bits[] = {24, 28, 30, 31, 32, 36, 40};
    uint64_t kind = below(100);
    const struct np_range *last = &layout.ranges[layout.count - 1];
    const struct np_range *some = &layout.ranges[below(layout.count)];
    if (kind < 5) {
        *low = 0;
        *high = (UINT64_C(1) << bits[below(sizeof bits / sizeof bits[0])]) - 1;
    } else if (kind < 9) {
        *low = PAGE * (kind < 7 ? some->first + below(some->pages) : below(last->first + last->pages));
        *high = *low + PAGE * between(1, 64) - 1;
    } else if (kind < 10) {
        *low = PAGE * (some->first + some->pages); /* a hole, or the next node */
        *high = *low + PAGE * between(1, 16) - 1;
    }
}

/* A block about a seam, where nodes meet or many boundaries are, with little room around it. */
static void place_at_seam(struct np_contiguous_request *q)
{
    bool nodes_meet = chance(70);
    uint64_t start = below(oracle.pages);
    for (uint32_t i = 0; i < oracle.pages; i++) {
        uint64_t k = (start + i) % oracle.pages;
        const struct oracle_page *page = &oracle.page[k];
        if (k == 0 || page[-1].pfn + 1 != page->pfn) continue;
        if (nodes_meet ? page[-1].node == page->node : page->pfn % 64 != 0) continue;

        uint64_t below_it = between(1, 6), above_it = between(1, 6);
        if (below_it > page->pfn) continue;
        q->low = (page->pfn - below_it) * PAGE;
        q->high = (page->pfn + above_it) * PAGE - 1;
        q->bytes = PAGE * between(2, below_it + above_it) - below(PAGE);
        q->boundary = chance(65) ? 0 : UINT64_C(1) << between(14, 18);
        if (chance(60)) q->node = NP_ANY_NODE;
        return;
    }
}

/* ---- Why a request fails on the map ---- */

/* W1, R1 - R4, C1: whether a page of the map lies in some range. What is past 64 bits is past every page (M1). */
static bool map_has_page_for(const struct np_pages_request *q)
{
    bool steps = q->skip != 0 && (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) == 0;
    wide step = q->skip / PAGE;
    wide first = ((wide)q->low + PAGE - 1) / PAGE; /* range 0 holds the pages [first, end) */
    wide end = ((wide)q->high + 1) / PAGE;
    if (first >= end) return false;
    for (uint32_t r = 0; r < layout.count; r++) {
        const struct np_range *memory = &layout.ranges[r];
        wide i = 0; /* the first range that does not end below the memory */
        if (memory->first >= end) {
            if (!steps) continue;
            i = (memory->first - end) / step + 1;
        }
        if (first + i * step < memory->first + memory->pages) return true;
    }
    return false;
}

static bool map_has_page_between(uint64_t low, uint64_t high)
{
    const struct np_pages_request all_between = {.low = low, .high = high};
    return map_has_page_for(&all_between);
}

/*
 * A request whose ranges miss the windows fails by `empty-range` in the specification. If they hold pages of the map, all
 * of those are held: no node has a free one, so that it is not `node` either, and every request needs at least one.
 */
static const char *the_reason_on_the_map(enum np_reason reason, bool map_has_page)
{
    if (reason == NP_REASON_EMPTY_RANGE && map_has_page) reason = NP_REASON_TOO_FEW;
    return reason_names[reason];
}

/* ---- Operations ---- */

/* Whether a request is invalid, by its own values or by its name. */
static bool invalid(struct answer *a, enum np_parameter parameter, const struct name *name)
{
    if (parameter == NP_PARAMETER_NONE && name->holding == NOTHING) return false;
    a->reason = "invalid";
    a->parameter = parameter == NP_PARAMETER_NONE ? "name" : parameter_names[parameter];
    return true;
}

/* Lets a name hold what was taken, and the answer show it. */
static void keep(struct answer *a, struct name *name, enum holding holding, uint64_t count)
{
    name->holding = holding;
    name->count = count;
    a->pfns = name->pfns;
    a->count = a->pages = count;
}

static void try_pages(void)
{
    struct np_pages_request q = random_pages_request(&oracle);
    struct name *name = name_for_request();
    struct answer a = {.operation = "pages", .name = name->text, .request = true, .bytes = q.total};
    widen_range(&q.low, &q.high);
    add_number("bytes", q.total, UINT64_MAX);
    add_number("low", q.low, 0);
    add_number("high", q.high, UINT64_MAX);
    add_number("skip", q.skip, 0);
    add_node(&q.node, 0);
    const uint32_t given = q.flags;
    const bool too_wide = chance(3); /* bits that the routine has no room for */
    if (too_wide) q.flags |= UINT32_C(0x80000000);
    add_flags(too_wide ? given | UINT64_C(1) << between(32, 63) : given);
    print_request(name->text, "pages");

    name->used = true;
    if (!invalid(&a, oracle_check_pages_request(&oracle, &q), name)) {
        a.figures = oracle_figures_pages(&oracle, &q);
        uint64_t taken = oracle_allocate_pages(&oracle, &q, name->pfns);
        a.partial = taken < oracle_pages_wanted(&q);
        a.has_figures = taken == 0 || a.partial;
        if (taken == 0)
            a.reason = the_reason_on_the_map(oracle_why_pages(&oracle, &q), map_has_page_for(&q));
        else
            keep(&a, name, (q.flags & NP_AND_HOT_REMOVE) != 0 ? REMOVED : PAGES, taken);
    }
    expect(a);
}

static void try_contiguous(void)
{
    struct np_contiguous_request q = random_contiguous_request(&oracle);
    struct name *name = name_for_request();
    struct answer a = {.operation = "contiguous", .name = name->text, .request = true};
    widen_range(&q.low, &q.high);
    if (chance(20)) place_at_seam(&q);
    a.bytes = q.bytes;
    add_number("bytes", q.bytes, UINT64_MAX);
    add_number("low", q.low, 0);
    add_number("high", q.high, UINT64_MAX);
    add_number("boundary", q.boundary, 0);
    add_node(&q.node, NP_ANY_NODE);
    print_request(name->text, "contiguous");

    name->used = true;
    if (!invalid(&a, oracle_check_contiguous_request(&oracle, &q), name)) {
        a.figures = oracle_figures_contiguous(&oracle, &q);
        uint64_t first = oracle_allocate_contiguous(&oracle, &q);
        a.has_figures = first == NP_NONE;
        uint64_t pages = (q.bytes - 1) / PAGE + 1;
        if (first == NP_NONE) {
            a.reason = the_reason_on_the_map(oracle_why_contiguous(&oracle, &q), map_has_page_between(q.low, q.high));
        } else {
            for (uint64_t i = 0; i < pages; i++)
                name->pfns[i] = first + i;
            keep(&a, name, BLOCK, pages);
        }
    }
    expect(a);
}

/* Gives back what a name holds on the side of the specification; by the wrong operation, nothing. */
static uint64_t give_back(struct name *name, bool add)
{
    if (name->holding == NOTHING || add != (name->holding == REMOVED)) return 0;
    uint64_t given = name->holding == BLOCK     ? oracle_free_contiguous(&oracle, name->pfns[0])
                     : name->holding == REMOVED ? oracle_add_pages(&oracle, name->pfns, name->count)
                                                : oracle_free_pages(&oracle, name->pfns, name->count);
    if (given != name->count) give_up("the specification refuses what it gave");
    name->holding = NOTHING;
    return given;
}

static void try_give(struct name *name)
{
    bool add = (name->holding == REMOVED) != chance(8);
    struct answer a = {.operation = add ? "add" : "free", .name = name->text};
    fprintf(trace, "%s %s", a.operation, name->text);
    a.pages = give_back(name, add);
    if (a.pages == 0) a.reason = add ? "not-removed" : "not-allocated";
    expect(a);
}

/* One operation: the fuller the machine beyond what it should be, the likelier to free. */
static void operate(uint64_t percent_free)
{
    struct np_census c = oracle_count_pages(&oracle);
    if (chance(c.free * 100 < percent_free * c.present ? 65 : 15)) {
        struct name *name = chance(70) ? name_to_give() : NULL;
        if (name != NULL)
            try_give(name);
        else
            try_drop();
    } else if (chance(8)) {
        try_hold();
    } else if (chance(60)) {
        try_pages();
    } else {
        try_contiguous();
    }
}

/* ---- The run ---- */

static uint64_t number(const char *text)
{
    char *end;
    uint64_t n = strtoull(text, &end, 0);
    if (*text == '\0' || *end != '\0') give_up("not a number");
    return n;
}

static FILE *create(const char *name)
{
    FILE *file = fopen(name, "w");
    if (file == NULL) {
        perror(name);
        exit(2);
    }
    return file;
}

static void read_maps(char **maps, int count)
{
    struct np_pool pool = {.messages = stderr};
    bool fine = true;
    for (int i = 0; i < count && fine; i++)
        fine = np_map_file_read(&pool, maps[i]);
    if (!fine || !np_pool_layout(&pool, &layout)) exit(2);
    np_pool_free(&pool);
}

int main(int argc, char **argv)
{
    if (argc < 6) give_up("usage: random_trace SEED OPERATIONS TRACE EXPECTED MAP...");
    uint64_t operations = number(argv[2]);
    uint64_t percent_free = 50;
    random_start(number(argv[1]));
    read_maps(argv + 5, argc - 5);
    trace = create(argv[3]);
    expected = create(argv[4]);

    choose_windows();
    set_oracle_up();
    make_names();
    hold_the_rest();
    for (uint64_t i = 0; i < operations; i++) {
        if (i % 64 == 0) percent_free = between(10, 85);
        operate(percent_free);
    }

    np_layout_free(&layout);
    bool failed = ferror(trace) != 0 || ferror(expected) != 0;
    failed |= fclose(trace) != 0;
    failed |= fclose(expected) != 0;
    if (failed) give_up("the files can't be written");
    return 0;
}
