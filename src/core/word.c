#include "word.h"

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

/*@ ghost
  /@ requires   place:   place < 64;
     requires   clear:   !WordBit(word, place);
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    sum:     word + (1 << place) == (word | (1 << place));
  @/
  void np_lemma_join(uint64_t word, uint64_t place)
  {
      /@ assert apart: (word & (1 << place)) <= 0; @/
  }

  /@ requires   place:   place < 64;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    mask:    \forall integer i; 0 <= i < 64 ==>
                           (WordBit((1 << place) | ((1 << place) - 1), i) <==> i <= place);
  @/
  void np_lemma_to(uint64_t place)
  {
      np_lemma_below(place);
  }
*/

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
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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
  /@ terminates          \true;
     exits               \false;
     assigns             \nothing;
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
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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

/* Lists 64 numbers that follow each other: as many as compilers know beforehand, so that they write several at a time. */
/*@ requires   list:    from <= UINT64_MAX - 64 && \valid(list + (from .. from + 63));
    requires   first:   first <= NP_PFN_LIMIT;
    terminates          \true;
    exits               \false;
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
    terminates          \true;
    exits               \false;
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

/*@ ghost
  // What a sequence of numbers lists.
  /@ requires   list:    from <= end && \valid_read(list + (from .. end - 1)) && first + (end - from) <= UINT64_MAX;
     requires   row:     \forall integer k; from <= k < end ==> list[k] == first + (k - from);
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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
