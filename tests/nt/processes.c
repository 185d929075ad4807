/* Programs that end, fork, get signals and run out of what the host gives: each is this program, started with the name of what it does. */
#include "nt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SMALL "node 0 0x100000-0x4fffff\n"
#define ROUNDS 20 /* EXITS=n, FORKS=n for more */

static char said[1 << 16]; /* what the last program printed */

static unsigned rounds(const char *name)
{
    const char *text = getenv(name);
    return text == NULL ? ROUNDS : (unsigned)strtoul(text, NULL, 10);
}

/* Starts this program anew. What it prints is in `said`. @return what waitpid says */
static int start(const char *path, const char *what, const char *first, const char *second)
{
    char *const arguments[] = {(char *)(uintptr_t)path, (char *)(uintptr_t)what, NULL};
    char *environment[256] = {NULL};
    size_t count = 0;
    for (char **at = environ; *at != NULL && count < 200; at++)
        if (strncmp(*at, "NODEPAGES_", 10) != 0) environment[count++] = *at;
    /* Threads that end with the program leave what they had; no descriptors, no search for it. */
    environment[count++] = (char *)(uintptr_t) "ASAN_OPTIONS=detect_leaks=0:handle_segv=0";
    if (first != NULL) environment[count++] = (char *)(uintptr_t)first;
    if (second != NULL) environment[count++] = (char *)(uintptr_t)second;
    posix_spawn_file_actions_t actions;
    int ends[2], status = 0;
    pid_t child;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    assert_int_equal(posix_spawn(&child, path, &actions, NULL, arguments, environment), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    size_t length = 0;
    for (ssize_t got = 1; got > 0 || (got == -1 && errno == EINTR);) {
        got = read(ends[0], said + length, sizeof said - 1 - length);
        if (got > 0) length += (size_t)got;
    }
    said[length] = '\0';
    close(ends[0]);
    while (waitpid(child, &status, 0) == -1 && errno == EINTR)
        ;
    return status;
}

static void ends_well(const char *what, const char *first, const char *second)
{
    const int status = start("/proc/self/exe", what, first, second);
    if (status != 0) fail_msg("%s: status 0x%x: %s", what, (unsigned)status, said);
}

static void ends_silently(const char *what)
{
    ends_well(what, NULL, NULL);
    assert_string_equal(said, "");
}

/* ---- The programs ---- */

static void must(bool held, const char *what)
{
    if (held) return;
    fprintf(stderr, "not so: %s\n", what);
    fflush(NULL);
    _exit(3);
}

static struct np_nt *open_map(const char *text)
{
    struct np_nt_settings settings = np_nt_settings_default();
    settings.map_text = text;
    struct np_nt *machine = np_nt_open(&settings);
    must(machine != NULL, "a machine");
    return machine;
}

static void *work(void *unused)
{
    (void)unused;
    for (;;) {
        PMDL mdl = allocate(3, 0);
        if (mdl == NULL) continue;
        char *address = map(mdl);
        if (address != NULL) MmUnmapLockedPages(address, mdl);
        give_back(mdl);
    }
    return NULL;
}

static void start_threads(void)
{
    pthread_t threads[4];
    for (unsigned i = 0; i < 4; i++)
        must(pthread_create(&threads[i], NULL, work, NULL) == 0, "a thread");
    usleep(2000);
}

static int threads_at_exit(void)
{
    give_back(allocate(1, 0)); /* the machine of a program that makes none */
    start_threads();
    return 0;
}

static int child_that_ends(void)
{
    PMDL mdl = allocate(1, 0);
    const pid_t child = fork();
    if (child == 0) exit(0);
    int status = 1;
    waitpid(child, &status, 0);
    must(status == 0, "the child ends well");
    give_back(mdl);
    return 0;
}

static int child_that_writes(void)
{
    struct np_nt *machine = open_map(SMALL);
    PMDL mdl = allocate(1, 0);
    char *page = map(mdl);
    strcpy(page, "parent");
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        strcpy(page, "child");
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    must(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "the child has no pages of its parent");
    must(strcmp(page, "parent") == 0, "the page is as it was");
    MmUnmapLockedPages(page, mdl);
    give_back(mdl);
    return (int)np_nt_close(machine);
}

static int children_of_threads(void)
{
    give_back(allocate(1, 0));
    start_threads();
    for (unsigned i = 0; i < rounds("FORKS"); i++) {
        const pid_t child = fork();
        if (child == 0) {
            alarm(60);
            give_back(allocate(1, 0)); /* of a machine of its own */
            exit(0);
        }
        int status = 1;
        waitpid(child, &status, 0);
        must(status == 0, "a child gets what it asks for");
    }
    return 0;
}

static int without_standard_files(void)
{
    const int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
    for (int i = 0; i < 3; i++)
        close(i);
    struct np_nt *machine = open_map(SMALL);
    PMDL mdl = allocate(8, 0);
    char *page = map(mdl);
    bool fine = true;
    for (int i = 0; i < 3; i++) {
        char name[32], target[64] = "";
        snprintf(name, sizeof name, "/proc/self/fd/%d", i);
        fine = fine && (readlink(name, target, sizeof target - 1) < 0 || strstr(target, "memfd") == NULL);
        const ssize_t written = write(i, "text", 4);
        (void)written;
    }
    for (unsigned i = 0; i < 8 * PAGE_SIZE; i++)
        fine = fine && page[i] == 0;
    MmUnmapLockedPages(page, mdl);
    give_back(mdl);
    np_nt_close(machine);
    dup2(kept, STDERR_FILENO);
    must(fine, "what is printed is in no page");
    return 0;
}

static int raised(void)
{
    open_map(SMALL);
    raise(SIGSEGV);
    return 0;
}

static int raised_and_ignored(void)
{
    signal(SIGSEGV, SIG_IGN);
    struct np_nt *machine = open_map(SMALL);
    raise(SIGSEGV);
    np_nt_close(machine);
    raise(SIGSEGV);
    return 0;
}

static volatile sig_atomic_t caught;

static void count(int number)
{
    (void)number;
    caught++;
}

static int raised_and_caught(void)
{
    struct sigaction action = {.sa_handler = count, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGSEGV, &action, NULL);
    struct np_nt *machine = open_map(SMALL);
    raise(SIGSEGV);
    must(caught == 1, "the program's handler is called");
    signal(SIGSEGV, count);
    np_nt_close(machine);
    raise(SIGSEGV);
    must(caught == 2, "a handler that was set later stays");
    return 0;
}

static PMDL late;

static void free_late(void)
{
    give_back(late);
}

static int freed_at_exit(void)
{
    atexit(free_late);
    late = allocate(1, 0);
    return 0;
}

static int wrong_setting(void)
{
    alarm(60);
    atexit(free_late);
    late = allocate(1, 0);
    return 0;
}

static int few_mappings(void)
{
    const uint64_t pages = 70000; /* more than the host has mappings for, each by itself */
    struct np_nt *machine = open_map("node 0 0x0-0x3fffffff\n");
    const PHYSICAL_ADDRESS none = at(0);
    PMDL mdl = MmAllocatePagesForMdlEx(none, at(PAGE_SIZE - 1), at(2 * PAGE_SIZE), pages * PAGE_SIZE, MmCached,
                                       MM_DONT_ZERO_ALLOCATION);
    must(mdl != NULL && MmGetMdlByteCount(mdl) == pages * PAGE_SIZE, "pages that are no neighbours");
    if (map(mdl) != NULL) return 77; /* a host without that limit */
    PMDL one = allocate(1, 0);
    for (unsigned i = 0; i < 100; i++) {
        char *page = map(one);
        must(page != NULL, "a page can be mapped after a mapping that was too much for the host");
        page[0] = 1;
        MmUnmapLockedPages(page, one);
        if (i < 3) must(map(mdl) == NULL, "it is too much again");
    }
    give_back(one);
    give_back(mdl);
    must(np_nt_check(machine) == NULL, "the books are right");
    return (int)np_nt_close(machine);
}

static int small_files(void)
{
    const struct rlimit limit = {1 << 20, 1 << 20};
    struct np_nt_settings settings = np_nt_settings_default();
    settings.map_text = SMALL;
    must(setrlimit(RLIMIT_FSIZE, &limit) == 0, "a limit");
    must(np_nt_open(&settings) == NULL, "no machine");
    return 0;
}

static int few_files(void)
{
    const struct rlimit limit = {3, 3};
    struct np_nt_settings settings = np_nt_settings_default();
    settings.map_text = SMALL;
    must(setrlimit(RLIMIT_NOFILE, &limit) == 0, "a limit");
    must(np_nt_open(&settings) == NULL, "no machine");
    return 0;
}

static int privileged(void)
{
    if (getauxval(AT_SECURE) == 0) return 77;
    give_back(allocate(1, 0)); /* with a bad setting, and a report to a file that it must not make */
    return 0;
}

static const struct {
    const char *name;
    int (*run)(void);
} programs[] = {
    {"threads at exit", threads_at_exit},
    {"child that ends", child_that_ends},
    {"child that writes", child_that_writes},
    {"children of threads", children_of_threads},
    {"without standard files", without_standard_files},
    {"raised", raised},
    {"raised and ignored", raised_and_ignored},
    {"raised and caught", raised_and_caught},
    {"freed at exit", freed_at_exit},
    {"wrong setting", wrong_setting},
    {"few mappings", few_mappings},
    {"small files", small_files},
    {"few files", few_files},
    {"privileged", privileged},
};

/* ---- What is expected of them ---- */

static void threads_may_be_inside_at_the_end(void **state)
{
    (void)state;
    for (unsigned i = 0; i < rounds("EXITS"); i++) {
        const int status = start("/proc/self/exe", "threads at exit", NULL, NULL);
        if (status != 0) fail_msg("end %u: status 0x%x: %s", i, (unsigned)status, said);
        assert_null(strstr(said, "violation:"));
    }
}

static void a_child_inherits_no_machine(void **state)
{
    (void)state;
    ends_silently("child that ends");
    ends_silently("child that writes");
}

static void a_child_finds_no_lock_taken(void **state)
{
    (void)state;
    ends_well("children of threads", NULL, NULL);
}

static void what_is_printed_is_in_no_page(void **state)
{
    (void)state;
    ends_silently("without standard files");
}

static void a_signal_has_the_effect_that_it_has_without_the_layer(void **state)
{
    (void)state;
    const int status = start("/proc/self/exe", "raised", NULL, NULL);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    ends_silently("raised and ignored");
    ends_silently("raised and caught");
}

static void what_a_program_frees_at_its_end_is_no_leak(void **state)
{
    (void)state;
    ends_silently("freed at exit");
}

static void a_wrong_setting_ends_the_program_once(void **state)
{
    (void)state;
    const int status = start("/proc/self/exe", "wrong setting", "NODEPAGES_FAIL_EVERY=often", NULL);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
    assert_string_equal(said, "nodepages: NODEPAGES_FAIL_EVERY is 'often', not a number up to 18446744073709551615\n");
}

static void a_report_that_cannot_be_written_is_said_first(void **state)
{
    (void)state;
    const int status = start("/proc/self/exe", "freed at exit", "NODEPAGES_REPORT=/nowhere/\x1b[31m", NULL);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
    assert_string_equal(said,
                        "nodepages: the report can't be written to '/nowhere/?[31m': No such file or directory\n");
}

static void a_mapping_that_fails_takes_nothing(void **state)
{
    (void)state;
    const int status = start("/proc/self/exe", "few mappings", NULL, NULL);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) skip();
    if (status != 0) fail_msg("status 0x%x: %s", (unsigned)status, said);
}

