#include "runs.h"
#include "index.h"

/* Positions [start, end). */
struct np_span {
    uint64_t start;
    uint64_t end;
};

/* The next row of pages in ranges, from a position of a stretch on; an empty one at its end if there is none. */
/*@ requires   valid:   Table(m) && Steps(r) && s < m->stretches;
    requires   begin:   m->stretch[s].base <= from <= m->stretch[s].base + m->stretch[s].pages;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    inside:  from <= \result.start <= \result.end <= m->stretch[s].base + m->stretch[s].pages;
    ensures    gap:     \forall integer p; from <= p < \result.start ==> !AllowedIn(m, s, r, p);
    ensures    row:     \forall integer p; \result.start <= p < \result.end ==> AllowedIn(m, s, r, p);
    ensures    past:    !AllowedIn(m, s, r, \result.end);
    ensures    none:    \result.start == \result.end ==> \result.start == m->stretch[s].base + m->stretch[s].pages;
*/
static struct np_span next_row(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t from)
{
    //@ assert stretch: Stretch(m, s);
    const uint64_t first = (uint64_t)m->stretch[s].first;
    const uint64_t base = (uint64_t)m->stretch[s].base;
    const uint64_t pages = (uint64_t)m->stretch[s].pages;
    struct np_span row = {base + pages, base + pages};

    //@ assert page: first + (from - base) <= NP_PFN_LIMIT;
    const uint64_t f = np_steps_next(r, first + (from - base));
    if (f >= first + pages) return row;
    const uint64_t end = np_steps_end(r, f);
    row.start = base + (f - first);
    if (end < first + pages) row.end = base + (end - first);
    return row;
}

/*@ ghost
  // Where pages in ranges begin anew, the ranges have gaps, and one of them begins.
  /@ requires valid: Steps(r) && r.first < f && InRanges(r, f) && !InRanges(r, f - 1);
     terminates \true; exits \false; assigns \nothing;
     ensures  gaps:  Gaps(r);
     ensures  start: f == r.first + \result * r.step;
  @/
  uint64_t lemma_start(struct np_steps r, uint64_t f)
  {
     uint64_t before = f - 1;
     /@ assert start: \forall integer j; InRange(r, j, f) && !InRange(r, j, before) ==> f == r.first + j * r.step; @/
     /@ assert last:  \forall integer j; (j - 1) * r.step == j * r.step - r.step; @/
     /@ assert touch: \forall integer j; InRange(r, j, f) && r.step <= r.end - r.first ==> InRange(r, j, before) || InRange(r, j - 1, before); @/
     uint64_t i = (f - r.first) / r.step;
     /@ assert at:    i * r.step <= f - r.first < i * r.step + r.step; @/
     np_lemma_gaps(r, i);
     return i;
  }

  // The ranges from range i on, said of positions.
  /@ requires valid: Gaps(r) && Gaps(q) && q.step == r.step && q.end - q.first == r.end - r.first && f == r.first + i * r.step;
     terminates \true; exits \false; assigns \nothing;
     ensures  same:  \forall integer p, g; q.first <= p && g - f == p - q.first ==> (InRanges(q, p) <==> InRanges(r, g));
  @/
  void lemma_rest(struct np_steps r, struct np_steps q, uint64_t f, uint64_t i)
  {
     /@ assert sum:   \forall integer j, k; k == j + i ==> k * r.step == j * r.step + i * r.step; @/
     /@ assert each:  \forall integer p, g, j, k; g - f == p - q.first && k == j + i && 0 <= j ==> (InRange(q, j, p) <==> InRange(r, k, g)); @/
     /@ assert forth: \forall integer p, g; g - f == p - q.first && InRanges(q, p) ==> InRanges(r, g); @/
     /@ assert lower: \forall integer k; k < i ==> k * r.step + r.step <= i * r.step; @/
     /@ assert above: \forall integer p, g, k; q.first <= p && g - f == p - q.first && InRange(r, k, g) ==> i <= k; @/
     /@ assert one:   \forall integer g, k; f <= g && InRange(r, k, g) ==> InRange(q, k - i, q.first + (g - f)); @/
     /@ assert back:  \forall integer g; f <= g && InRanges(r, g) ==> InRanges(q, q.first + (g - f)); @/
     return;
  }
*/

