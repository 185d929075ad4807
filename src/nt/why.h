/* SPDX-License-Identifier: MIT */
/*
 * Why a call failed: what np_nt_why returns.
 */
#ifndef NP_NT_WHY_H
#define NP_NT_WHY_H

#include "../core/nodepages.h"
#include "include/nodepages_nt.h"

/** Notes that a call failed for another cause than the core's. */
__attribute__((format(printf, 4, 5))) void np_nt_why_cause(enum np_nt_routine routine, enum np_nt_cause cause,
                                                           uint64_t wanted, const char *format, ...);

/** Notes that a request is invalid. */
void np_nt_why_invalid(enum np_nt_routine routine, enum np_parameter parameter);

/** Notes that the core refused a valid request, with its reason and figures (W1). `wanted` in pages. */
void np_nt_why_refused(enum np_nt_routine routine, enum np_reason reason, uint64_t wanted,
                       const struct np_figures *figures);

/** Notes a violation. */
void np_nt_why_violation(const struct np_nt_violation *violation);

#endif
