/* consoleapi2.h: the console's screen, as far as a terminal tells. */
#ifndef _APISETCONSOLEL2_
#define _APISETCONSOLEL2_
#pragma GCC system_header
#include "minwindef.h"
#include "wincontypes.h"

typedef struct _CONSOLE_SCREEN_BUFFER_INFO {
    COORD dwSize;
    COORD dwCursorPosition;
    WORD wAttributes;
    SMALL_RECT srWindow;
    COORD dwMaximumWindowSize;
} CONSOLE_SCREEN_BUFFER_INFO, *PCONSOLE_SCREEN_BUFFER_INFO;

LAPWING_BEGIN
WINBASEAPI BOOL WINAPI
GetConsoleScreenBufferInfo(HANDLE hConsoleOutput,
                           PCONSOLE_SCREEN_BUFFER_INFO lpConsoleScreenBufferInfo);
WINBASEAPI BOOL WINAPI FlushConsoleInputBuffer(HANDLE hConsoleInput);
WINBASEAPI BOOL WINAPI SetConsoleCP(UINT wCodePageID);
WINBASEAPI BOOL WINAPI SetConsoleOutputCP(UINT wCodePageID);
WINBASEAPI BOOL WINAPI WriteConsoleInputA(HANDLE hConsoleInput, CONST INPUT_RECORD *lpBuffer,
                                          DWORD nLength, LPDWORD lpNumberOfEventsWritten)
    LAPWING_LP64(WriteConsoleInputA);
WINBASEAPI BOOL WINAPI WriteConsoleInputW(HANDLE hConsoleInput, CONST INPUT_RECORD *lpBuffer,
                                          DWORD nLength, LPDWORD lpNumberOfEventsWritten)
    LAPWING_LP64(WriteConsoleInputW);
LAPWING_END

#define WriteConsoleInput LAPWING_AW(WriteConsoleInput)

#endif
