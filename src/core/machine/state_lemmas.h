/* SPDX-License-Identifier: MIT */
/*
 * What state.c rests on, proved.
 */
#ifndef NP_STATE_LEMMAS_H
#define NP_STATE_LEMMAS_H

#include "state.h"
#include "../bits/bitmap.h"
#include "../index/index.h"
#include "planes.h"

/*@ ghost
  void np_lemma_pages(const struct np_machine *m)
  {
     /@ assert place:    \forall integer s, p, t, q, f; s < t && Before(m, s, t) && Page(m, s, p, f) ==>
                           !Page(m, t, q, f); @/
     /@ assert position: \forall integer s, p, t; s < t && Before(m, s, t) && In(m, s, p) ==> !In(m, t, p); @/
     /@ assert places:   \forall integer s, p, t, q, f; s < t && Page(m, s, p, f) ==> !Page(m, t, q, f); @/
     /@ assert same:     \forall integer s, t, p, q, f; Page(m, s, p, f) && Page(m, t, q, f) ==> s == t; @/
     /@ assert one:      \forall integer s, t, p; In(m, s, p) && In(m, t, p) ==> s == t; @/
     return;
  }

  // A page frame lies in one region at most.
  /@ requires   valid:   Table(m) && 0 <= s < m->regions;
     requires   in:      m->region[s].first <= f < m->region[s].first + m->region[s].pages;
     NP_PURE
     ensures    page:    Page(m, s, m->region[s].base + (f - m->region[s].first), f);
     ensures    one:     \forall integer t, p; Page(m, t, p, f) ==>
                           t == s && p == m->region[s].base + (f - m->region[s].first);
  @/
  void lemma_page(const struct np_machine *m, uint32_t s, uint64_t f)
  {
     np_lemma_region(m, s);
     /@ assert below: \forall integer t, p; 0 <= t < s ==> !Page(m, t, p, f); @/
     /@ assert above: \forall integer t, p; s < t < m->regions ==> !Page(m, t, p, f); @/
     return;
  }
*/