static void what_the_host_refuses_is_said(void **state)
{
    (void)state;
    ends_well("small files", NULL, NULL);
    assert_non_null(strstr(said, "nodepages: the test machine can't be made: physical memory, "));
    assert_non_null(strstr(said, "File too large"));
    ends_well("few files", NULL, NULL);
    assert_non_null(strstr(said, "Too many open files"));
}

/* A program with more rights than its caller does not do what the caller's variables say. */
static void a_privileged_program_listens_to_no_variable(void **state)
{
    char folder[] = "/tmp/nodepages-test-XXXXXX", program[64], report[80], own[PATH_MAX];
    (void)state;
    if (geteuid() != 0) skip();
    assert_non_null(mkdtemp(folder));
    const ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    assert_true(length > 0);
    own[length] = '\0';
    snprintf(program, sizeof program, "%s/program", folder);
    snprintf(report, sizeof report, "NODEPAGES_REPORT=%s/report", folder);
    char command[2 * PATH_MAX];
    snprintf(command, sizeof command, "cp '%s' %s && chmod 4755 %s && chmod 755 %s", own, program, program, folder);
    assert_int_equal(system(command), 0); // NOLINT: names of our own
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        if (setgid(65534) != 0 || setuid(65534) != 0) _exit(4);
        char *const arguments[] = {program, (char *)(uintptr_t) "privileged", NULL};
        char *const environment[] = {report, (char *)(uintptr_t) "NODEPAGES_FAIL_EVERY=often",
                                     (char *)(uintptr_t) "NODEPAGES_MAP=/etc/shadow", NULL};
        execve(program, arguments, environment);
        _exit(5);
    }
    int status = 0;
    waitpid(child, &status, 0);
    const bool made = access(report + strlen("NODEPAGES_REPORT="), F_OK) == 0;
    unlink(program);
    unlink(report + strlen("NODEPAGES_REPORT="));
    rmdir(folder);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) skip(); /* mounted without set-user-id programs */
    assert_int_equal(status, 0);
    assert_false(made);
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof programs / sizeof programs[0]; i++)
        if (strcmp(argv[1], programs[i].name) == 0) return programs[i].run();
    if (argc > 1) return 2;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_may_be_inside_at_the_end),
        cmocka_unit_test(a_child_inherits_no_machine),
        cmocka_unit_test(a_child_finds_no_lock_taken),
        cmocka_unit_test(what_is_printed_is_in_no_page),
        cmocka_unit_test(a_signal_has_the_effect_that_it_has_without_the_layer),
        cmocka_unit_test(what_a_program_frees_at_its_end_is_no_leak),
        cmocka_unit_test(a_wrong_setting_ends_the_program_once),
        cmocka_unit_test(a_report_that_cannot_be_written_is_said_first),
        cmocka_unit_test(a_mapping_that_fails_takes_nothing),
        cmocka_unit_test(what_the_host_refuses_is_said),
        cmocka_unit_test(a_privileged_program_listens_to_no_variable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
