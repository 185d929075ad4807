#include "choose.h"
#include "collect.h"
#include "fit.h"
#include "node.h"
#include "machine.h"
#include "place.h"

uint32_t np_next_tried(const struct np_machine *m, uint32_t ideal, bool local, uint32_t node)
{
    //@ assert one: \forall integer n; 0 <= n < m->nodes && NodeRank(m, ideal, n) == NodeRank(m, ideal, node) ==> n == node;
    return local ? NP_NO_NODE : np_node_after(m, ideal, node);
}

/*@ ghost
  // A page frame is that of one page; a page that is usable on a node is of that node.
  /@ requires valid: Table(m) && 1 <= c;
     terminates \true; exits \false; assigns \nothing;
     ensures  one:   \forall integer p, s, t; In(m, s, p) && In(m, t, p) ==> s == t;
     ensures  page:  \forall integer f, s, p, t, q; Page(m, s, p, f) && Page(m, t, q, f) ==> s == t && p == q;
     ensures  node:  \forall integer s, p, n; In(m, s, p) && Usable(m, n, r, c, p) ==> m->stretch[s].node == n;
     ensures  in:    \forall integer n, p; Usable(m, n, r, c, p) ==> \exists integer s; In(m, s, p) && m->stretch[s].node == n;
  @/
  void lemma_pages(const struct np_machine *m, struct np_steps r, uint64_t c)
  {
     /@ assert one:      \forall integer p, s, t; In(m, s, p) && In(m, t, p) && s < t ==> !Before(m, s, t); @/
     /@ assert page:     \forall integer f, s, p, t, q; Page(m, s, p, f) && Page(m, t, q, f) && s < t ==> !Before(m, s, t); @/
     /@ assert eligible: \forall integer n, p; Usable(m, n, r, c, p) ==> Eligible(m, n, r, p); @/
     /@ assert in:       \forall integer n, p; Eligible(m, n, r, p) ==> \exists integer s; In(m, s, p) && m->stretch[s].node == n; @/
     return;
  }

  // The candidates of one node more.
  /@ requires valid: Table(m) && ideal < m->nodes && 1 <= c;
     terminates \true; exits \false; assigns \nothing;
     ensures  more:  \forall integer node, next, p; NextTried(m, ideal, local, node, next) ==>
                       (CandidateAt(m, ideal, local, r, c, next, p) <==>
                        CandidateAt(m, ideal, local, r, c, node, p) || Usable(m, node, r, c, p));
     ensures  other: \forall integer node, p; AllowedNode(m, ideal, local, node) && CandidateAt(m, ideal, local, r, c, node, p) ==>
                       !Usable(m, node, r, c, p);
  @/
  void lemma_candidates(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c)
  {
     lemma_pages(m, r, c);
     /@ assert own:   \forall integer node, next, p; NextTried(m, ideal, local, node, next) && Usable(m, node, r, c, p) ==>
                        CandidateAt(m, ideal, local, r, c, next, p); @/
     /@ assert older: \forall integer node, next, p; NextTried(m, ideal, local, node, next) && CandidateAt(m, ideal, local, r, c, node, p) ==>
                        CandidateAt(m, ideal, local, r, c, next, p); @/
     return;
  }

  // Below position 0 nothing is counted.
  /@ terminates \true; exits \false; assigns \nothing;
     ensures  own:   \forall integer node, b; Counted(m, node, r, c, 0, b) ==> b == 0;
     ensures  all:   \forall integer node, a; CountedAll(m, ideal, local, r, c, node, 0, a) ==> a == 0;
  @/
  void lemma_zero(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c)
  {
     return;
  }

  void np_lemma_sum(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c)
  {
     lemma_candidates(m, ideal, local, r, c);
     lemma_zero(m, ideal, local, r, c);
     int64_t p = 0;
     /@ loop invariant at:  0 <= p <= m->free.positions;
        loop invariant sum: \forall integer node, next, a, b; NextTried(m, ideal, local, node, next)
                              && CountedAll(m, ideal, local, r, c, node, p, a) && Counted(m, node, r, c, p, b) ==>
                              CountedAll(m, ideal, local, r, c, next, p, a + b);
        loop assigns p;
        loop variant m->free.positions - p;
     @/
     while (p < m->free.positions) {
        p++;
     }
     return;
  }

  void np_lemma_bounds(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c)
  {
     lemma_zero(m, ideal, local, r, c);
     int64_t p = 0;
     /@ assert rank: \forall integer n; 0 <= n < m->nodes ==> 0 <= NodeRank(m, ideal, n); @/
     /@ assert first: \forall integer q; !CandidateAt(m, ideal, local, r, c, ideal, q); @/
     /@ assert all: \forall integer node, q; CandidateAt(m, ideal, local, r, c, node, q) ==> CandidateAt(m, ideal, local, r, c, NP_NO_NODE, q); @/
     /@ assert start: CountedAll(m, ideal, local, r, c, NP_NO_NODE, 0, 0); @/
     /@ assert least: \forall integer node, a; CountedAll(m, ideal, local, r, c, node, 0, a) ==> a <= 0; @/
     /@ loop invariant at:   0 <= p <= m->free.positions;
        loop invariant more: \forall integer node, a; CountedAll(m, ideal, local, r, c, node, p, a) ==>
                               \exists integer n; a <= n && CountedAll(m, ideal, local, r, c, NP_NO_NODE, p, n);
        loop invariant none: CountedAll(m, ideal, local, r, c, ideal, p, 0);
        loop assigns p;
        loop variant m->free.positions - p;
     @/
     while (p < m->free.positions) {
        p++;
     }
     return;
  }
*/

