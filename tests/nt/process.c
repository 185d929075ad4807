/* SPDX-License-Identifier: MIT */
/*
 * The layer and the process that it is in: its end, its children, its threads, its signals, its descriptors, its limits,
 * and its rights.
 *
 *     process [--program NAME]      runs one of the programs below, as the tests do
 */
#include "child.h"

#include "../../src/nt/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMES 200u
#define THREADS 4u
#define NOBODY 65534u

static struct np_nt *open_plain(void)
{
    struct np_nt_settings settings = small_settings();
    settings.on_violation = NULL;
    struct np_nt *machine = np_nt_open(&settings);
    if (machine == NULL) _exit(99);
    return machine;
}

/* ---- Threads at the end ---- */

static atomic_uint begun;
static atomic_bool enough;

static void *work(void *context)
{
    (void)context;
    for (bool first = true; !atomic_load(&enough); first = false) {
        PMDL mdl = allocate(3, 0);
        char *address = mdl == NULL ? NULL : map(mdl);
        if (address != NULL) {
            memset(address, 1, 3 * PAGE_SIZE);
            MmUnmapLockedPages(address, mdl);
        }
        if (mdl != NULL) give_back(mdl);
        void *block = MmAllocateContiguousMemory(100, at(UINT64_MAX));
        if (block != NULL) MmFreeContiguousMemory(block);
        if (first) atomic_fetch_add(&begun, 1);
    }
    return NULL;
}

static void start_work(pthread_t threads[THREADS])
{
    atomic_store(&begun, 0);
    atomic_store(&enough, false);
    for (unsigned i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, NULL) != 0) abort();
    while (atomic_load(&begun) < THREADS)
        sched_yield();
}

static void end_while_threads_work(void)
{
    pthread_t threads[THREADS];
    start_work(threads);
}

static void exits_under_running_threads(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TIMES; i++)
        expect_exit(status_of(end_while_threads_work), 0);
}

/* ---- Children ---- */

static void leave_a_child_that_only_exits(void)
{
    char name[] = "/tmp/nodepages-report-XXXXXX", text[16384];
    const int file = mkstemp(name);
    setenv(NP_NT_ENV_REPORT, name, 1);
    PMDL mdl = allocate(2, 0);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) exit(0);
    int status = 0;
    waitpid(child, &status, 0);
    const ssize_t got = pread(file, text, sizeof text - 1, 0);
    unlink(name);
    unsetenv(NP_NT_ENV_REPORT);
    if (status != 0) _exit(3);
    if (got != 0) _exit(4); /* the allocations of its parent are not its leaks */
    give_back(mdl);
    _exit(0);
}

static void a_child_that_only_exits_reports_nothing(void **state)
{
    (void)state;
    expect_exit(status_of(leave_a_child_that_only_exits), 0);
}

/* What a child does that is a program of its own. */
static void live_as_a_child(struct np_nt *parents)
{
    alarm(600); /* far longer than on a busy host */
    if (np_nt_current() == parents) _exit(3);
    PMDL mdl = allocate(2, 0);
    if (mdl == NULL) _exit(4);
    char *address = map(mdl);
    address[0] = 1;
    MmUnmapLockedPages(address, mdl);
    give_back(mdl);
    uint64_t where = 0;
    if (np_check(&parents->core, &parents->storage, &where) != NP_FAULT_NONE) _exit(8);
    if (np_nt_page_use(parents).present != 2 * NODE_PAGES) _exit(5);
    np_nt_use(parents);
    if (np_nt_current() == parents || np_nt_close(parents) != 0) _exit(6);
    if (np_nt_leaks(np_nt_current(), NULL, 0) != 0) _exit(7);
    _exit(0);
}

static void fork_while_threads_work(void)
{
    pthread_t threads[THREADS];
    struct np_nt *machine = open_plain();
    start_work(threads);
    for (unsigned i = 0; i < TIMES; i++) {
        int status = 0;
        const pid_t child = fork();
        if (child == 0) live_as_a_child(machine);
        waitpid(child, &status, 0);
        if (status != 0) {
            fprintf(stderr, "child %u: status 0x%x\n", i, (unsigned)status);
            _exit(3);
        }
    }
    atomic_store(&enough, true);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    if (np_nt_check(machine) != NULL || np_nt_close(machine) != 0) _exit(4);
}

static void forks_under_running_threads(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    print_message("the sanitizer does not survive it: a child may find a lock of its allocator taken\n");
    skip();
#endif
    expect_exit(status_of(fork_while_threads_work), 0);
}

