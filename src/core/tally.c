#include "tally.h"
#include "index.h"
#include "machine.h"

/*@ // y adds to x the free positions of [from, to)
    predicate Adds{L}(struct np_index *index, struct np_tally x, struct np_tally y, integer from, integer to) =
         CountedFree(index, from, to, y.free - x.free) && 0 <= y.free - x.free <= to - from
      && NoLonger(index, y.longest, from, to) && x.longest <= y.longest <= y.free
      && (y.longest == x.longest ==> y.start == x.start)
      && (y.longest != x.longest ==> from <= y.start && y.start + y.longest <= to
            && Run(index, y.start, y.longest) && NoRunStarts(index, from, y.start, y.longest));
*/

/*@ ghost
  // Below position 0 there is nothing.
  /@ requires none:  x.free == 0 && x.longest == 0;
     terminates \true; exits \false; assigns \nothing;
     ensures  tally: Tally(m, node, r, x, 0) && EdgeTo(m, node, r, 0);
  @/
  void lemma_nothing(const struct np_machine *m, uint32_t node, struct np_steps r, struct np_tally x)
  {
     /@ assert used:  \forall integer p; p < 0 ==> !FreeAt(m, p); @/
     /@ assert none:  \forall integer p; p < 0 ==> !EligibleTo(m, node, r, p); @/
     /@ assert first: \forall integer p, n; 0 < n && EligibleRunTo(m, node, r, p, n) ==> EligibleTo(m, node, r, p); @/
     /@ assert runs:  LongestTo(m, node, r, x.longest, 0); @/
     return;
  }

  // Positions without a page for a request.
  /@ requires tally: from <= to && NoneEligibleTo(m, node, r, from, to) && Tally(m, node, r, x, from);
     terminates \true; exits \false; assigns \nothing;
     ensures  tally: Tally(m, node, r, x, to);
  @/
  void lemma_skip(const struct np_machine *m, uint32_t node, struct np_steps r, struct np_tally x, uint64_t from, uint64_t to)
  {
     uint64_t p = from;
     /@ loop invariant at:   from <= p <= to;
        loop invariant same: Tallied(m, node, r, p, x.free);
        loop assigns p;
        loop variant to - p;
     @/
     while (p < to) {
        /@ assert none: !EligibleTo(m, node, r, p); @/
        p++;
     }
     /@ assert last: \forall integer q, n; from < q + n <= to && 0 < n && EligibleRunTo(m, node, r, q, n) ==>
                       EligibleTo(m, node, r, q + n - 1); @/
     /@ assert none: \forall integer q, n; from < q + n <= to && 0 < n ==> !EligibleRunTo(m, node, r, q, n); @/
     return;
  }

  // Free positions counted are pages counted, where each of them is one that a request may have.
  /@ requires all:   AllTo(m, node, r, from, to) && from <= to;
     terminates \true; exits \false; assigns \nothing;
     ensures  more:  \forall integer k, n; Tallied(m, node, r, from, k) && CountedFree(&m->free, from, to, n) ==>
                       Tallied(m, node, r, to, k + n);
  @/
  void lemma_free(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t from, uint64_t to)
  {
     uint64_t p = from;
     /@ assert zero: \forall integer n; CountedFree(&m->free, from, from, n) ==> n == 0; @/
     /@ loop invariant at:   from <= p <= to;
        loop invariant more: \forall integer k, n; Tallied(m, node, r, from, k) && CountedFree(&m->free, from, p, n) ==>
                               Tallied(m, node, r, p, k + n);
        loop assigns p;
        loop variant to - p;
     @/
     while (p < to) {
        /@ assert one:  EligibleTo(m, node, r, p) <==> FreeAt(m, p); @/
        /@ assert back: \forall integer n; CountedFree(&m->free, from, p + 1, n) ==>
                          (FreeAt(m, p) ? CountedFree(&m->free, from, p, n - 1) : CountedFree(&m->free, from, p, n)); @/
        p++;
     }
     return;
  }

  // What is added where each free position is a page that a request may have.
  /@ requires all:   AllTo(m, node, r, from, to) && from <= to && EdgeTo(m, node, r, from);
     requires tally: Tally(m, node, r, x, from) && Adds(&m->free, x, y, from, to);
     terminates \true; exits \false; assigns \nothing;
     ensures  tally: Tally(m, node, r, y, to);
  @/
  void lemma_add(const struct np_machine *m, uint32_t node, struct np_steps r, struct np_tally x, struct np_tally y,
                 uint64_t from, uint64_t to)
  {
     lemma_free(m, node, r, from, to);
     /@ assert free:    Tallied(m, node, r, to, y.free); @/
     /@ assert each:    \forall integer q; from <= q < to ==> (EligibleTo(m, node, r, q) <==> Free(&m->free, q)); @/
     /@ assert run:     \forall integer p, n; from <= p && p + n <= to && EligibleRunTo(m, node, r, p, n) ==> Run(&m->free, p, n); @/
     /@ assert back:    \forall integer p, n; from <= p && p + n <= to && Run(&m->free, p, n) ==> EligibleRunTo(m, node, r, p, n); @/
     /@ assert across:  \forall integer p, n; p < from < p + n ==> !EligibleRunTo(m, node, r, p, n); @/
     /@ assert below:   \forall integer p, n; p + n <= from && EligibleRunTo(m, node, r, p, n) ==> n <= y.longest; @/
     /@ assert inside:  \forall integer p, n; from <= p && p + n <= to && EligibleRunTo(m, node, r, p, n) ==> n <= y.longest; @/
     /@ assert longest: LongestTo(m, node, r, y.longest, to); @/
     /@ assert lower:   x.longest < y.longest ==> \forall integer p; p + y.longest <= from ==> !EligibleRunTo(m, node, r, p, y.longest); @/
     /@ assert here:    x.longest < y.longest ==> \forall integer p; from <= p < y.start ==> !EligibleRunTo(m, node, r, p, y.longest); @/
     /@ assert lowest:  y.longest != 0 ==> EligibleRunTo(m, node, r, y.start, y.longest) && LowestTo(m, node, r, y.start, y.longest); @/
     return;
  }

  // A range without a step, in positions.
  /@ requires valid: Table(m) && r.step == 0 && Splits(m, r.first, low) && Splits(m, r.end, high);
     terminates \true; exits \false; assigns \nothing;
     ensures  span:  Span(m, r, low, high);
  @/
  void lemma_span(const struct np_machine *m, struct np_steps r, uint64_t low, uint64_t high)
  {
     /@ assert in:   \forall integer f; r.first <= f < r.end ==> InRange(r, 0, f); @/
     /@ assert out:  \forall integer f, i; InRange(r, i, f) ==> r.first <= f < r.end; @/
     /@ assert some: \forall integer f; r.first <= f < r.end ==> InRanges(r, f); @/
     /@ assert none: \forall integer f; InRanges(r, f) ==> r.first <= f < r.end; @/
     /@ assert both: \forall integer f; InRanges(r, f) <==> r.first <= f < r.end; @/
     return;
  }

  // The pages that a request may have, said of free positions.
  /@ requires valid: Table(m) && Span(m, r, low, high);
     terminates \true; exits \false; assigns \nothing;
     ensures  any:   node == NP_ANY_NODE && FreePresent(m) ==>
                       \forall integer p; EligibleTo(m, node, r, p) <==> FreeAt(m, p) && low <= p < high;
     ensures  own:   node != NP_ANY_NODE ==>
                       \forall integer s, p; In(m, s, p) && m->stretch[s].node == node ==>
                         (EligibleTo(m, node, r, p) <==> FreeAt(m, p) && low <= p < high);
     ensures  other: node != NP_ANY_NODE ==>
                       \forall integer s, p; In(m, s, p) && m->stretch[s].node != node ==> !EligibleTo(m, node, r, p);
     ensures  in:    \forall integer p; EligibleTo(m, node, r, p) ==> Present(m, p);
     ensures  range: \forall integer p; EligibleTo(m, node, r, p) ==> low <= p < high;
  @/
  void lemma_eligible(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t low, uint64_t high)
  {
     /@ assert order: \forall integer p, s, t; In(m, s, p) && In(m, t, p) && s < t ==> !Before(m, s, t); @/
     /@ assert one:   \forall integer p, s, t; In(m, s, p) && In(m, t, p) ==> s == t; @/
     /@ assert in:    \forall integer s, p; EligibleIn(m, s, r, p) <==>
                        In(m, s, p) && FreeAt(m, p) && low <= p < high; @/
     /@ assert only:  \forall integer p; EligibleAny(m, r, p) ==> FreeAt(m, p) && low <= p < high; @/
     /@ assert some:  \forall integer s, p; FreeAt(m, p) && In(m, s, p) && low <= p < high ==> EligibleAny(m, r, p); @/
     /@ assert all:   FreePresent(m) ==> \forall integer p; FreeAt(m, p) && low <= p < high ==> EligibleAny(m, r, p); @/
     return;
  }
*/

