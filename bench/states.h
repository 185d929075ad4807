/* SPDX-License-Identifier: MIT */
/*
 * Machines of any size and the states they are measured in.
 *
 * A state is written into the bitmap, and the tree brought up to date: to allocate half of a terabyte a page at a time would take
 * longer than all that is measured. What is written keeps the invariant: a page that is neither free nor marked is allocated,
 * and positions of no page stay clear.
 */
#ifndef BENCH_STATES_H
#define BENCH_STATES_H

#include "../src/core/nodepages.h"

#define GIB (UINT64_C(1) << 30)
#define TIB (UINT64_C(1) << 40)

/** A machine, or its index alone. */
struct bench_machine {
    const char *name;
    struct np_machine m;
    struct np_storage storage;
    uint64_t *fresh; /* the bitmap with every page free */
    uint64_t pages;
    double setup; /* seconds */
};

/** A machine of `bytes` bytes in 8 nodes (4 GiB: in one) with a hole between each and the next. */
void states_make(struct bench_machine *b, const char *name, uint64_t bytes);

/** The machine of a map. */
void states_read(struct bench_machine *b, const char *name, const char *map);

/** Only the free-page index of a machine of `bytes` bytes: positions without a gap. */
void states_make_index(struct bench_machine *b, const char *name, uint64_t bytes);

void states_drop(struct bench_machine *b);

/** Every page is free. */
void states_fresh(struct bench_machine *b);

/** No page is free. */
void states_full(struct bench_machine *b);

/** A page is used once in 2^used, at random. */
void states_random(struct bench_machine *b, unsigned used);

/** Of every `period` page frames, those from `first` on for `count` are used, or all others. */
void states_pattern(struct bench_machine *b, uint64_t period, uint64_t first, uint64_t count, bool used);

/**
 * Aged: 10 million allocations and frees of 1 to 512 pages at random, small ones more often, from anywhere on, with three quarters of
 * the pages in use after a while. Kept in a file, for the run that counts instructions.
 */
void states_aged(struct bench_machine *b, const char *directory);

#endif
