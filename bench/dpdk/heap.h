/* SPDX-License-Identifier: MIT */
/*
 * DPDK's heap, brought into a given state page for page, and the requests it is asked.
 *
 * A page is an element of 4096 bytes, its header included; so a run of n pages answers a request for n * 4096 bytes less a header.
 */
#ifndef BENCH_HEAP_H
#define BENCH_HEAP_H

#include <stdbool.h>
#include <stdint.h>

/** Starts DPDK with a heap of `mib` MiB in ordinary pages. @return whether it could be done */
bool heap_start(uint64_t mebibytes);

/** Takes all of the heap, page by page. @return how many pages there are; page k lies right below page k + 1 */
uint64_t heap_take_all(void);

/** Gives pages back, in random order: page k, if bit k is set. */
void heap_free(const uint64_t *bits, uint64_t pages);

/** rte_malloc_socket: `pages` pages. NULL if there are none. */
void *heap_pages(uint64_t pages);

void heap_free_pages(void *pages);

/** rte_memzone_reserve_bounded, under its own name: `pages` pages that cross no multiple of `boundary` bytes. NULL if there are none. */
const void *heap_zone(uint64_t name, uint64_t pages, uint64_t boundary);

void heap_free_zone(const void *zone);

#endif
