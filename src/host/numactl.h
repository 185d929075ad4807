/* SPDX-License-Identifier: MIT */
/*
 * What `numactl --hardware` prints: the distances. The sizes it prints say nothing of where memory is.
 */
#ifndef NP_NUMACTL_H
#define NP_NUMACTL_H

#include "fed.h"
#include "pool.h"
#include "text.h"

enum np_numactl_place {
    NP_NUMACTL_OUTSIDE,
    NP_NUMACTL_COLUMNS, /* after the header: the numbers of the nodes come */
    NP_NUMACTL_ROWS
};

/** Such an output as far as it has been read. All zero but the pool and the file at its start. */
struct np_numactl {
    struct np_pool *pool;
    const char *file;
    struct np_distances distances;
    enum np_numactl_place place;
    uint32_t rows;      /* read of the matrix */
    uint64_t available; /* the line `available: N nodes`, or 0 */
    uint64_t said;      /* N */
    bool complete;      /* the matrix has just ended */
};

/** Takes the next line. A fault has its message. */
enum np_fed np_numactl_feed(struct np_numactl *numactl, const struct np_line *line);

/** Takes the end, after `lines` lines. False with a message: there are no distances, or not all of them. */
bool np_numactl_finish(struct np_numactl *numactl, uint64_t lines);

#endif
