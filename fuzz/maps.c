/* SPDX-License-Identifier: MIT */
/*
 * Target `maps`: the readers of machine maps, on text.
 *
 * The input is a map, or several with a line `===` between them. Lines at its end that begin with `%` are not of the map:
 *
 *     %file       the maps are read from a file, not from memory
 *     %memory N   the readers get memory N times, and no more
 *     %long N     behind the last map comes a line of N letters, at most a little over 1 MiB
 *     %directory  the last map is a directory
 *     %nowhere    the last map is nowhere
 *
 * Held against each other are: what is read and what comes of it written down and read again; plain maps and the same read
 * by a reader that knows nothing else; a refusal and its message.
 */
#define _GNU_SOURCE 1

#include "layouts.h"
#include "memory.h"
#include "target.h"

#include "../src/host/map_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_MAPS 4
#define MOST_RANGES 256u
#define SEPARATOR "\n===\n"

const size_t fuzz_record_size = 1;
const size_t fuzz_most_records = SIZE_MAX;

size_t fuzz_records_end(const uint8_t *data, size_t size)
{
    (void)data;
    return size;
}

/* What the lines at the end say. */
struct wishes {
    bool file;
    bool directory;
    bool nowhere;
    long memory;
    long letters;
};

static const char *const names[MOST_MAPS] = {"first", "second", "third", "fourth"};

/* ---- The input ---- */

static bool said(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(text, word, length) == 0;
}

static long number_in(const char *text, size_t length)
{
    long number = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] >= '0' && text[i] <= '9') number = number * 10 + (text[i] - '0');
    return number;
}

/* Takes the last line off a text when it is a wish. */
static bool take_wish(const char *text, size_t *size, struct wishes *wishes)
{
    size_t end = *size;
    if (end > 0 && text[end - 1] == '\n') end--;
    const char *newline = memrchr(text, '\n', end);
    const size_t begin = newline == NULL ? 0 : (size_t)(newline - text) + 1;
    if (begin == end || text[begin] != '%') return false;
    const char *word = text + begin;
    const size_t length = end - begin;
    if (said(word, length, "%file")) wishes->file = true;
    if (said(word, length, "%directory")) wishes->directory = true;
    if (said(word, length, "%nowhere")) wishes->nowhere = true;
    if (length > 8 && length < 14 && said(word, 8, "%memory ")) wishes->memory = number_in(word, length);
    if (length > 6 && length < 14 && said(word, 6, "%long "))
        wishes->letters = number_in(word, length) % ((long)NP_LINE_LIMIT + 4);
    *size = begin;
    return true;
}

/* ---- Reading ---- */

/* A file in memory that has this text. */
static int file_of(const char *text, size_t size)
{
    const int file = memfd_create("map", 0);
    if (file < 0) fuzz_fail("memfd_create");
    for (size_t done = 0; done < size;) {
        const ssize_t wrote = write(file, text + done, size - done);
        if (wrote <= 0) fuzz_fail("write");
        done += (size_t)wrote;
    }
    return file;
}

/* Reads a map by the name of a file. The name outlives the pool. */
static bool read_file(struct np_pool *pool, unsigned which, const char *text, size_t size, const struct wishes *wishes)
{
    static char names_of_files[MOST_MAPS][32];
    char *name = names_of_files[which];
    const int file = file_of(text, size);
    snprintf(name, sizeof names_of_files[0], "/proc/self/fd/%d", file);
    if (wishes->directory) strcpy(name, "/proc/self");
    if (wishes->nowhere) strcpy(name, "/proc/self/nowhere");
    const bool fine = np_map_file_read(pool, name);
    close(file);
    return fine;
}

static bool read_text(struct np_pool *pool, unsigned which, const char *text, size_t size)
{
    struct np_text opened;
    if (!np_text_in_memory(&opened, names[which], text, size)) {
        fprintf(pool->messages, "nodepages: %s: %s\n", names[which], opened.fault);
        return false;
    }
    const bool fine = np_map_text_read(pool, &opened);
    np_text_close(&opened);
    return fine;
}

/* Reads all maps of a text, and makes the machine of them. */
static bool read_all(const char *text, size_t size, const struct wishes *wishes, FILE *messages,
                     struct np_layout *layout)
{
    struct np_pool pool = {.messages = messages, .doubts = true};
    bool fine = true;
    for (unsigned i = 0; fine && i < MOST_MAPS; i++) {
        const char *end = i == MOST_MAPS - 1 ? NULL : memmem(text, size, SEPARATOR, strlen(SEPARATOR));
        const size_t length = end == NULL ? size : (size_t)(end - text) + 1;
        const bool by_name = wishes->file || (end == NULL && (wishes->directory || wishes->nowhere));
        fine = by_name ? read_file(&pool, i, text, length, wishes) : read_text(&pool, i, text, length);
        if (end == NULL) break;
        text += length + strlen(SEPARATOR) - 1;
        size -= length + strlen(SEPARATOR) - 1;
    }
    fine = fine && np_pool_layout(&pool, layout);
    np_pool_free(&pool);
    return fine;
}

