/*
 * The integrity check: whether a machine is still one that the core could have made.
 */
#ifndef NP_CHECK_H
#define NP_CHECK_H

#include "machine.h"

/**
 * Looks for a fault in a machine's stretches and in the states of its pages.
 *
 * @param[out] where  the stretch or the position at fault, when one is
 */
enum np_fault np_check(const struct np_machine *m, uint64_t *where);

#endif
