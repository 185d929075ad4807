/* SPDX-License-Identifier: MIT */
/*
 * Target `nt`: sequences of calls of the routines, over real memory, against the executable specification: the same
 * pages, the same reason of a failure; pages zeroed, mapped in a row and shown alike by each mapping; calls that
 * settings or the host make fail; violations, accesses among them, each reported as what it is, after which nothing has changed;
 * the report, and settings as texts. At the end nothing has leaked, or exactly what was kept.
 */
#define _GNU_SOURCE 1

#include "data.h"
#include "host.h"
#include "machine.h"
#include "memory.h"
#include "nt_settings.h"
#include "target.h"

#include "../src/nt/include/ntddk.h"
#include "../src/nt/machine.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#define RECORD 12u
#define CHURNS 300u /* more than the layer remembers */
#define MOST_HELD 24u
#define MOST_VIEWS 2u
#define MAX UINT64_MAX

const size_t fuzz_record_size = RECORD;
const size_t fuzz_most_records = SIZE_MAX;

/* A record: what is done, to what, and three numbers. */
struct record {
    uint8_t kind;
    uint8_t which;
    uint16_t flags;
    uint8_t how;
    uint8_t step;
    uint16_t low;
    uint16_t high;
    uint16_t size;
};

/* A thing that was given: an MDL, or a block if `mdl` is NULL. */
struct held {
    bool there;
    PMDL mdl;
    bool removed;
    bool freed;   /* the pages of the MDL */
    bool refused; /* once: they were mapped for UserMode */
    uint64_t *pfns;
    uint64_t pages;
    uint64_t bytes; /* of a block */
    int cache;      /* of a block */
    bool plain;     /* a block that MmFreeContiguousMemory frees */
    char *view[MOST_VIEWS];
    bool kernel[MOST_VIEWS]; /* that view is for KernelMode */
};

/* What is known of the first eight bytes of a page. */
struct content {
    uint64_t word;
    bool known;
};

static struct {
    struct np_nt *machine;
    struct oracle oracle;
    struct fuzz_machine map;
    struct oracle_page compared[ORACLE_MAX_PAGES]; /* the specification, when all pages were last compared */
    struct held held[MOST_HELD];
    struct content contents[ORACLE_MAX_PAGES]; /* by the number of the page in the specification */
    struct content before[ORACLE_MAX_PAGES];
    int pattern;
    bool scarce;       /* the settings make calls fail */
    bool short_of;     /* the host's memory may run out in this operation */
    bool refuses;      /* the host may refuse a call in this operation */
    sigjmp_buf *leave; /* during an access: where a violation leads to */
    uint64_t expired;  /* violations that were expected */
    enum np_nt_violation_kind reported;
    unsigned reports;
    bool reclaims; /* there is somebody to ask for pages */
    unsigned asks; /* how often that was done in this operation */
    uint64_t stamp;
} f;

size_t fuzz_records_end(const uint8_t *data, size_t size)
{
    struct fuzz_data d = fuzz_data_of(data, size);
    struct fuzz_machine machine;
    fuzz_read_machine(&d, &machine);
    fuzz_number(&d, 4);
    return d.back;
}

/* ---- What is wrong ---- */

static void on_violation(void *context, const struct np_nt_violation *violation)
{
    (void)context;
    f.reports++;
    f.reported = violation->kind;
    fuzz_tell("  violation: %s\n", violation->words);
    if (f.leave != NULL) siglongjmp(*f.leave, 1);
}

/* Exactly one violation was reported since the last one, of this kind. */
static void expect_violation(enum np_nt_violation_kind kind)
{
    if (f.reports != 1 || f.reported != kind)
        fuzz_fail("%u violations, the last '%s', not '%s'", f.reports, np_nt_violation_name(f.reported),
                  np_nt_violation_name(kind));
    f.reports = 0;
    f.expired++;
}

static uint32_t number_of(uint64_t pfn)
{
    uint32_t low = 0, high = f.oracle.pages;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (f.oracle.page[middle].pfn < pfn)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < f.oracle.pages && f.oracle.page[low].pfn == pfn) return low;
    fuzz_fail("page frame 0x%" PRIx64 " was given, and the machine does not have it", pfn);
}

static void compare_census(void)
{
    const struct np_census should = oracle_count_pages(&f.oracle);
    const struct np_nt_use use = np_nt_page_use(f.machine);
    if (use.present != should.present || use.free != should.free)
        fuzz_fail("%" PRIu64 " of %" PRIu64 " pages are free, not %" PRIu64 " of %" PRIu64, use.free, use.present,
                  should.free, should.present);
}

