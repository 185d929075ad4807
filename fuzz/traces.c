/* SPDX-License-Identifier: MIT */
/*
 * Target `traces`: the reader of traces, on text.
 *
 * Every line that is read is written down in one plain way and read again, and must come to the same operation. Every
 * number in it is read a second time, by the C library's own reader. A line that is refused has its reason.
 */
#define _GNU_SOURCE 1

#include "target.h"

#include "../src/cli/trace.h"
#include "../src/host/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const size_t fuzz_record_size = 1;
const size_t fuzz_most_records = SIZE_MAX;

size_t fuzz_records_end(const uint8_t *data, size_t size)
{
    (void)data;
    return size;
}

/* ---- Written down and read again ---- */

static void write_line(char *line, size_t size, const struct np_operation *o)
{
    const char *word = np_operation_word(o->kind);
    const struct np_pages_request *p = &o->pages;
    const struct np_contiguous_request *c = &o->contiguous;
    switch (o->kind) {
    case NP_OPERATION_PAGES:
        snprintf(line, size,
                 "%s = %s bytes=%" PRIu64 " low=%" PRIu64 " high=0x%" PRIx64 " skip=%" PRIu64 " node=%" PRIu32
                 " flags=0x%" PRIx32,
                 o->name, word, p->total, p->low, p->high, p->skip, p->node, p->flags);
        break;
    case NP_OPERATION_CONTIGUOUS:
        snprintf(line, size,
                 "%s = %s node=%" PRIu32 " boundary=0x%" PRIx64 " high=%" PRIu64 " low=0x%" PRIx64 " bytes=%" PRIu64,
                 o->name, word, c->node, c->boundary, c->high, c->low, c->bytes);
        break;
    case NP_OPERATION_FREE:
    case NP_OPERATION_ADD:
        snprintf(line, size, "%s %s", word, o->name);
        break;
    case NP_OPERATION_HOLD:
    case NP_OPERATION_DROP:
        snprintf(line, size, "%s %" PRIu64 "-0x%" PRIx64, word, o->low, o->high);
        break;
    }
}

static bool same_name(const struct np_operation *a, const struct np_operation *b)
{
    if (a->name == NULL || b->name == NULL) return a->name == b->name;
    return strcmp(a->name, b->name) == 0;
}

static bool same(const struct np_operation *a, const struct np_operation *b)
{
    const struct np_pages_request *p = &a->pages, *q = &b->pages;
    const struct np_contiguous_request *c = &a->contiguous, *d = &b->contiguous;
    return a->kind == b->kind && same_name(a, b) && a->low == b->low && a->high == b->high && p->low == q->low &&
           p->high == q->high && p->skip == q->skip && p->total == q->total && p->node == q->node &&
           p->flags == q->flags && c->bytes == d->bytes && c->low == d->low && c->high == d->high &&
           c->boundary == d->boundary && c->node == d->node;
}

static void check_written(const struct np_operation *operation)
{
    const size_t size = (operation->name == NULL ? 0 : strlen(operation->name)) + 256;
    struct np_operation again;
    char reason[NP_TRACE_REASON_SIZE] = "";
    char *line = malloc(size), *kept = malloc(size);
    if (line == NULL || kept == NULL) fuzz_fail("no memory");
    write_line(line, size, operation);
    strcpy(kept, line);
    fuzz_tell("  is %s\n", kept);
    if (np_trace_read(line, &again, reason) != NP_TRACE_OPERATION) fuzz_fail("'%s' is not read: %s", kept, reason);
    if (!same(operation, &again)) fuzz_fail("'%s' is read as something else", kept);
    free(line);
    free(kept);
}

/* ---- Numbers, a second time ---- */

