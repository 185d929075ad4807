/* SPDX-License-Identifier: MIT */
/*
 * The core and the executable specification side by side: one machine, twice, and every operation on both.
 *
 * Each operation is asked of both sides, the two answers are compared, and a difference ends the run with all that is
 * needed to see why: the machine, the state before, the operation in words and the two answers next to each other.
 */
#ifndef PAIR_H
#define PAIR_H

#include "../spec/oracle.h"
#include "../src/core/nodepages.h"

#include <stdio.h>

/** One side's answer to a request. */
struct pair_answer {
    enum np_parameter parameter; /* what is wrong with the request */
    enum np_reason reason;       /* why it fails; asked when it failed or when all is asked */
    bool has_reason;
    struct np_figures figures; /* asked with the reason, of a valid request */
    bool has_figures;
    uint64_t wanted; /* pages; of a valid request */
    uint64_t count;  /* pages taken, or freed */
    const uint64_t *pfns;
};

enum pair_kind {
    PAIR_SETUP,
    PAIR_PAGES,
    PAIR_CONTIGUOUS,
    PAIR_FREE_PAGES,
    PAIR_ADD_PAGES,
    PAIR_FREE_CONTIGUOUS,
    PAIR_CHECK
};

/** An operation, for the words about it. */
struct pair_operation {
    enum pair_kind kind;
    const struct np_pages_request *pages;
    const struct np_contiguous_request *contiguous;
    const uint64_t *pfns; /* named, to be freed */
    uint64_t count;
};

/** A machine, twice. */
struct pair {
    const struct np_range *ranges;
    uint32_t range_count;
    uint32_t nodes;
    const uint8_t *distance; /* row by row, or NULL */
    struct np_machine core;
    struct np_storage storage;
    struct oracle oracle;
    struct oracle before; /* the last operation; its pages alone */
    struct pair_operation operation;
    struct pair_answer got;    /* what the core answered */
    struct pair_answer should; /* what is specified */
    FILE *story;               /* every operation in words, or NULL */
    void (*stop)(void);        /* called after a mismatch is printed; does not return. NULL: abort */
};

/**
 * Makes the machine on both sides, all its pages free.
 *
 * @param p         `story` and `stop` are set; the rest is filled
 * @param ranges    ascending and disjoint, ORACLE_MAX_PAGES pages at most; must outlive the pair
 * @param distance  nodes * nodes bytes, or NULL; must outlive the pair
 */
void pair_setup(struct pair *p, const struct np_range *ranges, uint32_t count, uint32_t nodes, const uint8_t *distance);

void pair_drop(struct pair *p);

/**
 * Makes a pages request.
 *
 * @param all_asked  ask for the reason and the figures after a success too
 * @return the pages taken; p->should.pfns lists them
 */
uint64_t pair_pages(struct pair *p, const struct np_pages_request *q, bool all_asked);

/** Makes a contiguous request. @return whether it took a block; its first page is p->should.pfns[0] */
bool pair_contiguous(struct pair *p, const struct np_contiguous_request *q, bool all_asked);

/** Frees pages or, with `add`, adds removed ones back. @return how many leading pages were right */
uint64_t pair_give(struct pair *p, const uint64_t *pfns, uint64_t count, bool add);

/** Frees contiguous memory. @return the pages freed */
uint64_t pair_free_contiguous(struct pair *p, uint64_t pfn);

/** M3, M4: every page in the same state on both sides, the same census, every summary of the index right, and nothing
 * found by np_check. */
void pair_compare_states(struct pair *p);

/** The state and the node of one page frame, present or not. */
void pair_compare_page(struct pair *p, uint64_t pfn);

/** Prints what differs with the whole story, and stops. */
__attribute__((format(printf, 2, 3), noreturn)) void pair_mismatch(struct pair *p, const char *format, ...);

/** The machine: its nodes, distances and ranges. */
void pair_print_machine(const struct pair *p, FILE *to);

/** The state of every page: '.' free, '#' allocated, '[==' a block, 'x' removed. */
void pair_print_pages(const struct oracle *o, FILE *to);

#endif
