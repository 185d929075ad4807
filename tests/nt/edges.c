/* SPDX-License-Identifier: MIT */
/* What drivers seldom do, and sizes at which something else begins. */
#include "nt.h"

#include "../../src/nt/machine.h"

#include <pthread.h>

/* One node of 16384 pages. */
static struct np_nt *open_large(void)
{
    struct np_nt_settings settings = small_settings();
    settings.map_text = "node 0 0x100000-0x40fffff\n";
    watch = (struct watch){0};
    struct np_nt *machine = np_nt_open(&settings);
    assert_non_null(machine);
    return machine;
}

/* ---- Settings ---- */

static void no_map_is_the_smallest_bundled(void **state)
{
    struct np_nt_settings settings = small_settings();
    (void)state;
    settings.map_text = NULL;
    struct np_nt *smallest = np_nt_open(&settings);
    settings.map = NULL;
    struct np_nt *machine = np_nt_open(&settings);
    assert_non_null(machine);
    assert_int_equal(np_nt_page_use(machine).present, np_nt_page_use(smallest).present);
    close_clean(machine);
    close_clean(smallest);
    settings.map_text = "node 0 0x0-0xffff\n";
    machine = np_nt_open(&settings);
    assert_int_equal(np_nt_page_use(machine).present, 15); /* all except page frame 0 */
    close_clean(machine);
}

static void more_frames_than_are_kept(void **state)
{
    struct np_nt_settings settings = small_settings();
    (void)state;
    settings.stack_depth = 1000;
    struct np_nt *machine = np_nt_open(&settings);
    struct np_nt_leak leak;
    PMDL mdl = allocate(1, 0);
    assert_int_equal(np_nt_leaks(machine, &leak, 1), 1);
    assert_true(leak.stack.depth > 1 && leak.stack.depth <= NP_NT_FRAMES);
    give_back(mdl);
    close_clean(machine);
}

/* ---- Leaks ---- */

static __attribute__((noinline)) PMDL allocate_below(unsigned calls)
{
    PMDL mdl = calls == 0 ? allocate(1, 0) : allocate_below(calls - 1);
    __asm__ volatile("" ::: "memory"); /* so that it is a call */
    return mdl;
}

/* Stacks of unlike depth, whichever comes first, are of calls of their own. */
static void leaks_of_unlike_depth(void **state)
{
    static const unsigned depths[] = {3, 0, 1, 3, 2, 0};
    struct np_nt_settings settings = small_settings();
    struct np_nt_leak leak;
    PMDL mdls[6];
    char *text = NULL;
    size_t size = 0;
    (void)state;
    settings.stack_depth = NP_NT_FRAMES;
    struct np_nt *machine = np_nt_open(&settings);
    assert_int_equal(np_nt_leaks(machine, &leak, 1), 0);
    for (unsigned i = 0; i < 6; i++)
        mdls[i] = allocate_below(depths[i]);
    FILE *to = open_memstream(&text, &size);
    np_nt_report(machine, to);
    fclose(to);
    unsigned groups = 0;
    for (const char *at = text; (at = strstr(at, "  leak: ")) != NULL; at++)
        groups++;
    free(text);
    assert_int_equal(groups, 4);
    for (unsigned i = 0; i < 6; i++)
        give_back(mdls[i]);
    close_clean(machine);
}

/* ---- What is printed ---- */

static void frames_of_no_file(void **state)
{
    const struct np_nt_stack stack = {.depth = 1, .frames = {(void *)64}};
    const struct np_nt_violation violation = {.kind = NP_NT_BAD_ARGUMENT, .here = stack, .words = "words"};
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    (void)state;
    np_nt_print_violation(to, &violation);
    fclose(to);
    assert_string_equal(text, "nodepages: violation: bad argument: MmAllocateNodePagesForMdlEx: words\n    #0  0x40\n");
    free(text);
}

static void *ask_why(void *why)
{
    *(struct np_nt_why *)why = *np_nt_why();
    return NULL;
}

static void a_thread_that_made_no_call_has_no_failure(void **state)
{
    struct np_nt_why why = {.cause = NP_NT_CAUSE_VIOLATION};
    pthread_t thread;
    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, ask_why, &why), 0);
    pthread_join(thread, NULL);
    assert_int_equal(why.cause, NP_NT_CAUSE_NONE);
}

/* ---- MDLs ---- */

/* Its size does not fit the 16 bits with a sign that an MDL has for it. */
static void a_long_mdl(void **state)
{
    struct np_nt *machine = open_large();
    (void)state;
    PMDL mdl = allocate(5000, MM_DONT_ZERO_ALLOCATION);
    assert_non_null(mdl);
    assert_int_equal((USHORT)mdl->Size, (sizeof *mdl + 5000 * sizeof(PFN_NUMBER)) % 0x10000);
    assert_true(mdl->Size < 0);
    give_back(mdl);
    close_clean(machine);
}

