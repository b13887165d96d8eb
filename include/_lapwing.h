/* _lapwing.h: the glue under every other header.  Nothing here is a Windows name, except the words
 * with which the SDK marks its own declarations.
 *
 * One rule explains this whole tree.  The library speaks the Windows ABI: DWORD has 32 bits,
 * TIMEVAL is two 32-bit integers, WCHAR has 16 bits, AF_INET6 is 23.  A C program on Linux is LP64:
 * its long has 64 bits, its wchar_t 32.  Wherever the two differ the HEADER bends, never the
 * library. */
#ifndef LAPWING_GLUE_H
#define LAPWING_GLUE_H
#pragma GCC system_header

#include "lapwing-cc.h" /* for a build that does not go through `lapwing cc` */

#ifdef __cplusplus
# define LAPWING_BEGIN extern "C" {
# define LAPWING_END }
#else
# define LAPWING_BEGIN
# define LAPWING_END
#endif

/* A function whose name glibc exports too (socket, send, listen) keeps its name in the source and
 * gets another one in the object file.  The preprocessor never sees it, so `object.send()`,
 * `::send`, `&send` and a struct member called `select` all stay what they are. */
#define LAPWING_SYMBOL(name) __asm__("lapwing_" #name)

/* A function that takes wide characters or a struct timeval has two exports: the one of the Windows
 * ABI under its own name, and this one, which takes the types of a C program on LP64. */
#define LAPWING_LP64(name) __asm__("lapwing_" #name "_lp64")

/* `#define CreateEvent LAPWING_AW(CreateEvent)`: the name that UNICODE chooses. */
#ifdef UNICODE
# define LAPWING_AW(name) name##W
#else
# define LAPWING_AW(name) name##A
#endif

/* Who exports a declared function.  Every declaration of an exported function starts with one of
 * these words in column 0 and nothing else does: tests/support/surface.rs reads them. */
#define WINBASEAPI                /* kernel32.dll */
#define WINADVAPI                 /* advapi32.dll */
#define WINSOCK_API_LINKAGE       /* ws2_32.dll, mswsock.dll */
#define WINMMAPI                  /* winmm.dll */
#define WINUSERAPI                /* user32.dll */
#define WINGDIAPI                 /* gdi32.dll */
#define NTSYSAPI                  /* ntdll.dll */
#define SHSTDAPI                  /* shell32.dll */
#define _CRTIMP                   /* the C run-time */

#define WINAPI
#define WINAPIV
#define WSAAPI
#define CALLBACK
#define APIENTRY
#define NTAPI
#define PASCAL
#define FORCEINLINE static inline __attribute__((__always_inline__))

#endif
