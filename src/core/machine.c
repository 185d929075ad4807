#include "machine.h"
#include "bitmap.h"
#include "index.h"

/*@ ghost
  void np_lemma_stretch(const struct np_machine *m, uint32_t s)
  {
     /@ assert stretch: Stretch(m, s); @/
     /@ assert below: \forall integer t; 0 <= t < s ==> Before(m, t, s); @/
     /@ assert above: \forall integer t; s < t < m->stretches ==> Before(m, s, t); @/
     /@ assert one:   \forall integer p, t; In(m, s, p) && In(m, t, p) ==> t == s; @/
     return;
  }
*/

/* The first stretch that ends above a page frame; their number if none does. */
/*@ requires   valid:   Table(m);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    inside:  \result <= m->stretches;
    ensures    below:   \forall integer s; 0 <= s < \result ==> m->stretch[s].first + m->stretch[s].pages <= pfn;
    ensures    above:   \forall integer s; \result <= s < m->stretches ==>
                          pfn < m->stretch[s].first + m->stretch[s].pages;
*/
static uint32_t first_ending_above(const struct np_machine *m, uint64_t pfn)
{
    uint32_t low = 0;
    uint32_t high = m->stretches;
    /*@ loop invariant inside: 0 <= low <= high <= m->stretches;
        loop invariant below:  \forall integer s; 0 <= s < low ==> m->stretch[s].first + m->stretch[s].pages <= pfn;
        loop invariant above:  \forall integer s; high <= s < m->stretches ==>
                                 pfn < m->stretch[s].first + m->stretch[s].pages;
        loop assigns low, high;
        loop variant high - low;
    */
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        //@ ghost np_lemma_stretch(m, middle);
        /*@ assert ends: \forall integer s; 0 <= s < middle ==>
                           m->stretch[s].first + m->stretch[s].pages <= m->stretch[middle].first; */
        if ((uint64_t)m->stretch[middle].first + (uint64_t)m->stretch[middle].pages <= pfn) {
            low = middle + 1;
        } else {
            /*@ assert upper: \forall integer s; middle < s < m->stretches ==>
                                m->stretch[middle].first + m->stretch[middle].pages <= m->stretch[s].first; */
            //@ assert some: \forall integer s; middle < s < m->stretches ==> 1 <= m->stretch[s].pages;
            high = middle;
        }
    }
    return low;
}

uint32_t np_locate(const struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = first_ending_above(m, pfn);
    if (s == m->stretches) return NP_NO_STRETCH;
    //@ ghost np_lemma_stretch(m, s);
    /*@ assert rest: \forall integer t; s < t < m->stretches ==>
                       m->stretch[s].first + m->stretch[s].pages <= m->stretch[t].first; */
    if (pfn < (uint64_t)m->stretch[s].first) return NP_NO_STRETCH;
    return s;
}

uint32_t np_locate_position(const struct np_machine *m, uint64_t position)
{
    uint32_t low = 0;
    uint32_t high = m->stretches - 1;
    /*@ loop invariant inside: 0 <= low <= high < m->stretches;
        loop invariant here:   \exists integer s; low <= s <= high && In(m, s, position);
        loop assigns low, high;
        loop variant high - low;
    */
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        //@ ghost np_lemma_stretch(m, middle);
        if ((uint64_t)m->stretch[middle].base + (uint64_t)m->stretch[middle].pages <= position) {
            /*@ assert lower: \forall integer s; 0 <= s < middle ==>
                                m->stretch[s].base + m->stretch[s].pages <= m->stretch[middle].base; */
            //@ assert past: \forall integer s; 0 <= s <= middle ==> !In(m, s, position);
            low = middle + 1;
        } else {
            /*@ assert upper: \forall integer s; middle < s < m->stretches ==>
                                m->stretch[middle].base + m->stretch[middle].pages <= m->stretch[s].base; */
            //@ assert before: \forall integer s; middle < s < m->stretches ==> !In(m, s, position);
            high = middle;
        }
    }
    return low;
}