static void write_in_a_child(void)
{
    struct np_nt *machine = open_plain();
    PMDL mdl = allocate(1, 0);
    volatile char *address = map(mdl);
    address[0] = 1;
    const pid_t child = fork();
    if (child == 0) {
        address[0] = 2;
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSEGV) _exit(3);
    if (address[0] != 1) _exit(4);
    MmUnmapLockedPages((void *)(uintptr_t)address, mdl);
    give_back(mdl);
    np_nt_close(machine);
}

static void a_child_does_not_write_to_its_parents_pages(void **state)
{
    (void)state;
    expect_exit(status_of(write_in_a_child), 0);
}

/* ---- Descriptors ---- */

static void close_standard_error(void)
{
    char text[64];
    close(STDERR_FILENO);
    struct np_nt *machine = open_plain();
    fprintf(stderr, "a message of the program\n");
    if (!np_nt_read_physical(machine, FIRST_PAGE * PAGE_SIZE, text, sizeof text)) _exit(3);
    for (size_t i = 0; i < sizeof text; i++)
        if (text[i] != 0) _exit(4);
    np_nt_close(machine);
    _exit(0);
}

static void messages_do_not_land_in_memory(void **state)
{
    (void)state;
    expect_exit(status_of(close_standard_error), 0);
}

/* ---- Limits ---- */

static struct np_nt *open_wide(void)
{
    struct np_nt_settings settings = np_nt_settings_default();
    settings.map_text = "node 0 0x100000-0x400fffff\n";
    struct np_nt *machine = np_nt_open(&settings);
    if (machine == NULL) _exit(99);
    return machine;
}

/* An MDL of every other page of another, `pages` of them: each is a run of its own. */
static PMDL scattered(PMDL whole, uint64_t pages)
{
    PMDL mdl = calloc(1, sizeof *mdl + pages * sizeof(PFN_NUMBER));
    if (mdl == NULL) _exit(98);
    MmInitializeMdl(mdl, NULL, pages * PAGE_SIZE);
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    for (uint64_t i = 0; i < pages; i++)
        MmGetMdlPfnArray(mdl)[i] = MmGetMdlPfnArray(whole)[2 * i];
    return mdl;
}

static uint64_t most_mappings(void)
{
    unsigned long long most = 65530;
    FILE *file = fopen("/proc/sys/vm/max_map_count", "re");
    if (file != NULL && fscanf(file, "%llu", &most) != 1) most = 65530;
    if (file != NULL) fclose(file);
    return most;
}

static void map_too_many_runs(void)
{
    struct np_nt *machine = open_wide();
    PMDL whole = allocate(200000, MM_DONT_ZERO_ALLOCATION), large = scattered(whole, 90000),
         small = scattered(whole, 1000);
    for (unsigned i = 0; i < 2; i++) {
        if (map(large) != NULL) _exit(3);
        if (np_nt_why()->cause != NP_NT_CAUSE_SYSTEM) _exit(4);
        if (strstr(np_nt_why_words(), "max_map_count") == NULL) _exit(5);
        char *address = map(small);
        if (address == NULL) _exit(6);
        MmUnmapLockedPages(address, small);
    }
    give_back(whole);
    free(large);
    free(small);
    if (np_nt_check(machine) != NULL || np_nt_close(machine) != 0) _exit(7);
}

/* The program itself has as many mappings as there may be when the layer ends one. */
static void unmap_when_there_are_too_many(void)
{
    struct np_nt *machine = open_wide();
    PMDL whole = allocate(4000, MM_DONT_ZERO_ALLOCATION), mdl = scattered(whole, 1000);
    char *address = map(mdl);
    if (address == NULL) _exit(3);
    const uint64_t room = (most_mappings() + 10) * PAGE_SIZE;
    char *filler = mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    for (uint64_t i = 0; i < room && mprotect(filler + i, PAGE_SIZE, PROT_READ) == 0; i += 2 * PAGE_SIZE)
        ;
    while (mmap(NULL, PAGE_SIZE, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        ;
    MmUnmapLockedPages(address, mdl);
    char *again = map(mdl); /* the number that was freed */
    if (again == NULL) _exit(4);
    MmUnmapLockedPages(again, mdl);
    munmap(filler, room);
    give_back(whole);
    free(mdl);
    if (np_nt_check(machine) != NULL || np_nt_close(machine) != 0) _exit(5);
    _exit(0);
}

static void a_mapping_that_fails_leaves_nothing(void **state)
{
    (void)state;
    if (most_mappings() > 80000) skip();
    expect_exit(status_of(map_too_many_runs), 0);
    expect_exit(status_of(unmap_when_there_are_too_many), 0);
}

static void limit(int which, uint64_t most)
{
    leaks_are_not_looked_for = true;
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)which, &now) != 0) _exit(97);
    now.rlim_cur = most;
    if (setrlimit((__rlimit_resource_t)which, &now) != 0) _exit(97);
}

