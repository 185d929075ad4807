/* SPDX-License-Identifier: MIT */
/*
 * Physical memory: a memfd with room for a page at each position of the machine, of which the host backs what has been
 * written. And what is known of each page besides its state in the core: whose cache type it has, how often it is
 * mapped, whether it may hold anything but zeros.
 *
 * Positions rather than addresses: the holes of a machine's address space cost nothing.
 */
#ifndef NP_NT_MEMORY_H
#define NP_NT_MEMORY_H

#include "extents.h"

#define NP_NT_NO_CACHE (-1) /* no cache type: of a page that is not mapped */
#define NP_NT_MAX_MAPPINGS UINT16_MAX

/** What is known of a page. Zero for a page that was never given. */
struct np_nt_page_note {
    uint32_t owner; /* the number of the record of who has it */
    uint16_t mappings;
    uint8_t given;  /* 0: to nobody; else what cache types it may have: see np_nt_given */
    uint8_t mapped; /* while it is mapped: the cache type of that */
};

/** The memory of a machine. */
struct np_nt_memory {
    int descriptor;
    uint64_t positions;
    struct np_nt_page_note *notes; /* guarded by the lock of the machine */
    uint8_t *dirty;                /* may hold anything but zeros; a page's is its owner's */
};

/** `given` of a page that was allocated with a cache type, or with NP_NT_NO_CACHE for any. */
static inline uint8_t np_nt_given(int cache)
{
    return (uint8_t)(cache + 2);
}

/** And back. */
static inline int np_nt_allowed(uint8_t given)
{
    return (int)given - 2;
}

/** Bytes of address space that the memory of `pages` pages takes. */
uint64_t np_nt_memory_bytes(uint64_t positions);

/** Makes it. False with the host's errno. */
bool np_nt_memory_open(struct np_nt_memory *memory, uint64_t positions);

void np_nt_memory_close(struct np_nt_memory *memory);

/** Notes that pages are given to the owner of a record, or with 0 and no record that they are not. Under the lock. */
void np_nt_memory_give(struct np_nt_memory *memory, const struct np_nt_extent *extent, uint8_t given, uint32_t owner);

/** Notes that pages may hold anything from now on. By their owner. */
void np_nt_memory_soil(struct np_nt_memory *memory, const struct np_nt_extent *extent);

/**
 * Makes pages zero that are not. Those that were never written cost nothing. By their owner, without the lock.
 *
 * @return false when the host has no memory; some pages may then still be dirty, and are known to be
 */
bool np_nt_memory_zero(struct np_nt_memory *memory, const struct np_nt_extent *extent);

/** Fills pages with a byte. By their owner, without the lock. False when the host has no memory. */
bool np_nt_memory_fill(struct np_nt_memory *memory, const struct np_nt_extent *extent, uint8_t byte);

/** Reads or writes bytes inside a page. False when the host refuses. */
bool np_nt_memory_read(const struct np_nt_memory *memory, uint64_t position, size_t offset, void *bytes, size_t size);
bool np_nt_memory_write(struct np_nt_memory *memory, uint64_t position, size_t offset, const void *bytes, size_t size);

/**
 * Shows pages at an address, which is reserved.
 *
 * @param protection  as for mmap
 * @return false when the host refuses
 */
bool np_nt_memory_show(const struct np_nt_memory *memory, void *address, const struct np_nt_extent *extent,
                       int protection);

/** Bytes of the host that are behind it. */
uint64_t np_nt_memory_backed(const struct np_nt_memory *memory);

#endif
