/* SPDX-License-Identifier: MIT */
/*
 * What plain.c rests on, proved.
 */
#ifndef NP_PLAIN_LEMMAS_H
#define NP_PLAIN_LEMMAS_H

#include "plain.h"
#include "../index/index.h"
#include "../machine/machine.h"
#include "../machine/state.h"

/*@ // such a page frame
    predicate PlainFrame{L}(struct np_machine *m, struct np_steps r, integer s, integer f) = \exists integer p; Plain(m, r, s, p, f);

    // page frame f lies in region s
    predicate FrameOf{L}(struct np_machine *m, integer s, integer f) = \exists integer p; Page(m, s, p, f);

    // position p of region s is free, the region is of the node, and the page frame lies in [first, end)
    predicate FreeBetween{L}(struct np_machine *m, integer node, integer first, integer end, integer s, integer p) =
      FreeAt(m, p) && m->region[s].node == node && first <= Frame(m, s, p) < end;
*/

/*@ ghost
  void np_lemma_plain(const struct np_machine *m, uint32_t node, struct np_steps r)
  {
     np_lemma_pages(m);
     /@ assert zero:     \forall integer f; InRange(r, 0, f) <==> r.first <= f < r.end; @/
     /@ assert only:     \forall integer i, f; InRange(r, i, f) ==> i == 0; @/
     /@ assert first:    \forall integer i, f; InRange(r, i, f) ==> InRange(r, 0, f); @/
     /@ assert forth:    \forall integer f; InRanges(r, f) ==> InRange(r, 0, f); @/
     /@ assert back:     \forall integer f; InRange(r, 0, f) ==> InRanges(r, f); @/
     /@ assert range:    \forall integer f; InRanges(r, f) <==> r.first <= f < r.end; @/
     /@ assert one:      \forall integer s, t, p; In(m, s, p) && In(m, t, p) ==> Page(m, s, p, Frame(m, s, p)) && Page(m, t, p, Frame(m, t, p)) && s == t; @/
     /@ assert eligible: \forall integer s, p, f; Page(m, s, p, f) ==>
                           (Eligible(m, node, r, p) <==> m->region[s].node == node && Plain(m, r, s, p, f)); @/
     /@ assert present:  \forall integer p; Eligible(m, node, r, p) ==> Present(m, p); @/
     /@ assert aligned:  \forall integer f; Aligned(f, 1); @/
     /@ assert at:       \forall integer p; Present(m, p) ==> AlignedAt(m, p, 1); @/
     /@ assert run:      \forall integer p; EligibleRun(m, node, r, p, 1) <==> Eligible(m, node, r, p); @/
     /@ assert block:    \forall integer p; Block(m, node, r, 1, p) <==> Eligible(m, node, r, p); @/
     /@ assert usable:   \forall integer p; Usable(m, node, r, 1, p) <==> Block(m, node, r, 1, p); @/
     return;
  }

  // Page frames rise with positions.
  /@ requires valid:  Table(m);
     NP_PURE
     ensures  rising: \forall integer s, p, f, t, q, g; Page(m, s, p, f) && Page(m, t, q, g) && p < q ==> f < g;
     ensures  apart:  \forall integer s, p, f, t, q, g; Page(m, s, p, f) && Page(m, t, q, g) && s < t ==> f < g;
     ensures  inside: \forall integer s, p, f; Page(m, s, p, f) ==> 0 <= p < m->free.positions;
  @/
  void lemma_frames(const struct np_machine *m)
  {
     /@ assert region: \forall integer s, p; In(m, s, p) ==> Region(m, s); @/
     /@ assert before:  \forall integer s, p, t, q; In(m, s, p) && In(m, t, q) && s < t ==> Before(m, s, t); @/
     /@ assert apart:   \forall integer s, p, f, t, q, g; Page(m, s, p, f) && Page(m, t, q, g) && s < t ==> f < g && p < q; @/
     return;
  }

  // Of two rising parts of a list, the second above the first.
  /@ requires parts:  from <= at <= to && \valid_read(pfns + (from .. to - 1)) && Rising(pfns, from, at) && Rising(pfns, at, to);
     requires above:  \forall integer j; at <= j < to ==> AllBelow(pfns, from, at, pfns[j]);
     NP_PURE
     ensures  rising: Rising(pfns, from, to);
  @/
  void lemma_join(const uint64_t *pfns, uint64_t from, uint64_t at, uint64_t to)
  {
     /@ assert across: \forall integer i, j; from <= i < at <= j < to ==> pfns[i] < pfns[j]; @/
     return;
  }

  // A rising list of the lowest usable pages holds all of them, or is full.
  /@ requires valid:  Table(m) && count <= have <= wanted && \valid_read(pfns + (0 .. wanted - 1));
     requires sound:  \forall integer i; count <= i < have ==> UsableFrame(m, node, r, 1, pfns[i]);
     requires order:  Rising(pfns, count, have);
     requires lowest: have < wanted ==> \forall integer s, p, f; Page(m, s, p, f) && Usable(m, node, r, 1, p) ==> Listed(pfns, count, have, f);
     requires page:   \forall integer p; Usable(m, node, r, 1, p) ==> Present(m, p);
     NP_PURE
     ensures  exact:  \exists integer n; Counted(m, node, r, 1, m->free.positions, n) && have == (count + n < wanted ? count + n : wanted);
  @/
  void lemma_list_counted(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t wanted, const uint64_t *pfns,
                          uint64_t count, uint64_t have)
  {
     lemma_frames(m);
     np_lemma_pages(m);
     int64_t p = 0;
     uint32_t s = 0;
     uint64_t k = count;
     /@ assert start: Counted(m, node, r, 1, 0, 0) && Region(m, 0); @/
     /@ assert present: \forall integer f; UsableFrame(m, node, r, 1, f) ==> FramePresent(m, f); @/
     /@ assert pages: \forall integer i; count <= i < have ==> FramePresent(m, pfns[i]); @/
     /@ loop invariant at:      0 <= p <= m->free.positions && s <= m->regions && count <= k <= have;
        loop invariant passed:  \forall integer t, q; In(m, t, q) && t < s ==> q < p;
        loop invariant region: s < m->regions ==> p <= m->region[s].base + m->region[s].pages;
        loop invariant before:  \forall integer i, t, q; count <= i < k && Page(m, t, q, pfns[i]) ==> q < p;
        loop invariant after:   \forall integer i, t, q; k <= i < have && Page(m, t, q, pfns[i]) ==> p <= q;
        loop invariant counted: \exists integer n; Counted(m, node, r, 1, p, n) && k - count <= n && (have < wanted ==> n == k - count);
        loop assigns p, s, k;
        loop variant m->free.positions - p;
     @/
     while (p < m->free.positions) {
        if (s < m->regions && m->region[s].base + m->region[s].pages <= p) {
           /@ assert next: \forall integer t; s < t < m->regions ==> Before(m, s, t) && Region(m, t); @/
           s++;
           /@ assert table: s < m->regions ==> Region(m, s); @/
        }
        /@ assert here: s < m->regions ==> p < m->region[s].base + m->region[s].pages; @/
        /@ assert above: \forall integer t; s < t < m->regions ==> Before(m, s, t); @/
        /@ assert later: \forall integer t; s < t ==> !In(m, t, p); @/
        /@ assert sooner: \forall integer t; t < s ==> !In(m, t, p); @/
        /@ assert in: \forall integer t; In(m, t, p) ==> t == s; @/
        const uint64_t old = k;
        if (s < m->regions && m->region[s].base <= p) {
           /@ assert table: Region(m, s); @/
           const uint64_t f = (uint64_t)(m->region[s].first + (p - m->region[s].base));
           /@ assert page: Page(m, s, p, f); @/
           /@ assert entries: \forall integer i; old <= i < have ==> f <= pfns[i]; @/
           if (k < have && pfns[k] == f) k++;
           /@ assert listed: Listed(pfns, count, have, f) ==> k == old + 1; @/
           /@ assert sound: k == old + 1 ==> Usable(m, node, r, 1, p); @/
           /@ assert later: \forall integer i; k <= i < have ==> f < pfns[i]; @/
        }
        /@ assert usable: Usable(m, node, r, 1, p) ==> (have < wanted ==> k == old + 1); @/
        /@ assert used: !Usable(m, node, r, 1, p) ==> k == old; @/
        p++;
     }
     /@ assert none: \forall integer t, q; k < have ==> !Page(m, t, q, pfns[k]); @/
     /@ assert last: k < have ==> FramePresent(m, pfns[k]); @/
     /@ assert all: k == have; @/
     return;
  }

  // It names the free pages of the node from the first page frame that it lists to the last.
  /@ requires valid:  Table(m) && r.step == 0 && count < have <= wanted && \valid_read(pfns + (0 .. wanted - 1));
     requires sound:  \forall integer i; count <= i < have ==> UsableFrame(m, node, r, 1, pfns[i]);
     requires order:  Rising(pfns, count, have);
     requires lowest: \forall integer s, p, f; Page(m, s, p, f) && Usable(m, node, r, 1, p) ==>
                        Listed(pfns, count, have, f) || (have == wanted && AllBelow(pfns, count, have, f));
     NP_PURE
     ensures  names:  \forall integer s, p; In(m, s, p) ==>
                        (ListedBetween(m, pfns, count, have, p) <==> FreeBetween(m, node, pfns[count], pfns[have - 1] + 1, s, p));
     ensures  last:   pfns[count] <= pfns[have - 1] < NP_FRAME_LIMIT;
  @/
  void lemma_names(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t wanted, const uint64_t *pfns,
                   uint64_t count, uint64_t have)
  {
     const uint64_t end = pfns[have - 1] + 1;
     np_lemma_plain(m, node, r);
     np_lemma_pages(m);
     /@ assert plain: \forall integer s, p, f; UsableFrame(m, node, r, 1, f) && Page(m, s, p, f) ==> Plain(m, r, s, p, f) && m->region[s].node == node; @/
     /@ assert region: \forall integer s, p; In(m, s, p) ==> Region(m, s); @/
     /@ assert newest: \forall integer f; UsableFrame(m, node, r, 1, f) ==> r.first <= f < NP_FRAME_LIMIT; @/
     /@ assert first: r.first <= pfns[count]; @/
     /@ assert most:  \forall integer i; count <= i < have ==> pfns[count] <= pfns[i] < end; @/
     /@ assert own:   \forall integer i, s, p; count <= i < have && Page(m, s, p, pfns[i]) ==> FreeBetween(m, node, pfns[count], end, s, p); @/
     /@ assert places: \forall integer s, p; In(m, s, p) ==> Page(m, s, p, Frame(m, s, p)); @/
     /@ assert pages: \forall integer s, t, p; In(m, s, p) && In(m, t, p) ==> s == t; @/
     /@ assert last:  \forall integer f; f < end ==> !AllBelow(pfns, count, have, f); @/
     /@ assert usable: \forall integer s, p; In(m, s, p) && FreeBetween(m, node, pfns[count], end, s, p) ==> Usable(m, node, r, 1, p); @/
     /@ assert all:   \forall integer s, p; In(m, s, p) && FreeBetween(m, node, pfns[count], end, s, p) ==> Listed(pfns, count, have, Frame(m, s, p)); @/
     return;
  }
*/

#endif
