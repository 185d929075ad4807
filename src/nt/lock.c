/* SPDX-License-Identifier: MIT */
#include "machine.h"

void np_nt_lock(struct np_nt *machine)
{
    np_nt_this_thread()->locked = true; /* before: a handler that forks must not wait for this thread's own lock */
    pthread_mutex_lock(&machine->lock);
}

void np_nt_unlock(struct np_nt *machine)
{
    pthread_mutex_unlock(&machine->lock);
    np_nt_this_thread()->locked = false;
}
