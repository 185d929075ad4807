/* SPDX-License-Identifier: MIT */
/*
 * The host refuses one call: is interrupted, is full, or has no memory. The linker puts the functions here between the layer
 * and the host (--wrap).
 */
#include "nt.h"

#include "../../src/nt/machine.h"
#include "../../src/nt/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* The next calls of a function that fail, and how. */
struct refusal {
    unsigned times;
    int error; /* 0: the call does nothing */
};

static struct refusal of_pread, of_pwrite, of_flock, of_write, of_memstream, of_fclose, of_wait, of_map, of_protect,
    of_copy;

static bool refused(struct refusal *refusal)
{
    if (refusal->times == 0) return false;
    refusal->times--;
    errno = refusal->error;
    return true;
}

static ssize_t failure(const struct refusal *refusal)
{
    return refusal->error == 0 ? 0 : -1;
}

ssize_t __real_pread(int file, void *bytes, size_t size, off_t offset);
ssize_t __wrap_pread(int file, void *bytes, size_t size, off_t offset);
ssize_t __wrap_pread(int file, void *bytes, size_t size, off_t offset)
{
    return refused(&of_pread) ? failure(&of_pread) : __real_pread(file, bytes, size, offset);
}

ssize_t __real_pwrite(int file, const void *bytes, size_t size, off_t offset);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t offset);
ssize_t __wrap_pwrite(int file, const void *bytes, size_t size, off_t offset)
{
    return refused(&of_pwrite) ? failure(&of_pwrite) : __real_pwrite(file, bytes, size, offset);
}

int __real_flock(int file, int operation);
int __wrap_flock(int file, int operation);
int __wrap_flock(int file, int operation)
{
    return refused(&of_flock) ? -1 : __real_flock(file, operation);
}

ssize_t __real_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size)
{
    return refused(&of_write) ? failure(&of_write) : __real_write(file, bytes, size);
}

FILE *__real_open_memstream(char **text, size_t *size);
FILE *__wrap_open_memstream(char **text, size_t *size);
FILE *__wrap_open_memstream(char **text, size_t *size)
{
    return refused(&of_memstream) ? NULL : __real_open_memstream(text, size);
}

int __real_fclose(FILE *file);
int __wrap_fclose(FILE *file);
int __wrap_fclose(FILE *file)
{
    const int closed = __real_fclose(file);
    return refused(&of_fclose) ? EOF : closed;
}

int __real_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *time);
int __wrap_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *time);
int __wrap_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *time)
{
    return refused(&of_wait) ? -1 : __real_sigtimedwait(set, info, time);
}

void *__real_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    return refused(&of_map) ? MAP_FAILED : __real_mmap(address, size, protection, flags, file, offset);
}

int __real_mprotect(void *address, size_t size, int protection);
int __wrap_mprotect(void *address, size_t size, int protection);
int __wrap_mprotect(void *address, size_t size, int protection)
{
    return refused(&of_protect) ? -1 : __real_mprotect(address, size, protection);
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
    return refused(&of_copy) ? NULL : __real_strdup(text);
}

/* ---- Physical memory ---- */

static void an_interrupted_call_is_made_again(void **state)
{
    struct np_nt *machine = open_small();
    char word[8] = "written";
    (void)state;
    of_pwrite = (struct refusal){2, EINTR};
    assert_true(np_nt_write_physical(machine, FIRST_PAGE * PAGE_SIZE, word, sizeof word));
    memset(word, 0, sizeof word);
    of_pread = (struct refusal){2, EINTR};
    of_wait = (struct refusal){1, EINTR};
    assert_true(np_nt_read_physical(machine, FIRST_PAGE * PAGE_SIZE, word, sizeof word));
    assert_string_equal(word, "written");
    close_clean(machine);
}

static void memory_that_cannot_be_read_or_written(void **state)
{
    struct np_nt *machine = open_small();
    char word[8] = "written";
    (void)state;
    for (int error = 0; error <= EIO; error += EIO) {
        of_pwrite = (struct refusal){1, error};
        assert_false(np_nt_write_physical(machine, FIRST_PAGE * PAGE_SIZE, word, sizeof word));
        of_pread = (struct refusal){1, error};
        assert_false(np_nt_read_physical(machine, FIRST_PAGE * PAGE_SIZE, word, sizeof word));
        assert_int_equal(of_pwrite.times + of_pread.times, 0);
    }
    close_clean(machine);
}

/* What is behind the end of a block can't be looked at, and nobody is blamed. */
static void the_end_of_a_block_that_cannot_be_read(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    char *block = MmAllocateContiguousMemory(100, at(UINT64_MAX));
    memset(block, 1, 200);
    of_pread = (struct refusal){1, EIO};
    MmFreeContiguousMemory(block);
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

static void memory_that_cannot_be_filled(void **state)
{
    struct np_nt_settings settings = small_settings();
    (void)state;
    settings.pattern = 0xa5;
    struct np_nt *machine = np_nt_open(&settings);
    for (unsigned page = 0; page < 2; page++) {
        of_pwrite = (struct refusal){1, ENOSPC};
        const void *got = page == 0 ? (void *)allocate(9, MM_DONT_ZERO_ALLOCATION)
                                    : MmAllocateContiguousMemory(9 * PAGE_SIZE, at(UINT64_MAX));
        assert_null(got);
        assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_SYSTEM);
        assert_int_equal(of_pwrite.times, 0);
    }
    close_clean(machine);
}

