/* SPDX-License-Identifier: MIT */
/*
 * A row of bits kept in words of 64: position p is bit p % 64 of words[p / 64].
 *
 * Searches and changes go by whole words. Of the words that hold no position asked about, none is touched.
 */
#ifndef NP_BITMAP_H
#define NP_BITMAP_H

#include "../types.h"
#include "../../../spec/logic/bits.acsl"
#include "../../../spec/logic/listing.acsl"

/**
 * The first set bit in [from, end).
 *
 * @param words  the words that hold those positions
 * @param from   0 .. end
 * @param end    at most 2^42
 * @return that position, or `end` if there is none
 * @cost   O((\result - from) / 64)
 */
/*@ requires   span:    from <= end <= NP_BIT_LIMIT;
    requires   words:   from < end ==> \valid_read(words + (from / 64 .. (end - 1) / 64));
    NP_PURE
    ensures    inside:  from <= \result <= end;
    ensures    set:     \result < end ==> Bit(words, \result);
    ensures    lowest:  \forall integer p; from <= p < \result ==> !Bit(words, p);
*/
uint64_t np_bits_next_set(const uint64_t *words, uint64_t from, uint64_t end);

/**
 * The first clear bit in [from, end).
 *
 * @param words  the words that hold those positions
 * @param from   0 .. end
 * @param end    at most 2^42
 * @return that position, or `end` if there is none
 * @cost   O((\result - from) / 64)
 */
/*@ requires   span:    from <= end <= NP_BIT_LIMIT;
    requires   words:   from < end ==> \valid_read(words + (from / 64 .. (end - 1) / 64));
    NP_PURE
    ensures    inside:  from <= \result <= end;
    ensures    clear:   \result < end ==> !Bit(words, \result);
    ensures    lowest:  \forall integer p; from <= p < \result ==> Bit(words, p);
*/
uint64_t np_bits_next_clear(const uint64_t *words, uint64_t from, uint64_t end);

/**
 * The first position in [from, end) whose bit is clear in one row or set in another.
 *
 * @param row  the words of the one row that hold those positions
 * @param cut  the words of the other
 * @param from 0 .. end
 * @param end  at most 2^42
 * @return that position, or `end` if there is none
 * @cost   O((\result - from) / 64)
 */
/*@ requires   span:    from <= end <= NP_BIT_LIMIT;
    requires   row:     from < end ==> \valid_read(row + (from / 64 .. (end - 1) / 64));
    requires   cut:     from < end ==> \valid_read(cut + (from / 64 .. (end - 1) / 64));
    NP_PURE
    ensures    inside:  from <= \result <= end;
    ensures    found:   \result < end ==> !Bit(row, \result) || Bit(cut, \result);
    ensures    lowest:  \forall integer p; from <= p < \result ==> Bit(row, p) && !Bit(cut, p);
*/
uint64_t np_bits_next_cut(const uint64_t *row, const uint64_t *cut, uint64_t from, uint64_t end);

/**
 * The last clear bit in [from, end).
 *
 * @param words  the words that hold those positions
 * @param from   0 .. end
 * @param end    at most 2^42
 * @return that position, or NP_NONE if there is none
 * @cost   O((end - \result) / 64)
 */
/*@ requires   span:    from <= end <= NP_BIT_LIMIT;
    requires   words:   from < end ==> \valid_read(words + (from / 64 .. (end - 1) / 64));
    NP_PURE
    ensures    inside:  \result != NP_NONE ==> from <= \result < end;
    ensures    clear:   \result != NP_NONE ==> !Bit(words, \result);
    ensures    highest: \result != NP_NONE ==> \forall integer p; \result < p < end ==> Bit(words, p);
    ensures    none:    \result == NP_NONE ==> \forall integer p; from <= p < end ==> Bit(words, p);
*/
uint64_t np_bits_last_clear(const uint64_t *words, uint64_t from, uint64_t end);

/**
 * Sets the bits of [start, start + count).
 *
 * @param words  the words that hold those positions
 * @param start  a position
 * @param count  may be 0; start + count is at most 2^42
 * @cost  O(count / 64)
 */
/*@ requires   span:    start + count <= NP_BIT_LIMIT;
    requires   words:   0 < count ==> \valid(words + (start / 64 .. (start + count - 1) / 64));
    NP_RETURNS
    assigns             words[start / 64 .. (start + count - 1) / 64];
    ensures    set:     \forall integer p; start <= p < start + count ==> Bit(words, p);
    ensures    others:  \forall integer p; 0 <= p && !(start <= p < start + count) ==>
                          (Bit(words, p) <==> Bit{Pre}(words, p));
*/
void np_bits_set(uint64_t *words, uint64_t start, uint64_t count);

/**
 * Clears the bits of [start, start + count).
 *
 * @param words  the words that hold those positions
 * @param start  a position
 * @param count  may be 0; start + count is at most 2^42
 * @cost  O(count / 64)
 */
/*@ requires   span:    start + count <= NP_BIT_LIMIT;
    requires   words:   0 < count ==> \valid(words + (start / 64 .. (start + count - 1) / 64));
    NP_RETURNS
    assigns             words[start / 64 .. (start + count - 1) / 64];
    ensures    clear:   \forall integer p; start <= p < start + count ==> !Bit(words, p);
    ensures    others:  \forall integer p; 0 <= p && !(start <= p < start + count) ==>
                          (Bit(words, p) <==> Bit{Pre}(words, p));
*/
void np_bits_clear(uint64_t *words, uint64_t start, uint64_t count);

/**
 * Clears whole words.
 *
 * @cost O(count)
 */
/*@ requires   valid:   \valid(words + (0 .. count - 1));
    NP_RETURNS
    assigns             words[0 .. count - 1];
    ensures    clear:   \forall integer i; 0 <= i < count ==> words[i] == 0;
*/
void np_bits_clear_words(uint64_t *words, uint64_t count);

/**
 * Lists the set bits of [start, end) in rising order: position p as first + (p - start).
 *
 * @param      words   the words that hold those positions
 * @param      end     at most 2^42
 * @param      first   at most NP_PFN_LIMIT, as is first + (end - start)
 * @param[out] list    the list
 * @param      from    where in it to begin
 * @param      to      where it is full
 * @return where it ends; `to` if it is full, and bits may be left then
 * @cost   O((end - start) / 64 + bits listed)
 */
/*@ requires   span:    start <= end <= NP_BIT_LIMIT;
    requires   words:   start < end ==> \valid_read(words + (start / 64 .. (end - 1) / 64));
    requires   first:   first + (end - start) <= NP_PFN_LIMIT;
    requires   list:    from <= to && \valid(list + (from .. to - 1));
    requires   apart:   start < end ==> \separated(list + (from .. to - 1), words + (start / 64 .. (end - 1) / 64));
    NP_RETURNS
    assigns             list[from .. to - 1];
    ensures    inside:  from <= \result <= to;
    ensures    sound:   \forall integer k; from <= k < \result ==>
                          first <= list[k] < first + (end - start) && Bit{Pre}(words, start + (list[k] - first));
    ensures    order:   Rising(list, from, \result);
    ensures    lowest:  \forall integer p; start <= p < end && Bit{Pre}(words, p) ==>
                          Listed(list, from, \result, first + (p - start))
                          || (\result == to && AllBelow(list, from, \result, first + (p - start)));
*/
uint64_t np_bits_list(const uint64_t *words, uint64_t start, uint64_t end, uint64_t first, uint64_t *list,
                      uint64_t from, uint64_t to);

#endif
