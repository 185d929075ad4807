/* SPDX-License-Identifier: MIT */
/*
 * The bits of positions that a list of page frames names, set a word at a time.
 */
#ifndef NP_LISTED_H
#define NP_LISTED_H

#include "../types.h"

/** Places [from, to) of a list of page frames; page frame `first` is the one at position `base`. */
struct np_listed {
    const uint64_t *pfns;
    uint64_t from;
    uint64_t to;
    uint64_t first;
    uint64_t base;
};

#include "../../../spec/logic/listed.acsl"

/**
 * Sets the bits of the positions that a list names.
 *
 * @param words       the words that hold positions [low, high)
 * @param x           names positions of [low, high) only, in any order; quickest when they rise
 * @param low, high   at most 2^42
 * @cost  O(x.to - x.from)
 */
/*@ requires   list:    Listable(x, low, high) && low < high <= NP_BIT_LIMIT;
    requires   words:   \valid(words + (low / 64 .. (high - 1) / 64));
    requires   apart:   \separated(x.pfns + (x.from .. x.to - 1), words + (low / 64 .. (high - 1) / 64));
    NP_RETURNS
    assigns             words[low / 64 .. (high - 1) / 64];
    ensures    list:    \forall integer k; x.from <= k < x.to ==> x.pfns[k] == \at(x.pfns[k], Pre);
    ensures    set:     \forall integer p; 0 <= p ==> (Bit(words, p) <==> Bit{Pre}(words, p) || Named{Pre}(x, p));
*/
void np_listed_set(uint64_t *words, struct np_listed x)
    /*@ ghost (uint64_t low, uint64_t high) */;

#endif
