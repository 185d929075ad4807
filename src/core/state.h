/*
 * The states of pages: how they change, and what they are.
 */
#ifndef NP_STATE_H
#define NP_STATE_H

#include "machine.h"

/** What a page is (M3). */
enum np_state { NP_ABSENT, NP_FREE, NP_ALLOCATED, NP_REMOVED };

bool np_bit(const uint64_t *words, uint64_t p);

enum np_state np_page_state(const struct np_machine *m, uint64_t pfn);

uint32_t np_page_node(const struct np_machine *m, uint64_t pfn);

struct np_census np_count_pages(const struct np_machine *m);

void np_take_pages(struct np_machine *m, const uint64_t *pfns, uint64_t count, bool remove);

void np_take_block(struct np_machine *m, uint64_t position, uint64_t count);

#endif