uint64_t np_choose(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t chunk,
                   uint64_t wanted, uint64_t *pfns)
{
    uint64_t count = 0;
    uint32_t node = ideal;
    //@ ghost lemma_pages(m, r, chunk);
    //@ ghost np_lemma_sum(m, ideal, local, r, chunk);
    //@ ghost np_lemma_bounds(m, ideal, local, r, chunk);
    /*@ loop invariant size:    0 <= count <= wanted && count % chunk == 0 && (wanted - count) % chunk == 0;
        loop invariant node:    node == NP_NO_NODE || AllowedNode(m, ideal, local, node);
        loop invariant same:    \forall integer n, p; Usable(m, n, r, chunk, p) <==> Usable{Pre}(m, n, r, chunk, p);
        loop invariant sound:   \forall integer i; 0 <= i < count ==> CandidateFrame{Pre}(m, ideal, local, r, chunk, node, pfns[i]);
        loop invariant tried:   \forall integer i, s, p; 0 <= i < count && Page(m, s, p, pfns[i]) ==>
                                  TriedBefore(m, ideal, local, m->stretch[s].node, node);
        loop invariant order:   InRankOrder(m, ideal, pfns, count);
        loop invariant lowest:  \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, chunk, node, s, p, f) ==>
                                  Listed(pfns, 0, count, f) || (count == wanted && AllPrecede(m, ideal, pfns, count, s, f));
        loop invariant exact:   \exists integer n; CountedAll{Pre}(m, ideal, local, r, chunk, node, m->free.positions, n)
                                  && count == (n < wanted ? n : wanted);
        loop assigns count, node, pfns[0 .. wanted - 1];
        loop variant node == NP_NO_NODE ? 0 : 0x10000 - NodeRank(m, ideal, node);
    */
    while (node != NP_NO_NODE && count < wanted) {
        const uint32_t next = np_next_tried(m, ideal, local, node);
        //@ assert next: NextTried(m, ideal, local, node, next);
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
        const uint64_t more = np_collect_node(m, node, r, chunk, wanted, pfns, count);
        //@ assert words: \forall integer q; 0 <= q < m->free.positions ==> m->free.words[q / 64] == \at(m->free.words[q / 64], start);
        //@ assert free: \forall integer q; FreeAt(m, q) <==> FreeAt{start}(m, q);
        //@ assert eligible: \forall integer n, q; Eligible(m, n, r, q) <==> Eligible{start}(m, n, r, q);
        //@ assert blocks: \forall integer n, b; Block(m, n, r, chunk, b) <==> Block{start}(m, n, r, chunk, b);
        //@ assert usable: \forall integer n, q; Usable(m, n, r, chunk, q) <==> Usable{start}(m, n, r, chunk, q);
        //@ assert kept: \forall integer i; 0 <= i < count ==> pfns[i] == \at(pfns[i], start);
        //@ assert own: \forall integer i; count <= i < more ==> UsableFrame{Pre}(m, node, r, chunk, pfns[i]);
        //@ assert own_node: \forall integer i, s, p; count <= i < more && Page(m, s, p, pfns[i]) ==> m->stretch[s].node == node;
        //@ assert own_sound: \forall integer i; count <= i < more ==> CandidateFrame{Pre}(m, ideal, local, r, chunk, next, pfns[i]);
        //@ assert old_tried: \forall integer i, s, p; 0 <= i < count && Page(m, s, p, pfns[i]) ==> TriedBefore(m, ideal, local, m->stretch[s].node, node);
        //@ assert old_pairs: \forall integer i, j; 0 <= i < j < count ==> FramesPrecede(m, ideal, \at(pfns[i], start), \at(pfns[j], start));
        //@ assert old_again: \forall integer i, j; 0 <= i < j < count ==> FramesPrecede(m, ideal, pfns[i], pfns[j]);
        //@ assert old_order: InRankOrder(m, ideal, pfns, count);
        //@ assert own_order: \forall integer i, j; count <= i < j < more ==> FramesPrecede(m, ideal, pfns[i], pfns[j]);
        //@ assert across: \forall integer i, j; 0 <= i < count <= j < more ==> FramesPrecede(m, ideal, pfns[i], pfns[j]);
        //@ assert order: InRankOrder(m, ideal, pfns, more);
        //@ assert old_listed: \forall integer f; Listed{start}(pfns, 0, count, f) ==> Listed(pfns, 0, more, f);
        //@ assert own_listed: \forall integer f; Listed(pfns, count, more, f) ==> Listed(pfns, 0, more, f);
        //@ assert own_after: \forall integer s, p, f; Page(m, s, p, f) && m->stretch[s].node == node && AllBelow(pfns, count, more, f) ==> AllPrecede(m, ideal, pfns, more, s, f);
        //@ assert own_lowest: \forall integer s, p, f; Page(m, s, p, f) && m->stretch[s].node == node && Usable{Pre}(m, node, r, chunk, p) ==> Listed(pfns, 0, more, f) || (more == wanted && AllPrecede(m, ideal, pfns, more, s, f));
        //@ assert old_lowest: \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, chunk, node, s, p, f) ==> Listed(pfns, 0, more, f);
        //@ assert either: \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, chunk, next, s, p, f) ==> Candidate{Pre}(m, ideal, local, r, chunk, node, s, p, f) || (m->stretch[s].node == node && Usable{Pre}(m, node, r, chunk, p));
        //@ assert exact: \exists integer n; CountedAll{Pre}(m, ideal, local, r, chunk, next, m->free.positions, n) && more == (n < wanted ? n : wanted);
        //@ ghost np_lemma_add(count, more - count, chunk);
        //@ ghost np_lemma_subtract(wanted - count, more - count, chunk);
        //@ assert whole: more % chunk == 0 && (wanted - more) % chunk == 0;
        count = more;
        node = next;
    }
    //@ assert all_pages: \forall integer s, p, f; Candidate{Pre}(m, ideal, local, r, chunk, node, s, p, f) ==> Candidate{Pre}(m, ideal, local, r, chunk, NP_NO_NODE, s, p, f);
    //@ assert all_sound: \forall integer f; CandidateFrame{Pre}(m, ideal, local, r, chunk, node, f) ==> CandidateFrame{Pre}(m, ideal, local, r, chunk, NP_NO_NODE, f);
    //@ assert later: \forall integer s, p, f; node != NP_NO_NODE && Page(m, s, p, f) && !TriedBefore(m, ideal, local, m->stretch[s].node, node) && AllowedNode(m, ideal, local, m->stretch[s].node) ==> AllPrecede(m, ideal, pfns, count, s, f);
    return count;
}

