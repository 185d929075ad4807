/* SPDX-License-Identifier: MIT */
#include "index.h"
#include "index_lemmas.h"
#include "../bits/bitmap.h"
#include "extent.h"
#include "listed.h"
#include "../ranges/stride.h"
#include "tree.h"

uint64_t np_index_next_free(const struct np_index *index, uint64_t from, uint64_t end)
{
    const uint64_t found = np_tree_lowest_run(index, from, end, 1);
    //@ assert one: \forall integer p; Run(index, p, 1) <==> Free(index, p);
    return found == NP_NONE ? end : found;
}

uint64_t np_index_next_free_in(const struct np_index *index, struct np_steps r, uint64_t end)
{
    return np_stride_next_set(index->words, r, end);
}

uint64_t np_index_next_used(const struct np_index *index, uint64_t from, uint64_t end)
{
    return np_tree_next_used(index, from, end);
}

uint64_t np_index_lowest_run(const struct np_index *index, uint64_t from, uint64_t end, uint64_t count)
{
    return np_tree_lowest_run(index, from, end, count);
}

struct np_extent np_index_extent(const struct np_index *index, uint64_t from, uint64_t end)
{
    return np_tree_extent(index, from, end);
}

/* The same without the tree, so that all words that hold [start, end) are read. */
/*@ requires   valid:   Index(index) && start <= end <= index->positions;
    requires   first:   first + (end - start) <= NP_PFN_LIMIT;
    requires   list:    from <= to && \valid(list + (from .. to - 1)) && Away(index, list, from, to);
    NP_RETURNS
    assigns             list[from .. to - 1];
    ensures    valid:   Index(index);
    ensures    same:    \forall integer p; Free(index, p) <==> Free{Pre}(index, p);
    ensures    inside:  from <= \result <= to;
    ensures    sound:   \forall integer k; from <= k < \result ==> StandsFree{Pre}(index, start, end, first, list[k]);
    ensures    order:   Rising(list, from, \result);
    ensures    lowest:  \forall integer p; start <= p < end && Free{Pre}(index, p) ==>
                          Listed(list, from, \result, first + (p - start))
                          || (\result == to && AllBelow(list, from, \result, first + (p - start)));
*/
static uint64_t list_block(const struct np_index *index, uint64_t start, uint64_t end, uint64_t first, uint64_t *list,
                           uint64_t from, uint64_t to)
{
    const uint64_t listed = np_bits_list(index->words, start, end, first, list, from, to);
    //@ assert words: \forall integer i; 0 <= i <= (index->positions - 1) / 64 ==> index->words[i] == \at(index->words[i], Pre);
    //@ assert free:  \forall integer p; Free(index, p) <==> Free{Pre}(index, p);
    //@ assert runs:  \forall integer p, n; Run(index, p, n) <==> Run{Pre}(index, p, n);
    //@ assert ends:  \forall integer u, v, a, b; Ends{Pre}(index, u, v, a, b) ==> Ends(index, u, v, a, b);
    //@ assert longer: \forall integer n, a, b; NoLonger{Pre}(index, n, a, b) ==> NoLonger(index, n, a, b);
    //@ assert attained: \forall integer n, a, b; Attained{Pre}(index, n, a, b) ==> Attained(index, n, a, b);
    /*@ assert counts: \forall integer n, a; 0 <= a && a + 512 <= index->positions && a % 512 == 0 && Counts{Pre}(index, a, n) ==>
                         Counts(index, a, n); */
    //@ assert leaves: Leaves(index);
    //@ assert links: Links(index);
    //@ assert bits: \forall integer p; start <= p < end && Bit{Pre}(index->words, p) ==> Free{Pre}(index, p);
    /*@ assert stands: \forall integer g; first <= g < first + (end - start) && Bit{Pre}(index->words, start + (g - first)) ==>
                         StandsFree{Pre}(index, start, end, first, g); */
    return listed;
}

