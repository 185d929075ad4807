/* SPDX-License-Identifier: MIT */
/*
 * Plain maps:
 *
 *     # bytes, the last one included
 *     node 0  0x0000000000001000-0x000000000009ffff
 *     node 1  0x0000000100000000-0x00000001ffffffff
 *     distance
 *     10 20
 *     20 10
 */
#ifndef NP_PLAIN_MAP_H
#define NP_PLAIN_MAP_H

#include "fed.h"
#include "pool.h"
#include "text.h"

/** A plain map as far as it has been read. All zero but the pool and the file at its start. */
struct np_plain_map {
    struct np_pool *pool;
    const char *file;
    struct np_distances distances;
    uint32_t rows; /* read of the matrix */
    bool in_matrix;
    uint64_t header; /* the line `distance`, or 0 */
};

/** Whether a line, not blank and no comment, is how a plain map begins. */
bool np_plain_map_begins(const char *line);

/** Takes the next line, and may write in it. A fault has its message. */
enum np_fed np_plain_map_feed(struct np_plain_map *map, const struct np_line *line);

/** Takes the end, after `lines` lines. False with a message: the matrix stops short. */
bool np_plain_map_finish(struct np_plain_map *map, uint64_t lines);

#endif
