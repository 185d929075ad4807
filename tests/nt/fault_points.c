/* SPDX-License-Identifier: MIT */
/*
 * Fault points: everything that the layer asks of the host fails once, one thing after the other, while a driver does
 * one of each; and each time the driver frees what it has, and nothing is lost.
 *
 * The linker puts the functions here between the layer and the host (--wrap).
 */
#include "nt.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* The call that is to fail, counted down; 0 for none. */
static uint64_t countdown;
static uint64_t asked;
static uint64_t sealing; /* of the calls, those that make reserved addresses fault again: they fail twice if at all */

static bool fails(int error)
{
    asked++;
    if (countdown == 0 || --countdown != 0) return false;
    errno = error;
    return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);
int __real_memfd_create(const char *name, unsigned flags);
int __real_ftruncate(int file, off_t size);
ssize_t __real_pwrite(int file, const void *bytes, size_t size, off_t offset);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);
int __wrap_memfd_create(const char *name, unsigned flags);
int __wrap_ftruncate(int file, off_t size);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t offset);

/* Address space that there is in all, 0 for no limit, and what of it is reserved. */
static uint64_t space;
static uint64_t reserved;

int __real_munmap(void *address, size_t size);
int __real_getrlimit(__rlimit_resource_t resource, struct rlimit *limit);
int __wrap_munmap(void *address, size_t size);
int __wrap_getrlimit(__rlimit_resource_t resource, struct rlimit *limit);

int __wrap_munmap(void *address, size_t size)
{
    if (space != 0) reserved -= size;
    return __real_munmap(address, size);
}

int __wrap_getrlimit(__rlimit_resource_t resource, struct rlimit *limit)
{
    const int got = __real_getrlimit(resource, limit);
    if (space != 0 && resource == RLIMIT_AS) limit->rlim_cur = space;
    return got;
}

void *__wrap_malloc(size_t size)
{
    return fails(ENOMEM) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(ENOMEM) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails(ENOMEM) ? NULL : __real_realloc(old, size);
}

void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    sealing += (flags & MAP_FIXED) != 0 && protection == PROT_NONE;
    if (space != 0 && address == NULL) {
        if (size > space - reserved) {
            errno = ENOMEM;
            return MAP_FAILED;
        }
        reserved += size;
    }
    return fails(ENOMEM) ? MAP_FAILED : __real_mmap(address, size, protection, flags, file, offset);
}

int __wrap_memfd_create(const char *name, unsigned flags)
{
    return fails(EMFILE) ? -1 : __real_memfd_create(name, flags);
}

int __wrap_ftruncate(int file, off_t size)
{
    return fails(EFBIG) ? -1 : __real_ftruncate(file, size);
}

ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t offset)
{
    if (fails(ENOSPC)) return -1;
    /* Less than was asked for is not a failure. */
    return __real_pwrite(file, bytes, size > 100 ? size / 2 : size, offset);
}

