/* SPDX-License-Identifier: MIT */
#include "thread.h"

static _Thread_local struct np_nt_thread this_thread;

struct np_nt_thread *np_nt_this_thread(void)
{
    return &this_thread;
}

void np_nt_run_on_node(uint32_t node)
{
    this_thread.node = node;
}