/** Both sides in the same state, and the records right. Pages are looked at one by one after a change, and when asked. */
static void compare(bool every_page)
{
    const char *wrong = np_nt_check(f.machine);
    if (wrong != NULL) fuzz_fail("%s", wrong);
    if (f.reports != 0) fuzz_fail("a violation: %s", np_nt_violation_name(f.reported));
    compare_census();
    const size_t size = f.oracle.pages * sizeof f.oracle.page[0];
    if (!every_page && memcmp(f.compared, f.oracle.page, size) == 0) return;
    memcpy(f.compared, f.oracle.page, size);
    for (uint32_t i = 0; i < f.oracle.pages; i++) {
        const struct oracle_page *page = &f.oracle.page[i];
        const struct np_nt_page_state state = np_nt_page(f.machine, page->pfn);
        if (!state.present || state.allocated != (page->state == ORACLE_ALLOCATED) ||
            state.removed != (page->state == ORACLE_REMOVED) || state.node != page->node)
            fuzz_fail("page frame 0x%" PRIx64 " is not in the state that is specified", page->pfn);
    }
}

/* ---- Contents ---- */

/** What must be in pages that were just given. */
static void given(const struct held *h, bool zeroed)
{
    for (uint64_t i = 0; i < h->pages; i++) {
        struct content *c = &f.contents[number_of(h->pfns[i])];
        if (zeroed)
            *c = (struct content){.known = true};
        else if (f.pattern >= 0)
            *c = (struct content){.word = (uint64_t)f.pattern * UINT64_C(0x0101010101010101), .known = true};
    }
    /* What is behind the end of a block is marked. */
    if (h->mdl == NULL && h->bytes % PAGE_SIZE != 0 && h->bytes % PAGE_SIZE < 8)
        f.contents[number_of(h->pfns[h->pages - 1])].known = false;
}

static void check_view(const struct held *h, const char *view)
{
    for (uint64_t i = 0; i < h->pages; i++) {
        const struct content *c = &f.contents[number_of(h->pfns[i])];
        uint64_t word;
        memcpy(&word, view + i * PAGE_SIZE, sizeof word);
        if (c->known && word != c->word)
            fuzz_fail("page frame 0x%" PRIx64 " holds 0x%" PRIx64 ", not 0x%" PRIx64, h->pfns[i], word, c->word);
        if ((uint64_t)MmGetPhysicalAddress((void *)(uintptr_t)(view + i * PAGE_SIZE + 9)).QuadPart !=
            h->pfns[i] * PAGE_SIZE + 9)
            fuzz_fail("page %" PRIu64 " of a mapping is not page frame 0x%" PRIx64, i, h->pfns[i]);
    }
}

/** Every byte of pages that are zeroed. */
static void check_zeros(const struct held *h, const char *view)
{
    for (uint64_t i = 0; i < h->pages * PAGE_SIZE; i++)
        if (view[i] != 0) fuzz_fail("byte %" PRIu64 " of zeroed pages is 0x%x", i, (unsigned char)view[i]);
}

static void check_views(void)
{
    for (unsigned i = 0; i < MOST_HELD; i++)
        for (unsigned v = 0; v < MOST_VIEWS; v++)
            if (f.held[i].view[v] != NULL) check_view(&f.held[i], f.held[i].view[v]);
}

static void write_view(const struct held *h, char *view)
{
    for (uint64_t i = 0; i < h->pages; i++) {
        const bool whole = h->mdl != NULL || (i + 1) * PAGE_SIZE <= h->bytes || h->bytes - i * PAGE_SIZE >= 8;
        if (!whole) continue;
        struct content *c = &f.contents[number_of(h->pfns[i])];
        *c = (struct content){.word = ++f.stamp << 8 | 1, .known = true};
        memcpy(view + i * PAGE_SIZE, &c->word, sizeof c->word);
    }
}

/* ---- What can be asked for ---- */

static uint64_t page_at(uint16_t which)
{
    return f.oracle.page[which % f.oracle.pages].pfn;
}

static uint64_t low_of(const struct record *r)
{
    switch (r->low % 4) {
    case 1:
        return page_at(r->low / 4) * PAGE_SIZE;
    case 2:
        return page_at(r->low / 4) * PAGE_SIZE + 1;
    case 3:
        return MAX - r->low;
    }
    return 0;
}

static uint64_t high_of(const struct record *r)
{
    switch (r->high % 4) {
    case 1:
        return page_at(r->high / 4) * PAGE_SIZE + PAGE_SIZE - 1;
    case 2:
        return page_at(r->high / 4) * PAGE_SIZE;
    case 3:
        return (uint64_t)r->high * PAGE_SIZE;
    }
    return MAX;
}

static uint64_t size_of(const struct record *r)
{
    switch (r->size % 8) {
    case 5:
        return r->size / 8u;
    case 6:
        return (UINT64_C(1) << 32) - 2 * PAGE_SIZE + r->size / 8 % 4u * PAGE_SIZE;
    case 7:
        return MAX - r->size / 8;
    }
    return (r->size / 8 % 24u + 1) * PAGE_SIZE - (r->size % 8 == 4 ? r->size / 256u : 0);
}

