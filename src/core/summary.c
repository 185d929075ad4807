#include "summary.h"
#include "word.h"

/*@ ghost
  /@ requires   left:    Ends(index, p1, s1, a, m) && NoLonger(index, l1, a, m) && p1 <= l1 <= m - a && s1 <= l1;
     requires   right:   Ends(index, p2, s2, m, b) && NoLonger(index, l2, m, b) && p2 <= l2 <= b - m && s2 <= l2;
     requires   spans:   0 <= a <= m <= b <= 0x40000000000;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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
     requires   spans:   0 <= a <= m <= b <= 0x40000000000;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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
     requires   spans:   0 <= a <= m <= b <= 0x40000000000;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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

/*@ requires   any:     \true;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    max:     \result == \max(a, b);
*/
static int32_t larger(int32_t a, int32_t b)
{
    return a < b ? b : a;
}

struct np_summary np_summary_join(struct np_summary left, int32_t left_span, struct np_summary right,
                                  int32_t right_span)
{
    struct np_summary sum = {0};
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

/*@ // the bits of a word that begin a run of n set bits of it, the word being that of positions from a on
    predicate Begins{L}(struct np_index *index, integer starts, integer n, integer a) =
      \forall integer p; a <= p < a + 64 ==> (WordBit(starts, p - a) <==> p + n <= a + 64 && Run(index, p, n));
*/

/*@ ghost
  // The positions of a word are its bits.
  /@ requires   valid:   FreeBits(index) && at % 64 == 0 && at + 64 <= index->positions;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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
  /@ requires   starts:  Begins(index, starts, n, at) && starts != 0 && at <= 0x40000000000;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    longer:  NoLonger(index, n - 1, a, b);
  @/
  void lemma_no_longer(const struct np_index *index, int32_t n, uint64_t a, uint64_t b)
  {
     /@ assert shorter: \forall integer p, k; n <= k && Run(index, p, k) ==> Run(index, p, n); @/
     return;
  }
*/

/* Where runs begin in a word: the bits of `starts`, for runs of `length`. */
struct np_starts {
    uint64_t starts;
    int32_t length;
};

/* Where runs of twice the length begin. */
/*@ requires   valid:   FreeBits(index) && 1 <= length <= 32;
    requires   starts:  Begins(index, starts, length, at);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    starts:  Begins(index, \result, 2 * length, at);
*/
static uint64_t doubled(uint64_t starts, int32_t length) /*@ ghost (const struct np_index *index, uint64_t at) */
{
    //@ ghost lemma_begins(index, starts, length, starts, length, at);
    return starts & (starts >> length);
}

/* Runs longer by `more`, if there are any. */
/*@ requires   valid:   FreeBits(index) && 1 <= more <= 32 && 0 <= x.length <= 63 && x.length + 2 * more <= 64 && at <= 0x40000000000;
    requires   starts:  Begins(index, x.starts, x.length, at) && x.starts != 0;
    requires   others:  Begins(index, others, more, at);
    requires   none:    NoRun(index, at, at + 64, x.length + 2 * more);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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

/*@ ghost
  // What the words with no bit set, and with all, say.
  /@ requires   valid:   FreeBits(index) && at % 64 == 0 && at + 64 <= index->positions;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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

/* The longest run of free positions among the 64 of a word. */
/*@ requires   valid:   FreeBits(index) && at % 64 == 0 && at + 64 <= index->positions;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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

/*@ ghost
  /@ requires   valid:   FreeBits(index) && at % 64 == 0 && at + 64 <= index->positions;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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
     terminates          \true;
     exits               \false;
     assigns             \nothing;
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

/* How many of the 512 positions of a block are free. */
/*@ requires   valid:   FreeBits(index) && at % 512 == 0 && at + 512 <= index->positions;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    size:    0 <= \result <= 64;
    ensures    clear:   \forall integer i; 64 - \result <= i < 64 ==> !WordBit(word, i);
    ensures    set:     \result < 64 ==> WordBit(word, 63 - \result);
*/
static uint64_t clear_above(uint64_t word)
{
    //@ assert zero: word == 0 ==> \forall integer i; 0 <= i < 64 ==> !WordBit(word, i);
    return word == 0 ? 64 : 63 - np_word_highest(word);
}

/* The summary of the 64 positions of a word, but for how many are free. */
/*@ requires   valid:   FreeBits(index) && at % 64 == 0 && at + 64 <= index->positions;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
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