/*@ ghost
  // There is a census.
  /@ requires   valid:    Table(m);
     NP_PURE
     ensures    census:   \exists integer f, a, r; 0 <= f && 0 <= a && 0 <= r && Census(m, m->free.positions, f, a, r);
  @/
  void lemma_census(const struct np_machine *m)
  {
     int64_t p = 0;
     /@ assert none: Census(m, 0, 0, 0, 0); @/
     /@ loop invariant inside: 0 <= p <= m->free.positions;
        loop invariant census: \exists integer f, a, r; 0 <= f && 0 <= a && 0 <= r && Census(m, p, f, a, r);
        loop assigns p;
        loop variant m->free.positions - p;
     @/
     while (p < m->free.positions) {
        /@ assert one: !Present(m, p) || FreePageAt(m, p) || InUseAt(m, p) || RemovedAt(m, p); @/
        p++;
     }
     return;
  }

  // Positions that are not free add nothing to the free pages,
  /@ requires   valid:    Table(m) && 0 <= from <= to <= m->free.positions;
     requires   pages:    \forall integer p; from <= p < to ==> !FreeAt(m, p);
     requires   before:   FreeTotal(m, from, n);
     NP_PURE
     ensures    below:    FreeTotal(m, to, n);
  @/
  void lemma_no_free(const struct np_machine *m, uint64_t from, uint64_t to, uint64_t n)
  {
     uint64_t p = from;
     /@ loop invariant inside: from <= p <= to;
        loop invariant below:  FreeTotal(m, p, n);
        loop assigns p;
        loop variant to - p;
     @/
     while (p < to) {
        p++;
     }
     return;
  }

  // free pages add one each.
  /@ requires   valid:    Table(m) && 0 <= from <= to <= m->free.positions;
     requires   pages:    \forall integer p; from <= p < to ==> FreePageAt(m, p);
     requires   before:   FreeTotal(m, from, n);
     NP_PURE
     ensures    below:    FreeTotal(m, to, n + (to - from));
  @/
  void lemma_all_free(const struct np_machine *m, uint64_t from, uint64_t to, uint64_t n)
  {
     uint64_t p = from;
     /@ loop invariant inside: from <= p <= to;
        loop invariant below:  FreeTotal(m, p, n + (p - from));
        loop assigns p;
        loop variant to - p;
     @/
     while (p < to) {
        p++;
     }
     return;
  }

  // The same of removed pages,
  /@ requires   valid:    Table(m) && 0 <= from <= to <= m->free.positions;
     requires   pages:    \forall integer p; from <= p < to ==> !RemovedAt(m, p);
     requires   before:   RemovedTotal(m, from, n);
     NP_PURE
     ensures    below:    RemovedTotal(m, to, n);
  @/
  void lemma_no_removed(const struct np_machine *m, uint64_t from, uint64_t to, uint64_t n)
  {
     uint64_t p = from;
     /@ loop invariant inside: from <= p <= to;
        loop invariant below:  RemovedTotal(m, p, n);
        loop assigns p;
        loop variant to - p;
     @/
     while (p < to) {
        p++;
     }
     return;
  }

  // and of all pages.
  /@ requires   valid:    Table(m) && 0 <= from <= to <= m->free.positions;
     requires   pages:    \forall integer p; from <= p < to ==> !Present(m, p);
     requires   before:   PresentTotal(m, from, n);
     NP_PURE
     ensures    below:    PresentTotal(m, to, n);
  @/
  void lemma_no_present(const struct np_machine *m, uint64_t from, uint64_t to, uint64_t n)
  {
     uint64_t p = from;
     /@ loop invariant inside: from <= p <= to;
        loop invariant below:  PresentTotal(m, p, n);
        loop assigns p;
        loop variant to - p;
     @/
     while (p < to) {
        p++;
     }
     return;
  }

  // Every page counts once.
  /@ requires   valid:    Table(m) && 0 <= from <= to <= m->free.positions;
     requires   pages:    \forall integer p; from <= p < to ==> Present(m, p);
     requires   before:   PresentTotal(m, from, n);
     NP_PURE
     ensures    below:    PresentTotal(m, to, n + (to - from));
  @/
  void lemma_all_present(const struct np_machine *m, uint64_t from, uint64_t to, uint64_t n)
  {
     uint64_t p = from;
     /@ loop invariant inside: from <= p <= to;
        loop invariant below:  PresentTotal(m, p, n + (p - from));
        loop assigns p;
        loop variant to - p;
     @/
     while (p < to) {
        p++;
     }
     return;
  }
*/

/*@ ghost
  // Rows in the list are rows of positions.
  /@ requires   valid:   Table(m) && 0 <= s < m->regions && \valid_read(pfns + (i .. i + n - 1)) && i + n <= UINT64_MAX;
     requires   in:      m->region[s].first <= pfns[i] && pfns[i] + n <= m->region[s].first + m->region[s].pages;
     requires   row:     1 <= n && \forall integer k; i <= k < i + n ==> pfns[k] == pfns[i] + (k - i);
     NP_PURE
     ensures    listed:  \forall integer p; ListedBetween(m, pfns, i, i + n, p) <==>
                           0 <= p - (m->region[s].base + (pfns[i] - m->region[s].first)) < n;
  @/
  void lemma_row_listed(const struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t n)
  {
     np_lemma_region(m, s);
     uint64_t start = (uint64_t)m->region[s].base + (pfns[i] - (uint64_t)m->region[s].first);
     uint64_t k = 0;
     /@ loop invariant count:  0 <= k <= n;
        loop invariant listed: \forall integer p; ListedBetween(m, pfns, i, i + k, p) <==> start <= p < start + k;
        loop assigns k;
        loop variant n - k;
     @/
     while (k < n) {
        lemma_page(m, s, pfns[i + k]);
        uint64_t place = i + k;
        /@ assert page: Page(m, s, start + k, pfns[place]); @/
        /@ assert last: ListedBetween(m, pfns, i, place + 1, start + k); @/
        /@ assert here: \forall integer p; ListedBetween(m, pfns, i, place + 1, p) <==>
                          ListedBetween(m, pfns, i, place, p) || p == start + k; @/
        k++;
     }
     return;
  }
*/

#endif