static uint64_t step_of(const struct record *r)
{
    switch (r->step % 8) {
    case 1:
    case 2:
    case 3:
        return UINT64_C(1) << (12 + r->step / 8 % 4);
    case 4:
        return (r->step / 8u + 1) * PAGE_SIZE;
    case 5:
        return UINT64_C(1) << r->step / 4;
    case 6:
        return r->step;
    }
    return 0;
}

static PHYSICAL_ADDRESS at(uint64_t address)
{
    PHYSICAL_ADDRESS physical;
    memcpy(&physical, &address, sizeof physical);
    return physical;
}

static struct held *room(void)
{
    for (unsigned i = 0; i < MOST_HELD; i++)
        if (!f.held[i].there) return &f.held[i];
    return NULL;
}

/** The first thing from one on that there is, of MDLs or of blocks; NULL if there is none. */
static struct held *some(uint8_t which, bool block)
{
    for (unsigned i = 0; i < MOST_HELD; i++) {
        struct held *h = &f.held[(which + i) % MOST_HELD];
        if (h->there && (h->mdl == NULL) == block) return h;
    }
    return NULL;
}

/* ---- Operations ---- */

/** What is in pages that nobody has is not known: a call may have filled some of them before it failed. */
static void forget_free_pages(void)
{
    for (uint32_t i = 0; i < f.oracle.pages; i++)
        if (f.oracle.page[i].state != ORACLE_ALLOCATED) f.contents[i].known = false;
}

/** Whether a call that failed did so for lack of what this input may make run out. */
static bool excused(void)
{
    const enum np_nt_cause cause = np_nt_why()->cause;
    if (cause == NP_NT_CAUSE_SCARCITY) return f.scarce;
    if (cause == NP_NT_CAUSE_SYSTEM && f.refuses) {
        forget_free_pages();
        return true;
    }
    return cause == NP_NT_CAUSE_RECORDS && f.short_of;
}

/** A valid call that may wait and gets too little has asked for more. */
static void expect_asked(bool waits, bool enough)
{
    if (f.reclaims && waits && !enough && f.asks == 0) fuzz_fail("too few pages, and nobody was asked for more");
    if (f.asks != 0 && !waits) fuzz_fail("a call that may not wait has asked for pages");
}

/** Holds the reason of a failure against what is specified. */
static void compare_reason(enum np_reason reason, enum np_parameter parameter, const struct np_figures *figures)
{
    const struct np_nt_why *why = np_nt_why();
    if (why->cause != NP_NT_CAUSE_REFUSED || why->reason != (unsigned)reason || why->parameter != (unsigned)parameter)
        fuzz_fail("failed of cause %d, reason %u, parameter %u, not of reason %d, parameter %d: %s", (int)why->cause,
                  why->reason, why->parameter, (int)reason, (int)parameter, why->words);
    if (figures != NULL && reason != NP_REASON_LIMIT &&
        (why->eligible != figures->eligible || why->longest != figures->longest || why->first != figures->first ||
         why->blocker != figures->blocker))
        fuzz_fail("figures of the failure differ: %s", why->words);
}

static void allocate_pages(const struct record *r)
{
    static uint64_t pfns[ORACLE_MAX_PAGES];
    struct held *h = room();
    const bool few = r->size % 8 < 5;
    const struct np_pages_request q = {.low = low_of(r),
                                       .high = high_of(r),
                                       .skip = step_of(r),
                                       .total = few && (r->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0 &&
                                                        step_of(r) >= PAGE_SIZE
                                                    ? (r->size / 8 % 4u + 1) * step_of(r)
                                                    : size_of(r),
                                       .node = r->how % (f.oracle.nodes + 1u),
                                       .flags = r->flags & (r->how < 240 ? NP_ALL_FLAGS : UINT16_MAX)};
    if (h == NULL) return;
    fuzz_tell("pages: low 0x%" PRIx64 " high 0x%" PRIx64 " skip 0x%" PRIx64 " total 0x%" PRIx64 " node %u flags 0x%x\n",
              q.low, q.high, q.skip, q.total, q.node, q.flags);
    PMDL mdl = MmAllocateNodePagesForMdlEx(at(q.low), at(q.high), at(q.skip), q.total, MmCached, q.node, q.flags);
    if (mdl == NULL && excused()) return;
    const enum np_parameter wrong = oracle_check_pages_request(&f.oracle, &q);
    const uint64_t pages = wrong == NP_PARAMETER_NONE ? oracle_allocate_pages(&f.oracle, &q, pfns) : 0;
    expect_asked((q.flags & NP_NO_WAIT) == 0, wrong != NP_PARAMETER_NONE || pages >= oracle_pages_wanted(&q));
    if (pages == 0) {
        if (mdl != NULL) fuzz_fail("an MDL for a request that fails");
        const struct np_figures figures =
            wrong == NP_PARAMETER_NONE ? oracle_figures_pages(&f.oracle, &q) : (struct np_figures){0};
        compare_reason(oracle_why_pages(&f.oracle, &q), wrong, wrong == NP_PARAMETER_NONE ? &figures : NULL);
        return;
    }
    if (mdl == NULL) fuzz_fail("no MDL, but %" PRIu64 " pages are available: %s", pages, np_nt_why_words());
    if (MmGetMdlByteCount(mdl) != pages * PAGE_SIZE || memcmp(MmGetMdlPfnArray(mdl), pfns, pages * sizeof *pfns) != 0)
        fuzz_fail("an MDL of %u bytes with other pages than the %" PRIu64 " that are specified", MmGetMdlByteCount(mdl),
                  pages);
    *h = (struct held){.there = true, .mdl = mdl, .removed = (q.flags & NP_AND_HOT_REMOVE) != 0, .pages = pages};
    h->pfns = malloc(pages * sizeof *pfns);
    if (h->pfns == NULL) abort();
    memcpy(h->pfns, pfns, pages * sizeof *pfns);
    given(h, (q.flags & NP_DONT_ZERO) == 0);
    if ((q.flags & NP_DONT_ZERO) != 0) return;
    char *view = MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);
    if (view == NULL) {
        if (!excused()) fuzz_fail("not mapped: %s", np_nt_why_words());
        return;
    }
    check_zeros(h, view);
    MmUnmapLockedPages(view, mdl);
}

