/* Stands in front of glibc's <stdlib.h> and adds what Microsoft's has beside the standard. */
#pragma GCC system_header
#include_next <stdlib.h>
#ifndef LAPWING_CRT_STDLIB_H
#define LAPWING_CRT_STDLIB_H
#include <errno.h>
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
/* glibc shows these only to programs that do not ask for a strict standard. */
void __lapwing_qsort(void *base, size_t count, size_t size,
                     int (*compare)(const void *, const void *, void *),
                     void *context) __asm__("qsort_r");
int __lapwing_setenv(const char *name, const char *value, int replace) __asm__("setenv");
int __lapwing_unsetenv(const char *name) __asm__("unsetenv");
long __lapwing_getrandom(void *buffer, size_t size, unsigned flags) __asm__("getrandom");
__lapwing_int64 _atoi64(const char *text) __asm__("atoll");
__lapwing_int64 _strtoi64(const char *text, char **end, int base) __asm__("strtoll");
__lapwing_uint64 _strtoui64(const char *text, char **end, int base) __asm__("strtoull");
/* The text that a failed call of the system left: errno's, under Microsoft's two names. */
int *_errno(void) __asm__("__errno_location");
#ifdef __cplusplus
}
#endif

/* What errno says, in Windows' words.  It follows errno, and cannot be set by itself. */
LAPWING_CRT_INLINE unsigned long *__doserrno(void) {
    static __thread unsigned long code;
    switch (errno) {
    case 0:
    case EBADF: code = 0; break; /* a wrong number is no error of the system's */
    case ENOENT: code = 2; break;
    case ENOTDIR: code = 3; break;
    case EMFILE:
    case ENFILE: code = 4; break;
    case EACCES:
    case EISDIR:
    case EPERM: code = 5; break;
    case ENOMEM: code = 8; break;
    case EXDEV: code = 17; break;
    case EROFS: code = 19; break;
    case EEXIST: code = 80; break;
    case EPIPE: code = 109; break;
    case EDQUOT:
    case ENOSPC: code = 112; break;
    case ENOTEMPTY: code = 145; break;
    case ENAMETOOLONG: code = 206; break;
    case EIO: code = 1117; break;
    default: code = 87; break;
    }
    return &code;
}
#define _doserrno (*__doserrno())

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

#ifndef _ltoa
LAPWING_CRT_INLINE char *_ltoa(long value, char *text, int base) {
    return _i64toa(value, text, base);
}
LAPWING_CRT_INLINE char *_ultoa(unsigned long value, char *text, int base) {
    return _ui64toa(value, text, base);
}
#endif
/* With a size: ERANGE and an empty text when the digits do not fit. */
LAPWING_CRT_INLINE errno_t __lapwing_digits_s(const char *digits, char *text, size_t size) {
    size_t length = 0;
    if (!text || !size) return EINVAL;
    while (digits[length]) length++;
    text[0] = '\0';
    if (length >= size) return ERANGE;
    __builtin_memcpy(text, digits, length + 1);
    return 0;
}
#ifndef _itoa_s
LAPWING_CRT_INLINE errno_t _itoa_s(int value, char *text, size_t size, int base) {
    char digits[66];
    if (base < 2 || base > 36) return EINVAL;
    return __lapwing_digits_s(_itoa(value, digits, base), text, size);
}
#endif
#ifndef _i64toa_s
LAPWING_CRT_INLINE errno_t _i64toa_s(__lapwing_int64 value, char *text, size_t size, int base) {
    char digits[66];
    if (base < 2 || base > 36) return EINVAL;
    return __lapwing_digits_s(_i64toa(value, digits, base), text, size);
}
LAPWING_CRT_INLINE errno_t _ui64toa_s(__lapwing_uint64 value, char *text, size_t size, int base) {
    char digits[66];
    if (base < 2 || base > 36) return EINVAL;
    return __lapwing_digits_s(_ui64toa(value, digits, base), text, size);
}
LAPWING_CRT_INLINE errno_t _ltoa_s(long value, char *text, size_t size, int base) {
    return _i64toa_s(value, text, size, base);
}
LAPWING_CRT_INLINE errno_t _ultoa_s(unsigned long value, char *text, size_t size, int base) {
    return _ui64toa_s(value, text, size, base);
}
#endif
#ifdef __cplusplus
extern "C++" {
LAPWING_CRT_TEMPLATE errno_t _itoa_s(int value, char (&text)[Size], int base) {
    return _itoa_s(value, text, Size, base);
}
}
#endif

