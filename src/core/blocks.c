#include "blocks.h"
#include "fit.h"
#include "machine.h"

/*@ ghost
  // Where no eligible run and no aligned one starts, no block does, and no page is usable.
  /@ requires valid: 1 <= c && from <= to && Seam(m, node, r, c, from);
     requires none:  \forall integer b; from <= b < to ==> !Block(m, node, r, c, b);
     terminates \true; exits \false; assigns \nothing;
     ensures  none:  NoneUsable(m, node, r, c, from, to);
  @/
  void lemma_no_block(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t c, uint64_t from, uint64_t to)
  {
     /@ assert astride: \forall integer p, b; from <= p < to && b < from && b <= p < b + c ==> !Block(m, node, r, c, b); @/
     return;
  }

  // A block where a page is at a multiple of c with as many eligible pages behind it.
  /@ requires valid: Table(m) && In(m, s, b) && In(m, s, b + c - 1) && 1 <= c <= 0x10000000000000;
     requires block: Aligned(Frame(m, s, b), c) && EligibleRun(m, node, r, b, c);
     terminates \true; exits \false; assigns \nothing;
     ensures  usable: AllUsable(m, node, r, c, b, b + c);
     ensures  seam:   Seam(m, node, r, c, b + c);
     ensures  next:   Aligned(Frame(m, s, b) + c, c);
  @/
  void lemma_block(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t c, uint32_t s, uint64_t b)
  {
     np_lemma_stretch(m, s);
     np_lemma_next_aligned((uint64_t)m->stretch[s].first + (b - (uint64_t)m->stretch[s].base), c);
     /@ assert block:   Block(m, node, r, c, b); @/
     /@ assert between: \forall integer x; b < x < b + c ==> In(m, s, x) && !Aligned(Frame(m, s, x), c); @/
     /@ assert none:    \forall integer x; b < x < b + c ==> !AlignedAt(m, x, c); @/
     return;
  }

  // A row of blocks.
  /@ requires valid: Table(m) && In(m, s, start) && In(m, s, start + k * c - 1) && 1 <= c <= 0x10000000000000 && 1 <= k;
     requires first: Aligned(Frame(m, s, start), c);
     requires free:  EligibleRun(m, node, r, start, k * c);
     terminates \true; exits \false; assigns \nothing;
     ensures  usable: AllUsable(m, node, r, c, start, start + k * c);
     ensures  seam:   Seam(m, node, r, c, start + k * c);
  @/
  void lemma_row_of_blocks(const struct np_machine *m, uint32_t node, struct np_steps r, uint64_t c, uint32_t s, uint64_t start, uint64_t k)
  {
     uint64_t b = start + c;
     uint64_t left = k - 1;
     /@ assert rest: 0 <= left * c && left * c + c == k * c; @/
     lemma_block(m, node, r, c, s, start);
     /@ loop invariant count:   0 <= left < k && start + c <= b && b + left * c == start + k * c;
        loop invariant usable:  AllUsable(m, node, r, c, start, b);
        loop invariant seam:    Seam(m, node, r, c, b);
        loop invariant aligned: Aligned(m->stretch[s].first + (b - m->stretch[s].base), c);
        loop assigns left, b;
        loop variant left;
     @/
     while (left > 0) {
        uint64_t rest = left - 1;
        /@ assert rest: 0 <= rest * c && rest * c + c == left * c; @/
        /@ assert run:  EligibleRun(m, node, r, b, c); @/
        /@ assert in:   In(m, s, b) && In(m, s, b + c - 1); @/
        lemma_block(m, node, r, c, s, b);
        b += c;
        left--;
     }
     return;
  }
*/

struct np_run np_blocks_next(const struct np_machine *m, uint32_t node, struct np_steps r, uint32_t stretch,
                             uint64_t from, uint64_t chunk, uint64_t limit)
{
    uint32_t s = stretch;
    uint64_t at = from;
    /*@ loop invariant valid: s <= m->stretches && from <= at <= m->free.positions + chunk;
        loop invariant begin: \forall integer t; 0 <= t < s ==> m->stretch[t].base + m->stretch[t].pages <= at;
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
        s = run.stretch;
        //@ ghost np_lemma_stretch(m, s);
        //@ assert passed: \forall integer t; 0 <= t < s ==> m->stretch[t].base + m->stretch[t].pages <= m->stretch[s].base;
        const uint64_t f = (uint64_t)m->stretch[s].first + (run.start - (uint64_t)m->stretch[s].base);
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
