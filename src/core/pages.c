#include "pages.h"
#include "choose.h"
#include "plain.h"
#include "prefer.h"
#include "state.h"

/*@ ghost
  // What may be taken is free.
  /@ requires valid: Table(m) && 1 <= c;
     terminates \true; exits \false; assigns \nothing;
     ensures  free:  \forall integer f; CandidateFrame(m, ideal, local, r, c, NP_NO_NODE, f) ==> FreeFrame(m, f);
  @/
  void lemma_candidates_free(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t c)
  {
     /@ assert eligible: \forall integer n, p; Usable(m, n, r, c, p) ==> Eligible(m, n, r, p); @/
     /@ assert free:     \forall integer n, p; Eligible(m, n, r, p) ==> FreeAt(m, p); @/
     return;
  }
*/

/*@ // a free page in one range, on a node that a request allows
    predicate Choosable{L}(struct np_machine *m, integer ideal, integer local, struct np_steps r, integer s, integer p, integer f) =
      Plain(m, r, s, p, f) && AllowedNode(m, ideal, local, m->stretch[s].node);
    predicate ChoosableFrame{L}(struct np_machine *m, integer ideal, integer local, struct np_steps r, integer f) =
      \exists integer s, p; Choosable(m, ideal, local, r, s, p, f);
*/

