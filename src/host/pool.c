/* SPDX-License-Identifier: MIT */
#include "pool.h"

#include "message.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool out_of_memory(const struct np_pool *pool)
{
    np_complain(pool->messages, NULL, 0, "out of memory");
    return false;
}

bool np_pool_name_node(struct np_pool *pool, const char *file, uint64_t line, uint64_t node)
{
    if (node >= NP_MAX_NODES) {
        np_complain(pool->messages, file, line, "node %" PRIu64 " is past the last that can be, %u", node,
                    NP_MAX_NODES - 1);
        return false;
    }
    if (node >= pool->named_nodes) pool->named_nodes = (uint32_t)node + 1;
    return true;
}

bool np_pool_add(struct np_pool *pool, const struct np_piece *piece)
{
    if (piece->last >= NP_BYTE_LIMIT) {
        np_complain(pool->messages, piece->file, piece->line,
                    "memory up to 0x%" PRIx64 " is past the last address that can be, 0x%" PRIx64, piece->last,
                    NP_BYTE_LIMIT - 1);
        return false;
    }
    if (!np_pool_name_node(pool, piece->file, piece->line, piece->node)) return false;
    return np_pieces_add(&pool->pieces, piece) || out_of_memory(pool);
}

/** The pieces of one node, joined. False when out of memory. */
static bool pieces_of_node(const struct np_pieces *pieces, uint32_t node, struct np_pieces *out)
{
    out->count = 0;
    for (size_t i = 0; i < pieces->count; i++)
        if (pieces->at[i].node == node && !np_pieces_add(out, &pieces->at[i])) return false;
    np_pieces_join(out);
    return true;
}

static void warn_left_out(const struct np_pool *pool, const struct np_pieces *left, const char *none)
{
    if (left->count == 0) return;
    const struct np_piece *first = &left->at[0];
    np_complain(pool->messages, first->file, first->line,
                "warning: %" PRIu64 " bytes of usable memory are in %s and left out, the first at 0x%" PRIx64
                "-0x%" PRIx64,
                np_pieces_bytes(left), none, first->first, first->last);
}

bool np_pool_add_cut(struct np_pool *pool, const struct np_pieces *memory, const struct np_pieces *owners,
                     const char *none)
{
    struct np_pieces owned = {0}, cut = {0}, all = {0}, left = {0};
    bool fine = true, room = true;
    for (uint32_t node = 0; room && node < NP_MAX_NODES; node++)
        room = pieces_of_node(owners, node, &owned) && np_pieces_common(memory, &owned, &cut);
    for (size_t i = 0; room && i < owners->count; i++)
        room = np_pieces_add(&all, &owners->at[i]);
    np_pieces_join(&all);
    room = room && np_pieces_without(memory, &all, &left);

    for (size_t i = 0; room && fine && i < cut.count; i++) {
        cut.at[i].origin = NP_ORIGIN_WHOLE;
        fine = np_pool_add(pool, &cut.at[i]);
    }
    if (room && fine) warn_left_out(pool, &left, none);
    np_pieces_free(&owned);
    np_pieces_free(&cut);
    np_pieces_free(&all);
    np_pieces_free(&left);
    return room ? fine : out_of_memory(pool);
}

bool np_pool_set_distances(struct np_pool *pool, const struct np_distances *distances)
{
    const struct np_distances *held = &pool->distances;
    if (held->nodes != 0) {
        if (held->line != 0)
            np_complain(pool->messages, distances->file, distances->line,
                        "a second distance matrix: the first is at %s:%" PRIu64, held->file, held->line);
        else
            np_complain(pool->messages, distances->file, distances->line,
                        "a second distance matrix: the first is in %s", held->file);
        return false;
    }
    for (uint32_t node = 0; node < distances->nodes; node++) {
        unsigned own = distances->rows[node * distances->nodes + node];
        if (own != 10)
            np_complain(pool->messages, distances->file, distances->line,
                        "warning: node %" PRIu32 " is at distance %u from itself, not 10", node, own);
    }
    pool->distances = *distances;
    return true;
}

