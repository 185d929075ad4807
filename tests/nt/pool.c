/* SPDX-License-Identifier: MIT */
/*
 * Pool memory of drivers: each routine, violation and leak.
 */
#include "nt.h"

#include <string.h>

#define TAG 0x31746553u /* "Set1" */

/* Small pool memory keeps pages: a close_clean would count them. */
static void close_pool(struct np_nt *machine)
{
    assert_int_equal(watch.count, 0);
    close_with(machine, 0);
}

static void every_routine_allocates(void **state)
{
    struct np_nt *machine = open_small();
    static const size_t sizes[] = {0, 1, 56, 57, 256, 2040, 2041, 4096, 4097, 70000};
    (void)state;
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        UCHAR *memory[] = {ExAllocatePool(NonPagedPool, sizes[i]), ExAllocatePoolWithTag(PagedPool, sizes[i], TAG),
                           ExAllocatePoolUninitialized(NonPagedPoolNx, sizes[i], TAG),
                           ExAllocatePoolZero(NonPagedPoolNx, sizes[i], TAG),
                           ExAllocatePool2(POOL_FLAG_NON_PAGED, sizes[i], TAG)};
        for (unsigned j = 0; j < 5; j++) {
            assert_non_null(memory[j]);
            assert_int_equal((uintptr_t)memory[j] % 64, 0);
            if (sizes[i] >= PAGE_SIZE) assert_int_equal(BYTE_OFFSET(memory[j]), 0);
            for (size_t k = 0; j > 2 && k < sizes[i]; k++)
                assert_int_equal(memory[j][k], 0);
            memset(memory[j], (int)j + 1, sizes[i]);
        }
        for (unsigned j = 0; j < 5; j++) {
            for (size_t k = 0; k < sizes[i]; k++)
                assert_int_equal(memory[j][k], j + 1);
            if (j == 0) ExFreePool(memory[j]);
            if (j != 0) ExFreePoolWithTag(memory[j], TAG);
        }
    }
    assert_int_equal(np_nt_calls(machine, NP_NT_ALLOCATE_POOL_2), 10);
    close_pool(machine);
}

static void memory_has_physical_addresses_of_the_machine(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    for (size_t size = 100; size <= 10000; size += 9900) {
        UCHAR *memory = ExAllocatePoolWithTag(NonPagedPool, size, TAG);
        const uint64_t address = (uint64_t)MmGetPhysicalAddress(memory + 70).QuadPart;
        UCHAR byte = 0;
        memory[70] = 17;
        assert_true(np_nt_read_physical(machine, address, &byte, 1));
        assert_int_equal(byte, 17);
        assert_true(np_nt_page(machine, address / PAGE_SIZE).allocated);
        ExFreePoolWithTag(memory, 0);
    }
    close_pool(machine);
}

static void uninitialised_memory_has_the_pattern(void **state)
{
    struct np_nt_settings settings = small_settings();
    (void)state;
    settings.pattern = 0x5a;
    watch = (struct watch){0};
    struct np_nt *machine = np_nt_open(&settings);
    UCHAR *small = ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED, 40, TAG);
    UCHAR *large = ExAllocatePoolWithTag(PagedPool, 5000, TAG);
    assert_int_equal(small[39], 0x5a);
    assert_int_equal(large[4999], 0x5a);
    ExFreePool(small);
    ExFreePool(large);
    close_pool(machine);
}

static void a_wrong_IRQL(void **state)
{
    struct np_nt *machine = open_small();
    KIRQL before;
    (void)state;
    void *paged = ExAllocatePoolWithTag(PagedPool, 10, TAG);
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    assert_null(ExAllocatePoolWithTag(PagedPool, 10, TAG));
    expect_violation(NP_NT_WRONG_IRQL);
    ExFreePool(paged);
    expect_violation_after(NP_NT_WRONG_IRQL, "allocated");
    void *memory = ExAllocatePoolWithTag(NonPagedPool, 10, TAG);
    assert_non_null(memory);
    ExFreePool(memory);
    KeRaiseIrql(HIGH_LEVEL, &before);
    assert_null(ExAllocatePoolWithTag(NonPagedPool, 10, TAG));
    expect_violation(NP_NT_WRONG_IRQL);
    KeLowerIrql(PASSIVE_LEVEL);
    ExFreePool(paged);
    close_pool(machine);
}

