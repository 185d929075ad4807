/* SPDX-License-Identifier: MIT */
/*
 * Loads the driver, works with it and unloads it, on the machine that the environment names:
 *
 *     build/nodepages run --map qssc-s4r-4node-128gib-hotplug -- build/driver [MISTAKE]
 *
 * MISTAKE is one of those below, for the report to show.
 */
#include "balloon.h"
#include "ring.h"

#include <stdio.h>
#include <stdlib.h>

static VOID Tell(PVOID Context, const PFN_NUMBER *Pages, ULONG Count, BOOLEAN Lent)
{
    UNREFERENCED_PARAMETER(Pages);
    *(SIZE_T *)Context = Lent ? *(SIZE_T *)Context + Count : *(SIZE_T *)Context - Count;
}

static int load(const char *mistake)
{
    static const char message[] = "to the device";
    BALLOON balloon;
    RING ring;
    SIZE_T lent = 0;
    PHYSICAL_ADDRESS low, high;
    low.QuadPart = 0;
    high.QuadPart = -1;
    BalloonInitialize(&balloon, low, high, KeQueryHighestNodeNumber(), Tell, &lent);
    BalloonInflate(&balloon, 512);
    printf("%lu pages lent to the host\n", (unsigned long)lent);
    const NTSTATUS status = RingCreate(&ring, 64, 0);
    if (!NT_SUCCESS(status)) {
        printf("no ring: status 0x%08x\n", (unsigned)status);
        BalloonDeflate(&balloon, balloon.Pages);
        return 1;
    }
    printf("a ring of 64 slots at physical address 0x%llx\n", (unsigned long long)ring.Address.QuadPart);
    RingSend(&ring, message, sizeof message);

    if (strcmp(mistake, "overrun") == 0) ring.Slots[PAGE_SIZE / sizeof(RING_SLOT)].State = 0;
    if (strcmp(mistake, "mapped") == 0) {
        PVOID user = MmMapLockedPagesSpecifyCache(ring.Mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
        MmFreePagesFromMdl(ring.Mdl);
        MmUnmapLockedPages(user, ring.Mdl);
    }
    PUCHAR stale = ring.Buffers;
    RingDestroy(&ring);
    if (strcmp(mistake, "stale") == 0) stale[0] = 1;
    if (strcmp(mistake, "leak") != 0) BalloonDeflate(&balloon, balloon.Pages);
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const mistakes[] = {"none", "leak", "overrun", "mapped", "stale"};
    const char *mistake = argc > 1 ? argv[1] : "none";
    for (size_t i = 0; i < RTL_NUMBER_OF(mistakes); i++)
        if (argc <= 2 && strcmp(mistake, mistakes[i]) == 0) return load(mistake);
    fprintf(stderr, "driver: [none | leak | overrun | mapped | stale]\n");
    return 2;
}
