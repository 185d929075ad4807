/* SPDX-License-Identifier: MIT */
/*
 * Target `live`: the reader of the machine that Linux describes, on trees of files made from a machine description.
 *
 * The input is lines. Numbers are hex in `ram`, `other`, `size`, and decimal elsewhere:
 *
 *     ram FIRST LAST     a line of /proc/iomem that is memory
 *     other FIRST LAST   one that is not
 *     node N             a node; the next three kinds make one too
 *     block N B          block B of memory on node N
 *     mem N KIB          the memory of node N, in its meminfo
 *     distance N ROW     the distances from node N
 *     size SIZE          of a block
 *     iomem TEXT         any line in /proc/iomem
 *     sized TEXT         any text for the size of a block
 *     entry NAME         any name in the folder of the nodes; `entry N/NAME` in that of node N
 *     deny [N]           the directory of the nodes, or of node N, can't be opened
 *     %memory N          the reader gets memory N times, and no more
 *     %deep N            the tree is below a path of N bytes
 *
 * A description of the first seven kinds alone says by itself which machine must be read, or that it must be refused: that is
 * found byte by byte at the edges of what the lines name, without a list that is cut or joined.
 */
#define _GNU_SOURCE 1

#include "files.h"
#include "layouts.h"
#include "memory.h"
#include "target.h"

#include "../src/host/live.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define NODES "/sys/devices/system/node"
#define MOST 48u
#define MOST_FILES 256u
#define MOST_LINE 1100u

const size_t fuzz_record_size = 1;
const size_t fuzz_most_records = SIZE_MAX;

size_t fuzz_records_end(const uint8_t *data, size_t size)
{
    (void)data;
    return size;
}

struct piece {
    uint64_t first;
    uint64_t last;
    unsigned node; /* of a block */
};

/* What a description says. */
static struct {
    struct piece ram[MOST];
    unsigned rams;
    struct {
        uint64_t number;
        unsigned node;
    } block[MOST];
    struct piece piece[MOST]; /* the blocks in bytes */
    unsigned blocks;
    bool node[NP_MAX_NODES];
    bool has_size;
    uint64_t size;
    uint64_t mem[NP_MAX_NODES]; /* 0: no file */
    bool has_row[NP_MAX_NODES];
    unsigned row[NP_MAX_NODES][NP_MAX_NODES];
    unsigned row_count[NP_MAX_NODES];
    bool refused; /* the other lines do not count */
    bool known;   /* nothing is said that only the reader can tell */
    struct fuzz_file file[MOST_FILES];
    char *text[MOST_FILES]; /* of a file, to be freed */
    unsigned files;
    char *iomem;
    size_t iomem_size;
    FILE *iomem_to;
    long memory;
    size_t deep;
} m;

/* ---- The tree ---- */

__attribute__((format(printf, 2, 3))) static bool put(const char *text, const char *format, ...)
{
    va_list arguments;
    struct fuzz_file *file = &m.file[m.files];
    if (m.files == MOST_FILES) return false;
    va_start(arguments, format);
    const int length = vsnprintf(file->path, sizeof file->path, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof file->path) return false;
    for (unsigned i = 0; i < m.files; i++)
        if (strcmp(m.file[i].path, file->path) == 0) return false;
    m.text[m.files] = NULL;
    file->denied = false;
    file->size = 0;
    if (text != NULL && asprintf(&m.text[m.files], "%s\n", text) < 0) fuzz_fail("no memory");
    file->text = m.text[m.files];
    if (text != NULL) file->size = strlen(file->text);
    m.files++;
    return true;
}

static void put_node(unsigned node)
{
    put(NULL, NODES);
    if (put(NULL, NODES "/node%u", node)) m.node[node] = true;
}

static void deny(const char *path)
{
    for (unsigned i = 0; i < m.files; i++)
        if (strcmp(m.file[i].path, path) == 0) m.file[i].denied = true;
}

/* ---- The description ---- */

/* A row as the kernel writes it; anything else is left to the reader. */
static void read_row(unsigned node, const char *text)
{
    m.has_row[node] = true;
    for (const char *at = text; m.row_count[node] < NP_MAX_NODES;) {
        const size_t digits = strspn(at, "0123456789");
        if (digits == 0 || digits > 3 || strtoul(at, NULL, 10) > UINT8_MAX) break;
        m.row[node][m.row_count[node]++] = (unsigned)strtoul(at, NULL, 10);
        at += digits;
        if (*at == '\0') return;
        if (*at++ != ' ') break;
    }
    m.known = false;
}

