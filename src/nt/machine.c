#include "machine.h"

#include "../host/message.h"
#include "fault.h"
#include "hosts.h"
#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The machine that the routines work on. */
static struct np_nt *_Atomic current;

/* For the machine of a program that makes none. */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
static struct np_nt *made;

static void refuse(const struct np_nt_settings *settings, const char *what)
{
    np_complain(settings->messages, NULL, 0, "the test machine can't be made: %s: %s", what, strerror(errno));
}

/** Makes what a machine has beside the core. False with a message, and nothing is left. */
static bool furnish(struct np_nt *machine)
{
    const struct np_nt_settings *settings = &machine->settings;
    if (!np_nt_memory_open(&machine->memory, (uint64_t)machine->core.free.positions)) {
        refuse(settings, "physical memory");
        return false;
    }
    if (np_nt_arena_open(&machine->arena)) {
        if (np_nt_ledger_open(&machine->ledger)) return true;
        refuse(settings, "the ledger");
        np_nt_arena_close(&machine->arena);
    } else {
        refuse(settings, "system address space");
    }
    np_nt_memory_close(&machine->memory);
    return false;
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

/** Appends the report to the file that the settings name. */
static void append_report(struct np_nt *machine)
{
    FILE *to = machine->settings.report == NULL ? NULL : fopen(machine->settings.report, "a");
    if (to == NULL) return;
    np_nt_report(machine, to);
    fclose(to);
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
    if (machine == made) made = NULL;
    np_nt_fault_release();
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

/** At the end of a program that made no machine: its report, or what leaked. */
static void at_end(void)
{
    if (made == NULL) return;
    if (made->settings.report == NULL && (np_nt_leaks(made, NULL, 0) != 0 || np_nt_violations(made) != 0))
        np_nt_report(made, stderr);
    np_nt_close(made);
}

/** Makes a machine as the environment says, or ends the program. */
static struct np_nt *make(void)
{
    struct np_nt_settings settings = np_nt_settings_default();
    pthread_mutex_lock(&making);
    struct np_nt *machine = atomic_load(&current);
    if (machine == NULL) {
        if (!np_nt_settings_from_environment(&settings) || (machine = np_nt_open(&settings)) == NULL) exit(2);
        if (made == NULL) atexit(at_end);
        made = machine;
    }
    pthread_mutex_unlock(&making);
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
