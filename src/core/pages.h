/*
 * The first routine: pages for a memory descriptor list.
 */
#ifndef NP_PAGES_H
#define NP_PAGES_H

#include "request.h"

/**
 * Takes pages as MmAllocateNodePagesForMdlEx does.
 *
 * @param      m     the machine
 * @param      q     the request
 * @param[out] pfns  room for np_pages_wanted(q) page frames, which is never more than NP_CALL_LIMIT
 * @return the pages taken, listed in `pfns`; 0 when the request failed, and then nothing changed
 */
uint64_t np_allocate_pages(struct np_machine *m, const struct np_pages_request *q, uint64_t *pfns);

#endif
