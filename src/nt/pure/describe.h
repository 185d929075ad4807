/* SPDX-License-Identifier: MIT */
/*
 * The head of an MDL: what it says of the pages whose numbers follow it.
 */
#ifndef NP_NT_DESCRIBE_H
#define NP_NT_DESCRIBE_H

#include "../../core/types.h"
#include "../include/mdl.h"
#include "../../../spec/logic/nt.acsl"

/**
 * The size of an MDL with its array of page frame numbers.
 *
 * @param  pages  at most NP_CALL_LIMIT
 * @return bytes
 */
/*@ requires   limit:   pages <= NP_CALL_LIMIT;
    NP_PURE
    ensures    room:    \result == 48 + 8 * pages;
*/
uint64_t np_nt_mdl_bytes(uint64_t pages);

/**
 * Fills the head of an MDL with what is true of pages that were just allocated: a buffer of whole pages, locked, that
 * is mapped nowhere and has never been anywhere.
 *
 * Size has 16 bits. As with MmInitializeMdl they are the low ones of a size that may be larger.
 *
 * @clause P2 (4 GiB - PAGE_SIZE is the most that ByteCount can be)
 * @param[out] mdl    the head alone
 * @param      pages  1 to NP_CALL_LIMIT
 */
/*@ requires   mdl:     \valid(mdl);
    requires   pages:   1 <= pages <= NP_CALL_LIMIT;
    NP_RETURNS
    assigns             *mdl;
    ensures    count:   mdl->ByteCount == pages * 4096;
    ensures    limit:   mdl->ByteCount <= 0x100000000 - 4096;
    ensures    spanned: SpannedPages(mdl) == pages;
    ensures    start:   mdl->StartVa == \null && mdl->ByteOffset == 0;
    ensures    size:    LowBits(mdl->Size, 48 + 8 * pages);
    ensures    flags:   mdl->MdlFlags == 0x0002;
    ensures    others:  mdl->Next == \null && mdl->Process == \null && mdl->MappedSystemVa == \null;
*/
void np_nt_describe(struct _MDL *mdl, uint64_t pages);

/**
 * The pages that an MDL describes, by its head: what ADDRESS_AND_SIZE_TO_SPAN_PAGES says of its buffer.
 *
 * @return at most 2^21
 */
/*@ requires   mdl:     \valid_read(mdl);
    NP_PURE
    ensures    spanned: \result == SpannedPages(mdl);
    ensures    limit:   \result <= 0x200000;
*/
uint64_t np_nt_described_pages(const struct _MDL *mdl);

/**
 * Says in an MDL that its pages are mapped in system space.
 *
 * @param address  where
 */
/*@ requires   mdl:     \valid(mdl);
    NP_RETURNS
    assigns             *mdl;
    ensures    where:   mdl->MappedSystemVa == address;
    ensures    mapped:  MappedFlag(mdl->MdlFlags);
    ensures    others:  OtherFlags(mdl->MdlFlags, \old(mdl->MdlFlags));
    ensures    same:    SamePages{Pre, Here}(mdl);
*/
void np_nt_describe_mapped(struct _MDL *mdl, void *address);

/** Says in an MDL that its pages are not mapped in system space. */
/*@ requires   mdl:     \valid(mdl);
    NP_RETURNS
    assigns             *mdl;
    ensures    where:   mdl->MappedSystemVa == \null;
    ensures    mapped:  !MappedFlag(mdl->MdlFlags);
    ensures    others:  OtherFlags(mdl->MdlFlags, \old(mdl->MdlFlags));
    ensures    same:    SamePages{Pre, Here}(mdl);
*/
void np_nt_describe_unmapped(struct _MDL *mdl);

#endif
