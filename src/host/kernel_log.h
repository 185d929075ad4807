/* SPDX-License-Identifier: MIT */
/*
 * Kernel logs: the lines of memory among thousands of others, with any prefix.
 *
 *     BIOS-e820: [mem 0x0000000000100000-0x000000007b43dfff] usable
 *     SRAT: Node 0 PXM 0 [mem 0x100000000-0x87fffffff]
 *     SRAT: Node 0 PXM 0 [mem 0x2100000000-0x40ffffffff] hotplug
 *     Early memory node ranges
 *       node   0: [mem 0x0000000000001000-0x000000000009efff]
 *
 * e820 says what is memory, SRAT which node it is on, and the node ranges are what the kernel made of both: they win.
 * Newer kernels write `System RAM` for `usable`; older ones have the end of a range outside of it and no `[mem`:
 *
 *     BIOS-e820: 0000000000100000 - 000000007b43e000 (usable)
 *     SRAT: Node 0 PXM 0 100000000-880000000
 *
 * Older kernels, and those of other architectures, name nodes in other lines: see kernel_nodes.h. Ranges of page frames win over e820
 * as node ranges do; the nodes of the boot allocator or the northbridge, and SRAT, only say which node e820's memory is on. SRAT without
 * anything that says what is memory is taken for it, with a warning where the map is
 * shown. A map that the user defines, or Xen, stands for the firmware's, and what
 * the kernel updates or removes in it is not usable. Where the log counts its pages, ranges that hold another number are warned of.
 *
 * A range that may be plugged in later, or keeps its contents without power, is memory only where e820 says so. Where
 * e820 says of the same bytes that they are usable and that they are not, they are not, as in the kernel, and a
 * warning says so.
 */
#ifndef NP_KERNEL_LOG_H
#define NP_KERNEL_LOG_H

#include "fed.h"
#include "pool.h"
#include "text.h"

/**
 * A log as far as it has been read. All zero but the pool and the file at its start; to be freed by
 * np_kernel_log_free.
 */
struct np_kernel_log {
    struct np_pool *pool;
    const char *file;
    struct np_pieces usable;   /* e820 */
    struct np_pieces unusable; /* e820: all other types */
    struct np_pieces srat;
    struct np_pieces srat_later; /* hotplug and the like */
    struct np_pieces early;
    struct np_pieces removed; /* e820: what the kernel made unusable */
    struct np_pieces pfns;    /* in page frames */
    struct np_pieces memory;  /* `Node N Memory:` */
    struct np_pieces set_up;  /* nodes, of the boot allocator */
    struct np_pieces bridges; /* nodes, of the northbridge */
    uint64_t first_e820;      /* the line of each, or 0 */
    uint64_t first_srat;
    uint64_t boot;                  /* `BIOS-provided physical RAM map` */
    uint64_t early_header;          /* `Early memory node ranges` */
    uint64_t pfn_header;            /* `early_node_map`, `Early memory PFN ranges` */
    uint64_t other_map;             /* of the user, or of Xen */
    bool in_early;                  /* the line before was of that section */
    bool in_pfns;                   /* the line before was of the section of page frames */
    bool one_node;                  /* the kernel did without what names nodes */
    uint64_t counted[NP_MAX_NODES]; /* pages of each node, or 0, and of all: what the log counts */
    uint64_t counted_kib;
    uint64_t counted_line;
    bool cut_at_start; /* the first line looks like the end of a line of memory */
};

/** Takes the next line. A fault has its message. */
enum np_fed np_kernel_log_feed(struct np_kernel_log *log, const struct np_line *line);

/** Takes the end, after `lines` lines, and brings the memory into the pool. False with a message. */
bool np_kernel_log_finish(struct np_kernel_log *log, uint64_t lines);

void np_kernel_log_free(struct np_kernel_log *log);

#endif
