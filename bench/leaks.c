/* SPDX-License-Identifier: MIT */
/*
 * How long the report of many leaks takes.
 *
 *     leaks [COUNT]      80000 without a word
 *
 * Leaks MDLs of one page without call stacks, so that each is a group of its own in the report: a tenth of them, then all. Prints
 * the seconds that each report takes. Ends with status 1 where one takes more than 10 s.
 */
#define _GNU_SOURCE 1

#include "../src/nt/include/nodepages_nt.h"
#include "../src/nt/include/ntddk.h"

#include <stdlib.h>
#include <time.h>

#define MOST_SECONDS 10

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double report_of(unsigned leaks)
{
    struct np_nt_settings settings = np_nt_settings_default();
    settings.map_text = "node 0 0x0-0x3fffffff\n";
    settings.stack_depth = 0;
    struct np_nt *machine = np_nt_open(&settings);
    FILE *to = fopen("/dev/null", "we");
    if (machine == NULL || to == NULL) exit(2);
    for (unsigned i = 0; i < leaks; i++)
        if (MmAllocatePagesForMdlEx((PHYSICAL_ADDRESS){.QuadPart = 0}, (PHYSICAL_ADDRESS){.QuadPart = -1},
                                    (PHYSICAL_ADDRESS){.QuadPart = 0}, PAGE_SIZE, MmCached,
                                    MM_DONT_ZERO_ALLOCATION) == NULL)
            exit(2);
    const double begun = now();
    np_nt_report(machine, to);
    const double took = now() - begun;
    fclose(to);
    if (np_nt_close(machine) != leaks) exit(2);
    return took;
}

int main(int argc, char **argv)
{
    const unsigned leaks = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 80000;
    const double few = report_of(leaks / 10), all = report_of(leaks);
    printf("%-45s %8.2f s %8.2f s %6.1f\n", "report of leaks without stacks", few, all, few > 0 ? all / few : 0);
    return all > MOST_SECONDS;
}
