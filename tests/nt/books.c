/* SPDX-License-Identifier: MIT */
/* The records: by address, addresses that come round, and what the check of it all finds. */
#include "nt.h"

#include "../../src/nt/machine.h"
#include "../../src/nt/removed.h"

#define ENTRIES 400u

/* ---- The ledger ---- */

/* Addresses of which many belong at the same place of the table, or close to it. */
static const void *address_of(unsigned i)
{
    const uint64_t turn = UINT64_C(2) * NP_NT_MAX_RECORDS * 4096; /* pages this far apart have one place */
    return (const void *)(uintptr_t)(0x10000000 + i % 5 * turn + i / 5 % 7 * 4096 + i / 35 * 16 * (i % 2));
}

static void records_are_found_by_address(void **state)
{
    struct np_nt_ledger ledger;
    struct np_nt_record *records[ENTRIES] = {0};
    uint64_t seed = 1, live = 0;
    (void)state;
    assert_true(np_nt_ledger_open(&ledger, NP_NT_MAX_RECORDS));
    for (unsigned step = 0; step < 20000; step++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        const unsigned i = (unsigned)(seed >> 33) % ENTRIES;
        const void *address = address_of(i);
        bool taken = false;
        for (unsigned j = 0; j < ENTRIES; j++)
            taken = taken || (records[j] != NULL && records[j]->address == address);
        if (records[i] == NULL && !taken) {
            records[i] = np_nt_ledger_add(&ledger, NP_NT_RECORD_POOL, address);
            assert_non_null(records[i]);
            live++;
        } else if (records[i] != NULL) {
            if (seed % 3 == 0)
                np_nt_ledger_drop(&ledger, records[i]);
            else
                np_nt_ledger_end(&ledger, records[i]);
            records[i] = NULL;
            live--;
        }
        assert_int_equal(ledger.live, live);
        if (step % 16 == 0)
            for (unsigned j = 0; j < ENTRIES; j++)
                if (records[j] != NULL) assert_ptr_equal(np_nt_ledger_find(&ledger, address_of(j)), records[j]);
    }
    assert_null(np_nt_ledger_find(&ledger, &ledger));
    np_nt_ledger_close(&ledger);
}

static void closed_records_are_remembered_for_a_while(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL first = allocate(1, 0);
    void *address = map(first);
    MmUnmapLockedPages(address, first);
    for (unsigned i = 0; i < 200; i++) {
        char *other = map(first);
        MmUnmapLockedPages(other, first);
    }
    MmUnmapLockedPages(address, first);
    expect_violation_after(NP_NT_NOT_MAPPED, "unmapped");
    for (unsigned i = 0; i < 100; i++) {
        char *other = map(first);
        MmUnmapLockedPages(other, first);
    }
    MmUnmapLockedPages(address, first);
    expect_violation(NP_NT_NOT_MAPPED);
    assert_null(watch.last.before_what);
    give_back(first);
    close_clean(machine);
}

/* The record of a mapping is another's by now: what lay around the mapping, below or above that one's, is not its. */
static void a_record_that_another_has_taken(void **state)
{
    static const uint64_t places[] = {0, 1000};
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(1, 0);
    for (unsigned round = 0; round < 2; round++) {
        machine->arena.cursor = places[round];
        char *first = map(mdl);
        MmUnmapLockedPages(first, mdl);
        for (unsigned i = 0; i < 400; i++) {
            machine->arena.cursor = 500;
            char *other = map(mdl);
            MmUnmapLockedPages(other, mdl);
        }
        for (uint64_t i = 0; i < 1010; i++)
            assert_int_equal(MmGetPhysicalAddress((char *)machine->arena.base + i * PAGE_SIZE).QuadPart, 0);
    }
    char *last = map(mdl);
    MmUnmapLockedPages(last, mdl);
    for (unsigned i = 0; i < 400; i++) /* records of another kind */
        give_back(allocate(1, 0));
    for (uint64_t i = 0; i < 1010; i++)
        assert_int_equal(MmGetPhysicalAddress((char *)machine->arena.base + i * PAGE_SIZE).QuadPart, 0);
    assert_int_equal(MmGetPhysicalAddress(&mdl).QuadPart, 0);
    give_back(mdl);
    close_clean(machine);
}

static void the_ledger_is_full(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(1, 0);
    const uint32_t used = machine->ledger.used;
    machine->ledger.used = machine->ledger.most;
    assert_null(allocate(1, 0));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_RECORDS);
    assert_null(allocate(1, MM_ALLOCATE_AND_HOT_REMOVE));
    assert_null(map(mdl));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_ADDRESSES);
    assert_null(MmAllocateContiguousMemory(1, at(UINT64_MAX)));
    assert_null(MmGetPhysicalMemoryRanges());
    machine->ledger.used = used;
    /* The addresses that were looked for have no record. */
    for (uint64_t i = 0; i < machine->arena.cursor; i++)
        assert_int_equal(MmGetPhysicalAddress((char *)machine->arena.base + i * PAGE_SIZE).QuadPart, 0);
    give_back(mdl);
    close_clean(machine);
}

/* ---- Addresses ---- */

static void no_addresses_are_left(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    const uint64_t pages = machine->arena.pages;
    machine->arena.pages = 16;
    PMDL mdl = allocate(14, 0), small = allocate(5, 0);
    char *one = map(small), *other = map_user(small);
    assert_non_null(other);
    assert_null(map_user(small));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_ADDRESSES);
    assert_null(MmAllocateContiguousMemory(1, at(UINT64_MAX)));
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_ADDRESSES);
    MmUnmapLockedPages(one, small);
    assert_ptr_equal(map(small), one);
    MmUnmapLockedPages(one, small);
    MmUnmapLockedPages(other, small);
    char *whole = map(mdl);
    assert_non_null(whole);
    memset(whole, 1, 14 * PAGE_SIZE);
    assert_null(map(small)); /* all are taken, to the end */
    MmUnmapLockedPages(whole, mdl);
    PMDL large = allocate(30, 0);
    assert_null(map(large)); /* more than there are in all */
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_ADDRESSES);
    machine->arena.pages = pages;
    give_back(large);
    give_back(small);
    give_back(mdl);
    close_clean(machine);
}

