#define _GNU_SOURCE 1

#include "machine.h"

#include "../host/descriptor.h"
#include "../host/message.h"
#include "fault.h"
#include "hosts.h"
#include "settings.h"

#include "reserve.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* The machine that the routines work on. */
static struct np_nt *_Atomic current;

/* Held while the machine of a program that makes none is made; for that machine and the list of all. In this order. */
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
static struct np_nt *made;
static struct np_nt *all;
static struct np_nt *inherited; /* in a child of fork: those of its parent, which it may not use */

/* ---- fork: a child is a program of its own, and inherits no machine ---- */

static void before_fork(void)
{
    pthread_mutex_lock(&one);
    pthread_mutex_lock(&making);
    np_nt_fault_lock();
    for (struct np_nt *machine = all; machine != NULL; machine = machine->next)
        pthread_mutex_lock(&machine->lock);
}

static void unlock_rest(void)
{
    np_nt_fault_unlock();
    pthread_mutex_unlock(&making);
    pthread_mutex_unlock(&one);
}

static void unlock_all(void)
{
    for (struct np_nt *machine = all; machine != NULL; machine = machine->next)
        pthread_mutex_unlock(&machine->lock);
    unlock_rest();
}

/** The child has no pages of its parent, nor its report to write. */
static void after_fork(void)
{
    for (struct np_nt *machine = all; machine != NULL; machine = machine->next) {
        np_nt_seal(machine->arena.base, machine->arena.pages * NP_PAGE_SIZE);
        close(machine->memory.descriptor);
        if (machine->report != -1) close(machine->report);
        machine->memory.descriptor = machine->report = -1;
        pthread_mutex_unlock(&machine->lock);
    }
    struct np_nt **end = &all;
    while (*end != NULL)
        end = &(*end)->next;
    *end = inherited; /* of a parent that was a child itself */
    inherited = all;
    all = NULL;
    made = NULL;
    atomic_store(&current, NULL);
    unlock_rest();
}

static void watch_forks(void)
{
    pthread_atfork(before_fork, unlock_all, after_fork);
}

static void enlist(struct np_nt *machine)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&making);
    machine->next = all;
    all = machine;
    pthread_mutex_unlock(&making);
}

static void delist(struct np_nt *machine)
{
    pthread_mutex_lock(&making);
    struct np_nt **at = &all;
    while (*at != NULL && *at != machine)
        at = &(*at)->next;
    if (*at != NULL) *at = machine->next;
    if (machine == made) made = NULL;
    pthread_mutex_unlock(&making);
}

/** Says what is missing and, where it is known, how many bytes of it. */
static void refuse(const struct np_nt_settings *settings, const char *what, uint64_t bytes)
{
    const int error = errno;
    if (bytes != 0)
        np_complain(settings->messages, NULL, 0, "the test machine can't be made: %s, %" PRIu64 " bytes of it: %s",
                    what, bytes, strerror(error));
    else
        np_complain(settings->messages, NULL, 0, "the test machine can't be made: %s: %s", what, strerror(error));
}

/** Makes what a machine has beside the core. False with a message, and nothing is left. */
static bool furnish(struct np_nt *machine)
{
    const struct np_nt_settings *settings = &machine->settings;
    if (!np_nt_memory_open(&machine->memory, (uint64_t)machine->core.free.positions)) {
        refuse(settings, "physical memory",
               (uint64_t)machine->core.free.positions * (NP_PAGE_SIZE + sizeof *machine->memory.notes + 1));
        return false;
    }
    if (np_nt_arena_open(&machine->arena)) {
        if (np_nt_ledger_open(&machine->ledger)) return true;
        refuse(settings, "the ledger", 0);
        np_nt_arena_close(&machine->arena);
    } else {
        refuse(settings, "system address space", NP_NT_ARENA_LEAST);
    }
    np_nt_memory_close(&machine->memory);
    return false;
}

