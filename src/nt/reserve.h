/* SPDX-License-Identifier: MIT */
/*
 * Address space of the process that costs nothing until it is touched: for tables with an entry for everything there
 * might be.
 */
#ifndef NP_NT_RESERVE_H
#define NP_NT_RESERVE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Reserves address space.
 *
 * @param usable  it can be read and written, and holds zeros; otherwise an access to it faults
 * @return its start, aligned to a page, or NULL with the host's errno
 */
void *np_nt_reserve(size_t bytes, bool usable);

/** Sees to it that np_nt_seal works where the process has as many mappings as it may have (vm.max_map_count). */
void np_nt_reserve_spare(void);

/** Makes reserved space fault again, with or without pages shown there. False when the host refuses, which it hardly does. */
bool np_nt_seal(void *address, size_t bytes);

/** Gives it back; NULL is nothing. */
void np_nt_release(void *address, size_t bytes);

#endif