/*@ ghost
  // Positions rise from stretch to stretch; where one follows at once, it is on another node.
  /@ requires valid:  Table(m) && s < m->stretches;
     terminates \true; exits \false; assigns \nothing;
     ensures  before: \forall integer t, p; t < s && In(m, t, p) ==> p < m->stretch[s].base;
     ensures  after:  \forall integer t, p; s < t && In(m, t, p) ==> m->stretch[s].base + m->stretch[s].pages <= p;
     ensures  next:   \forall integer t, p; In(m, t, p) && p == m->stretch[s].base + m->stretch[s].pages ==>
                        m->stretch[t].node != m->stretch[s].node;
  @/
  void lemma_order(const struct np_machine *m, uint32_t s)
  {
     np_lemma_stretch(m, s);
     /@ assert above: \forall integer t, p; s < t && In(m, t, p) ==> Before(m, s, t); @/
     /@ assert below: \forall integer t, p; t < s && In(m, t, p) ==> Before(m, t, s); @/
     /@ assert not:   !In(m, s, m->stretch[s].base + m->stretch[s].pages); @/
     /@ assert begin: \forall integer t, p; s < t && In(m, t, p) && p == m->stretch[s].base + m->stretch[s].pages ==>
                        m->stretch[t].base == p; @/
     return;
  }
*/

