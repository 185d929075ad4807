/* SPDX-License-Identifier: MIT */
#include "machine.h"
#include "../bits/bitmap.h"
#include "../index/index.h"

/* What ranges need. */
struct np_needs {
    uint64_t positions;
    uint32_t regions;
};

/* What is wrong with a machine's description, and with which range, if with one; if nothing is, what it needs. */
struct np_verdict {
    enum np_setup_error error;
    uint32_t range;
    struct np_needs extent;
};

#include "machine_lemmas.h"

uint32_t np_region_from(const struct np_machine *m, uint64_t pfn)
{
    uint32_t low = 0;
    uint32_t high = m->regions;
    /*@ loop invariant inside: 0 <= low <= high <= m->regions;
        loop invariant below:  \forall integer s; 0 <= s < low ==> m->region[s].first + m->region[s].pages <= pfn;
        loop invariant above:  \forall integer s; high <= s < m->regions ==>
                                 pfn < m->region[s].first + m->region[s].pages;
        loop assigns low, high;
        loop variant high - low;
    */
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        //@ ghost np_lemma_region(m, middle);
        /*@ assert ends: \forall integer s; 0 <= s < middle ==>
                           m->region[s].first + m->region[s].pages <= m->region[middle].first; */
        if ((uint64_t)m->region[middle].first + (uint64_t)m->region[middle].pages <= pfn) {
            low = middle + 1;
        } else {
            /*@ assert upper: \forall integer s; middle < s < m->regions ==>
                                m->region[middle].first + m->region[middle].pages <= m->region[s].first; */
            //@ assert some: \forall integer s; middle < s < m->regions ==> 1 <= m->region[s].pages;
            high = middle;
        }
    }
    return low;
}

uint32_t np_locate(const struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = np_region_from(m, pfn);
    if (s == m->regions) return NP_NO_REGION;
    //@ ghost np_lemma_region(m, s);
    /*@ assert rest: \forall integer t; s < t < m->regions ==>
                       m->region[s].first + m->region[s].pages <= m->region[t].first; */
    if (pfn < (uint64_t)m->region[s].first) return NP_NO_REGION;
    return s;
}

uint32_t np_locate_position(const struct np_machine *m, uint64_t position)
{
    uint32_t low = 0;
    uint32_t high = m->regions - 1;
    /*@ loop invariant inside: 0 <= low <= high < m->regions;
        loop invariant here:   \exists integer s; low <= s <= high && In(m, s, position);
        loop assigns low, high;
        loop variant high - low;
    */
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        //@ ghost np_lemma_region(m, middle);
        if ((uint64_t)m->region[middle].base + (uint64_t)m->region[middle].pages <= position) {
            /*@ assert lower: \forall integer s; 0 <= s < middle ==>
                                m->region[s].base + m->region[s].pages <= m->region[middle].base; */
            //@ assert past: \forall integer s; 0 <= s <= middle ==> !In(m, s, position);
            low = middle + 1;
        } else {
            /*@ assert upper: \forall integer s; middle < s < m->regions ==>
                                m->region[middle].base + m->region[middle].pages <= m->region[s].base; */
            //@ assert before: \forall integer s; middle < s < m->regions ==> !In(m, s, position);
            high = middle;
        }
    }
    return low;
}

uint64_t np_position_from(const struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = np_region_from(m, pfn);
    //@ assert passed: \forall integer t, p; t < s && In(m, t, p) ==> Frame(m, t, p) < pfn;
    //@ assert in: \forall integer t, p; In(m, t, p) ==> Region(m, t);
    if (s == m->regions) return (uint64_t)m->free.positions;
    //@ ghost np_lemma_region(m, s);
    //@ assert lower: \forall integer t, p; t < s && In(m, t, p) ==> p < m->region[s].base;
    /*@ assert upper: \forall integer t, p; s < t && In(m, t, p) ==>
                        m->region[s].base + m->region[s].pages <= p
                        && m->region[s].first + m->region[s].pages <= Frame(m, t, p); */
    const uint64_t first = (uint64_t)m->region[s].first;
    const uint64_t base = (uint64_t)m->region[s].base;
    return pfn <= first ? base : base + (pfn - first);
}

