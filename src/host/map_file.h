/* SPDX-License-Identifier: MIT */
/*
 * Map files: the content decides the kind. A file whose first line that says something is one of a plain map is a
 * plain map; any other is searched for the lines of a kernel log and of `numactl --hardware`, and may hold both.
 */
#ifndef NP_MAP_FILE_H
#define NP_MAP_FILE_H

#include "pool.h"
#include "text.h"

/**
 * Reads a map into the pool.
 *
 * @param name  the file, or `-` for standard input; it must outlive the pool
 * @return false with a message
 */
bool np_map_file_read(struct np_pool *pool, const char *name);

/** The same for a text that is open already, and stays so. */
bool np_map_text_read(struct np_pool *pool, struct np_text *text);

#endif
