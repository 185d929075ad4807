/* SPDX-License-Identifier: MIT */
/*
 * Violations: how they are reported.
 */
#ifndef NP_NT_VIOLATION_H
#define NP_NT_VIOLATION_H

#include "machine.h"

/** A violation as it is put together. */
struct np_nt_finding {
    struct np_nt_violation violation;
    char words[NP_NT_WORDS];
};

/** Puts a violation together, without what was before. Needs no lock, and may hold it. */
__attribute__((format(printf, 6, 7))) void np_nt_violate(struct np_nt_finding *finding, enum np_nt_violation_kind kind,
                                                         enum np_nt_routine routine, const void *address, uint64_t pfn,
                                                         const char *format, ...);

/** Adds who did what before. */
void np_nt_finding_before(struct np_nt_finding *finding, const char *what, const struct np_nt_stack *stack);

/**
 * Reports a violation: calls the handler; or prints it and, unless the settings say to go on, stops the program. Without the
 * lock. The last failure of this thread is the violation from then on.
 */
void np_nt_report_violation(struct np_nt *machine, struct np_nt_finding *finding);

#endif
