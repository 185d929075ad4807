/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "run.h"

#include "../host/map_file.h"
#include "../host/message.h"
#include "../nt/bundled.h"
#include "../nt/include/nodepages_nt.h"

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIVE "live" /* the host, where a map is named */

struct run_arguments {
    const char **maps; /* room for one an argument */
    size_t map_count;
    bool live;
    const char *report;
    char **program; /* and its arguments, ended by NULL */
};

/* Options that are an environment variable each; the layer reads them, and says what is wrong with one. */
enum { EVERY = 256, SHARE, SEED, CALL, PATTERN, STACK, GO_ON };

static const struct argp_option options[] = {
    {"map", 'm', "FILE|NAME", 0, "a map of the machine, or the name of a bundled one; several files are pooled", 1},
    {"live", 'l', NULL, 0, "this machine, as the system describes it", 1},
    {"report", 'r', "FILE", 0, "append the report to a file instead of printing it to standard error", 1},
    {"go-on", GO_ON, NULL, 0, "print a violation and go on instead of stopping the program", 2},
    {"stack", STACK, "FRAMES", 0, "frames kept of each call stack; 0 keeps none and is faster", 2},
    {"pattern", PATTERN, "BYTE", 0, "fill uninitialised memory with it", 2},
    {"fail-every", EVERY, "N", 0, "fail each Nth call that can fail", 3},
    {"fail-call", CALL, "[ROUTINE:]K", 0, "fail exactly the Kth call, of one routine or of all that can fail", 3},
    {"fail-share", SHARE, "N", 0, "fail N of 1000 calls, chosen at random", 3},
    {"fail-seed", SEED, "N", 0, "the seed of that choice", 3},
    {0}};

static const char *variable_of(int key)
{
    switch (key) {
    case EVERY:
        return NP_NT_ENV_FAIL_EVERY;
    case SHARE:
        return NP_NT_ENV_FAIL_SHARE;
    case SEED:
        return NP_NT_ENV_FAIL_SEED;
    case CALL:
        return NP_NT_ENV_FAIL_CALL;
    case PATTERN:
        return NP_NT_ENV_PATTERN;
    case STACK:
        return NP_NT_ENV_STACK;
    case GO_ON:
        return NP_NT_ENV_ON_VIOLATION;
    default:
        return NULL;
    }
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct run_arguments *arguments = state->input;
    switch (key) {
    case 'm':
        arguments->maps[arguments->map_count++] = value;
        return 0;
    case 'l':
        arguments->live = true;
        return 0;
    case 'r':
        arguments->report = value;
        return 0;
    case ARGP_KEY_ARG:
        arguments->program = &state->argv[state->next - 1];
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no program");
        return EINVAL;
    default:
        if (variable_of(key) == NULL) return ARGP_ERR_UNKNOWN;
        if (setenv(variable_of(key), value == NULL ? "go on" : value, 1) != 0)
            argp_failure(state, 2, errno, "environment");
        return 0;
    }
}

static const struct argp run_argp = {
    .options = options,
    .parser = parse,
    .args_doc = "-- PROGRAM [ARGUMENT...]",
    .doc = "Runs a program that is linked with libnodepages-nt.a on a test machine, and prints at its end what it "
           "leaked and did wrong, "
           "and how many pages it used."
           "\vWithout --map, the smallest bundled machine. The exit status is that of the program, if it isn't 0; 128 "
           "and the "
           "number of a signal that ended it; 1 when it left leaks or violations; 2 when it can't be started."};

/* ---- The machine ---- */

static bool bundled(const char *name)
{
    for (size_t i = 0; np_nt_bundled_maps[i].name != NULL; i++)
        if (strcmp(np_nt_bundled_maps[i].name, name) == 0) return true;
    return false;
}

/** Whether the files named make a machine. False with a message. */
static bool check_files(const struct run_arguments *arguments)
{
    struct np_pool pool = {.messages = stderr};
    struct np_layout layout;
    bool fine = true;
    for (size_t i = 0; fine && i < arguments->map_count; i++)
        fine = np_map_file_read(&pool, arguments->maps[i]);
    fine = fine && np_pool_layout(&pool, &layout);
    if (fine) np_layout_free(&layout);
    np_pool_free(&pool);
    return fine;
}

