/* SPDX-License-Identifier: MIT */
/*
 * Answers on standard output: for programs and for people.
 */
#ifndef NP_PRINT_H
#define NP_PRINT_H

#include "answer.h"

#include <stdio.h>

#define NP_SIZE_TEXT 64

/** Prints an answer as one JSON object on a line. False when out of memory. */
bool np_print_json(FILE *out, const struct np_answer *answer);

/** Prints an answer as a sentence on a line. */
void np_print_sentence(FILE *out, const struct np_answer *answer);

/** A size for people, such as `2 MiB` or `1.5 GiB`: exact where one decimal can be, otherwise cut to one. */
const char *np_size_text(char out[static NP_SIZE_TEXT], uint64_t pages);

#endif
