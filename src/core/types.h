/* SPDX-License-Identifier: MIT */
/*
 * The types of the core and the numbers that the published pages fix.
 */
#ifndef NP_TYPES_H
#define NP_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../spec/logic/contract.acsl"

#define NP_PAGE_SIZE UINT64_C(4096)
#define NP_PFN_LIMIT (UINT64_C(1) << 40)  /* every page frame number is below it (M1) */
#define NP_MAX_NODES 64u                  /* M2 */
#define NP_MAX_RANGES (UINT32_C(1) << 20) /* ranges a machine may be made of */
#define NP_CALL_LIMIT UINT64_C(0xfffff)   /* most pages that one pages request returns: 4 GiB - 4096 bytes (P2) */
#define NP_ANY_NODE UINT32_C(0x80000000)  /* MM_ANY_NODE_OK */
#define NP_NONE UINT64_MAX                /* no page frame, no position */

/* The flags of a pages request, with their published values. */
#define NP_DONT_ZERO 0x001u
#define NP_FROM_LOCAL_NODE_ONLY 0x002u
#define NP_FULLY_REQUIRED 0x004u
#define NP_NO_WAIT 0x008u
#define NP_PREFER_CONTIGUOUS 0x010u
#define NP_REQUIRE_CONTIGUOUS_CHUNKS 0x020u
#define NP_AND_HOT_REMOVE 0x100u
#define NP_ALL_FLAGS 0x13fu

/** A region of physical memory as a machine is described: `pages` page frames from `first`, on one node. */
struct np_range {
    uint64_t first;
    uint64_t pages;
    uint32_t node;
};

/** A maximal region of memory on one node: page frames [first, first + pages) at positions [base, base + pages). */
struct np_region {
    int64_t first;
    int64_t base;
    int64_t pages;
    int64_t node;
};

/** What is known of the free positions of a span. */
struct np_summary {
    int32_t prefix;  /* free positions at its start */
    int32_t longest; /* the longest run in it */
    int32_t suffix;  /* free positions at its end */
    int32_t free;    /* how many are free */
};

/** The free positions of a range, however long it is. */
struct np_extent {
    uint64_t free;    /* how many are free */
    uint64_t longest; /* the longest run of them */
    uint64_t suffix;  /* how many the range ends with */
};

/** The free pages: a bit a position, set when the page there is free, and a tree of summaries over them. */
struct np_index {
    int64_t positions; /* a multiple of 512 */
    uint64_t *words;
    struct np_summary *summaries; /* positions / 256 of them, the first not used */
};

/** A machine and the state of its pages. Made by np_setup; its fields are the core's own. */
struct np_machine {
    uint32_t nodes;
    uint32_t regions;
    struct np_region *region; /* ascending */
    struct np_index free;     /* M3: free */
    uint64_t *block;          /* not free: part of a block of contiguous memory */
    uint64_t *mark;           /* not free: first page of such a block or, outside of one, removed */
    uint8_t distance[NP_MAX_NODES * NP_MAX_NODES]; /* row by row, `nodes` to a row */
};

/** The memory that np_setup works in. np_storage_needed says how much of each; both must outlive the machine. */
struct np_storage {
    struct np_region *regions;
    uint64_t region_capacity; /* elements */
    uint64_t *words;
    uint64_t word_capacity; /* elements */
    struct np_summary *summaries;
    uint64_t summary_capacity; /* elements */
};

/** A pages request, MmAllocateNodePagesForMdlEx. Addresses and sizes in bytes; `high` is inclusive. */
struct np_pages_request {
    uint64_t low;
    uint64_t high;
    uint64_t skip;
    uint64_t total;
    uint32_t node;
    uint32_t flags;
};

/** A contiguous request, MmAllocateContiguousMemorySpecifyCacheNode. Bytes; `high` is inclusive. */
struct np_contiguous_request {
    uint64_t bytes;
    uint64_t low;
    uint64_t high;
    uint64_t boundary; /* a power of two, or 0 for none */
    uint32_t node;     /* or NP_ANY_NODE */
};

/** What was wrong with a request, or NP_PARAMETER_NONE. The first that applies, in this order. */
enum np_parameter {
    NP_PARAMETER_NONE,
    NP_PARAMETER_BYTES,
    NP_PARAMETER_LOW,
    NP_PARAMETER_HIGH,
    NP_PARAMETER_SKIP,
    NP_PARAMETER_BOUNDARY,
    NP_PARAMETER_NODE,
    NP_PARAMETER_FLAGS
};

/** Why a request failed (W1). The first that applies, in this order. */
enum np_reason {
    NP_REASON_NONE, /* it would not fail */
    NP_REASON_INVALID,
    NP_REASON_LIMIT,
    NP_REASON_EMPTY_RANGE,
    NP_REASON_NODE,
    NP_REASON_TOO_FEW,
    NP_REASON_FRAGMENTED,
    NP_REASON_BOUNDARY
};

/** The figures of W1, over the pages in the ranges and on the nodes that a request allows. */
struct np_figures {
    uint64_t eligible; /* free pages */
    uint64_t longest;  /* pages of the longest run of them, cut to the ranges and, if one node is meant, the node */
    uint64_t first;    /* first page frame of the lowest such run, or NP_NONE */
    uint64_t blocker;  /* the page frame right after it: the first that blocks it, or NP_NONE */
};

/** How many pages are in each state (M3, M4): present = free + allocated + removed. */
struct np_census {
    uint64_t present;
    uint64_t free;
    uint64_t allocated;
    uint64_t removed;
};

/** What np_setup found wrong. */
enum np_setup_error {
    NP_SETUP_OK,
    NP_SETUP_NO_MEMORY,          /* no range */
    NP_SETUP_TOO_MANY_RANGES,    /* more than NP_MAX_RANGES */
    NP_SETUP_NODES,              /* fewer than 1 node or more than NP_MAX_NODES */
    NP_SETUP_RANGE_EMPTY,        /* a range without a page */
    NP_SETUP_RANGE_LIMIT,        /* a range that ends past NP_PFN_LIMIT */
    NP_SETUP_RANGE_ORDER,        /* a range that does not begin at or after the end of the one before it */
    NP_SETUP_RANGE_NODE,         /* a range on a node that does not exist */
    NP_SETUP_STORAGE_MISALIGNED, /* an area that is not aligned for its type */
    NP_SETUP_STORAGE_SMALL       /* less of an area than np_storage_needed says */
};

/** What np_check found (see check.h). */
enum np_fault {
    NP_FAULT_NONE,
    NP_FAULT_TABLE,       /* `where` is the region */
    NP_FAULT_FREE_ABSENT, /* a position between regions is marked free */
    NP_FAULT_FREE_HELD,   /* a free page is also part of a block, or removed */
    NP_FAULT_BLOCK,       /* a page continues a block of which the page before it is not a part */
    NP_FAULT_SUMMARY,     /* a summary of the free pages is wrong; `where` is the first position that it speaks of */
    NP_FAULT_STORAGE      /* a pointer or a size of the machine does not keep to its storage */
};

#endif
