/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "live.h"

#include "fed.h"
#include "message.h"
#include "text.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define IOMEM "/proc/iomem"
#define NODES "/sys/devices/system/node"
#define BLOCK_SIZE "/sys/devices/system/memory/block_size_bytes"

/** The nodes there are. */
struct nodes {
    uint32_t count;
    uint32_t number[NP_MAX_NODES]; /* ascending */
};

static bool refuse(const struct np_pool *pool, const char *file, uint64_t line, const char *reason)
{
    np_complain(pool->messages, file, line, "%s", reason);
    return false;
}

/** `<digits>-<digits> : System RAM`, blanks before it for what lies inside of something else. */
static bool read_iomem_line(const char *at, struct np_piece *piece, bool *memory)
{
    at = np_skip_blanks(at);
    if (np_read_digits(&at, 16, &piece->first) != NP_NUMBER_OK || *at++ != '-') return false;
    if (np_read_digits(&at, 16, &piece->last) != NP_NUMBER_OK || strncmp(at, " : ", 3) != 0) return false;
    *memory = strcmp(at + 3, "System RAM") == 0 || strncmp(at + 3, "System RAM (", 12) == 0;
    return true;
}

static bool read_iomem_text(const struct np_pool *pool, struct np_text *text, struct np_pieces *memory)
{
    struct np_line line;
    enum np_text_status status;
    uint64_t hidden = 0;
    while ((status = np_text_next(text, &line)) != NP_TEXT_END) {
        struct np_piece piece = {.file = IOMEM, .line = text->line, .origin = NP_ORIGIN_WHOLE};
        bool is_memory = false;
        if (status == NP_TEXT_FAULT) return refuse(pool, IOMEM, text->line, text->fault);
        if (!read_iomem_line(line.text, &piece, &is_memory))
            return refuse(pool, IOMEM, line.number, "not a line of " IOMEM);
        if (!is_memory) continue;
        if (piece.last < piece.first) return refuse(pool, IOMEM, line.number, "a range that ends before it begins");
        if (piece.last == 0) {
            hidden++;
            continue;
        }
        if (!np_pieces_add(memory, &piece)) return refuse(pool, NULL, 0, "out of memory");
    }
    if (hidden != 0)
        return refuse(
            pool, IOMEM, 0,
            "the addresses read as zeros: only a user with CAP_SYS_ADMIN, such as root, may see where memory is");
    if (memory->count == 0) return refuse(pool, IOMEM, 0, "no line says System RAM");
    np_pieces_join(memory);
    return true;
}

/** Opens a file below the root. `name` is filled with its path. */
static bool open_below(struct np_text *text, char name[static PATH_MAX], const char *root, const char *path)
{
    if (snprintf(name, PATH_MAX, "%s%s", root, path) >= PATH_MAX) {
        *text = (struct np_text){.descriptor = -1, .fault = "the path is too long"};
        return false;
    }
    return np_text_open(text, name);
}

static bool read_iomem(const struct np_pool *pool, const char *root, struct np_pieces *memory)
{
    struct np_text text;
    char name[PATH_MAX];
    if (!open_below(&text, name, root, IOMEM)) return refuse(pool, IOMEM, 0, text.fault);
    bool fine = read_iomem_text(pool, &text, memory);
    np_text_close(&text);
    return fine;
}

/** What a small file gives. */
enum small {
    SMALL_READ,
    SMALL_ABSENT, /* no such file, an empty one, or a line that is too long */
    SMALL_REFUSED /* the file is there and cannot be read; the message is out */
};

