/* minwindef.h: the scalar types, the words without meaning, and the bit-picking macros.
 *
 * The SDK spreads these over here and winnt.h, each of which needs the other; here they stand in
 * one place, and winnt.h, which includes this file, has what is built from them. */
#ifndef _MINWINDEF_
#define _MINWINDEF_
#pragma GCC system_header
#include "winapifamily.h"
#include "sal.h"
#include "basetsd.h"
#include <stddef.h>

/* On Windows the SDK defines this spelling, not the compiler. */
#ifndef WIN32
# define WIN32
#endif

#define MAX_PATH 260

#ifndef FALSE
# define FALSE 0
#endif
#ifndef TRUE
# define TRUE 1
#endif

/* Words of 16-bit compilers and of IDL that sources still carry. */
#ifndef _NO_W32_PSEUDO_MODIFIERS
# ifndef IN
#  define IN
# endif
# ifndef OUT
#  define OUT
# endif
# ifndef OPTIONAL
#  define OPTIONAL
# endif
# define far
# define near
# define pascal
#endif
#define FAR
#define NEAR
#ifndef CONST
# define CONST const
#endif
#define CDECL

#ifndef VOID
# define VOID void
#endif

/* LONG, ULONG and DWORD have 32 bits.  On Windows they are spelt with `long`, which has 64 here. */
typedef char CHAR, *PCHAR, *LPCH, *PCH;
typedef char CCHAR;
typedef short SHORT, *PSHORT;
typedef int INT, *PINT, *LPINT;
typedef int LONG, *PLONG, *LPLONG;
typedef __int64 LONGLONG, *PLONGLONG;
typedef unsigned char UCHAR, *PUCHAR;
typedef unsigned short USHORT, *PUSHORT;
typedef unsigned int UINT, *PUINT, *LPUINT;
typedef unsigned int ULONG, *PULONG;
typedef unsigned __int64 ULONGLONG, *PULONGLONG;
typedef ULONGLONG DWORDLONG, *PDWORDLONG;
typedef unsigned char BYTE, *PBYTE, *LPBYTE;
typedef unsigned short WORD, *PWORD, *LPWORD;
typedef unsigned int DWORD, *PDWORD, *LPDWORD;
typedef int BOOL, *PBOOL, *LPBOOL;
typedef BYTE BOOLEAN, *PBOOLEAN;
typedef float FLOAT, *PFLOAT;
typedef double DOUBLE;
typedef int HFILE;
typedef WORD ATOM;
typedef int HRESULT;
typedef int NTSTATUS;

/* L"text" has 32-bit characters here, and WCHAR follows it.  Functions that take wide characters
 * are bound to exports that convert (LAPWING_LP64); structures that hold them are larger. */
typedef wchar_t WCHAR, *PWCHAR, *LPWCH, *PWCH;
typedef const wchar_t *LPCWCH, *PCWCH;
typedef const char *LPCCH, *PCCH;
typedef char *LPSTR, *PSTR, *NPSTR;
typedef const char *LPCSTR, *PCSTR;
typedef wchar_t *LPWSTR, *PWSTR, *NWPSTR;
typedef const wchar_t *LPCWSTR, *PCWSTR;

#ifdef UNICODE
typedef WCHAR TCHAR, *PTCHAR;
typedef LPWSTR LPTSTR, PTSTR, LPTCH, PTCH;
typedef LPCWSTR LPCTSTR, PCTSTR;
# define __TEXT(quote) L##quote
#else
typedef char TCHAR, *PTCHAR;
typedef LPSTR LPTSTR, PTSTR, LPTCH, PTCH;
typedef LPCSTR LPCTSTR, PCTSTR;
# define __TEXT(quote) quote
#endif
#define TEXT(quote) __TEXT(quote)
#define _TCHAR_DEFINED

typedef void *PVOID, *LPVOID;
typedef const void *LPCVOID;
typedef UINT_PTR WPARAM;
typedef LONG_PTR LPARAM, LRESULT;

/* A handle is a small number that travels as a pointer; each kind that is not a kernel object's has
 * a pointer type of its own, so that the compiler tells them apart. */
typedef void *HANDLE, **PHANDLE, **LPHANDLE, **SPHANDLE;
typedef HANDLE HGLOBAL, HLOCAL, GLOBALHANDLE, LOCALHANDLE;
#ifdef NO_STRICT
# define DECLARE_HANDLE(name) typedef HANDLE name
#else
# define DECLARE_HANDLE(name)                                                                      \
    struct name##__ {                                                                              \
        int unused;                                                                                \
    };                                                                                             \
    typedef struct name##__ *name
#endif
DECLARE_HANDLE(HINSTANCE);
typedef HINSTANCE HMODULE;
DECLARE_HANDLE(HKEY);
typedef HKEY *PHKEY;
DECLARE_HANDLE(HRSRC);

/* What GetProcAddress returns; the program casts it to the true type. */
typedef INT_PTR(WINAPI *FARPROC)(void);
typedef INT_PTR(WINAPI *NEARPROC)(void);
typedef INT_PTR(WINAPI *PROC)(void);

typedef struct _FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

#define MAKEWORD(a, b)                                                                             \
    ((WORD)(((BYTE)(((DWORD_PTR)(a)) & 0xff)) | ((WORD)((BYTE)(((DWORD_PTR)(b)) & 0xff))) << 8))
#define MAKELONG(a, b)                                                                             \
    ((LONG)(((WORD)(((DWORD_PTR)(a)) & 0xffff)) |                                                  \
            ((DWORD)((WORD)(((DWORD_PTR)(b)) & 0xffff))) << 16))
#define LOWORD(l) ((WORD)(((DWORD_PTR)(l)) & 0xffff))
#define HIWORD(l) ((WORD)((((DWORD_PTR)(l)) >> 16) & 0xffff))
#define LOBYTE(w) ((BYTE)(((DWORD_PTR)(w)) & 0xff))
#define HIBYTE(w) ((BYTE)((((DWORD_PTR)(w)) >> 8) & 0xff))

#ifndef NOMINMAX
# ifndef __cplusplus
#  ifndef max
#   define max(a, b) (((a) > (b)) ? (a) : (b))
#  endif
#  ifndef min
#   define min(a, b) (((a) < (b)) ? (a) : (b))
#  endif
/* The SDK has macros in C++ too, which break every `std::min`.  Templates that take two types do
 * what they are used for, and give way to whatever fits better. */
# elif !defined(min) && !defined(max)
extern "C++" {
template <class T> T __lapwing_value();
template <class A, class B>
constexpr decltype(true ? __lapwing_value<A>() : __lapwing_value<B>()) min(const A &a, const B &b) {
    return a < b ? a : b;
}
template <class A, class B>
constexpr decltype(true ? __lapwing_value<A>() : __lapwing_value<B>()) max(const A &a, const B &b) {
    return a > b ? a : b;
}
}
# endif
#endif

#endif
