/* SPDX-License-Identifier: MIT */
/*
 * Who has a page: for violations, which may take their time.
 */
#ifndef NP_NT_HOLDER_H
#define NP_NT_HOLDER_H

#include "violation.h"

/** Adds to a violation who mapped a page. Under the lock. @cost a step for each record */
void np_nt_finding_mapped(const struct np_nt *machine, struct np_nt_finding *finding, uint64_t pfn);

/**
 * The live block or mapping, or the last closed one, whose addresses or guards an address is in; or NULL. Under the
 * lock.
 */
struct np_nt_record *np_nt_record_at(const struct np_nt *machine, const void *address);

#endif
