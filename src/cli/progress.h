/* SPDX-License-Identifier: MIT */
/*
 * How far a long replay is, on standard error, for somebody who watches.
 */
#ifndef NP_PROGRESS_H
#define NP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/** All zero but `on` at its start. */
struct np_progress {
    bool on;    /* standard error is a terminal and standard output is not */
    bool shown; /* something stands on the terminal's line */
    int64_t started;
    int64_t next; /* when to show something, in milliseconds */
};

/** Starts the clock: nothing is shown in the first second. */
void np_progress_start(struct np_progress *progress);

/** Shows the line that the replay is at, a few times a second. Cheap enough for every line. */
void np_progress_at(struct np_progress *progress, uint64_t line);

/** Clears what was shown. */
void np_progress_end(struct np_progress *progress);

#endif
