/* SPDX-License-Identifier: MIT */
/* Machines: their maps and settings, what leaks, and the report. */
#include "nt.h"

#include <sys/wait.h>
#include <unistd.h>

static const char *const variables[] = {NP_NT_ENV_MAP,          NP_NT_ENV_FAIL_EVERY, NP_NT_ENV_FAIL_SHARE,
                                        NP_NT_ENV_FAIL_SEED,    NP_NT_ENV_PATTERN,    NP_NT_ENV_FAIL_CALL,
                                        NP_NT_ENV_ON_VIOLATION, NP_NT_ENV_STACK,      NP_NT_ENV_REPORT};

static int forget_environment(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    return 0;
}

/* ---- Maps ---- */

static void every_bundled_machine(void **state)
{
    (void)state;
    for (const char *const *name = np_nt_bundled(); *name != NULL; name++) {
        struct np_nt_settings settings = np_nt_settings_default();
        settings.map = *name;
        struct np_nt *machine = np_nt_open(&settings);
        assert_non_null(machine);
        for (uint32_t node = 0; node <= KeQueryHighestNodeNumber(); node++) {
            PMDL mdl = MmAllocateNodePagesForMdlEx(at(0), at(UINT64_MAX), at(0), 64 * PAGE_SIZE, MmCached, node,
                                                   MM_ALLOCATE_FROM_LOCAL_NODE_ONLY);
            assert_non_null(mdl);
            assert_int_equal(np_nt_page(machine, MmGetMdlPfnArray(mdl)[63]).node, node);
            char *address = map(mdl);
            memset(address, 1, 64 * PAGE_SIZE);
            MmUnmapLockedPages(address, mdl);
            give_back(mdl);
        }
        assert_true(np_nt_page_use(machine).backed < 16 * MIB);
        close_clean(machine);
    }
}

static void files_with_commas_between(void **state)
{
    struct np_nt_settings settings = np_nt_settings_default();
    (void)state;
    settings.map = "corpus/machines/amd-epyc-8node-1tib.dmesg,corpus/machines/numactl-8node.txt";
    struct np_nt *machine = np_nt_open(&settings);
    assert_non_null(machine);
    assert_int_equal(KeQueryHighestNodeNumber(), 7);
    close_clean(machine);
}

static void maps_that_can_not_be_read(void **state)
{
    struct np_nt_settings settings = np_nt_settings_default();
    char said[512] = "";
    (void)state;
    settings.messages = fmemopen(said, sizeof said, "w");
    settings.map = "no/such/file";
    assert_null(np_nt_open(&settings));
    settings.map_text = "node 0 nonsense\n";
    settings.map = "inline";
    assert_null(np_nt_open(&settings));
    fclose(settings.messages);
    assert_non_null(strstr(said, "no/such/file"));
    assert_non_null(strstr(said, "inline:1:"));
}

/* The layer unpacks nothing: it says what the file is. */
static void a_map_that_is_packed(void **state)
{
    struct np_nt_settings settings = np_nt_settings_default();
    char said[512] = "", name[] = "/tmp/nodepages-packed-XXXXXX";
    const int file = mkstemp(name);
    (void)state;
    assert_int_equal(write(file, "\x1f\x8b\x08\x00", 4), 4);
    close(file);
    settings.messages = fmemopen(said, sizeof said, "w");
    settings.map = name;
    assert_null(np_nt_open(&settings));
    fclose(settings.messages);
    unlink(name);
    assert_non_null(strstr(said, "gzip: not enabled in this build; unpack the file first"));
}

/* The host itself, or a message that says why not. */
static void the_host(void **state)
{
    struct np_nt_settings settings = np_nt_settings_default();
    char said[512] = "";
    (void)state;
    settings.messages = fmemopen(said, sizeof said, "w");
    settings.map = "live";
    struct np_nt *machine = np_nt_open(&settings);
    fclose(settings.messages);
    if (machine == NULL) {
        assert_non_null(strstr(said, "nodepages: "));
        return;
    }
    PMDL mdl = allocate(1, 0);
    assert_non_null(mdl);
    give_back(mdl);
    close_clean(machine);
}

