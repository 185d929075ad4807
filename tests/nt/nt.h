/* SPDX-License-Identifier: MIT */
/*
 * What the tests of the layer share: a small machine, and a handler that keeps the last violation.
 *
 * The machine has two nodes of 256 pages: page frames 0x100 to 0x1ff and 0x200 to 0x2ff.
 */
#ifndef TEST_NT_H
#define TEST_NT_H

#define _GNU_SOURCE 1

#include "../../src/nt/include/ntddk.h"
#include "../../src/nt/include/nodepages_nt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NODE_PAGES 256u
#define FIRST_PAGE 0x100u
#define SECOND_NODE 0x200u
#define MIB (UINT64_C(1) << 20)

/* Who handles violations. */
struct watch {
    unsigned count;
    struct np_nt_violation last;
    char words[512];
    sigjmp_buf *leave; /* after an access: where to */
};

static struct watch watch;

static inline void see(void *context, const struct np_nt_violation *violation)
{
    struct watch *w = context;
    w->count++;
    w->last = *violation;
    snprintf(w->words, sizeof w->words, "%s", violation->words);
    if (w->leave != NULL) siglongjmp(*w->leave, 1);
}

static inline struct np_nt_settings small_settings(void)
{
    struct np_nt_settings settings = np_nt_settings_default();
    settings.map_text = "node 0 0x100000-0x1fffff\nnode 1 0x200000-0x2fffff\n";
    settings.on_violation = see;
    settings.violation_context = &watch;
    return settings;
}

static inline struct np_nt *open_small(void)
{
    const struct np_nt_settings settings = small_settings();
    watch = (struct watch){0};
    struct np_nt *machine = np_nt_open(&settings);
    assert_non_null(machine);
    return machine;
}

/* Every test ends with right records, and only the leaks that it names. */
static inline void close_with(struct np_nt *machine, uint64_t leaks)
{
    const char *wrong = np_nt_check(machine);
    if (wrong != NULL) fail_msg("%s", wrong);
    assert_int_equal(np_nt_close(machine), leaks);
}

static inline void close_clean(struct np_nt *machine)
{
    const struct np_nt_use use = np_nt_page_use(machine);
    assert_int_equal(use.allocated, 0);
    assert_int_equal(use.mapped, 0);
    assert_int_equal(use.free + use.removed, use.present);
    close_with(machine, 0);
}

static inline PHYSICAL_ADDRESS at(uint64_t address)
{
    return (PHYSICAL_ADDRESS){.QuadPart = (LONGLONG)address};
}

/* Another mapping of an MDL: it may have one for KernelMode. */
static inline void *map_user(PMDL mdl)
{
    return MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
}

static inline PMDL allocate(uint64_t pages, ULONG flags)
{
    return MmAllocatePagesForMdlEx(at(0), at(UINT64_MAX), at(0), pages * PAGE_SIZE, MmCached, flags);
}

static inline void give_back(PMDL mdl)
{
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
}

static inline void *map(PMDL mdl)
{
    return MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
}

static inline void expect_violation(enum np_nt_violation_kind kind)
{
    if (watch.count != 1) fail_msg("%u violations, the last: %s", watch.count, watch.words);
    if (watch.last.kind != kind) fail_msg("%s: %s", np_nt_violation_name(watch.last.kind), watch.words);
    assert_true(watch.last.here.depth > 1);
    assert_int_equal(np_nt_why()->cause, NP_NT_CAUSE_VIOLATION);
    watch.count = 0;
}

/* The same, and that it is known who did `what` before. */
static inline void expect_violation_after(enum np_nt_violation_kind kind, const char *what)
{
    expect_violation(kind);
    assert_non_null(watch.last.before_what);
    assert_string_equal(watch.last.before_what, what);
    assert_true(watch.last.before.depth > 1);
}

/* What an access does: nothing, or a violation. */
#define ACCESS(statement)                                                                                              \
    do {                                                                                                               \
        sigjmp_buf leave;                                                                                              \
        watch.leave = &leave;                                                                                          \
        if (sigsetjmp(leave, 1) == 0) {                                                                                \
            statement;                                                                                                 \
        }                                                                                                              \
        watch.leave = NULL;                                                                                            \
    } while (0)

#endif
