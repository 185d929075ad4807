/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "names.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static int by_text(const void *left, const void *right)
{
    return strcmp(((const struct np_name *)left)->text, ((const struct np_name *)right)->text);
}

struct np_name *np_names_find(const struct np_names *names, const char *text)
{
    const struct np_name wanted = {.text = (char *)(uintptr_t)text};
    struct np_name *const *found = tfind(&wanted, &names->tree, by_text);
    return found == NULL ? NULL : *found;
}

struct np_name *np_names_add(struct np_names *names, const char *text)
{
    struct np_name *name = np_names_find(names, text);
    if (name != NULL) return name;
    name = calloc(1, sizeof *name);
    if (name != NULL) name->text = strdup(text);
    if (name != NULL && name->text != NULL && tsearch(name, &names->tree, by_text) != NULL) return name;
    if (name != NULL) free(name->text);
    free(name);
    return NULL;
}

void np_name_release(struct np_name *name)
{
    free(name->runs);
    name->runs = NULL;
    name->run_count = 0;
    name->pages = 0;
    name->held = NP_HELD_NOTHING;
}

static void drop(void *node)
{
    struct np_name *name = node;
    free(name->text);
    free(name->runs);
    free(name);
}

void np_names_free(struct np_names *names)
{
    tdestroy(names->tree, drop);
    *names = (struct np_names){0};
}
