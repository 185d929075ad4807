#include "plain.h"
#include "index.h"
#include "machine.h"
#include "state.h"

/*@ // such a page frame
    predicate PlainFrame{L}(struct np_machine *m, struct np_steps r, integer s, integer f) = \exists integer p; Plain(m, r, s, p, f);

    // page frame f lies in stretch s; in some stretch
    predicate FrameOf{L}(struct np_machine *m, integer s, integer f) = \exists integer p; Page(m, s, p, f);
    predicate FramePresent{L}(struct np_machine *m, integer f) = \exists integer s, p; Page(m, s, p, f);
*/

/*@ ghost
  void np_lemma_plain(const struct np_machine *m, uint32_t node, struct np_steps r)
  {
     np_lemma_pages(m);
     /@ assert zero:     \forall integer f; InRange(r, 0, f) <==> r.first <= f < r.end; @/
     /@ assert only:     \forall integer i, f; InRange(r, i, f) ==> i == 0; @/
     /@ assert first:    \forall integer i, f; InRange(r, i, f) ==> InRange(r, 0, f); @/
     /@ assert forth:    \forall integer f; InRanges(r, f) ==> InRange(r, 0, f); @/
     /@ assert back:     \forall integer f; InRange(r, 0, f) ==> InRanges(r, f); @/
     /@ assert range:    \forall integer f; InRanges(r, f) <==> r.first <= f < r.end; @/
     /@ assert one:      \forall integer s, t, p; In(m, s, p) && In(m, t, p) ==> Page(m, s, p, Frame(m, s, p)) && Page(m, t, p, Frame(m, t, p)) && s == t; @/
     /@ assert eligible: \forall integer s, p, f; Page(m, s, p, f) ==>
                           (Eligible(m, node, r, p) <==> m->stretch[s].node == node && Plain(m, r, s, p, f)); @/
     /@ assert present:  \forall integer p; Eligible(m, node, r, p) ==> Present(m, p); @/
     /@ assert aligned:  \forall integer f; Aligned(f, 1); @/
     /@ assert at:       \forall integer p; Present(m, p) ==> AlignedAt(m, p, 1); @/
     /@ assert run:      \forall integer p; EligibleRun(m, node, r, p, 1) <==> Eligible(m, node, r, p); @/
     /@ assert block:    \forall integer p; Block(m, node, r, 1, p) <==> Eligible(m, node, r, p); @/
     /@ assert usable:   \forall integer p; Usable(m, node, r, 1, p) <==> Block(m, node, r, 1, p); @/
     return;
  }

  // Page frames rise with positions.
  /@ requires valid:  Table(m);
     terminates \true; exits \false; assigns \nothing;
     ensures  rising: \forall integer s, p, f, t, q, g; Page(m, s, p, f) && Page(m, t, q, g) && p < q ==> f < g;
     ensures  apart:  \forall integer s, p, f, t, q, g; Page(m, s, p, f) && Page(m, t, q, g) && s < t ==> f < g;
     ensures  inside: \forall integer s, p, f; Page(m, s, p, f) ==> 0 <= p < m->free.positions;
  @/
  void lemma_frames(const struct np_machine *m)
  {
     /@ assert stretch: \forall integer s, p; In(m, s, p) ==> Stretch(m, s); @/
     /@ assert before:  \forall integer s, p, t, q; In(m, s, p) && In(m, t, q) && s < t ==> Before(m, s, t); @/
     /@ assert apart:   \forall integer s, p, f, t, q, g; Page(m, s, p, f) && Page(m, t, q, g) && s < t ==> f < g && p < q; @/
     return;
  }

  // Of two rising parts of a list, the second above the first.
  /@ requires parts:  from <= at <= to && \valid_read(pfns + (from .. to - 1)) && Rising(pfns, from, at) && Rising(pfns, at, to);
     requires above:  \forall integer j; at <= j < to ==> AllBelow(pfns, from, at, pfns[j]);
     terminates \true; exits \false; assigns \nothing;
     ensures  rising: Rising(pfns, from, to);
  @/
  void lemma_join(const uint64_t *pfns, uint64_t from, uint64_t at, uint64_t to)
  {
     /@ assert across: \forall integer i, j; from <= i < at <= j < to ==> pfns[i] < pfns[j]; @/
     return;
  }

  // A rising list of the lowest usable pages holds as many as there are, or is full.
  /@ requires valid:  Table(m) && count <= have <= wanted && \valid_read(pfns + (0 .. wanted - 1));
     requires sound:  \forall integer i; count <= i < have ==> UsableFrame(m, node, r, 1, pfns[i]);
     requires order:  Rising(pfns, count, have);
     requires lowest: have < wanted ==> \forall integer s, p, f; Page(m, s, p, f) && Usable(m, node, r, 1, p) ==> Listed(pfns, count, have, f);
     requires page:   \forall integer p; Usable(m, node, r, 1, p) ==> Present(m, p);
     terminates \true; exits \false; assigns \nothing;
     ensures  exact:  \exists integer n; Counted(m, node, r, 1, m->free.positions, n) && have == (count + n < wanted ? count + n : wanted);
  @/
  void lemma_list_counted(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t wanted, const uint64_t *pfns,
                          uint64_t count, uint64_t have)
  {
     lemma_frames(m);
     np_lemma_pages(m);
     int64_t p = 0;
     uint32_t s = 0;
     uint64_t k = count;
     /@ assert start: Counted(m, node, r, 1, 0, 0) && Stretch(m, 0); @/
     /@ assert present: \forall integer f; UsableFrame(m, node, r, 1, f) ==> FramePresent(m, f); @/
     /@ assert pages: \forall integer i; count <= i < have ==> FramePresent(m, pfns[i]); @/
     /@ loop invariant at:      0 <= p <= m->free.positions && s <= m->stretches && count <= k <= have;
        loop invariant passed:  \forall integer t, q; In(m, t, q) && t < s ==> q < p;
        loop invariant stretch: s < m->stretches ==> p <= m->stretch[s].base + m->stretch[s].pages;
        loop invariant before:  \forall integer i, t, q; count <= i < k && Page(m, t, q, pfns[i]) ==> q < p;
        loop invariant after:   \forall integer i, t, q; k <= i < have && Page(m, t, q, pfns[i]) ==> p <= q;
        loop invariant counted: \exists integer n; Counted(m, node, r, 1, p, n) && k - count <= n && (have < wanted ==> n == k - count);
        loop assigns p, s, k;
        loop variant m->free.positions - p;
     @/
     while (p < m->free.positions) {
        if (s < m->stretches && m->stretch[s].base + m->stretch[s].pages <= p) {
           /@ assert next: \forall integer t; s < t < m->stretches ==> Before(m, s, t) && Stretch(m, t); @/
           s++;
           /@ assert table: s < m->stretches ==> Stretch(m, s); @/
        }
        /@ assert here: s < m->stretches ==> p < m->stretch[s].base + m->stretch[s].pages; @/
        /@ assert above: \forall integer t; s < t < m->stretches ==> Before(m, s, t); @/
        /@ assert later: \forall integer t; s < t ==> !In(m, t, p); @/
        /@ assert sooner: \forall integer t; t < s ==> !In(m, t, p); @/
        /@ assert in: \forall integer t; In(m, t, p) ==> t == s; @/
        const uint64_t old = k;
        if (s < m->stretches && m->stretch[s].base <= p) {
           /@ assert table: Stretch(m, s); @/
           const uint64_t f = (uint64_t)(m->stretch[s].first + (p - m->stretch[s].base));
           /@ assert page: Page(m, s, p, f); @/
           /@ assert entries: \forall integer i; old <= i < have ==> f <= pfns[i]; @/
           if (k < have && pfns[k] == f) k++;
           /@ assert listed: Listed(pfns, count, have, f) ==> k == old + 1; @/
           /@ assert sound: k == old + 1 ==> Usable(m, node, r, 1, p); @/
           /@ assert later: \forall integer i; k <= i < have ==> f < pfns[i]; @/
        }
        /@ assert usable: Usable(m, node, r, 1, p) ==> (have < wanted ==> k == old + 1); @/
        /@ assert used: !Usable(m, node, r, 1, p) ==> k == old; @/
        p++;
     }
     /@ assert none: \forall integer t, q; k < have ==> !Page(m, t, q, pfns[k]); @/
     /@ assert last: k < have ==> FramePresent(m, pfns[k]); @/
     /@ assert all: k == have; @/
     return;
  }
*/

