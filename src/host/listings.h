/* SPDX-License-Identifier: MIT */
/*
 * Lists of memory that tools print:
 *
 *     00100000-cf1f9fff : System RAM                                     a saved /proc/iomem
 *     0x0000000008000000-0x00000000bfffffff  2.9G online  yes  1-23  0   lsmem, with or without its NODE column
 *     Start 0x00100000 - Length 0x00002000                               ranges of Windows, as memory acquisition tools print them
 */
#ifndef NP_LISTINGS_H
#define NP_LISTINGS_H

#include "fed.h"
#include "pool.h"
#include "text.h"

/** Such a list as far as it has been read. All zero but the pool and the file at its start. */
struct np_listings {
    struct np_pool *pool;
    const char *file;
    unsigned node_column; /* of lsmem, counted from 1; 0: it has none */
};

/** Takes the next line, and brings its memory into the pool. A fault has its message. */
enum np_fed np_listings_feed(struct np_listings *listings, const struct np_line *line);

#endif