/** Opens the file that the settings name for the report: what a program did must not be lost at its end. False with a message. */
static bool open_report(struct np_nt *machine)
{
    const struct np_nt_settings *settings = &machine->settings;
    machine->report = -1;
    if (settings->report == NULL) return true;
    machine->report = np_above_standard(open(settings->report, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
    if (machine->report != -1) return true;
    np_complain(settings->messages, NULL, 0, "the report can't be written to '%s': %s", settings->report,
                strerror(errno));
    return false;
}

struct np_nt *np_nt_open_layout(struct np_layout *layout, const struct np_nt_settings *settings)
{
    struct np_nt *machine = calloc(1, sizeof *machine);
    if (machine == NULL) {
        refuse(settings, "the machine", sizeof *machine);
        np_layout_free(layout);
        return NULL;
    }
    machine->layout = *layout;
    machine->settings = *settings;
    if (!open_report(machine)) {
        np_layout_free(&machine->layout);
        free(machine);
        return NULL;
    }
    if (!np_layout_setup(&machine->layout, settings->messages, &machine->core, &machine->storage)) {
        np_layout_free(&machine->layout);
        if (machine->report != -1) close(machine->report);
        free(machine);
        return NULL;
    }
    if (!furnish(machine)) {
        if (machine->report != -1) close(machine->report);
        np_storage_free(&machine->storage);
        np_layout_free(&machine->layout);
        free(machine);
        return NULL;
    }
    if (!np_nt_bind(&machine->memory, &machine->layout, &machine->core))
        np_complain(settings->messages, NULL, 0, "warning: memory is not bound to the nodes of the host: %s",
                    strerror(errno));
    pthread_mutex_init(&machine->lock, NULL);
    enlist(machine);
    np_nt_fault_catch();
    np_nt_use(machine);
    return machine;
}

struct np_nt *np_nt_open(const struct np_nt_settings *settings)
{
    struct np_layout layout;
    return np_nt_read_map(settings, &layout) ? np_nt_open_layout(&layout, settings) : NULL;
}

/** Frees what live records of pool memory have leaked: the MDLs and lists themselves. */
static void free_pool(struct np_nt *machine)
{
    const struct np_nt_record *record = NULL;
    while ((record = np_nt_ledger_next(&machine->ledger, record)) != NULL)
        if (record->kind == NP_NT_RECORD_MDL || record->kind == NP_NT_RECORD_POOL)
            free((void *)(uintptr_t)record->address);
}

/** Writes all of it, and nothing of another program that ends at the same time between. */
static bool write_whole(int descriptor, const char *text, size_t size)
{
    bool fine = true;
    while (flock(descriptor, LOCK_EX) == -1 && errno == EINTR)
        ;
    while (fine && size != 0) {
        const ssize_t written = write(descriptor, text, size);
        if (written > 0) {
            text += written;
            size -= (size_t)written;
        } else if (written == 0 || errno != EINTR) {
            fine = false;
        }
    }
    const int error = errno;
    flock(descriptor, LOCK_UN);
    errno = error;
    return fine;
}

/** Appends the report to the file that the settings name. */
static void append_report(struct np_nt *machine)
{
    char *text = NULL;
    size_t size = 0;
    if (machine->report == -1) return;
    FILE *to = open_memstream(&text, &size);
    if (to != NULL) np_nt_report(machine, to);
    if (to == NULL || fclose(to) != 0 || !write_whole(machine->report, text, size))
        np_complain(stderr, NULL, 0, "the report is lost: '%s': %s", machine->settings.report, strerror(errno));
    free(text);
}

void np_nt_stop(struct np_nt *machine)
{
    append_report(machine);
    abort();
}

uint64_t np_nt_close(struct np_nt *machine)
{
    const uint64_t leaks = np_nt_leaks(machine, NULL, 0);
    append_report(machine);
    struct np_nt *self = machine;
    atomic_compare_exchange_strong(&current, &self, NULL);
    delist(machine);
    np_nt_fault_release();
    if (machine->report != -1) close(machine->report);
    free_pool(machine);
    np_nt_ledger_close(&machine->ledger);
    np_nt_arena_close(&machine->arena);
    np_nt_memory_close(&machine->memory);
    np_nt_removed_free(&machine->removed);
    np_storage_free(&machine->storage);
    np_layout_free(&machine->layout);
    pthread_mutex_destroy(&machine->lock);
    free(machine);
    return leaks;
}

/** Whether this process has no other thread. */
static bool alone(void)
{
    unsigned threads = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL) return false;
    for (const struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks))
        threads += entry->d_name[0] != '.';
    closedir(tasks);
    return threads == 1;
}

