/* SPDX-License-Identifier: MIT */
/* What the tests share whose program is to end: a child that does it, whose standard error is read. */
#ifndef TEST_NT_CHILD_H
#define TEST_NT_CHILD_H

#include "nt.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static char said[65536];

/* The sanitizer of leaks needs descriptors, which some children have none of. */
static bool leaks_are_not_looked_for;

int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return leaks_are_not_looked_for;
}

/* Reads what a child says until it ends, and waits for it. A child that hangs is ended by its alarm. */
static inline int end_of(pid_t child, int from)
{
    size_t got = 0;
    int status = 0;
    for (ssize_t n; got < sizeof said - 1 && (n = read(from, said + got, sizeof said - 1 - got)) > 0;)
        got += (size_t)n;
    said[got] = '\0';
    close(from);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

/* Runs something in a child whose standard error goes to `said`. @return its status */
static inline int status_of(void (*what)(void))
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        signal(SIGABRT, SIG_DFL);
        signal(SIGSEGV, SIG_DFL);
        alarm(600); /* far longer than on a busy host */
        what();
        exit(0);
    }
    close(ends[1]);
    return end_of(child, ends[0]);
}

static inline void expect_exit(int status, int code)
{
    if (!WIFEXITED(status) || WEXITSTATUS(status) != code) fail_msg("status 0x%x, not exit %d: %s", status, code, said);
}

static inline void expect_signal(int status, int number)
{
    if (!WIFSIGNALED(status) || WTERMSIG(status) != number)
        fail_msg("status 0x%x, not signal %d: %s", status, number, said);
}

#endif
