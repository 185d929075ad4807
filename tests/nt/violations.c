/* SPDX-License-Identifier: MIT */
/* What a driver must not do to MDLs and pages, at which IRQL, and what happens to a program that does. */
#include "nt.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void pages_freed_twice(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(4, 0);
    (void)state;
    MmFreePagesFromMdl(mdl);
    MmFreePagesFromMdl(mdl);
    expect_violation_after(NP_NT_PAGES_FREED_TWICE, "freed");
    ExFreePool(mdl);
    close_clean(machine);
}

static void an_mdl_freed_before_its_pages(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(4, 0);
    (void)state;
    ExFreePool(mdl);
    expect_violation_after(NP_NT_MDL_BEFORE_PAGES, "allocated");
    assert_int_equal(np_nt_page_use(machine).allocated, 4);
    give_back(mdl);
    close_clean(machine);
}

static void pool_memory_freed_twice(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(4, 0);
    char local;
    (void)state;
    give_back(mdl);
    ExFreePoolWithTag(mdl, 0x74736574);
    expect_violation_after(NP_NT_POOL_FREED_TWICE, "freed");
    ExFreePool(&local);
    expect_violation(NP_NT_POOL_UNKNOWN);
    ExFreePool(NULL);
    expect_violation(NP_NT_POOL_UNKNOWN);
    close_clean(machine);
}

static void pages_freed_while_mapped(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(4, 0);
    (void)state;
    void *address = map_user(mdl);
    MmFreePagesFromMdl(mdl);
    expect_violation_after(NP_NT_PAGES_MAPPED, "mapped");
    assert_int_equal(watch.last.pfn, FIRST_PAGE);
    ExFreePool(address);
    expect_violation_after(NP_NT_POOL_UNKNOWN, "mapped");
    MmUnmapLockedPages(address, mdl);
    ExFreePool(address);
    expect_violation_after(NP_NT_POOL_UNKNOWN, "unmapped");
    give_back(mdl);
    close_clean(machine);
}

/* By another MDL, which the driver made itself. */
static void pages_freed_while_mapped_elsewhere(void **state)
{
    struct np_nt *machine = open_small();
    struct {
        MDL head;
        PFN_NUMBER pfn;
    } own;
    PMDL mdl = allocate(4, 0);
    (void)state;
    MmInitializeMdl(&own.head, NULL, PAGE_SIZE);
    own.head.MdlFlags |= MDL_PAGES_LOCKED;
    own.pfn = MmGetMdlPfnArray(mdl)[2];
    void *address = map(&own.head);
    MmFreePagesFromMdl(mdl);
    expect_violation_after(NP_NT_PAGES_MAPPED, "mapped");
    assert_int_equal(watch.last.pfn, FIRST_PAGE + 2);
    MmUnmapLockedPages(address, &own.head);
    MmFreePagesFromMdl(&own.head);
    expect_violation(NP_NT_UNKNOWN_MDL);
    MmFreePagesFromMdl(NULL);
    expect_violation(NP_NT_BAD_ARGUMENT);
    give_back(mdl);
    close_clean(machine);
}

static void pages_mapped_that_nobody_has(void **state)
{
    struct np_nt *machine = open_small();
    struct {
        MDL head;
        PFN_NUMBER pfn;
    } own;
    PMDL mdl = allocate(4, 0);
    (void)state;
    MmInitializeMdl(&own.head, NULL, PAGE_SIZE);
    own.head.MdlFlags |= MDL_PAGES_LOCKED;
    own.pfn = FIRST_PAGE + 100;
    assert_null(map(&own.head));
    expect_violation(NP_NT_PAGES_NOT_ALLOCATED);
    own.pfn = 7;
    assert_null(map(&own.head));
    expect_violation(NP_NT_PAGES_NOT_ALLOCATED);
    MmFreePagesFromMdl(mdl);
    assert_null(map(mdl));
    expect_violation_after(NP_NT_PAGES_NOT_ALLOCATED, "freed");
    ExFreePool(mdl);
    close_clean(machine);
}

static void an_mdl_changed_by_the_driver(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(4, 0);
    (void)state;
    MmGetMdlPfnArray(mdl)[1] = FIRST_PAGE + 50;
    MmFreePagesFromMdl(mdl);
    expect_violation_after(NP_NT_PAGES_NOT_ALLOCATED, "allocated");
    MmGetMdlPfnArray(mdl)[1] = 1;
    MmFreePagesFromMdl(mdl);
    expect_violation_after(NP_NT_PAGES_NOT_ALLOCATED, "allocated");
    MmGetMdlPfnArray(mdl)[1] = FIRST_PAGE + 1;
    give_back(mdl);
    close_clean(machine);
}