static void one_machine_after_the_other(void **state)
{
    struct np_nt *first = open_small(), *second = open_small();
    (void)state;
    assert_ptr_equal(np_nt_current(), second);
    PMDL mdl = allocate(1, 0);
    assert_int_equal(np_nt_page_use(first).allocated, 0);
    assert_ptr_equal(np_nt_use(first), second);
    PMDL other = allocate(2, 0);
    assert_int_equal(np_nt_page_use(first).allocated, 2);
    give_back(other);
    close_clean(first);
    np_nt_use(second);
    give_back(mdl);
    close_clean(second);
}

/* ---- Settings ---- */

static void settings_of_the_environment(void **state)
{
    struct np_nt_settings settings = np_nt_settings_default();
    (void)state;
    assert_true(np_nt_settings_from_environment(&settings));
    assert_int_equal(settings.pattern, -1);
    setenv(NP_NT_ENV_MAP, "live", 1);
    setenv(NP_NT_ENV_FAIL_EVERY, "7", 1);
    setenv(NP_NT_ENV_FAIL_SHARE, "250", 1);
    setenv(NP_NT_ENV_FAIL_SEED, "0x10", 1);
    setenv(NP_NT_ENV_FAIL_CALL, "MmAllocatePagesForMdl:3", 1);
    setenv(NP_NT_ENV_PATTERN, "0xcd", 1);
    setenv(NP_NT_ENV_STACK, "4", 1);
    setenv(NP_NT_ENV_ON_VIOLATION, "go on", 1);
    setenv(NP_NT_ENV_REPORT, "report.txt", 1);
    assert_true(np_nt_settings_from_environment(&settings));
    assert_string_equal(settings.map, "live");
    assert_int_equal(settings.scarcity.every, 7);
    assert_int_equal(settings.scarcity.share, 250);
    assert_int_equal(settings.scarcity.seed, 16);
    assert_int_equal(settings.scarcity.call, 3);
    assert_int_equal(settings.scarcity.routine, NP_NT_ALLOCATE_PAGES);
    assert_int_equal(settings.pattern, 0xcd);
    assert_int_equal(settings.stack_depth, 4);
    assert_true(settings.go_on);
    assert_string_equal(settings.report, "report.txt");
    setenv(NP_NT_ENV_FAIL_CALL, "12", 1);
    setenv(NP_NT_ENV_ON_VIOLATION, "stop", 1);
    assert_true(np_nt_settings_from_environment(&settings));
    assert_int_equal(settings.scarcity.call, 12);
    assert_int_equal(settings.scarcity.routine, NP_NT_ROUTINES);
    assert_false(settings.go_on);
    forget_environment(state);
}

static void settings_that_can_not_be_read(void **state)
{
    static const struct {
        const char *name;
        const char *value;
    } bad[] = {{NP_NT_ENV_FAIL_EVERY, "often"},    {NP_NT_ENV_FAIL_SHARE, "1001"},
               {NP_NT_ENV_FAIL_SEED, ""},          {NP_NT_ENV_FAIL_CALL, "0"},
               {NP_NT_ENV_FAIL_CALL, "Mm:1"},      {NP_NT_ENV_FAIL_CALL, "MmFreePagesFromMdl:1"},
               {NP_NT_ENV_FAIL_CALL, ":1"},        {NP_NT_ENV_FAIL_CALL, "MmAllocatePagesForMdl:"},
               {NP_NT_ENV_PATTERN, "256"},         {NP_NT_ENV_STACK, "25"},
               {NP_NT_ENV_ON_VIOLATION, "ignore"}, {NP_NT_ENV_FAIL_EVERY, "3 "}};
    (void)state;
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct np_nt_settings settings = np_nt_settings_default();
        char said[512] = "";
        settings.messages = fmemopen(said, sizeof said, "w");
        setenv(bad[i].name, bad[i].value, 1);
        assert_false(np_nt_settings_from_environment(&settings));
        fclose(settings.messages);
        assert_non_null(strstr(said, bad[i].name));
        unsetenv(bad[i].name);
    }
}

