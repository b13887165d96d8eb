/* errhandlingapi.h: the last error, one per thread. */
#ifndef _ERRHANDLING_H_
#define _ERRHANDLING_H_
#pragma GCC system_header
#include "minwindef.h"
#include "minwinbase.h"

LAPWING_BEGIN
WINBASEAPI DWORD WINAPI GetLastError(VOID);
WINBASEAPI VOID WINAPI SetLastError(DWORD dwErrCode);
LAPWING_END

#endif
