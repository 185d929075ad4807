/* SPDX-License-Identifier: MIT */
/*
 * Low resources: which calls are made to fail.
 */
#ifndef NP_NT_SCARCE_H
#define NP_NT_SCARCE_H

#include "machine.h"

/** Counts a call of a routine that can fail, and says whether it is to fail; if so, notes why. Takes the lock. */
bool np_nt_scarce(struct np_nt *machine, enum np_nt_routine routine);

/** Counts a failure. Takes the lock. */
void np_nt_failed(struct np_nt *machine, enum np_nt_routine routine);

/** Counts a call of a routine that can't fail. Under the lock. */
void np_nt_called(struct np_nt *machine, enum np_nt_routine routine);

#endif
