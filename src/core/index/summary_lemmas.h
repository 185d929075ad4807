/* SPDX-License-Identifier: MIT */
/*
 * What summary.c rests on, proved.
 */
#ifndef NP_SUMMARY_LEMMAS_H
#define NP_SUMMARY_LEMMAS_H

#include "summary.h"
#include "../bits/word.h"

/*@ ghost
  /@ requires   left:    Ends(index, p1, s1, a, m) && NoLonger(index, l1, a, m) && p1 <= l1 <= m - a && s1 <= l1;
     requires   right:   Ends(index, p2, s2, m, b) && NoLonger(index, l2, m, b) && p2 <= l2 <= b - m && s2 <= l2;
     requires   spans:   0 <= a <= m <= b <= NP_BIT_LIMIT;
     NP_PURE
     ensures    ends:    Ends(index, p1 == m - a ? p1 + p2 : p1, s2 == b - m ? s2 + s1 : s2, a, b);
     ensures    longer:  NoLonger(index, \max(\max(l1, l2), s1 + p2), a, b);
  @/
  void lemma_sums(const struct np_index *index, int32_t p1, int32_t l1, int32_t s1, int32_t p2, int32_t l2, int32_t s2, uint64_t a,
                  uint64_t m, uint64_t b)
  {
     /@ assert left:  \forall integer p, n; a <= p < m < p + n && Run(index, p, n) ==> m - p <= s1; @/
     int64_t prefix = p1 == m - a ? (int64_t)p1 + p2 : p1;
     int64_t suffix = s2 == b - m ? (int64_t)s2 + s1 : s2;
     /@ assert start: 0 <= prefix <= b - a && Run(index, a, prefix); @/
     /@ assert first: a + prefix < b ==> !Free(index, a + prefix); @/
     /@ assert end:   0 <= suffix <= b - a && Run(index, b - suffix, suffix); @/
     /@ assert last:  a < b - suffix ==> !Free(index, b - suffix - 1); @/
     /@ assert ends:  Ends(index, prefix, suffix, a, b); @/
     /@ assert right: \forall integer p, n; p < m < p + n <= b && Run(index, p, n) ==> p + n - m <= p2; @/
     return;
  }

  /@ requires   left:    Ends(index, p1, s1, a, m) && Attained(index, l1, a, m);
     requires   right:   Ends(index, p2, s2, m, b) && Attained(index, l2, m, b);
     requires   spans:   0 <= a <= m <= b <= NP_BIT_LIMIT;
     NP_PURE
     ensures    attained: Attained(index, \max(\max(l1, l2), s1 + p2), a, b);
  @/
  void lemma_attained(const struct np_index *index, int32_t p1, int32_t l1, int32_t s1, int32_t p2, int32_t l2, int32_t s2, uint64_t a,
                      uint64_t m, uint64_t b)
  {
     /@ assert run:   Run(index, m - s1, s1 + p2); @/
     /@ assert seam:  Attained(index, s1 + p2, a, b); @/
     /@ assert left:  Attained(index, l1, a, b); @/
     /@ assert right: Attained(index, l2, a, b); @/
     return;
  }

  void np_lemma_counted(const struct np_index *index, uint64_t a, uint64_t m, uint64_t b, int64_t n)
  {
     uint64_t p = m;
     /@ loop invariant at:  m <= p <= b;
        loop invariant sum: \forall integer k; CountedFree(index, m, p, k) ==> CountedFree(index, a, p, n + k);
        loop assigns p;
        loop variant b - p;
     @/
     while (p < b) {
        /@ assert one: \forall integer k; CountedFree(index, m, p + 1, k) ==>
                         (Free(index, p) ? CountedFree(index, m, p, k - 1) : CountedFree(index, m, p, k)); @/
        p++;
     }
     return;
  }

  /@ requires   left:    RunsOf(index, l, a, m);
     requires   right:   RunsOf(index, r, m, b);
     requires   joined:  Joined(x, l, m - a, r, b - m);
     requires   spans:   0 <= a <= m <= b <= NP_BIT_LIMIT;
     NP_PURE
     ensures    runs:    RunsOf(index, x, a, b);
  @/
  void lemma_runs(const struct np_index *index, struct np_summary x, struct np_summary l, struct np_summary r, uint64_t a,
                  uint64_t m, uint64_t b)
  {
     lemma_sums(index, l.prefix, l.longest, l.suffix, r.prefix, r.longest, r.suffix, a, m, b);
     lemma_attained(index, l.prefix, l.longest, l.suffix, r.prefix, r.longest, r.suffix, a, m, b);
     return;
  }

  void np_lemma_joined(const struct np_index *index, struct np_summary x, struct np_summary l, struct np_summary r, uint64_t a,
                       uint64_t m, uint64_t b)
  {
     lemma_runs(index, x, l, r, a, m, b);
     np_lemma_counted(index, a, m, b, l.free);
     return;
  }
*/

