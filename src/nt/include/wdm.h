/* SPDX-License-Identifier: MIT */
/*
 * wdm.h: the memory routines of the Windows kernel that this layer implements, for driver sources that include it.
 *
 * "The page" of a routine is its page in Microsoft's Windows driver reference (learn.microsoft.com,
 * windows-hardware/drivers/ddi). IRQL is the level of the calling thread (KeGetCurrentIrql). A call at a higher one,
 * and everything else that a kernel would stop at, is a violation: see nodepages_nt.h. "P2" and the like are clauses
 * of spec/semantics.md. np_nt_why returns why a routine returned NULL.
 */
#ifndef NP_NT_WDM_H
#define NP_NT_WDM_H

/* Linux gives its own page size by these names. */
#undef PAGE_SHIFT
#undef PAGE_SIZE

#include "mdl.h"
#include "ntdef.h"
#include "wdm_mdl.h"
#include "wdm_pool.h"
#include "wdm_rtl.h"
#include "wdm_sync.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Pages for an MDL ---- */

/**
 * Allocates pages from an ideal node, or the nodes nearest to it, and an MDL that describes them.
 *
 * The pages are zeroed unless MM_DONT_ZERO_ALLOCATION is set. They are not mapped. They may be fewer than asked for:
 * MmGetMdlByteCount says how many bytes they are. Free them with MmFreePagesFromMdl and then the MDL with
 * ExFreePool; with MM_ALLOCATE_AND_HOT_REMOVE by MmAddPhysicalMemory and ExFreePool.
 *
 * The call waits for pages (the reclaim callback of the machine) where there are too few, unless MM_ALLOCATE_NO_WAIT
 * is set or it is called at DISPATCH_LEVEL.
 *
 * @page   MmAllocateNodePagesForMdlEx; MM_ALLOCATE_XXX for the flags
 * @clause R1 - R5, N1 - N5, P1 - P6, C1 - C4
 * @irql   at most DISPATCH_LEVEL, APC_LEVEL or below is faster; PASSIVE_LEVEL with MM_ALLOCATE_AND_HOT_REMOVE
 * @param  LowAddress   first byte of the first range that pages may come from
 * @param  HighAddress  last byte of it
 * @param  SkipBytes    bytes from the start of a range to the start of the next, a multiple of PAGE_SIZE, 0 for one
 *                      range; with MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS the bytes of a block, a power of two, 0 for
 *                      one block of all
 * @param  TotalBytes   bytes, rounded up to pages; above 4 GiB - PAGE_SIZE it is taken as that, or a failure where it
 *                      is all or nothing
 * @param  CacheType    how the pages may be mapped
 * @param  IdealNode    the node to begin with, at most KeQueryHighestNodeNumber()
 * @param  Flags        MM_DONT_ZERO_ALLOCATION and MM_ALLOCATE_xxx
 * @return the MDL; NULL when there is no page in those ranges, fewer than MM_ALLOCATE_FULLY_REQUIRED asks for, no
 *         memory for the MDL, or an argument is wrong
 */
NTKERNELAPI PMDL NTAPI MmAllocateNodePagesForMdlEx(_In_ PHYSICAL_ADDRESS LowAddress, _In_ PHYSICAL_ADDRESS HighAddress,
                                                   _In_ PHYSICAL_ADDRESS SkipBytes, _In_ SIZE_T TotalBytes,
                                                   _In_ MEMORY_CACHING_TYPE CacheType, _In_ ULONG IdealNode,
                                                   _In_ ULONG Flags);

/**
 * MmAllocateNodePagesForMdlEx with the node that the calling thread runs on (np_nt_run_on_node) as the ideal one.
 *
 * With MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS it takes MM_ALLOCATE_FAST_LARGE_PAGES: SkipBytes or, where that is 0, TotalBytes is a power of two
 * from 2 MiB on, and each chunk begins at a large page.
 *
 * @page   MmAllocatePagesForMdlEx
 * @irql   as MmAllocateNodePagesForMdlEx
 * @return as MmAllocateNodePagesForMdlEx
 */
NTKERNELAPI PMDL NTAPI MmAllocatePagesForMdlEx(_In_ PHYSICAL_ADDRESS LowAddress, _In_ PHYSICAL_ADDRESS HighAddress,
                                               _In_ PHYSICAL_ADDRESS SkipBytes, _In_ SIZE_T TotalBytes,
                                               _In_ MEMORY_CACHING_TYPE CacheType, _In_ ULONG Flags);

