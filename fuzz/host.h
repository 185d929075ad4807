/* SPDX-License-Identifier: MIT */
/*
 * The host of the routines, which an input can make refuse a call. In builds of the fuzz targets the routines call these for mmap
 * and pwrite, and for the environment.
 */
#ifndef FUZZ_HOST_H
#define FUZZ_HOST_H

#include <stddef.h>
#include <sys/types.h>

/** How many more calls the host grants before it refuses one; negative: all. */
extern long fuzz_host_left;

/** What the environment has of a variable, or NULL. Set by the target that has settings. */
extern const char *(*fuzz_environment)(const char *name);

void *fuzz_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);
ssize_t fuzz_pwrite(int file, const void *bytes, size_t size, off_t offset);
char *fuzz_getenv(const char *name);

#endif
