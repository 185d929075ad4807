/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "nt_settings.h"

#include "host.h"
#include "target.h"

#include "../src/nt/settings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NONE (-1)

/* A text, and what it means: as a number, as a call that fails, as what is done after a violation. */
static const struct {
    const char *text;
    bool number;
    uint64_t value;
    uint64_t call;    /* 0: it names none */
    unsigned routine; /* of the call */
    int go_on;        /* NONE: it says neither */
} texts[] = {
    {NULL, true, 0, 0, 0, 0},
    {"0", true, 0, 0, 0, NONE},
    {"1", true, 1, 1, NP_NT_ROUTINES, NONE},
    {"64", true, 64, 64, NP_NT_ROUTINES, NONE},
    {"255", true, 255, 255, NP_NT_ROUTINES, NONE},
    {"0x100", true, 256, 256, NP_NT_ROUTINES, NONE},
    {"1001", true, 1001, 1001, NP_NT_ROUTINES, NONE},
    {"18446744073709551615", true, UINT64_MAX, UINT64_MAX, NP_NT_ROUTINES, NONE},
    {"18446744073709551616", false, 0, 0, 0, NONE},
    {"", false, 0, 0, 0, NONE},
    {"7x", false, 0, 0, 0, NONE},
    {"often", false, 0, 0, 0, NONE},
    {"MmMapLockedPagesSpecifyCache:2", false, 0, 2, NP_NT_MAP, NONE},
    {"MmMapLockedPagesSpecifyCache:0", false, 0, 0, 0, NONE},
    {"MmMapLockedPages:1", false, 0, 0, 0, NONE},
    {"MmMapLockedPagesSpecifyCacheNode:1", false, 0, 0, 0, NONE},
    {"ExFreePool:1", false, 0, 0, 0, NONE},
    {":1", false, 0, 0, 0, NONE},
    {"stop", false, 0, 0, 0, 0},
    {"go", false, 0, 0, 0, 1},
    {"go on", false, 0, 0, 0, 1},
    {"go\non\x1b", false, 0, 0, 0, NONE},
};

#define TEXTS (sizeof texts / sizeof texts[0])

/* The variables, and the most that those which are numbers may be. */
enum { EVERY, SHARE, SEED, PATTERN, STACK, CALL, VIOLATION, REPORT, VARIABLES };

static const struct {
    const char *name;
    uint64_t most;
} variables[VARIABLES] = {
    [EVERY] = {NP_NT_ENV_FAIL_EVERY, UINT64_MAX}, [SHARE] = {NP_NT_ENV_FAIL_SHARE, 1000},
    [SEED] = {NP_NT_ENV_FAIL_SEED, UINT64_MAX},   [PATTERN] = {NP_NT_ENV_PATTERN, 255},
    [STACK] = {NP_NT_ENV_STACK, NP_NT_FRAMES},    [CALL] = {NP_NT_ENV_FAIL_CALL, 0},
    [VIOLATION] = {NP_NT_ENV_ON_VIOLATION, 0},    [REPORT] = {NP_NT_ENV_REPORT, 0},
};

static uint8_t chosen[VARIABLES]; /* the text that each has */

static const char *text_of(const char *name)
{
    for (unsigned i = 0; i < VARIABLES; i++)
        if (strcmp(name, variables[i].name) == 0) return texts[chosen[i]].text;
    return NULL;
}

void fuzz_settings_clear(void)
{
    memset(chosen, 0, sizeof chosen);
}

static bool is_right(unsigned variable)
{
    const uint8_t t = chosen[variable];
    if (texts[t].text == NULL || variable == REPORT) return true;
    if (variable == CALL) return texts[t].call != 0;
    if (variable == VIOLATION) return texts[t].go_on != NONE;
    return texts[t].number && texts[t].value <= variables[variable].most;
}

