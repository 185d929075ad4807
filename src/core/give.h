/*
 * Giving pages back.
 */
#ifndef NP_GIVE_H
#define NP_GIVE_H

#include "machine.h"

/**
 * Frees pages that the first routine returned, in any order and from any number of calls.
 *
 * @clause F1, F3
 * @return count when all were freed; otherwise nothing changed, and pfns[result] is the first page that could not be:
 *         absent, free, part of a block of contiguous memory, removed, or named before
 */
uint64_t np_free_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count);

/**
 * Adds pages back that were hot-removed.
 *
 * @clause F4
 * @return count when all were added; otherwise nothing changed, and pfns[result] is the first page that could not be
 */
uint64_t np_add_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count);

/**
 * Frees a block of contiguous memory by its first page.
 *
 * @clause F2
 * @return the pages given back, or 0 when no block starts there, and nothing changed
 */
uint64_t np_free_contiguous(struct np_machine *m, uint64_t pfn);

#endif
