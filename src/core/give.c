#include "give.h"
#include "state.h"
#include "bitmap.h"
#include "planes.h"

/* The position of a page that is allocated by the first routine or, with `removed`, hot-removed; otherwise NP_NONE. */
/*@ requires   valid:   Table(m) && Planes(m);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    page:    \result != NP_NONE ==> \exists integer s; Page(m, s, \result, pfn);
    ensures    held:    \result != NP_NONE ==> \result < m->free.positions && HeldAt(m, removed, \result);
    ensures    none:    \result == NP_NONE ==> !HeldFrame(m, removed, pfn);
*/
static uint64_t held_at(const struct np_machine *m, uint64_t pfn, bool removed)
{
    const uint64_t p = np_position_of(m, pfn);
    if (p == NP_NONE) return NP_NONE;
    if (np_bit(m->free.words, p) || np_bit(m->block, p) || np_bit(m->mark, p) != removed) return NP_NONE;
    return p;
}

/*@ ghost
  // One page more on the list.
  /@ requires   valid:   Table(m) && \valid_read(pfns + (0 .. i)) && i < UINT64_MAX;
     requires   page:    \exists integer s; Page(m, s, p, pfns[i]);
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    listed:  \forall integer q; ListedAt(m, pfns, i + 1, q) <==> ListedAt(m, pfns, i, q) || q == p;
     ensures    before:  NamedBefore(pfns, i) <==> ListedAt(m, pfns, i, p);
     ensures    more:    Distinct(pfns, i) && !NamedBefore(pfns, i) ==> Distinct(pfns, i + 1);
  @/
  void lemma_one_more(const struct np_machine *m, const uint64_t *pfns, uint64_t i, uint64_t p)
  {
     np_lemma_pages(m);
     return;
  }
*/

/* Gives one page back. */
/*@ requires   valid:   Table(m) && Planes(m) && position < m->free.positions && (MarkAt(m, position) ==> removed);
    terminates          \true;
    exits               \false;
    assigns             m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1], m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    planes:  Planes(m);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) || p == position;
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) && p != position;
*/
static void give_page(struct np_machine *m, uint64_t position, bool removed)
{
    np_set_free(m, position, 1);
    if (removed) np_clear_marks(m, position, 1);
}

/*@ ghost
  // What follows of a list from the pages on it.
  /@ requires   valid:   Table(m) && \valid_read(pfns + (0 .. count - 1));
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    wrong:   \forall integer i; 0 <= i < count && (!HeldFrame(m, removed, pfns[i]) || NamedBefore(pfns, i)) ==>
                           !AllHeld(m, removed, pfns, count) || !Distinct(pfns, count);
     ensures    held:    \forall integer i, p; AllHeld(m, removed, pfns, i) && ListedAt(m, pfns, i, p) ==> HeldAt(m, removed, p);
  @/
  void lemma_list(const struct np_machine *m, const uint64_t *pfns, uint64_t count, bool removed)
  {
     np_lemma_pages(m);
     /@ assert frame: \forall integer s, p, f; Page(m, s, p, f) && HeldFrame(m, removed, f) ==> HeldAt(m, removed, p); @/
     return;
  }
*/