uint64_t np_position_from(const struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = first_ending_above(m, pfn);
    //@ assert passed: \forall integer t, p; t < s && In(m, t, p) ==> Frame(m, t, p) < pfn;
    //@ assert in: \forall integer t, p; In(m, t, p) ==> Stretch(m, t);
    if (s == m->stretches) return (uint64_t)m->free.positions;
    //@ ghost np_lemma_stretch(m, s);
    //@ assert lower: \forall integer t, p; t < s && In(m, t, p) ==> p < m->stretch[s].base;
    /*@ assert upper: \forall integer t, p; s < t && In(m, t, p) ==>
                        m->stretch[s].base + m->stretch[s].pages <= p
                        && m->stretch[s].first + m->stretch[s].pages <= Frame(m, t, p); */
    const uint64_t first = (uint64_t)m->stretch[s].first;
    const uint64_t base = (uint64_t)m->stretch[s].base;
    return pfn <= first ? base : base + (pfn - first);
}

/* Whether range i begins where the range before it ends. */
/*@ requires   valid:   0 < i && \valid_read(ranges + (i - 1 .. i)) && RangeInLimit(ranges, i - 1);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    touches: \result <==> Touches(ranges, i);
*/
static bool touches(const struct np_range *ranges, uint32_t i)
{
    return ranges[i - 1].first + ranges[i - 1].pages == ranges[i].first;
}

/* Whether range i only continues the stretch of the range before it. */
/*@ requires   valid:   0 < i && \valid_read(ranges + (i - 1 .. i)) && RangeInLimit(ranges, i - 1);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    continues: \result <==> Continues(ranges, i);
*/
static bool continues(const struct np_range *ranges, uint32_t i)
{
    return touches(ranges, i) && ranges[i - 1].node == ranges[i].node;
}

/* What is wrong with range i, all before it being right. */
/*@ requires   valid:   \valid_read(ranges + (0 .. i));
    requires   before:  0 < i ==> RangeInLimit(ranges, i - 1);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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

/* What ranges need. */
struct np_needs {
    uint64_t positions;
    uint32_t stretches;
};

/*@ ghost
  // What the first range needs, and what one more does.
  /@ terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    none:    NeededPositions(ranges, 0) == 0 && NeededStretches(ranges, 0) == 0;
     ensures    first:   NeededPositions(ranges, 1) == ranges[0].pages && NeededStretches(ranges, 1) == 1;
     ensures    touch:   Touches(ranges, i) ==>
                           NeededPositions(ranges, i + 1) == NeededPositions(ranges, i) + ranges[i].pages;
     ensures    gap:     0 < i && !Touches(ranges, i) ==>
                           NeededPositions(ranges, i + 1) == NeededPositions(ranges, i) + ranges[i].pages + 1;
     ensures    same:    Continues(ranges, i) ==> NeededStretches(ranges, i + 1) == NeededStretches(ranges, i);
     ensures    more:    0 < i && !Continues(ranges, i) ==>
                           NeededStretches(ranges, i + 1) == NeededStretches(ranges, i) + 1;
  @/
  void lemma_range(const struct np_range *ranges, uint32_t i)
  {
     return;
  }
*/

/*@ ghost
  // What is valid on some nodes is valid on the most that can be.
  /@ requires   valid:   ValidRanges(ranges, count, nodes);
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    most:    ValidRanges(ranges, count, NP_MAX_NODES);
  @/
  void lemma_nodes(const struct np_range *ranges, uint32_t count, uint32_t nodes)
  {
     /@ assert each: \forall integer i; ValidRange(ranges, nodes, i) ==> ValidRange(ranges, NP_MAX_NODES, i); @/
     return;
  }
*/

/*@ predicate Needs{L}(struct np_needs extent, struct np_range *ranges, integer count) =
         extent.positions == NeededPositions(ranges, count) && 1 <= extent.positions <= 0x10000000000
      && extent.stretches == NeededStretches(ranges, count) && 1 <= extent.stretches <= count;
*/

