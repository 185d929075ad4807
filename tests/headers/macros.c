/* SPDX-License-Identifier: MIT */
/*
 * The macros of wdm.h that are code: what they give. Compiled against the DDK headers of mingw-w64, too, and run
 * against ours.
 */
#define DBG 1
#include <ntddk.h>

#include <stdio.h>
#include <stdlib.h>

C_ASSERT(sizeof(ULONG) == 4);

#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition)) fail(#condition, __LINE__);                                                                  \
    } while (0)

static void fail(const char *what, int line)
{
    printf("macros.c:%d: %s\n", line, what);
    exit(1);
}

static UCHAR pages[3 * PAGE_SIZE];

/* A buffer that begins inside of a page. */
static void an_mdl_says_where_its_buffer_is(void)
{
    struct {
        MDL mdl;
        PFN_NUMBER pfns[3];
    } described;
    PMDL mdl = &described.mdl;
    UCHAR *page = (UCHAR *)PAGE_ALIGN(pages + PAGE_SIZE);
    described.mdl.Process = NULL;
    MmInitializeMdl(mdl, page + 100, 2 * PAGE_SIZE - 99);
    described.pfns[0] = 17;
    EXPECT(MmGetMdlByteCount(mdl) == 2 * PAGE_SIZE - 99);
    EXPECT(MmGetMdlByteOffset(mdl) == 100);
    EXPECT(MmGetMdlBaseVa(mdl) == (PVOID)page);
    EXPECT(MmGetMdlVirtualAddress(mdl) == (PVOID)(page + 100));
    EXPECT(MmGetMdlPfnArray(mdl) == described.pfns && MmGetMdlPfnArray(mdl)[0] == 17);
    EXPECT(mdl->Next == NULL && mdl->MdlFlags == 0);
    EXPECT(mdl->Size == (CSHORT)sizeof described);
    EXPECT(ADDRESS_AND_SIZE_TO_SPAN_PAGES(MmGetMdlVirtualAddress(mdl), MmGetMdlByteCount(mdl)) == 3);
}

/* C++ has its own. */
#ifndef __cplusplus
static void the_smaller_and_the_larger(void)
{
    EXPECT(min(2, 3) == 2 && min(3, 2) == 2);
    EXPECT(max(2, 3) == 3 && max(3, 2) == 3);
}
#endif

/* The size of an MDL has 16 bits, and that of its array may need more. */
static void a_large_mdl_keeps_the_low_bits_of_its_size(void)
{
    MDL mdl;
    MmInitializeMdl(&mdl, NULL, 0xfffff000);
    EXPECT(mdl.ByteCount == 0xfffff000);
    EXPECT(mdl.Size == 40); /* 48 + 0xfffff * 8 = 0x800028 */
}

static void memory_is_copied_filled_and_compared(void)
{
    UCHAR from[4] = {1, 2, 3, 4};
    UCHAR to[4];
    RtlFillMemory(to, sizeof to, 0xa5);
    EXPECT(to[0] == 0xa5 && to[3] == 0xa5);
    RtlCopyMemory(to, from, sizeof to);
    EXPECT(RtlEqualMemory(to, from, sizeof to));
    RtlMoveMemory(to + 1, to, 3);
    EXPECT(to[1] == 1 && to[3] == 3 && !RtlEqualMemory(to, from, sizeof to));
    RtlZeroMemory(to, 2);
    EXPECT(to[0] == 0 && to[1] == 0 && to[2] == 2);
}

struct record {
    ULONG before;
    LIST_ENTRY links;
};

static void a_record_is_found_from_its_field(void)
{
    struct record record;
    PLIST_ENTRY links = &record.links;
    int unused = 0;
    UNREFERENCED_PARAMETER(unused);
    UNREFERENCED_LOCAL_VARIABLE(unused);
    EXPECT(CONTAINING_RECORD(links, struct record, links) == &record);
    EXPECT(ARGUMENT_PRESENT(links));
}

/* IRQLs are the machine's: here a level that the test sets stands for them. */
static KIRQL level;

#ifndef IN_DDK
KIRQL KeGetCurrentIrql(void)
{
    return level;
}

void KeRaiseIrql(KIRQL NewIrql, PKIRQL OldIrql)
{
    *OldIrql = level;
    level = NewIrql;
}

void KeLowerIrql(KIRQL NewIrql)
{
    level = NewIrql;
}

/* Mapping is the machine's, too. */
static ULONG asked;

PVOID MmMapLockedPagesSpecifyCache(PMDLX MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                                   MEMORY_CACHING_TYPE CacheType, PVOID RequestedAddress, ULONG BugCheckOnFailure,
                                   ULONG Priority)
{
    EXPECT(AccessMode == KernelMode && CacheType == MmCached && RequestedAddress == NULL && BugCheckOnFailure == FALSE);
    asked = Priority;
    MemoryDescriptorList->MappedSystemVa = pages;
    MemoryDescriptorList->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    return pages;
}
#endif

static void irql_is_raised_and_lowered(void)
{
    KIRQL before;
    PAGED_CODE();
    KeRaiseIrql(APC_LEVEL, &before);
    EXPECT(before == PASSIVE_LEVEL && KeGetCurrentIrql() == APC_LEVEL);
    EXPECT(KeRaiseIrqlToDpcLevel() == APC_LEVEL && KeGetCurrentIrql() == DISPATCH_LEVEL);
    KeLowerIrql(before);
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
    NT_ASSERT(level == PASSIVE_LEVEL);
    ASSERT(level == PASSIVE_LEVEL);
}

static void an_mdl_is_mapped_once(void)
{
    MDL mdl;
    MmInitializeMdl(&mdl, NULL, PAGE_SIZE);
    EXPECT(MmGetSystemAddressForMdlSafe(&mdl, HighPagePriority) == (PVOID)pages);
#ifndef IN_DDK
    EXPECT(asked == HighPagePriority);
    EXPECT(MmGetSystemAddressForMdlSafe(&mdl, LowPagePriority | MdlMappingNoExecute) == (PVOID)pages);
    EXPECT(asked == HighPagePriority);
#endif
}

int main(void)
{
#ifndef __cplusplus
    the_smaller_and_the_larger();
#endif
    an_mdl_says_where_its_buffer_is();
    a_large_mdl_keeps_the_low_bits_of_its_size();
    memory_is_copied_filled_and_compared();
    a_record_is_found_from_its_field();
    irql_is_raised_and_lowered();
    an_mdl_is_mapped_once();
    return 0;
}
