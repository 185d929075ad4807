#include <stdint.h>

/* What the tests of the gate's readers read: sample.printed, sample.csv and normal.c are what Frama-C made of this. */

#define QUOTED "a string with /* no comment */ and a \" in it"

struct pair {
    uint32_t first, second;
};

/*@ predicate Small(integer x) = 0 <= x < 100;
    predicate Kept{L1, L2}(struct pair *p) = \at(p->first, L1) == \at(p->first, L2);
    logic integer sum(struct pair *p) = p->first + p->second;
    lemma small_twice: \forall integer x; Small(x) ==> 0 <= 2 * x < 200;
*/

/*@ ghost
  /@ requires small: Small(x);
     terminates \true;
     exits \false;
     assigns \nothing;
     ensures even: (2 * x) % 2 == 0; @/
  void lemma_even(uint32_t x)
  {
      return;
  }
*/

/*@ requires small: Small(p->first) && Small(p->second);
    requires valid: \valid(p);
    terminates \true;
    exits \false;
    assigns p->second;
    ensures kept: Kept{Pre, Post}(p);
    ensures sum: p->second == sum{Pre}(p);
    behavior zero:
      assumes p->first == 0;
      ensures same: p->second == \old(p->second);
*/
void add(struct pair *p)
{
    p->second += p->first;
}

/*@ requires small: n < 100;
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures twice: \result == 2 * n;
*/
static uint32_t twice(uint32_t n)
{
    uint32_t sum = 0;
    //@ ghost lemma_even(n);
    /*@ loop invariant inside: i <= n && sum == 2 * i;
        loop assigns i, sum;
        loop variant n - i;
    */
    for (uint32_t i = 0; i < n; i++)
        sum += 2;
    return sum;
}

/*@ requires small: n < 100;
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures wrong: \result == 2 * n + 1;
*/
uint32_t wrong(uint32_t n)
{
    return twice(n);
}

/*@ requires high: n > 100;
    requires low: n < 50;
    terminates \true;
    exits \false;
    assigns \nothing;
    ensures any: \result == 7;
*/
uint32_t never(uint32_t n)
{
    return n;
}

/*@ requires n: n < 10;
    terminates \true;
    exits \false;
    assigns \nothing;
*/
uint32_t letter(uint32_t n)
{
    const char *text = QUOTED;
    if (n == 7)
        return (uint32_t)'}';
    return (uint32_t)text[n];
}
