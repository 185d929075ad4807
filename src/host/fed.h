/* SPDX-License-Identifier: MIT */
/*
 * What a reader makes of a line, and what readers share.
 */
#ifndef NP_FED_H
#define NP_FED_H

#include "pool.h"

enum np_fed {
    NP_FED_NOTHING, /* the line says nothing of memory */
    NP_FED_RECORD,  /* it does, and was understood */
    NP_FED_FAULT    /* it can't be understood; the message is out */
};

/** Refuses a line: writes the message. @return NP_FED_FAULT */
__attribute__((format(printf, 4, 5))) enum np_fed np_refuse(const struct np_pool *pool, const char *file, uint64_t line,
                                                            const char *format, ...);

/** What np_read_row found. */
enum np_row {
    NP_ROW_OK,
    NP_ROW_NUMBER, /* something that is not a number */
    NP_ROW_LARGE,  /* a number above the limit */
    NP_ROW_LONG    /* more numbers than there is room for */
};

/**
 * Reads decimal numbers with blanks between them, up to the end of a line.
 *
 * @param limit  the largest that may be
 * @param row    where they go; room for NP_MAX_NODES
 * @param count  how many there are
 */
enum np_row np_read_row(const char *at, uint64_t limit, uint8_t row[static NP_MAX_NODES], uint32_t *count);

/** What is wrong with a row, in words. */
const char *np_row_reason(enum np_row row);

#endif
