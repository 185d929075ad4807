/* SPDX-License-Identifier: MIT */
#include "scan.h"
#include "../bits/bitmap.h"

uint64_t np_scan_next_free(const struct np_index *index, uint64_t from, uint64_t end)
{
    return np_bits_next_set(index->words, from, end);
}

uint64_t np_scan_next_used(const struct np_index *index, uint64_t from, uint64_t end)
{
    return np_bits_next_clear(index->words, from, end);
}

uint64_t np_scan_lowest_run(const struct np_index *index, uint64_t from, uint64_t end, uint64_t count)
{
    uint64_t start = np_bits_next_set(index->words, from, end);

    //@ assert first: \forall integer p; Run(index, p, count) ==> Free(index, p);
    /*@ loop invariant inside: from <= start <= end;
        loop invariant passed: NoRunStarts(index, from, start, count);
        loop assigns           start;
        loop variant           end - start;
    */
    while (count <= end - start) {
        /* The last used position there, not the first: every run from `start` up to it would hold it. */
        const uint64_t used = np_bits_last_clear(index->words, start, start + count);

        if (used == NP_NONE) return start;
        //@ assert blocked: \forall integer p; p <= used < p + count ==> !Run(index, p, count);
        start = np_bits_next_set(index->words, used + 1, end);
    }
    return NP_NONE;
}
