/* SPDX-License-Identifier: MIT */
/*
 * What a machine looks like, for people; also a plain map, so that it can be kept and read again.
 */
#ifndef NP_MAP_H
#define NP_MAP_H

#include "../host/pool.h"

/** Prints a machine: its nodes, ranges, sizes, holes and distances. */
void np_map_print(FILE *out, const struct np_layout *layout);

#endif
