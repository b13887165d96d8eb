/* timezoneapi.h: conversions between the two forms of a time. */
#ifndef _TIMEZONEAPI_H_
#define _TIMEZONEAPI_H_
#pragma GCC system_header
#include "minwindef.h"
#include "minwinbase.h"

LAPWING_BEGIN
WINBASEAPI BOOL WINAPI FileTimeToSystemTime(const FILETIME *lpFileTime, LPSYSTEMTIME lpSystemTime);
WINBASEAPI BOOL WINAPI SystemTimeToFileTime(const SYSTEMTIME *lpSystemTime, LPFILETIME lpFileTime);
LAPWING_END

#endif
