/* SPDX-License-Identifier: MIT */
#include "kernel_log.h"

#include "kernel_nodes.h"
#include "message.h"

#include <inttypes.h>
#include <string.h>

#define E820 "BIOS-e820:"
#define SRAT "SRAT: Node"
#define EARLY_HEADER "Early memory node ranges"
#define BOOT "BIOS-provided physical RAM map"

static enum np_fed out_of_memory(const struct np_kernel_log *log)
{
    np_complain(log->pool->messages, NULL, 0, "out of memory");
    return NP_FED_FAULT;
}

static enum np_fed unreadable(const struct np_kernel_log *log, const struct np_line *line, const char *what)
{
    return np_refuse(log->pool, log->file, line->number, "%s%s", what,
                     line->ended ? "" : ": the last line has no end, the log may be cut here");
}

static enum np_bounds read_bounds(const char **at, bool prefixed, const char *between, struct np_piece *piece)
{
    uint64_t *bounds[2] = {&piece->first, &piece->last};
    bool large = false;
    for (int i = 0; i < 2; i++) {
        if (i == 1) {
            if (strncmp(*at, between, strlen(between)) != 0) return NP_BOUNDS_NONE;
            *at += strlen(between);
        }
        bool prefix = (*at)[0] == '0' && (*at)[1] == 'x';
        if (prefixed && !prefix) return NP_BOUNDS_NONE;
        if (prefix) *at += 2;
        enum np_number read = np_read_digits(at, 16, bounds[i]);
        if (read == NP_NUMBER_NONE) return NP_BOUNDS_NONE;
        large |= read == NP_NUMBER_TOO_LARGE;
    }
    if (large) return NP_BOUNDS_LARGE;
    return NP_BOUNDS_OK;
}

/** `[mem 0xFIRST-0xLAST]`. */
static enum np_bounds read_mem(const char **at, struct np_piece *piece)
{
    if (strncmp(*at, "[mem ", 5) != 0) return NP_BOUNDS_NONE;
    *at = np_skip_blanks(*at + 5);
    enum np_bounds read = read_bounds(at, true, "-", piece);
    if (read == NP_BOUNDS_NONE || **at != ']') return NP_BOUNDS_NONE;
    *at += 1;
    if (read == NP_BOUNDS_OK && piece->last < piece->first) return NP_BOUNDS_REVERSED;
    return read;
}

/** `FIRST - END` without `0x`, the end outside. */
static enum np_bounds read_old(const char **at, const char *between, struct np_piece *piece)
{
    enum np_bounds read = read_bounds(at, false, between, piece);
    if (read != NP_BOUNDS_OK) return read;
    if (piece->last <= piece->first) return NP_BOUNDS_REVERSED;
    piece->last--;
    return NP_BOUNDS_OK;
}

static enum np_fed refuse_range(const struct np_kernel_log *log, const struct np_line *line, const char *what,
                                enum np_bounds read)
{
    char reason[96];
    const char *said = read == NP_BOUNDS_LARGE      ? "with an address past 64 bits"
                       : read == NP_BOUNDS_REVERSED ? "that ends before it begins"
                                                    : "without a whole range";
    snprintf(reason, sizeof reason, "%s %s", what, said);
    return unreadable(log, line, reason);
}

/** What stands after an e820 range, from the type on. */
static enum np_fed add_e820(struct np_kernel_log *log, const struct np_line *line, const struct np_piece *piece,
                            const char *type)
{
    bool usable = strcmp(type, "usable") == 0 || strcmp(type, "System RAM") == 0;
    if (log->first_e820 == 0) log->first_e820 = line->number;
    if (!usable) {
        if (*type == '\0') return unreadable(log, line, "an e820 range without its type");
        bool begun = strncmp("usable", type, strlen(type)) == 0 || strncmp("System RAM", type, strlen(type)) == 0;
        if (begun || strncmp(type, "usable", 6) == 0) return unreadable(log, line, "an e820 range of an unknown type");
        return np_pieces_add(&log->unusable, piece) ? NP_FED_RECORD : out_of_memory(log);
    }
    if (piece->last >= NP_BYTE_LIMIT)
        return np_refuse(log->pool, log->file, line->number,
                         "usable memory up to 0x%" PRIx64 ", past the last address that can be, 0x%" PRIx64,
                         piece->last, NP_BYTE_LIMIT - 1);
    return np_pieces_add(&log->usable, piece) ? NP_FED_RECORD : out_of_memory(log);
}

