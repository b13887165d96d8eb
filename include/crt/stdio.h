/* Stands in front of glibc's <stdio.h> and adds what Microsoft's has beside the standard.
 *
 * Not here: Microsoft's conversions in formats.  printf is glibc's, so "%I64d" is not a 64-bit
 * number and "%ls" is the only way to print a wide string. */
#pragma GCC system_header
#include_next <stdio.h>
#ifndef LAPWING_CRT_STDIO_H
#define LAPWING_CRT_STDIO_H
#include <errno.h>
#include <stdarg.h>
#include "lapwing/crt.h"

#ifdef __cplusplus
extern "C" {
#endif
/* C11 and C++14 took it away; old programs have it. */
extern char *gets(char *text);

int _fileno(FILE *stream) __asm__("fileno");
FILE *_fdopen(int file, const char *mode) __asm__("fdopen");
FILE *_popen(const char *command, const char *mode) __asm__("popen");
int _pclose(FILE *stream) __asm__("pclose");
int printf_s(const char *format, ...) __asm__("printf") LAPWING_CRT_PRINTF(1, 2);
int fprintf_s(FILE *stream, const char *format, ...) __asm__("fprintf") LAPWING_CRT_PRINTF(2, 3);
int vprintf_s(const char *format, va_list arguments) __asm__("vprintf");
int vfprintf_s(FILE *stream, const char *format, va_list arguments) __asm__("vfprintf");
#ifdef __cplusplus
}
#endif

/* Microsoft's fills the buffer to its last byte and leaves it without an end when the text does not
 * fit; the result is then -1. */
#ifndef _vsnprintf
LAPWING_CRT_FORMAT(3, 0)
int _vsnprintf(char *buffer, size_t count, const char *format, va_list arguments) {
    va_list again;
    int length;
    va_copy(again, arguments);
    length = vsnprintf(buffer, count, format, arguments);
    if (length >= 0 && count != 0 && (size_t)length >= count) {
        char *whole = (char *)__builtin_malloc((size_t)length + 1);
        if (whole) {
            vsnprintf(whole, (size_t)length + 1, format, again);
            __builtin_memcpy(buffer, whole, count);
            __builtin_free(whole);
        }
    }
    va_end(again);
    return count != 0 && length > 0 && (size_t)length > count ? -1 : length;
}
#endif
#ifndef _snprintf
LAPWING_CRT_FORMAT(3, 4) int _snprintf(char *buffer, size_t count, const char *format, ...) {
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = _vsnprintf(buffer, count, format, arguments);
    va_end(arguments);
    return length;
}
#endif

/* The length that the text would have. */
#ifndef _vscprintf
LAPWING_CRT_FORMAT(1, 0) int _vscprintf(const char *format, va_list arguments) {
    return vsnprintf(NULL, 0, format, arguments);
}
#endif
#ifndef _scprintf
LAPWING_CRT_FORMAT(1, 2) int _scprintf(const char *format, ...) {
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    return length;
}
#endif

/* A text that does not fit makes the buffer empty.  Microsoft's then ends the program, unless it
 * installed a handler; here it gets -1 and ERANGE. */
#ifndef vsprintf_s
LAPWING_CRT_FORMAT(3, 0)
int vsprintf_s(char *buffer, size_t size, const char *format, va_list arguments) {
    int length;
    if (!buffer || !size || !format) {
        errno = EINVAL;
        return -1;
    }
    length = vsnprintf(buffer, size, format, arguments);
    if (length < 0 || (size_t)length >= size) {
        buffer[0] = '\0';
        errno = ERANGE;
        return -1;
    }
    return length;
}
#endif
/* At most `count` characters of the text.  Cut short by `count`, or by the buffer where `count` is
 * _TRUNCATE, the result is -1. */