/*@ ghost
  // Of single pages in one range every free one on an allowed node may be taken.
  /@ requires valid:  Table(m) && r.step == 0;
     terminates \true; exits \false; assigns \nothing;
     ensures  same:   \forall integer s, p, f; Candidate(m, ideal, local, r, 1, NP_NO_NODE, s, p, f) <==>
                        Choosable(m, ideal, local, r, s, p, f);
     ensures  frames: \forall integer f; CandidateFrame(m, ideal, local, r, 1, NP_NO_NODE, f) ==>
                        ChoosableFrame(m, ideal, local, r, f);
  @/
  void lemma_choosable(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r)
  {
     uint32_t node = 0;
     /@ loop invariant at:     0 <= node <= m->nodes;
        loop invariant usable: \forall integer n, s, p, f; 0 <= n < node && Page(m, s, p, f) ==>
                                 (Usable(m, n, r, 1, p) <==> m->stretch[s].node == n && Plain(m, r, s, p, f));
        loop assigns node;
        loop variant m->nodes - node;
     @/
     while (node < m->nodes) {
        np_lemma_plain(m, node, r);
        node++;
     }
     /@ assert own: \forall integer s, p, f; Page(m, s, p, f) ==> 0 <= m->stretch[s].node < m->nodes; @/
     /@ assert usable: \forall integer s, p, f; Page(m, s, p, f) ==>
                         (Usable(m, m->stretch[s].node, r, 1, p) <==> Plain(m, r, s, p, f)); @/
     /@ assert same: \forall integer s, p, f; Candidate(m, ideal, local, r, 1, NP_NO_NODE, s, p, f) ==>
                       Choosable(m, ideal, local, r, s, p, f); @/
     return;
  }

  // Pages chosen by rank leave no free page out between two of one stretch.
  /@ requires valid:  Table(m) && count <= wanted && \valid_read(pfns + (0 .. count - 1));
     requires sound:  \forall integer i; 0 <= i < count ==> ChoosableFrame(m, ideal, local, r, pfns[i]);
     requires order:  InRankOrder(m, ideal, pfns, count);
     requires lowest: \forall integer s, p, f; Choosable(m, ideal, local, r, s, p, f) ==>
                        Listed(pfns, 0, count, f) || AllPrecede(m, ideal, pfns, count, s, f);
     terminates \true; exits \false; assigns \nothing;
     ensures  dense:  Dense(m, pfns, count);
  @/
  void lemma_dense(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted,
                   const uint64_t *pfns, uint64_t count)
  {
     np_lemma_pages(m);
     /@ assert bounds:  \forall integer s, p, f; In(m, s, p) ==> Page(m, s, p, Frame(m, s, p)); @/
     /@ assert frames:  \forall integer f, s, p; ChoosableFrame(m, ideal, local, r, f) && Page(m, s, p, f) ==>
                          Choosable(m, ideal, local, r, s, p, f); @/
     /@ assert present: \forall integer f; ChoosableFrame(m, ideal, local, r, f) ==> \exists integer s, p; Page(m, s, p, f); @/
     /@ assert precede: \forall integer f, g, s, p, t, q; FramesPrecede(m, ideal, f, g) && Page(m, s, p, f) && Page(m, t, q, g) ==>
                          Precedes(m, ideal, s, f, t, g); @/
     /@ assert middle:  \forall integer s, t, f, g, h; Precedes(m, ideal, s, f, t, g) && Precedes(m, ideal, t, g, s, h) ==> f < g < h; @/
     /@ assert rising:  \forall integer s, f, g; Precedes(m, ideal, s, f, s, g) ==> f < g; @/
     /@ assert third:   \forall integer f, g, h, s, p, q; FramesPrecede(m, ideal, f, g) && FramesPrecede(m, ideal, g, h)
                          && ChoosableFrame(m, ideal, local, r, g) && Page(m, s, p, f) && Page(m, s, q, h) ==> f < g < h; @/
     /@ assert second:  \forall integer f, g, s, p, q; FramesPrecede(m, ideal, f, g) && Page(m, s, p, f) && Page(m, s, q, g) ==> f < g; @/
     /@ assert pairs:   \forall integer i, j; 0 <= i < j < count ==> FramesPrecede(m, ideal, pfns[i], pfns[j]); @/
     /@ assert sides:   \forall integer i, k, j; 0 <= i < k < j < count ==> FramesPrecede(m, ideal, pfns[i], pfns[k])
                          && FramesPrecede(m, ideal, pfns[k], pfns[j]) && ChoosableFrame(m, ideal, local, r, pfns[k]); @/
     /@ assert inner:   \forall integer i, k, j, s, p, q; Spans(m, pfns, count, i, j, s, p, q) && i < k < j ==> pfns[i] < pfns[k] < pfns[j]; @/
     /@ assert ends:    \forall integer i, j, s, p, q; Spans(m, pfns, count, i, j, s, p, q) ==> pfns[i] <= pfns[j]; @/
     /@ assert between: \forall integer i, k, j, s, p, q; Spans(m, pfns, count, i, j, s, p, q) && i <= k <= j ==> pfns[i] <= pfns[k] <= pfns[j]; @/
     /@ assert in:      \forall integer i, j, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && p <= x <= q ==> In(m, s, x); @/
     /@ assert could:   \forall integer i, j, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && p <= x <= q && FreeAt(m, x) ==>
                          Choosable(m, ideal, local, r, s, x, Frame(m, s, x)); @/
     /@ assert after:   \forall integer i, j, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && x < q ==>
                          !AllPrecede(m, ideal, pfns, count, s, Frame(m, s, x)); @/
     /@ assert listed:  \forall integer i, j, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && p <= x <= q && FreeAt(m, x) ==>
                          Listed(pfns, 0, count, Frame(m, s, x)); @/
     /@ assert place:   \forall integer s, x; In(m, s, x) && Listed(pfns, 0, count, Frame(m, s, x)) ==>
                          \exists integer k; 0 <= k < count && Page(m, s, x, pfns[k]); @/
     /@ assert found:   \forall integer i, j, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && p <= x <= q && FreeAt(m, x) ==>
                          \exists integer k; 0 <= k < count && Page(m, s, x, pfns[k]); @/
     /@ assert inside:  \forall integer i, j, k, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && 0 <= k < count && p <= x <= q
                          && Page(m, s, x, pfns[k]) ==> i <= k <= j; @/
     /@ assert every:   \forall integer i, j, s, p, q, x; Spans(m, pfns, count, i, j, s, p, q) && p <= x <= q && FreeAt(m, x) ==>
                          \exists integer k; i <= k <= j && Page(m, s, x, pfns[k]); @/
     /@ assert filled:  \forall integer i, j, s, p, q; Spans(m, pfns, count, i, j, s, p, q) ==> Filled(m, pfns, i, j, s, p, q); @/
     return;
  }
*/

/* Takes the pages listed, all of them free; nothing of the list changes. */
/*@ requires   valid:   Machine(m) && Apart(m, pfns, count);
    requires   free:    \forall integer i; 0 <= i < count ==> FreeFrame(m, pfns[i]);
    requires   dense:   dense ==> Dense(m, pfns, count);
    terminates          \true;
    exits               \false;
    assigns             m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1], m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    taken:   TakenPages{Pre, Here}(m, pfns, count, remove);
    ensures    same:    \forall integer i; 0 <= i < count ==> pfns[i] == \at(pfns[i], Pre);
    ensures    order:   \forall integer ideal; InRankOrder{Pre}(m, ideal, pfns, count) ==> InRankOrder(m, ideal, pfns, count);
    ensures    listed:  \forall integer f; Listed{Pre}(pfns, 0, count, f) ==> Listed(pfns, 0, count, f);
    ensures    precede: \forall integer ideal, s, f; AllPrecede{Pre}(m, ideal, pfns, count, s, f) ==> AllPrecede(m, ideal, pfns, count, s, f);
    ensures    block:   \forall integer p; ListsBlock{Pre}(m, pfns, count, p) ==> ListsBlock(m, pfns, count, p);
*/
static void take_listed(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool dense, bool remove)
{
    np_take_pages(m, pfns, count, dense, remove);
    //@ assert same: \forall integer i; 0 <= i < count ==> pfns[i] == \at(pfns[i], Pre);
    //@ assert old: \forall integer p; ListedAt{Pre}(m, pfns, count, p) ==> ListedAt(m, pfns, count, p);
    //@ assert new: \forall integer p; ListedAt(m, pfns, count, p) ==> ListedAt{Pre}(m, pfns, count, p);
    //@ assert at: \forall integer p; ListedAt(m, pfns, count, p) <==> ListedAt{Pre}(m, pfns, count, p);
    //@ assert pairs: \forall integer ideal, i, j; InRankOrder{Pre}(m, ideal, pfns, count) && 0 <= i < j < count ==> FramesPrecede(m, ideal, pfns[i], pfns[j]);
}

