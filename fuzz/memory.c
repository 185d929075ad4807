/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <stdbool.h>
#include <stdlib.h>

long fuzz_memory_left = -1;

static bool granted(void)
{
    if (fuzz_memory_left == 0) return false;
    if (fuzz_memory_left > 0) fuzz_memory_left--;
    return true;
}

void *fuzz_malloc(size_t size)
{
    return granted() ? malloc(size) : NULL;
}

void *fuzz_calloc(size_t count, size_t size)
{
    return granted() ? calloc(count, size) : NULL;
}

void *fuzz_realloc(void *memory, size_t size)
{
    return granted() ? realloc(memory, size) : NULL;
}
