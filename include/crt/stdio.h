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

#endif