/* Adds the free positions of [from, to). */
/*@ requires   valid:   Searchable(m) && from <= to <= m->free.positions;
    requires   tally:   tally.longest <= tally.free <= from;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    adds:    Adds(&m->free, tally, \result, from, to);
*/
static struct np_tally tally_between(const struct np_machine *m, struct np_tally tally, uint64_t from, uint64_t to)
{
    const struct np_extent x = np_index_extent(&m->free, from, to);
    struct np_tally sum = {tally.free + x.free, tally.longest, tally.start};
    if (x.longest > tally.longest) {
        sum.longest = x.longest;
        sum.start = np_index_lowest_run(&m->free, from, to, x.longest);
    }
    return sum;
}

/* A position, or the end of [from, to) that it is nearest to. */
/*@ requires   order:   from <= to;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    nearest: \result == (position < from ? from : position < to ? position : to);
*/
static uint64_t clamp(uint64_t position, uint64_t from, uint64_t to)
{
    if (position < from) return from;
    return position < to ? position : to;
}

/* Adds the pages of a stretch. */
/*@ requires   valid:   Searchable(m) && Steps(r) && node != NP_ANY_NODE && s < m->stretches && Span(m, r, low, high);
    requires   tally:   Tally(m, node, r, tally, m->stretch[s].base) && EdgeTo(m, node, r, m->stretch[s].base);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    tally:   Tally(m, node, r, \result, m->stretch[s].base + m->stretch[s].pages);
    ensures    edge:    EdgeTo(m, node, r, m->stretch[s].base + m->stretch[s].pages);
*/
static struct np_tally tally_stretch(const struct np_machine *m, uint32_t node, uint32_t s, uint64_t low, uint64_t high,
                                     struct np_tally tally) /*@ ghost (struct np_steps r) */
{
    //@ ghost np_lemma_stretch(m, s);
    //@ ghost lemma_order(m, s);
    //@ ghost lemma_eligible(m, node, r, low, high);
    const uint64_t base = (uint64_t)m->stretch[s].base;
    const uint64_t end = base + (uint64_t)m->stretch[s].pages;
    const uint64_t from = clamp(low, base, end);
    const uint64_t to = clamp(high, base, end);
    //@ assert same: base == m->stretch[s].base && end == m->stretch[s].base + m->stretch[s].pages;
    //@ assert here: \forall integer p; base <= p < end ==> In(m, s, p);
    //@ assert last: EligibleTo(m, node, r, end - 1) ==> m->stretch[s].node == node;
    //@ assert next: EligibleTo(m, node, r, end) ==> m->stretch[s].node != node;
    //@ assert edge: EdgeTo(m, node, r, end);
    //@ assert node: (uint32_t)m->stretch[s].node == m->stretch[s].node;
    //@ assert cut: \forall integer p; base <= p < end ==> (low <= p < high <==> from <= p < to);
    //@ assert other: m->stretch[s].node != node ==> NoneEligibleTo(m, node, r, base, end);
    /*@ assert own: m->stretch[s].node == node ==> \forall integer p; base <= p < end ==>
                      (EligibleTo(m, node, r, p) <==> FreeAt(m, p) && from <= p < to); */
    if ((uint32_t)m->stretch[s].node != node || from >= to) {
        //@ assert none: NoneEligibleTo(m, node, r, base, end);
        //@ ghost lemma_skip(m, node, r, tally, base, end);
        return tally;
    }
    //@ assert head: NoneEligibleTo(m, node, r, base, from);
    //@ assert seam: EdgeTo(m, node, r, from);
    //@ ghost lemma_skip(m, node, r, tally, base, from);
    const struct np_tally sum = tally_between(m, tally, from, to);
    //@ assert window: AllTo(m, node, r, from, to);
    //@ ghost lemma_add(m, node, r, tally, sum, from, to);
    //@ assert tail: NoneEligibleTo(m, node, r, to, end);
    //@ ghost lemma_skip(m, node, r, sum, to, end);
    return sum;
}

