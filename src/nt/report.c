/* SPDX-License-Identifier: MIT */
/*
 * What there is to say of a machine: pages in use, calls, leaks.
 */
#include "machine.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

uint64_t np_nt_calls(const struct np_nt *machine, enum np_nt_routine routine)
{
    struct np_nt *m = (struct np_nt *)(uintptr_t)machine;
    np_nt_lock(m);
    const uint64_t calls = m->tally[routine].calls;
    np_nt_unlock(m);
    return calls;
}

uint64_t np_nt_violations(const struct np_nt *machine)
{
    return atomic_load(&((struct np_nt *)(uintptr_t)machine)->violations);
}

struct np_nt_use np_nt_page_use(struct np_nt *machine)
{
    np_nt_lock(machine);
    const struct np_census census = np_count_pages(&machine->core);
    const struct np_nt_use use = {.nodes = machine->layout.nodes,
                                  .present = census.present,
                                  .free = census.free,
                                  .allocated = census.allocated,
                                  .removed = census.removed,
                                  .peak = machine->peak,
                                  .mapped = machine->mapped,
                                  .backed = np_nt_memory_backed(&machine->memory)};
    np_nt_unlock(machine);
    return use;
}

/* ---- Leaks ---- */

static int by_age(const void *left, const void *right)
{
    const struct np_nt_record *a = *(struct np_nt_record *const *)left, *b = *(struct np_nt_record *const *)right;
    return (a->serial > b->serial) - (a->serial < b->serial);
}

static struct np_nt_leak leak_of(const struct np_nt_record *record)
{
    static const enum np_nt_leak_kind kinds[] = {
        [NP_NT_RECORD_MDL] = NP_NT_LEAK_MDL,          [NP_NT_RECORD_BLOCK] = NP_NT_LEAK_BLOCK,
        [NP_NT_RECORD_MAPPING] = NP_NT_LEAK_MAPPING,  [NP_NT_RECORD_POOL] = NP_NT_LEAK_POOL,
        [NP_NT_RECORD_IO_MDL] = NP_NT_LEAK_MDL,       [NP_NT_RECORD_SLOT] = NP_NT_LEAK_DRIVER_POOL,
        [NP_NT_RECORD_LARGE] = NP_NT_LEAK_DRIVER_POOL};
    const bool without = record->kind == NP_NT_RECORD_IO_MDL ||
                         (record->kind == NP_NT_RECORD_MDL && (!record->has_pages || record->removed));
    return (struct np_nt_leak){.kind = kinds[record->kind],
                               .routine = record->routine,
                               .address = record->address,
                               .pages = without ? 0 : record->pages,
                               .stack = record->given};
}

/** Up to `room` leaks, the oldest first. Under the lock. */
static void list(const struct np_nt *machine, struct np_nt_leak *leaks, uint64_t room)
{
    const struct np_nt_record *record = NULL;
    uint64_t count = 0;
    const struct np_nt_record **records = malloc((machine->ledger.live + 1) * sizeof *records);
    while (records != NULL && (record = np_nt_ledger_next(&machine->ledger, record)) != NULL)
        if (record->kind != NP_NT_RECORD_SLAB) records[count++] = record;
    if (count != 0) qsort(records, count, sizeof(struct np_nt_record *), by_age);
    for (uint64_t i = 0; i < count && i < room; i++)
        leaks[i] = leak_of(records[i]);
    free(records);
}

uint64_t np_nt_leaks(struct np_nt *machine, struct np_nt_leak *leaks, uint64_t room)
{
    np_nt_lock(machine);
    const uint64_t live = machine->ledger.live - machine->slots.slabs;
    if (room != 0 && live != 0) list(machine, leaks, room);
    np_nt_unlock(machine);
    return live;
}

/* ---- The report ---- */

/** A leak and its place among the leaks, which are in the order of their age. */
struct placed {
    const struct np_nt_leak *leak;
    uint64_t place;
};

/** Orders leaks by the call that they are of; those without a stack are each of a call of their own. */
static int by_call(const struct placed *x, const struct placed *y)
{
    const struct np_nt_leak *a = x->leak, *b = y->leak;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->routine != b->routine) return a->routine < b->routine ? -1 : 1;
    if (a->stack.depth != b->stack.depth) return a->stack.depth < b->stack.depth ? -1 : 1;
    if (a->stack.depth == 0) return (x->place > y->place) - (x->place < y->place);
    return memcmp(a->stack.frames, b->stack.frames, a->stack.depth * sizeof a->stack.frames[0]);
}