static void allocate_block(const struct record *r)
{
    static const ULONG protections[2][3] = {[0] = {[MmNonCached] = PAGE_READWRITE | PAGE_NOCACHE,
                                                   [MmCached] = PAGE_READWRITE,
                                                   [MmWriteCombined] = PAGE_READWRITE | PAGE_WRITECOMBINE},
                                            [1] = {[MmNonCached] = PAGE_EXECUTE_READWRITE | PAGE_NOCACHE,
                                                   [MmCached] = PAGE_EXECUTE_READWRITE,
                                                   [MmWriteCombined] = PAGE_EXECUTE_READWRITE | PAGE_WRITECOMBINE}};
    struct held *h = room();
    const bool plain = r->flags % 4 == 0;
    const struct np_contiguous_request q = {.bytes = size_of(r),
                                            .low = plain ? 0 : low_of(r),
                                            .high = high_of(r),
                                            .boundary = plain ? 0 : step_of(r),
                                            .node = plain || r->how % 4 == 0 ? NP_ANY_NODE
                                                                             : r->how % (f.oracle.nodes + 1u)};
    const int cache = plain ? MmCached : r->flags / 4 % 6;
    const bool by_protection = !plain && r->how >= 128 && cache <= MmWriteCombined;
    if (h == NULL) return;
    fuzz_tell("block: %" PRIu64 " bytes, low 0x%" PRIx64 " high 0x%" PRIx64 " boundary 0x%" PRIx64 " node 0x%x\n",
              q.bytes, q.low, q.high, q.boundary, q.node);
    char *block = plain ? MmAllocateContiguousMemory(q.bytes, at(q.high))
                  : by_protection
                      ? MmAllocateContiguousNodeMemory(q.bytes, at(q.low), at(q.high), at(q.boundary),
                                                       protections[r->flags / 32 % 2][cache], q.node)
                      : MmAllocateContiguousMemorySpecifyCacheNode(q.bytes, at(q.low), at(q.high), at(q.boundary),
                                                                   (MEMORY_CACHING_TYPE)cache, q.node);
    if (block == NULL && excused()) return;
    const enum np_parameter wrong = oracle_check_contiguous_request(&f.oracle, &q);
    const uint64_t first = wrong == NP_PARAMETER_NONE ? oracle_allocate_contiguous(&f.oracle, &q) : NP_NONE;
    expect_asked(true, wrong != NP_PARAMETER_NONE || first != NP_NONE);
    if (first == NP_NONE) {
        if (block != NULL) fuzz_fail("a block for a request that fails");
        const struct np_figures figures =
            wrong == NP_PARAMETER_NONE ? oracle_figures_contiguous(&f.oracle, &q) : (struct np_figures){0};
        compare_reason(oracle_why_contiguous(&f.oracle, &q), wrong, wrong == NP_PARAMETER_NONE ? &figures : NULL);
        return;
    }
    if (block == NULL) fuzz_fail("no block, but one is available: %s", np_nt_why_words());
    *h = (struct held){.there = true,
                       .pages = (q.bytes + PAGE_SIZE - 1) / PAGE_SIZE,
                       .bytes = q.bytes,
                       .cache = cache,
                       .plain = plain || by_protection};
    h->pfns = malloc(h->pages * sizeof *h->pfns);
    if (h->pfns == NULL) abort();
    for (uint64_t i = 0; i < h->pages; i++)
        h->pfns[i] = first + i;
    h->view[0] = block;
    given(h, false);
    check_view(h, block);
}

/** The view of an MDL for KernelMode, or for UserMode; MOST_VIEWS if there is none. */
static unsigned view_for(const struct held *h, bool kernel)
{
    unsigned v = 0;
    while (v < MOST_VIEWS && (h->view[v] == NULL || h->kernel[v] != kernel))
        v++;
    return v;
}