static enum np_fed feed_e820(struct np_kernel_log *log, const struct np_line *line, const char *at)
{
    struct np_piece piece = {.file = log->file, .line = line->number, .origin = NP_ORIGIN_USABLE};
    at = np_skip_blanks(at);
    if (strncmp(at, "[gap ", 5) == 0) return NP_FED_NOTHING;

    if (*at == '[') {
        enum np_bounds read = read_mem(&at, &piece);
        if (read != NP_BOUNDS_OK) return refuse_range(log, line, "an e820 line", read);
        return add_e820(log, line, &piece, np_skip_blanks(at));
    }
    enum np_bounds read = read_old(&at, " - ", &piece);
    if (read != NP_BOUNDS_OK) return refuse_range(log, line, "an e820 line", read);
    at = np_skip_blanks(at);
    char type[32];
    size_t length = strcspn(at, ")");
    if (*at != '(' || at[length] != ')' || length > sizeof type)
        return unreadable(log, line, "an e820 range without its type");
    memcpy(type, at + 1, length - 1);
    type[length - 1] = '\0';
    return add_e820(log, line, &piece, type);
}

/** An e820 line, and others behind it where mail has joined lines. */
static enum np_fed feed_e820_line(struct np_kernel_log *log, const struct np_line *line, char *at)
{
    for (;;) {
        char *next = strstr(at, E820);
        if (next != NULL) {
            *next = '\0';
            np_trim_end(at);
        }
        const enum np_fed fed = feed_e820(log, line, at);
        if (fed == NP_FED_FAULT || next == NULL) return fed;
        at = next + strlen(E820);
    }
}

static enum np_fed feed_srat(struct np_kernel_log *log, const struct np_line *line, const char *at)
{
    struct np_piece piece = {.file = log->file, .line = line->number, .origin = NP_ORIGIN_SRAT};
    uint64_t node = 0, domain = 0;
    at = np_skip_blanks(at);
    if (np_read_digits(&at, 10, &node) == NP_NUMBER_NONE) return unreadable(log, line, "a SRAT line without a node");

    at = np_skip_blanks(at);
    if (strncmp(at, "PXM ", 4) == 0) {
        at += 4;
        if (np_read_digits(&at, 10, &domain) == NP_NUMBER_NONE)
            return unreadable(log, line, "a SRAT line without a proximity domain");
        at = np_skip_blanks(at);
    }
    bool old = *at != '[';
    enum np_bounds read = old ? read_old(&at, "-", &piece) : read_mem(&at, &piece);
    if (old && read == NP_BOUNDS_OK && !line->ended) read = NP_BOUNDS_NONE; /* its last number may go on */
    if (old && read == NP_BOUNDS_OK) piece.last = np_last_of(piece.last + 1);
    if (read != NP_BOUNDS_OK) return refuse_range(log, line, "a SRAT line", read);

    bool later = false;
    for (at = np_skip_blanks(at); *at != '\0'; at = np_skip_blanks(at)) {
        size_t length = strcspn(at, " \t");
        later =
            (length == 7 && strncmp(at, "hotplug", 7) == 0) || (length == 12 && strncmp(at, "non-volatile", 12) == 0);
        char reason[96], quoted[NP_QUOTE_SIZE];
        snprintf(reason, sizeof reason, "'%s' after a SRAT range", np_quote(quoted, at));
        if (!later) return unreadable(log, line, reason);
        at += length;
    }
    if (node >= NP_MAX_NODES) {
        np_pool_name_node(log->pool, log->file, line->number, node);
        return NP_FED_FAULT;
    }
    piece.node = (uint32_t)node;
    if (log->first_srat == 0) log->first_srat = line->number;
    return np_pieces_add(later ? &log->srat_later : &log->srat, &piece) ? NP_FED_RECORD : out_of_memory(log);
}

