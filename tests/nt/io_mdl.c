/* SPDX-License-Identifier: MIT */
/*
 * MDLs of a driver's own buffers: each routine and violation.
 */
#include "nt.h"

#include <string.h>

#define TAG 0x31746553u

static void close_pool(struct np_nt *machine)
{
    assert_int_equal(watch.count, 0);
    close_with(machine, 0);
}

static PMDL describe(void *buffer, ULONG bytes)
{
    PMDL mdl = IoAllocateMdl(buffer, bytes, FALSE, FALSE, NULL);
    assert_non_null(mdl);
    assert_ptr_equal(MmGetMdlVirtualAddress(mdl), buffer);
    assert_int_equal(MmGetMdlByteCount(mdl), bytes);
    return mdl;
}

static void MmBuildMdlForNonPagedPool_names_the_pages(void **state)
{
    struct np_nt *machine = open_small();
    char *buffer = ExAllocatePoolWithTag(NonPagedPool, 9000, TAG);
    (void)state;
    PMDL mdl = describe(buffer + 100, 8000);
    MmBuildMdlForNonPagedPool(mdl);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(MmGetMdlPfnArray(mdl)[i],
                         (uint64_t)MmGetPhysicalAddress(buffer + i * PAGE_SIZE).QuadPart / PAGE_SIZE);
    assert_ptr_equal(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), buffer + 100);
    assert_true((mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL) != 0);
    IoFreeMdl(mdl);
    ExFreePool(buffer);
    close_pool(machine);
}

static void MmBuildMdlForNonPagedPool_of_what_it_must_not_be(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    char *paged = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    PMDL mdl = describe(paged, 100);
    MmBuildMdlForNonPagedPool(mdl);
    expect_violation_after(NP_NT_BAD_ARGUMENT, "allocated");
    IoFreeMdl(mdl);
    ExFreePool(paged);

    char *buffer = ExAllocatePoolWithTag(NonPagedPool, 100, TAG);
    mdl = describe(buffer + 4, 97);
    MmBuildMdlForNonPagedPool(mdl);
    expect_violation_after(NP_NT_POOL_OVERRUN, "allocated");
    ExFreePool(buffer);
    MmBuildMdlForNonPagedPool(mdl);
    expect_violation_after(NP_NT_POOL_USED_AFTER_FREE, "freed");
    IoFreeMdl(mdl);

    char local[10];
    mdl = describe(local, sizeof local);
    MmBuildMdlForNonPagedPool(mdl);
    expect_violation(NP_NT_BAD_ARGUMENT);
    IoFreeMdl(mdl);
    MmBuildMdlForNonPagedPool(NULL);
    expect_violation(NP_NT_BAD_ARGUMENT);
    close_pool(machine);
}

static void IoBuildPartialMdl_of_a_mapped_and_of_an_unmapped_source(void **state)
{
    struct np_nt *machine = open_small();
    PMDL source = allocate(4, 0);
    (void)state;
    PMDL part = describe((char *)MmGetMdlVirtualAddress(source) + PAGE_SIZE + 10, 2 * PAGE_SIZE);
    IoBuildPartialMdl(source, part, MmGetMdlVirtualAddress(part), 2 * PAGE_SIZE);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(MmGetMdlPfnArray(part)[i], MmGetMdlPfnArray(source)[i + 1]);
    char *own = MmGetSystemAddressForMdlSafe(part, NormalPagePriority), *all = map(source);
    all[PAGE_SIZE + 10] = 7;
    assert_int_equal(own[0], 7);
    assert_true((part->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED) != 0);
    IoFreeMdl(part); /* and its mapping */
    assert_int_equal(watch.count, 0);

    part = describe((char *)MmGetMdlVirtualAddress(source) + 20, 10);
    IoBuildPartialMdl(source, part, MmGetMdlVirtualAddress(part), 0);
    expect_violation(NP_NT_BAD_ARGUMENT); /* the rest of the source has four pages, and the MDL one */
    IoBuildPartialMdl(source, part, MmGetMdlVirtualAddress(part), 10);
    assert_ptr_equal(MmGetSystemAddressForMdlSafe(part, NormalPagePriority), all + 20);
    IoBuildPartialMdl(source, part, (char *)MmGetMdlVirtualAddress(source) + 4 * PAGE_SIZE - 1, 2);
    expect_violation(NP_NT_BAD_ARGUMENT);
    IoFreeMdl(part);
    all[0] = 1;
    give_back(source);
    close_pool(machine);
}

