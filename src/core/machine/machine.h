/* SPDX-License-Identifier: MIT */
/*
 * The machine: set-up from ranges of page frames, and the way from page frames to positions and back.
 */
#ifndef NP_MACHINE_H
#define NP_MACHINE_H

#include "../types.h"
#include "../../../spec/logic/machine.acsl"

#define NP_NO_REGION UINT32_MAX

/**
 * How much memory np_setup needs for a machine of these ranges.
 *
 * @param      ranges  ascending and disjoint
 * @param      count   their number
 * @param      nodes   the machine's nodes, 1 to NP_MAX_NODES
 * @param[out] needed  the three capacities; the pointers are left null
 * @param[out] where   the range at fault, when one is
 * @return NP_SETUP_OK, or what is wrong, with nothing else written
 * @cost   a step for every range
 */
/*@ requires   valid:   \valid_read(ranges + (0 .. count - 1)) && \valid(needed) && \valid(where);
    requires   apart:   \separated(needed, where) && \separated(ranges + (0 .. count - 1), needed)
                          && \separated(ranges + (0 .. count - 1), where);
    NP_RETURNS
    assigns             *needed, *where;
    ensures    ok:      \result == NP_SETUP_OK <==> ValidRanges{Pre}(ranges, count, nodes);
    ensures    none:    \result == NP_SETUP_NO_MEMORY <==> count == 0;
    ensures    many:    \result == NP_SETUP_TOO_MANY_RANGES <==> count > NP_MAX_RANGES;
    ensures    nodes:   \result == NP_SETUP_NODES <==> 1 <= count <= NP_MAX_RANGES && !(1 <= nodes <= NP_MAX_NODES);
    ensures    kind:    NP_SETUP_OK <= \result <= NP_SETUP_RANGE_NODE;
    ensures    wrong:   NP_SETUP_RANGE_EMPTY <= \result ==> WrongRange{Pre}(ranges, count, nodes, *where);
    ensures    empty:   \result == NP_SETUP_RANGE_EMPTY ==> EmptyRange{Pre}(ranges, *where);
    ensures    limit:   \result == NP_SETUP_RANGE_LIMIT ==> !RangeInLimit{Pre}(ranges, *where);
    ensures    order:   \result == NP_SETUP_RANGE_ORDER ==> !RangeInOrder{Pre}(ranges, *where);
    ensures    node:    \result == NP_SETUP_RANGE_NODE ==> !RangeOnNode{Pre}(ranges, nodes, *where);

    behavior right:
      assumes           ValidRanges(ranges, count, nodes);
      assigns           *needed;
      ensures  regions: needed->region_capacity == NeededRegions{Pre}(ranges, count);
      ensures  words:   needed->word_capacity == NeededWords{Pre}(ranges, count);
      ensures  nodes:   needed->summary_capacity == NeededNodes{Pre}(ranges, count);
      ensures  null:    needed->regions == \null && needed->words == \null && needed->summaries == \null;

    behavior wrong:
      assumes           !ValidRanges(ranges, count, nodes);
      assigns           *where;

    complete behaviors;  disjoint behaviors;
*/
enum np_setup_error np_storage_needed(const struct np_range *ranges, uint32_t count, uint32_t nodes,
                                      struct np_storage *needed, uint32_t *where);

/**
 * Sets a machine up, all its pages free.
 *
 * @clause M1, M2, M3
 * @param[out] m         the machine
 * @param      storage   memory of at least the size that np_storage_needed says
 * @param      ranges    ascending and disjoint; those that touch on one node become one region
 * @param      count     their number
 * @param      nodes     the machine's nodes, 1 to NP_MAX_NODES; a node may be without memory
 * @param      distance  nodes * nodes distances, row by row, or null for 10 to itself and 20 to every other node
 * @param[out] where     the range at fault, when one is
 * @return NP_SETUP_OK, or what is wrong, with nothing else written
 * @cost   O(pages / 64)
 */