/**
 * At the end of a program that made no machine: its report, or what leaked. After all that the program does at its end
 * itself. Where other threads are left, which may be inside routines, nothing is freed.
 */
__attribute__((destructor)) static void at_end(void)
{
    struct np_nt *machine = made;
    if (machine == NULL) return;
    if (machine->report == -1 && (np_nt_leaks(machine, NULL, 0) != 0 || np_nt_violations(machine) != 0))
        np_nt_report(machine, stderr);
    if (alone())
        np_nt_close(machine);
    else
        append_report(machine);
}

/** Makes a machine as the environment says, or ends the program. */
static struct np_nt *make(void)
{
    struct np_nt_settings settings = np_nt_settings_default();
    pthread_mutex_lock(&one);
    struct np_nt *machine = atomic_load(&current);
    if (machine == NULL) {
        if (!np_nt_settings_from_environment(&settings) || (machine = np_nt_open(&settings)) == NULL) {
            /* Not by exit: what the program does at its end may call routines, and would come here again. */
            fflush(NULL);
            _exit(2);
        }
        pthread_mutex_lock(&making);
        made = machine;
        pthread_mutex_unlock(&making);
    }
    pthread_mutex_unlock(&one);
    return machine;
}

struct np_nt *np_nt_current(void)
{
    struct np_nt *machine = atomic_load_explicit(&current, memory_order_acquire);
    return machine != NULL ? machine : make();
}

struct np_nt *np_nt_enter(const void *caller)
{
    np_nt_this_thread()->caller = caller;
    return np_nt_current();
}

struct np_nt *np_nt_current_or_null(void)
{
    return atomic_load_explicit(&current, memory_order_acquire);
}

struct np_nt *np_nt_use(struct np_nt *machine)
{
    return atomic_exchange(&current, machine);
}

uint64_t np_nt_ask_for_pages(const struct np_nt *machine, uint32_t node, uint64_t shortfall)
{
    struct np_nt_thread *thread = np_nt_this_thread();
    const void *caller = thread->caller; /* the callback may call routines itself */
    const uint64_t pages = machine->settings.reclaim(machine->settings.reclaim_context, node, shortfall);
    thread->caller = caller;
    return pages;
}

void np_nt_count_allocated(struct np_nt *machine, uint64_t pages)
{
    machine->allocated += pages;
    if (machine->allocated > machine->peak) machine->peak = machine->allocated;
}

void np_nt_set_scarcity(struct np_nt *machine, const struct np_nt_scarcity *scarcity)
{
    np_nt_lock(machine);
    machine->settings.scarcity = *scarcity;
    machine->calls = 0;
    for (unsigned r = 0; r < NP_NT_ROUTINES; r++)
        machine->tally[r] = (struct np_nt_tally){0};
    np_nt_unlock(machine);
}

void np_nt_set_violation_handler(struct np_nt *machine, np_nt_violation_handler *handler, void *context)
{
    machine->settings.on_violation = handler;
    machine->settings.violation_context = context;
}

void np_nt_set_reclaim(struct np_nt *machine, np_nt_reclaim *reclaim, void *context)
{
    machine->settings.reclaim = reclaim;
    machine->settings.reclaim_context = context;
}