/* Whether range i begins where the range before it ends. */
/*@ requires   valid:   0 < i && \valid_read(ranges + (i - 1 .. i)) && RangeInLimit(ranges, i - 1);
    NP_PURE
    ensures    touches: \result <==> Touches(ranges, i);
*/
static bool touches(const struct np_range *ranges, uint32_t i)
{
    return ranges[i - 1].first + ranges[i - 1].pages == ranges[i].first;
}

/* Whether range i only continues the region of the range before it. */
/*@ requires   valid:   0 < i && \valid_read(ranges + (i - 1 .. i)) && RangeInLimit(ranges, i - 1);
    NP_PURE
    ensures    continues: \result <==> Continues(ranges, i);
*/
static bool continues(const struct np_range *ranges, uint32_t i)
{
    return touches(ranges, i) && ranges[i - 1].node == ranges[i].node;
}

/* What is wrong with range i, all before it being right. */
/*@ requires   valid:   \valid_read(ranges + (0 .. i));
    requires   before:  0 < i ==> RangeInLimit(ranges, i - 1);
    NP_PURE
    ensures    ok:      \result == NP_SETUP_OK <==> ValidRange(ranges, nodes, i);
    ensures    empty:   \result == NP_SETUP_RANGE_EMPTY ==> EmptyRange(ranges, i);
    ensures    limit:   \result == NP_SETUP_RANGE_LIMIT ==> !RangeInLimit(ranges, i);
    ensures    order:   \result == NP_SETUP_RANGE_ORDER ==> !RangeInOrder(ranges, i);
    ensures    node:    \result == NP_SETUP_RANGE_NODE ==> !RangeOnNode(ranges, nodes, i);
    ensures    kind:    \result == NP_SETUP_OK || NP_SETUP_RANGE_EMPTY <= \result <= NP_SETUP_RANGE_NODE;
*/
static enum np_setup_error check_range(const struct np_range *ranges, uint32_t i, uint32_t nodes)
{
    if (ranges[i].pages == 0) return NP_SETUP_RANGE_EMPTY;
    if (ranges[i].first > NP_PFN_LIMIT || ranges[i].pages > NP_PFN_LIMIT - ranges[i].first) return NP_SETUP_RANGE_LIMIT;
    if (i > 0 && ranges[i].first < ranges[i - 1].first + ranges[i - 1].pages) return NP_SETUP_RANGE_ORDER;
    if (ranges[i].node >= nodes) return NP_SETUP_RANGE_NODE;
    return NP_SETUP_OK;
}

/* The positions and regions of the first `count` ranges. */
/*@ requires   valid:   \valid_read(ranges + (0 .. count - 1)) && ValidRanges(ranges, count, NP_MAX_NODES);
    NP_PURE
    ensures    needs:   Needs(\result, ranges, count);
*/
static struct np_needs measure(const struct np_range *ranges, uint32_t count)
{
    //@ ghost lemma_range(ranges, 0);
    //@ assert first: ValidRange(ranges, NP_MAX_NODES, 0);
    struct np_needs extent = {ranges[0].pages, 1};
    /*@ loop invariant inside:    1 <= i <= count;
        loop invariant positions: extent.positions == NeededPositions(ranges, i);
        loop invariant regions: extent.regions == NeededRegions(ranges, i);
        loop invariant bound:     1 <= extent.positions <= ranges[i - 1].first + ranges[i - 1].pages;
        loop invariant count:     1 <= extent.regions <= i;
        loop assigns i, extent;
        loop variant count - i;
    */
    for (uint32_t i = 1; i < count; i++) {
        //@ ghost lemma_range(ranges, i);
        //@ assert before: ValidRange(ranges, NP_MAX_NODES, i - 1);
        //@ assert range: ValidRange(ranges, NP_MAX_NODES, i);
        if (!touches(ranges, i)) extent.positions++;
        if (!continues(ranges, i)) extent.regions++;
        extent.positions += ranges[i].pages;
    }
    //@ assert last: ValidRange(ranges, NP_MAX_NODES, count - 1);
    return extent;
}

