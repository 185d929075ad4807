/* SPDX-License-Identifier: MIT */
/*
 * IRQLs: that of a thread, and which routine may be called at which.
 */
#ifndef NP_NT_IRQL_H
#define NP_NT_IRQL_H

#include "machine.h"

/**
 * Whether this thread's IRQL is at most `limit`; else reports the violation. `what` names the call, for a limit that
 * depends on it.
 */
bool np_nt_irql_fits(struct np_nt *machine, enum np_nt_routine routine, uint8_t limit, const char *what);

#endif
