/* SPDX-License-Identifier: MIT */
/*
 * The `nodepages` command: its arguments.
 */
#define _GNU_SOURCE 1

#include "../host/live.h"
#include "../host/map_file.h"
#include "../host/message.h"
#include "map.h"
#include "replay.h"
#include "run.h"
#include "unpack.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef NP_VERSION
#define NP_VERSION "0.1.0"
#endif

#define EXIT_UNREADABLE 2

/* In tests: a directory that stands for the root of the system that --live reads. */
#define LIVE_ROOT "NODEPAGES_LIVE_ROOT"

/** The arguments of a verb. */
struct arguments {
    bool replays; /* the verb takes a trace */
    const char **maps;
    size_t map_count;
    bool live;
    bool json;
    const char *trace;
};

static const struct argp_option machine_options[] = {
    {"map", 'm', "FILE", 0, "a map of the machine, '-' for standard input; several are pooled", 0},
    {"live", 'l', NULL, 0, "this machine, as the system describes it", 0},
    {0}};

static const struct argp_option json_options[] = {
    {"json", 'j', NULL, 0, "one JSON object per line instead of a sentence", 0}, {0}};

static error_t check_arguments(const struct arguments *arguments, struct argp_state *state)
{
    size_t inputs = arguments->trace != NULL && strcmp(arguments->trace, "-") == 0;
    for (size_t i = 0; i < arguments->map_count; i++)
        inputs += strcmp(arguments->maps[i], "-") == 0;
    if (arguments->map_count == 0 && !arguments->live)
        argp_error(state, "no machine: --map FILE or --live is missing");
    else if (arguments->map_count != 0 && arguments->live)
        argp_error(state, "--map and --live together: pass one of them");
    else if (arguments->replays && arguments->trace == NULL)
        argp_error(state, "no trace");
    else if (inputs > 1)
        argp_error(state, "standard input can be read only once");
    else
        return 0;
    return EINVAL;
}