static void map(const struct record *r)
{
    struct held *h = some(r->which, false);
    /* Pages that were added back may be somebody else's removed pages by now. */
    if (h == NULL || (h->removed && h->freed)) return;
    const unsigned v = h->view[0] == NULL ? 0 : 1;
    const int cache = r->flags / 2 % 6; /* the pages have a type of their own */
    const bool kernel = r->flags % 2 == 0;
    if (h->view[v] != NULL) return;
    fuzz_tell("map: MDL of %" PRIu64 " pages, cache type %d\n", h->pages, cache);
    char *view = MmMapLockedPagesSpecifyCache(h->mdl, kernel ? KernelMode : UserMode, (MEMORY_CACHING_TYPE)cache, NULL,
                                              FALSE, LowPagePriority);
    if (view == NULL && excused()) return;
    if (h->freed) {
        expect_violation(NP_NT_PAGES_NOT_ALLOCATED);
    } else if (kernel && view_for(h, true) != MOST_VIEWS) {
        expect_violation(NP_NT_MAPPED_TWICE);
    } else if (view == NULL) {
        fuzz_fail("not mapped: %s", np_nt_why_words());
    } else {
        h->view[v] = view;
        h->kernel[v] = kernel;
        if (np_nt_page(f.machine, h->pfns[0]).mapped_cache != MmCached) fuzz_fail("mapped with another type");
        check_view(h, view);
        return;
    }
    if (view != NULL) fuzz_fail("mapped in spite of a violation");
}

/** Ends the mappings of an MDL; but not, if `kept`, the one for KernelMode, which goes with the pages. */
static void unmap(struct held *h, bool kept)
{
    for (unsigned v = MOST_VIEWS; v-- > 0;) {
        if (h->view[v] == NULL) continue;
        if (!kept || !h->kernel[v]) MmUnmapLockedPages(h->view[v], h->mdl);
        h->view[v] = NULL;
    }
}

static void drop(struct held *h)
{
    free(h->pfns);
    *h = (struct held){0};
}

/** Adds removed pages back, one by one. */
static void add_back(const struct held *h)
{
    for (uint64_t i = 0; i < h->pages; i++) {
        PHYSICAL_ADDRESS start = at(h->pfns[i] * PAGE_SIZE);
        LARGE_INTEGER bytes = {.QuadPart = PAGE_SIZE};
        const NTSTATUS status = MmAddPhysicalMemory(&start, &bytes);
        if (status == STATUS_INSUFFICIENT_RESOURCES && f.short_of) {
            fuzz_memory_left = -1;
            i--;
            continue;
        }
        if (status != STATUS_SUCCESS) fuzz_fail("a removed page that is not added back: 0x%x", (unsigned)status);
    }
    if (oracle_add_pages(&f.oracle, h->pfns, h->pages) != h->pages) fuzz_fail("pages added that are not removed");
}

static void free_pages(struct held *h)
{
    if (h->freed) return;
    if (h->removed) {
        add_back(h);
    } else {
        MmFreePagesFromMdl(h->mdl);
        if (oracle_free_pages(&f.oracle, h->pfns, h->pages) != h->pages)
            fuzz_fail("pages freed that are not allocated");
    }
    h->freed = true;
}

static void free_mdl(struct held *h)
{
    unmap(h, !h->freed && !h->removed && h->pages % 2 == 0);
    free_pages(h);
    ExFreePool(h->mdl);
    drop(h);
}

static void free_block(struct held *h, bool specify)
{
    if (oracle_free_contiguous(&f.oracle, h->pfns[0]) != h->pages) fuzz_fail("a block of another size");
    if (specify && !h->plain)
        MmFreeContiguousMemorySpecifyCache(h->view[0], h->bytes, (MEMORY_CACHING_TYPE)h->cache);
    else
        MmFreeContiguousMemory(h->view[0]);
    drop(h);
}

/** What a driver must not do, to an MDL. */
static void misuse_mdl(struct held *h, uint8_t how)
{
    fuzz_tell("misuse %u of an MDL\n", how % 5u);
    switch (how % 5) {
    case 0:
        MmFreeContiguousMemory(h->mdl);
        expect_violation(NP_NT_CONTIGUOUS_UNKNOWN);
        break;
    case 1:
        if (h->freed || h->removed) break;
        ExFreePool(h->mdl);
        if (!h->refused) expect_violation(NP_NT_MDL_BEFORE_PAGES);
        break;
    case 2:
        if (!h->freed && !h->removed && view_for(h, false) == MOST_VIEWS) break;
        MmFreePagesFromMdl(h->mdl);
        expect_violation(h->removed ? NP_NT_PAGES_REMOVED : h->freed ? NP_NT_PAGES_FREED_TWICE : NP_NT_PAGES_MAPPED);
        h->refused = true;
        break;
    case 3:
        if (h->view[0] == NULL) break;
        MmUnmapLockedPages(h->view[0] + PAGE_SIZE, h->mdl);
        expect_violation(NP_NT_NOT_MAPPED);
        break;
    case 4:
        MmMapLockedPagesSpecifyCache(NULL, KernelMode, MmCached, NULL, FALSE, 0);
        expect_violation(NP_NT_BAD_ARGUMENT);
        break;
    }
}

