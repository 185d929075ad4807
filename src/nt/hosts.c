/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "hosts.h"

#include <numa.h>
#include <numaif.h>
#include <sys/mman.h>

#define STEP (UINT64_C(1) << 24) /* pages bound at a time: 64 GiB of addresses */

/** The node of the host that stands for a node of the machine. */
static unsigned host_node(const struct bitmask *nodes, unsigned count, uint32_t node)
{
    if (numa_bitmask_isbitset(nodes, node)) return node;
    unsigned skip = node % count, host = 0;
    while (!numa_bitmask_isbitset(nodes, host) || skip-- != 0)
        host++;
    return host;
}

/** Binds a row of pages. The policy stays with the memory when the mapping that it was set through is gone. */
static bool bind_row(const struct np_nt_memory *memory, uint64_t position, uint64_t pages, const struct bitmask *to)
{
    const size_t bytes = pages * NP_PAGE_SIZE;
    void *address =
        mmap(NULL, bytes, PROT_NONE, MAP_SHARED | MAP_NORESERVE, memory->descriptor, (off_t)(position * NP_PAGE_SIZE));
    if (address == MAP_FAILED) return false;
    const bool bound = mbind(address, bytes, MPOL_BIND, to->maskp, to->size + 1, 0) == 0;
    munmap(address, bytes);
    return bound;
}

bool np_nt_bind(const struct np_nt_memory *memory, const struct np_layout *layout, const struct np_machine *core)
{
    if (numa_available() < 0) return true;
    const struct bitmask *nodes = numa_all_nodes_ptr;
    const unsigned count = numa_bitmask_weight(nodes);
    if (count < 2) return true;
    bool fine = true;
    struct bitmask *to = numa_allocate_nodemask();
    for (uint32_t r = 0; fine && r < layout->count; r++) {
        const struct np_range *range = &layout->ranges[r];
        const uint64_t position = np_position_of(core, range->first);
        numa_bitmask_clearall(to);
        numa_bitmask_setbit(to, host_node(nodes, count, range->node));
        for (uint64_t i = 0; fine && i < range->pages; i += STEP)
            fine = bind_row(memory, position + i, range->pages - i < STEP ? range->pages - i : STEP, to);
    }
    numa_bitmask_free(to);
    return fine;
}