static void wrong_arguments(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    assert_null(ExAllocatePoolWithTag(NonPagedPool, 10, 0));
    expect_violation(NP_NT_BAD_ARGUMENT);
    assert_null(ExAllocatePool2(0, 10, TAG));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_REFUSED);
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED, 10, TAG));
    assert_null(ExAllocatePoolWithTag(NonPagedPool, SIZE_MAX, TAG));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_REFUSED);
    close_pool(machine);
}

/* All sizes: slots, and pages of their own. */
static void what_is_freed_wrongly(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    for (size_t size = 200; size <= 9000; size += 8800) {
        char *memory = ExAllocatePoolWithTag(NonPagedPool, size, TAG);
        ExFreePoolWithTag(memory, TAG + 1);
        expect_violation_after(NP_NT_POOL_TAG, "allocated");
        ExFreePool(memory + 16);
        expect_violation(NP_NT_POOL_UNKNOWN);
        MmFreeContiguousMemory(memory);
        expect_violation(NP_NT_CONTIGUOUS_UNKNOWN);
        ExFreePool(memory);
        assert_int_equal(watch.count, 0);
        ExFreePool(memory);
        expect_violation_after(NP_NT_POOL_FREED_TWICE, "freed");
    }
    close_pool(machine);
}

static void a_write_past_the_end(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    for (size_t size = 60; size <= 9000; size += 8940) {
        char *memory = ExAllocatePoolWithTag(NonPagedPool, size, TAG);
        memory[size + 2] = 1;
        ExFreePool(memory);
        expect_violation_after(NP_NT_POOL_OVERRUN, "allocated");
        assert_non_null(strstr(watch.words, "first 2 bytes behind its end"));
    }
    volatile char *memory = ExAllocatePoolWithTag(NonPagedPool, 2 * PAGE_SIZE, TAG);
    ACCESS(memory[2 * PAGE_SIZE] = 1);
    expect_violation_after(NP_NT_POOL_OVERRUN, "allocated");
    ACCESS(memory[-1] = 1);
    expect_violation_after(NP_NT_POOL_OVERRUN, "allocated");
    ExFreePool((void *)(uintptr_t)memory);
    ACCESS(memory[0] = 1);
    expect_violation_after(NP_NT_UNMAPPED_ACCESS, "freed");
    close_pool(machine);
}

static void a_write_after_the_free(void **state)
{
    struct np_nt *machine = open_small();
    char *memory = ExAllocatePoolWithTag(NonPagedPool, 2000, TAG);
    unsigned found = 0;
    (void)state;
    ExFreePool(memory);
    memory[5] = 1;
    for (unsigned i = 0; i < 32; i++) {
        void *next = ExAllocatePoolWithTag(NonPagedPool, 2000, TAG);
        assert_non_null(next);
        if (watch.count != 0) {
            assert_ptr_equal(next, memory);
            expect_violation_after(NP_NT_POOL_USED_AFTER_FREE, "freed");
            found++;
        }
        ExFreePool(next);
    }
    assert_int_equal(found, 1);
    close_pool(machine);
}

/* The first byte counts as well; and pages that hold small memory end at a guard. */
static void accesses_about_small_memory(void **state)
{
    struct np_nt *machine = open_small();
    char *memory = ExAllocatePoolWithTag(NonPagedPool, 2000, TAG), *end = memory;
    unsigned found = 0;
    (void)state;
    while (watch.count == 0)
        ACCESS(*(volatile char *)(end += PAGE_SIZE));
    expect_violation(NP_NT_POOL_OVERRUN);
    ExFreePool(memory);
    memory[0] = 1;
    for (unsigned i = 0; i < 32; i++) {
        void *next = ExAllocatePoolWithTag(NonPagedPool, 2000, TAG);
        found += watch.count;
        if (watch.count != 0) expect_violation_after(NP_NT_POOL_USED_AFTER_FREE, "freed");
        ExFreePool(next);
    }
    assert_int_equal(found, 1);
    close_pool(machine);
}

