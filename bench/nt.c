/* SPDX-License-Identifier: MIT */
/*
 * How fast the routines are on a machine of a terabyte, over real memory.
 *
 *     nt MAP RESULTS
 *
 * Prints a table, and adds the same to the list in RESULTS, which bench/run writes; without one, it makes one. Times are
 * the median of several runs, which are short where calls are: most are then over before another program has its turn.
 */
#define _GNU_SOURCE 1

#include "../src/nt/include/nodepages_nt.h"
#include "../src/nt/include/ntddk.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define RUNS 7
#define SHORT_RUNS 301
#define PAIRS 200 /* in a run */
#define BLOCKS 20
#define LARGE ((size_t)256 << 20)
#define BLOCK ((size_t)2 << 20)
#define MOST ((PHYSICAL_ADDRESS){.QuadPart = -1})
#define NONE ((PHYSICAL_ADDRESS){.QuadPart = 0})

static void must(bool held, const char *what)
{
    if (held) return;
    fprintf(stderr, "bench: %s: %s\n", what, np_nt_why_words());
    exit(2);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times, unsigned runs)
{
    qsort(times, runs, sizeof *times, by_size);
    return times[runs / 2];
}

/* ---- Results ---- */

struct results {
    FILE *file;
    const char *map;
    bool missed;
};

/** Opens the list, ready for one more entry. */
static void open_results(struct results *results, const char *name)
{
    results->file = fopen(name, "r+");
    if (results->file != NULL) {
        must(fseek(results->file, -3, SEEK_END) == 0 && fgetc(results->file) == '\n' && fgetc(results->file) == ']',
             "the results are not a list");
        must(fseek(results->file, -3, SEEK_END) == 0, "the results are not a list");
        fprintf(results->file, ",");
    } else {
        results->file = fopen(name, "w");
        must(results->file != NULL, "no room for results");
        fprintf(results->file, "[");
    }
}

/** A figure; `most` says whether the bar is the most or the least that it may be, 0 for no bar. */
static void report(struct results *results, const char *name, size_t bytes, double figure, const char *unit, double bar,
                   bool most, bool last)
{
    const bool met = most ? figure <= bar : figure >= bar;
    printf("%-66s %11zu %10.3f %-10s", name, bytes / 4096, figure, unit);
    fprintf(results->file, "\n {\"name\": \"%s\", \"who\": \"routines\", \"machine\": \"%s\", \"state\": \"fresh\", ",
            name, results->map);
    fprintf(results->file, "\"pages\": %zu, \"figure\": %.4f, \"unit\": \"%s\", ", bytes / 4096, figure, unit);
    fprintf(results->file, "\"p99\": null, \"samples\": null, \"instructions\": null, ");
    if (bar > 0) {
        printf(" %8.1f %s\n", bar, met ? "met" : "MISSED");
        fprintf(results->file, "\"bar\": %.1f, \"met\": %s}", bar, met ? "true" : "false");
        results->missed = results->missed || !met;
    } else {
        printf(" %8s\n", "-");
        fprintf(results->file, "\"bar\": null, \"met\": null}");
    }
    if (!last) fprintf(results->file, ",");
}

/* ---- What is measured ---- */

static void give_back(PMDL mdl)
{
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
}

static double pair_of_64_kib(void)
{
    double times[SHORT_RUNS];
    for (unsigned r = 0; r < SHORT_RUNS; r++) {
        const double start = now();
        for (unsigned i = 0; i < PAIRS; i++) {
            PMDL mdl = MmAllocatePagesForMdlEx(NONE, MOST, NONE, 65536, MmCached, MM_DONT_ZERO_ALLOCATION);
            must(mdl != NULL, "64 KiB");
            give_back(mdl);
        }
        times[r] = (now() - start) / PAIRS;
    }
    return median(times, SHORT_RUNS);
}

static double pool_of_256_bytes(void)
{
    double times[SHORT_RUNS];
    for (unsigned r = 0; r < SHORT_RUNS; r++) {
        const double start = now();
        for (unsigned i = 0; i < PAIRS; i++) {
            void *memory = ExAllocatePoolWithTag(NonPagedPool, 256, 'p');
            must(memory != NULL, "256 bytes of pool");
            ExFreePoolWithTag(memory, 'p');
        }
        times[r] = (now() - start) / PAIRS;
    }
    return median(times, SHORT_RUNS);
}

