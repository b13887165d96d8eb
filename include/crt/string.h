/* Stands in front of glibc's <string.h> and adds what Microsoft's has beside the standard. */
#pragma GCC system_header
#include_next <string.h>
#ifndef LAPWING_CRT_STRING_H
#define LAPWING_CRT_STRING_H
#include <ctype.h>
#include <errno.h>
#include "lapwing/crt.h"

#ifdef __cplusplus
extern "C" {
#endif
int _stricmp(const char *left, const char *right) __asm__("strcasecmp");
int stricmp(const char *left, const char *right) __asm__("strcasecmp");
int _strcmpi(const char *left, const char *right) __asm__("strcasecmp");
int strcmpi(const char *left, const char *right) __asm__("strcasecmp");
int _strnicmp(const char *left, const char *right, size_t count) __asm__("strncasecmp");
int strnicmp(const char *left, const char *right, size_t count) __asm__("strncasecmp");
char *_strdup(const char *text) __asm__("strdup");
char *strtok_s(char *text, const char *delimiters, char **context) __asm__("strtok_r");
#ifdef __cplusplus
}
#endif

/* The checked copies: 0, or EINVAL for a missing argument, or ERANGE and an empty text when the
 * destination is too small.  Microsoft's ends the program in the last two cases, unless it
 * installed a handler. */
#ifndef strncpy_s
LAPWING_CRT_INLINE errno_t strncpy_s(char *to, rsize_t size, const char *from, rsize_t count) {
    rsize_t length = 0;
    if (!to || !size) return EINVAL;
    to[0] = '\0';
    if (!from) return count ? EINVAL : 0;
    while (length < count && from[length]) length++;
    if (length >= size && count == _TRUNCATE) {
        memcpy(to, from, size - 1);
        to[size - 1] = '\0';
        return STRUNCATE;
    }
    if (length >= size) return ERANGE;
    memcpy(to, from, length);
    to[length] = '\0';
    return 0;
}
#endif
#ifndef strcpy_s
LAPWING_CRT_INLINE errno_t strcpy_s(char *to, rsize_t size, const char *from) {
    rsize_t length;
    if (!to || !size) return EINVAL;
    to[0] = '\0';
    if (!from) return EINVAL;
    length = strlen(from);
    if (length >= size) return ERANGE;
    memcpy(to, from, length + 1);
    return 0;
}
#endif
#ifndef strcat_s
LAPWING_CRT_INLINE errno_t strcat_s(char *to, rsize_t size, const char *from) {
    rsize_t used = 0, length;
    if (!to || !size) return EINVAL;
    while (used < size && to[used]) used++;
    if (used == size || !from) {
        to[0] = '\0';
        return EINVAL;
    }
    length = strlen(from);
    if (length >= size - used) {
        to[0] = '\0';
        return ERANGE;
    }
    memcpy(to + used, from, length + 1);
    return 0;
}
#endif
#ifndef memcpy_s
LAPWING_CRT_INLINE errno_t memcpy_s(void *to, rsize_t size, const void *from, rsize_t count) {
    if (!count) return 0;
    if (!to) return EINVAL;
    if (!from || count > size) {
        memset(to, 0, size);
        return from ? ERANGE : EINVAL;
    }
    memcpy(to, from, count);
    return 0;
}
#endif
#ifndef memmove_s
LAPWING_CRT_INLINE errno_t memmove_s(void *to, rsize_t size, const void *from, rsize_t count) {
    if (!count) return 0;
    if (!to || !from) return EINVAL;
    if (count > size) return ERANGE;
    memmove(to, from, count);
    return 0;
}
#endif

#ifndef _strupr
LAPWING_CRT_INLINE char *_strupr(char *text) {
    char *at;
    for (at = text; *at; at++) *at = (char)toupper((unsigned char)*at);
    return text;
}
#endif
#ifndef _strlwr
LAPWING_CRT_INLINE char *_strlwr(char *text) {
    char *at;
    for (at = text; *at; at++) *at = (char)tolower((unsigned char)*at);
    return text;
}
#endif

#ifdef __cplusplus /* an array knows its own size */
extern "C++" {
# ifndef strcpy_s
template <size_t Size> inline errno_t strcpy_s(char (&to)[Size], const char *from) {
    return strcpy_s(to, Size, from);
}
# endif
# ifndef strcat_s
template <size_t Size> inline errno_t strcat_s(char (&to)[Size], const char *from) {
    return strcat_s(to, Size, from);
}
# endif
# ifndef strncpy_s
template <size_t Size> inline errno_t strncpy_s(char (&to)[Size], const char *from, size_t count) {
    return strncpy_s(to, Size, from, count);
}
# endif
}
#endif

#endif
