/* SPDX-License-Identifier: MIT */
/*
 * What why.c rests on, proved.
 */
#ifndef NP_WHY_LEMMAS_H
#define NP_WHY_LEMMAS_H

#include "why.h"
#include "../select/choose.h"
#include "../select/collect.h"
#include "../index/index.h"
#include "../machine/machine.h"
#include "../request/node.h"
#include "../select/place.h"
#include "../select/tally.h"

/*@ // a run of eligible pages on an allowed node, inside region run.region
    predicate AllowedRun{L}(struct np_machine *m, integer ideal, integer local, struct np_steps r, struct np_run run) =
         In(m, run.region, run.start) && AllowedNode(m, ideal, local, m->region[run.region].node)
      && run.start + run.length <= m->region[run.region].base + m->region[run.region].pages
      && EligibleRun(m, m->region[run.region].node, r, run.start, run.length);

    // on the allowed nodes below a node, no run is so long
    predicate NoLongerBelow{L}(struct np_machine *m, integer ideal, integer local, struct np_steps r, integer node,
                               integer length) =
      \forall integer k; k < node && AllowedNode(m, ideal, local, k) ==>
        NoEligibleStarts(m, k, r, 0, m->free.positions, length);
*/

/*@ ghost
  // A run on an allowed node is among the pages counted.
  /@ requires valid: Table(m) && ideal < m->nodes && AllowedNode(m, ideal, local, node);
     requires in:    start + length <= m->free.positions;
     requires run:   EligibleRun(m, node, r, start, length);
     NP_PURE
     ensures  among: \forall integer n; Usables(m, ideal, local, r, 1, n) ==> length <= n;
  @/
  void lemma_among(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint32_t node,
                   uint64_t start, uint64_t length)
  {
     uint64_t p = 0;
     /@ assert block:  \forall integer s, q; EligibleIn(m, s, r, q) ==> Aligned(Frame(m, s, q), 1); @/
     /@ assert at:     \forall integer s, q; EligibleIn(m, s, r, q) ==> AlignedAt(m, q, 1); @/
     /@ assert one:    \forall integer q; Eligible(m, node, r, q) ==> Block(m, node, r, 1, q); @/
     /@ assert usable: \forall integer q; Eligible(m, node, r, q) ==> Usable(m, node, r, 1, q); @/
     /@ assert tried:  TriedBefore(m, ideal, local, node, NP_NO_NODE); @/
     /@ assert in:     \forall integer q; Eligible(m, node, r, q) ==>
                         CandidateAt(m, ideal, local, r, 1, NP_NO_NODE, q); @/
     /@ assert zero:   \forall integer n; CountedAll(m, ideal, local, r, 1, NP_NO_NODE, 0, n) ==> n == 0; @/
     /@ loop invariant at:    0 <= p <= m->free.positions;
        loop invariant least: \forall integer n; CountedAll(m, ideal, local, r, 1, NP_NO_NODE, p, n) ==> 0 <= n;
        loop invariant among: \forall integer n; CountedAll(m, ideal, local, r, 1, NP_NO_NODE, p, n) ==>
                                p - start <= n || length <= n;
        loop assigns p;
        loop variant m->free.positions - p;
     @/
     while (p < (uint64_t)m->free.positions) {
        /@ assert here: start <= p < start + length ==> Eligible(m, node, r, p); @/
        /@ assert more: start <= p < start + length ==> CandidateAt(m, ideal, local, r, 1, NP_NO_NODE, p); @/
        p++;
     }
     /@ assert end: p == m->free.positions; @/
     /@ assert all: \forall integer n; CountedAll(m, ideal, local, r, 1, NP_NO_NODE, m->free.positions, n) ==>
                      length <= n; @/
     return;
  }

  // Where there is no run of some length, there is no longer one.
  /@ requires order: less <= more;
     requires none:  NoEligibleStarts(m, node, r, 0, m->free.positions, less);
     NP_PURE
     ensures  none:  NoEligibleStarts(m, node, r, 0, m->free.positions, more);
  @/
  void lemma_longer(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t less, uint64_t more)
  {
     /@ assert part: \forall integer p; EligibleRun(m, node, r, p, more) ==> EligibleRun(m, node, r, p, less); @/
     return;
  }

  /@ requires order: less <= more;
     requires none:  NoLongerBelow(m, ideal, local, r, node, less);
     NP_PURE
     ensures  none:  NoLongerBelow(m, ideal, local, r, node, more);
  @/
  void lemma_longest_over(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint32_t node,
                          uint64_t less, uint64_t more)
  {
     /@ assert part: \forall integer k, p; EligibleRun(m, k, r, p, more) ==> EligibleRun(m, k, r, p, less); @/
     return;
  }
*/

#endif
