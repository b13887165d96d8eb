/* Stands in front of glibc's <time.h> and adds what Microsoft's has beside the standard.  There
 * localtime_s and gmtime_s take the result first, unlike C11's. */
#pragma GCC system_header
#include_next <time.h>
#if !defined(LAPWING_CRT_TIME_H) && defined(_TIME_H)
#define LAPWING_CRT_TIME_H
#include <errno.h>
#include <stddef.h>
#include "lapwing/crt.h"

typedef __lapwing_int64 __time64_t;

#ifdef __cplusplus
extern "C" {
#endif
/* time_t has 64 bits and is a long, __time64_t a long long: these have the same symbol. */
__time64_t _time64(__time64_t *now) __asm__("time");
struct tm *_localtime64(const __time64_t *time) __asm__("localtime");
struct tm *_gmtime64(const __time64_t *time) __asm__("gmtime");
__time64_t _mktime64(struct tm *parts) __asm__("mktime");
__time64_t _mkgmtime64(struct tm *parts) __asm__("timegm");
time_t _mkgmtime(struct tm *parts) __asm__("timegm");
char *_ctime64(const __time64_t *time) __asm__("ctime");
double _difftime64(__time64_t later, __time64_t earlier) __asm__("difftime");
void _tzset(void) __asm__("tzset");
struct tm *__lapwing_localtime(const void *time, struct tm *parts) __asm__("localtime_r");
struct tm *__lapwing_gmtime(const void *time, struct tm *parts) __asm__("gmtime_r");
char *__lapwing_asctime(const struct tm *parts, char *text) __asm__("asctime_r");
char *__lapwing_ctime(const void *time, char *text) __asm__("ctime_r");
#ifdef __cplusplus
}
#endif

#define LAPWING_CRT_PARTS(name, type, function)                                                    \
    LAPWING_CRT_INLINE errno_t name(struct tm *parts, const type *time) {                          \
        if (!parts || !time || *time < 0) return EINVAL;                                           \
        return function(time, parts) ? 0 : EINVAL;                                                 \
    }
LAPWING_CRT_PARTS(_localtime64_s, __time64_t, __lapwing_localtime)
LAPWING_CRT_PARTS(_gmtime64_s, __time64_t, __lapwing_gmtime)
#ifndef localtime_s
LAPWING_CRT_PARTS(localtime_s, time_t, __lapwing_localtime)
#endif
#ifndef gmtime_s
LAPWING_CRT_PARTS(gmtime_s, time_t, __lapwing_gmtime)
#endif
#undef LAPWING_CRT_PARTS

/* A line of 26 characters with its end. */
LAPWING_CRT_INLINE errno_t asctime_s(char *text, size_t size, const struct tm *parts) {
    if (!text || size < 26 || !parts) return EINVAL;
    return __lapwing_asctime(parts, text) ? 0 : EINVAL;
}
LAPWING_CRT_INLINE errno_t ctime_s(char *text, size_t size, const time_t *time) {
    if (!text || size < 26 || !time || *time < 0) return EINVAL;
    return __lapwing_ctime(time, text) ? 0 : EINVAL;
}
#ifdef __cplusplus
extern "C++" {
LAPWING_CRT_TEMPLATE errno_t asctime_s(char (&text)[Size], const struct tm *parts) {
    return asctime_s(text, Size, parts);
}
LAPWING_CRT_TEMPLATE errno_t ctime_s(char (&text)[Size], const time_t *time) {
    return ctime_s(text, Size, time);
}
}
#endif
#endif