static void MmProbeAndLockPages_locks_until_MmUnlockPages(void **state)
{
    struct np_nt *machine = open_small();
    char *buffer = ExAllocatePoolWithTag(PagedPool, 5000, TAG);
    KIRQL before;
    (void)state;
    PMDL mdl = describe(buffer, 5000);
    MmUnlockPages(mdl);
    expect_violation(NP_NT_PAGES_NOT_ALLOCATED);
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
    expect_violation(NP_NT_WRONG_IRQL);
    KeLowerIrql(before);
    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
    assert_true((mdl->MdlFlags & MDL_PAGES_LOCKED) != 0);
    MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
    expect_violation(NP_NT_BAD_ARGUMENT);
    char *address = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
    address[4999] = 3;
    assert_int_equal(buffer[4999], 3);
    ExFreePool(buffer);
    expect_violation_after(NP_NT_PAGES_MAPPED, "mapped");
    IoFreeMdl(mdl);
    expect_violation_after(NP_NT_PAGES_MAPPED, "mapped");
    MmUnlockPages(mdl);
    ACCESS(((volatile char *)address)[0] = 1);
    expect_violation_after(NP_NT_UNMAPPED_ACCESS, "unmapped");
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    IoFreeMdl(mdl);
    expect_violation_after(NP_NT_MDL_BEFORE_PAGES, "locked");
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    ExFreePool(buffer);
    close_pool(machine);
}

static void a_buffer_that_is_read_only(void **state)
{
    struct np_nt *machine = open_small();
    PMDL pages = allocate(1, 0);
    (void)state;
    void *buffer =
        MmMapLockedPagesSpecifyCache(pages, UserMode, MmCached, NULL, FALSE, NormalPagePriority | MdlMappingNoWrite);
    PMDL mdl = describe(buffer, 100);
    MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
    expect_violation(NP_NT_READ_ONLY_ACCESS);
    MmProbeAndLockPages(mdl, UserMode, IoReadAccess);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    MmUnmapLockedPages(buffer, pages);
    MmUnlockPages(pages);
    expect_violation(NP_NT_PAGES_NOT_ALLOCATED);
    give_back(pages);
    close_pool(machine);
}

static void MDLs_freed_by_the_wrong_routine(void **state)
{
    struct np_nt *machine = open_small();
    PMDL pages = allocate(1, 0), mdl = describe(NULL, 100);
    KIRQL before;
    (void)state;
    IoFreeMdl(pages);
    expect_violation_after(NP_NT_UNKNOWN_MDL, "allocated");
    ExFreePool(mdl);
    expect_violation_after(NP_NT_POOL_UNKNOWN, "allocated");
    MmFreePagesFromMdl(mdl);
    expect_violation(NP_NT_UNKNOWN_MDL);
    KeRaiseIrql(HIGH_LEVEL, &before);
    assert_null(IoAllocateMdl(NULL, 100, FALSE, FALSE, NULL));
    expect_violation(NP_NT_WRONG_IRQL);
    IoFreeMdl(mdl);
    expect_violation(NP_NT_WRONG_IRQL);
    KeLowerIrql(before);
    assert_null(IoAllocateMdl(NULL, 100, FALSE, FALSE, (PIRP)(uintptr_t)16));
    expect_violation(NP_NT_BAD_ARGUMENT);
    IoFreeMdl(mdl);
    IoFreeMdl(mdl);
    expect_violation_after(NP_NT_POOL_FREED_TWICE, "freed");
    give_back(pages);
    close_pool(machine);
}

static void leaks_and_calls_that_fail(void **state)
{
    struct np_nt *machine = open_small();
    struct np_nt_leak leak;
    (void)state;
    np_nt_set_scarcity(machine, &(struct np_nt_scarcity){.call = 1, .routine = NP_NT_IO_ALLOCATE_MDL});
    assert_null(IoAllocateMdl(NULL, 100, FALSE, FALSE, NULL));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_SCARCITY);
    PMDL mdl = describe(NULL, 100);
    assert_int_equal(np_nt_leaks(machine, &leak, 1), 1);
    assert_int_equal(leak.kind, NP_NT_LEAK_MDL);
    assert_int_equal(leak.pages, 0);
    assert_int_equal(leak.routine, NP_NT_IO_ALLOCATE_MDL);
    assert_ptr_equal(leak.address, mdl);
    close_with(machine, 1);
}

/* Memory for an MDL that a driver keeps itself, of up to four pages. */
union own_mdl {
    MDL mdl;
    char room[sizeof(MDL) + 4 * sizeof(PFN_NUMBER)];
};