/* The positions and stretches of the first `count` ranges. */
/*@ requires   valid:   \valid_read(ranges + (0 .. count - 1)) && ValidRanges(ranges, count, NP_MAX_NODES);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    needs:   Needs(\result, ranges, count);
*/
static struct np_needs measure(const struct np_range *ranges, uint32_t count)
{
    //@ ghost lemma_range(ranges, 0);
    //@ assert first: ValidRange(ranges, NP_MAX_NODES, 0);
    struct np_needs extent = {ranges[0].pages, 1};
    /*@ loop invariant inside:    1 <= i <= count;
        loop invariant positions: extent.positions == NeededPositions(ranges, i);
        loop invariant stretches: extent.stretches == NeededStretches(ranges, i);
        loop invariant bound:     1 <= extent.positions <= ranges[i - 1].first + ranges[i - 1].pages;
        loop invariant count:     1 <= extent.stretches <= i;
        loop assigns i, extent;
        loop variant count - i;
    */
    for (uint32_t i = 1; i < count; i++) {
        //@ ghost lemma_range(ranges, i);
        //@ assert before: ValidRange(ranges, NP_MAX_NODES, i - 1);
        //@ assert range: ValidRange(ranges, NP_MAX_NODES, i);
        if (!touches(ranges, i)) extent.positions++;
        if (!continues(ranges, i)) extent.stretches++;
        extent.positions += ranges[i].pages;
    }
    //@ assert last: ValidRange(ranges, NP_MAX_NODES, count - 1);
    return extent;
}

/* What is wrong with a machine's description, and with which range, if with one; if nothing is, what it needs. */
struct np_verdict {
    enum np_setup_error error;
    uint32_t range;
    struct np_needs extent;
};

/* Whether these ranges can make a machine, and what they need. */
/*@ requires   valid:   \valid_read(ranges + (0 .. count - 1));
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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
    needed->stretches = NULL;
    needed->stretch_capacity = verdict.extent.stretches;
    needed->words = NULL;
    needed->word_capacity = 3 * (padded(verdict.extent.positions) / 64);
    needed->nodes = NULL;
    needed->node_capacity = padded(verdict.extent.positions) / 256;
    return NP_SETUP_OK;
}

/*@ // the table that is being made: stretch s, the order of two, all of the first n
    predicate RowStretch{L}(struct np_stretch *stretch, integer s) =
         0 <= stretch[s].first && 1 <= stretch[s].pages && stretch[s].first + stretch[s].pages <= 0x10000000000
      && 0 <= stretch[s].base && stretch[s].base + stretch[s].pages <= 0x10000000000;

    // as Before has it, of a stretch and where another begins
    predicate RowStarts{L}(struct np_stretch *stretch, integer s, integer first, integer base, integer node) =
         stretch[s].first + stretch[s].pages <= first
      && stretch[s].base + stretch[s].pages <= base
      && (stretch[s].base + stretch[s].pages == base <==> stretch[s].first + stretch[s].pages == first)
      && (stretch[s].base + stretch[s].pages == base ==> stretch[s].node != node);

    predicate RowBefore{L}(struct np_stretch *stretch, integer s, integer t) =
      RowStarts(stretch, s, stretch[t].first, stretch[t].base, stretch[t].node);

    predicate Row{L}(struct np_stretch *stretch, integer n) =
         (\forall integer s; 0 <= s < n ==> RowStretch(stretch, s))
      && (\forall integer s, t; 0 <= s < t < n ==> RowBefore(stretch, s, t));

    // stretch s ends with range i
    predicate RowEnds{L}(struct np_stretch *stretch, integer s, struct np_range *ranges, integer i, integer position) =
         stretch[s].first + stretch[s].pages == ranges[i].first + ranges[i].pages
      && stretch[s].base + stretch[s].pages == position && stretch[s].node == ranges[i].node;

    // page frame f of a node lies in stretch s; in one of the first n
    predicate RowPage{L}(struct np_stretch *stretch, integer s, integer node, integer f) =
      stretch[s].first <= f < stretch[s].first + stretch[s].pages && stretch[s].node == node;
    predicate RowsPage{L}(struct np_stretch *stretch, integer n, integer node, integer f) =
      \exists integer s; 0 <= s < n && RowPage(stretch, s, node, f);

    // the first n stretches hold what the first i ranges do
    predicate SamePages{L}(struct np_stretch *stretch, integer n, struct np_range *ranges, integer i) =
      \forall integer node, f; RowsPage(stretch, n, node, f) <==> RangesPage(ranges, i, node, f);
*/

/*@ predicate SameRow{A, B}(struct np_stretch *stretch, integer s) =
         \at(stretch[s].first, A) == \at(stretch[s].first, B) && \at(stretch[s].base, A) == \at(stretch[s].base, B)
      && \at(stretch[s].pages, A) == \at(stretch[s].pages, B) && \at(stretch[s].node, A) == \at(stretch[s].node, B);
*/

