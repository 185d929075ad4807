/* SPDX-License-Identifier: MIT */
/*
 * The order in which nodes are tried.
 */
#ifndef NP_NODE_H
#define NP_NODE_H

#include "../types.h"
#include "../../../spec/logic/nodes.acsl"

#define NP_NO_NODE UINT32_MAX

/**
 * The node that is tried after `node` when `ideal` is the ideal node.
 *
 * @clause N1, N5
 * @param  ideal, node  nodes of the machine
 * @return the node of next higher rank, or NP_NO_NODE after the last
 * @cost   a step for every node of the machine
 */
/*@ requires   valid:   Table(m) && ideal < m->nodes && node < m->nodes;
    NP_PURE
    ensures    next:    \result != NP_NO_NODE ==> \result < m->nodes
                          && NodeRank(m, ideal, node) < NodeRank(m, ideal, \result)
                          && NoNodeBetween(m, ideal, NodeRank(m, ideal, node), NodeRank(m, ideal, \result));
    ensures    last:    \result == NP_NO_NODE ==>
                          \forall integer n; 0 <= n < m->nodes ==> NodeRank(m, ideal, n) <= NodeRank(m, ideal, node);
*/
uint32_t np_node_after(const struct np_machine *m, uint32_t ideal, uint32_t node);

#endif
