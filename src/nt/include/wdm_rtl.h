/* SPDX-License-Identifier: MIT */
/*
 * wdm_rtl.h: lists, counted strings, limits and the like of wdm.h. It needs no library.
 */
#ifndef NP_NT_WDM_RTL_H
#define NP_NT_WDM_RTL_H

#include "ntdef.h"

#define MAXUCHAR 0xff
#define MAXUSHORT 0xffff
#define MAXLONG 0x7fffffff
#define MAXULONG 0xffffffff

#ifndef __cplusplus
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#endif

/** An entry of a list that is linked one way. */
typedef struct _SINGLE_LIST_ENTRY {
    struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

static inline void InitializeListHead(PLIST_ENTRY ListHead)
{
    ListHead->Flink = ListHead->Blink = ListHead;
}

static inline BOOLEAN IsListEmpty(const LIST_ENTRY *ListHead)
{
    return ListHead->Flink == ListHead;
}

/** @return whether the list is empty now */
static inline BOOLEAN RemoveEntryList(PLIST_ENTRY Entry)
{
    const PLIST_ENTRY after = Entry->Flink, before = Entry->Blink;
    before->Flink = after;
    after->Blink = before;
    return after == before;
}

static inline PLIST_ENTRY RemoveHeadList(PLIST_ENTRY ListHead)
{
    const PLIST_ENTRY entry = ListHead->Flink;
    RemoveEntryList(entry);
    return entry;
}

static inline PLIST_ENTRY RemoveTailList(PLIST_ENTRY ListHead)
{
    const PLIST_ENTRY entry = ListHead->Blink;
    RemoveEntryList(entry);
    return entry;
}

static inline void InsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
    Entry->Flink = ListHead->Flink;
    Entry->Blink = ListHead;
    ListHead->Flink->Blink = Entry;
    ListHead->Flink = Entry;
}

static inline void InsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
    InsertHeadList(ListHead->Blink, Entry);
}

static inline void PushEntryList(PSINGLE_LIST_ENTRY ListHead, PSINGLE_LIST_ENTRY Entry)
{
    Entry->Next = ListHead->Next;
    ListHead->Next = Entry;
}

/** @return NULL when there is none */
static inline PSINGLE_LIST_ENTRY PopEntryList(PSINGLE_LIST_ENTRY ListHead)
{
    const PSINGLE_LIST_ENTRY entry = ListHead->Next;
    if (entry != NULL) ListHead->Next = entry->Next;
    return entry;
}

/** Zeroes memory that is not read again; no compiler leaves it out. */
static inline PVOID RtlSecureZeroMemory(PVOID Memory, SIZE_T Count)
{
    volatile UCHAR *at = (volatile UCHAR *)Memory;
    while (Count-- != 0)
        *at++ = 0;
    return Memory;
}

/** A counted string of what a NULL-terminated one holds; that one is not copied. */
static inline void RtlInitUnicodeString(PUNICODE_STRING Destination, PCWSTR Source)
{
    SIZE_T length = 0;
    while (Source != NULL && Source[length] != 0 && length < 0x7ffe)
        length++;
    Destination->Length = (USHORT)(length * sizeof(WCHAR));
    Destination->MaximumLength = (USHORT)(Source == NULL ? 0 : (length + 1) * sizeof(WCHAR));
    Destination->Buffer = (PWSTR)(uintptr_t)Source;
}

#endif
