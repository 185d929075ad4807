#include "ranges.h"

/*@ ghost
  void np_lemma_gaps(struct np_steps r, uint64_t i)
  {
     /@ assert this:   \forall integer f; r.first + i * r.step <= f < r.end + i * r.step ==> InRange(r, i, f); @/
     /@ assert lower:  \forall integer j; j < i ==> j * r.step + r.step <= i * r.step; @/
     /@ assert higher: \forall integer j; j > i ==> i * r.step + r.step <= j * r.step; @/
     /@ assert others: \forall integer f, j; r.end + i * r.step <= f < r.first + i * r.step + r.step ==> !InRange(r, j, f); @/
     return;
  }
*/

/*@ ghost
  // Ranges without a gap: every page from the first on lies in one of them.
  /@ requires touch: Steps(r) && 0 < r.step <= r.end - r.first && r.first < r.end;
     requires at:    r.first <= f;
     terminates \true; exits \false; assigns \nothing;
     ensures  in:    InRanges(r, f);
  @/
  void lemma_touch(struct np_steps r, uint64_t f)
  {
     uint64_t i = (f - r.first) / r.step;
     /@ assert below: i * r.step <= f - r.first < i * r.step + r.step; @/
     /@ assert this:  InRange(r, i, f); @/
     return;
  }

  /@ requires touch: Steps(r) && 0 < r.step <= r.end - r.first && r.first < r.end;
     requires at:    r.first <= from <= NP_PFN_LIMIT;
     terminates \true; exits \false; assigns \nothing;
     ensures  in:    AllInRanges(r, from, NP_PFN_LIMIT);
  @/
  void lemma_all_touch(struct np_steps r, uint64_t from)
  {
     uint64_t f = from;
     /@ loop invariant reach: from <= f <= NP_PFN_LIMIT;
        loop invariant in:    AllInRanges(r, from, f);
        loop assigns f;
        loop variant NP_PFN_LIMIT - f;
     @/
     while (f < NP_PFN_LIMIT) {
        lemma_touch(r, f);
        f++;
     }
     return;
  }
*/

struct np_steps np_steps_of(uint64_t low, uint64_t high, uint64_t skip)
{
    struct np_steps r = {0};
    r.first = low / NP_PAGE_SIZE + (low % NP_PAGE_SIZE != 0);
    r.end = high / NP_PAGE_SIZE + (high % NP_PAGE_SIZE == NP_PAGE_SIZE - 1);
    r.step = skip / NP_PAGE_SIZE;
    //@ assert step: skip == 4096 * r.step;
    //@ assert scale: \forall integer i; i * skip == 4096 * (i * r.step);
    return r;
}

/*@ ghost
  void np_lemma_ranges_rise(struct np_steps r, uint64_t i, uint64_t f, uint64_t j, uint64_t g)
  {
     /@ assert lower: j < i ==> j * r.step <= i * r.step; @/
     /@ assert held:  j < i ==> InRange(r, j, f); @/
     return;
  }
*/

/* Whether each range reaches the next, so that together they are one row of pages without end. */
/*@ requires   valid:   Steps(r) && r.first < r.end;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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
