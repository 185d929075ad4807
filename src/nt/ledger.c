/* SPDX-License-Identifier: MIT */
#include "ledger.h"

#include "reserve.h"

#include <errno.h>

#define REMEMBERED 256u /* closed records */

/** The slots, of which at most half are in use. */
static uint32_t slots_of(const struct np_nt_ledger *ledger)
{
    return 2 * ledger->most;
}

uint64_t np_nt_ledger_bytes(uint32_t most)
{
    const struct np_nt_ledger *ledger = NULL;
    return most * (uint64_t)(sizeof *ledger->records + 2 * sizeof *ledger->slots);
}

bool np_nt_ledger_open(struct np_nt_ledger *ledger, uint32_t most)
{
    *ledger = (struct np_nt_ledger){.most = most};
    ledger->records = np_nt_reserve((size_t)most * sizeof *ledger->records, true);
    ledger->slots = np_nt_reserve((size_t)slots_of(ledger) * sizeof *ledger->slots, true);
    if (ledger->records != NULL && ledger->slots != NULL) {
        ledger->used = 1;
        return true;
    }
    const int error = errno;
    np_nt_ledger_close(ledger);
    errno = error;
    return false;
}

void np_nt_ledger_close(struct np_nt_ledger *ledger)
{
    for (uint32_t i = 1; i < ledger->used; i++)
        np_nt_extents_free(&ledger->records[i].extents);
    np_nt_release(ledger->records, (size_t)ledger->most * sizeof *ledger->records);
    np_nt_release(ledger->slots, (size_t)slots_of(ledger) * sizeof *ledger->slots);
    *ledger = (struct np_nt_ledger){0};
}

/**
 * Where an address belongs. Neighbours stay neighbours, so that little of the table is touched: what begins at a page
 * is in the arena, three pages apart at least; all else is in the heap, 32 bytes apart.
 */
static uint32_t home_of(const struct np_nt_ledger *ledger, const void *address)
{
    const uint64_t number = (uint64_t)(uintptr_t)address, page = number / 4096;
    return (uint32_t)((number % 4096 == 0 ? page : page * 128 + number % 4096 / 32) % slots_of(ledger));
}

/** The slot of an address, or the free one where it belongs. */
static uint32_t slot_of(const struct np_nt_ledger *ledger, const void *address)
{
    uint32_t slot = home_of(ledger, address);
    while (ledger->slots[slot] != NP_NT_NO_RECORD && ledger->records[ledger->slots[slot]].address != address)
        slot = (slot + 1) % slots_of(ledger);
    return slot;
}

/** Frees a slot, and moves up what was put past its home because of it. */
static void free_slot(struct np_nt_ledger *ledger, uint32_t slot)
{
    const uint32_t slots = slots_of(ledger);
    for (uint32_t next = (slot + 1) % slots; ledger->slots[next] != NP_NT_NO_RECORD; next = (next + 1) % slots) {
        const uint32_t home = home_of(ledger, ledger->records[ledger->slots[next]].address);
        if ((next - home) % slots >= (next - slot) % slots) {
            ledger->slots[slot] = ledger->slots[next];
            slot = next;
        }
    }
    ledger->slots[slot] = NP_NT_NO_RECORD;
}

/** Takes a record out of the file, if it is there: a later one may have taken its place. */
static void unfile(struct np_nt_ledger *ledger, const struct np_nt_record *record)
{
    const uint32_t slot = slot_of(ledger, record->address);
    if (ledger->slots[slot] == record->number) free_slot(ledger, slot);
}

static void recycle(struct np_nt_ledger *ledger, struct np_nt_record *record)
{
    np_nt_extents_free(&record->extents);
    record->kind = NP_NT_RECORD_NONE;
    record->next = ledger->free;
    ledger->free = record->number;
}

struct np_nt_record *np_nt_ledger_add(struct np_nt_ledger *ledger, enum np_nt_record_kind kind, const void *address)
{
    uint32_t number = ledger->free;
    if (number != NP_NT_NO_RECORD)
        ledger->free = ledger->records[number].next;
    else if (ledger->used < ledger->most)
        number = ledger->used++;
    else
        return NULL;

    struct np_nt_record *record = &ledger->records[number];
    *record = (struct np_nt_record){
        .kind = kind, .address = address, .serial = ++ledger->serial, .live = true, .number = number};
    ledger->slots[slot_of(ledger, address)] = number;
    ledger->live++;
    return record;
}

void np_nt_ledger_end(struct np_nt_ledger *ledger, struct np_nt_record *record)
{
    record->live = false;
    record->next = NP_NT_NO_RECORD;
    ledger->live--;
    if (ledger->newest == NP_NT_NO_RECORD)
        ledger->oldest = record->number;
    else
        ledger->records[ledger->newest].next = record->number;
    ledger->newest = record->number;

    if (++ledger->closed <= REMEMBERED) return;
    struct np_nt_record *forgotten = &ledger->records[ledger->oldest];
    ledger->oldest = forgotten->next;
    ledger->closed--;
    unfile(ledger, forgotten);
    recycle(ledger, forgotten);
}

void np_nt_ledger_drop(struct np_nt_ledger *ledger, struct np_nt_record *record)
{
    record->live = false;
    ledger->live--;
    unfile(ledger, record);
    recycle(ledger, record);
}

struct np_nt_record *np_nt_ledger_find(const struct np_nt_ledger *ledger, const void *address)
{
    const uint32_t number = ledger->slots[slot_of(ledger, address)];
    return number == NP_NT_NO_RECORD ? NULL : &ledger->records[number];
}

struct np_nt_record *np_nt_ledger_record(const struct np_nt_ledger *ledger, uint32_t number)
{
    return number == NP_NT_NO_RECORD || number >= ledger->used ? NULL : &ledger->records[number];
}

struct np_nt_record *np_nt_ledger_next(const struct np_nt_ledger *ledger, const struct np_nt_record *after)
{
    for (uint32_t i = after == NULL ? 1 : after->number + 1; i < ledger->used; i++)
        if (ledger->records[i].live) return &ledger->records[i];
    return NULL;
}
