/* SPDX-License-Identifier: MIT */
/*
 * Target `request`: one machine, one state, one operation of any kind, against the executable specification.
 */
#include "operation.h"
#include "target.h"

const size_t fuzz_record_size = FUZZ_OPERATION_SIZE;
const size_t fuzz_most_records = 1;

size_t fuzz_records_end(const uint8_t *data, size_t size)
{
    struct fuzz_data d = fuzz_data_of(data, size);
    struct fuzz_machine machine;
    fuzz_read_machine(&d, &machine);
    return d.back;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzz_machine machine;
    static struct pair pair;
    struct fuzz_data d = fuzz_data_of(data, size);
    uint8_t record[FUZZ_OPERATION_SIZE];
    fuzz_read_machine(&d, &machine);
    pair.story = fuzz_story;
    fuzz_make_machine(&pair, &machine);
    fuzz_record(&d, record, sizeof record);
    fuzz_operate(&pair, record);
    pair_compare_states(&pair);
    pair_drop(&pair);
    return 0;
}
