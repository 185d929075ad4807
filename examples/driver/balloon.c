/* SPDX-License-Identifier: MIT */
#include "balloon.h"

/*
 * Pages of an allocation: enough that a call is worth it, few enough that deflating does not free far more than needed.
 */
#define STEP 256

static ULONG PagesOf(PMDL Mdl)
{
    return ADDRESS_AND_SIZE_TO_SPAN_PAGES(MmGetMdlVirtualAddress(Mdl), MmGetMdlByteCount(Mdl));
}

VOID BalloonInitialize(PBALLOON Balloon, PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress, ULONG Node,
                       BALLOON_TELL *Tell, PVOID Context)
{
    RtlZeroMemory(Balloon, sizeof *Balloon);
    Balloon->LowAddress = LowAddress;
    Balloon->HighAddress = HighAddress;
    Balloon->Node = Node;
    Balloon->Tell = Tell;
    Balloon->Context = Context;
}

SIZE_T BalloonInflate(PBALLOON Balloon, SIZE_T Pages)
{
    PHYSICAL_ADDRESS none;
    SIZE_T lent = 0;
    none.QuadPart = 0;
    while (lent < Pages) {
        const SIZE_T wanted = Pages - lent < STEP ? Pages - lent : STEP;
        PMDL mdl = MmAllocateNodePagesForMdlEx(Balloon->LowAddress, Balloon->HighAddress, none, wanted * PAGE_SIZE,
                                               MmCached, Balloon->Node, MM_DONT_ZERO_ALLOCATION | MM_ALLOCATE_NO_WAIT);
        if (mdl == NULL) break;
        const ULONG got = PagesOf(mdl);
        mdl->Next = Balloon->Newest;
        Balloon->Newest = mdl;
        Balloon->Pages += got;
        lent += got;
        Balloon->Tell(Balloon->Context, MmGetMdlPfnArray(mdl), got, TRUE);
    }
    return lent;
}

SIZE_T BalloonDeflate(PBALLOON Balloon, SIZE_T Pages)
{
    SIZE_T back = 0;
    while (back < Pages && Balloon->Newest != NULL) {
        PMDL mdl = Balloon->Newest;
        const ULONG pages = PagesOf(mdl);
        Balloon->Newest = mdl->Next;
        Balloon->Pages -= pages;
        back += pages;
        Balloon->Tell(Balloon->Context, MmGetMdlPfnArray(mdl), pages, FALSE);
        MmFreePagesFromMdl(mdl);
        ExFreePool(mdl);
    }
    return back;
}
