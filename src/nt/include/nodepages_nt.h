/* SPDX-License-Identifier: MIT */
/*
 * nodepages_nt.h: for programs that test a driver's memory code. A driver includes wdm.h or ntddk.h alone; its tests
 * include this, too.
 *
 * The routines of those headers work on the current machine: a test machine with a map of physical memory, real pages
 * behind it, and records of who has what. A program that makes none gets one at its first call, as the environment says
 * (the names are below), and at its end the report of it.
 *
 *     struct np_nt_settings settings = np_nt_settings_default();
 *     settings.map = "qssc-s4r-4node-128gib-hotplug";
 *     struct np_nt *machine = np_nt_open(&settings);
 *     ...                                                 what is to be tested
 *     if (np_nt_close(machine) != 0) ...                  something leaked
 *
 * Everything here may be called by any thread, except what makes, changes and ends a machine: see there.
 *
 * A child of fork is a program of its own and inherits no machine: its calls make one from the environment, its parent's
 * pages are not mapped in it, and closing its parent's machine there does nothing and returns 0.
 *
 * A SIGSEGV that is not an access to a machine's memory does what it does without the layer.
 */
#ifndef NODEPAGES_NT_H
#define NODEPAGES_NT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Settings of the environment. A number is decimal, or hex after `0x`. What can't be read stops the program with a
 * message. A set-user-id program takes none of them.
 */
#define NP_NT_ENV_MAP "NODEPAGES_MAP"                   /* as `map` below */
#define NP_NT_ENV_FAIL_EVERY "NODEPAGES_FAIL_EVERY"     /* N: as `scarcity.every` */
#define NP_NT_ENV_FAIL_SHARE "NODEPAGES_FAIL_SHARE"     /* calls of 1000: as `scarcity.share` */
#define NP_NT_ENV_FAIL_SEED "NODEPAGES_FAIL_SEED"       /* as `scarcity.seed` */
#define NP_NT_ENV_FAIL_CALL "NODEPAGES_FAIL_CALL"       /* ROUTINE:K, or K for any routine: as `scarcity.call` */
#define NP_NT_ENV_PATTERN "NODEPAGES_PATTERN"           /* a byte, 0 to 255: as `pattern` */
#define NP_NT_ENV_STACK "NODEPAGES_STACK"               /* frames, 0 to NP_NT_FRAMES: as `stack_depth` */
#define NP_NT_ENV_ON_VIOLATION "NODEPAGES_ON_VIOLATION" /* `stop` or `go on` (also `go`): as `go_on` */
#define NP_NT_ENV_REPORT "NODEPAGES_REPORT"             /* as `report`; without it, leaks are printed to stderr */

#define NP_NT_NODE_ANY UINT32_C(0x80000000) /* MM_ANY_NODE_OK */
#define NP_NT_NO_PFN UINT64_MAX
#define NP_NT_FRAMES 24 /* frames that a stack has at most */

/** A test machine. */
struct np_nt;

