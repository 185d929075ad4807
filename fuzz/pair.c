/* SPDX-License-Identifier: MIT */
#include "pair.h"

#include "summaries.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define PAGE NP_PAGE_SIZE

static const char *const state_names[] = {"absent", "free", "allocated", "removed"};
static const char *const parameter_names[] = {"none", "bytes", "low", "high", "skip", "boundary", "node", "flags"};
static const char *const reason_names[] = {"none", "invalid", "limit",      "empty-range",
                                           "node", "too-few", "fragmented", "boundary"};

/* ---- Words ---- */

void pair_print_machine(const struct pair *p, FILE *to)
{
    fprintf(to, "machine: %" PRIu32 " nodes, %s\n", p->nodes, p->distance == NULL ? "no distance matrix" : "distances");
    for (uint32_t i = 0; p->distance != NULL && i < p->nodes * p->nodes; i++)
        fprintf(to, "%s%4u%s", i % p->nodes == 0 ? "  " : "", p->distance[i], (i + 1) % p->nodes == 0 ? "\n" : "");
    for (uint32_t r = 0; r < p->range_count; r++)
        fprintf(to, "  pages 0x%" PRIx64 "-0x%" PRIx64 " (%" PRIu64 ") on node %" PRIu32 "\n", p->ranges[r].first,
                p->ranges[r].first + p->ranges[r].pages - 1, p->ranges[r].pages, p->ranges[r].node);
}

void pair_print_pages(const struct oracle *o, FILE *to)
{
    for (uint32_t k = 0; k < o->pages; k++) {
        const struct oracle_page *page = &o->page[k];
        if (k == 0 || o->page[k - 1].pfn + 1 != page->pfn || o->page[k - 1].node != page->node)
            fprintf(to, "\n  0x%" PRIx64 " on node %" PRIu32 ": ", page->pfn, page->node);
        if (page->state == ORACLE_FREE) fputc('.', to);
        if (page->state == ORACLE_REMOVED) fputc('x', to);
        if (page->state == ORACLE_ALLOCATED)
            fputc(page->block == NP_NONE ? '#' : page->block == page->pfn ? '[' : '=', to);
    }
    fputc('\n', to);
}

static void print_flags(uint32_t flags, FILE *to)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } names[] = {
        {"DONT_ZERO", NP_DONT_ZERO},
        {"FROM_LOCAL_NODE_ONLY", NP_FROM_LOCAL_NODE_ONLY},
        {"FULLY_REQUIRED", NP_FULLY_REQUIRED},
        {"NO_WAIT", NP_NO_WAIT},
        {"PREFER_CONTIGUOUS", NP_PREFER_CONTIGUOUS},
        {"REQUIRE_CONTIGUOUS_CHUNKS", NP_REQUIRE_CONTIGUOUS_CHUNKS},
        {"AND_HOT_REMOVE", NP_AND_HOT_REMOVE},
    };
    const char *between = " flags=";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if ((flags & names[i].bit) != 0) {
            fprintf(to, "%s%s", between, names[i].name);
            between = "|";
        }
    if ((flags & ~NP_ALL_FLAGS) != 0) fprintf(to, "%s0x%" PRIx32, between, flags & ~NP_ALL_FLAGS);
}

static void print_node(uint32_t node, FILE *to)
{
    if (node == NP_ANY_NODE)
        fprintf(to, " node=any");
    else
        fprintf(to, " node=%" PRIu32, node);
}

static void print_list(const uint64_t *pfns, uint64_t count, FILE *to)
{
    for (uint64_t i = 0; i < count;) {
        uint64_t n = 1;
        while (i + n < count && pfns[i + n] == pfns[i] + n)
            n++;
        fprintf(to, " 0x%" PRIx64, pfns[i]);
        if (n > 1) fprintf(to, "-0x%" PRIx64, pfns[i] + n - 1);
        i += n;
    }
}

