/* SPDX-License-Identifier: MIT */
/*
 * Views: pages at consecutive addresses of the arena, whether of a block or of an MDL.
 */
#ifndef NP_NT_VIEW_H
#define NP_NT_VIEW_H

#include "machine.h"

/**
 * Takes addresses for the pages of a record, files it under them, and counts the pages as mapped. Under the lock.
 *
 * @param kind     of the record
 * @param extents  what is to be shown; the record takes them over when one comes back
 * @param offset   bytes into the first page, of the address that it is filed under
 * @param cache    the type they are mapped with; no page is mapped with another
 * @return the record, with its addresses; NULL when there is no room for it
 */
struct np_nt_record *np_nt_view_enter(struct np_nt *machine, enum np_nt_record_kind kind, struct np_nt_extents *extents,
                                      uint64_t offset, int cache);

/**
 * Shows the pages at the addresses. Without the lock.
 *
 * @return false with the host's errno when it refuses; nothing is then shown
 */
bool np_nt_view_show(struct np_nt *machine, const struct np_nt_record *record, int protection);

/** Hides them again. Without the lock. @return whether the addresses can be used again */
bool np_nt_view_hide(struct np_nt *machine, const struct np_nt_record *record);

/**
 * Counts the pages as no longer mapped, and gives the addresses back. Under the lock.
 *
 * @param hidden  what np_nt_view_hide returned: addresses that could not be cleared are not used again
 */
void np_nt_view_leave(struct np_nt *machine, struct np_nt_record *record, bool hidden);

/**
 * The first page of a list of extents that is mapped with another type than `cache`, or as often as can be; NP_NONE if
 * there is none.
 */
uint64_t np_nt_view_conflict(const struct np_nt *machine, const struct np_nt_extents *extents, int cache);

#endif