/* Everything once; what failed is left out. @return how many calls returned NULL or an error */
static unsigned drive(void)
{
    unsigned failures = 0;
    PMDL mdl = allocate(24, 0), removed = allocate(3, MM_ALLOCATE_AND_HOT_REMOVE), holes[8];
    for (unsigned i = 0; i < 8; i++)
        holes[i] = allocate(1, 0);
    for (unsigned i = 0; i < 8; i += 2)
        if (holes[i] != NULL) give_back(holes[i]);
    /* Scattered, so that its extents need memory. */
    PMDL scattered = allocate(9, MM_DONT_ZERO_ALLOCATION);
    void *block = MmAllocateContiguousMemory(5000, at(UINT64_MAX));
    void *across = MmAllocateContiguousMemorySpecifyCache(16 * PAGE_SIZE, at(0x1f8000), at(0x207fff), at(0), MmCached);
    void *ranges = MmGetPhysicalMemoryRanges();
    PMDL mdls[] = {mdl, scattered};
    const void *const given[] = {mdl, scattered, removed, block, across, ranges};
    for (unsigned i = 0; i < sizeof given / sizeof *given; i++)
        failures += given[i] == NULL;
    for (unsigned i = 0; i < 2; i++) {
        if (mdls[i] == NULL) continue;
        char *address = map(mdls[i]);
        failures += address == NULL;
        if (address != NULL) {
            memset(address, 1, MmGetMdlByteCount(mdls[i]));
            MmUnmapLockedPages(address, mdls[i]);
        }
        give_back(mdls[i]);
    }
    for (unsigned i = 0; i < 8; i++)
        if (holes[i] == NULL)
            failures++;
        else if (i % 2 == 1)
            give_back(holes[i]);
    /* What was written is zeroed now. */
    PMDL again = allocate(40, 0);
    failures += again == NULL;
    if (again != NULL) give_back(again);
    if (ranges != NULL) ExFreePool(ranges);
    if (block != NULL) {
        memset(block, 1, 5000);
        MmFreeContiguousMemory(block);
    }
    if (across != NULL) MmFreeContiguousMemorySpecifyCache(across, 16 * PAGE_SIZE, MmCached);
    if (removed != NULL) {
        for (unsigned i = 0; i < 3; i++) {
            PHYSICAL_ADDRESS start = at(MmGetMdlPfnArray(removed)[i] * PAGE_SIZE);
            LARGE_INTEGER bytes = {.QuadPart = PAGE_SIZE};
            while (MmAddPhysicalMemory(&start, &bytes) != STATUS_SUCCESS)
                failures++;
        }
        ExFreePool(removed);
    }
    return failures;
}

static void each_thing_fails_once(void **state)
{
    uint64_t points = 0, seen = 0, unseen = 0, seals = 0;
    const struct np_nt_settings settings = small_settings();
    (void)state;
    for (bool done = false; !done; points++) {
        watch = (struct watch){0};
        struct np_nt *machine = np_nt_open(&settings);
        assert_non_null(machine);
        asked = 0;
        sealing = 0;
        countdown = points + 1;
        const unsigned failures = drive();
        done = countdown != 0;
        seals = sealing;
        countdown = 0;
        seen += failures != 0;
        unseen += failures == 0 && !done;
        assert_true(failures <= 1);
        assert_int_equal(watch.count, 0);
        if (done) assert_int_equal(asked, points);
        assert_int_equal(drive(), 0);
        close_clean(machine);
    }
    /* The driver notices all except what has another way: addresses that can be made to fault otherwise. */
    assert_true(seen > 30);
    assert_int_equal(unseen, seals);
    print_message("%" PRIu64 " fault points\n", points - 1);
}

#define SLOTS 700u /* of 256 bytes: more than the first list of free slots has room for */

/* Pool memory and an MDL of it; what failed is left out. @return how many calls returned NULL */
static unsigned drive_pool(void)
{
    static void *slots[SLOTS];
    unsigned failures = 0;
    PMDL holes[8];
    for (unsigned i = 0; i < 8; i++)
        holes[i] = allocate(1, 0);
    for (unsigned i = 0; i < 8; i += 2)
        if (holes[i] != NULL) give_back(holes[i]);
    /* Scattered, so that its extents need memory. */
    char *large = ExAllocatePoolWithTag(NonPagedPool, 20000, 0x31746553u);
    for (unsigned i = 0; i < SLOTS; i++) {
        slots[i] = ExAllocatePoolWithTag(NonPagedPool, 256, 0x31746553u);
        failures += slots[i] == NULL;
    }
    PMDL mdl = large == NULL ? NULL : IoAllocateMdl(large, 20000, FALSE, FALSE, NULL);
    failures += large == NULL || mdl == NULL;
    for (unsigned i = 0; i < 8; i++)
        if (holes[i] == NULL)
            failures++;
        else if (i % 2 == 1)
            give_back(holes[i]);
    if (mdl != NULL) {
        MmBuildMdlForNonPagedPool(mdl);
        IoFreeMdl(mdl);
    }
    if (large != NULL) ExFreePool(large);
    for (unsigned i = 0; i < SLOTS; i++)
        if (slots[i] != NULL) ExFreePool(slots[i]);
    return failures;
}