static void print_operation(const struct pair *p, FILE *to)
{
    const struct pair_operation *o = &p->operation;
    const struct np_pages_request *q = o->pages;
    const struct np_contiguous_request *c = o->contiguous;
    switch (o->kind) {
    case PAIR_SETUP:
        fprintf(to, "set-up");
        break;
    case PAIR_PAGES:
        fprintf(to, "pages bytes=0x%" PRIx64 " low=0x%" PRIx64 " high=0x%" PRIx64 " skip=0x%" PRIx64, q->total, q->low,
                q->high, q->skip);
        print_node(q->node, to);
        print_flags(q->flags, to);
        break;
    case PAIR_CONTIGUOUS:
        fprintf(to, "contiguous bytes=0x%" PRIx64 " low=0x%" PRIx64 " high=0x%" PRIx64 " boundary=0x%" PRIx64, c->bytes,
                c->low, c->high, c->boundary);
        print_node(c->node, to);
        break;
    case PAIR_FREE_PAGES:
    case PAIR_ADD_PAGES:
        fprintf(to, "%s %" PRIu64 " pages:", o->kind == PAIR_ADD_PAGES ? "add" : "free", o->count);
        print_list(o->pfns, o->count, to);
        break;
    case PAIR_FREE_CONTIGUOUS:
        fprintf(to, "free contiguous 0x%" PRIx64, o->pfns[0]);
        break;
    case PAIR_CHECK:
        fprintf(to, "check");
        break;
    }
    fputc('\n', to);
}

static void print_row(FILE *to, const char *name, uint64_t got, uint64_t should, bool asked)
{
    if (!asked) return;
    fprintf(to, "  %-14s %18" PRIu64 " %18" PRIu64 "%s\n", name, got, should, got == should ? "" : "   <- differ");
}

static void print_hex(FILE *to, const char *name, uint64_t got, uint64_t should, bool asked)
{
    if (!asked) return;
    char text[2][24];
    const uint64_t value[2] = {got, should};
    for (int i = 0; i < 2; i++)
        if (value[i] == NP_NONE)
            strcpy(text[i], "-");
        else
            snprintf(text[i], sizeof text[i], "0x%" PRIx64, value[i]);
    fprintf(to, "  %-14s %18s %18s%s\n", name, text[0], text[1], got == should ? "" : "   <- differ");
}

static void print_name(FILE *to, const char *name, const char *got, const char *should)
{
    fprintf(to, "  %-14s %18s %18s%s\n", name, got, should, strcmp(got, should) == 0 ? "" : "   <- differ");
}

/* The two answers next to each other. */
static void print_answers(const struct pair *p, FILE *to)
{
    const struct pair_answer *a = &p->got, *b = &p->should;
    const bool request = p->operation.kind == PAIR_PAGES || p->operation.kind == PAIR_CONTIGUOUS;
    if (p->operation.kind == PAIR_SETUP || p->operation.kind == PAIR_CHECK) return;
    fprintf(to, "answer:          %18s %18s\n", "the core", "as specified");
    if (request) {
        const bool valid = a->parameter == NP_PARAMETER_NONE && b->parameter == NP_PARAMETER_NONE;
        print_name(to, "wrong", parameter_names[a->parameter], parameter_names[b->parameter]);
        print_row(to, "wanted", a->wanted, b->wanted, valid);
        if (a->has_reason && b->has_reason) print_name(to, "reason", reason_names[a->reason], reason_names[b->reason]);
        const bool figures = a->has_figures && b->has_figures;
        print_row(to, "eligible", a->figures.eligible, b->figures.eligible, figures);
        print_row(to, "longest run", a->figures.longest, b->figures.longest, figures);
        print_hex(to, "  from", a->figures.first, b->figures.first, figures);
        print_hex(to, "  blocked at", a->figures.blocker, b->figures.blocker, figures);
    }
    const char *count = !request ? "pages right" : p->operation.kind == PAIR_PAGES ? "pages taken" : "blocks taken";
    print_row(to, count, a->count, b->count, true);
    if (!request) return;
    fprintf(to, "  the core:      ");
    if (a->pfns != NULL) print_list(a->pfns, a->count, to);
    fprintf(to, "\n  as specified:  ");
    if (b->pfns != NULL) print_list(b->pfns, b->count, to);
    fputc('\n', to);
}

void pair_mismatch(struct pair *p, const char *format, ...)
{
    va_list arguments;
    fflush(stdout);
    fprintf(stderr, "MISMATCH: ");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    pair_print_machine(p, stderr);
    fprintf(stderr, "before ('.' free, '#' allocated, '[==' a block, 'x' removed):");
    pair_print_pages(&p->before, stderr);
    fprintf(stderr, "operation: ");
    print_operation(p, stderr);
    print_answers(p, stderr);
    fprintf(stderr, "after, as specified:");
    pair_print_pages(&p->oracle, stderr);
    if (p->stop != NULL) p->stop();
    abort();
}

