/* SPDX-License-Identifier: MIT */
/*
 * Figures: what a task takes, sample by sample, by the clock or, under callgrind, in instructions.
 *
 * Every row is a line of JSON on standard output: {"name", "who", "machine", "state", "pages", "unit", "median", "p99", "samples"}.
 * bench/run makes the table and the plot of them.
 */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a row is about: what is asked of whom, on which machine, in which state; and by what the time is divided. */
struct row {
    const char *name;
    const char *who;
    const char *machine;
    const char *state;
    uint64_t pages;   /* of the machine, or of the answer */
    const char *unit; /* ns, us, ms */
};

/** A task: `run` alone is measured. `before` and `after` may be NULL; all get `of`. */
struct task {
    void (*before)(void *of);
    void (*run)(void *of);
    void (*after)(void *of);
    void *of;
};

/** Rows are counted in instructions, not timed: for callgrind. To be said before the first row. */
void figures_count(void);

bool figures_counting(void);

/**
 * Measures a task again and again, and prints the row.
 *
 * @param most  samples; fewer when they take longer than a second, but 3 if these take no longer than 3 seconds
 */
void figures_measure(struct row row, struct task task, unsigned most);

/** Prints a row of one figure that was found some other way. */
void figures_row(struct row row, double figure);

/** Ends the program with a message when something did not hold. */
void must(bool held, const char *what);

/** The next of a row of random numbers that is the same in every run. */
uint64_t random_next(uint64_t *seed);

#endif
