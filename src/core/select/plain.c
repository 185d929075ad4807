/* SPDX-License-Identifier: MIT */
#include "plain.h"
#include "plain_lemmas.h"
#include "../index/index.h"
#include "../machine/machine.h"
#include "../machine/state.h"

/* One region: the free pages of it in the range. */
/*@ requires   valid:   Searchable(m) && Steps(r) && s < m->regions && Room(m, pfns, wanted);
    requires   size:    have <= wanted <= NP_FRAME_LIMIT;
    NP_RETURNS
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
static uint64_t list_region(const struct np_machine *m, uint32_t s, struct np_steps r, uint64_t wanted, uint64_t *pfns,
                            uint64_t have)
{
    //@ assert region: Region(m, s);
    const uint64_t first = (uint64_t)m->region[s].first;
    const uint64_t base = (uint64_t)m->region[s].base;
    const uint64_t past = first + (uint64_t)m->region[s].pages;
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

/* All regions of the node, as in np_collect_plain; not how many there are. */
/*@ requires   valid:   Searchable(m) && Steps(r) && r.step == 0 && Room(m, pfns, wanted);
    requires   size:    count <= wanted <= NP_FRAME_LIMIT;
    NP_RETURNS
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
    /*@ loop invariant at:     s <= m->regions && count <= have <= wanted;
        loop invariant valid:  Searchable(m);
        loop invariant same:   \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
        loop invariant sound:  \forall integer i; count <= i < have ==> UsableFrame{Pre}(m, node, r, 1, pfns[i]);
        loop invariant order:  Rising(pfns, count, have);
        loop invariant below:  \forall integer t, q, f; Page(m, t, q, f) && s <= t ==> AllBelow(pfns, count, have, f);
        loop invariant lowest: \forall integer t, q, f; Page(m, t, q, f) && t < s && Usable{Pre}(m, node, r, 1, q) ==>
                                 Listed(pfns, count, have, f) || (have == wanted && AllBelow(pfns, count, have, f));
        loop assigns s, have, pfns[count .. wanted - 1];
        loop variant m->regions - s;
    */
    for (uint32_t s = np_region_from(m, r.first); s < m->regions && have < wanted; s++) {
        //@ ghost np_lemma_region(m, s);
        if ((uint64_t)m->region[s].first >= r.end) {
            //@ assert later: \forall integer t; s < t < m->regions ==> Before(m, s, t) && r.end <= m->region[t].first;
            //@ assert above: \forall integer t, q, f; s <= t && Page(m, t, q, f) ==> r.end <= m->region[t].first <= f;
            break;
        }
        if ((uint32_t)m->region[s].node != node) continue;
        //@ assert region: Region(m, s);
        //@ assert own: m->region[s].node == node;
        //@ assert old_below: \forall integer f; FrameOf(m, s, f) ==> AllBelow(pfns, count, have, f);
        //@ ghost before: ;
        const uint64_t more = list_region(m, s, r, wanted, pfns, have);
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

/* The lowest usable pages are listed; nothing of the machine changes. */
/*@ requires   valid:   Machine(m) && Steps(r) && r.step == 0 && Room(m, pfns, wanted);
    requires   size:    count <= wanted <= NP_FRAME_LIMIT;
    NP_RETURNS
    assigns             pfns[count .. wanted - 1];
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    same:    SameState{Pre, Here}(m);
    ensures    size:    count <= \result <= wanted;
    ensures    sound:   \forall integer i; count <= i < \result ==> UsableFrame{Pre}(m, node, r, 1, pfns[i]);
    ensures    order:   Rising(pfns, count, \result);
    ensures    lowest:  \forall integer s, p, f; Page(m, s, p, f) && Usable{Pre}(m, node, r, 1, p) ==>
                          Listed(pfns, count, \result, f) || (\result == wanted && AllBelow(pfns, count, \result, f));
    ensures    exact:   \exists integer n; Counted{Pre}(m, node, r, 1, m->free.positions, n)
                          && \result == (count + n < wanted ? count + n : wanted);
    ensures    names:   count < \result ==> \forall integer s, p; In(m, s, p) ==>
                          (ListedBetween(m, pfns, count, \result, p) <==> FreeBetween{Pre}(m, node, pfns[count], pfns[\result - 1] + 1, s, p));
    ensures    last:    count < \result ==> pfns[count] <= pfns[\result - 1] < NP_FRAME_LIMIT;
*/
static uint64_t list_lowest(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t wanted,
                            uint64_t *pfns, uint64_t count)
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
    //@ assert planes: Planes(m);
    //@ assert words: \forall integer q; 0 <= q < m->free.positions ==> m->block[q / 64] == \at(m->block[q / 64], Pre);
    //@ assert more_words: \forall integer q; 0 <= q < m->free.positions ==> m->mark[q / 64] == \at(m->mark[q / 64], Pre);
    //@ assert block: \forall integer q; BlockAt(m, q) <==> BlockAt{Pre}(m, q);
    //@ assert mark: \forall integer q; MarkAt(m, q) <==> MarkAt{Pre}(m, q);
    //@ assert rests: \forall integer q; BlockAt(m, q) && !MarkAt(m, q) ==> BlockAt{Pre}(m, q - 1);
    //@ assert states: States(m);
    //@ ghost if (count < have) lemma_names(m, node, r, wanted, pfns, count, have);
    return have;
}