static void read_memory_line(uint64_t first, uint64_t last, bool ram)
{
    if (ram && m.rams == MOST) return;
    fprintf(m.iomem_to, "%s%08" PRIx64 "-%08" PRIx64 " : %s\n", ram ? "" : "  ", first, last,
            ram ? "System RAM" : "Reserved");
    if (ram) m.ram[m.rams++] = (struct piece){first, last, 0};
}

static void read_node_line(const char *line)
{
    unsigned node = 0;
    unsigned long long number = 0;
    int end = 0;
    char text[32];
    if (sscanf(line, "node %3u", &node) == 1 && node >= NP_MAX_NODES) {
        put(NULL, NODES);
        put(NULL, NODES "/node%u", node);
        m.refused = true;
    } else if (sscanf(line, "node %2u", &node) == 1 && node < NP_MAX_NODES) {
        put_node(node);
    } else if (sscanf(line, "block %2u %18llu", &node, &number) == 2 && node < NP_MAX_NODES) {
        put_node(node);
        if (m.blocks < MOST && put("", NODES "/node%u/memory%llu", node, number)) {
            m.block[m.blocks].node = node;
            m.block[m.blocks++].number = number;
        }
    } else if (sscanf(line, "mem %2u %18llu", &node, &number) == 2 && node < NP_MAX_NODES) {
        put_node(node);
        snprintf(text, sizeof text, "Node %u MemTotal: %llu kB", node, number);
        if (put(text, NODES "/node%u/meminfo", node)) m.mem[node] = number;
    } else if (sscanf(line, "distance %2u %n", &node, &end) == 1 && end != 0 && node < NP_MAX_NODES) {
        put_node(node);
        if (put(line + end, NODES "/node%u/distance", node)) read_row(node, line + end);
    }
}

static void read_raw_line(const char *line)
{
    unsigned node = 0;
    int end = 0;
    if (strncmp(line, "iomem ", 6) == 0) {
        fprintf(m.iomem_to, "%s\n", line + 6);
    } else if (strncmp(line, "sized ", 6) == 0) {
        put(line + 6, "/sys/devices/system/memory/block_size_bytes");
    } else if (sscanf(line, "entry %2u/%n", &node, &end) == 1 && end != 0) {
        put("", NODES "/node%u/%s", node, line + end);
    } else if (strncmp(line, "entry ", 6) == 0) {
        put(NULL, NODES "/%s", line + 6);
    } else if (sscanf(line, "deny %2u", &node) == 1) {
        char path[64];
        snprintf(path, sizeof path, NODES "/node%u", node);
        deny(path);
    } else if (strcmp(line, "deny") == 0) {
        deny(NODES);
    } else if (sscanf(line, "%%memory %4ld", &m.memory) != 1 && sscanf(line, "%%deep %4zu", &m.deep) != 1) {
        return; /* says nothing */
    }
    m.known = false;
}

static void read_line(const char *line)
{
    unsigned long long first = 0, last = 0;
    char text[32];
    if (sscanf(line, "ram %16llx %16llx", &first, &last) == 2) {
        read_memory_line(first, last, true);
    } else if (sscanf(line, "other %16llx %16llx", &first, &last) == 2) {
        read_memory_line(first, last, false);
    } else if (strncmp(line, "size ", 5) == 0 && sscanf(line + 5, "%16llx", &first) == 1) {
        snprintf(text, sizeof text, "%llx", first);
        if (put(text, "/sys/devices/system/memory/block_size_bytes")) {
            m.has_size = true;
            m.size = first;
        }
    } else if (strncmp(line, "node ", 5) == 0 || strncmp(line, "block ", 6) == 0 || strncmp(line, "mem ", 4) == 0 ||
               strncmp(line, "distance ", 9) == 0) {
        read_node_line(line);
    } else {
        read_raw_line(line);
    }
}

static void read_description(const uint8_t *data, size_t size)
{
    char line[MOST_LINE];
    memset(&m, 0, sizeof m);
    m.known = true;
    m.memory = -1;
    m.iomem_to = open_memstream(&m.iomem, &m.iomem_size);
    if (m.iomem_to == NULL) fuzz_fail("no memory");
    for (size_t at = 0; at < size;) {
        const uint8_t *newline = memchr(data + at, '\n', size - at);
        const size_t length = newline == NULL ? size - at : (size_t)(newline - data) - at;
        if (length < sizeof line && memchr(data + at, '\0', length) == NULL) {
            memcpy(line, data + at, length);
            line[length] = '\0';
            read_line(line);
        }
        at += length + 1;
    }
    fclose(m.iomem_to);
    if (m.files < MOST_FILES) {
        m.file[m.files] = (struct fuzz_file){.path = "/proc/iomem", .text = m.iomem, .size = m.iomem_size};
        m.text[m.files++] = NULL;
    } else {
        m.known = false;
    }
}

