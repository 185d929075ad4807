/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "machine.h"

#include "../host/message.h"
#include "descriptor.h"
#include "fault.h"
#include "hosts.h"
#include "reserve.h"
#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The machine that the routines work on. */
static struct np_nt *_Atomic current;

/* For the machine of a program that makes none. */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
static struct np_nt *made;
static bool refused; /* it could not be made, and the program is at its end */

/* The machines that are open; and the reports, which are appended one at a time and once. */
static pthread_mutex_t listing = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t reporting = PTHREAD_MUTEX_INITIALIZER;
static struct np_nt *opened;

/* ---- Address space ---- */

#define MOST_PAGES (UINT64_C(1) << 26) /* of the arena: 256 GiB */
#define FEWEST_PAGES (UINT64_C(1) << 16)
#define FEWEST_RECORDS (UINT64_C(1) << 14)
#define ENOUGH_RECORDS (UINT64_C(1) << 20) /* however small the machine is */

/** How much is reserved of what grows with what a driver does. */
struct room {
    uint64_t pages; /* of the arena */
    uint64_t records;
};

/** The power of two that is at least `value`, inside limits that are powers of two. */
static uint64_t power_within(uint64_t value, uint64_t least, uint64_t most)
{
    uint64_t power = least;
    while (power < value && power < most)
        power *= 2;
    return power;
}

/**
 * What a machine needs: each page may be mapped with a guard on either side, and an address is to stay unused for a
 * while.
 */
static struct room room_for(uint64_t positions)
{
    return (struct room){.pages = power_within(8 * positions, FEWEST_PAGES, MOST_PAGES),
                         .records = power_within(8 * positions, ENOUGH_RECORDS, NP_NT_MAX_RECORDS)};
}

static uint64_t bytes_of(const struct room *room)
{
    return np_nt_arena_bytes(room->pages) + np_nt_ledger_bytes((uint32_t)room->records);
}

static bool is_least(const struct room *room)
{
    return room->pages == FEWEST_PAGES && room->records == FEWEST_RECORDS;
}

/** Half of it, so that less always follows from less. */
static void halve(struct room *room)
{
    if (room->pages > FEWEST_PAGES) room->pages /= 2;
    if (room->records > FEWEST_RECORDS) room->records /= 2;
}

static bool reserve(struct np_nt *machine, const struct room *room)
{
    if (!np_nt_arena_open(&machine->arena, room->pages)) return false;
    if (np_nt_ledger_open(&machine->ledger, (uint32_t)room->records)) return true;
    const int error = errno;
    np_nt_arena_close(&machine->arena);
    errno = error;
    return false;
}

/** Reserves what the machine needs or, where the host has less, what it has: at most half of a limit is for us. */
static bool reserve_some(struct np_nt *machine, struct room *room)
{
    struct rlimit limit = {.rlim_cur = RLIM_INFINITY};
    getrlimit(RLIMIT_AS, &limit);
    *room = room_for((uint64_t)machine->core.free.positions);
    while (!is_least(room) && bytes_of(room) > limit.rlim_cur / 2)
        halve(room);
    while (!reserve(machine, room)) {
        if (is_least(room)) return false;
        halve(room);
    }
    return true;
}

static void refuse(const struct np_nt_settings *settings, const char *what)
{
    np_complain(settings->messages, NULL, 0, "cannot create the test machine: %s: %s", what, strerror(errno));
}

/** Makes what a machine has besides the core. False with a message, and nothing is left. */
static bool furnish(struct np_nt *machine)
{
    const struct np_nt_settings *settings = &machine->settings;
    const uint64_t positions = (uint64_t)machine->core.free.positions;
    struct room room;
    char what[256];
    if (!np_nt_memory_open(&machine->memory, positions)) {
        snprintf(what, sizeof what,
                 "physical memory, a file of %" PRIu64 " bytes (RLIMIT_FSIZE) and %" PRIu64
                 " bytes of address space (RLIMIT_AS)",
                 positions * NP_PAGE_SIZE, np_nt_memory_bytes(positions));
        refuse(settings, what);
        return false;
    }
    if (reserve_some(machine, &room)) {
        np_nt_reserve_spare();
        return true;
    }
    snprintf(what, sizeof what, "%" PRIu64 " bytes of address space (RLIMIT_AS)", bytes_of(&room));
    refuse(settings, what);
    np_nt_memory_close(&machine->memory);
    return false;
}

