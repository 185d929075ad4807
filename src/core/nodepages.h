/* SPDX-License-Identifier: MIT */
/*
 * nodepages: the logic by which an operating system hands out physical pages. Everything an embedder calls.
 */
#ifndef NODEPAGES_H
#define NODEPAGES_H

#include "api/check.h"
#include "api/contiguous.h"
#include "api/give.h"
#include "machine/machine.h"
#include "api/pages.h"
#include "request/request.h"
#include "machine/state.h"
#include "types.h"
#include "api/why.h"

#endif
