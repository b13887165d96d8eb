/* Stands in front of glibc's <wchar.h> and adds what Microsoft's has beside the standard.
 *
 * wprintf, fwprintf and swprintf are glibc's, so "%s" in their formats is narrow text; in the
 * functions that are Microsoft's alone it is wide. */
#pragma GCC system_header
#include_next <wchar.h>
#if !defined(LAPWING_CRT_WCHAR_H) && defined(_WCHAR_H)
#define LAPWING_CRT_WCHAR_H
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>
#include "lapwing/crt.h"
#include "lapwing/narrow-path.h"
#include "lapwing/wide-format.h"

#ifdef __cplusplus
extern "C" {
#endif
wchar_t *_wcsdup(const wchar_t *text) __asm__("wcsdup");
int _wcsicmp(const wchar_t *left, const wchar_t *right) __asm__("wcscasecmp");
int _wcsnicmp(const wchar_t *left, const wchar_t *right, size_t count) __asm__("wcsncasecmp");
int wcsicmp(const wchar_t *left, const wchar_t *right) __asm__("wcscasecmp");
int wcsnicmp(const wchar_t *left, const wchar_t *right, size_t count) __asm__("wcsncasecmp");
wchar_t *wcstok_s(wchar_t *text, const wchar_t *delimiters, wchar_t **context) __asm__("wcstok");
#ifdef __cplusplus
}
#endif

#ifndef wcscpy_s
# define LAPWING_CHAR wchar_t
# define LAPWING_COPY_S wcscpy_s
# define LAPWING_NCOPY_S wcsncpy_s
# define LAPWING_CAT_S wcscat_s
# define LAPWING_NCAT_S wcsncat_s
# include "lapwing/checked-copy.h"
#endif
#ifndef wmemcpy_s
LAPWING_CRT_INLINE errno_t wmemcpy_s(wchar_t *to, rsize_t size, const wchar_t *from,
                                     rsize_t count) {
    return memcpy_s(to, size * sizeof *to, from, count * sizeof *to);
}
LAPWING_CRT_INLINE errno_t wmemmove_s(wchar_t *to, rsize_t size, const wchar_t *from,
                                      rsize_t count) {
    return memmove_s(to, size * sizeof *to, from, count * sizeof *to);
}
#endif
LAPWING_CRT_INLINE size_t wcsnlen_s(const wchar_t *text, size_t count) {
    size_t length = 0;
    while (text && length < count && text[length]) length++;
    return length;
}
LAPWING_CRT_INLINE wchar_t *_wcsupr(wchar_t *text) {
    wchar_t *at;
    for (at = text; *at; at++) *at = (wchar_t)towupper((wint_t)*at);
    return text;
}
LAPWING_CRT_INLINE wchar_t *_wcslwr(wchar_t *text) {
    wchar_t *at;
    for (at = text; *at; at++) *at = (wchar_t)towlower((wint_t)*at);
    return text;
}
LAPWING_CRT_INLINE wchar_t *_wcsrev(wchar_t *text) {
    size_t from = 0, to = wcslen(text);
    for (; from + 1 < to; from++, to--) {
        wchar_t kept = text[from];
        text[from] = text[to - 1];
        text[to - 1] = kept;
    }
    return text;
}

/* Numbers. */
LAPWING_CRT_INLINE int _wtoi(const wchar_t *text) { return (int)wcstol(text, NULL, 10); }
LAPWING_CRT_INLINE long _wtol(const wchar_t *text) { return wcstol(text, NULL, 10); }
LAPWING_CRT_INLINE __lapwing_int64 _wtoi64(const wchar_t *text) { return wcstoll(text, NULL, 10); }
LAPWING_CRT_INLINE double _wtof(const wchar_t *text) { return wcstod(text, NULL); }
LAPWING_CRT_INLINE wchar_t *_i64tow(__lapwing_int64 value, wchar_t *text, int base) {
    char digits[66];
    size_t at = 0;
    _i64toa(value, digits, base);
    do text[at] = (wchar_t)digits[at];
    while (digits[at++]);
    return text;
}
LAPWING_CRT_INLINE wchar_t *_itow(int value, wchar_t *text, int base) {
    return _i64tow(base == 10 ? value : (__lapwing_int64)(unsigned)value, text, base);
}
LAPWING_CRT_INLINE errno_t _itow_s(int value, wchar_t *text, size_t size, int base) {
    wchar_t digits[66];
    if (!text || !size || base < 2 || base > 36) return EINVAL;
    return wcscpy_s(text, size, _itow(value, digits, base));
}

/* Text made by a format.  _snwprintf fills the buffer to its last character and leaves it without
 * an end when the text does not fit; the result is then -1. */
