/* SPDX-License-Identifier: MIT */
#include "planes.h"
#include "../bits/bitmap.h"
#include "../index/index.h"

void np_set_used(struct np_machine *m, uint64_t position, uint64_t count)
{
    np_index_take(&m->free, position, count);
}

void np_set_free(struct np_machine *m, uint64_t position, uint64_t count)
{
    np_index_give(&m->free, position, count);
}

void np_set_free_listed(struct np_machine *m, struct np_listed x, uint64_t from, uint64_t end)
{
    np_index_give_listed(&m->free, x, from, end);
}

/* Sets or clears bits of a plane other than that of the free pages. */
/*@ requires   valid:   Table(m) && Planes(m) && 1 <= count && start + count <= m->free.positions;
    requires   plane:   plane == m->block || plane == m->mark;
    NP_RETURNS
    assigns             plane[0 .. (m->free.positions - 1) / 64];
    ensures    planes:  Planes(m);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    ensures    block:   plane != m->block ==> \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    plane != m->mark ==> \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p);
    ensures    changed: \forall integer p; start <= p < start + count ==> (Bit(plane, p) <==> set != 0);
    ensures    others:  \forall integer p; 0 <= p && !(start <= p < start + count) ==> (Bit(plane, p) <==> Bit{Pre}(plane, p));
*/
static void change_plane(uint64_t *plane, uint64_t start, uint64_t count, bool set)
/*@ ghost (const struct np_machine *m) */
{
    if (set)
        np_bits_set(plane, start, count);
    else
        np_bits_clear(plane, start, count);
    //@ ghost const struct np_index *x = &m->free;
    //@ assert words:  \forall integer i; 0 <= i <= (x->positions - 1) / 64 ==> x->words[i] == \at(m->free.words[i], Pre);
    //@ assert free:   \forall integer p; Free(x, p) <==> Free{Pre}(x, p);
    //@ assert runs:   \forall integer p, n; Run(x, p, n) <==> Run{Pre}(x, p, n);
    //@ assert ends:   \forall integer f, l, a, b; Ends{Pre}(x, f, l, a, b) ==> Ends(x, f, l, a, b);
    //@ assert longer: \forall integer n, a, b; NoLonger{Pre}(x, n, a, b) ==> NoLonger(x, n, a, b);
    //@ assert attained: \forall integer n, a, b; Attained{Pre}(x, n, a, b) ==> Attained(x, n, a, b);
    /*@ assert counts: \forall integer a, n; 0 <= a && a + 512 <= x->positions && a % 512 == 0 && Counts{Pre}(x, a, n) ==>
                         Counts(x, a, n); */
    //@ assert block:  \forall integer i, a; Covers(x->positions, i, 512, a) ==> 0 <= a && a + 512 <= x->positions && a % 512 == 0;
    //@ assert leaves: Leaves(x);
    //@ assert links:  Links(x);
}

void np_set_block(struct np_machine *m, uint64_t position, uint64_t count)
{
    change_plane(m->block, position, count, true) /*@ ghost (m) */;
}

void np_clear_block(struct np_machine *m, uint64_t position, uint64_t count)
{
    change_plane(m->block, position, count, false) /*@ ghost (m) */;
}

void np_set_marks(struct np_machine *m, uint64_t position, uint64_t count)
{
    change_plane(m->mark, position, count, true) /*@ ghost (m) */;
}

void np_clear_marks(struct np_machine *m, uint64_t position, uint64_t count)
{
    change_plane(m->mark, position, count, false) /*@ ghost (m) */;
}