/*@ ghost
  // Eligible pages are free.
  /@ requires run:   EligibleRun(m, node, r, p, n);
     terminates \true; exits \false; assigns \nothing;
     ensures  free:  Run(&m->free, p, n);
  @/
  void lemma_run_free(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t p, uint64_t n)
  {
     /@ assert each: \forall integer q; p <= q < p + n ==> Eligible(m, node, r, q); @/
     /@ assert free: \forall integer q; Eligible(m, node, r, q) ==> FreeAt(m, q); @/
     return;
  }

  // The page frames of a block follow each other, and they are free.
  /@ requires valid: Table(m) && In(m, s, p) && 1 <= n <= NP_CALL_LIMIT && Run(&m->free, p, n) && Consecutive(m, p, n);
     terminates \true; exits \false; assigns \nothing;
     ensures  free:  \forall integer f; Frame(m, s, p) <= f < Frame(m, s, p) + n ==> FreeFrame(m, f);
     ensures  limit: Frame(m, s, p) + n <= NP_PFN_LIMIT;
  @/
  void lemma_block_frames(const struct np_machine *m, uint32_t s, uint64_t p, uint64_t n)
  {
     uint64_t i = 0;
     /@ assert bound: \forall integer t, q, f; Page(m, t, q, f) ==> Stretch(m, t) && f < NP_PFN_LIMIT; @/
     /@ loop invariant at:    0 <= i <= n;
        loop invariant limit: Frame(m, s, p) + i <= NP_PFN_LIMIT;
        loop invariant free:  \forall integer f; Frame(m, s, p) <= f < Frame(m, s, p) + i ==> FreeFrame(m, f);
        loop assigns i;
        loop variant n - i;
     @/
     while (i < n) {
        uint64_t q = p + i;
        /@ assert follows: Present(m, q) && Follows(m, p, q); @/
        /@ assert spot:  \exists integer t; In(m, t, q) && Frame(m, t, q) == Frame(m, s, p) + i; @/
        /@ assert pages: \forall integer t; In(m, t, q) && Frame(m, t, q) == Frame(m, s, p) + i ==> Page(m, t, q, Frame(m, s, p) + i); @/
        /@ assert page: \exists integer t; Page(m, t, q, Frame(m, s, p) + i); @/
        /@ assert at: FreeAt(m, q); @/
        /@ assert free: FreeFrame(m, Frame(m, s, p) + i); @/
        i++;
     }
     return;
  }
*/

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

uint64_t np_choose_block(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted,
                         uint64_t *pfns)
{
    const uint64_t p = np_find_block(m, ideal, local, r, wanted);
    if (p == NP_NONE) return 0;
    //@ assert head: FreeAt(m, p) && Present(m, p);
    const uint32_t s = np_locate_position(m, p);
    //@ ghost np_lemma_stretch(m, s);
    const uint64_t f = (uint64_t)m->stretch[s].first + (p - (uint64_t)m->stretch[s].base);
    //@ ghost lemma_block_frames(m, s, p, wanted);
    np_list_run(pfns, 0, f, wanted);
    //@ assert lists: ListsBlock(m, pfns, wanted, p);
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
