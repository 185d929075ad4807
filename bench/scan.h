/* SPDX-License-Identifier: MIT */
/*
 * The core without its tree, as a second library next to the first: the names of build/libnodepages-scan.a with `scan_` before them.
 * Its machines are laid out as those of the core, so that both can be asked on the same one, as long as the bitmap is the same after
 * as before.
 */
#ifndef BENCH_SCAN_H
#define BENCH_SCAN_H

#include "../src/core/nodepages.h"

uint64_t scan_np_allocate_pages(struct np_machine *m, const struct np_pages_request *q, uint64_t *pfns);
uint64_t scan_np_allocate_contiguous(struct np_machine *m, const struct np_contiguous_request *q);
uint64_t scan_np_free_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count);
uint64_t scan_np_free_contiguous(struct np_machine *m, uint64_t pfn);
struct np_figures scan_np_figures_pages(const struct np_machine *m, const struct np_pages_request *q);

/** Whom a request is put to: the core, or the core without its tree. */
struct routines {
    const char *who;
    uint64_t (*pages)(struct np_machine *m, const struct np_pages_request *q, uint64_t *pfns);
    uint64_t (*contiguous)(struct np_machine *m, const struct np_contiguous_request *q);
    uint64_t (*free_pages)(struct np_machine *m, const uint64_t *pfns, uint64_t count);
    uint64_t (*free_contiguous)(struct np_machine *m, uint64_t pfn);
    struct np_figures (*figures)(const struct np_machine *m, const struct np_pages_request *q);
};

extern const struct routines by_tree;
extern const struct routines by_scan;

#endif
