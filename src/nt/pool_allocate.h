/* SPDX-License-Identifier: MIT */
/*
 * Pool memory of drivers: allocated with a tag, and freed.
 */
#ifndef NP_NT_POOL_ALLOCATE_H
#define NP_NT_POOL_ALLOCATE_H

#include "violation.h"

/**
 * What is wrong with freeing live pool memory, if something is: another tag, an IRQL too high, pages mapped. Under the
 * lock.
 *
 * @param tag  0 for any
 */
bool np_nt_pool_free_is_wrong(const struct np_nt *machine, const struct np_nt_record *record, uint32_t tag,
                              struct np_nt_finding *finding);

/** Frees pool memory of a record that is no longer live; reports what was written past its end. Without the lock. */
void np_nt_pool_end(struct np_nt *machine, struct np_nt_record *record);

/** Whether a record is pool memory of a driver. */
static inline bool np_nt_is_pool(const struct np_nt_record *record)
{
    return record->kind == NP_NT_RECORD_SLOT || record->kind == NP_NT_RECORD_LARGE;
}

#endif