static void mapped_as_often_as_can_be(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(1, 0);
    void *address = map(mdl);
    machine->memory.notes[np_position_of(&machine->core, FIRST_PAGE)].mappings = NP_NT_MAX_MAPPINGS;
    assert_null(map_user(mdl));
    expect_violation_after(NP_NT_BAD_ARGUMENT, "mapped");
    machine->memory.notes[np_position_of(&machine->core, FIRST_PAGE)].mappings = 1;
    MmUnmapLockedPages(address, mdl);
    give_back(mdl);
    close_clean(machine);
}

/* ---- The check ---- */

static void expect_wrong(struct np_nt *machine, const char *word)
{
    const char *wrong = np_nt_check(machine);
    assert_non_null(wrong);
    if (strstr(wrong, word) == NULL) fail_msg("%s", wrong);
}

/* Each damage by itself, and undone. */
static void the_check_finds_damage(void **state)
{
    struct np_nt *machine = open_small();
    (void)state;
    PMDL mdl = allocate(2, 0), removed = allocate(1, MM_ALLOCATE_AND_HOT_REMOVE);
    void *block = MmAllocateContiguousMemory(PAGE_SIZE, at(UINT64_MAX));
    const uint64_t first = np_position_of(&machine->core, FIRST_PAGE);
    struct np_nt_page_note *note = &machine->memory.notes[first];
    struct np_nt_record *record = np_nt_ledger_find(&machine->ledger, block);
    assert_null(np_nt_check(machine));

    const uint8_t given = note->given;
    note->given = 0;
    expect_wrong(machine, "marked as unowned");
    note->given = given;

    MmGetMdlPfnArray(mdl)[0] = FIRST_PAGE + 100;
    expect_wrong(machine, "that the core does not have");
    MmGetMdlPfnArray(mdl)[0] = FIRST_PAGE;

    record->cache++;
    expect_wrong(machine, "otherwise than its note says");
    record->cache--;

    const uint64_t owned = np_nt_extents_at(&record->extents)->pfn;
    struct np_nt_page_note *its = &machine->memory.notes[np_position_of(&machine->core, owned)];
    const uint16_t mappings = its->mappings;
    its->mappings = 0;
    expect_wrong(machine, "otherwise than its note says");
    its->mappings = mappings;

    assert_int_equal(np_free_contiguous(&machine->core, owned), 1);
    expect_wrong(machine, "that the core does not have");
    const struct np_contiguous_request request = {
        .bytes = PAGE_SIZE, .low = owned * PAGE_SIZE, .high = owned * PAGE_SIZE + PAGE_SIZE - 1, .node = NP_ANY_NODE};
    assert_int_equal(np_allocate_contiguous(&machine->core, &request), owned);

    const struct np_contiguous_request more = {.bytes = PAGE_SIZE, .high = UINT64_MAX, .node = NP_ANY_NODE};
    const uint64_t behind = np_allocate_contiguous(&machine->core, &more);
    expect_wrong(machine, "are allocated");
    assert_int_equal(np_free_contiguous(&machine->core, behind), 1);

    const void *address = record->address;
    record->address = &watch;
    expect_wrong(machine, "not filed");
    record->address = address;

    machine->ledger.live++;
    expect_wrong(machine, "live records");
    machine->ledger.live--;

    machine->allocated++;
    expect_wrong(machine, "counted");
    machine->allocated--;

    machine->mapped++;
    expect_wrong(machine, "are mapped");
    machine->mapped--;

    machine->removed.rows[0].pages++;
    expect_wrong(machine, "are removed");
    machine->removed.rows[0].pages--;

    machine->core.block[first / 64] |= UINT64_C(1) << first % 64;
    machine->core.free.words[first / 64] |= UINT64_C(1) << first % 64;
    expect_wrong(machine, "the core");
    machine->core.block[first / 64] &= ~(UINT64_C(1) << first % 64);
    machine->core.free.words[first / 64] &= ~(UINT64_C(1) << first % 64);

    assert_null(np_nt_check(machine));
    MmFreeContiguousMemory(block);
    ExFreePool(removed);
    give_back(mdl);
    close_clean(machine);
}

static void another_handler(void *context, const struct np_nt_violation *violation)
{
    *(enum np_nt_violation_kind *)context = violation->kind;
}

static void the_handler_can_be_changed(void **state)
{
    struct np_nt *machine = open_small();
    enum np_nt_violation_kind kind = NP_NT_VIOLATIONS;
    (void)state;
    np_nt_set_violation_handler(machine, another_handler, &kind);
    MmFreePagesFromMdl(NULL);
    assert_int_equal(kind, NP_NT_BAD_ARGUMENT);
    assert_int_equal(watch.count, 0);
    assert_int_equal(np_nt_violations(machine), 1);
    close_clean(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_found_by_address), cmocka_unit_test(closed_records_are_remembered_for_a_while),
        cmocka_unit_test(the_ledger_is_full),           cmocka_unit_test(a_record_that_another_has_taken),
        cmocka_unit_test(no_addresses_are_left),        cmocka_unit_test(mapped_as_often_as_can_be),
        cmocka_unit_test(the_check_finds_damage),       cmocka_unit_test(the_handler_can_be_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
