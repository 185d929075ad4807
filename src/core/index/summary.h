/* SPDX-License-Identifier: MIT */
/*
 * Summaries of the free positions of a span: how long the runs at its ends are, the longest run in it, how many are free.
 */
#ifndef NP_SUMMARY_H
#define NP_SUMMARY_H

#include "../types.h"
#include "../../../spec/logic/tree.acsl"

#define NP_BLOCK UINT64_C(512) /* positions that a leaf of the tree covers: 8 words */
#ifdef NP_SMALL                /* fuzzing, so that there are several such nodes */
#define NP_TOP INT64_C(0x4000)
#else
#define NP_TOP INT64_C(0x40000000) /* positions that a node covers at most */
#endif

/**
 * The summary of a block, computed from its words.
 *
 * @param at  the first position of a block
 * @cost  8 words, and a step for each page of the longest run inside a word
 */
/*@ requires   valid:   FreeBits(index) && at % 512 == 0 && at + 512 <= index->positions;
    NP_PURE
    ensures    leaf:    Leaf(index, \result, at);
    ensures    size:    0 <= \result.free <= 512;
*/
struct np_summary np_summary_of_block(const struct np_index *index, uint64_t at);

/**
 * The summary of two neighbouring spans, from a summary of each.
 *
 * @param left, right              summaries
 * @param left_span, right_span    how many positions they are of
 */
/*@ requires   spans:   0 <= left_span <= 0x20000000 && 0 <= right_span <= 0x20000000;
    requires   left:    0 <= left.prefix <= left_span && 0 <= left.suffix <= left_span && 0 <= left.longest <= left_span
                          && 0 <= left.free <= left_span;
    requires   right:   0 <= right.prefix <= right_span && 0 <= right.suffix <= right_span
                          && 0 <= right.longest <= right_span && 0 <= right.free <= right_span;
    NP_PURE
    ensures    joined:  Joined(\result, left, left_span, right, right_span);
*/
struct np_summary np_summary_join(struct np_summary left, int32_t left_span, struct np_summary right,
                                  int32_t right_span);

/**
 * Computes the summary of a node anew from those of its children.
 *
 * @param nodes  the nodes of a tree; the children of node i are 2 * i and 2 * i + 1
 * @param half   how many positions each child covers
 * @return whether the summary has changed
 */
/*@ requires   node:    1 <= i <= 0x400000000 && \valid(nodes + i) && \valid_read(nodes + (2 * i .. 2 * i + 1));
    requires   half:    0 <= half <= 0x20000000 && Within(nodes[2 * i], half) && Within(nodes[2 * i + 1], half);
    NP_RETURNS
    assigns             nodes[i];
    ensures    joined:  Joined(nodes[i], nodes[2 * i], half, nodes[2 * i + 1], half);
    ensures    size:    Within(nodes[i], 2 * half);
    ensures    old:     !\result ==> nodes[i] == \old(nodes[i]);
*/
bool np_summary_renew(struct np_summary *nodes, int64_t i, int32_t half);

/*@ ghost
  // What a leaf says is the truth.
  /@ requires   valid:   FreeBits(index) && at % 512 == 0 && at + 512 <= index->positions;
     requires   leaf:    Leaf(index, x, at);
     NP_PURE
     ensures    exact:   Exact(index, x, at, at + 512);
  @/
  void np_lemma_leaf(const struct np_index *index, struct np_summary x, uint64_t at);

  // The free positions of two neighbouring spans.
  /@ requires   left:    CountedFree(index, a, m, n) && a <= m <= b;
     NP_PURE
     ensures    sum:     \forall integer k; CountedFree(index, m, b, k) ==> CountedFree(index, a, b, n + k);
  @/
  void np_lemma_counted(const struct np_index *index, uint64_t a, uint64_t m, uint64_t b, int64_t n);

  // What is joined of the truth is the truth.
  /@ requires   left:    Exact(index, l, a, m);
     requires   right:   Exact(index, r, m, b);
     requires   joined:  Joined(x, l, m - a, r, b - m);
     requires   spans:   0 <= a <= m <= b <= NP_BIT_LIMIT;
     NP_PURE
     ensures    exact:   Exact(index, x, a, b);
  @/
  void np_lemma_joined(const struct np_index *index, struct np_summary x, struct np_summary l, struct np_summary r, uint64_t a,
                       uint64_t m, uint64_t b);
*/

#endif
