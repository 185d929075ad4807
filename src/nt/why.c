#include "why.h"

#include "thread.h"

#include <inttypes.h>
#include <stdarg.h>

static const char *const parameters[] = {
    [NP_PARAMETER_NONE] = "nothing",
    [NP_PARAMETER_BYTES] = "the number of bytes: it is 0, no multiple of the chunk, or more than fits the boundary",
    [NP_PARAMETER_LOW] = "the low address",
    [NP_PARAMETER_HIGH] = "the high address: it is below the low one",
    [NP_PARAMETER_SKIP] = "SkipBytes: no multiple of a page or, of chunks, no power of two",
    [NP_PARAMETER_BOUNDARY] = "the boundary: no power of two, or less than the bytes",
    [NP_PARAMETER_NODE] = "the node: the machine has none of this number",
    [NP_PARAMETER_FLAGS] = "the flags: a bit that is none, or HOT_REMOVE together with FULLY_REQUIRED",
};

static const char *const reasons[] = {
    [NP_REASON_NONE] = "it would not fail now",
    [NP_REASON_INVALID] = "the request is invalid",
    [NP_REASON_LIMIT] = "it is over the limit of a call, 4 GiB - 4096 bytes",
    [NP_REASON_EMPTY_RANGE] = "there is no memory in the range",
    [NP_REASON_NODE] = "there is room, but not on the node",
    [NP_REASON_TOO_FEW] = "too few pages are free",
    [NP_REASON_FRAGMENTED] = "enough pages are free, but no run of them is long enough",
    [NP_REASON_BOUNDARY] = "each run that is long enough crosses the boundary",
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
             "%s failed: %s; %" PRIu64 " pages are wanted, %" PRIu64 " are free where they may be%s%s",
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
