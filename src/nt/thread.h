/* SPDX-License-Identifier: MIT */
/*
 * What belongs to a thread, which stands for a processor here: its IRQL, its node, and the last failure of a call that
 * it made.
 */
#ifndef NP_NT_THREAD_H
#define NP_NT_THREAD_H

#include "include/nodepages_nt.h"

#define NP_NT_WORDS 512

struct np_nt_thread {
    uint8_t irql;
    uint32_t node;
    const void *caller; /* of the routine that it is in, or was in last: a return address */
    bool locked;        /* it holds the lock of a machine or is about to: a fault now is the layer's own */
    struct np_nt_why why;
    char words[NP_NT_WORDS]; /* of `why` */
};

/** This thread. */
struct np_nt_thread *np_nt_this_thread(void);

#endif
