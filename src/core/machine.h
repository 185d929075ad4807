/*
 * The machine: set-up from ranges of page frames, and the way from page frames to positions and back.
 */
#ifndef NP_MACHINE_H
#define NP_MACHINE_H

#include "types.h"
#include "../../spec/logic/machine.acsl"

#define NP_NO_STRETCH UINT32_MAX

/**
 * How much memory np_setup needs for a machine of these ranges.
 *
 * @param      ranges  ascending and disjoint
 * @param      count   their number
 * @param      nodes   the machine's nodes, 1 to NP_MAX_NODES
 * @param[out] needed  the two capacities; the pointers are left null
 * @param[out] where   the range at fault, when one is
 * @return NP_SETUP_OK, or what is wrong, with nothing else written
 * @cost   a step for every range
 */
enum np_setup_error np_storage_needed(const struct np_range *ranges, uint32_t count, uint32_t nodes,
                                      struct np_storage *needed, uint32_t *where);

/**
 * Sets a machine up, all its pages free.
 *
 * @clause M1, M2, M3
 * @param[out] m         the machine
 * @param      storage   memory of at least the size that np_storage_needed says
 * @param      ranges    ascending and disjoint; those that touch on one node become one stretch
 * @param      count     their number
 * @param      nodes     the machine's nodes, 1 to NP_MAX_NODES; a node may be without memory
 * @param      distance  nodes * nodes distances, row by row, or null for 10 to itself and 20 to every other node
 * @param[out] where     the range at fault, when one is
 * @return NP_SETUP_OK, or what is wrong, with nothing else written
 * @cost   O(pages / 64)
 */
enum np_setup_error np_setup(struct np_machine *m, const struct np_storage *storage, const struct np_range *ranges,
                             uint32_t count, uint32_t nodes, const uint8_t *distance, uint32_t *where);

/**
 * The stretch that holds a page frame.
 *
 * @return its number, or NP_NO_STRETCH when the page is absent
 * @cost   O(log stretches)
 */
/*@ requires   valid:   Table(m);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    found:   \result != NP_NO_STRETCH ==> \result < m->stretches
                          && m->stretch[\result].first <= pfn < m->stretch[\result].first + m->stretch[\result].pages;
    ensures    none:    \result == NP_NO_STRETCH ==> \forall integer s; 0 <= s < m->stretches ==>
                          !(m->stretch[s].first <= pfn < m->stretch[s].first + m->stretch[s].pages);
*/
uint32_t np_locate(const struct np_machine *m, uint64_t pfn);

/**
 * The stretch that holds a position, which must be one of a page.
 *
 * @cost O(log stretches)
 */
/*@ requires   valid:   Table(m) && Present(m, position);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    found:   In(m, \result, position);
*/
uint32_t np_locate_position(const struct np_machine *m, uint64_t position);

/**
 * The lowest position of a page at or above a page frame.
 *
 * @return the position, or the number of positions if no page lies there
 * @cost   O(log stretches)
 */
/*@ requires   valid:   Table(m);
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    inside:  \result <= m->free.positions;
    ensures    split:   \forall integer s, p; In(m, s, p) ==> (pfn <= Frame(m, s, p) <==> \result <= p);
*/
uint64_t np_position_from(const struct np_machine *m, uint64_t pfn);

#endif