/* From a free position behind the first of the ranges on: the first eligible position of the stretch, or its end. */
/*@ requires   valid:   Searchable(m) && Steps(r) && s < m->stretches;
    requires   inside:  m->stretch[s].base <= free <= m->stretch[s].base + m->stretch[s].pages;
    requires   free:    free < m->stretch[s].base + m->stretch[s].pages ==> FreeAt(m, free);
    requires   behind:  free < m->stretch[s].base + m->stretch[s].pages ==> r.first < Frame(m, s, free);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    inside:  free <= \result <= m->stretch[s].base + m->stretch[s].pages;
    ensures    found:   \result < m->stretch[s].base + m->stretch[s].pages ==> EligibleIn(m, s, r, \result);
    ensures    none:    \forall integer p; free <= p < \result ==> !EligibleIn(m, s, r, p);
*/
static uint64_t next_eligible(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t free)
{
    //@ assert stretch: Stretch(m, s);
    const uint64_t first = (uint64_t)m->stretch[s].first;
    const uint64_t base = (uint64_t)m->stretch[s].base;
    const uint64_t end = base + (uint64_t)m->stretch[s].pages;
    if (free == end) return end;

    const uint64_t f = np_steps_next(r, first + (free - base));
    //@ assert none: \forall integer p; free <= p < end && Frame(m, s, p) < f ==> !AllowedIn(m, s, r, p);
    if (f >= first + (end - base)) return end;
    const uint64_t start = base + (f - first);
    if (start == free) return free;
    //@ ghost const uint64_t i = lemma_start(r, f);
    const struct np_steps rest = {start, start + (r.end - r.first), r.step};
    //@ ghost lemma_rest(r, rest, f, i);
    //@ assert rest: \forall integer p; start <= p < end ==> (InRanges(rest, p) <==> AllowedIn(m, s, r, p));
    return np_index_next_free_in(&m->free, rest, end);
}

/*@ ghost
  // What a search of the free pages of a row says of eligible runs.
  /@ requires count: 1 <= count;
     requires past:  !AllowedIn(m, s, r, end) && from <= to <= end;
     requires none:  \forall integer p; from <= p < to && p + count <= end ==> !Run(&m->free, p, count);
     terminates \true; exits \false; assigns \nothing;
     ensures  none:  NoEligibleStartsIn(m, s, r, from, to, count);
  @/
  void lemma_row(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t from, uint64_t end, uint64_t to, uint64_t count)
  {
     /@ assert free: \forall integer p; EligibleRunIn(m, s, r, p, count) ==> Run(&m->free, p, count); @/
     /@ assert past: !EligibleIn(m, s, r, end); @/
     /@ assert over: \forall integer p; p <= end < p + count ==> !EligibleRunIn(m, s, r, p, count); @/
     return;
  }
*/