/**
 * MmAllocatePagesForMdlEx without flags: zeroed, and below DISPATCH_LEVEL it may wait. The pages have no cache type: each mapping chooses.
 *
 * @page   MmAllocatePagesForMdl
 * @irql   at most DISPATCH_LEVEL
 * @return as MmAllocateNodePagesForMdlEx
 */
NTKERNELAPI PMDL NTAPI MmAllocatePagesForMdl(_In_ PHYSICAL_ADDRESS LowAddress, _In_ PHYSICAL_ADDRESS HighAddress,
                                             _In_ PHYSICAL_ADDRESS SkipBytes, _In_ SIZE_T TotalBytes);

/**
 * Gives the pages of an MDL back, not the MDL.
 *
 * The mapping of the MDL for KernelMode, if it has one, ends with them. A violation: pages that are mapped for UserMode or by another MDL,
 * free already, or hot-removed, an MDL that was changed, and one that no routine above made.
 *
 * @page   MmFreePagesFromMdl; MmGetSystemAddressForMdlSafe for the mapping
 * @clause F1, F3
 * @irql   at most DISPATCH_LEVEL
 */
NTKERNELAPI VOID NTAPI MmFreePagesFromMdl(_Inout_ PMDLX MemoryDescriptorList);

/**
 * Frees pool memory: that of ExAllocatePoolWithTag and the like, an MDL, or the array of MmGetPhysicalMemoryRanges.
 *
 * A violation: an MDL whose pages are allocated still, memory that was freed, a block of contiguous memory, any other
 * address; a write past the end of pool memory is reported here.
 *
 * @page   ExFreePool
 * @irql   at most DISPATCH_LEVEL
 */
NTKERNELAPI VOID NTAPI ExFreePool(_In_ PVOID P);

/**
 * ExFreePool of pool memory with a tag. Another tag than that of the allocation is a violation; 0 is not compared, nor
 * is the tag of an MDL, which is the system's own.
 *
 * @page   ExFreePoolWithTag
 * @irql   at most DISPATCH_LEVEL
 */
NTKERNELAPI VOID NTAPI ExFreePoolWithTag(_In_ PVOID P, _In_ ULONG Tag);

/* ---- Mapping ---- */

/**
 * Maps the pages of an MDL at consecutive addresses.
 *
 * The mapping is real: it shows the pages, as do all other mappings of them, until MmUnmapLockedPages. A violation: an MDL that is not
 * locked, describes nonpaged pool, or is mapped for KernelMode already, and a page that is mapped with another cache type.
 *
 * @page   MmMapLockedPagesSpecifyCache
 * @irql   at most DISPATCH_LEVEL; for UserMode at most APC_LEVEL
 * @param  AccessMode         KernelMode, or UserMode (the same address space here; never executable)
 * @param  CacheType          how it is cached, where the pages have no type of their own: those of MmAllocatePagesForMdl
 * @param  RequestedAddress   NULL; an address wanted for UserMode is not given, and the call fails with a reason. Not
 *                            read for KernelMode
 * @param  BugCheckOnFailure  FALSE; TRUE for KernelMode is a violation
 * @param  Priority           an MM_PAGE_PRIORITY, with MdlMappingNoWrite or MdlMappingNoExecute
 * @return the address of the first byte of the buffer; NULL when there is no room, or an argument is wrong
 */
NTKERNELAPI PVOID NTAPI MmMapLockedPagesSpecifyCache(_In_ PMDLX MemoryDescriptorList, _In_ KPROCESSOR_MODE AccessMode,
                                                     _In_ MEMORY_CACHING_TYPE CacheType,
                                                     _In_opt_ PVOID RequestedAddress, _In_ ULONG BugCheckOnFailure,
                                                     _In_ ULONG Priority);

/**
 * Ends a mapping. Its addresses fault from here on.
 *
 * @page   MmUnmapLockedPages
 * @irql   at most DISPATCH_LEVEL; for a mapping of UserMode at most APC_LEVEL
 * @param  BaseAddress  what MmMapLockedPagesSpecifyCache returned for this MDL; anything else is a violation
 */
NTKERNELAPI VOID NTAPI MmUnmapLockedPages(_In_ PVOID BaseAddress, _Inout_ PMDL MemoryDescriptorList);

