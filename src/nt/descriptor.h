/*
 * What the process shares with the layer: descriptor numbers, and the signal of a file that is too large.
 */
#ifndef NP_NT_DESCRIPTOR_H
#define NP_NT_DESCRIPTOR_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

/**
 * Moves a descriptor to 3 or above: a program that has closed its standard streams would write its messages into it.
 *
 * @param descriptor  or -1, which comes back; it is closed when it can't be moved
 * @return the descriptor, which exec closes, or -1 with the host's errno
 */
int np_nt_lift(int descriptor);

/** Opens a file to append to, as a descriptor of 3 or above. NULL with the host's errno. */
FILE *np_nt_append_to(const char *name);

/** The signals of a thread, while a write may be over RLIMIT_FSIZE. */
struct np_nt_quiet {
    sigset_t before;
    bool pending;
};

/** From here on, a write over RLIMIT_FSIZE fails with EFBIG and ends nothing. */
void np_nt_quiet_begin(struct np_nt_quiet *quiet);

/** As it was before. Keeps errno. */
void np_nt_quiet_end(const struct np_nt_quiet *quiet);

#endif