static void leaks_are_listed(void **state)
{
    struct np_nt *machine = open_small();
    struct np_nt_leak leaks[3];
    (void)state;
    void *small = ExAllocatePool2(POOL_FLAG_PAGED, 100, TAG), *large = ExAllocatePool2(POOL_FLAG_PAGED, 10000, TAG);
    assert_int_equal(np_nt_leaks(machine, leaks, 3), 2);
    assert_int_equal(leaks[0].kind, NP_NT_LEAK_DRIVER_POOL);
    assert_ptr_equal(leaks[0].address, small);
    assert_int_equal(leaks[0].routine, NP_NT_ALLOCATE_POOL_2);
    assert_true(leaks[0].stack.depth > 1);
    assert_ptr_equal(leaks[1].address, large);
    assert_int_equal(leaks[1].pages, 3);
    close_with(machine, 2);
}

static void calls_that_fail(void **state)
{
    struct np_nt *machine = open_small();
    const struct np_nt_scarcity scarcity = {.call = 2, .routine = NP_NT_ALLOCATE_POOL_TAG};
    (void)state;
    np_nt_set_scarcity(machine, &scarcity);
    void *memory = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    assert_non_null(memory);
    assert_null(ExAllocatePoolWithTag(PagedPool, 100, TAG));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_SCARCITY);
    ExFreePool(memory);
    assert_null(ExAllocatePoolWithTag(PagedPool, 513 * PAGE_SIZE, TAG));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_REFUSED);
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, 513 * PAGE_SIZE, TAG));
    expect_violation(NP_NT_MUST_SUCCEED);
    close_pool(machine);
}

static void *allocate_by(enum np_nt_routine routine)
{
    switch (routine) {
    case NP_NT_ALLOCATE_POOL_OLD:
        return ExAllocatePool(PagedPool, 10);
    case NP_NT_ALLOCATE_POOL_TAG:
        return ExAllocatePoolWithTag(PagedPool, 10, TAG);
    case NP_NT_ALLOCATE_POOL_UNINITIALIZED:
        return ExAllocatePoolUninitialized(PagedPool, 10, TAG);
    case NP_NT_ALLOCATE_POOL_ZERO:
        return ExAllocatePoolZero(PagedPool, 10, TAG);
    default:
        return ExAllocatePool2(POOL_FLAG_PAGED, 10, TAG);
    }
}

static void each_routine_can_be_made_to_fail(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    for (unsigned i = NP_NT_ALLOCATE_POOL_OLD; i <= NP_NT_ALLOCATE_POOL_2; i++) {
        const enum np_nt_routine routine = (enum np_nt_routine)i;
        np_nt_set_scarcity(machine, &(struct np_nt_scarcity){.call = 1, .routine = routine});
        assert_null(allocate_by(routine));
        assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_SCARCITY);
        assert_int_equal(np_nt_why()->routine, routine);
        void *memory = allocate_by(routine);
        assert_non_null(memory);
        ExFreePool(memory);
    }
    close_pool(machine);
}

/* The last pages are slots, too. */
static void all_memory_can_be_pool(void **state)
{
    struct np_nt *machine = open_small();
    void *memory[2 * 2 * NODE_PAGES + 1];
    unsigned count = 0;
    (void)state;
    void *large = ExAllocatePoolWithTag(PagedPool, 7 * PAGE_SIZE, TAG);
    while ((memory[count] = ExAllocatePoolWithTag(PagedPool, 2000, TAG)) != NULL)
        count++;
    assert_int_equal(count, 2 * (2 * NODE_PAGES - 7));
    assert_int_equal(np_nt_page_use(machine).free, 0);
    while (count != 0)
        ExFreePool(memory[--count]);
    ExFreePool(large);
    close_pool(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_routine_allocates),
        cmocka_unit_test(memory_has_physical_addresses_of_the_machine),
        cmocka_unit_test(uninitialised_memory_has_the_pattern),
        cmocka_unit_test(a_wrong_IRQL),
        cmocka_unit_test(wrong_arguments),
        cmocka_unit_test(what_is_freed_wrongly),
        cmocka_unit_test(a_write_past_the_end),
        cmocka_unit_test(a_write_after_the_free),
        cmocka_unit_test(accesses_about_small_memory),
        cmocka_unit_test(leaks_are_listed),
        cmocka_unit_test(calls_that_fail),
        cmocka_unit_test(each_routine_can_be_made_to_fail),
        cmocka_unit_test(all_memory_can_be_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