static void begin(struct pair *p, struct pair_operation operation)
{
    p->operation = operation;
    p->got = (struct pair_answer){0};
    p->should = (struct pair_answer){0};
    p->before.pages = p->oracle.pages;
    memcpy(p->before.page, p->oracle.page, p->oracle.pages * sizeof *p->oracle.page);
    if (p->story == NULL) return;
    fprintf(p->story, "\nstate:");
    pair_print_pages(&p->before, p->story);
    fprintf(p->story, "operation: ");
    print_operation(p, p->story);
    fflush(p->story);
}

static void end(const struct pair *p)
{
    if (p->story != NULL) print_answers(p, p->story);
}

/* ---- The machine ---- */

void pair_compare_page(struct pair *p, uint64_t pfn)
{
    const enum oracle_state state = oracle_page_state(&p->oracle, pfn);
    const enum np_state got = np_page_state(&p->core, pfn);
    const uint32_t node = oracle_page_node(&p->oracle, pfn);
    const uint32_t on = np_page_node(&p->core, pfn);
    if ((unsigned)got != (unsigned)state)
        pair_mismatch(p, "page 0x%" PRIx64 ": core says %s, should be %s", pfn, state_names[got], state_names[state]);
    if (on != node)
        pair_mismatch(p, "page 0x%" PRIx64 ": core says node %" PRIu32 ", should be %" PRIu32, pfn, on, node);
}

/* Every page in the same state. Its node never changes: to ask at the ends of each range is enough. */
static void compare_pages(struct pair *p)
{
    for (uint32_t k = 0; k < p->oracle.pages; k++) {
        const struct oracle_page *page = &p->oracle.page[k];
        const enum np_state got = np_page_state(&p->core, page->pfn);
        if ((unsigned)got != (unsigned)page->state)
            pair_mismatch(p, "page 0x%" PRIx64 ": core says %s, should be %s", page->pfn, state_names[got],
                          state_names[page->state]);
    }
    for (uint32_t r = 0; r < p->range_count; r++) {
        const uint64_t last = p->ranges[r].first + p->ranges[r].pages - 1;
        const uint32_t first_on = np_page_node(&p->core, p->ranges[r].first), last_on = np_page_node(&p->core, last);
        if (first_on != p->ranges[r].node || last_on != p->ranges[r].node)
            pair_mismatch(p, "pages 0x%" PRIx64 "-0x%" PRIx64 ": core says nodes %" PRIu32 " and %" PRIu32,
                          p->ranges[r].first, last, first_on, last_on);
    }
}

static void compare_summaries(struct pair *p)
{
    const struct summaries_wrong w = summaries_compare(&p->core.free);
    if (w.node != 0)
        pair_mismatch(p,
                      "node %" PRId64 ", of positions [%" PRId64 ", %" PRId64
                      "): core says start %d, longest %d, end %d, "
                      "free %d, should be %d, %d, %d, %d",
                      w.node, w.at, w.at + w.span, w.got.prefix, w.got.longest, w.got.suffix, w.got.free,
                      w.should.prefix, w.should.longest, w.should.suffix, w.should.free);
}

void pair_compare_states(struct pair *p)
{
    compare_pages(p);
    compare_summaries(p);
    const struct np_census a = np_count_pages(&p->core);
    const struct np_census b = oracle_count_pages(&p->oracle);
    if (a.present != b.present || a.free != b.free || a.allocated != b.allocated || a.removed != b.removed ||
        a.present != a.free + a.allocated + a.removed)
        pair_mismatch(p,
                      "census (present, free, allocated, removed): core says %" PRIu64 " %" PRIu64 " %" PRIu64
                      " %" PRIu64 ", should be %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
                      a.present, a.free, a.allocated, a.removed, b.present, b.free, b.allocated, b.removed);
    uint64_t where = 0;
    const enum np_fault fault = np_check(&p->core, &p->storage, &where);
    if (fault != NP_FAULT_NONE) pair_mismatch(p, "np_check finds fault %d at %" PRIu64, (int)fault, where);
}

