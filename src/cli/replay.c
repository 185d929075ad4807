/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "replay.h"

#include "../host/message.h"
#include "../host/text.h"
#include "answer.h"
#include "holds.h"
#include "names.h"
#include "print.h"
#include "progress.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/** A replay under way. */
struct session {
    const struct np_layout *layout;
    struct np_machine machine;
    struct np_storage storage;
    struct np_names names;
    struct np_holds holds;
    struct np_runs runs; /* of the last answer: its room is used again */
    uint64_t *pfns;      /* room for NP_CALL_LIMIT */
    bool json;
};

static const char *const parameter_names[] = {
    [NP_PARAMETER_NONE] = NULL,   [NP_PARAMETER_BYTES] = "bytes", [NP_PARAMETER_LOW] = "low",
    [NP_PARAMETER_HIGH] = "high", [NP_PARAMETER_SKIP] = "skip",   [NP_PARAMETER_BOUNDARY] = "boundary",
    [NP_PARAMETER_NODE] = "node", [NP_PARAMETER_FLAGS] = "flags",
};

static const char *const reason_names[] = {
    [NP_REASON_NONE] = "none",
    [NP_REASON_INVALID] = "invalid",
    [NP_REASON_LIMIT] = "limit",
    [NP_REASON_EMPTY_RANGE] = "empty-range",
    [NP_REASON_NODE] = "node",
    [NP_REASON_TOO_FEW] = "too-few",
    [NP_REASON_FRAGMENTED] = "fragmented",
    [NP_REASON_BOUNDARY] = "boundary",
};

static void fail(struct np_answer *answer, const char *reason, const char *parameter)
{
    answer->status = NP_STATUS_FAILED;
    answer->reason = reason;
    answer->parameter = parameter;
    answer->runs.count = 0;
}

/** Whether a request is invalid, by its own values or by its name; the answer then says so. */
static bool invalid(struct np_answer *answer, enum np_parameter parameter, const struct np_name *name)
{
    if (parameter != NP_PARAMETER_NONE)
        fail(answer, "invalid", parameter_names[parameter]);
    else if (name->held != NP_HELD_NOTHING)
        fail(answer, "invalid", "name");
    else
        return false;
    return true;
}

static void add_figures(const struct session *session, struct np_answer *answer, struct np_figures figures)
{
    answer->has_figures = true;
    answer->figures = figures;
    answer->blocker = figures.blocker == NP_NONE ? NP_ABSENT : np_page_state(&session->machine, figures.blocker);
}

/**
 * Adds the figures of the state that a request met, which took the pages in session->pfns: they are freed for the
 * moment. The same request in the same state takes the same pages.
 */
static void add_figures_before(struct session *session, struct np_answer *answer, bool removed)
{
    const struct np_pages_request *request = &answer->operation->pages;
    if (removed)
        np_add_pages(&session->machine, session->pfns, answer->pages);
    else
        np_free_pages(&session->machine, session->pfns, answer->pages);
    add_figures(session, answer, np_figures_pages(&session->machine, request));
    np_allocate_pages(&session->machine, request, session->pfns);
}

/** Lets a name hold the pages of an answer. False when out of memory. */
static bool keep(struct np_name *name, enum np_held held, const struct np_answer *answer)
{
    const struct np_runs *runs = &answer->runs;
    name->held = held;
    name->pages = answer->pages;
    name->first = runs->at[0].first;
    if (held == NP_HELD_BLOCK) return true;
    name->runs = malloc(runs->count * sizeof *name->runs);
    if (name->runs == NULL) return false;
    name->run_count = runs->count;
    for (uint64_t i = 0; i < runs->count; i++)
        name->runs[i] = np_run_pack(runs->at[i].first, runs->at[i].pages);
    return true;
}

static bool do_pages(struct session *session, struct np_answer *answer)
{
    const struct np_pages_request *request = &answer->operation->pages;
    struct np_name *name = np_names_add(&session->names, answer->operation->name);
    if (name == NULL) return false;
    if (invalid(answer, np_check_pages_request(&session->machine, request), name)) return true;

    answer->wanted = np_pages_wanted(request);
    uint64_t got = np_allocate_pages(&session->machine, request, session->pfns);
    if (got == 0) {
        fail(answer, reason_names[np_why_pages(&session->machine, request)], NULL);
        add_figures(session, answer, np_figures_pages(&session->machine, request));
        return true;
    }
    answer->pages = got;
    answer->status = got == answer->wanted ? NP_STATUS_OK : NP_STATUS_PARTIAL;
    bool removed = (request->flags & NP_AND_HOT_REMOVE) != 0;
    if (answer->status == NP_STATUS_PARTIAL && session->json) add_figures_before(session, answer, removed);
    return np_runs_of_pages(&answer->runs, session->layout, session->pfns, got) &&
           keep(name, removed ? NP_HELD_REMOVED : NP_HELD_PAGES, answer);
}

