/* SPDX-License-Identifier: MIT */
/*
 * What place.c rests on, proved.
 */
#ifndef NP_PLACE_LEMMAS_H
#define NP_PLACE_LEMMAS_H

#include "place.h"
#include "../ranges/fit.h"
#include "../index/index.h"
#include "../request/request.h"

/*@ ghost
  // Neighbouring positions of pages hold neighbouring page frames: regions that touch in positions touch in page
  // frames.
  /@ requires valid: Table(m) && q < UINT64_MAX;
     NP_PURE
     ensures  next:  Follows(m, q, q + 1);
  @/
  void lemma_next(const struct np_machine *m, uint64_t q)
  {
     /@ assert above: \forall integer s, t; In(m, s, q) && In(m, t, q + 1) && s < t ==>
                        Before(m, s, t) && m->region[s].base + m->region[s].pages == m->region[t].base; @/
     /@ assert below: \forall integer s, t; In(m, s, q) && In(m, t, q + 1) && t < s ==> !Before(m, t, s); @/
     /@ assert order: \forall integer s, t; In(m, s, q) && In(m, t, q + 1) && s != t ==> s < t; @/
     /@ assert cross: \forall integer s, t; In(m, s, q) && In(m, t, q + 1) && s != t ==>
                        Frame(m, t, q + 1) == Frame(m, s, q) + 1; @/
     /@ assert inner: \forall integer s, t; In(m, s, q) && In(m, t, q + 1) && s == t ==>
                        Frame(m, t, q + 1) == Frame(m, s, q) + 1; @/
     return;
  }

  // No position lies in two regions.
  /@ requires valid: Table(m);
     NP_PURE
     ensures  first: Follows(m, p, p);
  @/
  void lemma_itself(const struct np_machine *m, uint64_t p)
  {
     /@ assert one: \forall integer s, t; In(m, s, p) && In(m, t, p) && s < t ==> !Before(m, s, t); @/
     /@ assert same: \forall integer s, t; In(m, s, p) && In(m, t, p) ==> s == t; @/
     return;
  }

  // The page frames of free positions in a row are consecutive, even where the row goes from region to region.
  /@ requires valid: Table(m) && FreePresent(m) && 1 <= n && p + n <= UINT64_MAX;
     requires free:  Run(&m->free, p, n);
     NP_PURE
     ensures  row:   Consecutive(m, p, n);
  @/
  void lemma_consecutive(const struct np_machine *m, uint64_t p, uint64_t n)
  {
     lemma_itself(m, p);
     uint64_t k = 1;
     /@ loop invariant count: 1 <= k <= n;
        loop invariant row:   Consecutive(m, p, k);
        loop assigns k;
        loop variant n - k;
     @/
     while (k < n) {
        uint64_t q = p + k - 1;
        uint64_t x = q + 1;
        lemma_next(m, q);
        /@ assert here: Present(m, q) && Follows(m, p, q); @/
        /@ assert free: FreeAt(m, x); @/
        /@ assert next: Present(m, x) && Follows(m, q, x); @/
        /@ assert follows: Follows(m, p, x); @/
        k++;
     }
     return;
  }

  // The number of the region between two multiples of the boundary that a page frame lies in.
  /@ requires row:   1 <= boundary && k * boundary <= f < k * boundary + boundary;
     NP_PURE
     ensures  side:  f / boundary == k;
  @/
  void lemma_side(uint64_t f, uint64_t boundary, uint64_t k)
  {
     /@ assert below: f / boundary < k ==> (f / boundary) * boundary + boundary <= k * boundary; @/
     /@ assert above: f / boundary > k ==> k * boundary + boundary <= (f / boundary) * boundary; @/
     return;
  }

  // A block that crosses a multiple of the boundary would not if it began at that multiple, which is inside it.
  /@ requires valid: 1 <= n <= boundary <= NP_STEP_LIMIT && f <= NP_PFN_LIMIT && f < start <= 0x20000000000000;
     requires cross: \forall integer g; f <= g < start ==> Crosses(boundary, g, n);
     NP_PURE
     ensures  near:  start < f + n;
  @/
  void lemma_near(uint64_t f, uint64_t n, uint64_t boundary, uint64_t start)
  {
     uint64_t k = (f + n - 1) / boundary;
     /@ assert first: Crosses(boundary, f, n); @/
     /@ assert row:   k * boundary <= f + n - 1 < k * boundary + boundary; @/
     /@ assert less:  f / boundary < k; @/
     /@ assert below: f < (f / boundary) * boundary + boundary; @/
     /@ assert inside: (f / boundary) * boundary + boundary <= k * boundary; @/
     uint64_t multiple = k * boundary;
     /@ assert low:   f < multiple <= f + n - 1; @/
     lemma_side(multiple, boundary, k);
     uint64_t last = multiple + n - 1;
     /@ assert same:  k * boundary <= last < k * boundary + boundary; @/
     lemma_side(last, boundary, k);
     /@ assert fits:  !Crosses(boundary, multiple, n); @/
     return;
  }

  // From the start of a run to the first page frame that fits, no block fits.
  /@ requires valid: Table(m) && In(m, s, p) && f == Frame(m, s, p) && Consecutive(m, p, n);
     requires cross: \forall integer g; f <= g < start ==> Crosses(boundary, g, n);
     requires near:  f <= start < f + n;
     NP_PURE
     ensures  none:  NoFreePlace(m, n, boundary, p, p + (start - f));
  @/
  void lemma_skipped(const struct np_machine *m, uint32_t s, uint64_t p, uint64_t n, uint64_t boundary, uint64_t f,
                     uint64_t start)
  {
     /@ assert row:   \forall integer q; p <= q < p + (start - f) ==> Follows(m, p, q); @/
     /@ assert one:   \forall integer q, t; In(m, s, p) && In(m, t, q) && Follows(m, p, q) ==>
                        Frame(m, t, q) == Frame(m, s, p) + (q - p); @/
     /@ assert frame: \forall integer q, t; p <= q < p + (start - f) && In(m, t, q) ==>
                        Frame(m, t, q) == f + (q - p); @/
     /@ assert cross: \forall integer q, t; p <= q < p + (start - f) && In(m, t, q) ==>
                        Crosses(boundary, Frame(m, t, q), n); @/
     return;
  }
*/

