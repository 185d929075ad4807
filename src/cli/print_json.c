/* SPDX-License-Identifier: MIT */
#include "print.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *const statuses[] = {
    [NP_STATUS_OK] = "ok", [NP_STATUS_PARTIAL] = "partial", [NP_STATUS_FAILED] = "failed"};

/** The object up to its runs, which are empty. The keys keep the order in which they are set. */
static json_t *envelope(const struct np_answer *answer)
{
    json_t *object = json_object();
    int failed = object == NULL;
    failed |= json_object_set_new(object, "line", json_integer((json_int_t)answer->line));
    failed |= json_object_set_new(object, "op", json_string(np_operation_word(answer->operation->kind)));
    if (answer->operation->name != NULL)
        failed |= json_object_set_new(object, "id", json_string(answer->operation->name));
    failed |= json_object_set_new(object, "status", json_string(statuses[answer->status]));
    if (answer->reason != NULL) failed |= json_object_set_new(object, "reason", json_string(answer->reason));
    if (answer->parameter != NULL) failed |= json_object_set_new(object, "parameter", json_string(answer->parameter));
    failed |= json_object_set_new(object, "pages", json_integer((json_int_t)answer->pages));
    failed |= json_object_set_new(object, "runs", json_array());
    if (failed == 0) return object;
    json_decref(object);
    return NULL;
}

/** A page frame, or null. */
static void print_pfn(FILE *out, const char *key, uint64_t pfn)
{
    if (pfn == NP_NONE)
        fprintf(out, ",\"%s\":null", key);
    else
        fprintf(out, ",\"%s\":%" PRIu64, key, pfn);
}

/** What stands behind the runs. */
static void print_tail(FILE *out, const struct np_answer *answer)
{
    const enum np_operation_kind kind = answer->operation->kind;
    if (kind == NP_OPERATION_PAGES || kind == NP_OPERATION_CONTIGUOUS)
        fprintf(out, ",\"wanted\":%" PRIu64, answer->requested);
    if (!answer->has_figures) return;
    const struct np_figures *figures = &answer->figures;
    fprintf(out, ",\"figures\":{\"eligible\":%" PRIu64 ",\"longest\":%" PRIu64, figures->eligible, figures->longest);
    print_pfn(out, "first", figures->first);
    print_pfn(out, "blocker", figures->blocker);
    fprintf(out, "}");
}

bool np_print_json(FILE *out, const struct np_answer *answer)
{
    json_t *object = envelope(answer);
    char *text = object == NULL ? NULL : json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(object);
    if (text == NULL) return false;

    /* There can be a million runs: they are written straight into the empty array at the end. */
    size_t before_end = strlen(text) - strlen("]}");
    fwrite(text, 1, before_end, out);
    for (uint64_t i = 0; i < answer->runs.count; i++) {
        const struct np_range *run = &answer->runs.at[i];
        fprintf(out, "%s[%" PRIu64 ",%" PRIu64 ",%" PRIu32 "]", i == 0 ? "" : ",", run->first, run->pages, run->node);
    }
    fprintf(out, "]");
    print_tail(out, answer);
    fprintf(out, "}\n");
    free(text);
    return true;
}
