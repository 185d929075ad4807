/* SPDX-License-Identifier: MIT */
/*
 * Accesses to addresses at which nothing is mapped: the signal that they raise becomes a violation.
 */
#ifndef NP_NT_FAULT_H
#define NP_NT_FAULT_H

#include <stdbool.h>

/** Catches the signal, as long as there are machines. Each call is undone by one of np_nt_fault_release. */
void np_nt_fault_catch(void);

void np_nt_fault_release(void);

/** Around a fork: keeps other threads from changing what is caught. A child has no machine, and catches nothing. */
void np_nt_fault_hold(void);

void np_nt_fault_let_go(bool child);

#endif
