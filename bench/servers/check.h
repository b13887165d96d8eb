/* What the programs that time Windows' calls begin with: a clock, and the end where one fails. */
#ifndef CHECK_H
#define CHECK_H

#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include "clock.h"

static inline void check(BOOL condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "%s failed: error %lu\n", what, (unsigned long)GetLastError());
        exit(1);
    }
}

/* How often: the program's only argument. */
static inline DWORD read_count(int argc, char **argv)
{
    DWORD count = argc == 2 ? (DWORD)atol(argv[1]) : 0;

    check(count > 0, "COUNT");
    return count;
}

/* A line: nanoseconds for one of so many since `started`. */
static inline void print_line(const char *name, double started, DWORD count)
{
    printf("%s %.1f\n", name, (now() - started) / count);
}

static inline HANDLE start_thread(LPTHREAD_START_ROUTINE routine, void *parameter)
{
    HANDLE thread = CreateThread(NULL, 0, routine, parameter, 0, NULL);

    check(thread != NULL, "CreateThread");
    return thread;
}

#endif
