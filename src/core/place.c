#include "place.h"
#include "fit.h"
#include "index.h"
#include "request.h"

/*@ ghost
  // Neighbouring positions of pages hold neighbouring page frames: stretches that touch in positions touch in page
  // frames.
  /@ requires valid: Table(m) && q < UINT64_MAX;
     terminates \true; exits \false; assigns \nothing;
     ensures  next:  Follows(m, q, q + 1);
  @/
  void lemma_next(const struct np_machine *m, uint64_t q)
  {
     /@ assert above: \forall integer s, t; In(m, s, q) && In(m, t, q + 1) && s < t ==>
                        Before(m, s, t) && m->stretch[s].base + m->stretch[s].pages == m->stretch[t].base; @/
     /@ assert below: \forall integer s, t; In(m, s, q) && In(m, t, q + 1) && t < s ==> !Before(m, t, s); @/
     /@ assert order: \forall integer s, t; In(m, s, q) && In(m, t, q + 1) && s != t ==> s < t; @/
     /@ assert cross: \forall integer s, t; In(m, s, q) && In(m, t, q + 1) && s != t ==>
                        Frame(m, t, q + 1) == Frame(m, s, q) + 1; @/
     /@ assert inner: \forall integer s, t; In(m, s, q) && In(m, t, q + 1) && s == t ==>
                        Frame(m, t, q + 1) == Frame(m, s, q) + 1; @/
     return;
  }

  // No position lies in two stretches.
  /@ requires valid: Table(m);
     terminates \true; exits \false; assigns \nothing;
     ensures  first: Follows(m, p, p);
  @/
  void lemma_itself(const struct np_machine *m, uint64_t p)
  {
     /@ assert one: \forall integer s, t; In(m, s, p) && In(m, t, p) && s < t ==> !Before(m, s, t); @/
     /@ assert same: \forall integer s, t; In(m, s, p) && In(m, t, p) ==> s == t; @/
     return;
  }

  // The page frames of free positions in a row are consecutive, even where the row goes from stretch to stretch.
  /@ requires valid: Table(m) && FreePresent(m) && 1 <= n && p + n <= UINT64_MAX;
     requires free:  Run(&m->free, p, n);
     terminates \true; exits \false; assigns \nothing;
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

  // The number of the stretch between two multiples of the boundary that a page frame lies in.
  /@ requires row:   1 <= boundary && k * boundary <= f < k * boundary + boundary;
     terminates \true; exits \false; assigns \nothing;
     ensures  side:  f / boundary == k;
  @/
  void lemma_side(uint64_t f, uint64_t boundary, uint64_t k)
  {
     /@ assert below: f / boundary < k ==> (f / boundary) * boundary + boundary <= k * boundary; @/
     /@ assert above: f / boundary > k ==> k * boundary + boundary <= (f / boundary) * boundary; @/
     return;
  }

  // A block that crosses a multiple of the boundary would not if it began at that multiple, which is inside it.
  /@ requires valid: 1 <= n <= boundary <= 0x10000000000000 && f <= NP_PFN_LIMIT && f < start <= 0x20000000000000;
     requires cross: \forall integer g; f <= g < start ==> Crosses(boundary, g, n);
     terminates \true; exits \false; assigns \nothing;
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
     terminates \true; exits \false; assigns \nothing;
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

/* The lowest position in [from, end) where a block of free pages lies before `end` and crosses no boundary. */
/*@ requires   valid:   Searchable(m) && FreePresent(m) && end <= m->free.positions;
    requires   count:   1 <= count <= 0x10000000000000 && (boundary == 0 || count <= boundary <= 0x10000000000000);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    inside:  \result != NP_NONE ==> from <= \result && \result + count <= end;
    ensures    found:   \result != NP_NONE ==> FreePlace(m, count, boundary, \result);
    ensures    row:     \result != NP_NONE ==> Consecutive(m, \result, count);
    ensures    lowest:  \result != NP_NONE ==> NoFreePlace(m, count, boundary, from, \result);
    ensures    none:    \result == NP_NONE ==> NoFreePlace(m, count, boundary, from, end - count + 1);
*/
static uint64_t place_between(const struct np_machine *m, uint64_t from, uint64_t end, uint64_t count,
                              uint64_t boundary)
{
    uint64_t at = from;
    /*@ loop invariant from:   from <= at;
        loop invariant lowest: NoFreePlace(m, count, boundary, from, at);
        loop assigns at;
        loop variant end - at;
    */
    while (at < end) {
        const uint64_t p = np_index_lowest_run(&m->free, at, end, count);
        if (p == NP_NONE) {
            //@ assert none: NoFreePlace(m, count, boundary, at, end - count + 1);
            return NP_NONE;
        }
        //@ assert passed: NoFreePlace(m, count, boundary, at, p);
        //@ assert free: FreeAt(m, p);
        const uint32_t s = np_locate_position(m, p);
        //@ ghost np_lemma_stretch(m, s);
        //@ ghost lemma_consecutive(m, p, count);
        const uint64_t f = (uint64_t)m->stretch[s].first + (p - (uint64_t)m->stretch[s].base);
        const uint64_t start = np_fit_boundary(f, count, boundary);
        if (start == f) return p;
        //@ ghost lemma_near(f, count, boundary, start);
        //@ ghost lemma_skipped(m, s, p, count, boundary, f, start);
        at = p + (start - f);
    }
    return NP_NONE;
}

