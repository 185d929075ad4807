/* SPDX-License-Identifier: MIT */
/*
 * Target `session`: a replay as the command does it, a whole trace from text to answers.
 *
 * The input is a trace. Lines at its end that begin with `%` are not of it:
 *
 *     %machine HEX   the bytes of a machine, as `machine.h` reads them; at most 64
 *     %sentences     the answers are for people: only their number and the end are compared
 *     %memory N      the replay gets memory N times, and no more
 *     %bare          the trace ends as it stands; without this, two lines that tell each page's state come behind it
 *
 * Each answer is compared to the letter with what the executable specification says, written by a printer of this file's own.
 * Lines are read by the reader of traces, which the target `traces` tests.
 */
#define _GNU_SOURCE 1

#include "data.h"
#include "layouts.h"
#include "machine.h"
#include "memory.h"
#include "target.h"

#include "../spec/oracle.h"
#include "../src/cli/replay.h"
#include "../src/cli/trace.h"
#include "../src/host/text.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_NAMES 64u
#define MOST_MACHINE 64u
#define TELL_STATES "\nhold 0-0xffffffffffffffff\ndrop 0-0xffffffffffffffff\n"

const size_t fuzz_record_size = 1;
const size_t fuzz_most_records = SIZE_MAX;

size_t fuzz_records_end(const uint8_t *data, size_t size)
{
    (void)data;
    return size;
}

enum holds { NOTHING, PAGES, BLOCK, REMOVED };

struct name {
    char *text;
    enum holds holds;
    uint64_t count;
    uint64_t pfns[ORACLE_MAX_PAGES];
};

static struct {
    struct oracle oracle;
    struct fuzz_machine map;
    struct name names[MOST_NAMES];
    unsigned name_count;
    bool held[ORACLE_MAX_PAGES]; /* by nobody: `hold` */
    uint8_t machine[MOST_MACHINE];
    size_t machine_size;
    bool sentences;
    bool bare;
    long memory;
} s;

/* ---- The input ---- */

static unsigned hex_digit(char c)
{
    const char *digits = "0123456789abcdef", *at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? 16 : (unsigned)(at - digits);
}

static void read_wish(const char *line)
{
    if (strncmp(line, "%machine ", 9) == 0) {
        s.machine_size = 0;
        for (const char *at = line + 9; hex_digit(at[0]) < 16 && hex_digit(at[1]) < 16; at += 2) {
            if (s.machine_size == MOST_MACHINE) break;
            s.machine[s.machine_size++] = (uint8_t)(hex_digit(at[0]) << 4 | hex_digit(at[1]));
        }
    }
    if (strcmp(line, "%sentences") == 0) s.sentences = true;
    if (strcmp(line, "%bare") == 0) s.bare = true;
    if (sscanf(line, "%%memory %4ld", &s.memory) != 1) return;
    if (s.memory < 0) s.memory = -1;
}

/* Takes the last line off a text when it is a wish. */
static bool take_wish(const char *text, size_t *size)
{
    char line[160];
    size_t end = *size;
    if (end > 0 && text[end - 1] == '\n') end--;
    const char *newline = memrchr(text, '\n', end);
    const size_t begin = newline == NULL ? 0 : (size_t)(newline - text) + 1;
    if (begin == end || text[begin] != '%' || end - begin >= sizeof line) return false;
    memcpy(line, text + begin, end - begin);
    line[end - begin] = '\0';
    read_wish(line);
    *size = begin;
    return true;
}

/* ---- What must be answered ---- */

static const char *const parameters[] = {"none", "bytes", "low", "high", "skip", "boundary", "node", "flags"};
static const char *const reasons[] = {"none", "invalid", "limit",      "empty-range",
                                      "node", "too-few", "fragmented", "boundary"};

static struct name *find_name(const char *text)
{
    for (unsigned i = 0; i < s.name_count; i++)
        if (strcmp(s.names[i].text, text) == 0) return &s.names[i];
    return NULL;
}

/* There are fewer lines than names. */
static struct name *add_name(const char *text)
{
    struct name *name = find_name(text);
    if (name != NULL) return name;
    if (s.name_count == MOST_NAMES) return NULL;
    name = &s.names[s.name_count++];
    name->text = strdup(text);
    name->holds = NOTHING;
    if (name->text == NULL) fuzz_fail("no memory");
    return name;
}

static void begin_answer(FILE *out, uint64_t line, const char *op, const char *id, const char *status)
{
    fprintf(out, "{\"line\":%" PRIu64 ",\"op\":\"%s\",", line, op);
    if (id != NULL) fprintf(out, "\"id\":\"%s\",", id);
    fprintf(out, "\"status\":\"%s\",", status);
}