/* Whether these ranges can make a machine, and what they need. */
/*@ requires   valid:   \valid_read(ranges + (0 .. count - 1));
    NP_PURE
    ensures    ok:      \result.error == NP_SETUP_OK <==> ValidRanges(ranges, count, nodes);
    ensures    none:    \result.error == NP_SETUP_NO_MEMORY <==> count == 0;
    ensures    many:    \result.error == NP_SETUP_TOO_MANY_RANGES <==> count > NP_MAX_RANGES;
    ensures    nodes:   \result.error == NP_SETUP_NODES <==>
                          1 <= count <= NP_MAX_RANGES && !(1 <= nodes <= NP_MAX_NODES);
    ensures    kind:    NP_SETUP_OK <= \result.error <= NP_SETUP_RANGE_NODE;
    ensures    wrong:   NP_SETUP_RANGE_EMPTY <= \result.error ==> WrongRange(ranges, count, nodes, \result.range);
    ensures    empty:   \result.error == NP_SETUP_RANGE_EMPTY ==> EmptyRange(ranges, \result.range);
    ensures    limit:   \result.error == NP_SETUP_RANGE_LIMIT ==> !RangeInLimit(ranges, \result.range);
    ensures    order:   \result.error == NP_SETUP_RANGE_ORDER ==> !RangeInOrder(ranges, \result.range);
    ensures    node:    \result.error == NP_SETUP_RANGE_NODE ==> !RangeOnNode(ranges, nodes, \result.range);
    ensures    needs:   \result.error == NP_SETUP_OK ==> Needs(\result.extent, ranges, count);
*/
static struct np_verdict check_ranges(const struct np_range *ranges, uint32_t count, uint32_t nodes)
{
    struct np_verdict verdict = {NP_SETUP_OK, 0, {0, 0}};
    if (count == 0)
        verdict.error = NP_SETUP_NO_MEMORY;
    else if (count > NP_MAX_RANGES)
        verdict.error = NP_SETUP_TOO_MANY_RANGES;
    else if (nodes < 1 || nodes > NP_MAX_NODES)
        verdict.error = NP_SETUP_NODES;
    if (verdict.error != NP_SETUP_OK) return verdict;
    /*@ loop invariant inside: 0 <= i <= count;
        loop invariant right:  \forall integer j; 0 <= j < i ==> ValidRange(ranges, nodes, j);
        loop invariant ok:     verdict.error == NP_SETUP_OK;
        loop assigns i, verdict;
        loop variant count - i;
    */
    for (uint32_t i = 0; i < count; i++) {
        //@ assert before: 0 < i ==> ValidRange(ranges, nodes, i - 1);
        verdict.error = check_range(ranges, i, nodes);
        verdict.range = i;
        if (verdict.error != NP_SETUP_OK) return verdict;
    }
    //@ ghost lemma_nodes(ranges, count, nodes);
    verdict.extent = measure(ranges, count);
    return verdict;
}

/* Positions in whole blocks. */
/*@ requires   bound:   positions <= NP_PFN_LIMIT;
    NP_PURE
    ensures    padded:  \result == Padded(positions) && positions <= \result <= NP_PFN_LIMIT && \result % 512 == 0;
*/
static uint64_t padded(uint64_t positions)
{
    return (positions + 511) / 512 * 512;
}

