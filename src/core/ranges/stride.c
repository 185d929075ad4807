/* SPDX-License-Identifier: MIT */
#include "stride.h"
#include "stride_lemmas.h"
#include "../bits/bitmap.h"
#include "../bits/word.h"

/* The first set bit in [start, end), with the help of a word that has a bit set for each place of a range that short. */
/*@ requires   span:    start < end <= NP_BIT_LIMIT;
    requires   words:   \valid_read(words + (start / 64 .. (end - 1) / 64));
    requires   row:     \forall integer i; 0 <= i < 64 && i < end - start ==> WordBit(row, i);
    NP_PURE
    ensures    inside:  start <= \result <= end;
    ensures    set:     \result < end ==> Bit(words, \result);
    ensures    lowest:  \forall integer p; start <= p < \result ==> !Bit(words, p);
*/
static uint64_t next_in_range(const uint64_t *words, uint64_t row, uint64_t start, uint64_t end)
{
    const uint64_t place = start % 64;
    const uint64_t i = start / 64;
    if (place + (end - start) <= 64 && (words[i] >> place & row) == 0) {
        //@ assert row: \forall integer p; start <= p < end ==> p / 64 == i && p % 64 == place + (p - start);
        //@ assert dark: \forall integer j; 0 <= j < 64 ==> !WordBit(words[i] >> place & row, j);
        //@ assert moved: \forall integer j; place <= j < place + (end - start) ==> (WordBit(words[i], j) <==> WordBit(words[i] >> place, j - place));
        //@ assert both: \forall integer j; place <= j < place + (end - start) && WordBit(words[i], j) ==> WordBit(words[i] >> place & row, j - place);
        //@ assert none: \forall integer j; place <= j < place + (end - start) ==> !WordBit(words[i], j);
        return end;
    }
    return np_bits_next_set(words, start, end);
}

/* The first set bit in a range below `to`, range by range; `to` if there is none. */
/*@ requires   gaps:    Gaps(r) && r.first <= to <= NP_BIT_LIMIT;
    requires   words:   r.first < to ==> \valid_read(words + (r.first / 64 .. (to - 1) / 64));
    NP_PURE
    ensures    inside:  r.first <= \result <= to;
    ensures    set:     \result < to ==> Bit(words, \result) && InRanges(r, \result);
    ensures    lowest:  NoBitInRanges(words, r, r.first, \result);
*/
static uint64_t range_by_range(const uint64_t *words, struct np_steps r, uint64_t to)
{
    const uint64_t pages = r.end - r.first;
    const uint64_t row = np_word_to(pages < 64 ? pages - 1 : 63);
    //@ ghost uint64_t i = 0;
    /*@ loop invariant start:   start == r.first + i * r.step && start <= to + r.step;
        loop invariant lowest:  NoBitInRanges(words, r, r.first, start < to ? start : to);
        loop assigns start, i;
        loop variant to + r.step - start;
    */
    for (uint64_t start = r.first; start < to; start += r.step) {
        //@ ghost np_lemma_gaps(r, i);
        const uint64_t end = pages < to - start ? start + pages : to;
        const uint64_t set = next_in_range(words, row, start, end);
        //@ assert here: NoBitInRanges(words, r, start, set);
        if (set < end) return set;
        //@ assert next: (i + 1) * r.step == i * r.step + r.step;
        //@ ghost i++;
    }
    return to;
}

/* A word moved up; what leaves it at the top is lost. */
/*@ requires   by:      by < 64;
    NP_PURE
    ensures    moved:   \forall integer i, j; 0 <= i && j == i + by && j < 64 ==> (WordBit(\result, j) <==> WordBit(word, i));
    ensures    below:   \forall integer j; 0 <= j < by ==> !WordBit(\result, j);
*/
static uint64_t moved_up(uint64_t word, uint64_t by)
{
    const uint64_t stays = word & UINT64_MAX >> by;
    //@ ghost np_lemma_all();
    //@ assert zeros: \forall integer j; 64 - by <= j < 64 ==> !WordBit(UINT64_MAX >> by, j);
    //@ assert stays: \forall integer j; 64 - by <= j < 64 ==> !WordBit(stays, j);
    //@ ghost np_lemma_fits(stays, by);
    return stays << by;
}