/** The routines, as they are counted and named. Those before NP_NT_FREE_PAGES can fail for want of something. */
enum np_nt_routine {
    NP_NT_ALLOCATE_NODE_PAGES,            /* MmAllocateNodePagesForMdlEx */
    NP_NT_ALLOCATE_PAGES_EX,              /* MmAllocatePagesForMdlEx */
    NP_NT_ALLOCATE_PAGES,                 /* MmAllocatePagesForMdl */
    NP_NT_MAP,                            /* MmMapLockedPagesSpecifyCache; MmGetSystemAddressForMdlSafe calls it */
    NP_NT_ALLOCATE_CONTIGUOUS_CACHE_NODE, /* MmAllocateContiguousMemorySpecifyCacheNode */
    NP_NT_ALLOCATE_CONTIGUOUS_CACHE,      /* MmAllocateContiguousMemorySpecifyCache */
    NP_NT_ALLOCATE_CONTIGUOUS_NODE,       /* MmAllocateContiguousNodeMemory */
    NP_NT_ALLOCATE_CONTIGUOUS,            /* MmAllocateContiguousMemory */
    NP_NT_MEMORY_RANGES,                  /* MmGetPhysicalMemoryRanges */
    NP_NT_ALLOCATE_POOL_OLD,              /* ExAllocatePool */
    NP_NT_ALLOCATE_POOL_TAG,              /* ExAllocatePoolWithTag */
    NP_NT_ALLOCATE_POOL_UNINITIALIZED,    /* ExAllocatePoolUninitialized */
    NP_NT_ALLOCATE_POOL_ZERO,             /* ExAllocatePoolZero */
    NP_NT_ALLOCATE_POOL_2,                /* ExAllocatePool2 */
    NP_NT_IO_ALLOCATE_MDL,                /* IoAllocateMdl */
    NP_NT_FREE_PAGES,                     /* MmFreePagesFromMdl */
    NP_NT_FREE_POOL,                      /* ExFreePool, ExFreePoolWithTag */
    NP_NT_UNMAP,                          /* MmUnmapLockedPages */
    NP_NT_FREE_CONTIGUOUS,                /* MmFreeContiguousMemory */
    NP_NT_FREE_CONTIGUOUS_CACHE,          /* MmFreeContiguousMemorySpecifyCache */
    NP_NT_PHYSICAL_ADDRESS,               /* MmGetPhysicalAddress */
    NP_NT_ADD_MEMORY,                     /* MmAddPhysicalMemory */
    NP_NT_HIGHEST_NODE,                   /* KeQueryHighestNodeNumber */
    NP_NT_RAISE_IRQL,                     /* KeRaiseIrql */
    NP_NT_LOWER_IRQL,                     /* KeLowerIrql */
    NP_NT_IO_FREE_MDL,                    /* IoFreeMdl */
    NP_NT_BUILD_MDL,                      /* MmBuildMdlForNonPagedPool */
    NP_NT_BUILD_PARTIAL,                  /* IoBuildPartialMdl */
    NP_NT_LOCK_PAGES,                     /* MmProbeAndLockPages */
    NP_NT_UNLOCK_PAGES,                   /* MmUnlockPages */
    NP_NT_ACQUIRE_SPIN_LOCK,              /* KeAcquireSpinLock and its kin */
    NP_NT_RELEASE_SPIN_LOCK,              /* KeReleaseSpinLock and its kin */
    NP_NT_ACCESS,                         /* no routine: a read or write of memory */
    NP_NT_ROUTINES
};

/** The name of a routine, as it is in wdm.h; "a memory access" for NP_NT_ACCESS. */
const char *np_nt_routine_name(enum np_nt_routine routine);

/* ---- Stacks ---- */

/** A call stack: return addresses, the innermost first. */
struct np_nt_stack {
    unsigned depth; /* 0: none was taken */
    void *frames[NP_NT_FRAMES];
};

/**
 * Prints a stack, a frame a line: the program or library, the function if it is exported (link with -rdynamic), the
 * address.
 */
void np_nt_print_stack(FILE *to, const struct np_nt_stack *stack);

/* ---- Violations ---- */

