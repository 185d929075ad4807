/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "reserve.h"

#include <pthread.h>
#include <sys/mman.h>

/*
 * A mapping that is given up when the host has no room for one more: to clear addresses it needs one for a moment, also
 * where fewer remain. Shared memory is never joined with its neighbours.
 */
static pthread_mutex_t sparing = PTHREAD_MUTEX_INITIALIZER;
static void *spare = MAP_FAILED;

/** Has a spare mapping, if it can be. */
static void keep_spare(void)
{
    if (spare == MAP_FAILED) spare = mmap(NULL, 1, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/** Clears addresses at the price of the spare mapping, which is made again from what that has freed. */
static bool clear_with_spare(void *address, size_t bytes)
{
    pthread_mutex_lock(&sparing);
    if (spare != MAP_FAILED) munmap(spare, 1);
    spare = MAP_FAILED;
    const bool cleared =
        mmap(address, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) != MAP_FAILED;
    keep_spare();
    pthread_mutex_unlock(&sparing);
    return cleared;
}

void *np_nt_reserve(size_t bytes, bool usable)
{
    void *address = mmap(NULL, bytes, usable ? PROT_READ | PROT_WRITE : PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? NULL : address;
}

void np_nt_reserve_spare(void)
{
    pthread_mutex_lock(&sparing);
    keep_spare();
    pthread_mutex_unlock(&sparing);
}

bool np_nt_seal(void *address, size_t bytes)
{
    if (mmap(address, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) != MAP_FAILED)
        return true;
    if (clear_with_spare(address, bytes)) return true;
    return mprotect(address, bytes, PROT_NONE) == 0;
}

void np_nt_release(void *address, size_t bytes)
{
    if (address != NULL) munmap(address, bytes);
}
