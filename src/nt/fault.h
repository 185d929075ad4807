/*
 * Accesses to addresses at which nothing is mapped: the signal that they raise becomes a violation.
 */
#ifndef NP_NT_FAULT_H
#define NP_NT_FAULT_H

/** Catches the signal, as long as there are machines. Each call is undone by one of np_nt_fault_release. */
void np_nt_fault_catch(void);

void np_nt_fault_release(void);

/** Around a fork, so that the child finds no lock taken by a thread that it does not have. */
void np_nt_fault_lock(void);
void np_nt_fault_unlock(void);

#endif
