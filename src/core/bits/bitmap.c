/* SPDX-License-Identifier: MIT */
#include "bitmap.h"
#include "bitmap_lemmas.h"
#include "word.h"

uint64_t np_bits_next_set(const uint64_t *words, uint64_t from, uint64_t end)
{
    if (from >= end) return end;

    const uint64_t last = (end - 1) / 64;
    uint64_t i = from / 64;
    uint64_t word = words[i] & np_word_from(from % 64);

    /*@ loop invariant inside: from / 64 <= i <= last;
        loop invariant passed: \forall integer p; from <= p < i * 64 ==> !Bit(words, p);
        loop invariant here:   \forall integer p; i * 64 <= p < i * 64 + 64 ==>
                                 (WordBit(word, p % 64) <==> from <= p && Bit(words, p));
        loop assigns           i, word;
        loop variant           last - i;
    */
    while (word == 0) {
        if (i == last) return end;
        i++;
        word = words[i];
    }

    const uint64_t place = np_word_lowest(word);
    const uint64_t p = i * 64 + place;

    //@ assert word: p / 64 == i && p % 64 == place;
    //@ assert here: from <= p;
    //@ assert lower: \forall integer q; i * 64 <= q < p ==> !WordBit(word, q % 64);
    return p < end ? p : end;
}

uint64_t np_bits_next_clear(const uint64_t *words, uint64_t from, uint64_t end)
{
    if (from >= end) return end;

    const uint64_t last = (end - 1) / 64;
    uint64_t i = from / 64;
    uint64_t word = ~words[i] & np_word_from(from % 64);

    /*@ loop invariant inside: from / 64 <= i <= last;
        loop invariant passed: \forall integer p; from <= p < i * 64 ==> Bit(words, p);
        loop invariant here:   \forall integer p; i * 64 <= p < i * 64 + 64 ==>
                                 (WordBit(word, p % 64) <==> from <= p && !Bit(words, p));
        loop assigns           i, word;
        loop variant           last - i;
    */
    while (word == 0) {
        if (i == last) return end;
        i++;
        word = ~words[i];
    }

    const uint64_t place = np_word_lowest(word);
    const uint64_t p = i * 64 + place;

    //@ assert word: p / 64 == i && p % 64 == place;
    //@ assert here: from <= p;
    //@ assert lower: \forall integer q; i * 64 <= q < p ==> !WordBit(word, q % 64);
    return p < end ? p : end;
}

uint64_t np_bits_next_cut(const uint64_t *row, const uint64_t *cut, uint64_t from, uint64_t end)
{
    if (from >= end) return end;

    const uint64_t last = (end - 1) / 64;
    uint64_t i = from / 64;
    uint64_t word = (~row[i] | cut[i]) & np_word_from(from % 64);

    /*@ loop invariant inside: from / 64 <= i <= last;
        loop invariant passed: \forall integer p; from <= p < i * 64 ==> Bit(row, p) && !Bit(cut, p);
        loop invariant here:   \forall integer p; i * 64 <= p < i * 64 + 64 ==>
                                 (WordBit(word, p % 64) <==> from <= p && (!Bit(row, p) || Bit(cut, p)));
        loop assigns           i, word;
        loop variant           last - i;
    */
    while (word == 0) {
        if (i == last) return end;
        i++;
        word = ~row[i] | cut[i];
    }

    const uint64_t place = np_word_lowest(word);
    const uint64_t p = i * 64 + place;

    //@ assert word: p / 64 == i && p % 64 == place;
    return p < end ? p : end;
}

uint64_t np_bits_last_clear(const uint64_t *words, uint64_t from, uint64_t end)
{
    if (from >= end) return NP_NONE;

    const uint64_t first = from / 64;
    uint64_t i = (end - 1) / 64;
    uint64_t word = ~words[i] & np_word_to((end - 1) % 64);

    /*@ loop invariant inside: first <= i <= (end - 1) / 64;
        loop invariant passed: \forall integer p; i * 64 + 64 <= p < end ==> Bit(words, p);
        loop invariant here:   \forall integer p; i * 64 <= p < i * 64 + 64 ==>
                                 (WordBit(word, p % 64) <==> p < end && !Bit(words, p));
        loop assigns           i, word;
        loop variant           i;
    */
    while (word == 0) {
        if (i == first) return NP_NONE;
        i--;
        word = ~words[i];
    }

    const uint64_t place = np_word_highest(word);
    const uint64_t p = i * 64 + place;

    //@ assert word: p / 64 == i && p % 64 == place;
    //@ assert here: p < end;
    //@ assert higher: \forall integer q; p < q < i * 64 + 64 ==> !WordBit(word, q % 64);
    return p >= from ? p : NP_NONE;
}

