/* SPDX-License-Identifier: MIT */
#include "node.h"

/*@ requires   valid:   Table(m) && ideal < m->nodes && node < m->nodes;
    NP_PURE
    ensures    rank:    \result == NodeRank(m, ideal, node);
    ensures    bound:   \result <= 0x4000;
*/
static uint32_t rank(const struct np_machine *m, uint32_t ideal, uint32_t node)
{
    if (node == ideal) return 0;
    return 1 + (uint32_t)m->distance[ideal * m->nodes + node] * NP_MAX_NODES + node;
}

uint32_t np_node_after(const struct np_machine *m, uint32_t ideal, uint32_t node)
{
    const uint32_t low = rank(m, ideal, node);
    uint32_t best = NP_NO_NODE;
    uint32_t best_rank = UINT32_MAX;
    /*@ loop invariant at:    0 <= n <= m->nodes;
        loop invariant none:  best == NP_NO_NODE ==> best_rank == UINT32_MAX;
        loop invariant best:  best != NP_NO_NODE ==> best < m->nodes && best_rank == NodeRank(m, ideal, best) && low < best_rank;
        loop invariant least: \forall integer k; 0 <= k < n ==> !(low < NodeRank(m, ideal, k) < best_rank);
        loop assigns n, best, best_rank;
        loop variant m->nodes - n;
    */
    for (uint32_t n = 0; n < m->nodes; n++) {
        const uint32_t r = rank(m, ideal, n);
        if (low < r && r < best_rank) {
            best = n;
            best_rank = r;
        }
    }
    return best;
}
