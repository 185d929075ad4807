/* SPDX-License-Identifier: MIT */
#include "listed.h"
#include "../bits/word.h"

/* The places of a list from one on that stand for bits of one word: how many, and those bits. */
struct np_bits {
    uint64_t mask;
    uint64_t places;
};

/*@ // bits of the word that holds positions from 64 * word on: those that places [from, to) name
    predicate Mask{L}(struct np_listed x, integer from, integer to, integer word, integer mask) =
      \forall integer p; p / 64 == word && 0 <= p ==>
        (WordBit(mask, p % 64) <==> NamedIn(x, from, to, p));
    predicate OneWord{L}(struct np_listed x, integer from, integer to, integer word) =
      \forall integer k; from <= k < to ==> (x.base + (x.pfns[k] - x.first)) / 64 == word;
*/

/* The word of which bit i alone is set. */
/*@ requires   inside:  i < 64;
    NP_PURE
    ensures    bit:     \forall integer j; 0 <= j < 64 ==> (WordBit(\result, j) <==> j == i);
*/
static uint64_t single(uint64_t i)
{
    const uint64_t top = UINT64_C(0x8000000000000000); /* moved down, not 1 up: a shift that can't overflow */
    //@ assert top: \forall integer j; 0 <= j < 64 ==> (WordBit(top, j) <==> j == 63);
    const uint64_t bit = top >> (63 - i);
    //@ assert down: \forall integer j; 0 <= j <= i ==> (WordBit(bit, j) <==> WordBit(top, j + (63 - i)));
    //@ assert none: \forall integer j; i < j < 64 ==> !WordBit(bit, j);
    return bit;
}

/* The bits of the word that place `at` stands in. */
/*@ requires   list:    Listable(x, 0, NP_BIT_LIMIT) && x.from <= at < x.to;
    requires   word:    word == (x.base + (x.pfns[at] - x.first)) / 64;
    NP_PURE
    ensures    some:    1 <= \result.places <= x.to - at;
    ensures    mask:    Mask(x, at, at + \result.places, word, \result.mask);
    ensures    word:    OneWord(x, at, at + \result.places, word);
*/
static struct np_bits bits_of_word(struct np_listed x, uint64_t at, uint64_t word)
{
    uint64_t mask = 0;
    uint64_t k = at;
    //@ assert none: \forall integer i; 0 <= i < 64 ==> !WordBit(0, i);
    /*@ loop invariant at:   at <= k <= x.to && (k == at ==> at < x.to);
        loop invariant mask: Mask(x, at, k, word, mask);
        loop invariant word: OneWord(x, at, k, word);
        loop assigns mask, k;
        loop variant x.to - k;
    */
    while (k < x.to) {
        const uint64_t p = x.base + (x.pfns[k] - x.first);
        if (p / 64 != word) break;
        //@ assert here: \forall integer q; Names(x, k, q) <==> q == p;
        //@ ghost const uint64_t old = mask;
        mask |= single(p % 64);
        //@ assert bit: \forall integer i; 0 <= i < 64 ==> (WordBit(mask, i) <==> WordBit(old, i) || i == p % 64);
        //@ assert bits: \forall integer q; q / 64 == word && 0 <= q ==> (WordBit(mask, q % 64) <==> WordBit(old, q % 64) || q == p);
        //@ ghost const uint64_t next = k + 1;
        //@ assert last: NamedIn(x, at, next, p);
        //@ assert named: \forall integer q; NamedIn(x, at, next, q) <==> NamedIn(x, at, k, q) || q == p;
        k++;
    }
    const struct np_bits bits = {mask, k - at};
    return bits;
}

void np_listed_set(uint64_t *words, struct np_listed x)
/*@ ghost (uint64_t low, uint64_t high) */
{
    uint64_t k = x.from;
    /*@ loop invariant at:   x.from <= k <= x.to;
        loop invariant list: \forall integer j; x.from <= j < x.to ==> x.pfns[j] == \at(x.pfns[j], Pre);
        loop invariant set:  \forall integer p; 0 <= p ==> (Bit(words, p) <==> Bit{Pre}(words, p) || NamedIn{Pre}(x, x.from, k, p));
        loop assigns k, words[low / 64 .. (high - 1) / 64];
        loop variant x.to - k;
    */
    while (k < x.to) {
        const uint64_t p = x.base + (x.pfns[k] - x.first);
        const uint64_t word = p / 64;
        const struct np_bits bits = bits_of_word(x, k, word);
        //@ ghost const uint64_t end = k + bits.places;
        //@ assert inside: low / 64 <= word <= (high - 1) / 64;
        //@ assert names: \forall integer j, q; x.from <= j < x.to ==> (Names(x, j, q) <==> Names{Pre}(x, j, q));
        //@ assert other: \forall integer j, q; k <= j < end && Names(x, j, q) ==> q / 64 == word;
        //@ assert mask: \forall integer q; q / 64 == word && 0 <= q ==> (WordBit(bits.mask, q % 64) <==> NamedIn{Pre}(x, k, end, q));
        //@ assert none: \forall integer q; q / 64 != word ==> !NamedIn{Pre}(x, k, end, q);
        //@ ghost before: ;
        words[word] |= bits.mask;
        //@ assert here:  \forall integer q; q / 64 == word && 0 <= q ==> (Bit(words, q) <==> Bit{before}(words, q) || WordBit(bits.mask, q % 64));
        //@ assert apart: \forall integer q; q / 64 != word && 0 <= q ==> (Bit(words, q) <==> Bit{before}(words, q));
        //@ assert more:  \forall integer q; NamedIn{Pre}(x, x.from, end, q) <==> NamedIn{Pre}(x, x.from, k, q) || NamedIn{Pre}(x, k, end, q);
        //@ assert set: \forall integer q; 0 <= q ==> (Bit(words, q) <==> Bit{Pre}(words, q) || NamedIn{Pre}(x, x.from, end, q));
        k += bits.places;
    }
}
