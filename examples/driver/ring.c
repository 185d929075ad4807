/* SPDX-License-Identifier: MIT */
#include "ring.h"

/* The physical memory that the device can reach. */
static PHYSICAL_ADDRESS Address(LONGLONG Byte)
{
    PHYSICAL_ADDRESS address;
    address.QuadPart = Byte;
    return address;
}

/* The slots, on the node if there is room on it, otherwise on any. Contiguous memory is not zeroed. */
static volatile RING_SLOT *AllocateSlots(ULONG Slots, NODE_REQUIREMENT Node)
{
    const SIZE_T bytes = Slots * sizeof(RING_SLOT);
    PVOID slots = MmAllocateContiguousMemorySpecifyCacheNode(bytes, Address(0), Address(0xffffffff), Address(0x10000),
                                                             MmNonCached, Node);
    if (slots == NULL && Node != MM_ANY_NODE_OK)
        slots = MmAllocateContiguousMemorySpecifyCacheNode(bytes, Address(0), Address(0xffffffff), Address(0x10000),
                                                           MmNonCached, MM_ANY_NODE_OK);
    if (slots != NULL) RtlZeroMemory(slots, bytes);
    return (volatile RING_SLOT *)slots;
}

static VOID FreeBuffers(PMDL Mdl)
{
    MmFreePagesFromMdl(Mdl);
    ExFreePool(Mdl);
}

/* A page for each slot, in one piece of addresses. */
static NTSTATUS AllocateBuffers(PRING Ring, NODE_REQUIREMENT Node)
{
    const ULONG node = Node == MM_ANY_NODE_OK ? 0 : Node;
    Ring->Mdl =
        MmAllocateNodePagesForMdlEx(Address(0), Address(0xffffffff), Address(0), (SIZE_T)Ring->Count * PAGE_SIZE,
                                    MmCached, node, MM_ALLOCATE_FULLY_REQUIRED);
    if (Ring->Mdl == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    Ring->Buffers = (PUCHAR)MmGetSystemAddressForMdlSafe(Ring->Mdl, NormalPagePriority | MdlMappingNoExecute);
    if (Ring->Buffers != NULL) return STATUS_SUCCESS;
    FreeBuffers(Ring->Mdl);
    return STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS RingCreate(PRING Ring, ULONG Slots, NODE_REQUIREMENT Node)
{
    PAGED_CODE();
    RtlZeroMemory(Ring, sizeof *Ring);
    if (Slots == 0 || Slots > RING_MOST_SLOTS) return STATUS_INVALID_PARAMETER;
    Ring->Count = Slots;
    Ring->Slots = AllocateSlots(Slots, Node);
    if (Ring->Slots == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = AllocateBuffers(Ring, Node);
    if (!NT_SUCCESS(status)) {
        MmFreeContiguousMemory((PVOID)(ULONG_PTR)Ring->Slots);
        return status;
    }
    Ring->Address = MmGetPhysicalAddress((PVOID)(ULONG_PTR)Ring->Slots);
    for (ULONG i = 0; i < Slots; i++)
        Ring->Slots[i].Address = (ULONG)(MmGetMdlPfnArray(Ring->Mdl)[i] * PAGE_SIZE);
    return STATUS_SUCCESS;
}

NTSTATUS RingSend(PRING Ring, const VOID *Data, ULONG Bytes)
{
    volatile RING_SLOT *slot = &Ring->Slots[Ring->Next];
    if (Bytes > PAGE_SIZE) return STATUS_INVALID_PARAMETER;
    if (slot->State == RING_READY) return STATUS_DEVICE_BUSY;
    RtlCopyMemory(Ring->Buffers + (SIZE_T)Ring->Next * PAGE_SIZE, Data, Bytes);
    slot->Bytes = (USHORT)Bytes;
    slot->State = RING_READY;
    Ring->Next = (Ring->Next + 1) % Ring->Count;
    return STATUS_SUCCESS;
}

VOID RingDestroy(PRING Ring)
{
    MmUnmapLockedPages(Ring->Buffers, Ring->Mdl);
    FreeBuffers(Ring->Mdl);
    MmFreeContiguousMemory((PVOID)(ULONG_PTR)Ring->Slots);
    RtlZeroMemory(Ring, sizeof *Ring);
}
