/* SPDX-License-Identifier: MIT */
/*
 * wdm_mdl.h: the routines of wdm.h for MDLs of a driver's own buffers.
 */
#ifndef NP_NT_WDM_MDL_H
#define NP_NT_WDM_MDL_H

#include "mdl.h"
#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif

/** An I/O request packet: opaque here. */
typedef struct _IRP *PIRP;

/** What locked pages are for. */
typedef enum _LOCK_OPERATION { IoReadAccess = 0, IoWriteAccess = 1, IoModifyAccess = 2 } LOCK_OPERATION;

/**
 * Allocates an MDL for a buffer. The pages are filled in by MmBuildMdlForNonPagedPool, MmProbeAndLockPages or
 * IoBuildPartialMdl. Free it with IoFreeMdl.
 *
 * @page   IoAllocateMdl
 * @irql   at most DISPATCH_LEVEL
 * @param  VirtualAddress   the first byte of the buffer
 * @param  Length           bytes
 * @param  SecondaryBuffer  not read
 * @param  ChargeQuota      not read
 * @param  Irp              NULL; anything else is a violation
 * @return the MDL; NULL when there is no memory for it
 */
NTKERNELAPI PMDL NTAPI IoAllocateMdl(_In_opt_ PVOID VirtualAddress, _In_ ULONG Length, _In_ BOOLEAN SecondaryBuffer,
                                     _In_ BOOLEAN ChargeQuota, _Inout_opt_ PIRP Irp);

/**
 * Frees an MDL of IoAllocateMdl. The system mapping of a partial MDL goes with it. A violation: another MDL, one that is
 * mapped, one whose pages MmProbeAndLockPages locked.
 *
 * @page   IoFreeMdl
 * @irql   at most DISPATCH_LEVEL
 */
NTKERNELAPI VOID NTAPI IoFreeMdl(_In_ PMDL Mdl);

/**
 * Fills in the pages of a buffer in nonpaged pool, contiguous memory or a mapping. A violation: paged or freed pool, a
 * buffer longer than its pool memory, memory that is not the machine's.
 *
 * @page   MmBuildMdlForNonPagedPool
 * @irql   at most DISPATCH_LEVEL
 */
NTKERNELAPI VOID NTAPI MmBuildMdlForNonPagedPool(_Inout_ PMDLX MemoryDescriptorList);

/**
 * Describes a part of the buffer of another MDL.
 *
 * @page   IoBuildPartialMdl
 * @irql   at most DISPATCH_LEVEL
 * @param  VirtualAddress  in the buffer of the source
 * @param  Length          bytes; 0 for the rest
 */
NTKERNELAPI VOID NTAPI IoBuildPartialMdl(_In_ PMDL SourceMdl, _Inout_ PMDL TargetMdl, _In_ PVOID VirtualAddress,
                                         _In_ ULONG Length);

/**
 * Fills in the pages of a buffer and locks them. Where a kernel raises an exception, a violation.
 *
 * @page   MmProbeAndLockPages
 * @irql   at most APC_LEVEL; for memory that is not pageable at most DISPATCH_LEVEL
 */
NTKERNELAPI VOID NTAPI MmProbeAndLockPages(_Inout_ PMDL MemoryDescriptorList, _In_ KPROCESSOR_MODE AccessMode,
                                           _In_ LOCK_OPERATION Operation);

/**
 * Unlocks the pages that MmProbeAndLockPages locked. The system mapping goes with them.
 *
 * @page   MmUnlockPages
 * @irql   at most DISPATCH_LEVEL
 */
NTKERNELAPI VOID NTAPI MmUnlockPages(_Inout_ PMDL MemoryDescriptorList);

#ifdef __cplusplus
}
#endif

#endif