/** Whether maps can be passed on as files with commas between them. False with a message. */
static bool check_maps(const struct run_arguments *arguments)
{
    if (arguments->live && arguments->map_count == 0) return true;
    for (size_t i = 0; i < arguments->map_count; i++) {
        const char *map = arguments->maps[i];
        if (arguments->live) {
            np_complain(stderr, NULL, 0, "'%s' is a whole machine, and the map '%s' can't be pooled with it", LIVE,
                        map);
            return false;
        }
        const bool whole = strcmp(map, LIVE) == 0 || bundled(map);
        if (whole && arguments->map_count == 1) return true;
        if (whole) {
            np_complain(stderr, NULL, 0, "'%s' is a whole machine, and no other map can be pooled with it", map);
            return false;
        }
        if (strcmp(map, "-") == 0 || strchr(map, ',') != NULL) {
            np_complain(stderr, NULL, 0,
                        "the map '%s' can't be passed on to the program: it must be a file without a comma in its name",
                        map);
            return false;
        }
    }
    return check_files(arguments);
}

/** Says in the environment which machine the program gets. False with a message. */
static bool pass_maps(const struct run_arguments *arguments)
{
    if (arguments->live) {
        if (setenv(NP_NT_ENV_MAP, LIVE, 1) == 0) return true;
        np_complain(stderr, NULL, 0, "out of memory");
        return false;
    }
    size_t length = 1;
    for (size_t i = 0; i < arguments->map_count; i++)
        length += strlen(arguments->maps[i]) + 1;
    char *names = calloc(length, 1);
    bool fine = names != NULL;
    for (size_t i = 0; fine && i < arguments->map_count; i++) {
        if (i != 0) strcat(names, ",");
        strcat(names, arguments->maps[i]);
    }
    fine = fine && setenv(NP_NT_ENV_MAP, names, 1) == 0;
    if (!fine) np_complain(stderr, NULL, 0, "out of memory");
    free(names);
    return fine;
}

/* ---- The program ---- */

static const int passed_on[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
#define PASSED_ON (sizeof passed_on / sizeof passed_on[0])

static volatile pid_t child; /* while signals are passed on */

/** Passes a signal on to the program. Not one of the terminal's keys, which the program has got itself. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    const int error = errno;
    (void)context;
    if (info->si_code != SI_KERNEL) kill(child, number);
    errno = error;
}

/** Waits for the program. @return its exit status as np_run returns it, or -1 with a message */
static int wait_for(const char *name)
{
    int status = 0;
    pid_t got;
    while ((got = waitpid(child, &status, 0)) == -1 && errno == EINTR)
        ;
    if (got == -1) {
        np_complain(stderr, name, 0, "cannot tell how it ended: %s", strerror(errno));
        return -1;
    }
    if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
    np_complain(stderr, name, 0, "ended by a signal: %s", strsignal(WTERMSIG(status)));
    return NP_RUN_SIGNALLED + WTERMSIG(status);
}

/** Runs the program with what is in the environment. @return its exit status, or -1 with a message */
static int run_program(char **program)
{
    struct sigaction before[PASSED_ON], children = {.sa_handler = SIG_DFL},
                                        pass = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO};
    posix_spawnattr_t attributes;
    sigset_t held, mask, ours; /* signals that are handled by this process alone */
    pid_t started;
    int status = -1;
    /* A parent may have left SIGCHLD ignored, and then nobody learns how the program ends. */
    sigaction(SIGCHLD, &children, NULL);
    sigemptyset(&held);
    sigemptyset(&ours);
    for (size_t i = 0; i < PASSED_ON; i++)
        sigaddset(&held, passed_on[i]);
    /* None is taken before there is a program to pass it on to. What was ignored stays so, here and there. */
    sigprocmask(SIG_BLOCK, &held, &mask);
    for (size_t i = 0; i < PASSED_ON; i++) {
        sigaction(passed_on[i], NULL, &before[i]);
        if (before[i].sa_handler == SIG_IGN) continue;
        sigaction(passed_on[i], &pass, NULL);
        sigaddset(&ours, passed_on[i]);
    }
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &ours);
    posix_spawnattr_setsigmask(&attributes, &mask);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    const int error = posix_spawnp(&started, program[0], NULL, &attributes, program, environ);
    posix_spawnattr_destroy(&attributes);
    if (error != 0) {
        np_complain(stderr, program[0], 0, "%s", strerror(error));
    } else {
        child = started;
        sigprocmask(SIG_SETMASK, &mask, NULL);
        status = wait_for(program[0]);
        sigprocmask(SIG_BLOCK, &held, NULL); /* its number may be another's from now on */
    }
    for (size_t i = 0; i < PASSED_ON; i++)
        sigaction(passed_on[i], &before[i], NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    return status;
}