static void open_where_files_are_small(void)
{
    struct np_nt_settings settings = small_settings();
    limit(RLIMIT_FSIZE, 100 * PAGE_SIZE);
    if (np_nt_open(&settings) != NULL) _exit(3);
}

static void write_where_files_are_small(void)
{
    struct np_nt *machine = open_plain();
    limit(RLIMIT_FSIZE, 0);
    if (MmAllocateContiguousMemory(100, at(UINT64_MAX)) != NULL) _exit(3);
    if (np_nt_why()->cause != NP_NT_CAUSE_SYSTEM) _exit(4);
    if (np_nt_check(machine) != NULL || np_nt_close(machine) != 0) _exit(5);
}

static char report_name[] = "/tmp/nodepages-report-XXXXXX";

static void report_where_files_are_small(void)
{
    setenv(NP_NT_ENV_REPORT, report_name, 1);
    give_back(allocate(1, 0));
    limit(RLIMIT_FSIZE, 0);
}

static void files_over_the_limit_are_refused(void **state)
{
    (void)state;
    expect_exit(status_of(open_where_files_are_small), 0);
    assert_non_null(strstr(said, "2097152 bytes (RLIMIT_FSIZE)"));
    assert_non_null(strstr(said, "File too large"));
    expect_exit(status_of(write_where_files_are_small), 0);
    const int file = mkstemp(report_name);
    assert_true(file >= 0);
    close(file);
    const int status = status_of(report_where_files_are_small);
    unlink(report_name);
    expect_exit(status, 0);
    assert_non_null(strstr(said, "cannot write the report"));
    assert_non_null(strstr(said, "nodepages: 0 leaks, 0 violations"));
}

static void open_without_descriptors(void)
{
    struct np_nt_settings settings = small_settings();
    limit(RLIMIT_NOFILE, 3);
    if (np_nt_open(&settings) != NULL) _exit(3);
}

static void report_without_descriptors(void)
{
    setenv(NP_NT_ENV_REPORT, report_name, 1);
    allocate(1, 0);
    limit(RLIMIT_NOFILE, 3);
}

static void without_descriptors_there_is_a_message(void **state)
{
    (void)state;
    expect_exit(status_of(open_without_descriptors), 0);
    assert_non_null(strstr(said, "Too many open files"));
    expect_exit(status_of(report_without_descriptors), 0);
    assert_non_null(strstr(said, "cannot write the report: Too many open files"));
    assert_non_null(strstr(said, "nodepages: 1 leak, 0 violations"));
}

/* ---- The signal of an access ---- */

static volatile char *volatile nowhere = (volatile char *)64;

static void raise_it(void)
{
    give_back(allocate(1, 0));
    raise(SIGSEGV);
}

static void ignore_it(void)
{
    signal(SIGSEGV, SIG_IGN);
    give_back(allocate(1, 0));
    raise(SIGSEGV);
    kill(getpid(), SIGSEGV);
}

static void ignore_it_and_touch_nothing(void)
{
    ignore_it();
    *nowhere = 1;
}

static volatile sig_atomic_t handled, blocked;
static struct sigaction old;

static void handle(int number)
{
    sigset_t now;
    pthread_sigmask(SIG_BLOCK, NULL, &now);
    handled++;
    blocked = sigismember(&now, number) == 1 && sigismember(&now, SIGUSR1) == 1;
}

static void handle_it_as_asked(void)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = (int)SA_RESETHAND}, now;
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGUSR1);
    sigaction(SIGSEGV, &action, NULL);
    struct np_nt *machine = open_plain();
    raise(SIGSEGV);
    if (handled != 1 || !blocked) _exit(3);
    np_nt_close(machine);
    sigaction(SIGSEGV, NULL, &now);
    if (now.sa_handler != SIG_DFL) _exit(4);
}

static void handle_it_later(void)
{
    struct sigaction now;
    struct np_nt *machine = open_plain();
    signal(SIGSEGV, handle);
    np_nt_close(machine);
    sigaction(SIGSEGV, NULL, &now);
    if (now.sa_handler != handle) _exit(3);
    raise(SIGSEGV);
    if (handled != 1) _exit(4);
}

static void chain(int number, siginfo_t *information, void *context)
{
    handled++;
    if (handled > 10) _exit(5);
    if ((old.sa_flags & SA_SIGINFO) != 0)
        old.sa_sigaction(number, information, context);
    else
        _exit(6);
}

