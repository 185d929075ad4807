#include "contiguous.h"
#include "place.h"
#include "state.h"

/*@ ghost
  // What a place for a request says of free positions.
  /@ requires place: Table(m) && PlaceFor(m, q, p) && n == WholePages(q->bytes) && 1 <= n;
     terminates \true; exits \false; assigns \nothing;
     ensures  free:  Run(&m->free, p, n);
     ensures  in:    Present(m, p);
  @/
  void lemma_place(const struct np_machine *m, const struct np_contiguous_request *q, uint64_t p, uint64_t n)
  {
     /@ assert all:  PagesFor(m, q, p, n); @/
     /@ assert some: \forall integer x; p <= x < p + n ==> PageFor(m, q, x); @/
     /@ assert page: PageFor(m, q, p); @/
     /@ assert free: \forall integer x; PageFor(m, q, x) ==> FreeAt(m, x); @/
     /@ assert each: \forall integer x; p <= x < p + n ==> FreeAt(m, x); @/
     return;
  }

  // The lowest position is the lowest page frame: positions rise with page frames.
  /@ requires valid: Table(m) && In(m, s, p) && f == Frame(m, s, p);
     requires none:  NoPlaceFor(m, q, p);
     terminates \true; exits \false; assigns \nothing;
     ensures  lowest: LowestFor(m, q, f);
     ensures  page:   f < NP_PFN_LIMIT;
  @/
  void lemma_lowest(const struct np_machine *m, const struct np_contiguous_request *q, uint32_t s, uint64_t p,
                    uint64_t f)
  {
     np_lemma_stretch(m, s);
     /@ assert below: \forall integer t, x; In(m, t, x) && p <= x ==> s <= t; @/
     /@ assert here:  \forall integer x; In(m, s, x) && p <= x ==> f <= Frame(m, s, x); @/
     /@ assert past:  \forall integer t; s < t < m->stretches ==> f < m->stretch[t].first; @/
     /@ assert above: \forall integer t, x; In(m, t, x) && s < t ==> f <= Frame(m, t, x); @/
     return;
  }
*/

uint64_t np_allocate_contiguous(struct np_machine *m, const struct np_contiguous_request *q)
{
    if (np_check_contiguous_request(m, q) != NP_PARAMETER_NONE) return NP_NONE;
    //@ assert searchable: Searchable(m) && FreePresent(m);
    const uint64_t p = np_place_contiguous(m, q);
    if (p == NP_NONE) return NP_NONE;
    const uint64_t count = np_whole_pages(q->bytes);
    //@ ghost lemma_place(m, q, p, count);
    const uint32_t s = np_locate_position(m, p);
    //@ ghost np_lemma_stretch(m, s);
    const uint64_t f = (uint64_t)m->stretch[s].first + (p - (uint64_t)m->stretch[s].base);
    //@ ghost lemma_lowest(m, q, s, p, f);
    //@ assert present: \forall integer x; p <= x < p + count ==> FreeAt(m, x) && Present(m, x);
    //@ assert place: Page(m, s, p, f) && PlaceFor(m, q, p) && Consecutive(m, p, count);
    np_take_block(m, p, count);
    //@ assert became: BecameBlock{Pre, Here}(m, p, count);
    /*@ assert others: \forall integer x; BlockAt(m, x) || MarkAt(m, x) ==>
                         p <= x < p + count || SameAt{Pre, Here}(m, x); */
    //@ assert inside: \forall integer x; p <= x < p + count ==> Present(m, x);
    //@ assert held: HeldPresent{Pre}(m) ==> HeldPresent(m);
    //@ assert got: GotBlock{Pre, Here}(m, q, count, f);
    return f;
}
