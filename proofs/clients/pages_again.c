/* SPDX-License-Identifier: MIT */
/*
 * A client of the core's contracts: the pages that a request gets are decided by the request and the state of the
 * pages alone.
 *
 * Pages are taken, freed and asked for again. Freeing restores the state (F1, M4), and in one state there is
 * one list of the pages of lowest rank in the order of their rank (P1, C3). So the second list is the first, page by
 * page.
 */
#include "requests.h"

/*@ // a request for pages that can be freed, with a list for all that it wants
    predicate ListRequest{L}(struct np_machine *m, struct np_pages_request *q, integer wanted, uint64_t *pfns) =
         PlainRequest(m, q) && ValidPagesRequest(m, q) && !HotRemove(q) && wanted == WantedPages(q)
      && Room(m, pfns, wanted) && \separated(q, pfns + (0 .. wanted - 1));

    // a word shares no memory with a list of pages, nor with the machine
    predicate WordApart{L}(struct np_machine *m, uint64_t *word, uint64_t *pfns, integer wanted) =
      \separated(word, pfns + (0 .. wanted - 1)) && NP_APART(m, word);

    // WantedPages of the fields of a request, for a number w
    predicate Wanted(integer total, integer flags, integer skip, integer w) =
      w == (WholePages(total) <= 0xfffff ? WholePages(total)
          : (flags & 0x004) != 0 ? 0
          : (flags & 0x020) == 0 ? 0xfffff
          : skip == 0 ? 0
          : 0xfffff / (skip / 4096) * (skip / 4096));

    // P1, C3 of a request
    predicate BestFor{A, B}(struct np_machine *m, struct np_pages_request *q, struct np_steps r, integer wanted,
                            uint64_t *pfns, integer count) =
      BestPages{A, B}(m, \at(q->node, A), LocalOf{A}(q), r, ChunkOf{A}(q), wanted, pfns, count);

    // P3, P4: no page, or not enough of them
    predicate TooFewFor{L}(struct np_machine *m, struct np_pages_request *q, struct np_steps r, integer wanted) =
      \exists integer n; AllCandidates(m, q->node, LocalOf(q), r, ChunkOf(q), n) && (n == 0 || (FullyRequired(q)
          && n < wanted));

    // every page listed comes before page frame f
    predicate BeforeFrame{L}(struct np_machine *m, integer ideal, uint64_t *pfns, integer count, integer f) =
      \forall integer i; 0 <= i < count ==> FramesPrecede(m, ideal, pfns[i], f);

    // page frame f is listed, or the list is full and comes before it
    predicate ListedOrLater{L}(struct np_machine *m, integer ideal, uint64_t *pfns, integer count, integer wanted,
                               integer f) =
      Listed(pfns, 0, count, f) || (count == wanted && BeforeFrame(m, ideal, pfns, count, f));

    predicate AllListedOrLater{L}(struct np_machine *m, integer ideal, uint64_t *pfns, integer count, integer wanted,
                                  uint64_t *others, integer n) =
      \forall integer j; 0 <= j < n ==> ListedOrLater(m, ideal, pfns, count, wanted, others[j]);

    predicate SameListAs{A, B}(uint64_t *pfns, integer count) =
      \forall integer i; 0 <= i < count ==> \at(pfns[i], A) == \at(pfns[i], B);

    predicate SameList{L}(uint64_t *first, uint64_t *second, integer count) =
      \forall integer i; 0 <= i < count ==> first[i] == second[i];
*/