/* One stretch: the free pages of it in the range. */
/*@ requires   valid:   Searchable(m) && Steps(r) && s < m->stretches && Room(m, pfns, wanted);
    requires   size:    have <= wanted <= 0x10000000000;
    terminates          \true;
    exits               \false;
    assigns             pfns[have .. wanted - 1];
    ensures    valid:   Searchable(m);
    ensures    same:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    ensures    size:    have <= \result <= wanted;
    ensures    sound:   \forall integer i; have <= i < \result ==> PlainFrame{Pre}(m, r, s, pfns[i]);
    ensures    order:   Rising(pfns, have, \result);
    ensures    lowest:  \forall integer p, f; Plain{Pre}(m, r, s, p, f) ==>
                          Listed(pfns, have, \result, f) || (\result == wanted && AllBelow(pfns, have, \result, f));
    ensures    rising:  \forall integer c; Rising{Pre}(pfns, c, have) ==> Rising(pfns, c, have);
    ensures    below:   \forall integer c, f; AllBelow{Pre}(pfns, c, have, f) ==> AllBelow(pfns, c, have, f);
*/
static uint64_t list_stretch(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t wanted, uint64_t *pfns,
                             uint64_t have)
{
    //@ assert stretch: Stretch(m, s);
    const uint64_t first = (uint64_t)m->stretch[s].first;
    const uint64_t base = (uint64_t)m->stretch[s].base;
    const uint64_t past = first + (uint64_t)m->stretch[s].pages;
    const uint64_t low = r.first < first ? first : r.first;
    const uint64_t high = r.end < past ? r.end : past;
    //@ assert cut: \forall integer p, f; Plain(m, r, s, p, f) ==> low <= f < high;
    if (high <= low) {
        //@ assert none: \forall integer p, f; !Plain{Pre}(m, r, s, p, f);
        return have;
    }
    const uint64_t start = base + (low - first);
    const uint64_t end = base + (high - first);
    const uint64_t more = np_index_list(&m->free, start, end, low, pfns, have, wanted);
    //@ assert kept: \forall integer i; i < have ==> pfns[i] == \at(pfns[i], Pre);
    //@ assert stands: \forall integer f, p; StandsFree(&m->free, start, end, low, f) && p == start + (f - low) ==> Plain{Pre}(m, r, s, p, f);
    //@ assert frames: \forall integer f; StandsFree(&m->free, start, end, low, f) ==> PlainFrame{Pre}(m, r, s, f);
    //@ assert plain: \forall integer p, f; Plain{Pre}(m, r, s, p, f) ==> start <= p < end && f == low + (p - start) && Free(&m->free, p);
    /*@ assert each: \forall integer p, f; start <= p < end && f == low + (p - start) && Free(&m->free, p) ==>
                       Listed(pfns, have, more, f) || (more == wanted && AllBelow(pfns, have, more, f)); */
    /*@ assert lowest: \forall integer p, f; Plain{Pre}(m, r, s, p, f) ==>
                         Listed(pfns, have, more, f) || (more == wanted && AllBelow(pfns, have, more, f)); */
    return more;
}

