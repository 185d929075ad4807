/* SPDX-License-Identifier: MIT */
#include "summary.h"
#include "../bits/word.h"

/* Where runs begin in a word: the bits of `starts`, for runs of `length`. */
struct np_starts {
    uint64_t starts;
    int32_t length;
};

#include "summary_lemmas.h"

/*@ requires   any:     \true;
    NP_PURE
    ensures    max:     \result == \max(a, b);
*/
static int32_t larger(int32_t a, int32_t b)
{
    return a < b ? b : a;
}

struct np_summary np_summary_join(struct np_summary left, int32_t left_span, struct np_summary right,
                                  int32_t right_span)
{
    struct np_summary sum = {0, 0, 0, 0};
    sum.prefix = left.prefix == left_span ? left_span + right.prefix : left.prefix;
    sum.longest = larger(larger(left.longest, right.longest), left.suffix + right.prefix);
    sum.suffix = right.suffix == right_span ? right_span + left.suffix : right.suffix;
    sum.free = left.free + right.free;
    return sum;
}

bool np_summary_renew(struct np_summary *nodes, int64_t i, int32_t half)
{
    const struct np_summary sum = np_summary_join(nodes[2 * i], half, nodes[2 * i + 1], half);
    struct np_summary *const node = &nodes[i];
    const struct np_summary old = *node;
    /* One by one: the next level waits for each by itself. */
    if (old.prefix != sum.prefix) node->prefix = sum.prefix;
    if (old.longest != sum.longest) node->longest = sum.longest;
    if (old.suffix != sum.suffix) node->suffix = sum.suffix;
    if (old.free != sum.free) node->free = sum.free;
    return old.prefix != sum.prefix || old.longest != sum.longest || old.suffix != sum.suffix || old.free != sum.free;
}

/* Where runs of twice the length begin. */
/*@ requires   valid:   FreeBits(index) && 1 <= length <= 32;
    requires   starts:  Begins(index, starts, length, at);
    NP_PURE
    ensures    starts:  Begins(index, \result, 2 * length, at);
*/
static uint64_t doubled(uint64_t starts, int32_t length) /*@ ghost (const struct np_index *index, uint64_t at) */
{
    //@ ghost lemma_begins(index, starts, length, starts, length, at);
    return starts & (starts >> length);
}

/* Runs longer by `more`, if there are any. */
/*@ requires   valid:   FreeBits(index) && 1 <= more <= 32 && 0 <= x.length <= 63 && x.length + 2 * more <= 64 && at <= NP_BIT_LIMIT;
    requires   starts:  Begins(index, x.starts, x.length, at) && x.starts != 0;
    requires   others:  Begins(index, others, more, at);
    requires   none:    NoRun(index, at, at + 64, x.length + 2 * more);
    NP_PURE
    ensures    starts:  Begins(index, \result.starts, \result.length, at) && \result.starts != 0;
    ensures    none:    NoRun(index, at, at + 64, \result.length + more);
    ensures    length:  \result.length == x.length || \result.length == x.length + more;
*/
static struct np_starts longer(struct np_starts x, uint64_t others,
                               int32_t more) /*@ ghost (const struct np_index *index, uint64_t at) */
{
    //@ ghost lemma_begins(index, x.starts, x.length, others, more, at);
    const struct np_starts y = {x.starts & (others >> x.length), x.length + more};
    //@ assert starts: Begins(index, y.starts, y.length, at);
    if (y.starts != 0) return y;
    //@ ghost lemma_no_run(index, y.length, at);
    return x;
}

/* The longest run of free positions among the 64 of a word. */
/*@ requires   valid:   FreeBits(index) && at % 64 == 0 && at + 64 <= index->positions;
    NP_PURE
    ensures    longer:  NoLonger(index, \result, at, at + 64);
    ensures    attained: Attained(index, \result, at, at + 64);
    ensures    size:    0 <= \result <= 64;
*/
static int32_t longest_of_word(const struct np_index *index, uint64_t at)
{
    const uint64_t one = index->words[at / 64];
    const uint64_t used = ~one;
    //@ ghost lemma_starts(index, at);
    if (used == 0) return 64;
    if (one == 0) {
        //@ ghost lemma_no_run(index, 1, at);
        //@ ghost lemma_no_longer(index, 1, at, at + 64);
        return 0;
    }
    const uint64_t two = doubled(one, 1) /*@ ghost (index, at) */;
    const uint64_t four = doubled(two, 2) /*@ ghost (index, at) */;
    const uint64_t eight = doubled(four, 4) /*@ ghost (index, at) */;
    const uint64_t sixteen = doubled(eight, 8) /*@ ghost (index, at) */;
    const uint64_t half = doubled(sixteen, 16) /*@ ghost (index, at) */;
    struct np_starts run = {UINT64_MAX, 0};
    run = longer(run, half, 32) /*@ ghost (index, at) */;
    run = longer(run, sixteen, 16) /*@ ghost (index, at) */;
    run = longer(run, eight, 8) /*@ ghost (index, at) */;
    run = longer(run, four, 4) /*@ ghost (index, at) */;
    run = longer(run, two, 2) /*@ ghost (index, at) */;
    run = longer(run, one, 1) /*@ ghost (index, at) */;
    //@ ghost lemma_some_run(index, run.starts, run.length, at);
    //@ ghost lemma_no_longer(index, run.length + 1, at, at + 64);
    return run.length;
}

