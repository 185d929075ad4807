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
    [NP_NT_ACCESS] = "a memory access",
};

const char *np_nt_routine_name(enum np_nt_routine routine)
{
    return (unsigned)routine < NP_NT_ROUTINES ? names[routine] : "no routine";
}