static double map_of_64_kib(void)
{
    double times[SHORT_RUNS];
    PMDL mdl = MmAllocatePagesForMdlEx(NONE, MOST, NONE, 65536, MmCached, MM_DONT_ZERO_ALLOCATION);
    must(mdl != NULL, "64 KiB");
    for (unsigned r = 0; r < SHORT_RUNS; r++) {
        const double start = now();
        for (unsigned i = 0; i < BLOCKS; i++) {
            void *address = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
            must(address != NULL, "a mapping of 64 KiB");
            MmUnmapLockedPages(address, mdl);
        }
        times[r] = (now() - start) / BLOCKS;
    }
    give_back(mdl);
    return median(times, SHORT_RUNS);
}

static double block_of_2_mib(void)
{
    double times[SHORT_RUNS];
    for (unsigned r = 0; r < SHORT_RUNS; r++) {
        const double start = now();
        for (unsigned i = 0; i < BLOCKS; i++) {
            void *block = MmAllocateContiguousMemory(BLOCK, MOST);
            must(block != NULL, "2 MiB");
            MmFreeContiguousMemory(block);
        }
        times[r] = (now() - start) / BLOCKS;
    }
    return median(times, SHORT_RUNS);
}

/** memset of memory that the host has not backed before. */
static double memset_fresh(void)
{
    double times[RUNS];
    for (unsigned r = 0; r < RUNS; r++) {
        const int file = memfd_create("bench", MFD_CLOEXEC);
        must(file >= 0 && ftruncate(file, (off_t)LARGE) == 0, "a memfd");
        void *address = mmap(NULL, LARGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        must(address != MAP_FAILED, "a mapping");
        const double start = now();
        memset(address, 0, LARGE);
        times[r] = now() - start;
        munmap(address, LARGE);
        close(file);
    }
    return median(times, RUNS);
}

/** Writes to every page of an MDL. */
static void soil(PMDL mdl)
{
    void *address = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    must(address != NULL, "a mapping");
    memset(address, 1, LARGE);
    MmUnmapLockedPages(address, mdl);
}

/** Zeroed pages that a driver has written to; `used`: also mapped and written again. */
static double zeroed(bool used)
{
    double times[RUNS];
    PMDL mdl = MmAllocatePagesForMdlEx(NONE, MOST, NONE, LARGE, MmCached, 0);
    must(mdl != NULL && MmGetMdlByteCount(mdl) == LARGE, "256 MiB");
    soil(mdl);
    give_back(mdl);
    for (unsigned r = 0; r < RUNS; r++) {
        const double start = now();
        mdl = MmAllocatePagesForMdlEx(NONE, MOST, NONE, LARGE, MmCached, 0);
        must(mdl != NULL, "256 MiB");
        if (used) soil(mdl);
        times[r] = now() - start;
        if (!used) soil(mdl);
        give_back(mdl);
    }
    return median(times, RUNS);
}

int main(int argc, char **argv)
{
    struct results results = {0};
    struct np_nt_settings settings = np_nt_settings_default();
    if (argc != 3) {
        fprintf(stderr, "bench: nt MAP RESULTS\n");
        return 2;
    }
    settings.map = results.map = argv[1];
    struct np_nt *machine = np_nt_open(&settings);
    must(machine != NULL, "no machine");
    open_results(&results, argv[2]);
    report(&results, "MmAllocatePagesForMdlEx DONT_ZERO of 64 KiB, and freeing it", 65536, pair_of_64_kib() * 1e6,
           "us/pair", 1.5, true, false);
    report(&results, "ExAllocatePoolWithTag of 256 bytes, and freeing it", 256, pool_of_256_bytes() * 1e6, "us", 0.5,
           true, false);
    report(&results, "MDL of 64 KiB: mapped, unmapped", 65536, map_of_64_kib() * 1e6, "us", 10, true, false);
    report(&results, "contiguous 2 MiB: allocated, mapped, freed", BLOCK, block_of_2_mib() * 1e6, "us", 30, true,
           false);
    const double fresh = memset_fresh();
    report(&results, "memset of 256 MiB of fresh memfd pages", LARGE, (double)LARGE / fresh / 1e9, "GB/s", 0, true,
           false);
    report(&results, "256 MiB zeroed that were written, against that memset", LARGE, fresh / zeroed(false) * 100,
           "% of speed", 80, false, false);
    report(&results, "the same, mapped and written again", LARGE, fresh / zeroed(true) * 100, "% of speed", 0, false,
           true);
    fprintf(results.file, "\n]\n");
    must(fclose(results.file) == 0, "results could not be written");
    must(np_nt_close(machine) == 0, "a leak");
    if (results.missed) fprintf(stderr, "bench: a bar was missed\n");
    return 0;
}