/*@ ghost
  // Of two pages, one at most comes before the other.
  /@ requires   valid:   Table(m);
     NP_PURE
     ensures    one:     \forall integer f, g; FramePresent(m, f) && FramesPrecede(m, ideal, f, g)
                           && FramePresent(m, g) ==>
                           !FramesPrecede(m, ideal, g, f);
     ensures    other:   \forall integer f; FramePresent(m, f) ==> !FramesPrecede(m, ideal, f, f);
     ensures    apart:   \forall uint64_t *pfns, integer count; AllPresent(m, pfns, count)
                           && InRankOrder(m, ideal, pfns, count) ==> Distinct(pfns, count);
  @/
  void lemma_precede(const struct np_machine *m, uint32_t ideal)
  {
     /@ assert two: \forall integer s, p, t, x, f, g; Page(m, s, p, f) && Page(m, t, x, g)
                      && FramesPrecede(m, ideal, f, g) ==>
                      Precedes(m, ideal, s, f, t, g); @/
     /@ assert one: \forall integer s, p, t, x, f, g; Page(m, s, p, f) && Page(m, t, x, g)
                      && FramesPrecede(m, ideal, f, g)
                      && FramesPrecede(m, ideal, g, f) ==> Precedes(m, ideal, s, f, t, g)
                          && Precedes(m, ideal, t, g, s, f); @/
     /@ assert own: \forall integer s, t, f, g; !(Precedes(m, ideal, s, f, t, g) && Precedes(m, ideal, t, g, s, f)); @/
     /@ assert other: \forall integer f; FramePresent(m, f) ==> !FramesPrecede(m, ideal, f, f); @/
     /@ assert pair: \forall uint64_t *pfns, integer count, i, j; AllPresent(m, pfns, count)
                       && InRankOrder(m, ideal, pfns, count) && 0 <= i < j < count ==>
                       FramePresent(m, pfns[i]) && FramesPrecede(m, ideal, pfns[i], pfns[j]); @/
     return;
  }

  // What a request wants is a matter of its fields.
  /@ requires   valid:   \valid_read(q);
     NP_PURE
     ensures    wanted:  \forall integer w; Wanted(q->total, q->flags, q->skip, w) <==> w == WantedPages(q);
  @/
  void lemma_wanted(const struct np_pages_request *q)
  {
     return;
  }

  // Two lists in rank order, of which each has what comes before its end, are one.
  /@ requires   valid:   Table(m) && \valid_read(first + (0 .. n - 1)) && \valid_read(second + (0 .. k - 1));
     requires   size:    n <= wanted && k <= wanted;
     requires   present: AllPresent(m, first, n) && AllPresent(m, second, k);
     requires   order:   InRankOrder(m, ideal, first, n) && InRankOrder(m, ideal, second, k);
     requires   listed:  AllListedOrLater(m, ideal, first, n, wanted, second, k)
                           && AllListedOrLater(m, ideal, second, k, wanted, first, n);
     NP_PURE
     ensures    size:    n == k;
     ensures    same:    SameList(first, second, n);
  @/
  void lemma_one_list(const struct np_machine *m, uint32_t ideal, const uint64_t *first, uint64_t n,
                      const uint64_t *second,
                      uint64_t k, uint64_t wanted)
  {
     lemma_precede(m, ideal);
     uint64_t i = 0;
     /@ loop invariant at:   0 <= i <= n && i <= k;
        loop invariant same: SameList(first, second, i);
        loop assigns i;
        loop variant n - i;
     @/
     while (i < n && i < k) {
        uint64_t a = first[i];
        uint64_t b = second[i];
        /@ assert notb: \forall integer j; 0 <= j < i ==> first[j] != b; @/
        /@ assert nota: \forall integer j; 0 <= j < i ==> second[j] != a; @/
        /@ assert placeb: ListedOrLater(m, ideal, first, n, wanted, b); @/
        /@ assert placea: ListedOrLater(m, ideal, second, k, wanted, a); @/
        /@ assert ab: a == b || FramesPrecede(m, ideal, a, b); @/
        /@ assert ba: a == b || FramesPrecede(m, ideal, b, a); @/
        /@ assert present: FramePresent(m, a) && FramePresent(m, b); @/
        /@ assert equal: a == b; @/
        i++;
     }
     /@ assert longer: i < k ==> ListedOrLater(m, ideal, first, n, wanted, second[i]); @/
     /@ assert shorter: i < n ==> ListedOrLater(m, ideal, second, k, wanted, first[i]); @/
     /@ assert newb: i < k ==> \forall integer j; 0 <= j < i ==> first[j] != second[i]; @/
     /@ assert newa: i < n ==> \forall integer j; 0 <= j < i ==> second[j] != first[i]; @/
     return;
  }
*/