enum np_setup_error np_storage_needed(const struct np_range *ranges, uint32_t count, uint32_t nodes,
                                      struct np_storage *needed, uint32_t *where)
{
    const struct np_verdict verdict = check_ranges(ranges, count, nodes);
    if (verdict.error != NP_SETUP_OK) {
        *where = verdict.range;
        return verdict.error;
    }
    needed->regions = NULL;
    needed->region_capacity = verdict.extent.regions;
    needed->words = NULL;
    needed->word_capacity = 3 * (padded(verdict.extent.positions) / 64);
    needed->summaries = NULL;
    needed->summary_capacity = padded(verdict.extent.positions) / 256;
    return NP_SETUP_OK;
}

/* Writes region s, after those before it. */
/*@ requires   valid:   \valid(region + (0 .. s)) && \valid_read(range);
    requires   row:     Row(region, s);
    requires   range:   1 <= range->pages && range->first + range->pages <= NP_FRAME_LIMIT && range->node < NP_MAX_NODES;
    requires   base:    base + range->pages <= NP_FRAME_LIMIT;
    requires   starts:  0 < s ==> RowStarts(region, s - 1, range->first, base, range->node);
    NP_RETURNS
    assigns             region[s];
    ensures    row:     Row(region, s + 1);
    ensures    fields:  region[s].first == range->first && region[s].base == base && region[s].pages == range->pages
                          && region[s].node == range->node;
    ensures    pages:   \forall integer node, f; RowsPage(region, s + 1, node, f) <==>
                          RowsPage{Pre}(region, s, node, f)
                          || (range->first <= f < range->first + range->pages && range->node == node);
*/
static void append(struct np_region *region, uint32_t s, uint64_t base, const struct np_range *range)
{
    region[s].first = (int64_t)range->first;
    region[s].base = (int64_t)base;
    region[s].pages = (int64_t)range->pages;
    region[s].node = (int32_t)range->node;
    //@ assert same: \forall integer t; 0 <= t < s ==> SameRow{Pre, Here}(region, t);
    //@ assert regions: \forall integer t; 0 <= t < s ==> RowRegion(region, t);
    /*@ assert keeps: \forall integer t, u; 0 <= t < u < s && RowBefore{Pre}(region, t, u) ==>
                        RowBefore(region, t, u); */
    //@ assert pairs: \forall integer t, u; 0 <= t < u < s ==> RowBefore(region, t, u);
    /*@ assert pages: \forall integer t, node, f; 0 <= t < s ==>
                        (RowPage(region, t, node, f) <==> RowPage{Pre}(region, t, node, f)); */
    //@ ghost lemma_row(region, s);
    //@ ghost lemma_row_page(region, s);
}

/* Makes region s, the last, longer. */
/*@ requires   valid:   \valid(region + (0 .. s));
    requires   row:     Row(region, s + 1);
    requires   bound:   region[s].first + region[s].pages + pages <= NP_FRAME_LIMIT
                          && region[s].base + region[s].pages + pages <= NP_FRAME_LIMIT;
    NP_RETURNS
    assigns             region[s].pages;
    ensures    row:     Row(region, s + 1);
    ensures    longer:  region[s].pages == \old(region[s].pages) + pages;
    ensures    pages:   \forall integer node, f; RowsPage(region, s + 1, node, f) <==>
                          RowsPage{Pre}(region, s + 1, node, f)
                          || (region[s].first + region[s].pages - pages <= f < region[s].first + region[s].pages
                              && region[s].node == node);
*/
static void prolong(struct np_region *region, uint32_t s, uint64_t pages)
{
    //@ ghost lemma_row_page(region, s);
    region[s].pages += (int64_t)pages;
    //@ assert same: \forall integer t; 0 <= t < s ==> SameRow{Pre, Here}(region, t);
    //@ assert regions: \forall integer t; 0 <= t < s ==> RowRegion(region, t);
    //@ assert here: RowRegion{Pre}(region, s) && RowRegion(region, s);
    /*@ assert keeps: \forall integer t, u; 0 <= t < u <= s && RowBefore{Pre}(region, t, u) ==>
                        RowBefore(region, t, u); */
    //@ assert pairs: \forall integer t, u; 0 <= t < u <= s ==> RowBefore(region, t, u);
    /*@ assert pages: \forall integer t, node, f; 0 <= t < s ==>
                        (RowPage(region, t, node, f) <==> RowPage{Pre}(region, t, node, f)); */
    //@ ghost lemma_row_page(region, s);
}

