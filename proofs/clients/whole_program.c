/* SPDX-License-Identifier: MIT */
/*
 * A client of the core's contracts: a whole program, from memory that holds zeros to the last call.
 *
 * It asks nothing of its caller. Each call's precondition is proved from what the calls before it have ensured, so no
 * precondition of the core contradicts itself or the predicate Machine: one that did could not be proved here. The gate
 * refuses a core with a function that this program does not reach.
 */
#include "../../src/core/nodepages.h"
#include "../../src/nt/pure/call.h"
#include "../../src/nt/pure/describe.h"
#include "../../src/nt/pure/extent.h"

/* Pages 1 to 6 on node 0 and pages 16 to 19 on node 1: 11 positions, and room for 512. */
static const struct np_range ranges[2] = {{1, 6, 0}, {16, 4, 1}};

static struct np_machine machine;
static struct np_region regions[2];
static uint64_t words[24];
static struct np_summary nodes[2];
static uint64_t pfns[8];
static struct np_storage needed;
static struct np_storage storage;
static struct np_pages_request pages;
static struct np_contiguous_request block;
static uint32_t range;
static uint64_t where;
static struct _MDL mdl;
static uint64_t first_page;
static uint64_t page_count;
static int32_t cache;
static bool write;
static bool execute;

/* The machine is set up, in the memory above. No predicate: WP tells what a name stands for at once, a prover only by reading all memory. */
#define RUNNING                                                                                                        \
    (Machine(&machine) && HeldPresent(&machine) && machine.nodes == 2 && machine.free.positions == 512 &&              \
     machine.region == &regions[0] && machine.free.words == &words[0] && machine.free.summaries == &nodes[0] &&        \
     machine.block == &words[8] && machine.mark == &words[16] && storage.regions == &regions[0] &&                     \
     storage.region_capacity == 2 && storage.words == &words[0] && storage.word_capacity == 24 &&                      \
     storage.summaries == &nodes[0] && storage.summary_capacity == 2)

/**
 * Sets the machine up, and fails to.
 *
 * @clause M1, M2, M3
 * @return whether the machine is set up
 * @cost   that of np_setup
 */
/*@ NP_RETURNS
    assigns             machine, regions[0 .. 1], words[0 .. 23], nodes[0 .. 1], needed, storage, range;
    ensures    running: \result != 0 ==> RUNNING;
*/
static uint32_t start(void)
{
    (void)np_storage_needed(ranges, 0, 2, &needed, &range);
    (void)np_storage_needed(ranges, 2, 2, &needed, &range);
    storage.regions = regions;
    storage.region_capacity = 2;
    storage.words = words;
    storage.word_capacity = 24;
    storage.summaries = nodes;
    storage.summary_capacity = 2;
    (void)np_setup(&machine, &storage, ranges, 2, 0, NULL, &range);
    //@ assert ranges: ranges[0].first == 1 && ranges[0].pages == 6 && ranges[1].first == 16 && ranges[1].pages == 4;
    //@ assert none: NeededPositions(&ranges[0], 0) == 0;
    //@ assert first: NeededPositions(&ranges[0], 1) == 6;
    //@ assert second: NeededPositions(&ranges[0], 2) == 11;
    //@ assert padded: Padded(NeededPositions(&ranges[0], 2)) == 512;
    if (np_setup(&machine, &storage, ranges, 2, 2, NULL, &range) != NP_SETUP_OK) return 0;
    //@ assert size: machine.free.positions == 512;
    //@ assert areas: machine.region == &regions[0] && machine.free.words == &words[0] && machine.free.summaries == &nodes[0];
    //@ assert block: machine.block == &words[8];
    //@ assert mark: machine.mark == &words[16];
    //@ assert machine: Machine(&machine) && machine.nodes == 2;
    //@ assert held: HeldPresent(&machine);
    //@ assert kept: storage.regions == &regions[0] && storage.words == &words[0] && storage.summaries == &nodes[0];
    //@ assert room: storage.region_capacity == 2 && storage.word_capacity == 24 && storage.summary_capacity == 2;
    return 1;
}

/**
 * Looks at the machine.
 *
 * @clause M2, M3, M4
 * @cost   that of np_count_pages
 */
/*@ requires   running: RUNNING;
    NP_PURE
    ensures    running: RUNNING;
*/
static void look(void)
{
    (void)np_locate(&machine, 0);
    (void)np_locate(&machine, 16);
    (void)np_position_from(&machine, 7);
    const uint64_t position = np_position_of(&machine, 16);
    if (position != NP_NONE) (void)np_locate_position(&machine, position);
    (void)np_bit(words, 0);
    (void)np_page_state(&machine, 0);
    (void)np_page_node(&machine, 16);
    (void)np_nt_row_extent(&machine, 1, 2);
    (void)np_nt_list_extent(&machine, pfns, 2);
    (void)np_count_pages(&machine);
}

/**
 * Asks for pages and, if there are some, frees them, twice.
 *
 * @clause P1 - P6, C1 - C4, F1, F3, F4, W1
 * @cost   that of its calls
 */
