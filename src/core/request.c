#include "request.h"

static bool power_of_two(uint64_t n)
{
    return n != 0 && (n & (n - 1)) == 0;
}

uint64_t np_whole_pages(uint64_t bytes)
{
    return bytes / NP_PAGE_SIZE + (bytes % NP_PAGE_SIZE != 0);
}

/* R2, C3. */
static bool skip_valid(const struct np_pages_request *q)
{
    if (q->skip % NP_PAGE_SIZE != 0) return false;
    if (q->skip == 0 || (q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) == 0) return true;
    return power_of_two(q->skip);
}

/* P2, C3: some bytes, in chunk mode whole chunks of a valid size. */
static bool total_valid(const struct np_pages_request *q)
{
    if (q->total == 0) return false;
    if ((q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) == 0 || q->skip == 0 || !skip_valid(q)) return true;
    return q->total % q->skip == 0;
}

/* P6. */
static bool flags_valid(uint32_t flags)
{
    if ((flags & ~NP_ALL_FLAGS) != 0) return false;
    return (flags & NP_AND_HOT_REMOVE) == 0 || (flags & NP_FULLY_REQUIRED) == 0;
}

enum np_parameter np_check_pages_request(const struct np_machine *m, const struct np_pages_request *q)
{
    if (!total_valid(q)) return NP_PARAMETER_BYTES;
    if (q->high < q->low) return NP_PARAMETER_HIGH;
    if (!skip_valid(q)) return NP_PARAMETER_SKIP;
    if (q->node >= m->nodes) return NP_PARAMETER_NODE;
    if (!flags_valid(q->flags)) return NP_PARAMETER_FLAGS;
    return NP_PARAMETER_NONE;
}

uint64_t np_pages_wanted(const struct np_pages_request *q)
{
    const uint64_t wanted = np_whole_pages(q->total);
    if (wanted <= NP_CALL_LIMIT) return wanted;
    if ((q->flags & NP_FULLY_REQUIRED) != 0) return 0;
    if ((q->flags & NP_REQUIRE_CONTIGUOUS_CHUNKS) == 0) return NP_CALL_LIMIT;
    if (q->skip == 0) return 0;
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