void np_bits_set(uint64_t *words, uint64_t start, uint64_t count)
{
    if (count == 0) return;

    const uint64_t final = start + count - 1;
    const uint64_t first = start / 64;
    const uint64_t last = final / 64;
    const uint64_t head = np_word_from(start % 64);
    const uint64_t tail = np_word_to(final % 64);

    if (first == last) {
        words[first] |= head & tail;
        //@ assert within: \forall integer p; start <= p < start + count ==> Bit(words, p);
        return;
    }
    words[first] |= head;
    //@ assert head: \forall integer p; start <= p < first * 64 + 64 ==> Bit(words, p);
    //@ ghost np_lemma_all();
    /*@ loop invariant inside: first < i <= last;
        loop invariant set:    \forall integer p; start <= p < i * 64 ==> Bit(words, p);
        loop invariant others: \forall integer p; 0 <= p < start || i * 64 <= p ==>
                                 (Bit(words, p) <==> Bit{Pre}(words, p));
        loop assigns           i, words[first + 1 .. last - 1];
        loop variant           last - i;
    */
    for (uint64_t i = first + 1; i < last; i++) {
        words[i] = UINT64_MAX;
        //@ ghost np_lemma_row(i);
        //@ assert whole: \forall integer p; i * 64 <= p < i * 64 + 64 ==> Bit(words, p);
    }
    words[last] |= tail;
    //@ ghost np_lemma_row(last);
    //@ assert tail: \forall integer p; last * 64 <= p < start + count ==> Bit(words, p);
}

void np_bits_clear(uint64_t *words, uint64_t start, uint64_t count)
{
    if (count == 0) return;

    const uint64_t final = start + count - 1;
    const uint64_t first = start / 64;
    const uint64_t last = final / 64;
    const uint64_t head = np_word_from(start % 64);
    const uint64_t tail = np_word_to(final % 64);

    if (first == last) {
        //@ ghost np_lemma_not(head & tail);
        words[first] &= ~(head & tail);
        //@ assert within: \forall integer p; start <= p < start + count ==> !Bit(words, p);
        return;
    }
    //@ ghost np_lemma_not(head);
    words[first] &= ~head;
    //@ assert head: \forall integer p; start <= p < first * 64 + 64 ==> !Bit(words, p);
    /*@ loop invariant inside: first < i <= last;
        loop invariant clear:  \forall integer p; start <= p < i * 64 ==> !Bit(words, p);
        loop invariant others: \forall integer p; 0 <= p < start || i * 64 <= p ==>
                                 (Bit(words, p) <==> Bit{Pre}(words, p));
        loop assigns           i, words[first + 1 .. last - 1];
        loop variant           last - i;
    */
    for (uint64_t i = first + 1; i < last; i++) {
        words[i] = 0;
        //@ ghost np_lemma_row(i);
        //@ assert whole: \forall integer p; i * 64 <= p < i * 64 + 64 ==> !Bit(words, p);
    }
    //@ ghost np_lemma_not(tail);
    words[last] &= ~tail;
    //@ ghost np_lemma_row(last);
    //@ assert tail: \forall integer p; last * 64 <= p < start + count ==> !Bit(words, p);
}

void np_bits_clear_words(uint64_t *words, uint64_t count)
{
    /*@ loop invariant inside: 0 <= i <= count;
        loop invariant clear:  \forall integer j; 0 <= j < i ==> words[j] == 0;
        loop assigns i, words[0 .. count - 1];
        loop variant count - i;
    */
    for (uint64_t i = 0; i < count; i++) {
        words[i] = 0;
    }
}