/*@ // the pages in the range are those at positions [low, high)
    predicate Window{L}(struct np_machine *m, struct np_steps r, integer low, integer high) =
      \forall integer s, p; In(m, s, p) ==> (InRanges(r, Frame(m, s, p)) <==> low <= p < high);

    // no block on the node starts in region t below position `to`
    predicate NoPlaceIn{L}(struct np_machine *m, integer node, struct np_steps r, integer n, integer boundary,
                           integer t, integer to) =
      m->region[t].node == node ==> \forall integer p; In(m, t, p) && p < to ==> !PlaceOn(m, node, r, n, boundary, p);
*/

/*@ ghost
  // A range without a step, in positions.
  /@ requires valid: Table(m) && r.step == 0 && Splits(m, r.first, low) && Splits(m, r.end, high);
     NP_PURE
     ensures  window: Window(m, r, low, high);
  @/
  void lemma_window(const struct np_machine *m, struct np_steps r, uint64_t low, uint64_t high)
  {
     /@ assert in:   \forall integer f; r.first <= f < r.end ==> InRange(r, 0, f); @/
     /@ assert out:  \forall integer f, i; InRange(r, i, f) ==> r.first <= f < r.end; @/
     /@ assert some: \forall integer f; r.first <= f < r.end ==> InRanges(r, f); @/
     /@ assert none: \forall integer f; InRanges(r, f) ==> r.first <= f < r.end; @/
     /@ assert both: \forall integer f; InRanges(r, f) <==> r.first <= f < r.end; @/
     return;
  }

  // Where a block may go anywhere, said of free positions.
  /@ requires valid: Table(m) && FreePresent(m) && Window(m, r, low, high) && 1 <= n;
     NP_PURE
     ensures  same:  \forall integer p; PlaceAny(m, r, n, boundary, p) <==>
                       FreePlace(m, n, boundary, p) && low <= p && p + n <= high;
  @/
  void lemma_any(const struct np_machine *m, struct np_steps r, uint64_t n, uint64_t boundary, uint64_t low,
                 uint64_t high)
  {
     /@ assert only: \forall integer p; EligibleAny(m, r, p) ==> FreeAt(m, p) && low <= p < high; @/
     /@ assert here: \forall integer s, p; FreeAt(m, p) && In(m, s, p) && low <= p < high ==> EligibleIn(m, s, r, p); @/
     /@ assert some: \forall integer s, p; FreeAt(m, p) && In(m, s, p) && low <= p < high ==> EligibleAny(m, r, p); @/
     /@ assert all:  \forall integer p; FreeAt(m, p) && low <= p < high ==> EligibleAny(m, r, p); @/
     /@ assert ends: \forall integer p; EligibleRunAny(m, r, p, n) ==>
                       EligibleAny(m, r, p) && EligibleAny(m, r, p + n - 1); @/
     /@ assert free: \forall integer p; EligibleRunAny(m, r, p, n) ==> Run(&m->free, p, n); @/
     /@ assert back: \forall integer p; Run(&m->free, p, n) && low <= p && p + n <= high ==>
                       EligibleRunAny(m, r, p, n); @/
     return;
  }

  // What lies right after a region is on another node.
  /@ requires valid: Table(m) && 0 <= s < m->regions && end == m->region[s].base + m->region[s].pages;
     NP_PURE
     ensures  other: \forall integer t; In(m, t, end) ==> m->region[t].node != m->region[s].node;
  @/
  void lemma_past(const struct np_machine *m, uint32_t s, uint64_t end)
  {
     np_lemma_region(m, s);
     /@ assert size:  end > m->region[s].base; @/
     /@ assert self:  !In(m, s, end); @/
     /@ assert below: \forall integer t; Before(m, t, s) ==> !In(m, t, end); @/
     /@ assert above: \forall integer t; Before(m, s, t) && In(m, t, end) ==>
                        m->region[t].node != m->region[s].node; @/
     return;
  }

  // On its node, what is eligible inside a region; what follows it is not.
  /@ requires valid: Table(m) && 0 <= s < m->regions && Window(m, r, low, high);
     requires end:   end == m->region[s].base + m->region[s].pages;
     NP_PURE
     ensures  same:  \forall integer p; In(m, s, p) ==>
                       (Eligible(m, m->region[s].node, r, p) <==> FreeAt(m, p) && low <= p < high);
     ensures  past:  !Eligible(m, m->region[s].node, r, end);
  @/
  void lemma_own(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t low, uint64_t high, uint64_t end)
  {
     np_lemma_region(m, s);
     lemma_past(m, s, end);
     /@ assert here:  \forall integer p; In(m, s, p) ==>
                        (EligibleIn(m, s, r, p) <==> FreeAt(m, p) && low <= p < high); @/
     /@ assert alone: \forall integer p, t; In(m, s, p) && EligibleIn(m, t, r, p) ==> t == s; @/
     return;
  }

  // Where a block on the node of a region may start inside it, said of free positions.
  /@ requires valid: Table(m) && 0 <= s < m->regions && Window(m, r, low, high) && 1 <= n;
     requires end:   end == m->region[s].base + m->region[s].pages && node == m->region[s].node;
     NP_PURE
     ensures  same:  \forall integer p; In(m, s, p) ==> (PlaceOn(m, node, r, n, boundary, p) <==>
                       FreePlace(m, n, boundary, p) && low <= p && p + n <= high && p + n <= end);
  @/
  void lemma_on(const struct np_machine *m, uint32_t s, uint32_t node, struct np_steps r, uint64_t n, uint64_t boundary,
                uint64_t low, uint64_t high, uint64_t end)
  {
     lemma_own(m, s, r, low, high, end);
     /@ assert over: \forall integer p; p <= end < p + n ==> !EligibleRun(m, node, r, p, n); @/
     /@ assert in:   \forall integer p, q; In(m, s, p) && p <= q < p + n && p + n <= end ==> In(m, s, q); @/
     /@ assert ends: \forall integer p; EligibleRun(m, node, r, p, n) ==>
                       Eligible(m, node, r, p) && Eligible(m, node, r, p + n - 1); @/
     /@ assert free: \forall integer p; In(m, s, p) && EligibleRun(m, node, r, p, n) ==> Run(&m->free, p, n); @/
     /@ assert back: \forall integer p; In(m, s, p) && Run(&m->free, p, n) && low <= p && p + n <= high
                       && p + n <= end ==>
                       EligibleRun(m, node, r, p, n); @/
     return;
  }

  // All regions together.
  /@ requires valid: Table(m) && 1 <= n;
     requires none:  \forall integer t; 0 <= t < m->regions ==> NoPlaceIn(m, node, r, n, boundary, t, to);
     NP_PURE
     ensures  none:  NoPlaceOn(m, node, r, n, boundary, to);
  @/
  void lemma_all(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t n, uint64_t boundary,
                 uint64_t to)
  {
     /@ assert head: \forall integer p; PlaceOn(m, node, r, n, boundary, p) ==> Eligible(m, node, r, p); @/
     /@ assert in:   \forall integer p, t; In(m, t, p) ==> NoPlaceIn(m, node, r, n, boundary, t, to); @/
     /@ assert each: \forall integer p, t; p < to && m->region[t].node == node && EligibleIn(m, t, r, p) ==>
                       !PlaceOn(m, node, r, n, boundary, p); @/
     return;
  }

  // The regions before the one that a block was found in, and those after it.
  /@ requires valid: Table(m) && In(m, s, p) && 1 <= n;
     requires none:  \forall integer t; 0 <= t < s ==> NoPlaceIn(m, node, r, n, boundary, t, m->free.positions);
     requires here:  NoPlaceIn(m, node, r, n, boundary, s, p);
     NP_PURE
     ensures  none:  NoPlaceOn(m, node, r, n, boundary, p);
  @/
  void lemma_found(const struct np_machine *m, uint32_t s, uint32_t node, struct np_steps r, uint64_t n,
                   uint64_t boundary, uint64_t p)
  {
     np_lemma_region(m, s);
     /@ assert later:   \forall integer t; s < t < m->regions ==> NoPlaceIn(m, node, r, n, boundary, t, p); @/
     /@ assert sooner:  \forall integer t; NoPlaceIn(m, node, r, n, boundary, t, m->free.positions) ==>
                          NoPlaceIn(m, node, r, n, boundary, t, p); @/
     /@ assert earlier: \forall integer t; 0 <= t < s ==> NoPlaceIn(m, node, r, n, boundary, t, p); @/
     lemma_all(m, node, r, n, boundary, p);
     return;
  }
*/

