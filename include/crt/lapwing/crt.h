/* lapwing/crt.h: what the stand-ins for the C library's headers share.
 *
 * They add Microsoft's names in two ways.  A name that is only another word for one of glibc's is
 * declared with glibc's symbol.  The rest are inline functions, each left out where the program
 * made a macro of the name: being neither _MSC_VER nor __MINGW32__, we meet sources that bring
 * their own. */
#ifndef LAPWING_CRT_CRT_H
#define LAPWING_CRT_CRT_H
#pragma GCC system_header

#define LAPWING_CRT_INLINE static inline __attribute__((__unused__))
#define LAPWING_CRT_FORMAT(format, first)                                                          \
    static inline __attribute__((__unused__, __format__(__printf__, format, first)))

#include <stddef.h>

#define LAPWING_CRT_PRINTF(format, first) __attribute__((__format__(__printf__, format, first)))

__extension__ typedef long long __lapwing_int64;
__extension__ typedef unsigned long long __lapwing_uint64;

/* One definition for an array of known size in C++, beside the function that is told the size. */
#ifdef __cplusplus
# define LAPWING_CRT_TEMPLATE template <size_t Size> inline
#endif

typedef int errno_t;
typedef size_t rsize_t;
#define _TRUNCATE ((size_t)-1)
#define STRUNCATE 80

#endif
