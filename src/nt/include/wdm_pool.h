/* SPDX-License-Identifier: MIT */
/*
 * wdm_pool.h: the pool routines of wdm.h.
 */
#ifndef NP_NT_WDM_POOL_H
#define NP_NT_WDM_POOL_H

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What kind of pool memory comes from. Its lowest bit says that it is paged. */
typedef enum _POOL_TYPE {
    NonPagedPool = 0,
    NonPagedPoolExecute = 0,
    PagedPool = 1,
    NonPagedPoolMustSucceed = 2,
    DontUseThisType = 3,
    NonPagedPoolCacheAligned = 4,
    PagedPoolCacheAligned = 5,
    NonPagedPoolCacheAlignedMustS = 6,
    MaxPoolType = 7,
    NonPagedPoolSession = 32,
    PagedPoolSession = 33,
    NonPagedPoolNx = 512,
    NonPagedPoolNxCacheAligned = 516,
    NonPagedPoolSessionNx = 544
} POOL_TYPE;

/* With a POOL_TYPE. */
#define POOL_QUOTA_FAIL_INSTEAD_OF_RAISE 8
#define POOL_RAISE_IF_ALLOCATION_FAILURE 16
#define POOL_COLD_ALLOCATION 256

/** Flags of ExAllocatePool2 (POOL_FLAG_XXX): exactly one of the three pools. */
typedef ULONG64 POOL_FLAGS;
#define POOL_FLAG_USE_QUOTA 0x0000000000000001
#define POOL_FLAG_UNINITIALIZED 0x0000000000000002 /* not zeroed */
#define POOL_FLAG_SESSION 0x0000000000000004
#define POOL_FLAG_CACHE_ALIGNED 0x0000000000000008
#define POOL_FLAG_RAISE_ON_FAILURE 0x0000000000000020
#define POOL_FLAG_NON_PAGED 0x0000000000000040
#define POOL_FLAG_NON_PAGED_EXECUTE 0x0000000000000080
#define POOL_FLAG_PAGED 0x0000000000000100

/**
 * Allocates pool memory. Not zeroed. Free it with ExFreePoolWithTag or ExFreePool.
 *
 * @page   ExAllocatePoolWithTag
 * @irql   at most DISPATCH_LEVEL; for paged pool at most APC_LEVEL
 * @param  PoolType       with POOL_RAISE_IF_ALLOCATION_FAILURE, a failure is a violation
 * @param  NumberOfBytes  a page or more begins at a page
 * @param  Tag            one to four characters; 0 is a violation
 * @return the memory; NULL when there is none
 */
NTKERNELAPI PVOID NTAPI ExAllocatePoolWithTag(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);

/** ExAllocatePoolWithTag with a tag of the system. @page ExAllocatePool */
NTKERNELAPI PVOID NTAPI ExAllocatePool(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes);

/** ExAllocatePoolWithTag. @page ExAllocatePoolUninitialized */
NTKERNELAPI PVOID NTAPI ExAllocatePoolUninitialized(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);

/** ExAllocatePoolWithTag, zeroed. @page ExAllocatePoolZero */
NTKERNELAPI PVOID NTAPI ExAllocatePoolZero(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);

/**
 * Allocates pool memory, zeroed unless POOL_FLAG_UNINITIALIZED is set.
 *
 * @page   ExAllocatePool2
 * @irql   at most DISPATCH_LEVEL; for paged pool at most APC_LEVEL
 * @return the memory; NULL when there is none, or the flags do not name one pool
 */
NTKERNELAPI PVOID NTAPI ExAllocatePool2(_In_ POOL_FLAGS Flags, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);

#ifdef __cplusplus
}
#endif

#endif
