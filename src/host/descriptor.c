/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int np_above_standard(int descriptor)
{
    if (descriptor == -1 || descriptor > STDERR_FILENO) return descriptor;
    const int above = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const int error = errno;
    close(descriptor);
    errno = error;
    return above;
}
