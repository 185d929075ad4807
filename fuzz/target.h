/* SPDX-License-Identifier: MIT */
/*
 * What a fuzz target gives, and what it may ask of the program it is in.
 */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Runs one input. Whatever is wrong ends the process. @return 0 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Where to tell in words what an input does and what is answered, or NULL. Set by the replay of a crash alone. */
extern FILE *fuzz_story;

/** For the mutator: bytes of an operation of this target, how many there can be, and where in an input they end. */
extern const size_t fuzz_record_size;
extern const size_t fuzz_most_records;
size_t fuzz_records_end(const uint8_t *data, size_t size);

/** Ends the process with a message. For what is not a difference of two machines. */
__attribute__((format(printf, 1, 2), noreturn)) void fuzz_fail(const char *format, ...);

/** A line of the story, if there is one to tell. */
#define fuzz_tell(...)                                                                                                 \
    do {                                                                                                               \
        if (fuzz_story != NULL) fprintf(fuzz_story, __VA_ARGS__);                                                      \
    } while (0)

#endif
