/*
 * Where one block of consecutive pages goes: the lowest place that its range, its node and a boundary admit.
 */
#ifndef NP_PLACE_H
#define NP_PLACE_H

#include "ranges.h"
#include "machine.h"

uint64_t np_place_on_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t count, uint64_t boundary);

uint64_t np_place_anywhere(const struct np_machine *m, struct np_steps r, uint64_t count, uint64_t boundary);

uint64_t np_place_contiguous(const struct np_machine *m, const struct np_contiguous_request *q);

#endif