/*@ // the bits of a word that begin a run of n set bits of it, the word being that of positions from a on
    predicate Begins{L}(struct np_index *index, integer starts, integer n, integer a) =
      \forall integer p; a <= p < a + 64 ==> (WordBit(starts, p - a) <==> p + n <= a + 64 && Run(index, p, n));
*/

/*@ ghost
  // The positions of a word are its bits.
  /@ requires   valid:   FreeBits(index) && at % 64 == 0 && at + 64 <= index->positions;
     NP_PURE
     ensures    bits:    \forall integer p; at <= p < at + 64 ==> (Free(index, p) <==> WordBit(index->words[at / 64], p - at));
     ensures    same:    \forall integer i; 0 <= i < 64 ==> (Free(index, at + i) <==> WordBit(index->words[at / 64], i));
  @/
  void lemma_word(const struct np_index *index, uint64_t at)
  {
     /@ assert place: \forall integer p; at <= p < at + 64 ==> p / 64 == at / 64 && p % 64 == p - at; @/
     return;
  }

  // A run of n + k positions is one of n and, behind it, one of k.
  /@ requires   starts:  Begins(index, starts, n, at) && Begins(index, others, k, at) && n < 64 && 1 <= k;
     NP_PURE
     ensures    longer:  Begins(index, (uint64_t)(starts & (others >> n)), n + k, at);
  @/
  void lemma_begins(const struct np_index *index, uint64_t starts, uint64_t n, uint64_t others, uint64_t k, uint64_t at)
  {
     uint64_t next = others >> n;
     /@ assert shift: \forall integer i; 0 <= i < 64 - n ==> (WordBit(next, i) <==> WordBit(others, i + n)); @/
     /@ assert top:   \forall integer i; 64 - n <= i < 64 ==> !WordBit(next, i); @/
     uint64_t both = starts & next;
     /@ assert both:  \forall integer i; 0 <= i < 64 ==> (WordBit(both, i) <==> WordBit(starts, i) && WordBit(next, i)); @/
     /@ assert next:  \forall integer p; at <= p < at + 64 - n ==> (WordBit(next, p - at) <==> p + n + k <= at + 64 && Run(index, p + n, k)); @/
     /@ assert run:   \forall integer p; Run(index, p, n) && Run(index, p + n, k) <==> Run(index, p, n + k); @/
     return;
  }
*/

/*@ ghost
  /@ requires   starts:  Begins(index, starts, n, at) && starts != 0 && at <= NP_BIT_LIMIT;
     NP_PURE
     ensures    run:     0 <= n ==> n <= 64 && Attained(index, n, at, at + 64);
  @/
  void lemma_some_run(const struct np_index *index, uint64_t starts, int32_t n, uint64_t at)
  {
     uint64_t i = np_lemma_some(starts);
     uint64_t p = at + i;
     /@ assert run: Run(index, p, n) && at <= p && p + n <= at + 64; @/
     return;
  }

  /@ requires   starts:  Begins(index, 0, n, at) && 1 <= n;
     NP_PURE
     ensures    none:    NoRun(index, at, at + 64, n);
  @/
  void lemma_no_run(const struct np_index *index, int32_t n, uint64_t at)
  {
     /@ assert zero:    \forall integer i; 0 <= i < 64 ==> !WordBit(0, i); @/
     /@ assert none:    \forall integer p; at <= p < at + 64 ==> !(p + n <= at + 64 && Run(index, p, n)); @/
     return;
  }

  // None of n positions, none of more.
  /@ requires   none:    NoRun(index, a, b, n);
     NP_PURE
     ensures    longer:  NoLonger(index, n - 1, a, b);
  @/
  void lemma_no_longer(const struct np_index *index, int32_t n, uint64_t a, uint64_t b)
  {
     /@ assert shorter: \forall integer p, k; n <= k && Run(index, p, k) ==> Run(index, p, n); @/
     return;
  }
*/

/*@ ghost
  // What the words with no bit set, and with all, say.
  /@ requires   valid:   FreeBits(index) && at % 64 == 0 && at + 64 <= index->positions;
     NP_PURE
     ensures    first:   Begins(index, index->words[at / 64], 1, at);
     ensures    any:     Begins(index, 0xffffffffffffffff, 0, at);
     ensures    all:     (uint64_t)~index->words[at / 64] == 0 ==> Run(index, at, 64);
     ensures    some:    (uint64_t)~index->words[at / 64] != 0 ==> NoRun(index, at, at + 64, 64);
  @/
  void lemma_starts(const struct np_index *index, uint64_t at)
  {
     lemma_word(index, at);
     uint64_t word = index->words[at / 64];
     uint64_t used = ~word;
     np_lemma_not(word);
     np_lemma_not(0);
     /@ assert zero:  \forall integer i; 0 <= i < 64 ==> !WordBit(0, i); @/
     /@ assert full:  \forall integer i; 0 <= i < 64 ==> WordBit((uint64_t)~0, i); @/
     /@ assert empty: \forall integer p; Run(index, p, 0); @/
     /@ assert one:   \forall integer p; Run(index, p, 1) <==> Free(index, p); @/
     if (used != 0) {
        uint64_t i = np_lemma_some(used);
        /@ assert used: !WordBit(word, i); @/
        uint64_t p = at + i;
        /@ assert hole: !Free(index, p) && at <= p < at + 64; @/
     }
     return;
  }
*/