/* A handler that calls the one that it found, which is the layer's; with a machine made after it. */
static void chain_it(void)
{
    struct np_nt *machine = open_plain();
    sigaction(SIGSEGV, &(struct sigaction){.sa_sigaction = chain, .sa_flags = SA_SIGINFO}, &old);
    np_nt_close(machine);
    open_plain();
    *nowhere = 1;
}

static void a_signal_that_is_not_ours_does_what_it_did(void **state)
{
    (void)state;
    expect_signal(status_of(raise_it), SIGSEGV);
    expect_exit(status_of(ignore_it), 0);
    expect_signal(status_of(ignore_it_and_touch_nothing), SIGSEGV);
    expect_exit(status_of(handle_it_as_asked), 0);
    expect_exit(status_of(handle_it_later), 0);
    expect_signal(status_of(chain_it), SIGSEGV);
}

/* ---- What a program does at its end ---- */

static PMDL last;

static void give_last_back(void)
{
    give_back(last);
}

static void free_at_exit(void)
{
    atexit(give_last_back);
    last = allocate(1, 0);
}

static void call_at_exit(void)
{
    KeQueryHighestNodeNumber();
}

static void call_without_a_machine(void)
{
    setenv(NP_NT_ENV_MAP, "no/such/machine", 1);
    atexit(call_at_exit);
    allocate(1, 0);
}

static void memory_freed_at_exit_is_no_leak(void **state)
{
    (void)state;
    expect_exit(status_of(free_at_exit), 0);
    assert_string_equal(said, "");
    expect_exit(status_of(call_without_a_machine), 2);
    assert_non_null(strstr(said, "no/such/machine"));
}

/* ---- Rights ---- */

static int run_as_set_user_id(void)
{
    if (getauxval(AT_SECURE) == 0) return 77;
    give_back(allocate(1, 0));
    return 0;
}

static void a_set_user_id_program_takes_no_settings(void **state)
{
    char folder[] = "/tmp/nodepages-rights-XXXXXX", program[64], report[64], command[128];
    (void)state;
    if (geteuid() != 0) {
        print_message("not run by root: no set-user-id program can be made\n");
        skip();
    }
    assert_non_null(mkdtemp(folder));
    snprintf(program, sizeof program, "%s/program", folder);
    snprintf(report, sizeof report, "%s/report", folder);
    snprintf(command, sizeof command, "cp /proc/%d/exe %s", (int)getpid(), program);
    assert_int_equal(system(command), 0);
    assert_int_equal(chmod(program, 04755), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        setenv(NP_NT_ENV_REPORT, report, 1);
        setenv(NP_NT_ENV_MAP, "/etc/shadow", 1);
        if (setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0) _exit(97);
        execl(program, program, "--program", "set-user-id", (char *)NULL);
        _exit(98);
    }
    close(ends[1]);
    const int status = end_of(child, ends[0]);
    const bool created = access(report, F_OK) == 0;
    unlink(report);
    unlink(program);
    rmdir(folder);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        print_message("/tmp allows no set-user-id program\n");
        skip();
    }
    expect_exit(status, 0);
    assert_false(created);
    assert_string_equal(said, "");
}

/* ---- */

static char map_name[] = "/tmp/nodepages-map-XXXXXX";

/* The machine of programs that make none is small, and quickly made. */
static int name_a_small_map(void **state)
{
    static const char map[] = "node 0 0x100000-0x1fffff\nnode 1 0x200000-0x2fffff\n";
    const int file = mkstemp(map_name);
    (void)state;
    if (file < 0 || write(file, map, sizeof map - 1) != (ssize_t)sizeof map - 1 || close(file) != 0) return -1;
    return setenv(NP_NT_ENV_MAP, map_name, 1);
}

static int forget_the_map(void **state)
{
    (void)state;
    return unlink(map_name);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exits_under_running_threads),
        cmocka_unit_test(a_child_that_only_exits_reports_nothing),
        cmocka_unit_test(forks_under_running_threads),
        cmocka_unit_test(a_child_does_not_write_to_its_parents_pages),
        cmocka_unit_test(messages_do_not_land_in_memory),
        cmocka_unit_test(a_mapping_that_fails_leaves_nothing),
        cmocka_unit_test(files_over_the_limit_are_refused),
        cmocka_unit_test(without_descriptors_there_is_a_message),
        cmocka_unit_test(a_signal_that_is_not_ours_does_what_it_did),
        cmocka_unit_test(memory_freed_at_exit_is_no_leak),
        cmocka_unit_test(a_set_user_id_program_takes_no_settings),
    };
    if (argc == 3 && strcmp(argv[1], "--program") == 0 && strcmp(argv[2], "set-user-id") == 0)
        return run_as_set_user_id();
    return cmocka_run_group_tests(tests, name_a_small_map, forget_the_map);
}