struct np_tally np_tally_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t limit)
{
    const uint64_t low = np_position_from(m, r.first);
    const uint64_t high = np_position_from(m, r.end);
    struct np_tally tally = {0, 0, 0};
    //@ ghost lemma_span(m, r, low, high);
    //@ ghost lemma_eligible(m, node, r, low, high);
    //@ ghost uint64_t at = 0;
    //@ ghost lemma_nothing(m, node, r, tally);
    /*@ loop invariant s:     s <= m->stretches && at <= m->free.positions;
        loop invariant past:  \forall integer t; 0 <= t < s ==> m->stretch[t].base + m->stretch[t].pages <= at;
        loop invariant below: \forall integer t; s <= t < m->stretches ==> at <= m->stretch[t].base;
        loop invariant tally: Tally(m, node, r, tally, at) && EdgeTo(m, node, r, at);
        loop assigns s, at, tally;
        loop variant m->stretches - s;
    */
    for (uint32_t s = 0; s < m->stretches && tally.free < limit; s++) {
        //@ ghost np_lemma_stretch(m, s);
        //@ ghost uint64_t base = (uint64_t)m->stretch[s].base;
        //@ ghost lemma_order(m, s);
        //@ assert base: base == m->stretch[s].base;
        //@ assert end: base + (uint64_t)m->stretch[s].pages == m->stretch[s].base + m->stretch[s].pages;
        //@ assert earlier: \forall integer t, p; t < s && In(m, t, p) ==> p < at;
        //@ assert gap: \forall integer t, p; In(m, t, p) ==> !(at <= p < base);
        //@ assert none: NoneEligibleTo(m, node, r, at, base) && EdgeTo(m, node, r, base);
        //@ ghost lemma_skip(m, node, r, tally, at, base);
        tally = tally_stretch(m, node, s, low, high, tally) /*@ ghost (r) */;
        //@ ghost at = base + (uint64_t)m->stretch[s].pages;
    }
    /*@ ghost
        if (tally.free < limit) {
            /@ assert rest: NoneEligibleTo(m, node, r, at, m->free.positions); @/
            lemma_skip(m, node, r, tally, at, (uint64_t)m->free.positions);
            at = (uint64_t)m->free.positions;
        }
    */
    //@ assert end: Tally(m, node, r, tally, at) && (tally.free < limit ==> at == m->free.positions);
    return tally;
}

/* The tally of all nodes. */
/*@ requires   valid:   Searchable(m) && FreePresent(m) && Steps(r) && r.step == 0;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    tally:   Tally(m, NP_ANY_NODE, r, \result, m->free.positions);
*/
static struct np_tally tally_all(const struct np_machine *m, struct np_steps r)
{
    const uint64_t low = np_position_from(m, r.first);
    const uint64_t high = np_position_from(m, r.end);
    const struct np_tally none = {0, 0, 0};
    //@ ghost lemma_span(m, r, low, high);
    //@ ghost lemma_eligible(m, NP_ANY_NODE, r, low, high);
    //@ ghost uint64_t positions = (uint64_t)m->free.positions;
    //@ ghost lemma_nothing(m, NP_ANY_NODE, r, none);
    if (low >= high) {
        //@ ghost lemma_skip(m, NP_ANY_NODE, r, none, 0, positions);
        return none;
    }
    //@ ghost lemma_skip(m, NP_ANY_NODE, r, none, 0, low);
    const struct np_tally tally = tally_between(m, none, low, high);
    //@ assert window: AllTo(m, NP_ANY_NODE, r, low, high) && EdgeTo(m, NP_ANY_NODE, r, low);
    //@ ghost lemma_add(m, NP_ANY_NODE, r, none, tally, low, high);
    //@ ghost lemma_skip(m, NP_ANY_NODE, r, tally, high, positions);
    return tally;
}

struct np_tally np_tally(const struct np_machine *m, uint32_t node, struct np_steps r)
{
    const struct np_tally tally = node == NP_ANY_NODE ? tally_all(m, r) : np_tally_node(m, node, r, UINT64_MAX);
    //@ assert small: tally.free < UINT64_MAX;
    //@ assert head: tally.longest != 0 ==> EligibleTo(m, node, r, tally.start);
    return tally;
}
