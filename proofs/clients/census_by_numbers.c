/* SPDX-License-Identifier: MIT */
/*
 * A client of the core's contracts: the census moves by exactly the number of pages that a call takes or frees (M4).
 */
#include "requests.h"

/*@ // of the first n places of a list, as many page frames as k lie at positions below p, each position counted once
    inductive ListedBelow{L}(struct np_machine *m, uint64_t *pfns, integer n, integer p, integer k) {
      case below_none{L}: \forall struct np_machine *m, uint64_t *pfns, integer n; ListedBelow{L}(m, pfns, n, 0, 0);
      case below_more{L}: \forall struct np_machine *m, uint64_t *pfns, integer n, p, k;
        0 <= p && ListedBelow{L}(m, pfns, n, p, k) && ListedAt{L}(m, pfns, n, p) ==> ListedBelow{L}(m, pfns, n, p + 1, k + 1);
      case below_same{L}: \forall struct np_machine *m, uint64_t *pfns, integer n, p, k;
        0 <= p && ListedBelow{L}(m, pfns, n, p, k) && !ListedAt{L}(m, pfns, n, p) ==> ListedBelow{L}(m, pfns, n, p + 1, k);
    }
*/

/*@ ghost
  // There is one census.
  /@ requires   valid:   Table(m);
     NP_PURE
     ensures    one:     \forall integer f, a, r, g, b, s; Census(m, m->free.positions, f, a, r)
                           && Census(m, m->free.positions, g, b, s) ==> f == g && a == b && r == s;
  @/
  void lemma_one_census(const struct np_machine *m)
  {
     uint64_t end = (uint64_t)m->free.positions;
     uint64_t p = 0;
     /@ loop invariant at:  0 <= p <= end;
        loop invariant one: \forall integer f, a, r, g, b, s; Census(m, p, f, a, r) && Census(m, p, g, b, s) ==>
                              f == g && a == b && r == s;
        loop assigns p;
        loop variant end - p;
     @/
     while (p < end) {
        p++;
     }
     return;
  }

  // One page frame more.
  /@ requires   valid:   Table(m) && n < UINT64_MAX && \valid_read(pfns + (0 .. n));
     requires   at:      FrameAt(m, at, pfns[n]) && at < m->free.positions && !ListedAt(m, pfns, n, at);
     requires   before:  ListedBelow(m, pfns, n, m->free.positions, n);
     NP_PURE
     ensures    more:    ListedBelow(m, pfns, n + 1, m->free.positions, n + 1);
  @/
  void lemma_one_more(const struct np_machine *m, const uint64_t *pfns, uint64_t n, uint64_t at)
  {
     np_lemma_pages(m);
     uint64_t end = (uint64_t)m->free.positions;
     uint64_t p = 0;
     /@ assert listed: \forall integer q; ListedAt(m, pfns, n + 1, q) <==> ListedAt(m, pfns, n, q) || q == at; @/
     /@ loop invariant at:    0 <= p <= end;
        loop invariant below: \forall integer k; ListedBelow(m, pfns, n, p, k) ==> ListedBelow(m, pfns, n + 1, p, p <= at ? k : k + 1);
        loop assigns p;
        loop variant end - p;
     @/
     while (p < end) {
        p++;
     }
     return;
  }

  // A list that names no page twice names as many pages as it is long.
  /@ requires   valid:   Table(m) && \valid_read(pfns + (0 .. n - 1));
     requires   list:    Distinct(pfns, n) && AllPresent(m, pfns, n);
     NP_PURE
     ensures    all:     ListedBelow(m, pfns, n, m->free.positions, n);
  @/
  void lemma_all_listed(const struct np_machine *m, const uint64_t *pfns, uint64_t n)
  {
     uint64_t end = (uint64_t)m->free.positions;
     uint64_t p = 0;
     uint64_t i = 0;
     /@ loop invariant at:   0 <= p <= end;
        loop invariant none: ListedBelow(m, pfns, 0, p, 0);
        loop assigns p;
        loop variant end - p;
     @/
     while (p < end) {
        p++;
     }
     np_lemma_pages(m);
     /@ loop invariant at:   0 <= i <= n;
        loop invariant some: ListedBelow(m, pfns, i, m->free.positions, i);
        loop assigns i;
        loop variant n - i;
     @/
     while (i < n) {
        uint64_t at = place_of(m, pfns[i]);
        /@ assert inside: \forall integer s; In(m, s, at) ==> Region(m, s); @/
        /@ assert other: \forall integer j, s; 0 <= j < i ==> !Page(m, s, at, pfns[j]); @/
        lemma_one_more(m, pfns, i, at);
        i++;
     }
     return;
  }
*/

/** A census before a call and one after it, and the pages that the call took or gave back. */
struct two_censuses {
    struct np_census before;
    struct np_census after;
    uint64_t pages;
};

