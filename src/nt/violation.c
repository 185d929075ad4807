/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "violation.h"

#include "why.h"

#include <inttypes.h>
#include <stdarg.h>

static const char *const kinds[NP_NT_VIOLATIONS] = {
    [NP_NT_WRONG_IRQL] = "wrong IRQL",
    [NP_NT_BAD_ARGUMENT] = "bad argument",
    [NP_NT_UNKNOWN_MDL] = "unknown MDL",
    [NP_NT_PAGES_FREED_TWICE] = "pages freed twice",
    [NP_NT_PAGES_MAPPED] = "pages freed while mapped",
    [NP_NT_PAGES_REMOVED] = "hot-removed pages freed",
    [NP_NT_PAGES_NOT_ALLOCATED] = "pages mapped that are not allocated",
    [NP_NT_MDL_BEFORE_PAGES] = "MDL freed before its pages",
    [NP_NT_POOL_FREED_TWICE] = "pool memory freed twice",
    [NP_NT_POOL_UNKNOWN] = "freed memory that is not pool memory",
    [NP_NT_POOL_TAG] = "pool memory freed with another tag",
    [NP_NT_POOL_OVERRUN] = "access past pool memory",
    [NP_NT_POOL_USED_AFTER_FREE] = "use of freed pool memory",
    [NP_NT_SPIN_LOCK] = "wrong use of a spin lock",
    [NP_NT_POOL_OF_CONTIGUOUS] = "contiguous memory freed as pool memory",
    [NP_NT_CONTIGUOUS_TWICE] = "contiguous memory freed twice",
    [NP_NT_CONTIGUOUS_UNKNOWN] = "freed memory that is not contiguous memory",
    [NP_NT_CONTIGUOUS_MISMATCH] = "contiguous memory freed by the wrong routine",
    [NP_NT_CONTIGUOUS_OVERRUN] = "access past contiguous memory",
    [NP_NT_CACHE_CONFLICT] = "two cache types for one page",
    [NP_NT_NOT_MAPPED] = "unmapped an address that is not mapped",
    [NP_NT_UNMAPPED_ACCESS] = "use of an unmapped address",
    [NP_NT_READ_ONLY_ACCESS] = "write to a read-only mapping",
    [NP_NT_MUST_SUCCEED] = "mapping that must not fail",
    [NP_NT_MAPPED_TWICE] = "MDL mapped twice",
};

const char *np_nt_violation_name(enum np_nt_violation_kind kind)
{
    return (unsigned)kind < NP_NT_VIOLATIONS ? kinds[kind] : "no violation";
}

void np_nt_violate(struct np_nt_finding *finding, enum np_nt_violation_kind kind, enum np_nt_routine routine,
                   const void *address, uint64_t pfn, const char *format, ...)
{
    finding->violation = (struct np_nt_violation){
        .kind = kind, .routine = routine, .address = address, .pfn = pfn, .words = finding->words};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding->words, sizeof finding->words, format, arguments);
    va_end(arguments);
}

void np_nt_finding_before(struct np_nt_finding *finding, const char *what, const struct np_nt_stack *stack)
{
    finding->violation.before_what = what;
    finding->violation.before = *stack;
}

void np_nt_print_violation(FILE *to, const struct np_nt_violation *violation)
{
    flockfile(to); /* in one piece, whoever else prints */
    fprintf(to, "nodepages: violation: %s: %s: %s\n", np_nt_violation_name(violation->kind),
            np_nt_routine_name(violation->routine), violation->words);
    np_nt_print_stack(to, &violation->here);
    if (violation->before_what != NULL) {
        fprintf(to, "  %s by\n", violation->before_what);
        np_nt_print_stack(to, &violation->before);
    }
    fflush(to);
    funlockfile(to);
}

void np_nt_report_violation(struct np_nt *machine, struct np_nt_finding *finding)
{
    const struct np_nt_settings *settings = &machine->settings;
    struct np_nt_violation *violation = &finding->violation;
    np_nt_stack_take(&violation->here, settings->stack_depth);
    atomic_fetch_add(&machine->violations, 1);
    np_nt_why_violation(violation);
    if (settings->on_violation != NULL) {
        settings->on_violation(settings->violation_context, violation);
        return;
    }
    np_nt_print_violation(stderr, violation);
    if (!settings->go_on) np_nt_stop(machine);
}