/*@ ghost
  // What comes after the last comes after all.
  /@ requires   row:     Row(stretch, s) && RowStretch(stretch, s);
     requires   last:    0 < s ==> RowBefore(stretch, s - 1, s);
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    row:     Row(stretch, s + 1);
  @/
  void lemma_row(const struct np_stretch *stretch, uint32_t s)
  {
     if (s == 0) return;
     /@ assert end:   RowStretch(stretch, s - 1); @/
     /@ assert over:  \forall integer t; 0 <= t < s - 1 && RowBefore(stretch, t, s - 1) ==> RowBefore(stretch, t, s); @/
     /@ assert lower: \forall integer t; 0 <= t < s - 1 ==> RowBefore(stretch, t, s - 1); @/
     /@ assert upper: \forall integer t; 0 <= t < s ==> RowBefore(stretch, t, s); @/
     return;
  }
*/

/*@ ghost
  /@ terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    one:     \forall integer node, f; RowsPage(stretch, s + 1, node, f) <==>
                           RowsPage(stretch, s, node, f) || RowPage(stretch, s, node, f);
  @/
  void lemma_row_page(const struct np_stretch *stretch, uint32_t s)
  {
     return;
  }

  /@ terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    one:     \forall integer node, f; RangesPage(ranges, i + 1, node, f) <==>
                           RangesPage(ranges, i, node, f) || RangePage(ranges, i, node, f);
  @/
  void lemma_range_page(const struct np_range *ranges, uint32_t i)
  {
     return;
  }

  // More ranges never need fewer stretches.
  /@ requires   order:   i <= count <= NP_MAX_RANGES;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    grows:   NeededStretches(ranges, i) <= NeededStretches(ranges, count);
  @/
  void lemma_grows(const struct np_range *ranges, uint32_t i, uint32_t count)
  {
     uint32_t j = i;
     /@ loop invariant inside: i <= j <= count;
        loop invariant grows:  NeededStretches(ranges, i) <= NeededStretches(ranges, j);
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

/* Writes stretch s, after those before it. */
/*@ requires   valid:   \valid(stretch + (0 .. s)) && \valid_read(range);
    requires   row:     Row(stretch, s);
    requires   range:   1 <= range->pages && range->first + range->pages <= 0x10000000000 && range->node < NP_MAX_NODES;
    requires   base:    base + range->pages <= 0x10000000000;
    requires   starts:  0 < s ==> RowStarts(stretch, s - 1, range->first, base, range->node);
    terminates          \true;
    exits               \false;
    assigns             stretch[s];
    ensures    row:     Row(stretch, s + 1);
    ensures    fields:  stretch[s].first == range->first && stretch[s].base == base && stretch[s].pages == range->pages
                          && stretch[s].node == range->node;
    ensures    pages:   \forall integer node, f; RowsPage(stretch, s + 1, node, f) <==>
                          RowsPage{Pre}(stretch, s, node, f)
                          || (range->first <= f < range->first + range->pages && range->node == node);
*/
static void append(struct np_stretch *stretch, uint32_t s, uint64_t base, const struct np_range *range)
{
    stretch[s].first = (int64_t)range->first;
    stretch[s].base = (int64_t)base;
    stretch[s].pages = (int64_t)range->pages;
    stretch[s].node = (int32_t)range->node;
    //@ assert same: \forall integer t; 0 <= t < s ==> SameRow{Pre, Here}(stretch, t);
    //@ assert stretches: \forall integer t; 0 <= t < s ==> RowStretch(stretch, t);
    /*@ assert keeps: \forall integer t, u; 0 <= t < u < s && RowBefore{Pre}(stretch, t, u) ==>
                        RowBefore(stretch, t, u); */
    //@ assert pairs: \forall integer t, u; 0 <= t < u < s ==> RowBefore(stretch, t, u);
    /*@ assert pages: \forall integer t, node, f; 0 <= t < s ==>
                        (RowPage(stretch, t, node, f) <==> RowPage{Pre}(stretch, t, node, f)); */
    //@ ghost lemma_row(stretch, s);
    //@ ghost lemma_row_page(stretch, s);
}

