/* SPDX-License-Identifier: MIT */
/*
 * What index.c rests on, proved.
 */
#ifndef NP_INDEX_LEMMAS_H
#define NP_INDEX_LEMMAS_H

#include "index.h"
#include "../bits/bitmap.h"
#include "extent.h"
#include "listed.h"
#include "../ranges/stride.h"
#include "tree.h"

/*@ // a summary of positions of which none is free
    predicate NoneFree(struct np_summary x) = x.prefix == 0 && x.longest == 0 && x.suffix == 0 && x.free == 0;
*/

/*@ ghost
  /@ NP_PURE
     ensures    none:    Ones(0, 64) == 0;
  @/
  void lemma_no_ones(void)
  {
     uint64_t k = 0;
     /@ loop invariant none: 0 <= k <= 64 && Ones(0, k) == 0;
        loop assigns k;
        loop variant 64 - k;
     @/
     while (k < 64) {
        /@ assert bit: !WordBit(0, k); @/
        k++;
     }
     return;
  }

  // An index of which all words and all nodes are clear.
  /@ requires   valid:   FreeBits(index) && Nodes(index);
     requires   words:   \forall integer i; 0 <= i <= (index->positions - 1) / 64 ==> index->words[i] == 0;
     requires   nodes:   \forall integer i; 0 <= i < index->positions / 256 ==> NoneFree(index->summaries[i]);
     NP_PURE
     ensures    index:   Index(index);
     ensures    used:    \forall integer p; !Free(index, p);
  @/
  void lemma_clear_index(const struct np_index *index)
  {
     lemma_no_ones();
     np_lemma_numbers(index->positions);
     /@ assert word:  \forall integer p; 0 <= p < index->positions ==> index->words[p / 64] == 0; @/
     /@ assert bit:   \forall integer i; 0 <= i < 64 ==> !WordBit(0, i); @/
     /@ assert used:  \forall integer p; !Free(index, p); @/
     /@ assert runs:  \forall integer p, n; Run(index, p, n) && 0 < n ==> Free(index, p); @/
     /@ assert empty: \forall integer p; Run(index, p, 0); @/
     /@ assert sums:  \forall integer a; Sums(index, 0, 0, 0, a, a + 512); @/
     /@ assert attained: \forall integer a; Run(index, a, 0) ==> Attained(index, 0, a, a + 512); @/
     /@ assert counts: \forall integer a; 0 <= a && a + 512 <= index->positions && a % 512 == 0 ==> Counts(index, a, 0); @/
     /@ assert block: \forall integer i, a; Covers(index->positions, i, 512, a) ==> a % 512 == 0 && 0 <= a && a + 512 <= index->positions; @/
     /@ assert leaves: Leaves(index); @/
     /@ assert links: Links(index); @/
     return;
  }
*/

#endif
