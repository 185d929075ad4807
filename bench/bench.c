/* SPDX-License-Identifier: MIT */
/*
 * How fast the core is, with its tree of summaries and without it, and next to DPDK, on machines of 4 GiB to 64 TiB.
 *
 *     bench MAP DIRECTORY [--count]
 *
 * Prints a line of JSON a row. With --count, under callgrind, it counts instructions instead, and leaves out what takes too long
 * there: machines past a terabyte, and DPDK. `make bench` calls bench/run, which calls it both ways.
 */
#include "figures.h"
#include "parts.h"
#include "scan.h"

#include <string.h>

const struct routines by_tree = {"tree",        np_allocate_pages,  np_allocate_contiguous,
                                 np_free_pages, np_free_contiguous, np_figures_pages};
const struct routines by_scan = {"scan",
                                 scan_np_allocate_pages,
                                 scan_np_allocate_contiguous,
                                 scan_np_free_pages,
                                 scan_np_free_contiguous,
                                 scan_np_figures_pages};

int main(int argc, char **argv)
{
    must(argc >= 3, "bench MAP DIRECTORY [--count]");
    if (argc > 3 && strcmp(argv[3], "--count") == 0) figures_count();
    bench_index();
    bench_requests(argv[1], argv[2]);
    if (!figures_counting()) bench_dpdk(argv[2]);
    return 0;
}
