/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "descriptor.h"

#include "../host/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

int np_nt_append_to(const char *name)
{
    return np_above_standard(open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
}

bool np_nt_write_whole(int descriptor, const char *text, size_t size)
{
    bool fine = true;
    while (flock(descriptor, LOCK_EX) == -1 && errno == EINTR)
        ;
    while (fine && size != 0) {
        const ssize_t written = write(descriptor, text, size);
        if (written > 0) {
            text += written;
            size -= (size_t)written;
        } else if (written == 0 || errno != EINTR) {
            fine = false;
        }
    }
    const int error = errno;
    flock(descriptor, LOCK_UN);
    errno = error;
    return fine;
}

void np_nt_quiet_begin(struct np_nt_quiet *quiet)
{
    sigset_t one, pending;
    sigemptyset(&one);
    sigaddset(&one, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &one, &quiet->before);
    sigpending(&pending);
    quiet->pending = sigismember(&pending, SIGXFSZ) == 1; /* somebody else's, which is to stay */
}

void np_nt_quiet_end(const struct np_nt_quiet *quiet)
{
    const int error = errno;
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGXFSZ);
    if (!quiet->pending)
        while (sigtimedwait(&one, NULL, &(struct timespec){0}) == -1 && errno == EINTR)
            ;
    pthread_sigmask(SIG_SETMASK, &quiet->before, NULL);
    errno = error;
}