/* Takes pages by rank, of ranges that are given in pages. */
/*@ requires   valid:   Machine(m) && ListRequest(m, q, wanted, pfns) && RangesOf(q, r);
    NP_RETURNS
    assigns             pfns[0 .. wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    request: SameRequest{Pre, Here}(q) && ListRequest(m, q, wanted, pfns) && RangesOf(q, r);
    ensures    size:    0 <= \result <= wanted;
    ensures    whole:   \result != 0 && FullyRequired(q) ==> \result == wanted;
    ensures    best:    \result != 0 ==> BestFor{Pre, Here}(m, q, r, wanted, pfns, \result);
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, 0);
    ensures    few:     \result == 0 && wanted != 0 ==> TooFewFor{Pre}(m, q, r, wanted);
    ensures    failed:  \result == 0 ==> SameState{Pre, Here}(m);
    ensures    frame:   \forall uint64_t *x; WordApart{Pre}(m, x, pfns, wanted) ==> *x == \at(*x, Pre);
*/
static uint64_t take_list(struct np_machine *m, const struct np_pages_request *q, struct np_steps r, uint64_t wanted,
                          uint64_t *pfns)
{
    (void)wanted;
    (void)r;
    //@ ghost const uint32_t node = q->node;
    //@ ghost const bool local = (q->flags & NP_FROM_LOCAL_NODE_ONLY) != 0;
    //@ ghost const uint64_t c = (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0 ? q->skip / NP_PAGE_SIZE : 1;
    //@ assert same: c == ChunkOf(q) && local == LocalOf(q);
    //@ ghost lemma_ranges(m, q, node, local, r, c);
    //@ ghost lemma_count(m, node, local, r, c);
    //@ ghost lemma_wanted(q);
    //@ assert low_apart: WordApart(m, &q->low, pfns, wanted);
    //@ assert high_apart: WordApart(m, &q->high, pfns, wanted);
    //@ assert skip_apart: WordApart(m, &q->skip, pfns, wanted);
    //@ assert total_apart: WordApart(m, &q->total, pfns, wanted);
    const uint64_t count = np_allocate_pages(m, q, pfns);
    //@ assert low: q->low == \at(q->low, Pre);
    //@ assert high: q->high == \at(q->high, Pre);
    //@ assert skip: q->skip == \at(q->skip, Pre);
    //@ assert total: q->total == \at(q->total, Pre);
    //@ assert fields: SameRequest{Pre, Here}(q);
    //@ assert ranges: RangesOf(q, r);
    //@ assert plain: PlainRequest(m, q);
    //@ assert valid: ValidPagesRequest(m, q);
    //@ ghost lemma_wanted(q);
    //@ assert fields: Wanted(q->total, q->flags, q->skip, wanted);
    //@ assert wanted: wanted == WantedPages(q);
    //@ assert apart: Room(m, pfns, wanted) && \separated(q, pfns + (0 .. wanted - 1));
    //@ assert request: ListRequest(m, q, wanted, pfns);
    /*@ assert best: count != 0 ==> \exists struct np_steps a; SameChoice{Pre}(m, node, local, a, r, c)
                       && BestPages{Pre, Here}(m, node, local, a, c, wanted, pfns, count); */
    /*@ assert alike: \forall struct np_steps a; SameChoice{Pre}(m, node, local, a, r, c)
                        && BestPages{Pre, Here}(m, node, local, a, c, wanted, pfns, count) ==>
                        BestPages{Pre, Here}(m, node, local, r, c, wanted, pfns, count); */
    //@ assert best: count != 0 ==> BestFor{Pre, Here}(m, q, r, wanted, pfns, count);
    /*@ assert few: count == 0 && wanted != 0 ==> \exists struct np_steps a, integer n; RangesOf{Pre}(q, a)
                      && AllCandidates{Pre}(m, node, local, a, c, n) && (n == 0 || (FullyRequired{Pre}(q)
                          && n < wanted)); */
    //@ assert few: count == 0 && wanted != 0 ==> TooFewFor{Pre}(m, q, r, wanted);
    return count;
}

