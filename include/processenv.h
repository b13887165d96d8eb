/* processenv.h: the environment, the command line, the standard handles. */
#ifndef _PROCESSENV_
#define _PROCESSENV_
#pragma GCC system_header
#include "minwindef.h"
#include "minwinbase.h"

LAPWING_BEGIN
WINBASEAPI LPSTR WINAPI GetCommandLineA(VOID);
WINBASEAPI LPWSTR WINAPI GetCommandLineW(VOID) LAPWING_LP64(GetCommandLineW);
WINBASEAPI DWORD WINAPI GetEnvironmentVariableA(LPCSTR lpName, LPSTR lpBuffer, DWORD nSize);
WINBASEAPI DWORD WINAPI GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize)
    LAPWING_LP64(GetEnvironmentVariableW);
WINBASEAPI BOOL WINAPI SetEnvironmentVariableA(LPCSTR lpName, LPCSTR lpValue);
WINBASEAPI BOOL WINAPI SetEnvironmentVariableW(LPCWSTR lpName, LPCWSTR lpValue)
    LAPWING_LP64(SetEnvironmentVariableW);
WINBASEAPI HANDLE WINAPI GetStdHandle(DWORD nStdHandle);
LAPWING_END

#define GetCommandLine LAPWING_AW(GetCommandLine)
#define GetEnvironmentVariable LAPWING_AW(GetEnvironmentVariable)
#define SetEnvironmentVariable LAPWING_AW(SetEnvironmentVariable)

#endif