/* What stands behind the runs of a request: what it asked for and, where they are needed, the figures. */
struct tail {
    bool request;
    uint64_t bytes;
    bool has_figures;
    struct np_figures figures;
};

static void print_pfn(FILE *out, const char *key, uint64_t pfn)
{
    if (pfn == NP_NONE)
        fprintf(out, ",\"%s\":null", key);
    else
        fprintf(out, ",\"%s\":%" PRIu64, key, pfn);
}

static void print_tail(FILE *out, const struct tail *tail)
{
    if (!tail->request) return;
    fprintf(out, ",\"wanted\":%" PRIu64, tail->bytes / NP_PAGE_SIZE + (tail->bytes % NP_PAGE_SIZE != 0));
    if (!tail->has_figures) return;
    fprintf(out, ",\"figures\":{\"eligible\":%" PRIu64 ",\"longest\":%" PRIu64, tail->figures.eligible,
            tail->figures.longest);
    print_pfn(out, "first", tail->figures.first);
    print_pfn(out, "blocker", tail->figures.blocker);
    fprintf(out, "}");
}

static void end_answer(FILE *out, uint64_t pages, const uint64_t *pfns, const struct tail *tail)
{
    fprintf(out, "\"pages\":%" PRIu64 ",\"runs\":[", pages);
    for (uint64_t i = 0; pfns != NULL && i < pages;) {
        const uint32_t node = oracle_page_node(&s.oracle, pfns[i]);
        uint64_t n = 1;
        while (i + n < pages && pfns[i + n] == pfns[i] + n && oracle_page_node(&s.oracle, pfns[i + n]) == node)
            n++;
        fprintf(out, "%s[%" PRIu64 ",%" PRIu64 ",%" PRIu32 "]", i == 0 ? "" : ",", pfns[i], n, node);
        i += n;
    }
    fprintf(out, "]");
    print_tail(out, tail);
    fprintf(out, "}\n");
}

static void failed(FILE *out, uint64_t line, const char *op, const char *id, const char *reason, const char *parameter,
                   const struct tail *tail)
{
    begin_answer(out, line, op, id, "failed");
    fprintf(out, "\"reason\":\"%s\",", reason);
    if (parameter != NULL) fprintf(out, "\"parameter\":\"%s\",", parameter);
    end_answer(out, 0, NULL, tail);
}

static void answer_pages(FILE *out, uint64_t line, const struct np_operation *o, struct name *name)
{
    const enum np_parameter wrong = oracle_check_pages_request(&s.oracle, &o->pages);
    struct tail tail = {.request = true, .bytes = o->pages.total};
    if (wrong != NP_PARAMETER_NONE || name->holds != NOTHING) {
        failed(out, line, "pages", o->name, "invalid", wrong != NP_PARAMETER_NONE ? parameters[wrong] : "name", &tail);
        return;
    }
    const uint64_t wanted = oracle_pages_wanted(&o->pages);
    tail.figures = oracle_figures_pages(&s.oracle, &o->pages);
    const uint64_t got = oracle_allocate_pages(&s.oracle, &o->pages, name->pfns);
    tail.has_figures = got == 0 || got < wanted;
    if (got == 0) {
        failed(out, line, "pages", o->name, reasons[oracle_why_pages(&s.oracle, &o->pages)], NULL, &tail);
        return;
    }
    name->holds = (o->pages.flags & NP_AND_HOT_REMOVE) != 0 ? REMOVED : PAGES;
    name->count = got;
    begin_answer(out, line, "pages", o->name, got == wanted ? "ok" : "partial");
    end_answer(out, got, name->pfns, &tail);
}

static void answer_contiguous(FILE *out, uint64_t line, const struct np_operation *o, struct name *name)
{
    const enum np_parameter wrong = oracle_check_contiguous_request(&s.oracle, &o->contiguous);
    struct tail tail = {.request = true, .bytes = o->contiguous.bytes};
    if (wrong != NP_PARAMETER_NONE || name->holds != NOTHING) {
        failed(out, line, "contiguous", o->name, "invalid", wrong != NP_PARAMETER_NONE ? parameters[wrong] : "name",
               &tail);
        return;
    }
    tail.figures = oracle_figures_contiguous(&s.oracle, &o->contiguous);
    const uint64_t first = oracle_allocate_contiguous(&s.oracle, &o->contiguous);
    tail.has_figures = first == NP_NONE;
    if (first == NP_NONE) {
        failed(out, line, "contiguous", o->name, reasons[oracle_why_contiguous(&s.oracle, &o->contiguous)], NULL,
               &tail);
        return;
    }
    name->holds = BLOCK;
    name->count = (o->contiguous.bytes + NP_PAGE_SIZE - 1) / NP_PAGE_SIZE;
    for (uint64_t i = 0; i < name->count; i++)
        name->pfns[i] = first + i;
    begin_answer(out, line, "contiguous", o->name, "ok");
    end_answer(out, name->count, name->pfns, &tail);
}

