/* lapwing/wide-format.h: Microsoft's formats for wide text, put into glibc's.
 *
 * In Microsoft's wide functions %s and %c stand for wide text, %S, %C and %hs for narrow, and %I64d
 * for a 64-bit number.  The functions of wchar.h and strsafe.h that glibc lacks come through here;
 * wprintf, which it has, does not. */
#ifndef LAPWING_CRT_WIDE_FORMAT_H
#define LAPWING_CRT_WIDE_FORMAT_H
#pragma GCC system_header
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <wchar.h>
#include "crt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The format in glibc's words, for __builtin_free.  `%s` grows by one character. */
LAPWING_CRT_INLINE wchar_t *__lapwing_wide_format(const wchar_t *format) {
    wchar_t *words = (wchar_t *)__builtin_malloc((2 * wcslen(format) + 1) * sizeof(wchar_t));
    wchar_t *to = words;
    if (!words) return NULL;
    while (*format) {
        wchar_t size = 0;
        if (*format != L'%') {
            *to++ = *format++;
            continue;
        }
        *to++ = *format++;
        while (*format && wcschr(L"-+ #0123456789.*'", *format)) *to++ = *format++;
        if (format[0] == L'I' && format[1] == L'6' && format[2] == L'4') {
            format += 3;
            *to++ = L'l';
            *to++ = L'l';
        } else if (format[0] == L'I' && format[1] == L'3' && format[2] == L'2') {
            format += 3;
        } else if (format[0] == L'I') {
            format++;
            *to++ = L'z';
        } else {
            while (*format && wcschr(L"hlwLqjzt", *format)) {
                size = *format++;
                if (size != L'h' && size != L'w') *to++ = size;
                if (size == L'h' && *format && !wcschr(L"sScC", *format)) *to++ = size;
            }
        }
        switch (*format) {
        case L's':
        case L'c':
            if (size == 0 || size == L'w') *to++ = L'l';
            *to++ = *format++;
            break;
        case L'S':
        case L'C':
            if (size == L'w') *to++ = L'l';
            *to++ = *format++ == L'S' ? L's' : L'c';
            break;
        default:
            if (*format) *to++ = *format++;
        }
    }
    *to = L'\0';
    return words;
}

/* What vsnprintf is for narrow text: the whole length, and as much of the text as fits, with its
 * end.  -1 and errno if the format or an argument is wrong. */
LAPWING_CRT_INLINE int __lapwing_vsnwprintf(wchar_t *buffer, size_t size, const wchar_t *format,
                                            va_list arguments) {
    wchar_t *words = __lapwing_wide_format(format), *text = NULL;
    size_t room = 256;
    int length = -1;
    while (words && length < 0 && room <= 0x4000000) {
        va_list again;
        wchar_t *more = (wchar_t *)__builtin_realloc(text, room * sizeof(wchar_t));
        if (!more) break;
        text = more;
        errno = 0;
        va_copy(again, arguments);
        length = vswprintf(text, room, words, again);
        va_end(again);
        if (length < 0 && (errno == EILSEQ || errno == EINVAL)) break;
        room *= 4;
    }
    if (length >= 0 && size) {
        size_t fits = (size_t)length < size ? (size_t)length : size - 1;
        __builtin_memcpy(buffer, text, fits * sizeof(wchar_t));
        buffer[fits] = L'\0';
    }
    __builtin_free(text);
    __builtin_free(words);
    return length;
}

/* What tchar.h's names print by. */
LAPWING_CRT_INLINE int __lapwing_vfwprintf(FILE *stream, const wchar_t *format,
                                           va_list arguments) {
    wchar_t *words = __lapwing_wide_format(format);
    int length = words ? vfwprintf(stream, words, arguments) : -1;
    __builtin_free(words);
    return length;
}
LAPWING_CRT_INLINE int __lapwing_vwprintf(const wchar_t *format, va_list arguments) {
    return __lapwing_vfwprintf(stdout, format, arguments);
}
LAPWING_CRT_INLINE int __lapwing_fwprintf(FILE *stream, const wchar_t *format, ...) {
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = __lapwing_vfwprintf(stream, format, arguments);
    va_end(arguments);
    return length;
}
LAPWING_CRT_INLINE int __lapwing_wprintf(const wchar_t *format, ...) {
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = __lapwing_vfwprintf(stdout, format, arguments);
    va_end(arguments);
    return length;
}

#ifdef __cplusplus
}
#endif
#endif
