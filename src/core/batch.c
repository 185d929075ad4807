#include "batch.h"
#include "state.h"

struct np_listed np_batch(const struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t count)
{
    //@ ghost np_lemma_stretch(m, s);
    const uint64_t first = (uint64_t)m->stretch[s].first;
    const uint64_t end = first + (uint64_t)m->stretch[s].pages;
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
    const struct np_listed x = {pfns, i, to, first, (uint64_t)m->stretch[s].base};
    return x;
}

/*@ ghost
  void np_lemma_batch(const struct np_machine *m, uint32_t s, struct np_listed x)
  {
     np_lemma_stretch(m, s);
     np_lemma_pages(m);
     /@ assert page:  \forall integer k; x.from <= k < x.to ==> Page(m, s, PlaceOf(x, k), x.pfns[k]); @/
     /@ assert only:  \forall integer k, t, p; x.from <= k < x.to && Page(m, t, p, x.pfns[k]) ==> p == PlaceOf(x, k); @/
     /@ assert name:  \forall integer k, p; Names(x, k, p) <==> p == PlaceOf(x, k); @/
     /@ assert listed: \forall integer k; x.from <= k < x.to ==> ListedBetween(m, x.pfns, x.from, x.to, PlaceOf(x, k)); @/
     /@ assert into:  \forall integer p; Named(x, p) ==> ListedBetween(m, x.pfns, x.from, x.to, p); @/
     /@ assert out:   \forall integer k, t, p; x.from <= k < x.to && Page(m, t, p, x.pfns[k]) ==> Names(x, k, p); @/
     /@ assert back:  \forall integer p; ListedBetween(m, x.pfns, x.from, x.to, p) ==> Named(x, p); @/
     /@ assert most:  \forall integer k; x.from <= k < x.to ==> x.pfns[x.from] <= x.pfns[k] <= x.pfns[x.to - 1]; @/
     return;
  }
*/
