#include "state.h"
#include "state_lemmas.h"
#include "batch.h"
#include "../bits/bitmap.h"
#include "../index/index.h"
#include "planes.h"

#ifdef NP_SMALL /* fuzzing, so that there are lists as sparse */
#define NP_SPARSE UINT64_C(2)
#else
#define NP_SPARSE UINT64_C(512) /* positions that an interval may have for every page in it: a leaf of the tree */
#endif

bool np_bit(const uint64_t *words, uint64_t p)
{
    return (words[p / 64] >> (p % 64) & 1) != 0;
}

uint64_t np_position_of(const struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = np_locate(m, pfn);
    if (s == NP_NO_REGION) return NP_NONE;
    //@ ghost np_lemma_region(m, s);
    //@ ghost lemma_page(m, s, pfn);
    return (uint64_t)m->region[s].base + (pfn - (uint64_t)m->region[s].first);
}

enum np_state np_page_state(const struct np_machine *m, uint64_t pfn)
{
    const uint64_t p = np_position_of(m, pfn);
    if (p == NP_NONE) return NP_ABSENT;
    if (np_bit(m->free.words, p)) return NP_FREE;
    if (!np_bit(m->block, p) && np_bit(m->mark, p)) return NP_REMOVED;
    return NP_ALLOCATED;
}

uint32_t np_page_node(const struct np_machine *m, uint64_t pfn)
{
    const uint32_t s = np_locate(m, pfn);
    if (s == NP_NO_REGION) return UINT32_MAX;
    //@ ghost np_lemma_region(m, s);
    //@ ghost lemma_page(m, s, pfn);
    return (uint32_t)m->region[s].node;
}

/* The pages present. */
/*@ requires   valid:   Table(m);
    NP_PURE
    ensures    exact:   PresentTotal(m, m->free.positions, \result);
*/
static uint64_t count_present(const struct np_machine *m)
{
    uint64_t count = 0;
    //@ ghost uint64_t from = 0;
    /*@ loop invariant at:     0 <= s <= m->regions;
        loop invariant inside: count <= from <= m->free.positions;
        loop invariant from:   \forall integer t, p; s <= t && In(m, t, p) ==> from <= p;
        loop invariant ended:  \forall integer t, p; t < s && In(m, t, p) ==> p < from;
        loop invariant exact:  PresentTotal(m, from, count);
        loop assigns s, count, from;
        loop variant m->regions - s;
    */
    for (uint32_t s = 0; s < m->regions; s++) {
        //@ ghost np_lemma_region(m, s);
        //@ ghost uint64_t base = (uint64_t)m->region[s].base;
        //@ ghost uint64_t end = (uint64_t)m->region[s].base + (uint64_t)m->region[s].pages;
        //@ assert first: In(m, s, base);
        //@ assert above: \forall integer t, q; s < t && Before(m, s, t) && In(m, t, q) ==> end <= q;
        //@ assert later: \forall integer t, q; s < t && In(m, t, q) ==> end <= q;
        //@ assert gap: \forall integer q; from <= q < base ==> !Present(m, q);
        //@ assert here: \forall integer q; base <= q < end ==> In(m, s, q);
        //@ ghost lemma_no_present(m, from, base, count);
        //@ ghost lemma_all_present(m, base, end, count);
        //@ ghost from = end;
        count += (uint64_t)m->region[s].pages;
    }
    //@ ghost lemma_no_present(m, from, (uint64_t)m->free.positions, count);
    return count;
}

/* The pages that are free. */
/*@ requires   valid:   Machine(m);
    NP_PURE
    ensures    exact:   FreeTotal(m, m->free.positions, \result);
*/
static uint64_t count_free(const struct np_machine *m)
{
    const uint64_t end = (uint64_t)m->free.positions;
    uint64_t count = 0;
    /*@ loop invariant inside: count <= p <= end;
        loop invariant exact:  FreeTotal(m, p, count);
        loop assigns p, count;
        loop variant end - p;
    */
    for (uint64_t p = 0; p < end;) {
        const uint64_t free = np_index_next_free(&m->free, p, end);
        //@ ghost lemma_no_free(m, p, free, count);
        p = np_index_next_used(&m->free, free, end);
        //@ assert free: \forall integer q; free <= q < p ==> FreeAt(m, q);
        //@ ghost lemma_all_free(m, free, p, count);
        count += p - free;
    }
    return count;
}

