/* SPDX-License-Identifier: MIT */
/*
 * From the arguments of a routine to a request of the core, and what flags, priorities and protections ask for.
 */
#ifndef NP_NT_CALL_H
#define NP_NT_CALL_H

#include "../../core/request/request.h"
#include "../include/mdl.h"
#include "../../../spec/logic/nt.acsl"

/**
 * A request for pages, as the arguments of MmAllocateNodePagesForMdlEx say it.
 *
 * Nothing is lost and nothing judged: np_check_pages_request finds what is wrong, unknown flags among it.
 *
 * @clause M6
 * @param  low, high, skip  the QuadPart of each argument; all 64 bits are read as a number without a sign
 * @param  total            bytes
 */
/*@ NP_PURE
    ensures    low:     \result.low == WithoutSign(low);
    ensures    high:    \result.high == WithoutSign(high);
    ensures    skip:    \result.skip == WithoutSign(skip);
    ensures    total:   \result.total == total;
    ensures    node:    \result.node == node;
    ensures    flags:   \result.flags == flags;
*/
struct np_pages_request np_nt_pages_request(int64_t low, int64_t high, int64_t skip, uint64_t total, uint32_t node,
                                            uint32_t flags);

/**
 * A request for contiguous memory, as the arguments of MmAllocateContiguousMemorySpecifyCacheNode say it.
 *
 * @clause M6, B4 (MM_ANY_NODE_OK is NP_ANY_NODE)
 * @param  bytes                bytes
 * @param  low, high, boundary  the QuadPart of each argument; all 64 bits are read as a number without a sign
 * @param  node                 a node, or MM_ANY_NODE_OK
 */
/*@ NP_PURE
    ensures    bytes:    \result.bytes == bytes;
    ensures    low:      \result.low == WithoutSign(low);
    ensures    high:     \result.high == WithoutSign(high);
    ensures    boundary: \result.boundary == WithoutSign(boundary);
    ensures    node:     \result.node == node;
*/
struct np_contiguous_request np_nt_contiguous_request(uint64_t bytes, int64_t low, int64_t high, int64_t boundary,
                                                      uint32_t node);

/**
 * The page frames of a range of bytes that must be whole pages, as the arguments of MmAddPhysicalMemory say it.
 *
 * @clause M1
 * @param      start, bytes  the QuadPart of each argument
 * @param[out] first         the first page frame; unchanged on failure
 * @param[out] pages         how many; unchanged on failure
 * @return false when the range begins or ends inside a page, holds none, or goes past the last page frame there can be
 */
/*@ requires   first:   \valid(first);
    requires   pages:   \valid(pages) && \separated(first, pages);
    NP_RETURNS
    assigns             *first, *pages;
    ensures    known:   \result <==> WholePagesOf(start, bytes);
    ensures    first:   \result ==> *first * 4096 == start;
    ensures    pages:   \result ==> *pages * 4096 == bytes;
    ensures    limit:   \result ==> 1 <= *pages && *first + *pages <= NP_PFN_LIMIT;
    ensures    refused: !\result ==> *first == \old(*first) && *pages == \old(*pages);
*/
bool np_nt_page_range(int64_t start, int64_t bytes, uint64_t *first, uint64_t *pages);

/**
 * Whether the pages of a call are to be zeroed.
 *
 * @page MM_ALLOCATE_XXX: MM_DONT_ZERO_ALLOCATION
 */
/*@ NP_PURE
    ensures    zeroed:  \result <==> (flags & 0x001) == 0;
*/
bool np_nt_zeroes(uint32_t flags);

/**
 * Whether a call may wait for pages.
 *
 * @page  MM_ALLOCATE_XXX: MM_ALLOCATE_NO_WAIT; at DISPATCH_LEVEL and above nothing waits
 * @param irql  of the calling thread
 */
/*@ NP_PURE
    ensures    waits:   \result <==> (flags & 0x008) == 0 && irql < 2;
*/
bool np_nt_may_wait(uint32_t flags, KIRQL irql);

/**
 * The highest IRQL at which pages may be asked for with these flags.
 *
 * @page   MmAllocateNodePagesForMdlEx; MM_ALLOCATE_XXX: MM_ALLOCATE_AND_HOT_REMOVE
 * @return PASSIVE_LEVEL to remove pages, DISPATCH_LEVEL otherwise
 */
/*@ NP_PURE
    ensures    remove:  (flags & 0x100) != 0 ==> \result == 0;
    ensures    other:   (flags & 0x100) == 0 ==> \result == 2;
*/
KIRQL np_nt_highest_irql(uint32_t flags);

/**
 * Whether a number is a cache type.
 *
 * @page MEMORY_CACHING_TYPE
 */
/*@ NP_PURE
    ensures    known:   \result <==> 0 <= type < 6;
*/
bool np_nt_cache_type(int32_t type);

/**
 * The cache type and the access that a protection stands for.
 *
 * @page       MmAllocateContiguousNodeMemory: Protect
 * @param[out] cache    unchanged on failure
 * @param[out] execute  whether the memory can be executed; unchanged on failure
 * @return false when it is not one of PAGE_READWRITE and PAGE_EXECUTE_READWRITE with at most one of PAGE_NOCACHE and
 *         PAGE_WRITECOMBINE, and nothing else
 */
/*@ requires   cache:   \valid(cache);
    requires   execute: \valid(execute) && \separated(cache, execute);
    NP_RETURNS
    assigns             *cache, *execute;
    ensures    known:   \result <==> ValidProtect(protect);
    ensures    cache:   \result ==> *cache == CacheOf(protect);
    ensures    execute: \result ==> (*execute <==> Executable(protect));
    ensures    refused: !\result ==> *cache == \old(*cache) && *execute == \old(*execute);
*/
bool np_nt_protection(uint32_t protect, int32_t *cache, bool *execute);

/**
 * What the priority of a mapping asks for.
 *
 * @page       MmMapLockedPagesSpecifyCache: Priority; MM_PAGE_PRIORITY
 * @param[out] write    whether the mapping can be written to
 * @param[out] execute  whether it can be executed
 * @return whether what is left without MdlMappingNoWrite and MdlMappingNoExecute is an MM_PAGE_PRIORITY
 */
/*@ requires   write:   \valid(write);
    requires   execute: \valid(execute) && \separated(write, execute);
    NP_RETURNS
    assigns             *write, *execute;
    ensures    write:   *write <==> priority < 0x80000000;
    ensures    execute: *execute <==> priority % 0x80000000 < NP_SPAN_LIMIT;
    ensures    known:   \result <==> ValidPriority(priority);
*/
bool np_nt_priority(uint32_t priority, bool *write, bool *execute);

#endif