/* Gives pages back one by one; stops at the first that is not held as it should be. */
/*@ requires   valid:   Machine(m) && Apart(m, pfns, count);
    terminates          \true;
    exits               \false;
    assigns             m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1], m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    inside:  \result <= count;
    ensures    right:   AllHeld{Pre}(m, removed, pfns, \result) && Distinct{Pre}(pfns, \result);
    ensures    wrong:   \result < count ==>
                          !HeldFrame{Pre}(m, removed, pfns[\result]) || NamedBefore{Pre}(pfns, \result);
    ensures    given:   \forall integer p; ListedAt{Pre}(m, pfns, \result, p) ==>
                          FreeAt(m, p) && !BlockAt(m, p) && !MarkAt(m, p);
    ensures    others:  \forall integer p; !ListedAt{Pre}(m, pfns, \result, p) ==> SameAt{Pre, Here}(m, p);
*/
static uint64_t give_each(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool removed)
{
    //@ ghost np_lemma_pages(m);
    /*@ loop invariant at:       0 <= i <= count;
        loop invariant valid:    Table(m) && Planes(m);
        loop invariant list:     \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
        loop invariant right:    AllHeld{Pre}(m, removed, pfns, i);
        loop invariant distinct: Distinct{Pre}(pfns, i);
        loop invariant block:    \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
        loop invariant given:    \forall integer p; ListedAt{Pre}(m, pfns, i, p) ==>
                                   FreeAt(m, p) && !BlockAt(m, p) && !MarkAt(m, p);
        loop invariant others:   \forall integer p; !ListedAt{Pre}(m, pfns, i, p) ==> SameAt{Pre, Here}(m, p);
        loop assigns i, m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1], m->mark[0 .. (m->free.positions - 1) / 64];
        loop variant count - i;
    */
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t p = held_at(m, pfns[i], removed);
        if (p == NP_NONE) return i;
        //@ ghost lemma_one_more(m, pfns, i, p);
        /*@ assert same:   \forall integer k, q; k <= count ==>
                             (ListedAt(m, pfns, k, q) <==> ListedAt{Pre}(m, pfns, k, q)); */
        /*@ assert listed: \forall integer q; ListedAt{Pre}(m, pfns, i + 1, q)
                             <==> ListedAt{Pre}(m, pfns, i, q) || q == p; */
        //@ assert new:    !ListedAt{Pre}(m, pfns, i, p) && HeldAt{Pre}(m, removed, p);
        //@ assert named:  !NamedBefore{Pre}(pfns, i);
        //@ assert once:   Distinct(pfns, i) && !NamedBefore(pfns, i);
        //@ assert more:   Distinct{Pre}(pfns, i + 1);
        //@ ghost before: ;
        give_page(m, p, removed);
        //@ assert kept:   \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], before);
    }
    return count;
}

/* Gives pages back, all or none. */
/*@ requires   valid:   Machine(m) && Apart(m, pfns, count);
    terminates          \true;
    exits               \false;
    assigns             m->free.words[0 .. (m->free.positions - 1) / 64], m->free.nodes[0 .. m->free.positions / 256 - 1], m->mark[0 .. (m->free.positions - 1) / 64];
    ensures    valid:   Machine(m);
    ensures    held:    HeldPresent{Pre}(m) ==> HeldPresent(m);
    ensures    inside:  \result <= count;
    ensures    right:   AllHeld{Pre}(m, removed, pfns, \result) && Distinct{Pre}(pfns, \result);
    ensures    wrong:   \result < count ==>
                          !HeldFrame{Pre}(m, removed, pfns[\result]) || NamedBefore{Pre}(pfns, \result);
    ensures    all:     AllHeld{Pre}(m, removed, pfns, count) && Distinct{Pre}(pfns, count) ==> \result == count;
    ensures    given:   \result == count ==> \forall integer p; ListedAt{Pre}(m, pfns, count, p) ==>
                          FreeAt(m, p) && !BlockAt(m, p) && !MarkAt(m, p);
    ensures    others:  \result == count ==> \forall integer p; !ListedAt{Pre}(m, pfns, count, p) ==>
                          SameAt{Pre, Here}(m, p);
    ensures    same:    \result < count ==> SameState{Pre, Here}(m);
*/
static uint64_t give_all(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool removed)
{
    //@ ghost lemma_list(m, pfns, count, removed);
    const uint64_t given = give_each(m, pfns, count, removed);
    //@ assert list: \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
    /*@ assert pages: \forall integer s, q, i; 0 <= i < given ==>
                        (Page(m, s, q, pfns[i]) <==> Page(m, s, q, \at(pfns[i], Pre))); */
    //@ assert old: \forall integer q; ListedAt{Pre}(m, pfns, given, q) ==> ListedAt(m, pfns, given, q);
    //@ assert new: \forall integer q; ListedAt(m, pfns, given, q) ==> ListedAt{Pre}(m, pfns, given, q);
    //@ assert same: \forall integer q; ListedAt(m, pfns, given, q) <==> ListedAt{Pre}(m, pfns, given, q);
    /*@ assert free: \forall integer s, q, i; 0 <= i < given && Page(m, s, q, pfns[i]) ==>
                       ListedAt(m, pfns, given, q) && FreeAt(m, q); */
    //@ assert page: \forall integer i; 0 <= i < given ==> HeldFrame{Pre}(m, removed, pfns[i]);
    //@ ghost np_lemma_pages(m);
    //@ assert held: \forall integer q; ListedAt{Pre}(m, pfns, given, q) ==> HeldAt{Pre}(m, removed, q);
    if (given < count) np_take_pages(m, pfns, given, removed);
    return given;
}

