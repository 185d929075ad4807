#include "pages.h"
#include "pages_lemmas.h"
#include "../select/choose.h"
#include "../select/plain.h"
#include "../select/prefer.h"
#include "../machine/state.h"

/* Takes the pages listed, all of them free; nothing of the list changes. */
/*@ requires   valid:   Machine(m) && Apart(m, pfns, count);
    requires   free:    \forall integer i; 0 <= i < count ==> FreeFrame(m, pfns[i]);
    requires   dense:   dense ==> Dense(m, pfns, count);
    NP_RETURNS
    assigns             NP_PAGES(m);
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
    NP_RETURNS
    assigns             pfns[0 .. wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    0 <= \result <= wanted;
    ensures    best:    \result != 0 ==> BestPages{Pre, Here}(m, ideal, local, r, chunk, wanted, pfns, \result);
    ensures    whole:   \result != 0 && whole ==> \result == wanted;
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, remove);
    ensures    free:    \result != 0 ==> AllFree{Pre, Here}(m, pfns, \result) && Distinct(pfns, \result);
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
    //@ ghost lemma_apart(m, ideal, pfns, count);
    take_listed(m, pfns, count, dense, remove);
    //@ assert best: BestPages{Pre, Here}(m, ideal, local, r, chunk, wanted, pfns, count);
    return count;
}

/* Whether fewer single pages are to be had than wanted, as far as that is told without listing them. */
/*@ requires   valid:   Searchable(m) && Steps(r) && ideal < m->nodes;
    requires   wanted:  1 <= wanted <= NP_CALL_LIMIT;
    NP_PURE
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
    NP_RETURNS
    assigns             pfns[0 .. wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    0 <= \result <= wanted;
    ensures    best:    \result != 0 ==> BestPages{Pre, Here}(m, ideal, local, r, chunk, wanted, pfns, \result);
    ensures    whole:   \result != 0 && whole ==> \result == wanted;
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, remove);
    ensures    free:    \result != 0 ==> AllFree{Pre, Here}(m, pfns, \result) && Distinct(pfns, \result);
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
    NP_RETURNS
    assigns             pfns[0 .. wanted - 1], NP_PAGES(m);
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    size:    \result == 0 || \result == wanted;
    ensures    block:   \result != 0 ==> \exists integer node, p; BestBlock{Pre}(m, ideal, local, r, wanted, node, p)
                          && ListsBlock(m, pfns, wanted, p);
    ensures    taken:   \result != 0 ==> TakenPages{Pre, Here}(m, pfns, \result, remove);
    ensures    free:    \result != 0 ==> AllFree{Pre, Here}(m, pfns, \result) && Distinct(pfns, \result);
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
    //@ ghost lemma_candidates_free(m, ideal, local, r, 1);
    if (!chunks && prefer) return np_take_runs(m, ideal, local, r, wanted, whole, remove, pfns);
    const uint64_t chunk = chunks ? q->skip / NP_PAGE_SIZE : 1;
    //@ assert chunk: chunk == ChunkOf(q) && 1 <= chunk && wanted % chunk == 0;
    return take_best(m, ideal, local, r, chunk, wanted, whole, remove, pfns);
}
