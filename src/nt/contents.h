/* SPDX-License-Identifier: MIT */
/*
 * What is in pages that are given: zeros, a pattern, or the old content.
 */
#ifndef NP_NT_CONTENTS_H
#define NP_NT_CONTENTS_H

#include "machine.h"

/** Prepares an extent for its new owner. Without the lock. False when the host has no memory. */
bool np_nt_prepare(struct np_nt *machine, const struct np_nt_extent *extent, bool zero);

/** The same for a list of page frames. */
bool np_nt_prepare_list(struct np_nt *machine, const uint64_t *pfns, uint64_t count, bool zero);

/**
 * Marks the bytes between the end of a block and the end of its last page, which are nobody's. Without the lock.
 *
 * @param last  position of the last page
 * @param used  bytes of it that are the block's, 1 to 4095
 */
bool np_nt_mark_tail(struct np_nt *machine, uint64_t last, size_t used);

/**
 * The first of those bytes that is not as it was marked, as an offset into the page; 4096 when all are. Without the
 * lock.
 */
size_t np_nt_check_tail(struct np_nt *machine, uint64_t last, size_t used);

#endif