LAPWING_CRT_INLINE int _vsnwprintf(wchar_t *buffer, size_t count, const wchar_t *format,
                                   va_list arguments) {
    va_list again;
    int length;
    va_copy(again, arguments);
    length = __lapwing_vsnwprintf(buffer, count, format, arguments);
    if (length >= 0 && count && (size_t)length >= count) {
        wchar_t *whole = (wchar_t *)__builtin_malloc(((size_t)length + 1) * sizeof(wchar_t));
        if (whole) {
            __lapwing_vsnwprintf(whole, (size_t)length + 1, format, again);
            __builtin_memcpy(buffer, whole, count * sizeof(wchar_t));
            __builtin_free(whole);
        }
    }
    va_end(again);
    return count && length > 0 && (size_t)length > count ? -1 : length;
}
LAPWING_CRT_INLINE int _vscwprintf(const wchar_t *format, va_list arguments) {
    return __lapwing_vsnwprintf(NULL, 0, format, arguments);
}
/* As vsprintf_s and _vsnprintf_s of stdio.h. */
LAPWING_CRT_INLINE int vswprintf_s(wchar_t *buffer, size_t size, const wchar_t *format,
                                   va_list arguments) {
    int length;
    if (!buffer || !size || !format) {
        errno = EINVAL;
        return -1;
    }
    length = __lapwing_vsnwprintf(buffer, size, format, arguments);
    if (length >= 0 && (size_t)length < size) return length;
    buffer[0] = L'\0';
    errno = ERANGE;
    return -1;
}
LAPWING_CRT_INLINE int _vsnwprintf_s(wchar_t *buffer, size_t size, size_t count,
                                     const wchar_t *format, va_list arguments) {
    size_t room = count < size ? count + 1 : size;
    int length;
    if (!buffer || !size || !format) {
        errno = EINVAL;
        return -1;
    }
    length = __lapwing_vsnwprintf(buffer, room, format, arguments);
    if (length >= 0 && (size_t)length < room) return length;
    if (length < 0 || (count != _TRUNCATE && count >= size)) {
        buffer[0] = L'\0';
        errno = ERANGE;
    }
    return -1;
}
#define LAPWING_CRT_WIDE_VARIADIC(call)                                                            \
    va_list arguments;                                                                             \
    int length;                                                                                    \
    va_start(arguments, format);                                                                   \
    length = call;                                                                                 \
    va_end(arguments);                                                                             \
    return length
LAPWING_CRT_INLINE int _snwprintf(wchar_t *buffer, size_t count, const wchar_t *format, ...) {
    LAPWING_CRT_WIDE_VARIADIC(_vsnwprintf(buffer, count, format, arguments));
}
LAPWING_CRT_INLINE int _scwprintf(const wchar_t *format, ...) {
    LAPWING_CRT_WIDE_VARIADIC(_vscwprintf(format, arguments));
}
LAPWING_CRT_INLINE int swprintf_s(wchar_t *buffer, size_t size, const wchar_t *format, ...) {
    LAPWING_CRT_WIDE_VARIADIC(vswprintf_s(buffer, size, format, arguments));
}
LAPWING_CRT_INLINE int _snwprintf_s(wchar_t *buffer, size_t size, size_t count,
                                    const wchar_t *format, ...) {
    LAPWING_CRT_WIDE_VARIADIC(_vsnwprintf_s(buffer, size, count, format, arguments));
}
#ifdef __cplusplus
extern "C++" {
LAPWING_CRT_TEMPLATE int swprintf_s(wchar_t (&buffer)[Size], const wchar_t *format, ...) {
    LAPWING_CRT_WIDE_VARIADIC(vswprintf_s(buffer, Size, format, arguments));
}
LAPWING_CRT_TEMPLATE int _snwprintf_s(wchar_t (&buffer)[Size], size_t count, const wchar_t *format,
                                      ...) {
    LAPWING_CRT_WIDE_VARIADIC(_vsnwprintf_s(buffer, Size, count, format, arguments));
}
LAPWING_CRT_TEMPLATE int vswprintf_s(wchar_t (&buffer)[Size], const wchar_t *format,
                                     va_list arguments) {
    return vswprintf_s(buffer, Size, format, arguments);
}
}
#endif
#undef LAPWING_CRT_WIDE_VARIADIC

/* Files by a wide name. */
LAPWING_CRT_INLINE FILE *_wfopen(const wchar_t *name, const wchar_t *mode) {
    char *narrow = __lapwing_narrow(name), *how = __lapwing_narrow(mode);
    FILE *file = narrow && how ? fopen(narrow, how) : NULL;
    __builtin_free(narrow);
    __builtin_free(how);
    return file;
}
LAPWING_CRT_INLINE errno_t _wfopen_s(FILE **file, const wchar_t *name, const wchar_t *mode) {
    if (!file) return EINVAL;
    *file = _wfopen(name, mode);
    return *file ? 0 : errno;
}
LAPWING_CRT_INLINE int _wremove(const wchar_t *name) {
    char *narrow = __lapwing_narrow(name);
    int result = narrow ? remove(narrow) : -1;
    __builtin_free(narrow);
    return result;
}
LAPWING_CRT_INLINE int _wrename(const wchar_t *name, const wchar_t *other) {
    char *from = __lapwing_narrow(name), *to = __lapwing_narrow(other);
    int result = from && to ? rename(from, to) : -1;
    __builtin_free(from);
    __builtin_free(to);
    return result;
}

#endif
