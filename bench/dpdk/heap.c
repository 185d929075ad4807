/* SPDX-License-Identifier: MIT */
#include "heap.h"

#include <rte_config.h>

#include <rte_eal.h>
#include <rte_malloc.h>
#include <rte_memzone.h>

#include <stdio.h>
#include <stdlib.h>

#define PAGE UINT64_C(4096)
#define HEADER UINT64_C(128) /* what the heap puts before an element */

static char **page; /* the elements, in the order of their addresses */
static uint64_t pages_in_all;

bool heap_start(uint64_t mebibytes)
{
    char size[24];
    char *arguments[] = {
        "bench", "--no-huge", "--no-shconf", "--no-pci", "--no-telemetry", "--log-level", "lib.eal:error", "-l",
        "0",     "-m",        size,          NULL};
    snprintf(size, sizeof size, "%lu", (unsigned long)mebibytes);
    return rte_eal_init((int)(sizeof arguments / sizeof arguments[0]) - 1, arguments) >= 0;
}

static int by_address(const void *a, const void *b)
{
    const char *x = *(char *const *)a, *y = *(char *const *)b;
    return (x > y) - (x < y);
}

uint64_t heap_take_all(void)
{
    uint64_t room = 0;
    /* The heap gives from its end, where it keeps a header: what is left of that page goes first. */
    if (rte_malloc_socket(NULL, PAGE - 2 * HEADER, 0, SOCKET_ID_ANY) == NULL) return 0;
    for (;;) {
        if (pages_in_all == room) {
            room = room == 0 ? 4096 : 2 * room;
            char **more = realloc(page, room * sizeof *page);
            if (more == NULL) return 0;
            page = more;
        }
        char *next = rte_malloc_socket(NULL, PAGE - HEADER, 0, SOCKET_ID_ANY);
        if (next == NULL) break;
        page[pages_in_all++] = next;
    }
    qsort(page, pages_in_all, sizeof *page, by_address);
    /* Those before a gap are left alone. */
    uint64_t first = pages_in_all;
    while (first > 1 && page[first - 1] - page[first - 2] == (ptrdiff_t)PAGE)
        first--;
    if (first == pages_in_all) return 0;
    page += first - 1;
    pages_in_all -= first - 1;
    return pages_in_all;
}

void heap_free(const uint64_t *bits, uint64_t pages)
{
    uint64_t *order = malloc(pages * sizeof *order);
    uint64_t seed = 5, count = 0;
    if (order == NULL) abort();
    for (uint64_t k = 0; k < pages; k++)
        if ((bits[k / 64] >> k % 64 & 1) != 0) order[count++] = k;
    for (; count > 0; count--) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        const uint64_t i = (seed >> 20) % count;
        rte_free(page[order[i]]);
        order[i] = order[count - 1];
    }
    free(order);
}

void *heap_pages(uint64_t pages)
{
    return rte_malloc_socket(NULL, pages * PAGE - HEADER, 0, SOCKET_ID_ANY);
}

void heap_free_pages(void *pages)
{
    rte_free(pages);
}

const void *heap_zone(uint64_t name, uint64_t pages, uint64_t boundary)
{
    char called[RTE_MEMZONE_NAMESIZE];
    snprintf(called, sizeof called, "bench-%lu", (unsigned long)name);
    return rte_memzone_reserve_bounded(called, pages * PAGE - HEADER, SOCKET_ID_ANY, 0, 64, (unsigned)boundary);
}

void heap_free_zone(const void *zone)
{
    rte_memzone_free(zone);
}