static void answer_release(FILE *out, uint64_t line, const struct np_operation *o, struct name *name)
{
    const bool add = o->kind == NP_OPERATION_ADD;
    const char *op = add ? "add" : "free";
    if (name->holds == NOTHING || (name->holds == REMOVED) != add) {
        failed(out, line, op, o->name, add ? "not-removed" : "not-allocated", NULL, &(struct tail){0});
        return;
    }
    const uint64_t count = name->holds == BLOCK ? oracle_free_contiguous(&s.oracle, name->pfns[0])
                           : add                ? oracle_add_pages(&s.oracle, name->pfns, name->count)
                                                : oracle_free_pages(&s.oracle, name->pfns, name->count);
    if (count != name->count) fuzz_fail("the specification does not free what it allocated");
    name->holds = NOTHING;
    begin_answer(out, line, op, o->name, "ok");
    end_answer(out, count, NULL, &(struct tail){0});
}

/* `hold` and `drop`: the pages that lie whole in the range, by their state and by nothing else. */
static void answer_range(FILE *out, uint64_t line, const struct np_operation *o)
{
    const bool hold = o->kind == NP_OPERATION_HOLD;
    const char *op = hold ? "hold" : "drop";
    uint64_t changed = 0;
    if (o->high < o->low) {
        failed(out, line, op, NULL, "invalid", "range", &(struct tail){0});
        return;
    }
    for (uint32_t i = 0; i < s.oracle.pages; i++) {
        struct oracle_page *page = &s.oracle.page[i];
        const uint64_t first = page->pfn * NP_PAGE_SIZE;
        if (first < o->low || first + (NP_PAGE_SIZE - 1) > o->high) continue;
        if (hold ? page->state != ORACLE_FREE : !s.held[i]) continue;
        page->state = hold ? ORACLE_ALLOCATED : ORACLE_FREE;
        s.held[i] = hold;
        changed++;
    }
    begin_answer(out, line, op, NULL, "ok");
    end_answer(out, changed, NULL, &(struct tail){0});
}

/* @return false when the replay ends at this line */
static bool answer_line(FILE *out, uint64_t line, char *text)
{
    char reason[NP_TRACE_REASON_SIZE];
    struct np_operation o;
    struct name *name = NULL;
    const enum np_trace_line read = np_trace_read(text, &o, reason);
    if (read == NP_TRACE_NOTHING) return true;
    if (read == NP_TRACE_UNREADABLE) return false;
    switch (o.kind) {
    case NP_OPERATION_PAGES:
        answer_pages(out, line, &o, add_name(o.name));
        return true;
    case NP_OPERATION_CONTIGUOUS:
        answer_contiguous(out, line, &o, add_name(o.name));
        return true;
    case NP_OPERATION_FREE:
    case NP_OPERATION_ADD:
        name = find_name(o.name);
        if (name != NULL) answer_release(out, line, &o, name);
        return name != NULL;
    case NP_OPERATION_HOLD:
    case NP_OPERATION_DROP:
        answer_range(out, line, &o);
        return true;
    }
    return true;
}

