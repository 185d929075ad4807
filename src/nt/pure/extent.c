/* SPDX-License-Identifier: MIT */
#include "extent.h"

struct np_nt_extent np_nt_row_extent(const struct np_machine *m, uint64_t first, uint64_t count)
{
    struct np_nt_extent extent = {0};
    extent.pfn = first;
    extent.position = 0;
    extent.pages = 0;
    const uint32_t s = np_locate(m, first);
    if (s == NP_NO_REGION) return extent;
    //@ ghost np_lemma_region(m, s);
    const uint64_t offset = first - (uint64_t)m->region[s].first;
    const uint64_t left = (uint64_t)m->region[s].pages - offset;
    extent.position = (uint64_t)m->region[s].base + offset;
    extent.pages = count < left ? count : left;
    //@ assert first: Page(m, s, extent.position, first);
    /*@ assert pages: \forall integer q, g; extent.position <= q < extent.position + extent.pages
                        && g == first + (q - extent.position) ==> Page(m, s, q, g); */
    //@ assert at: RowAt(m, extent.position, first, extent.pages);
    //@ assert inside: extent.position + extent.pages <= m->free.positions && first + extent.pages <= NP_FRAME_LIMIT;
    return extent;
}

struct np_nt_extent np_nt_list_extent(const struct np_machine *m, const uint64_t *pfns, uint64_t count)
{
    const uint64_t first = pfns[0];
    uint64_t row = 1;
    /*@ loop invariant inside: 1 <= row <= count;
        loop invariant row:    ConsecutiveList(pfns, row);
        loop assigns row;
        loop variant count - row;
    */
    while (row < count && pfns[row] >= first && pfns[row] - first == row)
        row++;
    return np_nt_row_extent(m, first, row);
}