uint64_t np_index_list(const struct np_index *index, uint64_t start, uint64_t end, uint64_t first, uint64_t *list,
                       uint64_t from, uint64_t to)
{
    uint64_t p = np_index_next_free(index, start, end);
    uint64_t k = from;
    /*@ loop invariant inside: start <= p <= end && from <= k <= to;
        loop invariant valid:  Index(index);
        loop invariant same:   \forall integer q; Free(index, q) <==> Free{Pre}(index, q);
        loop invariant sound:  \forall integer j; from <= j < k ==> StandsFree{Pre}(index, start, p, first, list[j]);
        loop invariant order:  Rising(list, from, k);
        loop invariant lowest: \forall integer q; start <= q < p && Free{Pre}(index, q) ==>
                                 Listed(list, from, k, first + (q - start))
                                 || (k == to && AllBelow(list, from, k, first + (q - start)));
        loop assigns           p, k, list[from .. to - 1];
        loop variant           end - p;
    */
    while (p < end && k < to) {
        const uint64_t next = end - p < 4096 ? end : p + (4096 - p % 4096);
        const uint64_t f = first + (p - start);
        //@ ghost before: ;
        const uint64_t more = list_block(index, p, next, f, list, k, to);
        //@ assert kept:  \forall integer j; from <= j < k ==> list[j] == \at(list[j], before);
        //@ assert old:   AllBelow(list, from, k, f);
        //@ assert wider: \forall integer g; StandsFree{Pre}(index, start, p, first, g) ==> StandsFree{Pre}(index, start, next, first, g);
        //@ assert moved: \forall integer g; StandsFree{before}(index, p, next, f, g) ==> f <= g && StandsFree{Pre}(index, start, next, first, g);
        //@ assert sound_old: \forall integer j; from <= j < k ==> StandsFree{Pre}(index, start, next, first, list[j]);
        //@ assert sound_new: \forall integer j; k <= j < more ==> f <= list[j] && StandsFree{Pre}(index, start, next, first, list[j]);
        //@ assert sound: \forall integer j; from <= j < more ==> StandsFree{Pre}(index, start, next, first, list[j]);
        //@ assert order: Rising(list, from, more);
        //@ assert listed: \forall integer g; Listed{before}(list, from, k, g) ==> Listed(list, from, more, g);
        //@ assert new:   \forall integer g; Listed(list, k, more, g) ==> Listed(list, from, more, g);
        //@ assert below: \forall integer g; f <= g && AllBelow(list, k, more, g) ==> AllBelow(list, from, more, g);
        /*@ assert lowest: \forall integer q; p <= q < next && Free{Pre}(index, q) ==> Listed(list, from, more, first + (q - start))
                             || (more == to && AllBelow(list, from, more, first + (q - start))); */
        /* After a block without a free position, the tree finds the next with one. */
        const uint64_t then = more == k ? np_index_next_free(index, next, end) : next;
        //@ assert none: next <= then && \forall integer q; next <= q < then ==> !Free{Pre}(index, q);
        /*@ assert lowest_old: \forall integer q; start <= q < p && Free{Pre}(index, q) ==> Listed(list, from, more, first + (q - start)); */
        //@ assert further: \forall integer g; StandsFree{Pre}(index, start, next, first, g) ==> StandsFree{Pre}(index, start, then, first, g);
        p = then;
        k = more;
    }
    return k;
}

/* Sets or clears the bits of the positions of [from, end), or sets those that a list names. */
/*@ requires   valid:   Words(index->words, index->positions) && \valid_read(index) && from < end <= index->positions;
    requires   list:    listed ==> give && Listable(x, from, end) && ApartFrom(index, x);
    NP_RETURNS
    assigns             index->words[0 .. (index->positions - 1) / 64];
    ensures    list:    listed ==> \forall integer k; x.from <= k < x.to ==> x.pfns[k] == \at(x.pfns[k], Pre);
    ensures    all:     !listed ==> \forall integer p; from <= p < end ==> (Free(index, p) <==> give != 0);
    ensures    named:   listed ==> \forall integer p; Named{Pre}(x, p) ==> Free(index, p);
    ensures    unnamed: listed ==> \forall integer p; !Named{Pre}(x, p) ==> (Free(index, p) <==> Free{Pre}(index, p));
    ensures    others:  \forall integer p; !(from <= p < end) ==> (Free(index, p) <==> Free{Pre}(index, p));
    ensures    words:   \forall integer i; 0 <= i < from / 64 || (end - 1) / 64 < i <= (index->positions - 1) / 64 ==>
                          index->words[i] == \at(index->words[i], Pre);
*/
static void mark(struct np_index *index, uint64_t from, uint64_t end, bool give, bool listed, struct np_listed x)
{
    //@ assert inside: listed ==> \forall integer p; Named(x, p) ==> from <= p < end;
    if (listed)
        np_listed_set(index->words, x) /*@ ghost (from, end) */;
    else if (give)
        np_bits_set(index->words, from, end - from);
    else
        np_bits_clear(index->words, from, end - from);
}

