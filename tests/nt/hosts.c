/* SPDX-License-Identifier: MIT */
/*
 * Hosts of several nodes: which part of the memory is bound to which. The host is made up: nodes 0 and 2, by functions
 * that the linker puts in the place of libnuma's.
 */
#include "nt.h"

#include <errno.h>
#include <numa.h>
#include <sys/mman.h>

#define CALLS 64

/* What was asked of the host. */
static struct {
    unsigned calls;
    uint64_t bytes[CALLS];
    unsigned node[CALLS];
    unsigned nodes; /* of the host */
    int error;
    bool no_addresses; /* to set the policy through */
} host;

int __wrap_numa_available(void);
unsigned int __wrap_numa_bitmask_weight(const struct bitmask *mask);
int __wrap_numa_bitmask_isbitset(const struct bitmask *mask, unsigned int node);
long __wrap_mbind(void *address, unsigned long bytes, int mode, const unsigned long *mask, unsigned long size,
                  unsigned flags);

int __wrap_numa_available(void)
{
    return host.nodes == 0 ? -1 : 0;
}

unsigned int __wrap_numa_bitmask_weight(const struct bitmask *mask)
{
    (void)mask;
    return host.nodes;
}

int __wrap_numa_bitmask_isbitset(const struct bitmask *mask, unsigned int node)
{
    (void)mask;
    return node == 0 || node == 2;
}

long __wrap_mbind(void *address, unsigned long bytes, int mode, const unsigned long *mask, unsigned long size,
                  unsigned flags)
{
    (void)flags;
    assert_int_equal((uintptr_t)address % PAGE_SIZE, 0);
    assert_int_equal(mode, 2); /* MPOL_BIND */
    assert_true(size > 3);
    assert_true(host.calls < CALLS);
    host.bytes[host.calls] = bytes;
    host.node[host.calls++] = (unsigned)__builtin_ctzl(*mask);
    errno = host.error;
    return host.error == 0 ? 0 : -1;
}

void *__real_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);

void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    if (host.no_addresses && file >= 0) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return __real_mmap(address, size, protection, flags, file, offset);
}

static struct np_nt *open_on(unsigned nodes, const char *map, int error, char *said, size_t room)
{
    struct np_nt_settings settings = np_nt_settings_default();
    const bool no_addresses = host.no_addresses;
    memset(&host, 0, sizeof host);
    host.no_addresses = no_addresses;
    host.nodes = nodes;
    host.error = error;
    settings.map = map;
    settings.messages = fmemopen(said, room, "w");
    struct np_nt *machine = np_nt_open(&settings);
    fclose(settings.messages);
    assert_non_null(machine);
    return machine;
}

static void each_node_has_one_of_the_host(void **state)
{
    static const unsigned nodes[] = {0, 0, 0, 2, 2, 2}; /* 0; 1 by turns; 2; 3 by turns */
    static const uint64_t pages[] = {0x9a, 0x7b33e, 0x780000, 0x800000, 0x800000, 0x800000};
    char said[256] = "";
    (void)state;
    struct np_nt *machine = open_on(2, "qssc-s4r-4node-128gib-hotplug", 0, said, sizeof said);
    assert_int_equal(host.calls, 6);
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(host.node[i], nodes[i]);
        assert_int_equal(host.bytes[i], pages[i] * PAGE_SIZE);
    }
    assert_string_equal(said, "");
    close_clean(machine);
}

static void a_long_range_in_steps(void **state)
{
    char said[256] = "";
    uint64_t bytes = 0;
    (void)state;
    struct np_nt *machine = open_on(2, "amd-epyc-8node-1tib", 0, said, sizeof said);
    for (unsigned i = 0; i < host.calls; i++) {
        assert_true(host.bytes[i] <= UINT64_C(1) << 36);
        bytes += host.bytes[i];
    }
    assert_int_equal(bytes, np_nt_page_use(machine).present * PAGE_SIZE);
    close_clean(machine);
}

static void a_host_of_one_node_or_none(void **state)
{
    char said[256] = "";
    (void)state;
    close_clean(open_on(1, "qssc-s4r-4node-128gib-hotplug", 0, said, sizeof said));
    assert_int_equal(host.calls, 0);
    close_clean(open_on(0, "qssc-s4r-4node-128gib-hotplug", 0, said, sizeof said));
    assert_int_equal(host.calls, 0);
}

static void a_host_that_refuses(void **state)
{
    char said[256] = "";
    (void)state;
    close_clean(open_on(2, "qssc-s4r-4node-128gib-hotplug", EPERM, said, sizeof said));
    assert_int_equal(host.calls, 1);
    assert_non_null(strstr(said, "warning: memory is not bound"));
    host.no_addresses = true;
    close_clean(open_on(2, "qssc-s4r-4node-128gib-hotplug", 0, said, sizeof said));
    host.no_addresses = false;
    assert_int_equal(host.calls, 0);
    assert_non_null(strstr(said, "warning: memory is not bound to the nodes of the host: Cannot allocate memory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_node_has_one_of_the_host),
        cmocka_unit_test(a_long_range_in_steps),
        cmocka_unit_test(a_host_of_one_node_or_none),
        cmocka_unit_test(a_host_that_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