/* The list names a page of somebody else, who must not be blamed for it later. */
static void an_mdl_that_names_the_pages_of_others(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(4, 0), victim = allocate(2, 0);
    (void)state;
    void *block = MmAllocateContiguousMemory(1, at(UINT64_MAX));
    const PFN_NUMBER own = MmGetMdlPfnArray(mdl)[1];
    MmGetMdlPfnArray(mdl)[1] = MmGetMdlPfnArray(victim)[1];
    MmFreePagesFromMdl(mdl);
    expect_violation_after(NP_NT_PAGES_NOT_ALLOCATED, "allocated");
    assert_ptr_equal(watch.last.address, mdl);
    assert_int_equal(watch.last.pfn, MmGetMdlPfnArray(victim)[1]);
    assert_non_null(strstr(watch.words, "belongs to MDL"));
    MmGetMdlPfnArray(mdl)[1] = (PFN_NUMBER)MmGetPhysicalAddress(block).QuadPart / PAGE_SIZE;
    MmFreePagesFromMdl(mdl);
    expect_violation_after(NP_NT_PAGES_NOT_ALLOCATED, "allocated");
    assert_non_null(strstr(watch.words, "belongs to the block at"));
    assert_int_equal(np_nt_page_use(machine).allocated, 7);
    MmFreeContiguousMemory(block);
    give_back(victim);
    MmGetMdlPfnArray(mdl)[1] = own;
    give_back(mdl);
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

static void contiguous_memory_freed_as_pool(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    char *block = MmAllocateContiguousMemory(2 * PAGE_SIZE, at(UINT64_MAX));
    ExFreePool(block);
    expect_violation_after(NP_NT_POOL_OF_CONTIGUOUS, "allocated");
    ExFreePool(block + 4100);
    expect_violation_after(NP_NT_POOL_OF_CONTIGUOUS, "allocated");
    MmFreeContiguousMemory(block);
    ExFreePool(block);
    expect_violation_after(NP_NT_POOL_OF_CONTIGUOUS, "freed");
    close_clean(machine);
}

static void two_cache_types_for_one_page(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = MmAllocatePagesForMdl(at(0), at(UINT64_MAX), at(0), 2 * PAGE_SIZE);
    (void)state;
    void *cached = map(mdl);
    assert_null(MmMapLockedPagesSpecifyCache(mdl, UserMode, MmNonCached, NULL, FALSE, NormalPagePriority));
    expect_violation_after(NP_NT_CACHE_CONFLICT, "mapped");
    MmUnmapLockedPages(cached, mdl);
    void *other = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmNonCached, NULL, FALSE, NormalPagePriority);
    assert_non_null(other);
    assert_int_equal(np_nt_page(machine, FIRST_PAGE).mapped_cache, MmNonCached);
    MmUnmapLockedPages(other, mdl);
    give_back(mdl);
    close_clean(machine);
}

static void what_is_unmapped_must_be_mapped(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdl = allocate(2, 0), other = allocate(1, 0);
    char local;
    (void)state;
    char *address = map(mdl);
    MmUnmapLockedPages(address, other);
    expect_violation_after(NP_NT_NOT_MAPPED, "mapped");
    MmUnmapLockedPages(address + PAGE_SIZE, mdl);
    expect_violation_after(NP_NT_NOT_MAPPED, "mapped");
    MmUnmapLockedPages(&local, mdl);
    expect_violation(NP_NT_NOT_MAPPED);
    MmUnmapLockedPages(address, mdl);
    MmUnmapLockedPages(address, mdl);
    expect_violation_after(NP_NT_NOT_MAPPED, "unmapped");
    void *block = MmAllocateContiguousMemory(1, at(UINT64_MAX));
    MmUnmapLockedPages(block, mdl);
    expect_violation_after(NP_NT_NOT_MAPPED, "allocated");
    MmFreeContiguousMemory(block);
    give_back(mdl);
    give_back(other);
    close_clean(machine);
}

/* ---- Hot remove ---- */