/*@ // what InByteRange and BytesTogether say of the bytes of a request, in pages
    predicate RangeFor{L}(struct np_contiguous_request *q, struct np_steps r) =
      \forall integer f; InRanges(r, f) <==> InByteRange(q->low, q->high, 0, 0, f);

    predicate BoundaryFor{L}(struct np_contiguous_request *q, integer n, integer boundary, integer to) =
      \forall integer f; 0 <= f < to ==> (BytesTogether(q->boundary, f, q->bytes) <==> !Crosses(boundary, f, n));
*/

/*@ ghost
  // B2 in pages, of every page frame.
  /@ requires valid: \valid_read(q) && ValidBytes(q) && ValidBoundary(q);
     NP_PURE
     ensures  same:  BoundaryFor(q, WholePages(q->bytes), q->boundary / 4096, NP_PFN_LIMIT);
  @/
  void lemma_boundary_for(const struct np_contiguous_request *q)
  {
     uint64_t f = 0;
     /@ loop invariant same: f <= NP_PFN_LIMIT && BoundaryFor(q, WholePages(q->bytes), q->boundary / 4096, f);
        loop assigns f;
        loop variant NP_PFN_LIMIT - f;
     @/
     while (f < NP_PFN_LIMIT) {
        np_lemma_together(q, f);
        f++;
     }
     return;
  }

  // Where a block may start, with its boundary in bytes and in pages.
  /@ requires valid: Table(m) && BoundaryFor(q, n, boundary, NP_PFN_LIMIT);
     NP_PURE
     ensures  fits:  \forall integer p; FitsFor(m, q, p) <==> Fits(m, p, n, boundary);
  @/
  void lemma_fits_for(const struct np_machine *m, const struct np_contiguous_request *q, uint64_t n, uint64_t boundary)
  {
     /@ assert region: \forall integer s, p; In(m, s, p) ==> Region(m, s); @/
     /@ assert frame:   \forall integer s, p; In(m, s, p) ==> 0 <= Frame(m, s, p) < NP_PFN_LIMIT; @/
     /@ assert same:    \forall integer s, p; In(m, s, p) ==>
                          (BytesTogether(q->boundary, Frame(m, s, p), q->bytes) <==>
                           !Crosses(boundary, Frame(m, s, p), n)); @/
     return;
  }

  // A request for any node.
  /@ requires valid: RangeFor(q, r) && q->node == NP_ANY_NODE && n == WholePages(q->bytes);
     requires fits:  \forall integer p; FitsFor(m, q, p) <==> Fits(m, p, n, boundary);
     NP_PURE
     ensures  same:  \forall integer p; PlaceFor(m, q, p) <==> PlaceAny(m, r, n, boundary, p);
  @/
  void lemma_place_any(const struct np_machine *m, const struct np_contiguous_request *q, struct np_steps r, uint64_t n,
                       uint64_t boundary)
  {
     /@ assert in:   \forall integer s, p; FreeAt(m, p) && In(m, s, p) ==>
                       (InByteRange(q->low, q->high, 0, 0, Frame(m, s, p)) <==> EligibleIn(m, s, r, p)); @/
     /@ assert to:   \forall integer p; PageFor(m, q, p) ==> EligibleAny(m, r, p); @/
     /@ assert fro:  \forall integer p; EligibleAny(m, r, p) ==> PageFor(m, q, p); @/
     /@ assert page: \forall integer p; PageFor(m, q, p) <==> EligibleAny(m, r, p); @/
     /@ assert run:  \forall integer p; PagesFor(m, q, p, n) <==> EligibleRunAny(m, r, p, n); @/
     return;
  }

  // A request for one node.
  /@ requires valid: RangeFor(q, r) && q->node != NP_ANY_NODE && n == WholePages(q->bytes);
     requires fits:  \forall integer p; FitsFor(m, q, p) <==> Fits(m, p, n, boundary);
     NP_PURE
     ensures  same:  \forall integer p; PlaceFor(m, q, p) <==> PlaceOn(m, q->node, r, n, boundary, p);
  @/
  void lemma_place_on(const struct np_machine *m, const struct np_contiguous_request *q, struct np_steps r, uint64_t n,
                      uint64_t boundary)
  {
     /@ assert page: \forall integer p; PageFor(m, q, p) <==> Eligible(m, q->node, r, p); @/
     /@ assert run:  \forall integer p; PagesFor(m, q, p, n) <==> EligibleRun(m, q->node, r, p, n); @/
     return;
  }
*/

#endif