static void *room_for(struct pair *p, uint64_t count, size_t size)
{
    void *room = malloc((size_t)count * size);
    if (room == NULL) pair_mismatch(p, "no memory");
    memset(room, 0xa5, (size_t)count * size);
    return room;
}

void pair_setup(struct pair *p, const struct np_range *ranges, uint32_t count, uint32_t nodes, const uint8_t *distance)
{
    uint32_t where = 0;
    struct np_storage needed;
    p->ranges = ranges;
    p->range_count = count;
    p->nodes = nodes;
    p->distance = distance;
    p->operation = (struct pair_operation){.kind = PAIR_SETUP};
    p->before.pages = 0;
    p->oracle.pages = 0;
    if (p->story != NULL) pair_print_machine(p, p->story);
    if (!oracle_setup(&p->oracle, ranges, count, nodes, distance)) pair_mismatch(p, "a machine too large");
    enum np_setup_error error = np_storage_needed(ranges, count, nodes, &needed, &where);
    if (error != NP_SETUP_OK) pair_mismatch(p, "np_storage_needed finds error %d at %" PRIu32, (int)error, where);
    p->storage = needed;
    /* exactly as large as they have to be, so that a sanitizer sees what goes past them */
    p->storage.regions = room_for(p, needed.region_capacity, sizeof *p->storage.regions);
    p->storage.words = room_for(p, needed.word_capacity, sizeof *p->storage.words);
    p->storage.summaries = room_for(p, needed.summary_capacity, sizeof *p->storage.summaries);
    error = np_setup(&p->core, &p->storage, ranges, count, nodes, distance, &where);
    if (error != NP_SETUP_OK) pair_mismatch(p, "np_setup finds error %d at %" PRIu32, (int)error, where);
}

void pair_drop(struct pair *p)
{
    free(p->storage.regions);
    free(p->storage.words);
    free(p->storage.summaries);
}

/* ---- Requests ---- */

static bool same_figures(struct np_figures a, struct np_figures b)
{
    return a.eligible == b.eligible && a.longest == b.longest && a.first == b.first && a.blocker == b.blocker;
}

static void compare_answers(struct pair *p)
{
    const struct pair_answer *a = &p->got, *b = &p->should;
    if (a->parameter != b->parameter) pair_mismatch(p, "the parameter at fault");
    if (a->wanted != b->wanted) pair_mismatch(p, "the pages wanted");
    if (a->count != b->count) pair_mismatch(p, "how many pages");
    if (a->count != 0 && memcmp(a->pfns, b->pfns, (size_t)a->count * sizeof *a->pfns) != 0)
        pair_mismatch(p, "which pages");
    if (a->has_reason && a->reason != b->reason) pair_mismatch(p, "the reason");
    if (a->has_figures && !same_figures(a->figures, b->figures)) pair_mismatch(p, "the figures");
}

/* Why a request fails, and its figures, from both sides. */
static void ask_why_pages(struct pair *p, const struct np_pages_request *q)
{
    p->got.reason = np_why_pages(&p->core, q);
    p->should.reason = oracle_why_pages(&p->oracle, q);
    p->got.has_reason = p->should.has_reason = true;
    if (p->should.parameter != NP_PARAMETER_NONE) return;
    p->got.figures = np_figures_pages(&p->core, q);
    p->should.figures = oracle_figures_pages(&p->oracle, q);
    p->got.has_figures = p->should.has_figures = true;
}

