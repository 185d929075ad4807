/* SPDX-License-Identifier: MIT */
#include "pool_slots.h"

#include <stdlib.h>
#include <string.h>

unsigned np_nt_slot_size(uint64_t bytes)
{
    unsigned size = 0;
    while (size < NP_NT_SLOT_SIZES && bytes + NP_NT_SLOT_LEAST_END > np_nt_slot_bytes(size))
        size++;
    return size;
}

char *np_nt_slot_take(struct np_nt_slots *slots, unsigned size)
{
    struct np_nt_slot_ring *ring = &slots->rings[size];
    if (ring->count == 0) return NULL;
    char *slot = ring->slots[ring->first];
    ring->first = ring->first + 1 == ring->capacity ? 0 : ring->first + 1;
    ring->count--;
    return slot;
}

void np_nt_slot_give(struct np_nt_slots *slots, unsigned size, char *slot)
{
    struct np_nt_slot_ring *ring = &slots->rings[size];
    const uint32_t end = ring->first + ring->count;
    ring->slots[end < ring->capacity ? end : end - ring->capacity] = slot;
    ring->count++;
}

bool np_nt_slots_add(struct np_nt_slots *slots, unsigned size, char *pages, size_t bytes)
{
    struct np_nt_slot_ring *ring = &slots->rings[size];
    const uint32_t more = (uint32_t)(bytes / np_nt_slot_bytes(size)), before = ring->count;
    char **larger = malloc((ring->capacity + (size_t)more) * sizeof *larger);
    if (larger == NULL) return false;
    for (uint32_t i = 0; i < before; i++)
        larger[i] = np_nt_slot_take(slots, size);
    for (uint32_t i = 0; i < more; i++)
        larger[before + i] = pages + i * np_nt_slot_bytes(size);
    free(ring->slots);
    *ring = (struct np_nt_slot_ring){.slots = larger, .capacity = ring->capacity + more, .count = before + more};
    slots->slabs++;
    return true;
}

size_t np_nt_slot_changed(const char *memory, uint8_t byte, size_t bytes)
{
    if (bytes == 0 || ((uint8_t)memory[0] == byte && memcmp(memory, memory + 1, bytes - 1) == 0)) return bytes;
    size_t at = 0;
    while ((uint8_t)memory[at] == byte)
        at++;
    return at;
}

void np_nt_slots_free(struct np_nt_slots *slots)
{
    for (unsigned i = 0; i < NP_NT_SLOT_SIZES; i++)
        free(slots->rings[i].slots);
    *slots = (struct np_nt_slots){0};
}
