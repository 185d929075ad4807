/* SPDX-License-Identifier: MIT */
/*
 * What the process shares with the layer: descriptor numbers, and the signal of a file that is too large.
 */
#ifndef NP_NT_DESCRIPTOR_H
#define NP_NT_DESCRIPTOR_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/** Opens a file to append to, as a descriptor of 3 or above. -1 with the host's errno. */
int np_nt_append_to(const char *name);

/** Writes all of it, and nothing of another program between that does so too. False with the host's errno. */
bool np_nt_write_whole(int descriptor, const char *text, size_t size);

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