/* Gives back pages that a request has got. Nothing of the list changes. */
/*@ requires   valid:   Machine(m) && ListRequest(m, q, wanted, pfns) && RangesOf(q, r) && count <= wanted;
    requires   pages:   AllAllocated(m, pfns, count) && Distinct(pfns, count);
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    request: SameRequest{Pre, Here}(q) && ListRequest(m, q, wanted, pfns) && RangesOf(q, r);
    ensures    given:   \forall integer p; ListedAt{Pre}(m, pfns, count, p) ==>
                          FreeAt(m, p) && !BlockAt(m, p) && !MarkAt(m, p);
    ensures    others:  \forall integer p; !ListedAt{Pre}(m, pfns, count, p) ==> SameAt{Pre, Here}(m, p);
    ensures    order:   \forall integer ideal; InRankOrder{Pre}(m, ideal, pfns, count) ==>
                          InRankOrder(m, ideal, pfns, count);
    ensures    same:    SameListAs{Pre, Here}(pfns, count);
    ensures    listed:  \forall integer f; Listed{Pre}(pfns, 0, count, f) ==> Listed(pfns, 0, count, f);
    ensures    precede: \forall integer ideal, s, f; AllPrecede{Pre}(m, ideal, pfns, count, s, f) ==>
                          AllPrecede(m, ideal, pfns, count, s, f);
*/
static void free_list(struct np_machine *m, const struct np_pages_request *q, struct np_steps r, uint64_t wanted,
                      const uint64_t *pfns, uint64_t count)
{
    (void)q;
    (void)r;
    (void)wanted;
    //@ ghost lemma_wanted(q);
    //@ assert low_apart: WordApart(m, &q->low, pfns, wanted);
    //@ assert high_apart: WordApart(m, &q->high, pfns, wanted);
    //@ assert skip_apart: WordApart(m, &q->skip, pfns, wanted);
    //@ assert total_apart: WordApart(m, &q->total, pfns, wanted);
    /*@ assert list_apart: \forall integer i; 0 <= i < count ==>
                             \separated(pfns + i, m->free.words + (0 .. (m->free.positions - 1) / 64))
                          && \separated(pfns + i, m->mark + (0 .. (m->free.positions - 1) / 64)); */
    (void)np_free_pages(m, pfns, count);
    //@ assert low: q->low == \at(q->low, Pre);
    //@ assert high: q->high == \at(q->high, Pre);
    //@ assert skip: q->skip == \at(q->skip, Pre);
    //@ assert total: q->total == \at(q->total, Pre);
    //@ assert fields: SameRequest{Pre, Here}(q);
    //@ assert ranges: RangesOf(q, r);
    //@ assert plain: PlainRequest(m, q);
    //@ assert valid: ValidPagesRequest(m, q);
    //@ ghost lemma_wanted(q);
    //@ assert fields: Wanted(q->total, q->flags, q->skip, wanted);
    //@ assert wanted: wanted == WantedPages(q);
    //@ assert apart: Room(m, pfns, wanted) && \separated(q, pfns + (0 .. wanted - 1));
    //@ assert request: ListRequest(m, q, wanted, pfns);
    //@ assert list: SameListAs{Pre, Here}(pfns, count);
    /*@ assert old: \forall integer ideal, i, j; InRankOrder{Pre}(m, ideal, pfns, count) && 0 <= i < j < count ==>
                      FramesPrecede{Pre}(m, ideal, \at(pfns[i], Pre), \at(pfns[j], Pre)); */
    /*@ assert pairs: \forall integer ideal, i, j; InRankOrder{Pre}(m, ideal, pfns, count) && 0 <= i < j < count ==>
                        FramesPrecede(m, ideal, pfns[i], pfns[j]); */
    /*@ assert order: \forall integer ideal; InRankOrder{Pre}(m, ideal, pfns, count) ==>
                        InRankOrder(m, ideal, pfns, count); */
    //@ assert in: \forall integer f; Listed{Pre}(pfns, 0, count, f) ==> Listed(pfns, 0, count, f);
    /*@ assert precede: \forall integer ideal, s, f; AllPrecede{Pre}(m, ideal, pfns, count, s, f) ==>
                          AllPrecede(m, ideal, pfns, count, s, f); */
}

