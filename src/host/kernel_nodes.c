/* SPDX-License-Identifier: MIT */
#include "kernel_nodes.h"

#include "text.h"

#include <string.h>

#define PFN_END (UINT64_C(1) << 52) /* the page frames of 64 bits */

static bool is_digit(char c)
{
    return '0' <= c && c <= '9';
}

uint64_t np_last_of(uint64_t end)
{
    return (end & 0xfff) == 0xfff ? end : end - 1;
}

/** `FIRST SEPARATOR END`, and past it. */
static enum np_bounds read_pair(const char **at, unsigned base, const char *separator, uint64_t *first, uint64_t *end)
{
    uint64_t *const bounds[2] = {first, end};
    bool large = false;
    for (int i = 0; i < 2; i++) {
        *at = np_skip_blanks(*at);
        if (i == 1) {
            if (strncmp(*at, separator, strlen(separator)) != 0) return NP_BOUNDS_NONE;
            *at = np_skip_blanks(*at + strlen(separator));
        }
        const bool prefix = (*at)[0] == '0' && (*at)[1] == 'x';
        if (prefix) *at += 2;
        const enum np_number read = np_read_digits(at, prefix ? 16 : base, bounds[i]);
        if (read == NP_NUMBER_NONE) return NP_BOUNDS_NONE;
        large |= read == NP_NUMBER_TOO_LARGE;
    }
    if (large) return NP_BOUNDS_LARGE;
    return *end <= *first ? NP_BOUNDS_REVERSED : NP_BOUNDS_OK;
}

enum np_bounds np_read_pfns(const char *text, bool ended, struct np_node_range *range)
{
    for (const char *colon = strchr(text, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
        const char *digits = colon;
        while (digits > text && is_digit(digits[-1]))
            digits--;
        if (digits == colon || (digits > text && digits[-1] != ' ' && digits[-1] != '\t')) continue;
        const char *at = colon + 1;
        uint64_t first, end;
        enum np_bounds read = read_pair(&at, 10, "->", &first, &end);
        if (read == NP_BOUNDS_NONE || *np_skip_blanks(at) != '\0') continue;
        (void)np_read_digits(&digits, 10, &range->node);
        if (!ended) return NP_BOUNDS_CUT;
        if (read == NP_BOUNDS_OK && end > PFN_END) read = NP_BOUNDS_LARGE;
        if (read != NP_BOUNDS_OK) return read;
        range->first = first * 4096;
        range->last = end * 4096 - 1;
        return NP_BOUNDS_OK;
    }
    return NP_BOUNDS_NONE;
}

/** What follows `WORDS N`, or NULL. */
static const char *after_node(const char *text, const char *words, uint64_t *node)
{
    const char *at = strstr(text, words);
    if (at == NULL) return NULL;
    at += strlen(words);
    return np_read_digits(&at, 10, node) == NP_NUMBER_NONE ? NULL : at;
}

const char *np_find_node_memory(const char *text, uint64_t *node)
{
    const char *at = after_node(text, "Node ", node);
    return at != NULL && strncmp(at, " Memory:", 8) == 0 ? at + 8 : NULL;
}

enum np_bounds np_read_node_memory(const char **at, bool ended, struct np_node_range *range)
{
    uint64_t end;
    *at = np_skip_blanks(*at);
    if (**at == '\0') return NP_BOUNDS_NONE;
    const enum np_bounds read = read_pair(at, 16, "-", &range->first, &end);
    if (read == NP_BOUNDS_NONE || (**at == '\0' && !ended)) return NP_BOUNDS_CUT;
    range->last = end - 1;
    return read;
}

enum np_bounds np_read_set_up(const char *text, bool ended, struct np_node_range *range)
{
    uint64_t end;
    const char *at = after_node(text, "Bootmem setup node ", &range->node);
    const char *separator = "-";
    if (at == NULL) {
        at = after_node(text, "Node ", &range->node);
        if (at == NULL || strncmp(at, " MemBase ", 9) != 0) return NP_BOUNDS_NONE;
        at += 9;
        separator = "Limit";
    }
    const enum np_bounds read = read_pair(&at, 16, separator, &range->first, &end);
    if (read == NP_BOUNDS_NONE || !ended) return NP_BOUNDS_CUT;
    range->last = np_last_of(end);
    return read;
}

bool np_read_node_pages(const char *text, uint64_t *node, uint64_t *pages)
{
    const char *at = after_node(text, "On node ", node);
    if (at == NULL || strncmp(at, " totalpages: ", 13) != 0) return false;
    at += 13;
    return np_read_digits(&at, 10, pages) == NP_NUMBER_OK;
}

bool np_read_memory_sum(const char *text, uint64_t *kib)
{
    uint64_t free_kib, bytes;
    const char *sum = strstr(text, "phys_mem_size");
    if (sum != NULL && (sum = strstr(sum, "= 0x")) != NULL) {
        sum += 4;
        const bool read = np_read_digits(&sum, 16, &bytes) == NP_NUMBER_OK;
        *kib = bytes / 1024;
        return read;
    }
    const char *at = strstr(text, "Memory: ");
    if (at == NULL) return false;
    at += 8;
    if (np_read_digits(&at, 10, &free_kib) != NP_NUMBER_OK) return false;
    if (strncmp(at, "K/", 2) != 0 && strncmp(at, "k/", 2) != 0) return false;
    at += 2;
    if (np_read_digits(&at, 10, kib) != NP_NUMBER_OK) return false;
    return strncmp(at, "K available", 11) == 0 || strncmp(at, "k available", 11) == 0;
}