/** What a driver did wrong. */
enum np_nt_violation_kind {
    NP_NT_WRONG_IRQL, /* a routine called at an IRQL that it must not be called at; an IRQL raised down or lowered up */
    NP_NT_BAD_ARGUMENT,         /* what a kernel would stop at: a NULL MDL, an unknown mode */
    NP_NT_UNKNOWN_MDL,          /* an MDL that the routine can't be given: no routine here made it */
    NP_NT_PAGES_FREED_TWICE,    /* MmFreePagesFromMdl of pages that are free already */
    NP_NT_PAGES_MAPPED,         /* pages freed, or an MDL freed, that are mapped still */
    NP_NT_PAGES_REMOVED,        /* MmFreePagesFromMdl of hot-removed pages, which are only ever added back */
    NP_NT_PAGES_NOT_ALLOCATED,  /* an MDL mapped that is not locked (0xC4/0xB3) or names pages which nobody
                                  has, or freed that names those of others */
    NP_NT_MDL_BEFORE_PAGES,     /* ExFreePool of an MDL whose pages are allocated */
    NP_NT_POOL_FREED_TWICE,     /* ExFreePool of what ExFreePool has freed */
    NP_NT_POOL_UNKNOWN,         /* ExFreePool of an address that is not a pool allocation */
    NP_NT_POOL_OF_CONTIGUOUS,   /* ExFreePool of a block of contiguous memory */
    NP_NT_POOL_TAG,             /* ExFreePoolWithTag with another tag than that of the allocation */
    NP_NT_POOL_OVERRUN,         /* a write past pool memory: past its pages at once, else when it is freed */
    NP_NT_POOL_USED_AFTER_FREE, /* a write to pool memory that was free, found when it is used again */
    NP_NT_SPIN_LOCK,            /* a spin lock acquired again by its holder, or released by another */
    NP_NT_CONTIGUOUS_TWICE,     /* a block of contiguous memory freed again */
    NP_NT_CONTIGUOUS_UNKNOWN,   /* an address freed at which no block of contiguous memory begins */
    NP_NT_CONTIGUOUS_MISMATCH,  /* a block freed by what does not match: routine, size, cache type */
    NP_NT_CONTIGUOUS_OVERRUN,   /* a write past a block: past its pages at once, in the last when it is freed */
    NP_NT_CACHE_CONFLICT,       /* a page mapped with a type when it is mapped with another */
    NP_NT_NOT_MAPPED,           /* MmUnmapLockedPages of what is not mapped, or not by this MDL */
    NP_NT_UNMAPPED_ACCESS,      /* a read or write of an address at which nothing is mapped (any more) */
    NP_NT_READ_ONLY_ACCESS,     /* a write to, or a jump into, a mapping that does not allow it */
    NP_NT_MUST_SUCCEED,         /* a mapping asked for with BugCheckOnFailure (0xC4/0x82) */
    NP_NT_MAPPED_TWICE,         /* an MDL mapped for KernelMode when it is so already (0xC4/0xB2) */
    NP_NT_VIOLATIONS
};

/** The name of a kind of violation, in words: "pages freed twice". */
const char *np_nt_violation_name(enum np_nt_violation_kind kind);

/** A violation. Valid as long as the handler runs. */
struct np_nt_violation {
    enum np_nt_violation_kind kind;
    enum np_nt_routine routine; /* that was called wrongly */
    const void *address;        /* the MDL, block or address that it is about, or NULL */
    uint64_t pfn;               /* the page that it is about, or NP_NT_NO_PFN */
    const char *words;          /* what happened: a sentence */
    struct np_nt_stack here;    /* who did it */
    /* What was done before: "allocated", "freed", "mapped", "unmapped" or "locked"; NULL if nothing is known. */
    const char *before_what;
    struct np_nt_stack before; /* and by whom */
};

/** Prints a violation: the sentence and both stacks. */
void np_nt_print_violation(FILE *to, const struct np_nt_violation *violation);

/**
 * Handles a violation. When it returns, the routine does nothing and returns NULL or an error, if it can. After
 * an access to memory it must not return, but leave by siglongjmp: it runs in the handler of the signal; the program is
 * ended if it returns. No lock is held. May be called by any thread.
 */
typedef void np_nt_violation_handler(void *context, const struct np_nt_violation *violation);

/* ---- Low resources ---- */

/**
 * Calls that are made to fail, as if there were no memory. A call counts when it has passed the checks of its
 * arguments. The three ways add up. All zero: none.
 */
struct np_nt_scarcity {
    uint64_t every;             /* each Nth call of all that can fail, or 0 */
    uint32_t share;             /* of 1000 calls, how many at random, 0 to 1000 */
    uint64_t seed;              /* of that choice; the same seed gives the same choice for the same calls */
    uint64_t call;              /* exactly this call, counted from 1, or 0 */
    enum np_nt_routine routine; /* of this routine; NP_NT_ROUTINES: of all that can fail, counted together */
};

/**
 * A call may wait and has too few pages: frees some, if it can. Called at the IRQL of the call and by its thread, with
 * no lock held, so that it may call the routines.
 *
 * @param node       the ideal or strict node of the call, or NP_NT_NODE_ANY
 * @param shortfall  pages that are missing; for a block, all of its pages
 * @return pages freed; 0 for no progress, and then the call returns what it can get
 */
typedef uint64_t np_nt_reclaim(void *context, uint32_t node, uint64_t shortfall);

/* ---- Machines ---- */

