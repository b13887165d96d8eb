/* securitybaseapi.h: whom a thread acts as, and whom an object is open to. */
#ifndef _APISECUREBASE_
#define _APISECUREBASE_
#pragma GCC system_header
#include "minwindef.h"
#include "winnt.h"

LAPWING_BEGIN
WINADVAPI BOOL WINAPI RevertToSelf(VOID);
WINADVAPI BOOL WINAPI InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                   DWORD dwRevision);
/* pDacl NULL: everybody may do everything. */
WINADVAPI BOOL WINAPI SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                                BOOL bDaclPresent, PACL pDacl,
                                                BOOL bDaclDefaulted);
WINADVAPI BOOL WINAPI IsValidSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor);
LAPWING_END

#endif
