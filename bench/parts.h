/* SPDX-License-Identifier: MIT */
/*
 * The parts of the benchmark.
 */
#ifndef BENCH_PARTS_H
#define BENCH_PARTS_H

/** The search for a rare run in the index alone, on machines of 4 GiB to 64 TiB. */
void bench_index(void);

/** Requests to machines of 4 GiB, 64 GiB and a terabyte. @param directory where aged states are kept */
void bench_requests(const char *map, const char *directory);

/** The same requests to the core and to DPDK, in the same state. @param directory where aged states are kept */
void bench_dpdk(const char *directory);

#endif
