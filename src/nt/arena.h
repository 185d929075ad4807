/* SPDX-License-Identifier: MIT */
/*
 * The system address space: where memory is mapped. Addresses are given in a row and come back only after all others,
 * so that an address stays unmapped for long after its mapping is gone, and a use of it is caught. A page on either
 * side of each mapping is never mapped.
 */
#ifndef NP_NT_ARENA_H
#define NP_NT_ARENA_H

#include <stdbool.h>
#include <stdint.h>

#define NP_NT_NO_WINDOW UINT64_MAX

/** The arena. Its tables are guarded by the lock of the machine. */
struct np_nt_arena {
    char *base;
    uint64_t pages;
    uint64_t cursor;  /* where the next window is looked for */
    uint32_t *owners; /* the last window's number at each page, 0 for none */
    uint8_t *taken;   /* whether that window is still there */
};

/** Reserves room for a number of pages. False with the host's errno, and nothing is left. */
bool np_nt_arena_open(struct np_nt_arena *arena, uint64_t pages);

/** Bytes of address space that an arena of `pages` pages takes. */
uint64_t np_nt_arena_bytes(uint64_t pages);

void np_nt_arena_close(struct np_nt_arena *arena);

/**
 * Takes addresses for `pages` pages and a guard on either side.
 *
 * @param owner  the number that these addresses belong to from now on, guards included; not 0
 * @return the number of the first page after the guard, or NP_NT_NO_WINDOW when there is no room
 * @cost   a step for each page, and for each page in use that is passed
 */
uint64_t np_nt_arena_take(struct np_nt_arena *arena, uint64_t pages, uint32_t owner);

/** Gives them back; whose they were stays known until they are taken again. */
void np_nt_arena_give(struct np_nt_arena *arena, uint64_t window, uint64_t pages);

/** The address of a page of the arena. */
static inline char *np_nt_arena_address(const struct np_nt_arena *arena, uint64_t page)
{
    return arena->base + page * 4096;
}

/** The page of the arena at an address; NP_NT_NO_WINDOW when it is not in the arena. Needs no lock. */
uint64_t np_nt_arena_page(const struct np_nt_arena *arena, const void *address);

#endif