/* P1, C3: lists the best pages and takes them, or none where all are required and there are fewer. */
/*@ requires   valid:   Machine(m) && Steps(r) && Room(m, pfns, wanted) && ideal < m->nodes;
    requires   chunk:   1 <= chunk && 1 <= wanted <= NP_CALL_LIMIT && wanted % chunk == 0;
    terminates          \true;
    exits               \false;
    assigns             pfns[0 .. wanted - 1], m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1],
                        m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    0 <= \result <= wanted;
    ensures    best:    \result != 0 ==> BestPages{Pre, Here}(m, ideal, local, r, chunk, wanted, pfns, \result);
    ensures    whole:   \result != 0 && whole ==> \result == wanted;
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, remove);
    ensures    failed:  \result == 0 ==> SameState{Pre, Here}(m)
                          && \exists integer n; CountedAll{Pre}(m, ideal, local, r, chunk, NP_NO_NODE, m->free.positions, n)
                               && (n == 0 || (whole && n < wanted));
*/
static uint64_t take_chosen(struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t chunk,
                            uint64_t wanted, bool whole, bool remove, uint64_t *pfns)
{
    const bool dense = chunk == 1 && r.step == 0;
    //@ ghost lemma_candidates_free(m, ideal, local, r, chunk);
    //@ ghost if (dense) lemma_choosable(m, ideal, local, r);
    const uint64_t count = np_choose(m, ideal, local, r, chunk, wanted, pfns);
    //@ assert words: \forall integer p; 0 <= p < m->free.positions ==> m->free.words[p / 64] == \at(m->free.words[p / 64], Pre);
    //@ assert block: \forall integer p; 0 <= p < m->free.positions ==> m->block[p / 64] == \at(m->block[p / 64], Pre);
    //@ assert mark: \forall integer p; 0 <= p < m->free.positions ==> m->mark[p / 64] == \at(m->mark[p / 64], Pre);
    //@ assert free: \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    //@ assert blocks: \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    //@ assert marks: \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p);
    //@ assert same: SameState{Pre, Here}(m);
    //@ assert rests: \forall integer p; BlockAt(m, p) && !MarkAt(m, p) ==> BlockAt{Pre}(m, p - 1);
    //@ assert states: States(m);
    //@ assert machine: Machine(m);
    if (whole && count < wanted) return 0;
    //@ assert frames: \forall integer f; FreeFrame{Pre}(m, f) ==> FreeFrame(m, f);
    //@ assert choosable: \forall integer s, p, f; Choosable(m, ideal, local, r, s, p, f) <==> Choosable{Pre}(m, ideal, local, r, s, p, f);
    //@ assert choosable_frames: \forall integer f; ChoosableFrame{Pre}(m, ideal, local, r, f) ==> ChoosableFrame(m, ideal, local, r, f);
    //@ ghost if (dense) lemma_dense(m, ideal, local, r, wanted, pfns, count);
    //@ ghost chosen: ;
    take_listed(m, pfns, count, dense, remove);
    //@ assert best: BestPages{Pre, Here}(m, ideal, local, r, chunk, wanted, pfns, count);
    return count;
}

/* Whether fewer single pages are to be had than wanted, as far as that is told without listing them. */
/*@ requires   valid:   Searchable(m) && Steps(r) && ideal < m->nodes;
    requires   wanted:  1 <= wanted <= NP_CALL_LIMIT;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    few:     \result ==> \exists integer n; CountedAll(m, ideal, local, r, chunk, NP_NO_NODE, m->free.positions, n)
                          && n < wanted;
*/
static bool too_few(const struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t chunk,
                    uint64_t wanted)
{
    return chunk == 1 && r.step == 0 && np_count_usable(m, ideal, local, r, 1, wanted) < wanted;
}

