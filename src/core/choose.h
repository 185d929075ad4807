/*
 * Choosing pages over all nodes that a request allows, in their order.
 */
#ifndef NP_CHOOSE_H
#define NP_CHOOSE_H

#include "ranges.h"
#include "machine.h"

uint64_t np_choose(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t chunk,
                   uint64_t wanted, uint64_t *pfns);

uint64_t np_choose_block(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted,
                         uint64_t *pfns);

uint64_t np_count_eligible(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t limit);

uint64_t np_take_runs(struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted, uint64_t *pfns,
                      bool remove);

#endif
