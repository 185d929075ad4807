/* SPDX-License-Identifier: MIT */
#include "request.h"
#include "request_lemmas.h"
#include "../ranges/fit.h"
#include "../bits/word.h"

/*@ NP_PURE
    ensures    power:   \result <==> PowerOfTwo(n);
*/
static bool power_of_two(uint64_t n)
{
    //@ assert one: \forall integer k, i; 0 <= k < 64 && 0 <= i < 64 && WordBit(1 << k, i) ==> i == k;
    return n != 0 && n == UINT64_C(1) << np_word_lowest(n);
}

uint64_t np_whole_pages(uint64_t bytes)
{
    return bytes / NP_PAGE_SIZE + (bytes % NP_PAGE_SIZE != 0);
}

/* R2, C3. */
/*@ requires   valid:   \valid_read(q);
    NP_PURE
    ensures    skip:    \result <==> ValidSkip(q);
*/
static bool skip_valid(const struct np_pages_request *q)
{
    if (q->skip % NP_PAGE_SIZE != 0) return false;
    if (q->skip == 0 || (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) == 0) return true;
    return power_of_two(q->skip);
}

/* P2, C3: some bytes, in chunk mode whole chunks of a valid size. */
/*@ requires   valid:   \valid_read(q);
    NP_PURE
    ensures    total:   \result <==> ValidTotal(q);
*/
static bool total_valid(const struct np_pages_request *q)
{
    if (q->total == 0) return false;
    if ((q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) == 0 || q->skip == 0 || !skip_valid(q)) return true;
    return q->total % q->skip == 0;
}

/* P6. */
/*@ requires   valid:   \valid_read(q);
    NP_PURE
    ensures    flags:   \result <==> ValidFlags(q);
*/
static bool flags_valid(const struct np_pages_request *q)
{
    if ((q->flags & ~NP_ALL_FLAGS) != 0) return false;
    return (q->flags & NP_AND_HOT_REMOVE) == 0 || (q->flags & NP_FULLY_REQUIRED) == 0;
}

enum np_parameter np_check_pages_request(const struct np_machine *m, const struct np_pages_request *q)
{
    if (!total_valid(q)) return NP_PARAMETER_BYTES;
    if (q->high < q->low) return NP_PARAMETER_HIGH;
    if (!skip_valid(q)) return NP_PARAMETER_SKIP;
    if (q->node >= m->nodes) return NP_PARAMETER_NODE;
    if (!flags_valid(q)) return NP_PARAMETER_FLAGS;
    return NP_PARAMETER_NONE;
}

uint64_t np_pages_wanted(const struct np_pages_request *q)
{
    const uint64_t wanted = np_whole_pages(q->total);
    //@ ghost uint64_t chunk = q->skip / 4096;
    //@ assert skip: q->skip == chunk * 4096;
    //@ ghost if ((q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) != 0 && q->skip != 0) lemma_chunks(q->total, chunk);
    if (wanted <= NP_CALL_LIMIT) return wanted;
    if ((q->flags & NP_FULLY_REQUIRED) != 0) return 0;
    if ((q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) == 0) return NP_CALL_LIMIT;
    if (q->skip == 0) return 0;
    //@ ghost lemma_clamp(NP_CALL_LIMIT, chunk);
    return NP_CALL_LIMIT - NP_CALL_LIMIT % (q->skip / NP_PAGE_SIZE);
}

enum np_parameter np_check_contiguous_request(const struct np_machine *m, const struct np_contiguous_request *q)
{
    const bool bounded = power_of_two(q->boundary);
    if (q->bytes == 0 || (bounded && q->bytes > q->boundary)) return NP_PARAMETER_BYTES;
    if (q->high < q->low) return NP_PARAMETER_HIGH;
    if (q->boundary != 0 && !bounded) return NP_PARAMETER_BOUNDARY;
    if (q->node != NP_ANY_NODE && q->node >= m->nodes) return NP_PARAMETER_NODE;
    return NP_PARAMETER_NONE;
}
