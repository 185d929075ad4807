/* SPDX-License-Identifier: MIT */
/*
 * The nodes of the host: on a host with several, the memory of each node of the machine is put on one of them.
 */
#ifndef NP_NT_HOSTS_H
#define NP_NT_HOSTS_H

#include "../host/pool.h"
#include "memory.h"

/**
 * Binds the memory behind each range of the machine to a node of the host: to the one of the same number if there is
 * one, else to one after the other. Does nothing on a host of one node.
 *
 * @return false with the host's errno when it refuses; the memory is then where the host puts it
 */
bool np_nt_bind(const struct np_nt_memory *memory, const struct np_layout *layout, const struct np_machine *core);

#endif
