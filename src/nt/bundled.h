/* SPDX-License-Identifier: MIT */
/*
 * The bundled machines.
 */
#ifndef NP_NT_BUNDLED_H
#define NP_NT_BUNDLED_H

/** A machine by its name. */
struct np_nt_bundled_map {
    const char *name;
    const char *text; /* a plain map */
};

/** All of them, the smallest first; the last has no name. */
extern const struct np_nt_bundled_map np_nt_bundled_maps[];

#endif
