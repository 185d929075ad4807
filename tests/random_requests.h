/* SPDX-License-Identifier: MIT */
/*
 * Chance, the same for a seed wherever it runs, and random requests to a machine: most of them about its pages, their
 * edges and the ends of what is valid, some of them past it.
 */
#ifndef RANDOM_REQUESTS_H
#define RANDOM_REQUESTS_H

#include "../spec/oracle.h"

/** Starts again from a seed. To be called before anything else here. */
void random_start(uint64_t seed);

/** Any 64 bits. */
uint64_t random_word(void);

/** 0 .. end - 1; `end` is not 0. */
uint64_t below(uint64_t end);

/** from .. to */
uint64_t between(uint64_t from, uint64_t to);

/** True in that percentage of calls. */
bool chance(uint64_t percent);

/** A present page frame. */
uint64_t random_pfn(const struct oracle *o);

/** A pages request, in any mode, valid or not. */
struct np_pages_request random_pages_request(const struct oracle *o);

/** A contiguous request, valid or not. */
struct np_contiguous_request random_contiguous_request(const struct oracle *o);

#endif
