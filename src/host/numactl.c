/* SPDX-License-Identifier: MIT */
#include "numactl.h"

#include <inttypes.h>
#include <string.h>

static enum np_fed feed_available(struct np_numactl *numactl, uint64_t line, const char *at)
{
    at = np_skip_blanks(at);
    if (np_read_digits(&at, 10, &numactl->said) != NP_NUMBER_OK || strncmp(at, " nodes", 6) != 0)
        return np_refuse(numactl->pool, numactl->file, line, "'available:' without a number of nodes");
    numactl->available = line;
    return NP_FED_RECORD;
}

/** `node   0   1   2`, which must name every node from 0 on. */
static enum np_fed feed_columns(struct np_numactl *numactl, uint64_t line, const char *at)
{
    uint8_t columns[NP_MAX_NODES];
    uint32_t count = 0;
    if (strncmp(at, "node ", 5) != 0)
        return np_refuse(numactl->pool, numactl->file, line, "the line after 'node distances:' doesn't name the nodes");
    enum np_row read = np_read_row(at + 5, UINT8_MAX, columns, &count);
    if (read != NP_ROW_OK)
        return np_refuse(numactl->pool, numactl->file, line, "the nodes that the distances are for: %s",
                         np_row_reason(read));
    for (uint32_t i = 0; i < count; i++)
        if (columns[i] != i)
            return np_refuse(numactl->pool, numactl->file, line,
                             "the nodes that the distances are for leave out node %" PRIu32, i);
    if (count == 0) return np_refuse(numactl->pool, numactl->file, line, "distances for no node");
    if (numactl->available != 0 && numactl->said != count)
        return np_refuse(numactl->pool, numactl->file, line,
                         "distances for %" PRIu32 " nodes, but line %" PRIu64 " says there are %" PRIu64, count,
                         numactl->available, numactl->said);
    numactl->distances.nodes = count;
    numactl->place = NP_NUMACTL_ROWS;
    return NP_FED_RECORD;
}

/** `  3:  16  16  16  10`. */
static enum np_fed feed_row(struct np_numactl *numactl, uint64_t line, const char *at)
{
    struct np_distances *distances = &numactl->distances;
    uint8_t row[NP_MAX_NODES];
    uint32_t count = 0;
    uint64_t node = 0;
    if (np_read_digits(&at, 10, &node) != NP_NUMBER_OK || *at != ':' || node != numactl->rows)
        return np_refuse(numactl->pool, numactl->file, line, "the distances from node %" PRIu32 " should be here",
                         numactl->rows);
    enum np_row read = np_read_row(at + 1, UINT8_MAX, row, &count);
    if (read != NP_ROW_OK)
        return np_refuse(numactl->pool, numactl->file, line, "the distances from node %" PRIu32 ": %s", numactl->rows,
                         np_row_reason(read));
    if (count != distances->nodes)
        return np_refuse(numactl->pool, numactl->file, line,
                         "%" PRIu32 " distances from node %" PRIu32 ", to %" PRIu32 " nodes", count, numactl->rows,
                         distances->nodes);

    memcpy(distances->rows + (size_t)numactl->rows * distances->nodes, row, count);
    numactl->rows++;
    if (numactl->rows < distances->nodes) return NP_FED_RECORD;
    numactl->place = NP_NUMACTL_OUTSIDE;
    numactl->complete = true;
    return np_pool_set_distances(numactl->pool, distances) ? NP_FED_RECORD : NP_FED_FAULT;
}

enum np_fed np_numactl_feed(struct np_numactl *numactl, const struct np_line *line)
{
    const char *at = np_skip_blanks(line->text);
    if (strncmp(at, "node distances:", 15) == 0 && numactl->place == NP_NUMACTL_OUTSIDE) {
        numactl->distances = (struct np_distances){.file = numactl->file, .line = line->number};
        numactl->rows = 0;
        numactl->complete = false;
        numactl->place = NP_NUMACTL_COLUMNS;
        return NP_FED_RECORD;
    }
    if (numactl->place == NP_NUMACTL_COLUMNS) return feed_columns(numactl, line->number, at);
    if (numactl->place == NP_NUMACTL_ROWS) return feed_row(numactl, line->number, at);

    size_t digits = strspn(at, "0123456789");
    if (numactl->complete && digits != 0 && at[digits] == ':' && (at[digits + 1] == ' ' || at[digits + 1] == '\t'))
        return np_refuse(numactl->pool, numactl->file, line->number, "a row beyond the %" PRIu32 " of the distances",
                         numactl->distances.nodes);
    numactl->complete = false;
    if (strncmp(at, "available:", 10) == 0) return feed_available(numactl, line->number, at + 10);
    return NP_FED_NOTHING;
}

bool np_numactl_finish(struct np_numactl *numactl, uint64_t lines)
{
    if (numactl->place != NP_NUMACTL_OUTSIDE)
        np_refuse(numactl->pool, numactl->file, lines,
                  "the file ends after %" PRIu32 " of %" PRIu32 " rows of distances", numactl->rows,
                  numactl->distances.nodes);
    else if (numactl->available != 0 && numactl->distances.nodes == 0)
        np_refuse(numactl->pool, numactl->file, lines, "the file ends without 'node distances:'");
    else
        return true;
    return false;
}
