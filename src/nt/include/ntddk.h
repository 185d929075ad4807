/* SPDX-License-Identifier: MIT */
/*
 * ntddk.h: wdm.h, and the routines that only kernel drivers of the older kind call.
 */
#ifndef NP_NT_NTDDK_H
#define NP_NT_NTDDK_H

#include "wdm.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A range of physical memory; both in bytes. */
typedef struct _PHYSICAL_MEMORY_RANGE {
    PHYSICAL_ADDRESS BaseAddress;
    LARGE_INTEGER NumberOfBytes;
} PHYSICAL_MEMORY_RANGE, *PPHYSICAL_MEMORY_RANGE;

/**
 * The ranges of physical memory that the machine has, ascending. Ranges that touch are one, on any nodes;
 * hot-removed pages are in none.
 *
 * @page   MmGetPhysicalMemoryRangesEx2: this routine has none, for it is reserved for system use
 * @irql   PASSIVE_LEVEL
 * @return an array that ends with a range of address 0 and no bytes, to be freed by ExFreePool; NULL when there is no
 *         memory for it
 */
NTKERNELAPI PPHYSICAL_MEMORY_RANGE NTAPI MmGetPhysicalMemoryRanges(VOID);

/**
 * Adds memory to the machine: here, pages that MM_ALLOCATE_AND_HOT_REMOVE took from it.
 *
 * @page   MmAddPhysicalMemory
 * @clause F3, F4
 * @irql   at most APC_LEVEL
 * @param StartAddress   physical address of the first byte, a multiple of PAGE_SIZE
 * @param NumberOfBytes  bytes, a multiple of PAGE_SIZE; left as they are
 * @return STATUS_SUCCESS; STATUS_INVALID_PARAMETER for a range that is empty or not of whole pages; STATUS_CONFLICTING_ADDRESSES
 *         when a page of them was not removed or, a violation, is mapped still; STATUS_INSUFFICIENT_RESOURCES; after
 *         another violation STATUS_UNSUCCESSFUL. If it is not STATUS_SUCCESS, nothing has changed
 */
NTKERNELAPI NTSTATUS NTAPI MmAddPhysicalMemory(_In_ PPHYSICAL_ADDRESS StartAddress,
                                               _Inout_ PLARGE_INTEGER NumberOfBytes);

#ifdef __cplusplus
}
#endif

#endif