/* Takes pages by rank and frees them: every page is what it was. */
/*@ requires   valid:   Machine(m) && ListRequest(m, q, wanted, pfns) && RangesOf(q, r);
    NP_RETURNS
    assigns             pfns[0 .. wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    request: SameRequest{Pre, Here}(q) && ListRequest(m, q, wanted, pfns) && RangesOf(q, r);
    ensures    size:    0 <= \result <= wanted;
    ensures    whole:   \result != 0 && FullyRequired(q) ==> \result == wanted;
    ensures    best:    \result != 0 ==> BestFor{Pre, Here}(m, q, r, wanted, pfns, \result);
    ensures    few:     \result == 0 && wanted != 0 ==> TooFewFor{Pre}(m, q, r, wanted);
    ensures    same:    SameState{Pre, Here}(m);
*/
static uint64_t take_and_free(struct np_machine *m, const struct np_pages_request *q, struct np_steps r,
                              uint64_t wanted, uint64_t *pfns)
{
    //@ ghost lemma_candidate(m);
    //@ ghost np_lemma_pages(m);
    const uint64_t count = take_list(m, q, r, wanted, pfns);
    if (count == 0) return 0;
    //@ ghost Taken: ;
    //@ ghost lemma_precede(m, q->node);
    /*@ assert had: \forall integer i; 0 <= i < count ==> CandidateFrame{Pre}(m, q->node, LocalOf(q), r, ChunkOf(q),
                      NP_NO_NODE, pfns[i]); */
    //@ assert present: \forall integer i; 0 <= i < count ==> FramePresent(m, pfns[i]) && FreeFrame{Pre}(m, pfns[i]);
    //@ assert distinct: Distinct(pfns, count);
    /*@ assert listed: \forall integer i, s, p; 0 <= i < count && Page(m, s, p, pfns[i]) ==>
                         ListedAt(m, pfns, count, p); */
    /*@ assert held: \forall integer s, p, f; Page(m, s, p, f) && ListedAt(m, pfns, count, p) ==>
                       AllocatedFrame(m, f); */
    //@ assert all: AllAllocated(m, pfns, count);
    free_list(m, q, r, wanted, pfns, count);
    /*@ assert given: \forall integer p; ListedAt{Taken}(m, pfns, count, p) ==> FreeAt{Pre}(m, p); */
    //@ assert plain: \forall integer p; FreeAt{Pre}(m, p) ==> !BlockAt{Pre}(m, p) && !MarkAt{Pre}(m, p);
    //@ assert back: \forall integer p; ListedAt{Taken}(m, pfns, count, p) ==> SameAt{Pre, Here}(m, p);
    //@ assert others: \forall integer p; !ListedAt{Taken}(m, pfns, count, p) ==> SameAt{Pre, Here}(m, p);
    //@ assert same: SameState{Pre, Here}(m);
    /*@ assert again: \forall integer i; 0 <= i < count ==> CandidateFrame{Pre}(m, q->node, LocalOf(q), r, ChunkOf(q),
                        NP_NO_NODE, pfns[i]); */
    //@ assert best: BestFor{Pre, Here}(m, q, r, wanted, pfns, count);
    return count;
}