#ifndef _vsnprintf_s
LAPWING_CRT_FORMAT(4, 0)
int _vsnprintf_s(char *buffer, size_t size, size_t count, const char *format, va_list arguments) {
    size_t room = count < size ? count + 1 : size;
    int length;
    if (!buffer || !size || !format) {
        errno = EINVAL;
        return -1;
    }
    length = vsnprintf(buffer, room, format, arguments);
    if (length >= 0 && (size_t)length < room) return length;
    if (length < 0 || (count != _TRUNCATE && count >= size)) {
        buffer[0] = '\0';
        errno = ERANGE;
    }
    return -1;
}
#endif
#ifndef _snprintf_s
LAPWING_CRT_FORMAT(4, 5)
int _snprintf_s(char *buffer, size_t size, size_t count, const char *format, ...) {
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = _vsnprintf_s(buffer, size, count, format, arguments);
    va_end(arguments);
    return length;
}
# ifdef __cplusplus
extern "C++" {
LAPWING_CRT_TEMPLATE int _snprintf_s(char (&buffer)[Size], size_t count, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = _vsnprintf_s(buffer, Size, count, format, arguments);
    va_end(arguments);
    return length;
}
LAPWING_CRT_TEMPLATE int _vsnprintf_s(char (&buffer)[Size], size_t count, const char *format,
                                      va_list arguments) {
    return _vsnprintf_s(buffer, Size, count, format, arguments);
}
LAPWING_CRT_TEMPLATE int vsprintf_s(char (&buffer)[Size], const char *format, va_list arguments) {
    return vsprintf_s(buffer, Size, format, arguments);
}
}
# endif
#endif
#ifndef sprintf_s
LAPWING_CRT_FORMAT(3, 4) int sprintf_s(char *buffer, size_t size, const char *format, ...) {
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = vsprintf_s(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}
# ifdef __cplusplus
extern "C++" {
template <size_t Size> inline int sprintf_s(char (&buffer)[Size], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsprintf_s(buffer, Size, format, arguments);
    va_end(arguments);
    return length;
}
}
# endif
#endif

/* Streams: the result is errno's number, and the stream is NULL on failure. */
#ifndef fopen_s
LAPWING_CRT_INLINE errno_t fopen_s(FILE **stream, const char *name, const char *mode) {
    if (!stream) return EINVAL;
    *stream = NULL;
    if (!name || !mode) return EINVAL;
    *stream = fopen(name, mode);
    return *stream ? 0 : errno;
}
#endif
#ifndef freopen_s
LAPWING_CRT_INLINE errno_t freopen_s(FILE **stream, const char *name, const char *mode, FILE *old) {
    if (!stream || !mode || !old) return EINVAL;
    *stream = freopen(name, mode, old);
    return *stream ? 0 : errno;
}
#endif
#ifndef tmpfile_s
LAPWING_CRT_INLINE errno_t tmpfile_s(FILE **stream) {
    if (!stream) return EINVAL;
    *stream = tmpfile();
    return *stream ? 0 : errno;
}
#endif
LAPWING_CRT_INLINE FILE *_fsopen(const char *name, const char *mode, int sharing) {
    (void)sharing; /* nobody is kept out: Linux' locks are advice */
    return fopen(name, mode);
}
LAPWING_CRT_INLINE int _fseeki64(FILE *stream, __lapwing_int64 offset, int origin) {
    return fseek(stream, (long)offset, origin);
}
LAPWING_CRT_INLINE __lapwing_int64 _ftelli64(FILE *stream) {
    return ftell(stream);
}
LAPWING_CRT_INLINE int _flushall(void) {
    return fflush(NULL);
}

/* A line of the standard input without its end.  One that does not fit is read away; the text is
 * then empty and the result NULL. */
#ifndef gets_s
LAPWING_CRT_INLINE char *gets_s(char *text, size_t size) {
    size_t length = 0;
    int character, any = 0;
    if (!text || !size) {
        errno = EINVAL;
        return NULL;
    }
    while ((character = getchar()) != EOF && character != '\n') {
        if (length + 1 < size) text[length] = (char)character;
        length++;
        any = 1;
    }
    if ((character == EOF && !any) || length >= size) {
        text[0] = '\0';
        if (length >= size) errno = ERANGE;
        return NULL;
    }
    text[length] = '\0';
    return text;
}
# ifdef __cplusplus
extern "C++" {
LAPWING_CRT_TEMPLATE char *gets_s(char (&text)[Size]) {
    return gets_s(text, Size);
}
}
# endif
#endif

#include "lapwing/scan-s.h"
#include <wchar.h>
#endif
