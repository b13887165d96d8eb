/* fibersapi.h: fibre-local slots: thread-local ones with a destructor. */
#ifndef _FIBERS_H_
#define _FIBERS_H_
#pragma GCC system_header
#include "minwindef.h"
#include "minwinbase.h"

/* Runs for each value that is not NULL when its thread ends or the slot is freed. */
typedef VOID(NTAPI *PFLS_CALLBACK_FUNCTION)(PVOID lpFlsData);

#define FLS_OUT_OF_INDEXES ((DWORD)0xFFFFFFFF)
#define FLS_MAXIMUM_AVAILABLE 4080

LAPWING_BEGIN
WINBASEAPI DWORD WINAPI FlsAlloc(PFLS_CALLBACK_FUNCTION lpCallback);
WINBASEAPI BOOL WINAPI FlsFree(DWORD dwFlsIndex);
WINBASEAPI PVOID WINAPI FlsGetValue(DWORD dwFlsIndex);
WINBASEAPI BOOL WINAPI FlsSetValue(DWORD dwFlsIndex, PVOID lpFlsData);
LAPWING_END

#endif
