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
int _stricoll(const char *left, const char *right) __asm__("strcasecmp");
int _strnicmp(const char *left, const char *right, size_t count) __asm__("strncasecmp");
int strnicmp(const char *left, const char *right, size_t count) __asm__("strncasecmp");
char *_strdup(const char *text) __asm__("strdup");
char *strtok_s(char *text, const char *delimiters, char **context) __asm__("strtok_r");
void *_memccpy(void *to, const void *from, int last, size_t count) __asm__("memccpy");
#ifdef __cplusplus
}
#endif

/* As one piece: a program that brings its own makes a macro of the first name. */
#ifndef strcpy_s
# define LAPWING_CHAR char
# define LAPWING_COPY_S strcpy_s
# define LAPWING_NCOPY_S strncpy_s
# define LAPWING_CAT_S strcat_s
# define LAPWING_NCAT_S strncat_s
# include "lapwing/checked-copy.h"
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
#ifndef strnlen_s
LAPWING_CRT_INLINE size_t strnlen_s(const char *text, size_t count) {
    size_t length = 0;
    while (text && length < count && text[length]) length++;
    return length;
}
#endif
#ifndef strerror_s
LAPWING_CRT_INLINE errno_t strerror_s(char *to, size_t size, int code) {
    if (!to || !size) return EINVAL;
    strncpy_s(to, size, strerror(code), _TRUNCATE);
    return 0;
}
# ifdef __cplusplus
extern "C++" {
LAPWING_CRT_TEMPLATE errno_t strerror_s(char (&to)[Size], int code) {
    return strerror_s(to, Size, code);
}
}
# endif
#endif
#ifndef _memicmp
LAPWING_CRT_INLINE int _memicmp(const void *left, const void *right, size_t count) {
    const unsigned char *a = (const unsigned char *)left, *b = (const unsigned char *)right;
    for (; count; count--, a++, b++) {
        int difference = tolower(*a) - tolower(*b);
        if (difference) return difference;
    }
    return 0;
}
#endif

#ifndef _strupr
LAPWING_CRT_INLINE char *_strupr(char *text) {
    char *at;
    for (at = text; *at; at++) *at = (char)toupper((unsigned char)*at);
    return text;
}
LAPWING_CRT_INLINE errno_t _strupr_s(char *text, size_t size) {
    if (!text || strnlen_s(text, size) == size) return EINVAL;
    _strupr(text);
    return 0;
}
#endif
#ifndef _strlwr
LAPWING_CRT_INLINE char *_strlwr(char *text) {
    char *at;
    for (at = text; *at; at++) *at = (char)tolower((unsigned char)*at);
    return text;
}
LAPWING_CRT_INLINE errno_t _strlwr_s(char *text, size_t size) {
    if (!text || strnlen_s(text, size) == size) return EINVAL;
    _strlwr(text);
    return 0;
}
#endif
#ifndef _strrev
LAPWING_CRT_INLINE char *_strrev(char *text) {
    size_t from = 0, to = strlen(text);
    for (; from + 1 < to; from++, to--) {
        char kept = text[from];
        text[from] = text[to - 1];
        text[to - 1] = kept;
    }
    return text;
}
#endif

#include <wchar.h>
#endif