/*@ // the pages in the range are those at positions [low, high)
    predicate Window{L}(struct np_machine *m, struct np_steps r, integer low, integer high) =
      \forall integer s, p; In(m, s, p) ==> (InRanges(r, Frame(m, s, p)) <==> low <= p < high);

    // no block on the node starts in stretch t below position `to`
    predicate NoPlaceIn{L}(struct np_machine *m, integer node, struct np_steps r, integer n, integer boundary,
                           integer t, integer to) =
      m->stretch[t].node == node ==> \forall integer p; In(m, t, p) && p < to ==> !PlaceOn(m, node, r, n, boundary, p);
*/

/*@ ghost
  // A range without a step, in positions.
  /@ requires valid: Table(m) && r.step == 0 && Splits(m, r.first, low) && Splits(m, r.end, high);
     terminates \true; exits \false; assigns \nothing;
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
     terminates \true; exits \false; assigns \nothing;
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

  // What lies right after a stretch is on another node.
  /@ requires valid: Table(m) && 0 <= s < m->stretches && end == m->stretch[s].base + m->stretch[s].pages;
     terminates \true; exits \false; assigns \nothing;
     ensures  other: \forall integer t; In(m, t, end) ==> m->stretch[t].node != m->stretch[s].node;
  @/
  void lemma_past(const struct np_machine *m, uint32_t s, uint64_t end)
  {
     np_lemma_stretch(m, s);
     /@ assert size:  end > m->stretch[s].base; @/
     /@ assert self:  !In(m, s, end); @/
     /@ assert below: \forall integer t; Before(m, t, s) ==> !In(m, t, end); @/
     /@ assert above: \forall integer t; Before(m, s, t) && In(m, t, end) ==>
                        m->stretch[t].node != m->stretch[s].node; @/
     return;
  }

  // On its node, what is eligible inside a stretch; what follows it is not.
  /@ requires valid: Table(m) && 0 <= s < m->stretches && Window(m, r, low, high);
     requires end:   end == m->stretch[s].base + m->stretch[s].pages;
     terminates \true; exits \false; assigns \nothing;
     ensures  same:  \forall integer p; In(m, s, p) ==>
                       (Eligible(m, m->stretch[s].node, r, p) <==> FreeAt(m, p) && low <= p < high);
     ensures  past:  !Eligible(m, m->stretch[s].node, r, end);
  @/
  void lemma_own(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t low, uint64_t high, uint64_t end)
  {
     np_lemma_stretch(m, s);
     lemma_past(m, s, end);
     /@ assert here:  \forall integer p; In(m, s, p) ==>
                        (EligibleIn(m, s, r, p) <==> FreeAt(m, p) && low <= p < high); @/
     /@ assert alone: \forall integer p, t; In(m, s, p) && EligibleIn(m, t, r, p) ==> t == s; @/
     return;
  }

  // Where a block on the node of a stretch may start inside it, said of free positions.
  /@ requires valid: Table(m) && 0 <= s < m->stretches && Window(m, r, low, high) && 1 <= n;
     requires end:   end == m->stretch[s].base + m->stretch[s].pages && node == m->stretch[s].node;
     terminates \true; exits \false; assigns \nothing;
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

  // All stretches together.
  /@ requires valid: Table(m) && 1 <= n;
     requires none:  \forall integer t; 0 <= t < m->stretches ==> NoPlaceIn(m, node, r, n, boundary, t, to);
     terminates \true; exits \false; assigns \nothing;
     ensures  none:  NoPlaceOn(m, node, r, n, boundary, to);
  @/
  void lemma_all(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t n, uint64_t boundary,
                 uint64_t to)
  {
     /@ assert head: \forall integer p; PlaceOn(m, node, r, n, boundary, p) ==> Eligible(m, node, r, p); @/
     /@ assert in:   \forall integer p, t; In(m, t, p) ==> NoPlaceIn(m, node, r, n, boundary, t, to); @/
     /@ assert each: \forall integer p, t; p < to && m->stretch[t].node == node && EligibleIn(m, t, r, p) ==>
                       !PlaceOn(m, node, r, n, boundary, p); @/
     return;
  }

  // The stretches before the one that a block was found in, and those after it.
  /@ requires valid: Table(m) && In(m, s, p) && 1 <= n;
     requires none:  \forall integer t; 0 <= t < s ==> NoPlaceIn(m, node, r, n, boundary, t, m->free.positions);
     requires here:  NoPlaceIn(m, node, r, n, boundary, s, p);
     terminates \true; exits \false; assigns \nothing;
     ensures  none:  NoPlaceOn(m, node, r, n, boundary, p);
  @/
  void lemma_found(const struct np_machine *m, uint32_t s, uint32_t node, struct np_steps r, uint64_t n,
                   uint64_t boundary, uint64_t p)
  {
     np_lemma_stretch(m, s);
     /@ assert later:   \forall integer t; s < t < m->stretches ==> NoPlaceIn(m, node, r, n, boundary, t, p); @/
     /@ assert sooner:  \forall integer t; NoPlaceIn(m, node, r, n, boundary, t, m->free.positions) ==>
                          NoPlaceIn(m, node, r, n, boundary, t, p); @/
     /@ assert earlier: \forall integer t; 0 <= t < s ==> NoPlaceIn(m, node, r, n, boundary, t, p); @/
     lemma_all(m, node, r, n, boundary, p);
     return;
  }
*/

