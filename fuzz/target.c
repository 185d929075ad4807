/* SPDX-License-Identifier: MIT */
#include "target.h"

#include <stdarg.h>
#include <stdlib.h>

FILE *fuzz_story;

void fuzz_fail(const char *format, ...)
{
    va_list arguments;
    fflush(stdout);
    fprintf(stderr, "MISMATCH: ");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    abort();
}
