/* SPDX-License-Identifier: MIT */
#include "listings.h"

#include "message.h"

#include <inttypes.h>
#include <string.h>

/** Past a hexadecimal number, with `0x` before it if `prefix`. False when there is none. */
static bool read_hex(const char **at, bool prefix, uint64_t *value, bool *large)
{
    if (prefix && strncmp(*at, "0x", 2) != 0) return false;
    if (prefix) *at += 2;
    const enum np_number read = np_read_digits(at, 16, value);
    *large |= read == NP_NUMBER_TOO_LARGE;
    return read != NP_NUMBER_NONE;
}

/** The beginning of a word of a line, the first being 1; NULL when there are fewer. */
static const char *word_at(const char *text, unsigned number)
{
    const char *at = np_skip_blanks(text);
    for (unsigned i = 1; i < number && *at != '\0'; i++)
        at = np_skip_blanks(at + strcspn(at, " \t"));
    return *at == '\0' ? NULL : at;
}

static bool is_word(const char *at, const char *word)
{
    return at != NULL && np_after_word(at, word) != NULL;
}

static enum np_fed add(const struct np_listings *listings, const struct np_line *line, const struct np_piece *piece,
                       bool large)
{
    if (large) return np_refuse(listings->pool, listings->file, line->number, "an address past 64 bits");
    if (piece->last < piece->first)
        return np_refuse(listings->pool, listings->file, line->number, "a range that ends before it begins");
    return np_pool_add(listings->pool, piece) ? NP_FED_RECORD : NP_FED_FAULT;
}

/** `FIRST-LAST : System RAM` at the start of a line: what is inside of a range is set in. */
static enum np_fed feed_iomem(const struct np_listings *listings, const struct np_line *line)
{
    struct np_piece piece = {.file = listings->file, .line = line->number, .origin = NP_ORIGIN_WHOLE};
    const char *at = line->text;
    bool large = false;
    if (!read_hex(&at, false, &piece.first, &large) || *at != '-') return NP_FED_NOTHING;
    at++;
    if (!read_hex(&at, false, &piece.last, &large) || strncmp(at, " : ", 3) != 0) return NP_FED_NOTHING;
    if (strcmp(at + 3, "System RAM") != 0) return NP_FED_NOTHING;
    if (piece.first == 0 && piece.last == 0)
        return np_refuse(listings->pool, listings->file, line->number,
                         "hidden addresses: only root sees them in /proc/iomem; save the file as root");
    return add(listings, line, &piece, large);
}

/** `RANGE SIZE STATE ...` of lsmem. */
static enum np_fed feed_lsmem(struct np_listings *listings, const struct np_line *line)
{
    struct np_piece piece = {.file = listings->file, .line = line->number, .origin = NP_ORIGIN_WHOLE};
    const char *at = np_skip_blanks(line->text);
    bool large = false;
    if (is_word(at, "RANGE") && strstr(at, "STATE") != NULL) {
        listings->node_column = 0;
        for (unsigned i = 1; word_at(at, i) != NULL; i++)
            if (is_word(word_at(at, i), "NODE")) listings->node_column = i;
        return NP_FED_RECORD;
    }
    if (!read_hex(&at, true, &piece.first, &large) || *at != '-') return NP_FED_NOTHING;
    at++;
    if (!read_hex(&at, true, &piece.last, &large)) return NP_FED_NOTHING;
    const bool online = is_word(word_at(line->text, 3), "online");
    if (!online && !is_word(word_at(line->text, 3), "offline")) return NP_FED_NOTHING;
    if (!online) return NP_FED_RECORD;
    if (listings->node_column != 0) {
        uint64_t node;
        const char *word = word_at(line->text, listings->node_column);
        if (word == NULL || np_read_digits(&word, 10, &node) != NP_NUMBER_OK)
            return np_refuse(listings->pool, listings->file, line->number, "no node in the column NODE");
        if (!np_pool_name_node(listings->pool, listings->file, line->number, node)) return NP_FED_FAULT;
        piece.node = (uint32_t)node;
    }
    return add(listings, line, &piece, large);
}

/** `Start 0xFIRST - Length 0xBYTES`. */
static enum np_fed feed_windows(const struct np_listings *listings, const struct np_line *line)
{
    struct np_piece piece = {.file = listings->file, .line = line->number, .origin = NP_ORIGIN_WHOLE};
    uint64_t length = 0;
    bool large = false;
    const char *at = strstr(line->text, "Start 0x");
    if (at == NULL) return NP_FED_NOTHING;
    at += 6;
    if (!read_hex(&at, true, &piece.first, &large) || strncmp(at, " - Length ", 10) != 0) return NP_FED_NOTHING;
    at += 10;
    if (!read_hex(&at, true, &length, &large) || *np_skip_blanks(at) != '\0' || !line->ended)
        return np_refuse(listings->pool, listings->file, line->number, "a range is: Start 0xFIRST - Length 0xBYTES");
    if (length == 0 && !large) return NP_FED_RECORD;
    large |= piece.first + (length - 1) < piece.first;
    piece.last = piece.first + (length - 1); /* where that fits */
    return add(listings, line, &piece, large);
}

enum np_fed np_listings_feed(struct np_listings *listings, const struct np_line *line)
{
    np_trim_end(line->text);
    enum np_fed fed = feed_iomem(listings, line);
    if (fed == NP_FED_NOTHING) fed = feed_lsmem(listings, line);
    return fed == NP_FED_NOTHING ? feed_windows(listings, line) : fed;
}