/* The word of the first 64 positions, a bit set for each in a range. */
/*@ requires   gaps:    Gaps(r) && r.step < 64;
    NP_PURE
    ensures    stripes: Stripes(r, \result, r.first);
*/
static uint64_t stripes(struct np_steps r)
{
    uint64_t word = np_word_to(r.end - r.first - 1);
    //@ ghost uint64_t k = 1;
    //@ ghost np_lemma_gaps(r, 0);
    /*@ loop invariant place:   place == k * r.step && 1 <= k <= place < 128;
        loop invariant below:   \forall integer j; 0 <= j < 64 && j < place ==> (WordBit(word, j) <==> InRanges(r, r.first + j));
        loop invariant above:   \forall integer j; place <= j < 64 ==> !WordBit(word, j);
        loop assigns word, place, k;
        loop variant 64 - place;
    */
    for (uint64_t place = r.step; place < 64; place *= 2) {
        const uint64_t moved = moved_up(word, place);
        //@ ghost lemma_period(r, k, place);
        //@ assert here: \forall integer j; place <= j < 64 ==> (WordBit(moved, j) <==> WordBit(word, j - place));
        //@ assert same: \forall integer j; place <= j < 64 && j < 2 * place ==> (InRanges(r, r.first + (j - place)) <==> InRanges(r, r.first + j));
        word |= moved;
        //@ ghost k *= 2;
    }
    return word;
}

/* A word that repeats every `step` bits, moved down by `by` bits and filled up from above. */
/*@ requires   step:    by < step < 64;
    requires   period:  Periodic(word, step);
    NP_PURE
    ensures    turned:  Turned(word, \result, step, by);
*/
static uint64_t turned(uint64_t word, uint64_t step, uint64_t by)
{
    const uint64_t down = word >> by;
    const uint64_t up = moved_up(word, step - by);
    //@ assert down: \forall integer j; 0 <= j && j + by < 64 ==> (WordBit(down, j) <==> WordBit(word, j + by));
    //@ assert none: \forall integer j; 64 <= j + by && j < 64 ==> !WordBit(down, j);
    //@ assert up: \forall integer j; step <= j + by && j < 64 ==> (WordBit(up, j) <==> WordBit(word, j + by - step));
    //@ assert both: \forall integer j; step <= j + by && j + by < 64 ==> (WordBit(word, j + by) <==> WordBit(word, j + by - step));
    return down | up;
}

/* The position of the lowest bit seen in word `i`, or `end` if that is not below it. */
/*@ requires   some:    seen != 0 && i * 64 < end <= NP_BIT_LIMIT;
    NP_PURE
    ensures    inside:  i * 64 <= \result <= end && \result < i * 64 + 64;
    ensures    set:     \result < end ==> WordBit(seen, \result - i * 64);
    ensures    lowest:  \forall integer j; 0 <= j && i * 64 + j < \result ==> !WordBit(seen, j);
*/
static uint64_t lowest_seen(uint64_t seen, uint64_t i, uint64_t end)
{
    const uint64_t p = i * 64 + np_word_lowest(seen);
    return p < end ? p : end;
}

/* The first set bit in a range, word by word; `end` if there is none. */
/*@ requires   gaps:    Gaps(r) && r.step < 64 && r.first < end <= NP_BIT_LIMIT;
    requires   words:   \valid_read(words + (r.first / 64 .. (end - 1) / 64));
    NP_PURE
    ensures    inside:  r.first <= \result <= end;
    ensures    set:     \result < end ==> Bit(words, \result) && InRanges(r, \result);
    ensures    lowest:  NoBitInRanges(words, r, r.first, \result);
*/
static uint64_t word_by_word(const uint64_t *words, struct np_steps r, uint64_t end)
{
    const uint64_t last = (end - 1) / 64;
    const uint64_t by = 64 % r.step;
    const uint64_t place = r.first % 64;
    const uint64_t first = stripes(r);
    uint64_t i = r.first / 64;
    const uint64_t stripe = moved_up(first, place);
    uint64_t seen = words[i] & stripe;
    //@ ghost lemma_first_seen(words, r, i, first, stripe);
    //@ ghost lemma_periodic(r, first, r.first);
    uint64_t next = turned(first, r.step, (64 - place) % r.step);
    //@ ghost lemma_turned(r, first, next, r.first, i * 64 + 64, (64 - place) / r.step, (64 - place) % r.step);
    /*@ loop invariant inside:  r.first / 64 <= i <= last;
        loop invariant next:    Stripes(r, next, i * 64 + 64);
        loop invariant passed:  NoBitInRanges(words, r, r.first, i * 64);
        loop invariant here:    Seen(words, r, seen, i * 64);
        loop assigns i, seen, next;
        loop variant last - i;
    */
    while (seen == 0) {
        if (i == last) return end;
        i++;
        seen = words[i] & next;
        //@ ghost lemma_seen(words, r, i, next);
        //@ ghost const uint64_t before = next;
        //@ ghost lemma_periodic(r, before, i * 64);
        next = turned(next, r.step, by);
        //@ ghost lemma_turned(r, before, next, i * 64, i * 64 + 64, 64 / r.step, by);
    }
    const uint64_t p = lowest_seen(seen, i, end);
    //@ assert found: p < end ==> r.first <= p && InRanges(r, p) && Bit(words, p);
    //@ assert lower: NoBitInRanges(words, r, i * 64, p);
    return p;
}