/**
 * Where a node range stands in a line: after `node   N:`. NULL when it doesn't. Outside of the section of node ranges
 * other lines may say `node 0:` too, so that there the range has to follow. `cut` when the line ends before the
 * colon.
 */
static const char *find_early(const char *text, bool in_section, uint64_t *node, bool *cut)
{
    *cut = false;
    for (const char *at = strstr(text, "node "); at != NULL; at = strstr(at + 5, "node ")) {
        if (at != text && at[-1] != ' ' && at[-1] != '\t') continue;
        const char *digits = np_skip_blanks(at + 5);
        const char *after = digits;
        enum np_number read = np_read_digits(&after, 10, node);
        *cut = *after == '\0';
        if (read == NP_NUMBER_NONE || *after != ':') continue;
        after = np_skip_blanks(after + 1);
        if (in_section || strncmp(after, "[mem ", 5) == 0) return after;
    }
    return NULL;
}

static enum np_fed feed_early(struct np_kernel_log *log, const struct np_line *line, const char *at, uint64_t node)
{
    struct np_piece piece = {.file = log->file, .line = line->number, .origin = NP_ORIGIN_WHOLE};
    enum np_bounds read = read_mem(&at, &piece);
    if (read != NP_BOUNDS_OK) return refuse_range(log, line, "a node range", read);
    if (*np_skip_blanks(at) != '\0') return unreadable(log, line, "something after a node range");
    if (log->early_header == 0)
        return np_refuse(log->pool, log->file, line->number,
                         "a node range without '" EARLY_HEADER "' before it: the log may be cut above");
    if (node >= NP_MAX_NODES) {
        np_pool_name_node(log->pool, log->file, line->number, node);
        return NP_FED_FAULT;
    }
    piece.node = (uint32_t)node;
    return np_pieces_add(&log->early, &piece) ? NP_FED_RECORD : out_of_memory(log);
}

/* ---- Older kernels, and other architectures ---- */

/** Adds a range of one of the lists of kernel_nodes.h, or refuses it. */
static enum np_fed add_range(struct np_kernel_log *log, const struct np_line *line, const char *what,
                             enum np_bounds read, const struct np_node_range *range, struct np_pieces *list)
{
    if (read != NP_BOUNDS_OK) return refuse_range(log, line, what, read);
    if (range->node >= NP_MAX_NODES) {
        np_pool_name_node(log->pool, log->file, line->number, range->node);
        return NP_FED_FAULT;
    }
    const struct np_piece piece = {.first = range->first,
                                   .last = range->last,
                                   .line = line->number,
                                   .file = log->file,
                                   .node = (uint32_t)range->node,
                                   .origin = NP_ORIGIN_WHOLE};
    return np_pieces_add(list, &piece) ? NP_FED_RECORD : out_of_memory(log);
}

/** A line of page frames, of a node's memory, or of a node that is set up. NP_FED_NOTHING for another line. */
static enum np_fed feed_nodes(struct np_kernel_log *log, const struct np_line *line)
{
    struct np_node_range range = {0};
    enum np_bounds read = log->in_pfns ? np_read_pfns(line->text, line->ended, &range) : NP_BOUNDS_NONE;
    if (read != NP_BOUNDS_NONE) return add_range(log, line, "a range of page frames", read, &range, &log->pfns);
    log->in_pfns = false;

    const char *at = np_find_node_memory(line->text, &range.node);
    if (at != NULL) {
        enum np_fed fed = NP_FED_RECORD;
        while (fed == NP_FED_RECORD && (read = np_read_node_memory(&at, line->ended, &range)) != NP_BOUNDS_NONE)
            fed = add_range(log, line, "a node's memory", read, &range, &log->memory);
        return fed;
    }
    read = np_read_set_up(line->text, line->ended, &range);
    if (read == NP_BOUNDS_NONE) return NP_FED_NOTHING;
    if (read == NP_BOUNDS_REVERSED) return NP_FED_NOTHING; /* a node without memory */
    const bool bridge = strstr(line->text, "MemBase") != NULL;
    return add_range(log, line, "a node that is set up", read, &range, bridge ? &log->bridges : &log->set_up);
}