static void removed_pages_are_only_added_back(void **state)
{
    struct np_nt *machine = open_small();
    LARGE_INTEGER bytes = {.QuadPart = 4 * PAGE_SIZE};
    PHYSICAL_ADDRESS start = at(FIRST_PAGE * PAGE_SIZE);
    (void)state;
    PMDL mdl = allocate(4, MM_ALLOCATE_AND_HOT_REMOVE);
    MmFreePagesFromMdl(mdl);
    expect_violation_after(NP_NT_PAGES_REMOVED, "allocated");
    void *address = map(mdl);
    ExFreePool(mdl);
    expect_violation_after(NP_NT_PAGES_MAPPED, "mapped");
    assert_int_equal(MmAddPhysicalMemory(&start, &bytes), STATUS_CONFLICTING_ADDRESSES);
    expect_violation_after(NP_NT_PAGES_MAPPED, "mapped");
    MmUnmapLockedPages(address, mdl);
    assert_int_equal(MmAddPhysicalMemory(&start, &bytes), STATUS_SUCCESS);
    assert_null(map(mdl));
    expect_violation(NP_NT_PAGES_NOT_ALLOCATED);
    PMDL other = allocate(4, 0);
    assert_null(map(mdl));
    expect_violation(NP_NT_PAGES_NOT_ALLOCATED);
    assert_non_null(strstr(watch.words, "added back"));
    give_back(other);
    ExFreePool(mdl);
    close_clean(machine);
}

/* ---- IRQL ---- */

static void the_irql_of_a_call(void **state)
{
    struct np_nt *machine = open_small();
    KIRQL before;
    (void)state;
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    PMDL mdl = allocate(1, 0);
    void *user = MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
    void *block = MmAllocateContiguousMemorySpecifyCache(1, at(0), at(UINT64_MAX), at(0), MmCached);

    KeRaiseIrql(APC_LEVEL, &before);
    assert_null(allocate(1, MM_ALLOCATE_AND_HOT_REMOVE));
    expect_violation(NP_NT_WRONG_IRQL);
    assert_null(MmGetPhysicalMemoryRanges());
    expect_violation(NP_NT_WRONG_IRQL);
    PMDL other = MmAllocatePagesForMdl(at(0), at(UINT64_MAX), at(0), 1);
    assert_non_null(other);

    KeRaiseIrql(DISPATCH_LEVEL, &before);
    assert_int_equal(before, APC_LEVEL);
    PMDL raised = MmAllocatePagesForMdl(at(0), at(UINT64_MAX), at(0), 1);
    assert_non_null(raised);
    assert_int_equal(watch.count, 0);
    give_back(raised);
    assert_null(MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority));
    expect_violation(NP_NT_WRONG_IRQL);
    MmUnmapLockedPages(user, mdl);
    expect_violation_after(NP_NT_WRONG_IRQL, "mapped");
    assert_int_equal(MmAddPhysicalMemory(NULL, NULL), STATUS_UNSUCCESSFUL);
    expect_violation(NP_NT_WRONG_IRQL);
    give_back(other);
    other = allocate(1, 0);
    void *kernel = map(other);
    assert_non_null(kernel);
    MmUnmapLockedPages(kernel, other);
    assert_int_equal(watch.count, 0);

    KeRaiseIrql(HIGH_LEVEL, &before);
    assert_null(allocate(1, 0));
    expect_violation(NP_NT_WRONG_IRQL);
    assert_null(MmAllocateContiguousMemory(1, at(UINT64_MAX)));
    expect_violation(NP_NT_WRONG_IRQL);
    assert_null(map(mdl));
    expect_violation(NP_NT_WRONG_IRQL);
    MmUnmapLockedPages(user, mdl);
    expect_violation(NP_NT_WRONG_IRQL);
    MmFreePagesFromMdl(other);
    expect_violation(NP_NT_WRONG_IRQL);
    ExFreePool(other);
    expect_violation(NP_NT_WRONG_IRQL);
    MmFreeContiguousMemory(block);
    expect_violation(NP_NT_WRONG_IRQL);
    MmFreeContiguousMemorySpecifyCache(block, 1, MmCached);
    expect_violation(NP_NT_WRONG_IRQL);
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    expect_violation(NP_NT_WRONG_IRQL);
    assert_int_equal(KeGetCurrentIrql(), HIGH_LEVEL);
    KeRaiseIrql(HIGH_LEVEL + 1, &before);
    expect_violation(NP_NT_WRONG_IRQL);
    KeRaiseIrql(HIGH_LEVEL, NULL);
    expect_violation(NP_NT_BAD_ARGUMENT);

    KeLowerIrql(PASSIVE_LEVEL);
    KeLowerIrql(APC_LEVEL);
    expect_violation(NP_NT_WRONG_IRQL);
    assert_int_equal(KeQueryHighestNodeNumber(), 1);
    MmUnmapLockedPages(user, mdl);
    MmFreeContiguousMemory(block);
    give_back(other);
    give_back(mdl);
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

