/* securitybaseapi.h: whom a thread acts as. */
#ifndef _APISECUREBASE_
#define _APISECUREBASE_
#pragma GCC system_header
#include "minwindef.h"

LAPWING_BEGIN
WINADVAPI BOOL WINAPI RevertToSelf(VOID);
LAPWING_END

#endif
