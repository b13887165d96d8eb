/* Stands in front of glibc's <stdlib.h> and adds what Microsoft's has beside the standard. */
#pragma GCC system_header
#include_next <stdlib.h>
#ifndef LAPWING_CRT_STDLIB_H
#define LAPWING_CRT_STDLIB_H
#include "lapwing/crt.h"

#define _MAX_PATH 260
#define _MAX_DRIVE 3
#define _MAX_DIR 256
#define _MAX_FNAME 256
#define _MAX_EXT 256
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#define __max(a, b) (((a) > (b)) ? (a) : (b))
#define __min(a, b) (((a) < (b)) ? (a) : (b))

#ifdef __cplusplus
extern "C" {
#endif
__extension__ typedef long long __lapwing_int64;
__extension__ typedef unsigned long long __lapwing_uint64;
__lapwing_int64 _atoi64(const char *text) __asm__("atoll");
__lapwing_int64 _strtoi64(const char *text, char **end, int base) __asm__("strtoll");
__lapwing_uint64 _strtoui64(const char *text, char **end, int base) __asm__("strtoull");
int _putenv(char *assignment) __asm__("putenv");
#ifdef __cplusplus
}
#endif

#define _byteswap_ushort(value) __builtin_bswap16(value)
#define _byteswap_ulong(value) __builtin_bswap32(value)
#define _byteswap_uint64(value) __builtin_bswap64(value)

/* Digits of a number in base 2 to 36.  Only base 10 has a sign; the others show the bits. */
LAPWING_CRT_INLINE char *__lapwing_digits(__lapwing_uint64 value, int minus, char *text, int base) {
    char digits[64];
    int count = 0, at = 0;
    do {
        digits[count++] = "0123456789abcdefghijklmnopqrstuvwxyz"[value % (unsigned)base];
        value /= (unsigned)base;
    } while (value);
    if (minus) text[at++] = '-';
    while (count) text[at++] = digits[--count];
    text[at] = '\0';
    return text;
}
#ifndef _itoa
LAPWING_CRT_INLINE char *_itoa(int value, char *text, int base) {
    int minus = base == 10 && value < 0;
    unsigned bits = minus ? 0u - (unsigned)value : (unsigned)value;
    return __lapwing_digits(bits, minus, text, base);
}
#endif
#ifndef itoa
# define itoa _itoa
#endif
#ifndef _i64toa
LAPWING_CRT_INLINE char *_i64toa(__lapwing_int64 value, char *text, int base) {
    int minus = base == 10 && value < 0;
    __lapwing_uint64 bits = minus ? 0u - (__lapwing_uint64)value : (__lapwing_uint64)value;
    return __lapwing_digits(bits, minus, text, base);
}
#endif
#ifndef _ui64toa
LAPWING_CRT_INLINE char *_ui64toa(__lapwing_uint64 value, char *text, int base) {
    return __lapwing_digits(value, 0, text, base);
}
#endif

#endif