/* The lowest run inside one stretch, as np_run_next has it. */
/*@ requires   valid:   Searchable(m) && Steps(r) && s < m->stretches;
    requires   begin:   m->stretch[s].base <= from <= m->stretch[s].base + m->stretch[s].pages;
    requires   count:   1 <= count <= limit;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    stretch: \result.stretch == s;
    ensures    inside:  \result.length != 0 ==> from <= \result.start
                          && \result.start + \result.length <= m->stretch[s].base + m->stretch[s].pages;
    ensures    size:    \result.length != 0 ==> count <= \result.length <= limit;
    ensures    found:   \result.length != 0 ==> EligibleRunIn(m, s, r, \result.start, \result.length);
    ensures    lowest:  \result.length != 0 ==> NoEligibleStartsIn(m, s, r, from, \result.start, count);
    ensures    maximal: \result.length != 0 && \result.length < limit ==> !EligibleIn(m, s, r, \result.start + \result.length);
    ensures    none:    \result.length == 0 ==>
                          NoEligibleStartsIn(m, s, r, from, m->stretch[s].base + m->stretch[s].pages, count);
*/
static struct np_run run_in_stretch(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t from,
                                    uint64_t count, uint64_t limit)
{
    //@ assert stretch: Stretch(m, s);
    const uint64_t end = (uint64_t)m->stretch[s].base + (uint64_t)m->stretch[s].pages;
    struct np_run run = {0, 0, s};
    uint64_t at = from;
    /*@ loop invariant inside: from <= at <= end;
        loop invariant lowest: NoEligibleStartsIn(m, s, r, from, at, count);
        loop assigns at;
        loop variant end - at;
    */
    while (at < end) {
        const struct np_span row = next_row(m, s, r, at);
        const uint64_t free = np_index_next_free(&m->free, row.start, end);
        //@ assert none: \forall integer p; at <= p < free ==> !EligibleIn(m, s, r, p);
        //@ assert head: \forall integer p; EligibleRunIn(m, s, r, p, count) ==> EligibleIn(m, s, r, p);
        if (free >= row.end) {
            //@ assert behind: free < end ==> AllowedIn(m, s, r, row.start) && row.start < free;
            at = next_eligible(m, s, r, free);
            continue;
        }
        //@ assert skipped: NoEligibleStartsIn(m, s, r, at, free, count);
        const uint64_t found = np_index_lowest_run(&m->free, free, row.end, count);
        //@ ghost lemma_row(m, s, r, free, row.end, found == NP_NONE ? row.end : found, count);
        if (found == NP_NONE) {
            at = row.end;
            continue;
        }
        const uint64_t most = row.end - found < limit ? row.end : found + limit;
        const uint64_t used = np_index_next_used(&m->free, found, most);
        //@ assert whole: Run(&m->free, found, count) && found + count <= most;
        //@ assert long: found + count <= used;
        run.start = found;
        run.length = used - found;
        return run;
    }
    return run;
}

/*@ // no eligible run on the node starts in stretch t at a position in [from, to)
    predicate NoStartsIn{L}(struct np_machine *m, integer node, struct np_steps r, integer t, integer from, integer to, integer count) =
      m->stretch[t].node == node ==>
        \forall integer p; from <= p < to && EligibleIn(m, t, r, p) ==> !EligibleRun(m, node, r, p, count);
*/