/*@ requires   valid:   \valid_read(ranges + (0 .. count - 1)) && \valid(m) && \valid_read(storage) && \valid(where);
    requires   areas:   AlignedStorage(storage) ==> StorageAreas(storage);
    requires   given:   distance == \null || nodes > NP_MAX_NODES || \valid_read(distance + (0 .. nodes * nodes - 1));
    requires   apart:   SetupApart(m, storage, ranges, count, nodes, distance, where);
    NP_RETURNS
    assigns             *m, *where, storage->regions[0 .. storage->region_capacity - 1],
                        storage->words[0 .. storage->word_capacity - 1],
                        storage->summaries[0 .. storage->summary_capacity - 1];
    ensures    ok:      \result == NP_SETUP_OK <==> Buildable{Pre}(storage, ranges, count, nodes);
    ensures    none:    \result == NP_SETUP_NO_MEMORY <==> count == 0;
    ensures    many:    \result == NP_SETUP_TOO_MANY_RANGES <==> count > NP_MAX_RANGES;
    ensures    nodes:   \result == NP_SETUP_NODES <==> 1 <= count <= NP_MAX_RANGES && !(1 <= nodes <= NP_MAX_NODES);
    ensures    kind:    NP_SETUP_OK <= \result <= NP_SETUP_STORAGE_SMALL;
    ensures    wrong:   NP_SETUP_RANGE_EMPTY <= \result <= NP_SETUP_RANGE_NODE ==>
                          WrongRange{Pre}(ranges, count, nodes, *where);
    ensures    empty:   \result == NP_SETUP_RANGE_EMPTY ==> EmptyRange{Pre}(ranges, *where);
    ensures    limit:   \result == NP_SETUP_RANGE_LIMIT ==> !RangeInLimit{Pre}(ranges, *where);
    ensures    order:   \result == NP_SETUP_RANGE_ORDER ==> !RangeInOrder{Pre}(ranges, *where);
    ensures    node:    \result == NP_SETUP_RANGE_NODE ==> !RangeOnNode{Pre}(ranges, nodes, *where);
    ensures    aligned: \result == NP_SETUP_STORAGE_MISALIGNED <==>
                          ValidRanges{Pre}(ranges, count, nodes) && !AlignedStorage{Pre}(storage);
    ensures    small:   \result == NP_SETUP_STORAGE_SMALL <==> ValidRanges{Pre}(ranges, count, nodes)
                          && AlignedStorage{Pre}(storage) && !EnoughStorage{Pre}(storage, ranges, count);

    behavior built:
      assumes           Buildable(storage, ranges, count, nodes);
      assigns           *m, storage->regions[0 .. NeededRegions(ranges, count) - 1],
                        storage->words[0 .. NeededWords(ranges, count) - 1],
                        storage->summaries[0 .. NeededNodes(ranges, count) - 1];
      ensures  machine: Machine(m);
      ensures  sizes:   m->nodes == nodes && m->regions == NeededRegions{Pre}(ranges, count)
                          && m->free.positions == Padded(NeededPositions{Pre}(ranges, count));
      ensures  areas:   m->region == \old(storage->regions) && m->free.words == \old(storage->words)
                          && m->free.summaries == \old(storage->summaries) && m->block == m->free.words + m->free.positions / 64
                          && m->mark == m->block + m->free.positions / 64;
      ensures  free:    \forall integer p; FreeAt(m, p) <==> Present(m, p);
      ensures  plain:   \forall integer p; !BlockAt(m, p) && !MarkAt(m, p);
      ensures  pages:   \forall integer node, f; FreeOnNode(m, node, f) <==> RangesPage{Pre}(ranges, count, node, f);
      ensures  distances: \forall integer i, j; 0 <= i < nodes && 0 <= j < nodes ==>
                            DistanceSet(m, nodes, distance, i, j);

    behavior refused:
      assumes           !Buildable(storage, ranges, count, nodes);
      assigns           *where;

    complete behaviors;  disjoint behaviors;
*/
enum np_setup_error np_setup(struct np_machine *m, const struct np_storage *storage, const struct np_range *ranges,
                             uint32_t count, uint32_t nodes, const uint8_t *distance, uint32_t *where);

/**
 * The first region with a page at or above a page frame.
 *
 * @return its number, or the number of regions if no page lies there
 * @cost   O(log regions)
 */
/*@ requires   valid:   Table(m);
    NP_PURE
    ensures    inside:  \result <= m->regions;
    ensures    below:   \forall integer s; 0 <= s < \result ==> m->region[s].first + m->region[s].pages <= pfn;
    ensures    above:   \forall integer s; \result <= s < m->regions ==>
                          pfn < m->region[s].first + m->region[s].pages;
*/
uint32_t np_region_from(const struct np_machine *m, uint64_t pfn);

/**
 * The region that holds a page frame.
 *
 * @return its number, or NP_NO_REGION when the page is absent
 * @cost   O(log regions)
 */
/*@ requires   valid:   Table(m);
    NP_PURE
    ensures    found:   \result != NP_NO_REGION ==> \result < m->regions
                          && m->region[\result].first <= pfn < m->region[\result].first + m->region[\result].pages;
    ensures    none:    \result == NP_NO_REGION ==> \forall integer s; 0 <= s < m->regions ==>
                          !(m->region[s].first <= pfn < m->region[s].first + m->region[s].pages);
*/
uint32_t np_locate(const struct np_machine *m, uint64_t pfn);

/**
 * The region that holds a position, which must be one of a page.
 *
 * @cost O(log regions)
 */
/*@ requires   valid:   Table(m) && Present(m, position);
    NP_PURE
    ensures    found:   In(m, \result, position);
*/
uint32_t np_locate_position(const struct np_machine *m, uint64_t position);

/**
 * The lowest position of a page at or above a page frame.
 *
 * @return the position, or the number of positions if no page lies there
 * @cost   O(log regions)
 */
/*@ requires   valid:   Table(m);
    NP_PURE
    ensures    inside:  \result <= m->free.positions;
    ensures    split:   \forall integer s, p; In(m, s, p) ==> (pfn <= Frame(m, s, p) <==> \result <= p);
*/
uint64_t np_position_from(const struct np_machine *m, uint64_t pfn);

/*@ ghost
  // A position lies in one region at most.
  /@ requires   valid:   Table(m) && 0 <= s < m->regions;
     NP_PURE
     ensures    one:     \forall integer p, t; In(m, s, p) && In(m, t, p) ==> t == s;
     ensures    below:   \forall integer t; 0 <= t < s ==> Before(m, t, s);
     ensures    above:   \forall integer t; s < t < m->regions ==> Before(m, s, t);
     ensures    region: Region(m, s);
  @/
  void np_lemma_region(const struct np_machine *m, uint32_t s);
*/

#endif
