/* SPDX-License-Identifier: MIT */
/*
 * A ring of buffers that a device reads by DMA. The device knows physical addresses of 32 bits alone, and its ring
 * must not cross 64 KiB.
 *
 * A driver's source: it includes the headers of drivers and nothing else.
 */
#ifndef RING_H
#define RING_H

#include <ntddk.h>

#define RING_MOST_SLOTS 1024
#define RING_READY 1 /* the slot is the device's; it clears this when it has read the buffer */

/** A slot as the device reads it. */
typedef struct _RING_SLOT {
    ULONG Address; /* physical, of a buffer of PAGE_SIZE bytes */
    USHORT Bytes;  /* in the buffer */
    USHORT State;  /* RING_READY, or 0 */
} RING_SLOT, *PRING_SLOT;

/** A ring. Its fields are its own. */
typedef struct _RING {
    volatile RING_SLOT *Slots;
    PHYSICAL_ADDRESS Address; /* of the slots, for the device */
    ULONG Count;
    ULONG Next; /* slot to fill */
    PMDL Mdl;   /* the buffers */
    PUCHAR Buffers;
} RING, *PRING;

/**
 * Makes a ring. IRQL at most APC_LEVEL.
 *
 * @param Slots  1 to RING_MOST_SLOTS
 * @param Node   the node that its memory should be on; another one is taken where there is none
 * @return STATUS_SUCCESS; STATUS_INVALID_PARAMETER; or STATUS_INSUFFICIENT_RESOURCES, and nothing is left allocated
 */
NTSTATUS RingCreate(_Out_ PRING Ring, _In_ ULONG Slots, _In_ NODE_REQUIREMENT Node);

/**
 * Puts data into the next buffer, and gives it to the device. IRQL at most DISPATCH_LEVEL.
 *
 * @param Bytes  at most PAGE_SIZE
 * @return STATUS_SUCCESS; STATUS_INVALID_PARAMETER; or STATUS_DEVICE_BUSY when the device has all buffers still
 */
NTSTATUS RingSend(_Inout_ PRING Ring, _In_reads_bytes_(Bytes) const VOID *Data, _In_ ULONG Bytes);

/** Frees a ring. The device must be stopped. IRQL at most DISPATCH_LEVEL. */
VOID RingDestroy(_Inout_ PRING Ring);

#endif