/** How a machine is made. np_nt_settings_default gives what holds if nothing is said. Texts must outlive the machine. */
struct np_nt_settings {
    /*
     * Where its map comes from: the name of a bundled machine, `live` for the host, or files, pooled, with commas
     * between them.
     */
    const char *map;
    /* The map itself, as a text in one of the forms of a map file; if not NULL, `map` is only its name in messages. */
    const char *map_text;
    struct np_nt_scarcity scarcity;
    int pattern;          /* 0 to 255: uninitialised memory is filled with this byte; -1: it keeps what is in it */
    unsigned stack_depth; /* frames that are kept of a stack, at most NP_NT_FRAMES; 0: none is taken */
    bool
        go_on; /* no handler: print a violation and go on instead of stopping the program (an access always stops it) */
    /* Or NULL: violations are printed to stderr, and the program is stopped by abort(). */
    np_nt_violation_handler *on_violation;
    void *violation_context;
    np_nt_reclaim *reclaim; /* or NULL */
    void *reclaim_context;
    FILE *messages;     /* what is wrong with a map goes here, or nowhere */
    const char *report; /* a file that the report is appended to, at the end or where a violation stops, or NULL */
};

/**
 * The settings that hold if nothing is said: the smallest bundled machine, no scarcity, no pattern, 16 frames, stop,
 * stderr.
 */
struct np_nt_settings np_nt_settings_default(void);

/**
 * The settings of the environment over those given.
 *
 * @return false, with a message that names the variable, when one says what can't be read; `settings` is then undefined
 */
bool np_nt_settings_from_environment(struct np_nt_settings *settings);

/** The names of the bundled machines, the smallest first, ended by NULL. */
const char *const *np_nt_bundled(void);

/**
 * Makes a machine, all of its memory free, and makes it the current one.
 *
 * Not while another thread is in a routine.
 *
 * @return the machine, to be ended by np_nt_close; NULL with a message: the map can't be read, or there is no memory
 *         for its records
 * @cost   a step for 21 pages of the machine, and memory for what is touched; physical memory itself costs what is
 *         touched of it
 */
struct np_nt *np_nt_open(const struct np_nt_settings *settings);

/** The current machine, made from the environment if there is none. It ends the program when that can't be. */
struct np_nt *np_nt_current(void);

/**
 * Makes another machine the current one; NULL for none. Not while another thread is in a routine.
 *
 * @return the one that was
 */
struct np_nt *np_nt_use(struct np_nt *machine);

/**
 * Ends a machine, and takes its memory back, leaked or not. If it is the current one, there is none after.
 *
 * Not while another thread is in a routine or uses its memory.
 *
 * @return how many leaks there were (see np_nt_leaks)
 */
uint64_t np_nt_close(struct np_nt *machine);

/** Changes which calls fail from here on; the counts start again. Not while another thread is in a routine. */
void np_nt_set_scarcity(struct np_nt *machine, const struct np_nt_scarcity *scarcity);

/** Changes the handler of violations; NULL for none. Not while another thread is in a routine. */
void np_nt_set_violation_handler(struct np_nt *machine, np_nt_violation_handler *handler, void *context);

/** Changes who is asked for pages; NULL for nobody. Not while another thread is in a routine. */
void np_nt_set_reclaim(struct np_nt *machine, np_nt_reclaim *reclaim, void *context);

/** How many calls of a routine have passed the checks of their arguments since the machine or its scarcity was set. */
uint64_t np_nt_calls(const struct np_nt *machine, enum np_nt_routine routine);

/** How many violations there were. */
uint64_t np_nt_violations(const struct np_nt *machine);

/** The node that this thread runs on: that of MmAllocatePagesForMdl and MmAllocatePagesForMdlEx. 0 until it is set. */
void np_nt_run_on_node(uint32_t node);

/* ---- Leaks ---- */

/** What leaked, or is there still. */
enum np_nt_leak_kind {
    NP_NT_LEAK_MDL,     /* an MDL that ExFreePool has not freed; `pages` are those that it has, 0 if they are freed */
    NP_NT_LEAK_BLOCK,   /* contiguous memory */
    NP_NT_LEAK_MAPPING, /* of an MDL */
    NP_NT_LEAK_POOL,    /* what MmGetPhysicalMemoryRanges returned */
    NP_NT_LEAK_DRIVER_POOL /* pool memory that the driver allocated */
};

struct np_nt_leak {
    enum np_nt_leak_kind kind;
    enum np_nt_routine routine; /* that gave it */
    const void *address;        /* the MDL, or where the block or mapping begins */
    uint64_t pages;
    struct np_nt_stack stack; /* of the call that gave it */
};

