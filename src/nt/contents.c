/* SPDX-License-Identifier: MIT */
#include "contents.h"

#include <string.h>

#define TAIL 0xb5

bool np_nt_prepare(struct np_nt *machine, const struct np_nt_extent *extent, bool zero)
{
    const int pattern = machine->settings.pattern;
    if (zero) return np_nt_memory_zero(&machine->memory, extent);
    return pattern < 0 || np_nt_memory_fill(&machine->memory, extent, (uint8_t)pattern);
}

bool np_nt_prepare_list(struct np_nt *machine, const uint64_t *pfns, uint64_t count, bool zero)
{
    if (!zero && machine->settings.pattern < 0) return true;
    for (uint64_t i = 0; i < count;) {
        const struct np_nt_extent extent = np_nt_list_extent(&machine->core, pfns + i, count - i);
        if (!np_nt_prepare(machine, &extent, zero)) return false;
        i += extent.pages;
    }
    return true;
}

bool np_nt_mark_tail(struct np_nt *machine, uint64_t last, size_t used)
{
    const struct np_nt_extent extent = {.position = last, .pages = 1};
    char tail[NP_PAGE_SIZE];
    memset(tail, TAIL, sizeof tail);
    np_nt_memory_soil(&machine->memory, &extent);
    return np_nt_memory_write(&machine->memory, last, used, tail, sizeof tail - used);
}

size_t np_nt_check_tail(struct np_nt *machine, uint64_t last, size_t used)
{
    unsigned char tail[NP_PAGE_SIZE];
    if (!np_nt_memory_read(&machine->memory, last, used, tail, sizeof tail - used)) return sizeof tail;
    for (size_t i = used; i < sizeof tail; i++)
        if (tail[i - used] != TAIL) return i;
    return sizeof tail;
}
