/* SPDX-License-Identifier: MIT */
#include "call.h"

/* The bits of a number, as one without a sign. A cast does the same, and the provers know less of it. */
/*@ NP_PURE
    ensures    bits:    \result == WithoutSign(x);
*/
static uint64_t without_sign(int64_t x)
{
    return x < 0 ? UINT64_MAX - (uint64_t) - (x + 1) : (uint64_t)x;
}

struct np_pages_request np_nt_pages_request(int64_t low, int64_t high, int64_t skip, uint64_t total, uint32_t node,
                                            uint32_t flags)
{
    struct np_pages_request request = {0};
    request.low = without_sign(low);
    request.high = without_sign(high);
    request.skip = without_sign(skip);
    request.total = total;
    request.node = node;
    request.flags = flags;
    return request;
}

struct np_contiguous_request np_nt_contiguous_request(uint64_t bytes, int64_t low, int64_t high, int64_t boundary,
                                                      uint32_t node)
{
    struct np_contiguous_request request = {0};
    request.bytes = bytes;
    request.low = without_sign(low);
    request.high = without_sign(high);
    request.boundary = without_sign(boundary);
    request.node = node;
    return request;
}

bool np_nt_page_range(int64_t start, int64_t bytes, uint64_t *first, uint64_t *pages)
{
    if (start < 0 || bytes <= 0 || start % PAGE_SIZE != 0 || bytes % PAGE_SIZE != 0) return false;
    const uint64_t from = (uint64_t)start / NP_PAGE_SIZE;
    const uint64_t count = (uint64_t)bytes / NP_PAGE_SIZE;
    if (from + count > NP_PFN_LIMIT) return false;
    *first = from;
    *pages = count;
    return true;
}

bool np_nt_zeroes(uint32_t flags)
{
    return (flags & MM_DONT_ZERO_ALLOCATION) == 0;
}

bool np_nt_may_wait(uint32_t flags, KIRQL irql)
{
    return (flags & MM_ALLOCATE_NO_WAIT) == 0 && irql < DISPATCH_LEVEL;
}

KIRQL np_nt_highest_irql(uint32_t flags)
{
    return (flags & MM_ALLOCATE_AND_HOT_REMOVE) != 0 ? PASSIVE_LEVEL : DISPATCH_LEVEL;
}

bool np_nt_cache_type(int32_t type)
{
    return MmNonCached <= type && type < MmMaximumCacheType;
}

bool np_nt_protection(uint32_t protect, int32_t *cache, bool *execute)
{
    switch (protect) {
    case PAGE_READWRITE:
    case PAGE_EXECUTE_READWRITE:
        *cache = MmCached;
        break;
    case PAGE_READWRITE | PAGE_NOCACHE:
    case PAGE_EXECUTE_READWRITE | PAGE_NOCACHE:
        *cache = MmNonCached;
        break;
    case PAGE_READWRITE | PAGE_WRITECOMBINE:
    case PAGE_EXECUTE_READWRITE | PAGE_WRITECOMBINE:
        *cache = MmWriteCombined;
        break;
    default:
        return false;
    }
    *execute = protect % PAGE_NOCACHE == PAGE_EXECUTE_READWRITE;
    return true;
}

bool np_nt_priority(uint32_t priority, bool *write, bool *execute)
{
    const uint32_t rest = priority % MdlMappingNoExecute;
    *write = priority < MdlMappingNoWrite;
    *execute = priority % MdlMappingNoWrite < MdlMappingNoExecute;
    return rest == LowPagePriority || rest == NormalPagePriority || rest == HighPagePriority;
}
