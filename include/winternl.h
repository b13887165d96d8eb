/* winternl.h: what ntdll.dll exports and the SDK documents. */
#ifndef _WINTERNL_
#define _WINTERNL_
#pragma GCC system_header
#include "minwindef.h"

LAPWING_BEGIN
NTSYSAPI ULONG NTAPI RtlNtStatusToDosError(NTSTATUS Status);
LAPWING_END

#endif
