/*
 * Requests: what makes one valid, and what it asks for in whole pages.
 */
#ifndef NP_REQUEST_H
#define NP_REQUEST_H

#include "types.h"

enum np_parameter np_check_pages_request(const struct np_machine *m, const struct np_pages_request *q);

uint64_t np_pages_wanted(const struct np_pages_request *q);

enum np_parameter np_check_contiguous_request(const struct np_machine *m, const struct np_contiguous_request *q);

uint64_t np_whole_pages(uint64_t bytes);

#endif