/* Lays the regions out, with a position that is never free before each that does not touch the one before it. */
/*@ requires   valid:   \valid_read(ranges + (0 .. count - 1)) && ValidRanges(ranges, count, NP_MAX_NODES);
    requires   room:    \valid(region + (0 .. NeededRegions(ranges, count) - 1));
    requires   apart:   \separated(region + (0 .. NeededRegions(ranges, count) - 1), ranges + (0 .. count - 1));
    NP_RETURNS
    assigns             region[0 .. NeededRegions(ranges, count) - 1];
    ensures    row:     Row(region, NeededRegions(ranges, count));
    ensures    end:     RowEnds(region, NeededRegions(ranges, count) - 1, ranges, count - 1,
                                NeededPositions(ranges, count));
    ensures    pages:   SamePages(region, NeededRegions(ranges, count), ranges, count);
*/
static void lay_out(struct np_region *region, const struct np_range *ranges, uint32_t count)
{
    uint32_t s = 0;
    uint64_t position = 0;
    //@ ghost lemma_range(ranges, 0);
    /*@ loop invariant inside:    0 <= i <= count && 0 <= s <= i && (i > 0 ==> s > 0);
        loop invariant regions: s == NeededRegions(ranges, i);
        loop invariant positions: position == NeededPositions(ranges, i);
        loop invariant bound:     i > 0 ==> position <= ranges[i - 1].first + ranges[i - 1].pages;
        loop invariant row:       Row(region, s);
        loop invariant ends:      i > 0 ==> RowEnds(region, s - 1, ranges, i - 1, position);
        loop invariant pages:     SamePages(region, s, ranges, i);
        loop assigns i, s, position, region[0 .. NeededRegions(ranges, count) - 1];
        loop variant count - i;
    */
    for (uint32_t i = 0; i < count; i++) {
        //@ ghost lemma_range(ranges, i);
        //@ ghost lemma_range_page(ranges, i);
        //@ ghost lemma_grows(ranges, i + 1, count);
        //@ assert range: ValidRange(ranges, NP_MAX_NODES, i);
        //@ assert before: i > 0 ==> ValidRange(ranges, NP_MAX_NODES, i - 1);
        if (i > 0 && continues(ranges, i)) {
            prolong(region, s - 1, ranges[i].pages);
            //@ assert ends: RowEnds(region, s - 1, ranges, i, position + ranges[i].pages);
            //@ assert pages: SamePages(region, s, ranges, i + 1);
        } else {
            if (i > 0 && !touches(ranges, i)) position++;
            append(region, s, position, &ranges[i]);
            s++;
            //@ assert ends: RowEnds(region, s - 1, ranges, i, position + ranges[i].pages);
            //@ assert pages: SamePages(region, s, ranges, i + 1);
        }
        position += ranges[i].pages;
    }
}

/* A type's alignment is where a member of it comes to lie after a char. */
struct region_after_char {
    char c;
    struct np_region member;
};

struct word_after_char {
    char c;
    uint64_t member;
};

struct node_after_char {
    char c;
    struct np_summary member;
};

/* Whether all areas are aligned for their types. */
/*@ requires   valid:   \valid_read(storage);
    NP_PURE
    ensures    aligned: \result <==> AlignedStorage(storage);
*/
static bool aligned(const struct np_storage *storage)
{
    return (uintptr_t)storage->regions % offsetof(struct region_after_char, member) == 0 &&
           (uintptr_t)storage->words % offsetof(struct word_after_char, member) == 0 &&
           (uintptr_t)storage->summaries % offsetof(struct node_after_char, member) == 0;
}

