/*
 * The memory of the bundled machine maps (corpus/machines), in page frames. Written by fuzz/bundle.
 */
#ifndef FUZZ_BUNDLED_H
#define FUZZ_BUNDLED_H

#include "../src/core/types.h"

static const struct np_range qssc_ranges[] = {
    {.first = 0x1, .pages = 0x9a, .node = 0},
    {.first = 0x100, .pages = 0x7b33e, .node = 0},
    {.first = 0x100000, .pages = 0x780000, .node = 0},
    {.first = 0x880000, .pages = 0x800000, .node = 1},
    {.first = 0x1080000, .pages = 0x800000, .node = 2},
    {.first = 0x1880000, .pages = 0x800000, .node = 3},
};

static const uint8_t qssc_distance[] = {
    10, 20, 20, 20,
    20, 10, 20, 20,
    20, 20, 10, 20,
    20, 20, 20, 10,
};

static const struct np_range epyc_ranges[] = {
    {.first = 0x0, .pages = 0x99, .node = 0},
    {.first = 0x100, .pages = 0x76cb0, .node = 0},
    {.first = 0x77000, .pages = 0x52d5f, .node = 0},
    {.first = 0xc9dd2, .pages = 0xb3, .node = 0},
    {.first = 0xcacc9, .pages = 0x1337, .node = 0},
    {.first = 0x100000, .pages = 0x1f2f380, .node = 0},
    {.first = 0x2030000, .pages = 0x1ffff80, .node = 1},
    {.first = 0x4030000, .pages = 0x1ffff80, .node = 2},
    {.first = 0x6030000, .pages = 0x1ffff80, .node = 3},
    {.first = 0x8030000, .pages = 0x1ffff80, .node = 4},
    {.first = 0xa030000, .pages = 0x1ffff80, .node = 5},
    {.first = 0xc030000, .pages = 0x1ffff80, .node = 6},
    {.first = 0xe030000, .pages = 0x1ffff80, .node = 7},
};

static const uint8_t epyc_distance[] = {
    10, 16, 16, 16, 32, 32, 32, 32,
    16, 10, 16, 16, 32, 32, 32, 32,
    16, 16, 10, 16, 32, 32, 32, 32,
    16, 16, 16, 10, 32, 32, 32, 32,
    32, 32, 32, 32, 10, 16, 16, 16,
    32, 32, 32, 32, 16, 10, 16, 16,
    32, 32, 32, 32, 16, 16, 10, 16,
    32, 32, 32, 32, 16, 16, 16, 10,
};

static const struct np_range hip08_ranges[] = {
    {.first = 0x0, .pages = 0x80000, .node = 0},
    {.first = 0x2080000, .pages = 0xf80000, .node = 0},
    {.first = 0x3000000, .pages = 0x1000000, .node = 1},
    {.first = 0x202000000, .pages = 0x1000000, .node = 2},
    {.first = 0x203000000, .pages = 0x1000000, .node = 3},
};

static const uint8_t hip08_distance[] = {
    10, 20, 20, 20,
    20, 10, 20, 20,
    20, 20, 10, 20,
    20, 20, 20, 10,
};

#endif
