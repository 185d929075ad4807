/* SPDX-License-Identifier: MIT */
#include "word.h"
#include "word_lemmas.h"

#if defined(__FRAMAC__) || defined(NP_PORTABLE)

/* The proved twins of the two functions below them. */

uint64_t np_word_lowest(uint64_t word)
{
    uint64_t place = 0;

    /*@ loop invariant place:   0 <= place < 64;
        loop invariant rest:    word == \at(word, Pre) >> place;
        loop invariant some:    0 < word < 1 << (64 - place);
        loop invariant clear:   \forall integer i; 0 <= i < place ==> !WordBit(\at(word, Pre), i);
        loop assigns            word, place;
        loop variant            word;
    */
    while ((word & 1) == 0) {
        //@ assert more: word != 1;
        //@ assert halved: 1 << (64 - place) == (1 << (63 - place)) << 1 && word >> 1 == word / 2;
        word >>= 1;
        place++;
    }
    return place;
}

uint64_t np_word_highest(uint64_t word)
{
    uint64_t place = 0;

    /*@ loop invariant place:   0 <= place < 64;
        loop invariant rest:    word == \at(word, Pre) >> place;
        loop invariant some:    0 < word < 1 << (64 - place);
        loop assigns            word, place;
        loop variant            word;
    */
    while (word > 1) {
        //@ assert halved: 1 << (64 - place) == (1 << (63 - place)) << 1 && word >> 1 == word / 2;
        word >>= 1;
        place++;
    }
    //@ assert above: \forall integer i; place < i < 64 ==> (WordBit(\at(word, Pre), i) <==> WordBit(word, i - place));
    //@ assert one: \forall integer i; 0 < i < 64 ==> !WordBit(1, i);
    return place;
}

uint64_t np_word_count(uint64_t word)
{
    uint64_t n = 0;

    /*@ loop invariant place:   0 <= k <= 64 && 0 <= n <= k;
        loop invariant counted: n == Ones(word, k);
        loop assigns            k, n;
        loop variant            64 - k;
    */
    for (uint64_t k = 0; k < 64; k++) {
        //@ assert bit: ((word >> k) & 1) != 0 <==> WordBit(word, k);
        if (((word >> k) & 1) != 0) n++;
    }
    return n;
}

#else

uint64_t np_word_lowest(uint64_t word)
{
    return (uint64_t)__builtin_ctzll(word);
}

uint64_t np_word_highest(uint64_t word)
{
    return 63 - (uint64_t)__builtin_clzll(word);
}

uint64_t np_word_count(uint64_t word)
{
    /* Sums of the bits of ever wider parts, side by side: the compilers' own count may be a call of their library. */
    const uint64_t pairs = word - (word >> 1 & UINT64_C(0x5555555555555555));
    const uint64_t fours = (pairs & UINT64_C(0x3333333333333333)) + (pairs >> 2 & UINT64_C(0x3333333333333333));
    const uint64_t bytes = (fours + (fours >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return bytes * UINT64_C(0x0101010101010101) >> 56;
}

#endif

uint64_t np_word_from(uint64_t place)
{
    //@ ghost np_lemma_below(place);
    const uint64_t below = (UINT64_C(1) << place) - 1;

    //@ ghost np_lemma_not(below);
    return ~below;
}

uint64_t np_word_to(uint64_t place)
{
    //@ ghost np_lemma_below(place);
    const uint64_t bit = UINT64_C(1) << place;

    return bit | (bit - 1);
}

/* Lists 64 consecutive numbers. Compilers know the count, and write several at a time. */
/*@ requires   list:    from <= UINT64_MAX - 64 && \valid(list + (from .. from + 63));
    requires   first:   first <= NP_PFN_LIMIT;
    NP_RETURNS
    assigns             list[from .. from + 63];
    ensures    listed:  \forall integer k; from <= k < from + 64 ==> list[k] == first + (k - from);
*/
static void list_whole(uint64_t first, uint64_t *list, uint64_t from)
{
    /*@ loop invariant inside: 0 <= i <= 64;
        loop invariant listed: \forall integer k; from <= k < from + i ==> list[k] == first + (k - from);
        loop assigns           i, list[from .. from + 63];
        loop variant           64 - i;
    */
    for (uint32_t i = 0; i < 64; i++) {
        list[from + i] = first + i;
    }
}

/* np_word_list, bit by bit. */
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
static uint64_t list_bits(uint64_t word, uint64_t first, uint64_t *list, uint64_t from, uint64_t to)
{
    uint64_t left = word;
    uint64_t k = from;
    /*@ loop invariant inside: from <= k <= to;
        loop invariant left:   \forall integer i; 0 <= i < 64 && WordBit(left, i) ==> WordBit(word, i);
        loop invariant sound:  \forall integer j; from <= j < k ==> first <= list[j] < first + 64 && WordBit(word, list[j] - first);
        loop invariant order:  Rising(list, from, k);
        loop invariant below:  \forall integer i; 0 <= i < 64 && WordBit(left, i) ==> AllBelow(list, from, k, first + i);
        loop invariant listed: \forall integer i; 0 <= i < 64 && WordBit(word, i) ==> WordBit(left, i) || Listed(list, from, k, first + i);
        loop assigns           left, k, list[from .. to - 1];
        loop variant           to - k;
    */
    while (left != 0 && k < to) {
        //@ ghost before: ;
        const uint64_t place = np_word_lowest(left);
        const uint64_t next = first + place;
        //@ assert below: AllBelow(list, from, k, next);
        list[k] = next;
        //@ assert kept: \forall integer j; from <= j < k ==> list[j] == \at(list[j], before);
        const uint64_t rest = left & (left - 1);
        //@ ghost lemma_rest(left, place, rest);
        //@ assert sound: first <= list[k] < first + 64 && WordBit(word, list[k] - first);
        //@ assert above: \forall integer i; 0 <= i < 64 && WordBit(rest, i) ==> place < i;
        //@ assert last: Listed(list, from, k + 1, next);
        //@ assert more: \forall integer f; Listed{before}(list, from, k, f) ==> Listed(list, from, k + 1, f);
        k++;
        left = rest;
    }
    //@ assert none: left == 0 ==> \forall integer i; 0 <= i < 64 ==> !WordBit(left, i);
    return k;
}

uint64_t np_word_list(uint64_t word, uint64_t first, uint64_t *list, uint64_t from, uint64_t to)
{
    if (word != UINT64_MAX || to - from < 64) return list_bits(word, first, list, from, to);
    list_whole(first, list, from);
    //@ ghost np_lemma_all();
    //@ ghost const uint64_t end = from + 64;
    //@ ghost lemma_sequence(list, from, end, first);
    //@ assert place: \forall integer k; from <= k < end ==> first <= list[k] < first + 64;
    //@ assert sound: \forall integer k; from <= k < end ==> WordBit(UINT64_MAX, list[k] - first);
    //@ assert lowest: \forall integer i; 0 <= i < 64 ==> Listed(list, from, end, first + i);
    return from + 64;
}