/* ---- What becomes of the program ---- */

/*
 * Runs something in a process of its own whose violations nobody handles. @return its status; `said` is what it printed
 */
static int status_after(void (*first)(void), void (*what)(void), bool go_on, char *said, size_t room)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct np_nt_settings settings = small_settings();
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        signal(SIGABRT, SIG_DFL);
        settings.on_violation = NULL;
        settings.go_on = go_on;
        if (first != NULL) first();
        struct np_nt *machine = np_nt_open(&settings);
        what();
        np_nt_close(machine);
        _exit(0);
    }
    close(ends[1]);
    size_t got = 0;
    for (ssize_t n; got < room - 1 && (n = read(ends[0], said + got, room - 1 - got)) > 0;)
        got += (size_t)n;
    said[got] = '\0';
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

static int status_of(void (*what)(void), bool go_on, char *said, size_t room)
{
    return status_after(NULL, what, go_on, said, room);
}

static void free_twice(void)
{
    PMDL mdl = allocate(1, 0);
    MmFreePagesFromMdl(mdl);
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
}

static void touch_a_guard_page(void)
{
    volatile char *block = MmAllocateContiguousMemory(PAGE_SIZE, at(UINT64_MAX));
    block[PAGE_SIZE] = 1;
}

static void touch_nothing_of_ours(void)
{
    volatile char *nowhere = (volatile char *)(uintptr_t)64;
    *nowhere = 1;
}

static void the_program_is_stopped(void **state)
{
    char said[16384];
    (void)state;
    int status = status_of(free_twice, false, said, sizeof said);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_non_null(strstr(said, "violation: pages freed twice: MmFreePagesFromMdl"));
    assert_non_null(strstr(said, "freed by"));
    assert_non_null(strstr(said, "#0"));

    status = status_of(touch_a_guard_page, false, said, sizeof said);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_non_null(strstr(said, "violation: access past contiguous memory: a memory access: write to"));
}

static void or_goes_on_if_it_is_told_to(void **state)
{
    char said[16384];
    (void)state;
    int status = status_of(free_twice, true, said, sizeof said);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_non_null(strstr(said, "violation: pages freed twice"));
    status = status_of(touch_a_guard_page, true, said, sizeof said);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
    assert_non_null(strstr(said, "access past contiguous memory"));
}

static void by_number(int number)
{
    (void)number;
    _exit(42);
}

static void by_information(int number, siginfo_t *information, void *context)
{
    (void)number;
    (void)context;
    _exit((int)(uintptr_t)information->si_addr);
}

static void handle_by_default(void)
{
    signal(SIGSEGV, SIG_DFL);
}

static void handle_by_number(void)
{
    signal(SIGSEGV, by_number);
}

static void handle_by_information(void)
{
    sigaction(SIGSEGV, &(struct sigaction){.sa_sigaction = by_information, .sa_flags = SA_SIGINFO}, NULL);
}

/* A fault that is not ours goes to the handler before ours. */
static void a_fault_elsewhere_is_passed_on(void **state)
{
    char said[16384];
    (void)state;
    int status = status_after(handle_by_default, touch_nothing_of_ours, true, said, sizeof said);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
    assert_null(strstr(said, "violation"));
    status = status_after(handle_by_number, touch_nothing_of_ours, true, said, sizeof said);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 42);
    status = status_after(handle_by_information, touch_nothing_of_ours, true, said, sizeof said);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_freed_twice),
        cmocka_unit_test(an_mdl_freed_before_its_pages),
        cmocka_unit_test(pool_memory_freed_twice),
        cmocka_unit_test(pages_freed_while_mapped),
        cmocka_unit_test(pages_freed_while_mapped_elsewhere),
        cmocka_unit_test(pages_mapped_that_nobody_has),
        cmocka_unit_test(an_mdl_changed_by_the_driver),
        cmocka_unit_test(an_mdl_that_names_the_pages_of_others),
        cmocka_unit_test(contiguous_memory_freed_as_pool),
        cmocka_unit_test(two_cache_types_for_one_page),
        cmocka_unit_test(what_is_unmapped_must_be_mapped),
        cmocka_unit_test(removed_pages_are_only_added_back),
        cmocka_unit_test(the_irql_of_a_call),
        cmocka_unit_test(the_program_is_stopped),
        cmocka_unit_test(or_goes_on_if_it_is_told_to),
        cmocka_unit_test(a_fault_elsewhere_is_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
