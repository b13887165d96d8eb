/* What the measured programs know of time, in nanoseconds: now, and the processor time of this
 * process.
 */
#ifndef CLOCK_H
#define CLOCK_H

#ifdef __MINGW32__

#include <windows.h>

static inline double now(void)
{
    LARGE_INTEGER count, frequency;

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&count);
    return (double)count.QuadPart * 1e9 / (double)frequency.QuadPart;
}

#else

#include <time.h>

static inline double read_clock(clockid_t clock)
{
    struct timespec moment;

    clock_gettime(clock, &moment);
    return (double)moment.tv_sec * 1e9 + (double)moment.tv_nsec;
}

static inline double now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static inline double processor(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

#endif
#endif