/* How many of the 512 positions of a block are free. */
/*@ requires   valid:   FreeBits(index) && at % 512 == 0 && at + 512 <= index->positions;
    NP_PURE
    ensures    counts:  Counts(index, at, \result);
    ensures    size:    0 <= \result <= 512;
*/
static int32_t free_of_block(const struct np_index *index, uint64_t at)
{
    const uint64_t *words = index->words + at / 64;
    //@ assert there: \valid_read(words + (0 .. 7));
    return (int32_t)(np_word_count(words[0]) + np_word_count(words[1]) + np_word_count(words[2]) +
                     np_word_count(words[3]) + np_word_count(words[4]) + np_word_count(words[5]) +
                     np_word_count(words[6]) + np_word_count(words[7]));
}

/* How many bits are clear below the lowest that is set. */
/*@ requires   any:     \true;
    NP_PURE
    ensures    size:    0 <= \result <= 64;
    ensures    clear:   \forall integer i; 0 <= i < \result ==> !WordBit(word, i);
    ensures    set:     \result < 64 ==> WordBit(word, \result);
*/
static uint64_t clear_below(uint64_t word)
{
    //@ assert zero: word == 0 ==> \forall integer i; 0 <= i < 64 ==> !WordBit(word, i);
    return word == 0 ? 64 : np_word_lowest(word);
}

/* How many bits are clear above the highest that is set. */
/*@ requires   any:     \true;
    NP_PURE
    ensures    size:    0 <= \result <= 64;
    ensures    clear:   \forall integer i; 64 - \result <= i < 64 ==> !WordBit(word, i);
    ensures    set:     \result < 64 ==> WordBit(word, 63 - \result);
*/
static uint64_t clear_above(uint64_t word)
{
    //@ assert zero: word == 0 ==> \forall integer i; 0 <= i < 64 ==> !WordBit(word, i);
    return word == 0 ? 64 : 63 - np_word_highest(word);
}

/* The summary of the 64 positions of a word, except how many are free. */
/*@ requires   valid:   FreeBits(index) && at % 64 == 0 && at + 64 <= index->positions;
    NP_PURE
    ensures    runs:    RunsOf(index, \result, at, at + 64);
    ensures    none:    \result.free == 0;
*/
static struct np_summary summary_of_word(const struct np_index *index, uint64_t at)
{
    //@ ghost lemma_word(index, at);
    const uint64_t used = ~index->words[at / 64];
    //@ ghost np_lemma_not(index->words[at / 64]);
    //@ assert used: \forall integer p; at <= p < at + 64 ==> (WordBit(used, p - at) <==> !Free(index, p));
    const struct np_summary sum = {(int32_t)clear_below(used), longest_of_word(index, at), (int32_t)clear_above(used),
                                   0};
    //@ assert start: Run(index, at, sum.prefix) && (sum.prefix < 64 ==> !Free(index, at + sum.prefix));
    //@ assert tail: \forall integer p; at + 64 - sum.suffix <= p < at + 64 ==> !WordBit(used, p - at);
    //@ assert last: sum.suffix < 64 ==> WordBit(used, (at + 63 - sum.suffix) - at);
    //@ assert end: Run(index, at + 64 - sum.suffix, sum.suffix) && (sum.suffix < 64 ==> !Free(index, at + 64 - sum.suffix - 1));
    //@ assert ends: Ends(index, sum.prefix, sum.suffix, at, at + 64);
    //@ assert least: sum.prefix <= sum.longest && sum.suffix <= sum.longest;
    return sum;
}

struct np_summary np_summary_of_block(const struct np_index *index, uint64_t at)
{
    struct np_summary sum = {0, 0, 0, 0};
    uint64_t end = at;
    //@ assert none: Run(index, at, 0);
    //@ assert first: RunsOf(index, sum, at, end);
    /*@ loop invariant end:   at <= end <= at + 512 && end % 64 == 0;
        loop invariant runs:  RunsOf(index, sum, at, end) && sum.free == 0;
        loop assigns end, sum;
        loop variant at + 512 - end;
    */
    while (end < at + NP_BLOCK) {
        const struct np_summary word = summary_of_word(index, end);
        //@ ghost struct np_summary before = sum;
        sum = np_summary_join(sum, (int32_t)(end - at), word, 64);
        //@ ghost lemma_runs(index, sum, before, word, at, end, end + 64);
        end += 64;
    }
    sum.free = free_of_block(index, at);
    return sum;
}
