/* SPDX-License-Identifier: MIT */
#include "plain_map.h"

#include "message.h"

#include <inttypes.h>
#include <string.h>

bool np_plain_map_begins(const char *line)
{
    const char *at = np_skip_blanks(line);
    if (np_after_word(at, "distance") != NULL) return true;
    at = np_after_word(at, "node");
    if (at == NULL) return false;

    /* `numactl --hardware` has lines with the same first word. */
    if (strncmp(at, "distances:", 10) == 0) return false;
    at = np_skip_blanks(at + strcspn(at, " \t"));
    return strncmp(at, "cpus:", 5) != 0 && strncmp(at, "size:", 5) != 0 && strncmp(at, "free:", 5) != 0;
}

static bool read_address(const char **at, uint64_t *value, const char **reason)
{
    enum np_number read = NP_NUMBER_NONE;
    if (strncmp(*at, "0x", 2) == 0) read = np_read_number(at, value);
    *reason = read == NP_NUMBER_NONE ? "a range is 0xFIRST-0xLAST, in bytes" : "an address past 64 bits";
    return read == NP_NUMBER_OK;
}

/** `node N  0xFIRST-0xLAST`, from N on. */
static enum np_fed feed_range(struct np_plain_map *map, uint64_t line, const char *at)
{
    struct np_pool *pool = map->pool;
    struct np_piece piece = {.file = map->file, .line = line, .origin = NP_ORIGIN_WHOLE};
    uint64_t node = 0;
    enum np_number read = np_read_digits(&at, 10, &node);
    if (read == NP_NUMBER_NONE || (*at != ' ' && *at != '\t'))
        return np_refuse(pool, map->file, line, "a line of memory is: node N  0xFIRST-0xLAST");
    if (read == NP_NUMBER_TOO_LARGE) return np_refuse(pool, map->file, line, "a node number past 64 bits");
    if (!np_pool_name_node(pool, map->file, line, node)) return NP_FED_FAULT;
    piece.node = (uint32_t)node;

    const char *reason = "";
    at = np_skip_blanks(at);
    if (!read_address(&at, &piece.first, &reason)) return np_refuse(pool, map->file, line, "%s", reason);
    if (*at != '-') return np_refuse(pool, map->file, line, "a range is 0xFIRST-0xLAST, in bytes");
    at++;
    if (!read_address(&at, &piece.last, &reason)) return np_refuse(pool, map->file, line, "%s", reason);
    at = np_skip_blanks(at);
    char quoted[NP_QUOTE_SIZE];
    if (*at != '\0') return np_refuse(pool, map->file, line, "'%s' after the range", np_quote(quoted, at));
    if (piece.last < piece.first) return np_refuse(pool, map->file, line, "a range that ends before it begins");
    return np_pool_add(pool, &piece) ? NP_FED_RECORD : NP_FED_FAULT;
}

static enum np_fed feed_row(struct np_plain_map *map, uint64_t line, const char *at)
{
    struct np_distances *distances = &map->distances;
    uint8_t row[NP_MAX_NODES];
    uint32_t count = 0;
    enum np_row read = np_read_row(at, UINT8_MAX, row, &count);
    if (read != NP_ROW_OK)
        return np_refuse(map->pool, map->file, line, "row %" PRIu32 " of the distances: %s", map->rows + 1,
                         np_row_reason(read));
    if (map->rows == 0) distances->nodes = count;
    if (count != distances->nodes)
        return np_refuse(map->pool, map->file, line,
                         "row %" PRIu32 " of the distances has %" PRIu32 " numbers, the first has %" PRIu32,
                         map->rows + 1, count, distances->nodes);

    memcpy(distances->rows + (size_t)map->rows * distances->nodes, row, count);
    map->rows++;
    if (map->rows < distances->nodes) return NP_FED_RECORD;
    map->in_matrix = false;
    return np_pool_set_distances(map->pool, distances) ? NP_FED_RECORD : NP_FED_FAULT;
}

enum np_fed np_plain_map_feed(struct np_plain_map *map, const struct np_line *line)
{
    line->text[strcspn(line->text, "#")] = '\0';
    np_trim_end(line->text);
    const char *at = np_skip_blanks(line->text), *rest;
    if (*at == '\0') return NP_FED_NOTHING;

    bool digit = *at >= '0' && *at <= '9';
    if (map->in_matrix && (digit || map->rows == 0)) return feed_row(map, line->number, at);
    if (map->in_matrix)
        return np_refuse(map->pool, map->file, line->number,
                         "%" PRIu32 " rows of distances, then this: %" PRIu32 " are needed", map->rows,
                         map->distances.nodes);

    rest = np_after_word(at, "node");
    if (rest != NULL) return feed_range(map, line->number, rest);

    char quoted[NP_QUOTE_SIZE];
    rest = np_after_word(at, "distance");
    if (rest != NULL) {
        if (*rest != '\0')
            return np_refuse(map->pool, map->file, line->number,
                             "'%s' after 'distance': its rows are on lines of their own", np_quote(quoted, rest));
        map->distances = (struct np_distances){.file = map->file, .line = line->number};
        map->header = line->number;
        map->rows = 0;
        map->in_matrix = true;
        return NP_FED_RECORD;
    }
    if (digit && map->header != 0)
        return np_refuse(map->pool, map->file, line->number, "a row beyond the %" PRIu32 " of the distances",
                         map->distances.nodes);
    return np_refuse(map->pool, map->file, line->number, "not a map line: '%s'", np_quote(quoted, at));
}

bool np_plain_map_finish(struct np_plain_map *map, uint64_t lines)
{
    if (!map->in_matrix) return true;
    if (map->rows == 0)
        np_refuse(map->pool, map->file, map->header, "'distance' without rows");
    else
        np_refuse(map->pool, map->file, lines, "the file ends after %" PRIu32 " of %" PRIu32 " rows of distances",
                  map->rows, map->distances.nodes);
    return false;
}
