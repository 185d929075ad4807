#include "message.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

void np_complain(FILE *to, const char *file, uint64_t line, const char *format, ...)
{
    if (to == NULL) return;

    fputs("nodepages: ", to);
    if (file != NULL) fprintf(to, "%s:", file);
    if (file != NULL && line != 0) fprintf(to, "%" PRIu64 ":", line);
    if (file != NULL) fputc(' ', to);

    va_list arguments;
    va_start(arguments, format);
    vfprintf(to, format, arguments);
    va_end(arguments);
    fputc('\n', to);
}

const char *np_quote(char out[static NP_QUOTE_SIZE], const char *text)
{
    size_t length = 0;
    while (text[length] != '\0' && length < NP_QUOTE_SIZE - 4) {
        unsigned char c = (unsigned char)text[length];
        out[length] = c < 0x20 || c == 0x7f ? '?' : (char)c;
        length++;
    }
    if (text[length] != '\0') {
        memcpy(out + length, "...", 3);
        length += 3;
    }
    out[length] = '\0';
    return out;
}