/* All stretches of the node, as np_collect_plain has it but for how many there are. */
/*@ requires   valid:   Searchable(m) && Steps(r) && r.step == 0 && Room(m, pfns, wanted);
    requires   size:    count <= wanted <= 0x10000000000;
    terminates          \true;
    exits               \false;
    assigns             pfns[count .. wanted - 1];
    ensures    valid:   Searchable(m);
    ensures    same:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    ensures    size:    count <= \result <= wanted;
    ensures    sound:   \forall integer i; count <= i < \result ==> UsableFrame{Pre}(m, node, r, 1, pfns[i]);
    ensures    order:   Rising(pfns, count, \result);
    ensures    lowest:  \forall integer s, p, f; Page(m, s, p, f) && Usable{Pre}(m, node, r, 1, p) ==>
                          Listed(pfns, count, \result, f) || (\result == wanted && AllBelow(pfns, count, \result, f));
*/
static uint64_t list_node(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t wanted, uint64_t *pfns,
                          uint64_t count)
{
    uint64_t have = count;
    //@ ghost np_lemma_plain(m, node, r);
    //@ ghost lemma_frames(m);
    /*@ loop invariant at:     s <= m->stretches && count <= have <= wanted;
        loop invariant valid:  Searchable(m);
        loop invariant same:   \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
        loop invariant sound:  \forall integer i; count <= i < have ==> UsableFrame{Pre}(m, node, r, 1, pfns[i]);
        loop invariant order:  Rising(pfns, count, have);
        loop invariant below:  \forall integer t, q, f; Page(m, t, q, f) && s <= t ==> AllBelow(pfns, count, have, f);
        loop invariant lowest: \forall integer t, q, f; Page(m, t, q, f) && t < s && Usable{Pre}(m, node, r, 1, q) ==>
                                 Listed(pfns, count, have, f) || (have == wanted && AllBelow(pfns, count, have, f));
        loop assigns s, have, pfns[count .. wanted - 1];
        loop variant m->stretches - s;
    */
    for (uint32_t s = 0; s < m->stretches && have < wanted; s++) {
        if ((uint32_t)m->stretch[s].node != node) continue;
        //@ assert stretch: Stretch(m, s);
        //@ assert own: m->stretch[s].node == node;
        //@ assert old_below: \forall integer f; FrameOf(m, s, f) ==> AllBelow(pfns, count, have, f);
        //@ ghost before: ;
        const uint64_t more = list_stretch(m, s, r, wanted, pfns, have);
        //@ assert kept: \forall integer i; count <= i < have ==> pfns[i] == \at(pfns[i], before);
        //@ assert plain: \forall integer p, f; Plain{before}(m, r, s, p, f) ==> Plain{Pre}(m, r, s, p, f);
        //@ assert frames: \forall integer f; PlainFrame{before}(m, r, s, f) ==> UsableFrame{Pre}(m, node, r, 1, f) && FrameOf(m, s, f);
        //@ assert sound_old: \forall integer i; count <= i < have ==> UsableFrame{Pre}(m, node, r, 1, pfns[i]);
        //@ assert sound_new: \forall integer i; have <= i < more ==> UsableFrame{Pre}(m, node, r, 1, pfns[i]) && FrameOf(m, s, pfns[i]);
        //@ assert old: \forall integer f; FrameOf(m, s, f) ==> AllBelow(pfns, count, have, f);
        //@ assert above: \forall integer j; have <= j < more ==> AllBelow(pfns, count, have, pfns[j]);
        //@ assert rising: Rising(pfns, count, have);
        //@ ghost lemma_join(pfns, count, have, more);
        //@ assert apart: \forall integer t, q, f, g; Page(m, t, q, f) && s < t && FrameOf(m, s, g) ==> g < f;
        //@ assert later: \forall integer t, q, f; Page(m, t, q, f) && s < t ==> AllBelow(pfns, have, more, f);
        //@ assert below: \forall integer f; AllBelow(pfns, count, have, f) && AllBelow(pfns, have, more, f) ==> AllBelow(pfns, count, more, f);
        //@ assert listed_old: \forall integer f; Listed{before}(pfns, count, have, f) ==> Listed(pfns, count, more, f);
        //@ assert listed_new: \forall integer f; Listed(pfns, have, more, f) ==> Listed(pfns, count, more, f);
        //@ assert here: \forall integer q, f; Page(m, s, q, f) && Usable{Pre}(m, node, r, 1, q) ==> Plain{before}(m, r, s, q, f);
        /*@ assert lowest: \forall integer q, f; Page(m, s, q, f) && Usable{Pre}(m, node, r, 1, q) ==>
                             Listed(pfns, count, more, f) || (more == wanted && AllBelow(pfns, count, more, f)); */
        have = more;
    }
    return have;
}

