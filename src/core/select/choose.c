/* SPDX-License-Identifier: MIT */
#include "choose.h"
#include "choose_lemmas.h"
#include "collect.h"
#include "../ranges/fit.h"
#include "../request/node.h"
#include "../machine/machine.h"
#include "place.h"

uint32_t np_next_tried(const struct np_machine *m, uint32_t ideal, bool local, uint32_t node)
{
    //@ assert one: \forall integer n; 0 <= n < m->nodes && NodeRank(m, ideal, n) == NodeRank(m, ideal, node) ==> n == node;
    return local ? NP_NO_NODE : np_node_after(m, ideal, node);
}

uint64_t np_take_lowest(struct np_machine *m, struct np_plan plan, uint64_t *pfns)
{
    const uint32_t ideal = plan.ideal;
    const bool local = plan.local;
    const uint64_t wanted = plan.wanted;
    //@ ghost const uint64_t chunk = plan.chunk;
    //@ ghost const struct np_steps r = plan.ranges;
    uint64_t count = 0;
    uint32_t node = ideal;
    //@ ghost lemma_pages(m, r, chunk);
    //@ ghost np_lemma_sum(m, ideal, local, r, chunk);
    //@ ghost np_lemma_bounds(m, ideal, local, r, chunk);
    /*@ loop invariant size:    0 <= count <= wanted && count % chunk == 0 && (wanted - count) % chunk == 0;
        loop invariant valid:   Machine(m);
        loop invariant held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
        loop invariant node:    node == NP_NO_NODE || AllowedNode(m, ideal, local, node);
        loop invariant sound:   \forall integer i; 0 <= i < count ==> CandidateFrame{Pre}(m, ideal, local, r, chunk, node, pfns[i]);
        loop invariant tried:   \forall integer i, s, p; 0 <= i < count && Page(m, s, p, pfns[i]) ==>
                                  TriedBefore(m, ideal, local, m->region[s].node, node);
        loop invariant order:   InRankOrder(m, ideal, pfns, count);
        loop invariant lowest:  \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, chunk, node, s, p, f) ==>
                                  Listed(pfns, 0, count, f) || (count == wanted && AllPrecede(m, ideal, pfns, count, s, f));
        loop invariant exact:   \exists integer n; CountedAll{Pre}(m, ideal, local, r, chunk, node, m->free.positions, n)
                                  && count == (n < wanted ? n : wanted);
        loop invariant taken:   \forall integer p; ListedBetween(m, pfns, 0, count, p) ==> TakenAt(m, plan.remove, p);
        loop invariant others:  \forall integer p; !ListedBetween(m, pfns, 0, count, p) ==> SameAt{Pre, Here}(m, p);
        loop assigns count, node, pfns[0 .. wanted - 1], NP_PAGES(m);
        loop variant node == NP_NO_NODE ? 0 : 0x10000 - NodeRank(m, ideal, node);
    */
    while (node != NP_NO_NODE && count < wanted) {
        const uint32_t next = np_next_tried(m, ideal, local, node);
        //@ assert next: NextTried(m, ideal, local, node, next);
        //@ assert own_free: \forall integer s, p; In(m, s, p) && m->region[s].node == node ==> !ListedBetween(m, pfns, 0, count, p) && SameAt{Pre, Here}(m, p);
        //@ assert own_eligible: \forall integer p; Eligible(m, node, r, p) <==> Eligible{Pre}(m, node, r, p);
        //@ assert own_blocks: \forall integer b; Block(m, node, r, chunk, b) <==> Block{Pre}(m, node, r, chunk, b);
        //@ assert own_usable: \forall integer p; Usable(m, node, r, chunk, p) <==> Usable{Pre}(m, node, r, chunk, p);
        /*@ ghost
            int64_t q = 0;
            /@ loop invariant at:   0 <= q <= m->free.positions;
               loop invariant then: \forall integer n; Counted(m, node, r, chunk, q, n) ==> Counted{Pre}(m, node, r, chunk, q, n);
               loop assigns q;
               loop variant m->free.positions - q;
            @/
            while (q < m->free.positions) {
                q++;
            }
        */
        //@ assert own_before: \forall integer f; UsableFrame(m, node, r, chunk, f) ==> UsableFrame{Pre}(m, node, r, chunk, f);
        //@ assert tried: TriedBefore(m, ideal, local, node, next);
        //@ assert own_pages: \forall integer s, p, f; Page(m, s, p, f) && Usable{Pre}(m, node, r, chunk, p) ==> Candidate{Pre}(m, ideal, local, r, chunk, next, s, p, f);
        //@ assert own_frames: \forall integer f; UsableFrame{Pre}(m, node, r, chunk, f) ==> CandidateFrame{Pre}(m, ideal, local, r, chunk, next, f);
        //@ assert old_pages: \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, chunk, node, s, p, f) ==> Candidate{Pre}(m, ideal, local, r, chunk, next, s, p, f);
        //@ assert old_sound: \forall integer f; CandidateFrame{Pre}(m, ideal, local, r, chunk, node, f) ==> CandidateFrame{Pre}(m, ideal, local, r, chunk, next, f);
        //@ ghost start: ;
        const uint64_t more = np_take_node(m, node, plan, pfns, count);
        //@ ghost np_lemma_parts(m, pfns, 0, count, more);
        //@ assert kept: \forall integer i; 0 <= i < count ==> pfns[i] == \at(pfns[i], start);
        //@ assert own: \forall integer i; count <= i < more ==> UsableFrame{Pre}(m, node, r, chunk, pfns[i]);
        //@ assert own_node: \forall integer i, s, p; count <= i < more && Page(m, s, p, pfns[i]) ==> m->region[s].node == node;
        //@ assert own_sound: \forall integer i; count <= i < more ==> CandidateFrame{Pre}(m, ideal, local, r, chunk, next, pfns[i]);
        //@ assert old_tried: \forall integer i, s, p; 0 <= i < count && Page(m, s, p, pfns[i]) ==> TriedBefore(m, ideal, local, m->region[s].node, node);
        //@ assert old_pairs: \forall integer i, j; 0 <= i < j < count ==> FramesPrecede(m, ideal, \at(pfns[i], start), \at(pfns[j], start));
        //@ assert old_again: \forall integer i, j; 0 <= i < j < count ==> FramesPrecede(m, ideal, pfns[i], pfns[j]);
        //@ assert old_order: InRankOrder(m, ideal, pfns, count);
        //@ assert own_order: \forall integer i, j; count <= i < j < more ==> FramesPrecede(m, ideal, pfns[i], pfns[j]);
        //@ assert across: \forall integer i, j; 0 <= i < count <= j < more ==> FramesPrecede(m, ideal, pfns[i], pfns[j]);
        //@ assert order: InRankOrder(m, ideal, pfns, more);
        //@ assert old_listed: \forall integer f; Listed{start}(pfns, 0, count, f) ==> Listed(pfns, 0, more, f);
        //@ assert own_listed: \forall integer f; Listed(pfns, count, more, f) ==> Listed(pfns, 0, more, f);
        //@ assert own_after: \forall integer s, p, f; Page(m, s, p, f) && m->region[s].node == node && AllBelow(pfns, count, more, f) ==> AllPrecede(m, ideal, pfns, more, s, f);
        //@ assert own_lowest: \forall integer s, p, f; Page(m, s, p, f) && m->region[s].node == node && Usable{Pre}(m, node, r, chunk, p) ==> Listed(pfns, 0, more, f) || (more == wanted && AllPrecede(m, ideal, pfns, more, s, f));
        //@ assert old_lowest: \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, chunk, node, s, p, f) ==> Listed(pfns, 0, more, f);
        //@ assert either: \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, chunk, next, s, p, f) ==> Candidate{Pre}(m, ideal, local, r, chunk, node, s, p, f) || (m->region[s].node == node && Usable{Pre}(m, node, r, chunk, p));
        //@ assert exact: \exists integer n; CountedAll{Pre}(m, ideal, local, r, chunk, next, m->free.positions, n) && more == (n < wanted ? n : wanted);
        //@ assert forth: \forall integer p; ListedBetween{start}(m, pfns, 0, count, p) ==> ListedBetween(m, pfns, 0, count, p);
        //@ assert back: \forall integer p; ListedBetween(m, pfns, 0, count, p) ==> ListedBetween{start}(m, pfns, 0, count, p);
        //@ assert aside: \forall integer p; ListedBetween{start}(m, pfns, 0, count, p) ==> TakenAt{start}(m, plan.remove, p) && !ListedBetween(m, pfns, count, more, p);
        //@ assert alike: \forall integer p; SameAt{start, Here}(m, p) && TakenAt{start}(m, plan.remove, p) ==> TakenAt(m, plan.remove, p);
        //@ ghost np_lemma_add(count, more - count, chunk);
        //@ ghost np_lemma_subtract(wanted - count, more - count, chunk);
        //@ assert whole: more % chunk == 0 && (wanted - more) % chunk == 0;
        count = more;
        node = next;
    }
    //@ assert all_pages: \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, chunk, node, s, p, f) ==> Candidate{Pre}(m, ideal, local, r, chunk, NP_NO_NODE, s, p, f);
    //@ assert all_sound: \forall integer f; CandidateFrame{Pre}(m, ideal, local, r, chunk, node, f) ==> CandidateFrame{Pre}(m, ideal, local, r, chunk, NP_NO_NODE, f);
    //@ assert later: \forall integer s, p, f; node != NP_NO_NODE && Page(m, s, p, f) && !TriedBefore(m, ideal, local, m->region[s].node, node) && AllowedNode(m, ideal, local, m->region[s].node) ==> AllPrecede(m, ideal, pfns, count, s, f);
    //@ assert at: \forall integer p; ListedAt(m, pfns, count, p) <==> ListedBetween(m, pfns, 0, count, p);
    return count;
}

