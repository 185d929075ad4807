/* SPDX-License-Identifier: MIT */
/*
 * Pages that follow each other in a list and lie near each other, so that they can change together.
 */
#ifndef NP_BATCH_H
#define NP_BATCH_H

#include "../index/listed.h"
#include "machine.h"
#include "../ranges/ranges.h"
#include "../../../spec/logic/lists.acsl"

/*@ // pages of one region, in rising order
    predicate Batch{L}(struct np_machine *m, integer s, struct np_listed x) =
         0 <= s < m->regions && x.from < x.to && \valid_read(x.pfns + (x.from .. x.to - 1))
      && x.first == m->region[s].first && x.base == m->region[s].base
      && (\forall integer k; x.from <= k < x.to ==> x.first <= x.pfns[k] < x.first + m->region[s].pages)
      && Rising(x.pfns, x.from, x.to);

    // the position that a place of a list stands for
    logic integer PlaceOf{L}(struct np_listed x, integer k) = x.base + (x.pfns[k] - x.first);
*/

/**
 * The pages listed from place i on that rise, lie in one region, and leave no more than a block between one and the next.
 *
 * @param s  the region of page pfns[i]
 * @cost  O(result)
 */
/*@ requires   valid:   Table(m) && 0 <= s < m->regions;
    requires   list:    i < count && \valid_read(pfns + (0 .. count - 1));
    requires   in:      m->region[s].first <= pfns[i] < m->region[s].first + m->region[s].pages;
    NP_PURE
    ensures    part:    \result.pfns == pfns && \result.from == i && i < \result.to <= count;
    ensures    batch:   Batch(m, s, \result);
*/
struct np_listed np_batch(const struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t count);

/*@ ghost
  // What a batch names, and between which positions.
  /@ requires   batch:   Table(m) && Batch(m, s, x);
     NP_PURE
     ensures    named:   \forall integer p; ListedBetween(m, x.pfns, x.from, x.to, p) <==> Named(x, p);
     ensures    ends:    0 <= PlaceOf(x, x.from) <= PlaceOf(x, x.to - 1) < m->free.positions;
     ensures    list:    Listable(x, PlaceOf(x, x.from), PlaceOf(x, x.to - 1) + 1);
  @/
  void np_lemma_batch(const struct np_machine *m, uint32_t s, struct np_listed x);
*/

#endif