/* The same, said of the state at the end: what was listed are the best pages of it, or there are too few. */
/*@ requires   valid:   Machine(m) && ListRequest(m, q, wanted, pfns) && RangesOf(q, r);
    NP_RETURNS
    assigns             pfns[0 .. wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    request: SameRequest{Pre, Here}(q) && ListRequest(m, q, wanted, pfns) && RangesOf(q, r);
    ensures    size:    0 <= \result <= wanted;
    ensures    whole:   \result != 0 && FullyRequired(q) ==> \result == wanted;
    ensures    best:    \result != 0 ==> BestFor{Here, Here}(m, q, r, wanted, pfns, \result);
    ensures    were:    \result == 0 && wanted != 0 ==> TooFewFor{Pre}(m, q, r, wanted);
    ensures    few:     \result == 0 && wanted != 0 ==> TooFewFor(m, q, r, wanted);
    ensures    same:    SameState{Pre, Here}(m);
*/
static uint64_t take_and_back(struct np_machine *m, const struct np_pages_request *q, struct np_steps r,
                              uint64_t wanted, uint64_t *pfns)
{
    //@ ghost const uint32_t node = q->node;
    //@ ghost const bool local = (q->flags & NP_FROM_LOCAL_NODE_ONLY) != 0;
    //@ ghost const uint64_t c = (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0 ? q->skip / NP_PAGE_SIZE : 1;
    const uint64_t count = take_and_free(m, q, r, wanted, pfns);
    //@ assert fields: node == q->node && c == ChunkOf(q) && local == LocalOf(q);
    //@ assert best: count != 0 ==> BestPages{Pre, Here}(m, node, local, r, c, wanted, pfns, count);
    /*@ assert few: count == 0 && wanted != 0 ==> \exists integer n; AllCandidates{Pre}(m, node, local, r, c, n)
                      && (n == 0 || (FullyRequired(q) && n < wanted)); */
    //@ assert each: \forall integer p; SameAt{Pre, Here}(m, p);
    //@ assert free: \forall integer p; SameAt{Pre, Here}(m, p) ==> (FreeAt{Pre}(m, p) <==> FreeAt(m, p));
    //@ assert free: \forall integer p; FreeAt{Pre}(m, p) <==> FreeAt(m, p);
    //@ assert eligible: \forall integer n, p; Eligible{Pre}(m, n, r, p) <==> Eligible(m, n, r, p);
    //@ assert run: \forall integer n, p, k; EligibleRun{Pre}(m, n, r, p, k) <==> EligibleRun(m, n, r, p, k);
    //@ assert block: \forall integer n, b; Block{Pre}(m, n, r, c, b) <==> Block(m, n, r, c, b);
    //@ assert usable: \forall integer n, p; Usable{Pre}(m, n, r, c, p) <==> Usable(m, n, r, c, p);
    /*@ assert candidate: \forall integer s, p, f; Candidate{Pre}(m, node, local, r, c, NP_NO_NODE, s, p, f) <==>
                            Candidate(m, node, local, r, c, NP_NO_NODE, s, p, f); */
    /*@ assert frame: \forall integer f; CandidateFrame{Pre}(m, node, local, r, c, NP_NO_NODE, f) <==>
                        CandidateFrame(m, node, local, r, c, NP_NO_NODE, f); */
    /*@ assert at: \forall integer p; CandidateAt{Pre}(m, node, local, r, c, NP_NO_NODE, p) <==>
                     CandidateAt(m, node, local, r, c, NP_NO_NODE, p); */
    //@ assert zero: \forall integer n; CountedAll{Pre}(m, node, local, r, c, NP_NO_NODE, 0, n) ==> n == 0;
    /*@ ghost
       int64_t p = 0;
       /@ loop invariant at:    0 <= p <= m->free.positions;
          loop invariant count: \forall integer n; CountedAll{Pre}(m, node, local, r, c, NP_NO_NODE, p, n) ==>
                                  CountedAll(m, node, local, r, c, NP_NO_NODE, p, n);
          loop assigns p;
          loop variant m->free.positions - p;
       @/
       while (p < m->free.positions) {
          p++;
       }
    */
    /*@ assert count: \forall integer n; AllCandidates{Pre}(m, node, local, r, c, n) ==>
                        AllCandidates(m, node, local, r, c, n); */
    //@ assert best: count != 0 ==> BestPages{Here, Here}(m, node, local, r, c, wanted, pfns, count);
    return count;
}