/* The stripes of word `i` and of the words after it, until they repeat. */
/*@ requires   gaps:    Gaps(r) && r.step < 64 && r.first <= i * 64 <= NP_BIT_LIMIT;
    requires   room:    \valid(stripe + (0 .. 63));
    NP_RETURNS
    assigns             stripe[0 .. 63];
    ensures    stripes: AllStripes(stripe, r, i * 64);
*/
static void fill_stripes(uint64_t *stripe, struct np_steps r, uint64_t i)
{
    const uint64_t by = 64 % r.step;
    const uint64_t first = stripes(r);
    //@ ghost lemma_periodic(r, first, r.first);
    uint64_t next = turned(first, r.step, (i * 64 - r.first) % r.step);
    //@ ghost lemma_turned(r, first, next, r.first, i * 64, (i * 64 - r.first) / r.step, (i * 64 - r.first) % r.step);
    /*@ loop invariant inside:  0 <= k <= r.step;
        loop invariant next:    Stripes(r, next, (i + k) * 64);
        loop invariant filled:  \forall integer j, b; 0 <= j < k && b == i * 64 + j * 64 ==> Stripes(r, stripe[j], b);
        loop assigns k, next, stripe[0 .. 63];
        loop variant r.step - k;
    */
    for (uint64_t k = 0; k < r.step; k++) {
        stripe[k] = next;
        //@ ghost const uint64_t before = next;
        //@ ghost lemma_periodic(r, before, (i + k) * 64);
        next = turned(next, r.step, by);
        //@ ghost lemma_turned(r, before, next, (i + k) * 64, (i + k + 1) * 64, 64 / r.step, by);
    }
}

/* The first set bit in a range, from word `i` on, by stripes that are made once; `end` if there is none. */
/*@ requires   gaps:    Gaps(r) && r.step < 64 && r.first <= i * 64 < end <= NP_BIT_LIMIT;
    requires   words:   \valid_read(words + (i .. (end - 1) / 64));
    NP_PURE
    ensures    inside:  i * 64 <= \result <= end;
    ensures    set:     \result < end ==> Bit(words, \result) && InRanges(r, \result);
    ensures    lowest:  NoBitInRanges(words, r, i * 64, \result);
*/
static uint64_t round_by_round(const uint64_t *words, struct np_steps r, uint64_t i, uint64_t end)
{
    const uint64_t last = (end - 1) / 64;
    uint64_t stripe[64];
    fill_stripes(stripe, r, i);
    uint64_t k = 0;
    uint64_t seen = words[i] & stripe[0];
    //@ ghost uint64_t round = i * 64;
    //@ ghost lemma_seen(words, r, i, stripe[0]);
    /*@ loop invariant inside:  \at(i, Pre) <= i <= last;
        loop invariant round:   k < r.step && i * 64 == round + k * 64 && r.first <= round && AllStripes(&stripe[0], r, round);
        loop invariant passed:  NoBitInRanges(words, r, \at(i, Pre) * 64, i * 64);
        loop invariant here:    Seen(words, r, seen, i * 64);
        loop assigns i, k, seen, round;
        loop variant last - i;
    */
    while (seen == 0) {
        if (i == last) return end;
        i++;
        k++;
        if (k == r.step) {
            k = 0;
            //@ ghost lemma_round(&stripe[0], r, round, round + 64 * r.step);
            //@ ghost round += 64 * r.step;
        }
        //@ assert round: i * 64 == round + k * 64 && k < r.step && AllStripes(&stripe[0], r, round);
        //@ assert stripe: Stripes(r, stripe[k], i * 64);
        seen = words[i] & stripe[k];
        //@ ghost lemma_seen(words, r, i, stripe[k]);
    }
    const uint64_t p = lowest_seen(seen, i, end);
    //@ assert found: p < end ==> r.first <= p && InRanges(r, p) && Bit(words, p);
    //@ assert lower: NoBitInRanges(words, r, i * 64, p);
    return p;
}

uint64_t np_stride_next_set(const uint64_t *words, struct np_steps r, uint64_t end)
{
    if (r.first == end) return end;
    if (r.step >= 64) return range_by_range(words, r, end);
    /* To make all stripes takes about as long as to walk this far without them. */
    const uint64_t near = r.first / 64 + 64;
    if (end <= near * 64) return word_by_word(words, r, end);
    const uint64_t set = word_by_word(words, r, near * 64);
    return set < near * 64 ? set : round_by_round(words, r, near, end);
}