uint64_t np_find_block(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted)
{
    //@ assert least: \forall integer n; 0 <= n < m->nodes ==> 0 <= NodeRank(m, ideal, n);
    uint32_t node = ideal;
    /*@ loop invariant node: node == NP_NO_NODE || AllowedNode(m, ideal, local, node);
        loop invariant none: \forall integer n, p; TriedBefore(m, ideal, local, n, node) ==> !PlaceOn(m, n, r, wanted, 0, p);
        loop assigns node;
        loop variant node == NP_NO_NODE ? 0 : 0x10000 - NodeRank(m, ideal, node);
    */
    while (node != NP_NO_NODE) {
        const uint32_t next = np_next_tried(m, ideal, local, node);
        //@ assert next: NextTried(m, ideal, local, node, next);
        const uint64_t p = np_place_on_node(m, node, r, wanted, 0);
        if (p != NP_NONE) {
            //@ ghost lemma_run_free(m, node, r, p, wanted);
            //@ assert best: BestBlock(m, ideal, local, r, wanted, node, p);
            return p;
        }
        node = next;
    }
    //@ assert all: \forall integer n; AllowedNode(m, ideal, local, n) ==> TriedBefore(m, ideal, local, n, NP_NO_NODE);
    return NP_NONE;
}

uint64_t np_take_one_block(struct np_machine *m, struct np_plan plan, uint64_t *pfns)
{
    const uint64_t wanted = plan.wanted;
    const uint64_t p = np_find_block(m, plan.ideal, plan.local, plan.ranges, wanted);
    if (p == NP_NONE) return 0;
    //@ assert head: FreeAt(m, p) && Present(m, p);
    const uint32_t s = np_locate_position(m, p);
    //@ ghost np_lemma_region(m, s);
    const uint64_t f = (uint64_t)m->region[s].first + (p - (uint64_t)m->region[s].base);
    //@ ghost lemma_block_frames(m, s, p, wanted);
    np_list_run(pfns, 0, f, wanted) /*@ ghost (m) */;
    //@ assert free: \forall integer q; FreeAt(m, q) <==> FreeAt{Pre}(m, q);
    //@ ghost before: ;
    np_take_row(m, p, wanted, plan.remove);
    //@ assert kept: \forall integer i; 0 <= i < wanted ==> pfns[i] == \at(pfns[i], before);
    //@ ghost lemma_block_listed(m, s, p, pfns, wanted);
    //@ assert both: \forall integer q; SameAt{before, Here}(m, q) && SameAt{Pre, before}(m, q) ==> SameAt{Pre, Here}(m, q);
    //@ assert unlike: \forall integer q; !(p <= q < p + wanted) ==> SameAt{Pre, before}(m, q) && SameAt{before, Here}(m, q) && SameAt{Pre, Here}(m, q);
    //@ assert own: \forall integer q; ListedAt(m, pfns, wanted, q) ==> TakenAt(m, plan.remove, q);
    //@ assert others: \forall integer q; !ListedAt(m, pfns, wanted, q) ==> SameAt{Pre, Here}(m, q);
    return wanted;
}

