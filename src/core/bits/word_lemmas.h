/* SPDX-License-Identifier: MIT */
/*
 * What word.c rests on, proved.
 */
#ifndef NP_WORD_LEMMAS_H
#define NP_WORD_LEMMAS_H

#include "word.h"

/*@ ghost
  /@ requires   place:   place < 64;
     requires   clear:   !WordBit(word, place);
     NP_PURE
     ensures    sum:     word + (1 << place) == (word | (1 << place));
  @/
  void np_lemma_join(uint64_t word, uint64_t place)
  {
      /@ assert apart: (word & (1 << place)) <= 0; @/
  }

  /@ requires   place:   place < 64;
     NP_PURE
     ensures    word:    1 <= 1 << place <= UINT64_MAX;
     ensures    mask:    \forall integer i; 0 <= i < 64 ==> (WordBit((1 << place) - 1, i) <==> i < place);
  @/
  void np_lemma_below(uint64_t place)
  {
      uint64_t below = 0;
      uint64_t k = 0;

      /@ loop invariant inside:  0 <= k <= place;
         loop invariant value:   below == (1 << k) - 1;
         loop invariant bits:    \forall integer i; 0 <= i < 64 ==> (WordBit(below, i) <==> i < k);
         loop assigns            k, below;
         loop variant            place - k;
      @/
      while (k < place) {
          np_lemma_join(below, k);
          /@ assert fits:   (uint64_t)(1 << k) == 1 << k; @/
          /@ assert double: (1 << k) << 1 == 1 << (k + 1); @/
          below |= (uint64_t)1 << k;
          k++;
      }
      /@ assert fits:   (uint64_t)(1 << place) == 1 << place; @/
  }

  /@ requires   place:   place < 64;
     NP_PURE
     ensures    mask:    \forall integer i; 0 <= i < 64 ==>
                           (WordBit((1 << place) | ((1 << place) - 1), i) <==> i <= place);
  @/
  void np_lemma_to(uint64_t place)
  {
      np_lemma_below(place);
  }
*/

/*@ ghost
  void np_lemma_all(void)
  {
      np_lemma_to(63);
  }

  void np_lemma_not(uint64_t word)
  {
      /@ assert flip: \forall integer i; 0 <= i < 64 ==> (WordBit(~word, i) <==> !WordBit(word, i)); @/
  }

  /@ requires   top:     !WordBit(word, 63);
     NP_PURE
     ensures    half:    word < 0x8000000000000000;
  @/
  void lemma_top(uint64_t word)
  {
      uint64_t rest = word;
      uint64_t k = 0;

      /@ loop invariant inside:  0 <= k <= 63;
         loop invariant rest:    rest == word >> k && rest < 1 << (64 - k);
         loop invariant high:    0x8000000000000000 <= word ==> 1 << (63 - k) <= rest;
         loop assigns            k, rest;
         loop variant            63 - k;
      @/
      while (k < 63) {
          /@ assert halved: 1 << (64 - k) == (1 << (63 - k)) << 1 && rest >> 1 == rest / 2; @/
          /@ assert quarter: 1 << (63 - k) == (1 << (62 - k)) << 1; @/
          rest >>= 1;
          k++;
      }
      /@ assert bit: rest == 1 ==> WordBit(rest, 0); @/
      /@ assert top: WordBit(rest, 0) <==> WordBit(word, 63); @/
  }

  void np_lemma_fits(uint64_t word, uint64_t by)
  {
      uint64_t moved = word;
      uint64_t k = 0;

      /@ loop invariant inside:  0 <= k <= by;
         loop invariant moved:   moved == word << k;
         loop assigns            k, moved;
         loop variant            by - k;
      @/
      while (k < by) {
          /@ assert top: WordBit(moved, 63) <==> WordBit(word, 63 - k); @/
          lemma_top(moved);
          /@ assert twice: (word << k) << 1 == word << (k + 1); @/
          moved <<= 1;
          k++;
      }
  }
*/

/*@ ghost
  uint64_t np_lemma_some(uint64_t word)
  {
     uint64_t place = 0;
     uint64_t rest = word;
     /@ loop invariant place:   0 <= place < 64;
        loop invariant rest:    rest == word >> place;
        loop invariant some:    0 < rest < 1 << (64 - place);
        loop assigns            rest, place;
        loop variant            rest;
     @/
     while ((rest & 1) == 0) {
        /@ assert more: rest != 1; @/
        /@ assert halved: 1 << (64 - place) == (1 << (63 - place)) << 1 && rest >> 1 == rest / 2; @/
        rest >>= 1;
        place++;
     }
     return place;
  }
*/

