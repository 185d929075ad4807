/* SPDX-License-Identifier: MIT */
/*
 * Packed files: gzip, xz, Zstandard, and text of 16 bits with a byte order mark, read as they are needed.
 */
#ifndef NP_UNPACK_H
#define NP_UNPACK_H

#include "../host/text.h"

extern const struct np_unpacker np_unpacker;

#endif
