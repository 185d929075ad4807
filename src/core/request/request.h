/* SPDX-License-Identifier: MIT */
/*
 * Requests: what makes one valid, and what it asks for in whole pages.
 */
#ifndef NP_REQUEST_H
#define NP_REQUEST_H

#include "../types.h"
#include "../../../spec/logic/request.acsl"

/**
 * What is wrong with a pages request.
 *
 * @clause R2, C3, P2, P6, N5
 * @return the first parameter that is wrong, in the order of enum np_parameter, or NP_PARAMETER_NONE
 */
/*@ requires   valid:   \valid_read(m) && \valid_read(q);
    NP_PURE
    ensures    ok:      \result == NP_PARAMETER_NONE <==> ValidPagesRequest(m, q);
    ensures    bytes:   \result == NP_PARAMETER_BYTES <==> !ValidTotal(q);
    ensures    high:    \result == NP_PARAMETER_HIGH <==> ValidTotal(q) && q->high < q->low;
    ensures    skip:    \result == NP_PARAMETER_SKIP <==> ValidTotal(q) && q->low <= q->high && !ValidSkip(q);
    ensures    node:    \result == NP_PARAMETER_NODE <==>
                          ValidTotal(q) && q->low <= q->high && ValidSkip(q) && !ValidIdealNode(m, q);
    ensures    flags:   \result == NP_PARAMETER_FLAGS <==>
                          ValidTotal(q) && q->low <= q->high && ValidSkip(q) && ValidIdealNode(m, q) && !ValidFlags(q);
*/
enum np_parameter np_check_pages_request(const struct np_machine *m, const struct np_pages_request *q);

/**
 * The pages that a valid pages request asks for.
 *
 * @clause P2
 * @return their number, at most NP_CALL_LIMIT, in chunk mode whole chunks; 0 when the request fails on that limit
 */
/*@ requires   valid:   \valid_read(q) && ValidTotal(q) && ValidSkip(q);
    NP_PURE
    ensures    wanted:  \result == WantedPages(q);
    ensures    limit:   \result <= NP_CALL_LIMIT;
    ensures    some:    !Chunks(q) && !FullyRequired(q) ==> 1 <= \result;
    ensures    size:    q->skip != 0 ==> 1 <= q->skip / 4096;
    ensures    chunks:  Chunks(q) && q->skip != 0 ==> Aligned(\result, q->skip / 4096);
*/
uint64_t np_pages_wanted(const struct np_pages_request *q);

/**
 * What is wrong with a contiguous request.
 *
 * @clause B1, B2, B4, R2
 * @return the first parameter that is wrong, in the order of enum np_parameter, or NP_PARAMETER_NONE
 */
/*@ requires   valid:    \valid_read(m) && \valid_read(q);
    NP_PURE
    ensures    ok:       \result == NP_PARAMETER_NONE <==> ValidContiguousRequest(m, q);
    ensures    bytes:    \result == NP_PARAMETER_BYTES <==> !ValidBytes(q);
    ensures    high:     \result == NP_PARAMETER_HIGH <==> ValidBytes(q) && q->high < q->low;
    ensures    boundary: \result == NP_PARAMETER_BOUNDARY <==> ValidBytes(q) && q->low <= q->high && !ValidBoundary(q);
    ensures    node:     \result == NP_PARAMETER_NODE <==>
                           ValidBytes(q) && q->low <= q->high && ValidBoundary(q) && !ValidStrictNode(m, q);
*/
enum np_parameter np_check_contiguous_request(const struct np_machine *m, const struct np_contiguous_request *q);

/**
 * The pages that hold a number of bytes.
 *
 * @clause P2, B1
 */
/*@ NP_PURE
    ensures    whole:   \result == WholePages(bytes);
    ensures    enough:  \result * 4096 >= bytes;
    ensures    least:   bytes > 0 ==> 1 <= \result && (\result - 1) * 4096 < bytes;
    ensures    bound:   \result <= NP_STEP_LIMIT;
*/
uint64_t np_whole_pages(uint64_t bytes);

/*@ ghost
  // A power of two and the size of a page: one divides the other.
  /@ requires   power:   PowerOfTwo(n);
     NP_PURE
     ensures    fits:    1 <= n <= 0x8000000000000000;
     ensures    small:   n < 4096 ==> Aligned(4096, n);
     ensures    large:   n >= 4096 ==> Aligned(n, 4096);
  @/
  void np_lemma_power(uint64_t n);

  // A valid boundary in pages: room for all pages of the request, or none needed.
  /@ requires   valid:   \valid_read(q) && ValidBytes(q) && ValidBoundary(q);
     NP_PURE
     ensures    count:   1 <= WholePages(q->bytes) <= NP_STEP_LIMIT;
     ensures    fits:    q->boundary / 4096 == 0 || WholePages(q->bytes) <= q->boundary / 4096 <= NP_STEP_LIMIT;
  @/
  void np_lemma_boundary(const struct np_contiguous_request *q);

  // B2 in pages says what it says in bytes.
  /@ requires   valid:   \valid_read(q) && ValidBytes(q) && ValidBoundary(q) && f < NP_PFN_LIMIT;
     NP_PURE
     ensures    same:    BytesTogether(q->boundary, f, q->bytes) <==>
                           !Crosses(q->boundary / 4096, f, WholePages(q->bytes));
  @/
  void np_lemma_together(const struct np_contiguous_request *q, uint64_t f);
*/

#endif
