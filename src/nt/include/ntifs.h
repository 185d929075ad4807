/* SPDX-License-Identifier: MIT */
/*
 * ntifs.h: ntddk.h, for the drivers of file systems.
 */
#ifndef NP_NT_NTIFS_H
#define NP_NT_NTIFS_H

#include "ntddk.h"

#endif
