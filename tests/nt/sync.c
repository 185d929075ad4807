/* SPDX-License-Identifier: MIT */
/*
 * Spin locks, interlocked operations and lists.
 */
#include "nt.h"

#include <pthread.h>
#include <string.h>

#define ROUNDS 2000

static KSPIN_LOCK lock;
static int guarded;
static LONG counted;

static void *count_up(void *context)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        KIRQL before;
        KeAcquireSpinLock(&lock, &before);
        guarded++;
        KeReleaseSpinLock(&lock, before);
        InterlockedIncrement(&counted);
    }
    return context;
}

static void a_spin_lock_keeps_others_out(void **state)
{
    struct np_nt *machine = open_small();
    pthread_t other;
    (void)state;
    KeInitializeSpinLock(&lock);
    assert_int_equal(pthread_create(&other, NULL, count_up, NULL), 0);
    count_up(NULL);
    pthread_join(other, NULL);
    assert_int_equal(guarded, 2 * ROUNDS);
    assert_int_equal(counted, 2 * ROUNDS);
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

static void wrong_uses_of_a_spin_lock(void **state)
{
    struct np_nt *machine = open_small();
    KIRQL before, dummy;
    (void)state;
    KeInitializeSpinLock(&lock);
    KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
    expect_violation(NP_NT_SPIN_LOCK);
    KeAcquireSpinLockAtDpcLevel(&lock);
    expect_violation(NP_NT_WRONG_IRQL);
    KeAcquireSpinLock(&lock, &before);
    assert_int_equal(before, PASSIVE_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeAcquireSpinLock(&lock, &dummy);
    expect_violation(NP_NT_SPIN_LOCK);
    assert_null(ExAllocatePool(PagedPool, 10));
    expect_violation(NP_NT_WRONG_IRQL);
    KeLowerIrql(PASSIVE_LEVEL);
    KeReleaseSpinLock(&lock, before);
    expect_violation(NP_NT_WRONG_IRQL);
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    KeReleaseSpinLock(&lock, HIGH_LEVEL);
    expect_violation(NP_NT_WRONG_IRQL);
    KeAcquireSpinLockAtDpcLevel(&lock);
    KeReleaseSpinLockFromDpcLevel(&lock);
    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeRaiseIrql(HIGH_LEVEL, &dummy);
    KeAcquireSpinLock(&lock, &dummy);
    expect_violation(NP_NT_WRONG_IRQL);
    KeLowerIrql(PASSIVE_LEVEL);
    assert_int_equal(watch.count, 0);
    close_clean(machine);
}

static void interlocked_operations(void **state)
{
    LONG number = 5;
    LONG64 wide = 5;
    int a = 0, b = 0;
    void *pointer = &a;
    (void)state;
    assert_int_equal(InterlockedIncrement(&number), 6);
    assert_int_equal(InterlockedDecrement(&number), 5);
    assert_int_equal(InterlockedExchange(&number, 8), 5);
    assert_int_equal(InterlockedExchangeAdd(&number, 4), 8);
    assert_int_equal(InterlockedOr(&number, 3), 12);
    assert_int_equal(InterlockedAnd(&number, 7), 15);
    assert_int_equal(InterlockedCompareExchange(&number, 1, 6), 7);
    assert_int_equal(InterlockedCompareExchange(&number, 1, 7), 7);
    assert_int_equal(number, 1);
    assert_int_equal(InterlockedIncrement64(&wide), 6);
    assert_int_equal(InterlockedDecrement64(&wide), 5);
    assert_int_equal(InterlockedExchange64(&wide, 8), 5);
    assert_int_equal(InterlockedExchangeAdd64(&wide, 4), 8);
    assert_int_equal(InterlockedCompareExchange64(&wide, 1, 6), 12);
    assert_int_equal(InterlockedCompareExchange64(&wide, 1, 12), 12);
    assert_int_equal(wide, 1);
    assert_ptr_equal(InterlockedExchangePointer(&pointer, &b), &a);
    assert_ptr_equal(InterlockedCompareExchangePointer(&pointer, &a, &a), &b);
    assert_ptr_equal(InterlockedCompareExchangePointer(&pointer, &a, &b), &b);
    assert_ptr_equal(pointer, &a);
}

static void lists(void **state)
{
    LIST_ENTRY head, entries[3];
    SINGLE_LIST_ENTRY first = {NULL}, ones[2];
    (void)state;
    InitializeListHead(&head);
    assert_true(IsListEmpty(&head));
    InsertTailList(&head, &entries[1]);
    InsertTailList(&head, &entries[2]);
    InsertHeadList(&head, &entries[0]);
    assert_ptr_equal(RemoveTailList(&head), &entries[2]);
    assert_false(RemoveEntryList(&entries[1]));
    assert_ptr_equal(RemoveHeadList(&head), &entries[0]);
    assert_true(IsListEmpty(&head));
    assert_null(PopEntryList(&first));
    PushEntryList(&first, &ones[0]);
    PushEntryList(&first, &ones[1]);
    assert_ptr_equal(PopEntryList(&first), &ones[1]);
    assert_ptr_equal(PopEntryList(&first), &ones[0]);
    assert_null(PopEntryList(&first));
}

static void strings_and_memory(void **state)
{
    static const WCHAR text[] = {'a', 'b', 'c', 0};
    static const char zeros[4];
    UNICODE_STRING string;
    char secret[4] = "key";
    (void)state;
    RtlInitUnicodeString(&string, text);
    assert_int_equal(string.Length, 6);
    assert_int_equal(string.MaximumLength, 8);
    assert_ptr_equal(string.Buffer, text);
    RtlInitUnicodeString(&string, NULL);
    assert_int_equal(string.Length, 0);
    assert_int_equal(string.MaximumLength, 0);
    assert_ptr_equal(RtlSecureZeroMemory(secret, sizeof secret), secret);
    assert_memory_equal(secret, zeros, sizeof secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spin_lock_keeps_others_out), cmocka_unit_test(wrong_uses_of_a_spin_lock),
        cmocka_unit_test(interlocked_operations),       cmocka_unit_test(lists),
        cmocka_unit_test(strings_and_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
