/* SPDX-License-Identifier: MIT */
/*
 * Memory for the readers, which an input can make run out. In builds of the fuzz targets the readers call these for malloc,
 * calloc and realloc.
 */
#ifndef FUZZ_MEMORY_H
#define FUZZ_MEMORY_H

#include <stddef.h>

/** How many more requests for memory are granted; negative: all. */
extern long fuzz_memory_left;

void *fuzz_malloc(size_t size);
void *fuzz_calloc(size_t count, size_t size);
void *fuzz_realloc(void *memory, size_t size);

#endif
