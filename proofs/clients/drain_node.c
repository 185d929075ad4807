/* SPDX-License-Identifier: MIT */
/*
 * A client of the core's contracts: a node can be drained page by page.
 *
 * Each call takes one page that the request may have (P1) and changes no other (M4), so that one fewer is left. A call
 * fails only when none is (P4, C4), and FROM_LOCAL_NODE_ONLY keeps to the node (N4).
 */
#include "requests.h"

/*@ // a request for one page of its node that lies apart from the state of the machine
    predicate DrainRequest{L}(struct np_machine *m, struct np_pages_request *q) =
         PlainRequest(m, q) && !Chunks(q) && ValidPagesRequest(m, q)
      && (q->flags & 0x002) != 0 && 1 <= q->total <= 4096;

    // the page at position p is free, on the node of the request, and in one of its ranges
    predicate Drainable{L}(struct np_machine *m, struct np_pages_request *q, integer p) =
      FreeAt(m, p) && \exists integer s, i; In(m, s, p) && m->region[s].node == q->node
        && InByteRange(q->low, q->high, q->skip, i, Frame(m, s, p));

    // that many pages are
    predicate AllDrainable{L}(struct np_machine *m, struct np_pages_request *q, integer n) =
      \exists struct np_steps r; RangesOf(q, r) && AllCandidates(m, q->node, 1, r, 1, n);

    // the page at position p is held, as the request says
    predicate DrainedAt{L}(struct np_machine *m, struct np_pages_request *q, integer p) =
      !FreeAt(m, p) && !BlockAt(m, p) && (MarkAt(m, p) <==> HotRemove(q));

    // between two states, the page at position x alone has been taken
    predicate OneDrained{A, B}(struct np_machine *m, struct np_pages_request *q, integer x) =
      Drainable{A}(m, q, x) && DrainedAt{B}(m, q, x) && \forall integer p; p != x ==> SameAt{A, B}(m, p);
*/

/*@ ghost
  // What may be drained is what the request may have.
  /@ requires   valid:   Table(m) && \valid_read(q) && RangesOf(q, r) && !Chunks(q) && q->node < m->nodes;
     NP_PURE
     ensures    same:    \forall integer p; Drainable(m, q, p) <==> CandidateAt(m, q->node, 1, r, 1, NP_NO_NODE, p);
  @/
  void lemma_drainable(const struct np_machine *m, const struct np_pages_request *q, struct np_steps r)
  {
     /@ assert ranges:  \forall integer f; InRanges(r, f) <==>
                          \exists integer i; InByteRange(q->low, q->high, q->skip, i, f); @/
     /@ assert page:    \forall integer p; Drainable(m, q, p) <==> Eligible(m, q->node, r, p); @/
     /@ assert run:     \forall integer p; EligibleRun(m, q->node, r, p, 1) <==> Eligible(m, q->node, r, p); @/
     /@ assert aligned: \forall integer p; Eligible(m, q->node, r, p) ==> AlignedAt(m, p, 1); @/
     /@ assert block:   \forall integer p; Block(m, q->node, r, 1, p) <==> Eligible(m, q->node, r, p); @/
     /@ assert usable:  \forall integer p; Usable(m, q->node, r, 1, p) <==> Eligible(m, q->node, r, p); @/
     return;
  }
*/

/*@ ghost
  // A list of one page.
  /@ requires   valid:   Table(m) && \valid_read(page) && FrameAt(m, x, *page);
     NP_PURE
     ensures    only:    \forall integer p; ListedAt(m, page, 1, p) ==> p == x;
     ensures    listed:  ListedAt(m, page, 1, x);
  @/
  void lemma_listed(const struct np_machine *m, const uint64_t *page, uint64_t x)
  {
     np_lemma_pages(m);
     /@ assert value: page[0] == *page; @/
     /@ assert first: \exists integer s; Page(m, s, x, page[0]); @/
     return;
  }
*/

/*@ // a field of a request lies apart from all that a call may write
    predicate Untouched{L}(struct np_machine *m, uint64_t *field, uint64_t *page) =
      \separated(field, page) && NP_APART(m, field);
*/

