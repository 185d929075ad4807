/* SPDX-License-Identifier: MIT */
/*
 * Pieces of memory as a map names them: bytes, not yet pages, each with the place in the map that says so.
 */
#ifndef NP_PIECES_H
#define NP_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Where a piece comes from, as far as it matters when maps are pooled. */
enum np_origin {
    NP_ORIGIN_WHOLE,  /* a map that knows both the memory and its nodes */
    NP_ORIGIN_USABLE, /* a log with e820 lines but no SRAT */
    NP_ORIGIN_SRAT    /* a log with SRAT lines but no e820 */
};

/** Bytes [first, last] on a node. */
struct np_piece {
    uint64_t first;
    uint64_t last;
    uint64_t line; /* of `file`, or 0 */
    const char *file;
    uint32_t node;
    enum np_origin origin;
};

/** A list of pieces. All zero is an empty one. */
struct np_pieces {
    struct np_piece *at;
    size_t count;
    size_t capacity;
};

/** Appends a piece. False when out of memory. */
bool np_pieces_add(struct np_pieces *pieces, const struct np_piece *piece);

void np_pieces_free(struct np_pieces *pieces);

/** Sorts by first byte; pieces with the same keep their order of lines. */
void np_pieces_sort(struct np_pieces *pieces);

/**
 * Sorts, then makes one of pieces that overlap or touch, of any nodes. The result is disjoint; a joined piece
 * keeps the place of its lowest part.
 */
void np_pieces_join(struct np_pieces *pieces);

/**
 * Appends to `out` what two joined lists have in common. Node, origin and place are those of `owners`.
 *
 * @return false when out of memory
 */
bool np_pieces_common(const struct np_pieces *memory, const struct np_pieces *owners, struct np_pieces *out);

/**
 * Appends to `out` what one joined list has and another has not. Everything but the bounds is that of `memory`.
 *
 * @return false when out of memory
 */
bool np_pieces_without(const struct np_pieces *memory, const struct np_pieces *holes, struct np_pieces *out);

/** All bytes of a disjoint list; 2^64-1 if there are more. */
uint64_t np_pieces_bytes(const struct np_pieces *pieces);

#endif
