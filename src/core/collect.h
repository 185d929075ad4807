/*
 * Choosing pages for the first routine: blocks of a number of pages, aligned to it, of lowest rank (P1, C3).
 */
#ifndef NP_COLLECT_H
#define NP_COLLECT_H

#include "runs.h"

uint64_t np_collect_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t chunk, uint64_t wanted,
                         uint64_t *pfns, uint64_t count);

void np_list_run(uint64_t *pfns, uint64_t count, uint64_t first, uint64_t n);

uint64_t np_count_on_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t limit);

struct np_run np_longest_run(const struct np_machine *m, uint32_t node, struct np_steps r);

uint64_t np_count_blocks(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t chunk, uint64_t limit);

#endif
