/* SPDX-License-Identifier: MIT */
/*
 * What the command says when a file is not what it should be.
 */
#ifndef NP_MESSAGE_H
#define NP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define NP_QUOTE_SIZE 48

/**
 * Writes one line, `nodepages: FILE:LINE: reason`, however its parts came from outside: each character that would begin
 * another line, move the cursor or turn the text around is written as `?`, and so is each byte that is no UTF-8.
 *
 * @param to      where to, or NULL for nowhere
 * @param file    the file the reason is about, or NULL for none
 * @param line    its line, counted from 1, or 0 for none
 * @param format  the reason, as for printf, without an end of line
 */
__attribute__((format(printf, 4, 5))) void np_complain(FILE *to, const char *file, uint64_t line, const char *format,
                                                       ...);

/**
 * Whether a piece of a text only shows itself: it has no control character (C0, C1), no mark of direction and no byte that is
 * not UTF-8.
 *
 * @param text    the text, ended by a NUL
 * @param length  how much of it is the piece
 */
bool np_is_clean(const char *text, size_t length);

/**
 * A piece of somebody else's text, fit to be shown: `?` for each character that is not clean, a long piece cut short.
 *
 * @param out   where the result is written, ended by a NUL
 * @param text  the text
 * @return out
 */
const char *np_quote(char out[static NP_QUOTE_SIZE], const char *text);

#endif