/**
 * The address of an MDL's buffer in system space: where it is mapped, or it is mapped there now, cached.
 *
 * @page   MmGetSystemAddressForMdlSafe
 * @irql   at most DISPATCH_LEVEL
 * @param  Priority  an MM_PAGE_PRIORITY, with MdlMappingNoWrite or MdlMappingNoExecute
 * @return the address; NULL when there is no room
 */
static inline PVOID MmGetSystemAddressForMdlSafe(PMDL Mdl, ULONG Priority)
{
    if ((Mdl->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) != 0) return Mdl->MappedSystemVa;
    return MmMapLockedPagesSpecifyCache(Mdl, KernelMode, MmCached, NULL, FALSE, Priority);
}

/**
 * Fills the head of an MDL that the caller has room for: that of a buffer at `BaseVa` of `Length` bytes. The page
 * frame numbers are the caller's to fill.
 *
 * @page   MmInitializeMdl
 * @irql   any
 * @param  Length  bytes, below 4 GiB
 */
static inline void MmInitializeMdl(PMDL MemoryDescriptorList, PVOID BaseVa, SIZE_T Length)
{
    const ULONG_PTR pages = ADDRESS_AND_SIZE_TO_SPAN_PAGES(BaseVa, Length);
    MemoryDescriptorList->Next = NULL;
    MemoryDescriptorList->Size = (CSHORT)(sizeof(MDL) + sizeof(PFN_NUMBER) * pages);
    MemoryDescriptorList->MdlFlags = 0;
    MemoryDescriptorList->StartVa = PAGE_ALIGN(BaseVa);
    MemoryDescriptorList->ByteOffset = BYTE_OFFSET(BaseVa);
    MemoryDescriptorList->ByteCount = (ULONG)Length;
}

/* ---- Contiguous memory ---- */

/**
 * Allocates memory that is contiguous in physical memory, too, and maps it.
 *
 * The block begins at a page and is not zeroed. A write past its end is a violation.
 *
 * @page   MmAllocateContiguousMemorySpecifyCacheNode
 * @clause B1 - B5
 * @irql   at most DISPATCH_LEVEL
 * @param  NumberOfBytes            bytes of the block
 * @param  LowestAcceptableAddress  the lowest physical address of a byte of it
 * @param  HighestAcceptableAddress the highest one
 * @param  BoundaryAddressMultiple  a power of two in bytes, no multiple of which the block crosses; 0 for none
 * @param  CacheType                how the block is cached
 * @param  PreferredNode            the node that all of it is on, or MM_ANY_NODE_OK
 * @return its address, to be freed by MmFreeContiguousMemory; NULL when there is no such block, or an argument is wrong
 */
NTKERNELAPI PVOID NTAPI MmAllocateContiguousMemorySpecifyCacheNode(_In_ SIZE_T NumberOfBytes,
                                                                   _In_ PHYSICAL_ADDRESS LowestAcceptableAddress,
                                                                   _In_ PHYSICAL_ADDRESS HighestAcceptableAddress,
                                                                   _In_opt_ PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                                                   _In_ MEMORY_CACHING_TYPE CacheType,
                                                                   _In_ NODE_REQUIREMENT PreferredNode);

/**
 * MmAllocateContiguousMemorySpecifyCacheNode on any node.
 *
 * @page   MmAllocateContiguousMemorySpecifyCache
 * @irql   at most DISPATCH_LEVEL
 * @return its address, to be freed by MmFreeContiguousMemorySpecifyCache or MmFreeContiguousMemory; NULL as above
 */
NTKERNELAPI PVOID NTAPI MmAllocateContiguousMemorySpecifyCache(_In_ SIZE_T NumberOfBytes,
                                                               _In_ PHYSICAL_ADDRESS LowestAcceptableAddress,
                                                               _In_ PHYSICAL_ADDRESS HighestAcceptableAddress,
                                                               _In_opt_ PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                                               _In_ MEMORY_CACHING_TYPE CacheType);

/**
 * MmAllocateContiguousMemorySpecifyCacheNode of cached memory on any node, from address 0 up, without a boundary.
 *
 * @page   MmAllocateContiguousMemory
 * @irql   at most DISPATCH_LEVEL
 * @return its address, to be freed by MmFreeContiguousMemory; NULL as above
 */
NTKERNELAPI PVOID NTAPI MmAllocateContiguousMemory(_In_ SIZE_T NumberOfBytes,
                                                   _In_ PHYSICAL_ADDRESS HighestAcceptableAddress);