/* The answers to a trace. @return the line that it ends at, or 0 if it is read to its end */
static uint64_t answer_trace(FILE *out, const char *text, size_t size)
{
    uint64_t number = 0;
    for (size_t at = 0; at < size;) {
        const char *newline = memchr(text + at, '\n', size - at);
        size_t length = newline == NULL ? size - at : (size_t)(newline - text) - at;
        const size_t next = at + length + 1;
        number++;
        if (memchr(text + at, '\0', length) != NULL || length > NP_LINE_LIMIT) return number;
        while (length > 0 && text[at + length - 1] == '\r')
            length--;
        const size_t mark = number == 1 && length >= 3 && memcmp(text + at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        char *line = strndup(text + at + mark, length - mark);
        if (line == NULL) fuzz_fail("no memory");
        const bool more = answer_line(out, number, line);
        free(line);
        if (!more) return number;
        at = next;
    }
    return 0;
}

/* ---- The replay ---- */

static const int endings[] = {SIGINT, SIGTERM, SIGHUP};

/* Runs the replay with streams in memory, and leaves the engine its signals. */
static int run(const struct np_layout *layout, const char *name, FILE *answers, FILE *messages)
{
    FILE *const out = stdout, *const err = stderr;
    struct sigaction before[sizeof endings / sizeof endings[0]];
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        sigaction(endings[i], NULL, &before[i]);
    stdout = answers;
    stderr = messages;
    fuzz_memory_left = s.memory;
    const int status = np_replay(layout, name, !s.sentences);
    fuzz_memory_left = -1;
    stdout = out;
    stderr = err;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        sigaction(endings[i], &before[i], NULL);
    return status;
}

static uint64_t lines_in(const char *text)
{
    uint64_t lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

/* The first line that differs. */
static void compare_answers(const char *got, const char *should)
{
    for (uint64_t line = 1; *got != '\0' || *should != '\0'; line++) {
        const size_t a = strcspn(got, "\n"), b = strcspn(should, "\n");
        if (a != b || memcmp(got, should, a) != 0 || got[a] != should[b])
            fuzz_fail("answer %" PRIu64 " differs\n  the command:  %.*s\n  as specified: %.*s", line, (int)a, got,
                      (int)b, should);
        got += a + (got[a] != '\0');
        should += b + (should[b] != '\0');
    }
}

static void compare(int status, const char *got, const char *should, const char *messages, const char *name,
                    uint64_t ends_at)
{
    char place[64];
    layout_check_messages(messages, status == 0);
    if (s.memory >= 0 && status == 2 && strstr(messages, "memory") != NULL) {
        const size_t length = strlen(got);
        if (length != 0 && got[length - 1] != '\n') fuzz_fail("half an answer: %s", got);
        if (!s.sentences && strncmp(got, should, length) != 0) fuzz_fail("answers before memory ran out: %s", got);
        return;
    }
    if (s.sentences && lines_in(got) != lines_in(should))
        fuzz_fail("%" PRIu64 " answers, not %" PRIu64 ":\n%s", lines_in(got), lines_in(should), got);
    if (!s.sentences) compare_answers(got, should);
    if (status != (ends_at == 0 ? 0 : 2)) fuzz_fail("status %d: %s", status, messages);
    snprintf(place, sizeof place, "nodepages: %s:%" PRIu64 ": ", name, ends_at);
    if (ends_at != 0 && strncmp(messages, place, strlen(place)) != 0)
        fuzz_fail("line %" PRIu64 " is not reported: %s", ends_at, messages);
}

static int file_of(const char *text, size_t size)
{
    const int file = memfd_create("trace", 0);
    if (file < 0) fuzz_fail("memfd_create");
    for (size_t done = 0; done < size;) {
        const ssize_t wrote = write(file, text + done, size - done);
        if (wrote <= 0) fuzz_fail("write");
        done += (size_t)wrote;
    }
    return file;
}

static void make_machine(struct np_layout *layout)
{
    struct fuzz_data d = fuzz_data_of(s.machine, s.machine_size);
    fuzz_read_machine(&d, &s.map);
    *layout = (struct np_layout){
        .ranges = s.map.ranges, .count = s.map.range_count, .nodes = s.map.nodes, .has_distances = s.map.has_distance};
    memcpy(layout->distances, s.map.distance, sizeof s.map.distance);
    if (!oracle_setup(&s.oracle, s.map.ranges, s.map.range_count, s.map.nodes,
                      s.map.has_distance ? s.map.distance : NULL))
        fuzz_fail("the machine is too large for the specification");
}

static void replay(const char *text, size_t size)
{
    struct np_layout layout;
    char *got = NULL, *should = NULL, *messages = NULL, name[32];
    size_t got_size = 0, should_size = 0, messages_size = 0;
    make_machine(&layout);
    FILE *answers = open_memstream(&got, &got_size), *expected = open_memstream(&should, &should_size);
    FILE *said = open_memstream(&messages, &messages_size);
    if (answers == NULL || expected == NULL || said == NULL) fuzz_fail("no memory");
    const int file = file_of(text, size);
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    const uint64_t ends_at = answer_trace(expected, text, size);
    const int status = run(&layout, name, answers, said);
    close(file);
    fclose(answers);
    fclose(expected);
    fclose(said);
    fuzz_tell("%.*s\nstatus %d\n%s%s", (int)size, text, status, got, messages);
    compare(status, got, should, messages, name, ends_at);
    free(got);
    free(should);
    free(messages);
}

/* As much of a text as has not too many lines. */
static size_t few_lines(const char *text, size_t size)
{
    unsigned lines = 0;
    for (size_t i = 0; i < size; i++)
        if (text[i] == '\n' && ++lines == MOST_NAMES - 1) return i + 1;
    return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(&s, 0, sizeof s);
    s.memory = -1;
    while (size > 0 && take_wish((const char *)data, &size))
        continue;
    size = few_lines((const char *)data, size);
    const size_t more = s.bare ? 0 : strlen(TELL_STATES);
    char *text = malloc(size + more + 1);
    if (text == NULL) fuzz_fail("no memory");
    memcpy(text, data, size);
    memcpy(text + size, TELL_STATES, more);
    replay(text, size + more);
    for (unsigned i = 0; i < s.name_count; i++)
        free(s.names[i].text);
    free(text);
    return 0;
}
