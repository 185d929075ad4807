/* SPDX-License-Identifier: MIT */
/*
 * Settings from the environment, for target `nt`.
 */
#ifndef FUZZ_NT_SETTINGS_H
#define FUZZ_NT_SETTINGS_H

#include <stdint.h>

/** Forgets all variables. */
void fuzz_settings_clear(void);

/**
 * Gives a variable one of the texts that are known here, and reads the settings: they must be what the texts mean, or be refused
 * with one message that names a variable.
 */
void fuzz_settings_read(uint8_t variable, uint8_t text);

/** Reads a map as settings name it, which must be a machine or be refused with one message. */
void fuzz_settings_map(uint8_t which);

#endif
