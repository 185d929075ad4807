/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "message.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/**
 * The character that a text begins with.
 *
 * @param size  how many bytes it has
 * @return its number, or UINT32_MAX for a byte that begins no character of UTF-8, and then the size is 1
 */
static uint32_t character(const char *text, size_t *size)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char first = (unsigned char)text[0];
    const size_t bytes = first < 0x80   ? 1
                         : first < 0xc0 ? 0
                         : first < 0xe0 ? 2
                         : first < 0xf0 ? 3
                         : first < 0xf8 ? 4
                                        : 0;
    *size = 1;
    if (bytes == 0) return UINT32_MAX;
    uint32_t value = bytes == 1 ? first : first & (0x7fu >> bytes);
    for (size_t i = 1; i < bytes; i++) {
        const unsigned char next = (unsigned char)text[i]; /* a NUL ends the loop */
        if (next >> 6 != 2) return UINT32_MAX;
        value = value << 6 | (next & 0x3f);
    }
    if (value < least[bytes] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return UINT32_MAX;
    *size = bytes;
    return value;
}

/** Whether a character only shows itself: it begins no line, moves no cursor and turns no text around. */
static bool harmless(uint32_t value)
{
    if (value < 0x20 || (value >= 0x7f && value < 0xa0)) return false; /* C0, DEL, C1 */
    if (value == 0xad || value == 0x61c || value == 0xfeff) return false;
    if (value >= 0x200b && value <= 0x200f) return false;   /* of no width; marks of direction */
    if (value >= 0x2028 && value <= 0x202e) return false;   /* ends of lines; embeddings */
    if (value >= 0x2060 && value <= 0x206f) return false;   /* isolates */
    if (value >= 0xe0000 && value <= 0xe0fff) return false; /* tags */
    return value != UINT32_MAX;
}

bool np_is_clean(const char *text, size_t length)
{
    size_t size;
    for (const char *end = text + length; text < end; text += size)
        if (!harmless(character(text, &size))) return false;
    return true;
}

/** Writes as much of a text as there is room for, fit to be shown. @return where in the text it ended */
static const char *clean(char *out, size_t room, const char *text)
{
    size_t length = 0;
    while (*text != '\0') {
        size_t size;
        const bool shown = harmless(character(text, &size));
        if (length + (shown ? size : 1) >= room) break;
        if (shown)
            memcpy(out + length, text, size);
        else
            out[length] = '?';
        length += shown ? size : 1;
        text += size;
    }
    out[length] = '\0';
    return text;
}

/** Writes a text fit to be shown, all of it if there is memory. */
static void print_clean(FILE *to, const char *text)
{
    const size_t room = strlen(text) + 1;
    char piece[256], *whole = malloc(room);
    if (whole != NULL) {
        clean(whole, room, text);
        fputs(whole, to);
    } else {
        clean(piece, sizeof piece, text);
        fputs(piece, to);
    }
    free(whole);
}

void np_complain(FILE *to, const char *file, uint64_t line, const char *format, ...)
{
    if (to == NULL) return;

    char *reason = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&reason, format, arguments) == -1) reason = NULL;
    va_end(arguments);

    fputs("nodepages: ", to);
    if (file != NULL) {
        print_clean(to, file);
        fputc(':', to);
        if (line != 0) fprintf(to, "%" PRIu64 ":", line);
        fputc(' ', to);
    }
    print_clean(to, reason != NULL ? reason : "out of memory");
    fputc('\n', to);
    free(reason);
}

const char *np_quote(char out[static NP_QUOTE_SIZE], const char *text)
{
    if (*clean(out, NP_QUOTE_SIZE - 3, text) != '\0') strcat(out, "...");
    return out;
}
