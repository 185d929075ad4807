/* SPDX-License-Identifier: MIT */
/*
 * What runs.c rests on, proved.
 */
#ifndef NP_RUNS_LEMMAS_H
#define NP_RUNS_LEMMAS_H

#include "runs.h"
#include "../index/index.h"

/*@ ghost
  // Where pages in ranges begin anew, the ranges have gaps, and one of them begins.
  /@ requires valid: Steps(r) && r.first < f && InRanges(r, f) && !InRanges(r, f - 1);
     NP_PURE
     ensures  gaps:  Gaps(r);
     ensures  start: f == r.first + \result * r.step;
  @/
  uint64_t lemma_start(struct np_steps r, uint64_t f)
  {
     uint64_t before = f - 1;
     /@ assert start: \forall integer j; InRange(r, j, f) && !InRange(r, j, before) ==> f == r.first + j * r.step; @/
     /@ assert last:  \forall integer j; (j - 1) * r.step == j * r.step - r.step; @/
     /@ assert touch: \forall integer j; InRange(r, j, f) && r.step <= r.end - r.first ==> InRange(r, j, before) || InRange(r, j - 1, before); @/
     uint64_t i = (f - r.first) / r.step;
     /@ assert at:    i * r.step <= f - r.first < i * r.step + r.step; @/
     np_lemma_gaps(r, i);
     return i;
  }

  // The ranges from range i on, said of positions.
  /@ requires valid: Gaps(r) && Gaps(q) && q.step == r.step && q.end - q.first == r.end - r.first && f == r.first + i * r.step;
     NP_PURE
     ensures  same:  \forall integer p, g; q.first <= p && g - f == p - q.first ==> (InRanges(q, p) <==> InRanges(r, g));
  @/
  void lemma_rest(struct np_steps r, struct np_steps q, uint64_t f, uint64_t i)
  {
     /@ assert sum:   \forall integer j, k; k == j + i ==> k * r.step == j * r.step + i * r.step; @/
     /@ assert each:  \forall integer p, g, j, k; g - f == p - q.first && k == j + i && 0 <= j ==> (InRange(q, j, p) <==> InRange(r, k, g)); @/
     /@ assert forth: \forall integer p, g; g - f == p - q.first && InRanges(q, p) ==> InRanges(r, g); @/
     /@ assert lower: \forall integer k; k < i ==> k * r.step + r.step <= i * r.step; @/
     /@ assert above: \forall integer p, g, k; q.first <= p && g - f == p - q.first && InRange(r, k, g) ==> i <= k; @/
     /@ assert one:   \forall integer g, k; f <= g && InRange(r, k, g) ==> InRange(q, k - i, q.first + (g - f)); @/
     /@ assert back:  \forall integer g; f <= g && InRanges(r, g) ==> InRanges(q, q.first + (g - f)); @/
     return;
  }
*/

/*@ ghost
  // What a search of the free pages of a row says of eligible runs.
  /@ requires count: 1 <= count;
     requires past:  !AllowedIn(m, s, r, end) && from <= to <= end;
     requires none:  \forall integer p; from <= p < to && p + count <= end ==> !Run(&m->free, p, count);
     NP_PURE
     ensures  none:  NoEligibleStartsIn(m, s, r, from, to, count);
  @/
  void lemma_row(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t from, uint64_t end, uint64_t to, uint64_t count)
  {
     /@ assert free: \forall integer p; EligibleRunIn(m, s, r, p, count) ==> Run(&m->free, p, count); @/
     /@ assert past: !EligibleIn(m, s, r, end); @/
     /@ assert over: \forall integer p; p <= end < p + count ==> !EligibleRunIn(m, s, r, p, count); @/
     return;
  }
*/

/*@ // no eligible run on the node starts in region t at a position in [from, to)
    predicate NoStartsIn{L}(struct np_machine *m, integer node, struct np_steps r, integer t, integer from, integer to, integer count) =
      m->region[t].node == node ==>
        \forall integer p; from <= p < to && EligibleIn(m, t, r, p) ==> !EligibleRun(m, node, r, p, count);
*/

/*@ ghost
  // On its node, what holds inside a region holds: a run never leaves it.
  /@ requires valid: Table(m) && 0 <= s < m->regions;
     NP_PURE
     ensures  same:  \forall integer p; In(m, s, p) ==> (Eligible(m, m->region[s].node, r, p) <==> EligibleIn(m, s, r, p));
     ensures  past:  !Eligible(m, m->region[s].node, r, m->region[s].base + m->region[s].pages);
  @/
  void lemma_node(const struct np_machine *m, uint32_t s, struct np_steps r)
  {
     /@ assert region: Region(m, s); @/
     /@ assert one:   \forall integer p, t; In(m, s, p) && In(m, t, p) ==> t == s; @/
     /@ assert above: \forall integer t; s < t < m->regions ==> Before(m, s, t); @/
     /@ assert below: \forall integer t; 0 <= t < s ==> Before(m, t, s); @/
     int64_t end = m->region[s].base + m->region[s].pages;
     /@ assert self:  !In(m, s, end); @/
     /@ assert low:   \forall integer t; Before(m, t, s) ==> !In(m, t, end); @/
     /@ assert high:  \forall integer t; Before(m, s, t) && In(m, t, end) ==> m->region[t].node != m->region[s].node; @/
     /@ assert order: \forall integer t; In(m, t, end) ==> t < s || t == s || s < t; @/
     /@ assert other: \forall integer t; In(m, t, end) ==> m->region[t].node != m->region[s].node; @/
     return;
  }

  /@ requires valid: Table(m) && 0 <= s < m->regions && 1 <= count;
     NP_PURE
     ensures  run:   \forall integer p; In(m, s, p) && EligibleRun(m, m->region[s].node, r, p, count) ==> EligibleRunIn(m, s, r, p, count);
  @/
  void lemma_node_runs(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t count)
  {
     lemma_node(m, s, r);
     /@ assert over: \forall integer p; p <= m->region[s].base + m->region[s].pages < p + count ==>
                       !EligibleRun(m, m->region[s].node, r, p, count); @/
     return;
  }

  // A search of one region, said of its node.
  /@ requires valid: Table(m) && 0 <= s < m->regions && 1 <= count;
     requires none:  NoEligibleStartsIn(m, s, r, m->region[s].base < from ? from : m->region[s].base, to, count);
     NP_PURE
     ensures  none:  NoStartsIn(m, m->region[s].node, r, s, from, to, count);
  @/
  void lemma_searched(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t from, uint64_t to, uint64_t count)
  {
     lemma_node_runs(m, s, r, count);
     return;
  }

  // All regions together.
  /@ requires valid: Table(m) && 1 <= count;
     requires none:  \forall integer t; 0 <= t < m->regions ==> NoStartsIn(m, node, r, t, from, to, count);
     NP_PURE
     ensures  none:  NoEligibleStarts(m, node, r, from, to, count);
  @/
  void lemma_all_searched(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t from, uint64_t to, uint64_t count)
  {
     /@ assert head: \forall integer p; EligibleRun(m, node, r, p, count) ==> Eligible(m, node, r, p); @/
     /@ assert in: \forall integer p, t; In(m, t, p) ==> NoStartsIn(m, node, r, t, from, to, count); @/
     /@ assert each: \forall integer p, t; from <= p < to && m->region[t].node == node && EligibleIn(m, t, r, p) ==>
                       !EligibleRun(m, node, r, p, count); @/
     return;
  }
*/

#endif