uint64_t pair_pages(struct pair *p, const struct np_pages_request *q, bool all_asked)
{
    static uint64_t room[NP_CALL_LIMIT];
    static uint64_t should[ORACLE_MAX_PAGES];
    begin(p, (struct pair_operation){.kind = PAIR_PAGES, .pages = q});
    p->got.parameter = np_check_pages_request(&p->core, q);
    p->should.parameter = oracle_check_pages_request(&p->oracle, q);
    if (p->should.parameter == NP_PARAMETER_NONE && p->got.parameter == NP_PARAMETER_NONE) {
        p->got.wanted = np_pages_wanted(q);
        p->should.wanted = oracle_pages_wanted(q);
    }
    compare_answers(p);
    if (all_asked) ask_why_pages(p, q);

    uint64_t *pfns = room + NP_CALL_LIMIT - p->should.wanted; /* ends where the room does */
    p->should.pfns = should;
    p->should.count = oracle_allocate_pages(&p->oracle, q, should);
    p->got.pfns = pfns;
    p->got.count = np_allocate_pages(&p->core, q, pfns);
    if (p->got.count > p->should.wanted) pair_mismatch(p, "more pages than wanted");
    if (!all_asked && p->should.count == 0 && p->got.count == 0) ask_why_pages(p, q);
    end(p);
    compare_answers(p);
    if (p->got.has_reason && (p->should.reason == NP_REASON_NONE) != (p->should.count != 0))
        pair_mismatch(p, "a reason for a request that does not fail, or none for one that does");
    return p->should.count;
}

static void ask_why_contiguous(struct pair *p, const struct np_contiguous_request *q)
{
    p->got.reason = np_why_contiguous(&p->core, q);
    p->should.reason = oracle_why_contiguous(&p->oracle, q);
    p->got.has_reason = p->should.has_reason = true;
    if (p->should.parameter != NP_PARAMETER_NONE) return;
    p->got.figures = np_figures_contiguous(&p->core, q);
    p->should.figures = oracle_figures_contiguous(&p->oracle, q);
    p->got.has_figures = p->should.has_figures = true;
}

bool pair_contiguous(struct pair *p, const struct np_contiguous_request *q, bool all_asked)
{
    static uint64_t first[2];
    begin(p, (struct pair_operation){.kind = PAIR_CONTIGUOUS, .contiguous = q});
    p->got.parameter = np_check_contiguous_request(&p->core, q);
    p->should.parameter = oracle_check_contiguous_request(&p->oracle, q);
    compare_answers(p);
    if (all_asked) ask_why_contiguous(p, q);

    first[1] = oracle_allocate_contiguous(&p->oracle, q);
    first[0] = np_allocate_contiguous(&p->core, q);
    p->got.pfns = &first[0];
    p->should.pfns = &first[1];
    p->got.count = first[0] != NP_NONE;
    p->should.count = first[1] != NP_NONE;
    if (!all_asked && first[0] == NP_NONE && first[1] == NP_NONE) ask_why_contiguous(p, q);
    end(p);
    compare_answers(p);
    if (p->got.has_reason && (p->should.reason == NP_REASON_NONE) != (p->should.count != 0))
        pair_mismatch(p, "a reason for a request that does not fail, or none for one that does");
    return first[1] != NP_NONE;
}

/* ---- Giving back ---- */

uint64_t pair_give(struct pair *p, const uint64_t *pfns, uint64_t count, bool add)
{
    begin(p, (struct pair_operation){.kind = add ? PAIR_ADD_PAGES : PAIR_FREE_PAGES, .pfns = pfns, .count = count});
    p->should.count = add ? oracle_add_pages(&p->oracle, pfns, count) : oracle_free_pages(&p->oracle, pfns, count);
    uint64_t *exact = malloc(((size_t)count + 1) * sizeof *exact);
    if (exact == NULL) pair_mismatch(p, "no memory");
    if (count != 0) memcpy(exact + 1, pfns, (size_t)count * sizeof *exact); /* ends where the allocation does */
    p->got.count = add ? np_add_pages(&p->core, exact + 1, count) : np_free_pages(&p->core, exact + 1, count);
    const bool changed = count != 0 && memcmp(exact + 1, pfns, (size_t)count * sizeof *exact) != 0;
    free(exact);
    end(p);
    if (changed) pair_mismatch(p, "the list was changed");
    if (p->got.count != p->should.count) pair_mismatch(p, "how many leading pages are right");
    return p->should.count;
}

uint64_t pair_free_contiguous(struct pair *p, uint64_t pfn)
{
    static uint64_t named;
    named = pfn;
    begin(p, (struct pair_operation){.kind = PAIR_FREE_CONTIGUOUS, .pfns = &named, .count = 1});
    p->should.count = oracle_free_contiguous(&p->oracle, pfn);
    p->got.count = np_free_contiguous(&p->core, pfn);
    end(p);
    if (p->got.count != p->should.count) pair_mismatch(p, "how many pages are freed");
    return p->should.count;
}
