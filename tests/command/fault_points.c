/* SPDX-License-Identifier: MIT */
/*
 * The command with a host that refuses: one of the calls below fails, the one that NODEPAGES_FAULT counts to. It says so on
 * standard error. The linker puts the functions here between the command and its libraries (--wrap).
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <jansson.h>
#include <search.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static bool fails(const char *name, int error)
{
    static long countdown = -1;
    const char *said = getenv("NODEPAGES_FAULT");
    /* main gives the program its name: what comes before is not the command's. */
    if (strcmp(program_invocation_short_name, "nodepages") != 0) return false;
    if (countdown == -1) countdown = said == NULL ? 0 : strtol(said, NULL, 10);
    if (countdown == 0 || --countdown != 0) return false;
    dprintf(STDERR_FILENO, "fault: %s\n", name);
    errno = error;
    return true;
}

/* A function that fails with a value and an error, or else is what it is. */
#define WRAP(type, name, declared, passed, failed, error)                                                              \
    type __real_##name declared;                                                                                       \
    type __wrap_##name declared;                                                                                       \
    type __wrap_##name declared                                                                                        \
    {                                                                                                                  \
        return fails(#name, error) ? failed : __real_##name passed;                                                    \
    }

WRAP(void *, malloc, (size_t size), (size), NULL, ENOMEM)
WRAP(void *, calloc, (size_t count, size_t size), (count, size), NULL, ENOMEM)
WRAP(void *, realloc, (void *old, size_t size), (old, size), NULL, ENOMEM)
WRAP(char *, strdup, (const char *text), (text), NULL, ENOMEM)
WRAP(void *, tsearch, (const void *key, void **root, int (*order)(const void *, const void *)), (key, root, order),
     NULL, ENOMEM)
WRAP(json_t *, json_object, (void), (), NULL, ENOMEM)
WRAP(json_t *, json_array, (void), (), NULL, ENOMEM)
WRAP(char *, json_dumps, (const json_t *json, size_t flags), (json, flags), NULL, ENOMEM)
WRAP(int, setenv, (const char *name, const char *value, int over), (name, value, over), -1, ENOMEM)
WRAP(int, memfd_create, (const char *name, unsigned flags), (name, flags), -1, EMFILE)
WRAP(FILE *, fdopen, (int file, const char *mode), (file, mode), NULL, ENOMEM)
WRAP(ssize_t, read, (int file, void *bytes, size_t size), (file, bytes, size), -1, EINTR)

/* The first failure is a signal that came between, the second is for good. */
pid_t __real_waitpid(pid_t child, int *status, int options);
pid_t __wrap_waitpid(pid_t child, int *status, int options);
pid_t __wrap_waitpid(pid_t child, int *status, int options)
{
    if (fails("waitpid", EINTR) || fails("waitpid", ECHILD)) return -1;
    return __real_waitpid(child, status, options);
}

/* An output that has failed once has failed. */
int __real_ferror(FILE *file);
int __wrap_ferror(FILE *file);
int __wrap_ferror(FILE *file)
{
    static FILE *failed;
    if (fails("ferror", EIO)) failed = file;
    return file == failed || __real_ferror(file) != 0;
}

/* What is closed is closed, and yet may not be written. */
int __real_fclose(FILE *file);
int __wrap_fclose(FILE *file);
int __wrap_fclose(FILE *file)
{
    const int closed = __real_fclose(file);
    return fails("fclose", EIO) ? EOF : closed;
}

/* What is printed may leave nothing behind. */
int __real_vasprintf(char **out, const char *format, va_list arguments);
int __wrap_vasprintf(char **out, const char *format, va_list arguments);
__attribute__((format(printf, 2, 0))) int __wrap_vasprintf(char **out, const char *format, va_list arguments)
{
    *out = NULL;
    return fails("vasprintf", ENOMEM) ? -1 : __real_vasprintf(out, format, arguments);
}

long __real_sysconf(int which);
long __wrap_sysconf(int which);
long __wrap_sysconf(int which)
{
    return fails("sysconf", EINVAL) ? -1 : __real_sysconf(which);
}