/*@ ghost
  // The best pages: they are present, in rank order, and every page that may be taken is one of them or comes later.
  /@ requires   valid:   Table(m) && \valid_read(q) && (count != 0 ==>
                           BestFor{Here, Here}(m, q, r, wanted, pfns, count));
     NP_PURE
     ensures    present: count != 0 ==> AllPresent(m, pfns, count);
     ensures    order:   count != 0 ==> InRankOrder(m, q->node, pfns, count);
     ensures    may:     \forall integer i; 0 <= i < count ==>
                           CandidateFrame(m, q->node, LocalOf(q), r, ChunkOf(q), NP_NO_NODE, pfns[i]);
     ensures    later:   count != 0 ==> \forall integer f; CandidateFrame(m, q->node, LocalOf(q), r, ChunkOf(q),
                           NP_NO_NODE, f) ==>
                           ListedOrLater(m, q->node, pfns, count, wanted, f);
  @/
  void lemma_best(const struct np_machine *m, const struct np_pages_request *q, struct np_steps r, uint64_t wanted,
                  const uint64_t *pfns, uint64_t count)
  {
     np_lemma_pages(m);
     /@ assert before: \forall integer s, p, f; Page(m, s, p, f) && AllPrecede(m, q->node, pfns, count, s, f) ==>
                         BeforeFrame(m, q->node, pfns, count, f); @/
     /@ assert each:   count != 0 ==> \forall integer s, p, f;
                         Candidate(m, q->node, LocalOf(q), r, ChunkOf(q), NP_NO_NODE, s, p, f) ==>
                         Page(m, s, p, f) && ListedOrLater(m, q->node, pfns, count, wanted, f); @/
     return;
  }
*/

/** How many pages two calls got. */
struct two_counts {
    uint64_t first;
    uint64_t second;
};

/**
 * Takes pages, frees them and takes them again.
 *
 * @clause P1, C3, F1, M4, M5
 * @param      m       the machine
 * @param      q       a valid request for pages by rank, with or without chunks, that are not to be removed
 * @param      wanted  np_pages_wanted(q), the room in each list
 * @param[out] first   the pages of the first call, which are freed
 * @param[out] second  those of the second call
 * @return the pages in each list; they are equally many, and the same pages in the same order; none where no page may be
 *         had, or too few with FULLY_REQUIRED
 * @cost   two calls of np_allocate_pages and one of np_free_pages
 */
