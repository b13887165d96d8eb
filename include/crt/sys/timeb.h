/* Stands for <sys/timeb.h>: the time with milliseconds, by Microsoft's names. */
#ifndef LAPWING_CRT_SYS_TIMEB_H
#define LAPWING_CRT_SYS_TIMEB_H
#pragma GCC system_header
#include <sys/time.h>
#include <time.h>
#include "../lapwing/crt.h"

struct _timeb {
    time_t time;
    unsigned short millitm;
    short timezone; /* minutes west of Greenwich */
    short dstflag;
};
#define _timeb64 _timeb
#define __timeb64 _timeb
#define timeb _timeb

LAPWING_CRT_INLINE void _ftime(struct _timeb *now) {
    struct timeval exact;
    struct tm parts, *local;
    gettimeofday(&exact, NULL);
    local = __lapwing_localtime(&exact.tv_sec, &parts);
    now->time = exact.tv_sec;
    now->millitm = (unsigned short)(exact.tv_usec / 1000);
    now->dstflag = (short)(local && parts.tm_isdst > 0);
    now->timezone = 0;
    if (local) {
        __time64_t shown = _mkgmtime(&parts);
        now->timezone = (short)((exact.tv_sec - shown) / 60 + 60 * now->dstflag);
    }
}
LAPWING_CRT_INLINE errno_t _ftime_s(struct _timeb *now) {
    if (!now) return EINVAL;
    _ftime(now);
    return 0;
}
#define _ftime64 _ftime
#define _ftime64_s _ftime_s
#define ftime _ftime

#endif
