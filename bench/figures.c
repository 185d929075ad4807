/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L

#include "figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <valgrind/callgrind.h>

#define MOST_SAMPLES 20000u
#define FEWEST_SAMPLES 3u
#define COUNTED_SAMPLES 20u /* of a task that is quick; of the others one */
#define SECONDS 1.0         /* for the samples of a row */
#define CLOCK_RUNS 1001u

static bool counting;
static double clock_cost = -1;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void must(bool held, const char *what)
{
    if (held) return;
    fflush(stdout);
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}

uint64_t random_next(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

void figures_count(void)
{
    counting = true;
}

bool figures_counting(void)
{
    return counting;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What it takes to look at the clock twice. It is taken off every sample. */
static double cost_of_clock(void)
{
    double costs[CLOCK_RUNS];
    if (clock_cost >= 0) return clock_cost;
    for (unsigned i = 0; i < CLOCK_RUNS; i++) {
        const double start = now();
        costs[i] = now() - start;
    }
    qsort(costs, CLOCK_RUNS, sizeof *costs, by_size);
    return clock_cost = costs[CLOCK_RUNS / 2];
}

static double in_unit(const char *unit)
{
    return unit[0] == 'n' ? 1e9 : unit[0] == 'u' ? 1e6 : 1e3;
}

static void print_row(struct row row, const char *median, double figure, double p99, unsigned samples)
{
    printf("{\"name\": \"%s\", \"who\": \"%s\", \"machine\": \"%s\", \"state\": \"%s\", \"pages\": %" PRIu64
           ", \"unit\": \"%s\", \"%s\": %.6g, \"p99\": %.6g, \"samples\": %u}\n",
           row.name, row.who, row.machine, row.state, row.pages, row.unit, median, figure, p99, samples);
    fflush(stdout);
}

/* One sample; what it took, in seconds. */
static double sample(struct task task)
{
    if (task.before != NULL) task.before(task.of);
    const double start = now();
    task.run(task.of);
    const double took = now() - start - cost_of_clock();
    if (task.after != NULL) task.after(task.of);
    return took < 0 ? 0 : took;
}

static void count(struct row row, struct task task, unsigned most)
{
    const unsigned samples = most < 5 * COUNTED_SAMPLES ? 1 : COUNTED_SAMPLES;
    char name[256];
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
    for (unsigned i = 0; i < samples; i++) {
        if (task.before != NULL) task.before(task.of);
        CALLGRIND_TOGGLE_COLLECT;
        task.run(task.of);
        CALLGRIND_TOGGLE_COLLECT;
        if (task.after != NULL) task.after(task.of);
    }
    snprintf(name, sizeof name, "%s|%s|%s|%s", row.name, row.who, row.machine, row.state);
    CALLGRIND_DUMP_STATS_AT(name);
    CALLGRIND_STOP_INSTRUMENTATION;
    print_row(row, "counted", 0, 0, samples);
}

void figures_measure(struct row row, struct task task, unsigned most)
{
    static double times[MOST_SAMPLES];
    unsigned samples = 0;
    if (counting) {
        count(row, task, most);
        return;
    }
    const double start = now();
    while (samples < most && samples < MOST_SAMPLES &&
           now() - start < (samples < FEWEST_SAMPLES ? 3 * SECONDS : SECONDS))
        times[samples++] = sample(task);
    qsort(times, samples, sizeof *times, by_size);
    const double scale = in_unit(row.unit);
    print_row(row, "median", times[samples / 2] * scale, times[(samples * 99 + 99) / 100 - 1] * scale, samples);
}

void figures_row(struct row row, double figure)
{
    if (!counting) print_row(row, "median", figure, figure, 1);
}