/* ---- Leaks and the report ---- */

static void what_leaks_is_listed(void **state)
{
    struct np_nt *machine = open_small();
    struct np_nt_leak leaks[8];
    (void)state;
    assert_int_equal(np_nt_leaks(machine, NULL, 0), 0);
    PMDL whole = allocate(3, 0), empty = allocate(2, 0);
    void *block = MmAllocateContiguousMemory(5000, at(UINT64_MAX));
    void *address = map(whole), *ranges = MmGetPhysicalMemoryRanges();
    MmFreePagesFromMdl(empty);
    PMDL removed = allocate(1, MM_ALLOCATE_AND_HOT_REMOVE);
    give_back(allocate(1, 0));
    assert_int_equal(np_nt_leaks(machine, leaks, 8), 6);
    assert_ptr_equal(leaks[0].address, whole);
    assert_int_equal(leaks[0].kind, NP_NT_LEAK_MDL);
    assert_int_equal(leaks[0].pages, 3);
    assert_int_equal(leaks[0].routine, NP_NT_ALLOCATE_PAGES_EX);
    assert_true(leaks[0].stack.depth > 1);
    assert_ptr_equal(leaks[1].address, empty);
    assert_int_equal(leaks[1].pages, 0);
    assert_ptr_equal(leaks[2].address, block);
    assert_int_equal(leaks[2].kind, NP_NT_LEAK_BLOCK);
    assert_int_equal(leaks[2].pages, 2);
    assert_ptr_equal(leaks[3].address, address);
    assert_int_equal(leaks[3].kind, NP_NT_LEAK_MAPPING);
    assert_ptr_equal(leaks[4].address, ranges);
    assert_int_equal(leaks[4].kind, NP_NT_LEAK_POOL);
    assert_ptr_equal(leaks[5].address, removed);
    assert_int_equal(leaks[5].pages, 0);
    assert_int_equal(np_nt_leaks(machine, leaks, 2), 6);
    close_with(machine, 6);
}

static void the_report_says_it_all(void **state)
{
    struct np_nt *machine = open_small();
    char *text = NULL;
    size_t size = 0;
    (void)state;
    PMDL mdl = allocate(3, 0);
    MmFreePagesFromMdl(NULL);
    assert_null(allocate(0, 0));
    FILE *to = open_memstream(&text, &size);
    np_nt_report(machine, to);
    fclose(to);
    assert_non_null(strstr(text, "512 present, 509 free, 3 allocated, 0 removed"));
    assert_non_null(strstr(text, "MmAllocatePagesForMdlEx"));
    assert_non_null(strstr(text, "leak: 1 MDL of"));
    assert_non_null(strstr(text, "#0"));
    assert_string_equal(text + size - strlen("nodepages: 1 leak, 1 violation\n"), "nodepages: 1 leak, 1 violation\n");
    free(text);
    give_back(mdl);
    close_clean(machine);
}

static void leaks_of_one_call_are_one_entry(void **state)
{
    struct np_nt *machine = open_small();
    PMDL mdls[5];
    char *text = NULL;
    size_t size = 0;
    (void)state;
    for (unsigned i = 0; i < 5; i++)
        mdls[i] = allocate(3, 0);
    void *block = MmAllocateContiguousMemory(1, at(UINT64_MAX));
    FILE *to = open_memstream(&text, &size);
    np_nt_report(machine, to);
    fclose(to);
    assert_non_null(strstr(text, "leak: 5 MDLs of 15 pages"));
    assert_non_null(strstr(text, "leak: 1 block of 1 page,"));
    assert_non_null(strstr(text, "nodepages: 6 leaks, 0 violations"));
    free(text);
    for (unsigned i = 0; i < 5; i++)
        give_back(mdls[i]);
    MmFreeContiguousMemory(block);
    close_clean(machine);
}

