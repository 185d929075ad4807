/* SPDX-License-Identifier: MIT */
#include "contiguous.h"
#include "contiguous_lemmas.h"
#include "../select/place.h"
#include "../machine/state.h"

uint64_t np_allocate_contiguous(struct np_machine *m, const struct np_contiguous_request *q)
{
    if (np_check_contiguous_request(m, q) != NP_PARAMETER_NONE) return NP_NONE;
    //@ assert searchable: Searchable(m) && FreePresent(m);
    const uint64_t p = np_place_contiguous(m, q);
    if (p == NP_NONE) return NP_NONE;
    const uint64_t count = np_whole_pages(q->bytes);
    //@ ghost lemma_place(m, q, p, count);
    const uint32_t s = np_locate_position(m, p);
    //@ ghost np_lemma_region(m, s);
    const uint64_t f = (uint64_t)m->region[s].first + (p - (uint64_t)m->region[s].base);
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
