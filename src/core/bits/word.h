/* SPDX-License-Identifier: MIT */
/*
 * Questions to a 64-bit word, read as a row of bits: bit 0 is the lowest.
 *
 * Masks are built from positions, never from lengths, so that no shift by 64 can be asked for.
 */
#ifndef NP_WORD_H
#define NP_WORD_H

#include "../types.h"
#include "../../../spec/logic/bits.acsl"
#include "../../../spec/logic/listing.acsl"

/**
 * The place of the lowest bit set in a word.
 *
 * @param word  not 0
 * @return 0 .. 63
 * @cost   O(1)
 */
/*@ requires   some:    word != 0;
    NP_PURE
    ensures    inside:  0 <= \result < 64;
    ensures    set:     WordBit(word, \result);
    ensures    lowest:  \forall integer i; 0 <= i < \result ==> !WordBit(word, i);
*/
uint64_t np_word_lowest(uint64_t word);

/**
 * The place of the highest bit set in a word.
 *
 * @param word  not 0
 * @return 0 .. 63
 * @cost   O(1)
 */
/*@ requires   some:    word != 0;
    NP_PURE
    ensures    inside:  0 <= \result < 64;
    ensures    set:     WordBit(word, \result);
    ensures    highest: \forall integer i; \result < i < 64 ==> !WordBit(word, i);
*/
uint64_t np_word_highest(uint64_t word);

/**
 * How many bits of a word are set.
 *
 * @return 0 .. 64
 * @cost   O(1)
 */
/*@ requires   any:     \true;
    NP_PURE
    ensures    counted: \result == Ones(word, 64);
    ensures    size:    0 <= \result <= 64;
*/
uint64_t np_word_count(uint64_t word);

/**
 * The word whose bits from `place` up are set, and no other.
 *
 * @param place  0 .. 63
 * @cost  O(1)
 */
/*@ requires   place:   place < 64;
    NP_PURE
    ensures    mask:    \forall integer i; 0 <= i < 64 ==> (WordBit(\result, i) <==> place <= i);
*/
uint64_t np_word_from(uint64_t place);

/**
 * The word whose bits up to and with `place` are set, and no other.
 *
 * @param place  0 .. 63
 * @cost  O(1)
 */
/*@ requires   place:   place < 64;
    NP_PURE
    ensures    mask:    \forall integer i; 0 <= i < 64 ==> (WordBit(\result, i) <==> i <= place);
*/
uint64_t np_word_to(uint64_t place);

/**
 * Lists the places of the bits set in a word, the lowest first, each as `first` + place.
 *
 * @param      first  at most NP_PFN_LIMIT
 * @param[out] list   the list
 * @param      from   where in it to begin
 * @param      to     where it is full
 * @return where it ends; `to` if it is full, and bits may be left then
 * @cost   O(bits set)
 */
/*@ requires   list:    from <= to && \valid(list + (from .. to - 1));
    requires   first:   first <= NP_PFN_LIMIT;
    NP_RETURNS
    assigns             list[from .. to - 1];
    ensures    inside:  from <= \result <= to;
    ensures    sound:   \forall integer k; from <= k < \result ==> first <= list[k] < first + 64 && WordBit(word, list[k] - first);
    ensures    order:   Rising(list, from, \result);
    ensures    lowest:  \forall integer i; 0 <= i < 64 && WordBit(word, i) ==>
                          Listed(list, from, \result, first + i) || (\result == to && AllBelow(list, from, \result, first + i));
*/
uint64_t np_word_list(uint64_t word, uint64_t first, uint64_t *list, uint64_t from, uint64_t to);

/* What provers cannot see by themselves. */

/*@ ghost
  /@ NP_PURE
     ensures    mask:    \forall integer i; 0 <= i < 64 ==> WordBit(UINT64_MAX, i);
  @/
  void np_lemma_all(void);

  /@ NP_PURE
     ensures    not:     \forall integer i; 0 <= i < 64 ==> (WordBit((uint64_t)~word, i) <==> !WordBit(word, i));
  @/
  void np_lemma_not(uint64_t word);

  /@ requires   some:    word != 0;
     NP_PURE
     ensures    set:     0 <= \result < 64 && WordBit(word, \result);
  @/
  uint64_t np_lemma_some(uint64_t word);

  /@ requires   by:      by < 64;
     requires   low:     \forall integer i; 64 - by <= i < 64 ==> !WordBit(word, i);
     NP_PURE
     ensures    fits:    word << by <= UINT64_MAX;
  @/
  void np_lemma_fits(uint64_t word, uint64_t by);
*/

#endif