static void a_flag_that_the_driver_has_cleared(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(1, 0);
    void *address = map(mdl);
    mdl->MdlFlags &= (CSHORT)~MDL_MAPPED_TO_SYSTEM_VA;
    MmUnmapLockedPages(address, mdl);
    assert_int_equal(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA, 0);
    assert_null(mdl->MappedSystemVa);
    give_back(mdl);
    close_clean(machine);
}

static void an_mdl_of_no_page(void **state)
{
    struct np_nt *machine = open_small();
    MDL mdl;
    (void)state;
    MmInitializeMdl(&mdl, NULL, 0);
    assert_null(map(&mdl));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_ADDRESSES);
    close_clean(machine);
}

static void modes_that_are_none(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(1, 0);
    for (int mode = -1; mode <= MaximumMode; mode += MaximumMode + 1) {
        assert_null(
            MmMapLockedPagesSpecifyCache(mdl, (KPROCESSOR_MODE)mode, MmCached, NULL, FALSE, NormalPagePriority));
        expect_violation(NP_NT_BAD_ARGUMENT);
    }
    give_back(mdl);
    close_clean(machine);
}

/* BugCheckOnFailure is for KernelMode alone. */
static void a_failure_for_user_mode_stops_nothing(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(1, 0);
    const uint64_t pages = machine->arena.pages;
    for (machine->arena.pages = pages;; machine->arena.pages = 2) {
        const bool room = machine->arena.pages == pages;
        char *address = MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, TRUE, HighPagePriority);
        assert_true((address != NULL) == room);
        if (address != NULL) MmUnmapLockedPages(address, mdl);
        assert_int_equal(watch.count, 0);
        if (!room) break;
    }
    machine->arena.pages = pages;
    give_back(mdl);
    close_clean(machine);
}

/* An MDL of the driver's own, of the pages of another. */
static void own_mdl_of(PMDL own, PMDL other)
{
    MmInitializeMdl(own, NULL, PAGE_SIZE);
    own->MdlFlags |= MDL_PAGES_LOCKED;
    MmGetMdlPfnArray(own)[0] = MmGetMdlPfnArray(other)[0];
}

/* The driver builds it where an MDL was that is freed, or in memory of another kind. */
static void an_mdl_where_something_else_was(void **state)
{
    struct np_nt *machine = open_small();
    union {
        MDL mdl;
        char room[sizeof(MDL) + sizeof(PFN_NUMBER)];
    } own;
    (void)state;
    PMDL mdl = allocate(1, 0);
    for (unsigned round = 0; round < 2; round++) {
        struct np_nt_record *record =
            np_nt_ledger_add(&machine->ledger, round == 0 ? NP_NT_RECORD_MDL : NP_NT_RECORD_POOL, &own);
        assert_non_null(record);
        if (round == 0) np_nt_ledger_end(&machine->ledger, record);
        own_mdl_of(&own.mdl, mdl);
        char *address = map(&own.mdl);
        assert_non_null(address);
        address[0] = 1;
        MmUnmapLockedPages(address, &own.mdl);
        assert_int_equal(watch.count, 0);
        if (round == 1) np_nt_ledger_drop(&machine->ledger, record);
    }
    give_back(mdl);
    close_clean(machine);
}

static void an_mdl_that_names_a_page_of_nobody(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(2, 0);
    MmGetMdlPfnArray(mdl)[1] = FIRST_PAGE + 100;
    MmFreePagesFromMdl(mdl);
    expect_violation_after(NP_NT_PAGES_NOT_ALLOCATED, "allocated");
    assert_int_equal(watch.last.pfn, FIRST_PAGE + 100);
    MmGetMdlPfnArray(mdl)[1] = FIRST_PAGE + 1;
    give_back(mdl);
    close_clean(machine);
}

/* ---- Pages that were removed ---- */

static NTSTATUS add(uint64_t first, uint64_t pages)
{
    PHYSICAL_ADDRESS start = at(first * PAGE_SIZE);
    LARGE_INTEGER bytes = {.QuadPart = (LONGLONG)(pages * PAGE_SIZE)};
    return MmAddPhysicalMemory(&start, &bytes);
}

