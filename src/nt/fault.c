/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "fault.h"

#include "holder.h"

#include <pthread.h>
#include <signal.h>
#include <ucontext.h>

/* What the signal did before, which belongs to the process and not to a machine. */
static pthread_mutex_t catching = PTHREAD_MUTEX_INITIALIZER;
static unsigned catches;
static struct sigaction before;
/* A handler came later, and was left when the last machine was closed; it may call ours, which passes on to `beneath`. */
static bool covered;
static struct sigaction beneath;

/** Whether the access was a write, as far as the processor says. */
static bool was_write(const ucontext_t *context)
{
#ifdef __x86_64__
    return (context->uc_mcontext.gregs[REG_ERR] & 2) != 0;
#else
    (void)context;
    return false;
#endif
}

/** The instruction that made it, or NULL. */
static const void *place_of(const ucontext_t *context)
{
#ifdef __x86_64__
    return (const void *)(uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#else
    (void)context;
    return NULL;
#endif
}

/** What is wrong with an access to the arena. Under the lock. */
static void find_access(const struct np_nt *machine, const char *address, bool write, struct np_nt_finding *finding)
{
    const struct np_nt_record *record = np_nt_record_at(machine, address);
    const char *access = write ? "write to" : "read of";
    if (record == NULL) {
        np_nt_violate(finding, NP_NT_UNMAPPED_ACCESS, NP_NT_ACCESS, address, NP_NT_NO_PFN,
                      "%s %p, at which nothing was ever mapped", access, (const void *)address);
        return;
    }
    const bool block = record->kind == NP_NT_RECORD_BLOCK;
    const bool pool = record->kind == NP_NT_RECORD_LARGE || record->kind == NP_NT_RECORD_SLAB;
    const char *what = block ? "the block" : pool ? "the pool memory" : "the mapping";
    const enum np_nt_violation_kind outside = block  ? NP_NT_CONTIGUOUS_OVERRUN
                                              : pool ? NP_NT_POOL_OVERRUN
                                                     : NP_NT_UNMAPPED_ACCESS;
    const char *base = np_nt_arena_address(&machine->arena, record->first_page);
    const char *end = base + record->pages * NP_PAGE_SIZE;
    if (!record->live)
        np_nt_violate(finding, NP_NT_UNMAPPED_ACCESS, NP_NT_ACCESS, address, NP_NT_NO_PFN,
                      "%s %p in %s at %p, which is gone", access, (const void *)address, what, record->address);
    else if (address < base)
        np_nt_violate(finding, outside, NP_NT_ACCESS, address, NP_NT_NO_PFN, "%s %p, %zu bytes before %s at %p", access,
                      (const void *)address, (size_t)(base - address), what, record->address);
    else if (address >= end)
        np_nt_violate(finding, outside, NP_NT_ACCESS, address, NP_NT_NO_PFN,
                      "%s %p, %zu bytes past the pages of %s at %p", access, (const void *)address,
                      (size_t)(address - end) + 1, what, record->address);
    else
        np_nt_violate(finding, NP_NT_READ_ONLY_ACCESS, NP_NT_ACCESS, address,
                      np_nt_extents_pfn(&record->extents, (uint64_t)(address - base) / NP_PAGE_SIZE),
                      "%s %p in %s at %p, which does not allow it", access, (const void *)address, what,
                      record->address);
    if (!record->live)
        np_nt_finding_before(finding, block || pool ? "freed" : "unmapped", &record->closed);
    else
        np_nt_finding_before(finding, block || pool ? "allocated" : "mapped", &record->given);
}

/** Ends the program as the signal does that is nobody's. */
static void pass_to_default(int number, bool raised)
{
    signal(number, SIG_DFL);
    if (raised) raise(number); /* else the access is made again, and ends the program */
}

/** Calls a handler as the host would: with the signals blocked that it asked for. */
static void call(struct sigaction *action, int number, siginfo_t *info, void *context)
{
    const struct sigaction called = *action;
    sigset_t blocked = called.sa_mask, now;
    if ((called.sa_flags & SA_NODEFER) == 0) sigaddset(&blocked, number);
    if ((called.sa_flags & (int)SA_RESETHAND) != 0) {
        action->sa_flags &= ~SA_SIGINFO;
        action->sa_handler = SIG_DFL;
    }
    pthread_sigmask(SIG_BLOCK, &blocked, &now);
    if ((called.sa_flags & SA_SIGINFO) != 0)
        called.sa_sigaction(number, info, context);
    else
        called.sa_handler(number);
    pthread_sigmask(SIG_SETMASK, &now, NULL);
}

/** Does with the signal what is done without the layer. */
static void pass_on(struct sigaction *action, int number, siginfo_t *info, void *context)
{
    const bool raised = info->si_code <= 0; /* by a program: there is no access that is made again */
    const bool handled = (action->sa_flags & SA_SIGINFO) != 0;
    if (!handled && action->sa_handler == SIG_IGN && raised) return;
    if (!handled && (action->sa_handler == SIG_DFL || action->sa_handler == SIG_IGN))
        pass_to_default(number, raised);
    else
        call(action, number, info, context);
}

/* The handler that this thread has called from its own: it may call the layer's, which it found when it was installed. */
static _Thread_local struct {
    const void *context;
    const void *frame;
} passing;

static void on_fault(int number, siginfo_t *info, void *context)
{
    const void *frame = __builtin_frame_address(0);
    struct np_nt *machine = np_nt_current_or_null();
    const bool ours = info->si_code > 0 && machine != NULL && !np_nt_this_thread()->locked &&
                      np_nt_arena_page(&machine->arena, info->si_addr) != NP_NT_NO_WINDOW;
    if (passing.context == context && passing.frame != frame) {
        pass_on(&beneath, number, info, context);
        return;
    }
    if (!ours) {
        passing.context = context;
        passing.frame = frame;
        pass_on(&before, number, info, context);
        passing.context = NULL;
        return;
    }
    struct np_nt_finding finding;
    np_nt_this_thread()->caller = place_of(context);
    np_nt_lock(machine);
    find_access(machine, info->si_addr, was_write(context), &finding);
    np_nt_unlock(machine);
    np_nt_report_violation(machine, &finding);
    signal(number, SIG_DFL);
}

/** Whether the layer's handler is the one that is installed. */
static bool installed(struct sigaction *now)
{
    sigaction(SIGSEGV, NULL, now);
    return (now->sa_flags & SA_SIGINFO) != 0 && now->sa_sigaction == on_fault;
}

void np_nt_fault_catch(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER}, now;
    sigemptyset(&action.sa_mask);
    pthread_mutex_lock(&catching);
    if (catches++ == 0 && !installed(&now)) {
        beneath = covered ? beneath : now;
        before = now;
        sigaction(SIGSEGV, &action, NULL);
    }
    pthread_mutex_unlock(&catching);
}

/** Gives the signal back, unless somebody has installed a handler since: that stays. Under the lock. */
static void give_back(void)
{
    struct sigaction now;
    covered = !installed(&now);
    if (!covered) sigaction(SIGSEGV, &before, NULL);
}

void np_nt_fault_release(void)
{
    pthread_mutex_lock(&catching);
    if (--catches == 0) give_back();
    pthread_mutex_unlock(&catching);
}

void np_nt_fault_hold(void)
{
    pthread_mutex_lock(&catching);
}

void np_nt_fault_let_go(bool child)
{
    if (child && catches != 0) give_back();
    if (child) catches = 0;
    pthread_mutex_unlock(&catching);
}