uint64_t np_place_on_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t count,
                          uint64_t boundary)
{
    const uint64_t low = np_position_from(m, r.first);
    const uint64_t high = np_position_from(m, r.end);
    //@ assert splits: Splits(m, r.first, low) && Splits(m, r.end, high);
    //@ ghost lemma_window(m, r, low, high);
    /*@ loop invariant at:   s <= m->stretches;
        loop invariant none: \forall integer t; 0 <= t < s ==>
                               NoPlaceIn(m, node, r, count, boundary, t, m->free.positions);
        loop assigns s;
        loop variant m->stretches - s;
    */
    for (uint32_t s = 0; s < m->stretches; s++) {
        //@ ghost np_lemma_stretch(m, s);
        if ((uint32_t)m->stretch[s].node != node) continue;
        const uint64_t base = (uint64_t)m->stretch[s].base;
        const uint64_t end = base + (uint64_t)m->stretch[s].pages;
        //@ ghost lemma_on(m, s, node, r, count, boundary, low, high, end);
        const uint64_t p = place_between(m, base < low ? low : base, high < end ? high : end, count, boundary);
        if (p != NP_NONE) {
            //@ assert in: In(m, s, p);
            //@ assert here: NoPlaceIn(m, node, r, count, boundary, s, p);
            //@ ghost lemma_found(m, s, node, r, count, boundary, p);
            return p;
        }
        //@ assert here: NoPlaceIn(m, node, r, count, boundary, s, m->free.positions);
    }
    //@ ghost lemma_all(m, node, r, count, boundary, m->free.positions);
    //@ assert inside: \forall integer p; PlaceOn(m, node, r, count, boundary, p) ==> Eligible(m, node, r, p);
    return NP_NONE;
}

