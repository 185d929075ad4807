#include "bitmap.h"
#include "word.h"

/*@ ghost
  /@ terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    row:     \forall integer p; i * 64 <= p < i * 64 + 64 ==> p / 64 == i && p % 64 == p - i * 64;
  @/
  void np_lemma_row(uint64_t i)
  {
  }
*/

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
