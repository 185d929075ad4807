/* SPDX-License-Identifier: MIT */
#include "arena.h"

#include "reserve.h"

#include <errno.h>
#include <string.h>

uint64_t np_nt_arena_bytes(uint64_t pages)
{
    const struct np_nt_arena *arena = NULL;
    return pages * (4096 + sizeof *arena->owners + sizeof *arena->taken);
}

bool np_nt_arena_open(struct np_nt_arena *arena, uint64_t pages)
{
    *arena = (struct np_nt_arena){.pages = pages};
    arena->base = np_nt_reserve(pages * 4096, false);
    arena->owners = np_nt_reserve(pages * sizeof *arena->owners, true);
    arena->taken = np_nt_reserve(pages, true);
    if (arena->base != NULL && arena->owners != NULL && arena->taken != NULL) return true;
    const int error = errno;
    np_nt_arena_close(arena);
    errno = error;
    return false;
}

void np_nt_arena_close(struct np_nt_arena *arena)
{
    np_nt_release(arena->base, arena->pages * 4096);
    np_nt_release(arena->owners, arena->pages * sizeof *arena->owners);
    np_nt_release(arena->taken, arena->pages);
    *arena = (struct np_nt_arena){0};
}

/**
 * The first page at or after `from` from which on `pages` are not taken, before the end; NP_NT_NO_WINDOW if there is
 * none.
 */
static uint64_t find(const struct np_nt_arena *arena, uint64_t from, uint64_t pages)
{
    while (pages <= arena->pages && from <= arena->pages - pages) {
        const uint8_t *used = memchr(arena->taken + from, 1, pages);
        if (used == NULL) return from;
        const uint8_t *next = memchr(used, 0, (size_t)(arena->taken + arena->pages - used));
        if (next == NULL) break;
        from = (uint64_t)(next - arena->taken);
    }
    return NP_NT_NO_WINDOW;
}

uint64_t np_nt_arena_take(struct np_nt_arena *arena, uint64_t pages, uint32_t owner)
{
    uint64_t first = find(arena, arena->cursor, pages + 2);
    if (first == NP_NT_NO_WINDOW) first = find(arena, 0, pages + 2);
    if (first == NP_NT_NO_WINDOW) return NP_NT_NO_WINDOW;

    memset(arena->taken + first, 1, pages + 2);
    for (uint64_t i = 0; i < pages + 2; i++)
        arena->owners[first + i] = owner;
    arena->cursor = first + pages + 2;
    return first + 1;
}

void np_nt_arena_give(struct np_nt_arena *arena, uint64_t window, uint64_t pages)
{
    memset(arena->taken + window - 1, 0, pages + 2);
}

uint64_t np_nt_arena_page(const struct np_nt_arena *arena, const void *address)
{
    const uint64_t offset = (uint64_t)(uintptr_t)address - (uint64_t)(uintptr_t)arena->base;
    return offset / 4096 < arena->pages ? offset / 4096 : NP_NT_NO_WINDOW;
}
