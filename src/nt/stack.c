/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1
#define UNW_LOCAL_ONLY

#include "stack.h"

#include "thread.h"

#include <dlfcn.h>
#include <libunwind.h>
#include <pthread.h>

/*
 * Held by who walks a stack, whose locks a child of fork would find taken for ever; alone by who forks, who need not
 * wait until nobody walks.
 */
static pthread_rwlock_t walking = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static _Thread_local bool walks; /* a handler of a signal may fork in the middle of it */

bool np_nt_stack_hold(void)
{
    return !walks && pthread_rwlock_wrlock(&walking) == 0;
}

void np_nt_stack_release(bool child)
{
    /* In a child it counts threads that are not there. */
    if (child)
        walking = (pthread_rwlock_t)PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
    else
        pthread_rwlock_unlock(&walking);
}

#define OWN_FRAMES 10u /* frames of the layer itself, at most */

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WATCHED_THREADS 1
#endif
#elif defined(__SANITIZE_THREAD__)
#define WATCHED_THREADS 1
#endif

#ifdef WATCHED_THREADS
/**
 * Frame by frame: the fast way keeps a cache for each thread, which is freed when the thread is no longer one to the
 * sanitizer of threads, and takes a lock for it that the sanitizer then stumbles over.
 */
static int walk(void **frames, int depth)
{
    unw_context_t context;
    unw_cursor_t cursor;
    unw_word_t address;
    int got = 0;
    unw_getcontext(&context);
    if (unw_init_local(&cursor, &context) < 0) return 0;
    do {
        if (unw_get_reg(&cursor, UNW_REG_IP, &address) < 0 || address == 0) break;
        frames[got++] = (void *)address;
    } while (got < depth && unw_step(&cursor) > 0);
    return got;
}
#else
static int walk(void **frames, int depth)
{
    return unw_backtrace(frames, depth);
}
#endif

void np_nt_stack_take(struct np_nt_stack *stack, unsigned depth)
{
    const void *caller = np_nt_this_thread()->caller;
    void *frames[NP_NT_FRAMES + OWN_FRAMES];
    unsigned first = 0;
    stack->depth = 0;
    if (depth == 0) return;
    if (depth > NP_NT_FRAMES) depth = NP_NT_FRAMES;
    const bool again = walks;
    if (!again) pthread_rwlock_rdlock(&walking);
    walks = true;
    const int walked = walk(frames, (int)(depth + OWN_FRAMES));
    walks = again;
    if (!again) pthread_rwlock_unlock(&walking);
    const unsigned got = walked < 0 ? 0 : (unsigned)walked;
    while (first < got && first <= OWN_FRAMES && frames[first] != caller)
        first++;
    if (first == got || first > OWN_FRAMES) first = 0; /* the caller is not there: a callback has come between */
    while (first < got && stack->depth < depth)
        stack->frames[stack->depth++] = frames[first++];
}

void np_nt_print_stack(FILE *to, const struct np_nt_stack *stack)
{
    for (unsigned i = 0; i < stack->depth; i++) {
        Dl_info info = {0};
        const char *address = stack->frames[i];
        /* A return address is past the call: the byte before it is of the function that called. */
        const bool known = dladdr(address - 1, &info) != 0;
        fprintf(to, "    #%-2u %p", i, stack->frames[i]);
        if (known && info.dli_sname != NULL)
            fprintf(to, " %s+0x%zx", info.dli_sname, (size_t)(address - (const char *)info.dli_saddr));
        if (known && info.dli_fname != NULL)
            fprintf(to, " (%s+0x%zx)", info.dli_fname, (size_t)(address - (const char *)info.dli_fbase));
        fputc('\n', to);
    }
    if (stack->depth == 0) fprintf(to, "    no stack was taken\n");
}
