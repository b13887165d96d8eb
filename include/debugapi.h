/* debugapi.h: a word to the debugger. */
#ifndef _APISETDEBUG_
#define _APISETDEBUG_
#pragma GCC system_header
#include "minwindef.h"
#include "minwinbase.h"

LAPWING_BEGIN
WINBASEAPI BOOL WINAPI IsDebuggerPresent(VOID);
WINBASEAPI VOID WINAPI OutputDebugStringA(LPCSTR lpOutputString);
WINBASEAPI VOID WINAPI OutputDebugStringW(LPCWSTR lpOutputString) LAPWING_LP64(OutputDebugStringW);
LAPWING_END

#define OutputDebugString LAPWING_AW(OutputDebugString)
#define DebugBreak() __debugbreak()

#endif