/* The pages that are removed. */
/*@ requires   valid:   Machine(m) && HeldPresent(m);
    NP_PURE
    ensures    exact:   RemovedTotal(m, m->free.positions, \result);
*/
static uint64_t count_removed(const struct np_machine *m)
{
    const uint64_t end = (uint64_t)m->free.positions;
    uint64_t count = 0;
    uint64_t p = 0;
    /*@ loop invariant inside: count <= p <= end;
        loop invariant exact:  RemovedTotal(m, p, count);
        loop assigns p, count;
        loop variant end - p;
    */
    while (p < end) {
        const uint64_t marked = np_bits_next_set(m->mark, p, end);
        //@ ghost lemma_no_removed(m, p, marked, count);
        if (marked == end) return count;
        //@ assert removed: RemovedAt(m, marked) <==> !BlockAt(m, marked);
        if (!np_bit(m->block, marked)) count++;
        p = marked + 1;
    }
    return count;
}

struct np_census np_count_pages(const struct np_machine *m)
{
    struct np_census census = {count_present(m), count_free(m), 0, count_removed(m)};
    //@ ghost lemma_census(m);
    census.allocated = census.present - census.free - census.removed;
    return census;
}

/* How many of the pages listed from place i on follow each other in one region. */
/*@ requires   valid:   Table(m) && 0 <= s < m->regions;
    requires   list:    i < count && \valid_read(pfns + (0 .. count - 1));
    requires   in:      m->region[s].first <= pfns[i] < m->region[s].first + m->region[s].pages;
    NP_PURE
    ensures    inside:  1 <= \result <= count - i && pfns[i] + \result <= m->region[s].first + m->region[s].pages;
    ensures    row:     \forall integer k; i <= k < i + \result ==> pfns[k] == pfns[i] + (k - i);
*/
static uint64_t row_length(const struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t count)
{
    //@ ghost np_lemma_region(m, s);
    const uint64_t room = (uint64_t)m->region[s].first + (uint64_t)m->region[s].pages - pfns[i];
    uint64_t n = 1;
    /*@ loop invariant inside: 1 <= n <= count - i && n <= room;
        loop invariant row:    \forall integer k; i <= k < i + n ==> pfns[k] == pfns[i] + (k - i);
        loop assigns n;
        loop variant count - n;
    */
    while (n < count - i && n < room && pfns[i + n] == pfns[i] + n) {
        n++;
    }
    return n;
}

/* Takes the row of pages that begins at place i of a list, and says how many they are. */
/*@ requires   valid:   Table(m) && Planes(m) && 0 <= s < m->regions;
    requires   list:    i < count && Apart(m, pfns, count);
    requires   in:      m->region[s].first <= pfns[i] < m->region[s].first + m->region[s].pages;
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    inside:  1 <= \result <= count - i;
    ensures    planes:  Planes(m);
    ensures    list:    \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !ListedBetween{Pre}(m, pfns, i, i + \result, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==>
                          MarkAt{Pre}(m, p) || (remove && ListedBetween{Pre}(m, pfns, i, i + \result, p));
*/
static uint64_t take_row(struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t count,
                         bool remove)
{
    //@ ghost np_lemma_region(m, s);
    const uint64_t p = (uint64_t)m->region[s].base + (pfns[i] - (uint64_t)m->region[s].first);
    const uint64_t n = row_length(m, s, pfns, i, count);
    //@ ghost lemma_row_listed(m, s, pfns, i, n);
    np_set_used(m, p, n);
    if (remove) np_set_marks(m, p, n);
    return n;
}

/* Takes the batch of pages that begins at place i of a list, and says how many they are. */
/*@ requires   valid:   Table(m) && Planes(m) && 0 <= s < m->regions;
    requires   list:    i < count && Apart(m, pfns, count);
    requires   in:      m->region[s].first <= pfns[i] < m->region[s].first + m->region[s].pages;
    NP_RETURNS
    assigns             NP_FREE(m);
    ensures    inside:  1 <= \result <= count - i;
    ensures    planes:  Planes(m);
    ensures    list:    \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !ListedBetween{Pre}(m, pfns, i, i + \result, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p);
*/
static uint64_t take_batch(struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t count)
{
    const struct np_listed x = np_batch(m, s, pfns, i, count);
    //@ ghost np_lemma_batch(m, s, x);
    const uint64_t from = x.base + (pfns[i] - x.first);
    const uint64_t end = x.base + (pfns[x.to - 1] - x.first) + 1;
    np_set_used_listed(m, x, from, end);
    return x.to - i;
}

