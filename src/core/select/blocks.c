/* SPDX-License-Identifier: MIT */
#include "blocks.h"
#include "blocks_lemmas.h"
#include "../ranges/fit.h"
#include "../machine/machine.h"

struct np_run np_blocks_next(const struct np_machine *m, uint32_t node, struct np_steps r, uint32_t region,
                             uint64_t from, uint64_t chunk, uint64_t limit)
{
    uint32_t s = region;
    uint64_t at = from;
    /*@ loop invariant valid: s <= m->regions && from <= at <= m->free.positions + chunk;
        loop invariant begin: \forall integer t; 0 <= t < s ==> m->region[t].base + m->region[t].pages <= at;
        loop invariant none:  \forall integer b; from <= b < at ==> !Block(m, node, r, chunk, b);
        loop assigns s, at;
        loop variant m->free.positions - at;
    */
    while (true) {
        struct np_run run = np_run_next(m, node, r, s, at, chunk, limit);
        //@ assert head: \forall integer b; EligibleRun(m, node, r, b, chunk) ==> Eligible(m, node, r, b);
        if (run.length == 0) {
            //@ ghost lemma_no_block(m, node, r, chunk, from, m->free.positions);
            return run;
        }
        s = run.region;
        //@ ghost np_lemma_region(m, s);
        //@ assert passed: \forall integer t; 0 <= t < s ==> m->region[t].base + m->region[t].pages <= m->region[s].base;
        const uint64_t f = (uint64_t)m->region[s].first + (run.start - (uint64_t)m->region[s].base);
        const uint64_t start = np_fit_aligned(f, chunk);
        if (start == f) {
            //@ ghost lemma_no_block(m, node, r, chunk, from, run.start);
            const uint64_t blocks = run.length / chunk;
            //@ ghost np_lemma_multiple(blocks, chunk);
            //@ ghost np_lemma_whole(run.length, chunk);
            //@ assert whole: 1 <= blocks && blocks * chunk <= run.length;
            run.length = blocks * chunk;
            //@ ghost lemma_row_of_blocks(m, node, r, chunk, s, run.start, blocks);
            return run;
        }
        //@ assert between: \forall integer b; run.start <= b < run.start + (start - f) ==> In(m, s, b) && !Aligned(Frame(m, s, b), chunk);
        //@ assert astray: \forall integer b; run.start <= b < run.start + (start - f) ==> !AlignedAt(m, b, chunk);
        at = run.start + (start - f);
    }
}
