/* SPDX-License-Identifier: MIT */
#include "take.h"
#include "take_lemmas.h"
#include "../machine/machine.h"
#include "../machine/state.h"

void np_list_run(uint64_t *pfns, uint64_t at, uint64_t first, uint64_t count)
/*@ ghost (const struct np_machine *m) */
{
    const uint64_t end = at + count;
    //@ ghost const struct np_index *x = &m->free;
    /*@ loop invariant at:     at <= i <= end;
        loop invariant listed: \forall integer j; at <= j < i ==> pfns[j] == first + (j - at);
        loop invariant new:    \forall integer f; first <= f < first + (i - at) ==> Listed(pfns, at, i, f);
        loop assigns i, pfns[at .. at + count - 1];
        loop variant end - i;
    */
    for (uint64_t i = at; i < end; i++) {
        //@ ghost before: ;
        pfns[i] = first + (i - at);
        //@ assert kept: \forall integer j; at <= j < i ==> pfns[j] == \at(pfns[j], before);
        //@ assert last: Listed(pfns, at, i + 1, first + (i - at));
        //@ assert more: \forall integer f; Listed{before}(pfns, at, i, f) ==> Listed(pfns, at, i + 1, f);
    }
    //@ assert new: \forall integer f; first <= f < first + count ==> Listed(pfns, at, end, f);
    //@ assert wider: \forall integer c, f; c <= at && Listed(pfns, at, end, f) ==> Listed(pfns, c, end, f);
    //@ assert words: \forall integer i; 0 <= i <= (x->positions - 1) / 64 ==> x->words[i] == \at(m->free.words[i], Pre);
    //@ assert block: \forall integer p; 0 <= p < m->free.positions ==> m->block[p / 64] == \at(m->block[p / 64], Pre);
    //@ assert mark: \forall integer p; 0 <= p < m->free.positions ==> m->mark[p / 64] == \at(m->mark[p / 64], Pre);
    //@ assert free: \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    //@ assert blocks: \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    //@ assert marks: \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p);
    //@ assert runs: \forall integer p, n; Run(x, p, n) <==> Run{Pre}(x, p, n);
    //@ assert ends: \forall integer u, v, a, b; Ends{Pre}(x, u, v, a, b) ==> Ends(x, u, v, a, b);
    //@ assert longer: \forall integer n, a, b; NoLonger{Pre}(x, n, a, b) ==> NoLonger(x, n, a, b);
    //@ assert attained: \forall integer n, a, b; Attained{Pre}(x, n, a, b) ==> Attained(x, n, a, b);
    /*@ assert counts: \forall integer n, a; 0 <= a && a + 512 <= x->positions && a % 512 == 0 && Counts{Pre}(x, a, n) ==>
                         Counts(x, a, n); */
    //@ assert leaf: \forall integer i, a; Covers(x->positions, i, 512, a) ==> 0 <= a && a + 512 <= x->positions && a % 512 == 0;
    //@ assert leaves: Leaves(x);
    //@ assert links: Links(x);
    //@ assert planes: Planes(m);
    //@ assert rests: \forall integer p; BlockAt(m, p) && !MarkAt(m, p) ==> BlockAt{Pre}(m, p - 1);
    //@ assert states: States(m);
}

void np_take_run(struct np_machine *m, struct np_run run, bool remove, uint64_t *pfns, uint64_t count)
{
    const uint32_t s = run.region;
    //@ ghost np_lemma_region(m, s);
    const uint64_t first = (uint64_t)m->region[s].first + (run.start - (uint64_t)m->region[s].base);
    //@ assert pages: \forall integer p; run.start <= p < run.start + run.length ==> Page(m, s, p, first + (p - run.start));
    np_list_run(pfns, count, first, run.length) /*@ ghost (m) */;
    //@ assert free: \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    //@ ghost uint64_t end = count + run.length;
    //@ assert apart: Apart(m, pfns, end);
    //@ ghost before: ;
    np_take_row(m, run.start, run.length, remove);
    //@ assert all: \forall integer i; 0 <= i < end ==> pfns[i] == \at(pfns[i], before);
    //@ assert new: \forall integer c, f; 0 <= c && Listed{before}(pfns, c, end, f) ==> Listed(pfns, c, end, f);
    //@ assert both: \forall integer p; SameAt{before, Here}(m, p) && SameAt{Pre, before}(m, p) ==> SameAt{Pre, Here}(m, p);
    //@ assert again: \forall integer i; count <= i < count + run.length ==> Page(m, s, run.start + (i - count), pfns[i]);
    //@ ghost lemma_listed_row(m, s, run.start, pfns, count, run.length);
}