/* ---- What must be read ---- */

static unsigned nodes_there(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < NP_MAX_NODES; i++)
        count += m.node[i];
    return count;
}

/* Every byte is on the node that this says, or UINT_MAX: blocks say it. NP_MAX_NODES: nobody can say it. */
static unsigned one_node(void)
{
    unsigned with_memory = 0, node = 0, only = 0;
    if (m.has_size && m.blocks != 0) return UINT_MAX;
    for (unsigned i = 0; i < NP_MAX_NODES; i++) {
        if (!m.node[i]) continue;
        only = i;
        if (m.mem[i] == 0) continue;
        with_memory++;
        node = i;
    }
    if (nodes_there() <= 1) return only;
    return with_memory == 1 ? node : NP_MAX_NODES;
}

static bool in(const struct piece *piece, uint64_t byte)
{
    return piece->first <= byte && byte <= piece->last;
}

static bool byte_on(uint64_t byte, unsigned node, unsigned owner)
{
    bool ram = false, here = owner == node;
    for (unsigned i = 0; i < m.rams; i++)
        ram = ram || in(&m.ram[i], byte);
    for (unsigned i = 0; owner == UINT_MAX && i < m.blocks; i++)
        here = here || (m.piece[i].node == node && in(&m.piece[i], byte));
    return ram && here;
}

/* Whether every byte of a page is on the node: it is enough to ask where a piece may have ended. */
static bool page_on(uint64_t pfn, unsigned node, unsigned owner)
{
    const uint64_t first = pfn * NP_PAGE_SIZE, last = first + NP_PAGE_SIZE - 1;
    if (!byte_on(first, node, owner) || !byte_on(last, node, owner)) return false;
    for (unsigned i = 0; i < m.rams + m.blocks; i++) {
        const uint64_t past = (i < m.rams ? m.ram[i].last : m.piece[i - m.rams].last) + 1;
        if (first <= past && past <= last && !byte_on(past, node, owner)) return false;
    }
    return true;
}

/* A row is missing: no distances, and the rows behind it do not count. @return false for a row of a wrong length */
static bool rows_fit(bool *distances)
{
    *distances = nodes_there() != 0;
    for (unsigned i = 0; i < NP_MAX_NODES; i++) {
        if (!m.node[i]) continue;
        if (!m.has_row[i]) {
            *distances = false;
            return true;
        }
        if (m.row_count[i] != nodes_there()) return false;
    }
    return true;
}

/* Bytes of memory that are on two nodes, or where no machine has any. */
static bool impossible(unsigned owner)
{
    for (unsigned r = 0; r < m.rams; r++) {
        if (owner != UINT_MAX && m.ram[r].last >= NP_BYTE_LIMIT) return true;
        for (unsigned i = 0; owner == UINT_MAX && i < m.blocks; i++) {
            uint64_t first = m.piece[i].first, last = m.piece[i].last;
            if (first < m.ram[r].first) first = m.ram[r].first;
            if (last > m.ram[r].last) last = m.ram[r].last;
            if (first <= last && last >= NP_BYTE_LIMIT) return true;
            for (unsigned j = 0; first <= last && j < i; j++)
                if (m.piece[j].node != m.piece[i].node && m.piece[j].first <= last && first <= m.piece[j].last)
                    return true;
        }
    }
    return false;
}

static bool any_page(unsigned owner)
{
    for (unsigned i = 0; i < m.rams + m.blocks; i++) {
        const uint64_t start = i < m.rams ? m.ram[i].first : m.piece[i - m.rams].first;
        for (unsigned node = 0; start < NP_BYTE_LIMIT && node < NP_MAX_NODES; node++)
            if (page_on((start + NP_PAGE_SIZE - 1) / NP_PAGE_SIZE, node, owner)) return true;
    }
    return false;
}

