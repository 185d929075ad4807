/* SPDX-License-Identifier: MIT */
#include "print.h"

#include <inttypes.h>
#include <string.h>

static const struct {
    const char *reason;
    const char *words;
} reasons[] = {
    {"limit", "one call returns at most 4 GiB - 4096 bytes, and this request is larger and all or nothing"},
    {"empty-range", "no memory in the requested range"},
    {"node", "the allowed nodes cannot satisfy the request; all nodes together can"},
    {"too-few", "not enough free pages"},
    {"fragmented", "enough free pages, but no run of them is long enough"},
    {"boundary", "a run is long enough, but every placement in it crosses the boundary"},
    {"not-allocated", "no allocated pages under this name"},
    {"not-removed", "no removed pages under this name"},
};

static const struct {
    const char *parameter;
    const char *words;
} parameters[] = {
    {"bytes", "0, or it conflicts with skip or boundary"},
    {"low", "no such address"},
    {"high", "below low"},
    {"skip", "not a multiple of a page, or not a chunk size"},
    {"boundary", "not a power of two"},
    {"node", "no such node, or not allowed here"},
    {"flags", "unknown bits, or AND_HOT_REMOVE together with FULLY_REQUIRED"},
    {"name", "already holds pages"},
    {"range", "ends before it begins"},
};

const char *np_size_text(char out[static NP_SIZE_TEXT], uint64_t pages)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    uint64_t size = pages * 4, unit = 1;
    size_t u = 0;
    while (u + 1 < sizeof units / sizeof units[0] && size / unit >= 1024) {
        unit *= 1024;
        u++;
    }
    if (size % unit == 0) {
        snprintf(out, NP_SIZE_TEXT, "%" PRIu64 " %s", size / unit, units[u]);
        return out;
    }
    uint64_t whole = size / unit, tenths = (size % unit * 10 + unit / 2) / unit;
    whole += tenths / 10; /* rounded up to the next whole */
    if (whole == 1024 && u + 1 < sizeof units / sizeof units[0]) {
        whole = 1;
        u++;
    }
    snprintf(out, NP_SIZE_TEXT, "%" PRIu64 ".%" PRIu64 " %s", whole, tenths % 10, units[u]);
    return out;
}

static void print_pages(FILE *out, uint64_t pages)
{
    char size[NP_SIZE_TEXT];
    fprintf(out, "%" PRIu64 " page%s", pages, pages == 1 ? "" : "s");
    if (pages != 0) fprintf(out, " (%s)", np_size_text(size, pages));
}

static void print_subject(FILE *out, const struct np_operation *operation)
{
    const char *word = np_operation_word(operation->kind);
    switch (operation->kind) {
    case NP_OPERATION_PAGES:
    case NP_OPERATION_CONTIGUOUS:
        fprintf(out, "%s = %s: ", operation->name, word);
        break;
    case NP_OPERATION_FREE:
    case NP_OPERATION_ADD:
        fprintf(out, "%s %s: ", word, operation->name);
        break;
    case NP_OPERATION_HOLD:
    case NP_OPERATION_DROP:
        fprintf(out, "%s 0x%" PRIx64 "-0x%" PRIx64 ": ", word, operation->low, operation->high);
        break;
    }
}

/** In how many runs, and from which nodes, in the order they came. */
static void print_runs(FILE *out, const struct np_runs *runs)
{
    uint64_t seen = 0;
    for (uint64_t i = 0; i < runs->count; i++)
        seen |= UINT64_C(1) << runs->at[i].node;
    fprintf(out, " in %" PRIu64 " run%s from node%s", runs->count, runs->count == 1 ? "" : "s",
            (seen & (seen - 1)) == 0 ? "" : "s");
    const char *between = " ";
    for (uint64_t i = 0; seen != 0 && i < runs->count; i++) {
        uint64_t bit = UINT64_C(1) << runs->at[i].node;
        if ((seen & bit) == 0) continue;
        seen &= ~bit;
        fprintf(out, "%s%" PRIu32, between, runs->at[i].node);
        between = ", ";
    }
    const struct np_range *first = &runs->at[0];
    fprintf(out, ", %sat 0x%" PRIx64, runs->count == 1 ? "" : "the first ", first->first * NP_PAGE_SIZE);
    fprintf(out, "-0x%" PRIx64, (first->first + first->pages) * NP_PAGE_SIZE - 1);
}

/** What is wanted is cut to what one call returns (P2): says so. */
static void print_cut(FILE *out, const struct np_answer *answer)
{
    char size[NP_SIZE_TEXT];
    if (answer->operation->kind != NP_OPERATION_PAGES || answer->requested <= answer->wanted) return;
    fprintf(out, "; %s requested, one call returns at most 4 GiB - 4096 bytes", np_size_text(size, answer->requested));
}

static void print_got(FILE *out, const struct np_answer *answer)
{
    const struct np_operation *operation = answer->operation;
    print_pages(out, answer->pages);
    if (answer->status == NP_STATUS_PARTIAL) {
        fprintf(out, " of ");
        print_pages(out, answer->wanted);
    }
    switch (operation->kind) {
    case NP_OPERATION_PAGES:
    case NP_OPERATION_CONTIGUOUS:
        print_runs(out, &answer->runs);
        if ((operation->pages.flags & NP_AND_HOT_REMOVE) != 0) fprintf(out, ", removed from the machine");
        print_cut(out, answer);
        break;
    case NP_OPERATION_FREE:
        fprintf(out, " free again");
        break;
    case NP_OPERATION_ADD:
        fprintf(out, " back in the machine");
        break;
    case NP_OPERATION_HOLD:
        fprintf(out, " held");
        break;
    case NP_OPERATION_DROP:
        fprintf(out, " no longer held");
        break;
    }
}

/** The figures of W1: what was free, the longest run of it, and what ends that run. */
static void print_figures(FILE *out, const struct np_figures *figures, enum np_state blocker)
{
    static const char *const states[] = {[NP_ABSENT] = "absent",
                                         [NP_FREE] = "free but out of reach",
                                         [NP_ALLOCATED] = "allocated",
                                         [NP_REMOVED] = "removed"};
    if (figures->eligible == 0) {
        fprintf(out, "; no free page in the requested range");
        return;
    }
    fprintf(out, "; ");
    print_pages(out, figures->eligible);
    fprintf(out, " free in the requested range, the longest run ");
    print_pages(out, figures->longest);
    if (figures->first != NP_NONE) fprintf(out, " at 0x%" PRIx64, figures->first * NP_PAGE_SIZE);
    if (figures->blocker != NP_NONE)
        fprintf(out, ", ended by the page at 0x%" PRIx64 ", which is %s", figures->blocker * NP_PAGE_SIZE,
                states[blocker]);
}

static void print_failure(FILE *out, const struct np_answer *answer)
{
    fprintf(out, "failed, %s", answer->reason);
    if (answer->parameter != NULL) {
        fprintf(out, " %s", answer->parameter);
        for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++)
            if (strcmp(parameters[i].parameter, answer->parameter) == 0) fprintf(out, ": %s", parameters[i].words);
    }
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strcmp(reasons[i].reason, answer->reason) == 0) fprintf(out, ": %s", reasons[i].words);
    if (answer->has_figures) print_figures(out, &answer->figures, answer->blocker);
}

void np_print_sentence(FILE *out, const struct np_answer *answer)
{
    fprintf(out, "%" PRIu64 ": ", answer->line);
    print_subject(out, answer->operation);
    if (answer->status == NP_STATUS_FAILED)
        print_failure(out, answer);
    else
        print_got(out, answer);
    fputc('\n', out);
}
