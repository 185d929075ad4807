/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "host.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

long fuzz_host_left = -1;
const char *(*fuzz_environment)(const char *name);

static bool refused(int error)
{
    if (fuzz_host_left < 0 || fuzz_host_left-- != 0) return false;
    errno = error;
    return true;
}

void *fuzz_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    return refused(ENOMEM) ? MAP_FAILED : mmap(address, size, protection, flags, file, offset);
}

ssize_t fuzz_pwrite(int file, const void *bytes, size_t size, off_t offset)
{
    return refused(ENOSPC) ? -1 : pwrite(file, bytes, size, offset);
}

char *fuzz_getenv(const char *name)
{
    return fuzz_environment == NULL ? NULL : (char *)(uintptr_t)fuzz_environment(name);
}
