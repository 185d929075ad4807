/* SPDX-License-Identifier: MIT */
/*
 * What the clients ask of the requests that they are given.
 */
#ifndef NP_CLIENTS_REQUESTS_H
#define NP_CLIENTS_REQUESTS_H

#include "../../src/core/request/node.h"
#include "../../src/core/nodepages.h"

/*@ // a request for pages by rank alone
    predicate PlainRequest{L}(struct np_machine *m, struct np_pages_request *q) =
      PagesRequest(m, q) && !OneBlock(q) && !Preferred(q);

    predicate SameRequest{A, B}(struct np_pages_request *q) =
         \at(q->low, A) == \at(q->low, B) && \at(q->high, A) == \at(q->high, B) && \at(q->skip, A) == \at(q->skip, B)
      && \at(q->total, A) == \at(q->total, B) && \at(q->node, A) == \at(q->node, B)
      && \at(q->flags, A) == \at(q->flags, B);

    // page frame f is that of position p
    predicate FrameAt{L}(struct np_machine *m, integer p, integer f) = \exists integer s; Page(m, s, p, f);

    // a page frame is that of some position; all that are listed are

    predicate AllPresent{L}(struct np_machine *m, uint64_t *pfns, integer count) =
      \forall integer i; 0 <= i < count ==> FramePresent(m, pfns[i]);

    // page frame x is one of n from f on
    predicate OneOf(integer f, integer n, integer x) = f <= x < f + n;

    // page frame x is that of one of n positions from p on
    predicate FrameIn{L}(struct np_machine *m, integer p, integer n, integer x) =
      \exists integer y; p <= y < p + n && FrameAt(m, y, x);

    // two ways to write ranges let a request choose among the same pages; their count
    predicate SameCandidates{L}(struct np_machine *m, integer ideal, integer local, struct np_steps a,
                                struct np_steps r,
                                integer c) =
      \forall integer s, p, f; Candidate(m, ideal, local, a, c, 0xffffffff, s, p, f) <==>
        Candidate(m, ideal, local, r, c, 0xffffffff, s, p, f);

    predicate AllCandidates{L}(struct np_machine *m, integer ideal, integer local, struct np_steps r, integer c,
                               integer n) =
      CountedAll(m, ideal, local, r, c, 0xffffffff, m->free.positions, n);

    predicate SameChoice{L}(struct np_machine *m, integer ideal, integer local, struct np_steps a, struct np_steps r,
                            integer c) =
         SameCandidates(m, ideal, local, a, r, c)
      && (\forall integer f; CandidateFrame(m, ideal, local, a, c, 0xffffffff, f) <==>
            CandidateFrame(m, ideal, local, r, c, 0xffffffff, f))
      && \forall integer n; AllCandidates(m, ideal, local, a, c, n) ==> AllCandidates(m, ideal, local, r, c, n);
*/

/*@ ghost
  // A page that may be taken is free.
  /@ NP_PURE
     ensures    free:      \forall struct np_steps r, integer ideal, local, c, node, f;
                             CandidateFrame(m, ideal, local, r, c, node, f) ==> FreeFrame(m, f);
  @/
  void lemma_candidate(const struct np_machine *m);

  // The position of a page frame.
  /@ requires   valid:     Table(m) && \exists integer s, p; Page(m, s, p, f);
     NP_PURE
     ensures    at:        FrameAt(m, \result, f);
     ensures    one:       \forall integer s, p; Page(m, s, p, f) ==> p == \result;
     ensures    inside:    0 <= \result <= m->free.positions;
  @/
  uint64_t place_of(const struct np_machine *m, uint64_t f);

  // The page frames of consecutive pages are those of their positions.
  /@ requires   valid:   Table(m) && FrameAt(m, p, f) && Consecutive(m, p, n) && n <= NP_STEP_LIMIT;
     NP_PURE
     ensures    frames:  \forall integer x; OneOf(f, n, x) ==> FrameIn(m, p, n, x);
  @/
  void lemma_block_pages(const struct np_machine *m, uint64_t p, uint64_t f, uint64_t n);

  // Two ways to write the ranges of a request give the same ranges, candidates and count.
  /@ requires   valid:     Table(m) && \valid_read(q) && RangesOf(q, r);
     NP_PURE
     ensures    same:      \forall struct np_steps a; RangesOf(q, a) ==> SameChoice(m, ideal, local, a, r, c);
  @/
  void lemma_ranges(const struct np_machine *m, const struct np_pages_request *q, uint32_t ideal, bool local,
                    struct np_steps r, uint64_t c);

  // There is one count of candidates, and if it is 0 there is none.
  /@ requires   valid:     Table(m);
     NP_PURE
     ensures    some:      \exists integer n; AllCandidates(m, ideal, local, r, c, n);
     ensures    least:     \forall integer n; AllCandidates(m, ideal, local, r, c, n) ==> 0 <= n <= m->free.positions;
     ensures    one:       \forall integer n, k; AllCandidates(m, ideal, local, r, c, n)
                             && AllCandidates(m, ideal, local, r, c, k) ==> n == k;
     ensures    none:      AllCandidates(m, ideal, local, r, c, 0) ==> \forall integer p; 0 <= p < m->free.positions ==>
                             !CandidateAt(m, ideal, local, r, c, NP_NO_NODE, p);
  @/
  void lemma_count(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c);
*/

#endif