/** The same to a block. */
static void misuse_block(const struct held *h, uint8_t how)
{
    fuzz_tell("misuse %u of a block\n", how % 4u);
    switch (how % 4) {
    case 0:
        ExFreePool(h->view[0]);
        expect_violation(NP_NT_POOL_OF_CONTIGUOUS);
        break;
    case 1:
        MmFreeContiguousMemory(h->view[0] + 1);
        expect_violation(NP_NT_CONTIGUOUS_UNKNOWN);
        break;
    case 2:
        MmFreeContiguousMemorySpecifyCache(h->view[0], h->bytes + 1, (MEMORY_CACHING_TYPE)h->cache);
        expect_violation(NP_NT_CONTIGUOUS_MISMATCH);
        break;
    case 3:
        MmFreePagesFromMdl((PMDL)(void *)h->view[0]);
        expect_violation(NP_NT_UNKNOWN_MDL);
        break;
    }
}

static void misuse(const struct record *r)
{
    struct held *h = some(r->which, r->flags % 2 == 0);
    KIRQL before;
    if (h == NULL) {
        KeRaiseIrql(DISPATCH_LEVEL + 1, &before);
        MmAllocateContiguousMemory(1, at(MAX));
        expect_violation(NP_NT_WRONG_IRQL);
        KeLowerIrql(before);
    } else if (h->mdl == NULL) {
        misuse_block(h, r->how);
    } else {
        misuse_mdl(h, r->how);
    }
}

/** The ranges of memory hold exactly the pages that are not removed. */
static void list_ranges(void)
{
    PPHYSICAL_MEMORY_RANGE ranges = MmGetPhysicalMemoryRanges();
    uint64_t pages = 0, listed = 0;
    if (ranges == NULL) {
        if (!excused()) fuzz_fail("no ranges: %s", np_nt_why_words());
        return;
    }
    for (const PHYSICAL_MEMORY_RANGE *range = ranges; range->NumberOfBytes.QuadPart != 0; range++) {
        const uint64_t first = (uint64_t)range->BaseAddress.QuadPart / PAGE_SIZE;
        const uint64_t count = (uint64_t)range->NumberOfBytes.QuadPart / PAGE_SIZE;
        listed += count;
        for (uint32_t i = 0; i < f.oracle.pages; i++)
            pages += f.oracle.page[i].pfn - first < count && f.oracle.page[i].state != ORACLE_REMOVED;
    }
    ExFreePool(ranges);
    const struct np_census census = oracle_count_pages(&f.oracle);
    if (listed != pages || pages != census.present - census.removed)
        fuzz_fail("%" PRIu64 " pages in the ranges", listed);
}

/* ---- Accesses ---- */

/** Whether an access is a violation, which must be of this kind. */
static bool faults(volatile char *address, bool write, enum np_nt_violation_kind kind)
{
    sigjmp_buf leave;
    volatile bool faulted = true;
    f.leave = &leave;
    if (sigsetjmp(leave, 1) == 0) {
        const char byte = write ? 0 : *address;
        if (write) *address = byte;
        faulted = false;
    }
    f.leave = NULL;
    if (faulted) expect_violation(kind);
    return faulted;
}

/** Where nothing was ever mapped. */
static void access_nothing(const struct record *r)
{
    const struct np_nt_arena *arena = &f.machine->arena;
    const uint64_t page = arena->pages - 1 - r->low % 16u;
    if (arena->taken[page] != 0 || arena->owners[page] != NP_NT_NO_RECORD) return;
    if (!faults((char *)arena->base + page * PAGE_SIZE, r->flags / 2 % 2 == 1, NP_NT_UNMAPPED_ACCESS))
        fuzz_fail("no fault where nothing was ever mapped");
}

/** Accesses what is mapped, what is before or after it, or what was mapped until now. */
static void access(const struct record *r)
{
    struct held *h = some(r->which, r->flags % 2 == 0);
    if (h == NULL || h->view[0] == NULL) {
        access_nothing(r);
        return;
    }
    const bool block = h->mdl == NULL, write = r->flags / 2 % 2 == 1;
    const enum np_nt_violation_kind past = block ? NP_NT_CONTIGUOUS_OVERRUN : NP_NT_UNMAPPED_ACCESS;
    char *base = h->view[0];
    const uint64_t bytes = h->pages * PAGE_SIZE;
    fuzz_tell("access %u of %s\n", r->step % 4u, block ? "a block" : "a mapping");
    switch (r->step % 4) {
    case 0:
        if (faults(base + r->low % bytes, false, past)) fuzz_fail("no access to what is mapped");
        break;
    case 1:
        if (!faults(base - 1 - r->low % PAGE_SIZE, write, past)) fuzz_fail("an access before the first page");
        break;
    case 2:
        if (!faults(base + bytes + r->low % PAGE_SIZE, write, past)) fuzz_fail("an access past the last page");
        break;
    case 3:
        if (block)
            free_block(h, r->how % 2 == 0);
        else
            unmap(h, false);
        if (!faults(base + r->low % bytes, write, NP_NT_UNMAPPED_ACCESS)) fuzz_fail("an access to what is gone");
        break;
    }
}