static int by_call_and_age(const void *left, const void *right)
{
    const struct placed *x = left, *y = right;
    const int calls = by_call(x, y);
    return calls != 0 ? calls : (x->place > y->place) - (x->place < y->place);
}

/** Leaks of one call. */
struct group {
    const struct placed *first; /* the oldest */
    uint64_t number;
    uint64_t pages;
};

static int by_first(const void *left, const void *right)
{
    const uint64_t x = ((const struct group *)left)->first->place, y = ((const struct group *)right)->first->place;
    return (x > y) - (x < y);
}

static void print_group(FILE *to, const struct group *group)
{
    static const char *const kinds[] = {[NP_NT_LEAK_MDL] = "MDL",
                                        [NP_NT_LEAK_BLOCK] = "block",
                                        [NP_NT_LEAK_MAPPING] = "mapping",
                                        [NP_NT_LEAK_POOL] = "list of ranges",
                                        [NP_NT_LEAK_DRIVER_POOL] = "pool allocation"};
    const struct np_nt_leak *leak = group->first->leak;
    fprintf(to, "  leak: %" PRIu64 " %s%s of %" PRIu64 " page%s, the first at %p, allocated by %s, called from\n",
            group->number, kinds[leak->kind], group->number == 1 ? "" : "s", group->pages, group->pages == 1 ? "" : "s",
            leak->address, np_nt_routine_name(leak->routine));
    np_nt_print_stack(to, &leak->stack);
}

/** Prints leaks, those of one call as one, the oldest first. */
static void print_leaks(FILE *to, const struct np_nt_leak *leaks, uint64_t count)
{
    struct placed *placed = calloc(count + 1, sizeof *placed);
    struct group *groups = calloc(count + 1, sizeof *groups);
    uint64_t number = 0;
    if (placed != NULL && groups != NULL) {
        for (uint64_t i = 0; i < count; i++)
            placed[i] = (struct placed){.leak = &leaks[i], .place = i};
        qsort(placed, count, sizeof *placed, by_call_and_age);
        for (uint64_t i = 0; i < count; i++) {
            if (i == 0 || by_call(&placed[i - 1], &placed[i]) != 0) groups[number++].first = &placed[i];
            groups[number - 1].number++;
            groups[number - 1].pages += placed[i].leak->pages;
        }
        qsort(groups, number, sizeof *groups, by_first);
        for (uint64_t i = 0; i < number; i++)
            print_group(to, &groups[i]);
    }
    free(placed);
    free(groups);
}

static void print_calls(struct np_nt *machine, FILE *to)
{
    struct np_nt_tally tally[NP_NT_ROUTINES];
    np_nt_lock(machine);
    for (unsigned r = 0; r < NP_NT_ROUTINES; r++)
        tally[r] = machine->tally[r];
    np_nt_unlock(machine);
    for (unsigned r = 0; r < NP_NT_ROUTINES; r++)
        if (tally[r].calls != 0 || tally[r].failures != 0)
            fprintf(to, "  %-42s %10" PRIu64 " calls %8" PRIu64 " failures\n",
                    np_nt_routine_name((enum np_nt_routine)r), tally[r].calls, tally[r].failures);
}

void np_nt_report(struct np_nt *machine, FILE *to)
{
    const struct np_nt_use use = np_nt_page_use(machine);
    const uint64_t count = np_nt_leaks(machine, NULL, 0);
    struct np_nt_leak *leaks = calloc(count + 1, sizeof *leaks);
    const uint64_t violations = np_nt_violations(machine);
    fprintf(to, "nodepages: report of a test machine of %" PRIu32 " nodes\n", use.nodes);
    fprintf(to,
            "  pages: %" PRIu64 " present, %" PRIu64 " free, %" PRIu64 " allocated, %" PRIu64
            " removed; at most %" PRIu64 " were allocated; %" PRIu64 " are mapped; the host backs %" PRIu64 " bytes\n",
            use.present, use.free, use.allocated, use.removed, use.peak, use.mapped, use.backed);
    print_calls(machine, to);
    if (leaks != NULL) {
        const uint64_t there = np_nt_leaks(machine, leaks, count);
        print_leaks(to, leaks, count < there ? count : there);
    }
    free(leaks);
    fprintf(to, "nodepages: %" PRIu64 " leak%s, %" PRIu64 " violation%s\n", count, count == 1 ? "" : "s", violations,
            violations == 1 ? "" : "s");
    fflush(to);
}
