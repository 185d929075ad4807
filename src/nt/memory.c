/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "memory.h"

#include "../host/descriptor.h"
#include "descriptor.h"
#include "reserve.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)1 << 18) /* bytes written at a time: stays in the cache, and makes few calls */

uint64_t np_nt_memory_bytes(uint64_t positions)
{
    const struct np_nt_memory *memory = NULL;
    return positions * (sizeof *memory->notes + sizeof *memory->dirty);
}

/** Gives a file its size. False with the host's errno, and no signal. */
static bool resize(int descriptor, off_t size)
{
    struct np_nt_quiet quiet;
    np_nt_quiet_begin(&quiet);
    const bool resized = ftruncate(descriptor, size) == 0;
    np_nt_quiet_end(&quiet);
    return resized;
}

bool np_nt_memory_open(struct np_nt_memory *memory, uint64_t positions)
{
    *memory = (struct np_nt_memory){.positions = positions};
    memory->notes = np_nt_reserve(positions * sizeof *memory->notes, true);
    memory->dirty = np_nt_reserve(positions, true);
    memory->descriptor = -1;
    if (memory->notes != NULL && memory->dirty != NULL)
        memory->descriptor = np_above_standard(memfd_create("nodepages", MFD_CLOEXEC));
    if (memory->descriptor >= 0 && resize(memory->descriptor, (off_t)(positions * NP_PAGE_SIZE))) return true;
    const int error = errno;
    np_nt_memory_close(memory);
    errno = error;
    return false;
}

void np_nt_memory_close(struct np_nt_memory *memory)
{
    np_nt_release(memory->notes, memory->positions * sizeof *memory->notes);
    np_nt_release(memory->dirty, memory->positions);
    if (memory->descriptor >= 0) close(memory->descriptor);
    *memory = (struct np_nt_memory){.descriptor = -1};
}

void np_nt_memory_give(struct np_nt_memory *memory, const struct np_nt_extent *extent, uint8_t given, uint32_t owner)
{
    struct np_nt_page_note *notes = memory->notes + extent->position;
    for (uint64_t i = 0; i < extent->pages; i++) {
        notes[i].given = given;
        notes[i].owner = owner;
    }
}

void np_nt_memory_soil(struct np_nt_memory *memory, const struct np_nt_extent *extent)
{
    memset(memory->dirty + extent->position, 1, extent->pages);
}

bool np_nt_memory_write(struct np_nt_memory *memory, uint64_t position, size_t offset, const void *bytes, size_t size)
{
    const char *from = bytes;
    off_t at = (off_t)(position * NP_PAGE_SIZE + offset);
    struct np_nt_quiet quiet;
    np_nt_quiet_begin(&quiet);
    while (size != 0) {
        const ssize_t written = pwrite(memory->descriptor, from, size, at);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) break;
        from += written;
        at += written;
        size -= (size_t)written;
    }
    np_nt_quiet_end(&quiet);
    return size == 0;
}

bool np_nt_memory_read(const struct np_nt_memory *memory, uint64_t position, size_t offset, void *bytes, size_t size)
{
    char *to = bytes;
    off_t at = (off_t)(position * NP_PAGE_SIZE + offset);
    while (size != 0) {
        const ssize_t got = pread(memory->descriptor, to, size, at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        to += got;
        at += got;
        size -= (size_t)got;
    }
    return true;
}

/**
 * Writes a chunk over and over. Writing keeps the host's pages, so that the owner need not fault them in one by one.
 */
static bool cover(struct np_nt_memory *memory, uint64_t position, uint64_t pages, const char *chunk)
{
    const uint64_t step = CHUNK / NP_PAGE_SIZE;
    for (uint64_t i = 0; i < pages; i += step) {
        const uint64_t here = pages - i < step ? pages - i : step;
        if (!np_nt_memory_write(memory, position + i, 0, chunk, here * NP_PAGE_SIZE)) return false;
    }
    return true;
}

bool np_nt_memory_zero(struct np_nt_memory *memory, const struct np_nt_extent *extent)
{
    static const char zeros[CHUNK];
    uint8_t *dirty = memory->dirty + extent->position;
    for (uint64_t i = 0; i < extent->pages;) {
        const uint8_t *next = memchr(dirty + i, 1, extent->pages - i);
        if (next == NULL) break;
        i = (uint64_t)(next - dirty);
        const uint8_t *end = memchr(dirty + i, 0, extent->pages - i);
        const uint64_t pages = end == NULL ? extent->pages - i : (uint64_t)(end - dirty) - i;
        if (!cover(memory, extent->position + i, pages, zeros)) return false;
        memset(dirty + i, 0, pages);
        i += pages;
    }
    return true;
}

bool np_nt_memory_fill(struct np_nt_memory *memory, const struct np_nt_extent *extent, uint8_t byte)
{
    char page[4 * 4096];
    memset(page, byte, sizeof page);
    np_nt_memory_soil(memory, extent);
    for (uint64_t i = 0; i < extent->pages; i += 4) {
        const uint64_t here = extent->pages - i < 4 ? extent->pages - i : 4;
        if (!np_nt_memory_write(memory, extent->position + i, 0, page, here * NP_PAGE_SIZE)) return false;
    }
    return true;
}

bool np_nt_memory_show(const struct np_nt_memory *memory, void *address, const struct np_nt_extent *extent,
                       int protection)
{
    return mmap(address, extent->pages * NP_PAGE_SIZE, protection, MAP_SHARED | MAP_FIXED, memory->descriptor,
                (off_t)(extent->position * NP_PAGE_SIZE)) != MAP_FAILED;
}

uint64_t np_nt_memory_backed(const struct np_nt_memory *memory)
{
    struct stat stat;
    return fstat(memory->descriptor, &stat) == 0 ? (uint64_t)stat.st_blocks * 512 : 0;
}
