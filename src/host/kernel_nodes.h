/* SPDX-License-Identifier: MIT */
/*
 * What kernels before 3.5 and those of other architectures say of nodes, a line at a time:
 *
 *     early_node_map[2] active PFN ranges            page frames, in decimal or hex, the end outside
 *         0: 0x00000010 -> 0x0000009c
 *     Node 1 Memory: 0x0-0x8000000 0x44000000-0x80000000
 *     Bootmem setup node 1 0000000080000000-00000000fbf80000
 *     Node 1 MemBase 0000000080000000 Limit 00000000fbf80000
 *
 * and what they count, from which it shows that lines are missing:
 *
 *     On node 0 totalpages: 4192044
 *     Memory: 16157608K/16768176K available
 *     phys_mem_size     = 0x1e4600000000
 */
#ifndef NP_KERNEL_NODES_H
#define NP_KERNEL_NODES_H

#include "pieces.h"

#include <stdbool.h>
#include <stdint.h>

/** How reading a range ended. */
enum np_bounds { NP_BOUNDS_NONE, NP_BOUNDS_OK, NP_BOUNDS_LARGE, NP_BOUNDS_REVERSED, NP_BOUNDS_CUT };

/** A range of bytes on a node. */
struct np_node_range {
    uint64_t node;
    uint64_t first;
    uint64_t last;
};

/**
 * A range of page frames in a line of their section. NP_BOUNDS_NONE when there is none.
 *
 * @param ended  whether the line is whole: the last number of one that is not may go on
 */
enum np_bounds np_read_pfns(const char *text, bool ended, struct np_node_range *range);

/** Where the ranges of `Node N Memory:` begin; NULL when it is no such line. */
const char *np_find_node_memory(const char *text, uint64_t *node);

/** The next of them, and past it. NP_BOUNDS_NONE at their end. */
enum np_bounds np_read_node_memory(const char **at, bool ended, struct np_node_range *range);

/** The range of a node that was set up. The end is outside, but one that ends in fff is inside. */
enum np_bounds np_read_set_up(const char *text, bool ended, struct np_node_range *range);

/** The end of a range of a kernel that leaves it outside, or has it inside where it ends in fff. */
uint64_t np_last_of(uint64_t end);

/** `On node N totalpages: PAGES`. */
bool np_read_node_pages(const char *text, uint64_t *node, uint64_t *pages);

/** The second figure of `Memory: FREE/ALL available`, or `phys_mem_size`, in KiB. */
bool np_read_memory_sum(const char *text, uint64_t *kib);

#endif
