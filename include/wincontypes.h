/* wincontypes.h: places and areas on a console's screen. */
#ifndef _WINCONTYPES_
#define _WINCONTYPES_
#pragma GCC system_header
#include "minwindef.h"

typedef struct _COORD {
    SHORT X;
    SHORT Y;
} COORD, *PCOORD;

typedef struct _SMALL_RECT {
    SHORT Left;
    SHORT Top;
    SHORT Right;
    SHORT Bottom;
} SMALL_RECT, *PSMALL_RECT;

#endif