uint64_t np_count_usable(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t chunk,
                         uint64_t limit)
{
    uint64_t count = 0;
    uint32_t node = ideal;
    //@ ghost np_lemma_sum(m, ideal, local, r, chunk);
    //@ ghost np_lemma_bounds(m, ideal, local, r, chunk);
    /*@ loop invariant size:  0 <= count <= limit && count % chunk == 0 && (limit - count) % chunk == 0;
        loop invariant node:  node == NP_NO_NODE || AllowedNode(m, ideal, local, node);
        loop invariant exact: \exists integer n; CountedAll(m, ideal, local, r, chunk, node, m->free.positions, n)
                                && count == (n < limit ? n : limit);
        loop assigns count, node;
        loop variant node == NP_NO_NODE ? 0 : 0x10000 - NodeRank(m, ideal, node);
    */
    while (node != NP_NO_NODE && count < limit) {
        const uint32_t next = np_next_tried(m, ideal, local, node);
        //@ assert next: NextTried(m, ideal, local, node, next);
        const uint64_t own = np_count_on_node(m, node, r, chunk, limit - count);
        //@ assert sum: \exists integer n; CountedAll(m, ideal, local, r, chunk, next, m->free.positions, n) && count + own == (n < limit ? n : limit);
        //@ ghost np_lemma_add(count, own, chunk);
        //@ ghost np_lemma_subtract(limit - count, own, chunk);
        count += own;
        node = next;
    }
    return count;
}
