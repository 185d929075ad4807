/*
 * What the command says when a file is not what it should be.
 */
#ifndef NP_MESSAGE_H
#define NP_MESSAGE_H

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
 * Somebody else's text, fit to be shown: control characters (C0, C1), marks of direction and bytes that are no UTF-8 as `?`.
 *
 * @param out   where the result is written, ended by a NUL
 * @param room  the bytes that there is room for, at least 1; what does not fit is left out, by whole characters
 * @param text  the text
 * @return the length of the result
 */
size_t np_clean(char *out, size_t room, const char *text);

/**
 * A piece of somebody else's text, as np_clean makes it, a long piece cut short.
 *
 * @param out   where the result is written, ended by a NUL
 * @param text  the text
 * @return out
 */
const char *np_quote(char out[static NP_QUOTE_SIZE], const char *text);

#endif
