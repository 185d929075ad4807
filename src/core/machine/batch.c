/* SPDX-License-Identifier: MIT */
#include "batch.h"
#include "batch_lemmas.h"
#include "state.h"

struct np_listed np_batch(const struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t count)
{
    //@ ghost np_lemma_region(m, s);
    const uint64_t first = (uint64_t)m->region[s].first;
    const uint64_t end = first + (uint64_t)m->region[s].pages;
    uint64_t to = i + 1;
    /*@ loop invariant inside: i < to <= count;
        loop invariant in:     \forall integer k; i <= k < to ==> first <= pfns[k] < end && pfns[k] <= pfns[to - 1];
        loop invariant rising: Rising(pfns, i, to);
        loop assigns to;
        loop variant count - to;
    */
    while (to < count && pfns[to - 1] < pfns[to] && pfns[to] - pfns[to - 1] <= 512 && pfns[to] < end) {
        to++;
    }
    const struct np_listed x = {pfns, i, to, first, (uint64_t)m->region[s].base};
    return x;
}
