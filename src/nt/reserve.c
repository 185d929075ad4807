#define _GNU_SOURCE 1

#include "reserve.h"

#include <sys/mman.h>

void *np_nt_reserve(size_t bytes, bool usable)
{
    void *address = mmap(NULL, bytes, usable ? PROT_READ | PROT_WRITE : PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? NULL : address;
}

bool np_nt_seal(void *address, size_t bytes)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    if (bytes == 0) return true;
    if (mmap(address, bytes, PROT_NONE, flags | MAP_FIXED, -1, 0) != MAP_FAILED) return true;
    /* The host keeps no more mappings. Whole ones can be given back, and then there is room for this one. */
    if (munmap(address, bytes) != 0) {
        mprotect(address, bytes, PROT_NONE);
        return false;
    }
    return mmap(address, bytes, PROT_NONE, flags | MAP_FIXED_NOREPLACE, -1, 0) == address;
}

void np_nt_release(void *address, size_t bytes)
{
    if (address != NULL) munmap(address, bytes);
}