/*@ requires   valid:   Machine(m) && ListRequest(m, q, wanted, first) && ListRequest(m, q, wanted, second);
    requires   apart:   \separated(first + (0 .. wanted - 1), second + (0 .. wanted - 1));
    NP_RETURNS
    assigns             first[0 .. wanted - 1], second[0 .. wanted - 1],
                        NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    size:    \result.first == \result.second <= wanted;
    ensures    same:    SameList(first, second, \result.first);
    ensures    none:    \result.first == 0 && wanted != 0 ==>
                          \exists struct np_steps r; RangesOf{Pre}(q, r) && TooFewFor{Pre}(m, q, r, wanted);
*/
struct two_counts pages_again(struct np_machine *m, const struct np_pages_request *q, uint64_t wanted, uint64_t *first,
                              uint64_t *second)
{
    struct two_counts got = {0, 0};
    //@ ghost const uint32_t node = q->node;
    //@ ghost const bool local = (q->flags & NP_FROM_LOCAL_NODE_ONLY) != 0;
    //@ ghost const uint64_t c = (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0 ? q->skip / NP_PAGE_SIZE : 1;
    const bool chunks = (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    const struct np_steps r = np_steps_of(q->low, q->high, chunks ? 0 : q->skip);
    //@ assert ranges: RangesOf(q, r);
    const uint64_t n = take_and_back(m, q, r, wanted, first);
    //@ assert second: ListRequest(m, q, wanted, second);
    //@ assert fields: node == q->node && c == ChunkOf(q) && local == LocalOf(q);
    //@ ghost lemma_best(m, q, r, wanted, first, n);
    //@ ghost lemma_count(m, node, local, r, c);
    //@ ghost np_lemma_pages(m);
    //@ ghost Between: ;
    //@ assert rooms: Apart(m, first, wanted) && Room(m, second, wanted);
    //@ assert apart: \forall integer i; 0 <= i < wanted ==> WordApart(m, first + i, second, wanted);
    const uint64_t k = take_list(m, q, r, wanted, second);
    //@ assert kept: \forall integer i; 0 <= i < wanted ==> first[i] == \at(first[i], Between);
    //@ assert list: SameListAs{Between, Here}(first, n);
    //@ assert best: k != 0 ==> BestPages{Between, Here}(m, node, local, r, c, wanted, second, k);
    /*@ assert all: n != 0 ==> \exists integer x; AllCandidates{Between}(m, node, local, r, c, x)
                      && n == (x < wanted ? x : wanted); */
    /*@ assert all: k != 0 ==> \exists integer x; AllCandidates{Between}(m, node, local, r, c, x)
                      && k == (x < wanted ? x : wanted); */
    /*@ assert few: n == 0 && wanted != 0 ==> \exists integer x; AllCandidates{Between}(m, node, local, r, c, x)
                      && (x == 0 || (FullyRequired(q) && x < wanted)); */
    /*@ assert few: k == 0 && wanted != 0 ==> \exists integer x; AllCandidates{Between}(m, node, local, r, c, x)
                      && (x == 0 || (FullyRequired(q) && x < wanted)); */
    //@ assert none: n == 0 <==> k == 0;
    if (n == 0) return got;
    /*@ assert may: \forall integer i; 0 <= i < k ==>
                      CandidateFrame{Between}(m, node, local, r, c, NP_NO_NODE, second[i]); */
    /*@ assert is: \forall integer f; CandidateFrame{Between}(m, node, local, r, c, NP_NO_NODE, f) ==>
                     FramePresent(m, f); */
    //@ assert present: AllPresent(m, second, k);
    /*@ assert before: \forall integer s, p, f; Page(m, s, p, f) && AllPrecede(m, node, second, k, s, f) ==>
                         BeforeFrame(m, node, second, k, f); */
    /*@ assert each: \forall integer s, p, f; Candidate{Between}(m, node, local, r, c, NP_NO_NODE, s, p, f) ==>
                       Page(m, s, p, f) && ListedOrLater(m, node, second, k, wanted, f); */
    /*@ assert later: \forall integer f; CandidateFrame{Between}(m, node, local, r, c, NP_NO_NODE, f) ==>
                        ListedOrLater(m, node, second, k, wanted, f); */
    //@ assert present: AllPresent(m, first, n);
    /*@ assert pairs: \forall integer i, j; 0 <= i < j < n ==>
                        FramesPrecede{Between}(m, node, \at(first[i], Between), \at(first[j], Between)); */
    //@ assert order: InRankOrder(m, node, first, n);
    /*@ assert may: \forall integer i; 0 <= i < n ==>
                      CandidateFrame{Between}(m, node, local, r, c, NP_NO_NODE, first[i]); */
    //@ assert in: \forall integer f; Listed{Between}(first, 0, n, f) ==> Listed(first, 0, n, f);
    /*@ assert before: \forall integer f; BeforeFrame{Between}(m, node, first, n, f) ==>
                         BeforeFrame(m, node, first, n, f); */
    /*@ assert later: \forall integer f; CandidateFrame{Between}(m, node, local, r, c, NP_NO_NODE, f) ==>
                        ListedOrLater(m, node, first, n, wanted, f); */
    //@ assert both: AllListedOrLater(m, node, first, n, wanted, second, k);
    //@ assert both: AllListedOrLater(m, node, second, k, wanted, first, n);
    //@ ghost lemma_one_list(m, node, first, n, second, k, wanted);
    got.first = n;
    got.second = k;
    return got;
}
