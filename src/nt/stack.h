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

#endif
