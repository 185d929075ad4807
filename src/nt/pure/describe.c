/* SPDX-License-Identifier: MIT */
#include "describe.h"

uint64_t np_nt_mdl_bytes(uint64_t pages)
{
    return sizeof(struct _MDL) + pages * sizeof(PFN_NUMBER);
}

/* The low 16 bits of a size, as a number with a sign. */
/*@ requires   limit:   bytes <= 0x1000000;
    NP_PURE
    ensures    low:     LowBits(\result, bytes);
*/
static CSHORT low_bits(uint64_t bytes)
{
    const int32_t low = (int32_t)(bytes % 0x10000);
    return (CSHORT)(low < 0x8000 ? low : low - 0x10000);
}

void np_nt_describe(struct _MDL *mdl, uint64_t pages)
{
    mdl->Next = NULL;
    mdl->Size = low_bits(np_nt_mdl_bytes(pages));
    mdl->MdlFlags = MDL_PAGES_LOCKED;
    mdl->Process = NULL;
    mdl->MappedSystemVa = NULL;
    mdl->StartVa = NULL;
    mdl->ByteCount = (ULONG)(pages * NP_PAGE_SIZE);
    mdl->ByteOffset = 0;
}

uint64_t np_nt_described_pages(const struct _MDL *mdl)
{
    return ((uint64_t)mdl->ByteOffset + mdl->ByteCount + (NP_PAGE_SIZE - 1)) / NP_PAGE_SIZE;
}

void np_nt_describe_mapped(struct _MDL *mdl, void *address)
{
    mdl->MappedSystemVa = address;
    if (mdl->MdlFlags % 2 == 0) mdl->MdlFlags = (CSHORT)(mdl->MdlFlags + MDL_MAPPED_TO_SYSTEM_VA);
}

void np_nt_describe_unmapped(struct _MDL *mdl)
{
    mdl->MappedSystemVa = NULL;
    if (mdl->MdlFlags % 2 != 0) mdl->MdlFlags = (CSHORT)(mdl->MdlFlags - MDL_MAPPED_TO_SYSTEM_VA);
}
