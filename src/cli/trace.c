/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "trace.h"

#include "../host/message.h"
#include "../host/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BLANKS " \t"
#define NO_NODE UINT32_C(0x7fffffff) /* no machine has it */
#define NO_FLAG UINT32_C(0x80000000) /* no flag: stands for all bits past 32 */

static const char *const words[] = {
    [NP_OPERATION_PAGES] = "pages", [NP_OPERATION_CONTIGUOUS] = "contiguous",
    [NP_OPERATION_FREE] = "free",   [NP_OPERATION_ADD] = "add",
    [NP_OPERATION_HOLD] = "hold",   [NP_OPERATION_DROP] = "drop",
};

static const struct {
    const char *name;
    uint32_t value;
} flag_names[] = {
    {"DONT_ZERO", NP_DONT_ZERO},
    {"FROM_LOCAL_NODE_ONLY", NP_FROM_LOCAL_NODE_ONLY},
    {"FULLY_REQUIRED", NP_FULLY_REQUIRED},
    {"NO_WAIT", NP_NO_WAIT},
    {"PREFER_CONTIGUOUS", NP_PREFER_CONTIGUOUS},
    {"REQUIRE_CONTIGUOUS_CHUNKS", NP_REQUIRE_CONTIGUOUS_CHUNKS},
    {"AND_HOT_REMOVE", NP_AND_HOT_REMOVE},
};

enum key { KEY_BYTES, KEY_LOW, KEY_HIGH, KEY_SKIP, KEY_BOUNDARY, KEY_NODE, KEY_FLAGS, KEY_COUNT };

static const char *const key_names[KEY_COUNT] = {"bytes", "low", "high", "skip", "boundary", "node", "flags"};

const char *np_operation_word(enum np_operation_kind kind)
{
    return words[kind];
}

__attribute__((format(printf, 2, 3))) static bool wrong(char *reason, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, NP_TRACE_REASON_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

static bool is_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    bool digit = text[0] >= '0' && text[0] <= '9';
    return text[0] != '\0' && !digit && text[strspn(text, letters)] == '\0';
}

/** The power of two that a suffix at *at stands for; moves *at past it. 0 for no suffix. */
static unsigned read_suffix(const char **at)
{
    static const char letters[] = "KMGT";
    const char *letter = **at == '\0' ? NULL : strchr(letters, **at);
    if (letter == NULL) return 0;
    *at += strncmp(*at + 1, "iB", 2) == 0 ? 3 : 1;
    return 10 * (unsigned)(letter - letters + 1);
}

/** Reads a number with its suffix at *at, up to `end` or the end of the text. */
static bool read_value(const char **at, char end, uint64_t *value, char *reason)
{
    char quoted[NP_QUOTE_SIZE];
    const char *start = *at;
    enum np_number read = np_read_number(at, value);
    unsigned shift = read == NP_NUMBER_NONE ? 0 : read_suffix(at);
    if (read == NP_NUMBER_NONE || (**at != '\0' && **at != end))
        return wrong(reason, "not a number: '%s'", np_quote(quoted, start));
    if (read == NP_NUMBER_TOO_LARGE || *value > UINT64_MAX >> shift)
        return wrong(reason, "'%s' is a number past 64 bits", np_quote(quoted, start));
    *value <<= shift;
    return true;
}

/** Reads names and numbers with `|` between them. */
static bool read_flags(const char *at, uint32_t *flags, char *reason)
{
    uint64_t all = 0;
    for (;;) {
        char quoted[NP_QUOTE_SIZE];
        size_t length = strcspn(at, "|");
        uint64_t value = 0;
        bool number = *at >= '0' && *at <= '9';
        if (number && !read_value(&at, '|', &value, reason)) return false;
        if (!number) {
            for (size_t i = 0; i < sizeof flag_names / sizeof flag_names[0]; i++)
                if (strlen(flag_names[i].name) == length && strncmp(at, flag_names[i].name, length) == 0)
                    value = flag_names[i].value;
            if (value == 0) return wrong(reason, "not a flag: '%s'", np_quote(quoted, at));
            at += length;
        }
        all |= value;
        if (*at == '\0') break;
        at++;
    }
    *flags = (uint32_t)all | (all > UINT32_MAX ? NO_FLAG : 0);
    return true;
}

static bool read_node(const char *at, uint32_t *node, char *reason)
{
    uint64_t value = 0;
    if (strcmp(at, "any") == 0) {
        *node = NP_ANY_NODE;
        return true;
    }
    if (!read_value(&at, '\0', &value, reason)) return false;
    *node = value > UINT32_MAX ? NO_NODE : (uint32_t)value;
    return true;
}

/**
 * Where the value of a key goes: NULL when the operation has no such key. Node and flags are not 64 bits wide: see
 * read_key.
 */
static uint64_t *field(struct np_operation *operation, enum key key)
{
    bool pages = operation->kind == NP_OPERATION_PAGES;
    switch (key) {
    case KEY_BYTES:
        return pages ? &operation->pages.total : &operation->contiguous.bytes;
    case KEY_LOW:
        return pages ? &operation->pages.low : &operation->contiguous.low;
    case KEY_HIGH:
        return pages ? &operation->pages.high : &operation->contiguous.high;
    case KEY_SKIP:
        return pages ? &operation->pages.skip : NULL;
    case KEY_BOUNDARY:
        return pages ? NULL : &operation->contiguous.boundary;
    case KEY_NODE:
    case KEY_FLAGS:
    case KEY_COUNT:
        break;
    }
    return NULL;
}