/* Takes one page, or finds that there is none. */
/*@ requires   valid:   Machine(m) && DrainRequest(m, q) && RangesOf(q, r);
    requires   room:    Room(m, page, 1) && \separated(q, page);
    NP_RETURNS
    assigns             *page, NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    size:    0 <= \result <= 1;
    ensures    request: SameRequest{Pre, Here}(q) && DrainRequest(m, q) && RangesOf(q, r);
    ensures    one:     \result == 1 ==> \exists integer s, x; Page(m, s, x, *page) && OneDrained{Pre, Here}(m, q, x);
    ensures    none:    \result == 0 ==> AllCandidates{Pre}(m, q->node, 1, r, 1, 0);
    ensures    same:    \result == 0 ==> SameState{Pre, Here}(m);
*/
static uint64_t take_page(struct np_machine *m, const struct np_pages_request *q,
                          uint64_t *page) /*@ ghost (struct np_steps r) */
{
    //@ ghost lemma_drainable(m, q, r);
    //@ ghost lemma_ranges(m, q, q->node, true, r, 1);
    //@ ghost lemma_count(m, q->node, true, r, 1);
    //@ ghost np_lemma_pages(m);
    //@ assert wanted: WantedPages(q) == 1 && ChunkOf(q) == 1 && LocalOf(q) == 1;
    //@ assert room: Room(m, page, WantedPages(q));
    //@ assert low: Untouched(m, &q->low, page);
    //@ assert high: Untouched(m, &q->high, page);
    //@ assert skip: Untouched(m, &q->skip, page);
    //@ assert total: Untouched(m, &q->total, page);
    const uint64_t count = np_allocate_pages(m, q, page);
    //@ assert low: q->low == \at(q->low, Pre);
    //@ assert high: q->high == \at(q->high, Pre);
    //@ assert skip: q->skip == \at(q->skip, Pre);
    //@ assert total: q->total == \at(q->total, Pre);
    //@ assert fields: SameRequest{Pre, Here}(q);
    //@ assert ranges: RangesOf(q, r);
    //@ assert request: DrainRequest(m, q);
    if (count == 0) {
        /*@ assert few: \exists struct np_steps a, integer n; RangesOf{Pre}(q, a)
                          && AllCandidates{Pre}(m, q->node, 1, a, 1, n) && n == 0; */
        //@ assert zero: AllCandidates{Pre}(m, q->node, 1, r, 1, 0);
        return 0;
    }
    /*@ assert best: \exists struct np_steps a; RangesOf{Pre}(q, a)
                       && BestPages{Pre, Here}(m, q->node, 1, a, 1, 1, page, count); */
    //@ assert one: count == 1;
    /*@ assert some: \forall struct np_steps a, integer i; BestPages{Pre, Here}(m, q->node, 1, a, 1, 1, page, count)
                       && i == 0 ==>
                       CandidateFrame{Pre}(m, q->node, 1, a, 1, NP_NO_NODE, page[i]); */
    //@ assert frame: CandidateFrame{Pre}(m, q->node, 1, r, 1, NP_NO_NODE, *page);
    //@ ghost const uint64_t x = place_of(m, *page);
    //@ assert page: \exists integer s; Candidate{Pre}(m, q->node, 1, r, 1, NP_NO_NODE, s, x, *page);
    //@ assert at: CandidateAt{Pre}(m, q->node, 1, r, 1, NP_NO_NODE, x);
    //@ ghost lemma_listed(m, page, x);
    //@ assert taken: DrainedAt(m, q, x) && !BlockAt(m, x);
    //@ assert others: \forall integer p; p != x ==> SameAt{Pre, Here}(m, p);
    //@ assert drained: OneDrained{Pre, Here}(m, q, x);
    return 1;
}

/**
 * Takes one page.
 *
 * @clause P1, P4, N4, M4, M5
 * @param      q     the request, valid and for one page of its node alone
 * @param      r     its ranges in pages
 * @param[out] page  the page frame
 * @return 1 if a page was taken, 0 if there is none that may be
 * @cost   a call of np_allocate_pages
 */
