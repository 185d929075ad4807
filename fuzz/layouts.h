/* SPDX-License-Identifier: MIT */
/*
 * What must hold of each machine that a reader accepts, and of what it says. Whatever does not ends the process.
 */
#ifndef FUZZ_LAYOUTS_H
#define FUZZ_LAYOUTS_H

#include "../src/host/pool.h"

/** A refusal has one message; an accepted machine may have warnings. Every line begins with the name of the command. */
void layout_check_messages(const char *messages, bool accepted);

/** The ranges ascend, are disjoint and as long as they can be, and are found. */
void layout_check(const struct np_layout *layout);

/** The machine written as a plain map and read again is the same machine. */
void layout_check_written(const struct np_layout *layout);

/** A small machine can be set up, with all its pages free. */
void layout_check_setup(const struct np_layout *layout, FILE *messages);

#endif