uint64_t np_place_anywhere(const struct np_machine *m, struct np_steps r, uint64_t count, uint64_t boundary)
{
    const uint64_t low = np_position_from(m, r.first);
    const uint64_t high = np_position_from(m, r.end);
    //@ assert splits: Splits(m, r.first, low) && Splits(m, r.end, high);
    //@ ghost lemma_window(m, r, low, high);
    //@ ghost lemma_any(m, r, count, boundary, low, high);
    return place_between(m, low, high, count, boundary);
}

/*@ // what InByteRange and BytesTogether say of the bytes of a request, in pages
    predicate RangeFor{L}(struct np_contiguous_request *q, struct np_steps r) =
      \forall integer f; InRanges(r, f) <==> InByteRange(q->low, q->high, 0, 0, f);

    predicate BoundaryFor{L}(struct np_contiguous_request *q, integer n, integer boundary, integer to) =
      \forall integer f; 0 <= f < to ==> (BytesTogether(q->boundary, f, q->bytes) <==> !Crosses(boundary, f, n));
*/

/*@ ghost
  // B2 in pages, of every page frame.
  /@ requires valid: \valid_read(q) && ValidBytes(q) && ValidBoundary(q);
     terminates \true; exits \false; assigns \nothing;
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
     terminates \true; exits \false; assigns \nothing;
     ensures  fits:  \forall integer p; FitsFor(m, q, p) <==> Fits(m, p, n, boundary);
  @/
  void lemma_fits_for(const struct np_machine *m, const struct np_contiguous_request *q, uint64_t n, uint64_t boundary)
  {
     /@ assert stretch: \forall integer s, p; In(m, s, p) ==> Stretch(m, s); @/
     /@ assert frame:   \forall integer s, p; In(m, s, p) ==> 0 <= Frame(m, s, p) < NP_PFN_LIMIT; @/
     /@ assert same:    \forall integer s, p; In(m, s, p) ==>
                          (BytesTogether(q->boundary, Frame(m, s, p), q->bytes) <==>
                           !Crosses(boundary, Frame(m, s, p), n)); @/
     return;
  }

  // A request for any node.
  /@ requires valid: RangeFor(q, r) && q->node == NP_ANY_NODE && n == WholePages(q->bytes);
     requires fits:  \forall integer p; FitsFor(m, q, p) <==> Fits(m, p, n, boundary);
     terminates \true; exits \false; assigns \nothing;
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
     terminates \true; exits \false; assigns \nothing;
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

uint64_t np_place_contiguous(const struct np_machine *m, const struct np_contiguous_request *q)
{
    const struct np_steps r = np_steps_of(q->low, q->high, 0);
    const uint64_t count = np_whole_pages(q->bytes);
    const uint64_t boundary = q->boundary / NP_PAGE_SIZE;
    //@ assert alone: \forall integer i, f; InRange(r, i, f) <==> i == 0 && InByteRange(q->low, q->high, 0, 0, f);
    //@ assert range: RangeFor(q, r);
    //@ ghost np_lemma_boundary(q);
    //@ ghost lemma_boundary_for(q);
    //@ ghost lemma_fits_for(m, q, count, boundary);
    if (q->node == NP_ANY_NODE) {
        //@ ghost lemma_place_any(m, q, r, count, boundary);
        return np_place_anywhere(m, r, count, boundary);
    }
    //@ ghost lemma_place_on(m, q, r, count, boundary);
    return np_place_on_node(m, q->node, r, count, boundary);
}
