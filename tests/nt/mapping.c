/* SPDX-License-Identifier: MIT */
/* Mappings: scattered pages in a row, pages seen twice, and the addresses after. */
#include "nt.h"

static void scattered_pages_in_a_row(void **state)
{
    struct np_nt *machine = open_small();
    PMDL single[16];
    (void)state;
    for (unsigned i = 0; i < 16; i++)
        single[i] = allocate(1, 0);
    for (unsigned i = 0; i < 16; i += 2)
        give_back(single[i]);
    PMDL mdl = allocate(12, 0);
    assert_int_equal(MmGetMdlPfnArray(mdl)[1], FIRST_PAGE + 2);
    char *address = map(mdl);
    assert_non_null(address);
    assert_int_equal((uintptr_t)address % PAGE_SIZE, 0);
    for (unsigned i = 0; i < 12; i++) {
        const uint64_t physical = MmGetMdlPfnArray(mdl)[i] * PAGE_SIZE + i;
        char byte = 0;
        assert_int_equal(MmGetPhysicalAddress(address + i * PAGE_SIZE + i).QuadPart, physical);
        address[i * PAGE_SIZE + i] = (char)(i + 1);
        assert_true(np_nt_read_physical(machine, physical, &byte, 1));
        assert_int_equal(byte, i + 1);
    }
    assert_int_equal(np_nt_page_use(machine).mapped, 12);
    MmUnmapLockedPages(address, mdl);
    give_back(mdl);
    for (unsigned i = 1; i < 16; i += 2)
        give_back(single[i]);
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

static void two_mappings_show_each_others_writes(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(3, 0);
    (void)state;
    char *one = map(mdl), *other = map_user(mdl);
    assert_ptr_not_equal(one, other);
    assert_int_equal(np_nt_page(machine, FIRST_PAGE).mappings, 2);
    assert_int_equal(np_nt_page(machine, FIRST_PAGE).mapped_cache, MmCached);
    strcpy(one + PAGE_SIZE - 3, "across");
    assert_string_equal(other + PAGE_SIZE - 3, "across");
    strcpy(other, "back");
    assert_string_equal(one, "back");
    MmUnmapLockedPages(one, mdl);
    assert_string_equal(other, "back");
    MmUnmapLockedPages(other, mdl);
    assert_int_equal(np_nt_page(machine, FIRST_PAGE).mapped_cache, -1);
    give_back(mdl);
    close_clean(machine);
}

static void the_system_address_of_an_mdl(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(2, 0);
    (void)state;
    char *address = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
    assert_non_null(address);
    assert_ptr_equal(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), address);
    assert_int_equal(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, MDL_MAPPED_TO_SYSTEM_VA);
    assert_int_equal(np_nt_calls(machine, NP_NT_MAP), 1);
    MmUnmapLockedPages(address, mdl);
    assert_int_equal(mdl->MdlFlags, MDL_PAGES_LOCKED);
    give_back(mdl);
    close_clean(machine);
}

static void a_mapping_for_a_process(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(1, 0);
    (void)state;
    char *address = MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
    assert_non_null(address);
    address[0] = 1;
    assert_int_equal(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, 0);
    MmUnmapLockedPages(address, mdl);
    assert_null(MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, address, FALSE, NormalPagePriority));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_ADDRESSES);
    give_back(mdl);
    close_clean(machine);
}

