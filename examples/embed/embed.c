/* SPDX-License-Identifier: MIT */
/*
 * The core inside somebody else's program: storage of its own, no library, ten lines of use.
 *
 * Here a machine of two nodes with 4 MiB each; one block of 64 KiB on node 1 that lies in one multiple of 64 KiB.
 */
#include "../../src/core/nodepages.h"

static struct np_region regions[2];
static uint64_t words[120];
static struct np_summary nodes[10];
static struct np_machine machine;

int main(void)
{
    const struct np_range memory[] = {{.first = 0x100, .pages = 0x400, .node = 0},
                                      {.first = 0x8000, .pages = 0x400, .node = 1}};
    const struct np_storage storage = {regions, 2, words, 120, nodes, 10};
    const struct np_contiguous_request request = {.bytes = 65536, .high = UINT64_MAX, .boundary = 65536, .node = 1};
    uint32_t where;

    if (np_setup(&machine, &storage, memory, 2, 2, NULL, &where) != NP_SETUP_OK) return 1;
    const uint64_t first = np_allocate_contiguous(&machine, &request);
    if (first != 0x8000) return 2;
    if (np_free_contiguous(&machine, first) != 16) return 3;
    return np_check(&machine, &storage, &(uint64_t){0}) == NP_FAULT_NONE ? 0 : 4;
}