/** Maps an MDL once more. NULL when that is excused. */
static char *map_again(const struct held *h, ULONG priority)
{
    char *view = MmMapLockedPagesSpecifyCache(h->mdl, UserMode, MmCached, NULL, FALSE, priority);
    if (view == NULL && !excused()) fuzz_fail("not mapped: %s", np_nt_why_words());
    return view;
}

static void write_read_only(const struct record *r)
{
    const struct held *h = some(r->which, false);
    if (h == NULL || h->freed) return;
    char *view = map_again(h, NormalPagePriority | MdlMappingNoWrite);
    if (view == NULL) return;
    check_view(h, view);
    if (!faults(view + r->low % (h->pages * PAGE_SIZE), true, NP_NT_READ_ONLY_ACCESS))
        fuzz_fail("a write to a read-only mapping");
    MmUnmapLockedPages(view, h->mdl);
}

/** Maps and unmaps until the layer forgets the first of it. */
static void churn(const struct record *r)
{
    const struct held *h = some(r->which, false);
    if (h == NULL || h->freed) return;
    fuzz_tell("churn\n");
    for (unsigned i = 0; i < CHURNS; i++) {
        char *view = map_again(h, LowPagePriority);
        if (view == NULL) return;
        MmUnmapLockedPages(view, h->mdl);
    }
}

/* ---- The report ---- */

/** How many leaks there would be now. */
static uint64_t leaks_now(void)
{
    uint64_t leaks = 0;
    for (unsigned i = 0; i < MOST_HELD; i++) {
        const struct held *h = &f.held[i];
        if (!h->there) continue;
        leaks++;
        for (unsigned v = 0; h->mdl != NULL && v < MOST_VIEWS; v++)
            leaks += h->view[v] != NULL;
    }
    return leaks;
}

/** The report ends with what is held, and with the violations so far. */
static void report(void)
{
    char *text = NULL, last[128];
    size_t size = 0;
    const uint64_t leaks = leaks_now();
    FILE *to = open_memstream(&text, &size);
    if (to == NULL) fuzz_fail("no memory");
    np_nt_report(f.machine, to);
    fclose(to);
    const int length = snprintf(last, sizeof last, "\nnodepages: %" PRIu64 " leak%s, %" PRIu64 " violation%s\n", leaks,
                                leaks == 1 ? "" : "s", f.expired, f.expired == 1 ? "" : "s");
    if (size < (size_t)length || strcmp(text + size - length, last) != 0)
        fuzz_fail("another end of the report: %s", text);
    free(text);
}

/* ---- All operations ---- */

static void operate_otherwise(const struct record *r)
{
    switch (r->how % 8) {
    case 2:
        access(r);
        break;
    case 3:
        report();
        break;
    case 4:
        churn(r);
        break;
    case 5:
        fuzz_memory_left = -1;
        fuzz_settings_read(r->which, (uint8_t)r->flags);
        break;
    case 6:
        fuzz_memory_left = -1;
        fuzz_settings_map(r->which);
        break;
    case 7:
        write_read_only(r);
        break;
    default:
        list_ranges();
    }
}

static void operate(const struct record *r)
{
    struct held *h;
    switch (r->kind % 16) {
    case 0:
    case 1:
    case 2:
    case 3:
        allocate_pages(r);
        break;
    case 4:
    case 5:
        allocate_block(r);
        break;
    case 6:
    case 7:
        map(r);
        break;
    case 8:
        if ((h = some(r->which, false)) != NULL) unmap(h, false);
        break;
    case 9:
    case 10:
        if ((h = some(r->which, r->flags % 2 == 0)) != NULL && h->view[0] != NULL) write_view(h, h->view[0]);
        break;
    case 11:
        if ((h = some(r->which, false)) != NULL && h->view[0] == NULL) free_pages(h);
        break;
    case 12:
        if ((h = some(r->which, false)) != NULL) free_mdl(h);
        break;
    case 13:
        if ((h = some(r->which, true)) != NULL) free_block(h, r->flags % 2 == 0);
        break;
    case 14:
        misuse(r);
        break;
    case 15:
        operate_otherwise(r);
        break;
    }
}

/* ---- A run ---- */

/** Pages from those that hold some, when a call has too few. */
static uint64_t reclaim(void *context, uint32_t node, uint64_t shortfall)
{
    (void)context;
    (void)node;
    f.asks++;
    if (shortfall % 2 == 0) return 0;
    for (unsigned i = 0; i < MOST_HELD; i++) {
        struct held *h = &f.held[i];
        if (!h->there || h->mdl == NULL || h->freed || h->removed || h->view[0] != NULL) continue;
        const uint64_t pages = h->pages;
        fuzz_tell("  reclaimed: %" PRIu64 " pages\n", pages);
        free_mdl(h);
        return pages;
    }
    return 0;
}

