/* mmsystem.h: winmm, as far as timeapi.h has it. */
#ifndef _INC_MMSYSTEM
#define _INC_MMSYSTEM
#pragma GCC system_header
#include "timeapi.h"

#define TIMERR_BASE 96
#define TIMERR_NOERROR 0
#define TIMERR_NOCANDO (TIMERR_BASE + 1)

#endif