/** Reads `key=value`. */
static bool read_key(char *token, struct np_operation *operation, bool seen[static KEY_COUNT], char *reason)
{
    char quoted[NP_QUOTE_SIZE];
    bool pages = operation->kind == NP_OPERATION_PAGES;
    char *equals = strchr(token, '=');
    if (equals == NULL || equals == token || equals[1] == '\0')
        return wrong(reason, "not key=value: '%s'", np_quote(quoted, token));
    *equals = '\0';
    const char *value = equals + 1;

    enum key key = 0;
    while (key < KEY_COUNT && strcmp(token, key_names[key]) != 0)
        key++;
    uint64_t *number = field(operation, key);
    bool known = number != NULL || key == KEY_NODE || (key == KEY_FLAGS && pages);
    if (!known)
        return wrong(reason, "not a key of %s: '%s'", np_operation_word(operation->kind), np_quote(quoted, token));
    if (seen[key]) return wrong(reason, "%s is given twice", key_names[key]);
    seen[key] = true;

    if (number != NULL) return read_value(&value, '\0', number, reason);
    if (key == KEY_FLAGS) return read_flags(value, &operation->pages.flags, reason);
    return read_node(value, pages ? &operation->pages.node : &operation->contiguous.node, reason);
}

/** `NAME = pages ...` or `NAME = contiguous ...`, from the word after `=` on. */
static bool read_request(char *word, char **rest, struct np_operation *operation, char *reason)
{
    char quoted[NP_QUOTE_SIZE];
    bool seen[KEY_COUNT] = {false};
    if (!is_name(operation->name)) return wrong(reason, "not a name: '%s'", np_quote(quoted, operation->name));
    if (word == NULL) return wrong(reason, "no operation after '='");

    if (strcmp(word, words[NP_OPERATION_PAGES]) == 0)
        operation->kind = NP_OPERATION_PAGES;
    else if (strcmp(word, words[NP_OPERATION_CONTIGUOUS]) == 0)
        operation->kind = NP_OPERATION_CONTIGUOUS;
    else
        return wrong(reason, "not an operation that takes a name: '%s'", np_quote(quoted, word));

    operation->pages = (struct np_pages_request){.high = UINT64_MAX};
    operation->contiguous = (struct np_contiguous_request){.high = UINT64_MAX, .node = NP_ANY_NODE};
    for (char *token = strtok_r(NULL, BLANKS, rest); token != NULL; token = strtok_r(NULL, BLANKS, rest))
        if (!read_key(token, operation, seen, reason)) return false;
    if (!seen[KEY_BYTES]) return wrong(reason, "bytes is missing");
    return true;
}

/** The argument of free, add, hold, drop. */
static bool read_argument(const char *argument, struct np_operation *operation, char *reason)
{
    char quoted[NP_QUOTE_SIZE];
    if (operation->kind == NP_OPERATION_FREE || operation->kind == NP_OPERATION_ADD) {
        operation->name = argument;
        return is_name(argument) || wrong(reason, "not a name: '%s'", np_quote(quoted, argument));
    }
    const char *at = argument;
    if (!read_value(&at, '-', &operation->low, reason)) return false;
    if (*at != '-') return wrong(reason, "not a range FIRST-LAST: '%s'", np_quote(quoted, argument));
    at++;
    return read_value(&at, '\0', &operation->high, reason);
}

static bool read_tokens(char *first, char **rest, struct np_operation *operation, char *reason)
{
    char quoted[NP_QUOTE_SIZE];
    char *second = strtok_r(NULL, BLANKS, rest);
    if (second != NULL && strcmp(second, "=") == 0) {
        operation->name = first;
        return read_request(strtok_r(NULL, BLANKS, rest), rest, operation, reason);
    }
    enum np_operation_kind kind = NP_OPERATION_FREE;
    while (kind <= NP_OPERATION_DROP && strcmp(first, words[kind]) != 0)
        kind++;
    if (kind > NP_OPERATION_DROP) {
        const char *hint = strchr(first, '=') != NULL ? "; put blanks around the '=' after a name" : "";
        return wrong(reason, "not an operation: '%s'%s", np_quote(quoted, first), hint);
    }
    operation->kind = kind;
    if (second == NULL) return wrong(reason, "%s of what?", words[kind]);
    char *third = strtok_r(NULL, BLANKS, rest);
    if (third != NULL) return wrong(reason, "too many words for %s: '%s'", words[kind], np_quote(quoted, third));
    return read_argument(second, operation, reason);
}

enum np_trace_line np_trace_read(char *line, struct np_operation *operation, char reason[static NP_TRACE_REASON_SIZE])
{
    char *rest = NULL;
    line[strcspn(line, "#")] = '\0';
    char *first = strtok_r(line, BLANKS, &rest);
    if (first == NULL) return NP_TRACE_NOTHING;
    *operation = (struct np_operation){0};
    return read_tokens(first, &rest, operation, reason) ? NP_TRACE_OPERATION : NP_TRACE_UNREADABLE;
}
