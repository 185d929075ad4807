/* SPDX-License-Identifier: MIT */
#include "why.h"

#include "thread.h"

#include <inttypes.h>
#include <stdarg.h>

static const char *const parameters[] = {
    [NP_PARAMETER_NONE] = "nothing",
    [NP_PARAMETER_BYTES] = "the number of bytes: 0, not a multiple of the chunk, or more than the boundary",
    [NP_PARAMETER_LOW] = "the low address",
    [NP_PARAMETER_HIGH] = "the high address: below the low one",
    [NP_PARAMETER_SKIP] = "SkipBytes: not a multiple of a page or, for chunks, not a power of two",
    [NP_PARAMETER_BOUNDARY] = "the boundary: not a power of two, or less than the bytes",
    [NP_PARAMETER_NODE] = "the node: the machine has no node of this number",
    [NP_PARAMETER_FLAGS] = "the flags: an unknown bit, or HOT_REMOVE together with FULLY_REQUIRED",
};

static const char *const reasons[] = {
    [NP_REASON_NONE] = "the same request would succeed now",
    [NP_REASON_INVALID] = "the request is invalid",
    [NP_REASON_LIMIT] = "more than the limit of one call, 4 GiB - 4096 bytes",
    [NP_REASON_EMPTY_RANGE] = "no memory in the range",
    [NP_REASON_NODE] = "not enough on the node; other nodes have enough",
    [NP_REASON_TOO_FEW] = "not enough free pages",
    [NP_REASON_FRAGMENTED] = "enough free pages, but no run of them is long enough",
    [NP_REASON_BOUNDARY] = "every placement crosses the boundary",
};

static struct np_nt_why *start(enum np_nt_routine routine, enum np_nt_cause cause)
{
    struct np_nt_thread *thread = np_nt_this_thread();
    thread->why = (struct np_nt_why){
        .routine = routine, .cause = cause, .first = NP_NT_NO_PFN, .blocker = NP_NT_NO_PFN, .words = thread->words};
    return &thread->why;
}

void np_nt_why_cause(enum np_nt_routine routine, enum np_nt_cause cause, uint64_t wanted, const char *format, ...)
{
    char *words = np_nt_this_thread()->words;
    start(routine, cause)->wanted = wanted;
    const int length = snprintf(words, NP_NT_WORDS, "%s failed: ", np_nt_routine_name(routine));
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words + length, NP_NT_WORDS - (size_t)length, format, arguments);
    va_end(arguments);
}

void np_nt_why_invalid(enum np_nt_routine routine, enum np_parameter parameter)
{
    struct np_nt_why *why = start(routine, NP_NT_CAUSE_REFUSED);
    why->reason = NP_REASON_INVALID;
    why->parameter = parameter;
    snprintf(np_nt_this_thread()->words, NP_NT_WORDS, "%s failed: the request is invalid by %s",
             np_nt_routine_name(routine), parameters[parameter]);
}

void np_nt_why_refused(enum np_nt_routine routine, enum np_reason reason, uint64_t wanted,
                       const struct np_figures *figures)
{
    struct np_nt_why *why = start(routine, NP_NT_CAUSE_REFUSED);
    char run[96] = "", blocker[64] = "";
    why->reason = reason;
    why->wanted = wanted;
    why->eligible = figures->eligible;
    why->longest = figures->longest;
    why->first = figures->first;
    why->blocker = figures->blocker;
    if (figures->first != NP_NONE)
        snprintf(run, sizeof run, ", the longest run of them has %" PRIu64 " from page frame 0x%" PRIx64,
                 figures->longest, figures->first);
    if (figures->blocker != NP_NONE)
        snprintf(blocker, sizeof blocker, ", which page frame 0x%" PRIx64 " ends", figures->blocker);
    snprintf(np_nt_this_thread()->words, NP_NT_WORDS,
             "%s failed: %s; %" PRIu64 " pages are wanted, %" PRIu64 " are free in the requested range%s%s",
             np_nt_routine_name(routine), reasons[reason], wanted, figures->eligible, run, blocker);
}

void np_nt_why_violation(const struct np_nt_violation *violation)
{
    start(violation->routine, NP_NT_CAUSE_VIOLATION);
    snprintf(np_nt_this_thread()->words, NP_NT_WORDS, "%s: %s", np_nt_routine_name(violation->routine),
             violation->words);
}

const struct np_nt_why *np_nt_why(void)
{
    struct np_nt_thread *thread = np_nt_this_thread();
    if (thread->why.words == NULL) start(NP_NT_ROUTINES, NP_NT_CAUSE_NONE);
    return &thread->why;
}

const char *np_nt_why_words(void)
{
    return np_nt_this_thread()->words;
}
