#define _GNU_SOURCE 1

#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

int np_nt_lift(int descriptor)
{
    if (descriptor < 0 || descriptor > STDERR_FILENO) return descriptor;
    const int lifted = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const int error = errno;
    close(descriptor);
    errno = error;
    return lifted;
}

FILE *np_nt_append_to(const char *name)
{
    const int descriptor = np_nt_lift(open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
    if (descriptor < 0) return NULL;
    FILE *file = fdopen(descriptor, "a");
    if (file == NULL) close(descriptor);
    return file;
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