/* P1, C3: the best pages, or none where all are required and there are fewer; where that can be told without a list, none is made. */
/*@ requires   valid:   Machine(m) && Steps(r) && Room(m, pfns, wanted) && ideal < m->nodes;
    requires   chunk:   1 <= chunk && 1 <= wanted <= NP_CALL_LIMIT && wanted % chunk == 0;
    terminates          \true;
    exits               \false;
    assigns             pfns[0 .. wanted - 1], m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1],
                        m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    0 <= \result <= wanted;
    ensures    best:    \result != 0 ==> BestPages{Pre, Here}(m, ideal, local, r, chunk, wanted, pfns, \result);
    ensures    whole:   \result != 0 && whole ==> \result == wanted;
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, remove);
    ensures    failed:  \result == 0 ==> SameState{Pre, Here}(m)
                          && \exists integer n; CountedAll{Pre}(m, ideal, local, r, chunk, NP_NO_NODE, m->free.positions, n)
                               && (n == 0 || (whole && n < wanted));
*/
static uint64_t take_best(struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t chunk,
                          uint64_t wanted, bool whole, bool remove, uint64_t *pfns)
{
    if (whole && too_few(m, ideal, local, r, chunk, wanted)) return 0;
    return take_chosen(m, ideal, local, r, chunk, wanted, whole, remove, pfns);
}

/* C2: one block, or nothing. */
/*@ requires   valid:   Machine(m) && Steps(r) && r.step == 0 && Room(m, pfns, wanted) && ideal < m->nodes;
    requires   wanted:  1 <= wanted <= NP_CALL_LIMIT;
    terminates          \true;
    exits               \false;
    assigns             pfns[0 .. wanted - 1], m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1],
                        m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    \result == 0 || \result == wanted;
    ensures    block:   \result != 0 ==> \exists integer node, p; BestBlock{Pre}(m, ideal, local, r, wanted, node, p)
                          && ListsBlock(m, pfns, wanted, p);
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, remove);
    ensures    failed:  \result == 0 ==> SameState{Pre, Here}(m) && NoBlock{Pre}(m, ideal, local, r, wanted);
*/
static uint64_t take_block(struct np_machine *m, uint32_t ideal, bool local, struct np_steps r, uint64_t wanted,
                           bool remove, uint64_t *pfns)
{
    const uint64_t count = np_choose_block(m, ideal, local, r, wanted, pfns);
    //@ assert words: \forall integer p; 0 <= p < m->free.positions ==> m->free.words[p / 64] == \at(m->free.words[p / 64], Pre);
    //@ assert block: \forall integer p; 0 <= p < m->free.positions ==> m->block[p / 64] == \at(m->block[p / 64], Pre);
    //@ assert mark: \forall integer p; 0 <= p < m->free.positions ==> m->mark[p / 64] == \at(m->mark[p / 64], Pre);
    //@ assert free: \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    //@ assert blocks: \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    //@ assert marks: \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p);
    //@ assert same: SameState{Pre, Here}(m);
    //@ assert rests: \forall integer p; BlockAt(m, p) && !MarkAt(m, p) ==> BlockAt{Pre}(m, p - 1);
    //@ assert states: States(m);
    //@ assert machine: Machine(m);
    //@ assert frames: \forall integer f; FreeFrame{Pre}(m, f) ==> FreeFrame(m, f);
    take_listed(m, pfns, count, false, remove);
    return count;
}

uint64_t np_allocate_pages(struct np_machine *m, const struct np_pages_request *q, uint64_t *pfns)
{
    if (np_check_pages_request(m, q) != NP_PARAMETER_NONE) return 0;
    const uint64_t wanted = np_pages_wanted(q);
    if (wanted == 0) return 0;
    const uint32_t ideal = q->node;
    const bool local = (q->flags & NP_FROM_LOCAL_NODE_ONLY) != 0;
    const bool chunks = (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0;
    const bool prefer = (q->flags & NP_PREFER_CONTIGUOUS) != 0;
    const bool whole = (q->flags & NP_FULLY_REQUIRED) != 0;
    const bool remove = (q->flags & NP_AND_HOT_REMOVE) != 0;
    const struct np_steps r = np_steps_of(q->low, q->high, chunks ? 0 : q->skip);
    //@ assert ranges: RangesOf(q, r) && (chunks ==> r.step == 0);
    if (chunks && q->skip == 0) return take_block(m, ideal, local, r, wanted, remove, pfns);
    if (!chunks && prefer) return np_take_runs(m, ideal, local, r, wanted, whole, remove, pfns);
    const uint64_t chunk = chunks ? q->skip / NP_PAGE_SIZE : 1;
    //@ assert chunk: chunk == ChunkOf(q) && 1 <= chunk && wanted % chunk == 0;
    return take_best(m, ideal, local, r, chunk, wanted, whole, remove, pfns);
}