static bool do_contiguous(struct session *session, struct np_answer *answer)
{
    const struct np_contiguous_request *request = &answer->operation->contiguous;
    struct np_name *name = np_names_add(&session->names, answer->operation->name);
    if (name == NULL) return false;
    if (invalid(answer, np_check_contiguous_request(&session->machine, request), name)) return true;

    answer->wanted = answer->requested;
    uint64_t first = np_allocate_contiguous(&session->machine, request);
    if (first == NP_NONE) {
        fail(answer, reason_names[np_why_contiguous(&session->machine, request)], NULL);
        add_figures(session, answer, np_figures_contiguous(&session->machine, request));
        return true;
    }
    answer->pages = answer->wanted;
    return np_runs_of_block(&answer->runs, session->layout, first, answer->pages) && keep(name, NP_HELD_BLOCK, answer);
}

/** Writes the pages that a name holds to session->pfns. */
static void unpack(struct session *session, const struct np_name *name)
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < name->run_count; i++)
        for (uint64_t j = 0; j < np_run_pages(name->runs[i]); j++)
            session->pfns[count++] = np_run_first(name->runs[i]) + j;
}

/**
 * Gives back what a name holds by the routine that matches: no other name holds any of it, so that it can't be
 * refused.
 */
static uint64_t give_back(struct session *session, const struct np_name *name)
{
    if (name->held == NP_HELD_BLOCK) return np_free_contiguous(&session->machine, name->first);
    unpack(session, name);
    if (name->held == NP_HELD_REMOVED) return np_add_pages(&session->machine, session->pfns, name->pages);
    return np_free_pages(&session->machine, session->pfns, name->pages);
}

static void do_give(struct session *session, struct np_answer *answer, struct np_name *name)
{
    bool add = answer->operation->kind == NP_OPERATION_ADD;
    bool removed = name->held == NP_HELD_REMOVED;
    if (name->held == NP_HELD_NOTHING || add != removed) {
        fail(answer, add ? "not-removed" : "not-allocated", NULL);
        return;
    }
    answer->pages = give_back(session, name);
    np_holds_freed(&session->holds);
    np_name_release(name);
}

static bool do_hold_or_drop(struct session *session, struct np_answer *answer)
{
    const struct np_operation *operation = answer->operation;
    if (operation->high < operation->low) {
        fail(answer, "invalid", "range");
        return true;
    }
    uint64_t first = operation->low / NP_PAGE_SIZE + (operation->low % NP_PAGE_SIZE != 0);
    uint64_t end = operation->high / NP_PAGE_SIZE + (operation->high % NP_PAGE_SIZE == NP_PAGE_SIZE - 1);
    if (end > NP_PFN_LIMIT) end = NP_PFN_LIMIT;
    if (first >= end) return true;
    if (operation->kind == NP_OPERATION_HOLD)
        answer->pages = np_holds_take(&session->holds, &session->machine, first, end, session->pfns);
    else
        answer->pages = np_holds_drop(&session->holds, &session->machine, first, end, session->pfns);
    return answer->pages != NP_NONE;
}

/** Carries an operation out. False when out of memory. */
static bool answer_operation(struct session *session, struct np_answer *answer, struct np_name *named)
{
    switch (answer->operation->kind) {
    case NP_OPERATION_PAGES:
        return do_pages(session, answer);
    case NP_OPERATION_CONTIGUOUS:
        return do_contiguous(session, answer);
    case NP_OPERATION_FREE:
    case NP_OPERATION_ADD:
        do_give(session, answer, named);
        return true;
    case NP_OPERATION_HOLD:
    case NP_OPERATION_DROP:
        return do_hold_or_drop(session, answer);
    }
    return true;
}

static bool refuse(const struct np_text *text, const char *reason)
{
    fflush(stdout);
    np_complain(stderr, text->name, text->line, "%s", reason);
    return false;
}

