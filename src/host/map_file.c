/* SPDX-License-Identifier: MIT */
#include "map_file.h"

#include "kernel_log.h"
#include "listings.h"
#include "message.h"
#include "numactl.h"
#include "plain_map.h"

/** The readers of one file. */
struct readers {
    bool chosen;
    bool plain;
    struct np_plain_map plain_map;
    struct np_kernel_log kernel_log;
    struct np_listings listings;
    struct np_numactl numactl;
};

/** A line that says something: not blank and no comment. */
static bool significant(const char *line)
{
    const char *at = np_skip_blanks(line);
    return *at != '\0' && *at != '#';
}

static enum np_fed feed(struct readers *readers, const struct np_line *line)
{
    if (!significant(line->text)) return NP_FED_NOTHING;
    if (!readers->chosen) readers->plain = np_plain_map_begins(line->text);
    readers->chosen = true;
    if (readers->plain) return np_plain_map_feed(&readers->plain_map, line);

    enum np_fed fed = np_kernel_log_feed(&readers->kernel_log, line);
    if (fed == NP_FED_NOTHING) fed = np_listings_feed(&readers->listings, line);
    return fed == NP_FED_NOTHING ? np_numactl_feed(&readers->numactl, line) : fed;
}

static bool finish(struct readers *readers, uint64_t lines)
{
    if (readers->plain) return np_plain_map_finish(&readers->plain_map, lines);
    return np_kernel_log_finish(&readers->kernel_log, lines) && np_numactl_finish(&readers->numactl, lines);
}

bool np_map_text_read(struct np_pool *pool, struct np_text *text)
{
    struct readers readers = {.plain_map = {.pool = pool, .file = text->name},
                              .kernel_log = {.pool = pool, .file = text->name},
                              .listings = {.pool = pool, .file = text->name},
                              .numactl = {.pool = pool, .file = text->name}};
    struct np_line line;
    enum np_text_status status;
    enum np_fed fed = NP_FED_NOTHING;
    bool any = false, fine = true;
    if (pool->file == NULL) pool->file = text->name;

    while (fine && (status = np_text_next(text, &line)) != NP_TEXT_END) {
        fine = status == NP_TEXT_LINE;
        if (!fine) {
            np_complain(pool->messages, text->name, text->line, "%s", text->fault);
            break;
        }
        fed = feed(&readers, &line);
        fine = fed != NP_FED_FAULT;
        any |= fed == NP_FED_RECORD;
        if (fed == NP_FED_RECORD && !line.ended)
            np_complain(pool->messages, text->name, line.number,
                        "warning: the last line has no end; it is read as it is");
    }
    if (fine && text->line == 0) {
        np_complain(pool->messages, text->name, 1, "the file is empty");
        fine = false;
    }
    fine = fine && finish(&readers, text->line);
    if (fine && !any) {
        np_complain(
            pool->messages, text->name, 1,
            "nothing in it is a kernel log, the output of numactl --hardware or lsmem, /proc/iomem or a plain map");
        fine = false;
    }
    np_kernel_log_free(&readers.kernel_log);
    return fine;
}

bool np_map_file_read(struct np_pool *pool, const char *name)
{
    struct np_text text;
    if (!np_text_open(&text, name)) {
        np_complain(pool->messages, name, 0, "%s", text.fault);
        return false;
    }
    bool fine = np_map_text_read(pool, &text);
    np_text_close(&text);
    return fine;
}
