/* SPDX-License-Identifier: MIT */
/*
 * What newer kits have and the DDK of mingw-w64 has not, for sources that are compiled against that one.
 */
#include <ntddk.h>

#define MdlMappingNoExecute 0x40000000

NTKERNELAPI PMDL NTAPI MmAllocateNodePagesForMdlEx(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
                                                   PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes,
                                                   MEMORY_CACHING_TYPE CacheType, ULONG IdealNode, ULONG Flags);