static void begin(struct fuzz_data *d)
{
    struct np_layout layout = {0};
    struct np_nt_settings settings = np_nt_settings_default();
    fuzz_read_machine(d, &f.map);
    const uint8_t choices = fuzz_byte(d), scarcity = fuzz_byte(d), filling = fuzz_byte(d);
    if (fuzz_byte(d) % 8 == 7) settings.report = "/dev/null";
    f.scarce = choices % 4 == 3;
    f.pattern = choices / 4 % 4 == 3 ? filling : -1;
    settings.pattern = f.pattern;
    settings.stack_depth = choices / 16 % 8 == 7 ? 4 : 0;
    settings.messages = NULL;
    settings.on_violation = on_violation;
    f.reclaims = choices >= 128;
    if (f.reclaims) settings.reclaim = reclaim;
    if (f.scarce)
        settings.scarcity =
            (struct np_nt_scarcity){.every = scarcity % 8, .share = scarcity, .call = scarcity, .routine = NP_NT_MAP};

    if (f.map.ranges[0].first == 0) { /* the layer does without page frame 0 */
        f.map.ranges[0].first = 1;
        if (f.map.ranges[0].pages > 1)
            f.map.ranges[0].pages--;
        else if (f.map.range_count > 1)
            memmove(f.map.ranges, f.map.ranges + 1, --f.map.range_count * sizeof *f.map.ranges);
    }
    layout.count = f.map.range_count;
    layout.nodes = f.map.nodes;
    layout.has_distances = f.map.has_distance;
    memcpy(layout.distances, f.map.distance, sizeof f.map.distance);
    layout.ranges = malloc(f.map.range_count * sizeof *layout.ranges);
    if (layout.ranges == NULL) abort();
    memcpy(layout.ranges, f.map.ranges, f.map.range_count * sizeof *layout.ranges);
    if (!oracle_setup(&f.oracle, f.map.ranges, f.map.range_count, f.map.nodes,
                      f.map.has_distance ? f.map.distance : NULL))
        fuzz_fail("the machine is too large for the specification");
    for (uint32_t i = 0; i < f.oracle.pages; i++)
        f.contents[i] = (struct content){.known = true};
    f.machine = np_nt_open_layout(&layout, &settings);
    if (f.machine == NULL) fuzz_fail("no machine");
    fuzz_tell("a machine of %u pages on %u nodes\n", f.oracle.pages, f.oracle.nodes);
}

/** Everything is freed, or `keep` and counted as leaks. */
static void end(bool keep)
{
    const uint64_t kept = keep ? leaks_now() : 0;
    for (unsigned i = 0; i < MOST_HELD; i++) {
        struct held *h = &f.held[i];
        if (!h->there) continue;
        if (keep) {
            drop(h);
        } else if (h->mdl == NULL) {
            free_block(h, i % 2 == 0);
        } else {
            free_mdl(h);
        }
    }
    if (!keep) {
        const struct np_nt_use use = np_nt_page_use(f.machine);
        compare(true);
        if (use.free != use.present || use.mapped != 0) fuzz_fail("%" PRIu64 " pages are lost", use.present - use.free);
    }
    if (np_nt_violations(f.machine) != f.expired) fuzz_fail("violations are not counted");
    if (np_nt_close(f.machine) != kept) fuzz_fail("not as many leaks as things kept, %" PRIu64, kept);
}

static struct record record_of(const uint8_t *bytes)
{
    return (struct record){.kind = bytes[0],
                           .which = bytes[1],
                           .flags = (uint16_t)(bytes[2] | bytes[3] << 8),
                           .how = bytes[4],
                           .step = bytes[5],
                           .low = (uint16_t)(bytes[6] | bytes[7] << 8),
                           .high = (uint16_t)(bytes[8] | bytes[9] << 8),
                           .size = (uint16_t)(bytes[10] | bytes[11] << 8)};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_data d = fuzz_data_of(data, size);
    uint8_t bytes[RECORD];
    memset(&f, 0, sizeof f);
    fuzz_memory_left = -1;
    fuzz_host_left = -1;
    fuzz_settings_clear();
    begin(&d);
    const bool keep = size % 4 == 3;
    while (fuzz_record(&d, bytes, sizeof bytes)) {
        const struct record r = record_of(bytes);
        f.short_of = r.kind >= 224;
        f.refuses = r.kind >= 208 && !f.short_of;
        if (f.short_of) fuzz_memory_left = r.which % 4;
        if (f.refuses) fuzz_host_left = r.which % 4;
        f.asks = 0;
        operate(&r);
        fuzz_memory_left = -1;
        fuzz_host_left = -1;
        compare(false);
        check_views();
    }
    compare(true);
    end(keep);
    return 0;
}