/* A number nobody can foretell. */
#ifndef rand_s
LAPWING_CRT_INLINE errno_t rand_s(unsigned *number) {
    unsigned char *to = (unsigned char *)number;
    size_t got = 0;
    if (!number) return EINVAL;
    while (got < sizeof *number) {
        long more = __lapwing_getrandom(to + got, sizeof *number - got, 0);
        if (more < 0 && errno != EINTR) return errno;
        if (more > 0) got += (size_t)more;
    }
    return 0;
}
#endif

/* The environment.  The length counts the end of the text; 0 is no such variable. */
#ifndef getenv_s
LAPWING_CRT_INLINE errno_t getenv_s(size_t *length, char *text, size_t size, const char *name) {
    const char *value = name ? getenv(name) : NULL;
    if (!length || !name || (!text && size)) return EINVAL;
    if (text && size) text[0] = '\0';
    *length = value ? __builtin_strlen(value) + 1 : 0;
    if (!value || !size) return 0;
    return __lapwing_digits_s(value, text, size);
}
#endif
#ifndef _dupenv_s
LAPWING_CRT_INLINE errno_t _dupenv_s(char **text, size_t *length, const char *name) {
    const char *value = name ? getenv(name) : NULL;
    if (!text || !name) return EINVAL;
    *text = NULL;
    if (length) *length = 0;
    if (!value) return 0;
    *text = __builtin_strdup(value);
    if (!*text) return ENOMEM;
    if (length) *length = __builtin_strlen(value) + 1;
    return 0;
}
#endif
/* An empty value removes the variable. */
#ifndef _putenv_s
LAPWING_CRT_INLINE errno_t _putenv_s(const char *name, const char *value) {
    if (!name || !value) return EINVAL;
    return (*value ? __lapwing_setenv(name, value, 1) : __lapwing_unsetenv(name)) ? errno : 0;
}
#endif
#ifndef _putenv
LAPWING_CRT_INLINE int _putenv(const char *assignment) {
    const char *equals = assignment ? __builtin_strchr(assignment, '=') : NULL;
    char *name = equals ? __builtin_strndup(assignment, (size_t)(equals - assignment)) : NULL;
    int result = name && !_putenv_s(name, equals + 1) ? 0 : -1;
    __builtin_free(name);
    return result;
}
#endif

/* The context comes first in Microsoft's comparison. */
struct __lapwing_sort {
    int(*compare)(void *, const void *, const void *);
    void *context;
};
LAPWING_CRT_INLINE int __lapwing_compare(const void *left, const void *right, void *sort) {
    const struct __lapwing_sort *given = (const struct __lapwing_sort *)sort;
    return given->compare(given->context, left, right);
}
#ifndef qsort_s
LAPWING_CRT_INLINE void qsort_s(void *base, size_t count, size_t size,
                                int (*compare)(void *, const void *, const void *),
                                void *context) {
    struct __lapwing_sort sort = {compare, context};
    __lapwing_qsort(base, count, size, __lapwing_compare, &sort);
}
#endif

#ifndef _rotl /* a macro of <immintrin.h>'s */
LAPWING_CRT_INLINE unsigned _rotl(unsigned value, int shift) {
    return value << (shift & 31) | value >> (-shift & 31);
}
LAPWING_CRT_INLINE unsigned _rotr(unsigned value, int shift) {
    return value >> (shift & 31) | value << (-shift & 31);
}
#endif
LAPWING_CRT_INLINE __lapwing_uint64 _rotl64(__lapwing_uint64 value, int shift) {
    return value << (shift & 63) | value >> (-shift & 63);
}
LAPWING_CRT_INLINE __lapwing_uint64 _rotr64(__lapwing_uint64 value, int shift) {
    return value >> (shift & 63) | value << (-shift & 63);
}
LAPWING_CRT_INLINE __lapwing_int64 _abs64(__lapwing_int64 value) {
    return value < 0 ? -value : value;
}

#include <wchar.h>
#endif