/* All distances, as given or 10 and 20. */
/*@ requires   valid:   \valid(m) && 1 <= nodes <= NP_MAX_NODES;
    requires   given:   distance == \null || \valid_read(distance + (0 .. nodes * nodes - 1));
    requires   apart:   distance == \null || \separated(m, distance + (0 .. nodes * nodes - 1));
    NP_RETURNS
    assigns             m->distance[0 .. nodes * nodes - 1];
    ensures    set:     \forall integer i, j; 0 <= i < nodes && 0 <= j < nodes ==>
                          DistanceSet(m, nodes, distance, i, j);
*/
static void set_distances(struct np_machine *m, uint32_t nodes, const uint8_t *distance)
{
    /*@ loop invariant inside: 0 <= i <= nodes;
        loop invariant rows:   \forall integer a, b; 0 <= a < i && 0 <= b < nodes ==>
                                 DistanceSet(m, nodes, distance, a, b);
        loop assigns i, m->distance[0 .. nodes * nodes - 1];
        loop variant nodes - i;
    */
    for (uint32_t i = 0; i < nodes; i++) {
        /*@ assert upto: 0 <= i * nodes && i * nodes + nodes <= nodes * nodes &&
                           nodes * nodes <= NP_MAX_NODES * NP_MAX_NODES; */
        //@ assert below: \forall integer a, b; 0 <= a < i && 0 <= b < nodes ==> 0 <= a * nodes + b < i * nodes;
        /*@ loop invariant inside: 0 <= j <= nodes;
            loop invariant rows:   \forall integer a, b; 0 <= a < i && 0 <= b < nodes ==>
                                     DistanceSet(m, nodes, distance, a, b);
            loop invariant row:    \forall integer b; 0 <= b < j ==> DistanceSet(m, nodes, distance, i, b);
            loop assigns j, m->distance[0 .. nodes * nodes - 1];
            loop variant nodes - j;
        */
        for (uint32_t j = 0; j < nodes; j++) {
            m->distance[i * nodes + j] = distance ? distance[i * nodes + j] : (uint8_t)(i == j ? 10 : 20);
        }
    }
}

/* Makes all pages free where none is. */
/*@ requires   valid:   Table(m) && WritableIndex(&m->free);
    requires   none:    \forall integer p; !FreeAt(m, p);
    NP_RETURNS
    assigns             NP_FREE(m);
    ensures    index:   WritableIndex(&m->free);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> Present(m, p);
*/
static void free_regions(struct np_machine *m)
{
    /*@ loop invariant inside: 0 <= s <= m->regions;
        loop invariant index:  WritableIndex(&m->free);
        loop invariant free:   \forall integer p; FreeAt(m, p) <==> PresentBelow(m, s, p);
        loop assigns s, NP_FREE(m);
        loop variant m->regions - s;
    */
    for (uint32_t s = 0; s < m->regions; s++) {
        //@ assert region: Region(m, s);
        //@ ghost lemma_present(m, s);
        np_index_give(&m->free, (uint64_t)m->region[s].base, (uint64_t)m->region[s].pages);
    }
}

/* Makes all pages free. The content of the memory before does not matter. */
/*@ requires   valid:   Table(m) && BlankPlanes(m) && Disjoint(m) && m->free.positions <= NP_PFN_LIMIT;
    NP_RETURNS
    assigns             NP_STATE(m);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> Present(m, p);
    ensures    plain:   \forall integer p; !BlockAt(m, p) && !MarkAt(m, p);
    ensures    machine: Machine(m);
*/
static void free_all(struct np_machine *m)
{
    const uint64_t words = (uint64_t)m->free.positions / 64;
    //@ assert words: words == (m->free.positions - 1) / 64 + 1 && m->free.positions == words * 64;
    np_bits_clear_words(m->block, words);
    //@ ghost lemma_clear(m->block, words);
    np_bits_clear_words(m->mark, words);
    //@ ghost lemma_clear(m->mark, words);
    np_index_clear(&m->free);
    free_regions(m);
    //@ assert blocks: \forall integer p; !BlockAt(m, p);
    //@ assert marks: \forall integer p; !MarkAt(m, p);
    //@ assert states: States(m);
}

