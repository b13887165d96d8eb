/* process.h: threads as the C run-time starts them. */
#ifndef _INC_PROCESS
#define _INC_PROCESS
#pragma GCC system_header
#include "_lapwing.h"
#include <stdint.h>

#define _UINTPTR_T_DEFINED

LAPWING_BEGIN
/* Like CreateThread: the handle is the caller's to close.  0 and errno on failure. */
_CRTIMP uintptr_t __cdecl _beginthreadex(void *security, unsigned stack_size,
                                         unsigned(__stdcall *start_address)(void *),
                                         void *arglist, unsigned initflag, unsigned *thrdaddr);
_CRTIMP void __cdecl _endthreadex(unsigned retval) __attribute__((__noreturn__));
/* The thread closes its own handle when it ends: the value returned is only good for a number. */
_CRTIMP uintptr_t __cdecl _beginthread(void(__cdecl *start_address)(void *), unsigned stack_size,
                                       void *arglist);
_CRTIMP void __cdecl _endthread(void) __attribute__((__noreturn__));
int _getpid(void) __asm__("getpid");
LAPWING_END

#endif