uint64_t np_collect_plain(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t wanted, uint64_t *pfns,
                          uint64_t count)
{
    const uint64_t have = list_node(m, node, r, wanted, pfns, count);
    //@ assert eligible: \forall integer p; Eligible(m, node, r, p) <==> Eligible{Pre}(m, node, r, p);
    //@ assert blocks: \forall integer b; Block(m, node, r, 1, b) <==> Block{Pre}(m, node, r, 1, b);
    //@ assert usable: \forall integer p; Usable(m, node, r, 1, p) <==> Usable{Pre}(m, node, r, 1, p);
    //@ assert frames: \forall integer f; UsableFrame(m, node, r, 1, f) <==> UsableFrame{Pre}(m, node, r, 1, f);
    //@ ghost np_lemma_plain(m, node, r);
    //@ ghost lemma_list_counted(m, node, r, wanted, pfns, count, have);
    /*@ ghost
        int64_t p = 0;
        /@ loop invariant at:   0 <= p <= m->free.positions;
           loop invariant then: \forall integer n; Counted(m, node, r, 1, p, n) ==> Counted{Pre}(m, node, r, 1, p, n);
           loop assigns p;
           loop variant m->free.positions - p;
        @/
        while (p < m->free.positions) {
            p++;
        }
    */
    return have;
}
