/* SPDX-License-Identifier: MIT */
/*
 * Target `history`: operation after operation on one machine against the executable specification, and after each of them
 * every page in the same state on both sides, no page lost, and nothing found by the integrity check.
 */
#include "operation.h"
#include "target.h"

const size_t fuzz_record_size = FUZZ_OPERATION_SIZE;
const size_t fuzz_most_records = SIZE_MAX;

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
    pair_compare_states(&pair);
    while (fuzz_record(&d, record, sizeof record)) {
        fuzz_operate(&pair, record);
        pair_compare_states(&pair);
        const struct np_range *r = &machine.ranges[record[1] % machine.range_count];
        pair_compare_page(&pair, record[0] < 128 ? r->first + r->pages : r->first - 1);
    }
    pair_drop(&pair);
    return 0;
}
