/*
 * The bundled machines (corpus/machines) as plain maps, the smallest first. Written by src/nt/bundle.
 */
#include "bundled.h"

#include "include/nodepages_nt.h"

/* clang-format off */
const struct np_nt_bundled_map np_nt_bundled_maps[] = {
    {"qssc-s4r-4node-128gib-hotplug",
     "node 0 0x0000000001000-0x000000009afff\n"
     "node 0 0x0000000100000-0x000007b43dfff\n"
     "node 0 0x0000100000000-0x000087fffffff\n"
     "node 1 0x0000880000000-0x000107fffffff\n"
     "node 2 0x0001080000000-0x000187fffffff\n"
     "node 3 0x0001880000000-0x000207fffffff\n"
     "distance\n"
     "10 20 20 20\n"
     "20 10 20 20\n"
     "20 20 10 20\n"
     "20 20 20 10\n"},
    {"hisilicon-hip08-4node-sparse",
     "node 0 0x0000000000000-0x000007fffffff\n"
     "node 0 0x0002080000000-0x0002fffffffff\n"
     "node 1 0x0003000000000-0x0003fffffffff\n"
     "node 2 0x0202000000000-0x0202fffffffff\n"
     "node 3 0x0203000000000-0x0203fffffffff\n"
     "distance\n"
     "10 20 20 20\n"
     "20 10 20 20\n"
     "20 20 10 20\n"
     "20 20 20 10\n"},
    {"amd-epyc-8node-1tib",
     "node 0 0x0000000000000-0x0000000098fff\n"
     "node 0 0x0000000100000-0x0000076daffff\n"
     "node 0 0x0000077000000-0x00000c9d5efff\n"
     "node 0 0x00000c9dd2000-0x00000c9e84fff\n"
     "node 0 0x00000cacc9000-0x00000cbffffff\n"
     "node 0 0x0000100000000-0x000202f37ffff\n"
     "node 1 0x0002030000000-0x000402ff7ffff\n"
     "node 2 0x0004030000000-0x000602ff7ffff\n"
     "node 3 0x0006030000000-0x000802ff7ffff\n"
     "node 4 0x0008030000000-0x000a02ff7ffff\n"
     "node 5 0x000a030000000-0x000c02ff7ffff\n"
     "node 6 0x000c030000000-0x000e02ff7ffff\n"
     "node 7 0x000e030000000-0x001002ff7ffff\n"
     "distance\n"
     "10 16 16 16 32 32 32 32\n"
     "16 10 16 16 32 32 32 32\n"
     "16 16 10 16 32 32 32 32\n"
     "16 16 16 10 32 32 32 32\n"
     "32 32 32 32 10 16 16 16\n"
     "32 32 32 32 16 10 16 16\n"
     "32 32 32 32 16 16 10 16\n"
     "32 32 32 32 16 16 16 10\n"},
    {NULL, NULL}};

const char *const *np_nt_bundled(void)
{
    static const char *const names[] = {
        "qssc-s4r-4node-128gib-hotplug",
        "hisilicon-hip08-4node-sparse",
        "amd-epyc-8node-1tib",
        NULL};
    return names;
}
/* clang-format on */