/** What a number is after it was read: the default where nothing says otherwise. */
static uint64_t number_of(unsigned variable, uint64_t otherwise)
{
    return texts[chosen[variable]].text == NULL ? otherwise : texts[chosen[variable]].value;
}

static void compare(const struct np_nt_settings *got)
{
    const struct np_nt_settings plain = np_nt_settings_default();
    const uint64_t pattern = number_of(PATTERN, UINT64_MAX);
    const uint8_t call = chosen[CALL];
    if (got->scarcity.every != number_of(EVERY, plain.scarcity.every) ||
        got->scarcity.share != number_of(SHARE, plain.scarcity.share) ||
        got->scarcity.seed != number_of(SEED, plain.scarcity.seed) ||
        got->stack_depth != number_of(STACK, plain.stack_depth) ||
        got->pattern != (pattern == UINT64_MAX ? plain.pattern : (int)pattern))
        fuzz_fail("a number of the settings is not what was said");
    if (texts[call].text != NULL &&
        (got->scarcity.call != texts[call].call || (unsigned)got->scarcity.routine != texts[call].routine))
        fuzz_fail("another call is to fail than was said");
    if (got->go_on != (texts[chosen[VIOLATION]].go_on == 1)) fuzz_fail("a violation does something else than was said");
    if (got->report != texts[chosen[REPORT]].text) fuzz_fail("the report goes elsewhere");
}

/** One line, from the project, if something is refused. */
static void check_message(const char *message, bool fine)
{
    const char *end = strchr(message, '\n');
    if (fine ? *message != '\0' : strncmp(message, "nodepages: ", 11) != 0 || end == NULL || end[1] != '\0')
        fuzz_fail("%s, with the message '%s'", fine ? "accepted" : "refused", message);
}

void fuzz_settings_read(uint8_t variable, uint8_t text)
{
    struct np_nt_settings settings = np_nt_settings_default();
    char *message = NULL;
    size_t size = 0;
    bool right = true;
    chosen[variable % VARIABLES] = text % TEXTS;
    fuzz_tell("settings: %s is '%s'\n", variables[variable % VARIABLES].name,
              texts[text % TEXTS].text == NULL ? "not set" : texts[text % TEXTS].text);
    for (unsigned i = 0; i < VARIABLES; i++)
        right = right && is_right(i);
    settings.messages = open_memstream(&message, &size);
    if (settings.messages == NULL) fuzz_fail("no memory");
    fuzz_environment = text_of;
    const bool fine = np_nt_settings_from_environment(&settings);
    fuzz_environment = NULL;
    fclose(settings.messages);
    if (fine != right) fuzz_fail("settings are %s", fine ? "accepted" : "refused");
    check_message(message, fine);
    if (fine) compare(&settings);
    free(message);
}

void fuzz_settings_map(uint8_t which)
{
    static const struct {
        const char *map;
        const char *text;
        bool fine;
    } maps[] = {{NULL, NULL, true}, {NULL, "node 0 0x0-0xffff\n", true}, {NULL, "node 0 0x0\n", false},
                {NULL, "", false},  {"no/such/map", NULL, false},        {"/dev/null,x", NULL, false},
                {",", NULL, false}, {"amd-epyc-8node-1tib", NULL, true}};
    const unsigned m = which % (sizeof maps / sizeof maps[0]);
    struct np_nt_settings settings = np_nt_settings_default();
    struct np_layout layout;
    char *message = NULL;
    size_t size = 0;
    settings.map = maps[m].map;
    settings.map_text = maps[m].text;
    settings.messages = open_memstream(&message, &size);
    if (settings.messages == NULL) fuzz_fail("no memory");
    const bool fine = np_nt_read_map(&settings, &layout);
    fclose(settings.messages);
    if (fine != maps[m].fine) fuzz_fail("map %u is %s: %s", m, fine ? "accepted" : "refused", message);
    check_message(message, fine);
    if (fine) np_layout_free(&layout);
    free(message);
}
