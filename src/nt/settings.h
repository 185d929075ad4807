/* SPDX-License-Identifier: MIT */
/*
 * Settings, and the map they name.
 */
#ifndef NP_NT_SETTINGS_H
#define NP_NT_SETTINGS_H

#include "../host/live.h"
#include "../host/map_file.h"
#include "bundled.h"
#include "include/nodepages_nt.h"

/**
 * Reads the map that the settings name.
 *
 * @param layout  filled when true comes back; to be freed by np_layout_free
 * @return false with a message
 */
bool np_nt_read_map(const struct np_nt_settings *settings, struct np_layout *layout);

#endif
