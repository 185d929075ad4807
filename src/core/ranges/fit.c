/* SPDX-License-Identifier: MIT */
#include "fit.h"
#include "fit_lemmas.h"

uint64_t np_fit_aligned(uint64_t pfn, uint64_t alignment)
{
    uint64_t past = pfn % alignment;
    if (past == 0) return pfn;
    uint64_t result = pfn + (alignment - past);
    //@ ghost uint64_t k = pfn / alignment;
    //@ assert row: result == k * alignment + alignment && result == (k + 1) * alignment;
    //@ assert aligned: Aligned(result, alignment);
    //@ assert between: \forall integer f; pfn <= f < result ==> k * alignment < f < k * alignment + alignment;
    //@ assert same: \forall integer f; pfn <= f < result ==> f % alignment == f - k * alignment;
    return result;
}

uint64_t np_fit_boundary(uint64_t pfn, uint64_t count, uint64_t boundary)
{
    if (boundary == 0) return pfn;
    uint64_t past = pfn % boundary;
    //@ ghost uint64_t k = pfn / boundary;
    //@ assert row: pfn == k * boundary + past;
    if (past <= boundary - count) {
        //@ ghost lemma_quotient(pfn + count - 1, boundary, k);
        return pfn;
    }
    uint64_t result = pfn + (boundary - past);
    //@ assert next: result == k * boundary + boundary && result == (k + 1) * boundary;
    //@ ghost lemma_quotient(result, boundary, k + 1);
    //@ ghost lemma_quotient(result + count - 1, boundary, k + 1);
    //@ ghost lemma_quotients(boundary, k);
    //@ assert high: \forall integer f; pfn <= f < result ==> k * boundary + boundary <= f + count - 1;
    return result;
}
