/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "layouts.h"

#include "memory.h"
#include "target.h"

#include "../src/cli/map.h"
#include "../src/host/map_file.h"
#include "../src/host/message.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void layout_check_messages(const char *messages, bool accepted)
{
    unsigned refusals = 0;
    for (const char *line = messages; *line != '\0'; line = strchr(line, '\n') + 1) {
        const char *end = strchr(line, '\n');
        if (end == NULL) fuzz_fail("a message without an end: %s", line);
        if (strncmp(line, "nodepages: ", 11) != 0) fuzz_fail("a message without a sender: %s", line);
        if (!np_is_clean(line, (size_t)(end - line))) fuzz_fail("a message that is not fit to be shown: %s", line);
        const char *said = line + 11 + strcspn(line + 11, " \n"); /* after the file and the line that it is about */
        if (strncmp(said, " warning: ", 10) != 0) refusals++;
    }
    if (accepted ? refusals != 0 : refusals != 1)
        fuzz_fail("%s, with %u refusals:\n%s", accepted ? "accepted" : "refused", refusals, messages);
}

void layout_check(const struct np_layout *layout)
{
    uint64_t pages = 0;
    if (layout->count == 0 || layout->nodes == 0 || layout->nodes > NP_MAX_NODES) fuzz_fail("a machine of nothing");
    for (uint32_t i = 0; i < layout->count; i++) {
        const struct np_range *r = &layout->ranges[i];
        const struct np_range *before = i == 0 ? NULL : r - 1;
        if (r->pages == 0 || r->first + r->pages > NP_PFN_LIMIT || r->node >= layout->nodes)
            fuzz_fail("range %" PRIu32 " can't be", i);
        if (before != NULL && before->first + before->pages > r->first) fuzz_fail("ranges overlap at %" PRIu32, i);
        if (before != NULL && before->first + before->pages == r->first && before->node == r->node)
            fuzz_fail("ranges touch on one node at %" PRIu32, i);
        if (np_layout_find(layout, r->first) != i || np_layout_find(layout, r->first + r->pages - 1) != i)
            fuzz_fail("range %" PRIu32 " is not found", i);
        pages += r->pages;
    }
    if (pages != np_layout_pages(layout)) fuzz_fail("%" PRIu64 " pages", pages);
}

static void compare(const struct np_layout *a, const struct np_layout *b, const char *what)
{
    if (a->count != b->count || a->nodes != b->nodes)
        fuzz_fail("%s: %" PRIu32 " ranges on %" PRIu32 " nodes, and %" PRIu32 " on %" PRIu32, what, a->count, a->nodes,
                  b->count, b->nodes);
    for (uint32_t i = 0; i < a->count; i++)
        if (a->ranges[i].first != b->ranges[i].first || a->ranges[i].pages != b->ranges[i].pages ||
            a->ranges[i].node != b->ranges[i].node)
            fuzz_fail("%s: range %" PRIu32 " differs", what, i);
    for (uint32_t i = 0; i < a->nodes; i++)
        for (uint32_t j = 0; j < a->nodes; j++)
            if (np_layout_distance(a, i, j) != np_layout_distance(b, i, j))
                fuzz_fail("%s: distance from %" PRIu32 " to %" PRIu32 " differs", what, i, j);
}

void layout_check_written(const struct np_layout *layout)
{
    struct np_layout again;
    struct np_pool pool = {0};
    struct np_text opened;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) fuzz_fail("no memory");
    np_map_print(out, layout);
    fclose(out);
    if (fuzz_story != NULL) fprintf(fuzz_story, "%s", text);
    if (!np_text_in_memory(&opened, "written", text, size)) fuzz_fail("no memory");
    if (!np_map_text_read(&pool, &opened) || !np_pool_layout(&pool, &again))
        fuzz_fail("what was written is not read:\n%s", text);
    np_text_close(&opened);
    np_pool_free(&pool);
    compare(layout, &again, "read again");
    np_layout_free(&again);
    free(text);
}

void layout_check_setup(const struct np_layout *layout, FILE *messages)
{
    struct np_machine machine;
    struct np_storage storage;
    if (np_layout_pages(layout) > UINT64_C(1) << 18) return;
    if (!np_layout_setup(layout, messages, &machine, &storage)) {
        if (fuzz_memory_left != 0) fuzz_fail("a machine that can't be set up");
        return;
    }
    const struct np_census census = np_count_pages(&machine);
    if (census.free != np_layout_pages(layout) || census.present != census.free) fuzz_fail("pages that are not free");
    np_storage_free(&storage);
}
