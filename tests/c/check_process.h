/* A program that starts itself: the first argument says what the child does. */
#ifndef LAPWING_TESTS_CHECK_PROCESS_H
#define LAPWING_TESTS_CHECK_PROCESS_H

#include <windows.h>
#include "check.h"

#define CHECK_LONG_MS 60000

/* This program's command line up to its arguments, in quotes. */
CHECK_UNUSED static const char *check_own_name(void)
{
    static char name[MAX_PATH * 2];
    char path[MAX_PATH];
    if (!name[0]) {
        REQUIRE(GetModuleFileNameA(NULL, path, sizeof path) > 0);
        snprintf(name, sizeof name, "\"%s\"", path);
    }
    return name;
}

/* Starts this program with these arguments. */
CHECK_UNUSED static BOOL check_start(const char *arguments, BOOL inherit, DWORD flags,
                                     STARTUPINFOA *startup, PROCESS_INFORMATION *child)
{
    char line[MAX_PATH * 4];
    STARTUPINFOA plain;
    memset(&plain, 0, sizeof plain);
    plain.cb = sizeof plain;
    snprintf(line, sizeof line, "%s %s", check_own_name(), arguments);
    return CreateProcessA(NULL, line, NULL, NULL, inherit, flags, NULL, NULL,
                          startup ? startup : &plain, child);
}

/* Waits for a child's end and returns its code; the handles are closed. */
CHECK_UNUSED static DWORD check_end_of(PROCESS_INFORMATION *child)
{
    DWORD code = 0xBAD;
    if (WaitForSingleObject(child->hProcess, CHECK_LONG_MS) != WAIT_OBJECT_0)
        TerminateProcess(child->hProcess, 0xDEAD);
    GetExitCodeProcess(child->hProcess, &code);
    CloseHandle(child->hThread);
    CloseHandle(child->hProcess);
    return code;
}

/* Starts this program and returns the code with which it ends. */
CHECK_UNUSED static DWORD check_run(const char *arguments)
{
    PROCESS_INFORMATION child;
    if (!check_start(arguments, FALSE, 0, NULL, &child)) return 0xF0000000 | GetLastError();
    return check_end_of(&child);
}

#endif
