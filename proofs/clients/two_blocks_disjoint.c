/*
 * A client of the core's contracts: no page is in two blocks of contiguous memory, and a block once taken stays.
 *
 * The first block is no longer free when the second is taken (M4), and the second is made of free pages alone (B1,
 * B4). The second call changes no page of the first block, since it does not return it (M4).
 */
#include "requests.h"

/*@ // the n page frames from f on are one whole block of contiguous memory
    predicate BlockHeld{L}(struct np_machine *m, integer f, integer n) =
      \exists integer s, p; Page(m, s, p, f) && Consecutive(m, p, n) && BlockOf(m, p, n);

    // page frame x is one of those n
    predicate OneOf(integer f, integer n, integer x) = f <= x < f + n;

    // each of them is free, or part of a block
    predicate FramesFree{L}(struct np_machine *m, integer f, integer n) =
      \forall integer x; OneOf(f, n, x) ==> FreeFrame(m, x);

    predicate FramesInBlock{L}(struct np_machine *m, integer f, integer n) =
      \forall integer x; OneOf(f, n, x) ==> BlockFrame(m, x);

    predicate NoCommonPage(integer f, integer n, integer g, integer k) =
      \forall integer x; OneOf(f, n, x) ==> !OneOf(g, k, x);

    // page frame x is that of one of n positions from p on
    predicate FrameIn{L}(struct np_machine *m, integer p, integer n, integer x) =
      \exists integer y; p <= y < p + n && FrameAt(m, y, x);
*/

/*@ ghost
  // The page frames of consecutive pages are those of their positions.
  /@ requires   valid:   Table(m) && FrameAt(m, p, f) && Consecutive(m, p, n) && n <= 0x10000000000000;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    frames:  \forall integer x; OneOf(f, n, x) ==> FrameIn(m, p, n, x);
  @/
  void lemma_frames(const struct np_machine *m, uint64_t p, uint64_t f, uint64_t n)
  {
     uint64_t y = p;
     uint64_t x = f;
     /@ assert size: \forall integer s; Page(m, s, p, f) ==> Stretch(m, s) && f < NP_PFN_LIMIT
                       && p < m->free.positions; @/
     /@ loop invariant at:     p <= y <= p + n && x - f == y - p;
        loop invariant frames: \forall integer z; f <= z < x ==> FrameIn(m, p, n, z);
        loop assigns y, x;
        loop variant p + n - y;
     @/
     while (y < p + n) {
        /@ assert next:  Present(m, y) && Follows(m, p, y); @/
        /@ assert frame: \forall integer s, t; Page(m, s, p, f) && In(m, t, y) ==> Frame(m, t, y) == f + (y - p); @/
        /@ assert page:  \forall integer t; In(m, t, y) ==> Page(m, t, y, x); @/
        /@ assert at:    FrameAt(m, y, x); @/
        y++;
        x++;
     }
     return;
  }
*/

/**
 * Takes a block of contiguous memory.
 *
 * @clause M4, M5, B1
 * @return the first page of the block, or NP_NONE. Each of its pages was free and is now part of it; every block that
 *         was there before is there still.
 * @cost   a call of np_allocate_contiguous
 */
/*@ requires   valid:   Machine(m) && ContiguousRequest(m, q);
    terminates          \true;
    exits               \false;
    assigns             m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1], m->block[0 .. (m->free.positions - 1) / 64],
                        m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    taken:   \result != NP_NONE <==> ValidContiguousRequest{Pre}(m, q) && SomePlaceFor{Pre}(m, q);
    ensures    held:    \result != NP_NONE ==> BlockHeld(m, \result, WholePages(\old(q->bytes)));
    ensures    free:    \result != NP_NONE ==> FramesFree{Pre}(m, \result, WholePages(\old(q->bytes)));
    ensures    block:   \result != NP_NONE ==> FramesInBlock(m, \result, WholePages(\old(q->bytes)));
    ensures    stay:    \forall integer f, n; BlockHeld{Pre}(m, f, n) ==> BlockHeld(m, f, n);
*/
static uint64_t take_block(struct np_machine *m, const struct np_contiguous_request *q)
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
    //@ ghost lemma_frames(m, p, f, n);
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

/** The first page frames of two blocks, or NP_NONE. */
struct two_blocks {
    uint64_t first;
    uint64_t second;
};

/**
 * Takes two blocks of contiguous memory.
 *
 * @clause M4, M5, B1
 * @param q  the first request
 * @param r  the second, which may be the same
 * @return the first page of each block, or NP_NONE where a request failed. Each block that was taken is whole and held
 *         at the end, and no page is in both.
 * @cost   two calls of np_allocate_contiguous
 */
/*@ requires   valid:   Machine(m) && ContiguousRequest(m, q) && ContiguousRequest(m, r);
    terminates          \true;
    exits               \false;
    assigns             m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1], m->block[0 .. (m->free.positions - 1) / 64],
                        m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    taken:   \result.first != NP_NONE <==> ValidContiguousRequest{Pre}(m, q) && SomePlaceFor{Pre}(m, q);
    ensures    first:   \result.first != NP_NONE ==> BlockHeld(m, \result.first, WholePages(\old(q->bytes)));
    ensures    second:  \result.second != NP_NONE ==> BlockHeld(m, \result.second, WholePages(\old(r->bytes)));
    ensures    apart:   \result.first != NP_NONE && \result.second != NP_NONE ==>
                          NoCommonPage(\result.first, WholePages(\old(q->bytes)),
                                       \result.second, WholePages(\old(r->bytes)));
*/
struct two_blocks two_blocks_disjoint(struct np_machine *m, const struct np_contiguous_request *q,
                                      const struct np_contiguous_request *r)
{
    struct two_blocks got = {0};
    const uint64_t f = take_block(m, q);
    //@ ghost np_lemma_pages(m);
    //@ ghost Between: ;
    //@ assert used: \forall integer x; BlockFrame(m, x) ==> !FreeFrame(m, x);
    //@ assert fields: r->bytes == \at(r->bytes, Pre);
    const uint64_t g = take_block(m, r);
    /*@ assert first: f != NP_NONE ==> \forall integer x; OneOf(f, WholePages(\at(q->bytes, Pre)), x) ==>
                        !FreeFrame{Between}(m, x); */
    /*@ assert apart: f != NP_NONE && g != NP_NONE ==>
                        NoCommonPage(f, WholePages(\at(q->bytes, Pre)), g, WholePages(\at(r->bytes, Pre))); */
    got.first = f;
    got.second = g;
    return got;
}
