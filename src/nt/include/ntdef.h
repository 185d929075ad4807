/* SPDX-License-Identifier: MIT */
/*
 * ntdef.h: the types and the small macros that every driver source uses.
 *
 * WCHAR has 16 bits, as on Windows. Under -fshort-wchar it is wchar_t, and L"text" fits; without, it is char16_t, and
 * the text is u"text".
 */
#ifndef NP_NT_NTDEF_H
#define NP_NT_NTDEF_H

#include "basetsd.h"
#include "ntstatus.h"
#include "sal.h"

#include <string.h>

#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#ifndef FALSE
#define FALSE 0
#endif
#ifndef TRUE
#define TRUE 1
#endif

#define VOID void
#define CONST const
#define ANYSIZE_ARRAY 1

/* Calling conventions and linkage of a kernel: there is one of each here. */
#define NTAPI
#define FASTCALL
#define NTSYSAPI
#define __cdecl
#define __stdcall
#define __fastcall
#define NTKERNELAPI
#define DECLSPEC_IMPORT
#define DECLSPEC_NORETURN __attribute__((noreturn))
#define DECLSPEC_NOINLINE __attribute__((noinline))
#define DECLSPEC_ALIGN(bytes) __attribute__((aligned(bytes)))
#define FORCEINLINE static inline __attribute__((always_inline))

typedef const char *PCSTR, *PCCH;
typedef char *PSTR, *PCH, *PSZ;

#if __SIZEOF_WCHAR_T__ == 2
typedef wchar_t WCHAR;
#elif defined(__cplusplus)
typedef char16_t WCHAR;
#else
typedef __CHAR16_TYPE__ WCHAR;
#endif
typedef WCHAR *PWCHAR, *PWCH, *PWSTR;
typedef const WCHAR *PCWCH, *PCWSTR;

/** A counted string; both lengths in bytes. */
typedef struct _UNICODE_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

/** A signed number of 64 bits, whole or in halves. */
typedef union _LARGE_INTEGER {
    __extension__ struct {
        ULONG LowPart;
        LONG HighPart;
    };
    struct {
        ULONG LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

/** The same, unsigned. */
typedef union _ULARGE_INTEGER {
    __extension__ struct {
        ULONG LowPart;
        ULONG HighPart;
    };
    struct {
        ULONG LowPart;
        ULONG HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

/** A physical address in bytes. The routines read all 64 bits of it as a number without a sign. */
typedef LARGE_INTEGER PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

/** A node of a doubly linked list, or its head. */
typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

#define FIELD_OFFSET(Type, Field) ((LONG)offsetof(Type, Field))
#define CONTAINING_RECORD(Address, Type, Field) ((Type *)(void *)((PCHAR)(Address)-offsetof(Type, Field)))
#define ARGUMENT_PRESENT(Pointer) ((Pointer) != NULL)
#define RTL_NUMBER_OF(Array) (sizeof(Array) / sizeof((Array)[0]))
#ifndef ARRAYSIZE
#define ARRAYSIZE(Array) RTL_NUMBER_OF(Array)
#endif

#ifdef __cplusplus
#define C_ASSERT(Condition) static_assert(Condition, #Condition)
#else
#define C_ASSERT(Condition) _Static_assert(Condition, #Condition)
#endif
#define UNREFERENCED_PARAMETER(Parameter) ((void)(Parameter))
#define UNREFERENCED_LOCAL_VARIABLE(Variable) ((void)(Variable))

#define RtlZeroMemory(Destination, Length) ((void)memset((Destination), 0, (Length)))
#define RtlFillMemory(Destination, Length, Fill) ((void)memset((Destination), (Fill), (Length)))
#define RtlCopyMemory(Destination, Source, Length) ((void)memcpy((Destination), (Source), (Length)))
#define RtlMoveMemory(Destination, Source, Length) ((void)memmove((Destination), (Source), (Length)))
#define RtlEqualMemory(First, Second, Length) (memcmp((First), (Second), (Length)) == 0)

/* Assertions of a driver: in force where DBG is 1, as in a checked build. */
#ifndef DBG
#define DBG 0
#endif
#if DBG
#include <assert.h>
#define NT_ASSERT(Condition) assert(Condition)
#else
#define NT_ASSERT(Condition) ((void)0)
#endif
#ifndef ASSERT
#define ASSERT(Condition) NT_ASSERT(Condition)
#endif

#endif