/* A text with a long line behind it; to be freed. */
static char *with_letters(const char *text, size_t *size, long letters)
{
    char *longer = malloc(*size + (size_t)letters + 1);
    if (longer == NULL) fuzz_fail("no memory");
    memcpy(longer, text, *size);
    memset(longer + *size, 'x', (size_t)letters);
    *size += (size_t)letters;
    if (letters != 0) longer[(*size)++] = '\n';
    return longer;
}

/* ---- A second reader, of plain maps alone ---- */

/* Bytes of memory on nodes, as the lines say it. */
struct second {
    struct {
        uint64_t first, last;
        unsigned node;
    } piece[MOST_RANGES];
    unsigned count;
};

/* Reads the lines of memory; false when there is anything else but blank lines, so that it is for the reader to say. */
static bool read_second(char *text, struct second *s)
{
    char *rest = NULL;
    s->count = 0;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        int end = 0;
        unsigned long long first = 0, last = 0;
        unsigned node = 0;
        if (s->count == MOST_RANGES || strlen(line) > 60) return false;
        if (sscanf(line, "node %2u 0x%15llx-0x%15llx%n", &node, &first, &last, &end) != 3) return false;
        if (line[end] != '\0') return false;
        s->piece[s->count].first = first;
        s->piece[s->count].last = last;
        s->piece[s->count++].node = node;
    }
    return s->count != 0;
}

static bool byte_on(const struct second *s, uint64_t byte, unsigned node)
{
    for (unsigned i = 0; i < s->count; i++)
        if (s->piece[i].node == node && s->piece[i].first <= byte && byte <= s->piece[i].last) return true;
    return false;
}

/* Whether every byte of a page is on the node: it is enough to ask at the edges of the pieces. */
static bool page_on(const struct second *s, uint64_t pfn, unsigned node)
{
    const uint64_t first = pfn * NP_PAGE_SIZE, last = first + NP_PAGE_SIZE - 1;
    if (!byte_on(s, first, node) || !byte_on(s, last, node)) return false;
    for (unsigned i = 0; i < s->count; i++) {
        const uint64_t past = s->piece[i].last + 1;
        if (first <= past && past <= last && !byte_on(s, past, node)) return false;
    }
    return true;
}

static void compare_at(const struct second *s, const struct np_layout *layout, uint64_t pfn)
{
    if (pfn >= NP_PFN_LIMIT) return;
    const uint32_t r = np_layout_find(layout, pfn);
    const bool is = r < layout->count && layout->ranges[r].first <= pfn;
    for (unsigned node = 0; node < NP_MAX_NODES; node++) {
        const bool here = is && layout->ranges[r].node == node;
        if (here != page_on(s, pfn, node))
            fuzz_fail("page 0x%" PRIx64 " is%s on node %u", pfn, here ? "" : " not", node);
    }
}

static void check_second(const char *text, size_t size, const struct np_layout *layout)
{
    struct second s;
    char *lines = malloc(size + 1);
    if (lines == NULL) fuzz_fail("no memory");
    memcpy(lines, text, size);
    lines[size] = '\0';
    if (memchr(text, '\0', size) == NULL && read_second(lines, &s))
        for (unsigned i = 0; i < s.count; i++)
            for (uint64_t near = 0; near < 3; near++) {
                compare_at(&s, layout, s.piece[i].first / NP_PAGE_SIZE + near - 1);
                compare_at(&s, layout, s.piece[i].last / NP_PAGE_SIZE + near - 1);
            }
    free(lines);
}

static void read_and_check(const char *text, size_t size, const struct wishes *wishes)
{
    struct np_layout layout;
    char *messages = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&messages, &length);
    if (to == NULL) fuzz_fail("no memory");
    fuzz_memory_left = wishes->memory;
    const bool accepted = read_all(text, size, wishes, to, &layout);
    fflush(to);
    fuzz_tell("%s\n%s", accepted ? "accepted" : "refused", messages);
    layout_check_messages(messages, accepted);
    if (accepted) {
        layout_check_setup(&layout, to);
        fuzz_memory_left = -1;
        layout_check(&layout);
        layout_check_written(&layout);
        check_second(text, size, &layout);
        np_layout_free(&layout);
    }
    fuzz_memory_left = -1;
    fclose(to);
    free(messages);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wishes wishes = {.memory = -1};
    while (size > 0 && take_wish((const char *)data, &size, &wishes))
        continue;
    char *text = with_letters((const char *)data, &size, wishes.letters);
    read_and_check(text, size, &wishes);
    free(text);
    return 0;
}
