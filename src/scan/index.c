/* SPDX-License-Identifier: MIT */
/*
 * The free-page index without the tree: the bitmap alone, searched word by word. It is what the tree is tested and measured
 * against, and the smallest code for a machine whose bitmap is soon read. Compile it in the place of index.c, tree.c,
 * summary.c and audit.c of the core, everything with -DNP_INDEX_SCAN.
 */
#include "../core/index/index.h"
#include "../core/index/audit.h"
#include "../core/bits/bitmap.h"
#include "../core/index/extent.h"
#include "../core/index/scan.h"
#include "../core/ranges/stride.h"

uint64_t np_index_next_free(const struct np_index *index, uint64_t from, uint64_t end)
{
    return np_scan_next_free(index, from, end);
}

uint64_t np_index_next_free_in(const struct np_index *index, struct np_steps r, uint64_t end)
{
    return np_stride_next_set(index->words, r, end);
}

uint64_t np_index_next_used(const struct np_index *index, uint64_t from, uint64_t end)
{
    return np_scan_next_used(index, from, end);
}

uint64_t np_index_lowest_run(const struct np_index *index, uint64_t from, uint64_t end, uint64_t count)
{
    return np_scan_lowest_run(index, from, end, count);
}

struct np_extent np_index_extent(const struct np_index *index, uint64_t from, uint64_t end)
{
    const struct np_extent none = {0, 0, 0};
    return np_scan_extent(index, none, from, end) /*@ ghost (from) */;
}

uint64_t np_index_list(const struct np_index *index, uint64_t start, uint64_t end, uint64_t first, uint64_t *list,
                       uint64_t from, uint64_t to)
{
    const uint64_t listed = np_bits_list(index->words, start, end, first, list, from, to);
    //@ assert words: \forall integer i; 0 <= i <= (index->positions - 1) / 64 ==> index->words[i] == \at(index->words[i], Pre);
    //@ assert free:  \forall integer p; Free(index, p) <==> Free{Pre}(index, p);
    //@ assert bits: \forall integer p; start <= p < end && Bit{Pre}(index->words, p) ==> Free{Pre}(index, p);
    /*@ assert stands: \forall integer g; first <= g < first + (end - start) && Bit{Pre}(index->words, start + (g - first)) ==>
                         StandsFree{Pre}(index, start, end, first, g); */
    return listed;
}

void np_index_clear(struct np_index *index)
{
    np_bits_clear_words(index->words, (uint64_t)index->positions / 64);
}

void np_index_take(struct np_index *index, uint64_t start, uint64_t count)
{
    np_bits_clear(index->words, start, count);
}

void np_index_give(struct np_index *index, uint64_t start, uint64_t count)
{
    np_bits_set(index->words, start, count);
}

void np_index_give_listed(struct np_index *index, struct np_listed x, uint64_t from, uint64_t end)
{
    (void)from;
    (void)end;
    np_listed_set(index->words, x) /*@ ghost (from, end) */;
}

/* There is no summary to be wrong. */
uint64_t np_audit_index(const struct np_index *index)
{
    (void)index;
    return NP_NONE;
}
