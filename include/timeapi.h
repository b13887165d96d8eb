/* timeapi.h: winmm's clock. */
#ifndef _TIMEAPI_H_
#define _TIMEAPI_H_
#pragma GCC system_header
#include "minwindef.h"

typedef UINT MMRESULT;

LAPWING_BEGIN
WINMMAPI DWORD WINAPI timeGetTime(VOID);
WINMMAPI MMRESULT WINAPI timeBeginPeriod(UINT uPeriod);
WINMMAPI MMRESULT WINAPI timeEndPeriod(UINT uPeriod);
LAPWING_END

#endif
