/* SPDX-License-Identifier: MIT */
#include "ranges.h"
#include "ranges_lemmas.h"

struct np_steps np_steps_of(uint64_t low, uint64_t high, uint64_t skip)
{
    struct np_steps r = {0, 0, 0};
    r.first = low / NP_PAGE_SIZE + (low % NP_PAGE_SIZE != 0);
    r.end = high / NP_PAGE_SIZE + (high % NP_PAGE_SIZE == NP_PAGE_SIZE - 1);
    r.step = skip / NP_PAGE_SIZE;
    //@ assert step: skip == 4096 * r.step;
    //@ assert scale: \forall integer i; i * skip == 4096 * (i * r.step);
    return r;
}

/* Whether each range reaches the next, so that together they are one row of pages without end. */
/*@ requires   valid:   Steps(r) && r.first < r.end;
    NP_PURE
    ensures    touch:   \result <==> 0 < r.step <= r.end - r.first;
*/
static bool unbroken(struct np_steps r)
{
    return r.step != 0 && r.step <= r.end - r.first;
}

uint64_t np_steps_next(struct np_steps r, uint64_t pfn)
{
    if (r.first >= r.end) return NP_NONE;
    if (pfn < r.first) {
        //@ assert low: InRange(r, 0, r.first);
        //@ assert below: \forall integer f, i; f < r.first ==> !InRange(r, i, f);
        return r.first;
    }
    if (pfn < r.end) {
        //@ assert here: InRange(r, 0, pfn);
        return pfn;
    }
    if (r.step == 0) return NP_NONE;
    if (unbroken(r)) {
        //@ ghost lemma_touch(r, pfn);
        return pfn;
    }
    uint64_t i = (pfn - r.first) / r.step;
    //@ assert at: i * r.step <= pfn - r.first < i * r.step + r.step;
    uint64_t start = r.first + i * r.step;
    //@ ghost np_lemma_gaps(r, i);
    if (pfn - start < r.end - r.first) return pfn;
    //@ assert next: InRange(r, i + 1, start + r.step);
    return start + r.step;
}

uint64_t np_steps_end(struct np_steps r, uint64_t pfn)
{
    if (unbroken(r)) {
        //@ ghost lemma_all_touch(r, pfn);
        return NP_NONE;
    }
    if (r.step == 0) {
        //@ assert alone: \forall integer f; pfn <= f < r.end ==> InRange(r, 0, f);
        //@ assert past: !InRanges(r, r.end);
        return r.end;
    }
    uint64_t i = (pfn - r.first) / r.step;
    //@ assert at: i * r.step <= pfn - r.first < i * r.step + r.step;
    //@ ghost np_lemma_gaps(r, i);
    uint64_t end = r.end + i * r.step;
    //@ assert inside: pfn < end && AllInRanges(r, pfn, end) && !InRanges(r, end);
    return end;
}
