/* SPDX-License-Identifier: MIT */
/*
 * What blocks.c rests on, proved.
 */
#ifndef NP_BLOCKS_LEMMAS_H
#define NP_BLOCKS_LEMMAS_H

#include "blocks.h"
#include "../ranges/fit.h"
#include "../machine/machine.h"

/*@ ghost
  // Where no eligible run and no aligned one starts, no block does, and no page is usable.
  /@ requires valid: 1 <= c && from <= to && Seam(m, node, r, c, from);
     requires none:  \forall integer b; from <= b < to ==> !Block(m, node, r, c, b);
     NP_PURE
     ensures  none:  NoneUsable(m, node, r, c, from, to);
  @/
  void lemma_no_block(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t c, uint64_t from, uint64_t to)
  {
     /@ assert astride: \forall integer p, b; from <= p < to && b < from && b <= p < b + c ==> !Block(m, node, r, c, b); @/
     return;
  }

  // A block where a page is at a multiple of c with as many eligible pages behind it.
  /@ requires valid: Table(m) && In(m, s, b) && In(m, s, b + c - 1) && 1 <= c <= NP_STEP_LIMIT;
     requires block: Aligned(Frame(m, s, b), c) && EligibleRun(m, node, r, b, c);
     NP_PURE
     ensures  usable: AllUsable(m, node, r, c, b, b + c);
     ensures  seam:   Seam(m, node, r, c, b + c);
     ensures  next:   Aligned(Frame(m, s, b) + c, c);
  @/
  void lemma_block(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t c, uint32_t s, uint64_t b)
  {
     np_lemma_region(m, s);
     np_lemma_next_aligned((uint64_t)m->region[s].first + (b - (uint64_t)m->region[s].base), c);
     /@ assert block:   Block(m, node, r, c, b); @/
     /@ assert between: \forall integer x; b < x < b + c ==> In(m, s, x) && !Aligned(Frame(m, s, x), c); @/
     /@ assert none:    \forall integer x; b < x < b + c ==> !AlignedAt(m, x, c); @/
     return;
  }

  // A row of blocks.
  /@ requires valid: Table(m) && In(m, s, start) && In(m, s, start + k * c - 1) && 1 <= c <= NP_STEP_LIMIT && 1 <= k;
     requires first: Aligned(Frame(m, s, start), c);
     requires free:  EligibleRun(m, node, r, start, k * c);
     NP_PURE
     ensures  usable: AllUsable(m, node, r, c, start, start + k * c);
     ensures  seam:   Seam(m, node, r, c, start + k * c);
  @/
  void lemma_row_of_blocks(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t c, uint32_t s, uint64_t start, uint64_t k)
  {
     uint64_t b = start + c;
     uint64_t left = k - 1;
     /@ assert rest: 0 <= left * c && left * c + c == k * c; @/
     lemma_block(m, node, r, c, s, start);
     /@ loop invariant count:   0 <= left < k && start + c <= b && b + left * c == start + k * c;
        loop invariant usable:  AllUsable(m, node, r, c, start, b);
        loop invariant seam:    Seam(m, node, r, c, b);
        loop invariant aligned: Aligned(m->region[s].first + (b - m->region[s].base), c);
        loop assigns left, b;
        loop variant left;
     @/
     while (left > 0) {
        uint64_t rest = left - 1;
        /@ assert rest: 0 <= rest * c && rest * c + c == left * c; @/
        /@ assert run:  EligibleRun(m, node, r, b, c); @/
        /@ assert in:   In(m, s, b) && In(m, s, b + c - 1); @/
        lemma_block(m, node, r, c, s, b);
        b += c;
        left--;
     }
     return;
  }
*/

#endif
