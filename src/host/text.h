/* SPDX-License-Identifier: MIT */
/*
 * Text: the lines of a file and the numbers in them. A text is read as it is needed, so that it may be a pipe and as
 * long as it likes; a line may not.
 */
#ifndef NP_TEXT_H
#define NP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NP_LINE_LIMIT ((size_t)1 << 20) /* bytes of a line, without its end */
#define NP_FAULT_SIZE 128

/** A text that is being read. Its fields are this file's own except the first four. */
struct np_text {
    const char *name;          /* as it was given: for messages */
    uint64_t line;             /* lines read so far */
    char fault[NP_FAULT_SIZE]; /* why reading stopped, after NP_TEXT_FAULT */
    bool absent;               /* np_text_open found no such file */
    int descriptor;            /* or -1 when the text is in memory */
    bool drained;              /* nothing more will come from the descriptor */
    char *buffer;
    size_t capacity;
    size_t begin;
    size_t end;
};

/** A line of a text. */
struct np_line {
    char *text;      /* without its end (LF or CR LF), ended by a NUL; the reader may write in it */
    uint64_t number; /* counted from 1 */
    bool ended;      /* false for a last line that has no end: it may be cut short */
};

enum np_text_status { NP_TEXT_LINE, NP_TEXT_END, NP_TEXT_FAULT };

/**
 * Opens a file; `-` is standard input.
 *
 * @param text  the text, to be closed by np_text_close when true comes back
 * @param name  the file's name, which must outlive the text
 * @return false with the reason in text->fault, and whether it is that there is no such file in text->absent
 */
bool np_text_open(struct np_text *text, const char *name);

/**
 * A text that lies in memory.
 *
 * @param bytes  copied
 * @return false with the reason in text->fault
 */
bool np_text_in_memory(struct np_text *text, const char *name, const void *bytes, size_t size);

void np_text_close(struct np_text *text);

/**
 * The next line. A mark of byte order at the start of the text is passed over. It is valid until the next call.
 *
 * @return NP_TEXT_LINE, NP_TEXT_END, or NP_TEXT_FAULT with the reason in text->fault: the file can't be read, or the
 *         line is too long or
 *         holds a NUL byte; text->line is then that line
 */
enum np_text_status np_text_next(struct np_text *text, struct np_line *line);

/** Whether the next line is here already, so that np_text_next will not wait for it. */
bool np_text_ready(const struct np_text *text);

enum np_number {
    NP_NUMBER_OK,
    NP_NUMBER_NONE,     /* no digit here; *at is unchanged */
    NP_NUMBER_TOO_LARGE /* past 64 bits; *at is after the digits, the value is UINT64_MAX */
};

/** Reads digits of a base, 10 or 16, at *at and moves *at past them. */
enum np_number np_read_digits(const char **at, unsigned base, uint64_t *value);

/** Reads a number with `0x` before it in hex, otherwise in decimal, at *at and moves *at past it. */
enum np_number np_read_number(const char **at, uint64_t *value);

/** Past the blanks (space, tab) at `at`. */
const char *np_skip_blanks(const char *at);

/** Past a word and the blanks after it; NULL when `at` doesn't begin with that word. */
const char *np_after_word(const char *at, const char *word);

/** Takes the blanks off the end of a text. */
void np_trim_end(char *text);

#endif
