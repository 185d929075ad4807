/* SPDX-License-Identifier: MIT */
/*
 * The executable specification: what every call must answer, found by brute force, one page at a time.
 *
 * It is the clauses of semantics.md written as C, to be read with them and run against the core. It shares nothing
 * with the core but the types of a request and of an answer. It works at byte addresses where the clauses do, looks at
 * every page of the machine whenever it is asked anything, and is meant for machines of a few hundred pages.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include "../src/core/types.h"

#define ORACLE_MAX_PAGES 1024u

/** M3: the states of a page. There is no other. */
enum oracle_state { ORACLE_ABSENT, ORACLE_FREE, ORACLE_ALLOCATED, ORACLE_REMOVED };

/** A present page. `block` is the first page frame of the contiguous memory it is part of, or NP_NONE. */
struct oracle_page {
    uint64_t pfn;
    uint64_t block;
    uint32_t node;
    enum oracle_state state;
};

/** M1, M2: a machine, as the list of its present pages, ascending. */
struct oracle {
    uint32_t nodes;
    uint32_t pages;
    uint8_t distance[NP_MAX_NODES][NP_MAX_NODES];
    struct oracle_page page[ORACLE_MAX_PAGES];
};

/**
 * M2: a machine of these ranges, which ascend and do not overlap, all its pages free.
 *
 * @param distance  nodes * nodes bytes row by row, or NULL for 10 to itself and 20 to every other
 * @return whether it fits; a machine of more than ORACLE_MAX_PAGES pages does not
 */
bool oracle_setup(struct oracle *o, const struct np_range *ranges, uint32_t count, uint32_t nodes,
                  const uint8_t *distance);

/** P2, P6, R2, N5, C3: the first parameter that is wrong, or NP_PARAMETER_NONE. */
enum np_parameter oracle_check_pages_request(const struct oracle *o, const struct np_pages_request *q);

/** P2: the pages a valid request asks for after the clamp; 0 if it is over the limit and can't be clamped. */
uint64_t oracle_pages_wanted(const struct np_pages_request *q);

/**
 * R1 - R4, N1 - N5, P1 - P6, C1 - C4: makes a pages request.
 *
 * @param[out] pfns  the pages taken, in order; room for every page of the machine
 * @return how many were taken; 0 is a failure, and nothing has changed (M5)
 */
uint64_t oracle_allocate_pages(struct oracle *o, const struct np_pages_request *q, uint64_t *pfns);

/** B1, B2, B4: the first parameter that is wrong, or NP_PARAMETER_NONE. */
enum np_parameter oracle_check_contiguous_request(const struct oracle *o, const struct np_contiguous_request *q);

/**
 * B1 - B5: makes a contiguous request.
 *
 * @return the first page frame of the block; NP_NONE is a failure, and nothing has changed (M5)
 */
uint64_t oracle_allocate_contiguous(struct oracle *o, const struct np_contiguous_request *q);

/**
 * F1, F2: frees pages of a pages request.
 *
 * @return how many leading pages are right. If all are, they are free; if not, nothing has changed
 */
uint64_t oracle_free_pages(struct oracle *o, const uint64_t *pfns, uint64_t count);

/** F3, F4: adds removed pages back; returns as oracle_free_pages does. */
uint64_t oracle_add_pages(struct oracle *o, const uint64_t *pfns, uint64_t count);

/** F2: frees the block of contiguous memory that begins at `pfn`. Its pages, or 0 if none begins there. */
uint64_t oracle_free_contiguous(struct oracle *o, uint64_t pfn);

/** W1: why a request fails in this state, or NP_REASON_NONE if it would not. */
enum np_reason oracle_why_pages(const struct oracle *o, const struct np_pages_request *q);
enum np_reason oracle_why_contiguous(const struct oracle *o, const struct np_contiguous_request *q);

/** W1: the figures of a valid request. */
struct np_figures oracle_figures_pages(const struct oracle *o, const struct np_pages_request *q);
struct np_figures oracle_figures_contiguous(const struct oracle *o, const struct np_contiguous_request *q);

/** M3: the state of a page frame. */
enum oracle_state oracle_page_state(const struct oracle *o, uint64_t pfn);

/** M2: the node of a page frame, or UINT32_MAX if it is absent. */
uint32_t oracle_page_node(const struct oracle *o, uint64_t pfn);

/** M4: the pages in each state. */
struct np_census oracle_count_pages(const struct oracle *o);

#endif
