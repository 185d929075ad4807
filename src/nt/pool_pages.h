/* SPDX-License-Identifier: MIT */
/*
 * Whole pages for the pool: shown at addresses of their own, with a guard page on either side.
 */
#ifndef NP_NT_POOL_PAGES_H
#define NP_NT_POOL_PAGES_H

#include "machine.h"

/**
 * Allocates pages, fills them with a byte, shows them and enters them into the ledger. Without the lock.
 *
 * @param kind    NP_NT_RECORD_SLAB or NP_NT_RECORD_LARGE
 * @param offset  bytes into the first page of the address that the record is filed under
 * @return the record; NULL with the reason noted
 */
struct np_nt_record *np_nt_pool_pages_get(struct np_nt *machine, enum np_nt_routine routine,
                                          enum np_nt_record_kind kind, uint64_t pages, uint64_t offset, uint8_t byte);

/** Hides and frees the pages of a record that is no longer live, and closes it. Without the lock. */
void np_nt_pool_pages_end(struct np_nt *machine, struct np_nt_record *record);

#endif