/*@ ghost
  // On its node, what holds inside a stretch holds: a run never leaves it.
  /@ requires valid: Table(m) && 0 <= s < m->stretches;
     terminates \true; exits \false; assigns \nothing;
     ensures  same:  \forall integer p; In(m, s, p) ==> (Eligible(m, m->stretch[s].node, r, p) <==> EligibleIn(m, s, r, p));
     ensures  past:  !Eligible(m, m->stretch[s].node, r, m->stretch[s].base + m->stretch[s].pages);
  @/
  void lemma_node(const struct np_machine *m, uint32_t s, struct np_steps r)
  {
     /@ assert stretch: Stretch(m, s); @/
     /@ assert above: \forall integer t; s < t < m->stretches ==> Before(m, s, t); @/
     /@ assert below: \forall integer t; 0 <= t < s ==> Before(m, t, s); @/
     /@ assert later: \forall integer p, t; In(m, s, p) && s < t ==> !In(m, t, p); @/
     /@ assert first: \forall integer p, t; In(m, s, p) && t < s ==> !In(m, t, p); @/
     /@ assert one:   \forall integer p, t; In(m, s, p) && In(m, t, p) ==> t == s; @/
     /@ assert ahead: \forall integer t, p; p == m->stretch[s].base + m->stretch[s].pages && 0 <= t < s ==>
                        m->stretch[t].base + m->stretch[t].pages < p; @/
     /@ assert next:  \forall integer t, p; p == m->stretch[s].base + m->stretch[s].pages && s < t && In(m, t, p) ==>
                        p == m->stretch[t].base; @/
     /@ assert node:  \forall integer t; s < t < m->stretches && m->stretch[t].base == m->stretch[s].base + m->stretch[s].pages ==>
                        m->stretch[t].node != m->stretch[s].node; @/
     /@ assert other: \forall integer t, p; p == m->stretch[s].base + m->stretch[s].pages && In(m, t, p) ==>
                        s < t < m->stretches && m->stretch[t].base == p; @/
     /@ assert none:  \forall integer t, p; p == m->stretch[s].base + m->stretch[s].pages && In(m, t, p) ==>
                        m->stretch[t].node != m->stretch[s].node; @/
     return;
  }

  /@ requires valid: Table(m) && 0 <= s < m->stretches && 1 <= count;
     terminates \true; exits \false; assigns \nothing;
     ensures  run:   \forall integer p; In(m, s, p) && EligibleRun(m, m->stretch[s].node, r, p, count) ==> EligibleRunIn(m, s, r, p, count);
  @/
  void lemma_node_runs(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t count)
  {
     lemma_node(m, s, r);
     /@ assert over: \forall integer p; p <= m->stretch[s].base + m->stretch[s].pages < p + count ==>
                       !EligibleRun(m, m->stretch[s].node, r, p, count); @/
     return;
  }

  // A search of one stretch, said of its node.
  /@ requires valid: Table(m) && 0 <= s < m->stretches && 1 <= count;
     requires none:  NoEligibleStartsIn(m, s, r, m->stretch[s].base < from ? from : m->stretch[s].base, to, count);
     terminates \true; exits \false; assigns \nothing;
     ensures  none:  NoStartsIn(m, m->stretch[s].node, r, s, from, to, count);
  @/
  void lemma_searched(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t from, uint64_t to, uint64_t count)
  {
     lemma_node_runs(m, s, r, count);
     return;
  }

  // All stretches together.
  /@ requires valid: Table(m) && 1 <= count;
     requires none:  \forall integer t; 0 <= t < m->stretches ==> NoStartsIn(m, node, r, t, from, to, count);
     terminates \true; exits \false; assigns \nothing;
     ensures  none:  NoEligibleStarts(m, node, r, from, to, count);
  @/
  void lemma_all_searched(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t from, uint64_t to, uint64_t count)
  {
     /@ assert head: \forall integer p; EligibleRun(m, node, r, p, count) ==> Eligible(m, node, r, p); @/
     /@ assert in: \forall integer p, t; In(m, t, p) ==> NoStartsIn(m, node, r, t, from, to, count); @/
     /@ assert each: \forall integer p, t; from <= p < to && m->stretch[t].node == node && EligibleIn(m, t, r, p) ==>
                       !EligibleRun(m, node, r, p, count); @/
     return;
  }
*/

struct np_run np_run_next(const struct np_machine *m, uint32_t node, struct np_steps r, uint32_t stretch, uint64_t from,
                          uint64_t count, uint64_t limit)
{
    const struct np_run none = {from, 0, m->stretches};
    /*@ loop invariant at:   stretch <= s <= m->stretches;
        loop invariant none: \forall integer t; 0 <= t < s ==> NoStartsIn(m, node, r, t, from, m->free.positions, count);
        loop assigns s;
        loop variant m->stretches - s;
    */
    for (uint32_t s = stretch; s < m->stretches; s++) {
        //@ assert stretch: Stretch(m, s);
        const uint64_t base = (uint64_t)m->stretch[s].base;
        const uint64_t end = base + (uint64_t)m->stretch[s].pages;
        if ((uint32_t)m->stretch[s].node != node || end <= from) continue;
        const struct np_run run = run_in_stretch(m, s, r, from < base ? base : from, count, limit);
        if (run.length != 0) {
            //@ ghost lemma_searched(m, s, r, from, run.start, count);
            //@ assert above: \forall integer t; s < t < m->stretches ==> Before(m, s, t);
            //@ assert later: \forall integer t; s < t < m->stretches ==> NoStartsIn(m, node, r, t, from, run.start, count);
            //@ assert inside: run.start <= m->free.positions;
            //@ assert sooner: \forall integer t; NoStartsIn(m, node, r, t, from, m->free.positions, count) ==> NoStartsIn(m, node, r, t, from, run.start, count);
            //@ assert earlier: \forall integer t; 0 <= t < s ==> NoStartsIn(m, node, r, t, from, run.start, count);
            //@ ghost lemma_all_searched(m, node, r, from, run.start, count);
            //@ ghost lemma_node(m, s, r);
            return run;
        }
        //@ ghost lemma_searched(m, s, r, from, end, count);
    }
    //@ ghost lemma_all_searched(m, node, r, from, m->free.positions, count);
    return none;
}
