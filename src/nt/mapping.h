/* SPDX-License-Identifier: MIT */
/*
 * The mapping of an MDL for KernelMode, which goes with its pages.
 */
#ifndef NP_NT_MAPPING_H
#define NP_NT_MAPPING_H

#include "machine.h"

struct _MDL;

/** The live mapping of an MDL for KernelMode, or NULL. Under the lock. */
struct np_nt_record *np_nt_system_mapping(const struct np_nt *machine, struct _MDL *mdl);

/**
 * Ends that mapping, as MmUnmapLockedPages does, if there is one. Without the lock.
 *
 * @page MmGetSystemAddressForMdlSafe: MmFreePagesFromMdl unmaps the system address as well
 */
void np_nt_end_system_mapping(struct np_nt *machine, struct _MDL *mdl, const struct np_nt_stack *stack);

#endif
