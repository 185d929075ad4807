/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "settings.h"

#include "../host/message.h"
#include "../host/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct np_nt_settings np_nt_settings_default(void)
{
    return (struct np_nt_settings){.map = np_nt_bundled_maps[0].name,
                                   .scarcity = {.routine = NP_NT_ROUTINES},
                                   .pattern = -1,
                                   .stack_depth = 16,
                                   .messages = stderr};
}

/** A whole number in the environment. False with a message; `*value` stays when the variable is not set. */
static bool number(FILE *messages, const char *name, uint64_t most, uint64_t *value)
{
    const char *text = secure_getenv(name), *at = text;
    uint64_t got = 0;
    if (text == NULL) return true;
    if (np_read_number(&at, &got) != NP_NUMBER_OK || *at != '\0' || got > most) {
        np_complain(messages, NULL, 0, "%s is '%s', not a number up to %" PRIu64, name, text, most);
        return false;
    }
    *value = got;
    return true;
}

/** The routines that can fail, with commas between them. */
static void list_routines(char *names, size_t size)
{
    size_t used = 0;
    names[0] = '\0';
    for (unsigned r = 0; r < NP_NT_FREE_PAGES && used < size; r++)
        used += (size_t)snprintf(names + used, size - used, "%s%s", r == 0 ? "" : ", ",
                                 np_nt_routine_name((enum np_nt_routine)r));
}

/** ROUTINE:K or K. False with a message. */
static bool call(FILE *messages, struct np_nt_scarcity *scarcity)
{
    const char *text = secure_getenv(NP_NT_ENV_FAIL_CALL);
    if (text == NULL) return true;
    const char *colon = strrchr(text, ':');
    const char *at = colon == NULL ? text : colon + 1;
    const size_t length = colon == NULL ? 0 : (size_t)(colon - text);
    unsigned routine = NP_NT_ROUTINES;
    for (unsigned r = 0; colon != NULL && r < NP_NT_FREE_PAGES; r++)
        if (strncmp(np_nt_routine_name((enum np_nt_routine)r), text, length) == 0 &&
            np_nt_routine_name((enum np_nt_routine)r)[length] == '\0')
            routine = r;
    uint64_t k = 0;
    const bool numbered = np_read_number(&at, &k) == NP_NUMBER_OK && *at == '\0' && k != 0;
    if (colon != NULL && routine == NP_NT_ROUTINES) {
        char names[1024];
        list_routines(names, sizeof names);
        np_complain(messages, NULL, 0, "%s is '%s', which names no routine that can fail; those are %s",
                    NP_NT_ENV_FAIL_CALL, text, names);
        return false;
    }
    if (!numbered) {
        np_complain(messages, NULL, 0,
                    "%s is '%s', not ROUTINE:K or K, of a routine that can fail and a call counted from 1",
                    NP_NT_ENV_FAIL_CALL, text);
        return false;
    }
    scarcity->call = k;
    scarcity->routine = (enum np_nt_routine)routine;
    return true;
}

/** `stop`, `go` or `go on`. False with a message. */
static bool on_violation(FILE *messages, bool *go_on)
{
    const char *text = secure_getenv(NP_NT_ENV_ON_VIOLATION);
    if (text == NULL) return true;
    *go_on = strcmp(text, "go") == 0 || strcmp(text, "go on") == 0;
    if (*go_on || strcmp(text, "stop") == 0) return true;
    np_complain(messages, NULL, 0, "%s is '%s', neither 'stop' nor 'go on'", NP_NT_ENV_ON_VIOLATION, text);
    return false;
}

/* A set-user-id program takes nothing from the environment of its caller: it would open files for him. */
bool np_nt_settings_from_environment(struct np_nt_settings *settings)
{
    FILE *messages = settings->messages;
    struct np_nt_scarcity *scarcity = &settings->scarcity;
    uint64_t share = scarcity->share, depth = settings->stack_depth, pattern = UINT64_MAX;
    const char *map = secure_getenv(NP_NT_ENV_MAP), *report = secure_getenv(NP_NT_ENV_REPORT);
    if (map != NULL) {
        settings->map = map;
        settings->map_text = NULL;
    }
    if (report != NULL) settings->report = report;
    if (!number(messages, NP_NT_ENV_FAIL_EVERY, UINT64_MAX, &scarcity->every) ||
        !number(messages, NP_NT_ENV_FAIL_SHARE, 1000, &share) ||
        !number(messages, NP_NT_ENV_FAIL_SEED, UINT64_MAX, &scarcity->seed) ||
        !number(messages, NP_NT_ENV_PATTERN, 255, &pattern) ||
        !number(messages, NP_NT_ENV_STACK, NP_NT_FRAMES, &depth) || !call(messages, scarcity) ||
        !on_violation(messages, &settings->go_on))
        return false;
    scarcity->share = (uint32_t)share;
    settings->stack_depth = (unsigned)depth;
    if (pattern != UINT64_MAX) settings->pattern = (int)pattern;
    return true;
}

/* ---- Maps ---- */

static bool read_text(struct np_pool *pool, const char *name, const char *content)
{
    struct np_text text;
    if (!np_text_in_memory(&text, name, content, strlen(content))) {
        np_complain(pool->messages, name, 0, "%s", text.fault);
        return false;
    }
    const bool fine = np_map_text_read(pool, &text);
    np_text_close(&text);
    return fine;
}

/** Reads map files with commas between them; `names` is cut up, and must outlive the pool. */
static bool read_files(struct np_pool *pool, char *names)
{
    char *rest = names;
    for (char *name = strsep(&rest, ","); name != NULL; name = strsep(&rest, ","))
        if (!np_map_file_read(pool, name)) return false;
    return true;
}

bool np_nt_read_map(const struct np_nt_settings *settings, struct np_layout *layout)
{
    struct np_pool pool = {.messages = settings->messages};
    const char *map = settings->map != NULL        ? settings->map
                      : settings->map_text != NULL ? "map"
                                                   : np_nt_bundled_maps[0].name;
    char *names = NULL;
    const char *content = settings->map_text;
    for (size_t i = 0; content == NULL && np_nt_bundled_maps[i].name != NULL; i++)
        if (strcmp(map, np_nt_bundled_maps[i].name) == 0) content = np_nt_bundled_maps[i].text;

    bool fine;
    if (content != NULL) {
        fine = read_text(&pool, map, content);
    } else if (strcmp(map, "live") == 0) {
        fine = np_live_read(&pool, "");
    } else {
        names = strdup(map);
        if (names == NULL) np_complain(settings->messages, NULL, 0, "out of memory");
        fine = names != NULL && read_files(&pool, names);
    }
    fine = fine && np_pool_layout(&pool, layout);
    np_pool_free(&pool);
    free(names);
    return fine;
}
