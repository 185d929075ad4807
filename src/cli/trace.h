/* SPDX-License-Identifier: MIT */
/*
 * The trace language: one operation a line.
 *
 *     a = pages bytes=2M low=0 high=0xffffffff skip=0 node=0 flags=FULLY_REQUIRED|DONT_ZERO
 *     b = contiguous bytes=64K low=0 high=0xffffff boundary=64K node=any
 *     free a
 *     add a
 *     hold 0x100000-0x1fffff
 *     drop 0x100000-0x1fffff      # a comment
 */
#ifndef NP_TRACE_H
#define NP_TRACE_H

#include "../core/nodepages.h"

#define NP_TRACE_REASON_SIZE 160

enum np_operation_kind {
    NP_OPERATION_PAGES,
    NP_OPERATION_CONTIGUOUS,
    NP_OPERATION_FREE,
    NP_OPERATION_ADD,
    NP_OPERATION_HOLD,
    NP_OPERATION_DROP
};

/**
 * An operation. Values that no machine can mean keep their meaning, "invalid", though their fields are narrower than
 * the numbers of the language.
 */
struct np_operation {
    enum np_operation_kind kind;
    const char *name; /* of pages, contiguous, free, add: in the line that was read */
    struct np_pages_request pages;
    struct np_contiguous_request contiguous;
    uint64_t low; /* of hold, drop: bytes, as written; the end may be before the start */
    uint64_t high;
};

enum np_trace_line {
    NP_TRACE_OPERATION,
    NP_TRACE_NOTHING, /* a blank line or a comment */
    NP_TRACE_UNREADABLE
};

/**
 * Reads a line.
 *
 * @param line       without its end; written in
 * @param operation  filled for NP_TRACE_OPERATION
 * @param reason     filled for NP_TRACE_UNREADABLE
 */
enum np_trace_line np_trace_read(char *line, struct np_operation *operation, char reason[static NP_TRACE_REASON_SIZE]);

/** The word for an operation, as the language has it. */
const char *np_operation_word(enum np_operation_kind kind);

#endif