/*@ requires   valid:   Machine(m) && DrainRequest(m, q) && RangesOf(q, r);
    requires   room:    Room(m, page, 1) && \separated(q, page);
    NP_RETURNS
    assigns             *page, NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    size:    0 <= \result <= 1;
    ensures    one:     \result == 1 ==> \exists integer s, x; Page(m, s, x, *page) && OneDrained{Pre, Here}(m, q, x);
    ensures    request: SameRequest{Pre, Here}(q) && DrainRequest(m, q) && RangesOf(q, r);
    ensures    drained: \forall integer p; Drainable{Pre}(m, q, p) ==> Drainable(m, q, p) || DrainedAt(m, q, p);
    ensures    stay:    \forall integer p; DrainedAt{Pre}(m, q, p) ==> DrainedAt(m, q, p);
    ensures    fewer:   \forall integer p; Drainable(m, q, p) ==> Drainable{Pre}(m, q, p);
    ensures    others:  \forall integer p; !Drainable{Pre}(m, q, p) ==> SameAt{Pre, Here}(m, p);
    ensures    count:   \result == 1 ==> \forall integer n; AllCandidates(m, q->node, 1, r, 1, n) ==>
                          AllCandidates{Pre}(m, q->node, 1, r, 1, n + 1);
    ensures    left:    \result == 1 ==> \exists integer n; 0 <= n && AllCandidates(m, q->node, 1, r, 1, n);
    ensures    none:    \result == 0 ==> AllCandidates{Pre}(m, q->node, 1, r, 1, 0)
                          && \forall integer p; !Drainable(m, q, p);
    ensures    same:    \result == 0 ==> SameState{Pre, Here}(m);
*/
static uint64_t drain_page(struct np_machine *m, const struct np_pages_request *q, struct np_steps r, uint64_t *page)
{
    (void)r;
    //@ ghost lemma_drainable(m, q, r);
    //@ ghost lemma_count(m, q->node, true, r, 1);
    const uint64_t count = take_page(m, q, page) /*@ ghost (r) */;
    //@ assert stay: \forall integer p; SameAt{Pre, Here}(m, p) && DrainedAt{Pre}(m, q, p) ==> DrainedAt(m, q, p);
    //@ assert keep: \forall integer p; SameAt{Pre, Here}(m, p) ==> (Drainable{Pre}(m, q, p) <==> Drainable(m, q, p));
    if (count == 0) {
        //@ assert never: \forall integer p; !Drainable{Pre}(m, q, p);
        //@ assert never: \forall integer p; !Drainable(m, q, p);
        return 0;
    }
    //@ ghost const uint64_t x = place_of(m, *page);
    //@ assert drained: OneDrained{Pre, Here}(m, q, x);
    //@ assert gone: !FreeAt(m, x);
    //@ assert fewer: \forall integer p; Drainable(m, q, p) <==> Drainable{Pre}(m, q, p) && p != x;
    //@ ghost lemma_drainable(m, q, r);
    //@ ghost lemma_count(m, q->node, true, r, 1);
    /*@ assert step: \forall integer p; CandidateAt(m, q->node, 1, r, 1, NP_NO_NODE, p) <==>
                       CandidateAt{Pre}(m, q->node, 1, r, 1, NP_NO_NODE, p) && p != x; */
    //@ assert zero: \forall integer n; CountedAll(m, q->node, 1, r, 1, NP_NO_NODE, 0, n) ==> n == 0;
    /*@ ghost
       int64_t k = 0;
       /@ loop invariant at:    0 <= k <= m->free.positions;
          loop invariant below: k <= x ==> \forall integer n; CountedAll(m, q->node, 1, r, 1, NP_NO_NODE, k, n) ==>
                                  CountedAll{Pre}(m, q->node, 1, r, 1, NP_NO_NODE, k, n);
          loop invariant above: x < k ==> \forall integer n; CountedAll(m, q->node, 1, r, 1, NP_NO_NODE, k, n) ==>
                                  CountedAll{Pre}(m, q->node, 1, r, 1, NP_NO_NODE, k, n + 1);
          loop assigns k;
          loop variant m->free.positions - k;
       @/
       while (k < m->free.positions) {
          k++;
       }
    */
    //@ assert inside: x < m->free.positions;
    return 1;
}

/**
 * Drains a node: takes one page after the other until a call fails.
 *
 * @clause P1, P4, C4, N4, M4, M5
 * @param      m     the machine
 * @param      q     a valid request for one page, of its node alone and by rank; with HOT_REMOVE the pages are removed
 * @param[out] page  the page frame that was taken last
 * @return the pages taken: exactly those that were free on the node, in a range of the request. None of them is free
 *         at the end, and all other pages are what they were.
 * @cost   a call of np_allocate_pages for each page, and one more
 */
/*@ requires   valid:   Machine(m) && DrainRequest(m, q) && Room(m, page, 1) && \separated(q, page);
    NP_RETURNS
    assigns             *page, NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    empty:   \forall integer p; !Drainable(m, q, p);
    ensures    drained: \forall integer p; Drainable{Pre}(m, q, p) ==> DrainedAt(m, q, p);
    ensures    others:  \forall integer p; !Drainable{Pre}(m, q, p) ==> SameAt{Pre, Here}(m, p);
    ensures    count:   AllDrainable{Pre}(m, q, \result);
*/
uint64_t drain_node(struct np_machine *m, const struct np_pages_request *q, uint64_t *page)
{
    const struct np_steps r = np_steps_of(q->low, q->high, q->skip);
    uint64_t count = 0;
    //@ ghost lemma_count(m, q->node, true, r, 1);
    /*@ loop invariant valid:   Machine(m) && DrainRequest(m, q) && RangesOf(q, r) && Room(m, page, 1);
        loop invariant request: SameRequest{Pre, Here}(q);
        loop invariant size:    0 <= count <= m->free.positions;
        loop invariant count:   \forall integer n; AllCandidates(m, q->node, 1, r, 1, n) ==>
                                  AllCandidates{Pre}(m, q->node, 1, r, 1, n + count);
        loop invariant drained: \forall integer p; Drainable{Pre}(m, q, p) ==> Drainable(m, q, p) || DrainedAt(m, q, p);
        loop invariant fewer:   \forall integer p; Drainable(m, q, p) ==> Drainable{Pre}(m, q, p);
        loop invariant others:  \forall integer p; !Drainable{Pre}(m, q, p) ==> SameAt{Pre, Here}(m, p);
        loop assigns            count, *page, NP_PAGES(m);
        loop variant            m->free.positions - count;
    */
    while (drain_page(m, q, r, page) == 1) {
        //@ assert one: \forall integer n; AllCandidates(m, q->node, 1, r, 1, n) ==> AllCandidates{Pre}(m, q->node, 1, r, 1, n + 1 + count);
        count++;
    }
    return count;
}