/** What the kernel made unusable of its map. A line of another form says nothing. */
static enum np_fed feed_update(struct np_kernel_log *log, const struct np_line *line)
{
    struct np_piece piece = {.file = log->file, .line = line->number};
    const char *at = strstr(line->text, "e820: update [");
    const bool update = at != NULL;
    if (at == NULL) at = strstr(line->text, "e820: remove [");
    if (at == NULL) return NP_FED_NOTHING;
    at += strlen("e820: update ");
    if (read_mem(&at, &piece) != NP_BOUNDS_OK) return NP_FED_NOTHING;
    const char *becomes = strstr(at, "==> ");
    if (update &&
        (becomes == NULL || strncmp(becomes + 4, "usable", 6) == 0 || strncmp(becomes + 4, "System RAM", 10) == 0))
        return NP_FED_NOTHING;
    return np_pieces_add(&log->removed, &piece) ? NP_FED_RECORD : out_of_memory(log);
}

/** The header of a map that stands for the firmware's: the user's, the kernel's own, or Xen's. */
static bool begins_other_map(const char *text)
{
    return strstr(text, "user-defined physical RAM map") != NULL || strstr(text, "modified physical RAM map") != NULL ||
           strstr(text, "Xen-provided physical RAM map") != NULL;
}

/** A range of such a map, from behind its marker; NULL for another line. */
static const char *find_other_map(const struct np_kernel_log *log, const char *text)
{
    static const char *const markers[] = {"user:", "modified:", "Xen:"};
    for (size_t i = 0; i < sizeof markers / sizeof markers[0]; i++) {
        const char *at = strstr(text, markers[i]);
        if (at == NULL || (at > text && at[-1] != ' ' && at[-1] != '\t')) continue;
        at = np_skip_blanks(at + strlen(markers[i]));
        const bool range = strncmp(at, "[mem 0x", 7) == 0 || (strlen(at) > 19 && strncmp(at + 16, " - ", 3) == 0);
        if (range && (log->other_map != 0 || i == 2)) return at;
    }
    return NULL;
}

/** Notes what a line counts, or says of the nodes. */
static void take_note(struct np_kernel_log *log, const struct np_line *line)
{
    uint64_t node, pages, kib;
    if (np_read_node_pages(line->text, &node, &pages) && node < NP_MAX_NODES) {
        log->counted[node] += pages;
        if (log->counted_line == 0) log->counted_line = line->number;
    } else if (log->counted_kib == 0 && np_read_memory_sum(line->text, &kib)) {
        log->counted_kib = kib;
        if (log->counted_line == 0) log->counted_line = line->number;
    } else if (strstr(line->text, "Faking a node at") != NULL || strstr(line->text, "SRAT: SRAT not used") != NULL) {
        log->one_node = true;
    }
}

/** Whether a text ends within a marker: with at least four letters of it, but not all. */
static bool ends_within(const char *text, const char *marker)
{
    size_t length = strlen(text);
    for (size_t part = strlen(marker) - 1; part >= 4; part--)
        if (length >= part && memcmp(text + length - part, marker, part) == 0) return true;
    return false;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), part = strlen(end);
    return length >= part && strcmp(text + length - part, end) == 0;
}

/** Another line: does it look like the rest of a line of memory that was cut? */
static enum np_fed look_for_cut(struct np_kernel_log *log, const struct np_line *line, bool early_cut)
{
    const char *text = line->text;
    if (line->number == 1)
        log->cut_at_start =
            ends_with(text, "] usable") || (strstr(text, "PXM ") != NULL && strstr(text, "[mem ") != NULL);
    if (line->ended) return NP_FED_NOTHING;
    if (ends_within(text, E820) || ends_within(text, SRAT) || ends_within(text, EARLY_HEADER) ||
        (log->in_early && (early_cut || ends_within(text, "  node "))))
        return unreadable(log, line, "the beginning of a line of memory");
    return NP_FED_NOTHING;
}

