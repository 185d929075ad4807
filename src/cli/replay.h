/* SPDX-License-Identifier: MIT */
/*
 * The replay of a trace on a machine.
 */
#ifndef NP_REPLAY_H
#define NP_REPLAY_H

#include "../host/pool.h"

/**
 * Replays a trace and prints an answer to every operation.
 *
 * @param layout  the machine, all of it free at the start
 * @param trace   the file, or `-` for standard input
 * @param json    one JSON object per line instead of a sentence
 * @return the exit status: 0, or 2 with a message, after the answers to all lines before: a line can't be read, or
 *         the trace
 *         can't, or an answer can't be written, or out of memory
 */
int np_replay(const struct np_layout *layout, const char *trace, bool json);

#endif
