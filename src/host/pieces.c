/* SPDX-License-Identifier: MIT */
#include "pieces.h"

#include <stdlib.h>

bool np_pieces_add(struct np_pieces *pieces, const struct np_piece *piece)
{
    if (pieces->count == pieces->capacity) {
        size_t capacity = pieces->capacity == 0 ? 64 : pieces->capacity * 2;
        struct np_piece *larger = realloc(pieces->at, capacity * sizeof *larger);
        if (larger == NULL) return false;
        pieces->at = larger;
        pieces->capacity = capacity;
    }
    pieces->at[pieces->count++] = *piece;
    return true;
}

void np_pieces_free(struct np_pieces *pieces)
{
    free(pieces->at);
    *pieces = (struct np_pieces){0};
}

static int by_first(const void *left, const void *right)
{
    const struct np_piece *a = left, *b = right;
    if (a->first != b->first) return a->first < b->first ? -1 : 1;
    return (a->line > b->line) - (a->line < b->line);
}

void np_pieces_sort(struct np_pieces *pieces)
{
    if (pieces->count > 1) qsort(pieces->at, pieces->count, sizeof *pieces->at, by_first);
}

void np_pieces_join(struct np_pieces *pieces)
{
    np_pieces_sort(pieces);
    size_t kept = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        const struct np_piece *piece = &pieces->at[i];
        struct np_piece *before = kept == 0 ? NULL : &pieces->at[kept - 1];
        if (before != NULL && (before->last == UINT64_MAX || piece->first <= before->last + 1)) {
            if (piece->last > before->last) before->last = piece->last;
        } else {
            pieces->at[kept++] = *piece;
        }
    }
    pieces->count = kept;
}

bool np_pieces_common(const struct np_pieces *memory, const struct np_pieces *owners, struct np_pieces *out)
{
    size_t m = 0, o = 0;
    while (m < memory->count && o < owners->count) {
        const struct np_piece *piece = &memory->at[m], *owner = &owners->at[o];
        struct np_piece common = *owner;
        common.first = piece->first > owner->first ? piece->first : owner->first;
        common.last = piece->last < owner->last ? piece->last : owner->last;
        if (common.first <= common.last && !np_pieces_add(out, &common)) return false;
        if (piece->last < owner->last)
            m++;
        else
            o++;
    }
    return true;
}

bool np_pieces_without(const struct np_pieces *memory, const struct np_pieces *holes, struct np_pieces *out)
{
    size_t h = 0;
    for (size_t m = 0; m < memory->count; m++) {
        struct np_piece rest = memory->at[m];
        bool some = true;
        while (h < holes->count && holes->at[h].last < rest.first)
            h++;
        /* The last hole that is looked at may reach into the next piece: it is kept for it. */
        for (size_t i = h; some && i < holes->count && holes->at[i].first <= rest.last; i++) {
            const struct np_piece *hole = &holes->at[i];
            if (hole->first > rest.first) {
                struct np_piece before = rest;
                before.last = hole->first - 1;
                if (!np_pieces_add(out, &before)) return false;
            }
            some = hole->last < rest.last;
            if (some) rest.first = hole->last + 1;
        }
        if (some && !np_pieces_add(out, &rest)) return false;
    }
    return true;
}

uint64_t np_pieces_bytes(const struct np_pieces *pieces)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        uint64_t size = pieces->at[i].last - pieces->at[i].first;
        if (__builtin_add_overflow(bytes, size, &bytes) || __builtin_add_overflow(bytes, 1u, &bytes)) return UINT64_MAX;
    }
    return bytes;
}