/* ---- Fork ---- */

static _Thread_local bool holds_stacks, holds_books;

/**
 * Holds the records of all machines: what a child finds in them is whole. Not when this thread is in the middle of a
 * change itself, where a handler of a signal may fork.
 */
static void hold_books(void)
{
    holds_books = !np_nt_this_thread()->locked;
    for (struct np_nt *machine = opened; holds_books && machine != NULL; machine = machine->next)
        pthread_mutex_lock(&machine->lock);
}

static void let_go_of_books(void)
{
    for (struct np_nt *machine = opened; holds_books && machine != NULL; machine = machine->next)
        pthread_mutex_unlock(&machine->lock);
}

/* A child is a program of its own: it inherits no machine. */
static void before_fork(void)
{
    pthread_mutex_lock(&making);
    pthread_mutex_lock(&listing);
    pthread_mutex_lock(&reporting);
    hold_books();
    np_nt_fault_hold();
    holds_stacks = np_nt_stack_hold();
}

static void after_fork(bool child)
{
    if (holds_stacks) np_nt_stack_release(child);
    np_nt_fault_let_go(child);
    if (!child) let_go_of_books();
    pthread_mutex_unlock(&reporting);
    pthread_mutex_unlock(&listing);
    pthread_mutex_unlock(&making);
}

static void in_parent(void)
{
    after_fork(false);
}

/** Takes the memory of a machine from the child; its records stay, for whoever still asks, as they were. */
static void leave_to_parent(struct np_nt *machine)
{
    np_nt_ours(machine); /* the program may have no pointer to it */
    machine->inherited = true;
    np_nt_seal(machine->arena.base, machine->arena.pages * NP_PAGE_SIZE);
    close(machine->memory.descriptor);
    machine->memory.descriptor = -1;
    pthread_mutex_init(&machine->lock, NULL); /* held by this thread or, rarely, by one that is not here */
}

static void in_child(void)
{
    for (struct np_nt *machine = opened; machine != NULL; machine = machine->next)
        leave_to_parent(machine);
    opened = NULL;
    made = NULL;
    atomic_store(&current, NULL);
    np_nt_this_thread()->locked = false;
    after_fork(true);
}

static void watch_forks(void)
{
    pthread_atfork(before_fork, in_parent, in_child);
}

static void enlist(struct np_nt *machine)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&listing);
    machine->next = opened;
    opened = machine;
    pthread_mutex_unlock(&listing);
}

static void strike_out(const struct np_nt *machine)
{
    pthread_mutex_lock(&listing);
    struct np_nt **at = &opened;
    while (*at != machine)
        at = &(*at)->next;
    *at = machine->next;
    pthread_mutex_unlock(&listing);
}

/* ---- Machines ---- */

/** Whether the report can be written at the end: what a program did must not be lost. False with a message. */
static bool check_report(const struct np_nt_settings *settings)
{
    if (settings->report == NULL) return true;
    const int descriptor = np_nt_append_to(settings->report);
    if (descriptor == -1) {
        np_complain(settings->messages, NULL, 0, "cannot write the report to '%s': %s", settings->report,
                    strerror(errno));
        return false;
    }
    close(descriptor);
    return true;
}

/** Takes page frame 0 out: physical address 0 is what drivers, and MmGetPhysicalAddress, take for nothing. */
static void reserve_frame_0(struct np_layout *layout)
{
    if (layout->count == 0 || layout->ranges[0].first != 0) return;
    layout->ranges[0].first = 1;
    layout->ranges[0].pages--;
    if (layout->ranges[0].pages != 0) return;
    layout->count--;
    memmove(layout->ranges, layout->ranges + 1, layout->count * sizeof *layout->ranges);
}

