/* SPDX-License-Identifier: MIT */
/* How a program ends: whose signal it is, what is reported, and how often. */
#include "child.h"

static volatile char *volatile nowhere = (volatile char *)64;

/* ---- The report ---- */

static char report_name[] = "/tmp/nodepages-report-XXXXXX";

static void leave(int number)
{
    (void)number;
    exit(5);
}

/* A violation stops the program, which takes the signal and ends in an orderly way. */
static void be_stopped_and_exit(void)
{
    setenv(NP_NT_ENV_REPORT, report_name, 1);
    signal(SIGABRT, leave);
    MmFreePagesFromMdl(NULL);
}

static void a_report_is_written_once(void **state)
{
    char text[16384];
    const int file = mkstemp(report_name);
    (void)state;
    assert_true(file >= 0);
    const int status = status_of(be_stopped_and_exit);
    const ssize_t got = pread(file, text, sizeof text - 1, 0);
    close(file);
    unlink(report_name);
    expect_exit(status, 5);
    assert_true(got > 0);
    text[got] = '\0';
    char *first = strstr(text, "nodepages: report of");
    assert_non_null(first);
    assert_null(strstr(first + 1, "nodepages: report of"));
    assert_non_null(strstr(text, "nodepages: 0 leaks, 1 violation\n"));
}

static void go_on_after_a_violation(void)
{
    setenv(NP_NT_ENV_ON_VIOLATION, "go on", 1);
    MmFreePagesFromMdl(NULL);
}

static void violations_alone_are_reported(void **state)
{
    (void)state;
    expect_exit(status_of(go_on_after_a_violation), 0);
    assert_non_null(strstr(said, "violation: bad argument"));
    assert_non_null(strstr(said, "nodepages: 0 leaks, 1 violation\n"));
}

/* The machine of a program that made none is closed by it; the next call makes another. */
static void close_what_was_made(void)
{
    PMDL mdl = allocate(1, 0);
    struct np_nt *machine = np_nt_current();
    if (np_nt_close(machine) != 1) _exit(3);
    mdl = allocate(2, 0);
    if (mdl == NULL || np_nt_page_use(np_nt_current()).allocated != 2) _exit(4);
    give_back(mdl);
}

static void a_machine_that_was_made_may_be_closed(void **state)
{
    (void)state;
    expect_exit(status_of(close_what_was_made), 0);
    assert_string_equal(said, "");
}

/* ---- The signal of an access ---- */

static volatile sig_atomic_t handled, blocked;
static struct sigaction old;

static void open_and_close(void)
{
    const struct np_nt_settings settings = small_settings();
    struct np_nt *machine = np_nt_open(&settings);
    if (machine == NULL || np_nt_close(machine) != 0) _exit(99);
}

static void handle(int number)
{
    sigset_t now;
    pthread_sigmask(SIG_BLOCK, NULL, &now);
    blocked = sigismember(&now, number) == 1;
    handled++;
}

static void handle_it_unblocked(void)
{
    static const int flags[] = {0, SA_NODEFER};
    for (unsigned i = 0; i < 2; i++) {
        sigaction(SIGSEGV, &(struct sigaction){.sa_handler = handle, .sa_flags = flags[i]}, NULL);
        const struct np_nt_settings settings = small_settings();
        struct np_nt *machine = np_nt_open(&settings);
        handled = 0;
        raise(SIGSEGV);
        if (handled != 1 || blocked != (i == 0)) _exit(3);
        np_nt_close(machine);
    }
}

static void a_handler_is_called_as_it_asked(void **state)
{
    (void)state;
    expect_exit(status_of(handle_it_unblocked), 0);
}

static void chain(int number, siginfo_t *information, void *context)
{
    if (++handled > 10) _exit(5);
    old.sa_sigaction(number, information, context);
}

static void chain_it(void)
{
    const struct np_nt_settings settings = small_settings();
    struct np_nt *machine = np_nt_open(&settings);
    sigaction(SIGSEGV, &(struct sigaction){.sa_sigaction = chain, .sa_flags = SA_SIGINFO}, &old);
    np_nt_close(machine);
}

/* The layer's handler is called when it has no machine any more. */
static void chain_it_without_a_machine(void)
{
    chain_it();
    *nowhere = 1;
}

/* The program puts back what it found, which is the layer's handler, and a machine comes after. */
static void put_it_back(void)
{
    chain_it();
    sigaction(SIGSEGV, &old, NULL);
    open_and_close();
    const struct np_nt_settings settings = small_settings();
    struct np_nt *machine = np_nt_open(&settings);
    np_nt_set_violation_handler(machine, NULL, NULL);
    PMDL mdl = allocate(1, 0);
    char *address = map(mdl);
    MmUnmapLockedPages(address, mdl);
    *(volatile char *)address = 1;
}

static void a_handler_that_stays_passes_on(void **state)
{
    (void)state;
    expect_signal(status_of(chain_it_without_a_machine), SIGSEGV);
    expect_signal(status_of(put_it_back), SIGABRT);
    assert_non_null(strstr(said, "violation: use of an unmapped address"));
}

/* ---- */

static int keep_short_stacks(void **state)
{
    (void)state;
    return setenv(NP_NT_ENV_STACK, "4", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_written_once),
        cmocka_unit_test(violations_alone_are_reported),
        cmocka_unit_test(a_machine_that_was_made_may_be_closed),
        cmocka_unit_test(a_handler_is_called_as_it_asked),
        cmocka_unit_test(a_handler_that_stays_passes_on),
    };
    return cmocka_run_group_tests(tests, keep_short_stacks, NULL);
}
