/* SPDX-License-Identifier: MIT */
/*
 * Spin locks.
 */
#include "include/wdm.h"
#include "irql.h"
#include "violation.h"

#include <sched.h>

/** What a lock holds while this thread has it. */
static ULONG_PTR this_holder(void)
{
    return (ULONG_PTR)np_nt_this_thread();
}

static void count(struct np_nt *machine, enum np_nt_routine routine)
{
    np_nt_lock(machine);
    machine->tally[routine].calls++;
    np_nt_unlock(machine);
}

/** Acquires a lock, at an IRQL of DISPATCH_LEVEL at most. False after a violation. */
static bool acquire(struct np_nt *machine, PKSPIN_LOCK lock)
{
    struct np_nt_finding finding;
    ULONG_PTR none = 0;
    if (!np_nt_irql_fits(machine, NP_NT_ACQUIRE_SPIN_LOCK, DISPATCH_LEVEL, "")) return false;
    count(machine, NP_NT_ACQUIRE_SPIN_LOCK);
    if (__atomic_load_n(lock, __ATOMIC_RELAXED) == this_holder()) {
        np_nt_violate(&finding, NP_NT_SPIN_LOCK, NP_NT_ACQUIRE_SPIN_LOCK, lock, NP_NT_NO_PFN,
                      "this thread holds the spin lock at %p already: a processor would spin forever", (void *)lock);
        np_nt_report_violation(machine, &finding);
        return false;
    }
    while (!__atomic_compare_exchange_n(lock, &none, this_holder(), false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        none = 0;
        sched_yield();
    }
    return true;
}

/** Releases a lock. False after a violation. */
static bool release(struct np_nt *machine, PKSPIN_LOCK lock)
{
    struct np_nt_finding finding;
    const KIRQL irql = KeGetCurrentIrql();
    const bool held = __atomic_load_n(lock, __ATOMIC_RELAXED) == this_holder();
    count(machine, NP_NT_RELEASE_SPIN_LOCK);
    if (held && irql == DISPATCH_LEVEL) {
        __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
        return true;
    }
    if (!held)
        np_nt_violate(&finding, NP_NT_SPIN_LOCK, NP_NT_RELEASE_SPIN_LOCK, lock, NP_NT_NO_PFN,
                      "this thread does not hold the spin lock at %p", (void *)lock);
    else
        np_nt_violate(&finding, NP_NT_WRONG_IRQL, NP_NT_RELEASE_SPIN_LOCK, lock, NP_NT_NO_PFN,
                      "called at IRQL %u; a spin lock is released at DISPATCH_LEVEL", irql);
    np_nt_report_violation(machine, &finding);
    return false;
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK lock)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    const KIRQL before = KeGetCurrentIrql();
    if (acquire(machine, lock)) np_nt_this_thread()->irql = DISPATCH_LEVEL;
    return before;
}

VOID KeReleaseSpinLock(PKSPIN_LOCK lock, KIRQL irql)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct np_nt_finding finding;
    if (!release(machine, lock)) return;
    if (irql <= DISPATCH_LEVEL) {
        np_nt_this_thread()->irql = irql;
        return;
    }
    np_nt_violate(&finding, NP_NT_WRONG_IRQL, NP_NT_RELEASE_SPIN_LOCK, lock, NP_NT_NO_PFN,
                  "NewIrql is %u, above DISPATCH_LEVEL", irql);
    np_nt_report_violation(machine, &finding);
}

VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock)
{
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct np_nt_finding finding;
    const KIRQL irql = KeGetCurrentIrql();
    if (irql >= DISPATCH_LEVEL) {
        acquire(machine, lock);
        return;
    }
    np_nt_violate(&finding, NP_NT_WRONG_IRQL, NP_NT_ACQUIRE_SPIN_LOCK, lock, NP_NT_NO_PFN,
                  "called at IRQL %u; KeAcquireSpinLockAtDpcLevel is called at DISPATCH_LEVEL", irql);
    np_nt_report_violation(machine, &finding);
}

VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK lock)
{
    release(np_nt_enter(__builtin_return_address(0)), lock);
}