/* An MDL that a driver makes itself, for part of a block. */
static void an_mdl_of_the_drivers_own(void **state)
{
    struct np_nt *machine = open_small();
    struct {
        MDL head;
        PFN_NUMBER pfns[2];
    } own;
    (void)state;
    char *block = MmAllocateContiguousMemory(4 * PAGE_SIZE, at(UINT64_MAX));
    MmInitializeMdl(&own.head, block + PAGE_SIZE + 100, PAGE_SIZE);
    own.pfns[0] = (PFN_NUMBER)MmGetPhysicalAddress(block).QuadPart / PAGE_SIZE + 1;
    own.pfns[1] = own.pfns[0] + 1;
    own.head.MdlFlags |= MDL_PAGES_LOCKED;
    char *view = map(&own.head);
    assert_non_null(view);
    assert_int_equal((uintptr_t)view % PAGE_SIZE, 100);
    strcpy(view, "seen through the MDL");
    assert_string_equal(block + PAGE_SIZE + 100, "seen through the MDL");
    MmFreeContiguousMemory(block);
    expect_violation_after(NP_NT_PAGES_MAPPED, "mapped");
    MmUnmapLockedPages(view, &own.head);
    MmFreeContiguousMemory(block);
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

static void addresses_fault_once_they_are_unmapped(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(2, 0);
    (void)state;
    volatile char *address = map(mdl);
    address[0] = 1;
    MmUnmapLockedPages((void *)(uintptr_t)address, mdl);
    ACCESS(address[PAGE_SIZE] = 1);
    expect_violation_after(NP_NT_UNMAPPED_ACCESS, "unmapped");
    assert_non_null(strstr(watch.words, "write to"));
    assert_ptr_equal(watch.last.address, address + PAGE_SIZE);
    volatile char *again = map(mdl);
    assert_ptr_not_equal(again, address);
    ACCESS((void)again[2 * PAGE_SIZE]);
    expect_violation_after(NP_NT_UNMAPPED_ACCESS, "mapped");
    assert_non_null(strstr(watch.words, "read of"));
    ACCESS((void)again[-1]);
    expect_violation_after(NP_NT_UNMAPPED_ACCESS, "mapped");
    ACCESS((void)again[4 * MIB]);
    expect_violation(NP_NT_UNMAPPED_ACCESS);
    assert_null(watch.last.before_what);
    assert_int_equal(MmGetPhysicalAddress((void *)(uintptr_t)(again + 2 * PAGE_SIZE)).QuadPart, 0);
    assert_int_equal(MmGetPhysicalAddress((void *)(uintptr_t)address).QuadPart, 0);
    MmUnmapLockedPages((void *)(uintptr_t)again, mdl);
    give_back(mdl);
    close_clean(machine);
}

static void a_mapping_that_can_not_be_written(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(1, 0);
    (void)state;
    volatile char *address = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE,
                                                          NormalPagePriority | MdlMappingNoWrite | MdlMappingNoExecute);
    assert_int_equal(address[17], 0);
    ACCESS(address[17] = 1);
    expect_violation_after(NP_NT_READ_ONLY_ACCESS, "mapped");
    assert_int_equal(watch.last.pfn, FIRST_PAGE);
    MmUnmapLockedPages((void *)(uintptr_t)address, mdl);
    give_back(mdl);
    close_clean(machine);
}

static void bad_arguments(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(1, 0);
    (void)state;
    assert_null(MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmMaximumCacheType, NULL, FALSE, NormalPagePriority));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_CACHE);
    assert_null(MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, 5));
    assert_non_null(strstr(np_nt_why_words(), "priority"));
    assert_null(MmMapLockedPagesSpecifyCache(NULL, KernelMode, MmCached, NULL, FALSE, NormalPagePriority));
    expect_violation(NP_NT_BAD_ARGUMENT);
    assert_null(MmMapLockedPagesSpecifyCache(mdl, 7, MmCached, NULL, FALSE, NormalPagePriority));
    expect_violation(NP_NT_BAD_ARGUMENT);
    MmUnmapLockedPages(NULL, NULL);
    expect_violation(NP_NT_BAD_ARGUMENT);
    give_back(mdl);
    close_clean(machine);
}

/* Fills the arena with one mapping after the other, until addresses come round again. */
static void addresses_come_round(void **state)
{
    struct np_nt_settings settings = small_settings();
    (void)state;
    settings.map_text = "node 0 0x0-0x1ffffffff\n";
    settings.stack_depth = 0;
    watch = (struct watch){0};
    struct np_nt *machine = np_nt_open(&settings);
    PMDL mdl = allocate(UINT64_C(1) << 20, MM_DONT_ZERO_ALLOCATION), small = allocate(1, 0);
    char *kept = map(small);
    char *lowest = kept;
    bool round = false;
    for (unsigned i = 0; i < 80 && !round; i++) {
        char *address = map(mdl);
        assert_non_null(address);
        round = address < lowest || address < kept;
        assert_true(address + MmGetMdlByteCount(mdl) < kept || address > kept);
        MmUnmapLockedPages(address, mdl);
    }
    kept[0] = 1;
    MmUnmapLockedPages(kept, small);
    give_back(small);
    give_back(mdl);
    close_clean(machine);
}

/* A jump into a mapping of UserMode faults; one into a mapping of KernelMode runs. */
static void user_mappings_are_never_executable(void **state)
{
#ifdef __x86_64__
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(1, 0);
    (void)state;
    unsigned char *kernel = map(mdl);
    unsigned char *user = MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
    void (*run)(void);
    kernel[0] = 0xc3; /* ret */
    memcpy(&run, &kernel, sizeof run);
    run();
    memcpy(&run, &user, sizeof run);
    ACCESS(run());
    expect_violation_after(NP_NT_READ_ONLY_ACCESS, "mapped");
    MmUnmapLockedPages(user, mdl);
    MmUnmapLockedPages(kernel, mdl);
    give_back(mdl);
    close_clean(machine);
#else
    (void)state;
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scattered_pages_in_a_row),
        cmocka_unit_test(two_mappings_show_each_others_writes),
        cmocka_unit_test(the_system_address_of_an_mdl),
        cmocka_unit_test(a_mapping_for_a_process),
        cmocka_unit_test(an_mdl_of_the_drivers_own),
        cmocka_unit_test(addresses_fault_once_they_are_unmapped),
        cmocka_unit_test(a_mapping_that_can_not_be_written),
        cmocka_unit_test(bad_arguments),
        cmocka_unit_test(addresses_come_round),
        cmocka_unit_test(user_mappings_are_never_executable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
