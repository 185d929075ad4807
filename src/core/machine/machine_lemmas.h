/* SPDX-License-Identifier: MIT */
/*
 * What machine.c rests on, proved.
 */
#ifndef NP_MACHINE_LEMMAS_H
#define NP_MACHINE_LEMMAS_H

#include "machine.h"
#include "../bits/bitmap.h"
#include "../index/index.h"

/*@ ghost
  void np_lemma_region(const struct np_machine *m, uint32_t s)
  {
     /@ assert region: Region(m, s); @/
     /@ assert below: \forall integer t; 0 <= t < s ==> Before(m, t, s); @/
     /@ assert above: \forall integer t; s < t < m->regions ==> Before(m, s, t); @/
     /@ assert one:   \forall integer p, t; In(m, s, p) && In(m, t, p) ==> t == s; @/
     return;
  }
*/

/*@ ghost
  // What the first range needs, and what one more does.
  /@ NP_PURE
     ensures    none:    NeededPositions(ranges, 0) == 0 && NeededRegions(ranges, 0) == 0;
     ensures    first:   NeededPositions(ranges, 1) == ranges[0].pages && NeededRegions(ranges, 1) == 1;
     ensures    touch:   Touches(ranges, i) ==>
                           NeededPositions(ranges, i + 1) == NeededPositions(ranges, i) + ranges[i].pages;
     ensures    gap:     0 < i && !Touches(ranges, i) ==>
                           NeededPositions(ranges, i + 1) == NeededPositions(ranges, i) + ranges[i].pages + 1;
     ensures    same:    Continues(ranges, i) ==> NeededRegions(ranges, i + 1) == NeededRegions(ranges, i);
     ensures    more:    0 < i && !Continues(ranges, i) ==>
                           NeededRegions(ranges, i + 1) == NeededRegions(ranges, i) + 1;
  @/
  void lemma_range(const struct np_range *ranges, uint32_t i)
  {
     return;
  }
*/

/*@ ghost
  // What is valid on some nodes is valid on the most that can be.
  /@ requires   valid:   ValidRanges(ranges, count, nodes);
     NP_PURE
     ensures    most:    ValidRanges(ranges, count, NP_MAX_NODES);
  @/
  void lemma_nodes(const struct np_range *ranges, uint32_t count, uint32_t nodes)
  {
     /@ assert each: \forall integer i; ValidRange(ranges, nodes, i) ==> ValidRange(ranges, NP_MAX_NODES, i); @/
     return;
  }
*/

/*@ predicate Needs{L}(struct np_needs extent, struct np_range *ranges, integer count) =
         extent.positions == NeededPositions(ranges, count) && 1 <= extent.positions <= NP_FRAME_LIMIT
      && extent.regions == NeededRegions(ranges, count) && 1 <= extent.regions <= count;
*/

/*@ // the table that is being made: region s, the order of two, all of the first n
    predicate RowRegion{L}(struct np_region *region, integer s) =
         0 <= region[s].first && 1 <= region[s].pages && region[s].first + region[s].pages <= NP_FRAME_LIMIT
      && 0 <= region[s].base && region[s].base + region[s].pages <= NP_FRAME_LIMIT;

    // as Before has it, of a region and where another begins
    predicate RowStarts{L}(struct np_region *region, integer s, integer first, integer base, integer node) =
         region[s].first + region[s].pages <= first
      && region[s].base + region[s].pages <= base
      && (region[s].base + region[s].pages == base <==> region[s].first + region[s].pages == first)
      && (region[s].base + region[s].pages == base ==> region[s].node != node);

    predicate RowBefore{L}(struct np_region *region, integer s, integer t) =
      RowStarts(region, s, region[t].first, region[t].base, region[t].node);

    predicate Row{L}(struct np_region *region, integer n) =
         (\forall integer s; 0 <= s < n ==> RowRegion(region, s))
      && (\forall integer s, t; 0 <= s < t < n ==> RowBefore(region, s, t));

    // region s ends with range i
    predicate RowEnds{L}(struct np_region *region, integer s, struct np_range *ranges, integer i, integer position) =
         region[s].first + region[s].pages == ranges[i].first + ranges[i].pages
      && region[s].base + region[s].pages == position && region[s].node == ranges[i].node;

    // page frame f of a node lies in region s; in one of the first n
    predicate RowPage{L}(struct np_region *region, integer s, integer node, integer f) =
      region[s].first <= f < region[s].first + region[s].pages && region[s].node == node;
    predicate RowsPage{L}(struct np_region *region, integer n, integer node, integer f) =
      \exists integer s; 0 <= s < n && RowPage(region, s, node, f);

    // the first n regions hold what the first i ranges do
    predicate SamePages{L}(struct np_region *region, integer n, struct np_range *ranges, integer i) =
      \forall integer node, f; RowsPage(region, n, node, f) <==> RangesPage(ranges, i, node, f);
*/