/* Whether all areas are large enough. */
/*@ requires   valid:   \valid_read(storage) && extent.positions <= NP_PFN_LIMIT;
    NP_PURE
    ensures    enough:  \result <==> storage->regions != \null && storage->region_capacity >= extent.regions
                          && storage->words != \null && storage->word_capacity >= 3 * (Padded(extent.positions) / 64)
                          && storage->summaries != \null && storage->summary_capacity >= Padded(extent.positions) / 256;
*/
static bool enough(const struct np_storage *storage, struct np_needs extent)
{
    return storage->regions != NULL && storage->region_capacity >= extent.regions && storage->words != NULL &&
           storage->word_capacity >= 3 * (padded(extent.positions) / 64) && storage->summaries != NULL &&
           storage->summary_capacity >= padded(extent.positions) / 256;
}

/* Whether these ranges can make a machine in that storage. */
/*@ requires   valid:   \valid_read(ranges + (0 .. count - 1)) && \valid_read(storage);
    NP_PURE
    ensures    ok:      \result.error == NP_SETUP_OK <==> Buildable(storage, ranges, count, nodes);
    ensures    none:    \result.error == NP_SETUP_NO_MEMORY <==> count == 0;
    ensures    many:    \result.error == NP_SETUP_TOO_MANY_RANGES <==> count > NP_MAX_RANGES;
    ensures    nodes:   \result.error == NP_SETUP_NODES <==>
                          1 <= count <= NP_MAX_RANGES && !(1 <= nodes <= NP_MAX_NODES);
    ensures    kind:    NP_SETUP_OK <= \result.error <= NP_SETUP_STORAGE_SMALL;
    ensures    wrong:   NP_SETUP_RANGE_EMPTY <= \result.error <= NP_SETUP_RANGE_NODE ==>
                          WrongRange(ranges, count, nodes, \result.range);
    ensures    empty:   \result.error == NP_SETUP_RANGE_EMPTY ==> EmptyRange(ranges, \result.range);
    ensures    limit:   \result.error == NP_SETUP_RANGE_LIMIT ==> !RangeInLimit(ranges, \result.range);
    ensures    order:   \result.error == NP_SETUP_RANGE_ORDER ==> !RangeInOrder(ranges, \result.range);
    ensures    node:    \result.error == NP_SETUP_RANGE_NODE ==> !RangeOnNode(ranges, nodes, \result.range);
    ensures    aligned: \result.error == NP_SETUP_STORAGE_MISALIGNED <==>
                          ValidRanges(ranges, count, nodes) && !AlignedStorage(storage);
    ensures    small:   \result.error == NP_SETUP_STORAGE_SMALL <==> ValidRanges(ranges, count, nodes)
                          && AlignedStorage(storage) && !EnoughStorage(storage, ranges, count);
    ensures    needs:   \result.error == NP_SETUP_OK ==> Needs(\result.extent, ranges, count);
*/
static struct np_verdict check_setup(const struct np_storage *storage, const struct np_range *ranges, uint32_t count,
                                     uint32_t nodes)
{
    struct np_verdict verdict = check_ranges(ranges, count, nodes);
    if (verdict.error != NP_SETUP_OK) return verdict;
    if (!aligned(storage))
        verdict.error = NP_SETUP_STORAGE_MISALIGNED;
    else if (!enough(storage, verdict.extent))
        verdict.error = NP_SETUP_STORAGE_SMALL;
    return verdict;
}

