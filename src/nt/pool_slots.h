/* SPDX-License-Identifier: MIT */
/*
 * Small pool memory: slots of one size in pages that stay shown, so that an allocation costs no system call.
 *
 * A slot that is free is filled with a byte. Slots are used again in the order in which they were freed, so that a write
 * after the free is found when the slot is used again.
 */
#ifndef NP_NT_POOL_SLOTS_H
#define NP_NT_POOL_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NP_NT_SLOT_SIZES 6
#define NP_NT_SLOT_FREE 0xdd /* what a free slot is filled with */
#define NP_NT_SLOT_END 0xb5  /* what is behind the end of an allocation */
#define NP_NT_SLOT_LEAST_END 8u

/** The free slots of one size: a ring, the oldest first. */
struct np_nt_slot_ring {
    char **slots;
    uint32_t capacity; /* the number of slots */
    uint32_t first;
    uint32_t count;
};

/** All small pool memory. Guarded by the lock of the machine. */
struct np_nt_slots {
    struct np_nt_slot_ring rings[NP_NT_SLOT_SIZES];
    uint64_t slabs; /* records of the pages behind them */
};

/** The size with a number: 64, 128 … 2048 bytes: each is aligned to a line of the cache. */
static inline size_t np_nt_slot_bytes(unsigned size)
{
    return (size_t)64 << size;
}

/** The number of the size for an allocation; NP_NT_SLOT_SIZES when it is too large for a slot. */
unsigned np_nt_slot_size(uint64_t bytes);

/** The slot that was freed first, or NULL. */
char *np_nt_slot_take(struct np_nt_slots *slots, unsigned size);

/** Takes a slot back. There is room for it. */
void np_nt_slot_give(struct np_nt_slots *slots, unsigned size, char *slot);

/** Adds the slots of new pages. False when out of memory; nothing has then changed. */
bool np_nt_slots_add(struct np_nt_slots *slots, unsigned size, char *pages, size_t bytes);

/** The offset of the first byte of `memory` that is not `byte`; `bytes` when all are. */
size_t np_nt_slot_changed(const char *memory, uint8_t byte, size_t bytes);

void np_nt_slots_free(struct np_nt_slots *slots);

#endif