static void the_lowest_of_removed_pages_is_back(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(3, MM_ALLOCATE_AND_HOT_REMOVE);
    assert_int_equal(add(FIRST_PAGE, 1), STATUS_SUCCESS);
    for (unsigned given = 0; given < 2; given++) { /* to nobody, then to another */
        PMDL other = given == 0 ? NULL : allocate(1, 0);
        assert_null(map(mdl));
        expect_violation(NP_NT_PAGES_NOT_ALLOCATED);
        assert_int_equal(watch.last.pfn, FIRST_PAGE);
        if (other != NULL) give_back(other);
    }
    assert_int_equal(add(FIRST_PAGE + 1, 2), STATUS_SUCCESS);
    ExFreePool(mdl);
    close_clean(machine);
}

static void many_pages_are_added_at_once(void **state)
{
    struct np_nt *machine = open_large();
    const uint64_t present = np_nt_page_use(machine).present;
    (void)state;
    PMDL mdl = allocate(1500, MM_ALLOCATE_AND_HOT_REMOVE);
    assert_int_equal(np_nt_page_use(machine).removed, 1500);
    assert_int_equal(add(FIRST_PAGE, 1500), STATUS_SUCCESS);
    assert_int_equal(np_nt_page_use(machine).free, present);
    ExFreePool(mdl);
    close_clean(machine);
}

static void ranges_that_cannot_be(void **state)
{
    struct np_nt *machine = open_small();
    static const LONGLONG ranges[][2] = {{-(LONGLONG)PAGE_SIZE, PAGE_SIZE},
                                         {1, PAGE_SIZE},
                                         {0, PAGE_SIZE + 1},
                                         {0, 0},
                                         {0, -(LONGLONG)PAGE_SIZE},
                                         {0, (LONGLONG)(NP_PFN_LIMIT + 1) * PAGE_SIZE},
                                         {PAGE_SIZE, (LONGLONG)NP_PFN_LIMIT * PAGE_SIZE}};
    LARGE_INTEGER bytes = {.QuadPart = PAGE_SIZE};
    PHYSICAL_ADDRESS start = at(0);
    (void)state;
    for (unsigned i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        start.QuadPart = ranges[i][0];
        bytes.QuadPart = ranges[i][1];
        assert_int_equal(MmAddPhysicalMemory(&start, &bytes), STATUS_INVALID_PARAMETER);
        assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_REFUSED);
    }
    assert_int_equal(MmAddPhysicalMemory(&start, NULL), STATUS_INVALID_PARAMETER);
    expect_violation(NP_NT_BAD_ARGUMENT);
    close_clean(machine);
}

/* ---- Contiguous memory ---- */

static void each_protection_has_a_cache_type(void **state)
{
    static const struct {
        ULONG protect;
        int cache;
    } known[] = {{PAGE_READWRITE, MmCached},
                 {PAGE_EXECUTE_READWRITE, MmCached},
                 {PAGE_READWRITE | PAGE_NOCACHE, MmNonCached},
                 {PAGE_EXECUTE_READWRITE | PAGE_NOCACHE, MmNonCached},
                 {PAGE_READWRITE | PAGE_WRITECOMBINE, MmWriteCombined},
                 {PAGE_EXECUTE_READWRITE | PAGE_WRITECOMBINE, MmWriteCombined}};
    struct np_nt *machine = open_small();
    (void)state;
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        void *block =
            MmAllocateContiguousNodeMemory(PAGE_SIZE, at(0), at(UINT64_MAX), at(0), known[i].protect, MM_ANY_NODE_OK);
        assert_non_null(block);
        assert_int_equal(np_nt_page(machine, FIRST_PAGE).mapped_cache, known[i].cache);
        MmFreeContiguousMemory(block);
    }
    assert_null(MmAllocateContiguousNodeMemory(PAGE_SIZE, at(0), at(UINT64_MAX), at(0),
                                               PAGE_READWRITE | PAGE_NOCACHE | PAGE_WRITECOMBINE, MM_ANY_NODE_OK));
    close_clean(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_map_is_the_smallest_bundled),
        cmocka_unit_test(more_frames_than_are_kept),
        cmocka_unit_test(leaks_of_unlike_depth),
        cmocka_unit_test(frames_of_no_file),
        cmocka_unit_test(a_thread_that_made_no_call_has_no_failure),
        cmocka_unit_test(a_long_mdl),
        cmocka_unit_test(a_flag_that_the_driver_has_cleared),
        cmocka_unit_test(an_mdl_of_no_page),
        cmocka_unit_test(modes_that_are_none),
        cmocka_unit_test(a_failure_for_user_mode_stops_nothing),
        cmocka_unit_test(an_mdl_where_something_else_was),
        cmocka_unit_test(an_mdl_that_names_a_page_of_nobody),
        cmocka_unit_test(the_lowest_of_removed_pages_is_back),
        cmocka_unit_test(many_pages_are_added_at_once),
        cmocka_unit_test(ranges_that_cannot_be),
        cmocka_unit_test(each_protection_has_a_cache_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