/*@ ghost
  // Bit 0 is set in odd numbers.
  /@ NP_PURE
     ensures    odd:     WordBit(word, 0) <==> word % 2 == 1;
  @/
  void lemma_odd(uint64_t word)
  {
     const uint64_t half = word / 2;
     const uint64_t even = 2 * half;
     /@ assert moved: even == half << 1; @/
     /@ assert clear: !WordBit(even, 0); @/
     np_lemma_join(even, 0);
     const uint64_t odd = even | 1;
     /@ assert next:  odd == even + 1; @/
     /@ assert set:   WordBit(odd, 0); @/
     /@ assert cases: word == even || word == odd; @/
     return;
  }

  // A word and the number before it differ from the lowest bit set down.
  /@ requires   rest:    1 <= word && rest == (word & (word - 1));
     requires   lowest:  place < 64 && WordBit(word, place) && \forall integer i; 0 <= i < place ==> !WordBit(word, i);
     NP_PURE
     ensures    rest:    \forall integer i; 0 <= i < 64 ==> (WordBit(rest, i) <==> WordBit(word, i) && i != place);
  @/
  void lemma_rest(uint64_t word, uint64_t place, uint64_t rest)
  {
     const uint64_t before = word - 1;
     uint64_t x = word;
     uint64_t y = before;
     uint64_t k = 0;
     /@ loop invariant inside:  0 <= k <= place;
        loop invariant high:    x == word >> k && y == before >> k;
        loop invariant before:  1 <= x && y == x - 1;
        loop assigns            x, y, k;
        loop variant            place - k;
     @/
     while (k < place) {
        /@ assert clear: WordBit(x, 0) <==> WordBit(word, k); @/
        lemma_odd(x);
        /@ assert even:  x % 2 == 0; @/
        /@ assert half:  x >> 1 == x / 2 && y >> 1 == y / 2; @/
        x >>= 1;
        y >>= 1;
        k++;
     }
     /@ assert set:  WordBit(x, 0) <==> WordBit(word, place); @/
     lemma_odd(x);
     lemma_odd(y);
     /@ assert half: x >> 1 == x / 2 && y >> 1 == y / 2; @/
     /@ assert same: word >> (place + 1) == before >> (place + 1); @/
     /@ assert word: \forall integer i; place < i < 64 ==> (WordBit(word, i) <==> WordBit(word >> (place + 1), i - (place + 1))); @/
     /@ assert left: \forall integer i; place < i < 64 ==> (WordBit(before, i) <==> WordBit(before >> (place + 1), i - (place + 1))); @/
     /@ assert gone: !WordBit(y, 0); @/
     /@ assert here: WordBit(before, place) <==> WordBit(y, 0); @/
     /@ assert high: \forall integer i; place < i < 64 ==> (WordBit(word, i) <==> WordBit(before, i)); @/
     /@ assert gone: !WordBit(before, place); @/
     /@ assert both:  \forall integer i; 0 <= i < 64 ==> (WordBit(rest, i) <==> WordBit(word, i) && WordBit(before, i)); @/
     /@ assert below: \forall integer i; 0 <= i < place ==> !WordBit(rest, i); @/
     /@ assert at:    !WordBit(rest, place); @/
     /@ assert above: \forall integer i; place < i < 64 ==> (WordBit(rest, i) <==> WordBit(word, i)); @/
     /@ assert rest:  \forall integer i; 0 <= i < 64 ==> (WordBit(rest, i) <==> WordBit(word, i) && i != place); @/
     return;
  }
*/

/*@ ghost
  // What a sequence of numbers lists.
  /@ requires   list:    from <= end && \valid_read(list + (from .. end - 1)) && first + (end - from) <= UINT64_MAX;
     requires   row:     \forall integer k; from <= k < end ==> list[k] == first + (k - from);
     NP_PURE
     ensures    listed:  \forall integer f; first <= f < first + (end - from) ==> Listed(list, from, end, f);
  @/
  void lemma_sequence(const uint64_t *list, uint64_t from, uint64_t end, uint64_t first)
  {
     uint64_t k = from;
     uint64_t next = first;
     /@ loop invariant inside: from <= k <= end && next == first + (k - from);
        loop invariant listed: \forall integer f; first <= f < next ==> Listed(list, from, end, f);
        loop assigns           k, next;
        loop variant           end - k;
     @/
     while (k < end) {
        /@ assert here: list[k] == next; @/
        /@ assert last: Listed(list, from, end, next); @/
        k++;
        next++;
     }
     return;
  }
*/

#endif
