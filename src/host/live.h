/* SPDX-License-Identifier: MIT */
/*
 * The machine that this runs on, by what Linux says of it: the memory by /proc/iomem, the nodes by the blocks of
 * memory that /sys/devices/system/node lists, or by the one node there is.
 */
#ifndef NP_LIVE_H
#define NP_LIVE_H

#include "pool.h"

/**
 * Reads this machine into the pool.
 *
 * @param root  what to put before every path: "" for the system itself, a directory in tests
 * @return false with a message: addresses are hidden from this user, or a file says something that can't be
 */
bool np_live_read(struct np_pool *pool, const char *root);

#endif
