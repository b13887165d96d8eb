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
/* Without UNICODE this one has no letter. */
WINBASEAPI LPCH WINAPI GetEnvironmentStrings(VOID);
WINBASEAPI LPWCH WINAPI GetEnvironmentStringsW(VOID) LAPWING_LP64(GetEnvironmentStringsW);
WINBASEAPI BOOL WINAPI FreeEnvironmentStringsA(LPCH penv);
WINBASEAPI BOOL WINAPI FreeEnvironmentStringsW(LPWCH penv) LAPWING_LP64(FreeEnvironmentStringsW);
WINBASEAPI HANDLE WINAPI GetStdHandle(DWORD nStdHandle);
WINBASEAPI BOOL WINAPI SetStdHandle(DWORD nStdHandle, HANDLE hHandle);
LAPWING_END

#define GetCommandLine LAPWING_AW(GetCommandLine)
#define GetEnvironmentVariable LAPWING_AW(GetEnvironmentVariable)
#define SetEnvironmentVariable LAPWING_AW(SetEnvironmentVariable)
#define FreeEnvironmentStrings LAPWING_AW(FreeEnvironmentStrings)
#ifdef UNICODE
# define GetEnvironmentStrings GetEnvironmentStringsW
#else
# define GetEnvironmentStringsA GetEnvironmentStrings
#endif

#endif