uint64_t np_free_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count)
{
    //@ assert kind: \forall integer f; HeldFrame(m, 0, f) <==> AllocatedFrame(m, f);
    //@ assert all: AllAllocated(m, pfns, count) ==> AllHeld(m, 0, pfns, count);
    return give_all(m, pfns, count, false);
}

uint64_t np_add_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count)
{
    //@ assert kind: \forall integer f; HeldFrame(m, 1, f) <==> RemovedFrame(m, f);
    //@ assert all: AllRemoved(m, pfns, count) ==> AllHeld(m, 1, pfns, count);
    return give_all(m, pfns, count, true);
}

/* The position past the block that starts at p. */
/*@ requires   valid:   Machine(m) && HeadAt(m, p) && 0 <= p;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    inside:  p < \result <= m->free.positions;
    ensures    block:   BlockOf(m, p, \result - p);
*/
static uint64_t block_end(const struct np_machine *m, uint64_t p)
{
    uint64_t end = p + 1;
    /*@ loop invariant inside: p < end <= m->free.positions;
        loop invariant rest:   \forall integer q; p < q < end ==> RestAt(m, q);
        loop assigns end;
        loop variant m->free.positions - end;
    */
    while (end < (uint64_t)m->free.positions && np_bit(m->block, end) && !np_bit(m->mark, end)) {
        end++;
    }
    return end;
}

uint64_t np_free_contiguous(struct np_machine *m, uint64_t pfn)
{
    const uint64_t p = np_position_of(m, pfn);
    if (p == NP_NONE || !np_bit(m->block, p) || !np_bit(m->mark, p)) return 0;
    const uint64_t end = block_end(m, p);
    //@ assert whole: \forall integer q; p <= q < end ==> BlockAt(m, q) && Present(m, q);
    //@ assert last:  !(BlockAt(m, end) && !MarkAt(m, end));
    np_clear_block(m, p, end - p);
    np_clear_marks(m, p, 1);
    np_set_free(m, p, end - p);
    //@ assert free:  \forall integer q; FreeAt(m, q) <==> FreeAt{Pre}(m, q) || p <= q < end;
    //@ assert block: \forall integer q; BlockAt(m, q) <==> BlockAt{Pre}(m, q) && !(p <= q < end);
    //@ assert mark:  \forall integer q; MarkAt(m, q) <==> MarkAt{Pre}(m, q) && q != p;
    //@ assert given: \forall integer q; p <= q < end ==> !MarkAt(m, q);
    //@ assert vacant: \forall integer q; FreeAt(m, q) ==> Present(m, q) && !BlockAt(m, q) && !MarkAt(m, q);
    //@ assert rest:  \forall integer q; BlockAt(m, q) && !MarkAt(m, q) ==> BlockAt(m, q - 1);
    return end - p;
}
