/* SPDX-License-Identifier: MIT */
#include "scarce.h"

#include "why.h"

#include <inttypes.h>

/** A number of 64 bits that looks random, of the call with a number. */
static uint64_t scatter(uint64_t seed, uint64_t call)
{
    uint64_t x = seed + call * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/**
 * Whether the settings want the call to fail: `all` and `own` are its numbers among all calls and those of its routine.
 */
static bool unlucky(const struct np_nt_scarcity *scarcity, enum np_nt_routine routine, uint64_t all, uint64_t own)
{
    if (scarcity->every != 0 && all % scarcity->every == 0) return true;
    if (scatter(scarcity->seed, all) % 1000 < scarcity->share) return true;
    if (scarcity->call == 0) return false;
    if (scarcity->routine == NP_NT_ROUTINES) return all == scarcity->call;
    return routine == scarcity->routine && own == scarcity->call;
}

bool np_nt_scarce(struct np_nt *machine, enum np_nt_routine routine)
{
    np_nt_lock(machine);
    const uint64_t all = ++machine->calls, own = ++machine->tally[routine].calls;
    const bool fails = unlucky(&machine->settings.scarcity, routine, all, own);
    if (fails) machine->tally[routine].failures++;
    np_nt_unlock(machine);
    if (fails)
        np_nt_why_cause(routine, NP_NT_CAUSE_SCARCITY, 0,
                        "the settings for low resources say so: call %" PRIu64 " of it, %" PRIu64 " of all", own, all);
    return fails;
}

void np_nt_failed(struct np_nt *machine, enum np_nt_routine routine)
{
    np_nt_lock(machine);
    machine->tally[routine].failures++;
    np_nt_unlock(machine);
}

void np_nt_called(struct np_nt *machine, enum np_nt_routine routine)
{
    machine->tally[routine].calls++;
}