/* Makes stretch s, the last, longer. */
/*@ requires   valid:   \valid(stretch + (0 .. s));
    requires   row:     Row(stretch, s + 1);
    requires   bound:   stretch[s].first + stretch[s].pages + pages <= 0x10000000000
                          && stretch[s].base + stretch[s].pages + pages <= 0x10000000000;
    terminates          \true;
    exits               \false;
    assigns             stretch[s].pages;
    ensures    row:     Row(stretch, s + 1);
    ensures    longer:  stretch[s].pages == \old(stretch[s].pages) + pages;
    ensures    pages:   \forall integer node, f; RowsPage(stretch, s + 1, node, f) <==>
                          RowsPage{Pre}(stretch, s + 1, node, f)
                          || (stretch[s].first + stretch[s].pages - pages <= f < stretch[s].first + stretch[s].pages
                              && stretch[s].node == node);
*/
static void prolong(struct np_stretch *stretch, uint32_t s, uint64_t pages)
{
    //@ ghost lemma_row_page(stretch, s);
    stretch[s].pages += (int64_t)pages;
    //@ assert same: \forall integer t; 0 <= t < s ==> SameRow{Pre, Here}(stretch, t);
    //@ assert stretches: \forall integer t; 0 <= t < s ==> RowStretch(stretch, t);
    //@ assert here: RowStretch{Pre}(stretch, s) && RowStretch(stretch, s);
    /*@ assert keeps: \forall integer t, u; 0 <= t < u <= s && RowBefore{Pre}(stretch, t, u) ==>
                        RowBefore(stretch, t, u); */
    //@ assert pairs: \forall integer t, u; 0 <= t < u <= s ==> RowBefore(stretch, t, u);
    /*@ assert pages: \forall integer t, node, f; 0 <= t < s ==>
                        (RowPage(stretch, t, node, f) <==> RowPage{Pre}(stretch, t, node, f)); */
    //@ ghost lemma_row_page(stretch, s);
}

/* Lays the stretches out, with a position that is never free before each that does not touch the one before it. */
/*@ requires   valid:   \valid_read(ranges + (0 .. count - 1)) && ValidRanges(ranges, count, NP_MAX_NODES);
    requires   room:    \valid(stretch + (0 .. NeededStretches(ranges, count) - 1));
    requires   apart:   \separated(stretch + (0 .. NeededStretches(ranges, count) - 1), ranges + (0 .. count - 1));
    terminates          \true;
    exits               \false;
    assigns             stretch[0 .. NeededStretches(ranges, count) - 1];
    ensures    row:     Row(stretch, NeededStretches(ranges, count));
    ensures    end:     RowEnds(stretch, NeededStretches(ranges, count) - 1, ranges, count - 1,
                                NeededPositions(ranges, count));
    ensures    pages:   SamePages(stretch, NeededStretches(ranges, count), ranges, count);
*/
static void lay_out(struct np_stretch *stretch, const struct np_range *ranges, uint32_t count)
{
    uint32_t s = 0;
    uint64_t position = 0;
    //@ ghost lemma_range(ranges, 0);
    /*@ loop invariant inside:    0 <= i <= count && 0 <= s <= i && (i > 0 ==> s > 0);
        loop invariant stretches: s == NeededStretches(ranges, i);
        loop invariant positions: position == NeededPositions(ranges, i);
        loop invariant bound:     i > 0 ==> position <= ranges[i - 1].first + ranges[i - 1].pages;
        loop invariant row:       Row(stretch, s);
        loop invariant ends:      i > 0 ==> RowEnds(stretch, s - 1, ranges, i - 1, position);
        loop invariant pages:     SamePages(stretch, s, ranges, i);
        loop assigns i, s, position, stretch[0 .. NeededStretches(ranges, count) - 1];
        loop variant count - i;
    */
    for (uint32_t i = 0; i < count; i++) {
        //@ ghost lemma_range(ranges, i);
        //@ ghost lemma_range_page(ranges, i);
        //@ ghost lemma_grows(ranges, i + 1, count);
        //@ assert range: ValidRange(ranges, NP_MAX_NODES, i);
        //@ assert before: i > 0 ==> ValidRange(ranges, NP_MAX_NODES, i - 1);
        if (i > 0 && continues(ranges, i)) {
            prolong(stretch, s - 1, ranges[i].pages);
            //@ assert ends: RowEnds(stretch, s - 1, ranges, i, position + ranges[i].pages);
            //@ assert pages: SamePages(stretch, s, ranges, i + 1);
        } else {
            if (i > 0 && !touches(ranges, i)) position++;
            append(stretch, s, position, &ranges[i]);
            s++;
            //@ assert ends: RowEnds(stretch, s - 1, ranges, i, position + ranges[i].pages);
            //@ assert pages: SamePages(stretch, s, ranges, i + 1);
        }
        position += ranges[i].pages;
    }
}

