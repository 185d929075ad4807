/* SPDX-License-Identifier: MIT */
/*
 * A test machine: the core's machine, the memory behind it, the addresses it is mapped at, and the records.
 */
#ifndef NP_NT_MACHINE_H
#define NP_NT_MACHINE_H

#include "../host/pool.h"
#include "arena.h"
#include "ledger.h"
#include "memory.h"
#include "pool_slots.h"
#include "removed.h"
#include "thread.h"

#include <pthread.h>
#include <stdatomic.h>

/** Calls of a routine. */
struct np_nt_tally {
    uint64_t calls;
    uint64_t failures;
};

struct np_nt {
    struct np_nt *next;      /* of the machines that are open */
    bool inherited;          /* by a child of fork, which can do nothing with it but close it */
    bool reported;           /* its report is in the file that the settings name */
    struct np_layout layout; /* never changes */
    struct np_nt_settings settings;
    pthread_mutex_t lock; /* guards what follows, except the contents of pages */
    struct np_machine core;
    struct np_storage storage;
    struct np_nt_memory memory;
    struct np_nt_arena arena;
    struct np_nt_ledger ledger;
    struct np_nt_slots slots;
    struct np_nt_removed removed;
    struct np_nt_tally tally[NP_NT_ROUTINES];
    uint64_t calls;     /* of all that can fail, since the scarcity was set */
    uint64_t allocated; /* pages */
    uint64_t peak;      /* the most there were of them */
    uint64_t mapped;    /* pages that mappings show */
    atomic_uint_fast64_t violations;
    char wrong_words[NP_NT_WORDS]; /* what np_nt_check found */
};

/**
 * What each routine begins with: stacks that are taken from here on begin with its caller.
 *
 * @return the current machine
 */
struct np_nt *np_nt_enter(const void *caller);

/**
 * Takes and releases the lock. Held for the records and placement alone: no page is touched and no memory mapped under
 * it.
 */
void np_nt_lock(struct np_nt *machine);
void np_nt_unlock(struct np_nt *machine);

/**
 * As np_nt_open, on a layout that is there already.
 *
 * @param layout  taken over, also when NULL comes back
 */
struct np_nt *np_nt_open_layout(struct np_layout *layout, const struct np_nt_settings *settings);

/** Keeps the sanitizer of leaks from reporting what the records report. @return the memory, which may be NULL */
void *np_nt_ours(void *memory);

/** Counts a number of pages as allocated. Under the lock. */
void np_nt_count_allocated(struct np_nt *machine, uint64_t pages);

/** Asks the reclaim callback, which there is, for pages. Without the lock. @return pages that came free */
uint64_t np_nt_ask_for_pages(const struct np_nt *machine, uint32_t node, uint64_t shortfall);

/** Stops the program because of a violation. */
__attribute__((noreturn)) void np_nt_stop(struct np_nt *machine);

/** The current machine if there is one, or NULL. */
struct np_nt *np_nt_current_or_null(void);

#endif
