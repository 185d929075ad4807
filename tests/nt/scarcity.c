/* SPDX-License-Identifier: MIT */
/* Low resources: which calls fail, and that each error path of a driver can be walked. */
#include "nt.h"

/* One of each call that can fail, each undone. @return which of them failed, a bit each */
static unsigned one_of_each(void)
{
    PMDL mdl[3] = {MmAllocateNodePagesForMdlEx(at(0), at(UINT64_MAX), at(0), PAGE_SIZE, MmCached, 0, 0), allocate(1, 0),
                   MmAllocatePagesForMdl(at(0), at(UINT64_MAX), at(0), PAGE_SIZE)};
    void *block[4] = {MmAllocateContiguousMemorySpecifyCacheNode(PAGE_SIZE, at(0), at(UINT64_MAX), at(0), MmCached, 0),
                      MmAllocateContiguousMemorySpecifyCache(PAGE_SIZE, at(0), at(UINT64_MAX), at(0), MmCached),
                      MmAllocateContiguousNodeMemory(PAGE_SIZE, at(0), at(UINT64_MAX), at(0), PAGE_READWRITE, 0),
                      MmAllocateContiguousMemory(PAGE_SIZE, at(UINT64_MAX))};
    void *ranges = MmGetPhysicalMemoryRanges();
    unsigned failed = 0, bit = 1;
    for (unsigned i = 0; i < 3; i++, bit *= 2) {
        if (mdl[i] == NULL) {
            failed |= bit;
            continue;
        }
        void *address = map(mdl[i]);
        if (address == NULL)
            failed |= 0x100u << i;
        else
            MmUnmapLockedPages(address, mdl[i]);
        give_back(mdl[i]);
    }
    for (unsigned i = 0; i < 4; i++, bit *= 2)
        if (block[i] == NULL)
            failed |= bit;
        else
            MmFreeContiguousMemory(block[i]);
    if (ranges == NULL)
        failed |= bit;
    else
        ExFreePool(ranges);
    return failed;
}

static void exactly_one_call_of_a_routine(void **state)
{
    static const unsigned expected[NP_NT_MEMORY_RANGES + 1] = {
        [NP_NT_ALLOCATE_NODE_PAGES] = 1,
        [NP_NT_ALLOCATE_PAGES_EX] = 2,
        [NP_NT_ALLOCATE_PAGES] = 4,
        [NP_NT_MAP] = 0x100,
        [NP_NT_ALLOCATE_CONTIGUOUS_CACHE_NODE] = 8,
        [NP_NT_ALLOCATE_CONTIGUOUS_CACHE] = 16,
        [NP_NT_ALLOCATE_CONTIGUOUS_NODE] = 32,
        [NP_NT_ALLOCATE_CONTIGUOUS] = 64,
        [NP_NT_MEMORY_RANGES] = 128,
    };
    struct np_nt *machine = open_small();
    (void)state;
    for (unsigned r = 0; r <= NP_NT_MEMORY_RANGES; r++) { /* pool.c does the others */
        np_nt_set_scarcity(machine, &(struct np_nt_scarcity){.call = 1, .routine = (enum np_nt_routine)r});
        assert_int_equal(one_of_each(), expected[r]);
        assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_SCARCITY);
        assert_int_equal(np_nt_why()->routine, r);
        assert_int_equal(one_of_each(), 0);
    }
    np_nt_set_scarcity(machine, &(struct np_nt_scarcity){.call = 2, .routine = NP_NT_MAP});
    assert_int_equal(one_of_each(), 0x200);
    close_clean(machine);
}

static void exactly_one_call_of_all(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    unsigned seen = 0;
    for (uint64_t call = 1; call <= 11; call++) {
        np_nt_set_scarcity(machine, &(struct np_nt_scarcity){.call = call, .routine = NP_NT_ROUTINES});
        const unsigned failed = one_of_each();
        assert_int_equal(failed & (failed - 1), 0);
        assert_int_equal(failed & seen, 0);
        seen |= failed;
    }
    assert_int_equal(seen, 0x7ff);
    close_clean(machine);
}

static void each_nth_call(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    np_nt_set_scarcity(machine, &(struct np_nt_scarcity){.every = 3, .routine = NP_NT_ROUTINES});
    for (unsigned i = 1; i <= 30; i++) {
        PMDL mdl = allocate(1, 0);
        if (i % 3 == 0) {
            assert_null(mdl);
        } else {
            assert_non_null(mdl);
            give_back(mdl);
        }
    }
    assert_int_equal(np_nt_calls(machine, NP_NT_ALLOCATE_PAGES_EX), 30);
    close_clean(machine);
}

static uint64_t failures(struct np_nt *machine, uint32_t share, uint64_t seed, uint64_t *which)
{
    uint64_t count = 0;
    *which = 0;
    np_nt_set_scarcity(machine, &(struct np_nt_scarcity){.share = share, .seed = seed, .routine = NP_NT_ROUTINES});
    for (unsigned i = 0; i < 1000; i++) {
        PMDL mdl = allocate(1, 0);
        count += mdl == NULL;
        *which = *which * 31 + (mdl == NULL);
        if (mdl != NULL) give_back(mdl);
    }
    return count;
}

static void a_random_share_by_a_seed(void **state)
{
    struct np_nt *machine = open_small();
    uint64_t first, again, other;
    (void)state;
    assert_int_equal(failures(machine, 0, 1, &first), 0);
    assert_int_equal(failures(machine, 1000, 1, &first), 1000);
    const uint64_t count = failures(machine, 200, 1, &first);
    assert_in_range(count, 150, 250);
    assert_int_equal(failures(machine, 200, 1, &again), count);
    assert_int_equal(first, again);
    failures(machine, 200, 2, &other);
    assert_int_not_equal(first, other);
    close_clean(machine);
}

/* A call with bad arguments does not count. */
static void only_right_calls_count(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    np_nt_set_scarcity(machine, &(struct np_nt_scarcity){.call = 1, .routine = NP_NT_ALLOCATE_PAGES_EX});
    assert_null(allocate(0, 0));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_REFUSED);
    assert_null(allocate(1, 0));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_SCARCITY);
    close_clean(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_one_call_of_a_routine),
        cmocka_unit_test(exactly_one_call_of_all),
        cmocka_unit_test(each_nth_call),
        cmocka_unit_test(a_random_share_by_a_seed),
        cmocka_unit_test(only_right_calls_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