struct np_nt *np_nt_open_layout(struct np_layout *layout, const struct np_nt_settings *settings)
{
    struct np_nt *machine = calloc(1, sizeof *machine);
    if (machine == NULL) {
        refuse(settings, "the machine");
        np_layout_free(layout);
        return NULL;
    }
    machine->layout = *layout;
    machine->settings = *settings;
    reserve_frame_0(&machine->layout);
    if (!check_report(settings)) {
        np_layout_free(&machine->layout);
        free(machine);
        return NULL;
    }
    if (!np_layout_setup(&machine->layout, settings->messages, &machine->core, &machine->storage)) {
        np_layout_free(&machine->layout);
        free(machine);
        return NULL;
    }
    if (!furnish(machine)) {
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
        if (record->kind == NP_NT_RECORD_MDL || record->kind == NP_NT_RECORD_IO_MDL ||
            record->kind == NP_NT_RECORD_POOL)
            free((void *)(uintptr_t)record->address);
}

/** Writes the report to a file in one piece. False with errno. */
static bool write_report(struct np_nt *machine, const char *name)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (to != NULL) np_nt_report(machine, to);
    bool written = to != NULL && fclose(to) == 0;
    const int descriptor = written ? np_nt_append_to(name) : -1;
    written = descriptor != -1 && np_nt_write_whole(descriptor, text, size);
    const int error = errno;
    if (descriptor != -1) close(descriptor);
    free(text);
    errno = error;
    return written;
}

/** Appends the report to the file that the settings name; to standard error where that can't be. */
static void append_report(struct np_nt *machine)
{
    const char *name = machine->settings.report;
    struct np_nt_quiet quiet;
    pthread_mutex_lock(&reporting);
    if (name != NULL && !machine->reported) {
        machine->reported = true;
        np_nt_quiet_begin(&quiet);
        if (!write_report(machine, name)) {
            np_complain(stderr, name, 0, "cannot write the report: %s; it follows here", strerror(errno));
            np_nt_report(machine, stderr);
        }
        np_nt_quiet_end(&quiet);
    }
    pthread_mutex_unlock(&reporting);
}

void np_nt_stop(struct np_nt *machine)
{
    append_report(machine);
    abort();
}

uint64_t np_nt_close(struct np_nt *machine)
{
    if (machine->inherited) return 0; /* its parent closes it */
    const uint64_t leaks = np_nt_leaks(machine, NULL, 0);
    append_report(machine);
    strike_out(machine);
    struct np_nt *self = machine;
    atomic_compare_exchange_strong(&current, &self, NULL);
    if (machine == made) made = NULL;
    np_nt_fault_release();
    free_pool(machine);
    np_nt_slots_free(&machine->slots);
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

/**
 * At the end of a program that made no machine: its report, or what leaked. After all that the program does at its end,
 * which may free memory; and nothing is freed here, for other threads may be inside of routines.
 */
__attribute__((destructor(101))) static void at_end(void)
{
    pthread_mutex_lock(&making);
    struct np_nt *machine = made;
    pthread_mutex_unlock(&making);
    if (machine == NULL) return;
    if (machine->settings.report == NULL && (np_nt_leaks(machine, NULL, 0) != 0 || np_nt_violations(machine) != 0))
        np_nt_report(machine, stderr);
    append_report(machine);
}

/** Ends a program whose machine can't be made; what it does at its end may call routines again. */
__attribute__((noreturn)) static void end_without(bool again)
{
    if (!again) exit(2);
    fflush(NULL);
    _exit(2);
}

/** Makes a machine as the environment says, or ends the program. */
static struct np_nt *make(void)
{
    struct np_nt_settings settings = np_nt_settings_default();
    pthread_mutex_lock(&making);
    const bool again = refused;
    struct np_nt *machine = atomic_load(&current);
    if (machine == NULL && !refused) {
        if (np_nt_settings_from_environment(&settings)) machine = np_nt_open(&settings);
        if (machine != NULL) made = machine;
        refused = machine == NULL;
    }
    pthread_mutex_unlock(&making); /* exit runs what the program does at its end */
    if (machine == NULL) end_without(again);
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
    return atomic_exchange(&current, machine != NULL && machine->inherited ? NULL : machine);
}

__attribute__((weak)) void __lsan_ignore_object(const void *object);

void *np_nt_ours(void *memory)
{
    if (memory != NULL && __lsan_ignore_object != NULL) __lsan_ignore_object(memory);
    return memory;
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
