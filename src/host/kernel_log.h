/*
 * Kernel logs: the lines of memory among thousands of others, whatever stands before them.
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
    uint64_t first_e820; /* the line of each, or 0 */
    uint64_t first_srat;
    uint64_t boot;         /* `BIOS-provided physical RAM map` */
    uint64_t early_header; /* `Early memory node ranges` */
    bool in_early;         /* the line before was of that section */
    bool cut_at_start;     /* the first line looks like the end of a line of memory */
};

/** Takes the next line. A fault has its message. */
enum np_fed np_kernel_log_feed(struct np_kernel_log *log, const struct np_line *line);

/** Takes the end, after `lines` lines, and brings the memory into the pool. False with a message. */
bool np_kernel_log_finish(struct np_kernel_log *log, uint64_t lines);

void np_kernel_log_free(struct np_kernel_log *log);

#endif
