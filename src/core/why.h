/*
 * Why a request fails, and the figures that a person asks for next (W1).
 */
#ifndef NP_WHY_H
#define NP_WHY_H

#include "request.h"

/**
 * Why a request to the first routine fails, asked of the state that it failed on; a failure leaves that state as it was.
 *
 * @return the first reason that applies, or NP_REASON_NONE when the request would not fail
 */
enum np_reason np_why_pages(const struct np_machine *m, const struct np_pages_request *q);

/** The same of the second routine. */
enum np_reason np_why_contiguous(const struct np_machine *m, const struct np_contiguous_request *q);

/** The figures of a valid request to the first routine. */
struct np_figures np_figures_pages(const struct np_machine *m, const struct np_pages_request *q);

/** The figures of a valid request to the second routine. */
struct np_figures np_figures_contiguous(const struct np_machine *m, const struct np_contiguous_request *q);

#endif