/* Takes the free pages of a node whose page frames lie in [first, end). */
/*@ requires   valid:   Machine(m) && first < end;
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    taken:   \forall integer s, p; In(m, s, p) && FreeBetween{Pre}(m, node, first, end, s, p) ==> TakenAt(m, remove, p);
    ensures    others:  \forall integer s, p; In(m, s, p) && !FreeBetween{Pre}(m, node, first, end, s, p) ==> SameAt{Pre, Here}(m, p);
    ensures    absent:  \forall integer p; !Present(m, p) ==> SameAt{Pre, Here}(m, p);
*/
static void take_between(struct np_machine *m, uint32_t node, uint64_t first, uint64_t end, bool remove)
{
    /*@ loop invariant at:     s <= m->regions;
        loop invariant valid:  Machine(m) && (HeldPresent{Pre}(m) ==> HeldPresent(m));
        loop invariant past:   \forall integer t; s <= t < m->regions ==> first < m->region[t].first + m->region[t].pages;
        loop invariant taken:  \forall integer t, p; t < s && In(m, t, p) && FreeBetween{Pre}(m, node, first, end, t, p) ==> TakenAt(m, remove, p);
        loop invariant others: \forall integer t, p; In(m, t, p) && (s <= t || !FreeBetween{Pre}(m, node, first, end, t, p)) ==> SameAt{Pre, Here}(m, p);
        loop invariant absent: \forall integer p; !Present(m, p) ==> SameAt{Pre, Here}(m, p);
        loop assigns s, NP_PAGES(m);
        loop variant m->regions - s;
    */
    for (uint32_t s = np_region_from(m, first); s < m->regions; s++) {
        //@ ghost np_lemma_region(m, s);
        const uint64_t start = (uint64_t)m->region[s].first;
        if (start >= end) {
            //@ assert later: \forall integer t; s < t < m->regions ==> Before(m, s, t) && end <= m->region[t].first;
            //@ assert above: \forall integer t, p; s <= t && In(m, t, p) ==> end <= m->region[t].first <= Frame(m, t, p);
            break;
        }
        const uint64_t past = start + (uint64_t)m->region[s].pages;
        const uint64_t base = (uint64_t)m->region[s].base;
        const uint64_t low = first < start ? start : first;
        const uint64_t high = end < past ? end : past;
        if ((uint32_t)m->region[s].node != node) continue;
        np_take_free(m, base + (low - start), base + (high - start), remove);
    }
}

/* Takes the pages listed in [count, have): they are the free ones of the node from the first listed to the last. */
/*@ requires   valid:   Machine(m) && Room(m, pfns, have) && count < have;
    requires   names:   \forall integer s, p; In(m, s, p) ==>
                          (ListedBetween(m, pfns, count, have, p) <==> FreeBetween(m, node, pfns[count], pfns[have - 1] + 1, s, p));
    requires   order:   Rising(pfns, count, have) && pfns[count] <= pfns[have - 1] < NP_FRAME_LIMIT;
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    same:    \forall integer i; 0 <= i < have ==> pfns[i] == \old(pfns[i]);
    ensures    order:   Rising(pfns, count, have);
    ensures    taken:   \forall integer p; ListedBetween(m, pfns, count, have, p) ==> TakenAt(m, remove, p);
    ensures    others:  \forall integer p; !ListedBetween(m, pfns, count, have, p) ==> SameAt{Pre, Here}(m, p);
*/
static void take_listed(struct np_machine *m, uint32_t node, bool remove, const uint64_t *pfns, uint64_t count,
                        uint64_t have)
{
    take_between(m, node, pfns[count], pfns[have - 1] + 1, remove);
    //@ assert same: \forall integer i; 0 <= i < have ==> pfns[i] == \at(pfns[i], Pre);
    //@ assert before: \forall integer i, j; count <= i < j < have ==> \at(pfns[i], Pre) < \at(pfns[j], Pre);
    //@ assert order: Rising(pfns, count, have);
    //@ assert forth: \forall integer p; ListedBetween{Pre}(m, pfns, count, have, p) ==> ListedBetween(m, pfns, count, have, p);
    //@ assert back: \forall integer p; ListedBetween(m, pfns, count, have, p) ==> ListedBetween{Pre}(m, pfns, count, have, p);
}

uint64_t np_take_plain(struct np_machine *m, uint32_t node, struct np_plan plan, uint64_t *pfns, uint64_t count)
{
    const uint64_t have = list_lowest(m, node, plan.ranges, plan.wanted, pfns, count);
    if (have == count) return have;
    //@ ghost before: ;
    take_listed(m, node, plan.remove, pfns, count, have);
    //@ assert same: \forall integer p; SameAt{before, Here}(m, p) ==> SameAt{Pre, Here}(m, p);
    return have;
}
