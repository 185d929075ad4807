/* SPDX-License-Identifier: MIT */
/*
 * A memory balloon: pages that a guest takes from its own system and lends to the host.
 *
 * A driver's source: it includes the headers of drivers and nothing else.
 */
#ifndef BALLOON_H
#define BALLOON_H

#include <ntddk.h>

/** Tells the host of pages: `Lent` TRUE when it may use them, FALSE when it must stop. */
typedef VOID BALLOON_TELL(PVOID Context, const PFN_NUMBER *Pages, ULONG Count, BOOLEAN Lent);

/** A balloon. Its fields are its own, except Pages, which may be read. */
typedef struct _BALLOON {
    PHYSICAL_ADDRESS LowAddress;
    PHYSICAL_ADDRESS HighAddress;
    ULONG Node;
    BALLOON_TELL *Tell;
    PVOID Context;
    PMDL Newest; /* the pages lent, the newest first, each MDL by Next */
    SIZE_T Pages;
} BALLOON, *PBALLOON;

/**
 * Makes an empty balloon.
 *
 * @param LowAddress, HighAddress  first and last byte of the physical memory that pages are taken from
 * @param Node                     the node to take from first
 * @param Tell                     called at the IRQL of BalloonInflate and BalloonDeflate
 */
VOID BalloonInitialize(_Out_ PBALLOON Balloon, _In_ PHYSICAL_ADDRESS LowAddress, _In_ PHYSICAL_ADDRESS HighAddress,
                       _In_ ULONG Node, _In_ BALLOON_TELL *Tell, _In_opt_ PVOID Context);

/**
 * Lends pages to the host, up to the number that exists. It never waits. IRQL at most DISPATCH_LEVEL.
 *
 * @return the pages lent, at most `Pages`
 */
SIZE_T BalloonInflate(_Inout_ PBALLOON Balloon, _In_ SIZE_T Pages);

/**
 * Takes pages back, the newest first, until at least `Pages` are taken back, or none is left. IRQL at most DISPATCH_LEVEL.
 *
 * @return the pages taken back
 */
SIZE_T BalloonDeflate(_Inout_ PBALLOON Balloon, _In_ SIZE_T Pages);

#endif
