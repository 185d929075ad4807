/* SPDX-License-Identifier: MIT */
/*
 * Changing the state of pages: free or not, part of a block or not, marked or not. Each change leaves the two others alone.
 */
#ifndef NP_PLANES_H
#define NP_PLANES_H

#include "../index/listed.h"
#include "machine.h"
#include "../../../spec/logic/state.acsl"

/*@ // a list that shares no memory with the machine
    predicate ApartFromPlanes{L}(struct np_machine *m, struct np_listed x) = NP_APART(m, (x.pfns + (x.from .. x.to - 1)));
*/

/** Makes pages used. @cost O(count / 64 + log positions) */
/*@ requires   valid:   Table(m) && Planes(m) && position + count <= m->free.positions;
    NP_RETURNS
    assigns             NP_FREE(m);
    ensures    planes:  Planes(m);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !(position <= p < position + count);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p);
*/
void np_set_used(struct np_machine *m, uint64_t position, uint64_t count);

/** Makes pages free. @cost O(count / 64 + log positions) */
/*@ requires   valid:   Table(m) && Planes(m) && position + count <= m->free.positions;
    NP_RETURNS
    assigns             NP_FREE(m);
    ensures    planes:  Planes(m);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) || position <= p < position + count;
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p);
*/
void np_set_free(struct np_machine *m, uint64_t position, uint64_t count);

/** Makes the pages listed free, which lie in [from, end). @cost O(x.to - x.from + (end - from) / 512 + log positions) */
/*@ requires   valid:   Table(m) && Planes(m) && from < end <= m->free.positions;
    requires   list:    Listable(x, from, end) && ApartFromPlanes(m, x);
    NP_RETURNS
    assigns             NP_FREE(m);
    ensures    planes:  Planes(m);
    ensures    list:    \forall integer k; x.from <= k < x.to ==> x.pfns[k] == \at(x.pfns[k], Pre);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) || Named{Pre}(x, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p);
*/
void np_set_free_listed(struct np_machine *m, struct np_listed x, uint64_t from, uint64_t end);

/** Makes pages part of a block. @cost O(count / 64) */
/*@ requires   valid:   Table(m) && Planes(m) && 1 <= count && position + count <= m->free.positions;
    NP_RETURNS
    assigns             NP_BLOCKS(m);
    ensures    planes:  Planes(m);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p) || position <= p < position + count;
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p);
*/
void np_set_block(struct np_machine *m, uint64_t position, uint64_t count);

/** Makes pages part of no block. @cost O(count / 64) */
/*@ requires   valid:   Table(m) && Planes(m) && 1 <= count && position + count <= m->free.positions;
    NP_RETURNS
    assigns             NP_BLOCKS(m);
    ensures    planes:  Planes(m);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p) && !(position <= p < position + count);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p);
*/
void np_clear_block(struct np_machine *m, uint64_t position, uint64_t count);

/** Marks pages. @cost O(count / 64) */
/*@ requires   valid:   Table(m) && Planes(m) && 1 <= count && position + count <= m->free.positions;
    NP_RETURNS
    assigns             NP_MARKS(m);
    ensures    planes:  Planes(m);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) || position <= p < position + count;
*/
void np_set_marks(struct np_machine *m, uint64_t position, uint64_t count);

/** Takes the marks off pages. @cost O(count / 64) */
/*@ requires   valid:   Table(m) && Planes(m) && 1 <= count && position + count <= m->free.positions;
    NP_RETURNS
    assigns             NP_MARKS(m);
    ensures    planes:  Planes(m);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) && !(position <= p < position + count);
*/
void np_clear_marks(struct np_machine *m, uint64_t position, uint64_t count);

#endif
