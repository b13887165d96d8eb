/* consoleapi.h: Ctrl-C, Ctrl-Break and the end of the session; text for a console. */
#ifndef _APISETCONSOLE_
#define _APISETCONSOLE_
#pragma GCC system_header
#include "minwindef.h"
#include "minwinbase.h"

/* Runs on a thread of its own; TRUE ends the search for a handler. */
typedef BOOL(WINAPI *PHANDLER_ROUTINE)(DWORD CtrlType);

#define CTRL_C_EVENT 0
#define CTRL_BREAK_EVENT 1
#define CTRL_CLOSE_EVENT 2
#define CTRL_LOGOFF_EVENT 5
#define CTRL_SHUTDOWN_EVENT 6

LAPWING_BEGIN
WINBASEAPI BOOL WINAPI GenerateConsoleCtrlEvent(DWORD dwCtrlEvent, DWORD dwProcessGroupId);
WINBASEAPI BOOL WINAPI SetConsoleCtrlHandler(PHANDLER_ROUTINE HandlerRoutine, BOOL Add);
WINBASEAPI BOOL WINAPI WriteConsoleA(HANDLE hConsoleOutput, CONST VOID *lpBuffer,
                                     DWORD nNumberOfCharsToWrite, LPDWORD lpNumberOfCharsWritten,
                                     LPVOID lpReserved);
WINBASEAPI BOOL WINAPI WriteConsoleW(HANDLE hConsoleOutput, CONST VOID *lpBuffer,
                                     DWORD nNumberOfCharsToWrite, LPDWORD lpNumberOfCharsWritten,
                                     LPVOID lpReserved) LAPWING_LP64(WriteConsoleW);
LAPWING_END

#define WriteConsole LAPWING_AW(WriteConsole)

#endif
