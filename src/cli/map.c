/* SPDX-License-Identifier: MIT */
#include "map.h"

#include "print.h"

#include <inttypes.h>

static void print_count(FILE *out, uint64_t count, const char *what)
{
    fprintf(out, "%" PRIu64 " %s%s", count, what, count == 1 ? "" : "s");
}

static void print_pages(FILE *out, uint64_t pages)
{
    char size[NP_SIZE_TEXT];
    print_count(out, pages, "page");
    fprintf(out, ", %s", np_size_text(size, pages));
}

static void print_nodes(FILE *out, const struct np_layout *layout)
{
    for (uint32_t node = 0; node < layout->nodes; node++) {
        uint64_t pages = 0, ranges = 0;
        for (uint32_t i = 0; i < layout->count; i++)
            if (layout->ranges[i].node == node) {
                pages += layout->ranges[i].pages;
                ranges++;
            }
        fprintf(out, "#   node %" PRIu32 ": ", node);
        if (pages == 0) {
            fprintf(out, "no memory\n");
            continue;
        }
        print_pages(out, pages);
        fprintf(out, " in ");
        print_count(out, ranges, "range");
        fputc('\n', out);
    }
}

static void print_ranges(FILE *out, const struct np_layout *layout)
{
    uint64_t end = 0;
    for (uint32_t i = 0; i < layout->count; i++) {
        const struct np_range *range = &layout->ranges[i];
        if (range->first > end) {
            fprintf(out, "# hole   0x%013" PRIx64 "-0x%013" PRIx64 "  # ", end * NP_PAGE_SIZE,
                    range->first * NP_PAGE_SIZE - 1);
            print_pages(out, range->first - end);
            fputc('\n', out);
        }
        end = range->first + range->pages;
        fprintf(out, "node %-2" PRIu32 "  0x%013" PRIx64 "-0x%013" PRIx64 "  # ", range->node,
                range->first * NP_PAGE_SIZE, end * NP_PAGE_SIZE - 1);
        print_pages(out, range->pages);
        fputc('\n', out);
    }
}

static void print_distances(FILE *out, const struct np_layout *layout)
{
    fprintf(out, "distance  # a row for each node, a column for each node%s\n",
            layout->has_distances ? "" : "; defaults: no map gives any");
    for (uint32_t from = 0; from < layout->nodes; from++) {
        for (uint32_t to = 0; to < layout->nodes; to++)
            fprintf(out, "%s%3u", to == 0 ? "" : " ", np_layout_distance(layout, from, to));
        fputc('\n', out);
    }
}

void np_map_print(FILE *out, const struct np_layout *layout)
{
    fprintf(out, "# ");
    print_count(out, layout->nodes, "node");
    fprintf(out, ", ");
    print_pages(out, np_layout_pages(layout));
    fprintf(out, " in ");
    print_count(out, layout->count, "range");
    fprintf(out, "; a page is 4096 bytes\n");
    print_nodes(out, layout);
    fputc('\n', out);
    print_ranges(out, layout);
    fputc('\n', out);
    print_distances(out, layout);
}
