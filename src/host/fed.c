/* SPDX-License-Identifier: MIT */
#include "fed.h"

#include "message.h"
#include "text.h"

#include <stdarg.h>

enum np_fed np_refuse(const struct np_pool *pool, const char *file, uint64_t line, const char *format, ...)
{
    char reason[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    np_complain(pool->messages, file, line, "%s", reason);
    return NP_FED_FAULT;
}

enum np_row np_read_row(const char *at, uint64_t limit, uint8_t row[static NP_MAX_NODES], uint32_t *count)
{
    *count = 0;
    for (at = np_skip_blanks(at); *at != '\0'; at = np_skip_blanks(at)) {
        uint64_t value = 0;
        enum np_number read = np_read_digits(&at, 10, &value);
        if (read == NP_NUMBER_NONE || (*at != '\0' && *at != ' ' && *at != '\t')) return NP_ROW_NUMBER;
        if (read == NP_NUMBER_TOO_LARGE || value > limit) return NP_ROW_LARGE;
        if (*count == NP_MAX_NODES) return NP_ROW_LONG;
        row[(*count)++] = (uint8_t)value;
    }
    return NP_ROW_OK;
}

const char *np_row_reason(enum np_row row)
{
    switch (row) {
    case NP_ROW_NUMBER:
        return "not a plain number in the row";
    case NP_ROW_LARGE:
        return "a number in the row is too large";
    case NP_ROW_LONG:
        return "more numbers than the most nodes, 64";
    case NP_ROW_OK:
        break;
    }
    return "nothing is wrong with it";
}