/** The pages that the bytes of a request hold, valid or not. */
static uint64_t pages_of(const struct np_operation *operation)
{
    const uint64_t bytes = operation->kind == NP_OPERATION_PAGES        ? operation->pages.total
                           : operation->kind == NP_OPERATION_CONTIGUOUS ? operation->contiguous.bytes
                                                                        : 0;
    return bytes / NP_PAGE_SIZE + (bytes % NP_PAGE_SIZE != 0);
}

/** Reads a line, carries it out and prints the answer. False with a message. */
static bool replay_line(struct session *session, const struct np_text *text, const struct np_line *line)
{
    struct np_operation operation;
    struct np_name *named = NULL;
    char reason[NP_TRACE_REASON_SIZE], quoted[NP_QUOTE_SIZE];
    enum np_trace_line read = np_trace_read(line->text, &operation, reason);
    if (read == NP_TRACE_NOTHING) return true;
    if (read == NP_TRACE_UNREADABLE) return refuse(text, reason);

    if (operation.kind == NP_OPERATION_FREE || operation.kind == NP_OPERATION_ADD) {
        named = np_names_find(&session->names, operation.name);
        if (named == NULL) {
            snprintf(reason, sizeof reason, "no line before this one uses the name '%s'",
                     np_quote(quoted, operation.name));
            return refuse(text, reason);
        }
    }
    struct np_answer answer = {
        .operation = &operation, .line = line->number, .requested = pages_of(&operation), .runs = session->runs};
    answer.runs.count = 0;
    bool room = answer_operation(session, &answer, named);
    session->runs = answer.runs;
    if (room && session->json)
        room = np_print_json(stdout, &answer);
    else if (room)
        np_print_sentence(stdout, &answer);
    return room || refuse(text, "out of memory");
}

/* ---- Signals that end the command ---- */

static const int endings[] = {SIGINT, SIGTERM, SIGHUP};
static volatile sig_atomic_t ending;  /* a signal that waits for the end of an answer, or 0 */
static volatile sig_atomic_t between; /* all answers so far are written */

/** An answer that has begun is written to its end. A second signal does not wait. */
static void on_ending(int number)
{
    if (between == 0 && ending == 0) {
        ending = number;
        return;
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void catch_endings(void)
{
    struct sigaction action = {.sa_handler = on_ending, .sa_flags = SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (sigaction(endings[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(endings[i], &action, NULL);
}

/** The next line. Whoever waits for the answers so far before writing on gets them. */
static enum np_text_status next_line(struct np_text *text, struct np_line *line)
{
    const bool waits = !np_text_ready(text);
    if (waits) fflush(stdout);
    between = waits;
    if (ending != 0) { /* came just before */
        fflush(stdout);
        signal(ending, SIG_DFL);
        raise(ending);
    }
    const enum np_text_status status = np_text_next(text, line);
    between = 0;
    return status;
}

static bool replay_text(struct session *session, struct np_text *text)
{
    struct np_line line;
    struct np_progress progress;
    bool fine = true;
    np_progress_start(&progress);
    catch_endings();
    while (fine) {
        const enum np_text_status status = next_line(text, &line);
        if (status == NP_TEXT_END) break;
        np_progress_at(&progress, text->line);
        fine = status == NP_TEXT_LINE ? replay_line(session, text, &line) : refuse(text, text->fault);
        if (ferror(stdout)) break; /* the end of the command says so */
    }
    np_progress_end(&progress);
    return fine;
}

/** Makes ready for a replay. False with a message. */
static bool start(struct session *session)
{
    if (!np_layout_setup(session->layout, stderr, &session->machine, &session->storage)) return false;
    session->pfns = malloc(NP_CALL_LIMIT * sizeof *session->pfns);
    if (session->pfns != NULL && np_holds_start(&session->holds, session->layout)) return true;
    np_complain(stderr, NULL, 0, "out of memory");
    return false;
}

static void end(struct session *session)
{
    np_names_free(&session->names);
    np_holds_free(&session->holds);
    np_runs_free(&session->runs);
    np_storage_free(&session->storage);
    free(session->pfns);
}

int np_replay(const struct np_layout *layout, const char *trace, bool json)
{
    struct np_text text;
    struct session session = {.layout = layout, .json = json};
    if (!np_text_open(&text, trace)) {
        np_complain(stderr, trace, 0, "%s", text.fault);
        return 2;
    }
    bool fine = start(&session) && replay_text(&session, &text);
    end(&session);
    np_text_close(&text);
    return fine ? 0 : 2;
}
