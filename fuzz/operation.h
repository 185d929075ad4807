/* SPDX-License-Identifier: MIT */
/*
 * One operation of a fuzz input, decoded from a record and carried out on both sides.
 *
 *     byte  0        kind
 *           1        node
 *           2, 3     flags, and how lists are made up
 *           4 - 7    low
 *           8 - 11   high
 *          12 - 15   size: bytes wanted, or the length of a list
 *          16 - 19   step: SkipBytes, or the boundary, or the page that does not belong
 *
 * The four numbers are choices, not values: the first byte says of what kind (a page, the edge of a range, a power of two,
 * an edge of 64 bits, anything), the second which, the last two how far from it. So that what is interesting on a machine
 * is as near on any other.
 */
#ifndef FUZZ_OPERATION_H
#define FUZZ_OPERATION_H

#include "machine.h"

#define FUZZ_OPERATION_SIZE 20u
#define FUZZ_NUMBERS 4u      /* in a record, */
#define FUZZ_FIRST_NUMBER 4u /* from this byte on, */
#define FUZZ_NUMBER_SIZE 4u  /* bytes each */

/** Carries out an operation on both sides, and compares the answers. */
void fuzz_operate(struct pair *p, const uint8_t record[static FUZZ_OPERATION_SIZE]);

#endif