/*@ predicate SameRow{A, B}(struct np_region *region, integer s) =
         \at(region[s].first, A) == \at(region[s].first, B) && \at(region[s].base, A) == \at(region[s].base, B)
      && \at(region[s].pages, A) == \at(region[s].pages, B) && \at(region[s].node, A) == \at(region[s].node, B);
*/

/*@ ghost
  // What comes after the last comes after all.
  /@ requires   row:     Row(region, s) && RowRegion(region, s);
     requires   last:    0 < s ==> RowBefore(region, s - 1, s);
     NP_PURE
     ensures    row:     Row(region, s + 1);
  @/
  void lemma_row(const struct np_region *region, uint32_t s)
  {
     if (s == 0) return;
     /@ assert end:   RowRegion(region, s - 1); @/
     /@ assert over:  \forall integer t; 0 <= t < s - 1 && RowBefore(region, t, s - 1) ==> RowBefore(region, t, s); @/
     /@ assert lower: \forall integer t; 0 <= t < s - 1 ==> RowBefore(region, t, s - 1); @/
     /@ assert upper: \forall integer t; 0 <= t < s ==> RowBefore(region, t, s); @/
     return;
  }
*/

/*@ ghost
  /@ NP_PURE
     ensures    one:     \forall integer node, f; RowsPage(region, s + 1, node, f) <==>
                           RowsPage(region, s, node, f) || RowPage(region, s, node, f);
  @/
  void lemma_row_page(const struct np_region *region, uint32_t s)
  {
     return;
  }

  /@ NP_PURE
     ensures    one:     \forall integer node, f; RangesPage(ranges, i + 1, node, f) <==>
                           RangesPage(ranges, i, node, f) || RangePage(ranges, i, node, f);
  @/
  void lemma_range_page(const struct np_range *ranges, uint32_t i)
  {
     return;
  }

  // More ranges never need fewer regions.
  /@ requires   order:   i <= count <= NP_MAX_RANGES;
     NP_PURE
     ensures    grows:   NeededRegions(ranges, i) <= NeededRegions(ranges, count);
  @/
  void lemma_grows(const struct np_range *ranges, uint32_t i, uint32_t count)
  {
     uint32_t j = i;
     /@ loop invariant inside: i <= j <= count;
        loop invariant grows:  NeededRegions(ranges, i) <= NeededRegions(ranges, j);
        loop assigns j;
        loop variant count - j;
     @/
     while (j < count) {
        lemma_range(ranges, j);
        j++;
     }
     return;
  }
*/

/*@ ghost
  /@ requires   nodes:   1 <= nodes <= NP_MAX_NODES;
     NP_PURE
     ensures    square:  1 <= nodes * nodes <= NP_MAX_NODES * NP_MAX_NODES;
  @/
  void lemma_square(uint32_t nodes)
  {
     return;
  }
*/

/*@ // position p lies in one of the first n regions
    predicate PresentBelow{L}(struct np_machine *m, integer n, integer p) =
      \exists integer s; 0 <= s < n && In(m, s, p);
*/

/*@ ghost
  /@ requires   region: 0 <= s < m->regions;
     NP_PURE
     ensures    none:    \forall integer p; !PresentBelow(m, 0, p);
     ensures    one:     \forall integer p; PresentBelow(m, s + 1, p) <==> PresentBelow(m, s, p) || In(m, s, p);
  @/
  void lemma_present(const struct np_machine *m, uint32_t s)
  {
     return;
  }
*/