/**
 * MmAllocateContiguousMemorySpecifyCacheNode with a protection in place of the cache type.
 *
 * @page   MmAllocateContiguousNodeMemory
 * @irql   at most DISPATCH_LEVEL
 * @param  Protect        PAGE_READWRITE or PAGE_EXECUTE_READWRITE, with PAGE_NOCACHE or PAGE_WRITECOMBINE for memory
 *                        that is not cached
 * @param  PreferredNode  the node that all of it is on, or MM_ANY_NODE_OK
 * @return its address, to be freed by MmFreeContiguousMemory; NULL as above
 */
NTKERNELAPI PVOID NTAPI MmAllocateContiguousNodeMemory(_In_ SIZE_T NumberOfBytes,
                                                       _In_ PHYSICAL_ADDRESS LowestAcceptableAddress,
                                                       _In_ PHYSICAL_ADDRESS HighestAcceptableAddress,
                                                       _In_opt_ PHYSICAL_ADDRESS BoundaryAddressMultiple,
                                                       _In_ ULONG Protect, _In_ NODE_REQUIREMENT PreferredNode);

/**
 * Frees a block of contiguous memory. Its addresses fault from here on.
 *
 * @page   MmFreeContiguousMemory
 * @clause F2
 * @irql   at most DISPATCH_LEVEL
 * @param  BaseAddress  where the block begins; anything else is a violation
 */
NTKERNELAPI VOID NTAPI MmFreeContiguousMemory(_In_ PVOID BaseAddress);

/**
 * Frees a block that MmAllocateContiguousMemorySpecifyCache or MmAllocateContiguousMemorySpecifyCacheNode gave.
 *
 * @page   MmFreeContiguousMemorySpecifyCache
 * @clause F2
 * @irql   at most DISPATCH_LEVEL
 * @param  BaseAddress    where the block begins; anything else is a violation
 * @param  NumberOfBytes  its bytes, as asked for; another number is a violation
 * @param  CacheType      its type, as asked for; another one is a violation
 */
NTKERNELAPI VOID NTAPI MmFreeContiguousMemorySpecifyCache(_In_ PVOID BaseAddress, _In_ SIZE_T NumberOfBytes,
                                                          _In_ MEMORY_CACHING_TYPE CacheType);

/**
 * The physical address behind an address.
 *
 * @page   MmGetPhysicalAddress
 * @irql   any
 * @param  BaseAddress  in a mapping or a block of contiguous memory
 * @return the physical address in bytes; 0 where nothing is mapped
 */
NTKERNELAPI PHYSICAL_ADDRESS NTAPI MmGetPhysicalAddress(_In_ PVOID BaseAddress);

/* ---- IRQL ---- */

/**
 * The IRQL of the calling thread; PASSIVE_LEVEL in a thread that raised none.
 *
 * @page KeGetCurrentIrql
 * @irql any
 */
NTKERNELAPI KIRQL NTAPI KeGetCurrentIrql(VOID);

/**
 * Raises the IRQL of the calling thread.
 *
 * @page   KeRaiseIrql
 * @irql   at most NewIrql; a violation above it
 * @param  NewIrql   at most HIGH_LEVEL
 * @param  OldIrql   what it was, for KeLowerIrql
 */
NTKERNELAPI VOID NTAPI KeRaiseIrql(_In_ KIRQL NewIrql, _Out_ PKIRQL OldIrql);

/**
 * Lowers the IRQL of the calling thread to what it was before KeRaiseIrql.
 *
 * @page   KeLowerIrql
 * @irql   at least NewIrql; a violation below it
 */
NTKERNELAPI VOID NTAPI KeLowerIrql(_In_ KIRQL NewIrql);

/** KeRaiseIrql to DISPATCH_LEVEL. @page KeRaiseIrqlToDpcLevel @return the IRQL as it was */
static inline KIRQL KeRaiseIrqlToDpcLevel(void)
{
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    return before;
}

/** Says that a function must run at APC_LEVEL or below: in force where DBG is 1. @page PAGED_CODE */
#define PAGED_CODE()                                                                                                   \
    {                                                                                                                  \
        NT_ASSERT(KeGetCurrentIrql() <= APC_LEVEL);                                                                    \
    }

/**
 * The highest node number: nodes are 0 to this one.
 *
 * @page KeQueryHighestNodeNumber
 * @irql any
 */
NTKERNELAPI USHORT NTAPI KeQueryHighestNodeNumber(VOID);

#ifdef __cplusplus
}
#endif

#endif
