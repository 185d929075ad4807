/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "text.h"

#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool fault(struct np_text *text, const char *reason)
{
    snprintf(text->fault, sizeof text->fault, "%s", reason);
    return false;
}

const struct np_unpacker *np_text_unpacker;

bool np_text_open(struct np_text *text, const char *name)
{
    *text = (struct np_text){.name = name, .descriptor = -1};
    int descriptor = strcmp(name, "-") == 0 ? STDIN_FILENO : np_above_standard(open(name, O_RDONLY | O_CLOEXEC));
    if (descriptor < 0) {
        text->absent = errno == ENOENT || errno == ENOTDIR;
        return fault(text, strerror(errno));
    }

    text->descriptor = descriptor;
    text->capacity = NP_TEXT_AT_A_TIME;
    text->buffer = malloc(text->capacity + 1);
    if (text->buffer == NULL) {
        np_text_close(text);
        return fault(text, "out of memory");
    }
    return true;
}

bool np_text_in_memory(struct np_text *text, const char *name, const void *bytes, size_t size)
{
    *text = (struct np_text){.name = name, .descriptor = -1, .drained = true};
    text->buffer = malloc(size + 1);
    if (text->buffer == NULL) return fault(text, "out of memory");
    if (size != 0) memcpy(text->buffer, bytes, size);
    text->capacity = size;
    text->end = size;
    return true;
}

void np_text_close(struct np_text *text)
{
    if (text->packed != NULL) np_text_unpacker->close(text->packed);
    text->packed = NULL;
    if (text->descriptor > STDIN_FILENO) close(text->descriptor);
    free(text->buffer);
    text->descriptor = -1;
    text->buffer = NULL;
}

static const struct {
    enum np_packing packing;
    const char *name;
    size_t size;
    const char *bytes;
} packings[] = {{NP_PACKING_GZIP, "gzip", 2, "\x1f\x8b"},
                {NP_PACKING_XZ, "xz", 6,
                 "\xfd"
                 "7zXZ\0"},
                {NP_PACKING_ZSTD, "zstd", 4, "\x28\xb5\x2f\xfd"},
                {NP_PACKING_BZIP2, "bzip2", 3, "BZh"},
                {NP_PACKING_UTF16, "UTF-16", 2, "\xff\xfe"},
                {NP_PACKING_UTF16, "UTF-16", 2, "\xfe\xff"}};

/**
 * Looks at the first bytes, once there are enough to say how a file is packed; a line that is typed is not waited on.
 * False with a fault.
 */
static bool begin(struct np_text *text)
{
    for (size_t i = 0; i < sizeof packings / sizeof packings[0]; i++) {
        const size_t held = text->end < packings[i].size ? text->end : packings[i].size;
        if (memcmp(text->buffer, packings[i].bytes, held) != 0) continue;
        if (held < packings[i].size && !text->drained) return true; /* more may come */
        if (held < packings[i].size) continue;
        if (np_text_unpacker == NULL || packings[i].packing == NP_PACKING_BZIP2) {
            snprintf(text->fault, sizeof text->fault, "%s: not enabled in this build; unpack the file first",
                     packings[i].name);
            return false;
        }
        text->packed = np_text_unpacker->open(text->descriptor, packings[i].packing, text->buffer, text->end);
        text->end = 0;
        text->begun = true;
        return text->packed != NULL || fault(text, "out of memory");
    }
    text->begun = true;
    return true;
}

/** Reads some of what is packed. False with a fault. */
static bool refill_unpacked(struct np_text *text)
{
    const char *reason = NULL;
    const ssize_t got =
        np_text_unpacker->read(text->packed, text->buffer + text->end, text->capacity - text->end, &reason);
    if (got < 0) return fault(text, reason);
    if (got == 0) text->drained = true;
    text->end += (size_t)got;
    return true;
}

/** Makes room after what is not yet read, then reads some. False with a fault. */
static bool refill(struct np_text *text)
{
    if (text->begin != 0) {
        memmove(text->buffer, text->buffer + text->begin, text->end - text->begin);
        text->end -= text->begin;
        text->begin = 0;
    }
    if (text->end == text->capacity) {
        char *larger = realloc(text->buffer, text->capacity * 2 + 1);
        if (larger == NULL) return fault(text, "out of memory");
        text->buffer = larger;
        text->capacity *= 2;
    }
    if (text->packed != NULL) return refill_unpacked(text);
    ssize_t got;
    do {
        got = read(text->descriptor, text->buffer + text->end, text->capacity - text->end);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return fault(text, strerror(errno));
    if (got == 0) text->drained = true;
    text->end += (size_t)got;
    return text->begun || begin(text);
}

enum np_text_status np_text_next(struct np_text *text, struct np_line *line)
{
    char *newline = NULL;
    size_t searched = 0;
    for (;;) {
        size_t held = text->end - text->begin;
        if (held > searched) newline = memchr(text->buffer + text->begin + searched, '\n', held - searched);
        searched = held;
        if (newline != NULL || text->drained || held > NP_LINE_LIMIT) break;
        if (!refill(text)) {
            text->line++;
            return NP_TEXT_FAULT;
        }
    }
    char *start = text->buffer + text->begin;
    size_t length = newline != NULL ? (size_t)(newline - start) : text->end - text->begin;
    if (newline == NULL && length == 0) return NP_TEXT_END;

    text->line++;
    if (memchr(start, '\0', length) != NULL) {
        fault(text, "a NUL byte: not a text file");
        return NP_TEXT_FAULT;
    }
    if (length > NP_LINE_LIMIT) {
        fault(text, "a line of more than 1 MiB");
        return NP_TEXT_FAULT;
    }
    size_t consumed = length + (newline != NULL ? 1 : 0);
    text->begin += consumed;

    while (length > 0 && start[length - 1] == '\r')
        length--;
    start[length] = '\0';
    if (text->line == 1 && strncmp(start, "\xef\xbb\xbf", 3) == 0) start += 3;
    *line = (struct np_line){.text = start, .number = text->line, .ended = newline != NULL};
    return NP_TEXT_LINE;
}

bool np_text_ready(const struct np_text *text)
{
    return text->drained || memchr(text->buffer + text->begin, '\n', text->end - text->begin) != NULL;
}

static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9') return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f') return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return (unsigned)(c - 'A') + 10;
    return 16;
}

enum np_number np_read_digits(const char **at, unsigned base, uint64_t *value)
{
    const char *digit = *at;
    uint64_t number = 0;
    bool too_large = false;
    for (; digit_value(*digit) < base; digit++) {
        too_large |= __builtin_mul_overflow(number, base, &number);
        too_large |= __builtin_add_overflow(number, digit_value(*digit), &number);
    }
    if (digit == *at) return NP_NUMBER_NONE;

    *at = digit;
    *value = too_large ? UINT64_MAX : number;
    return too_large ? NP_NUMBER_TOO_LARGE : NP_NUMBER_OK;
}

enum np_number np_read_number(const char **at, uint64_t *value)
{
    const char *digits = *at;
    unsigned base = 10;
    if (digits[0] == '0' && digits[1] == 'x') {
        digits += 2;
        base = 16;
    }
    enum np_number read = np_read_digits(&digits, base, value);
    if (read != NP_NUMBER_NONE) *at = digits;
    return read;
}

const char *np_skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

const char *np_after_word(const char *at, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(at, word, length) != 0) return NULL;
    if (at[length] != '\0' && at[length] != ' ' && at[length] != '\t') return NULL;
    return np_skip_blanks(at + length);
}

void np_trim_end(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    text[length] = '\0';
}