/**
 * Gives pages back that were allocated, and counts before and after.
 *
 * @clause M4, F1
 * @param pfns   the pages, each once
 * @param count  their number
 * @return both counts; as many pages as are listed were allocated and are free
 * @cost   a call of np_free_pages, and two of np_count_pages
 */
/*@ requires   valid:   Machine(m) && HeldPresent(m) && Apart(m, pfns, count);
    requires   list:    AllAllocated(m, pfns, count) && Distinct(pfns, count);
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m) && HeldPresent(m);
    ensures    pages:   \result.pages == count;
    ensures    free:    \result.after.free == \result.before.free + count;
    ensures    used:    \result.after.allocated == \result.before.allocated - count;
    ensures    others:  \result.after.removed == \result.before.removed && \result.after.present == \result.before.present;
*/
struct two_censuses free_and_count(struct np_machine *m, const uint64_t *pfns, uint64_t count)
{
    struct two_censuses c = {{0}, {0}, 0};
    c.before = np_count_pages(m);
    //@ assert present: \forall integer f; AllocatedFrame(m, f) ==> FramePresent(m, f);
    //@ assert listed: \forall integer i; 0 <= i < count ==> AllocatedFrame(m, pfns[i]);
    //@ assert list: AllPresent(m, pfns, count);
    //@ ghost lemma_all_listed(m, pfns, count);
    //@ ghost np_lemma_pages(m);
    //@ assert held: \forall integer p; ListedAt(m, pfns, count, p) ==> AllocatedAt(m, p);
    //@ assert start: \forall integer f, a, r; Census(m, 0, f, a, r) ==> f == 0 && a == 0 && r == 0;
    //@ assert none: \forall integer k; ListedBelow(m, pfns, count, 0, k) ==> k == 0;
    c.pages = np_free_pages(m, pfns, count);
    /*@ ghost
        uint64_t end = (uint64_t)m->free.positions;
        uint64_t p = 0;
        /@ loop invariant at:   0 <= p <= end;
           loop invariant move: \forall integer f, a, r, k; Census{Pre}(m, p, f, a, r) && ListedBelow{Pre}(m, pfns, count, p, k) ==>
                                  Census(m, p, f + k, a - k, r);
           loop assigns p;
           loop variant end - p;
        @/
        while (p < end) {
            /@ assert back: \forall integer f, a, r; Census{Pre}(m, p + 1, f, a, r) ==>
                              (!Present(m, p) && Census{Pre}(m, p, f, a, r)) || (FreePageAt{Pre}(m, p) && Census{Pre}(m, p, f - 1, a, r))
                              || (InUseAt{Pre}(m, p) && Census{Pre}(m, p, f, a - 1, r)) || (RemovedAt{Pre}(m, p) && Census{Pre}(m, p, f, a, r - 1)); @/
            /@ assert list: \forall integer k; ListedBelow{Pre}(m, pfns, count, p + 1, k) ==>
                              (ListedAt{Pre}(m, pfns, count, p) && ListedBelow{Pre}(m, pfns, count, p, k - 1))
                              || (!ListedAt{Pre}(m, pfns, count, p) && ListedBelow{Pre}(m, pfns, count, p, k)); @/
            /@ assert same: !ListedAt{Pre}(m, pfns, count, p) ==> SameAt{Pre, Here}(m, p); @/
            /@ assert kind: !ListedAt{Pre}(m, pfns, count, p) ==> (FreePageAt{Pre}(m, p) <==> FreePageAt(m, p))
                              && (InUseAt{Pre}(m, p) <==> InUseAt(m, p)) && (RemovedAt{Pre}(m, p) <==> RemovedAt(m, p)); @/
            /@ assert ahead: \forall integer f, a, r; (!Present(m, p) && Census(m, p, f, a, r)) || (FreePageAt(m, p) && Census(m, p, f - 1, a, r))
                               || (InUseAt(m, p) && Census(m, p, f, a - 1, r)) || (RemovedAt(m, p) && Census(m, p, f, a, r - 1)) ==>
                               Census(m, p + 1, f, a, r); @/
            /@ assert other: \forall integer f, a, r, k; !ListedAt{Pre}(m, pfns, count, p) && Census{Pre}(m, p + 1, f, a, r)
                               && ListedBelow{Pre}(m, pfns, count, p, k) ==> Census(m, p + 1, f + k, a - k, r); @/
            /@ assert given: ListedAt{Pre}(m, pfns, count, p) ==> InUseAt{Pre}(m, p) && FreePageAt(m, p); @/
            /@ assert mine: \forall integer f, a, r, k; ListedAt{Pre}(m, pfns, count, p) && Census{Pre}(m, p + 1, f, a, r)
                              && ListedBelow{Pre}(m, pfns, count, p, k - 1) ==> Census(m, p + 1, f + k, a - k, r); @/
            p++;
        }
    */
    //@ ghost lemma_one_census(m);
    c.after = np_count_pages(m);
    return c;
}
