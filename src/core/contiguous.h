/*
 * The second routine: contiguous memory.
 */
#ifndef NP_CONTIGUOUS_H
#define NP_CONTIGUOUS_H

#include "request.h"

/**
 * Takes a block of contiguous memory as MmAllocateContiguousMemorySpecifyCacheNode does.
 *
 * @return the first page frame of a block of ceil(bytes / 4096) pages, or NP_NONE when the request failed, and then
 *         nothing changed
 */
uint64_t np_allocate_contiguous(struct np_machine *m, const struct np_contiguous_request *q);

#endif
