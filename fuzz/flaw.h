/* SPDX-License-Identifier: MIT */
/*
 * Machines with a flaw: descriptions that np_setup must refuse, and machines that np_check must find fault with. What the
 * right answer is, is found here a page and a range at a time.
 */
#ifndef FUZZ_FLAW_H
#define FUZZ_FLAW_H

#include "pair.h"

/**
 * Puts a flaw or two into the description or the storage of a machine, and asks for its set-up. The machine itself stays
 * as it is.
 */
void fuzz_try_setup(struct pair *p, const uint8_t *record);

/** Puts a flaw or two into the machine, asks np_check, and takes them out again. */
void fuzz_try_check(struct pair *p, const uint8_t *record);

#endif