/**
 * What was allocated and not freed, the oldest first. Hot-removed pages are not leaks.
 *
 * @param[out] leaks  room for `room` of them; may be NULL if room is 0
 * @return how many there are, which may be more than there is room for
 */
uint64_t np_nt_leaks(struct np_nt *machine, struct np_nt_leak *leaks, uint64_t room);

/* ---- Why ---- */

/** What a call failed of. */
enum np_nt_cause {
    NP_NT_CAUSE_NONE,      /* it did not */
    NP_NT_CAUSE_REFUSED,   /* no page or block for such a request; `reason`, `parameter` and `figures` say more */
    NP_NT_CAUSE_CACHE,     /* the cache type is unknown, or has no protection */
    NP_NT_CAUSE_SCARCITY,  /* the settings made it fail */
    NP_NT_CAUSE_RECORDS,   /* no memory for an MDL or the records */
    NP_NT_CAUSE_ADDRESSES, /* no room to map it */
    NP_NT_CAUSE_SYSTEM,    /* the host refused */
    NP_NT_CAUSE_VIOLATION  /* see there */
};

/** The last failure of this thread, by the terms of src/core (W1). */
struct np_nt_why {
    enum np_nt_routine routine;
    enum np_nt_cause cause;
    unsigned reason;    /* enum np_reason */
    unsigned parameter; /* enum np_parameter, when the reason is NP_REASON_INVALID */
    uint64_t wanted;    /* pages */
    uint64_t eligible;  /* free pages in the ranges and on the nodes that the request allows */
    uint64_t longest;   /* pages of the longest run of them */
    uint64_t first;     /* the first page frame of that run, or NP_NT_NO_PFN */
    uint64_t blocker;   /* the page frame right after it, or NP_NT_NO_PFN */
    const char *words;  /* all of it in a sentence; valid until the next failure of this thread */
};

/** The last failure of this thread on any machine; a call that succeeds leaves it as it is. */
const struct np_nt_why *np_nt_why(void);

/** The same, in words: "" if no call has failed. */
const char *np_nt_why_words(void);

/* ---- Pages ---- */

/** What pages are in use. */
struct np_nt_use {
    uint32_t nodes;
    uint64_t present; /* M4: present = free + allocated + removed */
    uint64_t free;
    uint64_t allocated;
    uint64_t removed;
    uint64_t peak;   /* the most that were allocated at a time */
    uint64_t mapped; /* pages that mappings show, each as often as it is shown */
    uint64_t backed; /* bytes of the host that are behind all of it now */
};

/** What pages are in use. @cost a step for 64 pages of the machine */
struct np_nt_use np_nt_page_use(struct np_nt *machine);

/** What a page is. */
struct np_nt_page_state {
    bool present;
    bool allocated; /* pages of contiguous memory are, too */
    bool removed;
    uint32_t node;     /* UINT32_MAX when absent */
    int allowed_cache; /* MEMORY_CACHING_TYPE that it was allocated with, or -1 */
    int mapped_cache;  /* MEMORY_CACHING_TYPE of its mappings, or -1 when there is none */
    uint32_t mappings; /* live ones */
};

struct np_nt_page_state np_nt_page(struct np_nt *machine, uint64_t pfn);

/**
 * Reads or writes physical memory, as a device does. No mapping is needed.
 *
 * @param address  the physical address of the first byte
 * @return false when a page of it is absent, or the host refuses; some bytes may have been written
 */
bool np_nt_read_physical(struct np_nt *machine, uint64_t address, void *bytes, size_t size);
bool np_nt_write_physical(struct np_nt *machine, uint64_t address, const void *bytes, size_t size);

/**
 * Whether the records are right: the integrity of the core, and that pages, MDLs, blocks and mappings agree. Not while
 * another thread is in a routine.
 *
 * @return NULL, or what is wrong, in words
 * @cost   a step for every page of the machine's table and every page given
 */
const char *np_nt_check(struct np_nt *machine);

/** Prints the report: pages in use, calls and failures by routine, violations, and leaks with their stacks. */
void np_nt_report(struct np_nt *machine, FILE *to);

#ifdef __cplusplus
}
#endif

#endif
