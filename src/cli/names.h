/* SPDX-License-Identifier: MIT */
/*
 * The names of a trace and what each holds.
 */
#ifndef NP_NAMES_H
#define NP_NAMES_H

#include "../core/nodepages.h"

/** What a name holds. */
enum np_held {
    NP_HELD_NOTHING, /* its request failed, or it was freed */
    NP_HELD_PAGES,
    NP_HELD_BLOCK,
    NP_HELD_REMOVED
};

struct np_name {
    char *text;
    enum np_held held;
    uint64_t pages;
    uint64_t first; /* of a block */
    uint64_t *runs; /* of pages and removed pages, each packed: see np_run_pack */
    uint64_t run_count;
};

/**
 * The names by their text, in a tree: no choice of names makes one slow to find. All zero is an empty
 * one; to be freed by np_names_free.
 */
struct np_names {
    void *tree;
};

/** The name with this text, or NULL. It is valid until np_names_free. O(log names) comparisons. */
struct np_name *np_names_find(const struct np_names *names, const char *text);

/** The name with this text, new and holding nothing if there is none. NULL when out of memory. O(log names) comparisons. */
struct np_name *np_names_add(struct np_names *names, const char *text);

/** Notes that a name holds nothing any more. */
void np_name_release(struct np_name *name);

void np_names_free(struct np_names *names);

/** A run of at most NP_CALL_LIMIT pages in 64 bits: a page frame number has 40, a call's pages 20. */
static inline uint64_t np_run_pack(uint64_t first, uint64_t pages)
{
    return first << 24 | pages;
}

static inline uint64_t np_run_first(uint64_t run)
{
    return run >> 24;
}

static inline uint64_t np_run_pages(uint64_t run)
{
    return run & 0xffffff;
}

#endif
