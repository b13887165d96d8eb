/* basetsd.h: the integer types whose width is in their name, and those as wide as a pointer. */
#ifndef _BASETSD_H_
#define _BASETSD_H_
#pragma GCC system_header
#include "_lapwing.h"

/* `unsigned __int64`, as the SDK and Boost spell it: "%llu" is right for a SOCKET, and a program's
 * own prototypes of Windows functions agree with ours.  The price: size_t and uint64_t are
 * `unsigned long`, another type of the same size, so a C++ program that passes the address of a
 * size_t where a PULONG_PTR is wanted needs a cast. */
typedef unsigned __int64 ULONG_PTR, *PULONG_PTR;
typedef __int64 LONG_PTR, *PLONG_PTR;
typedef unsigned __int64 UINT_PTR, *PUINT_PTR;
typedef __int64 INT_PTR, *PINT_PTR;
typedef unsigned __int64 DWORD_PTR, *PDWORD_PTR;
typedef ULONG_PTR SIZE_T, *PSIZE_T;
typedef LONG_PTR SSIZE_T, *PSSIZE_T;
typedef ULONG_PTR KAFFINITY, *PKAFFINITY;
typedef __int64 __int3264;
typedef unsigned int UHALF_PTR, *PUHALF_PTR;
typedef int HALF_PTR, *PHALF_PTR;

typedef signed char INT8, *PINT8;
typedef signed short INT16, *PINT16;
typedef signed int INT32, *PINT32;
typedef signed __int64 INT64, *PINT64;
typedef unsigned char UINT8, *PUINT8;
typedef unsigned short UINT16, *PUINT16;
typedef unsigned int UINT32, *PUINT32;
typedef unsigned __int64 UINT64, *PUINT64;
typedef signed int LONG32, *PLONG32;
typedef __int64 LONG64, *PLONG64;
typedef unsigned int ULONG32, *PULONG32;
typedef unsigned __int64 ULONG64, *PULONG64;
typedef unsigned int DWORD32, *PDWORD32;
typedef unsigned __int64 DWORD64, *PDWORD64;

#define MAXUINT8 ((UINT8)~((UINT8)0))
#define MAXUINT16 ((UINT16)~((UINT16)0))
#define MAXUINT32 ((UINT32)~((UINT32)0))
#define MAXUINT64 ((UINT64)~((UINT64)0))
#define MAXINT32 ((INT32)(MAXUINT32 >> 1))
#define MININT32 ((INT32)~MAXINT32)
#define MAXINT64 ((INT64)(MAXUINT64 >> 1))
#define MININT64 ((INT64)~MAXINT64)
#define MAXULONG32 ((ULONG32)~((ULONG32)0))
#define MAXULONG64 ((ULONG64)~((ULONG64)0))
#define MAXULONG_PTR ((ULONG_PTR)~((ULONG_PTR)0))
#define MAXLONG_PTR ((LONG_PTR)(MAXULONG_PTR >> 1))
#define MINLONG_PTR ((LONG_PTR)~MAXLONG_PTR)
#define MAXSIZE_T ((SIZE_T)~((SIZE_T)0))
#define MAXSSIZE_T ((SSIZE_T)(MAXSIZE_T >> 1))

#define HandleToULong(h) ((ULONG)(ULONG_PTR)(h))
#define HandleToLong(h) ((LONG)(LONG_PTR)(h))
#define ULongToHandle(ul) ((HANDLE)(ULONG_PTR)(ul))
#define LongToHandle(l) ((HANDLE)(LONG_PTR)(l))
#define PtrToUlong(p) ((ULONG)(ULONG_PTR)(p))
#define PtrToLong(p) ((LONG)(LONG_PTR)(p))
#define PtrToUint(p) ((UINT)(UINT_PTR)(p))
#define PtrToInt(p) ((INT)(INT_PTR)(p))
#define UlongToPtr(ul) ((VOID *)(ULONG_PTR)(unsigned int)(ul))
#define LongToPtr(l) ((VOID *)(LONG_PTR)(int)(l))
#define UintToPtr(ui) ((VOID *)(UINT_PTR)(unsigned int)(ui))
#define IntToPtr(i) ((VOID *)(INT_PTR)(int)(i))

#endif
