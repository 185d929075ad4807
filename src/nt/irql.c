/* SPDX-License-Identifier: MIT */
#include "irql.h"

#include "include/wdm.h"
#include "scarce.h"
#include "violation.h"

static const char *level_name(unsigned irql)
{
    static const char *const names[] = {"PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL"};
    if (irql < sizeof names / sizeof names[0]) return names[irql];
    return irql == HIGH_LEVEL ? "HIGH_LEVEL" : "a device's IRQL";
}

bool np_nt_irql_fits(struct np_nt *machine, enum np_nt_routine routine, uint8_t limit, const char *what)
{
    struct np_nt_finding finding;
    const uint8_t irql = np_nt_this_thread()->irql;
    if (irql <= limit) return true;
    np_nt_violate(&finding, NP_NT_WRONG_IRQL, routine, NULL, NP_NT_NO_PFN,
                  "called%s at IRQL %u (%s); it may be called at %s%s", what, irql, level_name(irql),
                  limit == PASSIVE_LEVEL ? "" : "most at ", level_name(limit));
    np_nt_report_violation(machine, &finding);
    return false;
}

KIRQL KeGetCurrentIrql(void)
{
    return np_nt_this_thread()->irql;
}

/** Sets the IRQL, if it moves the right way. */
static void move(enum np_nt_routine routine, KIRQL irql, bool right, const char *wrong)
{
    struct np_nt *machine = np_nt_current();
    struct np_nt_thread *thread = np_nt_this_thread();
    struct np_nt_finding finding;
    np_nt_lock(machine);
    np_nt_called(machine, routine);
    np_nt_unlock(machine);
    if (right && irql <= HIGH_LEVEL) {
        thread->irql = irql;
        return;
    }
    np_nt_violate(&finding, NP_NT_WRONG_IRQL, routine, NULL, NP_NT_NO_PFN, "IRQL %u (%s) asked for at IRQL %u (%s), %s",
                  irql, level_name(irql), thread->irql, level_name(thread->irql),
                  irql > HIGH_LEVEL ? "above the highest, 15" : wrong);
    np_nt_report_violation(machine, &finding);
}

void KeRaiseIrql(KIRQL new_irql, PKIRQL old_irql)
{
    const KIRQL now = np_nt_this_thread()->irql;
    struct np_nt *machine = np_nt_enter(__builtin_return_address(0));
    struct np_nt_finding finding;
    if (old_irql == NULL) {
        np_nt_violate(&finding, NP_NT_BAD_ARGUMENT, NP_NT_RAISE_IRQL, NULL, NP_NT_NO_PFN, "OldIrql is NULL");
        np_nt_report_violation(machine, &finding);
        return;
    }
    *old_irql = now;
    move(NP_NT_RAISE_IRQL, new_irql, new_irql >= now, "which is higher");
}

void KeLowerIrql(KIRQL new_irql)
{
    np_nt_enter(__builtin_return_address(0));
    move(NP_NT_LOWER_IRQL, new_irql, new_irql <= np_nt_this_thread()->irql, "which is lower");
}
