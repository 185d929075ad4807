#include "spot.h"
#include "summary.h"

/*@ ghost
  /@ requires   stands:  Stands(positions, i, s, a) && i % 2 == 0 && s < 0x40000000;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    parent:  Stands(positions, i / 2, 2 * s, a);
  @/
  void lemma_up(int64_t positions, int64_t i, int64_t s, int64_t a)
  {
     /@ assert even: i == 2 * (i / 2); @/
     /@ assert same: (i / 2) * (2 * s) == 2 * (i / 2) * s; @/
     return;
  }

  /@ requires   stands:  Stands(positions, i, s, a) && s > 512;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    child:   Stands(positions, 2 * i, s / 2, a);
  @/
  void lemma_down(int64_t positions, int64_t i, int64_t s, int64_t a)
  {
     /@ assert even: s == 2 * (s / 2) && Level(s / 2); @/
     /@ assert same: 2 * i * (s / 2) == i * (2 * (s / 2)); @/
     return;
  }

  /@ requires   stands:  Stands(positions, i, s, a) && 0 <= a < positions <= 0x40000000000;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    bounds:  1 <= i <= 0x80000000000;
  @/
  void lemma_number(int64_t positions, int64_t i, int64_t s, int64_t a)
  {
     /@ assert low:  i >= 1; @/
     /@ assert most: i * 1 <= i * s; @/
     return;
  }

  /@ requires   stands:  Stands(positions, i, s, a) && a % 512 == 0;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    next:    Stands(positions, i + 1, s, a + s);
     ensures    block:   (a + s) % 512 == 0;
  @/
  void lemma_next(int64_t positions, int64_t i, int64_t s, int64_t a)
  {
     /@ assert blocks: s % 512 == 0; @/
     return;
  }

  /@ requires   blocks:  positions % 512 == 0 && a % 512 == 0 && 0 <= a < positions <= 0x40000000000;
     terminates          \true;
     exits               \false;
     assigns             \nothing;
     ensures    leaf:    Stands(positions, (positions + a) / 512, 512, a);
  @/
  void lemma_leaf(int64_t positions, int64_t a)
  {
     return;
  }
*/

/* The first child of a node. */
/*@ requires   node:    0 <= x.node <= 0x80000000000 && 0x400 <= x.span;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    child:   \result.node == 2 * x.node && \result.span == x.span / 2;
*/
static struct np_spot first_child(struct np_spot x)
{
    const struct np_spot child = {2 * x.node, x.span / 2};
    return child;
}

struct np_spot np_spot_below(struct np_spot x) /*@ ghost (int64_t positions, uint64_t at) */
{
    //@ ghost int64_t a = (int64_t)at;
    //@ ghost lemma_number(positions, x.node, x.span, a);
    //@ ghost lemma_down(positions, x.node, x.span, a);
    return first_child(x);
}

/* Where to go on from a position: at the parent, if it begins there, else at the largest node that does not reach too far. */
/*@ requires   stands:  Stands(positions, x.node, x.span, at) && 0 <= at < positions <= 0x40000000000;
    requires   blocks:  at % 512 == 0 && positions % 512 == 0;
    terminates          \true;
    exits               \false;
    assigns             \nothing;
    ensures    spot:    Spot(positions, \result, at) && \result.span <= 2 * x.span;
*/
static struct np_spot settle(int64_t positions, struct np_spot x, int64_t at)
{
    //@ ghost lemma_number(positions, x.node, x.span, at);
    if (x.node % 2 == 0 && x.span < NP_TOP && at + 2 * x.span <= positions) {
        //@ ghost lemma_up(positions, x.node, x.span, at);
        const struct np_spot parent = {x.node / 2, 2 * x.span};
        return parent;
    }
    struct np_spot y = x;
    /*@ loop invariant stands: Stands(positions, y.node, y.span, at) && y.span <= x.span;
        loop assigns y;
        loop variant y.span;
    */
    while (at + y.span > positions) {
        //@ assert large: y.span > 512;
        //@ ghost lemma_number(positions, y.node, y.span, at);
        //@ ghost lemma_down(positions, y.node, y.span, at);
        y = first_child(y);
    }
    return y;
}

struct np_spot np_spot_at(int64_t positions, uint64_t at)
{
    const int64_t a = (int64_t)at;
    //@ assert same: a == at;
    //@ ghost lemma_leaf(positions, a);
    const struct np_spot leaf = {(positions + a) / 512, 512};
    return settle(positions, leaf, a);
}

struct np_spot np_spot_after(int64_t positions, struct np_spot x, uint64_t next)
{
    const int64_t a = (int64_t)next;
    //@ assert same: a == next;
    //@ ghost lemma_number(positions, x.node, x.span, a - x.span);
    //@ ghost lemma_next(positions, x.node, x.span, a - x.span);
    const struct np_spot y = {x.node + 1, x.span};
    return settle(positions, y, a);
}