/*@ ghost
  // The table that lay_out makes is the table of a machine.
  /@ requires   sizes:   \valid_read(m) && 1 <= m->nodes <= 64 && 1 <= m->regions <= 0x100000
                           && 0 < m->free.positions <= NP_FRAME_LIMIT;
     requires   memory:  \valid_read(m->region + (0 .. m->regions - 1));
     requires   row:     Row(m->region, m->regions);
     requires   nodes:   \forall integer s; 0 <= s < m->regions ==> 0 <= m->region[s].node < m->nodes;
     requires   end:     m->region[m->regions - 1].base + m->region[m->regions - 1].pages <= m->free.positions;
     NP_PURE
     ensures    table:   Table(m);
  @/
  void lemma_table(const struct np_machine *m)
  {
     uint32_t last = m->regions - 1;
     /@ assert over: \forall integer s; 0 <= s < last && RowRegion(m->region, s) && RowBefore(m->region, s, last) ==>
                       Region(m, s); @/
     /@ assert last: RowRegion(m->region, last) && Region(m, last); @/
     /@ assert regions: \forall integer s; 0 <= s < m->regions ==> Region(m, s); @/
     /@ assert as: \forall integer s, t; RowBefore(m->region, s, t) ==> Before(m, s, t); @/
     /@ assert before: \forall integer s, t; 0 <= s < t < m->regions ==> Before(m, s, t); @/
     return;
  }

  // With all pages free, a node's page frames in regions are its free ones.
  /@ requires   free:    \forall integer p; FreeAt(m, p) <==> Present(m, p);
     NP_PURE
     ensures    free:    \forall integer node, f; FreeOnNode(m, node, f) <==>
                           RowsPage(m->region, m->regions, node, f);
  @/
  void lemma_free(const struct np_machine *m)
  {
     /@ assert page: \forall integer s, node, f; 0 <= s < m->regions && RowPage(m->region, s, node, f) ==>
                       Page(m, s, m->region[s].base + (f - m->region[s].first), f); @/
     /@ assert here: \forall integer s, node, f; 0 <= s < m->regions && RowPage(m->region, s, node, f) ==>
                       FreeAt(m, m->region[s].base + (f - m->region[s].first)); @/
     /@ assert there: \forall integer s, p, f; Page(m, s, p, f) ==> RowPage(m->region, s, m->region[s].node, f); @/
     return;
  }

  // Where all words are 0, no bit is set.
  /@ requires   clear:   \forall integer i; 0 <= i < count ==> words[i] == 0;
     NP_PURE
     ensures    clear:   \forall integer p; 0 <= p < count * 64 ==> !Bit(words, p);
  @/
  void lemma_clear(const uint64_t *words, uint64_t count)
  {
     /@ assert word: \forall integer p; 0 <= p < count * 64 ==> words[p / 64] == 0; @/
     return;
  }

  // The nodes of the table are nodes of ranges.
  /@ requires   ranges:  ValidRanges(ranges, count, nodes);
     requires   row:     Row(region, n);
     requires   pages:   SamePages(region, n, ranges, count);
     NP_PURE
     ensures    nodes:   \forall integer s; 0 <= s < n ==> 0 <= region[s].node < nodes;
  @/
  void lemma_row_nodes(const struct np_region *region, uint32_t n, const struct np_range *ranges, uint32_t count,
                       uint32_t nodes)
  {
     /@ assert first: \forall integer s; 0 <= s < n && RowRegion(region, s) ==>
                        RowPage(region, s, region[s].node, region[s].first); @/
     /@ assert in: \forall integer s; 0 <= s < n ==> RowsPage(region, n, region[s].node, region[s].first); @/
     /@ assert of: \forall integer s; 0 <= s < n ==> RangesPage(ranges, count, region[s].node, region[s].first); @/
     /@ assert node: \forall integer i, node, f; ValidRange(ranges, nodes, i) && RangePage(ranges, i, node, f) ==>
                       0 <= node < nodes; @/
     /@ assert nodes: \forall integer node, f; RangesPage(ranges, count, node, f) ==> 0 <= node < nodes; @/
     return;
  }
*/

/*@ // room for the three bits of each position and for the tree, with any content
    predicate BlankPlanes{L}(struct np_machine *m) =
         Words(m->free.words, m->free.positions) && WritableNodes(&m->free)
      && Words(m->block, m->free.positions) && Words(m->mark, m->free.positions)
      && \separated(m->free.words + (0 .. (m->free.positions - 1) / 64), m->block + (0 .. (m->free.positions - 1) / 64),
                    m->mark + (0 .. (m->free.positions - 1) / 64));
*/

#endif
