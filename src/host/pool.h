/* SPDX-License-Identifier: MIT */
/*
 * The pool: what all the maps together say of the machine, and the machine that comes of it.
 */
#ifndef NP_POOL_H
#define NP_POOL_H

#include "pieces.h"
#include "../core/nodepages.h"

#include <stdio.h>

#define NP_BYTE_LIMIT (NP_PFN_LIMIT * NP_PAGE_SIZE) /* every address of memory is below it */

/** A distance matrix as a map gives it. */
struct np_distances {
    uint32_t nodes; /* 0: none */
    const char *file;
    uint64_t line;
    uint8_t rows[NP_MAX_NODES * NP_MAX_NODES]; /* row by row, `nodes` to a row */
};

/** What the maps say. All zero is an empty pool. */
struct np_pool {
    FILE *messages; /* where refusals and warnings go, or NULL */
    bool doubts;    /* whether it is asked what the maps say, so that guesses at it are warned of, too */
    struct np_pieces pieces;
    struct np_distances distances;
    uint32_t named_nodes; /* one more than the highest node that a map names */
    const char *file;     /* the first map */
};

/**
 * A machine's memory in page frames: ranges ascending and disjoint, a node each; ranges that touch are on different
 * nodes.
 */
struct np_layout {
    struct np_range *ranges;
    uint32_t count;
    uint32_t nodes;
    bool has_distances;                             /* else 10 to itself and 20 to every other */
    uint8_t distances[NP_MAX_NODES * NP_MAX_NODES]; /* row by row, `nodes` to a row */
};

/**
 * Brings a piece of memory in.
 *
 * @return false, with a message: the piece lies above what a page frame number can name, its node is too large, or out of
 *         memory
 */
bool np_pool_add(struct np_pool *pool, const struct np_piece *piece);

/**
 * Brings in the memory that one list names on the nodes that another list names. Memory on no node is left out, with
 * a warning.
 *
 * @param memory  joined; nodes don't matter
 * @param owners  in any order; those of one node may overlap
 * @param none    for the warning: what the memory left out is in, such as "no SRAT range"
 * @return false, with a message
 */
bool np_pool_add_cut(struct np_pool *pool, const struct np_pieces *memory, const struct np_pieces *owners,
                     const char *none);

/**
 * Notes that a map names a node, with or without memory. False with a message: there are no nodes with such a number.
 */
bool np_pool_name_node(struct np_pool *pool, const char *file, uint64_t line, uint64_t node);

/**
 * Brings the distances in. False with a message: another map, or another part of this one, has brought some already.
 */
bool np_pool_set_distances(struct np_pool *pool, const struct np_distances *distances);

/**
 * The machine that all pieces together make. Pieces on one node that overlap or touch are joined first; what is left
 * is cut to whole pages, so that a page that two nodes share half and half is on neither.
 *
 * @param pool    its pieces are sorted and joined
 * @param layout  filled when true comes back; to be freed by np_layout_free
 * @return false with a message: a byte on two nodes, no memory, a matrix that leaves out a node with memory, too many
 *         ranges, out of memory
 */
bool np_pool_layout(struct np_pool *pool, struct np_layout *layout);

void np_pool_free(struct np_pool *pool);

void np_layout_free(struct np_layout *layout);

/**
 * The index of the first range that ends after a page frame, so that it holds it or lies above it; `count` for a
 * page frame above all. O(log count).
 */
uint32_t np_layout_find(const struct np_layout *layout, uint64_t pfn);

/** All pages of a machine. */
uint64_t np_layout_pages(const struct np_layout *layout);

/** The distance from a node to another. */
unsigned np_layout_distance(const struct np_layout *layout, uint32_t from, uint32_t to);

/**
 * Sets a machine of the core up on a layout: every page free.
 *
 * @param messages  where a refusal goes, or NULL
 * @param machine   filled when true comes back
 * @param storage   filled when true comes back; to be freed by np_storage_free, after the last use of the machine
 * @return false with a message: the state of the pages takes more memory than there is
 */
bool np_layout_setup(const struct np_layout *layout, FILE *messages, struct np_machine *machine,
                     struct np_storage *storage);

void np_storage_free(struct np_storage *storage);

#endif