/* Called from a place of its own, so that the first frame of a stack is known. */
__attribute__((noinline)) static PMDL allocate_here(void **place)
{
    PMDL mdl = MmAllocatePagesForMdl(at(0), at(UINT64_MAX), at(0), 1);
    *place = __builtin_return_address(0);
    return mdl;
}

static void stacks_begin_with_the_caller(void **state)
{
    struct np_nt *machine = open_small();
    struct np_nt_leak leak;
    void *place = NULL;
    (void)state;
    PMDL mdl = allocate_here(&place);
    assert_int_equal(np_nt_leaks(machine, &leak, 1), 1);
    assert_in_range((uintptr_t)leak.stack.frames[0], (uintptr_t)allocate_here, (uintptr_t)allocate_here + 512);
    assert_ptr_equal(leak.stack.frames[1], place);
    give_back(mdl);
    close_clean(machine);
}

static void a_driver_that_knows_of_no_machine(void)
{
    PMDL mdl = allocate(2, 0);
    MmFreePagesFromMdl(mdl);
    exit(0);
}

static void a_driver_that_frees_twice(void)
{
    PMDL mdl = allocate(2, 0);
    MmFreePagesFromMdl(mdl);
    MmFreePagesFromMdl(mdl);
    exit(0);
}

/* Runs a program that makes no machine. @return its status; `said` is the report that it left */
static int status_of(void (*what)(void), char *said, size_t room)
{
    char name[] = "/tmp/nodepages-report-XXXXXX";
    const int file = mkstemp(name);
    assert_true(file >= 0);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        setenv(NP_NT_ENV_REPORT, name, 1);
        setenv(NP_NT_ENV_MAP, "hisilicon-hip08-4node-sparse", 1);
        signal(SIGABRT, SIG_DFL);
        assert_non_null(freopen("/dev/null", "w", stderr));
        what();
    }
    int status = 0;
    waitpid(child, &status, 0);
    const ssize_t got = pread(file, said, room - 1, 0);
    said[got < 0 ? 0 : got] = '\0';
    close(file);
    unlink(name);
    return status;
}

static void a_machine_made_by_the_environment(void **state)
{
    char said[16384];
    (void)state;
    int status = status_of(a_driver_that_knows_of_no_machine, said, sizeof said);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_non_null(strstr(said, "67108863 present"));
    assert_non_null(strstr(said, "leak: 1 MDL of"));
    assert_non_null(strstr(said, "nodepages: 1 leak, 0 violations"));
    status = status_of(a_driver_that_frees_twice, said, sizeof said);
    assert_true(WIFSIGNALED(status));
    assert_non_null(strstr(said, "nodepages: 1 leak, 1 violation"));
}

static void names_of_things(void **state)
{
    (void)state;
    for (unsigned r = 0; r < NP_NT_ROUTINES; r++)
        assert_non_null(np_nt_routine_name((enum np_nt_routine)r));
    for (unsigned v = 0; v < NP_NT_VIOLATIONS; v++)
        assert_non_null(np_nt_violation_name((enum np_nt_violation_kind)v));
    assert_string_equal(np_nt_routine_name(NP_NT_ROUTINES), "no routine");
    assert_string_equal(np_nt_violation_name(NP_NT_VIOLATIONS), "no violation");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bundled_machine),
        cmocka_unit_test(files_with_commas_between),
        cmocka_unit_test(maps_that_can_not_be_read),
        cmocka_unit_test(a_map_that_is_packed),
        cmocka_unit_test(the_host),
        cmocka_unit_test(one_machine_after_the_other),
        cmocka_unit_test(settings_of_the_environment),
        cmocka_unit_test(settings_that_can_not_be_read),
        cmocka_unit_test(what_leaks_is_listed),
        cmocka_unit_test(the_report_says_it_all),
        cmocka_unit_test(leaks_of_one_call_are_one_entry),
        cmocka_unit_test(stacks_begin_with_the_caller),
        cmocka_unit_test(a_machine_made_by_the_environment),
        cmocka_unit_test(names_of_things),
    };
    return cmocka_run_group_tests(tests, forget_environment, NULL);
}
