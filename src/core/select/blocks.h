/* SPDX-License-Identifier: MIT */
/*
 * The next row of blocks on a node: blocks of a number of pages, aligned to it. With blocks of one page, the next run.
 */
#ifndef NP_BLOCKS_H
#define NP_BLOCKS_H

#include "runs.h"
#include "../../../spec/logic/blocks.acsl"

/**
 * The lowest row of neighbouring blocks that starts at or after a position.
 *
 * @clause P1, C3
 * @param  node     the node the pages are on
 * @param  r        the ranges
 * @param  region  where to begin: no position of an earlier region is at or after `from`
 * @param  from     where to begin; no block lies astride it
 * @param  chunk    pages of a block, and its alignment
 * @param  limit    pages to return at most, a multiple of `chunk`
 * @return the row, of whole blocks, or one of length 0 if there is none
 */
/*@ requires   valid:   Searchable(m) && Steps(r) && region <= m->regions && from <= m->free.positions;
    requires   begin:   \forall integer t; 0 <= t < region ==> m->region[t].base + m->region[t].pages <= from;
    requires   chunk:   1 <= chunk <= limit <= NP_STEP_LIMIT && limit % chunk == 0;
    requires   seam:    Seam(m, node, r, chunk, from);
    NP_PURE
    ensures    inside:  \result.length != 0 ==> from <= \result.start && \result.region < m->regions
                          && m->region[\result.region].node == node
                          && m->region[\result.region].base <= \result.start
                          && \result.start + \result.length <= m->region[\result.region].base + m->region[\result.region].pages;
    ensures    size:    \result.length <= limit && \result.length % chunk == 0;
    ensures    usable:  AllUsable(m, node, r, chunk, \result.start, \result.start + \result.length);
    ensures    seam:    \result.length != 0 ==> Seam(m, node, r, chunk, \result.start + \result.length);
    ensures    lowest:  \result.length != 0 ==> NoneUsable(m, node, r, chunk, from, \result.start);
    ensures    none:    \result.length == 0 ==> NoneUsable(m, node, r, chunk, from, m->free.positions);
*/
struct np_run np_blocks_next(const struct np_machine *m, uint32_t node, struct np_steps r, uint32_t region,
                             uint64_t from, uint64_t chunk, uint64_t limit);

#endif