static bool must_be_accepted(unsigned owner)
{
    bool distances = false;
    if (m.refused || m.rams == 0 || owner == NP_MAX_NODES || !rows_fit(&distances)) return false;
    for (unsigned i = 0; i < m.rams; i++)
        if (m.ram[i].last < m.ram[i].first || m.ram[i].last == 0) return false;
    if (nodes_there() != 0 && m.has_size && m.size == 0) return false;
    for (unsigned i = 0; m.has_size && i < m.blocks; i++) {
        struct piece *piece = &m.piece[i];
        piece->node = m.block[i].node;
        if (__builtin_mul_overflow(m.block[i].number, m.size, &piece->first)) return false;
        if (__builtin_add_overflow(piece->first, m.size - 1, &piece->last)) return false;
    }
    if (!m.has_size) m.blocks = 0;
    return !impossible(owner) && any_page(owner);
}

static void compare_at(const struct np_layout *layout, uint64_t pfn, unsigned owner)
{
    if (pfn >= NP_PFN_LIMIT) return;
    const uint32_t r = np_layout_find(layout, pfn);
    const bool is = r < layout->count && layout->ranges[r].first <= pfn;
    for (unsigned node = 0; node < NP_MAX_NODES; node++) {
        const bool here = is && layout->ranges[r].node == node;
        if (here != page_on(pfn, node, owner))
            fuzz_fail("page 0x%" PRIx64 " is%s on node %u", pfn, here ? "" : " not", node);
    }
}

static void compare_distances(const struct np_layout *layout)
{
    bool distances = false;
    rows_fit(&distances);
    if (layout->has_distances != distances) fuzz_fail("distances are%s read", distances ? " not" : "");
    for (unsigned i = 0; distances && i < layout->nodes; i++)
        for (unsigned j = 0, column = 0; j < layout->nodes; j++) {
            unsigned should = i == j ? 10 : 255;
            if (m.node[i] && m.node[j]) should = m.row[i][column];
            column += m.node[j];
            if (np_layout_distance(layout, i, j) != should)
                fuzz_fail("from node %u to %u is %u, not %u", i, j, np_layout_distance(layout, i, j), should);
        }
}

static void compare(const struct np_layout *layout, unsigned owner)
{
    unsigned nodes = 1;
    for (unsigned i = 0; i < NP_MAX_NODES; i++)
        if (m.node[i]) nodes = i + 1;
    if (layout->nodes != nodes) fuzz_fail("%" PRIu32 " nodes, not %u", layout->nodes, nodes);
    for (unsigned i = 0; i < m.rams + m.blocks; i++) {
        const struct piece *piece = i < m.rams ? &m.ram[i] : &m.piece[i - m.rams];
        for (uint64_t near = 0; near < 3; near++) {
            compare_at(layout, piece->first / NP_PAGE_SIZE + near - 1, owner);
            compare_at(layout, piece->last / NP_PAGE_SIZE + near - 1, owner);
        }
    }
    compare_distances(layout);
}

static void check(const char *root)
{
    struct np_layout layout = {0};
    struct np_pool pool = {0};
    char *messages = NULL;
    size_t length = 0;
    const unsigned owner = one_node();
    const bool should = m.known && must_be_accepted(owner);
    const struct fuzz_tree tree = {root, m.file, m.files};
    FILE *to = open_memstream(&messages, &length);
    if (to == NULL) fuzz_fail("no memory");
    pool.messages = to;
    fuzz_memory_left = m.memory;
    fuzz_tree = &tree;
    const bool accepted = np_live_read(&pool, root) && np_pool_layout(&pool, &layout);
    fuzz_tree = NULL;
    fuzz_memory_left = -1;
    np_pool_free(&pool);
    fflush(to);
    fuzz_tell("%s\n%s", accepted ? "accepted" : "refused", messages);
    layout_check_messages(messages, accepted);
    if (m.known && accepted != should)
        fuzz_fail("%s, and should be %s: %s", accepted ? "accepted" : "refused", should ? "accepted" : "refused",
                  messages);
    if (accepted) {
        layout_check(&layout);
        layout_check_written(&layout);
        layout_check_setup(&layout, to);
        if (m.known) compare(&layout, owner);
        np_layout_free(&layout);
    }
    fclose(to);
    free(messages);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char root[PATH_MAX + 1];
    read_description(data, size);
    if (m.deep > PATH_MAX) m.deep = PATH_MAX;
    memset(root, 'r', m.deep);
    root[m.deep] = '\0';
    if (m.deep != 0) root[0] = '/';
    for (unsigned i = 0; i < m.files; i++)
        fuzz_tell("%s%s\n%s", m.file[i].path, m.file[i].text == NULL ? "/" : ":",
                  m.file[i].text == NULL ? "" : m.file[i].text);
    check(root);
    for (unsigned i = 0; i < m.files; i++)
        free(m.text[i]);
    free(m.iomem);
    return 0;
}