/*@ requires   running: RUNNING;
    requires   request: pages.flags <= 0xffff && pages.total <= 0x8000;
    NP_RETURNS
    assigns             pfns[0 .. 7], words[0 .. 23], nodes[0 .. 1];
    ensures    running: RUNNING;
*/
static void ask_for_pages(void)
{
    if (np_check_pages_request(&machine, &pages) == NP_PARAMETER_NONE) {
        (void)np_pages_wanted(&pages);
        (void)np_figures_pages(&machine, &pages);
    }
    (void)np_why_pages(&machine, &pages);
    const uint64_t taken = np_allocate_pages(&machine, &pages, pfns);
    if (taken == 0) return;
    (void)np_free_pages(&machine, pfns, taken);
    (void)np_add_pages(&machine, pfns, taken);
    (void)np_free_pages(&machine, pfns, taken);
}

/**
 * Asks for a block and, if there is one, frees it, twice.
 *
 * @clause B1 - B6, F2, W1
 * @cost   that of its calls
 */
/*@ requires   running: RUNNING;
    NP_RETURNS
    assigns             words[0 .. 23], nodes[0 .. 1];
    ensures    running: RUNNING;
*/
static void ask_for_block(void)
{
    if (np_check_contiguous_request(&machine, &block) == NP_PARAMETER_NONE)
        (void)np_figures_contiguous(&machine, &block);
    (void)np_why_contiguous(&machine, &block);
    (void)np_whole_pages(block.bytes);
    const uint64_t first = np_allocate_contiguous(&machine, &block);
    (void)np_free_contiguous(&machine, first);
    (void)np_free_contiguous(&machine, first);
}

/**
 * Calls src/nt/pure.
 *
 * @clause P2, P6, M2, M6
 * @cost   a few steps
 */
/*@ NP_RETURNS
    assigns             pages, block, first_page, page_count, cache, write, execute, mdl;
*/
static void call_the_layer(void)
{
    pages = np_nt_pages_request(0, -1, 0, np_nt_mdl_bytes(2), 0, NP_DONT_ZERO);
    block = np_nt_contiguous_request(1, 0, -1, 0, NP_ANY_NODE);
    (void)np_nt_page_range(0x1000, 0x1000, &first_page, &page_count);
    (void)np_nt_page_range(1, 0, &first_page, &page_count);
    (void)np_nt_zeroes(pages.flags);
    (void)np_nt_may_wait(pages.flags, np_nt_highest_irql(pages.flags));
    (void)np_nt_cache_type(7);
    (void)np_nt_protection(4, &cache, &execute);
    (void)np_nt_priority(16, &write, &execute);
    np_nt_describe(&mdl, 2);
    np_nt_describe_mapped(&mdl, NULL);
    np_nt_describe_unmapped(&mdl);
    (void)np_nt_described_pages(&mdl);
}

/**
 * Checks the machine. What np_check has found it says of the machine before it wrote where.
 *
 * @clause M2, M3, M7
 * @cost   that of np_check
 */
/*@ requires   running: RUNNING;
    NP_RETURNS
    assigns             where;
*/
static void check(void)
{
    (void)np_check(&machine, &storage, &where);
}

/**
 * The program.
 *
 * @clause M1 - M5, P1 - P6, C1 - C4, B1 - B6, F1 - F4, W1
 * @return whether the machine was set up
 * @cost   that of its calls
 */
/*@ NP_RETURNS
    assigns             machine, regions[0 .. 1], words[0 .. 23], nodes[0 .. 1], needed, storage, range, where, pages, block,
                        pfns[0 .. 7], first_page, page_count, cache, write, execute, mdl;
*/
uint32_t whole_program(void)
{
    call_the_layer();
    if (start() == 0) return 0;
    look();

    pages = (struct np_pages_request){.high = UINT64_MAX, .total = 0x2000};
    ask_for_pages();
    pages.flags = NP_FROM_LOCAL_NODE_ONLY | NP_FULLY_REQUIRED;
    ask_for_pages();
    pages.flags = NP_PREFER_CONTIGUOUS;
    ask_for_pages();
    pages.flags = NP_REQUIRE_CONTIGUOUS_CHUNKS | NP_AND_HOT_REMOVE;
    ask_for_pages();
    pages.skip = 0x2000;
    ask_for_pages();
    pages.flags = NP_ALL_FLAGS; /* not together */
    ask_for_pages();

    block =
        (struct np_contiguous_request){.bytes = 0x2000, .high = UINT64_MAX, .boundary = 0x4000, .node = NP_ANY_NODE};
    ask_for_block();
    block.node = 1;
    ask_for_block();
    block.boundary = 0x3000; /* no power of two */
    ask_for_block();

    //@ ghost const struct np_steps all = {.first = 0, .end = 512, .step = 0};
    //@ ghost np_lemma_ranges_rise(all, 0, 1, 0, 2);
    look();
    check();
    return 1;
}