/* A slab that can't be had is tried with a page, so that not each of these is seen. */
static void pool_fails_once(void **state)
{
    uint64_t points = 0, seen = 0;
    const struct np_nt_settings settings = small_settings();
    (void)state;
    for (bool done = false; !done; points++) {
        watch = (struct watch){0};
        struct np_nt *machine = np_nt_open(&settings);
        assert_non_null(machine);
        countdown = points + 1;
        const unsigned failures = drive_pool();
        done = countdown != 0;
        countdown = 0;
        seen += failures != 0;
        assert_true(failures <= 1);
        assert_int_equal(watch.count, 0);
        assert_int_equal(drive_pool(), 0);
        close_with(machine, 0);
    }
    assert_true(points > 10 && seen > 4);
    print_message("%" PRIu64 " fault points of pool memory, %" PRIu64 " seen\n", points - 1, seen);
}

static void a_machine_fails_to_be_made(void **state)
{
    struct np_nt_settings settings = small_settings();
    struct np_nt *machine = NULL;
    uint64_t points = 0;
    (void)state;
    for (; machine == NULL; points++) {
        char said[512] = "";
        settings.messages = fmemopen(said, sizeof said, "w");
        setbuf(settings.messages, NULL);
        countdown = points + 1;
        machine = np_nt_open(&settings);
        if (machine == NULL) assert_non_null(strstr(said, "nodepages: "));
        /* A smaller arena than was wanted is not a failure. */
        if (machine != NULL && countdown == 0) {
            close_clean(machine);
            machine = NULL;
        }
        countdown = 0;
        fclose(settings.messages);
    }
    assert_true(points > 10);
    close_clean(machine);
}

/* Where a machine can be made, one can be made with more; and where none can, the message says how much it takes. */
static void less_address_space_is_a_smaller_arena(void **state)
{
    static const uint64_t gibibytes[] = {1, 2, 4, 8, 16, 30, 34, 37, 40, 50, 64};
    struct np_nt_settings settings = np_nt_settings_default();
    char message[512] = "";
    (void)state;
    for (unsigned i = 0; i < sizeof gibibytes / sizeof *gibibytes; i++) {
        space = gibibytes[i] << 30;
        reserved = 0;
        struct np_nt *machine = np_nt_open(&settings);
        assert_non_null(machine);
        assert_true(reserved < space / 2 + (UINT64_C(1) << 29)); /* the program has some left */
        give_back(allocate(1, 0));
        close_clean(machine);
    }
    settings.messages = fmemopen(message, sizeof message, "w");
    space = UINT64_C(400) << 20;
    reserved = 0;
    assert_null(np_nt_open(&settings));
    space = UINT64_C(100) << 20;
    reserved = 0;
    assert_null(np_nt_open(&settings));
    space = 0;
    fclose(settings.messages);
    assert_non_null(strstr(message, "bytes of address space (RLIMIT_AS): Cannot allocate memory"));
    assert_non_null(strstr(message, "physical memory, a file of"));
}

/* What is counted needs no memory; the leaks one by one do. */
static void a_report_without_memory(void **state)
{
    struct np_nt *machine = open_small();
    static char said[65536];
    uint64_t points = 0;
    (void)state;
    PMDL mdl = allocate(2, 0);
    FILE *to = fmemopen(said, sizeof said, "w");
    setbuf(to, NULL);
    for (bool done = false; !done; points++) {
        rewind(to);
        memset(said, 0, sizeof said);
        countdown = points + 1;
        np_nt_report(machine, to);
        done = countdown != 0;
        countdown = 0;
        assert_non_null(strstr(said, "nodepages: 1 leak, 0 violations\n"));
        if (done) assert_non_null(strstr(said, "leak: 1 MDL of 2 pages"));
    }
    fclose(to);
    assert_true(points > 4);
    give_back(mdl);
    close_clean(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thing_fails_once),      cmocka_unit_test(pool_fails_once),
        cmocka_unit_test(a_machine_fails_to_be_made), cmocka_unit_test(less_address_space_is_a_smaller_arena),
        cmocka_unit_test(a_report_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