/* A type's alignment is where a member of it comes to lie after a char. */
struct stretch_after_char {
    char c;
    struct np_stretch member;
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
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    aligned: \result <==> AlignedStorage(storage);
*/
static bool aligned(const struct np_storage *storage)
{
    return (uintptr_t)storage->stretches % offsetof(struct stretch_after_char, member) == 0 &&
           (uintptr_t)storage->words % offsetof(struct word_after_char, member) == 0 &&
           (uintptr_t)storage->nodes % offsetof(struct node_after_char, member) == 0;
}

/*@ ghost
  /@ requires   nodes:   1 <= nodes <= NP_MAX_NODES;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    square:  1 <= nodes * nodes <= NP_MAX_NODES * NP_MAX_NODES;
  @/
  void lemma_square(uint32_t nodes)
  {
     return;
  }
*/

/* All distances, as given or 10 and 20. */
/*@ requires   valid:   \valid(m) && 1 <= nodes <= NP_MAX_NODES;
    requires   given:   distance == \null || \valid_read(distance + (0 .. nodes * nodes - 1));
    requires   apart:   distance == \null || \separated(m, distance + (0 .. nodes * nodes - 1));
    terminates          \true;
    exits               \false;
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

/*@ // position p lies in one of the first n stretches
    predicate PresentBelow{L}(struct np_machine *m, integer n, integer p) =
      \exists integer s; 0 <= s < n && In(m, s, p);
*/

/*@ ghost
  /@ requires   stretch: 0 <= s < m->stretches;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    none:    \forall integer p; !PresentBelow(m, 0, p);
     ensures    one:     \forall integer p; PresentBelow(m, s + 1, p) <==> PresentBelow(m, s, p) || In(m, s, p);
  @/
  void lemma_present(const struct np_machine *m, uint32_t s)
  {
     return;
  }
*/

/* Makes all pages free where none is. */
/*@ requires   valid:   Table(m) && WritableIndex(&m->free);
    requires   none:    \forall integer p; !FreeAt(m, p);
    terminates          \true;
    exits               \false;
    assigns             m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1];
    ensures    index:   WritableIndex(&m->free);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> Present(m, p);
*/
static void give_all(struct np_machine *m)
{
    /*@ loop invariant inside: 0 <= s <= m->stretches;
        loop invariant index:  WritableIndex(&m->free);
        loop invariant free:   \forall integer p; FreeAt(m, p) <==> PresentBelow(m, s, p);
        loop assigns s, m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1];
        loop variant m->stretches - s;
    */
    for (uint32_t s = 0; s < m->stretches; s++) {
        //@ assert stretch: Stretch(m, s);
        //@ ghost lemma_present(m, s);
        np_index_give(&m->free, (uint64_t)m->stretch[s].base, (uint64_t)m->stretch[s].pages);
    }
}

/*@ ghost
  // The table that lay_out makes is the table of a machine.
  /@ requires   sizes:   \valid_read(m) && 1 <= m->nodes <= 64 && 1 <= m->stretches <= 0x100000
                           && 0 < m->free.positions <= 0x10000000000;
     requires   memory:  \valid_read(m->stretch + (0 .. m->stretches - 1));
     requires   row:     Row(m->stretch, m->stretches);
     requires   nodes:   \forall integer s; 0 <= s < m->stretches ==> 0 <= m->stretch[s].node < m->nodes;
     requires   end:     m->stretch[m->stretches - 1].base + m->stretch[m->stretches - 1].pages <= m->free.positions;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    table:   Table(m);
  @/
  void lemma_table(const struct np_machine *m)
  {
     uint32_t last = m->stretches - 1;
     /@ assert over: \forall integer s; 0 <= s < last && RowStretch(m->stretch, s) && RowBefore(m->stretch, s, last) ==>
                       Stretch(m, s); @/
     /@ assert last: RowStretch(m->stretch, last) && Stretch(m, last); @/
     /@ assert stretches: \forall integer s; 0 <= s < m->stretches ==> Stretch(m, s); @/
     /@ assert as: \forall integer s, t; RowBefore(m->stretch, s, t) ==> Before(m, s, t); @/
     /@ assert before: \forall integer s, t; 0 <= s < t < m->stretches ==> Before(m, s, t); @/
     return;
  }

  // With all pages free, a node's page frames in stretches are its free ones.
  /@ requires   free:    \forall integer p; FreeAt(m, p) <==> Present(m, p);
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    free:    \forall integer node, f; FreeOnNode(m, node, f) <==>
                           RowsPage(m->stretch, m->stretches, node, f);
  @/
  void lemma_free(const struct np_machine *m)
  {
     /@ assert page: \forall integer s, node, f; 0 <= s < m->stretches && RowPage(m->stretch, s, node, f) ==>
                       Page(m, s, m->stretch[s].base + (f - m->stretch[s].first), f); @/
     /@ assert here: \forall integer s, node, f; 0 <= s < m->stretches && RowPage(m->stretch, s, node, f) ==>
                       FreeAt(m, m->stretch[s].base + (f - m->stretch[s].first)); @/
     /@ assert there: \forall integer s, p, f; Page(m, s, p, f) ==> RowPage(m->stretch, s, m->stretch[s].node, f); @/
     return;
  }

  // Where all words are 0, no bit is set.
  /@ requires   clear:   \forall integer i; 0 <= i < count ==> words[i] == 0;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    clear:   \forall integer p; 0 <= p < count * 64 ==> !Bit(words, p);
  @/
  void lemma_clear(const uint64_t *words, uint64_t count)
  {
     /@ assert word: \forall integer p; 0 <= p < count * 64 ==> words[p / 64] == 0; @/
     return;
  }

  // The nodes of the table are nodes of ranges.
  /@ requires   ranges:  ValidRanges(ranges, count, nodes);
     requires   row:     Row(stretch, n);
     requires   pages:   SamePages(stretch, n, ranges, count);
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    nodes:   \forall integer s; 0 <= s < n ==> 0 <= stretch[s].node < nodes;
  @/
  void lemma_row_nodes(const struct np_stretch *stretch, uint32_t n, const struct np_range *ranges, uint32_t count,
                       uint32_t nodes)
  {
     /@ assert first: \forall integer s; 0 <= s < n && RowStretch(stretch, s) ==>
                        RowPage(stretch, s, stretch[s].node, stretch[s].first); @/
     /@ assert in: \forall integer s; 0 <= s < n ==> RowsPage(stretch, n, stretch[s].node, stretch[s].first); @/
     /@ assert of: \forall integer s; 0 <= s < n ==> RangesPage(ranges, count, stretch[s].node, stretch[s].first); @/
     /@ assert node: \forall integer i, node, f; ValidRange(ranges, nodes, i) && RangePage(ranges, i, node, f) ==>
                       0 <= node < nodes; @/
     /@ assert nodes: \forall integer node, f; RangesPage(ranges, count, node, f) ==> 0 <= node < nodes; @/
     return;
  }
*/

/*@ // room for the three bits of each position and for the tree, whatever it holds
    predicate BlankPlanes{L}(struct np_machine *m) =
         Words(m->free.words, m->free.positions) && WritableNodes(&m->free)
      && Words(m->block, m->free.positions) && Words(m->mark, m->free.positions)
      && \separated(m->free.words + (0 .. (m->free.positions - 1) / 64), m->block + (0 .. (m->free.positions - 1) / 64),
                    m->mark + (0 .. (m->free.positions - 1) / 64));
*/

/* Makes all pages free, whatever the memory held. */
/*@ requires   valid:   Table(m) && BlankPlanes(m) && Disjoint(m) && m->free.positions <= NP_PFN_LIMIT;
    terminates          \true;
    exits               \false;
    assigns             m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1], m->block[0 .. (m->free.positions - 1) / 64],
                        m->mark[0 .. (m->free.positions - 1) / 64];
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
    give_all(m);
    //@ assert blocks: \forall integer p; !BlockAt(m, p);
    //@ assert marks: \forall integer p; !MarkAt(m, p);
    //@ assert states: States(m);
}

/* Whether all areas are large enough. */
/*@ requires   valid:   \valid_read(storage) && extent.positions <= NP_PFN_LIMIT;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    enough:  \result <==> storage->stretches != \null && storage->stretch_capacity >= extent.stretches
                          && storage->words != \null && storage->word_capacity >= 3 * (Padded(extent.positions) / 64)
                          && storage->nodes != \null && storage->node_capacity >= Padded(extent.positions) / 256;
*/
static bool enough(const struct np_storage *storage, struct np_needs extent)
{
    return storage->stretches != NULL && storage->stretch_capacity >= extent.stretches && storage->words != NULL &&
           storage->word_capacity >= 3 * (padded(extent.positions) / 64) && storage->nodes != NULL &&
           storage->node_capacity >= padded(extent.positions) / 256;
}

/* Whether these ranges can make a machine in that storage. */
/*@ requires   valid:   \valid_read(ranges + (0 .. count - 1)) && \valid_read(storage);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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
                                   storage->nodes + (0 .. storage->node_capacity - 1));
    requires   size:    1 <= extent.positions <= NP_PFN_LIMIT;
    requires   enough:  storage->words != \null && storage->word_capacity >= 3 * (Padded(extent.positions) / 64)
                          && storage->nodes != \null && storage->node_capacity >= Padded(extent.positions) / 256;
    terminates          \true;
    exits               \false;
    assigns             m->free.positions \from extent;
    assigns             m->stretch, m->free.words, m->free.nodes, m->block, m->mark \from storage, *storage, extent;
    ensures    size:    m->free.positions == Padded(extent.positions);
    ensures    areas:   m->stretch == storage->stretches && m->free.words == storage->words
                          && m->free.nodes == storage->nodes && m->block == m->free.words + m->free.positions / 64
                          && m->mark == m->block + m->free.positions / 64;
    ensures    planes:  BlankPlanes(m);
*/
static void set_areas(struct np_machine *m, const struct np_storage *storage, struct np_needs extent)
{
    const uint64_t positions = padded(extent.positions);
    const uint64_t words = positions / 64;
    //@ assert words: (positions - 1) / 64 == words - 1 && extent.positions <= positions;
    m->free.positions = (int64_t)positions;
    m->stretch = storage->stretches;
    m->free.words = storage->words;
    m->free.nodes = storage->nodes;
    m->block = storage->words + words;
    m->mark = storage->words + 2 * words;
}

/* The table: where the pages are, and which positions they have. */
/*@ requires   valid:   \valid_read(ranges + (0 .. count - 1)) && ValidRanges(ranges, count, nodes) && \valid(m);
    requires   needs:   Needs(extent, ranges, count) && extent.positions <= m->free.positions <= NP_PFN_LIMIT;
    requires   room:    \valid(m->stretch + (0 .. extent.stretches - 1));
    requires   apart:   \separated(m, m->stretch + (0 .. extent.stretches - 1))
                          && \separated(m, ranges + (0 .. count - 1))
                          && \separated(m->stretch + (0 .. extent.stretches - 1), ranges + (0 .. count - 1));
    terminates          \true;
    exits               \false;
    assigns             m->nodes, m->stretches, m->stretch[0 .. extent.stretches - 1];
    ensures    table:   Table(m);
    ensures    sizes:   m->nodes == nodes && m->stretches == extent.stretches;
    ensures    pages:   \forall integer node, f; RowsPage(m->stretch, m->stretches, node, f) <==>
                          RangesPage{Pre}(ranges, count, node, f);
*/
static void set_table(struct np_machine *m, struct np_needs extent, const struct np_range *ranges, uint32_t count,
                      uint32_t nodes)
{
    //@ ghost lemma_nodes(ranges, count, nodes);
    lay_out(m->stretch, ranges, count);
    //@ ghost lemma_row_nodes(m->stretch, extent.stretches, ranges, count, nodes);
    m->nodes = nodes;
    m->stretches = extent.stretches;
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
    //@ assert all:   m->free.positions / 256 == NeededNodes{Pre}(ranges, count) <= \at(storage->node_capacity, Pre);
    free_all(m);
    //@ ghost lemma_free(m);
    return NP_SETUP_OK;
}
