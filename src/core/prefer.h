/*
 * Taking pages for PREFER_CONTIGUOUS: as many from each node as without it, in few runs.
 */
#ifndef NP_PREFER_H
#define NP_PREFER_H

#include "choose.h"

uint64_t np_take_runs(struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted, bool whole,
                      bool remove, uint64_t *pfns);

#endif
