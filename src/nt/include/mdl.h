/* SPDX-License-Identifier: MIT */
/*
 * mdl.h: the memory descriptor list and what else of wdm.h needs no library. It is read by the prover, too.
 */
#ifndef NP_NT_MDL_H
#define NP_NT_MDL_H

#include "basetsd.h"

#define PAGE_SHIFT 12L
#define PAGE_SIZE 0x1000

/** A number of pages; a page frame number, address / PAGE_SIZE. */
typedef ULONG PFN_COUNT;
typedef LONG_PTR SPFN_NUMBER, *PSPFN_NUMBER;
typedef ULONG_PTR PFN_NUMBER, *PPFN_NUMBER;

typedef struct _EPROCESS *PEPROCESS;

/**
 * A memory descriptor list: a buffer of `ByteCount` bytes that begins `ByteOffset` bytes into its first page. The
 * page frame numbers of its pages follow the structure (MmGetMdlPfnArray).
 *
 * This is the layout of 64-bit Windows. Drivers read it by the MmGetMdl macros and change nothing but Next.
 */
typedef struct _MDL {
    struct _MDL *Next;         /* the next of a chain; free for the owner to use */
    CSHORT Size;               /* bytes of the structure and the array, their low 16 bits */
    CSHORT MdlFlags;           /* MDL_xxx */
    struct _EPROCESS *Process; /* that owns the pages, or NULL */
    PVOID MappedSystemVa;      /* where it is mapped, if MDL_MAPPED_TO_SYSTEM_VA */
    PVOID StartVa;             /* the page that the buffer begins in; NULL when the pages were never a buffer */
    ULONG ByteCount;           /* bytes */
    ULONG ByteOffset;          /* bytes, below PAGE_SIZE */
} MDL, *PMDL, *PMDLX;

/* MdlFlags. */
#define MDL_MAPPED_TO_SYSTEM_VA 0x0001
#define MDL_PAGES_LOCKED 0x0002
#define MDL_SOURCE_IS_NONPAGED_POOL 0x0004
#define MDL_ALLOCATED_FIXED_SIZE 0x0008
#define MDL_PARTIAL 0x0010
#define MDL_PARTIAL_HAS_BEEN_MAPPED 0x0020
#define MDL_IO_PAGE_READ 0x0040
#define MDL_WRITE_OPERATION 0x0080
#define MDL_PARENT_MAPPED_SYSTEM_VA 0x0100
#define MDL_FREE_EXTRA_PTES 0x0200
#define MDL_DESCRIBES_AWE 0x0400
#define MDL_IO_SPACE 0x0800
#define MDL_NETWORK_HEADER 0x1000
#define MDL_MAPPING_CAN_FAIL 0x2000
#define MDL_ALLOCATED_MUST_SUCCEED 0x4000
#define MDL_INTERNAL 0x8000

/* Flags of the routines that allocate pages (MM_ALLOCATE_XXX). */
#define MM_DONT_ZERO_ALLOCATION 0x00000001               /* contents are left as they are */
#define MM_ALLOCATE_FROM_LOCAL_NODE_ONLY 0x00000002      /* no page but of the ideal node */
#define MM_ALLOCATE_FULLY_REQUIRED 0x00000004            /* all pages, or NULL */
#define MM_ALLOCATE_NO_WAIT 0x00000008                   /* never blocks */
#define MM_ALLOCATE_PREFER_CONTIGUOUS 0x00000010         /* few runs, if it can be */
#define MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS 0x00000020 /* blocks of SkipBytes, aligned to it; with 0, one block */
#define MM_ALLOCATE_FAST_LARGE_PAGES 0x00000040          /* MmAllocatePagesForMdlEx: such blocks at large pages */
#define MM_ALLOCATE_AND_HOT_REMOVE 0x00000100            /* the pages leave the machine; PASSIVE_LEVEL only */

/** A node, or MM_ANY_NODE_OK. */
typedef ULONG NODE_REQUIREMENT;
#define MM_ANY_NODE_OK 0x80000000

/** How memory is cached. */
typedef enum _MEMORY_CACHING_TYPE {
    MmNonCached = 0,
    MmCached = 1,
    MmWriteCombined = 2,
    MmHardwareCoherentCached = 3,
    MmNonCachedUnordered = 4,
    MmUSWCCached = 5,
    MmMaximumCacheType = 6, /* none itself: the types are below it */
    MmNotMapped = -1
} MEMORY_CACHING_TYPE;

