/* SPDX-License-Identifier: MIT */
/*
 * basetsd.h: the plain types of the Windows kernel, over <stdint.h> alone.
 *
 * LONG and ULONG have 32 bits, as on 64-bit Windows; `long` here may have 64. The types as wide as a pointer are
 * those of <stdint.h>, so that a PFN_NUMBER array is an array of uint64_t; LONGLONG and ULONGLONG are `long long`,
 * which printf reads with %lld and %llu.
 */
#ifndef NP_NT_BASETSD_H
#define NP_NT_BASETSD_H

#include <stddef.h>
#include <stdint.h>

typedef char CHAR, CCHAR, *PCHAR, *PCCHAR;
typedef signed char SCHAR, *PSCHAR;
typedef unsigned char UCHAR, *PUCHAR, BOOLEAN, *PBOOLEAN;
typedef short SHORT, CSHORT, *PSHORT, *PCSHORT;
typedef unsigned short USHORT, *PUSHORT;
typedef int INT, *PINT;
typedef unsigned int UINT, *PUINT;
typedef int32_t LONG, *PLONG;
typedef uint32_t ULONG, *PULONG, LOGICAL, *PLOGICAL;
typedef long long LONGLONG, *PLONGLONG;
typedef unsigned long long ULONGLONG, *PULONGLONG;

typedef int8_t INT8, *PINT8;
typedef int16_t INT16, *PINT16;
typedef int32_t INT32, *PINT32, LONG32, *PLONG32;
typedef LONGLONG INT64, *PINT64, LONG64, *PLONG64;
typedef uint8_t UINT8, *PUINT8;
typedef uint16_t UINT16, *PUINT16;
typedef uint32_t UINT32, *PUINT32, ULONG32, *PULONG32, DWORD32, *PDWORD32;
typedef ULONGLONG UINT64, *PUINT64, ULONG64, *PULONG64, DWORD64, *PDWORD64;

typedef intptr_t INT_PTR, *PINT_PTR, LONG_PTR, *PLONG_PTR, SSIZE_T, *PSSIZE_T;
typedef uintptr_t UINT_PTR, *PUINT_PTR, ULONG_PTR, *PULONG_PTR, SIZE_T, *PSIZE_T;

typedef void *PVOID, *HANDLE;
typedef HANDLE *PHANDLE;

#endif