/* A signal of somebody else's that waits goes on waiting. */
static void a_signal_that_waits_is_left(void **state)
{
    struct np_nt *machine = open_small();
    sigset_t one, before, pending;
    (void)state;
    sigemptyset(&one);
    sigaddset(&one, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &one, &before);
    raise(SIGXFSZ);
    char word[8] = "written";
    assert_true(np_nt_write_physical(machine, FIRST_PAGE * PAGE_SIZE, word, sizeof word));
    sigpending(&pending);
    assert_int_equal(sigismember(&pending, SIGXFSZ), 1);
    assert_int_equal(sigtimedwait(&one, NULL, &(struct timespec){0}), SIGXFSZ);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close_clean(machine);
}

/* ---- Addresses ---- */

/* They are not used again, and fault or not as the host leaves them; nothing else is lost. */
static void addresses_that_cannot_be_cleared(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(1, 0);
    char *address = map(mdl);
    of_map = (struct refusal){3, ENOMEM}; /* and the spare mapping is not made again */
    of_protect = (struct refusal){1, ENOMEM};
    MmUnmapLockedPages(address, mdl);
    assert_int_equal(of_map.times + of_protect.times, 0);
    address = map(mdl);
    of_map = (struct refusal){2, ENOMEM};
    MmUnmapLockedPages(address, mdl);
    assert_int_equal(watch.count, 0);
    for (unsigned i = 0; i < 100; i++) {
        char *again = map(mdl);
        assert_ptr_not_equal(again, address);
        MmUnmapLockedPages(again, mdl);
    }
    give_back(mdl);
    close_clean(machine);
}

/* ---- Settings ---- */

static void a_name_that_there_is_no_memory_for(void **state)
{
    struct np_nt_settings settings = small_settings();
    char message[256] = "";
    (void)state;
    settings.map_text = NULL;
    settings.map = "no/such/map";
    settings.messages = fmemopen(message, sizeof message, "w");
    of_copy = (struct refusal){1, ENOMEM};
    assert_null(np_nt_open(&settings));
    fclose(settings.messages);
    assert_string_equal(message, "nodepages: out of memory\n");
}

/* ---- The report ---- */

static char report_name[] = "/tmp/nodepages-report-XXXXXX";
static char said[16384];

/* Closes a machine whose report goes to a file. @return what is in the file; what is on standard error is in `said` */
static const char *report_of(void)
{
    static char text[16384];
    struct np_nt_settings settings = small_settings();
    const int file = mkstemp(report_name), mine = dup(STDERR_FILENO), theirs = memfd_create("said", 0);
    assert_true(file >= 0 && mine >= 0 && theirs >= 0);
    settings.report = report_name;
    struct np_nt *machine = np_nt_open(&settings);
    assert_non_null(machine);
    fflush(stderr);
    dup2(theirs, STDERR_FILENO);
    assert_int_equal(np_nt_close(machine), 0);
    fflush(stderr);
    dup2(mine, STDERR_FILENO);
    const ssize_t got = __real_pread(file, text, sizeof text - 1, 0),
                  heard = __real_pread(theirs, said, sizeof said - 1, 0);
    assert_true(got >= 0 && heard >= 0);
    text[got] = said[heard] = '\0';
    close(file);
    close(mine);
    close(theirs);
    unlink(report_name);
    strcpy(report_name, "/tmp/nodepages-report-XXXXXX");
    return text;
}

static void a_report_that_is_interrupted(void **state)
{
    (void)state;
    of_flock = (struct refusal){1, EINTR};
    of_write = (struct refusal){2, EINTR};
    assert_non_null(strstr(report_of(), "0 leaks, 0 violations"));
    assert_string_equal(said, "");
    assert_int_equal(of_flock.times + of_write.times, 0);
}

/* A file that can't be locked is written as it is. */
static void a_report_that_is_not_locked(void **state)
{
    (void)state;
    of_flock = (struct refusal){2, ENOLCK};
    assert_non_null(strstr(report_of(), "0 leaks, 0 violations"));
    assert_string_equal(said, "");
}

static void a_report_that_is_not_written_follows_its_message(void **state)
{
    struct refusal *const refusals[] = {&of_write, &of_memstream, &of_fclose};
    (void)state;
    for (unsigned i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        *refusals[i] = (struct refusal){1, EIO};
        assert_string_equal(report_of(), "");
        assert_non_null(strstr(said, "cannot write the report: Input/output error; it follows here"));
        assert_non_null(strstr(said, "0 leaks, 0 violations"));
        assert_int_equal(refusals[i]->times, 0);
    }
    of_write = (struct refusal){1, 0};
    assert_string_equal(report_of(), "");
    assert_non_null(strstr(said, "it follows here"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupted_call_is_made_again),
        cmocka_unit_test(memory_that_cannot_be_read_or_written),
        cmocka_unit_test(the_end_of_a_block_that_cannot_be_read),
        cmocka_unit_test(memory_that_cannot_be_filled),
        cmocka_unit_test(a_signal_that_waits_is_left),
        cmocka_unit_test(addresses_that_cannot_be_cleared),
        cmocka_unit_test(a_name_that_there_is_no_memory_for),
        cmocka_unit_test(a_report_that_is_interrupted),
        cmocka_unit_test(a_report_that_is_not_locked),
        cmocka_unit_test(a_report_that_is_not_written_follows_its_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
