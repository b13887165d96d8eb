/* profileapi.h: the performance counter. */
#ifndef _PROFILEAPI_H_
#define _PROFILEAPI_H_
#pragma GCC system_header
#include "minwindef.h"
#include "minwinbase.h"

LAPWING_BEGIN
WINBASEAPI BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER *lpPerformanceCount);
WINBASEAPI BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER *lpFrequency);
LAPWING_END

#endif