enum np_fed np_kernel_log_feed(struct np_kernel_log *log, const struct np_line *line)
{
    np_trim_end(line->text);
    char *record = strstr(line->text, E820);
    if (record != NULL) return feed_e820_line(log, line, record + strlen(E820));
    const char *at = find_other_map(log, line->text);
    if (at != NULL) return feed_e820(log, line, at);
    if (begins_other_map(line->text)) {
        log->other_map = line->number;
        np_pieces_free(&log->usable);
        np_pieces_free(&log->unusable);
        return NP_FED_RECORD;
    }
    at = strstr(line->text, SRAT);
    if (at != NULL) return feed_srat(log, line, at + strlen(SRAT));

    uint64_t *header = strstr(line->text, EARLY_HEADER) != NULL ? &log->early_header
                       : strstr(line->text, BOOT) != NULL       ? &log->boot
                                                                : NULL;
    if (header != NULL) {
        if (*header != 0)
            return np_refuse(log->pool, log->file, line->number,
                             "a second boot begins here, the first is at line %" PRIu64 ": keep the lines of one",
                             *header);
        *header = line->number;
        log->in_early = header == &log->early_header;
        return NP_FED_RECORD;
    }
    if (strstr(line->text, "early_node_map[") != NULL || strstr(line->text, "Early memory PFN ranges") != NULL) {
        log->pfn_header = line->number;
        log->in_pfns = true;
        return NP_FED_RECORD;
    }
    take_note(log, line);
    enum np_fed nodes = feed_nodes(log, line);
    if (nodes == NP_FED_NOTHING) nodes = feed_update(log, line);
    if (nodes != NP_FED_NOTHING) return nodes;
    uint64_t node = 0;
    bool early_cut = false;
    at = find_early(line->text, log->in_early, &node, &early_cut);
    if (at != NULL) {
        log->in_early = true;
        return feed_early(log, line, at, node);
    }
    enum np_fed fed = look_for_cut(log, line, early_cut);
    log->in_early = false;
    return fed;
}

static bool add_all(struct np_pool *pool, const struct np_pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++)
        if (!np_pool_add(pool, &pieces->at[i])) return false;
    return true;
}

/** Usable memory without the bytes that e820 also gives another type. */
static bool clear_usable(struct np_kernel_log *log)
{
    struct np_pieces twice = {0}, rest = {0};
    np_pieces_join(&log->usable);
    np_pieces_join(&log->unusable);
    bool fine = np_pieces_common(&log->usable, &log->unusable, &twice);
    if (fine && twice.count != 0) {
        np_complain(log->pool->messages, log->file, twice.at[0].line,
                    "warning: e820 has %" PRIu64 " bytes both as usable and as something else, the first at 0x%" PRIx64
                    ": they are left out",
                    np_pieces_bytes(&twice), twice.at[0].first);
        fine = np_pieces_without(&log->usable, &log->unusable, &rest);
        np_pieces_free(&log->usable);
        log->usable = rest;
    }
    np_pieces_free(&twice);
    if (!fine) out_of_memory(log);
    return fine;
}

/** Usable memory without what the kernel made unusable. */
static bool clear_removed(struct np_kernel_log *log)
{
    struct np_pieces rest = {0};
    if (log->removed.count == 0) return true;
    np_pieces_join(&log->usable);
    np_pieces_join(&log->removed);
    const bool fine = np_pieces_without(&log->usable, &log->removed, &rest);
    np_pieces_free(&log->usable);
    log->usable = rest;
    if (!fine) out_of_memory(log);
    return fine;
}

static bool finish_usable(struct np_kernel_log *log)
{
    if (!clear_usable(log) || !clear_removed(log)) return false;
    const struct np_pieces *set_up = log->set_up.count != 0 ? &log->set_up : &log->bridges;
    if (log->one_node || (log->first_srat == 0 && set_up->count == 0)) return add_all(log->pool, &log->usable);
    if (log->first_srat == 0) return np_pool_add_cut(log->pool, &log->usable, set_up, "no node that was set up");

    for (size_t i = 0; i < log->srat.count; i++)
        if (!np_pool_name_node(log->pool, log->file, log->srat.at[i].line, log->srat.at[i].node)) return false;
    for (size_t i = 0; i < log->srat_later.count; i++)
        if (!np_pieces_add(&log->srat, &log->srat_later.at[i])) return out_of_memory(log) == NP_FED_RECORD;
    return np_pool_add_cut(log->pool, &log->usable, &log->srat, "no SRAT range");
}