static bool refuse_overlap(const struct np_pool *pool, const struct np_piece *low, const struct np_piece *high)
{
    /* The place that came later in its file is the one to point at. */
    bool swap = low->file == high->file && low->line > high->line;
    const struct np_piece *here = swap ? low : high, *there = swap ? high : low;
    uint64_t last = low->last < high->last ? low->last : high->last;
    char where[32] = "";
    if (there->line != 0) snprintf(where, sizeof where, ":%" PRIu64, there->line);

    if (low->node == high->node)
        np_complain(pool->messages, here->file, here->line,
                    "0x%" PRIx64 "-0x%" PRIx64
                    " comes from e820 alone in one log and from SRAT alone in another, %s%s: "
                    "put the lines of one machine into one file",
                    high->first, last, there->file, where);
    else
        np_complain(pool->messages, here->file, here->line,
                    "0x%" PRIx64 "-0x%" PRIx64 " is on node %" PRIu32 " here and on node %" PRIu32 " at %s%s",
                    high->first, last, here->node, there->node, there->file, where);
    return false;
}

static bool halves_of_a_log(const struct np_piece *a, const struct np_piece *b)
{
    return (a->origin == NP_ORIGIN_USABLE && b->origin == NP_ORIGIN_SRAT) ||
           (a->origin == NP_ORIGIN_SRAT && b->origin == NP_ORIGIN_USABLE);
}

/** Sorts the pieces, joins those of one node that overlap or touch, and refuses those of two nodes that overlap. */
static bool join(struct np_pool *pool)
{
    struct np_pieces *pieces = &pool->pieces;
    np_pieces_sort(pieces);
    size_t kept = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        const struct np_piece *piece = &pieces->at[i];
        struct np_piece *before = kept == 0 ? NULL : &pieces->at[kept - 1];
        bool overlap = before != NULL && piece->first <= before->last;
        if (overlap && (before->node != piece->node || halves_of_a_log(before, piece)))
            return refuse_overlap(pool, before, piece);

        if (before != NULL && before->node == piece->node && piece->first <= before->last + 1) {
            if (piece->last > before->last) before->last = piece->last;
        } else {
            pieces->at[kept++] = *piece;
        }
    }
    pieces->count = kept;
    return true;
}

bool np_pool_layout(struct np_pool *pool, struct np_layout *layout)
{
    *layout = (struct np_layout){0};
    if (!join(pool)) return false;

    const struct np_pieces *pieces = &pool->pieces;
    const struct np_piece *top = NULL; /* the first on the highest node that has a page */
    uint64_t count = 0;
    layout->ranges = calloc(pieces->count + 1, sizeof *layout->ranges);
    if (layout->ranges == NULL) return out_of_memory(pool);
    for (size_t i = 0; i < pieces->count; i++) {
        const struct np_piece *piece = &pieces->at[i];
        uint64_t first = (piece->first + NP_PAGE_SIZE - 1) / NP_PAGE_SIZE;
        uint64_t end = (piece->last + 1) / NP_PAGE_SIZE;
        if (end <= first) continue;
        if (top == NULL || piece->node > top->node) top = piece;
        layout->ranges[count++] = (struct np_range){.first = first, .pages = end - first, .node = piece->node};
    }

    const struct np_distances *distances = &pool->distances;
    if (top == NULL) {
        np_complain(pool->messages, pool->file, pool->file != NULL ? 1 : 0, "no whole page of memory in the maps");
    } else if (count > NP_MAX_RANGES) {
        np_complain(pool->messages, top->file, top->line, "more than %" PRIu32 " ranges of memory", NP_MAX_RANGES);
    } else if (distances->nodes != 0 && top->node >= distances->nodes) {
        np_complain(pool->messages, distances->file, distances->line,
                    "a distance matrix of %" PRIu32 " nodes, but node %" PRIu32 " has memory", distances->nodes,
                    top->node);
    } else {
        layout->count = (uint32_t)count;
        layout->nodes = distances->nodes != 0 ? distances->nodes : pool->named_nodes;
        layout->has_distances = distances->nodes != 0;
        memcpy(layout->distances, distances->rows, sizeof layout->distances);
        return true;
    }
    np_layout_free(layout);
    return false;
}

void np_pool_free(struct np_pool *pool)
{
    np_pieces_free(&pool->pieces);
}

void np_layout_free(struct np_layout *layout)
{
    free(layout->ranges);
    *layout = (struct np_layout){0};
}
