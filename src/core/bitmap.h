/*
 * A row of bits kept in words of 64: position p is bit p % 64 of words[p / 64].
 *
 * Searches and changes go by whole words. Of the words that hold no position asked about, none is touched.
 */
#ifndef NP_BITMAP_H
#define NP_BITMAP_H

#include "types.h"
#include "../../spec/logic/bits.acsl"

/**
 * The first set bit in [from, end).
 *
 * @param words  the words that hold those positions
 * @param from   0 .. end
 * @param end    at most 2^42
 * @return that position, or `end` if there is none
 * @cost   O((\result - from) / 64)
 */
/*@ requires   span:    from <= end <= 0x40000000000;
    requires   words:   from < end ==> \valid_read(words + (from / 64 .. (end - 1) / 64));
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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
/*@ requires   span:    from <= end <= 0x40000000000;
    requires   words:   from < end ==> \valid_read(words + (from / 64 .. (end - 1) / 64));
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    inside:  from <= \result <= end;
    ensures    clear:   \result < end ==> !Bit(words, \result);
    ensures    lowest:  \forall integer p; from <= p < \result ==> Bit(words, p);
*/
uint64_t np_bits_next_clear(const uint64_t *words, uint64_t from, uint64_t end);

/**
 * The last clear bit in [from, end).
 *
 * @param words  the words that hold those positions
 * @param from   0 .. end
 * @param end    at most 2^42
 * @return that position, or NP_NONE if there is none
 * @cost   O((end - \result) / 64)
 */
/*@ requires   span:    from <= end <= 0x40000000000;
    requires   words:   from < end ==> \valid_read(words + (from / 64 .. (end - 1) / 64));
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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
/*@ requires   span:    start + count <= 0x40000000000;
    requires   words:   0 < count ==> \valid(words + (start / 64 .. (start + count - 1) / 64));
    terminates          \true;
    exits               \false;
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
/*@ requires   span:    start + count <= 0x40000000000;
    requires   words:   0 < count ==> \valid(words + (start / 64 .. (start + count - 1) / 64));
    terminates          \true;
    exits               \false;
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
    terminates          \true;
    exits               \false;
    assigns             words[0 .. count - 1];
    ensures    clear:   \forall integer i; 0 <= i < count ==> words[i] == 0;
*/
void np_bits_clear_words(uint64_t *words, uint64_t count);

#endif
