/* SPDX-License-Identifier: MIT */
/*
 * Eight threads on one machine, each like a driver of its own: pages, mappings, contiguous memory, pool, hot remove, in any
 * order.
 *
 *     stress [SECONDS]
 *
 * Every page carries the mark of the thread that has it, so that a page given to two is seen. At the end nothing is
 * lost.
 */
#define _GNU_SOURCE 1

#include "../../src/nt/include/nodepages_nt.h"
#include "../../src/nt/include/ntddk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define THREADS 8u
#define HELD 12u

/* A thing that a thread has. */
struct held {
    PMDL mdl;
    char *address; /* of its mapping, or of a block or pool memory if `mdl` is NULL */
    size_t pool;   /* bytes of pool memory */
    uint64_t pages;
    bool removed;
};

struct driver {
    unsigned number;
    uint64_t seed;
    uint64_t operations;
    uint64_t failures;
    struct held held[HELD];
};

static atomic_bool stop;
static atomic_uint_fast64_t reclaims;

static void must(bool held, const char *what)
{
    if (held) return;
    fprintf(stderr, "stress: %s: %s\n", what, np_nt_why_words());
    abort();
}

static uint64_t random_below(struct driver *d, uint64_t limit)
{
    uint64_t x = d->seed += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (x ^ x >> 31) % limit;
}

static PHYSICAL_ADDRESS at(uint64_t address)
{
    return (PHYSICAL_ADDRESS){.QuadPart = (LONGLONG)address};
}

static void mark(const struct driver *d, const struct held *h)
{
    for (uint64_t i = 0; i < h->pages; i++)
        memset(h->address + i * PAGE_SIZE, (int)d->number + 1, 16);
}

static void check_mark(const struct driver *d, const struct held *h)
{
    for (uint64_t i = 0; i < h->pages; i++)
        must(h->address[i * PAGE_SIZE + 7] == (char)(d->number + 1), "a page of two threads");
}

static void take_pages(struct driver *d, struct held *h)
{
    static const ULONG flags[] = {0,
                                  MM_DONT_ZERO_ALLOCATION,
                                  MM_ALLOCATE_PREFER_CONTIGUOUS,
                                  MM_ALLOCATE_NO_WAIT,
                                  MM_ALLOCATE_AND_HOT_REMOVE,
                                  MM_ALLOCATE_FULLY_REQUIRED};
    const ULONG flag = flags[random_below(d, sizeof flags / sizeof *flags)];
    np_nt_run_on_node((uint32_t)random_below(d, 2));
    h->mdl =
        MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(0), (1 + random_below(d, 24)) * PAGE_SIZE, MmCached, flag);
    if (h->mdl == NULL) {
        d->failures++;
        return;
    }
    h->pages = MmGetMdlByteCount(h->mdl) / PAGE_SIZE;
    h->removed = flag == MM_ALLOCATE_AND_HOT_REMOVE;
    h->address = MmGetSystemAddressForMdlSafe(h->mdl, NormalPagePriority);
    must(h->address != NULL, "a mapping");
    if (flag != MM_DONT_ZERO_ALLOCATION)
        for (uint64_t i = 0; i < h->pages; i++)
            must(h->address[i * PAGE_SIZE + 7] == 0, "a page is not zero");
    mark(d, h);
}

static void take_block(struct driver *d, struct held *h)
{
    h->pages = 1 + random_below(d, 12);
    h->address = MmAllocateContiguousMemory(h->pages * PAGE_SIZE, at(UINT64_MAX));
    if (h->address == NULL) {
        d->failures++;
        h->pages = 0;
        return;
    }
    mark(d, h);
}

static void take_pool(struct driver *d, struct held *h)
{
    h->pool = 16 + random_below(d, random_below(d, 8) == 0 ? 20000 : 600);
    h->address = ExAllocatePoolWithTag(NonPagedPool, h->pool, d->number + 1);
    if (h->address == NULL) {
        d->failures++;
        h->pool = 0;
        return;
    }
    memset(h->address, (int)d->number + 1, h->pool);
}

/* An MDL of pool memory, and one of its second half; locked or built, as its driver likes. */
static void describe_pool(struct driver *d, const struct held *h)
{
    PMDL mdl = IoAllocateMdl(h->address, (ULONG)h->pool, FALSE, FALSE, NULL);
    PMDL part = IoAllocateMdl(h->address + h->pool / 2, (ULONG)(h->pool - h->pool / 2), FALSE, FALSE, NULL);
    const bool locks = random_below(d, 2) == 0;
    must(mdl != NULL && part != NULL, "an MDL");
    if (locks)
        MmProbeAndLockPages(mdl, KernelMode, IoModifyAccess);
    else
        MmBuildMdlForNonPagedPool(mdl);
    IoBuildPartialMdl(mdl, part, MmGetMdlVirtualAddress(part), 0);
    must(*(char *)MmGetSystemAddressForMdlSafe(part, NormalPagePriority) == h->address[h->pool / 2], "a partial MDL");
    IoFreeMdl(part);
    if (locks) MmUnlockPages(mdl);
    IoFreeMdl(mdl);
}