static error_t parse_machine(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case 'm':
        arguments->maps[arguments->map_count++] = value;
        return 0;
    case 'l':
        arguments->live = true;
        return 0;
    case ARGP_KEY_END:
        return check_arguments(arguments, state);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_map(int key, char *value, struct argp_state *state)
{
    (void)value;
    if (key != ARGP_KEY_INIT) return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = state->input;
    return 0;
}

static error_t parse_replay(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = arguments;
        return 0;
    case 'j':
        arguments->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->trace != NULL) argp_error(state, "more than one trace");
        arguments->trace = value;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp machine_argp = {.options = machine_options, .parser = parse_machine};
static const struct argp_child machine_child[] = {{&machine_argp, 0, NULL, 0}, {0}};

static const struct argp map_argp = {
    .parser = parse_map,
    .children = machine_child,
    .doc =
        "Shows what a machine looks like: its nodes, ranges of memory, holes and distances. The output is a plain map "
        "itself."
        "\vA map is a kernel log (dmesg), the output of numactl --hardware for the distances, or a plain map:\n\n"
        "  node 0  0x0000000000001000-0x000000000009ffff\n"
        "  distance\n"
        "  10\n"};

static const struct argp replay_argp = {
    .options = json_options,
    .parser = parse_replay,
    .args_doc = "TRACE",
    .doc =
        "Answers a trace of requests against a machine: what would they get, and why not? TRACE '-' is standard input.",

    .children = machine_child};

/** The verb, and where its own arguments begin. */
struct verb {
    const char *name;
    int index;
};

static error_t parse_verb(int key, char *value, struct argp_state *state)
{
    struct verb *verb = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        verb->name = value;
        verb->index = state->next - 1;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_usage(state);
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp verb_argp = {
    .parser = parse_verb,
    .args_doc = "replay --map FILE... [--json] TRACE\nmap --map FILE...|--live\nrun [--map FILE|NAME] -- PROGRAM",
    .doc = "The logic by which an operating system hands out physical pages, on a machine of your choice."
           "\vreplay answers a trace of requests, map shows the machine, run starts a program that calls the routines "
           "by their own "
           "names. 'nodepages VERB --help' says more. The exit status is 0 when the trace was replayed, even if its "
           "requests fail, and 2 when something can't be read; that of run is the program's."};

/** Reads the maps into a machine. False with a message. */
static bool read_machine(const struct arguments *arguments, struct np_layout *layout)
{
    struct np_pool pool = {.messages = stderr, .doubts = !arguments->replays};
    const char *root = secure_getenv(LIVE_ROOT);
    bool fine = true;
    for (size_t i = 0; fine && i < arguments->map_count; i++)
        fine = np_map_file_read(&pool, arguments->maps[i]);
    if (arguments->live) fine = np_live_read(&pool, root == NULL ? "" : root);
    fine = fine && np_pool_layout(&pool, layout);
    np_pool_free(&pool);
    return fine;
}

static int run(const struct arguments *arguments)
{
    struct np_layout layout;
    int status = EXIT_SUCCESS;
    if (!read_machine(arguments, &layout)) return EXIT_UNREADABLE;
    if (arguments->replays)
        status = np_replay(&layout, arguments->trace, arguments->json);
    else
        np_map_print(stdout, &layout);
    np_layout_free(&layout);
    return status;
}

/** At the end, however it came: what did not reach standard output is a failure. The one place that says so. */
static void close_output(void)
{
    const int before = errno; /* of the write that failed, when nothing is left to write */
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) return;
    np_complain(stderr, NULL, 0, "standard output: %s", strerror(errno == 0 ? before : errno));
    _exit(EXIT_UNREADABLE);
}

/**
 * How much of an option the library may print when it refuses it: all, except the value of one that has a value.
 *
 * @param runs   whether it is one of the verb `run`
 * @param value  set when the next argument is its value
 */
static size_t printed_of(const char *option, bool runs, bool *value)
{
    static const char *const valued[] = {"map",        "report",    "stack",      "pattern",
                                         "fail-every", "fail-call", "fail-share", "fail-seed"};
    *value = false;
    if (option[1] != '-') {
        const size_t flags = strcspn(option, runs ? "mr" : "m");
        *value = option[flags] != '\0' && option[flags + 1] == '\0';
        return option[flags] == '\0' ? flags : flags + 1;
    }
    const size_t length = 2 + strcspn(option + 2, "=");
    for (size_t i = 0; i < (runs ? sizeof valued / sizeof valued[0] : 1); i++)
        if (strlen(valued[i]) == length - 2 && strncmp(valued[i], option + 2, length - 2) == 0) {
            *value = option[length] == '\0';
            return length;
        }
    return strlen(option);
}

/** Whether options, which the library may print as they are, are fit to be shown. False with a message. */
static bool check_options(int argc, char **argv)
{
    const char *verb = NULL;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const bool runs = verb != NULL && strcmp(verb, "run") == 0;
        bool value = false;
        if (argv[i][0] != '-') {
            if (runs) return true; /* the program, and what is its own */
            if (verb == NULL) verb = argv[i];
        } else if (!np_is_clean(argv[i], verb == NULL ? strlen(argv[i]) : printed_of(argv[i], runs, &value))) {
            np_complain(stderr, NULL, 0, "unknown option: '%s'; try 'nodepages --help'", argv[i]);
            return false;
        }
        if (value) i++;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct verb verb = {0};
    static char own_name[] = "nodepages";
    if (argc == 0) return EXIT_UNREADABLE;
    argv[0] = program_invocation_name = program_invocation_short_name = own_name;
    atexit(close_output);
    np_text_unpacker = &np_unpacker;
    if (!check_options(argc, argv)) return EXIT_UNREADABLE;
    argp_program_version = "nodepages " NP_VERSION;
    argp_err_exit_status = EXIT_UNREADABLE;
    if (argp_parse(&verb_argp, argc, argv, ARGP_IN_ORDER, NULL, &verb) != 0) return EXIT_UNREADABLE;

    bool replays = strcmp(verb.name, "replay") == 0, runs = strcmp(verb.name, "run") == 0;
    if (!replays && !runs && strcmp(verb.name, "map") != 0) {
        np_complain(stderr, NULL, 0, "unknown verb: '%s'; the verbs are replay, map and run", verb.name);
        return EXIT_UNREADABLE;
    }
    /* The rest is parsed on its own, under a name that says which verb it belongs to. */
    static char names[3][32] = {"nodepages map", "nodepages replay", "nodepages run"};
    int count = argc - verb.index;
    char **rest = argv + verb.index;
    rest[0] = names[runs ? 2 : replays];
    if (runs) return np_run(count, rest);

    struct arguments arguments = {.replays = replays, .maps = calloc((size_t)argc + 1, sizeof *arguments.maps)};
    int status = EXIT_UNREADABLE;
    if (arguments.maps == NULL)
        np_complain(stderr, NULL, 0, "out of memory");
    else if (argp_parse(replays ? &replay_argp : &map_argp, count, rest, 0, NULL, &arguments) == 0)
        status = run(&arguments);
    free(arguments.maps);
    return status;
}