/** The one line of a small file. */
static enum small read_small(const struct np_pool *pool, const char *root, const char *path, char *out, size_t size)
{
    struct np_text text;
    struct np_line line;
    char name[PATH_MAX];
    if (!open_below(&text, name, root, path)) {
        if (text.absent) return SMALL_ABSENT;
        refuse(pool, path, 0, text.fault);
        return SMALL_REFUSED;
    }
    enum small small = SMALL_ABSENT;
    const enum np_text_status status = np_text_next(&text, &line);
    if (status == NP_TEXT_FAULT) {
        refuse(pool, path, 0, text.fault);
        small = SMALL_REFUSED;
    } else if (status == NP_TEXT_LINE && strlen(line.text) < size) {
        np_trim_end(line.text);
        memcpy(out, line.text, strlen(line.text) + 1);
        small = SMALL_READ;
    }
    np_text_close(&text);
    return small;
}

/** The number at the end of a name such as `node12`. False when the name is something else. */
static bool numbered(const char *name, const char *word, uint64_t *number)
{
    size_t length = strlen(word);
    if (strncmp(name, word, length) != 0) return false;
    const char *at = name + length;
    return np_read_digits(&at, 10, number) == NP_NUMBER_OK && *at == '\0';
}

static int ascending(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/** The nodes; none when the system doesn't list any. */
static bool list_nodes(struct np_pool *pool, const char *root, struct nodes *nodes)
{
    char name[PATH_MAX];
    nodes->count = 0;
    if (snprintf(name, sizeof name, "%s" NODES, root) >= PATH_MAX)
        return refuse(pool, NODES, 0, "the path is too long");
    DIR *directory = opendir(name);
    if (directory == NULL && (errno == ENOENT || errno == ENOTDIR)) return true;
    if (directory == NULL) return refuse(pool, NODES, 0, strerror(errno));

    bool fine = true;
    for (struct dirent *entry = readdir(directory); fine && entry != NULL; entry = readdir(directory)) {
        uint64_t node = 0;
        if (!numbered(entry->d_name, "node", &node)) continue;
        fine = np_pool_name_node(pool, NODES, 0, node);
        if (fine && nodes->count < NP_MAX_NODES) nodes->number[nodes->count++] = (uint32_t)node;
    }
    closedir(directory);
    qsort(nodes->number, nodes->count, sizeof nodes->number[0], ascending);
    return fine;
}

/** The blocks of memory of a node, each `size` bytes. */
static bool list_blocks(struct np_pool *pool, const char *root, uint32_t node, uint64_t size, struct np_pieces *blocks)
{
    char name[PATH_MAX];
    if (snprintf(name, sizeof name, "%s" NODES "/node%" PRIu32, root, node) >= PATH_MAX)
        return refuse(pool, NODES, 0, "the path is too long");
    DIR *directory = opendir(name);
    if (directory == NULL) return refuse(pool, NODES, 0, strerror(errno));

    bool fine = true;
    for (struct dirent *entry = readdir(directory); fine && entry != NULL; entry = readdir(directory)) {
        struct np_piece block = {.file = NODES, .node = node, .origin = NP_ORIGIN_WHOLE};
        uint64_t number = 0;
        if (!numbered(entry->d_name, "memory", &number)) continue;
        if (__builtin_mul_overflow(number, size, &block.first) ||
            __builtin_add_overflow(block.first, size - 1, &block.last))
            fine = refuse(pool, NODES, 0, "a block of memory past 64 bits");
        else if (!np_pieces_add(blocks, &block))
            fine = refuse(pool, NULL, 0, "out of memory");
    }
    closedir(directory);
    return fine;
}

/** Whether a node has memory at all, by its `meminfo`. False when that cannot be read. */
static bool read_has_memory(const struct np_pool *pool, const char *root, uint32_t node, bool *has)
{
    char path[64], line[256];
    *has = false;
    snprintf(path, sizeof path, NODES "/node%" PRIu32 "/meminfo", node);
    const enum small small = read_small(pool, root, path, line, sizeof line);
    if (small != SMALL_READ) return small == SMALL_ABSENT;
    const char *at = strstr(line, "MemTotal:");
    uint64_t size = 0;
    if (at == NULL) return true;
    at = np_skip_blanks(at + strlen("MemTotal:"));
    *has = np_read_digits(&at, 10, &size) == NP_NUMBER_OK && size != 0;
    return true;
}

/** Brings the memory in on the one node that has any, or refuses. */
static bool add_on_one_node(struct np_pool *pool, const char *root, const struct nodes *nodes,
                            const struct np_pieces *memory)
{
    uint32_t with_memory = 0, node = nodes->count == 1 ? nodes->number[0] : 0;
    for (uint32_t i = 0; nodes->count > 1 && i < nodes->count; i++) {
        bool has = false;
        if (!read_has_memory(pool, root, nodes->number[i], &has)) return false;
        if (!has) continue;
        with_memory++;
        node = nodes->number[i];
    }
    if (nodes->count > 1 && with_memory != 1)
        return refuse(pool, NODES, 0, "several nodes, and no memory block shows which memory is on which node");
    for (size_t i = 0; i < memory->count; i++) {
        struct np_piece piece = memory->at[i];
        piece.node = node;
        if (!np_pool_add(pool, &piece)) return false;
    }
    return true;
}

/** Brings the memory in on the nodes it is on. */
static bool add_memory(struct np_pool *pool, const char *root, const struct nodes *nodes,
                       const struct np_pieces *memory)
{
    struct np_pieces blocks = {0};
    char line[64];
    uint64_t size = 0;
    const char *at = line;
    const enum small small = nodes->count == 0 ? SMALL_ABSENT : read_small(pool, root, BLOCK_SIZE, line, sizeof line);
    if (small == SMALL_REFUSED) return false;
    if (small == SMALL_READ && (np_read_digits(&at, 16, &size) != NP_NUMBER_OK || *at != '\0' || size == 0))
        return refuse(pool, BLOCK_SIZE, 1, "not a block size");
    bool fine = true;
    for (uint32_t i = 0; fine && size != 0 && i < nodes->count; i++)
        fine = list_blocks(pool, root, nodes->number[i], size, &blocks);
    if (fine && blocks.count == 0)
        fine = add_on_one_node(pool, root, nodes, memory);
    else if (fine)
        fine = np_pool_add_cut(pool, memory, &blocks, "no memory block of a node");
    np_pieces_free(&blocks);
    return fine;
}

/** Distances from every node to every node there is. A number between them that no node has is as far as can be. */
static bool add_distances(struct np_pool *pool, const char *root, const struct nodes *nodes)
{
    struct np_distances distances = {.nodes = pool->named_nodes, .file = NODES};
    memset(distances.rows, 255, sizeof distances.rows);
    for (uint32_t i = 0; i < distances.nodes; i++)
        distances.rows[i * distances.nodes + i] = 10;

    for (uint32_t i = 0; i < nodes->count; i++) {
        char path[64], line[1024];
        uint8_t row[NP_MAX_NODES];
        uint32_t count = 0;
        snprintf(path, sizeof path, NODES "/node%" PRIu32 "/distance", nodes->number[i]);
        const enum small small = read_small(pool, root, path, line, sizeof line);
        if (small != SMALL_READ) return small == SMALL_ABSENT;
        if (np_read_row(line, UINT8_MAX, row, &count) != NP_ROW_OK || count != nodes->count) {
            np_complain(pool->messages, path, 1, "not a row of %" PRIu32 " distances", nodes->count);
            return false;
        }
        for (uint32_t j = 0; j < count; j++)
            distances.rows[nodes->number[i] * distances.nodes + nodes->number[j]] = row[j];
    }
    return nodes->count == 0 || np_pool_set_distances(pool, &distances);
}

bool np_live_read(struct np_pool *pool, const char *root)
{
    struct np_pieces memory = {0};
    struct nodes nodes;
    if (pool->file == NULL) pool->file = IOMEM;
    bool fine = read_iomem(pool, root, &memory) && list_nodes(pool, root, &nodes) &&
                add_memory(pool, root, &nodes, &memory) && add_distances(pool, root, &nodes);
    np_pieces_free(&memory);
    return fine;
}
