/* SPDX-License-Identifier: MIT */
#include "taken.h"

uint64_t take_any(struct np_machine *m, const struct np_pages_request *q, uint64_t *pfns, uint64_t room)
{
    if (np_check_pages_request(m, q) != NP_PARAMETER_NONE) return 0;
    const uint64_t wanted = np_pages_wanted(q);
    if (wanted > room) return 0;
    const uint64_t count = np_allocate_pages(m, q, pfns);
    if (count == 0) return 0;
    /*@ assert listed: \forall integer i, s, p; 0 <= i < count && Page(m, s, p, pfns[i]) ==>
                         ListedAt(m, pfns, count, p); */
    //@ assert used: \forall integer p; ListedAt(m, pfns, count, p) ==> !FreeAt(m, p);
    //@ assert taken: \forall integer i; 0 <= i < count ==> !FreeFrame(m, pfns[i]);
    return count;
}

uint64_t take_block(struct np_machine *m, const struct np_contiguous_request *q)
{
    //@ ghost np_lemma_pages(m);
    const uint64_t f = np_allocate_contiguous(m, q);
    //@ assert head: \forall integer y; SameAt{Pre, Here}(m, y) ==> (HeadAt{Pre}(m, y) <==> HeadAt(m, y));
    //@ assert rest: \forall integer y; SameAt{Pre, Here}(m, y) ==> (RestAt{Pre}(m, y) <==> RestAt(m, y));
    if (f == NP_NONE) {
        //@ assert heads: \forall integer y; HeadAt{Pre}(m, y) <==> HeadAt(m, y);
        //@ assert rests: \forall integer y; RestAt{Pre}(m, y) <==> RestAt(m, y);
        //@ assert stay: \forall integer p, n; BlockOf{Pre}(m, p, n) ==> BlockOf(m, p, n);
        return f;
    }
    //@ ghost const uint64_t p = place_of(m, f);
    //@ ghost const uint64_t n = q->bytes / 4096 + (q->bytes % 4096 != 0 ? 1 : 0);
    //@ assert count: n == WholePages(q->bytes) == WholePages(\at(q->bytes, Pre)) && 1 <= n;
    //@ assert got: PlaceFor{Pre}(m, q, p) && Consecutive(m, p, n) && BecameBlock{Pre, Here}(m, p, n);
    //@ ghost lemma_block_pages(m, p, f, n);
    //@ assert pages: PagesFor{Pre}(m, q, p, n);
    //@ assert each: \forall integer x; PageFor{Pre}(m, q, x) ==> FreeAt{Pre}(m, x);
    //@ assert were: \forall integer y; p <= y < p + n ==> FreeAt{Pre}(m, y);
    //@ assert part: \forall integer y; RestAt(m, y) || HeadAt(m, y) ==> !FreeAt(m, y) && BlockAt(m, y);
    //@ assert are: \forall integer y; p <= y < p + n ==> RestAt(m, y) || HeadAt(m, y);
    //@ assert frame: \forall integer y, x; FrameAt(m, y, x) && FreeAt{Pre}(m, y) ==> FreeFrame{Pre}(m, x);
    //@ assert block: \forall integer y, x; FrameAt(m, y, x) && !FreeAt(m, y) && BlockAt(m, y) ==> BlockFrame(m, x);
    //@ assert free: \forall integer x; FrameIn(m, p, n, x) ==> FreeFrame{Pre}(m, x);
    //@ assert blocks: \forall integer x; FrameIn(m, p, n, x) ==> BlockFrame(m, x);
    //@ assert heads: \forall integer y; HeadAt{Pre}(m, y) ==> !(p <= y < p + n) && HeadAt(m, y);
    //@ assert rests: \forall integer y; RestAt{Pre}(m, y) ==> !(p <= y < p + n) && RestAt(m, y);
    //@ assert new: \forall integer y; RestAt(m, y) && !RestAt{Pre}(m, y) ==> p < y < p + n && FreeAt{Pre}(m, y - 1);
    //@ assert last: \forall integer b, k, y; BlockOf{Pre}(m, b, k) && b <= y < b + k ==> !FreeAt{Pre}(m, y);
    /*@ assert end: \forall integer b, k, y; BlockOf{Pre}(m, b, k) && y == b + k ==> !FreeAt{Pre}(m, y - 1)
                      && !RestAt(m, y); */
    //@ assert stay: \forall integer b, k; BlockOf{Pre}(m, b, k) ==> BlockOf(m, b, k);
    return f;
}