/* The bits of [p, end) that are in the word of position p, the one of position p first; and no others. */
/*@ requires   span:    p < end <= NP_BIT_LIMIT;
    requires   word:    \valid_read(words + p / 64);
    NP_PURE
    ensures    bits:    \forall integer i; 0 <= i < 64 ==>
                          (WordBit(\result, i) <==> p + i < end && (p + i) / 64 == p / 64 && Bit(words, p + i));
*/
static uint64_t bits_from(const uint64_t *words, uint64_t p, uint64_t end)
{
    const uint64_t word = words[p / 64];
    const uint64_t place = p % 64;
    const uint64_t bits = word >> place;
    //@ assert moved: \forall integer i; 0 <= i < 64 - place ==> (WordBit(bits, i) <==> WordBit(word, i + place));
    //@ assert none:  \forall integer i; 64 - place <= i < 64 ==> !WordBit(bits, i);
    //@ assert here:  \forall integer i; 0 <= i < 64 - place ==> (p + i) / 64 == p / 64 && (p + i) % 64 == i + place;
    //@ assert past:  \forall integer i; 64 - place <= i < 64 ==> (p + i) / 64 == p / 64 + 1;
    return end - p < 64 ? bits & np_word_to(end - p - 1) : bits;
}

uint64_t np_bits_list(const uint64_t *words, uint64_t start, uint64_t end, uint64_t first, uint64_t *list,
                      uint64_t from, uint64_t to)
{
    uint64_t p = start;
    uint64_t k = from;
    /*@ loop invariant inside: start <= p <= end && from <= k <= to;
        loop invariant words:  \forall integer i; start / 64 <= i <= (end - 1) / 64 ==> words[i] == \at(words[i], Pre);
        loop invariant sound:  \forall integer j; from <= j < k ==>
                                 first <= list[j] < first + (p - start) && Bit{Pre}(words, start + (list[j] - first));
        loop invariant order:  Rising(list, from, k);
        loop invariant lowest: \forall integer q; start <= q < p && Bit{Pre}(words, q) ==>
                                 Listed(list, from, k, first + (q - start))
                                 || (k == to && AllBelow(list, from, k, first + (q - start)));
        loop assigns           p, k, list[from .. to - 1];
        loop variant           end - p;
    */
    while (p < end && k < to) {
        const uint64_t next = (p / 64 + 1) * 64 < end ? (p / 64 + 1) * 64 : end;
        const uint64_t f = first + (p - start);
        const uint64_t word = bits_from(words, p, end);
        //@ assert word: \forall integer q; p <= q < next ==> (WordBit(word, q - p) <==> Bit{Pre}(words, q));
        //@ assert only: \forall integer i; 0 <= i < 64 && WordBit(word, i) ==> p + i < next && Bit{Pre}(words, p + i);
        //@ ghost before: ;
        const uint64_t more = np_word_list(word, f, list, k, to);
        //@ assert kept:  \forall integer j; from <= j < k ==> list[j] == \at(list[j], before);
        //@ assert old:   AllBelow(list, from, k, f);
        //@ assert sound_new: \forall integer j; k <= j < more ==> f <= list[j] < first + (next - start) && Bit{Pre}(words, start + (list[j] - first));
        //@ assert sound_old: \forall integer j; from <= j < k ==> first <= list[j] < first + (next - start) && Bit{Pre}(words, start + (list[j] - first));
        //@ assert sound_all: \forall integer j; from <= j < more ==> first <= list[j] < first + (next - start) && Bit{Pre}(words, start + (list[j] - first));
        //@ assert order: Rising(list, from, more);
        //@ assert listed: \forall integer g; Listed{before}(list, from, k, g) ==> Listed(list, from, more, g);
        //@ assert new:   \forall integer g; Listed(list, k, more, g) ==> Listed(list, from, more, g);
        //@ assert below: \forall integer g; f <= g && AllBelow(list, k, more, g) ==> AllBelow(list, from, more, g);
        /*@ assert lowest: \forall integer q; p <= q < next && Bit{Pre}(words, q) ==> Listed(list, from, more, first + (q - start))
                             || (more == to && AllBelow(list, from, more, first + (q - start))); */
        k = more;
        p = next;
    }
    return k;
}
