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
#include <sys/types.h>

#define NP_LINE_LIMIT ((size_t)1 << 20)     /* bytes of a line, without its end */
#define NP_TEXT_AT_A_TIME ((size_t)1 << 16) /* bytes read at first, and the most of a packed file's head */
#define NP_FAULT_SIZE 128

/** How a file is packed, by its first bytes. */
enum np_packing {
    NP_PACKING_NONE,
    NP_PACKING_GZIP,
    NP_PACKING_XZ,
    NP_PACKING_ZSTD,
    NP_PACKING_BZIP2, /* named when it is refused */
    NP_PACKING_UTF16  /* with a byte order mark */
};

/** Unpacks files. The command has one (src/cli/unpack.h); without one they are refused by name. */
struct np_unpacker {
    /** A reader of a descriptor from which `head` has been read, at most NP_TEXT_AT_A_TIME bytes. NULL when out of memory. */
    void *(*open)(int descriptor, enum np_packing packing, const void *head, size_t size);
    /** The next bytes, 0 at the end, or -1 with the reason. */
    ssize_t (*read)(void *reader, void *out, size_t size, const char **fault);
    void (*close)(void *reader);
};

/** NULL, or what unpacks the files that np_text_open opens. */
extern const struct np_unpacker *np_text_unpacker;

/** A text that is being read. Its fields are this file's own except the first four. */
struct np_text {
    const char *name;          /* as it was given: for messages */
    uint64_t line;             /* lines read so far */
    char fault[NP_FAULT_SIZE]; /* why reading stopped, after NP_TEXT_FAULT */
    bool absent;               /* np_text_open found no such file */
    int descriptor;            /* or -1 when the text is in memory */
    bool begun;                /* the first bytes have been looked at */
    void *packed;              /* the reader of what is packed, or NULL */
    bool drained;              /* nothing more will come from the descriptor */
    char *buffer;
    size_t capacity;
    size_t begin;
    size_t end;
};

/** A line of a text. */
struct np_line {
    char *text;      /* without its end (LF, with CRs before it), ended by a NUL; the reader may write in it */
    uint64_t number; /* counted from 1 */
    bool ended;      /* false for a last line that has no end: it may be cut short */
};

enum np_text_status { NP_TEXT_LINE, NP_TEXT_END, NP_TEXT_FAULT };

/**
 * Opens a file; `-` is standard input.
 *
 * @param text  the text, to be closed by np_text_close when true comes back
 * @param name  the file's name, which must outlive the text
 * @return false with the reason in text->fault, and text->absent set where no such file exists
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
