/* SPDX-License-Identifier: MIT */
/*
 * Descriptors of files.
 */
#ifndef NP_DESCRIPTOR_H
#define NP_DESCRIPTOR_H

/**
 * Moves a descriptor above those of standard input, output and error, which a program may have closed: what is printed there must not
 * end up in a file that took such a number.
 *
 * @param descriptor  one that closes on exec, or -1
 * @return the descriptor, 3 or above, or -1 with errno, and then it is closed
 */
int np_above_standard(int descriptor);

#endif