/*@ ghost
  /@ requires   valid:   FreeBits(index) && at % 64 == 0 && at + 64 <= index->positions;
     NP_PURE
     ensures    counted: CountedFree(index, at, at + 64, Ones(index->words[at / 64], 64));
     ensures    size:    0 <= Ones(index->words[at / 64], 64) <= 64;
  @/
  void lemma_free_of_word(const struct np_index *index, uint64_t at)
  {
     lemma_word(index, at);
     uint64_t word = index->words[at / 64];
     uint64_t k = 0;
     /@ loop invariant at:      0 <= k <= 64;
        loop invariant size:    0 <= Ones(word, k) <= k;
        loop invariant counted: CountedFree(index, at, at + k, Ones(word, k));
        loop assigns k;
        loop variant 64 - k;
     @/
     while (k < 64) {
        /@ assert bit:  Free(index, at + k) <==> WordBit(word, k); @/
        uint64_t p = at + k;
        /@ assert free: Free(index, p) ==> CountedFree(index, at, p + 1, Ones(word, k) + 1); @/
        /@ assert used: !Free(index, p) ==> CountedFree(index, at, p + 1, Ones(word, k)); @/
        /@ assert more: Ones(word, k + 1) == Ones(word, k) + ((word & (1 << k)) != 0 ? 1 : 0); @/
        k++;
     }
     return;
  }

  // A count of bits as a number of the program.
  /@ requires   any:     \true;
     NP_PURE
     ensures    ones:    \result == Ones(word, 64) && 0 <= \result <= 64;
  @/
  int32_t lemma_ones(uint64_t word)
  {
     int32_t n = 0;
     uint64_t k = 0;
     /@ loop invariant at:   0 <= k <= 64 && 0 <= n <= k;
        loop invariant ones: n == Ones(word, k);
        loop assigns n, k;
        loop variant 64 - k;
     @/
     while (k < 64) {
        /@ assert bit: ((word >> k) & 1) != 0 <==> WordBit(word, k); @/
        if (((word >> k) & 1) != 0) {
           n++;
        }
        k++;
     }
     return n;
  }

  // One more word of a block.
  /@ requires   valid:   FreeBits(index) && at % 512 == 0 && at + 512 <= index->positions && 0 <= k < 8;
     requires   before:  CountedFree(index, at, at + 64 * k, n) && 0 <= n <= 64 * k;
     NP_PURE
     ensures    sum:     \result == n + Ones(index->words[at / 64 + k], 64) && 0 <= \result <= 64 * k + 64;
     ensures    counted: CountedFree(index, at, at + 64 * k + 64, \result);
  @/
  int32_t lemma_add_word(const struct np_index *index, uint64_t at, uint64_t k, int32_t n)
  {
     uint64_t end = at + 64 * k;
     uint64_t next = end + 64;
     /@ assert word: end / 64 == at / 64 + k && end % 64 == 0; @/
     lemma_free_of_word(index, end);
     np_lemma_counted(index, at, end, next, n);
     int32_t ones = lemma_ones(index->words[end / 64]);
     /@ assert here: CountedFree(index, end, next, ones); @/
     return n + ones;
  }

  // The words of a block one after another.
  /@ requires   valid:   FreeBits(index) && at % 512 == 0 && at + 512 <= index->positions;
     NP_PURE
     ensures    counted: \forall integer n; Counts(index, at, n) ==> CountedFree(index, at, at + 512, n) && 0 <= n <= 512;
  @/
  void lemma_free_of_block(const struct np_index *index, uint64_t at)
  {
     int32_t n = 0;
     /@ assert none: CountedFree(index, at, at, 0); @/
     n = lemma_add_word(index, at, 0, n);
     n = lemma_add_word(index, at, 1, n);
     n = lemma_add_word(index, at, 2, n);
     n = lemma_add_word(index, at, 3, n);
     n = lemma_add_word(index, at, 4, n);
     n = lemma_add_word(index, at, 5, n);
     n = lemma_add_word(index, at, 6, n);
     n = lemma_add_word(index, at, 7, n);
     /@ assert all: CountedFree(index, at, at + 512, n) && 0 <= n <= 512; @/
     return;
  }

  void np_lemma_leaf(const struct np_index *index, struct np_summary x, uint64_t at)
  {
     lemma_free_of_block(index, at);
     return;
  }
*/

#endif
