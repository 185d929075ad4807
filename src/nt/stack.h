/* SPDX-License-Identifier: MIT */
/*
 * Call stacks.
 */
#ifndef NP_NT_STACK_H
#define NP_NT_STACK_H

#include "include/nodepages_nt.h"

/**
 * Takes the stack of this thread from the caller of the routine on, at most `depth` frames of it. Safe in the handler
 * of a signal that an access raised.
 */
void np_nt_stack_take(struct np_nt_stack *stack, unsigned depth);

/**
 * Keeps all threads from walking stacks, around a fork.
 *
 * @return false when this thread is in the middle of it; there is then nothing to release
 */
bool np_nt_stack_hold(void);

void np_nt_stack_release(bool child);

#endif