/** The same value by its older name. */
typedef enum _MEMORY_CACHING_TYPE_ORIG { MmFrameBufferCached = 2 } MEMORY_CACHING_TYPE_ORIG;

/** How much it matters that a mapping succeeds when addresses are short; with MdlMapping bits. */
typedef enum _MM_PAGE_PRIORITY { LowPagePriority = 0, NormalPagePriority = 16, HighPagePriority = 32 } MM_PAGE_PRIORITY;
#define MdlMappingNoWrite 0x80000000   /* the mapping can't be written to */
#define MdlMappingNoExecute 0x40000000 /* the mapping can't be executed */

/* Protection of memory. */
#define PAGE_NOACCESS 0x01
#define PAGE_READONLY 0x02
#define PAGE_READWRITE 0x04
#define PAGE_WRITECOPY 0x08
#define PAGE_EXECUTE 0x10
#define PAGE_EXECUTE_READ 0x20
#define PAGE_EXECUTE_READWRITE 0x40
#define PAGE_EXECUTE_WRITECOPY 0x80
#define PAGE_GUARD 0x100
#define PAGE_NOCACHE 0x200
#define PAGE_WRITECOMBINE 0x400

/** An interrupt request level: a thread at one is not interrupted by what is at or below it. */
typedef UCHAR KIRQL, *PKIRQL;
#define PASSIVE_LEVEL 0
#define LOW_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define CMCI_LEVEL 5
#define CLOCK_LEVEL 13
#define IPI_LEVEL 14
#define DRS_LEVEL 14
#define POWER_LEVEL 14
#define PROFILE_LEVEL 15
#define HIGH_LEVEL 15

/** Whose addresses are meant: those of the kernel or of a process. */
typedef CCHAR KPROCESSOR_MODE;
typedef enum _MODE { KernelMode, UserMode, MaximumMode } MODE;

/*
 * Arithmetic on pages; addresses may be pointers or numbers. An argument is used once, except in
 * BYTES_TO_PAGES.
 */

/** The bytes from the start of its page to an address. */
#define BYTE_OFFSET(Va) ((ULONG)((ULONG_PTR)(Va) % PAGE_SIZE))

/** The first address of the page that holds an address. */
#define PAGE_ALIGN(Va) ((PVOID)((ULONG_PTR)(Va) / PAGE_SIZE * PAGE_SIZE))

/** A number of bytes rounded up to whole pages; it must be below 2^64 - 4095. */
#define ROUND_TO_PAGES(Size) (((ULONG_PTR)(Size) + (ULONG_PTR)(PAGE_SIZE - 1)) / PAGE_SIZE * PAGE_SIZE)

/** The pages that hold a number of bytes, which begin at a page; any number. */
#define BYTES_TO_PAGES(Size) ((ULONG_PTR)(Size) / PAGE_SIZE + ((ULONG_PTR)(Size) % PAGE_SIZE != 0))

/** The pages that a buffer touches; `Size` bytes, 0 of which touch none if `Va` begins a page. */
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, Size)                                                                       \
    ((ULONG)(((ULONG_PTR)(Va) % PAGE_SIZE + (ULONG_PTR)(Size) + (ULONG_PTR)(PAGE_SIZE - 1)) / PAGE_SIZE))
#define COMPUTE_PAGES_SPANNED(Va, Size) ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, Size)

/* What an MDL says. */

/** Its bytes (ULONG). */
#define MmGetMdlByteCount(Mdl) ((Mdl)->ByteCount)

/** The bytes from the start of its first page to the buffer (ULONG). */
#define MmGetMdlByteOffset(Mdl) ((Mdl)->ByteOffset)

/** The page that its buffer begins in (PVOID). */
#define MmGetMdlBaseVa(Mdl) ((Mdl)->StartVa)

/** Where its buffer begins (PVOID); not an address to read or write at: see MmGetSystemAddressForMdlSafe. */
#define MmGetMdlVirtualAddress(Mdl) ((PVOID)((PCHAR)(Mdl)->StartVa + (Mdl)->ByteOffset))

/** Its page frame numbers (PPFN_NUMBER): one for each page that ADDRESS_AND_SIZE_TO_SPAN_PAGES counts. */
#define MmGetMdlPfnArray(Mdl) ((PPFN_NUMBER)(void *)((Mdl) + 1))

#endif
