/* SPDX-License-Identifier: MIT */
/*
 * The machine of a fuzz input, and the state it starts in.
 */
#ifndef FUZZ_MACHINE_H
#define FUZZ_MACHINE_H

#include "data.h"
#include "pair.h"

#define FUZZ_MAX_RANGES 64u
#define FUZZ_MAX_STATES 32u

/** A machine as an input describes it. */
struct fuzz_machine {
    struct np_range ranges[FUZZ_MAX_RANGES];
    uint32_t range_count;
    uint32_t nodes;
    bool has_distance;
    uint8_t distance[NP_MAX_NODES * NP_MAX_NODES];
    uint32_t states;
    uint8_t state[FUZZ_MAX_STATES]; /* runs of pages: their state in two bits, their length in six */
};

/**
 * Reads a machine off the end of an input: a made-up one of some ranges, or one of the bundled maps, cut down to the
 * pages at the ends of its ranges and about one address, so that the specification can look at each of them.
 */
void fuzz_read_machine(struct fuzz_data *d, struct fuzz_machine *machine);

/** Sets the machine up on both sides, and brings it into its state. */
void fuzz_make_machine(struct pair *p, const struct fuzz_machine *machine);

#endif
