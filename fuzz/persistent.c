/* SPDX-License-Identifier: MIT */
/*
 * The driver for AFL++: one process runs many inputs, which lie in memory that it shares with afl-fuzz.
 *
 * Each input is run from a copy of exactly its size, so that a sanitizer sees a read past its end.
 */
#include "target.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUNS 100000 /* of a process, before it is started again */

__AFL_FUZZ_INIT();

int main(void)
{
    __AFL_INIT();
    const unsigned char *input = __AFL_FUZZ_TESTCASE_BUF;
    while (__AFL_LOOP(RUNS)) {
        const size_t size = (size_t)__AFL_FUZZ_TESTCASE_LEN;
        uint8_t *copy = malloc(size + (size == 0));
        if (copy == NULL) fuzz_fail("no memory");
        memcpy(copy, input, size);
        LLVMFuzzerTestOneInput(copy, size);
        free(copy);
    }
    return 0;
}