/* A number with its suffix, where the C library and this language agree on what one is. False where they do not. */
static bool second_number(const char *text, uint64_t *value)
{
    char *end = NULL;
    if (text[0] < '0' || text[0] > '9' || strlen(text) > 12) return false;
    const bool hex = text[0] == '0' && text[1] == 'x';
    const unsigned long long number = strtoull(hex ? text + 2 : text, &end, hex ? 16 : 10);
    static const char *const suffixes[] = {"", "K", "M", "G", "T", "", "KiB", "MiB", "GiB", "TiB"};
    for (unsigned i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (strcmp(end, suffixes[i]) == 0) {
            *value = number;
            for (unsigned k = 0; k < i % 5; k++)
                *value *= 1024;
            return *value / 1024 / 1024 / 1024 / 1024 < UINT64_C(1) << 20;
        }
    return false;
}

/* What an operation has under a key. */
static uint64_t value_of(const struct np_operation *o, const char *key, bool *known)
{
    const bool pages = o->kind == NP_OPERATION_PAGES;
    const struct {
        const char *key;
        uint64_t value;
    } all[] = {
        {"bytes", pages ? o->pages.total : o->contiguous.bytes},
        {"low", pages ? o->pages.low : o->contiguous.low},
        {"high", pages ? o->pages.high : o->contiguous.high},
        {"skip", o->pages.skip},
        {"boundary", o->contiguous.boundary},
        {"node", pages ? o->pages.node : o->contiguous.node},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(all[i].key, key) == 0) {
            *known = true;
            return all[i].value;
        }
    *known = false;
    return 0;
}

/* Each key=number of a line that was read. */
static void check_numbers(char *line, const struct np_operation *operation)
{
    char *rest = NULL;
    if (operation->kind != NP_OPERATION_PAGES && operation->kind != NP_OPERATION_CONTIGUOUS) return;
    line[strcspn(line, "#")] = '\0';
    for (char *token = strtok_r(line, " \t", &rest); token != NULL; token = strtok_r(NULL, " \t", &rest)) {
        char *equals = strchr(token, '=');
        uint64_t should = 0;
        bool known = false;
        if (equals == NULL || !second_number(equals + 1, &should)) continue;
        *equals = '\0';
        const uint64_t got = value_of(operation, token, &known);
        if (strcmp(token, "node") == 0 && should > UINT32_MAX) continue;
        if (known && got != should) fuzz_fail("%s=%s: read as %" PRIu64, token, equals + 1, got);
    }
}

/* ---- Lines ---- */

static void check_line(const struct np_line *line)
{
    struct np_operation operation;
    char reason[NP_TRACE_REASON_SIZE] = "";
    char *kept = strdup(line->text);
    if (kept == NULL) fuzz_fail("no memory");
    fuzz_tell("line %" PRIu64 ": %s\n", line->number, kept);
    const enum np_trace_line read = np_trace_read(line->text, &operation, reason);
    if (read == NP_TRACE_NOTHING && kept[strspn(kept, " \t")] != '\0' && kept[strspn(kept, " \t")] != '#')
        fuzz_fail("a line that says something is passed over: %s", kept);
    if (read == NP_TRACE_UNREADABLE) {
        if (reason[0] == '\0') fuzz_fail("refused without a reason: %s", kept);
        fuzz_tell("  refused: %s\n", reason);
    }
    if (read == NP_TRACE_OPERATION) {
        check_written(&operation);
        check_numbers(kept, &operation);
    }
    free(kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct np_text text;
    struct np_line line;
    enum np_text_status status;
    uint64_t lines = 0;
    if (!np_text_in_memory(&text, "trace", data, size)) fuzz_fail("no memory");
    while ((status = np_text_next(&text, &line)) == NP_TEXT_LINE) {
        if (line.number != ++lines) fuzz_fail("line %" PRIu64 " has number %" PRIu64, lines, line.number);
        check_line(&line);
    }
    if (status == NP_TEXT_FAULT && text.fault[0] == '\0') fuzz_fail("a fault without a reason");
    np_text_close(&text);
    return 0;
}