/* Where the table lies, and the three bits of every position, in words one after the other. */
/*@ requires   valid:   \valid(m) && \valid_read(storage) && StorageAreas(storage);
    requires   apart:   \separated(m, storage, storage->words + (0 .. storage->word_capacity - 1),
                                   storage->summaries + (0 .. storage->summary_capacity - 1));
    requires   size:    1 <= extent.positions <= NP_PFN_LIMIT;
    requires   enough:  storage->words != \null && storage->word_capacity >= 3 * (Padded(extent.positions) / 64)
                          && storage->summaries != \null && storage->summary_capacity >= Padded(extent.positions) / 256;
    NP_RETURNS
    assigns             m->free.positions \from extent;
    assigns             m->region, m->free.words, m->free.summaries, m->block, m->mark \from storage, *storage, extent;
    ensures    size:    m->free.positions == Padded(extent.positions);
    ensures    areas:   m->region == storage->regions && m->free.words == storage->words
                          && m->free.summaries == storage->summaries && m->block == m->free.words + m->free.positions / 64
                          && m->mark == m->block + m->free.positions / 64;
    ensures    planes:  BlankPlanes(m);
*/
static void set_areas(struct np_machine *m, const struct np_storage *storage, struct np_needs extent)
{
    const uint64_t positions = padded(extent.positions);
    const uint64_t words = positions / 64;
    //@ assert words: (positions - 1) / 64 == words - 1 && extent.positions <= positions;
    m->free.positions = (int64_t)positions;
    m->region = storage->regions;
    m->free.words = storage->words;
    m->free.summaries = storage->summaries;
    m->block = storage->words + words;
    m->mark = storage->words + 2 * words;
}

/* The table: where the pages are, and which positions they have. */
/*@ requires   valid:   \valid_read(ranges + (0 .. count - 1)) && ValidRanges(ranges, count, nodes) && \valid(m);
    requires   needs:   Needs(extent, ranges, count) && extent.positions <= m->free.positions <= NP_PFN_LIMIT;
    requires   room:    \valid(m->region + (0 .. extent.regions - 1));
    requires   apart:   \separated(m, m->region + (0 .. extent.regions - 1))
                          && \separated(m, ranges + (0 .. count - 1))
                          && \separated(m->region + (0 .. extent.regions - 1), ranges + (0 .. count - 1));
    NP_RETURNS
    assigns             m->nodes, m->regions, m->region[0 .. extent.regions - 1];
    ensures    table:   Table(m);
    ensures    sizes:   m->nodes == nodes && m->regions == extent.regions;
    ensures    pages:   \forall integer node, f; RowsPage(m->region, m->regions, node, f) <==>
                          RangesPage{Pre}(ranges, count, node, f);
*/
static void set_table(struct np_machine *m, struct np_needs extent, const struct np_range *ranges, uint32_t count,
                      uint32_t nodes)
{
    //@ ghost lemma_nodes(ranges, count, nodes);
    lay_out(m->region, ranges, count);
    //@ ghost lemma_row_nodes(m->region, extent.regions, ranges, count, nodes);
    m->nodes = nodes;
    m->regions = extent.regions;
    //@ ghost lemma_table(m);
}

enum np_setup_error np_setup(struct np_machine *m, const struct np_storage *storage, const struct np_range *ranges,
                             uint32_t count, uint32_t nodes, const uint8_t *distance, uint32_t *where)
{
    const struct np_verdict verdict = check_setup(storage, ranges, count, nodes);
    if (verdict.error != NP_SETUP_OK) {
        *where = verdict.range;
        return verdict.error;
    }
    //@ assert nodes: 1 <= nodes <= NP_MAX_NODES;
    //@ ghost lemma_square(nodes);
    set_distances(m, nodes, distance);
    set_areas(m, storage, verdict.extent);
    set_table(m, verdict.extent, ranges, count, nodes);
    //@ assert last:  (m->free.positions - 1) / 64 == m->free.positions / 64 - 1;
    //@ assert words: 3 * (m->free.positions / 64) == NeededWords{Pre}(ranges, count) <= \at(storage->word_capacity, Pre);
    //@ assert all:   m->free.positions / 256 == NeededNodes{Pre}(ranges, count) <= \at(storage->summary_capacity, Pre);
    free_all(m);
    //@ ghost lemma_free(m);
    return NP_SETUP_OK;
}
