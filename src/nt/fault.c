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
static void charge_access(const struct np_nt *machine, const char *address, bool write, struct np_nt_charge *charge)
{
    const struct np_nt_record *record = np_nt_record_at(machine, address);
    const char *access = write ? "write to" : "read of";
    if (record == NULL) {
        np_nt_charge(charge, NP_NT_UNMAPPED_ACCESS, NP_NT_ACCESS, address, NP_NT_NO_PFN,
                     "%s %p, at which nothing was ever mapped", access, (const void *)address);
        return;
    }
    const bool block = record->kind == NP_NT_RECORD_BLOCK;
    const char *what = block ? "the block" : "the mapping";
    const char *base = np_nt_arena_address(&machine->arena, record->first_page);
    const char *end = base + record->pages * NP_PAGE_SIZE;
    if (!record->live)
        np_nt_charge(charge, NP_NT_UNMAPPED_ACCESS, NP_NT_ACCESS, address, NP_NT_NO_PFN,
                     "%s %p in %s at %p, which is gone", access, (const void *)address, what, record->address);
    else if (address < base)
        np_nt_charge(charge, block ? NP_NT_CONTIGUOUS_OVERRUN : NP_NT_UNMAPPED_ACCESS, NP_NT_ACCESS, address,
                     NP_NT_NO_PFN, "%s %p, %zu bytes before %s at %p", access, (const void *)address,
                     (size_t)(base - address), what, record->address);
    else if (address >= end)
        np_nt_charge(charge, block ? NP_NT_CONTIGUOUS_OVERRUN : NP_NT_UNMAPPED_ACCESS, NP_NT_ACCESS, address,
                     NP_NT_NO_PFN, "%s %p, %zu bytes past the pages of %s at %p", access, (const void *)address,
                     (size_t)(address - end) + 1, what, record->address);
    else
        np_nt_charge(charge, NP_NT_READ_ONLY_ACCESS, NP_NT_ACCESS, address,
                     np_nt_extents_pfn(&record->extents, (uint64_t)(address - base) / NP_PAGE_SIZE),
                     "%s %p in %s at %p, which does not allow it", access, (const void *)address, what,
                     record->address);
    if (!record->live)
        np_nt_charge_before(charge, block ? "freed" : "unmapped", &record->closed);
    else
        np_nt_charge_before(charge, block ? "allocated" : "mapped", &record->given);
}

/** Whether a signal was sent, by raise or kill, rather than brought about by an access. */
static bool was_sent(const siginfo_t *info)
{
    return info->si_code <= 0;
}

/** Does with the signal what would have been done without the layer. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    const struct sigaction then = before;
    if ((then.sa_flags & SA_SIGINFO) == 0 && then.sa_handler == SIG_IGN && was_sent(info)) return;
    if ((then.sa_flags & SA_SIGINFO) == 0 && (then.sa_handler == SIG_DFL || then.sa_handler == SIG_IGN)) {
        signal(number, SIG_DFL);
        if (was_sent(info)) raise(number);
        return; /* an access is made again, and ends the program */
    }
    sigset_t mask, masked = then.sa_mask;
    if ((then.sa_flags & (int)SA_RESETHAND) != 0) before = (struct sigaction){.sa_handler = SIG_DFL};
    if ((then.sa_flags & (int)SA_NODEFER) == 0) sigaddset(&masked, number);
    pthread_sigmask(SIG_BLOCK, &masked, &mask);
    if ((then.sa_flags & SA_SIGINFO) != 0)
        then.sa_sigaction(number, info, context);
    else
        then.sa_handler(number);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    struct np_nt *machine = np_nt_current_or_null();
    const bool ours = !was_sent(info) && machine != NULL && !np_nt_this_thread()->locked &&
                      np_nt_arena_page(&machine->arena, info->si_addr) != NP_NT_NO_WINDOW;
    if (!ours) {
        pass_on(number, info, context);
        return;
    }
    struct np_nt_charge charge;
    np_nt_this_thread()->caller = place_of(context);
    np_nt_lock(machine);
    charge_access(machine, info->si_addr, was_write(context), &charge);
    np_nt_unlock(machine);
    np_nt_tell(machine, &charge);
    signal(number, SIG_DFL);
}

void np_nt_fault_catch(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    pthread_mutex_lock(&catching);
    if (catches++ == 0) sigaction(SIGSEGV, &action, &before);
    pthread_mutex_unlock(&catching);
}

void np_nt_fault_release(void)
{
    struct sigaction now;
    pthread_mutex_lock(&catching);
    /* A handler that was set after the layer's stays. */
    if (--catches == 0 && sigaction(SIGSEGV, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) != 0 &&
        now.sa_sigaction == on_fault)
        sigaction(SIGSEGV, &before, NULL);
    pthread_mutex_unlock(&catching);
}

void np_nt_fault_lock(void)
{
    pthread_mutex_lock(&catching);
}

void np_nt_fault_unlock(void)
{
    pthread_mutex_unlock(&catching);
}