/* Whether the list goes on with 64 pages in a row, as far as its ends tell. */
/*@ requires   list:    i < count && \valid_read(pfns + (0 .. count - 1));
    NP_PURE
    ensures    ends:    \result <==> 64 <= count - i && pfns[i + 63] == pfns[i] + 63;
*/
static bool row_ahead(const uint64_t *pfns, uint64_t i, uint64_t count)
{
    return count - i >= 64 && pfns[i + 63] >= 63 && pfns[i + 63] - 63 == pfns[i];
}

/* How many pages from place i of a list on are taken together: up to a page of the same region that is not too far. */
/*@ requires   valid:   Table(m) && 0 <= s < m->regions;
    requires   list:    i < count && \valid_read(pfns + (0 .. count - 1));
    requires   in:      m->region[s].first <= pfns[i] < m->region[s].first + m->region[s].pages;
    NP_PURE
    ensures    inside:  1 <= \result <= count - i;
    ensures    ends:    pfns[i] <= pfns[i + \result - 1] < m->region[s].first + m->region[s].pages;
*/
static uint64_t interval_length(const struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i,
                                uint64_t count)
{
    //@ ghost np_lemma_region(m, s);
    const uint64_t end = (uint64_t)m->region[s].first + (uint64_t)m->region[s].pages;
    const uint64_t left = count - i;
    uint64_t n = 1;
    /*@ loop invariant inside: 1 <= n <= left;
        loop invariant ends:   pfns[i] <= pfns[i + n - 1] < end;
        loop assigns n;
        loop variant left - n;
    */
    while (n < left) {
        const uint64_t more = n <= left / 2 ? 2 * n : left;
        const uint64_t last = pfns[i + more - 1];
        if (last < pfns[i] || end <= last || more <= (last - pfns[i]) / NP_SPARSE) break;
        n = more;
    }
    return n;
}

/* Takes the interval of pages that begins at place i of a list that leaves no free page out, and says how many they are. */
/*@ requires   valid:   Table(m) && Planes(m) && 0 <= s < m->regions;
    requires   list:    i < count && Apart(m, pfns, count) && Dense(m, pfns, count);
    requires   in:      m->region[s].first <= pfns[i] < m->region[s].first + m->region[s].pages;
    NP_RETURNS
    assigns             NP_FREE(m);
    ensures    inside:  1 <= \result <= count - i;
    ensures    planes:  Planes(m);
    ensures    list:    \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !ListedBetween{Pre}(m, pfns, i, i + \result, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p);
*/
static uint64_t take_interval(struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t count)
{
    //@ ghost np_lemma_region(m, s);
    const uint64_t n = interval_length(m, s, pfns, i, count);
    const uint64_t p = (uint64_t)m->region[s].base + (pfns[i] - (uint64_t)m->region[s].first);
    const uint64_t width = pfns[i + n - 1] - pfns[i] + 1;
    //@ ghost const uint64_t j = i + n - 1;
    //@ ghost const uint64_t end = i + n;
    //@ ghost const uint64_t q = p + width - 1;
    //@ assert pages: Spans(m, pfns, count, i, j, s, p, q);
    //@ ghost lemma_filled(m, s, pfns, i, j, end, p, q);
    np_set_used(m, p, width);
    return n;
}

/* Takes some of the pages from place i of a list on, and says how many. */
/*@ requires   valid:   Table(m) && Planes(m) && 0 <= s < m->regions;
    requires   list:    i < count && Apart(m, pfns, count);
    requires   in:      m->region[s].first <= pfns[i] < m->region[s].first + m->region[s].pages;
    requires   dense:   dense ==> Dense(m, pfns, count);
    NP_RETURNS
    assigns             NP_PAGES(m);
    ensures    inside:  1 <= \result <= count - i;
    ensures    planes:  Planes(m);
    ensures    list:    \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
    ensures    free:    \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !ListedBetween{Pre}(m, pfns, i, i + \result, p);
    ensures    block:   \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    ensures    mark:    \forall integer p; MarkAt(m, p) <==>
                          MarkAt{Pre}(m, p) || (remove && ListedBetween{Pre}(m, pfns, i, i + \result, p));
*/
static uint64_t take_some(struct np_machine *m, uint32_t s, const uint64_t *pfns, uint64_t i, uint64_t count,
                          bool dense, bool remove)
{
    if (dense && !remove) return take_interval(m, s, pfns, i, count);
    if (remove || row_ahead(pfns, i, count)) return take_row(m, s, pfns, i, count, remove);
    return take_batch(m, s, pfns, i, count);
}

