/*
 * nodepages: the logic by which an operating system hands out physical pages. Everything an embedder calls.
 */
#ifndef NODEPAGES_H
#define NODEPAGES_H

#include "check.h"
#include "contiguous.h"
#include "give.h"
#include "machine.h"
#include "pages.h"
#include "request.h"
#include "state.h"
#include "types.h"
#include "why.h"

#endif
