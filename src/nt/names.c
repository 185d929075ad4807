/* SPDX-License-Identifier: MIT */
#include "include/nodepages_nt.h"

static const char *const names[NP_NT_ROUTINES] = {
    [NP_NT_ALLOCATE_NODE_PAGES] = "MmAllocateNodePagesForMdlEx",
    [NP_NT_ALLOCATE_PAGES_EX] = "MmAllocatePagesForMdlEx",
    [NP_NT_ALLOCATE_PAGES] = "MmAllocatePagesForMdl",
    [NP_NT_MAP] = "MmMapLockedPagesSpecifyCache",
    [NP_NT_ALLOCATE_CONTIGUOUS_CACHE_NODE] = "MmAllocateContiguousMemorySpecifyCacheNode",
    [NP_NT_ALLOCATE_CONTIGUOUS_CACHE] = "MmAllocateContiguousMemorySpecifyCache",
    [NP_NT_ALLOCATE_CONTIGUOUS_NODE] = "MmAllocateContiguousNodeMemory",
    [NP_NT_ALLOCATE_CONTIGUOUS] = "MmAllocateContiguousMemory",
    [NP_NT_MEMORY_RANGES] = "MmGetPhysicalMemoryRanges",
    [NP_NT_ALLOCATE_POOL_OLD] = "ExAllocatePool",
    [NP_NT_ALLOCATE_POOL_TAG] = "ExAllocatePoolWithTag",
    [NP_NT_ALLOCATE_POOL_UNINITIALIZED] = "ExAllocatePoolUninitialized",
    [NP_NT_ALLOCATE_POOL_ZERO] = "ExAllocatePoolZero",
    [NP_NT_ALLOCATE_POOL_2] = "ExAllocatePool2",
    [NP_NT_IO_ALLOCATE_MDL] = "IoAllocateMdl",
    [NP_NT_FREE_PAGES] = "MmFreePagesFromMdl",
    [NP_NT_FREE_POOL] = "ExFreePool",
    [NP_NT_UNMAP] = "MmUnmapLockedPages",
    [NP_NT_FREE_CONTIGUOUS] = "MmFreeContiguousMemory",
    [NP_NT_FREE_CONTIGUOUS_CACHE] = "MmFreeContiguousMemorySpecifyCache",
    [NP_NT_PHYSICAL_ADDRESS] = "MmGetPhysicalAddress",
    [NP_NT_ADD_MEMORY] = "MmAddPhysicalMemory",
    [NP_NT_HIGHEST_NODE] = "KeQueryHighestNodeNumber",
    [NP_NT_RAISE_IRQL] = "KeRaiseIrql",
    [NP_NT_LOWER_IRQL] = "KeLowerIrql",
    [NP_NT_IO_FREE_MDL] = "IoFreeMdl",
    [NP_NT_BUILD_MDL] = "MmBuildMdlForNonPagedPool",
    [NP_NT_BUILD_PARTIAL] = "IoBuildPartialMdl",
    [NP_NT_LOCK_PAGES] = "MmProbeAndLockPages",
    [NP_NT_UNLOCK_PAGES] = "MmUnlockPages",
    [NP_NT_ACQUIRE_SPIN_LOCK] = "KeAcquireSpinLock",
    [NP_NT_RELEASE_SPIN_LOCK] = "KeReleaseSpinLock",
    [NP_NT_ACCESS] = "a memory access",
};

const char *np_nt_routine_name(enum np_nt_routine routine)
{
    return (unsigned)routine < NP_NT_ROUTINES ? names[routine] : "no routine";
}
