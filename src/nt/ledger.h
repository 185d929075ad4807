/* SPDX-License-Identifier: MIT */
/*
 * The ledger: who has been given what, and by which call. A record stays for a while after it is closed, so that who
 * uses or frees a thing again gets a report of who freed it. Guarded by the lock of the machine.
 */
#ifndef NP_NT_LEDGER_H
#define NP_NT_LEDGER_H

#include "extents.h"
#include "stack.h"

#define NP_NT_NO_RECORD 0u
#define NP_NT_MAX_RECORDS (UINT32_C(1) << 24)

enum np_nt_record_kind {
    NP_NT_RECORD_NONE,
    NP_NT_RECORD_MDL,
    NP_NT_RECORD_BLOCK,
    NP_NT_RECORD_MAPPING,
    NP_NT_RECORD_POOL,   /* the list of the ranges of memory */
    NP_NT_RECORD_IO_MDL, /* an MDL of IoAllocateMdl */
    NP_NT_RECORD_SLOT,   /* small pool memory of a driver */
    NP_NT_RECORD_LARGE,  /* large pool memory of a driver */
    NP_NT_RECORD_SLAB    /* pages with slots: the pool's own, and no leak */
};

/** A thing that a routine has given. */
struct np_nt_record {
    enum np_nt_record_kind kind;
    enum np_nt_routine routine; /* that gave it */
    const void *address;        /* of the MDL, the pool allocation, the block or the mapping */
    uint64_t serial;            /* rises with each record */
    bool live;
    bool has_pages; /* MDL: they are allocated, or removed */
    bool removed;   /* MDL: they are removed */
    bool refused;   /* MDL: a call to free them was a violation */
    bool window;    /* block, mapping: its addresses are taken */
    bool user;      /* mapping: into user space */
    bool writable;  /* block, mapping */
    int cache;      /* block, mapping: its type */
    uint64_t bytes; /* block, pool memory of a driver: as they were asked for; slab: of a slot */
    uint32_t tag;   /* pool memory of a driver */
    bool paged;     /* pool memory of a driver */
    uint64_t pages;
    uint64_t mappings;            /* MDL: live ones made with it */
    const void *mdl;              /* mapping: what it was made with */
    uint64_t first_page;          /* what is in the arena: its first page there */
    struct np_nt_extents extents; /* and what it shows */
    struct np_nt_stack given;     /* who got it */
    struct np_nt_stack
        freed; /* MDL: who freed the pages; IoAllocateMdl: who locked them; else, of a closed record, who closed it */
    struct np_nt_stack closed; /* MDL: who freed the MDL */
    uint32_t next;             /* in the row of closed or of free records */
    uint32_t number;
};

/** The ledger. */
struct np_nt_ledger {
    struct np_nt_record *records; /* by number; number 0 is not used */
    uint32_t *slots;              /* record numbers by address */
    uint32_t most;                /* records, a power of two; there are twice as many slots */
    uint32_t used;                /* numbers below this have been used */
    uint32_t free;                /* the first of the records that can be used again */
    uint32_t oldest;              /* the row of closed records */
    uint32_t newest;
    uint32_t closed;
    uint64_t live;
    uint64_t serial;
};

/**
 * Makes an empty one.
 *
 * @param most  records that it has room for, a power of two, at most NP_NT_MAX_RECORDS
 * @return false with the host's errno, and nothing is left
 */
bool np_nt_ledger_open(struct np_nt_ledger *ledger, uint32_t most);

/** Bytes of address space that a ledger of `records` records takes. */
uint64_t np_nt_ledger_bytes(uint32_t most);

void np_nt_ledger_close(struct np_nt_ledger *ledger);

/** A new record, live, filed under an address. NULL when there is no room for one more. O(1). */
struct np_nt_record *np_nt_ledger_add(struct np_nt_ledger *ledger, enum np_nt_record_kind kind, const void *address);

/** Closes a record: it is no longer live, and forgotten after some others. O(1). */
void np_nt_ledger_end(struct np_nt_ledger *ledger, struct np_nt_record *record);

/** Forgets a live record at once, as if it had never been. O(1). */
void np_nt_ledger_drop(struct np_nt_ledger *ledger, struct np_nt_record *record);

/** The last record filed under an address, live or closed, or NULL. O(1). */
struct np_nt_record *np_nt_ledger_find(const struct np_nt_ledger *ledger, const void *address);

/** The record with a number, live or closed, or NULL when it has not been used. */
struct np_nt_record *np_nt_ledger_record(const struct np_nt_ledger *ledger, uint32_t number);

/** The live record after `after` by number; NULL for the first. NULL when there is none. */
struct np_nt_record *np_nt_ledger_next(const struct np_nt_ledger *ledger, const struct np_nt_record *after);

#endif