/* ---- The report ---- */

/** What the reports say in all. */
struct total {
    uint64_t machines;
    uint64_t leaks;
    uint64_t violations;
};

/** Reads the last line of a report. */
static bool read_total(const char *line, uint64_t *leaks, uint64_t *violations)
{
    char leak[6], violation[11];
    return sscanf(line, "nodepages: %" SCNu64 " %5[a-z], %" SCNu64 " %10[a-z]", leaks, leak, violations, violation) ==
               4 &&
           strncmp(leak, "leak", 4) == 0 && strncmp(violation, "violation", 9) == 0;
}

/** Copies the reports, and counts. */
static struct total copy_reports(FILE *from, FILE *to)
{
    struct total total = {0};
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, from) != -1) {
        uint64_t leaks, violations;
        fputs(line, to);
        if (!read_total(line, &leaks, &violations)) continue;
        total.machines++;
        total.leaks += leaks;
        total.violations += violations;
    }
    free(line);
    return total;
}

/**
 * Prints the reports that are in a file. False with a message when they can't be written; `*clean` says whether all
 * was well.
 */
static bool print_reports(const struct run_arguments *arguments, FILE *from, FILE *to, bool *clean)
{
    const struct total total = copy_reports(from, to);
    const bool written = fflush(to) == 0 && ferror(to) == 0;
    if (!written)
        np_complain(stderr, arguments->report == NULL ? "standard error" : arguments->report, 0, "%s", strerror(errno));
    if (total.machines == 0)
        np_complain(stderr, arguments->program[0], 0,
                    "left no report: it is not linked with libnodepages-nt.a, made no call or its own machine, or "
                    "was ended too soon");
    *clean = total.leaks == 0 && total.violations == 0;
    return written;
}

/** Runs the program, its reports going to an open file that has no name, and from there to another. */
static int run_with_report(const struct run_arguments *arguments, FILE *reports, FILE *to)
{
    bool clean = true;
    int status = run_program(arguments->program);
    if (status == -1) return NP_RUN_UNREADABLE;
    if (!print_reports(arguments, reports, to, &clean) && status == 0) return NP_RUN_UNREADABLE;
    return status == 0 && !clean ? NP_RUN_LEFT : status;
}

/** A file without a name, and in the environment the way to it for the program. NULL with a message. */
static FILE *make_reports(void)
{
    char name[32];
    const int descriptor = memfd_create("nodepages-report", 0); /* the program inherits it */
    FILE *reports = descriptor == -1 ? NULL : fdopen(descriptor, "r");
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    if (reports != NULL && setenv(NP_NT_ENV_REPORT, name, 1) == 0) return reports;
    np_complain(stderr, NULL, 0, "no room for the report: %s", strerror(errno));
    if (reports != NULL)
        fclose(reports);
    else if (descriptor != -1)
        close(descriptor);
    return NULL;
}

static int run(const struct run_arguments *arguments)
{
    if ((arguments->live || arguments->map_count != 0) && (!check_maps(arguments) || !pass_maps(arguments)))
        return NP_RUN_UNREADABLE;
    /* Before the program starts: what it did must not be lost for a name that can't be written. */
    FILE *to = arguments->report == NULL ? stderr : fopen(arguments->report, "ae");
    if (to == NULL) {
        np_complain(stderr, arguments->report, 0, "%s", strerror(errno));
        return NP_RUN_UNREADABLE;
    }
    FILE *reports = make_reports();
    int status = reports == NULL ? NP_RUN_UNREADABLE : run_with_report(arguments, reports, to);
    if (reports != NULL) fclose(reports);
    if (to != stderr && fclose(to) != 0 && status == 0) {
        np_complain(stderr, arguments->report, 0, "%s", strerror(errno));
        status = NP_RUN_UNREADABLE;
    }
    return status;
}

int np_run(int argc, char **argv)
{
    struct run_arguments arguments = {.maps = calloc((size_t)argc + 1, sizeof *arguments.maps)};
    int status = NP_RUN_UNREADABLE;
    if (arguments.maps == NULL)
        np_complain(stderr, NULL, 0, "out of memory");
    else if (argp_parse(&run_argp, argc, argv, ARGP_IN_ORDER, NULL, &arguments) == 0)
        status = run(&arguments);
    free(arguments.maps);
    return status;
}