static void an_MDL_in_memory_of_the_driver(void **state)
{
    struct np_nt *machine = open_small();
    char *buffer = ExAllocatePoolWithTag(NonPagedPool, 2 * PAGE_SIZE, TAG);
    union own_mdl own;
    (void)state;
    MmInitializeMdl(&own.mdl, buffer, 2 * PAGE_SIZE);
    MmProbeAndLockPages(&own.mdl, KernelMode, IoWriteAccess);
    assert_true((own.mdl.MdlFlags & MDL_PAGES_LOCKED) != 0);
    assert_int_equal(MmGetMdlPfnArray(&own.mdl)[1],
                     (uint64_t)MmGetPhysicalAddress(buffer + PAGE_SIZE).QuadPart / PAGE_SIZE);
    MmUnlockPages(&own.mdl);
    MmUnlockPages(&own.mdl);
    expect_violation(NP_NT_PAGES_NOT_ALLOCATED);

    MmInitializeMdl(&own.mdl, buffer, PAGE_SIZE);
    PMDL source = describe(buffer, 2 * PAGE_SIZE);
    MmBuildMdlForNonPagedPool(source);
    IoBuildPartialMdl(source, &own.mdl, buffer + PAGE_SIZE, 10);
    assert_int_equal(MmGetMdlPfnArray(&own.mdl)[0], MmGetMdlPfnArray(source)[1]);
    IoFreeMdl(&own.mdl);
    expect_violation(NP_NT_UNKNOWN_MDL);
    IoFreeMdl(source);

    char local[10];
    MmInitializeMdl(&own.mdl, local, sizeof local);
    MmProbeAndLockPages(&own.mdl, KernelMode, IoReadAccess);
    expect_violation(NP_NT_BAD_ARGUMENT); /* the machine has no memory there */
    ExFreePool(buffer);
    close_pool(machine);
}

static void IoBuildPartialMdl_of_what_is_not_in_the_source(void **state)
{
    struct np_nt *machine = open_small();
    char *buffer = ExAllocatePoolWithTag(NonPagedPool, 4 * PAGE_SIZE, TAG);
    PMDL source = describe(buffer + PAGE_SIZE, PAGE_SIZE), part = describe(buffer, 2 * PAGE_SIZE),
         pages = allocate(1, 0);
    (void)state;
    MmBuildMdlForNonPagedPool(source);
    IoBuildPartialMdl(source, part, buffer, 10); /* before it */
    expect_violation(NP_NT_BAD_ARGUMENT);
    IoBuildPartialMdl(source, part, buffer + PAGE_SIZE + 1, PAGE_SIZE); /* past its end */
    expect_violation(NP_NT_BAD_ARGUMENT);
    IoBuildPartialMdl(NULL, part, buffer, 10);
    expect_violation(NP_NT_BAD_ARGUMENT);
    IoBuildPartialMdl(source, NULL, buffer, 10);
    expect_violation(NP_NT_BAD_ARGUMENT);
    IoBuildPartialMdl(source, pages, buffer + PAGE_SIZE, 3 * PAGE_SIZE); /* an MDL with pages of its own, too small */
    expect_violation(NP_NT_BAD_ARGUMENT);
    MmProbeAndLockPages(NULL, KernelMode, IoReadAccess);
    expect_violation(NP_NT_BAD_ARGUMENT);
    MmUnlockPages(NULL);
    expect_violation(NP_NT_BAD_ARGUMENT);
    IoFreeMdl(part);
    IoFreeMdl(source);
    ExFreePool(buffer);
    give_back(pages);
    close_pool(machine);
}

static void a_buffer_in_a_mapping_for_user_mode(void **state)
{
    struct np_nt *machine = open_small();
    PMDL pages = allocate(2, 0);
    (void)state;
    char *user = map_user(pages);
    PMDL mdl = describe(user + 10, PAGE_SIZE);
    MmBuildMdlForNonPagedPool(mdl); /* a mapping is not pool */
    IoFreeMdl(mdl);
    mdl = describe(user + 10, PAGE_SIZE);
    MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
    assert_int_equal(MmGetMdlPfnArray(mdl)[1], MmGetMdlPfnArray(pages)[1]);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    MmUnmapLockedPages(user, pages);
    mdl = describe(user, 10); /* where it was */
    MmProbeAndLockPages(mdl, UserMode, IoReadAccess);
    expect_violation(NP_NT_BAD_ARGUMENT);
    IoFreeMdl(mdl);
    give_back(pages);
    close_pool(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(MmBuildMdlForNonPagedPool_names_the_pages),
        cmocka_unit_test(MmBuildMdlForNonPagedPool_of_what_it_must_not_be),
        cmocka_unit_test(IoBuildPartialMdl_of_a_mapped_and_of_an_unmapped_source),
        cmocka_unit_test(MmProbeAndLockPages_locks_until_MmUnlockPages),
        cmocka_unit_test(a_buffer_that_is_read_only),
        cmocka_unit_test(MDLs_freed_by_the_wrong_routine),
        cmocka_unit_test(leaks_and_calls_that_fail),
        cmocka_unit_test(an_MDL_in_memory_of_the_driver),
        cmocka_unit_test(IoBuildPartialMdl_of_what_is_not_in_the_source),
        cmocka_unit_test(a_buffer_in_a_mapping_for_user_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
