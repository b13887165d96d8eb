/* sddl.h: security descriptors as text. */
#ifndef __SDDL_H__
#define __SDDL_H__
#pragma GCC system_header
#include "minwindef.h"
#include "winnt.h"

#define SDDL_REVISION_1 1
#define SDDL_REVISION SDDL_REVISION_1

LAPWING_BEGIN
/* The descriptor is freed with LocalFree. */
WINADVAPI BOOL WINAPI ConvertStringSecurityDescriptorToSecurityDescriptorA(
    LPCSTR StringSecurityDescriptor, DWORD StringSDRevision,
    PSECURITY_DESCRIPTOR *SecurityDescriptor, PULONG SecurityDescriptorSize);
WINADVAPI BOOL WINAPI ConvertStringSecurityDescriptorToSecurityDescriptorW(
    LPCWSTR StringSecurityDescriptor, DWORD StringSDRevision,
    PSECURITY_DESCRIPTOR *SecurityDescriptor, PULONG SecurityDescriptorSize)
    LAPWING_LP64(ConvertStringSecurityDescriptorToSecurityDescriptorW);
LAPWING_END

#define ConvertStringSecurityDescriptorToSecurityDescriptor \
    LAPWING_AW(ConvertStringSecurityDescriptorToSecurityDescriptor)

#endif