void np_take_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool dense, bool remove)
{
    //@ ghost np_lemma_pages(m);
    /*@ assert listed: \forall integer p; ListedAt(m, pfns, count, p) ==>
                         FreeAt(m, p) && !BlockAt(m, p) && !MarkAt(m, p); */
    /*@ loop invariant at:     0 <= i <= count;
        loop invariant valid:  Table(m) && Planes(m);
        loop invariant list:   \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], Pre);
        loop invariant block:  \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
        loop invariant free:   \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !ListedAt{Pre}(m, pfns, i, p);
        loop invariant mark:   \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) || (remove && ListedAt{Pre}(m, pfns, i, p));
        loop invariant dense:  dense ==> Dense(m, pfns, count);
        loop assigns i, NP_PAGES(m);
        loop variant count - i;
    */
    for (uint64_t i = 0; i < count;) {
        //@ assert free: FreeFrame{Pre}(m, pfns[i]);
        const uint32_t s = np_locate(m, pfns[i]);
        //@ ghost np_lemma_region(m, s);
        /*@ assert page: \forall integer t, q, k; 0 <= k < count ==> (Page(m, t, q, pfns[k]) <==> Page(m, t, q, \at(pfns[k], Pre))); */
        //@ assert back: \forall integer k, q; k <= count && ListedBetween{Pre}(m, pfns, i, k, q) ==> ListedBetween(m, pfns, i, k, q);
        //@ assert forth: \forall integer k, q; k <= count && ListedBetween(m, pfns, i, k, q) ==> ListedBetween{Pre}(m, pfns, i, k, q);
        /*@ assert same: \forall integer k, q; k <= count ==>
                           (ListedBetween(m, pfns, i, k, q) <==> ListedBetween{Pre}(m, pfns, i, k, q)); */
        //@ ghost before: ;
        const uint64_t n = take_some(m, s, pfns, i, count, dense, remove);
        //@ assert fewer: \forall integer p; FreeAt(m, p) ==> FreeAt{before}(m, p);
        //@ assert kept: \forall integer k; 0 <= k < count ==> pfns[k] == \at(pfns[k], before);
        //@ assert spans: \forall integer a, b, t, p, q; Spans(m, pfns, count, a, b, t, p, q) ==> Spans{before}(m, pfns, count, a, b, t, p, q);
        /*@ assert filled: \forall integer a, b, t, p, q; 0 <= a && b < count && Filled{before}(m, pfns, a, b, t, p, q) ==>
                             Filled(m, pfns, a, b, t, p, q); */
        //@ assert dense: dense ==> Dense(m, pfns, count);
        //@ ghost const uint64_t next = i + n;
        /*@ assert more: \forall integer q; ListedAt{Pre}(m, pfns, next, q) <==>
                           ListedAt{Pre}(m, pfns, i, q) || ListedBetween{Pre}(m, pfns, i, next, q); */
        i += n;
    }
    /*@ assert all: \forall integer p; ListedAt{Pre}(m, pfns, count, p) ==> FreeAt{Pre}(m, p) && !BlockAt{Pre}(m, p) && !MarkAt{Pre}(m, p); */
}

void np_take_row(struct np_machine *m, uint64_t position, uint64_t count, bool remove)
{
    //@ assert last: FreeAt(m, position + count - 1);
    np_set_used(m, position, count);
    if (remove) np_set_marks(m, position, count);
    //@ assert free:  \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !(position <= p < position + count);
    //@ assert block: \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p);
    /*@ assert mark:  \forall integer p; MarkAt(m, p) <==>
                        MarkAt{Pre}(m, p) || (remove && position <= p < position + count); */
}

void np_take_block(struct np_machine *m, uint64_t position, uint64_t count)
{
    //@ assert last: FreeAt(m, position + count - 1);
    //@ assert end:  !RestAt(m, position + count);
    np_set_used(m, position, count);
    np_set_block(m, position, count);
    np_set_marks(m, position, 1);
    //@ assert free:  \forall integer p; FreeAt(m, p) <==> FreeAt{Pre}(m, p) && !(position <= p < position + count);
    //@ assert block: \forall integer p; BlockAt(m, p) <==> BlockAt{Pre}(m, p) || position <= p < position + count;
    //@ assert mark:  \forall integer p; MarkAt(m, p) <==> MarkAt{Pre}(m, p) || p == position;
    //@ assert rest:  \forall integer q; position < q < position + count ==> RestAt(m, q);
}