/* Gives or takes the positions of [from, end), or gives those that a list names, and brings the tree up to date. */
/*@ requires   valid:   WritableIndex(index) && from < end <= index->positions;
    requires   list:    listed ==> give && Listable(x, from, end) && ApartFrom(index, x);
    NP_RETURNS
    assigns             NP_INDEX(index);
    ensures    valid:   WritableIndex(index);
    ensures    list:    listed ==> \forall integer k; x.from <= k < x.to ==> x.pfns[k] == \at(x.pfns[k], Pre);
    ensures    all:     !listed ==> \forall integer p; from <= p < end ==> (Free(index, p) <==> give != 0);
    ensures    named:   listed ==> \forall integer p; Named{Pre}(x, p) ==> Free(index, p);
    ensures    unnamed: listed ==> \forall integer p; !Named{Pre}(x, p) ==> (Free(index, p) <==> Free{Pre}(index, p));
    ensures    others:  \forall integer p; !(from <= p < end) ==> (Free(index, p) <==> Free{Pre}(index, p));
*/
static void change(struct np_index *index, uint64_t from, uint64_t end, bool give, bool listed, struct np_listed x)
{
    //@ ghost np_lemma_summed(index);
    //@ assert within: AllWithin(index);
    mark(index, from, end, give, listed, x);
    /*@ assert ends:   \forall integer u, v, a, b; SameFree{Pre, Here}(index, a, b) && Ends{Pre}(index, u, v, a, b) ==>
                         Ends(index, u, v, a, b); */
    /*@ assert runs:   \forall integer p, n, a, b; SameFree{Pre, Here}(index, a, b) && a <= p && p + n <= b ==>
                         (Run{Pre}(index, p, n) <==> Run(index, p, n)); */
    /*@ assert longer: \forall integer n, a, b; SameFree{Pre, Here}(index, a, b) && NoLonger{Pre}(index, n, a, b) ==>
                         NoLonger(index, n, a, b); */
    /*@ assert attained: \forall integer n, a, b; SameFree{Pre, Here}(index, a, b) && Attained{Pre}(index, n, a, b) ==>
                         Attained(index, n, a, b); */
    /*@ assert counts: \forall integer a, n; 0 <= a <= index->positions - 512 && a % 512 == 0 && (a + 512 <= from || end <= a)
                         && Counts{Pre}(index, a, n) ==> Counts(index, a, n); */
    /*@ assert same:   \forall integer a; a + 512 <= from || end <= a ==> SameFree{Pre, Here}(index, a, a + 512); */
    /*@ assert block:  \forall integer i, a; Covers(index->positions, i, 512, a) ==> 0 <= a <= index->positions - 512 && a % 512 == 0; */
    /*@ assert leaf:   \forall struct np_summary s, integer a; 0 <= a <= index->positions - 512 && a % 512 == 0
                         && (a + 512 <= from || end <= a) && Leaf{Pre}(index, s, a) ==> Leaf(index, s, a); */
    //@ assert leaves: LeavesOutside(index, from, end);
    np_tree_refresh(index, from, end);
}

void np_index_take(struct np_index *index, uint64_t start, uint64_t count)
{
    const struct np_listed no_list = {NULL, 0, 0, 0, 0};
    if (count != 0) change(index, start, start + count, false, false, no_list);
}

void np_index_give(struct np_index *index, uint64_t start, uint64_t count)
{
    const struct np_listed no_list = {NULL, 0, 0, 0, 0};
    if (count != 0) change(index, start, start + count, true, false, no_list);
}

void np_index_give_listed(struct np_index *index, struct np_listed x, uint64_t from, uint64_t end)
{
    change(index, from, end, true, true, x);
}

/* Makes summaries say that nothing is free. */
/*@ requires   valid:   \valid(nodes + (0 .. count - 1)) && 0 <= count;
    NP_RETURNS
    assigns             nodes[0 .. count - 1];
    ensures    clear:   \forall integer i; 0 <= i < count ==> NoneFree(nodes[i]);
*/
static void clear_nodes(struct np_summary *nodes, int64_t count)
{
    const struct np_summary none = {0, 0, 0, 0};
    /*@ loop invariant inside: 0 <= i <= count;
        loop invariant clear:  \forall integer j; 0 <= j < i ==> NoneFree(nodes[j]);
        loop assigns i, nodes[0 .. count - 1];
        loop variant count - i;
    */
    for (int64_t i = 0; i < count; i++) {
        nodes[i] = none;
    }
}

void np_index_clear(struct np_index *index)
{
    np_bits_clear_words(index->words, (uint64_t)(index->positions - 1) / 64 + 1);
    clear_nodes(index->summaries, index->positions / 256);
    //@ ghost lemma_clear_index(index);
}