/* What all of them count, under a lock. */
static void count_together(void)
{
    static KSPIN_LOCK lock;
    static uint64_t counted;
    KIRQL before;
    KeAcquireSpinLock(&lock, &before);
    counted++;
    KeReleaseSpinLock(&lock, before);
}

static void give_pool(const struct driver *d, const struct held *h)
{
    must(h->address[h->pool - 1] == (char)(d->number + 1), "pool memory of two threads");
    must(h->address[0] == (char)(d->number + 1) || h->address[0] == 42, "pool memory of two threads");
    ExFreePoolWithTag(h->address, d->number + 1);
}

static void give(struct driver *d, struct held *h)
{
    if (h->address == NULL) return;
    check_mark(d, h);
    if (h->pool != 0) {
        give_pool(d, h);
    } else if (h->mdl == NULL) {
        MmFreeContiguousMemory(h->address);
    } else {
        MmUnmapLockedPages(h->address, h->mdl);
        if (!h->removed) MmFreePagesFromMdl(h->mdl);
        for (uint64_t i = 0; h->removed && i < h->pages; i++) {
            PHYSICAL_ADDRESS start = at(MmGetMdlPfnArray(h->mdl)[i] * PAGE_SIZE);
            LARGE_INTEGER bytes = {.QuadPart = PAGE_SIZE};
            must(MmAddPhysicalMemory(&start, &bytes) == STATUS_SUCCESS, "adding a page back");
        }
        ExFreePool(h->mdl);
    }
    *h = (struct held){0};
}

/* A second mapping shows what the first does. */
static void look_twice(struct held *h)
{
    if (h->mdl == NULL || h->pages == 0) return;
    char *other = MmMapLockedPagesSpecifyCache(h->mdl, UserMode, MmCached, NULL, FALSE, HighPagePriority);
    must(other != NULL, "a second mapping");
    h->address[100] = 42;
    must(other[100] == 42, "two mappings differ");
    must(MmGetPhysicalAddress(other).QuadPart == MmGetPhysicalAddress(h->address).QuadPart, "two physical addresses");
    MmUnmapLockedPages(other, h->mdl);
}

static void *run(void *context)
{
    struct driver *d = context;
    while (!atomic_load(&stop)) {
        struct held *h = &d->held[random_below(d, HELD)];
        d->operations++;
        count_together();
        if (h->pool != 0 && random_below(d, 2) == 0)
            describe_pool(d, h);
        else if (h->address != NULL && random_below(d, 3) == 0)
            look_twice(h);
        else if (h->address != NULL)
            give(d, h);
        else if (random_below(d, 3) == 0)
            take_block(d, h);
        else if (random_below(d, 2) == 0)
            take_pool(d, h);
        else
            take_pages(d, h);
        if (random_below(d, 64) == 0) ExFreePool(MmGetPhysicalMemoryRanges());
    }
    for (unsigned i = 0; i < HELD; i++)
        give(d, &d->held[i]);
    return NULL;
}

static uint64_t nothing_to_spare(void *context, uint32_t node, uint64_t shortfall)
{
    (void)context;
    (void)node;
    (void)shortfall;
    return atomic_fetch_add(&reclaims, 1) % 4 == 0;
}

int main(int argc, char **argv)
{
    static struct driver drivers[THREADS];
    pthread_t threads[THREADS];
    const long seconds = argc > 1 ? strtol(argv[1], NULL, 10) : 3;
    struct np_nt_settings settings = np_nt_settings_default();
    uint64_t operations = 0, failures = 0;
    /* Little enough for there to be too few pages often. */
    settings.map_text = "node 0 0x100000-0x1fffff\nnode 1 0x200000-0x2fffff\n";
    settings.reclaim = nothing_to_spare;
    struct np_nt *machine = np_nt_open(&settings);
    must(machine != NULL, "a machine");
    for (unsigned i = 0; i < THREADS; i++) {
        drivers[i] = (struct driver){.number = i, .seed = i};
        must(pthread_create(&threads[i], NULL, run, &drivers[i]) == 0, "a thread");
    }
    nanosleep(&(struct timespec){.tv_sec = seconds}, NULL);
    atomic_store(&stop, true);
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        operations += drivers[i].operations;
        failures += drivers[i].failures;
    }
    const struct np_nt_use use = np_nt_page_use(machine);
    const char *wrong = np_nt_check(machine);
    if (wrong != NULL) fprintf(stderr, "stress: %s\n", wrong);
    /* What is allocated still are the pages of small pool memory. */
    must(wrong == NULL && use.free + use.allocated == use.present && use.mapped == use.allocated, "pages are lost");
    must(np_nt_violations(machine) == 0, "violations");
    must(operations > 0 && failures > 0, "nothing was stressed");
    must(np_nt_close(machine) == 0, "leaks");
    printf("%u threads, %ld s: %llu operations, %llu of them had too few pages\n", THREADS, seconds,
           (unsigned long long)operations, (unsigned long long)failures);
    return 0;
}
