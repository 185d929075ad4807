/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIRST_AFTER 1000
#define THEN_EVERY 200

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void np_progress_start(struct np_progress *progress)
{
    *progress = (struct np_progress){.on = isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 0};
    progress->started = milliseconds();
    progress->next = progress->started + FIRST_AFTER;
}

void np_progress_at(struct np_progress *progress, uint64_t line)
{
    if (!progress->on) return;
    int64_t now = milliseconds();
    if (now < progress->next) return;
    progress->next = now + THEN_EVERY;
    progress->shown = true;
    fprintf(stderr, "\rline %" PRIu64 ", %" PRId64 " s", line, (now - progress->started) / 1000);
}

void np_progress_end(struct np_progress *progress)
{
    if (progress->shown) fprintf(stderr, "\r\033[K");
    progress->shown = false;
}
