/* SPDX-License-Identifier: MIT */
/*
 * What stride.c rests on, proved.
 */
#ifndef NP_STRIDE_LEMMAS_H
#define NP_STRIDE_LEMMAS_H

#include "stride.h"
#include "../bits/bitmap.h"
#include "../bits/word.h"

/*@ // bit j of a word is set exactly when position at + j lies in a range
    predicate Stripes(struct np_steps r, integer word, integer at) =
      \forall integer j, p; 0 <= j < 64 && p == at + j ==> (WordBit(word, j) <==> InRanges(r, p));

    predicate Periodic(integer word, integer step) =
      \forall integer i, j; 0 <= i && j == i + step && j < 64 ==> (WordBit(word, i) <==> WordBit(word, j));

    // `turned` is a word that repeats every `step` bits, moved down by `by` bits
    predicate Turned(integer word, integer turned, integer step, integer by) =
      \forall integer i, j; 0 <= i < 64 && 0 <= j < 64 && (i == j + by || i == j + by - step) ==>
        (WordBit(turned, j) <==> WordBit(word, i));
*/

/*@ ghost
  // k steps on, everything is as it was.
  /@ requires gaps:    Gaps(r) && by == k * r.step;
     NP_PURE
     ensures  same:    \forall integer p, q; r.first <= p && q == p + by ==> (InRanges(r, p) <==> InRanges(r, q));
  @/
  void lemma_period(struct np_steps r, uint64_t k, uint64_t by)
  {
     /@ assert sum:     \forall integer i, j; j == i + k ==> j * r.step == i * r.step + by; @/
     /@ assert forth:   \forall integer p, q, i, j; q == p + by && j == i + k && InRange(r, i, p) ==> InRange(r, j, q); @/
     /@ assert further: \forall integer p, q; q == p + by && InRanges(r, p) ==> InRanges(r, q); @/
     /@ assert less:    \forall integer j; j < k ==> j * r.step + r.step <= by; @/
     /@ assert back:    \forall integer p, q, i, j; r.first <= p && q == p + by && j == i + k && InRange(r, j, q) ==> InRange(r, i, p); @/
     /@ assert one:     \forall integer q, j; r.first + by <= q && InRange(r, j, q) ==> InRange(r, j - k, q - by); @/
     /@ assert some:    \forall integer q; r.first + by <= q && InRanges(r, q) ==> InRanges(r, q - by); @/
     return;
  }

  /@ requires gaps:    Gaps(r) && r.first <= at && Stripes(r, word, at);
     NP_PURE
     ensures  period:  Periodic(word, r.step);
  @/
  void lemma_periodic(struct np_steps r, uint64_t word, uint64_t at)
  {
     lemma_period(r, 1, r.step);
     return;
  }

  /@ requires gaps:    Gaps(r) && r.first <= at && Stripes(r, word, at);
     requires to:      by < r.step <= 64 && to == at + by + k * r.step && to <= 0x80000000000;
     requires turned:  Turned(word, turned, r.step, by);
     NP_PURE
     ensures  stripes: Stripes(r, turned, to);
  @/
  void lemma_turned(struct np_steps r, uint64_t word, uint64_t turned, uint64_t at, uint64_t to, uint64_t k, uint64_t by)
  {
     /@ assert next: (k + 1) * r.step == k * r.step + r.step; @/
     lemma_period(r, k, to - at - by);
     lemma_period(r, k + 1, to - at - by + r.step);
     /@ assert low_from:  \forall integer j; 0 <= j && j + by < 64 ==> (WordBit(turned, j) <==> WordBit(word, j + by)); @/
     /@ assert low_in:    \forall integer j; 0 <= j && j + by < 64 ==> (WordBit(turned, j) <==> InRanges(r, at + (j + by))); @/
     /@ assert low_same:  \forall integer j; 0 <= j && j + by < 64 ==> (InRanges(r, at + (j + by)) <==> InRanges(r, to + j)); @/
     /@ assert low:       \forall integer j; 0 <= j && j + by < 64 ==> (WordBit(turned, j) <==> InRanges(r, to + j)); @/
     /@ assert high_from: \forall integer j; 64 <= j + by && j < 64 ==> (WordBit(turned, j) <==> WordBit(word, j + by - r.step)); @/
     /@ assert high_in:   \forall integer j; 64 <= j + by && j < 64 ==> (WordBit(turned, j) <==> InRanges(r, at + (j + by - r.step))); @/
     /@ assert high_same: \forall integer j; 64 <= j + by && j < 64 ==> (InRanges(r, at + (j + by - r.step)) <==> InRanges(r, to + j)); @/
     /@ assert high:      \forall integer j; 64 <= j + by && j < 64 ==> (WordBit(turned, j) <==> InRanges(r, to + j)); @/
     return;
  }
*/