/** Whole pages of the pieces of one node, or of all. */
static uint64_t pages_of(const struct np_pieces *pieces, uint32_t node, bool all)
{
    uint64_t pages = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        const struct np_piece *piece = &pieces->at[i];
        const uint64_t first = (piece->first + 4095) / 4096, end = piece->last / 4096 + (piece->last % 4096 == 4095);
        if ((all || piece->node == node) && first < end) pages += end - first;
    }
    return pages;
}

/** Warns where the log counts other pages than its ranges hold. */
static void compare_counts(const struct np_kernel_log *log, const struct np_pieces *pieces)
{
    for (uint32_t node = 0; node < NP_MAX_NODES; node++) {
        const uint64_t pages = pages_of(pieces, node, false);
        if (log->counted[node] == 0 || log->counted[node] == pages) continue;
        np_complain(log->pool->messages, log->file, log->counted_line,
                    "warning: the log counts %" PRIu64 " pages on node %" PRIu32 ", and its ranges hold %" PRIu64
                    ": lines may be missing",
                    log->counted[node], node, pages);
    }
    const uint64_t kib = pages_of(pieces, 0, true) * 4;
    if (log->counted_kib != 0 && log->counted_kib != kib)
        np_complain(log->pool->messages, log->file, log->counted_line,
                    "warning: the log counts %" PRIu64 " KiB of memory, and its ranges hold %" PRIu64
                    ": lines may be missing",
                    log->counted_kib, kib);
}

static bool add_counted(const struct np_kernel_log *log, const struct np_pieces *pieces)
{
    compare_counts(log, pieces);
    return add_all(log->pool, pieces);
}

/** Ranges of page frames, which are of 4 KiB unless a map in bytes shows something else. */
static bool finish_pfns(struct np_kernel_log *log)
{
    if (log->first_e820 == 0 && log->memory.count == 0)
        np_complain(log->pool->messages, log->file, log->pfn_header,
                    "warning: page frames are read as pages of 4 KiB: no range in bytes shows their size");
    return add_counted(log, &log->pfns);
}

bool np_kernel_log_finish(struct np_kernel_log *log, uint64_t lines)
{
    bool any = log->first_e820 != 0 || log->first_srat != 0 || log->early_header != 0 || log->pfn_header != 0 ||
               log->memory.count != 0;
    if (any && log->cut_at_start) {
        np_refuse(log->pool, log->file, 1, "the end of a line of memory: the log is cut above");
        return false;
    }
    if (log->early_header != 0 && log->early.count == 0) {
        np_refuse(log->pool, log->file, lines, "no node range after '" EARLY_HEADER "' at line %" PRIu64,
                  log->early_header);
        return false;
    }
    if (log->early.count != 0) return add_counted(log, &log->early);
    if (log->pfns.count != 0) return finish_pfns(log);
    if (log->first_e820 != 0) return finish_usable(log);
    if (log->memory.count != 0) return add_counted(log, &log->memory);
    if (log->pfn_header != 0) {
        np_refuse(log->pool, log->file, lines, "no range of page frames after the header at line %" PRIu64,
                  log->pfn_header);
        return false;
    }
    if (log->srat.count != 0 && log->pool->doubts)
        np_complain(log->pool->messages, log->file, log->first_srat,
                    "warning: SRAT shows where memory can be, not what memory there is; its ranges are read as memory; "
                    "add the lines of e820 or of the node ranges");
    return add_all(log->pool, &log->srat);
}

void np_kernel_log_free(struct np_kernel_log *log)
{
    np_pieces_free(&log->usable);
    np_pieces_free(&log->unusable);
    np_pieces_free(&log->srat);
    np_pieces_free(&log->srat_later);
    np_pieces_free(&log->early);
    np_pieces_free(&log->removed);
    np_pieces_free(&log->pfns);
    np_pieces_free(&log->memory);
    np_pieces_free(&log->set_up);
    np_pieces_free(&log->bridges);
}