/*@ // of the 64 positions from `at`, those with a set bit, in a range
    predicate Seen{L}(uint64_t *words, struct np_steps r, integer seen, integer at) =
      \forall integer p; at <= p < at + 64 ==> (WordBit(seen, p - at) <==> r.first <= p && InRanges(r, p) && Bit(words, p));
*/

/*@ ghost
  /@ requires stripe: Stripes(r, stripe, i * 64) && r.first <= i * 64 && i <= NP_FRAME_LIMIT && \valid_read(words + i);
     NP_PURE
     ensures  seen:   Seen(words, r, words[i] & stripe, i * 64);
  @/
  void lemma_seen(const uint64_t *words, struct np_steps r, uint64_t i, uint64_t stripe)
  {
     /@ assert row:  \forall integer p; i * 64 <= p < i * 64 + 64 ==> p / 64 == i && p % 64 == p - i * 64; @/
     return;
  }
*/

/*@ ghost
  // The first word: none of its positions below r.first counts.
  /@ requires first:  Stripes(r, first, r.first) && i == r.first / 64 && i <= NP_FRAME_LIMIT && \valid_read(words + i);
     requires moved:  \forall integer k, j; 0 <= k && j == k + r.first % 64 && j < 64 ==> (WordBit(stripe, j) <==> WordBit(first, k));
     requires below:  \forall integer j; 0 <= j < r.first % 64 ==> !WordBit(stripe, j);
     NP_PURE
     ensures  seen:   Seen(words, r, words[i] & stripe, i * 64);
  @/
  void lemma_first_seen(const uint64_t *words, struct np_steps r, uint64_t i, uint64_t first, uint64_t stripe)
  {
     uint64_t place = r.first % 64;
     /@ assert row:   \forall integer p; i * 64 <= p < i * 64 + 64 ==> p / 64 == i && p % 64 == p - i * 64; @/
     /@ assert at:    r.first == i * 64 + place; @/
     /@ assert from:  \forall integer j; place <= j < 64 ==> (WordBit(stripe, j) <==> WordBit(first, j - place)); @/
     /@ assert in:    \forall integer j; place <= j < 64 ==> (WordBit(stripe, j) <==> InRanges(r, i * 64 + j)); @/
     /@ assert above: \forall integer p; r.first <= p < i * 64 + 64 ==> (WordBit(stripe, p - i * 64) <==> InRanges(r, p)); @/
     /@ assert none:  \forall integer p; i * 64 <= p < r.first ==> !WordBit(stripe, p - i * 64); @/
     /@ assert bit:   \forall integer p; i * 64 <= p < i * 64 + 64 ==> (WordBit(words[i], p - i * 64) <==> Bit(words, p)); @/
     return;
  }
*/

/*@ // stripe[k] is the word of the 64 positions from at + k * 64 on
    predicate AllStripes{L}(uint64_t *stripe, struct np_steps r, integer at) =
      \forall integer k, b; 0 <= k < r.step && b == at + k * 64 ==> Stripes(r, stripe[k], b);
*/

/*@ ghost
  // After as many words as a step has positions, the stripes repeat.
  /@ requires gaps:    Gaps(r) && r.step < 64 && r.first <= at && to == at + 64 * r.step && AllStripes(stripe, r, at);
     NP_PURE
     ensures  stripes: AllStripes(stripe, r, to);
  @/
  void lemma_round(const uint64_t *stripe, struct np_steps r, uint64_t at, uint64_t to)
  {
     lemma_period(r, 64, 64 * r.step);
     /@ assert one: \forall integer w, b; r.first <= b && Stripes(r, w, b) ==> Stripes(r, w, b + 64 * r.step); @/
     /@ assert each: \forall integer k; 0 <= k < r.step ==> Stripes(r, stripe[k], at + k * 64); @/
     /@ assert moved: \forall integer k; 0 <= k < r.step ==> Stripes(r, stripe[k], at + k * 64 + 64 * r.step); @/
     return;
  }
*/

#endif
